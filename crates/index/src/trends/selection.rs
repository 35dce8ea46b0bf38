//! The articles that a query is about.

use fangzhi_regions::Code;
use tantivy::DocId;

use crate::error::Result;
use crate::facet::FacetField;
use crate::filter::{Filters, SegmentFilter};
use crate::highlight::Needles;
use crate::hit::Relaxation;
use crate::matches::Matches;
use crate::query::{Problem, ProblemKind};
use crate::rank::Reach;
use crate::request::Query;
use crate::searcher::{Searcher, Understood, today};

/// Articles, segment by segment, in no order.
pub(super) type Docs = Vec<Vec<DocId>>;

/// The articles that match a query: those that [`Results::total`](crate::Results::total) counts.
pub(super) struct Selection {
    pub(super) docs: Docs,
    /// What the articles have to pass apart from the query's text.
    filters: Vec<SegmentFilter>,
    /// The codes of the regions that counts by region are to lie in; `None` for all.
    pub(super) within: Option<Vec<Code>>,
    /// What the text looks for.
    pub(super) needles: Needles,
    pub(super) relaxed: Option<Relaxation>,
    pub(super) problems: Vec<Problem>,
    /// Names in the filters that several regions have.
    pub(super) ambiguous: Vec<ProblemKind>,
}

impl Selection {
    /// Finds them; for a query without text, or `*`, all that pass its filters.
    pub(super) fn new(searcher: &Searcher, query: &Query) -> Result<Self> {
        let snapshot = &searcher.snapshot;
        let named = Filters::new(query, searcher.core.analyzer.places())?;
        let mut this = Self {
            docs: vec![Vec::new(); snapshot.segments.len()],
            filters: named.of_segments(snapshot)?,
            within: named.within(FacetField::Region).map(<[Code]>::to_vec),
            needles: Needles::default(),
            relaxed: None,
            problems: Vec::new(),
            ambiguous: named.into_ambiguous(),
        };
        if matches!(query.text.trim(), "" | "*") {
            this.docs = this.passing(searcher);
            return Ok(this);
        }
        let today = query.today.unwrap_or_else(today);
        let Understood {
            needles,
            asks,
            problems,
        } = searcher.understand(query, today)?;
        let matches = Matches::find(asks, (Reach::All, 0), &this.filters, snapshot)?;
        for (segment, doc) in matches.docs() {
            this.docs[segment].push(doc);
        }
        this.needles = needles;
        this.problems = problems;
        this.relaxed = matches.relaxed;
        Ok(this)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.docs.iter().map(Vec::len).sum()
    }

    /// All articles that pass the filters, whether they match or not.
    pub(super) fn passing(&self, searcher: &Searcher) -> Docs {
        let segments = searcher.snapshot.segments.iter().zip(&self.filters);
        segments
            .map(|(segment, filter)| {
                (0..segment.reader.max_doc())
                    .filter(|&doc| segment.is_alive(doc) && filter.allows(doc))
                    .collect()
            })
            .collect()
    }
}
