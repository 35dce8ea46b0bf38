//! What tells of a full block where it ends, so that it can be passed over.

use tantivy::DocId;

use super::BLOCK;

/// What is said of a full block in front of all blocks.
///
/// ```text
/// last article u32, width of gaps u8, width of frequencies u8
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Skip {
    pub(super) last: DocId,
    pub(super) gap_width: u8,
    pub(super) freq_width: u8,
}

impl Skip {
    /// Its bytes.
    pub(super) const LEN: usize = 6;

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.last.to_le_bytes());
        out.extend([self.gap_width, self.freq_width]);
    }

    #[inline]
    pub(super) fn read(bytes: &[u8; Self::LEN]) -> Self {
        let [a, b, c, d, gap_width, freq_width] = *bytes;
        Self {
            last: u32::from_le_bytes([a, b, c, d]),
            gap_width,
            freq_width,
        }
    }

    /// The bytes of the packed gaps.
    #[inline]
    pub(super) fn gap_bytes(&self) -> usize {
        usize::from(self.gap_width) * BLOCK / 8
    }

    /// The bytes of the packed frequencies.
    #[inline]
    pub(super) fn freq_bytes(&self) -> usize {
        usize::from(self.freq_width) * BLOCK / 8
    }

    /// Whether there are numbers of these widths.
    #[inline]
    pub(super) fn is_possible(&self) -> bool {
        self.gap_width <= 32 && self.freq_width <= 32
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_comes_back(last: u32, gap_width: u8, freq_width: u8) {
            let skip = Skip { last, gap_width, freq_width };
            let mut bytes = Vec::new();
            skip.write(&mut bytes);
            prop_assert_eq!(Skip::read(bytes.as_slice().try_into().unwrap()), skip);
        }
    }
}
