//! Cutting a text into words and terms.

use crate::dictionary::Dictionary;
use crate::layer::{Layer, Worker};
use crate::normalize;

/// A piece of a text, as a reader would cut it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Word<'t> {
    /// The piece itself, a slice of the text.
    pub text: &'t str,
    /// Where it starts, in bytes of the text.
    pub start: usize,
    /// Where it ends, in bytes of the text.
    pub end: usize,
}

/// What an index stores of a piece of a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Term {
    /// The normalised text.
    pub text: String,
    /// Where the piece starts, in bytes of the original text.
    pub start: usize,
    /// Where the piece ends, in bytes of the original text.
    pub end: usize,
    /// Its place in the stream, for phrase queries.
    ///
    /// In a [`Layer`] it counts tokens; in [`Segmenter::terms`] it counts the
    /// letters, digits and Chinese characters before the term.
    pub position: usize,
    /// How many positions the term covers: 1 in a [`Layer`].
    pub length: usize,
}

/// Cuts texts into words.
///
/// Cloning is cheap: clones share one immutable dictionary.
#[derive(Clone, Debug, Default)]
pub struct Segmenter {
    dictionary: Dictionary,
}

impl Segmenter {
    /// Makes a segmenter that knows the words of `dictionary`.
    pub fn new(dictionary: Dictionary) -> Self {
        Self { dictionary }
    }

    /// The dictionary it cuts by.
    pub fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// Cuts `text` into words that concatenate to it, white space and punctuation included.
    ///
    /// These are jieba's words in exact mode, unknown names joined by its hidden Markov model.
    pub fn words<'t>(&self, text: &'t str) -> Vec<Word<'t>> {
        self.dictionary
            .jieba()
            .cut(text, true)
            .into_iter()
            .map(|token| Word {
                text: token.word,
                start: token.byte_start,
                end: token.byte_end,
            })
            .collect()
    }

    /// Gives the overlapping terms of the normalised `text`, as jieba's search mode cuts it.
    ///
    /// Terms without a letter, digit or Chinese character are left out.
    /// The terms are sorted by position, then by length, so that a phrase of
    /// adjacent words has adjacent positions whatever punctuation stands between.
    pub fn terms(&self, text: &str) -> Vec<Term> {
        let normalized = normalize::normalize(text);
        let plain = normalized.text();
        let mut before = Vec::with_capacity(plain.len() + 1);
        let mut n_chars = 0;
        for c in plain.chars() {
            before.extend(std::iter::repeat_n(n_chars, c.len_utf8()));
            n_chars += usize::from(c.is_alphanumeric());
        }
        before.push(n_chars);
        let mut terms: Vec<Term> = self
            .dictionary
            .normal_jieba()
            .cut_for_search(plain, true)
            .into_iter()
            .filter(|token| before[token.byte_start] < before[token.byte_end])
            .map(|token| {
                let range = normalized.original_range(token.byte_start..token.byte_end);
                Term {
                    text: token.word.to_owned(),
                    start: range.start,
                    end: range.end,
                    position: before[token.byte_start],
                    length: before[token.byte_end] - before[token.byte_start],
                }
            })
            .collect();
        terms.sort_by_key(|term| (term.position, term.length));
        terms
    }

    /// Gives the tokens of one layer of `text`.
    ///
    /// For many texts use a [`worker`](Self::worker), which reuses its buffers.
    pub fn layer(&self, layer: Layer, text: &str) -> Vec<Term> {
        let mut terms = Vec::new();
        self.worker().for_each(layer, text, |token| {
            terms.push(Term {
                text: token.text.to_owned(),
                start: token.start,
                end: token.end,
                position: token.position,
                length: 1,
            });
        });
        terms
    }

    /// Makes a worker, which holds the buffers one thread needs to analyse many texts.
    pub fn worker(&self) -> Worker {
        Worker::new(self.clone())
    }
}
