//! What of a text matched a query.

mod finder;

use std::ops::Range;

use self::finder::{Finder, Needle};
use crate::analysis::{Analyzer, exact};
use crate::query::{Clause, Field, Node, Occur};
use crate::rank::Text;
use crate::utf16;

/// What to look for in the articles found.
#[derive(Debug, Clone, Default)]
pub(crate) struct Needles {
    /// Words and phrases.
    whole: Finder,
    /// Pairs of characters, for texts that have no word or phrase whole.
    pairs: Finder,
    /// Single characters, for bodies that do not even have a pair.
    chars: Finder,
}

/// What a query looks for: characters that count, normalised.
#[derive(Default)]
struct Collected {
    whole: Vec<Needle>,
    pairs: Vec<Needle>,
    chars: Vec<Needle>,
}

/// A part of a text that matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    /// In units of the text in UTF-16.
    pub(crate) range: Range<usize>,
    /// Which needles it is made of; of more than 64, the later ones share bits.
    pub(crate) needles: u64,
}

impl Needles {
    /// Collects what a query looks for in title and body.
    pub(crate) fn new(root: Option<&Node>, analyzer: &Analyzer) -> Self {
        let mut found = Collected::default();
        if let Some(root) = root {
            found.collect(root, analyzer);
        }
        Self {
            whole: Finder::new(found.whole),
            pairs: Finder::new(found.pairs),
            chars: Finder::new(found.chars),
        }
    }

    /// The characters of words and phrases, normalised.
    pub(crate) fn whole(&self) -> impl Iterator<Item = String> + '_ {
        let whole = self.whole.needles().iter();
        whole.map(|needle| needle.iter().collect())
    }

    /// Finds what matched in a body, which is in UTF-16: sorted, not empty, not overlapping, adjacent marks joined.
    pub(crate) fn marks(&self, text: &[u16]) -> Vec<Mark> {
        self.find(&[&self.whole, &self.pairs, &self.chars], text)
    }

    /// The same of a headline, in characters of it. Its single characters say little of why an article was found.
    pub(crate) fn title_marks(&self, title: &str) -> Vec<Range<usize>> {
        let title: Vec<u16> = title.encode_utf16().collect();
        let marks = self.find(&[&self.whole, &self.pairs], &title);
        in_chars(&title, marks.into_iter().map(|mark| mark.range))
    }

    /// Finds the first kind of needle that is there at all.
    fn find(&self, kinds: &[&Finder], text: &[u16]) -> Vec<Mark> {
        if self.whole.needles().is_empty() && self.pairs.needles().is_empty() {
            return Vec::new();
        }
        kinds
            .iter()
            .map(|needles| needles.find(text))
            .find(|marks| !marks.is_empty())
            .unwrap_or_default()
    }
}

impl Collected {
    fn collect(&mut self, node: &Node, analyzer: &Analyzer) {
        match node {
            Node::Text { text } => {
                let text = Text::new(text, analyzer);
                self.whole
                    .extend(text.words.iter().map(|word| word.chars.chars().collect()));
                self.pairs
                    .extend(text.pairs.iter().map(|pair| pair.chars().collect()));
                self.chars
                    .extend(text.chars.iter().map(|c| c.chars().collect()));
            }
            Node::Phrase { text, slop: 0 } => {
                self.whole.push(analyzer.chars(text).chars().collect());
            }
            Node::Phrase { text, .. } => {
                let words = Text::all_words(text, analyzer);
                self.whole
                    .extend(words.iter().map(|word| word.chars.chars().collect()));
            }
            Node::Prefix { text } | Node::Fuzzy { text, .. } => {
                self.whole.push(analyzer.chars(text).chars().collect());
            }
            Node::Wildcard { pattern } => {
                let pieces = exact(pattern);
                self.whole.extend(
                    pieces
                        .split(['*', '?'])
                        .map(|piece| analyzer.chars(piece).chars().collect()),
                );
            }
            Node::Field {
                field: Field::Title | Field::Body,
                node,
            }
            | Node::Boost { node, .. } => self.collect(node, analyzer),
            Node::Field { .. } | Node::Region { .. } | Node::Dates { .. } => {}
            Node::AnyOf { alternatives } => {
                for node in alternatives {
                    self.collect(node, analyzer);
                }
            }
            Node::Group { clauses } => {
                for Clause { occur, node } in clauses {
                    if *occur != Occur::MustNot {
                        self.collect(node, analyzer);
                    }
                }
            }
        }
    }
}

/// Turns sorted ranges of units into ranges of characters.
pub(crate) fn in_chars(
    text: &[u16],
    ranges: impl IntoIterator<Item = Range<usize>>,
) -> Vec<Range<usize>> {
    let (mut unit, mut at) = (0, 0);
    let mut chars_until = |end: usize| {
        at += text.get(unit..end).map_or(0, utf16::n_chars);
        unit = end;
        at
    };
    ranges
        .into_iter()
        .map(|range| {
            let start = chars_until(range.start);
            start..chars_until(range.end)
        })
        .collect()
}
