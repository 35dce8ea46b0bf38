//! Chinese text → words for people, terms for an index.
//!
//! ```
//! use fangzhi_segmentation::{Layer, Segmenter};
//!
//! let segmenter = Segmenter::default(); // cheap to clone, shares one dictionary
//! let words: Vec<&str> = segmenter.words("创建全国文明城市").iter().map(|word| word.text).collect();
//! assert_eq!(words, ["创建", "全国", "文明城市"]);
//!
//! // What an index stores: lower case, half width, simplified, without punctuation.
//! let tokens = segmenter.layer(Layer::Words, "遼寧ＧＤＰ增長12.5％。");
//! let texts: Vec<&str> = tokens.iter().map(|token| token.text.as_str()).collect();
//! assert_eq!(texts, ["辽宁", "gdp", "增长", "12.5%"]);
//! ```
//!
//! [`Segmenter::words`] cuts a text into pieces that concatenate to it again;
//! they are jieba's words.
//! [`Segmenter::terms`] gives overlapping terms of the [normalised](normalize) text.
//! A [`Layer`] is one linear stream of tokens for one field of an index;
//! a [`Worker`] produces layers without allocating.
//! All offsets are bytes of the original text.
//!
//! # Features
//!
//! - `tantivy` (by default): `LayerTokenizer`, tantivy's `Tokenizer` over a layer.
//! - `jieba`: `Segmenter::on_jieba`, which cuts by jieba-rs instead of the engine here.

pub mod compiled;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod damage;
mod dictionary;
mod engine;
mod error;
#[cfg(feature = "jieba")]
mod jieba;
mod latin;
mod layer;
pub mod normalize;
mod pieces;
mod segmenter;
#[cfg(feature = "tantivy")]
mod tokenizer;

pub use dictionary::{Dictionary, UserWord};
pub use error::{Error, Flaw, Result};
pub use layer::{Analysis, Layer, Token, Worker};
pub use segmenter::{Mode, Segmenter, Term, Word};
#[cfg(feature = "tantivy")]
pub use tokenizer::{LayerTokenStream, LayerTokenizer};
