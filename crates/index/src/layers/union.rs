//! The terms of several segments together.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

use super::layer::Layer;
use super::terms::{TermInfo, TermStream};

/// The terms of several layers in the order of their bytes, each once.
pub(crate) struct TermUnion<'a> {
    /// One of each layer; of a layer without terms, it is at its end.
    streams: Vec<TermStream<'a>>,
    /// The terms at which the streams are that are not at their end, and their numbers.
    heads: BinaryHeap<Reverse<(Vec<u8>, usize)>>,
    term: Vec<u8>,
}

impl<'a> TermUnion<'a> {
    /// Begins at the first term.
    pub(crate) fn new(layers: impl Iterator<Item = &'a Layer>) -> Self {
        let mut streams: Vec<TermStream<'_>> = layers.map(|layer| layer.terms_from("")).collect();
        let heads = streams.iter_mut().enumerate();
        let heads = heads.filter_map(|(number, stream)| {
            let (term, _) = stream.next()?;
            Some(Reverse((term.to_vec(), number)))
        });
        Self {
            heads: heads.collect(),
            streams,
            term: Vec::new(),
        }
    }

    /// Goes to the next term, and puts into `entries` which of the layers have it, and where; `None` behind the last.
    pub(crate) fn next(&mut self, entries: &mut Vec<(usize, TermInfo)>) -> Option<&[u8]> {
        entries.clear();
        let Reverse((least, _)) = self.heads.peek()?;
        self.term.clone_from(least);
        while let Some(mut head) = self.heads.peek_mut() {
            let Reverse((term, number)) = &mut *head;
            if *term != self.term {
                break;
            }
            let stream = &mut self.streams[*number];
            entries.push((*number, stream.info().clone()));
            match stream.next() {
                Some((next, _)) => {
                    term.clear();
                    term.extend_from_slice(next);
                }
                None => _ = PeekMut::pop(head),
            }
        }
        Some(&self.term)
    }
}
