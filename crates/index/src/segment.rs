//! An index as it was at one moment: its segments, open, with the statistics ranking needs.

use std::sync::Arc;

use tantivy::columnar::{Column, StrColumn};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::schema::Field;
use tantivy::store::StoreReader;
use tantivy::{DocId, InvertedIndexReader, SegmentReader};

use crate::bm25;
use crate::error::{Error, Result};
use crate::index::Core;
use crate::record;
use crate::schema::{Fields, LayerFields};

/// The segments of an index, open.
pub(crate) struct Snapshot {
    engine: tantivy::Searcher,
    pub(crate) segments: Vec<Segment>,
    pub(crate) fields: Fields,
    /// How many articles there are, deleted ones of segments not yet merged included.
    pub(crate) n_docs: u64,
    pub(crate) norms: Norms,
}

/// What the length of a text does to the weight of a term, by scored field.
pub(crate) struct Norms {
    pub(crate) title: LayerNorms,
    pub(crate) body: LayerNorms,
    pub(crate) lead: bm25::Norms,
}

/// The same for the three layers of a text.
pub(crate) struct LayerNorms {
    pub(crate) words: bm25::Norms,
    pub(crate) bigrams: bm25::Norms,
    pub(crate) chars: bm25::Norms,
}

/// An immutable part of an index.
pub(crate) struct Segment {
    pub(crate) reader: SegmentReader,
    pub(crate) title: Layers,
    pub(crate) body: Layers,
    pub(crate) lead: Scored,
    /// Local seconds of publication.
    pub(crate) published: Column<i64>,
    tie: Column<u64>,
    pub(crate) source: Option<StrColumn>,
    pub(crate) channel: Option<StrColumn>,
    pub(crate) site: Option<StrColumn>,
    store: StoreReader,
}

/// The three scored fields of a text.
pub(crate) struct Layers {
    pub(crate) words: Scored,
    pub(crate) bigrams: Scored,
    pub(crate) chars: Scored,
}

/// A field that is scored.
pub(crate) struct Scored {
    pub(crate) index: Arc<InvertedIndexReader>,
    pub(crate) lengths: FieldNormReader,
}

impl Snapshot {
    pub(crate) fn new(core: &Core) -> Result<Self> {
        let engine = core.reader.searcher();
        let fields = core.fields;
        let segments: Vec<Segment> = engine
            .segment_readers()
            .iter()
            .map(|reader| Segment::open(reader, &fields))
            .collect::<Result<_>>()?;
        let n_docs: u64 = segments
            .iter()
            .map(|segment| u64::from(segment.reader.max_doc()))
            .sum();
        let norms = |scored: &dyn Fn(&Segment) -> &Scored| {
            // The engine's own sum counts what was deleted until a merge, and is rounded by one: this is the same
            // whatever became of the index before.
            let n_tokens: u64 = segments
                .iter()
                .map(|segment| {
                    let lengths = &scored(segment).lengths;
                    let alive = (0..segment.reader.max_doc()).filter(|doc| segment.is_alive(*doc));
                    alive.map(|doc| u64::from(lengths.fieldnorm(doc))).sum::<u64>()
                })
                .sum();
            bm25::Norms::new(n_tokens, engine.num_docs())
        };
        let layer_norms = |layers: &dyn Fn(&Segment) -> &Layers| LayerNorms {
            words: norms(&|segment| &layers(segment).words),
            bigrams: norms(&|segment| &layers(segment).bigrams),
            chars: norms(&|segment| &layers(segment).chars),
        };
        let norms = Norms {
            title: layer_norms(&|segment| &segment.title),
            body: layer_norms(&|segment| &segment.body),
            lead: norms(&|segment| &segment.lead),
        };
        Ok(Self {
            engine,
            segments,
            fields,
            n_docs,
            norms,
        })
    }

    /// Whether the index has not changed since.
    pub(crate) fn is_current(&self, core: &Core) -> Result<bool> {
        core.reader.reload()?;
        Ok(core.reader.searcher().generation().segments() == self.engine.generation().segments())
    }

    /// How many articles there are.
    pub(crate) fn n_articles(&self) -> usize {
        self.engine.num_docs() as usize
    }

    /// Finds the article of an id: its segment and its number there.
    pub(crate) fn find(&self, id: &str) -> Result<Option<(usize, DocId)>> {
        for (i, segment) in self.segments.iter().enumerate() {
            let index = segment.reader.inverted_index(self.fields.id)?;
            let Some(info) = index.terms().get(id.as_bytes())? else {
                continue;
            };
            let mut postings = index.read_block_postings_from_terminfo(
                &info,
                tantivy::schema::IndexRecordOption::Basic,
            )?;
            while !postings.docs().is_empty() {
                for &doc in postings.docs() {
                    if segment.is_alive(doc) {
                        return Ok(Some((i, doc)));
                    }
                }
                postings.advance();
            }
        }
        Ok(None)
    }
}

impl Segment {
    fn open(reader: &SegmentReader, fields: &Fields) -> Result<Self> {
        let scored = |field: Field| -> Result<Scored> {
            Ok(Scored {
                index: reader.inverted_index(field)?,
                lengths: reader.get_fieldnorms_reader(field)?,
            })
        };
        let layers = |fields: &LayerFields| -> Result<Layers> {
            Ok(Layers {
                words: scored(fields.words)?,
                bigrams: scored(fields.bigrams)?,
                chars: scored(fields.chars)?,
            })
        };
        let columns = reader.fast_fields();
        Ok(Self {
            title: layers(&fields.title)?,
            body: layers(&fields.body)?,
            lead: scored(fields.lead)?,
            published: columns.i64("published")?,
            tie: columns.u64("tie")?,
            source: columns.str("source_column")?,
            channel: columns.str("channel_column")?,
            site: columns.str("site_column")?,
            store: reader.get_store_reader(0)?,
            reader: reader.clone(),
        })
    }

    pub(crate) fn is_alive(&self, doc: DocId) -> bool {
        self.reader
            .alive_bitset()
            .is_none_or(|alive| alive.is_alive(doc))
    }

    /// Decides between equal scores, the same however the articles are spread over segments.
    pub(crate) fn tie(&self, doc: DocId) -> u64 {
        self.tie.first(doc).unwrap_or(0)
    }

    /// The stored record of an article.
    pub(crate) fn record(&self, doc: DocId) -> Result<Vec<u8>> {
        let stored: record::Stored = self.store.get(doc)?;
        if stored.0.is_empty() {
            return Err(Error::Engine(format!("article {doc} has no stored record")));
        }
        Ok(stored.0)
    }
}
