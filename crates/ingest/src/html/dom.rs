//! A parsed page: a flat tree in document order.

use std::borrow::Cow;

use super::entities;
use super::tag::Tag;
use super::tokenizer::{Attribute, AttributeScanner, Span};
use super::tree;

/// How much of a page is parsed, in bytes (1 GiB); the rest is left out.
///
/// Pages are limited far below this before they come here; it keeps offsets within 32 bits.
pub(super) const MAX_SOURCE: usize = 1 << 30;

/// How many nodes a tree has at most; what follows is left out.
///
/// News pages have between 1,000 and 20,000.
pub(super) const MAX_NODES: usize = 1 << 19;

/// How deep elements nest at most, `<html>` included; deeper ones become siblings, as in browsers.
pub(super) const MAX_DEPTH: usize = 512;

/// How much of a tag is searched for attributes, in bytes (64 KiB).
pub(super) const MAX_TAG: usize = 1 << 16;

/// A parsed page: nodes in document order (pre-order), so that the subtree of a node is the contiguous range
/// from the node to [`Dom::end`].
///
/// Node 0 is the document, whose only child is `<html>` with the children `<head>` and `<body>`, whether the page wrote
/// them or not. Comments, doctypes and processing instructions are no nodes. Two text nodes may be neighbours.
/// `<noscript>` holds normal markup, `<template>` its content.
#[derive(Debug)]
pub(crate) struct Dom<'a> {
    pub(super) source: &'a str,
    pub(super) nodes: Vec<Node>,
    /// The texts that differ from their source, one after another.
    pub(super) decoded: String,
    pub(super) decoded_spans: Vec<(u32, u32)>,
    pub(super) truncated: bool,
}

/// A node's place in its [`Dom`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeId(pub(super) u32);

/// No node.
pub(super) const NONE: u32 = u32::MAX;

#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) parent: u32,
    /// One past the last descendant.
    pub(super) end: u32,
    pub(super) prev: u32,
    /// Of a text, all of it; of an element, its tag from the name to before the `>`; empty where the tag is implied.
    pub(super) start: u32,
    pub(super) len: u32,
    /// Of an element, the length of its name; of a decoded text, its place in `decoded_spans`; else [`NONE`].
    pub(super) extra: u32,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Document,
    Text,
    Element(Tag),
}

impl NodeId {
    /// The document.
    pub(crate) const DOCUMENT: Self = Self(0);

    /// The node's number in document order.
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

impl<'a> Dom<'a> {
    /// Parses a page; never fails, in time linear in its length.
    pub(crate) fn parse(html: &'a str) -> Self {
        tree::build(html)
    }

    /// The number of nodes.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether the page was longer or had more nodes than the limits allow, so that its end is missing.
    pub(crate) fn truncated(&self) -> bool {
        self.truncated
    }

    /// All nodes in document order.
    pub(crate) fn ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (0..self.nodes.len() as u32).map(NodeId)
    }

    /// The node's parent; the document has none.
    pub(crate) fn parent(&self, id: NodeId) -> Option<NodeId> {
        some(self.node(id).parent)
    }

    /// One past the number of the node's last descendant.
    pub(crate) fn end(&self, id: NodeId) -> usize {
        self.node(id).end as usize
    }

    /// Whether a node lies within another or is it.
    pub(crate) fn contains(&self, outer: NodeId, inner: NodeId) -> bool {
        outer <= inner && inner.0 < self.node(outer).end
    }

