//! What `region:` names: regions, looked up while a query is read as dates are.

use super::clauses::bare;
use super::{Clause, FindRegions, Node, Occur, Problem, ProblemKind, RegionField};

/// Reads the names of regions.
pub(super) struct RegionNames<'a> {
    pub(super) field: RegionField,
    /// Where in the query the value begins, in characters.
    pub(super) position: usize,
    pub(super) find: FindRegions<'a>,
}

impl RegionNames<'_> {
    /// The articles of the regions that a name stands for; `None` where there is no such region.
    pub(super) fn named(&self, name: &str, problems: &mut Vec<Problem>) -> Option<Node> {
        let regions = (self.find)(name);
        let message = match &regions[..] {
            [_] => None,
            [] => Some(ProblemKind::UnknownRegion(name.to_owned())),
            _ => Some(ProblemKind::ambiguous_region(name, &regions)),
        };
        problems.extend(message.map(|message| Problem {
            position: self.position,
            message,
        }));
        let codes = crate::places::cover(&regions);
        (!codes.is_empty()).then_some(Node::Region {
            field: self.field,
            codes,
        })
    }

    /// Reads the names in a group; parts of it that name a field or a date keep what they name.
    pub(super) fn of_node(&self, node: Node, problems: &mut Vec<Problem>) -> Node {
        match node {
            Node::Text { text } => self.named(&text, problems).unwrap_or(Node::Text { text }),
            Node::Phrase { text, slop } => self
                .named(&text, problems)
                .unwrap_or(Node::Phrase { text, slop }),
            Node::Prefix { text } => self.unknown(format!("{text}*"), problems),
            Node::Wildcard { pattern } => self.unknown(pattern, problems),
            Node::Fuzzy { text, distance } => self.unknown(format!("{text}~{distance}"), problems),
            Node::Boost { node, factor } => Node::Boost {
                node: Box::new(self.of_node(*node, problems)),
                factor,
            },
            Node::Group { clauses } => {
                let clauses = clauses.into_iter().map(|Clause { occur, node }| {
                    let node = self.of_node(node, problems);
                    match occur {
                        Occur::Bare => bare(node),
                        occur => Clause { occur, node },
                    }
                });
                Node::Group {
                    clauses: clauses.collect(),
                }
            }
            node @ (Node::Field { .. }
            | Node::Region { .. }
            | Node::Dates { .. }
            | Node::AnyOf { .. }) => node,
        }
    }

    /// What is no name: no region is called like a pattern.
    fn unknown(&self, text: String, problems: &mut Vec<Problem>) -> Node {
        problems.push(Problem {
            position: self.position,
            message: ProblemKind::UnknownRegion(text.clone()),
        });
        Node::Text { text }
    }
}
