//! tantivy's tokenizer over a layer.

use tantivy_tokenizer_api::{Token, TokenStream, Tokenizer};

use crate::layer::{Layer, Worker};
use crate::pieces::Pieces;
use crate::segmenter::Segmenter;

/// Gives tantivy the tokens of one [`Layer`].
///
/// Each token has a position of its own and the length 1; its offsets are bytes
/// of the original text. After the first texts no memory is allocated.
#[derive(Clone, Debug)]
pub struct LayerTokenizer {
    worker: Worker,
    layer: Layer,
    token: Token,
}

impl LayerTokenizer {
    /// Makes a tokenizer of `layer`.
    pub fn new(segmenter: Segmenter, layer: Layer) -> Self {
        Self {
            worker: segmenter.worker(),
            layer,
            token: Token::default(),
        }
    }
}

impl Tokenizer for LayerTokenizer {
    type TokenStream<'a> = LayerTokenStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> LayerTokenStream<'a> {
        self.worker.normalize(text);
        let (pieces, text) = self.worker.pieces(self.layer);
        self.token.reset();
        LayerTokenStream {
            pieces,
            text,
            token: &mut self.token,
        }
    }
}

/// The tokens of one text.
#[derive(Debug)]
pub struct LayerTokenStream<'a> {
    pieces: Pieces<'a>,
    /// The normalised text.
    text: &'a str,
    token: &'a mut Token,
}

impl TokenStream for LayerTokenStream<'_> {
    #[inline]
    fn advance(&mut self) -> bool {
        let Some(piece) = self.pieces.next() else {
            return false;
        };
        let token = &mut *self.token;
        token.text.clear();
        token.text.push_str(&self.text[piece.first]);
        if let Some(second) = piece.second {
            token.text.push_str(&self.text[second]);
        }
        token.offset_from = piece.original.start;
        token.offset_to = piece.original.end;
        token.position = piece.position;
        true
    }

    #[inline]
    fn token(&self) -> &Token {
        self.token
    }

    #[inline]
    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use tantivy_tokenizer_api::{TokenStream, Tokenizer};

    use super::LayerTokenizer;
    use crate::layer::Layer;
    use crate::segmenter::Segmenter;

    #[test]
    fn streams_the_tokens_of_the_layer() {
        let segmenter = Segmenter::default();
        for layer in Layer::ALL {
            let mut tokenizer = LayerTokenizer::new(segmenter.clone(), layer);
            for text in ["", "遼寧ＧＤＰ增長12.5％。", "“十四五”规划", "。"] {
                let mut stream = tokenizer.token_stream(text);
                let mut expect = segmenter.layer(layer, text).into_iter();
                while stream.advance() {
                    let (token, expect) = (stream.token(), expect.next().unwrap());
                    assert_eq!(token.text, expect.text);
                    assert_eq!(
                        (token.offset_from, token.offset_to),
                        (expect.start, expect.end)
                    );
                    assert_eq!(
                        (token.position, token.position_length),
                        (expect.position, 1)
                    );
                }
                assert_eq!(expect.next(), None);
            }
        }
    }
}
