//! Which words of a query an article has.

use tantivy::DocId;

use crate::positions::Phrase;
use crate::rank::accumulate::FoundParts;
use crate::rank::ask::{Ask, Scope};
use crate::rank::lists::{Lists, Unit};
use crate::rank::{all_units, coverage};
use crate::segment::{Segment, TextKind};

/// Reads off the bits of an article which words it has.
pub(super) struct Judge<'a> {
    pub(super) units: &'a [Unit],
    part_idfs: &'a [f32],
    total: f32,
    /// The bits of all units.
    pub(super) all: u64,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Verdict {
    pub(super) has: u64,
    /// Words whose characters are there, perhaps apart.
    pub(super) doubtful: u64,
    /// Words whose shorter words are there, as pairs of characters.
    pub(super) has_parts: u64,
}

impl<'a> Judge<'a> {
    pub(super) fn new(lists: &'a Lists, ask: &Ask, found: &'a FoundParts) -> Self {
        let words: f32 = lists.units.iter().map(|unit| unit.idf).sum();
        Self {
            units: &lists.units,
            part_idfs: &found.part_idfs,
            total: words + found.part_idfs.iter().sum::<f32>(),
            all: all_units(lists, ask),
        }
    }

    pub(super) fn judge(&self, bits: u64) -> Verdict {
        let mut verdict = Verdict::default();
        for (i, unit) in self.units.iter().enumerate() {
            if bits & unit.word != 0 {
                verdict.has |= 1 << i;
                continue;
            }
            if unit.is_shown(bits) {
                verdict.doubtful |= 1 << i;
            }
            if unit.parts != 0 && bits & unit.parts == unit.parts {
                verdict.has_parts |= 1 << i;
            }
        }
        verdict
    }

    /// The most coverage that an article with these bits can have.
    pub(super) fn most(&self, bits: u64) -> f32 {
        let verdict = self.judge(bits);
        self.coverage(verdict.has | verdict.doubtful)
    }

    pub(super) fn coverage(&self, has: u64) -> f32 {
        if self.total <= 0.0 {
            return 1.0;
        }
        let units = self.units.iter().map(|unit| unit.idf);
        let has: f32 = units
            .chain(self.part_idfs.iter().copied())
            .enumerate()
            .filter(|(i, _)| has & (1 << i) != 0)
            .map(|(_, idf)| idf)
            .sum();
        coverage(has / self.total)
    }
}

/// Remembers what was computed of bits; most articles of a search share few combinations.
pub(super) struct Memo<T> {
    places: [Option<(u64, T)>; 64],
}

impl<T: Copy> Default for Memo<T> {
    fn default() -> Self {
        Self { places: [None; 64] }
    }
}

impl<T: Copy> Memo<T> {
    pub(super) fn get(&mut self, bits: u64, compute: impl FnOnce() -> T) -> T {
        let at = (bits.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58) as usize;
        match self.places[at] {
            Some((known, value)) if known == bits => value,
            _ => {
                let value = compute();
                self.places[at] = Some((bits, value));
                value
            }
        }
    }
}

/// An article that has the characters of words, perhaps apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Doubt {
    pub(super) doc: DocId,
    /// The words in doubt.
    pub(super) words: u64,
    /// Those of them that it has; none until [`resolve`] has looked.
    pub(super) has: u64,
}

/// Looks at the positions of articles in ascending order.
pub(super) fn resolve(doubts: &mut [Doubt], ask: &Ask, segment: &Segment) {
    let in_doubt = doubts.iter().fold(0, |all, doubt| all | doubt.words);
    for (i, word) in ask.text.words.iter().enumerate().take(64) {
        let bit = 1u64 << i;
        if in_doubt & bit == 0 {
            continue;
        }
        let mut phrases = Vec::new();
        if ask.scope != Scope::Title {
            phrases.extend(Phrase::open(segment, TextKind::Body, &word.chars));
        }
        if ask.scope != Scope::Body {
            phrases.extend(Phrase::open(segment, TextKind::Title, &word.chars));
        }
        for doubt in doubts.iter_mut() {
            if doubt.words & bit != 0 && phrases.iter_mut().any(|it| it.count(doubt.doc) > 0) {
                doubt.has |= bit;
            }
        }
    }
}
