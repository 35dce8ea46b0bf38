//! Answering queries.

use std::sync::Arc;

use jiff::civil::Date;

use crate::error::Result;
use crate::hit::Results;
use crate::index::Core;
use crate::request::Query;

/// An index as it was when the searcher was opened.
///
/// Cloning is cheap; a searcher can be used from many threads.
#[derive(Clone)]
pub struct Searcher {
    core: Arc<Core>,
    snapshot: Arc<Snapshot>,
}

/// The segments of an index, open.
pub(crate) struct Snapshot {
    engine: tantivy::Searcher,
}

impl Snapshot {
    pub(crate) fn new(core: &Core) -> Result<Self> {
        Ok(Self {
            engine: core.reader.searcher(),
        })
    }

    /// Whether the index has not changed since.
    pub(crate) fn is_current(&self, core: &Core) -> Result<bool> {
        core.reader.reload()?;
        Ok(core.reader.searcher().generation().segments() == self.engine.generation().segments())
    }
}

impl Searcher {
    pub(crate) fn new(core: Arc<Core>, snapshot: Arc<Snapshot>) -> Self {
        Self { core, snapshot }
    }

    /// Finds the articles that a query asks for.
    ///
    /// # Errors
    ///
    /// If files of the index cannot be read; no query is an error.
    pub fn search(&self, query: &Query) -> Result<Results> {
        let _ = (query, &self.core);
        Ok(Results {
            hits: Vec::new(),
            total: 0,
            took: std::time::Duration::ZERO,
            relaxed: None,
            facets: Vec::new(),
            suggestions: Vec::new(),
            problems: Vec::new(),
        })
    }

    /// Finds articles like the one of this id, the most alike first.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownArticle`](crate::Error::UnknownArticle) if there is no such article.
    pub fn related(&self, id: &str, limit: usize) -> Result<Results> {
        let _ = id;
        self.search(&Query::new("").limit(limit))
    }

    /// Reads back the article of this id, as it was added.
    ///
    /// # Errors
    ///
    /// If files of the index cannot be read.
    pub fn article(&self, id: &str) -> Result<Option<fangzhi_ingest::Article>> {
        let _ = id;
        Ok(None)
    }

    /// How many articles the index holds.
    #[must_use]
    pub fn n_articles(&self) -> usize {
        self.snapshot.engine.num_docs() as usize
    }

    pub(crate) fn date_range(&self) -> Result<Option<(Date, Date)>> {
        Ok(None)
    }

    pub(crate) fn all_sources(&self) -> Result<Vec<(String, usize)>> {
        Ok(Vec::new())
    }
}
