//! When a writer makes a new lexicon.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use fangzhi_ingest::Article;

use super::{Headlines, build, words};
use crate::error::Result;
use crate::index::Core;
use crate::record;
use crate::segment::Snapshot;

/// Up to so many articles every commit makes a new lexicon: it takes a moment only.
const FEW_ARTICLES: u64 = 1_000;
/// Beyond, commits that together add more than this part of the articles.
const LARGE_PART: u64 = 20;

/// The part of a writer that keeps the lexicon.
#[derive(Debug, Default)]
pub(crate) struct Refresher {
    headlines: Mutex<Headlines>,
    /// How many articles were added since the last lexicon.
    n_added: AtomicU64,
    /// How many of them by earlier writers, whose headlines are in the index alone.
    carried: AtomicU64,
}

impl Refresher {
    /// Goes on from an earlier writer that added so many articles since the last lexicon.
    pub(crate) fn new(n_unlisted: u64) -> Self {
        Self {
            headlines: Mutex::default(),
            n_added: AtomicU64::new(n_unlisted),
            carried: AtomicU64::new(n_unlisted),
        }
    }

    /// Notes an article that is being added.
    pub(crate) fn add(&self, article: &Article) {
        self.n_added.fetch_add(1, Ordering::Relaxed);
        self.headlines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .add(article);
    }

    /// How many articles were added since the last lexicon.
    pub(crate) fn n_added(&self) -> u64 {
        self.n_added.load(Ordering::Relaxed)
    }

    /// How many articles will not be in the lexicon after a commit that makes `n_articles` of them.
    pub(crate) fn n_unlisted(&self, n_articles: u64) -> u64 {
        let n_added = self.n_added.load(Ordering::Relaxed);
        if is_due(n_added, n_articles) {
            0
        } else {
            n_added
        }
    }

    /// Makes a new lexicon of what is committed, if enough has changed.
    ///
    /// The articles are safe whatever becomes of the lexicon, so its failure is not the commit's.
    pub(crate) fn after_commit(&self, core: &Core) {
        if let Err(error) = self.refresh(core) {
            tracing::warn!(%error, "the lexicon is not up to date");
        }
    }

    fn refresh(&self, core: &Core) -> Result<()> {
        let n_added = self.n_added.load(Ordering::Relaxed);
        if n_added == 0 {
            return Ok(());
        }
        core.reader.reload()?;
        if !is_due(n_added, core.reader.searcher().num_docs()) {
            return Ok(());
        }
        let snapshot = Snapshot::new(core)?;
        let mut headlines = self
            .headlines
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if self.carried.load(Ordering::Relaxed) > 0 {
            collect(&snapshot, &mut headlines);
        }
        // A damaged one is replaced by what there is.
        let before = core.lexicon.get().unwrap_or_else(|error| {
            tracing::warn!(%error, "the lexicon is made anew, without its old headlines");
            None
        });
        let mut entries = words(&snapshot)?;
        entries.extend(headlines.take(before.as_deref()));
        drop(headlines);
        core.lexicon.put(build(entries))?;
        self.n_added.fetch_sub(n_added, Ordering::Relaxed);
        self.carried.store(0, Ordering::Relaxed);
        Ok(())
    }
}

fn is_due(n_added: u64, n_articles: u64) -> bool {
    n_articles <= FEW_ARTICLES || n_added * LARGE_PART >= n_articles
}

/// Takes the headlines of all articles.
fn collect(snapshot: &Snapshot, headlines: &mut Headlines) {
    for segment in &snapshot.segments {
        for doc in (0..segment.reader.max_doc()).filter(|doc| segment.is_alive(*doc)) {
            let record = segment.record(doc).ok();
            if let Some(display) = record.and_then(record::display) {
                headlines.add_if_new(display);
            }
        }
    }
}
