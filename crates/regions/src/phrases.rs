//! Short lists of words, looked up by what a text begins with.

/// Words by their first characters.
///
/// Most texts begin with none of them, which one look at the first character shows.
#[derive(Debug)]
pub(crate) struct Phrases {
    /// Sorted: a first character, and the words that begin with it.
    by_first: Vec<(char, Vec<Phrase>)>,
    /// A bit for the hash of each first character, which tells most others.
    firsts: [u64; N_BITS / 64],
}

/// How many bits tell first characters.
const N_BITS: usize = 1024;

#[derive(Debug)]
struct Phrase {
    /// The characters behind the first one.
    rest: Vec<char>,
    /// Its place in the list.
    number: usize,
}

impl Phrases {
    pub(crate) fn new<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let mut by_first: Vec<(char, Vec<Phrase>)> = Vec::new();
        for (number, word) in words.into_iter().enumerate() {
            let mut chars = word.chars();
            let Some(first) = chars.next() else { continue };
            let phrase = Phrase {
                rest: chars.collect(),
                number,
            };
            match by_first.binary_search_by_key(&first, |(first, _)| *first) {
                Ok(at) => by_first[at].1.push(phrase),
                Err(at) => by_first.insert(at, (first, vec![phrase])),
            }
        }
        for (_, phrases) in &mut by_first {
            phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.rest.len()));
        }
        let mut firsts = [0; N_BITS / 64];
        for (first, _) in &by_first {
            let bit = bit(*first);
            firsts[bit / 64] |= 1 << (bit % 64);
        }
        Self { by_first, firsts }
    }

    /// The longest word that `text` begins with: its characters, and its place in the list.
    pub(crate) fn at(&self, text: &[char]) -> Option<(usize, usize)> {
        let (first, rest) = text.split_first()?;
        let bit = bit(*first);
        if self.firsts[bit / 64] & (1 << (bit % 64)) == 0 {
            return None;
        }
        let at = self
            .by_first
            .binary_search_by_key(first, |(first, _)| *first)
            .ok()?;
        let (_, phrases) = &self.by_first[at];
        let found = phrases
            .iter()
            .find(|phrase| rest.starts_with(&phrase.rest))?;
        Some((found.rest.len() + 1, found.number))
    }
}

fn bit(c: char) -> usize {
    let c = c as usize;
    (c ^ (c >> 10)) % N_BITS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_is_found() {
        let phrases = Phrases::new(["大街", "大", "路", ""]);
        for (text, expect) in [
            ("大街上", Some((2, 0))),
            ("大桥", Some((1, 1))),
            ("路", Some((1, 2))),
            ("街", None),
            ("", None),
        ] {
            let chars: Vec<char> = text.chars().collect();
            assert_eq!(phrases.at(&chars), expect, "{text}");
        }
    }
}
