//! The running sums of a search.

use tantivy::DocId;

/// The running sums, by article; all zero between uses.
#[derive(Default)]
pub(super) struct Board {
    pub(super) sums: Vec<Sum>,
    /// The articles that were met.
    pub(super) touched: Vec<DocId>,
    pub(super) met: DocSet,
}

/// A set of articles: a bit each, so that it is near at hand when every article of a list is looked for.
#[derive(Default)]
pub(super) struct DocSet(Vec<u64>);

impl DocSet {
    pub(super) fn has(&self, doc: DocId) -> bool {
        self.0[doc as usize / 64] >> (doc % 64) & 1 != 0
    }

    fn insert(&mut self, doc: DocId) {
        self.0[doc as usize / 64] |= 1 << (doc % 64);
    }

    fn remove(&mut self, doc: DocId) {
        self.0[doc as usize / 64] &= !(1 << (doc % 64));
    }
}

/// What an article has got so far.
#[derive(Clone, Copy, Default)]
pub(super) struct Sum {
    pub(super) bits: u64,
    pub(super) score: f32,
}

impl Sum {
    pub(super) fn add(&mut self, score: f32, bits: u64) {
        self.score += score;
        self.bits |= bits;
    }

    fn is_zero(self) -> bool {
        self.bits == 0 && self.score == 0.0
    }
}

impl Board {
    /// Makes room for the articles of a segment.
    pub(super) fn make_room(&mut self, n_docs: usize) {
        if self.sums.len() < n_docs {
            self.sums.resize(n_docs, Sum::default());
            self.met.0.resize(n_docs.div_ceil(64), 0);
        }
    }

    /// Adds to an article's sum.
    pub(super) fn add(&mut self, doc: DocId, score: f32, bits: u64) {
        let sum = &mut self.sums[doc as usize];
        if sum.is_zero() {
            self.touched.push(doc);
            self.met.insert(doc);
        }
        sum.add(score, bits);
    }

    /// Forgets all articles.
    pub(super) fn clear(&mut self) {
        for doc in self.touched.drain(..) {
            self.sums[doc as usize] = Sum::default();
            self.met.remove(doc);
        }
    }

    /// Drops articles.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(Sum) -> bool) {
        let Self { sums, touched, met } = self;
        touched.retain(|&doc| {
            let sum = &mut sums[doc as usize];
            let keep = keep(*sum);
            if !keep {
                *sum = Sum::default();
                met.remove(doc);
            }
            keep
        });
    }
}
