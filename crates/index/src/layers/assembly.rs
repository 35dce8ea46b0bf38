//! Layers whose terms are made by several threads, a run of terms each, written in order.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::file::{LayerKind, LayersWriter};
use super::layer::{LayerWriter, Lists};

/// A layer to be written.
pub(super) struct Section<'l> {
    pub(super) kind: LayerKind,
    /// The lengths of the texts, in tokens.
    pub(super) lengths: &'l [u32],
    /// How many runs its terms come in, at least one.
    pub(super) n_runs: usize,
}

/// Writes runs of terms in their order, in whatever order they come; only those that come early are kept in memory.
pub(super) struct Assembly<'l, W> {
    sections: Vec<Section<'l>>,
    /// Where terms can wait.
    dir: Option<&'l Path>,
    state: Mutex<State<'l, W>>,
}

struct State<'l, W> {
    file: LayersWriter<W>,
    /// The section and the run in it to be written next.
    next: (usize, usize),
    /// Of that section, once a run of it was written.
    writer: Option<LayerWriter<'l>>,
    early: BTreeMap<(usize, usize), Lists<'l>>,
}

impl<'l, W: Write> Assembly<'l, W> {
    pub(super) fn new(
        file: LayersWriter<W>,
        sections: Vec<Section<'l>>,
        dir: Option<&'l Path>,
    ) -> Self {
        Self {
            sections,
            dir,
            state: Mutex::new(State {
                file,
                next: (0, 0),
                writer: None,
                early: BTreeMap::new(),
            }),
        }
    }

    /// Takes a run of a section, both by number from 0 on, each once.
    ///
    /// # Errors
    ///
    /// Of the file.
    pub(super) fn put(&self, section: usize, run: usize, lists: Lists<'l>) -> io::Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let state = &mut *state;
        state.early.insert((section, run), lists);
        while let Some(mut lists) = state.early.remove(&state.next) {
            let (number, run) = state.next;
            let section = &self.sections[number];
            let mut writer = state
                .writer
                .take()
                .unwrap_or_else(|| LayerWriter::new(section.lengths, self.dir));
            writer.append(&mut lists, state.file.out())?;
            if run + 1 < section.n_runs {
                state.writer = Some(writer);
                state.next = (number, run + 1);
            } else {
                writer.finish(state.file.out())?;
                state.file.end_section(section.kind);
                state.next = (number + 1, 0);
            }
        }
        Ok(())
    }

    /// Gives back the file, once all runs have come.
    pub(super) fn finish(self) -> LayersWriter<W> {
        let state = self.state.into_inner();
        state.unwrap_or_else(PoisonError::into_inner).file
    }
}
