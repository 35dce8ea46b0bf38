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

/// Log probabilities, those of characters read in place.
#[derive(Clone, Copy)]
pub(crate) struct Hmm<'d> {
    index: &'d [[u8; 2]],
    emissions: &'d [[u8; N_STATES * 8]],
    pub(crate) states: &'d States,
}

/// Log probabilities of states.
#[derive(Clone, Debug)]
pub(crate) struct States {
    /// How likely each is to come first.
    pub(crate) starts: [f64; N_STATES],
    /// How likely each, the first index, is to be followed by each other.
    pub(crate) transitions: [[f64; N_STATES]; N_STATES],
}

impl States {
    /// Reads the row of the first state and those of transitions.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let (rows, _) = bytes.as_chunks();
        let mut rows = rows.iter().map(row);
        let mut next = || rows.next().unwrap_or([NEVER; N_STATES]);
        Self {
            starts: next(),
            transitions: std::array::from_fn(|_| next()),
        }
    }
}

impl<'d> Hmm<'d> {
    /// Takes the rows of the characters covered, the rows, and the states.
    pub(super) fn new(index: &'d [u8], emissions: &'d [u8], states: &'d States) -> Self {
        Self {
            index: index.as_chunks().0,
            emissions: emissions.as_chunks().0,
            states,
        }
    }

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
        self.emissions
            .get(usize::from(row))
            .map_or([NEVER; N_STATES], self::row)
    }

    /// The characters a state has shown, and how likely.
    pub(super) fn seen(&self, state: usize) -> impl Iterator<Item = (char, f64)> {
        let chars = (FIRST..=LAST).map(move |c| (c, self.emissions(c)[state]));
        chars.filter(|(_, log)| *log != NEVER)
    }
}

#[inline]
fn row(bytes: &[u8; N_STATES * 8]) -> [f64; N_STATES] {
    let (numbers, _) = bytes.as_chunks();
    std::array::from_fn(|state| f64::from_le_bytes(numbers[state]))
}
