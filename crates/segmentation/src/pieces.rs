//! The tokens of a layer as places in a normalised text.

use std::ops::Range;

use crate::normalize::{Class, Normalized, Offsets, alphanumeric_len, first_alphanumeric};

/// A token's place.
pub(crate) struct Piece {
    /// Its bytes in the normalised text.
    pub(crate) first: Range<usize>,
    /// The rest of its bytes, if something left out stands between.
    pub(crate) second: Option<Range<usize>>,
    /// The bytes of the original text that it stands for.
    pub(crate) original: Range<usize>,
    pub(crate) position: usize,
}

/// The places of the tokens of a layer, one after the other.
#[derive(Debug)]
pub(crate) struct Pieces<'w> {
    source: Source<'w>,
    offsets: Offsets<'w>,
    position: usize,
}

#[derive(Debug)]
enum Source<'w> {
    Words(std::slice::Iter<'w, Range<usize>>),
    Bigrams(Bigrams<'w>),
    Chars(Characters<'w>),
}

/// The places of pairs of neighbours among the characters that count.
#[derive(Debug)]
struct Bigrams<'w> {
    first: Option<Range<usize>>,
    rest: Characters<'w>,
}

/// The places of the letters, digits and Chinese characters of a normalised text.
#[derive(Debug)]
struct Characters<'w> {
    text: &'w str,
    at: usize,
}

impl Piece {
    #[inline]
    fn new(
        first: Range<usize>,
        second: Option<Range<usize>>,
        position: usize,
        offsets: &mut Offsets<'_>,
    ) -> Self {
        let end = second.as_ref().map_or(first.end, |second| second.end);
        Self {
            original: offsets.range(first.start..end),
            first,
            second,
            position,
        }
    }

    /// The token, put together in `buffer` if something stands between.
    #[inline]
    pub(crate) fn text<'t>(&self, text: &'t str, buffer: &'t mut String) -> &'t str {
        match &self.second {
            None => &text[self.first.clone()],
            Some(second) => {
                buffer.clear();
                buffer.push_str(&text[self.first.clone()]);
                buffer.push_str(&text[second.clone()]);
                buffer
            }
        }
    }
}

impl<'w> Pieces<'w> {
    /// The pieces that words, ranges of the normalised text, are.
    pub(crate) fn of_words(words: &'w [Range<usize>], normalized: &'w Normalized) -> Self {
        Self::new(Source::Words(words.iter()), normalized)
    }

    pub(crate) fn of_bigrams(normalized: &'w Normalized) -> Self {
        let rest = Characters::new(normalized.text());
        Self::new(Source::Bigrams(Bigrams { first: None, rest }), normalized)
    }

    pub(crate) fn of_chars(normalized: &'w Normalized) -> Self {
        Self::new(
            Source::Chars(Characters::new(normalized.text())),
            normalized,
        )
    }

    fn new(source: Source<'w>, normalized: &'w Normalized) -> Self {
        Self {
            source,
            offsets: normalized.offsets(),
            position: 0,
        }
    }

    #[inline]
    pub(crate) fn next(&mut self) -> Option<Piece> {
        let (first, second) = match &mut self.source {
            Source::Words(words) => (words.next()?.clone(), None),
            Source::Chars(rest) => (rest.next()?, None),
            Source::Bigrams(rest) => rest.next()?,
        };
        let position = self.position;
        self.position += 1;
        Some(Piece::new(first, second, position, &mut self.offsets))
    }

    /// Hands on all that is left; quicker than one by one.
    pub(crate) fn for_each(self, mut sink: impl FnMut(Piece)) {
        let mut offsets = self.offsets;
        let positions = self.position..;
        match self.source {
            Source::Words(words) => {
                for (word, position) in words.zip(positions) {
                    sink(Piece::new(word.clone(), None, position, &mut offsets));
                }
            }
            Source::Chars(rest) => {
                for (c, position) in rest.zip(positions) {
                    sink(Piece::new(c, None, position, &mut offsets));
                }
            }
            Source::Bigrams(Bigrams { first, mut rest }) => {
                let Some(mut before) = first.or_else(|| rest.next()) else {
                    return;
                };
                for (after, position) in rest.zip(positions) {
                    let (first, second) = Bigrams::join(before, after.clone());
                    sink(Piece::new(first, second, position, &mut offsets));
                    before = after;
                }
            }
        }
    }
}

impl Bigrams<'_> {
    /// Two characters as one piece, or as two if something stands between them.
    #[inline]
    fn join(before: Range<usize>, after: Range<usize>) -> (Range<usize>, Option<Range<usize>>) {
        match before.end == after.start {
            true => (before.start..after.end, None),
            false => (before, Some(after)),
        }
    }
}

impl Iterator for Bigrams<'_> {
    type Item = (Range<usize>, Option<Range<usize>>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let before = match self.first.take() {
            Some(before) => before,
            None => self.rest.next()?,
        };
        let after = self.rest.next()?;
        self.first = Some(after.clone());
        Some(Self::join(before, after))
    }
}

impl<'w> Characters<'w> {
    fn new(text: &'w str) -> Self {
        Self { text, at: 0 }
    }

    /// Looks for the next character that counts.
    #[inline(never)]
    fn find(&mut self) -> Option<Range<usize>> {
        let mut chars = self.text[self.at..].char_indices();
        let (skipped, c) = chars.find(|(_, c)| Class::of(*c).is_alphanumeric())?;
        let start = self.at + skipped;
        self.at = start + c.len_utf8();
        Some(start..self.at)
    }
}

impl Iterator for Characters<'_> {
    type Item = Range<usize>;

    #[inline]
    fn next(&mut self) -> Option<Range<usize>> {
        // Most characters follow one another and count.
        match first_alphanumeric(&self.text.as_bytes()[self.at..]) {
            Some(len) => {
                let start = self.at;
                self.at += len;
                Some(start..self.at)
            }
            None => self.find(),
        }
    }
}

/// The longest pieces of a normalised text that are letters, digits and Chinese characters only.
pub(crate) fn runs(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c| !Class::of(c).is_alphanumeric());
        let mut len = 0;
        loop {
            len += alphanumeric_len(&rest.as_bytes()[len..]);
            match rest[len..].chars().next() {
                Some(c) if Class::of(c).is_alphanumeric() => len += c.len_utf8(),
                _ => break,
            }
        }
        let run;
        (run, rest) = rest.split_at(len);
        (!run.is_empty()).then_some(run)
    })
}
