//! Reading a list.

use bitpacking::{BitPacker as _, BitPacker4x};
use tantivy::{DocId, TERMINATED};

use super::super::layer::Lengths;
use super::super::prefetch::prefetch;
use super::skip::Skip;
use super::{BLOCK, END, position_bits, position_width, rice_parameter};
use crate::bits::{BitReader, low_bits};
use crate::varint::take_varint;

/// Reads a list, block by block, or article by article.
///
/// Behind the last article it stays at [`TERMINATED`].
pub(crate) struct Postings<'a, L> {
    lengths: &'a L,
    packer: BitPacker4x,
    n_docs: usize,
    /// How many articles are behind the block that is read.
    n_left: usize,
    /// Of the full blocks that are not read yet.
    skips: &'a [[u8; Skip::LEN]],
    /// Where the positions of each full block end.
    ends: &'a [[u8; END]],
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
    /// An article of the block, and where its positions begin, so that going forward is quick.
    mark: (usize, usize),
}

impl<'a, L: Lengths> Postings<'a, L> {
    /// Opens the list of `n_docs` articles that these bytes are, at the first article that is not before `doc`.
    pub(in crate::layers) fn new(list: &'a [u8], n_docs: u32, lengths: &'a L, doc: DocId) -> Self {
        let n_docs = n_docs as usize;
        let Parts {
            skips,
            ends,
            blocks,
            positions,
        } = match n_docs / BLOCK {
            0 => Parts {
                blocks: list,
                ..Parts::default()
            },
            n_full => Parts::new(list, n_full).unwrap_or_default(),
        };
        let mut this = Self {
            lengths,
            packer: BitPacker4x::new(),
            n_docs,
            n_left: n_docs,
            skips,
            ends,
            blocks,
            positions,
            last: None,
            docs: [TERMINATED; BLOCK],
            freqs: [0; BLOCK],
            packed_freqs: None,
            len: 0,
            at: 0,
            block_bit: 0,
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
        self.at = 0;
        self.len = 0;
        self.packed_freqs = None;
        let read = match self.n_left {
            0 => None,
            n if n >= BLOCK => self.read_full(),
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

    /// The packed positions of all articles, and the bit at which those of the block begin.
    pub(super) fn packed_positions(&self) -> (&'a [u8], usize) {
        (self.positions.unwrap_or_default(), self.block_bit)
    }

    /// The lengths of the texts.
    pub(super) fn lengths(&self) -> &'a L {
        self.lengths
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
            bit += position_bits(self.lengths.length(self.docs[i]), self.freqs[i]);
        }
        self.mark = (self.at, bit);
        let length = self.lengths.length(self.docs[self.at]);
        let width = position_width(length);
        let mut bits = BitReader::new(positions, bit);
        // A damaged frequency is not believed.
        let freq = self.freqs[self.at].min(length);
        out.extend((0..freq).map(|_| bits.read(width)));
    }

    /// Passes over full blocks that end before `doc`, without reading them.
    fn skip_before(&mut self, doc: DocId) {
        let (mut n_passed, mut n_bytes) = (0, 0);
        for skip in self.skips.iter().map(Skip::read) {
            if skip.last >= doc {
                break;
            }
            n_passed += 1;
            n_bytes += skip.gap_bytes() + skip.freq_bytes();
            self.last = Some(skip.last);
        }
        self.skips = &self.skips[n_passed..];
        self.n_left -= n_passed * BLOCK;
        self.blocks = self.blocks.get(n_bytes..).unwrap_or_default();
    }

    /// Reads the first of the blocks that are not read yet.
    fn read_full(&mut self) -> Option<()> {
        let (skip, skips) = self.skips.split_first()?;
        let skip = Some(Skip::read(skip)).filter(Skip::is_possible)?;
        let (gaps, rest) = self.blocks.split_at_checked(skip.gap_bytes())?;
        let (freqs, rest) = rest.split_at_checked(skip.freq_bytes())?;
        let gap_width = skip.gap_width;
        self.packer
            .decompress_strictly_sorted(self.last, gaps, &mut self.docs, gap_width);
        self.packed_freqs = Some((freqs, skip.freq_width));
        // A damaged block must not lead to articles that there are not. Sums of gaps that stay below what 32 bits hold
        // ascend, so that the last article is the greatest.
        let most = self.last.map_or(0, u64::from) + ((BLOCK as u64) << gap_width);
        let greatest = match u32::try_from(most) {
            Ok(_) => self.docs[BLOCK - 1],
            Err(_) => self.docs.iter().copied().fold(0, DocId::max),
        };
        (greatest < self.lengths.n_docs()).then_some(())?;
        self.block_bit = self.next_bit();
        self.skips = skips;
        self.blocks = rest;
        self.last = Some(self.docs[BLOCK - 1]);
        self.n_left -= BLOCK;
        self.len = BLOCK;
        Some(())
    }

    /// The bit at which the positions begin of what is not read yet.
    fn next_bit(&self) -> usize {
        let n_read = self.n_docs / BLOCK - self.skips.len();
        let end = n_read.checked_sub(1).and_then(|last| self.ends.get(last));
        end.map_or(0, |end| {
            let mut bytes = [0; 8];
            bytes[..END].copy_from_slice(end);
            u64::from_le_bytes(bytes) as usize
        })
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
        let n_all = self.lengths.n_docs();
        let parameter = rice_parameter(self.n_docs, n_all);
        let mut next = self.last.map_or(Some(0), |last| last.checked_add(1))?;
        let mut places = self.docs.iter_mut().zip(&mut self.freqs);
        bits.each_rice_and_gamma(parameter, self.n_left, |gap, freq| {
            let doc = next.checked_add(gap).filter(|doc| *doc < n_all)?;
            next = doc + 1;
            let (to_doc, to_freq) = places.next()?;
            (*to_doc, *to_freq) = (doc, freq);
            Some(())
        })?;
        self.last = next.checked_sub(1);
        self.block_bit = match self.positions {
            Some(_) => self.next_bit(),
            None => bits.bit(),
        };
        self.positions = self.positions.or(Some(self.blocks));
        self.len = self.n_left;
        self.n_left = 0;
        Some(())
    }
}

/// What a list is made of, see [`list`](super).
#[derive(Default)]
struct Parts<'a> {
    skips: &'a [[u8; Skip::LEN]],
    ends: &'a [[u8; END]],
    /// The blocks and the remainder.
    blocks: &'a [u8],
    positions: Option<&'a [u8]>,
}

