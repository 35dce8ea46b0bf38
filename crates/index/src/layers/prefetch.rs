//! Having bytes at hand before they are read.

use prefetch_index::prefetch_index;

/// The bytes that come into the processor's cache together.
const CACHE_LINE: usize = 64;

/// Asks the processor to have so many lines of `bytes` at hand from `at` on; what is not there does no harm.
pub(super) fn prefetch(bytes: &[u8], at: usize, n_lines: usize) {
    for line in 0..n_lines {
        prefetch_index(bytes, at + line * CACHE_LINE);
    }
}
