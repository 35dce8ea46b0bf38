//! What is known of the characters of a chunk of a text.

use crate::compiled::BARRIER;

/// How many barriers stand behind a chunk, so that words can be looked for beyond its end.
pub(super) const PAD: usize = 3;

/// Buffers larger than this, in entries, are given back after use.
const KEPT: usize = 1 << 16;

/// Buffers for cutting one text after the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch {
    /// The characters and, behind them, [`PAD`] barriers.
    pub(super) places: Vec<Place>,
    /// Slots to look at, one for some of the characters.
    pub(super) looks: Vec<Look>,
    /// A buffer of the model's.
    pub(super) path: Vec<u8>,
    /// The codes of a block of Chinese characters.
    pub(super) codes: Vec<u32>,
    /// Where each of these starts, in bytes of the text, and where the last one ends.
    pub(super) starts: Vec<usize>,
}

/// A character of a chunk, or a line end of two.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Where it starts, in bytes of the text.
    pub(super) start: usize,
    pub(super) code: u32,
    pub(super) step: Step,
    /// The weight of the word of this character and the next one, or 0 where words are the
    /// user's; negative infinity if they are none.
    pub(super) pair: f64,
    /// The same of this character and the next two.
    pub(super) triple: f64,
    /// The score of the best way to cut from here to the end of the block.
    pub(super) score: f64,
}

/// A slot that a word may go on in, if it is that of the right character.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Look {
    /// Which character of the chunk the word starts with.
    pub(super) at: u32,
    /// The place of the slot.
    pub(super) slot: u32,
}

/// What is done at a character.
///
/// While words are looked up, whether there may be one of more than three characters;
/// then, what the best way to cut does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step(u32);

impl Place {
    /// A place behind the end.
    pub(super) const BEHIND: Self = Self {
        start: 0,
        code: BARRIER,
        step: Step::SIGN,
        pair: f64::NEG_INFINITY,
        triple: f64::NEG_INFINITY,
        score: 0.0,
    };

    /// Whether a word of two characters starts here.
    #[inline]
    pub(super) fn starts_pair(&self) -> bool {
        self.pair != f64::NEG_INFINITY
    }

    /// Whether a word of three characters starts here.
    #[inline]
    pub(super) fn starts_triple(&self) -> bool {
        self.triple != f64::NEG_INFINITY
    }
}

impl Step {
    /// A character between blocks; or nothing longer than three characters.
    pub(super) const SIGN: Self = Self(0);
    /// Where a word of more than three characters may start.
    pub(super) const LONGER: Self = Self(u32::MAX);
    /// A character left alone.
    const ALONE: Self = Self(1);

    /// A word of `len` characters.
    #[inline]
    pub(super) const fn word(len: u32) -> Self {
        Self(len)
    }

    /// How many characters it goes on by.
    #[inline]
    pub(super) fn len(self) -> usize {
        self.0.max(1) as usize
    }

    #[inline]
    pub(super) fn is_alone(self) -> bool {
        self.0 == Self::ALONE.0
    }

    #[inline]
    pub(super) fn is_longer(self) -> bool {
        self.0 == Self::LONGER.0
    }
}

impl Scratch {
    /// Makes room for some characters and what stands behind them.
    pub(super) fn resize(&mut self, n: usize) {
        if self.looks.len() < n + 1 {
            self.places.resize(n + PAD, Place::BEHIND);
            self.looks.resize(n + 1, Look::default());
        }
    }

    /// Gives back what a huge text needed.
    pub(super) fn release_if_huge(&mut self) {
        if self.looks.len().max(self.codes.len()) > KEPT {
            *self = Self::default();
        }
    }
}
