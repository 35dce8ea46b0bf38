//! The articles that have a term, how often, and where.
//!
//! Full blocks of [`BLOCK`] articles are packed with one width a block, which is quickest to read; what remains, and
//! most lists are nothing else, is packed number by number, which is smallest:
//!
//! ```text
//! of at least BLOCK articles only:
//!   bytes of the blocks and the remainder, and in the lowest bit whether there are positions, varint
//!   skips       for each full block its last article, and the widths it is packed with
//!   ends        for each full block the bit at which its positions end, in 5 bytes; if there are any
//!   blocks      gaps less one, frequencies less one
//! remainder     for each article: gap less one in Rice's code, frequency in Elias's gamma code
//! positions     each in the width of the largest position there can be in its text
//! ```
//!
//! The parameter of Rice's code follows from the number of articles that have the term and of all
//! (Witten, Moffat, Bell: Managing Gigabytes, 2nd edition, 3.3: 0.69 times the mean gap).

mod postings;
mod skip;
mod writer;

use bitpacking::{BitPacker as _, BitPacker4x};

use crate::bits::width;

pub(crate) use postings::Postings;
pub(super) use writer::ListWriter;

/// How many articles a full block has.
pub(crate) const BLOCK: usize = BitPacker4x::BLOCK_LEN;

/// The bytes of the place where the positions of a block end.
const END: usize = 5;

/// How many bits a position takes in a text of so many tokens.
fn position_width(length: u32) -> u32 {
    width(length.saturating_sub(1))
}

/// How many bits so many positions take.
fn position_bits(length: u32, freq: u32) -> usize {
    position_width(length) as usize * freq as usize
}

