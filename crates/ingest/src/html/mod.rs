//! HTML pages: a fast, forgiving parser.

mod dom;
mod entities;
mod nesting;
mod tag;
mod tokenizer;
mod tree;
