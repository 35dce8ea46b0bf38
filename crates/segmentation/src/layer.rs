//! Layers: linear token streams, one for each field of an index.

use crate::normalize::Normalized;
use crate::segmenter::Segmenter;

/// The longest token, in characters; longer ones are cut.
const MAX_TOKEN_CHARS: usize = 255;

/// A view of the normalised text as one linear stream of tokens.
///
/// Every token has a position of its own, one after the other from 0; no token
/// holds white space or is longer than 255 characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layer {
    /// jieba's words without its hidden Markov model.
    ///
    /// Punctuation is left out; numbers and Latin words are kept whole (`pm2.5`,
    /// `4+4+3+n`, `c919`, `12.5%`).
    Words,
    /// Each pair of neighbouring letters, digits or Chinese characters,
    /// whatever punctuation or white space stands between them.
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
    bigram: String,
}

impl Worker {
    pub(crate) fn new(segmenter: Segmenter) -> Self {
        Self {
            segmenter,
            normalized: Normalized::default(),
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

    /// Hands each token of a layer of `text` to `sink`.
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
    pub fn for_each(&mut self, layer: Layer, mut sink: impl FnMut(Token<'_>)) {
        let Worker {
            segmenter,
            normalized,
            bigram,
        } = &mut *self.worker;
        match layer {
            Layer::Words => words(segmenter, normalized, &mut sink),
            Layer::Bigrams => bigrams(normalized, bigram, &mut sink),
            Layer::Chars => chars(normalized, &mut sink),
        }
    }
}

fn words(segmenter: &Segmenter, normalized: &Normalized, sink: &mut impl FnMut(Token<'_>)) {
    let text = normalized.text();
    let mut position = 0;
    for token in segmenter.dictionary().normal_jieba().cut(text, false) {
        if !token.word.chars().any(char::is_alphanumeric) {
            continue;
        }
        let original = normalized.original_range(token.byte_start..token.byte_end);
        sink(Token {
            text: token.word.get(..MAX_TOKEN_CHARS).unwrap_or(token.word),
            start: original.start,
            end: original.end,
            position,
        });
        position += 1;
    }
}

fn bigrams(normalized: &Normalized, buffer: &mut String, sink: &mut impl FnMut(Token<'_>)) {
    let text = normalized.text();
    let mut previous: Option<(usize, char)> = None;
    let mut position = 0;
    for (at, c) in text.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
        if let Some((before, first)) = previous {
            buffer.clear();
            buffer.push(first);
            buffer.push(c);
            let original = normalized.original_range(before..at + c.len_utf8());
            sink(Token {
                text: buffer,
                start: original.start,
                end: original.end,
                position,
            });
            position += 1;
        }
        previous = Some((at, c));
    }
}

fn chars(normalized: &Normalized, sink: &mut impl FnMut(Token<'_>)) {
    let text = normalized.text();
    let characters = text.char_indices().filter(|(_, c)| c.is_alphanumeric());
    for (position, (at, c)) in characters.enumerate() {
        let end = at + c.len_utf8();
        let original = normalized.original_range(at..end);
        sink(Token {
            text: &text[at..end],
            start: original.start,
            end: original.end,
            position,
        });
    }
}
