//! Which nodes have anchors in common, all at once.
//!
//! For each place of an anchor the nodes are sorted by the anchor that they have there, and those of one anchor are
//! joined by their anchors at each later place.
//! Two nodes are compared where they meet for the first time, at the first two places at which they agree and one of
//! them represents the gathering (see [`crate::meetings`]); so each pair that a look-up would find is compared once.

use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

use super::bits::Bits;
use super::records::Records;
use crate::fingerprint::{Fingerprint, N_ANCHORS, NO_ANCHOR};
use crate::likeness::is_enough;
use crate::meetings::{Anchors, CROWD, Meetings, represent};

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
/// Takes eight bytes an article, eight more where there is a crowd, 16 an edge, and in each thread those of the fingerprints
/// that it looks at side by side.
pub(super) fn join(records: Records, is_node: &Bits, threads: usize) -> (Vec<u32>, Vec<Edge>) {
    join_by(records, is_node, threads, MANY)
}

/// The same with another number than [`MANY`].
fn join_by(records: Records, is_node: &Bits, threads: usize, many: usize) -> (Vec<u32>, Vec<Edge>) {
    let found = Found::new(records.len());
    let mut edges: Mutex<Vec<Edge>> = Mutex::default();
    let mut sorted = Sorted::default();
    for place in 0..N_ANCHORS - 1 {
        let nodes = is_node.iter().map(|node| node as u32);
        sorted.sort(nodes, records, place);
        let next = AtomicUsize::new(0);
        let work = || {
            let mut joiner = Joiner::new(records, &found);
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
        edges.retain(|edge| edge.is_enough(&found.n_look_alikes));
    }
    let n_look_alikes = found.n_look_alikes.into_iter().map(AtomicU32::into_inner);
    let mut edges = edges.into_inner().unwrap_or_else(PoisonError::into_inner);
    edges.shrink_to_fit();
    (n_look_alikes.collect(), edges)
}

/// What is known of each article so far; threads add to it.
struct Found {
    n_look_alikes: Vec<AtomicU32>,
    /// Where it represents, as the bits of [`Meetings`]; everywhere, while there is no crowd.
    represents: OnceLock<Vec<AtomicU64>>,
}

impl Found {
    fn new(n_articles: usize) -> Self {
        Self {
            n_look_alikes: (0..n_articles).map(|_| AtomicU32::new(0)).collect(),
            represents: OnceLock::new(),
        }
    }

    fn represents(&self, node: usize) -> Meetings {
        let represents = self.represents.get();
        represents.map_or(Meetings::ALL, |it| {
            Meetings::from_bits(it[node].load(Ordering::Relaxed))
        })
    }

    /// Notes that a node represents at these places only, one less than before.
    fn keep_out(&self, node: usize, represents: Meetings) {
        let all = || AtomicU64::new(Meetings::ALL.bits());
        let of_each = self
            .represents
            .get_or_init(|| self.n_look_alikes.iter().map(|_| all()).collect());
        of_each[node].store(represents.bits(), Ordering::Relaxed);
        self.n_look_alikes[node].fetch_add(CROWD as u32, Ordering::Relaxed);
    }
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
    found: &'j Found,
    edges: Vec<Edge>,
    /// Nodes that have an anchor in common.
    nodes: Vec<u32>,
    fingerprints: Vec<Fingerprint>,
    anchors: Vec<Anchors>,
    /// Where each represents; of later places it is not known yet, nor asked for.
    represents: Vec<Meetings>,
    /// The look-alikes of each that were found since it was put here.
    n_look_alikes: Vec<u32>,
    /// Of each anchor the first of the nodes that have it, and how many these are.
    heads: Vec<(u32, u32)>,
    /// Of each node the next one that has the same anchor.
    next: Vec<u32>,
    gathering: Vec<u32>,
}

impl<'j> Joiner<'j> {
    fn new(records: Records<'j>, found: &'j Found) -> Self {
        Self {
            records,
            found,
            edges: Vec::new(),
            nodes: Vec::new(),
            fingerprints: Vec::new(),
            anchors: Vec::new(),
            represents: Vec::new(),
            n_look_alikes: Vec::new(),
            heads: vec![(NONE, 0); N_VALUES],
            next: Vec::new(),
            gathering: Vec::new(),
        }
    }

    /// Compares all nodes that meet first at the `first` place, where these have their anchor in common, and a later
    /// one.
    fn join(&mut self, nodes: &[u32], first: usize, many: usize) {
        let seconds = first + 1..N_ANCHORS;
        if nodes.len() < many {
            self.fill(nodes);
            seconds.for_each(|second| self.gather(first, second));
            return self.tell();
        }
        let mut sorted = Sorted::default();
        for second in seconds {
            sorted.sort(nodes.iter().copied(), self.records, second);
            for nodes in (0..).map_while(|anchor| sorted.bucket(anchor)) {
                self.fill(nodes);
                self.gather(first, second);
                self.tell();
            }
        }
    }

    fn fill(&mut self, nodes: &[u32]) {
        self.nodes.clear();
        self.fingerprints.clear();
        self.anchors.clear();
        self.represents.clear();
        self.next.clear();
        // In a small archive most are alone.
        if nodes.len() > 1 {
            self.nodes.extend(nodes);
            let places = || nodes.iter().map(|&node| node as usize);
            self.fingerprints
                .extend(places().map(|node| self.records.fingerprint(node)));
            self.anchors
                .extend(self.fingerprints.iter().map(Anchors::of));
            self.represents
                .extend(places().map(|node| self.found.represents(node)));
            self.n_look_alikes.resize(nodes.len(), 0);
            self.next.resize(nodes.len(), NONE);
        }
    }

    /// Adds what was counted to what all threads have.
    fn tell(&mut self) {
        for (&node, n) in self.nodes.iter().zip(self.n_look_alikes.drain(..)) {
            if n > 0 {
                self.found.n_look_alikes[node as usize].fetch_add(n, Ordering::Relaxed);
            }
        }
    }

    /// Compares those that meet first at these two places.
    fn gather(&mut self, first: usize, second: usize) {
        let meeting = Meetings::at(first, second);
        let anchor = |anchors: &Anchors| {
            let anchor = anchors.at(second);
            (anchor != NO_ANCHOR).then_some(usize::from(anchor))
        };
        for (i, anchors) in self.anchors.iter().enumerate().rev() {
            if let Some(anchor) = anchor(anchors) {
                let (head, n) = &mut self.heads[anchor];
                self.next[i] = std::mem::replace(head, i as u32);
                *n += 1;
            }
        }
        let mut gathering = std::mem::take(&mut self.gathering);
        for i in 0..self.anchors.len() {
            let Some(anchor) = anchor(&self.anchors[i]) else {
                continue;
            };
            let (mut head, n) = std::mem::replace(&mut self.heads[anchor], (NONE, 0));
            if n < 2 {
                continue;
            }
            gathering.clear();
            while head != NONE {
                gathering.push(head);
                head = self.next[head as usize];
            }
            self.compare(&mut gathering, meeting);
        }
        self.gathering = gathering;
    }

    /// Compares those that meet here, with each other or with those who represent them.
    fn compare(&mut self, gathering: &mut [u32], meeting: Meetings) {
        let mut n_represent = gathering.len();
        if n_represent > CROWD {
            represent(gathering, |i| &self.fingerprints[i as usize]);
            n_represent = CROWD;
            for &other in &gathering[CROWD..] {
                let represents = &mut self.represents[other as usize];
                *represents = represents.without(meeting);
                self.found
                    .keep_out(self.nodes[other as usize] as usize, *represents);
            }
        }
        for (n_before, &other) in gathering.iter().enumerate() {
            for &one in &gathering[..n_before.min(n_represent)] {
                self.compare_pair([one, other].map(|i| i as usize), meeting);
            }
        }
    }

    fn compare_pair(&mut self, pair: [usize; 2], meeting: Meetings) {
        let [a, b] = pair.map(|i| &self.anchors[i]);
        let [at_a, at_b] = pair.map(|i| self.represents[i]);
        if a.meet(b).and(at_a.or(at_b)).first() != meeting {
            return;
        }
        let [a, b] = pair.map(|i| &self.fingerprints[i]);
        let Some(likeness) = a.compare_near(b) else {
            return;
        };
        if likeness.is_look_alike() {
            pair.into_iter().for_each(|i| self.n_look_alikes[i] += 1);
        } else if likeness.is_reprint() {
            let evidence = likeness.evidence;
            let mut nodes = pair.map(|i| self.nodes[i]);
            nodes.sort_unstable();
            let edge = Edge { nodes, evidence };
            if edge.is_enough(&self.found.n_look_alikes) {
                self.edges.push(edge);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::super::twins::Twins;
    use super::{MANY, Records, join_by};
    use crate::fingerprint::{Fingerprint, N_ANCHORS, NO_ANCHOR};
    use crate::grouping::record;
    use crate::hash::mix;
    use crate::likeness::is_enough;
    use crate::meetings::CROWD;

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
                // The first anchors are rarely the same, the last ones often.
                let hash = mix(i * 31 + at as u64);
                *byte = (hash & if at < 7 || hash >> 61 == 0 { 7 } else { 0 }) as u8;
            }
            Fingerprint::from_bytes(&bytes)
        };
        (0..n).map(one).collect()
    }

    /// The pairs that are compared, by the definition in [`crate::meetings`], and how often each is kept out.
    fn compared(fingerprints: &[Fingerprint]) -> (BTreeSet<[u32; 2]>, Vec<u32>) {
        let mut gatherings: BTreeMap<_, Vec<u32>> = BTreeMap::new();
        for (node, fingerprint) in fingerprints.iter().enumerate() {
            let anchors = fingerprint.anchors();
            for first in 0..N_ANCHORS {
                for second in first + 1..N_ANCHORS {
                    let here = [first, second].map(|place| (place, anchors[place]));
                    if here.iter().all(|&(_, anchor)| anchor != NO_ANCHOR) {
                        gatherings.entry(here).or_default().push(node as u32);
                    }
                }
            }
        }
        let mut pairs = BTreeSet::new();
        let mut n_kept_out = vec![0; fingerprints.len()];
        for gathering in gatherings.values_mut() {
            gathering.sort_by_key(|&node| fingerprints[node as usize].rank());
            let n_represent = gathering.len().min(CROWD);
            for &one in &gathering[..n_represent] {
                let others = gathering.iter().filter(|&&other| other != one);
                pairs.extend(others.map(|&other| [one.min(other), one.max(other)]));
            }
            for &node in &gathering[n_represent..] {
                n_kept_out[node as usize] += 1;
            }
        }
        (pairs, n_kept_out)
    }

    #[test]
    fn finds_what_the_definition_says() {
        let fingerprints = fingerprints(400);
        let keys = 0_u64..;
        let bytes: Vec<u8> = keys
            .zip(&fingerprints)
            .flat_map(|(key, it)| record(key, it))
            .collect();
        let records = Records::new(&bytes).expect("they are in order");
        let (twins, is_node) = Twins::find(records);
        assert_eq!(twins.iter().count(), 0);

        let (pairs, n_kept_out) = compared(&fingerprints);
        let mut n_look_alikes: Vec<u32> = n_kept_out.iter().map(|n| n * CROWD as u32).collect();
        let mut reprints = BTreeSet::new();
        let mut n_alike = 0;
        for nodes in &pairs {
            let [a, b] = nodes.map(|node| fingerprints[node as usize]);
            let likeness = a.compare(&b);
            if likeness.is_look_alike() {
                nodes
                    .iter()
                    .for_each(|&node| n_look_alikes[node as usize] += 1);
                n_alike += 1;
            } else if likeness.is_reprint() {
                reprints.insert((*nodes, likeness.evidence.to_bits()));
            }
        }
        reprints.retain(|(nodes, evidence)| {
            let [a, b] = nodes.map(|node| n_look_alikes[node as usize]);
            is_enough(f64::from_bits(*evidence), a.max(b))
        });
        let n_all = fingerprints.len() * (fingerprints.len() - 1) / 2;
        let n_kept_out = n_kept_out.iter().filter(|&&n| n > 0).count();
        assert!(
            n_alike > 500 && reprints.len() > 500 && n_kept_out > 100 && pairs.len() < n_all,
            "{n_alike} {} {n_kept_out} {}",
            reprints.len(),
            pairs.len()
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
