//! What is in one directory, in order.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fs::{self, DirEntry, ReadDir};
use std::io;
use std::path::{Path, PathBuf};

use super::record::{self, Kind};
use crate::error::{Error, ErrorKind, Result};
use crate::sorting::{Scratch, Sorter};

/// A directory that is being walked.
#[derive(Debug)]
pub(super) struct Listing {
    path: PathBuf,
    /// `None` once all names were read.
    entries: Option<ReadDir>,
    files: Sorter,
    directories: Sorter,
    /// A record that is being made.
    record: Vec<u8>,
}

impl Listing {
    /// Opens a directory, of which so many bytes of names of files, and as many of directories, are kept in memory.
    pub(super) fn new(path: PathBuf, limit: usize) -> Result<Self> {
        match fs::read_dir(&path) {
            Ok(entries) => Ok(Self {
                path,
                entries: Some(entries),
                files: Sorter::new(limit),
                directories: Sorter::new(limit),
                record: Vec::new(),
            }),
            Err(error) => Err(io_error(error, &path)),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The next of what is in the directory: what goes wrong while it is read, then files, then directories.
    pub(super) fn next(&mut self, scratch: &mut Scratch) -> Option<Result<(Kind, PathBuf)>> {
        while let Some(entries) = &mut self.entries {
            let taken = match entries.next() {
                Some(Ok(entry)) => self.take(&entry, scratch),
                Some(Err(error)) => Err(io_error(error, &self.path)),
                None => {
                    self.entries = None;
                    self.files.sort();
                    self.directories.sort();
                    Ok(())
                }
            };
            if let Err(error) = taken {
                return Some(Err(error));
            }
        }
        match self.next_sorted() {
            Ok(next) => next.map(Ok),
            Err(error) => {
                self.files.clear();
                self.directories.clear();
                let reason =
                    format!("its names cannot be read back from a temporary file: {error}");
                Some(Err(io_error(io::Error::other(reason), &self.path)))
            }
        }
    }

    fn take(&mut self, entry: &DirEntry, scratch: &mut Scratch) -> Result<()> {
        let name = entry.file_name();
        let name = name.as_encoded_bytes();
        if name.starts_with(b".") {
            return Ok(());
        }
        let kind = kind(entry).map_err(|error| io_error(error, &entry.path()))?;
        let names = match kind.is_directory() {
            true => &mut self.directories,
            false => &mut self.files,
        };
        let record = record::put(kind, name, &mut self.record);
        let written = names.push(record, scratch);
        stay_in_memory(written, scratch);
        Ok(())
    }

    fn next_sorted(&mut self) -> io::Result<Option<(Kind, PathBuf)>> {
        let path = &self.path;
        let entry = |record: &[u8]| {
            let (kind, name) = record::get(record);
            (kind, join(path, name))
        };
        if let Some(record) = self.files.next()? {
            return Ok(Some(entry(record)));
        }
        self.files.clear();
        Ok(self.directories.next()?.map(entry))
    }

    /// How many bytes of memory the names take that are still to be handed out.
    pub(super) fn held(&self) -> usize {
        self.files.held() + self.directories.held()
    }

    /// Keeps on disk what is still to be handed out, until it is.
    pub(super) fn shrink(&mut self, scratch: &mut Scratch) {
        for names in [&mut self.files, &mut self.directories] {
            let written = names.shrink(scratch);
            stay_in_memory(written, scratch);
        }
    }
}

/// Goes on where names cannot be written.
fn stay_in_memory(written: io::Result<()>, scratch: &Scratch) {
    if let Err(error) = written {
        let dir = scratch.dir().display();
        tracing::warn!(%dir, %error, "cannot write a temporary file: names of files stay in memory");
    }
}

pub(super) fn io_error(error: io::Error, path: &Path) -> Error {
    Error::from(ErrorKind::Io(error)).at(Some(path))
}

/// A link that leads nowhere has its place among the files and is [`Kind::Unknown`].
fn kind(entry: &DirEntry) -> io::Result<Kind> {
    let file_type = entry.file_type()?;
    if !file_type.is_symlink() {
        return Ok(Kind::of(file_type));
    }
    let behind = fs::metadata(entry.path());
    Ok(behind.map_or(Kind::Unknown, |it| Kind::behind_link(it.file_type())))
}

/// The same as [`Path::join`], at once as long as it becomes.
fn join(dir: &Path, name: &[u8]) -> PathBuf {
    let mut path = PathBuf::with_capacity(dir.as_os_str().len() + 1 + name.len());
    path.push(dir);
    path.push(os_str(name));
    path
}

/// A name of the bytes that it was taken as; where the system's names are no bytes, it must be Unicode not to be changed.
fn os_str(bytes: &[u8]) -> Cow<'_, OsStr> {
    #[cfg(unix)]
    let name = Cow::Borrowed(<OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes));
    #[cfg(not(unix))]
    let name = match String::from_utf8_lossy(bytes) {
        Cow::Borrowed(name) => Cow::Borrowed(OsStr::new(name)),
        Cow::Owned(name) => Cow::Owned(name.into()),
    };
    name
}
