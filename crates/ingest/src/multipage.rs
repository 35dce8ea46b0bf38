//! Puts together what is one article: further pages (`_2.html`, `?page=2`, 下一页), and twins under one URL.

use std::collections::HashSet;

use crate::article::Article;
use crate::outcome::{Outcome, SkipReason, Skipped};

/// One page of an article that runs over several.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    article: Article,
}

/// Puts together what is one article, as outcomes stream by.
///
/// Further pages of an article (`_2.html`, `?page=2`, 下一页) are held back until the end and then come out as one article,
/// in order; a page whose article has come by before under the same URL, such as its AMP, print or mobile twin, is skipped.
/// Everything else passes through at once, so that memory grows only with the ids seen and the parts held.
/// Which of two twins is kept depends on the order of pushing: it is the first.
#[derive(Debug, Default)]
pub struct Binder {
    seen: HashSet<String>,
    parts: Vec<Part>,
}

impl Part {
    /// The article as this page alone gives it.
    #[must_use]
    pub fn article(&self) -> &Article {
        &self.article
    }

    /// The article as this page alone gives it.
    #[must_use]
    pub fn into_article(self) -> Article {
        self.article
    }
}

impl Binder {
    /// An empty binder.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the outcome of one page; gives it back unless it is held until [`Binder::finish`].
    pub fn push(&mut self, outcome: Outcome) -> Option<Outcome> {
        match outcome {
            Outcome::Part(part) => {
                self.parts.push(*part);
                None
            }
            Outcome::Article(article) => {
                if self.seen.insert(article.id.clone()) {
                    Some(Outcome::Article(article))
                } else {
                    Some(Outcome::Skipped(Skipped {
                        path: article.path,
                        url: article.url,
                        reason: SkipReason::Twin,
                    }))
                }
            }
            Outcome::Skipped(_) => Some(outcome),
        }
    }

    /// What was held back, put together: articles, and a [`Skipped`] for each further page that went into one.
    #[must_use]
    pub fn finish(self) -> Vec<Outcome> {
        self.parts
            .into_iter()
            .map(|part| Outcome::Article(Box::new(part.article)))
            .collect()
    }
}
