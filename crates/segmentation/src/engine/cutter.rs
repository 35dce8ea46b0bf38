//! Finding the best way to cut a text.

use std::hint::select_unpredictable;
use std::ops::Range;

use super::chunk::{Chunk, Step};
use super::user::{self, UserWords};
use super::walk::Walk;
use crate::compiled::{BARRIER, Compiled, EMPTY, Slot, UNKNOWN, View, is_chinese};

/// How many characters are looked at at once, unless a word might cross all ends of chunks.
///
/// Small enough for the buffers to stay in the first-level cache.
const CHUNK: usize = 256;

/// How many barriers stand behind a chunk, so that words can be looked for beyond its end.
const PAD: usize = 3;

/// Buffers larger than this, in entries, are given back after use.
const KEPT: usize = 1 << 16;

/// Buffers for cutting one text after the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch {
    chunk: Buffers,
    path: Vec<u8>,
}

/// What is known of the characters of a chunk.
#[derive(Clone, Debug, Default)]
struct Buffers {
    /// How many characters it has.
    n: usize,
    /// Codes of the characters and, behind them, of [`PAD`] barriers.
    codes: Vec<u32>,
    /// Where each character starts, in bytes of the text, and where the last one ends.
    starts: Vec<usize>,
    /// The slots of words that go on with the next character.
    pairs: Vec<Slot>,
    /// The slots of words that go on with the next two characters.
    triples: Vec<Slot>,
    /// The score of the best way to cut from each character to the end of its block.
    scores: Vec<f64>,
    steps: Vec<Step>,
}

/// A dictionary and how likely its words are.
#[derive(Clone, Copy)]
pub(super) struct Cutter<'d> {
    pub(super) compiled: &'d Compiled,
    /// The column of frequencies it cuts by.
    pub(super) column: usize,
    pub(super) view: View<'d>,
    pub(super) weights: &'d [f64],
    pub(super) log_total: f64,
    pub(super) user: Option<&'d UserWords>,
}

