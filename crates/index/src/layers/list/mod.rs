//! The articles that have a term, how often, and where.
//!
//! Full blocks of [`BLOCK`] articles are packed with one width a block, which is quickest to read; what remains, and
//! most lists are nothing else, is packed number by number, which is smallest:
//!
//! ```text
//! of at least BLOCK articles only:
//!   bytes of the skips, varint; bytes of the blocks and the remainder, varint
//!   skips       for each full block, varints: last article less that of the block before,
//!               bytes of the block, bits of its positions
//!   blocks      width of gaps u8, width of frequencies u8, gaps less one, frequencies less one
//! remainder     for each article: gap less one in Rice's code, frequency in Elias's gamma code
//! positions     each in the width of the largest position there can be in its text
//! ```
//!
//! The parameter of Rice's code follows from the number of articles that have the term and of all
//! (Witten, Moffat, Bell: Managing Gigabytes, 2nd edition, 3.3: 0.69 times the mean gap).

use std::ops::Range;

use bitpacking::{BitPacker as _, BitPacker4x};
use tantivy::{DocId, TERMINATED};

use super::bits::{BitReader, BitWriter, low_bits, width};
use super::layer::Lengths;
use super::prefetch::prefetch;
use crate::varint::{put_varint, take_varint};

/// How many articles a full block has.
pub(crate) const BLOCK: usize = BitPacker4x::BLOCK_LEN;

/// Packs lists, with buffers that are used again.
pub(super) struct ListWriter {
    packer: BitPacker4x,
    docs: Vec<DocId>,
    freqs: Vec<u32>,
    positions: Vec<u32>,
    /// Positions as other lists have them, and how many bits they take.
    packed: (BitWriter<Vec<u8>>, usize),
    skips: Vec<u8>,
    blocks: Vec<u8>,
}

impl ListWriter {
    pub(super) fn new() -> Self {
        Self {
            packer: BitPacker4x::new(),
            docs: Vec::new(),
            freqs: Vec::new(),
            positions: Vec::new(),
            packed: Default::default(),
            skips: Vec::new(),
            blocks: Vec::new(),
        }
    }

    /// Adds an article, greater than the one before.
    pub(super) fn push(&mut self, doc: DocId, freq: u32) {
        debug_assert!(freq > 0 && self.docs.last().is_none_or(|last| *last < doc));
        self.docs.push(doc);
        self.freqs.push(freq);
    }

    /// Adds where the term stands in the articles pushed, in order: as many positions as the frequencies say.
    pub(super) fn push_position(&mut self, position: u32) {
        self.positions.push(position);
    }

    /// Adds the articles of the block that other postings are at, each by the number that `number` gives it, or not at all,
    /// and with their positions, if the list has any; tells whether there was one.
    ///
    /// A position takes as many bits as before, since its text is as long, so that none is unpacked. A list takes its
    /// articles either so or one by one.
    pub(super) fn push_block<L: Lengths>(
        &mut self,
        postings: &mut Postings<'_, L>,
        has_positions: bool,
        number: impl Fn(DocId) -> Option<DocId>,
    ) -> bool {
        let n_before = self.docs.len();
        // Where the positions of articles begin and end that are taken one after the other.
        let mut run = postings.block_bit..postings.block_bit;
        let mut bit = run.start;
        let (lengths, positions) = (postings.lengths, postings.positions.unwrap_or_default());
        let (docs, freqs) = postings.block();
        for (&doc, &freq) in docs.iter().zip(freqs) {
            let length = lengths.length(doc);
            // A damaged frequency is not believed.
            let most = if has_positions {
                length.max(1)
            } else {
                u32::MAX
            };
            let freq = freq.clamp(1, most);
            let before = bit;
            if has_positions {
                bit += position_bits(lengths, doc, freq);
            }
            if let Some(doc) = number(doc) {
                self.push(doc, freq);
            } else {
                self.copy_positions(positions, run.start..before);
                run.start = bit;
            }
        }
        run.end = bit;
        if has_positions {
            self.copy_positions(positions, run);
        }
        self.docs.len() > n_before
    }

