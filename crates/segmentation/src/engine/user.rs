//! The user's words, looked up beside the compiled ones.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::compiled::{FIRST_CODE, View};

/// A trie of words that may change while it is made.
#[derive(Clone, Debug, Default)]
pub(super) struct UserWords {
    /// Children of the first node by code, 0 for none.
    roots: Vec<u32>,
    /// Other children by node and code, and those of the first node whose code is large.
    children: HashMap<(u32, u32), u32, BuildHasherDefault<PairHasher>>,
    /// Of each node, the word that ends there; the first node is the start of all.
    nodes: Vec<Option<UserWord>>,
}

/// A word's frequency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct UserWord {
    pub(super) frequency: u64,
    pub(super) log: f64,
}

/// Where a walk along the trie stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Node(u32);

impl Node {
    /// Where every walk starts, and no step leads.
    pub(super) const START: Self = Self(0);
}

/// Characters that no compiled word contains have these codes, which no slot is labelled with.
const FIRST_OWN_CODE: u32 = 0x1_0000;

/// The code under which the user's words have `c`.
pub(super) fn code(view: &View<'_>, c: char) -> u32 {
    match view.code(c) {
        0..FIRST_CODE => FIRST_OWN_CODE + c as u32,
        code => code,
    }
}

impl UserWords {
    pub(super) fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    pub(super) fn insert(&mut self, view: &View<'_>, word: &str, frequency: u64) {
        if self.nodes.is_empty() {
            self.nodes.push(None);
        }
        let mut node = 0;
        for c in word.chars() {
            let code = code(view, c);
            let next = self.nodes.len() as u32;
            let child = match node {
                0 if code < FIRST_OWN_CODE => {
                    if self.roots.len() <= code as usize {
                        self.roots.resize(code as usize + 1, 0);
                    }
                    &mut self.roots[code as usize]
                }
                _ => self.children.entry((node, code)).or_default(),
            };
            if *child == 0 {
                *child = next;
                self.nodes.push(None);
            }
            node = *child;
        }
        self.nodes[node as usize] = Some(UserWord {
            frequency,
            log: (frequency as f64).ln(),
        });
    }

    /// Goes on from `node` with the character of a code.
    #[inline]
    pub(super) fn step(&self, node: Node, code: u32) -> Option<Node> {
        let child = match node {
            Node::START if code < FIRST_OWN_CODE => self.roots.get(code as usize)?,
            Node(node) => self.children.get(&(node, code))?,
        };
        (*child != 0).then_some(Node(*child))
    }

    /// The word that ends at `node`.
    #[inline]
    pub(super) fn word(&self, node: Node) -> Option<UserWord> {
        self.nodes[node.0 as usize]
    }

    /// Gives every word with its frequency, in no particular order; `chars` are those of compiled words by code.
    pub(super) fn words(&self, chars: &HashMap<u32, char>) -> Vec<(String, u64)> {
        let char_of = |code: u32| match code.checked_sub(FIRST_OWN_CODE) {
            Some(own) => char::from_u32(own),
            None => chars.get(&code).copied(),
        };
        let roots = (0..)
            .zip(&self.roots)
            .map(|(code, child)| (0, code, *child));
        let others = self.children.iter();
        let others = others.map(|((node, code), child)| (*node, *code, *child));
        let parents: HashMap<u32, (u32, u32)> = roots
            .chain(others)
            .map(|(node, code, child)| (child, (node, code)))
            .collect();
        let word = |mut node: u32| -> String {
            let mut word: Vec<char> = Vec::new();
            while let Some((parent, code)) = parents.get(&node).filter(|_| node != 0) {
                word.extend(char_of(*code));
                node = *parent;
            }
            word.into_iter().rev().collect()
        };
        let ends = (0..).zip(&self.nodes);
        ends.filter_map(|(node, end)| Some((word(node), (*end)?.frequency)))
            .collect()
    }

    pub(super) fn get(&self, view: &View<'_>, word: &str) -> Option<UserWord> {
        let mut node = Node::START;
        for c in word.chars() {
            node = self.step(node, code(view, c))?;
        }
        self.word(node)
    }
}

/// Hashes two small numbers by a multiplication; the numbers are the program's own.
#[derive(Clone, Copy, Debug, Default)]
struct PairHasher(u64);

impl Hasher for PairHasher {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = (self.0 ^ u64::from(number))
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .rotate_left(26);
    }
}
