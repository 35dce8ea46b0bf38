//! The temporary file of a walk: sorted runs of names, one behind the other.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Read, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use super::record::{self, Kind};

/// How many bytes are written at once.
const WRITTEN_AT_ONCE: usize = 1 << 15;

/// Where runs are written: a file without a name, made for the first of them.
///
/// Directories are entered and left like a stack is filled and emptied, and so is the file.
#[derive(Debug)]
pub(super) struct Scratch {
    dir: PathBuf,
    file: Option<Arc<File>>,
    /// How many bytes are in use.
    end: u64,
    /// Whether writing has failed, so that it is not tried again.
    failed: bool,
}

/// Names in order, in a part of the file of a [`Scratch`].
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
    pub(super) fn new(dir: PathBuf) -> Self {
        Self {
            dir,
            file: None,
            end: 0,
            failed: false,
        }
    }

    /// How many bytes are in use.
    pub(super) fn end(&self) -> u64 {
        self.end
    }

    /// Gives up what was written since so many bytes were in use.
    pub(super) fn truncate(&mut self, end: u64) {
        self.end = end;
    }

    pub(super) fn has_failed(&self) -> bool {
        self.failed
    }

    /// Writes records, which are in order, as a run; `None` where the file cannot be written, now or before.
    pub(super) fn write<'r>(&mut self, records: impl Iterator<Item = &'r [u8]>) -> Option<Run> {
        if self.failed {
            return None;
        }
        match self.try_write(records) {
            Ok(run) => Some(run),
            Err(error) => {
                let dir = self.dir.display();
                tracing::warn!(%dir, %error, "cannot write a temporary file: names of files stay in memory");
                self.failed = true;
                None
            }
        }
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
            writer.write_all(record)?;
            part.end += record.len() as u64;
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

    /// Reads the next name into a buffer; `None` at the end.
    pub(super) fn read(&mut self, name: &mut Vec<u8>) -> io::Result<Option<Kind>> {
        if self.reader.fill_buf()?.is_empty() {
            return Ok(None);
        }
        record::read(&mut self.reader, name).map(Some)
    }
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
    pub(super) fn cut(&self) {
        let file = self.file.as_ref().expect("something was written");
        file.set_len(0).expect("the file is open for writing");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(names: &[&str]) -> Vec<Vec<u8>> {
        let record = |name: &&str| {
            let mut record = Vec::new();
            record::put(Kind::File, name.as_bytes(), &mut record);
            record
        };
        names.iter().map(record).collect()
    }

    fn write(scratch: &mut Scratch, names: &[&str]) -> Run {
        let records = records(names);
        scratch.write(records.iter().map(Vec::as_slice)).unwrap()
    }

    fn next(run: &mut Run) -> io::Result<Option<String>> {
        let mut name = Vec::new();
        let kind = run.read(&mut name)?;
        Ok(kind.map(|_| String::from_utf8(name).unwrap()))
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
            below.close(record::len("城市".as_bytes()) + record::len(b"a"));
            scratch.truncate(end);
        }
        assert_eq!(fs_len(&scratch), end + 2 * record::len(b"b") as u64);
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
    fn a_file_that_cannot_be_made_is_tried_once() {
        let dir = tempfile::tempdir().unwrap();
        let later = dir.path().join("later");
        let mut scratch = Scratch::new(later.clone());
        assert!(scratch.write(std::iter::empty()).is_none());
        std::fs::create_dir(later).unwrap();
        assert!(scratch.write(std::iter::empty()).is_none() && scratch.has_failed());
    }

    fn fs_len(scratch: &Scratch) -> u64 {
        scratch.file.as_ref().unwrap().metadata().unwrap().len()
    }
}