    /// The node's children, in order.
    pub(crate) fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(self.first_child(id), |&child| self.next_sibling(child))
    }

    /// The node's first child.
    pub(crate) fn first_child(&self, id: NodeId) -> Option<NodeId> {
        let next = id.0 + 1;
        (next < self.node(id).end).then_some(NodeId(next))
    }

    /// The node after this one's subtree, if it has the same parent.
    pub(crate) fn next_sibling(&self, id: NodeId) -> Option<NodeId> {
        let node = self.node(id);
        let parent = self.parent(id)?;
        (node.end < self.node(parent).end).then_some(NodeId(node.end))
    }

    /// The sibling before this one.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the rules ask for ranges; tests for this")
    )]
    pub(crate) fn prev_sibling(&self, id: NodeId) -> Option<NodeId> {
        some(self.node(id).prev)
    }

    /// The nodes of the subtree in document order, without the node itself.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the rules ask for ranges; tests for this")
    )]
    pub(crate) fn descendants(
        &self,
        id: NodeId,
    ) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (id.0 + 1..self.node(id).end).map(NodeId)
    }

    /// The parent, its parent, and so on to the document.
    pub(crate) fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(self.parent(id), |&ancestor| self.parent(ancestor))
    }

    /// The element's tag; the document and texts have none.
    pub(crate) fn tag(&self, id: NodeId) -> Option<Tag> {
        match self.node(id).kind {
            Kind::Element(tag) => Some(tag),
            Kind::Document | Kind::Text => None,
        }
    }

    /// The element's name as written (`DIV`, `o:p`), or in lower case where the tag is implied; empty for texts.
    pub(crate) fn name(&self, id: NodeId) -> &'a str {
        let node = self.node(id);
        match node.kind {
            Kind::Element(tag) if node.len == 0 => tag.name(),
            Kind::Element(_) => self.slice(node.start, node.extra),
            Kind::Document | Kind::Text => "",
        }
    }

    /// The value of an attribute, with its references resolved; empty if it has no value.
    ///
    /// The name is in lower case; of attributes with the same name the first counts.
    /// It is looked up in the source each time: ask once and keep the answer.
    pub(crate) fn attr(&self, id: NodeId, name: &str) -> Option<Cow<'a, str>> {
        self.attributes(id)
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, raw)| entities::decode_attribute(raw))
    }

    /// The attributes as written: names in any case, values without quotes and with references unresolved.
    pub(crate) fn attributes(
        &self,
        id: NodeId,
    ) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let node = self.node(id);
        let (inside, name_len) = match node.kind {
            Kind::Element(_) if node.len > 0 => {
                (self.slice(node.start, node.len), node.extra as usize)
            }
            _ => ("", 0),
        };
        let scanned = &inside.as_bytes()[..inside.len().min(MAX_TAG)];
        AttributeScanner::new(scanned, name_len.min(scanned.len())).map_while(
            move |Attribute { name, value }| {
                // Offsets lie beside ASCII bytes, except where the tag is cut off at the limit.
                let of = |span: Span| inside.get(span.start..span.end);
                Some((of(name)?, of(value)?))
            },
        )
    }

    /// The text of a text node, with its references resolved and its white space as in the source.
    pub(crate) fn text(&self, id: NodeId) -> Option<&str> {
        let node = self.node(id);
        match node.kind {
            Kind::Text if node.extra == NONE => Some(self.slice(node.start, node.len)),
            Kind::Text => {
                let (start, end) = self.decoded_spans[node.extra as usize];
                Some(&self.decoded[start as usize..end as usize])
            }
            Kind::Document | Kind::Element(_) => None,
        }
    }

    /// The content of a `<script>`, `<style>`, `<textarea>`, `<title>` or the like, or of a text node, as in the source;
    /// empty for other elements that do not begin with a text.
    pub(crate) fn raw_text(&self, id: NodeId) -> &'a str {
        let text = match self.node(id).kind {
            Kind::Text => Some(id),
            Kind::Document | Kind::Element(_) => self.first_child(id),
        };
        match text.map(|text| self.node(text)) {
            Some(node) if node.kind == Kind::Text => self.slice(node.start, node.len),
            _ => "",
        }
    }

    fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    fn slice(&self, start: u32, len: u32) -> &'a str {
        &self.source[start as usize..(start + len) as usize]
    }
}

fn some(id: u32) -> Option<NodeId> {
    (id != NONE).then_some(NodeId(id))
}

#[cfg(test)]
mod tests;