    fn copy_positions(&mut self, from: &[u8], bits: Range<usize>) {
        let (packed, n_packed) = &mut self.packed;
        // Of a damaged list no more than there is.
        let n_bits = bits.end.min(8 * from.len()).saturating_sub(bits.start);
        packed.copy(from, bits.start, n_bits);
        *n_packed += n_bits;
    }

    /// Appends the list to `out` and begins a new one; gives the number of its articles.
    pub(super) fn finish(&mut self, lengths: &impl Lengths, out: &mut Vec<u8>) -> u32 {
        let n_docs = self.docs.len();
        let (packed, n_packed) = std::mem::take(&mut self.packed);
        let mut packed = packed.finish();
        let has_positions = !self.positions.is_empty() || n_packed > 0;
        debug_assert!(
            self.positions.is_empty()
                || self.positions.len() == self.freqs.iter().sum::<u32>() as usize
        );
        let n_full = n_docs / BLOCK * BLOCK;
        let parameter = rice_parameter(n_docs, lengths.n_docs());
        if n_full == 0 {
            let mut bits = BitWriter::new(out);
            put_remainder(&mut bits, None, &self.docs, &self.freqs, parameter);
            put_positions(&mut bits, &self.docs, &self.freqs, &self.positions, lengths);
            bits.copy(&packed, 0, n_packed);
            bits.finish();
        } else {
            self.pack_blocks(n_full, lengths, has_positions);
            let last = self.docs[n_full - 1];
            let mut bits = BitWriter::new(&mut self.blocks);
            let (docs, freqs) = (&self.docs[n_full..], &self.freqs[n_full..]);
            put_remainder(&mut bits, Some(last), docs, freqs, parameter);
            bits.finish();
            put_varint(out, self.skips.len() as u64);
            put_varint(out, self.blocks.len() as u64);
            out.extend_from_slice(&self.skips);
            out.extend_from_slice(&self.blocks);
            let mut bits = BitWriter::new(&mut *out);
            put_positions(&mut bits, &self.docs, &self.freqs, &self.positions, lengths);
            bits.finish();
            out.extend_from_slice(&packed);
        }
        self.docs.clear();
        self.freqs.clear();
        self.positions.clear();
        packed.clear();
        self.packed = (BitWriter::new(packed), 0);
        u32::try_from(n_docs).expect("articles are numbered by 32 bits")
    }

    fn pack_blocks(&mut self, n_full: usize, lengths: &impl Lengths, has_positions: bool) {
        self.skips.clear();
        self.blocks.clear();
        let mut packed = [0; 4 * BLOCK];
        let mut last = None;
        let blocks = self.docs[..n_full]
            .chunks_exact(BLOCK)
            .zip(self.freqs.chunks_exact(BLOCK));
        for (docs, freqs) in blocks {
            let at = self.blocks.len();
            let gap_width = self.packer.num_bits_strictly_sorted(last, docs);
            let less_one: [u32; BLOCK] = std::array::from_fn(|i| freqs[i] - 1);
            let freq_width = self.packer.num_bits(&less_one);
            self.blocks.extend([gap_width, freq_width]);
            let len = self
                .packer
                .compress_strictly_sorted(last, docs, &mut packed, gap_width);
            self.blocks.extend_from_slice(&packed[..len]);
            let len = self.packer.compress(&less_one, &mut packed, freq_width);
            self.blocks.extend_from_slice(&packed[..len]);
            let end = docs[BLOCK - 1];
            put_varint(&mut self.skips, u64::from(end - last.unwrap_or(0)));
            put_varint(&mut self.skips, (self.blocks.len() - at) as u64);
            let n_bits: u64 = match has_positions {
                true => docs
                    .iter()
                    .zip(freqs)
                    .map(|(&doc, &freq)| position_bits(lengths, doc, freq) as u64)
                    .sum(),
                false => 0,
            };
            put_varint(&mut self.skips, n_bits);
            last = Some(end);
        }
    }
}

