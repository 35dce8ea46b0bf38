//! Which near-duplicates make a group.
//!
//! Taking all that hangs together would put two stories into one group for a single mistake between them.
//! Stars do not (Aslam, Pelekhov and Rus 2004, "The star clustering algorithm for static and dynamic information
//! organization"): who has most neighbours is the centre of a group with all of them.
//! The result does not depend on the order in which articles came.

/// The groups of nodes that hang together: of each the keys of its nodes, in ascending order.
///
/// Of each node its keys and its neighbours are given, see [`Graph`].
pub(crate) fn groups<K: Copy + Ord>(
    keys: &[&[K]],
    neighbours: &[Vec<(usize, f64)>],
) -> Vec<Vec<K>> {
    let weights: Vec<usize> = keys.iter().map(|keys| keys.len()).collect();
    let graph = Graph {
        weights: &weights,
        neighbours,
    };
    let mut groups = vec![Vec::new(); keys.len()];
    for (keys, centre) in keys.iter().zip(graph.centres()) {
        groups[centre].extend(*keys);
    }
    groups.retain(|group: &Vec<K>| !group.is_empty());
    groups.iter_mut().for_each(|group| group.sort_unstable());
    groups
}

/// Who is like whom: of each of `n` nodes its neighbours, and how much they are alike.
struct Graph<'g> {
    /// Of each node the articles in it, to weigh it by.
    weights: &'g [usize],
    /// Of each node its neighbours; who is named is named back, with the same likeness.
    neighbours: &'g [Vec<(usize, f64)>],
}

impl Graph<'_> {
    /// Of each node the centre of its group.
    ///
    /// Between nodes with as many neighbours the smaller number is the centre, so numbers are to be given by
    /// something that lasts.
    fn centres(&self) -> Vec<usize> {
        let n = self.neighbours.len();
        let degree = |node: usize| -> usize {
            let others = self.neighbours[node].iter();
            self.weights[node] + others.map(|&(other, _)| self.weights[other]).sum::<usize>()
        };
        let mut order: Vec<(usize, usize)> = (0..n).map(|node| (degree(node), node)).collect();
        order.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut is_centre = vec![false; n];
        let mut is_covered = vec![false; n];
        for (_, node) in order {
            if !is_covered[node] {
                is_centre[node] = true;
                for &(other, _) in &self.neighbours[node] {
                    is_covered[other] = true;
                }
            }
        }
        // Who has several centres for neighbours belongs to the one it is most like.
        let centre = |node: usize| {
            let centres = self.neighbours[node]
                .iter()
                .filter(|&&(other, _)| is_centre[other]);
            let best = centres.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
            match best {
                Some(&(best, _)) if !is_centre[node] => best,
                _ => node,
            }
        };
        (0..n).map(centre).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Graph;

    #[test]
    fn finds_stars() {
        type Edges = &'static [(usize, usize, f64)];
        let cases: [(&str, usize, Edges, &[usize]); 5] = [
            ("nobody", 0, &[], &[]),
            ("alone", 2, &[], &[0, 1]),
            ("a pair", 2, &[(0, 1, 1.0)], &[0, 0]),
            (
                "a star",
                4,
                &[(2, 0, 1.0), (2, 1, 1.0), (2, 3, 1.0)],
                &[2, 2, 2, 2],
            ),
            // Two stories of three, joined by one mistake.
            (
                "a bridge",
                6,
                &[
                    (0, 1, 9.0),
                    (0, 2, 9.0),
                    (1, 2, 9.0),
                    (3, 4, 9.0),
                    (3, 5, 9.0),
                    (4, 5, 9.0),
                    (2, 5, 1.0),
                ],
                &[2, 2, 2, 3, 3, 3],
            ),
        ];
        for (name, n, edges, expect) in cases {
            let mut neighbours = vec![Vec::new(); n];
            for &(a, b, likeness) in edges {
                neighbours[a].push((b, likeness));
                neighbours[b].push((a, likeness));
            }
            let weights = vec![1; n];
            let graph = Graph {
                weights: &weights,
                neighbours: &neighbours,
            };
            assert_eq!(graph.centres(), expect, "{name}");
        }
    }
}
