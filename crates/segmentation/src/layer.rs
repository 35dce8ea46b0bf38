//! Layers: linear token streams, one for each field of an index.

use std::ops::Range;

use crate::engine::{Model, Scratch};
use crate::latin;
use crate::normalize::{Class, Normalized, Offsets};
use crate::segmenter::{Mode, Segmenter, Word};

/// The longest token, in characters; longer ones are cut into several.
const MAX_TOKEN_CHARS: usize = 255;

/// A view of the normalised text as one linear stream of tokens.
///
/// Every token has a position of its own, one after the other from 0; no token
/// holds white space or is longer than 255 characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layer {
    /// jieba's words without its hidden Markov model.
    ///
    /// Punctuation is left out; numbers and words without Chinese characters
    /// are kept whole (`pm2.5`, `4+4+3+n`, `c919`, `12.5%`).
    /// Dates are cut as jieba does: 2024年1月 is 2024, 年, 1, 月.
    Words,
    /// Each pair of neighbouring letters, digits or Chinese characters,
    /// whatever punctuation or white space stands between them.
    ///
    /// A part of a text with two or more such characters is found as the
    /// phrase of its own bigrams.
    Bigrams,
    /// Each letter, digit or Chinese character.
    Chars,
}

impl Layer {
    /// All layers.
    pub const ALL: [Layer; 3] = [Layer::Words, Layer::Bigrams, Layer::Chars];
}

/// A token of a layer, valid while the worker's buffers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Token<'w> {
    /// The normalised text.
    pub text: &'w str,
    /// Where the piece it stands for starts, in bytes of the original text.
    pub start: usize,
    /// Where the piece ends, in bytes of the original text.
    pub end: usize,
    /// Its place in the stream, from 0.
    pub position: usize,
}

/// Analyses many texts with the same buffers, one thread's worth.
#[derive(Clone, Debug)]
pub struct Worker {
    segmenter: Segmenter,
    scratch: Scratch,
    normalized: Normalized,
    /// The words of the layer of words, as ranges of the normalised text.
    words: Vec<Range<usize>>,
    bigram: String,
}

impl Worker {
    pub(crate) fn new(segmenter: Segmenter) -> Self {
        Self {
            segmenter,
            scratch: Scratch::default(),
            normalized: Normalized::default(),
            words: Vec::new(),
            bigram: String::new(),
        }
    }

    /// The segmenter it belongs to.
    pub fn segmenter(&self) -> &Segmenter {
        &self.segmenter
    }

    /// Cuts `text` as jieba does in one of its modes, handing each word to `sink`.
    pub fn cut<'t>(&mut self, mode: Mode, text: &'t str, mut sink: impl FnMut(Word<'t>)) {
        self.segmenter
            .cut_with(Model::Plain, mode, text, &mut self.scratch, |range| {
                sink(Word {
                    text: &text[range.clone()],
                    start: range.start,
                    end: range.end,
                });
            });
    }

    /// Normalises `text` once, to read any number of layers from it.
    pub fn analyse(&mut self, text: &str) -> Analysis<'_> {
        self.normalize(text);
        Analysis { worker: self }
    }

    /// Hands each token of a layer of `text` to `sink`, in order.
    pub fn for_each(&mut self, layer: Layer, text: &str, sink: impl FnMut(Token<'_>)) {
        self.analyse(text).for_each(layer, sink);
    }

    pub(crate) fn normalize(&mut self, text: &str) {
        self.normalized.set(text);
    }

    /// The pieces of a layer of the text normalised last, and the normalised text.
    pub(crate) fn pieces(&mut self, layer: Layer) -> (Pieces<'_>, &str) {
        let source = match layer {
            Layer::Words => {
                self.find_words();
                Source::Words(self.words.iter())
            }
            Layer::Bigrams => Source::Bigrams {
                first: None,
                rest: Characters::new(self.normalized.text()),
            },
            Layer::Chars => Source::Chars(Characters::new(self.normalized.text())),
        };
        let pieces = Pieces {
            source,
            offsets: self.normalized.offsets(),
            position: 0,
        };
        (pieces, self.normalized.text())
    }

    fn find_words(&mut self) {
        let text = self.normalized.text();
        let words = &mut self.words;
        words.clear();
        // What lies between two words with Chinese characters is cut by its own rules.
        let mut between = 0;
        let sink = |range: Range<usize>| {
            if latin::has_chinese(&text[range.clone()]) {
                push_compounds(text, between..range.start, words);
                between = range.end;
                push_word(text, range, words);
            }
        };
        let (segmenter, scratch) = (&self.segmenter, &mut self.scratch);
        segmenter.cut_with(Model::Normal, Mode::ExactKnown, text, scratch, sink);
        push_compounds(text, between..text.len(), words);
    }
}

