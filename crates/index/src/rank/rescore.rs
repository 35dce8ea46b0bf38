//! The fine order of the best articles, and how a score came about.

use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet};

use crate::error::Result;
use crate::explain::ScorePart;
use crate::matches::Candidate;
use crate::rank::lists::{List, Lists};
use crate::segment::Snapshot;

/// Adds what the fine lists give to some articles of one segment, sorted by number.
pub(crate) fn rescore(
    candidates: &mut [Candidate],
    lists: &Lists,
    snapshot: &Snapshot,
) -> Result<()> {
    let Some(first) = candidates.first() else {
        return Ok(());
    };
    let number = first.segment;
    let docs: Vec<DocId> = candidates.iter().map(|it| it.entry.doc).collect();
    for list in &lists.fine {
        visit(list, &docs, snapshot, number, |i, _, score| {
            let entry = &mut candidates[i].entry;
            entry.score += score * entry.coverage;
        })?;
    }
    Ok(())
}

/// Lists what each term gave to an article, before coverage.
pub(crate) fn explain(
    doc: DocId,
    lists: &Lists,
    snapshot: &Snapshot,
    number: usize,
) -> Result<Vec<ScorePart>> {
    let mut parts = Vec::new();
    for list in lists.main.iter().chain(&lists.fine) {
        let (field, layer) = list.slot.names();
        visit(list, &[doc], snapshot, number, |_, count, score| {
            parts.push(ScorePart {
                text: list.term.clone(),
                field,
                layer,
                count,
                score,
            });
        })?;
    }
    parts.sort_by(|a, b| b.score.total_cmp(&a.score));
    Ok(parts)
}

/// Looks up some articles in a list, in ascending order: hands out which, how often, and the score.
fn visit(
    list: &List,
    docs: &[DocId],
    snapshot: &Snapshot,
    number: usize,
    mut sink: impl FnMut(usize, u32, f32),
) -> Result<()> {
    let Some(info) = &list.infos[number] else {
        return Ok(());
    };
    let scored = list.slot.scored(&snapshot.segments[number]);
    let norms = list.slot.norms(&snapshot.norms);
    let mut postings = scored
        .index
        .read_postings_from_terminfo(info, IndexRecordOption::WithFreqs)?;
    for (i, &doc) in docs.iter().enumerate() {
        let at = postings.doc();
        if at == doc || (at < doc && postings.seek(doc) == doc) {
            let count = postings.term_freq();
            let length = scored.lengths.fieldnorm_id(doc);
            sink(i, count, list.weight * norms.saturate(count, length));
        }
    }
    Ok(())
}
