//! The query language: text → tree.

mod ast;
mod problem;

use jiff::civil::Date;

pub(crate) use ast::{Clause, Field, Node, Occur, Parsed};
pub use problem::{Problem, ProblemKind};

/// The most characters that are read of a query.
pub const MAX_LENGTH: usize = 4096;
/// The most clauses that are read of a query, over all its groups.
pub const MAX_CLAUSES: usize = 256;
/// The deepest that parentheses are followed.
pub const MAX_DEPTH: usize = 32;
/// The largest factor of a `^boost`.
pub const MAX_BOOST: f32 = 100.0;

/// Reads a query. `today` is what `去年` and `近三天` count from.
///
/// Takes any input, in time linear in its length.
pub(crate) fn parse(input: &str, today: Date) -> Parsed {
    // Operators follow in the next step; until then a query is its text.
    let _ = today;
    let text = input.split_whitespace().collect::<Vec<_>>().join(" ");
    let root = text
        .chars()
        .any(char::is_alphanumeric)
        .then_some(Node::Text { text });
    Parsed {
        root,
        problems: Vec::new(),
    }
}
