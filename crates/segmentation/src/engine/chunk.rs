//! Handing out the words of a chunk along the best way to cut it.

use std::ops::Range;

use super::cutter::Cutter;
use super::place::Place;
use super::viterbi;
use super::walk::Walk;
use crate::compiled::Hmm;

/// A part of a text that no word crosses the ends of, and the best way to cut it.
#[derive(Clone, Copy)]
pub(super) struct Chunk<'c> {
    pub(super) cutter: &'c Cutter<'c>,
    pub(super) text: &'c str,
    /// Its characters, and the place behind them.
    pub(super) places: &'c [Place],
}

impl Chunk<'_> {
    /// Hands out the words, as ranges of the chunk's characters; with `HMM` the model joins characters left alone.
    #[inline]
    pub(super) fn words<const HMM: bool>(
        &self,
        path: &mut Vec<u8>,
        mut sink: impl FnMut(Range<usize>),
    ) {
        let n = self.places.len() - 1;
        let mut at = 0;
        while at < n {
            let step = self.places[at].step;
            let mut end = at + step.len();
            if step.is_alone() && self.places[end].step.is_alone() {
                if HMM {
                    end = self.end_of_run(end);
                    self.join(at..end, path, &mut sink);
                    at = end;
                    continue;
                }
                if self.is_alphanumeric(at) {
                    while self.places[end].step.is_alone() && self.is_alphanumeric(end) {
                        end += 1;
                    }
                }
            }
            sink(at..end);
            at = end;
        }
    }

    /// Where a run of characters left alone ends that `at` is part of.
    fn end_of_run(&self, at: usize) -> usize {
        let rest = &self.places[at..];
        let len = rest.iter().position(|place| !place.step.is_alone());
        at + len.unwrap_or(rest.len() - 1)
    }

    /// The bytes of the text that some characters are.
    #[inline]
    pub(super) fn bytes(&self, chars: Range<usize>) -> Range<usize> {
        self.places[chars.start].start..self.places[chars.end].start
    }

    /// Hands out the words inside a word, then the word, in bytes of the text.
    pub(super) fn with_inner_words(&self, word: Range<usize>, sink: &mut impl FnMut(Range<usize>)) {
        let bytes = self.bytes(word.clone());
        alphanumeric_parts(self.text, bytes.clone(), sink);
        if word.len() > 2 {
            for at in word.start..word.end - 1 {
                if self.places[at].starts_pair() {
                    sink(self.bytes(at..at + 2));
                }
            }
            if word.len() > 3 {
                for at in word.start..word.end - 2 {
                    if self.places[at].starts_triple() {
                        sink(self.bytes(at..at + 3));
                    }
                }
            }
        }
        sink(bytes);
    }

    /// Joins characters the dictionary left alone as the model sees fit.
    fn join(&self, run: Range<usize>, path: &mut Vec<u8>, sink: &mut impl FnMut(Range<usize>)) {
        // jieba leaves them alone if they are a word that scored less than its characters.
        if run.len() == 1 || self.is_word(run.clone()) {
            run.for_each(|at| sink(at..at + 1));
            return;
        }
        let covered = |at: usize| {
            let bytes = self.bytes(at..at + 1);
            self.text[bytes].chars().all(Hmm::covers)
        };
        let mut start = run.start;
        while start < run.end {
            let is_covered = covered(start);
            let mut end = start + 1;
            while end < run.end && covered(end) == is_covered {
                end += 1;
            }
            if !is_covered {
                self.split_uncovered(start..end, sink);
            } else if end - start == 1 {
                sink(start..end);
            } else {
                let text = &self.text[self.bytes(start..end)];
                let mut first = start;
                viterbi::cut(&self.cutter.view.hmm, text, path, |word| {
                    // Characters the model covers have three bytes.
                    let len = word.len() / 3;
                    sink(first..first + len);
                    first += len;
                });
            }
            start = end;
        }
    }

    /// Splits characters the model does not cover: numbers and Latin words, and what lies between.
    fn split_uncovered(&self, run: Range<usize>, sink: &mut impl FnMut(Range<usize>)) {
        let mut start = run.start;
        let mut at = run.start;
        while at < run.end {
            if !self.is_alphanumeric(at) {
                at += 1;
                continue;
            }
            if start < at {
                sink(start..at);
            }
            start = at;
            loop {
                while at < run.end && self.is_alphanumeric(at) {
                    at += 1;
                }
                let joins = at + 1 < run.end
                    && matches!(self.byte(at), b'.' | b'_' | b'-')
                    && self.is_alphanumeric(at + 1);
                if !joins {
                    break;
                }
                at += 1;
            }
            if at < run.end && self.byte(at) == b'%' {
                at += 1;
            }
            sink(start..at);
            start = at;
        }
        if start < run.end {
            sink(start..run.end);
        }
    }

    /// Whether some characters, two at least, are a word.
    fn is_word(&self, run: Range<usize>) -> bool {
        let place = &self.places[run.start];
        match run.len() {
            2 => place.starts_pair(),
            3 => place.starts_triple(),
            _ => {
                let mut walk = Walk::new(self.cutter);
                for &Place { code, .. } in &self.places[run] {
                    walk.step(self.cutter, code, || code);
                    if walk.is_over() {
                        return false;
                    }
                }
                walk.is_at_word(self.cutter)
            }
        }
    }

    #[inline]
    fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes()[self.places[at].start]
    }

    #[inline]
    fn is_alphanumeric(&self, at: usize) -> bool {
        self.byte(at).is_ascii_alphanumeric()
    }
}

/// Hands out the parts of a word joined by `.`, `_` or `-` that have a letter and are not alone.
fn alphanumeric_parts(text: &str, word: Range<usize>, sink: &mut impl FnMut(Range<usize>)) {
    let is_connector = |byte: &u8| matches!(byte, b'.' | b'_' | b'-');
    let bytes = &text.as_bytes()[word.clone()];
    if !bytes.iter().any(is_connector) {
        return;
    }
    let mut start = word.start;
    for part in bytes.split(is_connector) {
        if part.len() >= 2 && part.iter().any(u8::is_ascii_alphabetic) {
            sink(start..start + part.len());
        }
        start += part.len() + 1;
    }
}
