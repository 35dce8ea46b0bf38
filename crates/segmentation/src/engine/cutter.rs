//! A dictionary to cut by: looking words up, and finding all words of a text.

use std::ops::Range;

use super::place::{Place, Scratch};
use super::user::{self, UserWords};
use super::walk::Walk;
use crate::compiled::{Compiled, FIRST_CODE, Slot, UNKNOWN, View, is_chinese};

/// A dictionary and how likely its words are.
#[derive(Clone, Copy)]
pub(super) struct Cutter<'d> {
    pub(super) compiled: &'d Compiled,
    /// The column of frequencies it cuts by.
    pub(super) column: usize,
    pub(super) view: View<'d>,
    /// By number of the frequency its log probability; negative infinity for no word.
    pub(super) weights: &'d [f64],
    /// By code the weight of a character on its own.
    pub(super) singles: &'d [f64],
    pub(super) log_total: f64,
    pub(super) user: Option<&'d UserWords>,
}

impl Cutter<'_> {
    /// The frequency of a word.
    pub(super) fn frequency(&self, word: &str) -> Option<u64> {
        if let Some(user) = self.user
            && let Some(word) = user.get(&self.view, word)
        {
            return Some(word.frequency);
        }
        let mut chars = word.chars();
        let mut slot = self.view.root(self.view.code(chars.next()?));
        for c in chars {
            slot = self.view.step(slot, self.view.code(c));
        }
        self.is_word(slot)
            .then(|| self.compiled.frequency(slot.value())[self.column])
    }

    /// Gives the length in characters of each word that `chars` start with.
    pub(super) fn words_along(
        &self,
        chars: impl Iterator<Item = char>,
        mut sink: impl FnMut(usize),
    ) {
        if let Some(user) = self.user {
            let mut walk = Walk::new(self);
            for (len, c) in (1..).zip(chars) {
                walk.step(self, self.view.code(c), || user::code(&self.view, c));
                if walk.is_over() {
                    break;
                }
                if walk.user_word(user).is_some() || self.is_word(walk.slot) {
                    sink(len);
                }
            }
            return;
        }
        let mut slot = None;
        for (len, c) in (1..).zip(chars) {
            let code = self.view.code(c);
            let next = match slot {
                None => self.view.root(code),
                Some(slot) if Slot::may_lead_to(slot, code) => self.view.step(slot, code),
                Some(_) => break,
            };
            if self.is_word(next) {
                sink(len);
            }
            slot = Some(next);
        }
    }

    /// Gives every word, block by block, and what lies between blocks: signs one by one,
    /// runs of ASCII letters, digits, `+`, `#` and line ends as a whole.
    pub(super) fn all_words(
        &self,
        text: &str,
        scratch: &mut Scratch,
        mut sink: impl FnMut(Range<usize>),
    ) {
        let joins = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '#' | '\n');
        let Scratch { codes, starts, .. } = scratch;
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let mut end = at + c.len_utf8();
            if is_chinese(c) {
                codes.clear();
                starts.clear();
                let mut next = Some((at, c));
                while let Some((at, c)) = next {
                    codes.push(self.block_code(c));
                    starts.push(at);
                    end = at + c.len_utf8();
                    next = chars.next_if(|(_, c)| is_chinese(*c));
                }
                starts.push(end);
                for first in 0..codes.len() {
                    self.words_from(&codes[first..], |len| {
                        sink(starts[first]..starts[first + len])
                    });
                }
            } else {
                if joins(c) {
                    while let Some((at, c)) = chars.next_if(|(_, c)| joins(*c)) {
                        end = at + c.len_utf8();
                    }
                }
                sink(at..end);
            }
        }
        scratch.release_if_huge();
    }

    /// Gives the length in characters of each word that `codes` start with.
    #[inline]
    fn words_from(&self, codes: &[u32], mut sink: impl FnMut(usize)) {
        if self.user.is_some() {
            let mut walk = Walk::new(self);
            for (len, &code) in (1..).zip(codes) {
                walk.step(self, code, || code);
                if walk.is_over() {
                    break;
                }
                if walk.is_at_word(self) {
                    sink(len);
                }
            }
            return;
        }
        if codes[0] >= FIRST_CODE && self.single(codes[0]) != f64::NEG_INFINITY {
            sink(1);
        }
        let Some(&second) = codes.get(1) else { return };
        let (place, is_likely) = self.view.place_of_pair(codes[0], second);
        if !is_likely {
            return;
        }
        let mut slot = self.view.slot(place, second);
        let mut len = 2;
        loop {
            if self.is_word(slot) {
                sink(len);
            }
            match codes.get(len) {
                Some(&code) if slot.may_lead_to(code) => slot = self.view.step(slot, code),
                _ => break,
            }
            len += 1;
        }
    }

    /// Whether some characters, two at least, are a word.
    pub(super) fn is_long_word(&self, places: &[Place]) -> bool {
        let mut walk = Walk::new(self);
        if let (None, [first, second, ..]) = (self.user, places)
            && !self.view.place_of_pair(first.code, second.code).1
        {
            return false;
        }
        for &Place { code, .. } in places {
            walk.step(self, code, || code);
            if walk.is_over() {
                return false;
            }
        }
        walk.is_at_word(self)
    }

    /// The code of a character of a block, one of its own if only the user's words may have it.
    #[inline]
    fn block_code(&self, c: char) -> u32 {
        match self.view.code(c) {
            UNKNOWN if self.user.is_some() => user::code(&self.view, c),
            code => code,
        }
    }

    #[inline]
    pub(super) fn weight(&self, slot: Slot) -> f64 {
        self.weights
            .get(slot.value())
            .copied()
            .unwrap_or(f64::NEG_INFINITY)
    }

    /// Whether a word of this dictionary ends at a slot.
    #[inline]
    pub(super) fn is_word(&self, slot: Slot) -> bool {
        self.weight(slot) != f64::NEG_INFINITY
    }

    /// The weight of a character on its own.
    #[inline]
    pub(super) fn single(&self, code: u32) -> f64 {
        self.singles
            .get(code as usize)
            .copied()
            .unwrap_or(f64::NEG_INFINITY)
    }
}