fn rice_parameter(n_docs: usize, n_all: u32) -> u32 {
    let gap = 0.69 * f64::from(n_all) / n_docs.max(1) as f64;
    gap.max(1.0).log2().floor() as u32
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use proptest::prelude::*;
    use tantivy::{DocId, TERMINATED};

    use super::super::layer::Lengths;
    use super::*;
    use crate::spool::Overflow;

    /// Lengths for tests.
    pub(crate) struct Fixed(pub(crate) Vec<u32>);

    impl Lengths for Fixed {
        fn n_docs(&self) -> u32 {
            self.0.len() as u32
        }

        fn length(&self, doc: DocId) -> u32 {
            self.0[doc as usize]
        }
    }

    /// The number of articles of a list, and the list.
    fn finish(
        writer: &mut ListWriter<'_>,
        lengths: &Fixed,
        dir: Option<&std::path::Path>,
    ) -> (u32, Vec<u8>) {
        let (mut out, mut bytes) = (Overflow::new(dir), Vec::new());
        let n_docs = writer.finish(lengths, &mut out).unwrap();
        let take = |piece: &[u8]| {
            bytes.extend_from_slice(piece);
            Ok(())
        };
        out.drain(take).unwrap();
        (n_docs, bytes)
    }

    /// A text of some length for each article, and where the term stands in it.
    fn texts() -> impl Strategy<Value = Vec<(u32, Vec<u32>)>> {
        let text = (1u32..600).prop_flat_map(|len| {
            let positions = proptest::collection::btree_set(0..len, 0..4)
                .prop_map(|positions| positions.into_iter().collect::<Vec<_>>());
            (Just(len), positions)
        });
        prop_oneof![
            proptest::collection::vec(text.clone(), 1..60),
            proptest::collection::vec(text, 300..900),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn joined_lists_are_as_if_written_at_once(
            parts in proptest::collection::vec((texts(), any::<[bool; 7]>()), 1..4),
            all_alive: bool,
            has_positions: bool,
        ) {
            let dir = tempfile::tempdir().unwrap();
            let (mut joined, mut plain) = (ListWriter::new(Some(dir.path())), ListWriter::new(None));
            let mut lengths = Vec::new();
            let all: Vec<u32> = parts.iter().flat_map(|(texts, alive)| {
                let is_alive = move |doc: usize| all_alive || alive[doc % alive.len()];
                (0..).zip(texts).filter(move |(doc, _)| is_alive(*doc)).map(|(_, (len, _))| *len)
            }).collect();
            let all = Fixed(all);
            for (texts, alive) in &parts {
                let is_alive = |doc: DocId| all_alive || alive[doc as usize % alive.len()];
                let mut writer = ListWriter::new(None);
                let mut numbers = Vec::new();
                let mut any_alive = false;
                for (doc, (len, positions)) in (0..).zip(texts) {
                    let number = is_alive(doc).then_some(lengths.len() as u32);
                    numbers.push(number);
                    lengths.extend(number.map(|_| *len));
                    any_alive |= number.is_some() && !positions.is_empty();
                    let writers = [Some((&mut writer, doc)), number.map(|number| (&mut plain, number))];
                    for (writer, doc) in writers.into_iter().flatten().filter(|_| !positions.is_empty()) {
                        writer.push(doc, positions.len() as u32);
                        if has_positions {
                            positions.iter().for_each(|&at| writer.push_position(at, *len));
                        }
                    }
                }
                let part_lengths = Fixed(texts.iter().map(|(len, _)| *len).collect());
                let (n_docs, bytes) = finish(&mut writer, &part_lengths, None);
                let mut postings = Postings::new(&bytes, n_docs, &part_lengths, 0);
                let mut any = false;
                while !postings.docs().is_empty() {
                    any |= joined.push_block(&mut postings, has_positions, |doc| numbers[doc as usize]);
                    joined.relieve(&all).unwrap();
                    postings.advance_block();
                }
                prop_assert_eq!(any, any_alive);
            }
            prop_assert_eq!(&lengths, &all.0);
            prop_assert_eq!(finish(&mut joined, &all, Some(dir.path())), finish(&mut plain, &all, None));
            // Nothing of a list is left for the next one.
            let mut next = ListWriter::new(None);
            for writer in [&mut joined, &mut next] {
                writer.push(0, 1);
            }
            prop_assert_eq!(finish(&mut joined, &all, None), finish(&mut next, &all, None));
        }

        #[test]
        fn lists_come_back(texts in texts(), seeks in proptest::collection::vec(0u32..1000, 0..12)) {
            let lengths = Fixed(texts.iter().map(|(len, _)| *len).collect());
            let mut writer = ListWriter::new(None);
            let mut expected = Vec::new();
            for (doc, (len, positions)) in (0..).zip(&texts) {
                if !positions.is_empty() {
                    writer.push(doc, positions.len() as u32);
                    positions.iter().for_each(|&at| writer.push_position(at, *len));
                    expected.push((doc, positions.clone()));
                }
            }
            let (n_docs, bytes) = finish(&mut writer, &lengths, None);
            prop_assert_eq!(n_docs as usize, expected.len());
            let open_from = |doc| Postings::new(&bytes, n_docs, &lengths, doc);
            let open = || open_from(0);

            let mut postings = open();
            let mut positions = Vec::new();
            for (doc, expected) in &expected {
                prop_assert_eq!(postings.doc(), *doc);
                prop_assert_eq!(postings.freq() as usize, expected.len());
                postings.positions(&mut positions);
                prop_assert_eq!(&positions, expected);
                postings.advance();
            }
            prop_assert_eq!(postings.doc(), TERMINATED);
            prop_assert_eq!(postings.advance(), TERMINATED);

            let mut seeks = seeks;
            seeks.sort_unstable();
            for seek in &seeks {
                let next = expected.iter().find(|(doc, _)| doc >= seek);
                let mut postings = open_from(*seek);
                prop_assert_eq!(postings.doc(), next.map_or(TERMINATED, |(doc, _)| *doc));
                prop_assert_eq!(postings.freq() as usize, next.map_or(0, |(_, positions)| positions.len()));
                postings.positions(&mut positions);
                prop_assert_eq!(&positions, &next.map(|(_, positions)| positions.clone()).unwrap_or_default());
            }
            let mut postings = open();
            for seek in seeks {
                let next = expected.iter().find(|(doc, _)| *doc >= seek);
                prop_assert_eq!(postings.seek(seek), next.map_or(TERMINATED, |(doc, _)| *doc));
                postings.positions(&mut positions);
                prop_assert_eq!(&positions, &next.map(|(_, positions)| positions.clone()).unwrap_or_default());
            }

            let mut postings = open();
            let mut docs = Vec::new();
            while !postings.docs().is_empty() {
                let (block, freqs) = postings.block();
                docs.extend(block.iter().copied().zip(freqs.iter().copied()));
                postings.advance_block();
            }
            let counts: Vec<_> = expected.iter().map(|(doc, at)| (*doc, at.len() as u32)).collect();
            prop_assert_eq!(docs, counts);
        }

        #[test]
        fn damaged_lists_do_no_harm(
            texts in texts(), at: prop::sample::Index, byte: u8, n_docs in 0u32..1000,
        ) {
            let lengths = Fixed(texts.iter().map(|(len, _)| *len).collect());
            let mut writer = ListWriter::new(None);
            for (doc, (len, positions)) in (0..).zip(&texts) {
                if !positions.is_empty() {
                    writer.push(doc, positions.len() as u32);
                    positions.iter().for_each(|&at| writer.push_position(at, *len));
                }
            }
            let (_, mut bytes) = finish(&mut writer, &lengths, None);
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            let mut postings = Postings::new(&bytes, n_docs, &lengths, 0);
            let mut positions = Vec::new();
            let mut n = 0;
            while postings.doc() != TERMINATED && n < 2000 {
                prop_assert!(postings.doc() < lengths.n_docs());
                postings.positions(&mut positions);
                postings.advance();
                n += 1;
            }
            let mut postings = Postings::new(&bytes, n_docs, &lengths, 0);
            let mut joined = ListWriter::new(None);
            // A list takes its articles in ascending order only.
            let last = Cell::new(None);
            while !postings.docs().is_empty() {
                let number = |doc| {
                    let number = last.get().is_none_or(|last| doc > last).then_some(doc);
                    last.set(number.or(last.get()));
                    number
                };
                joined.push_block(&mut postings, true, number);
                postings.advance_block();
            }
            finish(&mut joined, &lengths, None);
        }
    }
}
