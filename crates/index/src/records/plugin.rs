//! What the engine calls when it writes and merges segments.

use std::any::Any;

use tantivy::directory::{TerminatingWrite, WritePtr};
use tantivy::indexer::DocIdMapping;
use tantivy::plugin::{PluginMergeContext, PluginWriter, PluginWriterContext, SegmentPlugin};
use tantivy::schema::document::{ErasedDocument, Value};
use tantivy::schema::{Field, Schema};
use tantivy::{DocId, Segment, TantivyDocument, TantivyError};

use super::file::{EXTENSION, RecordReader, RecordsWriter, component};

/// Writes and merges the records of segments.
pub(crate) struct RecordsPlugin {
    /// The field that brings them.
    pub(crate) field: Field,
}

/// Writes the records of a segment as they come.
struct Output {
    field: Field,
    records: RecordsWriter<WritePtr>,
}

impl SegmentPlugin for RecordsPlugin {
    fn extensions(&self) -> &[&str] {
        &[EXTENSION]
    }

    fn create_writer(
        &self,
        context: &PluginWriterContext<'_>,
    ) -> tantivy::Result<Box<dyn PluginWriter>> {
        Ok(Box::new(Output {
            field: self.field,
            records: RecordsWriter::new(context.segment.open_write(component())?)?,
        }))
    }

    fn merge(&self, context: PluginMergeContext<'_>) -> tantivy::Result<()> {
        let out = context.target_segment.open_write(component())?;
        let mut records = RecordsWriter::new(out)?;
        // Articles are numbered one segment after the other, deleted ones left out.
        for segment in context.readers {
            let mut reader = RecordReader::open(&segment.open_read(component())?)?;
            for doc in (0..segment.max_doc()).filter(|doc| !segment.is_deleted(*doc)) {
                records.push(reader.get(doc)?)?;
            }
        }
        records.finish()?.terminate()?;
        Ok(())
    }
}

impl PluginWriter for Output {
    fn add_document(
        &mut self,
        _doc: DocId,
        document: &dyn ErasedDocument,
        _schema: &Schema,
    ) -> tantivy::Result<()> {
        let document = document.as_any().downcast_ref::<TantivyDocument>();
        let value = document.and_then(|document| document.get_first(self.field));
        let record = value.as_ref().and_then(Value::as_bytes).ok_or_else(|| {
            TantivyError::InvalidArgument("an article without its record".to_owned())
        })?;
        self.records.push(record)?;
        Ok(())
    }

    fn serialize(
        self: Box<Self>,
        _segment: &Segment,
        order: Option<&DocIdMapping>,
    ) -> tantivy::Result<()> {
        if order.is_some() {
            return Err(TantivyError::InvalidArgument(
                "records keep the order articles are added in".to_owned(),
            ));
        }
        self.records.finish()?.terminate()?;
        Ok(())
    }

    fn mem_usage(&self) -> usize {
        self.records.memory()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}
