//! The running sums of a search.

use std::cell::RefCell;

use tantivy::DocId;

/// The running sums, by article; all zero between uses.
#[derive(Default)]
pub(super) struct Board {
    pub(super) sums: Vec<Sum>,
    /// The articles that were met.
    pub(super) touched: Vec<DocId>,
}

/// A set of articles: a bit each, so that it is near at hand when every article of a list is looked for.
#[derive(Default)]
pub(super) struct DocSet(Vec<u64>);

thread_local! {
    static BOARD: RefCell<Board> = RefCell::default();
    static SETS: RefCell<(DocSet, DocSet)> = RefCell::default();
}

impl DocSet {
    /// Lends two empty sets with room for the articles of a segment.
    pub(super) fn with_two<T>(n_docs: u32, act: impl FnOnce(&mut Self, &mut Self) -> T) -> T {
        SETS.with_borrow_mut(|(first, second)| {
            for set in [&mut *first, &mut *second] {
                set.0.clear();
                set.0.resize(n_docs.div_ceil(64) as usize, 0);
            }
            act(first, second)
        })
    }

    pub(super) fn has(&self, doc: DocId) -> bool {
        self.0[doc as usize / 64] >> (doc % 64) & 1 != 0
    }

    pub(super) fn insert(&mut self, doc: DocId) {
        self.0[doc as usize / 64] |= 1 << (doc % 64);
    }

    pub(super) fn remove(&mut self, doc: DocId) {
        self.0[doc as usize / 64] &= !(1 << (doc % 64));
    }

    pub(super) fn clear(&mut self) {
        self.0.fill(0);
    }

    /// How many articles are in it.
    pub(super) fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Leaves those that are in another set too.
    pub(super) fn intersect(&mut self, other: &Self) {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word &= other;
        }
    }

    /// The articles in it, in ascending order.
    pub(super) fn docs(&self) -> Vec<DocId> {
        let mut docs = Vec::with_capacity(self.len());
        for (first, &word) in (0..).step_by(64).zip(&self.0) {
            let mut rest = word;
            while rest != 0 {
                docs.push(first + rest.trailing_zeros());
                rest &= rest - 1;
            }
        }
        docs
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
    /// Lends an empty board with room for the articles of a segment.
    pub(super) fn with<T>(n_docs: u32, act: impl FnOnce(&mut Self) -> T) -> T {
        BOARD.with_borrow_mut(|board| {
            let n_docs = n_docs as usize;
            if board.sums.len() < n_docs {
                board.sums.resize(n_docs, Sum::default());
            }
            let result = act(board);
            // The next search finds an empty board.
            board.clear();
            result
        })
    }

    /// Adds to an article's sum.
    pub(super) fn add(&mut self, doc: DocId, score: f32, bits: u64) {
        let sum = &mut self.sums[doc as usize];
        if sum.is_zero() {
            self.touched.push(doc);
        }
        sum.add(score, bits);
    }

    /// The articles that were met and what they have got, in no order.
    pub(super) fn articles(&self) -> impl Iterator<Item = (DocId, Sum)> {
        let docs = self.touched.iter();
        docs.map(|&doc| (doc, self.sums[doc as usize]))
    }

    /// Forgets all articles.
    fn clear(&mut self) {
        for doc in self.touched.drain(..) {
            self.sums[doc as usize] = Sum::default();
        }
    }
}
