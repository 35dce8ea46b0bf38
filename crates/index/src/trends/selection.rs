//! The articles that a query is about.

use tantivy::DocId;

use crate::error::Result;
use crate::filter::SegmentFilter;
use crate::highlight::Needles;
use crate::hit::Relaxation;
use crate::matches::Matches;
use crate::query::Problem;
use crate::request::Query;
use crate::searcher::{Searcher, Understood, today};

/// The articles that match a query: those that [`Results::total`](crate::Results::total) counts.
pub(super) struct Selection {
    /// Segment by segment, in no order.
    pub(super) docs: Vec<Vec<DocId>>,
    /// What the articles have to pass apart from the query's text.
    pub(super) filters: Vec<SegmentFilter>,
    /// What the text looks for.
    pub(super) needles: Needles,
    pub(super) relaxed: Option<Relaxation>,
    pub(super) problems: Vec<Problem>,
}

impl Selection {
    /// Finds them; for a query without text, or `*`, all that pass its filters.
    pub(super) fn new(searcher: &Searcher, query: &Query) -> Result<Self> {
        let filters = searcher.filters(query)?;
        if matches!(query.text.trim(), "" | "*") {
            return Ok(Self {
                docs: passing(searcher, &filters),
                filters,
                needles: Needles::default(),
                relaxed: None,
                problems: Vec::new(),
            });
        }
        let Understood {
            needles,
            asks,
            problems,
        } = searcher.understand(query, query.today.unwrap_or_else(today));
        let matches = Matches::find(asks, &filters, &searcher.snapshot)?;
        let mut docs = vec![Vec::new(); searcher.snapshot.segments.len()];
        for candidate in matches.matching() {
            docs[candidate.segment].push(candidate.entry.doc);
        }
        Ok(Self {
            docs,
            filters,
            needles,
            relaxed: matches.relaxed,
            problems,
        })
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.docs.iter().map(Vec::len).sum()
    }
}

/// All articles that pass the filters.
pub(super) fn passing(searcher: &Searcher, filters: &[SegmentFilter]) -> Vec<Vec<DocId>> {
    let segments = searcher.snapshot.segments.iter().zip(filters);
    segments
        .map(|(segment, filter)| {
            (0..segment.reader.max_doc())
                .filter(|&doc| segment.is_alive(doc) && filter.allows(doc))
                .collect()
        })
        .collect()
}
