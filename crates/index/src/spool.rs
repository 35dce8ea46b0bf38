//! Bytes that are written once and read while more are written: in memory, or in a file that nobody else knows.

use std::borrow::{Borrow, BorrowMut};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::Arc;

use tantivy::directory::OwnedBytes;
use tempfile::NamedTempFile;

use crate::{fault, files};

/// What names of such files begin with: the next writer of the index removes what a killed one has left of them.
const PREFIX: &str = ".tmp-";

/// Bytes on their way to be read.
#[derive(Debug)]
pub(crate) enum Spool {
    Memory(Vec<u8>),
    File {
        file: Arc<NamedTempFile>,
        /// How many bytes were written.
        len: u64,
    },
}

/// The bytes of a spool; a file is there as long as they are.
#[derive(Debug, Clone)]
pub(crate) struct Spooled {
    pub(crate) bytes: OwnedBytes,
    _file: Option<Arc<NamedTempFile>>,
}

impl Spool {
    /// An empty one, in a file of a directory or, without one, in memory.
    pub(crate) fn new(dir: Option<&Path>) -> io::Result<Self> {
        let Some(dir) = dir else {
            return Ok(Self::Memory(Vec::new()));
        };
        fault::writing(dir)?;
        let file = tempfile::Builder::new().prefix(PREFIX).tempfile_in(dir)?;
        Ok(Self::File {
            file: Arc::new(file),
            len: 0,
        })
    }

    /// The one there is, or a new one.
    pub(crate) fn of<'s>(
        spool: &'s mut Option<Self>,
        dir: Option<&Path>,
    ) -> io::Result<&'s mut Self> {
        match spool {
            Some(spool) => Ok(spool),
            None => Ok(spool.insert(Self::new(dir)?)),
        }
    }

    /// How many bytes there are.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::File { len, .. } => *len,
        }
    }

    /// Appends bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Memory(all) => all.extend_from_slice(bytes),
            Self::File { file, len } => {
                fault::writing(file.path())?;
                file.as_file().write_all(bytes)?;
                *len += bytes.len() as u64;
            }
        }
        Ok(())
    }

    /// Puts other bytes in the place of the first.
    pub(crate) fn overwrite(&mut self, first: &[u8]) -> io::Result<()> {
        match self {
            Self::Memory(all) => all[..first.len()].copy_from_slice(first),
            Self::File { file, .. } => {
                let mut file = file.as_file();
                file.seek(SeekFrom::Start(0))?;
                file.write_all(first)?;
                file.seek(SeekFrom::End(0))?;
            }
        }
        Ok(())
    }

    /// What was written so far.
    pub(crate) fn read(&self) -> io::Result<Spooled> {
        match self {
            Self::Memory(bytes) => Ok(Spooled::of(OwnedBytes::new(bytes.clone()))),
            Self::File { file, .. } => Ok(Spooled {
                bytes: map(file.path())?,
                _file: Some(Arc::clone(file)),
            }),
        }
    }

    /// What was written, when nothing more is to come.
    pub(crate) fn into_read(self) -> io::Result<Spooled> {
        match self {
            Self::Memory(bytes) => Ok(Spooled::of(OwnedBytes::new(bytes))),
            file => file.read(),
        }
    }
}

/// Bytes that are appended and then written elsewhere: in memory and, what is beyond some megabytes, in a [`Spool`].
pub(crate) struct Overflow<'d> {
    /// Without a directory, everything is in memory.
    dir: Option<&'d Path>,
    spool: Option<Spool>,
    /// The bytes behind those of the spool.
    last: Vec<u8>,
}

impl<'d> Overflow<'d> {
    /// The bytes that are in memory, at most; in tests, few.
    const MOST: usize = if cfg!(test) { 64 } else { 2 << 20 };

    pub(crate) fn new(dir: Option<&'d Path>) -> Self {
        Self {
            dir,
            spool: None,
            last: Vec::new(),
        }
    }

    /// How many bytes there are.
    pub(crate) fn len(&self) -> usize {
        self.n_moved() + self.last.len()
    }

    /// How many of them are not in memory any more.
    pub(crate) fn n_moved(&self) -> usize {
        self.spool.as_ref().map_or(0, Spool::len) as usize
    }

    /// The last bytes, to append to; they are in memory before they are [moved](Self::relieve).
    pub(crate) fn tail(&mut self) -> &mut Vec<u8> {
        &mut self.last
    }

    /// Moves what was appended out of memory if it is too much.
    pub(crate) fn relieve(&mut self) -> io::Result<()> {
        if self.dir.is_some() && self.last.len() > Self::MOST {
            Spool::of(&mut self.spool, self.dir)?.write(&self.last)?;
            self.last.clear();
            self.last.shrink_to(2 * Self::MOST);
        }
        Ok(())
    }

    /// Hands over all bytes in pieces, and has none then.
    pub(crate) fn drain(
        &mut self,
        mut take: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        if let Some(spool) = self.spool.take() {
            let spooled = spool.into_read()?;
            spooled.bytes.chunks(Self::MOST).try_for_each(&mut take)?;
        }
        take(&self.last)?;
        self.last.clear();
        Ok(())
    }
}

/// As its [tail](Overflow::tail).
impl Borrow<Vec<u8>> for Overflow<'_> {
    fn borrow(&self) -> &Vec<u8> {
        &self.last
    }
}

impl Borrow<Vec<u8>> for &mut Overflow<'_> {
    fn borrow(&self) -> &Vec<u8> {
        &self.last
    }
}

impl BorrowMut<Vec<u8>> for &mut Overflow<'_> {
    fn borrow_mut(&mut self) -> &mut Vec<u8> {
        &mut self.last
    }
}

impl BorrowMut<Vec<u8>> for Overflow<'_> {
    fn borrow_mut(&mut self) -> &mut Vec<u8> {
        &mut self.last
    }
}

impl Spooled {
    /// Bytes that are kept elsewhere.
    pub(crate) fn of(bytes: OwnedBytes) -> Self {
        Self { bytes, _file: None }
    }
}

fn map(path: &Path) -> io::Result<OwnedBytes> {
    let (Some(dir), Some(name)) = (
        path.parent(),
        path.file_name().and_then(|name| name.to_str()),
    ) else {
        return Err(io::Error::other("a temporary file without a name"));
    };
    files::map(dir, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_while_more_is() {
        let dir = tempfile::tempdir().unwrap();
        for dir in [None, Some(dir.path())] {
            let mut spool = Spool::new(dir).unwrap();
            spool.write(b"....").unwrap();
            spool.write("城".as_bytes()).unwrap();
            let before = spool.read().unwrap();
            spool.overwrite(b"ab").unwrap();
            spool.write("市".as_bytes()).unwrap();
            assert_eq!(spool.len(), 10);
            assert_eq!(&before.bytes[4..], "城".as_bytes());
            assert_eq!(&*spool.into_read().unwrap().bytes, "ab..城市".as_bytes());
        }
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
