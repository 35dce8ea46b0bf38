//! Builds the tree from tokens: which element a tag opens, and which elements it closes.
//!
//! The rules are the HTML standard's where they decide what a reader sees, with three simplifications that keep the
//! tree flat and the time linear. Content misplaced in a table stays where it is written. A formatting element
//! is not reopened in the next block when its block ends. And a formatting element or a form
//! whose end tag comes inside a block opened in it ends before that block, or moves into it.

use super::dom::{Dom, Kind, MAX_DEPTH, MAX_NODES, MAX_SOURCE, NONE, Node};
use super::entities::{self, Place};
use super::tag::{self, TAGS, Tag};
use super::tokenizer::{Span, TagToken, Token, Tokenizer, is_space};

/// Parses a page.
pub(super) fn build(html: &str) -> Dom<'_> {
    let mut end = html.len().min(MAX_SOURCE);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    let source = &html[..end];
    let mut builder = Builder {
        dom: Dom {
            source,
            // Pages have a node for every 30 to 100 bytes.
            nodes: Vec::with_capacity((source.len() / 64).min(MAX_NODES)),
            decoded: String::new(),
            decoded_spans: Vec::new(),
            truncated: end < html.len(),
        },
        tokenizer: Tokenizer::new(source),
        open: Vec::with_capacity(64),
        n_open: [0; TAGS],
        flattened: [0; TAGS],
        n_flattened: 0,
        mode: Mode::Start,
        foreign: 0,
        form_open: false,
    };
    builder.run();
    builder.dom
}

/// Builds a tree from tokens.
pub(super) struct Builder<'a> {
    pub(super) dom: Dom<'a>,
    pub(super) tokenizer: Tokenizer<'a>,
    /// The open elements from the document inwards.
    pub(super) open: Vec<Open>,
    /// How many elements of each tag are open, so that most searches for one need not begin.
    pub(super) n_open: [u32; TAGS],
    /// Elements too deep to be opened, by tag: so many end tags close nothing.
    flattened: [u32; TAGS],
    n_flattened: u32,
    mode: Mode,
    /// How many `<svg>` and `<math>` are open.
    foreign: u32,
    pub(super) form_open: bool,
}

/// An open element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open {
    pub(super) node: u32,
    pub(super) tag: Tag,
    last_child: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Before the head.
    Start,
    Head,
    Body,
}

/// The positions of `<html>` and `<head>` or `<body>` among the open elements; the document is at 0.
const HTML: usize = 1;
const HEAD_OR_BODY: usize = 2;

