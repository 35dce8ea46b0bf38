//! The file itself.

use std::io::{self, Write};
use std::ops::Range;

use tantivy::directory::{FileSlice, OwnedBytes};
use tantivy::index::SegmentComponent;
use tantivy::{DocId, HasLen, TantivyError};

use crate::window::Window;

/// The ending of the file's name.
pub(crate) const EXTENSION: &str = "records";
const MAGIC: [u8; 8] = *b"FZRECRD\x01";
/// The bytes of an entry of the table: records of a segment have less than a terabyte.
const ENTRY: usize = 5;
/// The bytes of the number that the file ends with.
const COUNT: usize = 8;

/// The records of a segment, read in place.
pub(crate) struct Records {
    records: OwnedBytes,
    ends: OwnedBytes,
}

impl Records {
    /// Opens the records that are all of a file.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or is damaged.
    pub(crate) fn open(file: &FileSlice) -> tantivy::Result<Self> {
        Self::from_bytes(&file.read_bytes()?).ok_or_else(damaged)
    }

    pub(super) fn from_bytes(bytes: &OwnedBytes) -> Option<Self> {
        let shape = Shape::read(
            bytes.get(..MAGIC.len())?,
            bytes.get(bytes.len().checked_sub(COUNT)?..)?,
            bytes.len(),
        )?;
        Some(Self {
            records: bytes.slice(shape.records),
            ends: bytes.slice(shape.ends),
        })
    }

    /// The record of an article; `None` if there is none, or the table is damaged.
    pub(crate) fn get(&self, doc: DocId) -> Option<&[u8]> {
        self.records.get(range(&self.ends, doc)?)
    }
}

/// The records of a segment that are read once from beginning to end.
pub(super) struct RecordReader {
    records: Window,
    ends: OwnedBytes,
}

impl RecordReader {
    /// Opens the records that are all of a file.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or is damaged.
    pub(super) fn open(file: &FileSlice) -> tantivy::Result<Self> {
        let count_at = file.len().checked_sub(COUNT).ok_or_else(damaged)?;
        let magic = file.read_bytes_slice(0..MAGIC.len().min(count_at))?;
        let count = file.read_bytes_slice(count_at..file.len())?;
        let shape = Shape::read(&magic, &count, file.len()).ok_or_else(damaged)?;
        Ok(Self {
            ends: file.read_bytes_slice(shape.ends)?,
            records: Window::one_of(1, file.slice(shape.records)),
        })
    }

    /// The record of an article behind those asked for before.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or is damaged.
    pub(super) fn get(&mut self, doc: DocId) -> tantivy::Result<&[u8]> {
        let range = range(&self.ends, doc).filter(|range| range.end <= self.records.len());
        Ok(self.records.get(range.ok_or_else(damaged)?)?)
    }
}

/// Where what is in a file, in bytes from its beginning.
struct Shape {
    records: Range<usize>,
    ends: Range<usize>,
}

impl Shape {
    /// Of a file of `len` bytes that begins and ends with these; `None` if it is damaged.
    fn read(magic: &[u8], count: &[u8], len: usize) -> Option<Self> {
        let n_docs = u64::from_le_bytes(count.try_into().ok()?);
        let n_ends = usize::try_from(n_docs).ok()?.checked_mul(ENTRY)?;
        let ends_end = len.checked_sub(COUNT)?;
        let ends_at = ends_end.checked_sub(n_ends)?;
        (magic == MAGIC && MAGIC.len() <= ends_at).then_some(Self {
            records: MAGIC.len()..ends_at,
            ends: ends_at..ends_end,
        })
    }
}

/// Where among the records that of an article is; `None` if the table says nothing that can be.
fn range(ends: &[u8], doc: DocId) -> Option<Range<usize>> {
    let end = |number: usize| {
        let mut bytes = [0; 8];
        let entry = ends.get(number * ENTRY..(number + 1) * ENTRY)?;
        bytes[..ENTRY].copy_from_slice(entry);
        usize::try_from(u64::from_le_bytes(bytes)).ok()
    };
    let number = doc as usize;
    let start = match number.checked_sub(1) {
        None => 0,
        Some(before) => end(before)?,
    };
    let end = end(number)?;
    (start <= end).then_some(start..end)
}

/// Writes the records of a segment, in the order of its articles.
pub(super) struct RecordsWriter<W> {
    out: W,
    /// The bytes of the records so far.
    n_bytes: u64,
    ends: Vec<u8>,
}

impl<W: Write> RecordsWriter<W> {
    pub(super) fn new(mut out: W) -> io::Result<Self> {
        out.write_all(&MAGIC)?;
        Ok(Self {
            out,
            n_bytes: 0,
            ends: Vec::new(),
        })
    }

    /// Adds the record of the next article.
    pub(super) fn push(&mut self, record: &[u8]) -> io::Result<()> {
        self.out.write_all(record)?;
        self.n_bytes += record.len() as u64;
        let end = self.n_bytes.to_le_bytes();
        if end[ENTRY..].iter().any(|byte| *byte != 0) {
            return Err(io::Error::other("a segment has a terabyte of records"));
        }
        self.ends.extend_from_slice(&end[..ENTRY]);
        Ok(())
    }

    /// Gives back what was written to.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.out.write_all(&self.ends)?;
        let n_docs = (self.ends.len() / ENTRY) as u64;
        self.out.write_all(&n_docs.to_le_bytes())?;
        Ok(self.out)
    }

    /// The bytes in memory.
    pub(super) fn memory(&self) -> usize {
        self.ends.capacity()
    }
}

/// The place of the file in a segment.
pub(crate) fn component() -> SegmentComponent {
    SegmentComponent::Custom(EXTENSION.to_owned())
}

fn damaged() -> TantivyError {
    TantivyError::InternalError("its records are damaged".to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn file(records: &[Vec<u8>]) -> Vec<u8> {
        let mut writer = RecordsWriter::new(Vec::new()).unwrap();
        for record in records {
            writer.push(record).unwrap();
        }
        writer.finish().unwrap()
    }

    proptest! {
        #[test]
        fn records_come_back(records: Vec<Vec<u8>>) {
            let bytes = file(&records);
            let read = Records::from_bytes(&OwnedBytes::new(bytes.clone())).unwrap();
            let mut reader = RecordReader::open(&FileSlice::from(bytes)).unwrap();
            for (doc, record) in (0..).zip(&records) {
                prop_assert_eq!(read.get(doc), Some(record.as_slice()));
                prop_assert_eq!(reader.get(doc).unwrap(), record.as_slice());
            }
            prop_assert_eq!(read.get(records.len() as DocId), None);
            prop_assert!(reader.get(records.len() as DocId).is_err());
        }

        #[test]
        fn damaged_files_do_no_harm(records: Vec<Vec<u8>>, at: prop::sample::Index, byte: u8, cut: bool) {
            let mut bytes = file(&records);
            let at = at.index(bytes.len());
            match cut {
                true => bytes.truncate(at),
                false => bytes[at] = byte,
            }
            if let Some(read) = Records::from_bytes(&OwnedBytes::new(bytes.clone())) {
                (0..=records.len() as DocId).for_each(|doc| _ = read.get(doc));
            }
            if let Ok(mut reader) = RecordReader::open(&FileSlice::from(bytes)) {
                (0..=records.len() as DocId).for_each(|doc| _ = reader.get(doc));
            }
        }
    }
}
