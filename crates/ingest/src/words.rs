//! Words of a list, looked for in text.

use aho_corasick::{AhoCorasick, Anchored, Input, Match, MatchKind, StartKind};

/// Words, none of them empty; of those that begin at one place the longest is found.
///
/// Most characters begin none of them, and a look at a table tells so: in Chinese text an automaton takes three steps for
/// each, every one of which waits for the one before.
pub(crate) struct Words {
    /// A bit for each character of the Basic Multilingual Plane that a word begins with.
    begins: Vec<u64>,
    words: AhoCorasick,
}

impl Words {
    pub(crate) fn new<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let words: Vec<&str> = words.into_iter().collect();
        let mut begins = vec![0; (1 << u16::BITS) / 64];
        for first in words.iter().filter_map(|word| word.chars().next()) {
            if let Some(bits) = begins.get_mut(first as usize / 64) {
                *bits |= 1 << (first as usize % 64);
            }
        }
        let words = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .start_kind(StartKind::Anchored)
            .build(words)
            .expect("a list of short words is a valid automaton");
        Self { begins, words }
    }

    /// The word that a text begins with.
    pub(crate) fn first(&self, text: &str) -> Option<Match> {
        self.at(text, 0)
    }

    /// The words of a text in order, none within another.
    pub(crate) fn find_iter<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Match> + 't {
        let mut rest = text.char_indices();
        let mut end = 0;
        std::iter::from_fn(move || {
            for (at, c) in rest.by_ref() {
                if at >= end
                    && self.may_begin(c)
                    && let Some(found) = self.at(text, at)
                {
                    end = found.end();
                    return Some(found);
                }
            }
            None
        })
    }

    #[inline]
    fn may_begin(&self, c: char) -> bool {
        match self.begins.get(c as usize / 64) {
            Some(bits) => bits >> (c as usize % 64) & 1 == 1,
            None => true,
        }
    }

    fn at(&self, text: &str, at: usize) -> Option<Match> {
        let input = Input::new(text).span(at..text.len());
        self.words.find(input.anchored(Anchored::Yes))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_same_as_one_by_one(
            words in proptest::collection::hash_set("[文明城市a𠮷]{1,4}", 1..8),
            text in "[文明城市创a𠮷b]{0,40}",
        ) {
            let words: Vec<String> = words.into_iter().collect();
            let matcher = Words::new(words.iter().map(String::as_str));
            let mut expected = Vec::new();
            let mut at = 0;
            while let Some(c) = text[at..].chars().next() {
                let here = words.iter().filter(|word| text[at..].starts_with(word.as_str()));
                match here.max_by_key(|word| word.len()) {
                    Some(word) => {
                        expected.push((at, word.as_str()));
                        at += word.len();
                    }
                    None => at += c.len_utf8(),
                }
            }
            let found: Vec<(usize, &str)> = matcher
                .find_iter(&text)
                .map(|found| (found.start(), words[found.pattern().as_usize()].as_str()))
                .collect();
            prop_assert_eq!(&found, &expected);
            let first = matcher.first(&text).map(|found| (0, &text[found.range()]));
            prop_assert_eq!(first, expected.first().copied().filter(|(at, _)| *at == 0));
        }
    }
}