impl<'a> Parts<'a> {
    /// Those of a list of at least one full block; `None` if it is damaged.
    fn new(mut list: &'a [u8], n_full: usize) -> Option<Self> {
        let head = take_varint(&mut list)?;
        let n_blocks = usize::try_from(head >> 1).ok()?;
        let n_ends = match head & 1 {
            0 => 0,
            _ => n_full,
        };
        let (skips, list) = list.split_at_checked(n_full.checked_mul(Skip::LEN)?)?;
        let (ends, list) = list.split_at_checked(n_ends.checked_mul(END)?)?;
        let (blocks, positions) = list.split_at_checked(n_blocks)?;
        Some(Self {
            skips: skips.as_chunks().0,
            ends: ends.as_chunks().0,
            blocks,
            positions: Some(positions),
        })
    }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn one_number_is_read_as_all_are(numbers in proptest::collection::vec(any::<u32>(), BLOCK), at in 0..BLOCK, width in 0u8..=32) {
            let numbers: Vec<u32> = numbers.iter().map(|number| number & low_bits(u32::from(width))).collect();
            let mut packed = [0; 4 * BLOCK];
            let len = BitPacker4x::new().compress(&numbers, &mut packed, width);
            prop_assert_eq!(unpack_one(&packed[..len], width, at), numbers[at]);
        }
    }
}
