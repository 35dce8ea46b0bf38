//! A file that is read once from beginning to end.

use std::io;
use std::ops::Range;

use tantivy::HasLen;
use tantivy::directory::{FileSlice, OwnedBytes};

/// The bytes of a window, at most.
const MAX_SIZE: usize = 256 << 10;
/// The bytes that are read into memory, at most; the window on a longer piece is mapped.
pub(crate) const LONGEST: usize = 1 << 20;
/// The bytes of a window, at least.
const MIN_SIZE: usize = 16 << 10;
/// The bytes of all windows that are open side by side, at most, if they need not be smaller than they may be.
const ALL: usize = 8 << 20;

/// The part of a file that is read at the moment.
pub(crate) struct Window {
    file: FileSlice,
    /// How many bytes are read at a time.
    size: usize,
    start: usize,
    bytes: OwnedBytes,
}

impl Window {
    /// One of so many windows that are open side by side.
    pub(crate) fn one_of(n_windows: usize, file: FileSlice) -> Self {
        Self {
            file,
            size: (ALL / n_windows.max(1)).clamp(MIN_SIZE, MAX_SIZE),
            start: 0,
            bytes: OwnedBytes::empty(),
        }
    }

    /// How many bytes the file has.
    pub(crate) fn len(&self) -> usize {
        self.file.len()
    }

    /// The bytes of a range, which begins where the one before did or behind; of one that is not in the file, none.
    pub(crate) fn get(&mut self, range: Range<usize>) -> io::Result<&[u8]> {
        if range.start < self.start || self.start + self.bytes.len() < range.end {
            if range.end > self.file.len() || range.start > range.end {
                return Ok(&[]);
            }
            let end = range.end.max(range.start + self.size).min(self.file.len());
            // Not both at the same time.
            self.bytes = OwnedBytes::empty();
            self.bytes = self.file.read_bytes_slice(range.start..end)?;
            self.start = range.start;
        }
        Ok(&self.bytes[range.start - self.start..range.end - self.start])
    }
}
