//! Numbers of any width in a run of bytes, the lowest bits first.

use std::borrow::BorrowMut;

/// Appends numbers to a run of bytes, borrowed or its own; [`finish`](Self::finish) fills up the last byte.
#[derive(Default)]
pub(crate) struct BitWriter<O> {
    out: O,
    buffer: u64,
    /// How many bits of the buffer are taken; always below 32.
    taken: u32,
}

impl<O: BorrowMut<Vec<u8>>> BitWriter<O> {
    pub(crate) fn new(out: O) -> Self {
        Self {
            out,
            buffer: 0,
            taken: 0,
        }
    }

    /// Writes the lowest `width` bits of a number, at most 32.
    pub(crate) fn write(&mut self, value: u32, width: u32) {
        debug_assert!(width == 32 || value >> width == 0);
        self.buffer |= u64::from(value) << self.taken;
        self.taken += width;
        if self.taken >= 32 {
            let bytes = (self.buffer as u32).to_le_bytes();
            self.out.borrow_mut().extend_from_slice(&bytes);
            self.buffer >>= 32;
            self.taken -= 32;
        }
    }

    /// Writes a number as so many zeros, and a one.
    fn write_unary(&mut self, value: u32) {
        for _ in 0..value / 31 {
            self.write(0, 31);
        }
        let rest = value % 31;
        self.write(1 << rest, rest + 1);
    }

    /// Writes a number in Golomb and Rice's code with this parameter, below 32.
    pub(crate) fn write_rice(&mut self, value: u32, parameter: u32) {
        self.write_unary(value >> parameter);
        self.write(value & low_bits(parameter), parameter);
    }

    /// Writes a number of at least 1 in Elias's gamma code.
    pub(crate) fn write_gamma(&mut self, value: u32) {
        let width = value.max(1).ilog2();
        self.write_unary(width);
        self.write(value & low_bits(width), width);
    }

    /// Writes so many bits as they are in `data` from a bit on; zeros, where it has no more.
    pub(crate) fn copy(&mut self, data: &[u8], bit: usize, n_bits: usize) {
        let mut reader = BitReader::new(data, bit);
        let mut left = n_bits;
        while left > 0 {
            let width = left.min(32) as u32;
            self.write(reader.read(width), width);
            left -= width as usize;
        }
    }

    /// What is written to; the last bits are not there yet.
    pub(crate) fn out(&self) -> &O {
        &self.out
    }

    /// The same, to be changed.
    pub(crate) fn out_mut(&mut self) -> &mut O {
        &mut self.out
    }

    /// How many bits are written, those included that were there before.
    pub(crate) fn n_bits(&self) -> usize {
        8 * self.out.borrow().len() + self.taken as usize
    }

    /// Gives back what was written to.
    pub(crate) fn finish(mut self) -> O {
        let n_bytes = self.taken.div_ceil(8) as usize;
        let bytes = self.buffer.to_le_bytes();
        self.out.borrow_mut().extend_from_slice(&bytes[..n_bytes]);
        self.out
    }
}

/// Reads what a [`BitWriter`] wrote; behind the end there are zeros.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BitReader<'a> {
    data: &'a [u8],
    bit: usize,
}

impl<'a> BitReader<'a> {
    /// Begins at a bit of `data`.
    pub(crate) fn new(data: &'a [u8], bit: usize) -> Self {
        Self { data, bit }
    }

    /// The bit that is read next.
    pub(crate) fn bit(&self) -> usize {
        self.bit
    }

    /// At least [`SEEN`] bits from here on.
    #[inline]
    pub(crate) fn peek(&self) -> u64 {
        let at = self.bit / 8;
        let word = match self.data.get(at..at + 8) {
            Some(bytes) => u64::from_le_bytes(bytes.try_into().expect("it is of 8 bytes")),
            None => {
                let rest = self.data.get(at..).unwrap_or_default();
                let mut bytes = [0; 8];
                bytes[..rest.len()].copy_from_slice(rest);
                u64::from_le_bytes(bytes)
            }
        };
        word >> (self.bit % 8)
    }

    /// Passes over so many bits.
    #[inline]
    pub(crate) fn skip(&mut self, n_bits: u32) {
        self.bit += n_bits as usize;
    }

    /// Reads a number of `width` bits, at most 32.
    pub(crate) fn read(&mut self, width: u32) -> u32 {
        let value = self.peek() as u32 & low_bits(width);
        self.skip(width);
        value
    }

    fn read_unary(&mut self) -> u32 {
        let mut value = 0;
        loop {
            let bits = self.peek();
            if bits != 0 {
                let zeros = bits.trailing_zeros();
                self.bit += zeros as usize + 1;
                return value + zeros;
            }
            // Nothing but zeros: either a long number, or the end of damaged data.
            value += 57;
            self.bit += 57;
            if self.bit / 8 >= self.data.len() {
                return value;
            }
        }
    }