fn put_remainder(
    bits: &mut BitWriter<&mut Vec<u8>>,
    mut last: Option<DocId>,
    docs: &[DocId],
    freqs: &[u32],
    parameter: u32,
) {
    for (&doc, &freq) in docs.iter().zip(freqs) {
        let gap = last.map_or(doc, |last| doc - last - 1);
        bits.write_rice(gap, parameter);
        bits.write_gamma(freq);
        last = Some(doc);
    }
}

fn put_positions(
    bits: &mut BitWriter<&mut Vec<u8>>,
    docs: &[DocId],
    freqs: &[u32],
    positions: &[u32],
    lengths: &impl Lengths,
) {
    let mut rest = positions;
    if rest.is_empty() {
        return;
    }
    for (&doc, &freq) in docs.iter().zip(freqs) {
        let width = position_width(lengths, doc);
        let (these, others) = rest.split_at(freq as usize);
        for &position in these {
            bits.write(position, width);
        }
        rest = others;
    }
}

/// How many bits a position takes in a text.
fn position_width(lengths: &impl Lengths, doc: DocId) -> u32 {
    width(lengths.length(doc).saturating_sub(1))
}

fn position_bits(lengths: &impl Lengths, doc: DocId, freq: u32) -> usize {
    position_width(lengths, doc) as usize * freq as usize
}

fn rice_parameter(n_docs: usize, n_all: u32) -> u32 {
    let gap = 0.69 * f64::from(n_all) / n_docs.max(1) as f64;
    gap.max(1.0).log2().floor() as u32
}

/// Reads a list, block by block, or article by article.
///
/// Behind the last article it stays at [`TERMINATED`].
pub(crate) struct Postings<'a, L> {
    lengths: &'a L,
    packer: BitPacker4x,
    parameter: u32,
    /// How many articles are behind the block that is read.
    n_left: usize,
    skips: &'a [u8],
    /// The blocks that are not read yet, and the remainder.
    blocks: &'a [u8],
    /// Where the positions begin, once that is known: of a list without full blocks, behind the remainder.
    positions: Option<&'a [u8]>,
    last: Option<DocId>,
    docs: [DocId; BLOCK],
    freqs: [u32; BLOCK],
    /// The packed frequencies of a full block, and their width, until they are asked for.
    packed_freqs: Option<(&'a [u8], u8)>,
    len: usize,
    /// Which article of the block the cursor is at.
    at: usize,
    /// The bit at which the positions of the block begin.
    block_bit: usize,
    /// The bits of the positions of the block; 0 if there is none.
    block_bits: usize,
    /// An article of the block, and where its positions begin, so that going forward is quick.
    mark: (usize, usize),
}

/// What the skips say of a full block.
struct Skip {
    last: DocId,
    n_bytes: usize,
    n_bits: usize,
}

impl<'a, L: Lengths> Postings<'a, L> {
    /// Opens the list of `n_docs` articles that these bytes are, at the first article that is not before `doc`.
    pub(super) fn new(list: &'a [u8], n_docs: u32, lengths: &'a L, doc: DocId) -> Self {
        let n_docs = n_docs as usize;
        let (mut skips, mut blocks, mut positions): (&[u8], _, _) = (&[], list, None);
        if n_docs >= BLOCK {
            let parts = split(list).unwrap_or_default();
            (skips, blocks, positions) = (parts.0, parts.1, Some(parts.2));
        }
        let mut this = Self {
            lengths,
            packer: BitPacker4x::new(),
            parameter: rice_parameter(n_docs, lengths.n_docs()),
            n_left: n_docs,
            skips,
            blocks,
            positions,
            last: None,
            docs: [TERMINATED; BLOCK],
            freqs: [0; BLOCK],
            packed_freqs: None,
            len: 0,
            at: 0,
            block_bit: 0,
            block_bits: 0,
            mark: (0, 0),
        };
        this.skip_before(doc);
        this.advance_block();
        this.seek(doc);
        this
    }

    /// The articles of the block that is read, in ascending order; empty behind the last block.
    pub(crate) fn docs(&self) -> &[DocId] {
        &self.docs[..self.len]
    }

