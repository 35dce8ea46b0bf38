//! What the engine calls when it writes and merges segments.

use std::any::Any;
use std::path::PathBuf;
use std::sync::Arc;

use tantivy::directory::TerminatingWrite;
use tantivy::index::SegmentComponent;
use tantivy::indexer::DocIdMapping;
use tantivy::plugin::{PluginMergeContext, PluginWriter, PluginWriterContext, SegmentPlugin};
use tantivy::schema::document::{ErasedDocument, Value};
use tantivy::schema::{Field, Schema};
use tantivy::{DocId, Segment, SegmentReader, TantivyDocument, TantivyError};

use super::backlog::{Backlog, Join};
use super::document::DocumentLayers;
use super::file::{EXTENSION, LayersWriter};
use super::invert::Texts;
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

/// Keeps the texts of a segment's articles until it is written.
struct LayersWriterOfSegment {
    plugin: LayersPlugin,
    texts: Texts,
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
        let layers = DocumentLayers::from_bytes(bytes).ok_or_else(damaged)?;
        self.texts.push(&layers);
        self.plugin.backlog.leave(layers.weight);
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
        self.plugin.backlog.filled(0);
        Ok(())
    }

    fn mem_usage(&self) -> usize {
        let backlog = &self.plugin.backlog;
        backlog.filled(self.texts.memory(backlog.share()))
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
