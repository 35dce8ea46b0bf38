//! Which nodes have anchors in common, all at once.
//!
//! For each place of an anchor the nodes are sorted by the anchor that they have there, and those of one anchor are
//! joined by their anchors at each later place.
//! Two nodes are compared where they meet for the first time, at the first two places at which they agree; so each
//! pair that a look-up would find is compared once.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::bits::Bits;
use super::records::Records;
use crate::fingerprint::{Fingerprint, MIN_SHARED, N_ANCHORS, NO_ANCHOR};
use crate::likeness::is_enough;

/// Of anchors, those that stand for an element.
const N_VALUES: usize = NO_ANCHOR as usize;
/// So many nodes of one anchor are not looked at side by side, but those of them only that have another one in common.
const MANY: usize = 1 << 15;
/// Ends a chain.
const NONE: u32 = u32::MAX;

/// Two nodes that are of one story.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    /// The lesser one first.
    pub(super) nodes: [u32; 2],
    pub(super) evidence: f64,
}

impl Edge {
    /// Whether the evidence is enough for what has been counted so far; with more look-alikes it never becomes so again.
    fn is_enough(&self, n_look_alikes: &[AtomicU32]) -> bool {
        let [a, b] = self
            .nodes
            .map(|node| n_look_alikes[node as usize].load(Ordering::Relaxed));
        is_enough(self.evidence, a.max(b))
    }
}

/// Of each article the number of look-alikes, if it is a node, and the pairs of nodes that are of one story, in no
/// order.
///
/// Takes eight bytes an article, 16 an edge, and in each thread those of the fingerprints that it looks at side by side.
pub(super) fn join(records: Records, is_node: &Bits, threads: usize) -> (Vec<u32>, Vec<Edge>) {
    join_by(records, is_node, threads, MANY)
}

/// The same with another number than [`MANY`].
fn join_by(records: Records, is_node: &Bits, threads: usize, many: usize) -> (Vec<u32>, Vec<Edge>) {
    const { assert!(MIN_SHARED == 2, "a pair meets at two places") };
    let n_look_alikes: Vec<AtomicU32> = (0..records.len()).map(|_| AtomicU32::new(0)).collect();
    let mut edges: Mutex<Vec<Edge>> = Mutex::default();
    let mut sorted = Sorted::default();
    for place in 0..N_ANCHORS - 1 {
        let nodes = is_node.iter().map(|node| node as u32);
        sorted.sort(nodes, records, place);
        let next = AtomicUsize::new(0);
        let work = || {
            let mut joiner = Joiner::new(records, &n_look_alikes);
            while let Some(nodes) = sorted.bucket(next.fetch_add(1, Ordering::Relaxed)) {
                joiner.join(nodes, place, many);
                let mut edges = edges.lock().unwrap_or_else(PoisonError::into_inner);
                edges.append(&mut joiner.edges);
            }
        };
        // What panics in a thread panics here.
        thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(work);
            }
            work();
        });
        let edges = edges.get_mut().unwrap_or_else(PoisonError::into_inner);
        edges.retain(|edge| edge.is_enough(&n_look_alikes));
    }
    let n_look_alikes = n_look_alikes.into_iter().map(AtomicU32::into_inner);
    let mut edges = edges.into_inner().unwrap_or_else(PoisonError::into_inner);
    edges.shrink_to_fit();
    (n_look_alikes.collect(), edges)
}

/// The nodes by their anchors at a place.
#[derive(Default)]
struct Sorted {
    nodes: Vec<u32>,
    /// Where the nodes of each anchor begin, and where the last ones end.
    starts: Vec<u32>,
}

