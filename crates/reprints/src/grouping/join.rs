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
/// Takes eight bytes an article, 16 an edge, and those of the fingerprints that have the commonest anchor, which each
/// thread looks at side by side.
pub(super) fn join(records: Records, is_node: &Bits, threads: usize) -> (Vec<u32>, Vec<Edge>) {
    const { assert!(MIN_SHARED == 2, "a pair meets at two places") };
    let n_look_alikes: Vec<AtomicU32> = (0..records.len()).map(|_| AtomicU32::new(0)).collect();
    let mut edges: Mutex<Vec<Edge>> = Mutex::default();
    let mut sorted = Sorted::default();
    for place in 0..N_ANCHORS - 1 {
        sorted.sort(records, is_node, place);
        let next = AtomicUsize::new(0);
        let work = || {
            let mut bucket = Bucket::new();
            let mut found = Vec::new();
            while let Some(nodes) = sorted.bucket(next.fetch_add(1, Ordering::Relaxed)) {
                bucket.fill(records, nodes);
                bucket.compare(place, &n_look_alikes, &mut found);
                let mut edges = edges.lock().unwrap_or_else(PoisonError::into_inner);
                edges.append(&mut found);
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
    fn sort(&mut self, records: Records, is_node: &Bits, place: usize) {
        let anchors = || {
            let anchors = is_node
                .iter()
                .map(|node| (node as u32, records.anchor(node, place)));
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

/// Nodes that have an anchor in common.
struct Bucket {
    nodes: Vec<u32>,
    fingerprints: Vec<Fingerprint>,
    /// Of each anchor the last node that has it.
    heads: Vec<u32>,
    /// Of each node the one before it that has the same anchor.
    before: Vec<u32>,
}

impl Bucket {
    fn new() -> Self {
        Self {
            nodes: Vec::new(),
            fingerprints: Vec::new(),
            heads: vec![NONE; N_VALUES],
            before: Vec::new(),
        }
    }

    fn fill(&mut self, records: Records, nodes: &[u32]) {
        self.nodes.clear();
        self.fingerprints.clear();
        self.before.clear();
        // Most have none to be compared with in a small archive.
        if nodes.len() > 1 {
            self.nodes.extend(nodes);
            let fingerprints = nodes.iter();
            self.fingerprints
                .extend(fingerprints.map(|&node| records.fingerprint(node as usize)));
            self.before.resize(nodes.len(), NONE);
        }
    }

    /// Compares all that meet here first, at the `first` place and a later one.
    fn compare(&mut self, first: usize, n_look_alikes: &[AtomicU32], edges: &mut Vec<Edge>) {
        for second in first + 1..N_ANCHORS {
            for i in 0..self.nodes.len() {
                let fingerprint = &self.fingerprints[i];
                let anchor = fingerprint.anchors()[second];
                if anchor == NO_ANCHOR {
                    continue;
                }
                let head = &mut self.heads[usize::from(anchor)];
                let mut before = std::mem::replace(head, i as u32);
                self.before[i] = before;
                while before != NONE {
                    let other = before as usize;
                    before = self.before[other];
                    let anchors = [fingerprint, &self.fingerprints[other]].map(|it| it.anchors());
                    if !is_first_meeting(anchors, first, second) {
                        continue;
                    }
                    let Some(likeness) = fingerprint.compare_near(&self.fingerprints[other]) else {
                        continue;
                    };
                    let nodes = [self.nodes[other], self.nodes[i]];
                    if likeness.is_look_alike() {
                        for node in nodes {
                            n_look_alikes[node as usize].fetch_add(1, Ordering::Relaxed);
                        }
                    } else if likeness.is_reprint() {
                        let evidence = likeness.evidence;
                        let edge = Edge { nodes, evidence };
                        if edge.is_enough(n_look_alikes) {
                            edges.push(edge);
                        }
                    }
                }
            }
            for fingerprint in &self.fingerprints {
                let anchor = fingerprint.anchors()[second];
                if anchor != NO_ANCHOR {
                    self.heads[usize::from(anchor)] = NONE;
                }
            }
        }
    }
}

/// Whether two that agree at two places agree at no other place before the second.
fn is_first_meeting(anchors: [&[u16; N_ANCHORS]; 2], first: usize, second: usize) -> bool {
    let [a, b] = anchors;
    (0..second).all(|place| place == first || a[place] != b[place] || a[place] == NO_ANCHOR)
}
