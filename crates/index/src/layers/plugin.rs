//! What the engine calls when it writes and merges segments.

use std::any::Any;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use tantivy::directory::TerminatingWrite;
use tantivy::index::SegmentComponent;
use tantivy::indexer::DocIdMapping;
use tantivy::plugin::{PluginMergeContext, PluginWriter, PluginWriterContext, SegmentPlugin};
use tantivy::schema::document::{ErasedDocument, Value};
use tantivy::schema::{Field, Schema};
use tantivy::{DocId, Segment, SegmentReader, TantivyDocument, TantivyError};

use super::document::DocumentLayers;
use super::file::{EXTENSION, LayersWriter};
use super::invert::{Share, Texts};
use super::merge;
use crate::deletions::Ages;

/// Writes and merges the layers of segments.
#[derive(Clone)]
pub(crate) struct LayersPlugin {
    /// The field that brings [`DocumentLayers`].
    pub(crate) field: Field,
    pub(crate) backlog: Arc<Backlog>,
    pub(crate) ages: Arc<Ages>,
    /// Where terms can wait while a segment is made; `None` in memory.
    pub(crate) dir: Option<PathBuf>,
}

/// The texts that are on their way from the threads that analyse to the one that inverts.
#[derive(Debug, Default)]
pub(crate) struct Backlog {
    /// How many bytes a segment may take while it is made.
    memory: AtomicUsize,
    /// How many threads may invert.
    threads: AtomicUsize,
    /// How many bytes joins of segments take that are under way.
    joins: AtomicUsize,
    /// Whether articles have come since the last commit.
    is_filling: AtomicBool,
    waiting: Mutex<usize>,
    taken: Condvar,
}

/// This part of the memory may be texts that wait; their records wait with them, and are about as large.
const WAITING: usize = 32;

/// What a join of segments takes whatever they hold, in bytes: windows, lists, buffers.
const JOIN: usize = 16 << 20;
/// What it takes for each article: lengths of texts, and what the engine needs.
const JOIN_ARTICLE: usize = 40;

/// After so long a wait an article is handed over all the same, since the engine tells only then if it has failed.
const PATIENCE: Duration = Duration::from_secs(1);

impl Backlog {
    /// Sets how many bytes a segment may take while it is made, and how many threads may invert.
    pub(crate) fn configure(&self, memory: usize, threads: usize) {
        self.memory.store(memory, Ordering::Relaxed);
        self.threads.store(threads, Ordering::Relaxed);
        // A writer before may have been dropped with what it had.
        self.is_filling.store(false, Ordering::Relaxed);
        *self.lock() = 0;
    }

    /// Waits until there is room for so many bytes more, or nothing waits.
    pub(crate) fn enter(&self, n_bytes: usize) {
        let limit = self.memory.load(Ordering::Relaxed) / WAITING;
        let full = |waiting: &mut usize| *waiting > 0 && *waiting + n_bytes > limit;
        let (mut waiting, _) = self
            .taken
            .wait_timeout_while(self.lock(), PATIENCE, full)
            .unwrap_or_else(PoisonError::into_inner);
        *waiting += n_bytes;
        drop(waiting);
        self.is_filling.store(true, Ordering::Relaxed);
    }

    /// Notes that all that came is committed.
    pub(crate) fn committed(&self) {
        self.is_filling.store(false, Ordering::Relaxed);
    }

    /// How many threads a join of segments may take: those that fill others are not to wait for it.
    fn threads_to_join(&self) -> usize {
        match self.is_filling.load(Ordering::Relaxed) {
            true => 1,
            false => self.threads.load(Ordering::Relaxed),
        }
    }

    /// How a segment is inverted.
    fn share(&self) -> Share {
        Share::new(
            self.memory.load(Ordering::Relaxed),
            self.threads.load(Ordering::Relaxed),
        )
    }

    /// The room that texts take which need so many bytes: the engine ends a segment when this is more than all of it. A join
    /// of segments takes some of the room, up to three quarters.
    fn with_joins(&self, texts: usize) -> usize {
        texts + self.joins.load(Ordering::Relaxed).min(3 * texts)
    }

