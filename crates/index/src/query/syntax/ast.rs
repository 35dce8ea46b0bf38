//! The query tree: what the parser makes of a query and the searcher compiles.

use fangzhi_regions::Code;
use jiff::civil::Date;

use super::Problem;

/// One part of a query.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    /// Unquoted text.
    ///
    /// Consecutive bare words are one text, with one space where the query had
    /// white space: `文明 城市建设` is a single node. Punctuation is kept as typed.
    Text {
        /// Has at least one letter, digit or Han character, once normalised.
        text: String,
    },
    /// Text between quotation marks, to be found as it stands.
    Phrase {
        /// Has at least one letter, digit or Han character, once normalised.
        text: String,
        /// How many positions the words may be apart in total; 0 means adjacent.
        slop: u32,
    },
    /// Words that begin with a text: `文明*`.
    Prefix {
        /// The text before the asterisk.
        text: String,
    },
    /// Words of a shape, `*` being any characters and `?` exactly one.
    Wildcard {
        /// Begins with a literal character and has at least one `*` or `?`.
        pattern: String,
    },
    /// A Latin word, give or take some letters: `Shenyang~1`.
    Fuzzy {
        /// Latin letters only, as typed.
        text: String,
        /// How many letters may be wrong, missing or added: 1 or 2.
        distance: u8,
    },
    /// A part that is looked for in one field only.
    Field {
        /// Where to look.
        field: Field,
        /// What to look for; contains no other `Field`, `Region` or `Dates`
        /// (an inner field name wins over an outer one).
        node: Box<Node>,
    },
    /// Articles that have one of these codes of regions, or of what lies in them.
    Region {
        /// What the regions are to the article.
        field: RegionField,
        /// Sorted, at least one.
        codes: Vec<Code>,
    },
    /// Articles published in a span of days, both ends included.
    Dates {
        /// The first day; `None` means from the beginning.
        since: Option<Date>,
        /// The last day; `None` means without end.
        until: Option<Date>,
    },
    /// A part that weighs more or less in the score.
    Boost {
        /// The part.
        node: Box<Node>,
        /// More than 0, at most [`MAX_BOOST`](super::MAX_BOOST).
        factor: f32,
    },
    /// Spellings of one thing, of which any is enough: 九条 and 9条.
    ///
    /// The first is the one typed. An article scores by the best of them, not by their sum.
    /// The parser makes none of these; [`expand`](crate::query::expand) does.
    AnyOf {
        /// At least two.
        alternatives: Vec<Node>,
    },
    /// Several parts together.
    ///
    /// Either every clause is [`Occur::Should`] and at least one has to match, or none is.
    /// A group of nothing but [`Occur::MustNot`] matches the articles that have none of them.
    /// A word after `-` is a phrase: it excludes the articles that have it as it stands.
    Group {
        /// At least one; a single one is `Must` or `MustNot`, or it would not be a group.
        clauses: Vec<Clause>,
    },
}

/// A part of a group and how it counts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Clause {
    /// How it counts.
    pub(crate) occur: Occur,
    /// The part.
    pub(crate) node: Node,
}

/// How a clause counts in its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Occur {
    /// Written without operator: has to match at first, may be relaxed.
    Bare,
    /// `+`, `AND`, a date, or a field that names where an article is from: has to match.
    Must,
    /// `OR`: one of them has to match.
    Should,
    /// `-`, `NOT`: may not match.
    MustNot,
}

/// A field that a query can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    /// `title:`, `标题:`
    Title,
    /// `body:`, `正文:`
    Body,
    /// `source:`, `来源:`
    Source,
    /// `author:`, `记者:`, `作者:`
    Author,
    /// `editor:`, `责编:`, `编辑:`
    Editor,
    /// `channel:`, `频道:`
    Channel,
    /// `site:`, `网站:`; the text is a host name.
    Site,
    /// `url:`; the text is an address or the beginning of one.
    Url,
}

/// What a region can be to an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RegionField {
    /// `region:`, `地区:`; it is about it.
    About,
    /// `published_from:`, `发布地:`; its paper or site is at home there.
    PublishedFrom,
}

/// What the parser makes of a query.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Parsed {
    /// The tree; `None` where there is nothing to search for.
    pub(crate) root: Option<Node>,
    /// What was not understood, in order of position. The tree makes sense regardless.
    pub(crate) problems: Vec<Problem>,
}