impl Sorted {
    /// Sorts nodes, which come in ascending order.
    fn sort(&mut self, nodes: impl Iterator<Item = u32> + Clone, records: Records, place: usize) {
        let anchors = || {
            let anchors = nodes
                .clone()
                .map(|node| (node, records.anchor(node as usize, place)));
            anchors.filter(|&(_, anchor)| anchor != NO_ANCHOR)
        };
        // While the nodes are dealt out, each start moves on to where the next one was.
        self.starts.clear();
        self.starts.resize(N_VALUES + 2, 0);
        for (_, anchor) in anchors() {
            self.starts[usize::from(anchor) + 2] += 1;
        }
        for i in 2..self.starts.len() {
            self.starts[i] += self.starts[i - 1];
        }
        self.nodes.clear();
        self.nodes.resize(self.starts[N_VALUES + 1] as usize, 0);
        for (node, anchor) in anchors() {
            let at = &mut self.starts[usize::from(anchor) + 1];
            self.nodes[*at as usize] = node;
            *at += 1;
        }
        self.starts.pop();
    }

    /// The nodes of an anchor, in ascending order.
    fn bucket(&self, anchor: usize) -> Option<&[u32]> {
        let end = *self.starts.get(anchor + 1)?;
        Some(&self.nodes[self.starts[anchor] as usize..end as usize])
    }
}

/// What a thread compares and finds.
struct Joiner<'j> {
    records: Records<'j>,
    n_look_alikes: &'j [AtomicU32],
    edges: Vec<Edge>,
    /// Nodes that have an anchor in common.
    nodes: Vec<u32>,
    fingerprints: Vec<Fingerprint>,
    /// Of each anchor the last node that has it.
    heads: Vec<u32>,
    /// Of each node the one before it that has the same anchor.
    before: Vec<u32>,
}

impl<'j> Joiner<'j> {
    fn new(records: Records<'j>, n_look_alikes: &'j [AtomicU32]) -> Self {
        Self {
            records,
            n_look_alikes,
            edges: Vec::new(),
            nodes: Vec::new(),
            fingerprints: Vec::new(),
            heads: vec![NONE; N_VALUES],
            before: Vec::new(),
        }
    }

    /// Compares all nodes that meet first at the `first` place, where these have their anchor in common, and a later
    /// one.
    fn join(&mut self, nodes: &[u32], first: usize, many: usize) {
        let seconds = first + 1..N_ANCHORS;
        if nodes.len() < many {
            self.fill(nodes);
            return seconds.for_each(|second| self.compare(first, second));
        }
        let mut sorted = Sorted::default();
        for second in seconds {
            sorted.sort(nodes.iter().copied(), self.records, second);
            for nodes in (0..).map_while(|anchor| sorted.bucket(anchor)) {
                self.fill(nodes);
                self.compare(first, second);
            }
        }
    }

    fn fill(&mut self, nodes: &[u32]) {
        self.nodes.clear();
        self.fingerprints.clear();
        self.before.clear();
        // In a small archive most are alone.
        if nodes.len() > 1 {
            self.nodes.extend(nodes);
            let fingerprints = nodes.iter();
            self.fingerprints
                .extend(fingerprints.map(|&node| self.records.fingerprint(node as usize)));
            self.before.resize(nodes.len(), NONE);
        }
    }

    /// Compares those that meet first at these two places.
    fn compare(&mut self, first: usize, second: usize) {
        for i in 0..self.nodes.len() {
            let anchor = self.fingerprints[i].anchors()[second];
            if anchor == NO_ANCHOR {
                continue;
            }
            let mut other = std::mem::replace(&mut self.heads[usize::from(anchor)], i as u32);
            self.before[i] = other;
            while other != NONE {
                let pair = [other as usize, i];
                let anchors = pair.map(|i| self.fingerprints[i].anchors());
                if is_first_meeting(anchors, first, second) {
                    self.compare_pair(pair);
                }
                other = self.before[other as usize];
            }
        }
        for fingerprint in &self.fingerprints {
            let anchor = fingerprint.anchors()[second];
            if anchor != NO_ANCHOR {
                self.heads[usize::from(anchor)] = NONE;
            }
        }
    }

