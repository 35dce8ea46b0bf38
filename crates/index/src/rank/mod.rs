//! Ranking: how well an article answers a text.
//!
//! The score of an article is a sum of BM25 over the query's words, pairs of characters and characters, in its
//! title, its body and its lead, times its coverage: the share of the query's words, weighed by how telling they are,
//! that the article has, and more where neighbouring words of the query stand near each other.
//! Words and pairs find the candidates; what is costly to look up and decides only between neighbours (single
//! characters, stop words) is added for the best of them.

mod accumulate;
mod ask;
mod board;
mod complete;
mod extras;
mod judge;
mod list_scores;
mod lists;
mod proximity;
mod rescore;
mod shortlist;
mod stopwords;
mod top;

pub(crate) use accumulate::{Entry, FoundParts, accumulate};
pub(crate) use ask::{Ask, Scope, Text, Word};
pub(crate) use complete::complete;
pub(crate) use lists::Lists;
pub(crate) use proximity::{MOST_RAISED, raise};
pub(crate) use rescore::{explain, rescore};
pub(crate) use stopwords::StopWords;
pub(crate) use top::nth_highest;

/// How much the parts of a score weigh.
///
/// They were chosen on four collections of news and questions (see `docs/quality.md`), and are coarse on purpose.
pub(crate) mod weight {
    pub(crate) const BODY_WORDS: f32 = 0.7;
    pub(crate) const BODY_BIGRAMS: f32 = 0.5;
    pub(crate) const BODY_CHARS: f32 = 1.0;
    pub(crate) const LEAD: f32 = 0.9;
    pub(crate) const TITLE_WORDS: f32 = 1.4;
    pub(crate) const TITLE_BIGRAMS: f32 = 1.6;
    pub(crate) const TITLE_CHARS: f32 = 0.4;
    /// Of what a content word would give.
    pub(crate) const STOP_WORDS: f32 = 0.3;
    /// By how much of itself a score is raised where all words stand beside each other.
    pub(crate) const NEARNESS: f32 = 0.15;
    /// Of what is near in a body; in a headline everything is.
    pub(crate) const TITLE_NEARNESS: f32 = 0.5;
    /// At so many words' distance, and one, nearness is half of what it is side by side.
    pub(crate) const NEAR_WORDS: f32 = 3.0;
}

/// Which articles are to be found; others may be, too.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Reach {
    /// Those that have all that is asked.
    All,
    /// Those, and so many of the rest as have the highest scores.
    Best(usize),
    /// Those that have anything of it.
    Any,
}

/// What the sum is multiplied by for a share of the query, from 0 to 1.
pub(crate) fn coverage(share: f32) -> f32 {
    share.sqrt()
}

/// The bits of an article that has everything asked for.
pub(crate) fn all_units(lists: &Lists, ask: &Ask) -> u64 {
    let n = (lists.units.len() + ask.parts.len()).min(64);
    u64::MAX.checked_shr(64 - n as u32).unwrap_or(0)
}
