//! The double array: a trie whose step is one addition, one load and one comparison.
//!
//! A node with children has a base of its own; its child by the character code
//! `c` is in slot `base + c`, and that slot says `c`. As no two nodes share a
//! base, no other node's child there can say the same.
//! First characters of words are in a table of their own, [`Root`]s by code.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::ops::Range;

/// The base of nodes without children; no node has its children there.
pub(crate) const DEAD_BASE: u32 = 1;

/// A slot that is no node, or a node of no words.
pub(crate) const EMPTY: Slot = Slot::new(NO_LABEL, 0, DEAD_BASE, 0);

/// What an empty slot says: no character has this code.
const NO_LABEL: u16 = u16::MAX;

/// One node of the trie in eight bytes: from the lowest bit, the code of the
/// character that leads here (16 bits), the number of the frequency of the word
/// that ends here or 0 (16), the base of its children (24), and a set of the
/// last three bits of the codes that lead on (8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot(u64);

impl Slot {
    const fn new(label: u16, value: u16, base: u32, onward: u8) -> Self {
        Self(
            label as u64 | ((value as u64) << 16) | ((base as u64) << 32) | ((onward as u64) << 56),
        )
    }

    #[inline]
    pub(crate) fn from_le_bytes(bytes: [u8; 8]) -> Self {
        Self(u64::from_le_bytes(bytes))
    }

    pub(crate) fn to_le_bytes(self) -> [u8; 8] {
        self.0.to_le_bytes()
    }

    #[inline]
    pub(crate) fn label(self) -> u32 {
        u32::from(self.0 as u16)
    }

    /// The number of the frequency of the word that ends here, 0 if none does.
    #[inline]
    pub(crate) fn value(self) -> usize {
        usize::from((self.0 >> 16) as u16)
    }

    #[inline]
    pub(crate) fn base(self) -> usize {
        ((self.0 >> 32) & 0xFF_FFFF) as usize
    }

    /// Whether some word may go on with the character of `code`; rules out most that do not.
    #[inline]
    pub(crate) fn may_lead_to(self, code: u32) -> bool {
        (self.0 >> 56) & (1 << (code & 7)) != 0
    }

    /// The slot of words that start with the character of a code.
    #[inline]
    pub(crate) fn of_root(code: u32, value: u16, root: Root) -> Self {
        Self::new(code as u16, value, root.base() as u32, u8::MAX)
    }

    fn set_children(&mut self, base: u32, onward: u8) {
        *self = Self::new(self.0 as u16, (self.0 >> 16) as u16, base, onward);
    }
}

/// Where words go on from their first character in eight bytes: from the lowest
/// bit, the base of its children (24 bits), and its filter: how many words of
/// 64 bits that has less one (8), and the place of the first of them (32).
///
/// Of a child's code, the lowest six bits are the bit of the filter that is set,
/// and the others choose the word. So what has no bit there need not be looked up,
/// which is true of most pairs of characters that are not in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Root(u64);

impl Root {
    /// How many bits of a filter there are for each child, at least.
    const BITS: usize = 4;
    /// The most words of 64 bits a filter has.
    const MAX_LEN: usize = 256;
    /// A character that no word of several characters starts with; the first filter is empty.
    pub(crate) const DEAD: Self = Self(DEAD_BASE as u64);

    #[inline]
    pub(crate) fn from_le_bytes(bytes: [u8; 8]) -> Self {
        Self(u64::from_le_bytes(bytes))
    }

    pub(crate) fn to_le_bytes(self) -> [u8; 8] {
        self.0.to_le_bytes()
    }

    #[inline]
    pub(crate) fn base(self) -> usize {
        (self.0 & 0xFF_FFFF) as usize
    }

    /// The place of the word of the filter that says whether the character of `code` may follow.
    #[inline]
    pub(crate) fn filter(self, code: u32) -> usize {
        (self.0 >> 32) as usize + (u64::from(code >> 6) & (self.0 >> 24) & 0xFF) as usize
    }

