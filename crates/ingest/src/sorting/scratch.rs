//! A temporary file of sorted runs of records, one behind the other.
//!
//! A record is framed: before it is its length, in four bytes.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Read, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many bytes are written at once.
const WRITTEN_AT_ONCE: usize = 1 << 15;

/// What is before a record.
const HEADER: usize = 4;

/// Where runs are written: a file without a name, made for the first of them.
///
/// What was written last may be given up, so that its room is used again.
#[derive(Debug)]
pub(crate) struct Scratch {
    dir: PathBuf,
    file: Option<Arc<File>>,
    /// How many bytes are in use.
    end: u64,
    /// Whether writing has failed, so that it is not tried again.
    failed: bool,
}

/// Records in order, in a part of the file of a [`Scratch`].
#[derive(Debug)]
pub(super) struct Run {
    reader: BufReader<Part>,
}

/// What is left to read of a part of a file.
#[derive(Debug, Clone)]
struct Part {
    file: Arc<File>,
    start: u64,
    end: u64,
}

impl Scratch {
    /// An empty one, whose file is to be in `dir`.
    pub(crate) fn new(dir: PathBuf) -> Self {
        Self {
            dir,
            file: None,
            end: 0,
            failed: false,
        }
    }

    /// Where the file is.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// How many bytes are in use.
    pub(crate) fn end(&self) -> u64 {
        self.end
    }

    /// Gives up what was written since so many bytes were in use.
    pub(crate) fn truncate(&mut self, end: u64) {
        self.end = end;
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.failed
    }

    /// Writes records, which are in order, as a run.
    pub(super) fn write<'r>(&mut self, records: impl Iterator<Item = &'r [u8]>) -> io::Result<Run> {
        let written = self.try_write(records);
        self.failed |= written.is_err();
        written
    }

    fn try_write<'r>(&mut self, records: impl Iterator<Item = &'r [u8]>) -> io::Result<Run> {
        let file = match &self.file {
            Some(file) => file,
            None => self
                .file
                .insert(Arc::new(tempfile::tempfile_in(&self.dir)?)),
        };
        let mut writer = BufWriter::with_capacity(WRITTEN_AT_ONCE, &**file);
        writer.seek(SeekFrom::Start(self.end))?;
        let mut part = Part {
            file: Arc::clone(file),
            start: self.end,
            end: self.end,
        };
        for record in records {
            let header = header(record);
            writer.write_all(&header)?;
            writer.write_all(record)?;
            part.end += len(record) as u64;
        }
        writer.flush()?;
        self.end = part.end;
        Ok(Run {
            reader: BufReader::with_capacity(0, part),
        })
    }
}

impl Run {
    /// Sets how many bytes are read at once; before, nothing can be.
    pub(super) fn open(&mut self, buffer: usize) {
        let part = self.reader.get_ref().clone();
        self.reader = BufReader::with_capacity(buffer, part);
    }

    /// Gives up the memory for reading, and so many of the bytes that were read last: they are read again.
    pub(super) fn close(&mut self, unused: usize) {
        let mut part = self.reader.get_ref().clone();
        part.start -= (self.reader.buffer().len() + unused) as u64;
        self.reader = BufReader::with_capacity(0, part);
    }

    /// Reads the next record into a buffer; `false` at the end.
    pub(super) fn read(&mut self, record: &mut Vec<u8>) -> io::Result<bool> {
        if self.reader.fill_buf()?.is_empty() {
            return Ok(false);
        }
        let mut header = [0; HEADER];
        self.reader.read_exact(&mut header)?;
        record.resize(record_len(header), 0);
        self.reader.read_exact(record)?;
        Ok(true)
    }
}

/// How many bytes a record has with its frame.
pub(super) fn len(record: &[u8]) -> usize {
    HEADER + record.len()
}

/// Appends a record, framed.
pub(super) fn put(record: &[u8], out: &mut Vec<u8>) {
    out.extend(header(record));
    out.extend_from_slice(record);
}

/// The record that framed bytes begin with.
pub(super) fn first(bytes: &[u8]) -> &[u8] {
    let (header, rest) = bytes.split_first_chunk().expect("a record has a frame");
    &rest[..record_len(*header)]
}

fn header(record: &[u8]) -> [u8; HEADER] {
    let len = u32::try_from(record.len()).expect("no record has 4 GiB");
    len.to_le_bytes()
}

fn record_len(header: [u8; HEADER]) -> usize {
    usize::try_from(u32::from_le_bytes(header)).expect("the record was in memory before")
}

impl Read for Part {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end - self.start).unwrap_or(usize::MAX);
        let len = buffer.len().min(left);
        if len == 0 {
            return Ok(0);
        }
        let mut file = &*self.file;
        file.seek(SeekFrom::Start(self.start))?;
        let n_read = file.read(&mut buffer[..len])?;
        if n_read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.start += n_read as u64;
        Ok(n_read)
    }
}

#[cfg(test)]
impl Scratch {
    /// Takes away all that was written.
    pub(crate) fn cut(&self) {
        let file = self.file.as_ref().expect("something was written");
        file.set_len(0).expect("the file is open for writing");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(scratch: &mut Scratch, names: &[&str]) -> Run {
        scratch
            .write(names.iter().map(|name| name.as_bytes()))
            .unwrap()
    }

    fn next(run: &mut Run) -> io::Result<Option<String>> {
        let mut record = Vec::new();
        let is_one = run.read(&mut record)?;
        Ok(is_one.then(|| String::from_utf8(record).unwrap()))
    }

    #[test]
    fn runs_are_read_side_by_side_and_their_room_is_used_again() {
        let dir = tempfile::tempdir().unwrap();
        let mut scratch = Scratch::new(dir.path().to_owned());
        let mut below = write(&mut scratch, &["a", "城市", "x"]);
        let end = scratch.end();
        for names in [["b", "c"], ["d", "e"]] {
            let mut above = write(&mut scratch, &names);
            for run in [&mut below, &mut above] {
                run.open(5);
            }
            assert_eq!(next(&mut below).unwrap().as_deref(), Some("a"));
            assert_eq!(next(&mut above).unwrap().as_deref(), Some(names[0]));
            assert_eq!(next(&mut below).unwrap().as_deref(), Some("城市"));
            assert_eq!(next(&mut above).unwrap().as_deref(), Some(names[1]));
            assert_eq!(next(&mut above).unwrap(), None);
            below.close(len("城市".as_bytes()) + len(b"a"));
            scratch.truncate(end);
        }
        assert_eq!(fs_len(&scratch), end + 2 * len(b"b") as u64);
    }

    #[test]
    fn what_was_taken_away_is_missed() {
        let dir = tempfile::tempdir().unwrap();
        let mut scratch = Scratch::new(dir.path().to_owned());
        let mut run = write(&mut scratch, &["a"]);
        scratch.cut();
        run.open(100);
        let error = next(&mut run).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }

    #[test]
    fn a_failure_is_remembered() {
        let mut scratch = Scratch::new("nowhere".into());
        assert!(!scratch.has_failed());
        assert!(scratch.write(std::iter::empty()).is_err() && scratch.has_failed());
    }

    fn fs_len(scratch: &Scratch) -> u64 {
        scratch.file.as_ref().unwrap().metadata().unwrap().len()
    }
}
