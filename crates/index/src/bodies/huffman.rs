//! A canonical Huffman code: shorter codes for what is more frequent, all of them known from their lengths.
//!
//! Symbols are numbered by their lengths, so that a code is the number of its symbol among those of its length, above what
//! the shorter ones take. Source: D. S. Hirschberg, D. A. Lelewer, Efficient decoding of prefix codes, CACM 33 (4), 1990.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::bits::{BitReader, BitWriter, SEEN, low_bits};

/// The most bits of a code.
pub(super) const MAX_BITS: usize = 20;
/// So many bits nearly always tell how long the code is that they begin.
const TABLE_BITS: u32 = 11;

/// How many bits each symbol takes, by how often it is there; at least 1 and at most [`MAX_BITS`].
///
/// Of two symbols or more, and fewer than 2 to the power of [`MAX_BITS`] less one.
pub(super) fn lengths(counts: &[u32]) -> Vec<u8> {
    // What is rare is taken for less rare until no code is too long: of equally frequent symbols, none is.
    let mut least = 1;
    loop {
        let lengths = unlimited(counts, least);
        if lengths.iter().all(|len| usize::from(*len) <= MAX_BITS) {
            return lengths;
        }
        least *= 2;
    }
}

fn unlimited(counts: &[u32], least: u32) -> Vec<u8> {
    let n = counts.len();
    let weights = counts.iter().map(|count| u64::from((*count).max(least)));
    // Of equals the ones that came first are joined first, so that equal counts give equal codes.
    let mut heap: BinaryHeap<_> = weights.zip(0..).map(Reverse).collect();
    let mut above = vec![0; 2 * n];
    let mut n_nodes = n;
    while let (Some(Reverse((light, a))), Some(Reverse((heavy, b)))) = (heap.pop(), heap.pop()) {
        above[a] = n_nodes;
        above[b] = n_nodes;
        heap.push(Reverse((light + heavy, n_nodes)));
        n_nodes += 1;
    }
    let mut depths = vec![0_u8; n_nodes];
    for node in (0..n_nodes - 1).rev() {
        depths[node] = depths[above[node]].saturating_add(1);
    }
    depths.truncate(n);
    depths
}

/// How many symbols have codes of each length.
pub(super) type Counts = [u32; MAX_BITS + 1];

/// Whether there is a code of such lengths in which every sequence of bits means something.
pub(super) fn is_complete(counts: &Counts) -> bool {
    let share = |(len, count): (usize, &u32)| u64::from(*count) << (MAX_BITS - len);
    counts[0] == 0 && counts.iter().enumerate().map(share).sum::<u64>() == 1 << MAX_BITS
}

/// Writes symbols.
pub(super) struct Encoder {
    /// For each symbol its code, the first bit lowest, above how many bits it has.
    codes: Vec<u32>,
}

/// The bits of an encoder's entry for the length.
const LEN_BITS: u32 = 5;

impl Encoder {
    pub(super) fn new(counts: &Counts) -> Self {
        let mut codes = Vec::new();
        let mut code = 0_u32;
        for (len, count) in (0..).zip(counts) {
            code <<= 1;
            for _ in 0..*count {
                codes.push(reversed(code, len) << LEN_BITS | len);
                code += 1;
            }
        }
        Self { codes }
    }

    #[inline]
    pub(super) fn write(&self, symbol: u32, out: &mut BitWriter<&mut Vec<u8>>) {
        let code = self.codes[symbol as usize];
        out.write(code >> LEN_BITS, code & low_bits(LEN_BITS));
    }
}

/// Reads symbols.
pub(super) struct Decoder {
    /// By the next [`TABLE_BITS`] bits, how many bits the code has that they are the beginning of; 0 where that takes more
    /// of them to tell, which is rare: longer codes have higher numbers.
    table: Vec<u8>,
    /// For each length: one past its last code, and what is to be taken off a code to get its symbol, by wrapping.
    lengths: [(u32, u32); MAX_BITS + 1],
}

