//! When a writer makes a new lexicon.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use fangzhi_ingest::Article;

use super::{Headlines, build, words};
use crate::error::Result;
use crate::index::Core;
use crate::segment::Snapshot;

/// Up to so many articles every commit makes a new lexicon: it takes a moment only.
const FEW_ARTICLES: u64 = 20_000;
/// Beyond, one that adds more than this part of the articles.
const LARGE_PART: u64 = 20;

/// The part of a writer that keeps the lexicon.
#[derive(Debug, Default)]
pub(crate) struct Refresher {
    headlines: Mutex<Headlines>,
    /// How many articles were added since the last lexicon.
    n_added: AtomicU64,
}

impl Refresher {
    /// Notes an article that is being added.
    pub(crate) fn add(&self, article: &Article) {
        self.n_added.fetch_add(1, Ordering::Relaxed);
        self.headlines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .add(article);
    }

    /// Makes a new lexicon of what is committed, if enough has changed.
    pub(crate) fn after_commit(&self, core: &Core) {
        self.try_refresh(core, false);
    }

    /// Makes a new lexicon of what is committed, if anything has changed.
    pub(crate) fn at_close(&self, core: &Core) {
        self.try_refresh(core, true);
    }

    /// The articles are safe whatever becomes of the lexicon, so its failure is not the commit's.
    fn try_refresh(&self, core: &Core, closing: bool) {
        if let Err(error) = self.refresh(core, closing) {
            tracing::warn!(%error, "the lexicon is not up to date");
        }
    }

    fn refresh(&self, core: &Core, closing: bool) -> Result<()> {
        let n_added = self.n_added.load(Ordering::Relaxed);
        if n_added == 0 {
            return Ok(());
        }
        core.reader.reload()?;
        let n_articles = core.reader.searcher().num_docs();
        if !closing && n_articles > FEW_ARTICLES && n_added * LARGE_PART < n_articles {
            return Ok(());
        }
        self.n_added.fetch_sub(n_added, Ordering::Relaxed);
        // A damaged one is replaced by what there is.
        let before = core.lexicon.get().unwrap_or_else(|error| {
            tracing::warn!(%error, "the lexicon is made anew, without its old headlines");
            None
        });
        let mut entries = words(&Snapshot::new(core)?)?;
        let mut headlines = self
            .headlines
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        entries.extend(headlines.take(before.as_deref()));
        drop(headlines);
        core.lexicon.put(build(entries))
    }
}
