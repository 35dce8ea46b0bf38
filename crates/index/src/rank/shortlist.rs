//! Articles that are looked up in one list after the other.

use tantivy::DocId;

use crate::rank::board::{Board, DocSet, Sum};
use crate::rank::list_scores::ListScores;

/// Looking an article up costs about as much as reading so many postings.
pub(super) const SEEK_COST: usize = 20;

/// Some articles of a segment and what they have got so far.
///
/// The sums stand side by side, however far the articles are from each other.
pub(super) struct Shortlist<'s> {
    /// In ascending order.
    docs: Vec<DocId>,
    sums: Vec<Sum>,
    /// The same articles.
    set: &'s mut DocSet,
}

impl<'s> Shortlist<'s> {
    /// All articles of a set, with these bits and no score.
    pub(super) fn new(set: &'s mut DocSet, bits: u64) -> Self {
        let docs = set.docs();
        let sums = vec![Sum { bits, score: 0.0 }; docs.len()];
        Self { docs, sums, set }
    }

    /// The articles on a board, with what they have got; the set is empty.
    pub(super) fn of_board(set: &'s mut DocSet, board: &Board) -> Self {
        board.touched.iter().for_each(|doc| set.insert(*doc));
        let docs = set.docs();
        let sums = docs.iter().map(|doc| board.sums[*doc as usize]).collect();
        Self { docs, sums, set }
    }

    pub(super) fn len(&self) -> usize {
        self.docs.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.docs.is_empty()
    }

    /// The articles, in ascending order.
    pub(super) fn docs(&self) -> &[DocId] {
        &self.docs
    }

    /// The articles and what they have got.
    pub(super) fn articles(&self) -> impl Iterator<Item = (DocId, Sum)> {
        self.docs.iter().copied().zip(self.sums.iter().copied())
    }

    /// Adds what a list gives them.
    pub(super) fn complete(&mut self, list: &ListScores<'_>) {
        let Self { docs, sums, set } = self;
        let bits = list.bits;
        if docs.len() * SEEK_COST < list.n_articles {
            list.seek(docs, |i, score| sums[i].add(score, bits));
        } else {
            let mut i = 0;
            list.each_of(set, |doc, score| {
                while docs.get(i).is_some_and(|other| *other < doc) {
                    i += 1;
                }
                if let Some(sum) = sums.get_mut(i) {
                    sum.add(score, bits);
                }
            });
        }
    }

    /// Drops articles.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(DocId, Sum) -> bool) {
        let mut n_kept = 0;
        for i in 0..self.docs.len() {
            let (doc, sum) = (self.docs[i], self.sums[i]);
            self.docs[n_kept] = doc;
            self.sums[n_kept] = sum;
            match keep(doc, sum) {
                true => n_kept += 1,
                false => self.set.remove(doc),
            }
        }
        self.docs.truncate(n_kept);
        self.sums.truncate(n_kept);
    }
}