impl Decoder {
    /// Of a [complete](is_complete) code.
    pub(super) fn new(counts: &Counts) -> Self {
        let mut lengths = [(0, 0); MAX_BITS + 1];
        let (mut end, mut symbol) = (0_u32, 0_u32);
        for (of_len, count) in lengths.iter_mut().zip(counts) {
            end <<= 1;
            let above = end.wrapping_sub(symbol);
            end += count;
            symbol += count;
            *of_len = (end, above);
        }
        let mut decoder = Self {
            table: Vec::new(),
            lengths,
        };
        let len = |next: u32| {
            // What follows is between all zeros and all ones.
            let [least, most] = [next, next | !low_bits(TABLE_BITS)].map(|next| decoder.len(next));
            if least == most { least as u8 } else { 0 }
        };
        decoder.table = (0..1 << TABLE_BITS).map(len).collect();
        decoder
    }

    /// Reads symbols and hands them out until one is not taken.
    #[inline]
    pub(super) fn each(&self, bits: &mut BitReader<'_>, mut take: impl FnMut(u32) -> bool) {
        loop {
            let mut next = bits.peek();
            let mut seen = SEEN;
            while seen >= MAX_BITS as u32 {
                let mut len = u32::from(self.table[next as usize & low_bits(TABLE_BITS) as usize]);
                if len == 0 {
                    len = self.len(next as u32);
                }
                let (_, above) = self.lengths[len as usize];
                let symbol = reversed(next as u32, len).wrapping_sub(above);
                next >>= len;
                seen -= len;
                bits.skip(len);
                if !take(symbol) {
                    return;
                }
            }
        }
    }

    /// The length of the code that these bits begin with.
    #[cold]
    fn len(&self, next: u32) -> u32 {
        (1..MAX_BITS as u32)
            .find(|len| reversed(next, *len) < self.lengths[*len as usize].0)
            .unwrap_or(MAX_BITS as u32)
    }
}

/// The lowest `len` bits, at least one, from the last to the first.
fn reversed(bits: u32, len: u32) -> u32 {
    bits.reverse_bits() >> (u32::BITS - len)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn counts_of(lengths: &[u8]) -> Counts {
        let mut counts = Counts::default();
        for len in lengths {
            counts[usize::from(*len)] += 1;
        }
        counts
    }

    #[test]
    fn what_is_frequent_is_short() {
        // As in Huffman's own paper, the example of A Method for the Construction of Minimum-Redundancy Codes, 1952.
        let counts = [20, 18, 10, 10, 10, 6, 6, 4, 4, 4, 4, 3, 1];
        let bits = |lengths: &[u8]| -> u32 {
            let bits = lengths
                .iter()
                .zip(counts)
                .map(|(len, count)| u32::from(*len) * count);
            bits.sum()
        };
        assert_eq!(bits(&lengths(&counts)), 342);
    }

    #[test]
    fn no_code_is_too_long() {
        // Frequencies as Fibonacci's numbers make the longest codes.
        let mut counts = vec![1_u32, 1];
        while counts.len() < 40 {
            counts.push(counts[counts.len() - 1] + counts[counts.len() - 2]);
        }
        let lengths = lengths(&counts);
        assert_eq!(lengths.iter().max(), Some(&(MAX_BITS as u8)));
        assert!(is_complete(&counts_of(&lengths)));
    }

    proptest! {
        #[test]
        fn symbols_come_back(
            counts in proptest::collection::vec(0..100_000_u32, 2..3000),
            picks: Vec<proptest::sample::Index>,
        ) {
            let mut lengths = lengths(&counts);
            lengths.sort_unstable();
            let counts = counts_of(&lengths);
            prop_assert!(is_complete(&counts));
            let symbols: Vec<u32> = picks.iter().map(|pick| pick.index(lengths.len()) as u32).collect();
            let mut bytes = Vec::new();
            let encoder = Encoder::new(&counts);
            let mut writer = BitWriter::new(&mut bytes);
            for symbol in &symbols {
                encoder.write(*symbol, &mut writer);
            }
            writer.finish();
            let decoder = Decoder::new(&counts);
            let mut reader = BitReader::new(&bytes, 0);
            let mut read = Vec::new();
            if !symbols.is_empty() {
                decoder.each(&mut reader, |symbol| {
                    read.push(symbol);
                    read.len() < symbols.len()
                });
            }
            prop_assert_eq!(read, symbols);
            prop_assert_eq!(reader.bit().div_ceil(8), bytes.len());
        }
    }
}
