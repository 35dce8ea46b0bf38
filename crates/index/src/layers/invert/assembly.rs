//! A layer that is made by several threads, a run of terms each.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::super::layer::{LayerWriter, Lists};

/// Puts runs of terms together in their order, in whatever order they come.
pub(super) struct Assembly<'l> {
    lengths: &'l [u32],
    state: Mutex<State<'l>>,
}

struct State<'l> {
    /// Taken once it is finished.
    writer: Option<LayerWriter<'l, Vec<u8>>>,
    /// The number of the run to be written next.
    next: usize,
    /// The runs that came before those in front of them.
    early: BTreeMap<usize, Lists<'l>>,
}

impl<'l> Assembly<'l> {
    /// Of texts of these lengths, in tokens.
    pub(super) fn new(lengths: &'l [u32]) -> Self {
        Self {
            lengths,
            state: Mutex::new(State {
                writer: Some(LayerWriter::new(lengths, Vec::new())),
                next: 0,
                early: BTreeMap::new(),
            }),
        }
    }

    /// Begins a run.
    pub(super) fn lists(&self) -> Lists<'l> {
        Lists::new(self.lengths)
    }

    /// Takes the run of a number, counted from 0, each once.
    pub(super) fn put(&self, number: usize, lists: Lists<'l>) -> io::Result<()> {
        let mut state = self.state();
        state.early.insert(number, lists);
        let State {
            writer,
            next,
            early,
        } = &mut *state;
        while let Some(lists) = early.remove(next) {
            if let Some(writer) = writer {
                writer.append(&lists)?;
            }
            *next += 1;
        }
        Ok(())
    }

    /// The bytes of the layer, once all runs have come; nothing, if they were asked for before.
    pub(super) fn finish(&self) -> io::Result<Vec<u8>> {
        let writer = self.state().writer.take();
        writer.map_or(Ok(Vec::new()), LayerWriter::finish)
    }

    fn state(&self) -> MutexGuard<'_, State<'l>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
