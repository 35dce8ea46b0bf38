//! Packing a list.

use std::ops::Range;

use bitpacking::{BitPacker as _, BitPacker4x};
use tantivy::DocId;

use super::super::layer::Lengths;
use super::postings::Postings;
use super::skip::Skip;
use super::{BLOCK, END, position_bits, position_width, rice_parameter};
use crate::bits::BitWriter;
use crate::varint::put_varint;

/// Packs lists, with buffers that are used again.
pub(in crate::layers) struct ListWriter {
    packer: BitPacker4x,
    docs: Vec<DocId>,
    freqs: Vec<u32>,
    positions: BitWriter<Vec<u8>>,
    skips: Vec<u8>,
    ends: Vec<u8>,
    blocks: Vec<u8>,
}

impl ListWriter {
    pub(in crate::layers) fn new() -> Self {
        Self {
            packer: BitPacker4x::new(),
            docs: Vec::new(),
            freqs: Vec::new(),
            positions: BitWriter::default(),
            skips: Vec::new(),
            ends: Vec::new(),
            blocks: Vec::new(),
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
        let n_before = self.docs.len();
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
            } else {
                self.copy_positions(positions, run..before);
                run = bit;
            }
        }
        self.copy_positions(positions, run..bit);
        self.docs.len() > n_before
    }

    fn copy_positions(&mut self, from: &[u8], bits: Range<usize>) {
        // Of a damaged list no more than there is.
        let n_bits = bits.end.min(8 * from.len()).saturating_sub(bits.start);
        self.positions.copy(from, bits.start, n_bits);
    }

    /// Appends the list to `out` and begins a new one; gives the number of its articles.
    pub(in crate::layers) fn finish(&mut self, lengths: &impl Lengths, out: &mut Vec<u8>) -> u32 {
        let n_docs = self.docs.len();
        let positions = std::mem::take(&mut self.positions);
        let n_bits = positions.n_bits();
        let mut positions = positions.finish();
        let n_full = n_docs / BLOCK * BLOCK;
        let parameter = rice_parameter(n_docs, lengths.n_docs());
        if n_full == 0 {
            let mut bits = BitWriter::new(out);
            put_remainder(&mut bits, None, &self.docs, &self.freqs, parameter);
            bits.copy(&positions, 0, n_bits);
            bits.finish();
        } else {
            self.pack_blocks(n_full, lengths, n_bits > 0);
            let last = self.docs[n_full - 1];
            let mut bits = BitWriter::new(&mut self.blocks);
            let (docs, freqs) = (&self.docs[n_full..], &self.freqs[n_full..]);
            put_remainder(&mut bits, Some(last), docs, freqs, parameter);
            bits.finish();
            let has_positions = u64::from(n_bits > 0);
            put_varint(out, (self.blocks.len() as u64) << 1 | has_positions);
            out.extend_from_slice(&self.skips);
            out.extend_from_slice(&self.ends);
            out.extend_from_slice(&self.blocks);
            out.extend_from_slice(&positions);
        }
        self.docs.clear();
        self.freqs.clear();
        positions.clear();
        self.positions = BitWriter::new(positions);
        u32::try_from(n_docs).expect("articles are numbered by 32 bits")
    }

    fn pack_blocks(&mut self, n_full: usize, lengths: &impl Lengths, has_positions: bool) {
        self.skips.clear();
        self.ends.clear();
        self.blocks.clear();
        let mut packed = [0; 4 * BLOCK];
        let mut last = None;
        let mut end_bit = 0u64;
        let blocks = self.docs[..n_full]
            .chunks_exact(BLOCK)
            .zip(self.freqs.chunks_exact(BLOCK));
        for (docs, freqs) in blocks {
            let gap_width = self.packer.num_bits_strictly_sorted(last, docs);
            let less_one: [u32; BLOCK] = std::array::from_fn(|i| freqs[i] - 1);
            let freq_width = self.packer.num_bits(&less_one);
            let len = self
                .packer
                .compress_strictly_sorted(last, docs, &mut packed, gap_width);
            self.blocks.extend_from_slice(&packed[..len]);
            let len = self.packer.compress(&less_one, &mut packed, freq_width);
            self.blocks.extend_from_slice(&packed[..len]);
            let end = docs[BLOCK - 1];
            if has_positions {
                let articles = docs.iter().zip(freqs);
                let bits = articles.map(|(&doc, &freq)| position_bits(lengths.length(doc), freq));
                end_bit += bits.sum::<usize>() as u64;
                self.ends.extend_from_slice(&end_bit.to_le_bytes()[..END]);
            }
            let skip = Skip {
                last: end,
                gap_width,
                freq_width,
            };
            skip.write(&mut self.skips);
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
