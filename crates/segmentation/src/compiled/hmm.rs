//! jieba's hidden Markov model of characters that begin, continue, end or are a word.

/// The model's states: a word's begin, end and middle, and a word of one character.
pub(crate) const N_STATES: usize = 4;

/// The characters the model covers.
pub(super) const FIRST: char = '\u{4E00}';
const LAST: char = '\u{9FD5}';
pub(super) const N_CHARS: usize = LAST as usize - FIRST as usize + 1;

/// The row of characters the model has not seen.
pub(super) const NO_ROW: u16 = u16::MAX;

/// The logarithm that stands for the probability 0.
pub(super) const NEVER: f64 = -3.14e100;

/// Log probabilities, read in place.
#[derive(Clone, Copy)]
pub(crate) struct Hmm<'d> {
    pub(super) index: &'d [[u8; 2]],
    pub(super) emissions: &'d [[u8; 8]],
    /// Of the first state, then of each transition by its first state.
    pub(super) transitions: &'d [[u8; 8]],
}

impl Hmm<'_> {
    /// Whether the model covers `c`.
    #[inline]
    pub(crate) fn covers(c: char) -> bool {
        (FIRST..=LAST).contains(&c)
    }

    /// How likely each state is to show `c`.
    #[inline]
    pub(crate) fn emissions(&self, c: char) -> [f64; N_STATES] {
        let idx = (c as usize).wrapping_sub(FIRST as usize);
        let row = self
            .index
            .get(idx)
            .map_or(NO_ROW, |row| u16::from_le_bytes(*row));
        let start = usize::from(row) * N_STATES;
        match self.emissions.get(start..start + N_STATES) {
            Some(row) => std::array::from_fn(|state| f64::from_le_bytes(row[state])),
            None => [NEVER; N_STATES],
        }
    }

    /// The characters a state has shown, and how likely.
    pub(super) fn seen(&self, state: usize) -> impl Iterator<Item = (char, f64)> {
        let chars = (FIRST..=LAST).map(move |c| (c, self.emissions(c)[state]));
        chars.filter(|(_, log)| *log != NEVER)
    }

    /// How likely each state is to come first.
    pub(crate) fn starts(&self) -> [f64; N_STATES] {
        std::array::from_fn(|state| f64::from_le_bytes(self.transitions[state]))
    }

    /// How likely each state, the first index, is to be followed by each other.
    pub(crate) fn transitions(&self) -> [[f64; N_STATES]; N_STATES] {
        std::array::from_fn(|from| {
            std::array::from_fn(|to| {
                f64::from_le_bytes(self.transitions[N_STATES * (1 + from) + to])
            })
        })
    }
}
