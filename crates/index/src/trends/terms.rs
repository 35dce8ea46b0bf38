//! In how many articles of each class a word is, for all words at once.
//!
//! Every list of the words layer is read once from end to end, as ranking does it. That reads no stored article, counts
//! all articles rather than a sample, and takes as long for a thousand of them as for all.

use tantivy::DocId;

use crate::error::Result;
use crate::layers::{LayerKind, TermUnion};
use crate::segment::{Segment, Snapshot};

/// The text whose words are counted: what is in a headline is in the story.
pub(super) const LAYER: LayerKind = LayerKind::BodyWords;

/// No class.
const NONE: u32 = u32::MAX;

/// Sorts articles into classes, of which an article is in one or in none.
pub(super) struct Classes {
    /// Segment by segment, the class of each article.
    classes: Vec<Vec<u32>>,
    /// How many articles each class has.
    sizes: Vec<u64>,
}

/// How many articles have a word.
pub(super) struct Counts<'a> {
    /// The classes in which an article has it, with their numbers, in no order.
    pub(super) by_class: &'a [(u32, u64)],
    /// Of all articles, in a class or not.
    pub(super) all: u64,
}

impl Classes {
    /// Sorts articles, given segment by segment, into `n` classes.
    pub(super) fn new(
        snapshot: &Snapshot,
        docs: &[Vec<DocId>],
        n: usize,
        mut class_of: impl FnMut(&Segment, DocId) -> Option<u32>,
    ) -> Self {
        let mut sizes = vec![0; n];
        let segments = snapshot.segments.iter().zip(docs);
        let classes = segments.map(|(segment, docs)| {
            let mut classes = vec![NONE; segment.reader.max_doc() as usize];
            for &doc in docs {
                if let Some(class) = class_of(segment, doc) {
                    classes[doc as usize] = class;
                    sizes[class as usize] += 1;
                }
            }
            classes
        });
        Self {
            classes: classes.collect(),
            sizes,
        }
    }

    /// How many articles a class has.
    pub(super) fn size(&self, class: u32) -> u64 {
        self.sizes[class as usize]
    }

    /// How many articles are in a class.
    pub(super) fn n_articles(&self) -> u64 {
        self.sizes.iter().sum()
    }

    /// Whether an article is in a class.
    pub(super) fn has(&self, segment: usize, doc: DocId) -> bool {
        self.classes[segment][doc as usize] != NONE
    }
}

/// Hands out every word that `wanted` lets pass and at least `least` articles have, in the order of their bytes.
pub(super) fn for_each(
    snapshot: &Snapshot,
    classes: &Classes,
    least: u64,
    wanted: impl Fn(&str) -> bool,
    mut sink: impl FnMut(&str, &Counts<'_>),
) -> Result<()> {
    let layers = snapshot.segments.iter().map(|segment| segment.layer(LAYER));
    let mut terms = TermUnion::new(layers);
    let mut entries = Vec::new();
    let mut counts = vec![0u64; classes.sizes.len()];
    let mut touched: Vec<(u32, u64)> = Vec::new();
    while let Some(term) = terms.next(&mut entries) {
        let n_docs: u64 = entries.iter().map(|(_, info)| u64::from(info.n_docs)).sum();
        if n_docs < least {
            continue;
        }
        let Some(term) = std::str::from_utf8(term).ok().filter(|term| wanted(term)) else {
            continue;
        };
        let mut all = 0;
        for (number, info) in &entries {
            let segment = &snapshot.segments[*number];
            let alive = segment.reader.alive_bitset();
            let classes = &classes.classes[*number];
            let mut postings = segment.layer(LAYER).postings(info);
            while !postings.docs().is_empty() {
                for &doc in postings.docs() {
                    all += u64::from(alive.is_none_or(|alive| alive.is_alive(doc)));
                    // Only living articles are in a class.
                    let class = classes[doc as usize];
                    if class != NONE {
                        let count = &mut counts[class as usize];
                        if *count == 0 {
                            touched.push((class, 0));
                        }
                        *count += 1;
                    }
                }
                postings.advance_block();
            }
        }
        for (class, count) in &mut touched {
            *count = std::mem::take(&mut counts[*class as usize]);
        }
        if !touched.is_empty() {
            let counts = Counts {
                by_class: &touched,
                all,
            };
            sink(term, &counts);
        }
        touched.clear();
    }
    Ok(())
}
