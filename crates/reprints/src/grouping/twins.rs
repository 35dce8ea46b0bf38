//! Which articles have the same fingerprint.

use std::ops::Range;

use super::bits::Bits;
use super::records::Records;

/// The articles that share their fingerprints with others, and the nodes: of each fingerprint the article of the
/// least key.
#[derive(Debug)]
pub(super) struct Twins {
    /// Of each node of several articles, in order, where these are.
    nodes: Vec<(u32, Range<u32>)>,
    /// Of each such node its articles, itself the first of them, in ascending order.
    articles: Vec<u32>,
}

impl Twins {
    /// Finds them, and the nodes that others can be near to: those of no blank fingerprint.
    ///
    /// Takes eight bytes an article while it looks.
    pub(super) fn find(records: Records) -> (Self, Bits) {
        let mut is_node = Bits::new(records.len());
        let mut hashes: Vec<(u32, u32)> = Vec::with_capacity(records.len());
        for place in 0..records.len() {
            let fingerprint = records.fingerprint(place);
            // What can be found by nothing is not even like itself.
            if !fingerprint.is_blank() && fingerprint.is_known_again() {
                hashes.push((fingerprint.mixed() as u32, place as u32));
            }
        }
        hashes.sort_unstable();
        let mut twins = Self {
            nodes: Vec::new(),
            articles: Vec::new(),
        };
        let of = |&(_, place): &(u32, u32)| records.fingerprint(place as usize);
        for same_hash in hashes.chunk_by_mut(|a, b| a.0 == b.0) {
            if let [(_, node)] = *same_hash {
                is_node.insert(node as usize);
                continue;
            }
            let first = of(&same_hash[0]);
            // Others of the same hash are rare, and as many articles of one fingerprint need no sorting.
            if !same_hash[1..].iter().all(|other| of(other) == first) {
                same_hash.sort_unstable_by(|a, b| of(a).cmp(&of(b)).then(a.1.cmp(&b.1)));
            }
            for same in same_hash.chunk_by(|a, b| of(a) == of(b)) {
                let (_, node) = same[0];
                is_node.insert(node as usize);
                if same.len() > 1 {
                    let start = twins.articles.len() as u32;
                    twins
                        .articles
                        .extend(same.iter().map(|&(_, article)| article));
                    twins.nodes.push((node, start..twins.articles.len() as u32));
                }
            }
        }
        twins.nodes.sort_unstable_by_key(|&(node, _)| node);
        (twins, is_node)
    }

    /// The nodes of several articles, each with these.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &[u32])> {
        let nodes = self.nodes.iter();
        nodes.map(|(node, range)| (*node, self.slice(range)))
    }

    /// The articles of a node, in ascending order; none, if it is alone.
    pub(super) fn of(&self, node: u32) -> Option<&[u32]> {
        let at = self.nodes.binary_search_by_key(&node, |&(node, _)| node);
        at.ok().map(|at| self.slice(&self.nodes[at].1))
    }

    fn slice(&self, range: &Range<u32>) -> &[u32] {
        &self.articles[range.start as usize..range.end as usize]
    }
}
