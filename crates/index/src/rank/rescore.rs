//! The fine order of the best articles, and how a score came about.

use tantivy::DocId;

use crate::explain::ScorePart;
use crate::matches::Candidate;
use crate::rank::lists::{self, List, Lists};
use crate::segment::Snapshot;

/// Adds what the fine lists give to some articles of one segment, sorted by number.
pub(crate) fn rescore(candidates: &mut [Candidate], lists: &Lists, snapshot: &Snapshot) {
    let Some(first) = candidates.first() else {
        return;
    };
    let number = first.segment;
    let docs: Vec<DocId> = candidates.iter().map(|it| it.entry.doc).collect();
    for list in &lists.fine {
        visit(list, &docs, snapshot, number, |i, _, score| {
            let entry = &mut candidates[i].entry;
            entry.score += score * entry.coverage;
        });
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
        visit(list, &[doc], snapshot, number, |_, count, score| {
            parts.push(ScorePart {
                text: list.term.clone(),
                field,
                layer,
                count,
                score,
            });
        });
    }
    parts.sort_by(|a, b| b.score.total_cmp(&a.score));
    parts
}

/// Looks up some articles in a list, in ascending order: hands out which, how often, and the score.
fn visit(
    list: &List,
    docs: &[DocId],
    snapshot: &Snapshot,
    number: usize,
    mut sink: impl FnMut(usize, u32, f32),
) {
    let Some(info) = &list.infos[number] else {
        return;
    };
    let layer = snapshot.segments[number].layer(list.layer);
    let norms = snapshot.norms.of(list.layer);
    let mut postings = layer.postings_from(info, docs.first().copied().unwrap_or(0));
    for (i, &doc) in docs.iter().enumerate() {
        if postings.seek(doc) == doc {
            let count = postings.freq();
            let length = layer.length_code(doc);
            sink(i, count, list.weight * norms.saturate(count, length));
        }
    }
}