    pub(crate) fn read_rice(&mut self, parameter: u32) -> u32 {
        let high = self.read_unary();
        let low = self.read(parameter);
        high.wrapping_shl(parameter) | low
    }

    /// Reads `n` pairs of a number in Rice's code and one in gamma code, and hands them out until one is not taken.
    ///
    /// Both are short as a rule, and then one look at the data is enough for several.
    #[inline]
    pub(crate) fn each_rice_and_gamma(
        &mut self,
        parameter: u32,
        n: usize,
        mut take: impl FnMut(u32, u32) -> Option<()>,
    ) -> Option<()> {
        let (mut bits, mut n_bits) = (0, 0);
        for _ in 0..n {
            let mut pair = rice_and_gamma(bits, n_bits, parameter);
            if pair.is_none() {
                (bits, n_bits) = (self.peek(), SEEN);
                pair = rice_and_gamma(bits, n_bits, parameter);
            }
            match pair {
                Some((rice, gamma, len)) => {
                    bits >>= len;
                    n_bits -= len;
                    self.bit += len as usize;
                    take(rice, gamma)?;
                }
                None => {
                    n_bits = 0;
                    take(self.read_rice(parameter), self.read_gamma())?;
                }
            }
        }
        Some(())
    }

    pub(crate) fn read_gamma(&mut self) -> u32 {
        let width = self.read_unary().min(31);
        1 << width | self.read(width)
    }
}

/// How many bits are seen at once.
pub(crate) const SEEN: u32 = 57;

/// The numbers that the first `n_bits` begin with, below 64, one in Rice's code and one in gamma code, and how many bits
/// they take; `None` if they reach further.
#[inline]
fn rice_and_gamma(bits: u64, n_bits: u32, parameter: u32) -> Option<(u32, u32, u32)> {
    let high = bits.trailing_zeros();
    let rice = high + 1 + parameter;
    if rice >= n_bits {
        return None;
    }
    let gamma = bits >> rice;
    let width = gamma.trailing_zeros();
    let len = rice + 2 * width + 1;
    if len > n_bits {
        return None;
    }
    let low = (bits >> (high + 1)) as u32 & low_bits(parameter);
    let rest = (gamma >> (width + 1)) as u32 & low_bits(width);
    Some((high.wrapping_shl(parameter) | low, 1 << width | rest, len))
}

/// How many bits a number takes; 0 takes none.
pub(crate) fn width(value: u32) -> u32 {
    u32::BITS - value.leading_zeros()
}

/// So many ones.
pub(crate) fn low_bits(width: u32) -> u32 {
    1u32.checked_shl(width).map_or(u32::MAX, |bit| bit - 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_come_back(
            numbers in proptest::collection::vec((0..6u8, any::<u32>(), 0..32u32), 0..200),
        ) {
            let mut bytes = Vec::new();
            let mut writer = BitWriter::new(&mut bytes);
            // Unary parts are kept short, as parameters that fit their numbers keep them.
            let rice = |value: u32, parameter: u32| value & low_bits((parameter + 9).min(32));
            for &(kind, value, at) in &numbers {
                match kind {
                    0 => writer.write(value & low_bits(at + 1), at + 1),
                    1 => writer.write_rice(rice(value, at), at),
                    2 => writer.write_gamma(value >> at | 1),
                    3 => writer.write_unary(value % 300),
                    4 => {
                        writer.write_rice(rice(value, at), at);
                        writer.write_gamma(value >> at | 1);
                    }
                    _ => writer.write(0, 0),
                }
            }
            writer.finish();
            let mut reader = BitReader::new(&bytes, 0);
            for &(kind, value, at) in &numbers {
                match kind {
                    0 => prop_assert_eq!(reader.read(at + 1), value & low_bits(at + 1)),
                    1 => prop_assert_eq!(reader.read_rice(at), rice(value, at)),
                    2 => prop_assert_eq!(reader.read_gamma(), value >> at | 1),
                    3 => prop_assert_eq!(reader.read_unary(), value % 300),
                    4 => {
                        let pair = (rice(value, at), value >> at | 1);
                        let mut read = None;
                        reader.each_rice_and_gamma(at, 1, |rice, gamma| {
                            read = Some((rice, gamma));
                            read.map(|_| ())
                        });
                        prop_assert_eq!(read, Some(pair));
                    }
                    _ => prop_assert_eq!(reader.read(0), 0),
                }
            }
            prop_assert_eq!(reader.bit().div_ceil(8), bytes.len());
        }

        #[test]
        fn reading_nonsense_ends(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let mut reader = BitReader::new(&bytes, 3);
            for _ in 0..400 {
                let _ = reader.read_rice(5) ^ reader.read_gamma();
                reader.each_rice_and_gamma(5, 3, |_, _| Some(()));
            }
        }
    }
}