impl Cutter<'_> {
    /// Hands out the chunks of `text`, and a buffer for the model.
    pub(super) fn for_each_chunk(
        &self,
        text: &str,
        scratch: &mut Scratch,
        mut sink: impl FnMut(Chunk<'_>, &mut Vec<u8>),
    ) {
        let Scratch { chunk, path } = scratch;
        let mut done = 0;
        while done < text.len() {
            done = self.decode(text, done, chunk);
            match self.user {
                None => {
                    self.fetch_slots(chunk);
                    self.find_route(chunk);
                }
                Some(user) => self.find_route_with(user, chunk),
            }
            let chunk = Chunk {
                cutter: self,
                text,
                codes: &chunk.codes[..chunk.n],
                starts: &chunk.starts[..=chunk.n],
                steps: &chunk.steps[..chunk.n],
            };
            sink(chunk, path);
        }
        scratch.release_if_huge();
    }

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
        let Buffers { codes, starts, .. } = &mut scratch.chunk;
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
        let mut slot = self.view.root(codes[0]);
        let mut len = 1;
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

    /// The code of a character of a block, one of its own if only the user's words may have it.
    #[inline]
    fn block_code(&self, c: char) -> u32 {
        match self.view.code(c) {
            UNKNOWN if self.user.is_some() => user::code(&self.view, c),
            code => code,
        }
    }

    /// Decodes a chunk of `text` from byte `from` on; returns where it ends.
    ///
    /// The chunk ends with the last character that no word crosses, or with the text.
    fn decode(&self, text: &str, from: usize, chunk: &mut Buffers) -> usize {
        let mut len = CHUNK;
        loop {
            chunk.resize(len);
            let rest = &text[from..];
            // Characters so far, and those up to the last place where the chunk may end.
            let (mut n, mut n_whole) = (0, 0);
            let places = chunk.codes.iter_mut().zip(&mut chunk.starts);
            for ((code_place, start_place), (at, c)) in places.take(len).zip(rest.char_indices()) {
                let mut code = self.view.code(c);
                if code <= UNKNOWN {
                    if code == UNKNOWN && self.user.is_some() {
                        code = user::code(&self.view, c);
                    }
                    // A carriage return may belong to a line feed behind it.
                    if code == BARRIER && c != '\r' {
                        n_whole = n + 1;
                    }
                }
                *code_place = code;
                *start_place = from + at;
                n += 1;
            }
            let is_last = n < len;
            if !is_last && n_whole == 0 {
                // No place to end at: a longer chunk has one.
                len *= 4;
                continue;
            }
            let mut end = text.len();
            if !is_last {
                end = chunk
                    .starts
                    .get(n_whole)
                    .copied()
                    .filter(|_| n_whole < n)
                    .unwrap_or_else(|| {
                        let last = chunk.starts[n - 1];
                        last + text[last..].chars().next().map_or(0, char::len_utf8)
                    });
                n = n_whole;
            }
            chunk.n = n;
            chunk.starts[n] = end;
            chunk.codes[n..n + PAD].fill(BARRIER);
            return end;
        }
    }

    /// Fetches what the first steps lead to at each character, the loads not waiting for one another.
    fn fetch_slots(&self, chunk: &mut Buffers) {
        let Buffers {
            n,
            codes,
            pairs,
            triples,
            ..
        } = chunk;
        let n = *n;
        let pairs = &mut pairs[..n];
        for (pair, codes) in pairs.iter_mut().zip(codes.windows(2)) {
            *pair = self.view.pair(codes[0], codes[1]);
        }
        for ((triple, pair), code) in triples.iter_mut().zip(&*pairs).zip(&codes[2..]) {
            *triple = self.view.step_if_likely(*pair, *code);
        }
    }

    /// Finds the best way to cut, from right to left.
    ///
    /// Of equally good words the longest is taken. The arithmetic is jieba's
    /// operation by operation, so that the sums are equal to the last bit.
    fn find_route(&self, chunk: &mut Buffers) {
        let n = chunk.n;
        chunk.scores[n..n + PAD].fill(0.0);
        let codes = &chunk.codes[..n + PAD];
        let slots = chunk.pairs[..n].iter().zip(&chunk.triples[..n]);
        let places = codes.windows(1 + PAD).zip(slots).zip(&mut chunk.steps[..n]);
        // The scores of the next three characters.
        let (mut next, mut second, mut third) = (0.0, 0.0, 0.0);
        for (at, ((codes, (pair, triple)), step)) in places.enumerate().rev() {
            let pair_weight = self.weight(*pair);
            let triple_weight = self.weight(*triple);
            let mut words = select_unpredictable(pair_weight > f64::NEG_INFINITY, Step::PAIR, 0);
            words |= select_unpredictable(triple_weight > f64::NEG_INFINITY, Step::TRIPLE, 0);
            let pair_score = pair_weight + second;
            let triple_score = triple_weight + third;
            // What depends on the next character comes last, as its score is known last.
            let mut best =
                select_unpredictable(pair_score > triple_score, pair_score, triple_score);
            let mut len = select_unpredictable(pair_score > triple_score, 2, 3);
            if triple.may_lead_to(codes[3]) {
                (best, len) =
                    self.try_longer(*triple, &chunk.codes[at..], &chunk.scores[at..], best, len);
            }
            let score = self.weight(self.view.root(codes[0])) + next;
            len = select_unpredictable(score > best, 1, len);
            best = select_unpredictable(score > best, score, best);
            if best == f64::NEG_INFINITY {
                // No word starts here: it is left alone, or ends its block.
                best = if codes[0] == BARRIER {
                    0.0
                } else {
                    -self.log_total + next
                };
                len = 1;
            }
            (next, second, third) = (best, next, second);
            chunk.scores[at] = best;
            *step = Step::new(len, words);
        }
    }

    /// Tries the words of more than three characters that go on from `slot`.
    #[inline(never)]
    fn try_longer(
        &self,
        slot: Slot,
        codes: &[u32],
        scores: &[f64],
        best: f64,
        len: u32,
    ) -> (f64, u32) {
        let (mut best, mut len) = (best, len);
        let mut slot = slot;
        let mut at = 3;
        while slot.may_lead_to(codes[at]) {
            slot = self.view.step(slot, codes[at]);
            at += 1;
            let score = self.weight(slot) + scores[at];
            if score >= best {
                best = score;
                len = at as u32;
            }
        }
        (best, len)
    }

    /// Does what [`find_route`](Self::find_route) does with the user's words,
    /// which take the place of compiled ones.
    fn find_route_with(&self, user: &UserWords, chunk: &mut Buffers) {
        let Buffers {
            n,
            codes,
            scores,
            steps,
            ..
        } = chunk;
        let n = *n;
        scores[n..n + PAD].fill(0.0);
        for at in (0..n).rev() {
            if codes[at] == BARRIER {
                scores[at] = 0.0;
                steps[at] = Step::ALONE;
                continue;
            }
            let mut best: Option<(f64, usize)> = None;
            let mut words = 0;
            let mut walk = Walk::new(self);
            for (len, &code) in (1..).zip(&codes[at..n]) {
                walk.step(self, code, || code);
                if walk.is_over() {
                    break;
                }
                let weight = match walk.user_word(user) {
                    Some(word) => word.log - self.log_total,
                    None if self.is_word(walk.slot) => self.weight(walk.slot),
                    None => continue,
                };
                let score = weight + scores[at + len];
                if best.is_none_or(|(best, _)| score >= best) {
                    best = Some((score, len));
                }
                words |= match len {
                    2 => Step::PAIR,
                    3 => Step::TRIPLE,
                    _ => 0,
                };
            }
            let (score, len) = best.unwrap_or((-self.log_total + scores[at + 1], 1));
            scores[at] = score;
            steps[at] = Step::new(len as u32, words);
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
}

impl Buffers {
    /// Makes room for some characters and what stands behind them.
    fn resize(&mut self, n: usize) {
        fn grow<T: Clone>(buffer: &mut Vec<T>, len: usize, value: T) {
            if buffer.len() < len {
                buffer.resize(len, value);
            }
        }
        let len = n + PAD;
        grow(&mut self.codes, len, BARRIER);
        grow(&mut self.starts, len, 0);
        grow(&mut self.pairs, len, EMPTY);
        grow(&mut self.triples, len, EMPTY);
        grow(&mut self.scores, len, 0.0);
        grow(&mut self.steps, len, Step::ALONE);
    }
}

impl Scratch {
    /// Gives back what a huge text needed.
    fn release_if_huge(&mut self) {
        if self.chunk.codes.len() > KEPT {
            *self = Self::default();
        }
    }
}
