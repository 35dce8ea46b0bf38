//! What hangs together, and the stories that it makes.

use std::slice;

use super::bits::Bits;
use super::join::Edge;
use super::twins::Twins;
use crate::file::Members;
use crate::stars;

/// The stories of the articles that hang together: by an edge or by one fingerprint; all places are below `end`.
pub(super) fn members(mut edges: Vec<Edge>, twins: &Twins, end: usize) -> Members {
    let linked = linked(&edges, twins, end);
    let number = |node: u32| linked.partition_point(|&other| other < node) as u32;
    for edge in &mut edges {
        edge.nodes = edge.nodes.map(number);
    }
    let roots = roots(&edges, linked.len());
    let root = |number: u32| roots[number as usize];
    edges.sort_unstable_by_key(|edge| (root(edge.nodes[0]), edge.nodes));
    let mut order: Vec<u32> = (0..linked.len() as u32).collect();
    order.sort_unstable_by_key(|&number| (root(number), number));

    let mut members = Members::default();
    let mut edges = edges.as_slice();
    // The root is the least of a component, so components come in the order of their least keys.
    for component in order.chunk_by(|&a, &b| root(a) == root(b)) {
        let this = root(component[0]);
        let n_edges = edges
            .iter()
            .take_while(|edge| root(edge.nodes[0]) == this)
            .count();
        let (own, rest) = edges.split_at(n_edges);
        edges = rest;
        let mut neighbours: Vec<Vec<(usize, f64)>> = vec![Vec::new(); component.len()];
        for edge in own {
            let [a, b] = edge
                .nodes
                .map(|number| component.partition_point(|&other| other < number));
            neighbours[a].push((b, edge.evidence));
            neighbours[b].push((a, edge.evidence));
        }
        let articles: Vec<&[u32]> = component
            .iter()
            .map(|&number| {
                let node = &linked[number as usize];
                twins.of(*node).unwrap_or(slice::from_ref(node))
            })
            .collect();
        let mut stories = stars::groups(&articles, &neighbours);
        stories.sort_unstable();
        members.push(&stories);
    }
    members
}

/// The nodes that have edges or are several articles, in ascending order.
fn linked(edges: &[Edge], twins: &Twins, end: usize) -> Vec<u32> {
    let mut is_linked = Bits::new(end);
    for node in edges.iter().flat_map(|edge| edge.nodes) {
        is_linked.insert(node as usize);
    }
    for (node, _) in twins.iter() {
        is_linked.insert(node as usize);
    }
    is_linked.iter().map(|node| node as u32).collect()
}

/// Of each of `n` nodes the least one that hangs together with it.
fn roots(edges: &[Edge], n: usize) -> Vec<u32> {
    let mut parents: Vec<u32> = (0..n as u32).collect();
    for edge in edges {
        let [a, b] = edge.nodes.map(|node| root(&mut parents, node));
        parents[a.max(b) as usize] = a.min(b);
    }
    // Parents are less than their children, so they are done before them.
    for node in 0..n {
        parents[node] = parents[parents[node] as usize];
    }
    parents
}

/// Follows the parents of a node to the last, and halves the way for the next time.
fn root(parents: &mut [u32], mut node: u32) -> u32 {
    while parents[node as usize] != node {
        let parent = parents[parents[node as usize] as usize];
        parents[node as usize] = parent;
        node = parent;
    }
    node
}
