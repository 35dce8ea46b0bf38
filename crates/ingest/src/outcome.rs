//! What became of a page.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::article::Article;
use crate::id;
use crate::multipage::Part;

/// What became of a page.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// The page is an article, whole.
    Article(Box<Article>),
    /// The page is one of several that make up an article; a [`Binder`](crate::Binder) puts them together.
    Part(Box<Part>),
    /// The page gives no article, and that is no error.
    Skipped(Skipped),
}

/// A page that gives no article of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Skipped {
    /// The file, where there is one.
    pub path: Option<PathBuf>,
    /// The page's URL, where it is known.
    pub url: Option<String>,
    /// Why.
    pub reason: SkipReason,
}

/// Why a page gives no article of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum SkipReason {
    /// It is a list of stories.
    List,
    /// It is a picture, a style sheet or a script that a page was saved with; the file was not opened.
    Asset,
    /// It is something else: a product, a form, a forum, an error page.
    Other,
    /// Its article has been seen before under the same URL: an AMP, print or mobile twin.
    Twin,
    /// It is a further page of an article, which holds its text.
    Continuation,
}

impl Outcome {
    /// The article, whole or in part; `None` where the page was skipped.
    #[must_use]
    pub fn article(&self) -> Option<&Article> {
        match self {
            Self::Article(article) => Some(article),
            Self::Part(part) => Some(part.article()),
            Self::Skipped(_) => None,
        }
    }

    /// The article, whole or in part; `None` where the page was skipped.
    #[must_use]
    pub fn into_article(self) -> Option<Article> {
        match self {
            Self::Article(article) => Some(*article),
            Self::Part(part) => Some(part.into_article()),
            Self::Skipped(_) => None,
        }
    }

    /// Numbers for what a [`Binder`](crate::Binder) puts pages together by: the id, and for one of several pages also its
    /// place and the places it links to; none for what was skipped. They are the same on every machine and in every version
    /// of the rules of extraction.
    ///
    /// What the binder makes of a page depends on no page but those that share a number with it, or with one that does, and
    /// so on.
    #[must_use]
    pub fn keys(&self) -> Vec<u64> {
        match self {
            Self::Article(article) => vec![Self::key(&article.id)],
            Self::Part(part) => part.keys(),
            Self::Skipped(_) => Vec::new(),
        }
    }

    /// The one number among [`keys`](Outcome::keys) that is the id's.
    #[must_use]
    pub fn key(id: &str) -> u64 {
        id::key(b'i', &[id])
    }

    /// The file the page was read from, where there is one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Skipped(skipped) => skipped.path.as_deref(),
            Self::Article(_) | Self::Part(_) => self.article()?.path.as_deref(),
        }
    }
}

impl SkipReason {
    pub(crate) const ALL: [Self; 5] = [
        Self::List,
        Self::Asset,
        Self::Other,
        Self::Twin,
        Self::Continuation,
    ];

    /// The reason's short name: `list`, `asset`, `other`, `twin` or `continuation`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Asset => "asset",
            Self::Other => "other",
            Self::Twin => "twin",
            Self::Continuation => "continuation",
        }
    }
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
