//! Layers: linear token streams, one for each field of an index.

use std::ops::Range;

use crate::engine::{Model, Scratch};
use crate::latin;
use crate::normalize::Normalized;
use crate::pieces::{Pieces, runs};
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
        let pieces = match layer {
            Layer::Words => {
                let words = &mut self.words;
                words.clear();
                let sink = |word| words.push(word);
                find_words(
                    &self.segmenter,
                    &mut self.scratch,
                    self.normalized.text(),
                    sink,
                );
                Pieces::of_words(&self.words, &self.normalized)
            }
            Layer::Bigrams => Pieces::of_bigrams(&self.normalized),
            Layer::Chars => Pieces::of_chars(&self.normalized),
        };
        (pieces, self.normalized.text())
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

    /// Gives the longest pieces of the normalised text that are letters, digits and Chinese characters only.
    ///
    /// Together they are the tokens of [`Layer::Chars`], one after the other.
    pub fn runs(&self) -> impl Iterator<Item = &str> {
        runs(self.worker.normalized.text())
    }

    /// Hands each token of `layer` to `sink`, in order.
    pub fn for_each(&mut self, layer: Layer, mut sink: impl FnMut(Token<'_>)) {
        if layer == Layer::Words {
            return self.for_each_word(sink);
        }
        let mut buffer = std::mem::take(&mut self.worker.bigram);
        let (pieces, text) = self.worker.pieces(layer);
        pieces.for_each(|piece| {
            sink(Token {
                text: piece.text(text, &mut buffer),
                start: piece.original.start,
                end: piece.original.end,
                position: piece.position,
            });
        });
        self.worker.bigram = buffer;
    }

    fn for_each_word(&mut self, mut sink: impl FnMut(Token<'_>)) {
        let Worker {
            segmenter,
            scratch,
            normalized,
            ..
        } = &mut *self.worker;
        let text = normalized.text();
        let mut offsets = normalized.offsets();
        let mut position = 0;
        find_words(segmenter, scratch, text, |word| {
            let original = offsets.range(word.clone());
            sink(Token {
                text: &text[word],
                start: original.start,
                end: original.end,
                position,
            });
            position += 1;
        });
    }
}

/// Finds the words of the layer of words in a normalised text, as ranges of its bytes.
fn find_words(
    segmenter: &Segmenter,
    scratch: &mut Scratch,
    text: &str,
    mut sink: impl FnMut(Range<usize>),
) {
    // What lies between two words with Chinese characters is cut by its own rules.
    let mut between = 0;
    segmenter.cut_normalized(text, scratch, |word| {
        if latin::has_chinese(&text[word.clone()]) {
            if between < word.start {
                find_compounds(text, between..word.start, &mut sink);
            }
            between = word.end;
            cut_to_length(text, word, &mut sink);
        }
    });
    find_compounds(text, between..text.len(), &mut sink);
}

/// Finds the numbers and words in a part of a text without Chinese characters.
fn find_compounds(text: &str, within: Range<usize>, sink: &mut impl FnMut(Range<usize>)) {
    for compound in latin::compounds(&text[within.clone()]) {
        let range = within.start + compound.start..within.start + compound.end;
        cut_to_length(text, range, sink);
    }
}

/// Gives the word at `range`, cut into pieces if it is too long for a token.
#[inline]
fn cut_to_length(text: &str, range: Range<usize>, sink: &mut impl FnMut(Range<usize>)) {
    let mut start = range.start;
    // A character is at least one byte, so a short word need not be counted.
    while range.end - start > MAX_TOKEN_CHARS {
        let cut = text[start..range.end].char_indices().nth(MAX_TOKEN_CHARS);
        let Some((len, _)) = cut else { break };
        sink(start..start + len);
        start += len;
    }
    sink(start..range.end);
}

#[cfg(test)]
mod tests {
    use super::Layer;
    use crate::segmenter::Segmenter;

    #[test]
    fn runs_are_the_characters_of_their_layer() {
        let cases: [(&str, &[&str]); 7] = [
            ("", &[]),
            ("，。", &[]),
            ("文明城市", &["文明城市"]),
            (
                "遼寧ＧＤＰ增長12.5％，“十四五”",
                &["辽宁gdp增长12", "5", "十四五"],
            ),
            ("𠮷野家 一家\n〇", &["𠮷野家", "一家", "〇"]),
            ("москва 한국", &["москва", "한국"]),
            ("（㎡）é", &["m2", "e"]),
        ];
        let mut worker = Segmenter::default().worker();
        for (text, expect) in cases {
            let mut analysis = worker.analyse(text);
            assert_eq!(analysis.runs().collect::<Vec<_>>(), expect, "{text:?}");
            let mut chars = String::new();
            analysis.for_each(Layer::Chars, |token| chars.push_str(token.text));
            assert_eq!(chars, expect.concat(), "{text:?}");
        }
    }
}