    fn compare_pair(&mut self, pair: [usize; 2]) {
        let [a, b] = pair.map(|i| &self.fingerprints[i]);
        let Some(likeness) = a.compare_near(b) else {
            return;
        };
        let nodes = pair.map(|i| self.nodes[i]);
        if likeness.is_look_alike() {
            for node in nodes {
                self.n_look_alikes[node as usize].fetch_add(1, Ordering::Relaxed);
            }
        } else if likeness.is_reprint() {
            let evidence = likeness.evidence;
            let edge = Edge { nodes, evidence };
            if edge.is_enough(self.n_look_alikes) {
                self.edges.push(edge);
            }
        }
    }
}

/// Whether two that agree at two places agree at no other place before the second.
fn is_first_meeting(anchors: [&[u16; N_ANCHORS]; 2], first: usize, second: usize) -> bool {
    let [a, b] = anchors;
    (0..second).all(|place| place == first || a[place] != b[place] || a[place] == NO_ANCHOR)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::twins::Twins;
    use super::{MANY, Records, join_by};
    use crate::fingerprint::Fingerprint;
    use crate::grouping::record;
    use crate::hash::mix;
    use crate::likeness::is_enough;
    use crate::postings::Postings;

    /// Fingerprints of a few texts, each with some bits and anchors of its own.
    fn fingerprints(n: u64) -> Vec<Fingerprint> {
        let one = |i: u64| {
            let mut bytes = [0; Fingerprint::LEN];
            bytes[1..9].copy_from_slice(&mix(i % 7).to_le_bytes());
            bytes[1 + (mix(i) % 8) as usize] ^= 1 << (mix(i) >> 8 & 7);
            let particulars = mix(i % 7) & mix(i % 21) & 0xffff_ffff;
            bytes[16..24].copy_from_slice(&particulars.to_le_bytes());
            bytes[27..35].copy_from_slice(&particulars.to_le_bytes());
            for (at, byte) in bytes[38..].iter_mut().enumerate() {
                *byte = (mix(i * 31 + at as u64) & 3) as u8;
            }
            Fingerprint::from_bytes(&bytes)
        };
        (0..n).map(one).collect()
    }

    #[test]
    fn finds_what_looking_up_does() {
        let fingerprints = fingerprints(300);
        let keys = 0_u64..;
        let bytes: Vec<u8> = keys
            .zip(&fingerprints)
            .flat_map(|(key, it)| record(key, it))
            .collect();
        let records = Records::new(&bytes).expect("they are in order");
        let (twins, is_node) = Twins::find(records);
        assert_eq!(twins.iter().count(), 0);

        let mut postings = Postings::default();
        let mut n_look_alikes = vec![0; fingerprints.len()];
        let mut reprints = BTreeSet::new();
        for (b, fingerprint) in fingerprints.iter().enumerate() {
            for a in postings.candidates(fingerprint, b) {
                let likeness = fingerprint.compare(&fingerprints[a as usize]);
                if likeness.is_look_alike() {
                    n_look_alikes[a as usize] += 1;
                    n_look_alikes[b] += 1;
                } else if likeness.is_reprint() {
                    reprints.insert(([a, b as u32], likeness.evidence.to_bits()));
                }
            }
            postings.add(fingerprint, b as u32);
        }
        reprints.retain(|(nodes, evidence)| {
            let [a, b] = nodes.map(|node| n_look_alikes[node as usize]);
            is_enough(f64::from_bits(*evidence), a.max(b))
        });
        let n_alike: u32 = n_look_alikes.iter().sum();
        assert!(
            n_alike > 500 && reprints.len() > 500,
            "{n_alike} {}",
            reprints.len()
        );
        for many in [0, 3, 40, MANY] {
            for threads in 1..4 {
                let (n_found, edges) = join_by(records, &is_node, threads, many);
                assert!(n_found == n_look_alikes, "{many} {threads}");
                let found: BTreeSet<_> = edges
                    .iter()
                    .map(|edge| (edge.nodes, edge.evidence.to_bits()))
                    .collect();
                assert_eq!(found.len(), edges.len(), "{many} {threads}");
                assert!(found == reprints, "{many} {threads}");
            }
        }
    }
}
