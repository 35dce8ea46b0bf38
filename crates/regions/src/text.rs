//! What is tagged, and what comes of it.

use std::fmt;

use crate::region::Region;

/// An article as the tagger reads it. What is not known is empty.
#[derive(Clone, Debug, Default)]
pub struct Text<'t> {
    /// The headline.
    pub title: &'t str,
    /// The story, one line a paragraph.
    pub body: &'t str,
    /// The path of the column it stood in (首页, 辽宁频道, 鞍山), from the site's root.
    pub channel: Vec<&'t str>,
    /// The year it was published, which decides on names that changed. By default, names are those of today.
    pub published: Option<u16>,
    /// The paper or agency it is taken from (来源).
    pub source: &'t str,
    /// The site's name.
    pub site: &'t str,
}

/// The places of an article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tags {
    /// What it is about, the main place first; empty where no place stands out.
    pub about: Vec<Region>,
    /// The home of the paper it is taken from, else of the site.
    pub published_from: Option<Region>,
    /// Every mention in the title and the body, in the order of the text.
    pub mentions: Vec<Mention>,
}

/// A place named in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mention {
    /// Where it stands.
    pub part: Part,
    /// The place's name as it is written.
    pub text: String,
    /// Where it starts, in characters of that part.
    pub start: usize,
    /// Where it ends, in characters of that part.
    pub end: usize,
    /// The place as it is today; `None` where it is ambiguous.
    pub region: Option<Region>,
    /// The place of the past that the name is of, where that is another than `region`.
    pub named: Option<Region>,
    /// The places it may be: one where it is clear, several where it is ambiguous,
    /// none where it refers to a place that the article does not name (全市).
    pub candidates: Vec<Region>,
    /// What speaks for it.
    pub evidence: Evidence,
}

impl Mention {
    /// Whether it cannot be said which place is meant.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        self.region.is_none()
    }
}

/// A part of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Part {
    /// The headline.
    Title,
    /// The story.
    Body,
}

/// A reason to take a name for a place, or for this place and not another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum Clue {
    /// The full name: 海城市.
    FullName,
    /// A short name: 海城.
    ShortName,
    /// One letter of a fixed pattern: 京沪.
    Letter,
    /// A functional area: 鞍山高新区.
    Area,
    /// A macro-region: 长三角.
    MacroRegion,
    /// 全市, 我省, 该县.
    SelfReference,
    /// A name of the past.
    OldName,
    /// It stands in the dateline: 本报鞍山讯.
    Dateline,
    /// The place it lies in stands before it: 辽宁海城.
    Parent,
    /// It is listed with places of the same parent: 和平、沈河、皇姑.
    List,
    /// Other places of the article lie near only one of its meanings.
    Context,
    /// The column lies in only one of its meanings' provinces or prefectures.
    Channel,
    /// The paper's or site's home does.
    Publisher,
}

impl Clue {
    const ALL: [Self; 13] = [
        Self::FullName,
        Self::ShortName,
        Self::Letter,
        Self::Area,
        Self::MacroRegion,
        Self::SelfReference,
        Self::OldName,
        Self::Dateline,
        Self::Parent,
        Self::List,
        Self::Context,
        Self::Channel,
        Self::Publisher,
    ];

    /// The name in JSON: `full_name`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FullName => "full_name",
            Self::ShortName => "short_name",
            Self::Letter => "letter",
            Self::Area => "area",
            Self::MacroRegion => "macro_region",
            Self::SelfReference => "self_reference",
            Self::OldName => "old_name",
            Self::Dateline => "dateline",
            Self::Parent => "parent",
            Self::List => "list",
            Self::Context => "context",
            Self::Channel => "channel",
            Self::Publisher => "publisher",
        }
    }
}

/// A set of clues.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Evidence(u16);

impl Evidence {
    /// The clues of the set, how the name is written first.
    pub fn iter(self) -> impl Iterator<Item = Clue> {
        Clue::ALL.into_iter().filter(move |clue| self.has(*clue))
    }

    /// Whether a clue is in the set.
    #[must_use]
    pub fn has(self, clue: Clue) -> bool {
        self.0 & (1 << clue as u8) != 0
    }

    pub(crate) fn add(&mut self, clue: Clue) {
        self.0 |= 1 << clue as u8;
    }
}

impl fmt::Debug for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
