//! What a list adds to the scores of a segment's articles.

use tantivy::DocId;

use crate::bm25::{self, Norms};
use crate::layers::{BLOCK, Layer, Postings, TermInfo};
use crate::rank::board::{Board, DocSet};
use crate::rank::lists::List;
use crate::segment::Snapshot;

/// What the articles of a segment get from a list.
pub(super) struct ListScores<'a> {
    info: Option<&'a TermInfo>,
    /// How many articles of the segment have the term.
    pub(super) n_articles: usize,
    layer: &'a Layer,
    norms: &'a Norms,
    pub(super) weight: f32,
    /// See [`List::bits`].
    pub(super) bits: u64,
}

impl<'a> ListScores<'a> {
    pub(super) fn new(list: &'a List, snapshot: &'a Snapshot, segment_number: usize) -> Self {
        let info = list.infos[segment_number].as_ref();
        Self {
            info,
            n_articles: info.map_or(0, |info| info.n_docs as usize),
            layer: snapshot.segments[segment_number].layer(list.layer),
            norms: snapshot.norms.of(list.layer),
            weight: list.weight,
            bits: list.bits,
        }
    }

    /// Adds them to the board.
    pub(super) fn find(&self, board: &mut Board) {
        let bits = self.bits;
        self.each(|doc, score| board.add(doc, score, bits));
    }

    /// Puts them in a set.
    pub(super) fn mark(&self, set: &mut DocSet) {
        let Some(mut postings) = self.postings_from(0) else {
            return;
        };
        while !postings.docs().is_empty() {
            for &doc in postings.docs() {
                set.insert(doc);
            }
            postings.advance_block();
        }
    }

    /// Their list, from the first one on that is not before `doc`; `None` if there are none.
    pub(super) fn postings_from(&self, doc: DocId) -> Option<Postings<'a>> {
        Some(self.layer.postings_from(self.info?, doc))
    }

    /// Hands out all of them.
    fn each(&self, mut sink: impl FnMut(DocId, f32)) {
        let Some(mut postings) = self.postings_from(0) else {
            return;
        };
        while !postings.docs().is_empty() {
            let (docs, freqs) = postings.block();
            for (&doc, &count) in docs.iter().zip(freqs) {
                sink(doc, self.score(doc, count));
            }
            postings.advance_block();
        }
    }

    /// Hands out those that are in a set, in ascending order.
    pub(super) fn each_of(&self, set: &DocSet, mut sink: impl FnMut(DocId, f32)) {
        let Some(mut postings) = self.postings_from(0) else {
            return;
        };
        let mut places = [0u8; BLOCK];
        while !postings.docs().is_empty() {
            // Which of them are in it is not to be foreseen, so that nothing branches on it.
            let mut n_found = 0;
            for (place, &doc) in (0..).zip(postings.docs()) {
                places[n_found % BLOCK] = place;
                n_found += usize::from(set.has(doc));
            }
            if n_found > 0 {
                let (docs, freqs) = postings.block();
                for &place in &places[..n_found] {
                    let doc = docs[usize::from(place)];
                    sink(doc, self.score(doc, freqs[usize::from(place)]));
                }
            }
            postings.advance_block();
        }
    }

    /// What an article gets that has the term so often.
    pub(super) fn score(&self, doc: DocId, count: u32) -> f32 {
        let length = self.layer.length_code(doc);
        self.weight * self.norms.saturate(count, length)
    }

    /// Goes to those that are among `docs`, which ascend, and hands out which they are.
    pub(super) fn seek(&self, docs: &[DocId], mut sink: impl FnMut(usize, f32)) {
        let first = docs.first().copied().unwrap_or(0);
        let Some(mut postings) = self.postings_from(first) else {
            return;
        };
        for (i, &doc) in docs.iter().enumerate() {
            if postings.seek(doc) == doc {
                sink(i, self.score(doc, postings.freq()));
            }
        }
    }
}

/// For each list, what an article can have and get of it and those behind it: the bits, and the most score.
pub(super) fn rests(lists: &[ListScores<'_>]) -> Vec<(u64, f32)> {
    let mut rests: Vec<(u64, f32)> = lists
        .iter()
        .rev()
        .scan((0, 0.0), |(bits, most), list| {
            *bits |= list.bits;
            // Sums in another order may come out a little greater.
            *most += list.weight * bm25::MOST * 1.0001;
            Some((*bits, *most))
        })
        .collect();
    rests.reverse();
    rests
}