    /// The articles of the block that is read, and how often each of them has the term.
    pub(crate) fn block(&mut self) -> (&[DocId], &[u32]) {
        self.unpack_freqs();
        (&self.docs[..self.len], &self.freqs[..self.len])
    }

    /// Reads the next block.
    pub(crate) fn advance_block(&mut self) {
        self.block_bit += self.block_bits;
        self.block_bits = 0;
        self.at = 0;
        self.len = 0;
        self.packed_freqs = None;
        let read = match self.n_left {
            0 => None,
            n if n >= BLOCK => self.take_skip().and_then(|skip| self.read_full(&skip)),
            _ => self.read_remainder(),
        };
        if read.is_none() {
            self.n_left = 0;
            self.len = 0;
        }
        self.mark = (0, self.block_bit);
    }

    /// The article the cursor is at, [`TERMINATED`] behind the last one.
    #[inline]
    pub(crate) fn doc(&self) -> DocId {
        self.docs().get(self.at).copied().unwrap_or(TERMINATED)
    }

    /// How often that article has the term.
    #[inline]
    pub(crate) fn freq(&self) -> u32 {
        match self.packed_freqs {
            _ if self.at >= self.len => 0,
            None => self.freqs[self.at],
            Some((freqs, width)) => unpack_one(freqs, width, self.at).wrapping_add(1),
        }
    }

    /// Goes to the next article, and gives it.
    pub(crate) fn advance(&mut self) -> DocId {
        self.at += 1;
        if self.at >= self.len {
            self.advance_block();
        }
        self.doc()
    }

    /// Asks the processor to have the block at hand that [`seek`](Self::seek) will read to go to `doc`; of several lists,
    /// so that they are waited for together.
    pub(crate) fn aim(&mut self, doc: DocId) {
        if self.len > 0 && self.docs[self.len - 1] < doc {
            self.skip_before(doc);
            prefetch(self.blocks, 0, 3);
        }
    }

    /// Goes to the first article that is not before `doc`, if it is not there yet, and gives it.
    pub(crate) fn seek(&mut self, doc: DocId) -> DocId {
        while self.len > 0 && self.docs[self.len - 1] < doc {
            self.skip_before(doc);
            self.advance_block();
        }
        self.at += self.docs()[self.at.min(self.len)..].partition_point(|&other| other < doc);
        self.doc()
    }

    /// Reads where the term stands in the article the cursor is at, in ascending order.
    /// Only of a layer that has positions.
    pub(crate) fn positions(&mut self, out: &mut Vec<u32>) {
        out.clear();
        let Some(positions) = self.positions else {
            return;
        };
        if self.at >= self.len {
            return;
        }
        self.unpack_freqs();
        if self.mark.0 > self.at {
            self.mark = (0, self.block_bit);
        }
        let (from, mut bit) = self.mark;
        for i in from..self.at {
            bit += position_bits(self.lengths, self.docs[i], self.freqs[i]);
        }
        self.mark = (self.at, bit);
        let width = position_width(self.lengths, self.docs[self.at]);
        let mut bits = BitReader::new(positions, bit);
        // A damaged frequency is not believed.
        let freq = self.freqs[self.at].min(self.lengths.length(self.docs[self.at]));
        out.extend((0..freq).map(|_| bits.read(width)));
    }

    /// Passes over full blocks that end before `doc`, without reading them.
    fn skip_before(&mut self, doc: DocId) {
        while self.n_left >= BLOCK {
            let before = self.skips;
            let Some(skip) = self.take_skip() else {
                return;
            };
            if skip.last >= doc {
                self.skips = before;
                return;
            }
            self.block_bit += self.block_bits;
            self.block_bits = skip.n_bits;
            self.blocks = self.blocks.get(skip.n_bytes..).unwrap_or_default();
            self.last = Some(skip.last);
            self.n_left -= BLOCK;
        }
    }

