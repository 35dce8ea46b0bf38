//! The engine's writer, which does not end before its joins of segments have.
//!
//! The engine stops a writer that is dropped from beginning anything, but a join that is just then taking its place in the list
//! of segments goes on. A writer opened meanwhile in the same process would have read the list before, whose files are gone
//! a moment later.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use tantivy::IndexWriter;
use tantivy::indexer::NoMergePolicy;

use crate::error::Result;
use crate::layers::Backlog;

/// A writer of the engine's; dropping it waits for what is under way.
pub(crate) struct EngineWriter {
    writer: Option<IndexWriter>,
    backlog: Arc<Backlog>,
}

impl EngineWriter {
    pub(crate) fn new(writer: IndexWriter, backlog: Arc<Backlog>) -> Self {
        let writer = Some(writer);
        Self { writer, backlog }
    }

    /// Waits for all joins of segments, those that others lead to as well; no other call may follow.
    pub(crate) fn finish(&mut self) -> Result<()> {
        // Joins would wait for what was lent.
        self.backlog.take_all_back();
        match self.writer.take() {
            Some(writer) => Ok(writer.wait_merging_threads()?),
            None => Ok(()),
        }
    }
}

impl Deref for EngineWriter {
    type Target = IndexWriter;

    fn deref(&self) -> &IndexWriter {
        self.writer.as_ref().expect("it is not finished")
    }
}

impl DerefMut for EngineWriter {
    fn deref_mut(&mut self) -> &mut IndexWriter {
        self.writer.as_mut().expect("it is not finished")
    }
}

impl Drop for EngineWriter {
    fn drop(&mut self) {
        if let Some(writer) = &self.writer {
            writer.set_merge_policy(Box::new(NoMergePolicy));
        }
        if let Err(error) = self.finish() {
            tracing::debug!(%error, "a join of segments was given up");
        }
    }
}
