//! Other spellings of what was typed, as [`Node::AnyOf`].

use super::numerals;
use super::{Clause, Field, Node};

/// Replaces each text and phrase that has other spellings by [`Node::AnyOf`] them.
pub(crate) fn expand(node: Node) -> Node {
    match node {
        Node::Text { text } => {
            let variants = numerals::variants(&text);
            any_of(Node::Text { text }, variants, |text| Node::Text { text })
        }
        Node::Phrase { text, slop } => {
            let variants = numerals::variants(&text);
            let phrase = |text| Node::Phrase { text, slop };
            any_of(phrase(text), variants, phrase)
        }
        // A host name or an address has one spelling.
        Node::Field {
            field: Field::Site | Field::Url,
            ..
        } => node,
        Node::Field { field, node } => Node::Field {
            field,
            node: Box::new(expand(*node)),
        },
        Node::Boost { node, factor } => Node::Boost {
            node: Box::new(expand(*node)),
            factor,
        },
        Node::AnyOf { alternatives } => Node::AnyOf {
            alternatives: alternatives.into_iter().map(expand).collect(),
        },
        Node::Group { clauses } => {
            let expanded = |Clause { occur, node }| Clause {
                occur,
                node: expand(node),
            };
            Node::Group {
                clauses: clauses.into_iter().map(expanded).collect(),
            }
        }
        Node::Prefix { .. } | Node::Wildcard { .. } | Node::Fuzzy { .. } | Node::Dates { .. } => {
            node
        }
    }
}

fn any_of(typed: Node, variants: Vec<String>, make: impl Fn(String) -> Node) -> Node {
    if variants.is_empty() {
        return typed;
    }
    let mut alternatives = vec![typed];
    alternatives.extend(variants.into_iter().map(make));
    Node::AnyOf { alternatives }
}
