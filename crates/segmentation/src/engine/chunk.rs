//! Handing out the words of a chunk along the best way to cut it.

use std::ops::Range;

use super::cutter::Cutter;
use super::viterbi;
use super::walk::Walk;
use crate::compiled::{BARRIER, Hmm};

/// A part of a text that no word crosses the ends of, and the best way to cut it.
#[derive(Clone, Copy)]
pub(super) struct Chunk<'c> {
    pub(super) cutter: &'c Cutter<'c>,
    pub(super) text: &'c str,
    /// Codes of its characters.
    pub(super) codes: &'c [u32],
    /// Where each starts, in bytes of the text, and where the last one ends.
    pub(super) starts: &'c [usize],
    pub(super) steps: &'c [Step],
}

/// What the best way to cut does at a character.
///
/// The lower 30 bits are the length of its word in characters; the others say
/// whether a word of two or three characters starts there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step(u32);

impl Step {
    /// A character left alone.
    pub(super) const ALONE: Self = Self(1);

    pub(super) const PAIR: u32 = 1 << 30;
    pub(super) const TRIPLE: u32 = 1 << 31;

    /// A word of `len` characters, and whether [`PAIR`](Self::PAIR) and [`TRIPLE`](Self::TRIPLE) start here.
    #[inline]
    pub(super) fn new(len: u32, words: u32) -> Self {
        Self(len | words)
    }

    #[inline]
    fn len(self) -> usize {
        (self.0 & (Self::PAIR - 1)) as usize
    }

    #[inline]
    fn starts_pair(self) -> bool {
        self.0 & Self::PAIR != 0
    }

    #[inline]
    fn starts_triple(self) -> bool {
        self.0 & Self::TRIPLE != 0
    }
}

impl Chunk<'_> {
    /// Hands out the words, as ranges of the chunk's characters.
    pub(super) fn words(&self, hmm: bool, path: &mut Vec<u8>, mut sink: impl FnMut(Range<usize>)) {
        let n = self.steps.len();
        let mut at = 0;
        while at < n {
            if self.codes[at] == BARRIER {
                let len = self.sign_len(at);
                sink(at..at + len);
                at += len;
                continue;
            }
            let len = self.steps[at].len();
            if len > 1 {
                sink(at..at + len);
                at += len;
                continue;
            }
            // Characters on their own, one after the other.
            let joins = |at: usize| self.steps[at].len() == 1 && self.codes[at] != BARRIER;
            let mut end = at + 1;
            if hmm {
                while end < n && joins(end) {
                    end += 1;
                }
                self.join(at..end, path, &mut sink);
            } else if self.is_alphanumeric(at) {
                while end < n && joins(end) && self.is_alphanumeric(end) {
                    end += 1;
                }
                sink(at..end);
            } else {
                sink(at..end);
            }
            at = end;
        }
    }

    /// The bytes of the text that some characters are.
    #[inline]
    pub(super) fn bytes(&self, chars: Range<usize>) -> Range<usize> {
        self.starts[chars.start]..self.starts[chars.end]
    }

    /// Hands out the words inside a word, then the word, in bytes of the text.
    pub(super) fn with_inner_words(&self, word: Range<usize>, sink: &mut impl FnMut(Range<usize>)) {
        let bytes = self.bytes(word.clone());
        alphanumeric_parts(self.text, bytes.clone(), sink);
        if word.len() > 2 && self.codes[word.start] != BARRIER {
            for at in word.start..word.end - 1 {
                if self.steps[at].starts_pair() {
                    sink(self.bytes(at..at + 2));
                }
            }
            if word.len() > 3 {
                for at in word.start..word.end - 2 {
                    if self.steps[at].starts_triple() {
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
        let step = self.steps[run.start];
        match run.len() {
            2 => step.starts_pair(),
            3 => step.starts_triple(),
            _ => {
                let mut walk = Walk::new(self.cutter);
                for &code in &self.codes[run] {
                    walk.step(self.cutter, code, || code);
                    if walk.is_over() {
                        return false;
                    }
                }
                walk.is_at_word(self.cutter)
            }
        }
    }

    /// How many characters the sign at `at` has: a line end of two is one.
    fn sign_len(&self, at: usize) -> usize {
        let is_line_end =
            self.byte(at) == b'\r' && self.text.as_bytes().get(self.starts[at] + 1) == Some(&b'\n');
        1 + usize::from(is_line_end)
    }

    #[inline]
    fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes()[self.starts[at]]
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
