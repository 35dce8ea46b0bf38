//! The regions that a column of a segment holds.

use std::sync::OnceLock;

use smallvec::SmallVec;
use tantivy::DocId;
use tantivy::columnar::StrColumn;

use crate::error::Result;
use crate::places::{Place, place};

/// A region of a column.
#[derive(Debug)]
pub(crate) struct Region {
    /// As [`lineage`](crate::places::lineage) writes it.
    pub(crate) lineage: String,
    /// `None` if that is damaged.
    pub(crate) place: Option<Place>,
}

/// A column of regions; what was read of it is kept, as the engine unpacks a block of its dictionary for each value.
pub(crate) struct Regions {
    pub(crate) column: Option<StrColumn>,
    /// By their numbers in the dictionary; searches read them without waiting for each other.
    known: Vec<OnceLock<Box<Region>>>,
}

impl Regions {
    /// Of a segment that may have no such column.
    pub(crate) fn new(column: Option<StrColumn>) -> Self {
        let n_regions = column.as_ref().map_or(0, |column| column.num_terms());
        Self {
            column,
            known: (0..n_regions).map(|_| OnceLock::new()).collect(),
        }
    }

    /// Those of an article.
    pub(crate) fn of(&self, doc: DocId) -> Result<SmallVec<[&Region; 4]>> {
        let mut regions = SmallVec::new();
        let Some(column) = &self.column else {
            return Ok(regions);
        };
        for ordinal in column.term_ords(doc) {
            let Some(known) = usize::try_from(ordinal)
                .ok()
                .and_then(|it| self.known.get(it))
            else {
                continue;
            };
            if let Some(region) = known.get() {
                regions.push(&**region);
                continue;
            }
            let mut lineage = String::new();
            if column.ord_to_str(ordinal, &mut lineage)? {
                let place = place(&lineage);
                regions.push(known.get_or_init(|| Box::new(Region { lineage, place })));
            }
        }
        Ok(regions)
    }
}