    /// Makes the filter of children at the end of `filters`.
    fn new(base: u32, codes: &[u16], filters: &mut Vec<u64>) -> Self {
        let n_bits = codes.len() * Self::BITS;
        let len = n_bits.div_ceil(64).next_power_of_two().min(Self::MAX_LEN);
        let place = filters.len() as u64;
        let root = Self(u64::from(base) | (len as u64 - 1) << 24 | place << 32);
        filters.resize(filters.len() + len, 0);
        for &code in codes {
            filters[root.filter(u32::from(code))] |= 1 << (code & 63);
        }
        root
    }
}

/// The words, ready to be written.
pub(crate) struct Trie {
    /// By code.
    pub(crate) roots: Vec<Root>,
    /// By code the number of the frequency of a word of this character alone, 0 if there is none.
    pub(crate) singles: Vec<u16>,
    /// Filters of the roots, the first being empty.
    pub(crate) filters: Vec<u64>,
    pub(crate) slots: Vec<Slot>,
}

/// A word to put into the array.
pub(crate) struct Entry {
    pub(crate) codes: Vec<u16>,
    pub(crate) value: u16,
    pub(crate) frequency: u64,
}

/// Makes the trie of `entries`, sorted by codes and different from one another.
///
/// Nodes with many children come first, as they fit only where little is taken;
/// of the others those of frequent words, so that what a text needs lies together.
/// Returns `None` if the array would be larger than bases can say.
pub(crate) fn build(entries: &[Entry], n_codes: usize) -> Option<Trie> {
    let mut sums = vec![0];
    for entry in entries {
        sums.push(sums[sums.len() - 1] + entry.frequency);
    }
    let mut builder = Builder {
        entries,
        sums,
        space: Space::new(),
        nodes: BinaryHeap::new(),
    };
    let mut singles = vec![0; n_codes];
    for child in children(entries, 0..entries.len(), 0) {
        let code = child.code;
        singles[usize::from(code)] = builder.take(child, 0, Parent::Root(code));
    }
    let mut bases = vec![(DEAD_BASE, Vec::new()); n_codes];
    while let Some(node) = builder.nodes.pop() {
        let children = children(entries, node.entries, node.depth);
        let codes: Vec<u16> = children.iter().map(|child| child.code).collect();
        let base = builder.space.find_base(&codes);
        for child in children {
            let idx = base + usize::from(child.code);
            let code = child.code;
            let value = builder.take(child, node.depth, Parent::Slot(idx));
            let slot = Slot::new(code, value, DEAD_BASE, 0);
            builder.space.put(idx, slot);
        }
        let base = u32::try_from(base).ok().filter(|base| *base <= 0xFF_FFFF)?;
        match node.parent {
            Parent::Root(code) => bases[usize::from(code)] = (base, codes),
            Parent::Slot(idx) => {
                let onward = codes.iter().fold(0, |set, code| set | (1 << (code & 7)));
                builder.space.slots[idx].set_children(base, onward);
            }
        }
    }
    let mut filters = vec![0];
    // Those of frequent characters come first, and lie together.
    let roots = bases.iter().map(|(base, codes)| match codes.is_empty() {
        true => Root::DEAD,
        false => Root::new(*base, codes, &mut filters),
    });
    Some(Trie {
        roots: roots.collect(),
        singles,
        filters,
        slots: builder.space.slots,
    })
}

/// What is known while nodes are placed.
struct Builder<'e> {
    entries: &'e [Entry],
    /// The sums of the frequencies of the entries before each.
    sums: Vec<u64>,
    space: Space,
    nodes: BinaryHeap<Node>,
}

impl Builder<'_> {
    /// Takes a child of a node at some depth, to be found at `parent` by its own children; returns its value.
    fn take(&mut self, child: Child, depth: usize, parent: Parent) -> u16 {
        let range = child.entries;
        let first = &self.entries[range.start];
        let ends = first.codes.len() == depth + 1;
        if range.len() > 1 || !ends {
            let n_children = children(self.entries, range.clone(), depth + 1).len();
            let frequency = self.sums[range.end] - self.sums[range.start];
            self.nodes.push(Node {
                priority: (n_children, frequency),
                entries: range,
                depth: depth + 1,
                parent,
            });
        }
        if ends { first.value } else { 0 }
    }
}

