//! Which ids may be in an index, so that only what may be there is deleted.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{PoisonError, RwLock};

use fastbloom::AtomicBloomFilter;
use tantivy::{SegmentReader, Term};

use crate::error::Result;
use crate::index::Core;
use crate::stories::key;

/// Of each id, so many bits are set.
const N_HASHES: u32 = 4;
/// A filter takes so many bits for each id. Of a hundred ids that are not there, it is wrong about one.
const N_BITS: usize = 12;

/// The ids that may be in the index of a writer.
#[derive(Debug)]
pub(crate) struct KnownIds {
    added: Added,
    /// Whether the index was empty when the writer was opened.
    only_added: bool,
}

/// Where an article of an id may be that is to go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Places {
    /// Among those that this writer has added.
    pub(crate) added: bool,
    /// Among those that were there before.
    pub(crate) committed: bool,
}

/// The ids that were added: Bloom filters (Bloom 1970), each twice the one before (Almeida, Baquero, Preguiça and Hutchison
/// 2007, Scalable Bloom Filters), since one that is too full would take all for known.
#[derive(Debug)]
struct Added {
    filters: RwLock<Vec<AtomicBloomFilter>>,
    /// How many ids may still come before there is another filter.
    room: AtomicUsize,
}

impl KnownIds {
    /// The ids of an index as it is.
    ///
    /// The first filter takes so many bytes.
    pub(crate) fn new(core: &Core, n_bytes: usize) -> Result<Self> {
        let only_added = core.engine.searchable_segment_ids()?.is_empty();
        if !only_added {
            // Somebody else may have added some since the index was opened.
            core.reader.reload()?;
        }
        Ok(Self {
            added: Added::new(n_bytes),
            only_added,
        })
    }

    /// Notes that an id is added; gives where it may have been.
    pub(crate) fn add(&self, core: &Core, id: &str) -> Places {
        Places {
            added: self.added.insert(key(id)),
            committed: self.is_committed(core, id),
        }
    }

    /// Where an id may be.
    pub(crate) fn places(&self, core: &Core, id: &str) -> Places {
        Places {
            added: self.added.contains(key(id)),
            committed: self.is_committed(core, id),
        }
    }

    fn is_committed(&self, core: &Core, id: &str) -> bool {
        !self.only_added && is_committed(core, id)
    }
}

impl Added {
    fn new(n_bytes: usize) -> Self {
        Self {
            filters: RwLock::new(vec![filter(n_bytes * 8)]),
            room: AtomicUsize::new(n_bytes * 8 / N_BITS),
        }
    }

    /// Adds an id; gives whether it may have been there.
    fn insert(&self, id: u64) -> bool {
        {
            let filters = self.filters.read().unwrap_or_else(PoisonError::into_inner);
            let (last, full) = filters.split_last().expect("there is always one");
            if full.iter().any(|filter| filter.contains_hash(id)) || last.insert_hash(id) {
                return true;
            }
        }
        if self.room.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.grow();
        }
        false
    }

    fn contains(&self, id: u64) -> bool {
        let filters = self.filters.read().unwrap_or_else(PoisonError::into_inner);
        filters.iter().any(|filter| filter.contains_hash(id))
    }

    fn grow(&self) {
        let mut filters = self.filters.write().unwrap_or_else(PoisonError::into_inner);
        let n_bits = 2 * filters.last().map_or(0, AtomicBloomFilter::num_bits);
        filters.push(filter(n_bits));
        // Others may have taken room that was not there.
        self.room.fetch_add(n_bits / N_BITS, Ordering::Relaxed);
    }
}

fn filter(n_bits: usize) -> AtomicBloomFilter {
    let filter = AtomicBloomFilter::with_num_bits(n_bits).seed(&0);
    filter.hashes(N_HASHES)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_grow_and_are_seldom_wrong() {
        let ids = |prefix: &'static str| (0..20_000).map(move |n| key(&format!("{prefix}{n}")));
        let added = Added::new(1024);
        let wrong = ids("a").filter(|&id| added.insert(id)).count();
        assert!(added.filters.read().unwrap().len() > 3);
        assert!(ids("a").all(|id| added.contains(id)));
        let wrong = wrong + ids("b").filter(|&id| added.contains(id)).count();
        assert!((1..2_000).contains(&wrong), "{wrong} of 40,000");
    }
}
