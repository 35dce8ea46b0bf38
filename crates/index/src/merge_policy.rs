//! Which segments are joined, and when.

use tantivy::index::SegmentMeta;
use tantivy::indexer::{LogMergePolicy, MergeCandidate, MergePolicy};

/// From how many segments of about the same size on they are joined while others are being written, in an index that is
/// joined as a whole in the end: so many are few enough to be read side by side.
pub(crate) const MANY_SEGMENTS: usize = 64;

/// The engine's policy, by the number of segments of about the same size; but a join has no more articles than there is
/// memory for.
#[derive(Debug)]
pub(crate) struct JoinPolicy {
    by_size: LogMergePolicy,
    /// How many articles a join has at most.
    most: usize,
}

impl JoinPolicy {
    /// The engine's, or one that waits until there are [`MANY_SEGMENTS`].
    pub(crate) fn new(later: bool, most: usize) -> Self {
        let mut by_size = LogMergePolicy::default();
        if later {
            by_size.set_min_num_segments(MANY_SEGMENTS);
        }
        Self { by_size, most }
    }
}

impl MergePolicy for JoinPolicy {
    fn compute_merge_candidates(&self, segments: &[SegmentMeta]) -> Vec<MergeCandidate> {
        let mut candidates = self.by_size.compute_merge_candidates(segments);
        for MergeCandidate(ids) in &mut candidates {
            // Small ones first, so that most of them go.
            let n_docs = |id| {
                segments
                    .iter()
                    .find(|meta| meta.id() == id)
                    .map_or(0, SegmentMeta::num_docs)
            };
            ids.sort_by_key(|&id| n_docs(id));
            let mut left = self.most;
            let fits = |&&id: &&_| {
                let n_docs = n_docs(id) as usize;
                let fits = n_docs <= left;
                left = left.saturating_sub(n_docs);
                fits
            };
            let n_joined = ids.iter().take_while(fits).count();
            ids.truncate(n_joined);
        }
        // A segment alone is joined where much of it was deleted.
        let has_deletes = |id| {
            segments
                .iter()
                .any(|meta| meta.id() == id && meta.has_deletes())
        };
        candidates.retain(|MergeCandidate(ids)| match ids.as_slice() {
            [] => false,
            &[id] => has_deletes(id),
            _ => true,
        });
        candidates
    }
}
