//! How clauses are put together.

use super::word::is_meaningful;
use super::{Clause, Field, Node, Occur};

/// A clause without an operator.
pub(super) fn bare(node: Node) -> Clause {
    // Where an article is from and when it was published is not relaxed, as words are.
    let occur = if is_filter(&node) {
        Occur::Must
    } else {
        Occur::Bare
    };
    Clause { occur, node }
}

/// The clauses that `AND` joins.
pub(super) fn must(clauses: Vec<Clause>) -> Vec<Clause> {
    let must = |clause: Clause| match clause.occur {
        Occur::Bare => Clause {
            occur: Occur::Must,
            node: clause.node,
        },
        _ => clause,
    };
    clauses.into_iter().map(must).collect()
}

/// Leaves out the clauses that have nothing to search for.
pub(super) fn meaningful(mut clauses: Vec<Clause>) -> Vec<Clause> {
    clauses.retain(|clause| is_node_meaningful(&clause.node));
    clauses
}

/// Makes one node of the clauses of a group.
pub(super) fn group(mut clauses: Vec<Clause>) -> Option<Node> {
    if let [clause] = &clauses[..] {
        let alone = match clause.occur {
            Occur::Bare | Occur::Should => true,
            Occur::Must => is_filter(&clause.node),
            Occur::MustNot => false,
        };
        if alone {
            return clauses.pop().map(|clause| clause.node);
        }
    }
    (!clauses.is_empty()).then_some(Node::Group { clauses })
}

/// A node with the boost that follows it, if one does.
pub(super) fn boosted(node: Node, factor: Option<f32>) -> Node {
    match factor {
        Some(factor) => Node::Boost {
            node: Box::new(node),
            factor,
        },
        None => node,
    }
}

/// Quotes a word that is to be excluded: an article that has 文明 here and 城市 there is no
/// reason to be, for `-文明城市`. What is from a source or a site is matched by name anyway.
pub(super) fn as_it_stands(node: Node) -> Node {
    match node {
        Node::Text { text } if !text.contains(' ') => Node::Phrase { text, slop: 0 },
        Node::Field {
            field: field @ (Field::Title | Field::Body),
            node,
        } => Node::Field {
            field,
            node: Box::new(as_it_stands(*node)),
        },
        Node::Boost { node, .. } => as_it_stands(*node),
        node => node,
    }
}

/// Puts a node into a field; parts of it that name a field or a date keep what they name.
pub(super) fn in_field(field: Field, node: Node) -> Node {
    if !names_field(&node) {
        return Node::Field {
            field,
            node: Box::new(node),
        };
    }
    match node {
        Node::Group { clauses } => {
            let inner = |clause: Clause| {
                let node = in_field(field, clause.node);
                match clause.occur {
                    Occur::Bare => bare(node),
                    occur => Clause { occur, node },
                }
            };
            Node::Group {
                clauses: clauses.into_iter().map(inner).collect(),
            }
        }
        Node::Boost { node, factor } => Node::Boost {
            node: Box::new(in_field(field, *node)),
            factor,
        },
        node => node,
    }
}

fn names_field(node: &Node) -> bool {
    match node {
        Node::Field { .. } | Node::Region { .. } | Node::Dates { .. } => true,
        Node::Boost { node, .. } => names_field(node),
        Node::Group { clauses } => clauses.iter().any(|clause| names_field(&clause.node)),
        _ => false,
    }
}

/// Whether any one of the clauses is enough.
pub(super) fn is_choice(clauses: &[Clause]) -> bool {
    clauses.iter().any(|clause| clause.occur == Occur::Should)
}

fn is_filter(node: &Node) -> bool {
    match node {
        Node::Region { .. } | Node::Dates { .. } => true,
        Node::Field { field, .. } => !matches!(field, Field::Title | Field::Body),
        Node::Boost { node, .. } => is_filter(node),
        _ => false,
    }
}

/// Whether a node has anything to search for.
pub(super) fn is_node_meaningful(node: &Node) -> bool {
    match node {
        Node::Text { text } => is_meaningful(text),
        Node::Boost { node, .. } => is_node_meaningful(node),
        _ => true,
    }
}
