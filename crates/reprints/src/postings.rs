//! Which articles have which anchors.

use crate::fingerprint::{Fingerprint, MIN_SHARED, N_ANCHORS, NO_ANCHOR};

/// Of each anchor at each place, the numbers of the articles that have it.
///
/// Eleven lists are read for a look-up, each of about a thousandth of the articles.
/// Banding, which keeps a table of every two anchors instead, would find the same candidates with five times the
/// memory.
#[derive(Clone, Debug)]
pub(crate) struct Postings {
    lists: Vec<Vec<u32>>,
}

impl Default for Postings {
    fn default() -> Self {
        Self {
            lists: vec![Vec::new(); N_ANCHORS * usize::from(NO_ANCHOR)],
        }
    }
}

impl Postings {
    pub(crate) fn add(&mut self, fingerprint: &Fingerprint, number: u32) {
        for list in lists(fingerprint) {
            self.lists[list].push(number);
        }
    }

    pub(crate) fn remove(&mut self, fingerprint: &Fingerprint, number: u32) {
        for list in lists(fingerprint) {
            let list = &mut self.lists[list];
            if let Some(at) = list.iter().position(|&other| other == number) {
                list.swap_remove(at);
            }
        }
    }

    /// The articles that share at least two anchors with the fingerprint, in no order; all numbers are below `end`.
    pub(crate) fn candidates(&self, fingerprint: &Fingerprint, end: usize) -> Vec<u32> {
        const { assert!(MIN_SHARED == 2, "two sets of bits count to two") };
        let n_words = end.div_ceil(64);
        let (mut once, mut twice) = (vec![0_u64; n_words], vec![0_u64; n_words]);
        let mut candidates = Vec::new();
        for list in lists(fingerprint) {
            for &number in &self.lists[list] {
                let (word, bit) = (number as usize / 64, 1 << (number % 64));
                if once[word] & bit == 0 {
                    once[word] |= bit;
                } else if twice[word] & bit == 0 {
                    twice[word] |= bit;
                    candidates.push(number);
                }
            }
        }
        candidates
    }

    /// Those that have an anchor at a place, for each place and anchor.
    pub(crate) fn lists(&self) -> impl Iterator<Item = (usize, &[u32])> {
        let lists = self.lists.iter().enumerate();
        lists.map(|(i, list)| (i / usize::from(NO_ANCHOR), list.as_slice()))
    }

    /// The bytes of memory that the lists take.
    pub(crate) fn memory(&self) -> usize {
        let lists = self.lists.iter();
        lists
            .map(|list| size_of::<Vec<u32>>() + list.capacity() * size_of::<u32>())
            .sum()
    }
}

fn lists(fingerprint: &Fingerprint) -> impl Iterator<Item = usize> {
    let anchors = fingerprint.anchors().iter().enumerate();
    anchors
        .filter(|&(_, &anchor)| anchor != NO_ANCHOR)
        .map(|(place, &anchor)| place * usize::from(NO_ANCHOR) + usize::from(anchor))
}
