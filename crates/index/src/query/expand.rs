//! Other spellings of what was typed, as [`Node::AnyOf`].

use super::numerals;
use super::{Clause, Field, Node, Synonyms};

/// Replaces each text and phrase that has other spellings by [`Node::AnyOf`] them.
///
/// Numerals have their other spelling everywhere; what a text stands for is for
/// unquoted text, since quoted text is to be found as it stands.
pub(crate) fn expand(node: Node, synonyms: &Synonyms) -> Node {
    match node {
        Node::Text { text } => {
            let mut spellings = numerals::variants(&text);
            for spelling in synonyms.alternatives(&text) {
                if !spellings.contains(&spelling) {
                    spellings.push(spelling);
                }
            }
            any_of(Node::Text { text }, spellings, |text| Node::Text { text })
        }
        Node::Phrase { text, slop } => {
            let spellings = numerals::variants(&text);
            let phrase = |text| Node::Phrase { text, slop };
            any_of(phrase(text), spellings, phrase)
        }
        // A host name or an address has one spelling.
        Node::Field {
            field: Field::Site | Field::Url,
            ..
        } => node,
        Node::Field { field, node } => Node::Field {
            field,
            node: Box::new(expand(*node, synonyms)),
        },
        Node::Boost { node, factor } => Node::Boost {
            node: Box::new(expand(*node, synonyms)),
            factor,
        },
        Node::AnyOf { alternatives } => Node::AnyOf {
            alternatives: alternatives
                .into_iter()
                .map(|node| expand(node, synonyms))
                .collect(),
        },
        Node::Group { clauses } => {
            let expanded = |Clause { occur, node }| Clause {
                occur,
                node: expand(node, synonyms),
            };
            Node::Group {
                clauses: clauses.into_iter().map(expanded).collect(),
            }
        }
        Node::Prefix { .. }
        | Node::Wildcard { .. }
        | Node::Fuzzy { .. }
        | Node::Region { .. }
        | Node::Dates { .. } => node,
    }
}

fn any_of(typed: Node, spellings: Vec<String>, make: impl Fn(String) -> Node) -> Node {
    if spellings.is_empty() {
        return typed;
    }
    let mut alternatives = vec![typed];
    alternatives.extend(spellings.into_iter().map(make));
    Node::AnyOf { alternatives }
}
