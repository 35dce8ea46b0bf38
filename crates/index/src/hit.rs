//! What a search gives back.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use fangzhi_ingest::{PageKind, PublishTime};

use crate::explain::Explanation;
use crate::facet::Facet;
use crate::places::Place;
use crate::query::{Problem, ProblemKind};
use crate::snippet::Snippet;

/// The answer to a [`Query`](crate::Query); iterating gives its hits.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Results {
    /// The hits asked for, in order.
    pub hits: Vec<Hit>,
    /// How many articles match in all.
    pub total: usize,
    /// How many stories these articles are, by their fingerprints; `None` if reprints are shown apart, or if the articles
    /// are more than 1,000 and the query does not [count](crate::Query::count) stories.
    ///
    /// What only the bodies tell apart is shown apart, and counted as one here.
    pub stories: Option<usize>,
    /// How long the search took, snippets included.
    pub took: Duration,
    /// What was given up of the query to find anything; `None` if nothing was.
    pub relaxed: Option<Relaxation>,
    /// The counts asked for, in the order asked for.
    pub facets: Vec<Facet>,
    /// Other spellings that would find more; never searched for unasked.
    pub suggestions: Vec<Suggestion>,
    /// What of the query was not understood.
    pub problems: Vec<Problem>,
    /// Names of regions that the query is filtered by and that several have.
    pub ambiguous: Vec<ProblemKind>,
}

/// An article that was found.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Hit {
    /// The article's id.
    pub id: String,
    /// How well it matches; comparable within one search.
    pub score: f32,
    /// The headline; empty if the article has none.
    pub title: String,
    /// What matched in the headline, in characters of it: sorted, not empty, not overlapping.
    pub title_marks: Vec<Range<usize>>,
    /// When it was published.
    pub published: Option<PublishTime>,
    /// The paper or agency it is taken from (来源).
    pub source: Option<String>,
    /// The site's name, or its host name.
    pub site: Option<String>,
    /// The regions it is about, the first first; see [`fangzhi_regions::Tags::about`].
    pub about: Vec<Place>,
    /// The home of its paper, or else of its site.
    pub published_from: Option<Place>,
    /// The canonical URL.
    pub url: Option<String>,
    /// The file it was read from.
    pub path: Option<PathBuf>,
    /// Whether the page is an article.
    pub kind: PageKind,
    /// How many other pages carry the story, whether they match or not; other versions of this one are not counted.
    ///
    /// [`Searcher::story`](crate::Searcher::story) lists them.
    pub also_carried_by: usize,
    /// How many other versions of the page there are; [`Searcher::versions`](crate::Searcher::versions) lists them.
    pub other_versions: usize,
    /// Words of the query that the article does not have, as typed; see [`Relaxation`].
    pub missing: Vec<String>,
    /// The lines that show why it was found.
    pub snippet: Snippet,
    /// How the score came about, if the query asked for it.
    pub explanation: Option<Explanation>,
}

/// What was given up of a query that nothing, or little, matches in full.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Relaxation {
    /// Few articles have all the words; the hits go on with articles that have most of them.
    ///
    /// [`Results::total`] counts the articles that have all; the others say what is [missing](Hit::missing).
    Completed {
        /// How many articles have all the words.
        complete: usize,
    },
    /// No article has all the words whole; these have the shorter words that the missing ones are made of,
    /// such as 农业 and 银行 for 农业银行.
    Parts,
    /// No article has all the words, and these were not required.
    Without {
        /// The words, as typed.
        words: Vec<String>,
    },
    /// No article has all the words, and any of them was enough.
    AnyWord,
    /// No article has any of the words; these have some of their characters.
    AnyCharacter,
}

/// Another spelling of a query, or of a word of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Suggestion {
    /// The whole query, corrected.
    pub text: String,
    /// How many articles have the corrected word.
    pub articles: usize,
}

impl fmt::Display for Relaxation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Completed { complete: 1 } => {
                f.write_str("one article has all the words; the other hits have most of them")
            }
            Self::Completed { complete } => write!(
                f,
                "{complete} articles have all the words; the other hits have most of them"
            ),
            Self::Parts => f.write_str(
                "no article has all the words whole; the parts they are made of are enough",
            ),
            Self::Without { words } => write!(
                f,
                "no article has all the words; not required: {}",
                words.join(", ")
            ),
            Self::AnyWord => f.write_str("no article has all the words; any of them is enough"),
            Self::AnyCharacter => {
                f.write_str("no article has any of the words; some of their characters are enough")
            }
        }
    }
}

impl IntoIterator for Results {
    type Item = Hit;
    type IntoIter = std::vec::IntoIter<Hit>;

    fn into_iter(self) -> Self::IntoIter {
        self.hits.into_iter()
    }
}

impl<'a> IntoIterator for &'a Results {
    type Item = &'a Hit;
    type IntoIter = std::slice::Iter<'a, Hit>;

    fn into_iter(self) -> Self::IntoIter {
        self.hits.iter()
    }
}
