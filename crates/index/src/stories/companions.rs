//! Which articles of a segment are a story of their own, as far as that was asked.

use std::sync::atomic::{AtomicU64, Ordering};

use tantivy::DocId;

use crate::segment::Segment;

/// Remembers the articles that are alone with their story, which most are: a search asks of every article it counts, and
/// the table of stories takes a look-up for each.
pub(crate) struct Companions {
    /// A bit an article, set once it is known to be alone.
    alone: Vec<AtomicU64>,
}

impl Companions {
    /// Knows nothing yet.
    pub(crate) fn new(segment: &Segment) -> Self {
        let n_words = segment.reader.max_doc().div_ceil(64) as usize;
        Self {
            alone: (0..n_words).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    /// The story of an article that hangs together with another; `look_up` tells where it is not known yet.
    pub(crate) fn shared_story(
        &self,
        doc: DocId,
        look_up: impl FnOnce() -> Option<u64>,
    ) -> Option<u64> {
        let (word, bit) = (&self.alone[doc as usize / 64], 1 << (doc % 64));
        // Whoever does not see it yet looks it up once more.
        if word.load(Ordering::Relaxed) & bit != 0 {
            return None;
        }
        let story = look_up();
        if story.is_none() {
            word.fetch_or(bit, Ordering::Relaxed);
        }
        story
    }
}