    fn take_skip(&mut self) -> Option<Skip> {
        let gap = u32::try_from(take_varint(&mut self.skips)?).ok()?;
        Some(Skip {
            last: self.last.unwrap_or(0).checked_add(gap)?,
            n_bytes: usize::try_from(take_varint(&mut self.skips)?).ok()?,
            n_bits: usize::try_from(take_varint(&mut self.skips)?).ok()?,
        })
    }

    fn read_full(&mut self, skip: &Skip) -> Option<()> {
        let (block, rest) = self.blocks.split_at_checked(skip.n_bytes)?;
        let (&[gap_width, freq_width], data) = block.split_first_chunk::<2>()?;
        let (gaps, freqs) = data.split_at_checked(packed_len(gap_width)?)?;
        let freqs = freqs.get(..packed_len(freq_width)?)?;
        self.packer
            .decompress_strictly_sorted(self.last, gaps, &mut self.docs, gap_width);
        self.packed_freqs = Some((freqs, freq_width));
        // A damaged block must not lead to articles that there are not. Sums of gaps that stay below what 32 bits hold
        // ascend, so that the last article is the greatest.
        let most = self.last.map_or(0, u64::from) + ((BLOCK as u64) << gap_width);
        let greatest = match u32::try_from(most) {
            Ok(_) => self.docs[BLOCK - 1],
            Err(_) => self.docs.iter().copied().fold(0, DocId::max),
        };
        (greatest < self.lengths.n_docs()).then_some(())?;
        self.blocks = rest;
        self.block_bits = skip.n_bits;
        self.last = Some(skip.last);
        self.n_left -= BLOCK;
        self.len = BLOCK;
        Some(())
    }

    fn unpack_freqs(&mut self) {
        if let Some((freqs, width)) = self.packed_freqs.take() {
            self.packer.decompress(freqs, &mut self.freqs, width);
            // A damaged frequency may be the greatest number.
            for freq in &mut self.freqs {
                *freq = freq.wrapping_add(1);
            }
        }
    }

    fn read_remainder(&mut self) -> Option<()> {
        let mut bits = BitReader::new(self.blocks, 0);
        let n_docs = self.lengths.n_docs();
        for i in 0..self.n_left {
            let (gap, freq) = bits.read_rice_and_gamma(self.parameter);
            let doc = match self.last {
                None => gap,
                Some(last) => last.checked_add(1)?.checked_add(gap)?,
            };
            if doc >= n_docs {
                return None;
            }
            self.docs[i] = doc;
            self.freqs[i] = freq;
            self.last = Some(doc);
        }
        if self.positions.is_none() {
            self.positions = Some(self.blocks);
            self.block_bit = bits.bit();
        }
        self.len = self.n_left;
        self.n_left = 0;
        Some(())
    }
}

/// The skips, the blocks with the remainder, and the positions.
fn split(mut list: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let n_skips = usize::try_from(take_varint(&mut list)?).ok()?;
    let n_blocks = usize::try_from(take_varint(&mut list)?).ok()?;
    let (skips, list) = list.split_at_checked(n_skips)?;
    let (blocks, positions) = list.split_at_checked(n_blocks)?;
    Some((skips, blocks, positions))
}

/// Reads one number of a block.
///
/// The numbers are dealt out to four lanes; each is a run of bits of its own, and their words of 32 bits take turns.
fn unpack_one(block: &[u8], width: u8, at: usize) -> u32 {
    let (words, _) = block.as_chunks::<4>();
    let word = |number: usize| {
        let word = words.get(number * 4 + at % 4);
        u64::from(word.map_or(0, |word| u32::from_le_bytes(*word)))
    };
    let bit = at / 4 * usize::from(width);
    let pair = word(bit / 32) | word(bit / 32 + 1) << 32;
    (pair >> (bit % 32)) as u32 & low_bits(u32::from(width))
}

