//! The fine order of the best articles, and how a score came about.

use tantivy::DocId;

use crate::explain::ScorePart;
use crate::layers::Postings;
use crate::matches::Candidate;
use crate::rank::list_scores::ListScores;
use crate::rank::lists::{self, List, Lists};
use crate::segment::Snapshot;

/// So many lists are read side by side; what is read of them fits what the processor has near at hand.
const AT_ONCE: usize = 16;

/// Adds what the fine lists give to some articles of one segment, sorted by number.
pub(crate) fn rescore(candidates: &mut [Candidate], lists: &Lists, snapshot: &Snapshot) {
    let Some(first) = candidates.first() else {
        return;
    };
    let (number, doc) = (first.segment, first.entry.doc);
    for lists in lists.fine.chunks(AT_ONCE) {
        let mut cursors: Vec<Cursor<'_>> = Vec::with_capacity(lists.len());
        let open = |list| Cursor::open(list, snapshot, number, doc);
        cursors.extend(lists.iter().filter_map(open));
        for candidate in candidates.iter_mut() {
            let entry = &mut candidate.entry;
            for cursor in &mut cursors {
                cursor.postings.aim(entry.doc);
            }
            for cursor in &mut cursors {
                if let Some((_, score)) = cursor.seek(entry.doc) {
                    entry.score += score * entry.coverage;
                }
            }
        }
    }
}

/// Lists what each term gave to an article, before coverage.
pub(crate) fn explain(
    doc: DocId,
    lists: &Lists,
    snapshot: &Snapshot,
    number: usize,
) -> Vec<ScorePart> {
    let mut parts = Vec::new();
    for list in lists.main.iter().chain(&lists.fine) {
        let (field, layer) = lists::names(list.layer);
        let mut cursor = Cursor::open(list, snapshot, number, doc);
        if let Some((count, score)) = cursor.as_mut().and_then(|it| it.seek(doc)) {
            parts.push(ScorePart {
                text: list.term.clone(),
                field,
                layer,
                count,
                score,
            });
        }
    }
    parts.sort_by(|a, b| b.score.total_cmp(&a.score));
    parts
}

/// A list in which articles are looked up, in ascending order.
struct Cursor<'a> {
    list: ListScores<'a>,
    postings: Postings<'a>,
}

impl<'a> Cursor<'a> {
    /// `None` if no article of the segment has the term; the first to be looked up is `doc`.
    fn open(list: &'a List, snapshot: &'a Snapshot, number: usize, doc: DocId) -> Option<Self> {
        let list = ListScores::new(list, snapshot, number);
        let postings = list.postings_from(doc)?;
        Some(Self { list, postings })
    }

    /// How often an article has the term, and the score it has for that; `None` if it does not have it.
    fn seek(&mut self, doc: DocId) -> Option<(u32, f32)> {
        (self.postings.seek(doc) == doc).then(|| {
            let count = self.postings.freq();
            (count, self.list.score(doc, count))
        })
    }
}
