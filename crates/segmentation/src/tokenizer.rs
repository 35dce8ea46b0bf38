//! tantivy's tokenizer over a layer.

use tantivy_tokenizer_api::{Token, TokenStream, Tokenizer};

use crate::layer::Layer;
use crate::segmenter::Segmenter;

/// Gives tantivy the tokens of one [`Layer`].
#[derive(Clone, Debug)]
pub struct LayerTokenizer {
    segmenter: Segmenter,
    layer: Layer,
}

impl LayerTokenizer {
    /// Makes a tokenizer of `layer`.
    pub fn new(segmenter: Segmenter, layer: Layer) -> Self {
        Self { segmenter, layer }
    }
}

impl Tokenizer for LayerTokenizer {
    type TokenStream<'a> = LayerTokenStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> LayerTokenStream<'a> {
        let tokens = self
            .segmenter
            .layer(self.layer, text)
            .into_iter()
            .map(|term| Token {
                offset_from: term.start,
                offset_to: term.end,
                position: term.position,
                text: term.text,
                position_length: 1,
            })
            .collect::<Vec<_>>()
            .into_iter();
        LayerTokenStream {
            tokens,
            token: Token::default(),
            lifetime: std::marker::PhantomData,
        }
    }
}

/// The tokens of one text.
#[derive(Debug)]
pub struct LayerTokenStream<'a> {
    tokens: std::vec::IntoIter<Token>,
    token: Token,
    lifetime: std::marker::PhantomData<&'a ()>,
}

impl TokenStream for LayerTokenStream<'_> {
    fn advance(&mut self) -> bool {
        match self.tokens.next() {
            Some(token) => {
                self.token = token;
                true
            }
            None => false,
        }
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
