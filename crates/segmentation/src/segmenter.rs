//! Cutting a text into words and terms.

use std::cell::RefCell;
use std::ops::Range;

use crate::dictionary::Dictionary;
use crate::engine::{Model, Scratch};
#[cfg(feature = "jieba")]
use crate::jieba::Fallback;
use crate::latin;
use crate::layer::{Layer, Worker};
use crate::normalize::{Class, Normalized, normalize};

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

/// How to cut a text, after jieba's modes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// A partition of the text; characters the dictionary leaves alone are joined to names
    /// and other new words by a hidden Markov model.
    #[default]
    Exact,
    /// A partition of the text by the dictionary alone.
    ExactKnown,
    /// As [`Exact`](Self::Exact), with the shorter words inside a word before it.
    Search,
    /// As [`ExactKnown`](Self::ExactKnown), with the shorter words inside a word before it.
    SearchKnown,
    /// Every word of the dictionary that occurs.
    All,
}

impl Mode {
    /// All modes.
    pub const ALL: [Mode; 5] = [
        Mode::Exact,
        Mode::ExactKnown,
        Mode::Search,
        Mode::SearchKnown,
        Mode::All,
    ];
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
    #[cfg(feature = "jieba")]
    fallback: Option<Fallback>,
}

impl Segmenter {
    /// Makes a segmenter that knows the words of `dictionary`.
    pub fn new(dictionary: Dictionary) -> Self {
        Self {
            dictionary,
            #[cfg(feature = "jieba")]
            fallback: None,
        }
    }

    /// Makes a segmenter that lets jieba-rs do the cutting, with the same results.
    ///
    /// It is some three times slower than [`new`](Self::new), spends a third of a
    /// second and 40 MB on starting, and allocates for each text. A dictionary
    /// compiled with a model other than jieba's loses the model.
    #[cfg(feature = "jieba")]
    pub fn on_jieba(dictionary: Dictionary) -> Self {
        Self {
            fallback: Some(Fallback::new(dictionary.clone())),
            dictionary,
        }
    }

    /// The dictionary it cuts by.
    pub fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// Cuts `text` into words that concatenate to it, white space and punctuation included.
    ///
    /// These are jieba's words in exact mode, unknown names joined by its hidden Markov model.
    pub fn words<'t>(&self, text: &'t str) -> Vec<Word<'t>> {
        self.cut(Mode::Exact, text)
    }

    /// Cuts `text` as jieba does in one of its modes.
    ///
    /// For many texts use [`Worker::cut`](crate::Worker::cut), which reuses its buffers.
    pub fn cut<'t>(&self, mode: Mode, text: &'t str) -> Vec<Word<'t>> {
        thread_local! {
            static SCRATCH: RefCell<Scratch> = RefCell::default();
        }
        // A word has some six bytes.
        let mut words = Vec::with_capacity(text.len() / 6 + 1);
        SCRATCH.with_borrow_mut(|scratch| {
            self.cut_with(Model::Plain, mode, text, scratch, |range| {
                words.push(Word {
                    text: &text[range.clone()],
                    start: range.start,
                    end: range.end,
                });
            });
        });
        words
    }

    pub(crate) fn cut_with(
        &self,
        model: Model,
        mode: Mode,
        text: &str,
        scratch: &mut Scratch,
        sink: impl FnMut(Range<usize>),
    ) {
        #[cfg(feature = "jieba")]
        if let Some(fallback) = &self.fallback {
            return fallback.cut(model, mode, text, sink);
        }
        let engine = self.dictionary.engine();
        match mode {
            Mode::Exact => engine.cut::<true>(model, text, scratch, sink),
            Mode::ExactKnown => engine.cut::<false>(model, text, scratch, sink),
            Mode::Search => engine.cut_for_search::<true>(model, text, scratch, sink),
            Mode::SearchKnown => engine.cut_for_search::<false>(model, text, scratch, sink),
            Mode::All => engine.cut_all(model, text, scratch, sink),
        }
    }

    /// Cuts a normalised `text` in the mode [`ExactKnown`](Mode::ExactKnown);
    /// apart from the other modes, so that `sink` is compiled into the loop.
    #[inline]
    pub(crate) fn cut_normalized(
        &self,
        text: &str,
        scratch: &mut Scratch,
        sink: impl FnMut(Range<usize>),
    ) {
        #[cfg(feature = "jieba")]
        if let Some(fallback) = &self.fallback {
            return fallback.cut(Model::Normal, Mode::ExactKnown, text, sink);
        }
        let engine = self.dictionary.engine();
        engine.cut::<false>(Model::Normal, text, scratch, sink);
    }

    /// Gives the overlapping terms of the normalised `text`, as jieba's search mode cuts it.
    ///
    /// Terms without a letter, digit or Chinese character are left out.
    /// The terms are sorted by position, then by length, so that a phrase of
    /// adjacent words has adjacent positions whatever punctuation stands between.
    pub fn terms(&self, text: &str) -> Vec<Term> {
        let normalized = normalize(text);
        let plain = normalized.text();
        let mut ranges = Vec::new();
        let scratch = &mut Scratch::default();
        self.cut_with(Model::Normal, Mode::Search, plain, scratch, |range| {
            if latin::has_chinese(&plain[range.clone()]) {
                ranges.push(range);
            }
        });
        ranges.sort_by_key(|range| (range.start, range.end));
        // What no word with Chinese characters covers is cut by its own rules.
        let mut others = Vec::new();
        let mut covered = 0;
        for range in &ranges {
            if covered < range.start {
                others.extend(latin_terms(plain, covered..range.start));
            }
            covered = covered.max(range.end);
        }
        others.extend(latin_terms(plain, covered..plain.len()));
        ranges.extend(others);
        ranges.sort_by_key(|range| (range.start, range.end));
        place(&normalized, &ranges)
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

/// The compounds of a part of a text, and their parts if they have several.
fn latin_terms(text: &str, within: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let shift = |range: Range<usize>, by: usize| range.start + by..range.end + by;
    latin::compounds(&text[within.clone()]).flat_map(move |compound| {
        let compound = shift(compound, within.start);
        let mut parts: Vec<Range<usize>> = latin::parts(&text[compound.clone()])
            .map(|part| shift(part, compound.start))
            .collect();
        if parts.len() == 1 {
            parts.clear();
        }
        parts.push(compound);
        parts
    })
}

/// Makes terms of sorted ranges of a normalised text.
fn place(normalized: &Normalized, ranges: &[Range<usize>]) -> Vec<Term> {
    let text = normalized.text();
    let count = |range: Range<usize>| {
        let chars = text[range].chars();
        chars.filter(|c| Class::of(*c).is_alphanumeric()).count()
    };
    let mut position = 0;
    let mut counted = 0;
    let mut terms = Vec::with_capacity(ranges.len());
    for range in ranges {
        position += count(counted..range.start);
        counted = range.start;
        let original = normalized.original_range(range.clone());
        terms.push(Term {
            text: text[range.clone()].to_owned(),
            start: original.start,
            end: original.end,
            position,
            length: count(range.clone()),
        });
    }
    terms
}
