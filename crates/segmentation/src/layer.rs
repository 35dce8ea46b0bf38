//! Layers: linear token streams, one for each field of an index.

use std::ops::Range;

use crate::engine::{Model, Scratch};
use crate::latin;
use crate::normalize::{Class, Normalized, Offsets};
use crate::segmenter::Segmenter;

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
    normalized: Normalized,
    scratch: Scratch,
    bigram: String,
}

impl Worker {
    pub(crate) fn new(segmenter: Segmenter) -> Self {
        Self {
            segmenter,
            normalized: Normalized::default(),
            scratch: Scratch::default(),
            bigram: String::new(),
        }
    }

    /// The segmenter it belongs to.
    pub fn segmenter(&self) -> &Segmenter {
        &self.segmenter
    }

    /// Normalises `text` once, to read any number of layers from it.
    pub fn analyse(&mut self, text: &str) -> Analysis<'_> {
        self.normalized.set(text);
        Analysis { worker: self }
    }

    /// Hands each token of a layer of `text` to `sink`, in order.
    pub fn for_each(&mut self, layer: Layer, text: &str, sink: impl FnMut(Token<'_>)) {
        self.analyse(text).for_each(layer, sink);
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

    /// Hands each token of `layer` to `sink`, in order.
    pub fn for_each(&mut self, layer: Layer, sink: impl FnMut(Token<'_>)) {
        let worker = &mut *self.worker;
        let stream = Stream {
            text: worker.normalized.text(),
            offsets: worker.normalized.offsets(),
            position: 0,
            sink,
        };
        match layer {
            Layer::Words => stream.words(&worker.segmenter, &mut worker.scratch),
            Layer::Bigrams => stream.bigrams(&mut worker.bigram),
            Layer::Chars => stream.chars(),
        }
    }
}

/// Hands out tokens, counting positions.
struct Stream<'n, F> {
    text: &'n str,
    offsets: Offsets<'n>,
    position: usize,
    sink: F,
}

impl<F: FnMut(Token<'_>)> Stream<'_, F> {
    fn words(mut self, segmenter: &Segmenter, scratch: &mut Scratch) {
        let text = self.text;
        // What lies between two words with Chinese characters is cut by its own rules.
        let mut between = 0;
        let engine = segmenter.dictionary().engine();
        engine.cut(Model::Normal, false, text, scratch, |range| {
            if latin::has_chinese(&text[range.clone()]) {
                self.latin(between..range.start);
                between = range.end;
                self.word(range);
            }
        });
        self.latin(between..text.len());
    }

    fn latin(&mut self, range: Range<usize>) {
        for compound in latin::compounds(&self.text[range.clone()]) {
            self.word(range.start + compound.start..range.start + compound.end);
        }
    }

    /// Emits the word at `range`, cut into pieces if it is too long for a token.
    fn word(&mut self, range: Range<usize>) {
        let mut start = range.start;
        // A character is at least one byte, so a short word need not be counted.
        while range.end - start > MAX_TOKEN_CHARS {
            let cut = self.text[start..range.end]
                .char_indices()
                .nth(MAX_TOKEN_CHARS);
            let Some((len, _)) = cut else { break };
            self.emit(start..start + len);
            start += len;
        }
        self.emit(start..range.end);
    }

    fn emit(&mut self, range: Range<usize>) {
        let original = self.offsets.range(range.clone());
        (self.sink)(Token {
            text: &self.text[range],
            start: original.start,
            end: original.end,
            position: self.position,
        });
        self.position += 1;
    }

    fn bigrams(mut self, buffer: &mut String) {
        let text = self.text;
        let mut first: Option<Range<usize>> = None;
        for second in alphanumerics(text) {
            if let Some(first) = first {
                let span = first.start..second.end;
                let original = self.offsets.range(span.clone());
                let bigram = if first.end == second.start {
                    &text[span]
                } else {
                    buffer.clear();
                    buffer.push_str(&text[first]);
                    buffer.push_str(&text[second.clone()]);
                    &*buffer
                };
                (self.sink)(Token {
                    text: bigram,
                    start: original.start,
                    end: original.end,
                    position: self.position,
                });
                self.position += 1;
            }
            first = Some(second);
        }
    }

    fn chars(mut self) {
        for range in alphanumerics(self.text) {
            self.emit(range);
        }
    }
}

/// The places of the letters, digits and Chinese characters of a normalised text.
fn alphanumerics(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.char_indices()
        .filter(|(_, c)| Class::of(*c).is_alphanumeric())
        .map(|(at, c)| at..at + c.len_utf8())
}
