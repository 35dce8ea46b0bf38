//! Packing a list.

use std::borrow::BorrowMut;
use std::io;
use std::ops::Range;
use std::path::Path;

use bitpacking::{BitPacker as _, BitPacker4x};
use tantivy::DocId;

use super::super::layer::Lengths;
use super::postings::Postings;
use super::skip::Skip;
use super::{BLOCK, END, position_bits, position_width, rice_parameter};
use crate::bits::BitWriter;
use crate::spool::Overflow;
use crate::varint::put_varint;

/// Packs lists, with buffers that are used again.
pub(in crate::layers) struct ListWriter<'d> {
    packer: BitPacker4x,
    /// The articles that are not packed yet.
    docs: Vec<DocId>,
    freqs: Vec<u32>,
    positions: BitWriter<Overflow<'d>>,
    packed: Packed,
}

/// The articles of a list that are packed: a number of blocks.
#[derive(Default)]
struct Packed {
    n_docs: usize,
    last: Option<DocId>,
    /// Where the positions of the last one end.
    end_bit: u64,
    skips: Vec<u8>,
    ends: Vec<u8>,
    blocks: Vec<u8>,
}

/// So many blocks are packed at a time.
const BLOCKS: usize = if cfg!(test) { 2 } else { 64 };

impl<'d> ListWriter<'d> {
    /// With a directory, many positions wait there.
    pub(in crate::layers) fn new(dir: Option<&'d Path>) -> Self {
        Self {
            packer: BitPacker4x::new(),
            docs: Vec::new(),
            freqs: Vec::new(),
            positions: BitWriter::new(Overflow::new(dir)),
            packed: Packed::default(),
        }
    }

    /// Adds an article, greater than the one before.
    pub(in crate::layers) fn push(&mut self, doc: DocId, freq: u32) {
        debug_assert!(freq > 0 && self.docs.last().is_none_or(|last| *last < doc));
        self.docs.push(doc);
        self.freqs.push(freq);
    }

    /// Adds where the term stands in the articles pushed, in order: as many positions as the frequencies say, each in a text
    /// of `length` tokens.
    pub(in crate::layers) fn push_position(&mut self, position: u32, length: u32) {
        self.positions.write(position, position_width(length));
    }

    /// Adds the articles of the block that other postings are at, each by the number that `number` gives it, or not at all,
    /// and with their positions, if the list has any; tells whether there was one.
    ///
    /// A position takes as many bits as before, since its text is as long, so that none is unpacked.
    pub(in crate::layers) fn push_block<L: Lengths>(
        &mut self,
        postings: &mut Postings<'_, L>,
        has_positions: bool,
        number: impl Fn(DocId) -> Option<DocId>,
    ) -> bool {
        let mut any = false;
        let (positions, mut bit) = postings.packed_positions();
        // Where the positions begin of articles that are taken one after the other.
        let mut run = bit;
        let lengths = postings.lengths();
        let (docs, freqs) = postings.block();
        for (&doc, &freq) in docs.iter().zip(freqs) {
            let before = bit;
            // A damaged frequency is not believed.
            let mut freq = freq.max(1);
            if has_positions {
                let length = lengths.length(doc);
                freq = freq.min(length.max(1));
                bit += position_bits(length, freq);
            }
            if let Some(doc) = number(doc) {
                self.push(doc, freq);
                any = true;
            } else {
                self.copy_positions(positions, run..before);
                run = bit;
            }
        }
        self.copy_positions(positions, run..bit);
        any
    }

    fn copy_positions(&mut self, from: &[u8], bits: Range<usize>) {
        // Of a damaged list no more than there is.
        let n_bits = bits.end.min(8 * from.len()).saturating_sub(bits.start);
        self.positions.copy(from, bits.start, n_bits);
    }

    /// Packs what was pushed and moves positions out of memory, if there is much of it.
    pub(in crate::layers) fn relieve(&mut self, lengths: &impl Lengths) -> io::Result<()> {
        if self.docs.len() >= BLOCKS * BLOCK {
            self.pack_blocks(lengths);
        }
        self.positions.out_mut().relieve()
    }

