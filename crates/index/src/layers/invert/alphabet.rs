//! Characters by number, and their order.

use crate::utf16;

/// How many characters there can be.
const N_CHARS: usize = 0x11_0000;

/// Characters, numbered from 1 in the order of their first occurrence.
#[derive(Default)]
pub(super) struct Alphabet {
    chars: Vec<char>,
    /// The number of each character that occurs, by the character's code; 0 of others. Empty as long as there is none.
    numbers: Vec<u32>,
}

/// Characters by number, or once they are [ranked](Self::rank) by rank: in two bytes each, unless there are too many
/// different ones.
pub(super) enum Codes {
    Narrow(Vec<u16>),
    Wide(Vec<u32>),
}

impl Default for Codes {
    fn default() -> Self {
        Self::Narrow(Vec::new())
    }
}

impl Alphabet {
    #[inline]
    fn number(&mut self, c: char) -> u32 {
        if self.numbers.is_empty() {
            self.numbers = vec![0; N_CHARS];
        }
        let number = &mut self.numbers[c as usize];
        if *number == 0 {
            self.chars.push(c);
            *number = self.chars.len() as u32;
        }
        *number
    }

    /// How many characters there are; none has a higher number.
    pub(super) fn len(&self) -> usize {
        self.chars.len()
    }

    /// How many bytes of memory the characters take.
    pub(super) fn memory(&self) -> usize {
        8 * self.chars.len()
    }

    /// Puts the characters in order: those in order, and the rank of each number.
    pub(super) fn into_ranks(self) -> (Vec<char>, Vec<u32>) {
        let mut ordered = self.chars;
        ordered.sort_unstable();
        let mut ranks = vec![0; ordered.len() + 1];
        for (rank, &c) in (0..).zip(&ordered) {
            ranks[self.numbers[c as usize] as usize] = rank;
        }
        (ordered, ranks)
    }
}

impl Codes {
    /// Appends the characters of a text, as [`TextLayers`](super::super::TextLayers) has them; gives how many they are.
    pub(super) fn push(&mut self, text: &[u8], alphabet: &mut Alphabet) -> usize {
        let before = self.len();
        for c in utf16::chars(text) {
            let number = alphabet.number(c);
            match self {
                Self::Narrow(codes) => match u16::try_from(number) {
                    Ok(number) => codes.push(number),
                    Err(_) => {
                        let mut wide: Vec<u32> = codes.iter().copied().map(u32::from).collect();
                        wide.push(number);
                        *self = Self::Wide(wide);
                    }
                },
                Self::Wide(codes) => codes.push(number),
            }
        }
        self.len() - before
    }

    fn len(&self) -> usize {
        match self {
            Self::Narrow(codes) => codes.len(),
            Self::Wide(codes) => codes.len(),
        }
    }

    /// How many bytes of memory they take.
    pub(super) fn memory(&self) -> usize {
        match self {
            Self::Narrow(codes) => 2 * codes.len(),
            Self::Wide(codes) => 4 * codes.len(),
        }
    }

    /// Hands over the numbers of the last `n` characters.
    pub(super) fn for_each_of_last(&self, n: usize, mut sink: impl FnMut(usize)) {
        let first = self.len() - n;
        match self {
            Self::Narrow(codes) => codes[first..].iter().for_each(|&code| sink(code.into())),
            Self::Wide(codes) => codes[first..].iter().for_each(|&code| sink(code as usize)),
        }
    }

    /// Puts the rank of each character in place of its number; gives how often each rank occurs, of the frequencies by
    /// number.
    pub(super) fn rank(&mut self, ranks: &[u32], frequencies: &[usize]) -> Vec<usize> {
        match self {
            Self::Narrow(codes) => {
                for code in codes {
                    // A rank is below the greatest number.
                    *code = ranks[usize::from(*code)] as u16;
                }
            }
            Self::Wide(codes) => {
                for code in codes {
                    *code = ranks[*code as usize];
                }
            }
        }
        // There is no number 0.
        let mut by_rank = vec![0; ranks.len() - 1];
        for (&rank, &frequency) in ranks.iter().zip(frequencies).skip(1) {
            by_rank[rank as usize] = frequency;
        }
        by_rank
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_characters_than_two_bytes_can_number_are_told_apart() {
        let first: String = ('一'..='丟').rev().collect();
        // 73,000 of them, from behind the surrogates on into other planes.
        let second: String = ('\u{E000}'..'\u{21E00}').collect();
        let (mut alphabet, mut codes) = (Alphabet::default(), Codes::default());
        for text in [&first, &second, &first] {
            let mut units = Vec::new();
            utf16::push(&mut units, text);
            assert_eq!(codes.push(&units, &mut alphabet), text.chars().count());
        }
        let n_different = alphabet.len();
        let (chars, ranks) = alphabet.into_ranks();
        assert!(chars.is_sorted() && chars.len() > usize::from(u16::MAX));
        let mut frequencies = vec![0; n_different + 1];
        codes.for_each_of_last(codes.len(), |number| frequencies[number] += 1);
        let by_rank = codes.rank(&ranks, &frequencies);
        for (c, frequency) in chars.iter().zip(by_rank) {
            assert_eq!(frequency, 1 + usize::from(first.contains(*c)), "{c}");
        }
        let Codes::Wide(codes) = codes else {
            panic!("two bytes are not enough");
        };
        let found: String = codes.iter().map(|&rank| chars[rank as usize]).collect();
        assert_eq!(found, [first.as_str(), &second, &first].concat());
    }
}
