//! The query language: text → tree.

mod ast;
mod clauses;
mod lexer;
mod marks;
mod names;
mod parser;
mod problem;
mod regions;
#[cfg(test)]
mod tests;
mod word;

use fangzhi_regions::Region;
use jiff::civil::Date;

pub(crate) use ast::{Clause, Field, Node, Occur, Parsed, RegionField};
pub use problem::{Problem, ProblemKind};

/// The most characters that are read of a query.
pub(crate) const MAX_LENGTH: usize = 4096;
/// The most clauses that are read of a query, over all its groups.
pub(crate) const MAX_CLAUSES: usize = 256;
/// The deepest that parentheses are followed.
pub(crate) const MAX_DEPTH: usize = 32;
/// The largest slop of a phrase, in positions.
pub(crate) const MAX_SLOP: u32 = 100;
/// The largest factor of a `^boost`.
pub(crate) const MAX_BOOST: f32 = 100.0;

/// The regions that a name stands for; see [`Gazetteer::resolve`](fangzhi_regions::Gazetteer::resolve).
pub(crate) type FindRegions<'a> = &'a dyn Fn(&str) -> Vec<Region>;

/// Reads a query. `today` is what `去年` and `近三天` count from, `regions` is asked what `region:` names.
///
/// Takes any input: what is no syntax is text, and what is beyond the limits above is
/// left out. [`Parsed::problems`] says so.
pub(crate) fn parse(input: &str, today: Date, regions: FindRegions<'_>) -> Parsed {
    let mut problems = Vec::new();
    let mut chars: Vec<char> = input.chars().take(MAX_LENGTH + 1).collect();
    if chars.len() > MAX_LENGTH {
        chars.truncate(MAX_LENGTH);
        problems.push(Problem {
            position: MAX_LENGTH,
            message: ProblemKind::TooLong,
        });
    }
    let tokens = lexer::tokens(&chars, &mut problems);
    let root = parser::tree(&chars, tokens, today, regions, &mut problems);
    problems.sort_by_key(|problem| problem.position);
    Parsed { root, problems }
}