    /// Appends the list to `out` and begins a new one; gives the number of its articles.
    pub(in crate::layers) fn finish(
        &mut self,
        lengths: &impl Lengths,
        out: &mut Overflow<'_>,
    ) -> io::Result<u32> {
        self.pack_blocks(lengths);
        let n_docs = self.packed.n_docs + self.docs.len();
        let parameter = rice_parameter(n_docs, lengths.n_docs());
        let n_bits = self.n_bits();
        let positions = BitWriter::new(Overflow::new(None));
        let mut positions = std::mem::replace(&mut self.positions, positions).finish();
        let packed = &mut self.packed;
        if packed.n_docs == 0 {
            let mut bits = BitWriter::new(&mut *out);
            put_remainder(&mut bits, None, &self.docs, &self.freqs, parameter);
            let mut left = n_bits;
            positions.drain(|piece| {
                let n_bits = left.min(8 * piece.len());
                left -= n_bits;
                bits.copy(piece, 0, n_bits);
                bits.out_mut().relieve()
            })?;
            bits.finish();
        } else {
            let mut bits = BitWriter::new(&mut packed.blocks);
            put_remainder(&mut bits, packed.last, &self.docs, &self.freqs, parameter);
            bits.finish();
            let has_positions = u64::from(n_bits > 0);
            let last = out.tail();
            put_varint(last, (packed.blocks.len() as u64) << 1 | has_positions);
            last.extend_from_slice(&packed.skips);
            last.extend_from_slice(&packed.ends);
            last.extend_from_slice(&packed.blocks);
            out.relieve()?;
            positions.drain(|piece| {
                out.tail().extend_from_slice(piece);
                out.relieve()
            })?;
        }
        self.docs.clear();
        self.freqs.clear();
        packed.clear();
        self.positions = BitWriter::new(positions);
        Ok(u32::try_from(n_docs).expect("articles are numbered by 32 bits"))
    }

    /// How many bits the positions have.
    fn n_bits(&self) -> usize {
        8 * self.positions.out().n_moved() + self.positions.n_bits()
    }

    /// Packs as many blocks as there are articles for.
    fn pack_blocks(&mut self, lengths: &impl Lengths) {
        let n_full = self.docs.len() / BLOCK * BLOCK;
        if n_full == 0 {
            return;
        }
        let has_positions = self.n_bits() > 0;
        let Packed {
            n_docs,
            last,
            end_bit,
            skips,
            ends,
            blocks,
        } = &mut self.packed;
        let mut packed = [0; 4 * BLOCK];
        let all = self.docs.chunks_exact(BLOCK);
        for (docs, freqs) in all.zip(self.freqs.chunks_exact(BLOCK)) {
            let gap_width = self.packer.num_bits_strictly_sorted(*last, docs);
            let less_one: [u32; BLOCK] = std::array::from_fn(|i| freqs[i] - 1);
            let freq_width = self.packer.num_bits(&less_one);
            let len = self
                .packer
                .compress_strictly_sorted(*last, docs, &mut packed, gap_width);
            blocks.extend_from_slice(&packed[..len]);
            let len = self.packer.compress(&less_one, &mut packed, freq_width);
            blocks.extend_from_slice(&packed[..len]);
            let end = docs[BLOCK - 1];
            if has_positions {
                let articles = docs.iter().zip(freqs);
                let bits = articles.map(|(&doc, &freq)| position_bits(lengths.length(doc), freq));
                *end_bit += bits.sum::<usize>() as u64;
                ends.extend_from_slice(&end_bit.to_le_bytes()[..END]);
            }
            let skip = Skip {
                last: end,
                gap_width,
                freq_width,
            };
            skip.write(skips);
            *last = Some(end);
        }
        *n_docs += n_full;
        self.docs.drain(..n_full);
        self.freqs.drain(..n_full);
    }
}

impl Packed {
    /// Keeps the buffers only, unless they are large.
    fn clear(&mut self) {
        self.n_docs = 0;
        self.last = None;
        self.end_bit = 0;
        for bytes in [&mut self.skips, &mut self.ends, &mut self.blocks] {
            bytes.clear();
            bytes.shrink_to(1 << 20);
        }
    }
}

fn put_remainder<O: BorrowMut<Vec<u8>>>(
    bits: &mut BitWriter<O>,
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