/// A node's child: the entries that go on with one character.
struct Child {
    code: u16,
    entries: Range<usize>,
}

/// A node waiting for its children to be placed.
#[derive(Eq, PartialEq)]
struct Node {
    /// How many children it has, and how frequent its words are.
    priority: (usize, u64),
    entries: Range<usize>,
    depth: usize,
    parent: Parent,
}

/// What is to say where a node's children are.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
enum Parent {
    Root(u16),
    Slot(usize),
}

impl Ord for Node {
    fn cmp(&self, other: &Self) -> Ordering {
        // Parents differ, so that the order does not depend on the heap.
        (self.priority, Reverse(self.parent)).cmp(&(other.priority, Reverse(other.parent)))
    }
}

impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn children(entries: &[Entry], within: Range<usize>, depth: usize) -> Vec<Child> {
    let mut children: Vec<Child> = Vec::new();
    for idx in within {
        let Some(&code) = entries[idx].codes.get(depth) else {
            continue;
        };
        match children.last_mut() {
            Some(last) if last.code == code => last.entries.end = idx + 1,
            _ => children.push(Child {
                code,
                entries: idx..idx + 1,
            }),
        }
    }
    children
}

/// Slots, and which of them and of the bases are free.
struct Space {
    slots: Vec<Slot>,
    taken: Bits,
    base_taken: Bits,
    /// By number of children: the base to start looking at, those before being
    /// too full to be worth the time.
    starts: [usize; 32],
}

impl Space {
    /// How many bases are looked at before the start moves on; more than the built-in words need.
    const PATIENCE: usize = 1 << 20;

    fn new() -> Self {
        let mut base_taken = Bits::default();
        (0..=DEAD_BASE as usize).for_each(|base| base_taken.insert(base));
        Self {
            slots: Vec::new(),
            taken: Bits::default(),
            base_taken,
            starts: [0; 32],
        }
    }

    /// Takes the first base at which the slots of all `codes`, of which there is one at least, are free.
    fn find_base(&mut self, codes: &[u16]) -> usize {
        let class = codes.len().min(self.starts.len()) - 1;
        let mut first = self.starts[class];
        loop {
            // A bit for each of 64 bases.
            let mut unfit = self.base_taken.from(first);
            for &code in codes {
                unfit |= self.taken.from(first + usize::from(code));
                if unfit == u64::MAX {
                    break;
                }
            }
            if unfit != u64::MAX {
                let base = first + unfit.trailing_ones() as usize;
                self.base_taken.insert(base);
                return base;
            }
            first += 64;
            if first == self.starts[class] + Self::PATIENCE {
                self.starts[class] = first;
            }
        }
    }

    /// Puts a slot where one is free.
    fn put(&mut self, idx: usize, slot: Slot) {
        if self.slots.len() <= idx {
            self.slots.resize(idx + 1, EMPTY);
        }
        self.slots[idx] = slot;
        self.taken.insert(idx);
    }
}

/// A set of numbers, a bit for each.
#[derive(Default)]
struct Bits(Vec<u64>);

impl Bits {
    fn insert(&mut self, number: usize) {
        if self.0.len() <= number / 64 {
            self.0.resize(number / 64 + 1, 0);
        }
        self.0[number / 64] |= 1 << (number % 64);
    }

    /// The bits of 64 numbers from `first` on.
    fn from(&self, first: usize) -> u64 {
        let word = |idx: usize| self.0.get(idx).copied().unwrap_or(0);
        let (idx, shift) = (first / 64, first % 64);
        match shift {
            0 => word(idx),
            _ => word(idx) >> shift | word(idx + 1) << (64 - shift),
        }
    }
}