/// The bytes of a block of numbers of this width.
fn packed_len(width: u8) -> Option<usize> {
    (width <= 32).then_some(usize::from(width) * BLOCK / 8)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
            let (mut joined, mut plain) = (ListWriter::new(), ListWriter::new());
            let mut lengths = Vec::new();
            for (texts, alive) in &parts {
                let is_alive = |doc: DocId| all_alive || alive[doc as usize % alive.len()];
                let first = lengths.len() as u32;
                let mut writer = ListWriter::new();
                let mut numbers = Vec::new();
                for (doc, (len, positions)) in (0..).zip(texts) {
                    let number = is_alive(doc).then_some(lengths.len() as u32);
                    numbers.push(number);
                    lengths.extend(number.map(|_| *len));
                    let writers = [Some((&mut writer, doc)), number.map(|number| (&mut plain, number))];
                    for (writer, doc) in writers.into_iter().flatten().filter(|_| !positions.is_empty()) {
                        writer.push(doc, positions.len() as u32);
                        if has_positions {
                            positions.iter().for_each(|&at| writer.push_position(at));
                        }
                    }
                }
                let part_lengths = Fixed(texts.iter().map(|(len, _)| *len).collect());
                let mut bytes = Vec::new();
                let n_docs = writer.finish(&part_lengths, &mut bytes);
                let mut postings = Postings::new(&bytes, n_docs, &part_lengths, 0);
                let mut any = false;
                while !postings.docs().is_empty() {
                    any |= joined.push_block(&mut postings, has_positions, |doc| numbers[doc as usize]);
                    postings.advance_block();
                }
                prop_assert_eq!(any, plain.docs.last().is_some_and(|last| *last >= first));
            }
            let (mut bytes, mut expected) = (Vec::new(), Vec::new());
            let lengths = Fixed(lengths);
            let n_docs = joined.finish(&lengths, &mut bytes);
            prop_assert_eq!(n_docs, plain.finish(&lengths, &mut expected));
            prop_assert_eq!(bytes, expected);
        }

        #[test]
        fn lists_come_back(texts in texts(), seeks in proptest::collection::vec(0u32..1000, 0..12)) {
            let lengths = Fixed(texts.iter().map(|(len, _)| *len).collect());
            let mut writer = ListWriter::new();
            let mut bytes = vec![7; 3];
            let mut expected = Vec::new();
            for (doc, (_, positions)) in (0..).zip(&texts) {
                if !positions.is_empty() {
                    writer.push(doc, positions.len() as u32);
                    positions.iter().for_each(|&at| writer.push_position(at));
                    expected.push((doc, positions.clone()));
                }
            }
            let n_docs = writer.finish(&lengths, &mut bytes);
            prop_assert_eq!(n_docs as usize, expected.len());
            let open_from = |doc| Postings::new(&bytes[3..], n_docs, &lengths, doc);
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
        fn one_number_is_read_as_all_are(numbers in proptest::collection::vec(any::<u32>(), BLOCK), at in 0..BLOCK, width in 0u8..=32) {
            let numbers: Vec<u32> = numbers.iter().map(|number| number & low_bits(u32::from(width))).collect();
            let mut packed = [0; 4 * BLOCK];
            let len = BitPacker4x::new().compress(&numbers, &mut packed, width);
            prop_assert_eq!(unpack_one(&packed[..len], width, at), numbers[at]);
        }

        #[test]
        fn damaged_lists_do_no_harm(
            texts in texts(), at: prop::sample::Index, byte: u8, n_docs in 0u32..1000,
        ) {
            let lengths = Fixed(texts.iter().map(|(len, _)| *len).collect());
            let mut writer = ListWriter::new();
            for (doc, (_, positions)) in (0..).zip(&texts) {
                if !positions.is_empty() {
                    writer.push(doc, positions.len() as u32);
                    positions.iter().for_each(|&at| writer.push_position(at));
                }
            }
            let mut bytes = Vec::new();
            writer.finish(&lengths, &mut bytes);
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
            let mut joined = ListWriter::new();
            while !postings.docs().is_empty() {
                let last = joined.docs.last().copied();
                let number = |doc| last.is_none_or(|last| doc > last).then_some(doc);
                joined.push_block(&mut postings, true, number);
                postings.advance_block();
            }
            joined.finish(&lengths, &mut Vec::new());
        }
    }
}
