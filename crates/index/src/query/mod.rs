//! From the text of a query to the tree that is searched for.
//!
//! [`parse`] reads the query language of `docs/query.md` and knows nothing of an index;
//! [`expand`] adds the other spellings of what was typed.

mod dates;
mod expand;
mod numerals;
mod synonyms;
mod syntax;

pub(crate) use expand::expand;
pub(crate) use synonyms::Synonyms;
pub(crate) use syntax::{Clause, Field, Node, Occur, Parsed, RegionField, parse};
pub use syntax::{Problem, ProblemKind};