/// One text, ready to be read layer by layer.
#[derive(Debug)]
pub struct Analysis<'w> {
    worker: &'w mut Worker,
}

impl Analysis<'_> {
    /// The normalised text.
    pub fn normalized(&self) -> &Normalized {
        &self.worker.normalized
    }

    /// The characters of [`Layer::Chars`], without their places.
    pub fn chars(&self) -> impl Iterator<Item = char> {
        let chars = self.worker.normalized.text().chars();
        chars.filter(|&c| Class::of(c).is_alphanumeric())
    }

    /// Hands each token of `layer` to `sink`, in order.
    pub fn for_each(&mut self, layer: Layer, mut sink: impl FnMut(Token<'_>)) {
        let mut buffer = std::mem::take(&mut self.worker.bigram);
        let (mut pieces, text) = self.worker.pieces(layer);
        while let Some(piece) = pieces.next() {
            let token_text = match piece.second {
                None => &text[piece.first],
                Some(second) => {
                    buffer.clear();
                    buffer.push_str(&text[piece.first]);
                    buffer.push_str(&text[second]);
                    &buffer
                }
            };
            sink(Token {
                text: token_text,
                start: piece.original.start,
                end: piece.original.end,
                position: piece.position,
            });
        }
        self.worker.bigram = buffer;
    }
}

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
    Bigrams {
        first: Option<Range<usize>>,
        rest: Characters<'w>,
    },
    Chars(Characters<'w>),
}

impl Pieces<'_> {
    #[inline]
    pub(crate) fn next(&mut self) -> Option<Piece> {
        let (first, second) = match &mut self.source {
            Source::Words(words) => (words.next()?.clone(), None),
            Source::Chars(rest) => (rest.next()?, None),
            Source::Bigrams { first, rest } => {
                let before = match first.take() {
                    Some(before) => before,
                    None => rest.next()?,
                };
                let after = rest.next()?;
                *first = Some(after.clone());
                match before.end == after.start {
                    true => (before.start..after.end, None),
                    false => (before, Some(after)),
                }
            }
        };
        let end = second.as_ref().map_or(first.end, |second| second.end);
        let original = self.offsets.range(first.start..end);
        let position = self.position;
        self.position += 1;
        Some(Piece {
            first,
            second,
            original,
            position,
        })
    }
}

/// The places of the letters, digits and Chinese characters of a normalised text.
#[derive(Debug)]
struct Characters<'w>(std::str::CharIndices<'w>);

impl<'w> Characters<'w> {
    fn new(text: &'w str) -> Self {
        Self(text.char_indices())
    }
}

impl Iterator for Characters<'_> {
    type Item = Range<usize>;

    #[inline]
    fn next(&mut self) -> Option<Range<usize>> {
        let (at, c) = self.0.find(|(_, c)| Class::of(*c).is_alphanumeric())?;
        Some(at..at + c.len_utf8())
    }
}

/// Adds the numbers and words in a part of a text without Chinese characters.
fn push_compounds(text: &str, within: Range<usize>, words: &mut Vec<Range<usize>>) {
    if within.is_empty() {
        return;
    }
    for compound in latin::compounds(&text[within.clone()]) {
        let range = within.start + compound.start..within.start + compound.end;
        push_word(text, range, words);
    }
}

/// Adds the word at `range`, cut into pieces if it is too long for a token.
#[inline]
fn push_word(text: &str, range: Range<usize>, words: &mut Vec<Range<usize>>) {
    let mut start = range.start;
    // A character is at least one byte, so a short word need not be counted.
    while range.end - start > MAX_TOKEN_CHARS {
        let cut = text[start..range.end].char_indices().nth(MAX_TOKEN_CHARS);
        let Some((len, _)) = cut else { break };
        words.push(start..start + len);
        start += len;
    }
    words.push(start..range.end);
}
