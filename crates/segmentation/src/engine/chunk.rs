//! Handing out the words of a chunk along the best way to cut it.

use std::ops::Range;

use super::cutter::Cutter;
use super::place::Place;
use super::viterbi;
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
        if word.len() > 2 {
            // A connector and a part of two letters are three characters.
            alphanumeric_parts(self.text, bytes.clone(), sink);
            for at in word.start..word.end - 1 {
                if self.places[at].starts_pair() {
                    sink(self.bytes(at..at + 2));
                }
            }
        }
        if word.len() > 3 {
            for at in word.start..word.end - 2 {
                if self.places[at].starts_triple() {
                    sink(self.bytes(at..at + 3));
                }
            }
        }
        sink(bytes);
    }

    /// Joins characters the dictionary left alone, two at least, as the model sees fit.
    fn join(&self, run: Range<usize>, path: &mut Vec<u8>, sink: &mut impl FnMut(Range<usize>)) {
        // jieba leaves them alone if they are a word that scored less than its characters.
        if self.is_word(run.clone()) {
            run.for_each(|at| sink(at..at + 1));
            return;
        }
        let hmm = &self.cutter.view.hmm;
        // Only those of characters that are covered are asked for.
        let emissions = |at| {
            self.covered(at)
                .map(|c| hmm.emissions(c))
                .unwrap_or_default()
        };
        let mut start = run.start;
        while start < run.end {
            let mut end = start;
            while end < run.end && self.covered(end).is_some() {
                end += 1;
            }
            match end - start {
                0 => {
                    while end < run.end && self.covered(end).is_none() {
                        end += 1;
                    }
                    self.split_uncovered(start..end, sink);
                }
                1 => sink(start..end),
                // Most runs.
                2 if viterbi::are_one_word(hmm, emissions(start), emissions(start + 1)) => {
                    sink(start..end);
                }
                2 => (start..end).for_each(|at| sink(at..at + 1)),
                _ => {
                    viterbi::find_ends(hmm, (start..end).map(emissions), path);
                    let mut first = start;
                    for (is_end, end) in path.iter().zip(start + 1..) {
                        if *is_end != 0 {
                            sink(first..end);
                            first = end;
                        }
                    }
                }
            }
            start = end;
        }
    }

    /// The character at a place if the model covers it.
    #[inline]
    fn covered(&self, at: usize) -> Option<char> {
        match self.text.as_bytes()[self.places[at].start..] {
            // All that the model covers have three bytes.
            [first @ 0xE4..=0xE9, second, third, ..] => {
                let bits = |byte: u8| u32::from(byte & 0x3F);
                let c = u32::from(first & 0xF) << 12 | bits(second) << 6 | bits(third);
                char::from_u32(c).filter(|c| Hmm::covers(*c))
            }
            _ => None,
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
            _ => self.cutter.is_long_word(&self.places[run]),
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