    fn leave(&self, n_bytes: usize) {
        let mut waiting = self.lock();
        *waiting = waiting.saturating_sub(n_bytes);
        drop(waiting);
        self.taken.notify_all();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, usize> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps the texts of a segment's articles until it is written.
struct LayersWriterOfSegment {
    plugin: LayersPlugin,
    texts: Texts,
}

/// A join of segments that is under way.
struct Join<'b> {
    backlog: &'b Backlog,
    /// How many bytes it takes.
    n_bytes: usize,
}

impl<'b> Join<'b> {
    /// One of so many articles.
    fn begin(backlog: &'b Backlog, n_docs: usize) -> Self {
        let n_bytes = JOIN + n_docs * JOIN_ARTICLE;
        backlog.joins.fetch_add(n_bytes, Ordering::Relaxed);
        Self { backlog, n_bytes }
    }
}

impl Drop for Join<'_> {
    fn drop(&mut self) {
        let joins = &self.backlog.joins;
        joins.fetch_sub(self.n_bytes, Ordering::Relaxed);
    }
}

impl SegmentPlugin for LayersPlugin {
    fn extensions(&self) -> &[&str] {
        &[EXTENSION]
    }

    fn create_writer(
        &self,
        _context: &PluginWriterContext<'_>,
    ) -> tantivy::Result<Box<dyn PluginWriter>> {
        Ok(Box::new(LayersWriterOfSegment {
            plugin: self.clone(),
            texts: Texts::default(),
        }))
    }

    fn merge(&self, context: PluginMergeContext<'_>) -> tantivy::Result<()> {
        let readers = context.readers.iter();
        let n_docs = readers.clone().map(|reader| reader.num_docs() as usize);
        let _join = Join::begin(&self.backlog, n_docs.sum());
        let sources = readers.map(SegmentReader::segment_id);
        self.ages.joined(sources, context.target_segment.id());
        let sources = merge::sources(context.readers)?;
        let out = open(context.target_segment)?;
        let threads = self.backlog.threads_to_join();
        merge::merge(&sources, threads, out, self.dir.as_deref())?.terminate()?;
        Ok(())
    }
}

impl PluginWriter for LayersWriterOfSegment {
    fn add_document(
        &mut self,
        _doc: DocId,
        document: &dyn ErasedDocument,
        _schema: &Schema,
    ) -> tantivy::Result<()> {
        let damaged = || TantivyError::InvalidArgument("an article without its layers".to_owned());
        let document = document.as_any().downcast_ref::<TantivyDocument>();
        let value = document.and_then(|document| document.get_first(self.plugin.field));
        let bytes = value
            .as_ref()
            .and_then(Value::as_custom)
            .ok_or_else(damaged)?;
        self.texts
            .push(&DocumentLayers::from_bytes(bytes).ok_or_else(damaged)?);
        self.plugin.backlog.leave(bytes.len());
        Ok(())
    }

    fn serialize(
        self: Box<Self>,
        segment: &Segment,
        order: Option<&DocIdMapping>,
    ) -> tantivy::Result<()> {
        if order.is_some() {
            return Err(TantivyError::InvalidArgument(
                "layers keep the order articles are added in".to_owned(),
            ));
        }
        self.plugin.ages.written(segment.id());
        let file = LayersWriter::new(open(segment)?)?;
        let share = self.plugin.backlog.share();
        let file = self.texts.invert(share, file, self.plugin.dir.as_deref())?;
        file.finish()?.terminate()?;
        Ok(())
    }

    fn mem_usage(&self) -> usize {
        self.plugin
            .backlog
            .with_joins(self.texts.memory(self.plugin.backlog.share()))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

fn open(segment: &Segment) -> tantivy::Result<tantivy::directory::WritePtr> {
    let component = SegmentComponent::Custom(EXTENSION.to_owned());
    // Sections come in large and in very small pieces.
    Ok(segment.open_write(component)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_take_up_to_three_quarters_of_the_room() {
        let backlog = Backlog::default();
        assert_eq!(backlog.with_joins(100), 100);
        let join = Join::begin(&backlog, 1000);
        let taken = JOIN + 1000 * JOIN_ARTICLE;
        assert_eq!(backlog.with_joins(100), 400);
        assert_eq!(backlog.with_joins(taken * 3), taken * 4);
        drop(join);
        assert_eq!(backlog.with_joins(100), 100);
    }
}