impl Builder<'_> {
    fn run(&mut self) {
        let (start, end) = (0, 0);
        self.push_node(Kind::Document, Span { start, end }, 0, NONE);
        // `Other` stands for the document: nothing looks below `<html>`.
        self.open.push(Open {
            node: 0,
            tag: Tag::Other,
            last_child: NONE,
        });
        while let Some(token) = self.tokenizer.next(self.foreign > 0) {
            // A token adds a handful of nodes at most: an implied row and group, the element, its text.
            if self.dom.nodes.len() + 8 > MAX_NODES {
                self.dom.truncated = true;
                break;
            }
            match token {
                Token::Text(text) => self.text(text, true),
                Token::Cdata(text) => self.text(text, false),
                Token::Start(tag) => self.start_tag(&tag),
                Token::End(tag) => self.end_tag(&tag),
            }
        }
        self.ensure_body();
        self.close_to(HTML);
        self.dom.nodes[0].end = self.dom.nodes.len() as u32;
    }

    fn text(&mut self, text: Span, has_references: bool) {
        if self.mode != Mode::Body {
            let raw = &self.dom.source.as_bytes()[text.start..text.end];
            if raw.iter().all(|&byte| is_space(byte) || byte == 0) {
                return;
            }
            if !self.within_head() {
                self.ensure_body();
            }
        }
        self.append_text(text, has_references);
    }

    fn start_tag(&mut self, token: &TagToken) {
        let tag = token.tag;
        match tag {
            Tag::Html => return self.open_html(Some(token)),
            Tag::Head => return self.open_head(Some(token)),
            Tag::Body => return self.open_body(Some(token)),
            _ => {}
        }
        if self.mode != Mode::Body {
            if tag.is(tag::HEAD) {
                self.open_head(None);
            } else if !self.within_head() {
                self.ensure_body();
            }
        }
        if self.foreign > 0 && self.foreign_start_tag(token) {
            return;
        }
        if self.make_room_for(token) {
            self.insert(token);
        }
    }

    /// Adds the element of a start tag, with its text if that is raw, and opens it if it may have children.
    fn insert(&mut self, token: &TagToken) {
        let tag = token.tag;
        let node = self.append_element(tag, Some(token));
        if tag.is(tag::VOID) {
            return;
        }
        if tag.is(tag::RAWTEXT | tag::RCDATA) || tag == Tag::Plaintext {
            let content = self.tokenizer.raw_text(tag);
            if content.start < content.end {
                self.open.push(Open {
                    node,
                    tag,
                    last_child: NONE,
                });
                self.append_text(content, tag.is(tag::RCDATA));
                self.open.pop();
                self.dom.nodes[node as usize].end = self.dom.nodes.len() as u32;
            }
            return;
        }
        self.open_element(node, tag);
    }

    /// Adds and opens an element that no tag was written for.
    pub(super) fn insert_implied(&mut self, tag: Tag) {
        let node = self.append_element(tag, None);
        self.open_element(node, tag);
    }

    /// Adds an element and leaves it closed.
    pub(super) fn append_element(&mut self, tag: Tag, token: Option<&TagToken>) -> u32 {
        let (inside, name_len) = source_of(token);
        self.append(Kind::Element(tag), inside, name_len)
    }

    /// Handles a tag in `<svg>` or `<math>`; `false` if the tag ends that subtree and is an ordinary one.
    fn foreign_start_tag(&mut self, token: &TagToken) -> bool {
        let mut tag = token.tag;
        // Within `<foreignObject>` the page's own markup goes on.
        let is_root = |open: &&Open| matches!(open.tag, Tag::Svg | Tag::Math | Tag::ForeignObject);
        if self
            .open
            .iter()
            .rfind(is_root)
            .is_some_and(|open| open.tag == Tag::ForeignObject)
        {
            return false;
        }
        let has_font_attribute = || {
            let inside = &self.dom.source[token.inside.start..token.inside.end];
            ["color", "face", "size"]
                .iter()
                .any(|name| inside.contains(name))
        };
        if tag.is(tag::BREAKOUT) || tag == Tag::Font && has_font_attribute() {
            let outermost = self
                .open
                .iter()
                .position(|open| matches!(open.tag, Tag::Svg | Tag::Math));
            self.close_to(outermost.expect("a foreign element is open"));
            return false;
        }
        // A drawing's title is not the page's.
        if tag.is(tag::HEAD | tag::RCDATA) && !matches!(tag, Tag::Style | Tag::Script) {
            tag = Tag::Other;
        }
        let node = self.append_element(tag, Some(token));
        if !token.self_closing {
            self.open_element(node, tag);
        }
        true
    }

    fn open_html(&mut self, token: Option<&TagToken>) {
        if self.open.len() > HTML {
            self.adopt(HTML, token);
            return;
        }
        let node = self.append_element(Tag::Html, token);
        self.open_element(node, Tag::Html);
    }

    fn open_head(&mut self, token: Option<&TagToken>) {
        match self.mode {
            Mode::Start => {
                self.open_html(None);
                let node = self.append_element(Tag::Head, token);
                self.open_element(node, Tag::Head);
                self.mode = Mode::Head;
            }
            Mode::Head => self.adopt(HEAD_OR_BODY, token),
            Mode::Body => {}
        }
    }

    fn open_body(&mut self, token: Option<&TagToken>) {
        if self.mode == Mode::Body {
            self.adopt(HEAD_OR_BODY, token);
            return;
        }
        self.open_head(None);
        self.close_to(HEAD_OR_BODY);
        self.mode = Mode::Body;
        let node = self.append_element(Tag::Body, token);
        self.open_element(node, Tag::Body);
    }

    pub(super) fn ensure_body(&mut self) {
        if self.mode != Mode::Body {
            self.open_body(None);
        }
    }

    /// Whether the body has begun, or a `<noscript>` or `<template>` is open in the head and takes any content.
    pub(super) fn takes_content(&self) -> bool {
        self.mode == Mode::Body || self.within_head()
    }

    fn within_head(&self) -> bool {
        self.mode == Mode::Head && self.open.len() > HEAD_OR_BODY + 1
    }

    /// Ends what is open in the head.
    pub(super) fn end_head(&mut self) {
        self.open_head(None);
        if self.mode == Mode::Head {
            self.close_to(HEAD_OR_BODY + 1);
        }
    }

    /// Gives an implied element the attributes of a tag that comes late.
    fn adopt(&mut self, position: usize, token: Option<&TagToken>) {
        let (inside, name_len) = source_of(token);
        let node = &mut self.dom.nodes[self.open[position].node as usize];
        if node.len == 0 {
            node.start = inside.start as u32;
            node.len = (inside.end - inside.start) as u32;
            node.extra = name_len;
        }
    }

    fn append_text(&mut self, text: Span, has_references: bool) {
        let raw = &self.dom.source[text.start..text.end];
        let mut extra = NONE;
        if has_references && entities::needs_decoding(raw) {
            let start = self.dom.decoded.len();
            entities::decode_into(raw, Place::Text, &mut self.dom.decoded);
            extra = self.dom.decoded_spans.len() as u32;
            self.dom
                .decoded_spans
                .push((start as u32, self.dom.decoded.len() as u32));
        }
        self.append(Kind::Text, text, extra);
    }

    /// Adds a node as the last child of the innermost open element.
    fn append(&mut self, kind: Kind, source: Span, extra: u32) -> u32 {
        let node = self.dom.nodes.len() as u32;
        let top = self.open.len() - 1;
        let parent = &mut self.open[top];
        let prev = std::mem::replace(&mut parent.last_child, node);
        let parent = parent.node;
        self.push_node(kind, source, extra, parent);
        self.dom.nodes[node as usize].prev = prev;
        node
    }

    fn push_node(&mut self, kind: Kind, source: Span, extra: u32, parent: u32) {
        self.dom.nodes.push(Node {
            parent,
            end: self.dom.nodes.len() as u32 + 1,
            prev: NONE,
            start: source.start as u32,
            len: (source.end - source.start) as u32,
            extra,
            kind,
        });
    }

    fn open_element(&mut self, node: u32, tag: Tag) {
        if self.open.len() >= MAX_DEPTH {
            self.flattened[tag as usize] += 1;
            self.n_flattened += 1;
            return;
        }
        self.open.push(Open {
            node,
            tag,
            last_child: NONE,
        });
        self.n_open[tag as usize] += 1;
        if matches!(tag, Tag::Svg | Tag::Math) {
            self.foreign += 1;
        }
    }

    /// Takes note of the end tag of an element that was too deep to be opened.
    pub(super) fn close_flattened(&mut self, tag: Tag) -> bool {
        if self.n_flattened == 0 || self.flattened[tag as usize] == 0 {
            return false;
        }
        self.flattened[tag as usize] -= 1;
        self.n_flattened -= 1;
        true
    }

    /// Closes the elements from a position on.
    pub(super) fn close_to(&mut self, position: usize) {
        let end = self.dom.nodes.len() as u32;
        while self.open.len() > position {
            let Some(open) = self.open.pop() else { break };
            self.dom.nodes[open.node as usize].end = end;
            self.forget(open.tag);
        }
        if self.n_flattened > 0 && self.open.len() < MAX_DEPTH {
            self.n_flattened = 0;
            self.flattened = [0; TAGS];
        }
    }

    /// Moves an element into the ones that begin right at its start: `<a><h3>…</a>` is meant as `<h3><a>…</a>`.
    ///
    /// Returns its new position.
    pub(super) fn sink(&mut self, mut position: usize) -> usize {
        while let (Some(&outer), Some(&inner)) =
            (self.open.get(position), self.open.get(position + 1))
            && inner.node == outer.node + 1
        {
            let (upper, lower) = (outer.node as usize, inner.node as usize);
            let Node { parent, prev, .. } = self.dom.nodes[upper];
            self.dom.nodes.swap(upper, lower);
            self.dom.nodes[upper].parent = parent;
            self.dom.nodes[upper].prev = prev;
            self.dom.nodes[lower].parent = outer.node;
            self.dom.nodes[lower].prev = NONE;
            self.open[position] = Open {
                node: outer.node,
                tag: inner.tag,
                last_child: inner.node,
            };
            self.open[position + 1] = Open {
                node: inner.node,
                tag: outer.tag,
                last_child: inner.last_child,
            };
            position += 1;
        }
        position
    }

    /// Closes one element before the next one in it, which stays open and becomes its sibling.
    pub(super) fn close_only(&mut self, position: usize) {
        let closed = self.open.remove(position);
        self.forget(closed.tag);
        let Some(inner) = self.open.get(position).copied() else {
            self.dom.nodes[closed.node as usize].end = self.dom.nodes.len() as u32;
            return;
        };
        let outer = &mut self.open[position - 1];
        outer.last_child = inner.node;
        self.dom.nodes[closed.node as usize].end = inner.node;
        let moved = &mut self.dom.nodes[inner.node as usize];
        moved.parent = outer.node;
        moved.prev = closed.node;
    }

    fn forget(&mut self, tag: Tag) {
        self.n_open[tag as usize] -= 1;
        if matches!(tag, Tag::Svg | Tag::Math) {
            self.foreign -= 1;
        }
    }

    pub(super) fn is_foreign(&self) -> bool {
        self.foreign > 0
    }

    /// The innermost open element.
    pub(super) fn top(&self) -> Open {
        *self
            .open
            .last()
            .expect("the document is open until the end")
    }
}

fn source_of(token: Option<&TagToken>) -> (Span, u32) {
    token.map_or((Span { start: 0, end: 0 }, 0), |token| {
        (token.inside, (token.name.end - token.name.start) as u32)
    })
}
