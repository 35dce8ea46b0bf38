//! Which ids may be in an index, so that only what may be there is deleted, and deleting it in little memory.

use fastbloom::AtomicBloomFilter;
use tantivy::query::{ConstScorer, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, Score, SegmentReader, TantivyError, Term};

use crate::error::Result;
use crate::index::Core;
use crate::stories::key;

/// Of each id, so many bits are set.
const N_HASHES: u32 = 4;

/// The ids that may be in the index of a writer. It takes the same room however many they are: what grows is how often it is
/// wrong, which costs a deletion of what is not there.
#[derive(Debug)]
pub(crate) struct KnownIds {
    /// Those that were added (Bloom 1970).
    added: AtomicBloomFilter,
    /// Whether the index was empty when the writer was opened.
    only_added: bool,
}

impl KnownIds {
    /// The ids of an index as it is, whose filter takes so many bytes.
    pub(crate) fn new(core: &Core, n_bytes: usize) -> Result<Self> {
        let only_added = core.engine.searchable_segment_ids()?.is_empty();
        if !only_added {
            // Somebody else may have added some since the index was opened.
            core.reader.reload()?;
        }
        let filter = AtomicBloomFilter::with_num_bits(n_bytes * 8).seed(&0);
        Ok(Self {
            added: filter.hashes(N_HASHES),
            only_added,
        })
    }

    /// Notes that an id is added; gives whether it may have been there.
    pub(crate) fn add(&self, core: &Core, id: &str) -> bool {
        let was_added = self.added.insert_hash(key(id));
        was_added || (!self.only_added && is_committed(core, id))
    }
}

/// Whether an index has an article of an id, or had it when it was last opened.
fn is_committed(core: &Core, id: &str) -> bool {
    let term = Term::from_field_text(core.fields.id, id);
    let searcher = core.reader.searcher();
    let has = |segment: &SegmentReader| -> tantivy::Result<bool> {
        let ids = segment.inverted_index(core.fields.id)?;
        Ok(ids.get_term_info(&term)?.is_some())
    };
    // What cannot be read may be there.
    let mut segments = searcher.segment_readers().iter();
    segments.any(|segment| has(segment).unwrap_or(true))
}

/// The article of an id, to be deleted: the engine's query for a term would take sixteen times the memory until the commit,
/// for scores.
#[derive(Debug, Clone)]
pub(crate) struct ById(pub(crate) Term);

impl Query for ById {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for ById {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let ids = reader.inverted_index(self.0.field())?;
        Ok(
            match ids.read_postings(&self.0, IndexRecordOption::Basic)? {
                Some(postings) => Box::new(ConstScorer::new(postings, boost)),
                None => Box::new(EmptyScorer),
            },
        )
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        let reason = "deletions have no scores".to_owned();
        Err(TantivyError::InvalidArgument(reason))
    }
}
