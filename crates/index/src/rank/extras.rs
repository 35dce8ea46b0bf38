//! What of an ask is not in its words.

use tantivy::DocId;

use crate::filter::SegmentFilter;
use crate::rank::accumulate::FoundParts;
use crate::rank::ask::Ask;
use crate::rank::board::Board;
use crate::segment::Segment;

/// What an ask and a filter say of the articles of a segment, apart from the ask's words.
pub(super) struct Extras<'a> {
    filter: &'a SegmentFilter,
    segment: &'a Segment,
    /// For each article, the parts it has; empty if there are none.
    parts: Vec<u64>,
    /// For each article, how many of the musts it has; empty if there are none.
    musts: Vec<u16>,
    n_musts: u16,
    /// Whether an article has one of the nots; empty if there are none.
    nots: Vec<bool>,
    days: Vec<crate::plan::Days>,
    /// Whether every article is allowed.
    allows_all: bool,
    published: Option<tantivy::columnar::Column<i64>>,
}

impl<'a> Extras<'a> {
    pub(super) fn new(
        ask: &Ask,
        found: &FoundParts,
        filter: &'a SegmentFilter,
        segment: &'a Segment,
    ) -> Self {
        let n_docs = segment.reader.max_doc() as usize;
        let sized = |wanted: bool| if wanted { n_docs } else { 0 };
        let mut this = Self {
            filter,
            segment,
            parts: vec![0; sized(!found.parts.is_empty())],
            musts: vec![0; sized(!found.musts.is_empty())],
            n_musts: u16::try_from(found.musts.len()).unwrap_or(u16::MAX),
            nots: vec![false; sized(!found.nots.is_empty())],
            allows_all: found.nots.is_empty()
                && found.musts.is_empty()
                && ask.days.is_empty()
                && filter.allows_all()
                && !segment.reader.has_deletes(),
            days: ask.days.clone(),
            published: (!ask.days.is_empty()).then(|| segment.published.clone()),
        };
        for (i, part) in found.parts.iter().enumerate() {
            for (doc, _) in part.iter() {
                this.parts[doc as usize] |= 1 << i;
            }
        }
        for must in &found.musts {
            for (doc, _) in must.iter() {
                this.musts[doc as usize] += 1;
            }
        }
        for not in &found.nots {
            for (doc, _) in not.iter() {
                this.nots[doc as usize] = true;
            }
        }
        this
    }

    /// The parts that an article has, the first in the lowest bit.
    pub(super) fn parts(&self, doc: DocId) -> u64 {
        self.parts.get(doc as usize).copied().unwrap_or(0)
    }

    /// Whether every article is allowed.
    pub(super) fn allow_all(&self) -> bool {
        self.allows_all
    }

    /// Whether an article has what it must have, is not deleted and passes the filter.
    pub(super) fn allow(&self, doc: DocId) -> bool {
        self.allows_all || self.has_all(doc)
    }

    fn has_all(&self, doc: DocId) -> bool {
        let at = doc as usize;
        self.nots.get(at).is_none_or(|not| !not)
            && self.musts.get(at).is_none_or(|&n| n == self.n_musts)
            && self.published.as_ref().is_none_or(|published| {
                published
                    .first(doc)
                    .is_some_and(|time| self.days.iter().all(|days| days.contains(time)))
            })
            && self.filter.allows(doc)
            && self.segment.is_alive(doc)
    }
}

/// Adds what the parts and musts of an ask found to the board; all articles if it asks for nothing.
pub(super) fn put_on(board: &mut Board, ask: &Ask, found: &FoundParts, segment: &Segment) {
    for found in found.parts.iter().chain(&found.musts) {
        for (doc, score) in found.iter() {
            board.add(doc, score.max(f32::MIN_POSITIVE), 0);
        }
    }
    if !ask.finds() {
        for doc in 0..segment.reader.max_doc() {
            board.add(doc, f32::MIN_POSITIVE, 0);
        }
    }
}
