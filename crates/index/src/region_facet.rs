//! Counting the articles found by region: provinces, the prefectures in them, the counties in those.

use std::collections::HashMap;

use fangzhi_regions::Code;
use tantivy::DocId;
use tantivy::columnar::StrColumn;

use crate::error::Result;
use crate::places::{Place, steps};

/// How many of the articles found are about a region or something in it.
///
/// An article about several places in a region counts once for it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegionCount {
    /// The region.
    pub place: Place,
    /// How many articles.
    pub articles: usize,
    /// The regions in it, the most frequent first.
    pub children: Vec<RegionCount>,
}

/// The regions of the articles counted so far, those they lie in included.
#[derive(Default)]
pub(crate) struct RegionTree {
    nodes: Vec<Node>,
    /// By what they lie in and their codes.
    numbers: HashMap<(Option<usize>, Code), usize>,
    /// By segment and the number of a value there, once that has been met.
    known: HashMap<(usize, u64), Option<usize>>,
    /// Those of one count, kept to be used again.
    found: Vec<usize>,
    /// How many articles have none.
    pub(crate) missing: usize,
}

struct Node {
    parent: Option<usize>,
    place: Place,
    articles: usize,
}

impl RegionTree {
    /// Counts articles of a segment by a column of [`lineage`](crate::places::lineage)s, each for itself.
    pub(crate) fn count(
        &mut self,
        segment: usize,
        column: &Option<StrColumn>,
        docs: &[DocId],
    ) -> Result<()> {
        docs.iter()
            .try_for_each(|doc| self.count_together([(segment, column, std::slice::from_ref(doc))]))
    }

    /// Counts articles of several segments as if they were one: each region once.
    pub(crate) fn count_together<'c>(
        &mut self,
        docs: impl IntoIterator<Item = (usize, &'c Option<StrColumn>, &'c [DocId])>,
    ) -> Result<()> {
        let mut found = std::mem::take(&mut self.found);
        found.clear();
        for (segment, column, docs) in docs {
            let Some(column) = column else {
                continue;
            };
            for ordinal in docs.iter().flat_map(|&doc| column.term_ords(doc)) {
                let node = match self.known.get(&(segment, ordinal)) {
                    Some(node) => *node,
                    None => {
                        let mut text = String::new();
                        column.ord_to_str(ordinal, &mut text)?;
                        let node = self.node(&text);
                        self.known.insert((segment, ordinal), node);
                        node
                    }
                };
                found.extend(std::iter::successors(node, |&node| self.nodes[node].parent));
            }
        }
        self.missing += usize::from(found.is_empty());
        found.sort_unstable();
        found.dedup();
        for &node in &found {
            self.nodes[node].articles += 1;
        }
        self.found = found;
        Ok(())
    }

    /// The counts, those of the most frequent regions first; of `within`, only what is in one of these codes.
    ///
    /// Within one region these are the counts of its parts, if it has any.
    pub(crate) fn into_counts(self, within: Option<&[Code]>) -> Vec<RegionCount> {
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        let mut tops = Vec::new();
        for (number, node) in self.nodes.iter().enumerate() {
            match node.parent {
                Some(parent) => children[parent].push(number),
                None => tops.push(number),
            }
        }
        if let Some(codes) = within {
            let is_in = |number: usize| codes.contains(&self.nodes[number].place.code);
            tops = (0..self.nodes.len())
                .filter(|&number| {
                    let parent = self.nodes[number].parent;
                    let mut above = std::iter::successors(parent, |&at| self.nodes[at].parent);
                    is_in(number) && !above.any(is_in)
                })
                .collect();
            if let [only] = tops[..]
                && !children[only].is_empty()
            {
                tops.clone_from(&children[only]);
            }
        }
        self.counts(&tops, &children)
    }

    fn counts(&self, numbers: &[usize], children: &[Vec<usize>]) -> Vec<RegionCount> {
        let mut counts: Vec<RegionCount> = numbers
            .iter()
            .map(|&number| RegionCount {
                place: self.nodes[number].place.clone(),
                articles: self.nodes[number].articles,
                children: self.counts(&children[number], children),
            })
            .collect();
        counts.sort_by(|a, b| {
            b.articles
                .cmp(&a.articles)
                .then_with(|| a.place.code.cmp(&b.place.code))
        });
        counts
    }

    /// The node of a lineage; `None` if that is of no region.
    fn node(&mut self, lineage: &str) -> Option<usize> {
        let mut parent: Option<usize> = None;
        for (code, name) in steps(lineage) {
            let next = self.nodes.len();
            let number = *self.numbers.entry((parent, code)).or_insert(next);
            if number == next {
                let path = match parent {
                    Some(parent) => format!("{}/{name}", self.nodes[parent].place.path),
                    None => name.to_owned(),
                };
                self.nodes.push(Node {
                    parent,
                    place: Place { path, code },
                    articles: 0,
                });
            }
            parent = Some(number);
        }
        parent
    }
}
