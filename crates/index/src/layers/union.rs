//! The terms of several segments together.

use super::layer::Layer;
use super::terms::{TermInfo, TermStream};

/// The terms of several layers in the order of their bytes, each once.
pub(crate) struct TermUnion<'a> {
    /// The streams that are not at their end.
    streams: Vec<(usize, TermStream<'a>)>,
    term: Vec<u8>,
}

impl<'a> TermUnion<'a> {
    /// Begins at the first term.
    pub(crate) fn new(layers: impl Iterator<Item = &'a Layer>) -> Self {
        let streams = layers.enumerate().filter_map(|(number, layer)| {
            let mut stream = layer.terms_from("");
            stream.next()?;
            Some((number, stream))
        });
        Self {
            streams: streams.collect(),
            term: Vec::new(),
        }
    }

    /// Goes to the next term, and puts into `entries` which of the layers have it, and where; `None` behind the last.
    pub(crate) fn next(&mut self, entries: &mut Vec<(usize, TermInfo)>) -> Option<&[u8]> {
        entries.clear();
        let least = self.streams.iter().map(|(_, stream)| stream.term()).min()?;
        self.term.clear();
        self.term.extend_from_slice(least);
        let term = &self.term;
        self.streams.retain_mut(|(number, stream)| {
            if stream.term() != term.as_slice() {
                return true;
            }
            entries.push((*number, stream.info().clone()));
            stream.next().is_some()
        });
        Some(term)
    }
}
