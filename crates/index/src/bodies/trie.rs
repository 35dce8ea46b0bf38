//! The longest phrase a text begins with.

use std::ops::Range;

/// No phrase ends here.
const NONE: u32 = u32::MAX;

/// Phrases as a tree of their units of UTF-16.
///
/// Nodes are numbered level by level, so those below one node are a range, in the order of their units. That takes little
/// room, and what is looked at stays in the processor's cache.
pub(super) struct Trie {
    /// By the first unit, its node; 0, which is the root's, where no phrase begins with it.
    first: Vec<u32>,
    /// One more than there are, to end the range of the last one.
    nodes: Vec<Node>,
    /// The unit that leads to each node; what it is of the root means nothing.
    units: Vec<u16>,
}

#[derive(Clone, Copy)]
struct Node {
    /// The first node below.
    below: u32,
    /// The phrase that ends here, or [`NONE`].
    phrase: u32,
}

impl Trie {
    /// Of phrases and their numbers; none is empty. Of one that is there twice the first number is taken.
    pub(super) fn new<'p>(phrases: impl IntoIterator<Item = (u32, &'p [u16])>) -> Self {
        let mut sorted: Vec<(&[u16], u32)> = phrases
            .into_iter()
            .map(|(number, phrase)| (phrase, number))
            .collect();
        sorted.sort_unstable();
        sorted.dedup_by_key(|(phrase, _)| *phrase);
        let mut nodes = Vec::new();
        let mut units = vec![0];
        // The phrases that go through each node, and the node's depth.
        let mut through: Vec<(Range<usize>, usize)> = vec![(0..sorted.len(), 0)];
        while let Some((range, depth)) = through.get(nodes.len()).cloned() {
            let below = units.len() as u32;
            let all = &sorted[range.clone()];
            // What ends here comes before what goes on.
            let ends = all.first().filter(|(phrase, _)| phrase.len() == depth);
            let mut start = range.start + usize::from(ends.is_some());
            let going_on = &all[usize::from(ends.is_some())..];
            for same in going_on.chunk_by(|(a, _), (b, _)| a[depth] == b[depth]) {
                units.push(same[0].0[depth]);
                through.push((start..start + same.len(), depth + 1));
                start += same.len();
            }
            nodes.push(Node {
                below,
                phrase: ends.map_or(NONE, |(_, number)| *number),
            });
        }
        nodes.push(Node {
            below: units.len() as u32,
            phrase: NONE,
        });
        let mut first = vec![0; 1 << u16::BITS];
        for node in nodes[0].below..nodes[1].below {
            first[usize::from(units[node as usize])] = node;
        }
        Self {
            first,
            nodes,
            units,
        }
    }

    /// The number of the longest phrase that a text begins with, and its length in units; `None` if no phrase is just the
    /// beginning of the text.
    #[inline]
    pub(super) fn longest(&self, text: &[u16]) -> Option<(u32, usize)> {
        let mut node = self.first[usize::from(*text.first()?)] as usize;
        let mut longest = None;
        let mut len = 0;
        while node != 0 {
            len += 1;
            let Node { below, phrase } = self.nodes[node];
            if phrase != NONE {
                longest = Some((phrase, len));
            }
            let end = self.nodes[node + 1].below as usize;
            let units = &self.units[below as usize..end];
            let next = text
                .get(len)
                .and_then(|unit| units.binary_search(unit).ok());
            node = next.map_or(0, |at| below as usize + at);
        }
        longest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    #[test]
    fn a_phrase_may_be_there_twice() {
        let phrases = ["城市", "文明", "城市"].map(units);
        let trie = Trie::new((0..).zip(phrases.iter().map(Vec::as_slice)));
        assert_eq!(trie.longest(&units("城市")), Some((0, 2)));
    }

    #[test]
    fn the_longest_phrase_is_found() {
        let phrases = ["文", "文明城市", "城市", "市"].map(units);
        let trie = Trie::new((0..).zip(phrases.iter().map(Vec::as_slice)));
        for (text, longest) in [
            ("文明城市创建", Some((1, 4))),
            // What goes on to nothing falls back to what was before.
            ("文明城", Some((0, 1))),
            ("文", Some((0, 1))),
            ("城市", Some((2, 2))),
            // A beginning of a phrase is none.
            ("城", None),
            ("明", None),
            ("", None),
        ] {
            assert_eq!(trie.longest(&units(text)), longest, "{text}");
        }
    }
}
