//! What a parser has to say about a query it could not take as written.

use std::fmt;

use fangzhi_regions::Region;

/// Something in a query that was not understood, and was read as ordinary text or left out.
///
/// No query is an error: a search box answers whatever is typed. These are for
/// callers that want to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// Where in the query, in characters from its beginning.
    pub position: usize,
    /// What it is.
    pub message: ProblemKind,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at character {}", self.message, self.position + 1)
    }
}

/// What was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// A quotation mark without its partner; read as punctuation.
    UnclosedQuote,
    /// An opening parenthesis without its partner; the group ends with the query.
    UnclosedParenthesis,
    /// A closing parenthesis without its partner; read as punctuation.
    UnopenedParenthesis,
    /// Nothing to search for between two parentheses or quotation marks; left out.
    Empty,
    /// `AND`, `OR` or `NOT` without anything to join; read as a word.
    DanglingOperator(String),
    /// A field name with nothing after the colon; read as a word.
    FieldWithoutValue(String),
    /// A name before a colon that no field has; read as text.
    UnknownField(String),
    /// A date that cannot be read; searched for as text.
    BadDate(String),
    /// A region that there is not; searched for as text.
    UnknownRegion(String),
    /// A name that several regions have; any of them is enough.
    AmbiguousRegion {
        /// The name.
        name: String,
        /// The regions, by their paths: 辽宁省/鞍山市/海城市.
        regions: Vec<String>,
    },
    /// A span of days whose end is before its beginning; its ends are exchanged.
    ReversedDates,
    /// `*` where a word begins, which no index can look up; left out.
    LeadingWildcard,
    /// `~` and a number after a word that is not Latin; left out.
    FuzzyNotLatin,
    /// A slop, distance or boost outside its limits; the limit is taken.
    OutOfRange,
    /// More characters than a query may have; the rest is left out.
    TooLong,
    /// More clauses than a query may have; the rest is left out.
    TooManyClauses,
    /// Parentheses nested deeper than a query may; the inner ones are read as punctuation.
    TooDeep,
}

impl ProblemKind {
    /// That a name stands for several regions.
    pub(crate) fn ambiguous_region(name: &str, regions: &[Region]) -> Self {
        Self::AmbiguousRegion {
            name: name.to_owned(),
            regions: regions.iter().map(Region::path).collect(),
        }
    }
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnclosedQuote => f.write_str("quotation mark without its partner"),
            Self::UnclosedParenthesis => f.write_str("`(` without `)`"),
            Self::UnopenedParenthesis => f.write_str("`)` without `(`"),
            Self::Empty => f.write_str("nothing to search for"),
            Self::DanglingOperator(operator) => write!(f, "`{operator}` has nothing to join"),
            Self::FieldWithoutValue(name) => write!(f, "nothing after `{name}:`"),
            Self::UnknownField(name) => write!(f, "no field is called `{name}`"),
            Self::BadDate(text) => write!(f, "cannot read the date `{text}`"),
            Self::UnknownRegion(name) => write!(f, "no region is called `{name}`"),
            Self::AmbiguousRegion { name, regions } => write!(
                f,
                "any of the {} regions called `{name}` counts ({})",
                regions.len(),
                regions.join(", ")
            ),
            Self::ReversedDates => f.write_str("span of days ends before it begins"),
            Self::LeadingWildcard => f.write_str("word begins with a wildcard"),
            Self::FuzzyNotLatin => f.write_str("`~` after a word that is not Latin"),
            Self::OutOfRange => f.write_str("number outside its limits"),
            Self::TooLong => write!(f, "query longer than {} characters", super::MAX_LENGTH),
            Self::TooManyClauses => write!(f, "more than {} clauses", super::MAX_CLAUSES),
            Self::TooDeep => write!(f, "parentheses deeper than {}", super::MAX_DEPTH),
        }
    }
}
