//! Files of our own beside the engine's, written so that a crash leaves the old one or the new one.

use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

use tantivy::directory::error::OpenReadError;
use tantivy::directory::{Directory as _, MmapDirectory, OwnedBytes};

use crate::commit::files_of;
use crate::error::{Error, Result};
use crate::fault;

/// A kind of file of a generation that a commit names: each is written once, under a name with a number of its own.
pub(crate) struct Numbered {
    /// What the names begin with, before the number.
    pub(crate) prefix: &'static str,
}

impl Numbered {
    const SUFFIX: &str = ".fz";

    /// Whether a file is of this kind, by its name.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.number(name).is_some()
    }

    /// Whether it is of this kind and not the one that is named.
    pub(crate) fn is_other(&self, name: &str, named: Option<&str>) -> bool {
        self.is(name) && Some(name) != named
    }

    /// Writes the next one, down to the disk; gives its name.
    pub(crate) fn write(&self, dir: &Path, bytes: &[u8]) -> Result<String> {
        self.write_by(dir, |file| file.write_all(bytes))
    }

    /// The same, of what is written bit by bit.
    pub(crate) fn write_by(
        &self,
        dir: &Path,
        fill: impl FnOnce(&mut Buffered<'_>) -> io::Result<()>,
    ) -> Result<String> {
        let taken = files_of(dir).filter_map(|(name, _)| self.number(&name));
        let number = taken.max().unwrap_or(0) + 1;
        let name = format!("{}{number}{}", self.prefix, Self::SUFFIX);
        let path = dir.join(&name);
        write_by(&path, fill)
            .and_then(|()| sync_dir(dir))
            .map_err(Error::io("write", &path))?;
        Ok(name)
    }

    /// Removes all but the one that is named. What cannot be removed now is removed when the next writer opens.
    pub(crate) fn remove_others(&self, dir: &Path, named: Option<&str>) {
        for (name, path) in files_of(dir) {
            if self.is_other(&name, named) {
                let _ = remove(&path);
            }
        }
    }

    fn number(&self, name: &str) -> Option<u64> {
        let number = name.strip_prefix(self.prefix)?;
        number.strip_suffix(Self::SUFFIX)?.parse().ok()
    }
}

/// Maps a file into memory.
pub(crate) fn map(dir: &Path, name: &str) -> io::Result<OwnedBytes> {
    let directory = MmapDirectory::open(dir).map_err(io::Error::other)?;
    match directory.open_read(Path::new(name)) {
        Ok(file) => file.read_bytes(),
        Err(OpenReadError::FileDoesNotExist(_)) => Err(io::ErrorKind::NotFound.into()),
        Err(error) => Err(io::Error::other(error)),
    }
}

/// A file that is being written; see [`write_by`].
pub(crate) type Buffered<'p> = BufWriter<Writing<'p>>;

/// A file whose writing may fail, in tests.
pub(crate) struct Writing<'p> {
    file: File,
    path: &'p Path,
}

impl Write for Writing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        fault::writing(self.path)?;
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for Writing<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// How many bytes are written at a time.
const BUFFER: usize = 1 << 20;

/// Writes a file that nobody looks for yet, down to the disk; its name is last after [`sync_dir`].
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_by(path, |file| file.write_all(bytes))
}

/// The same, of what is written bit by bit.
fn write_by(path: &Path, fill: impl FnOnce(&mut Buffered<'_>) -> io::Result<()>) -> io::Result<()> {
    fault::creating(path)?;
    let file = File::create(path)?;
    let mut file = BufWriter::with_capacity(BUFFER, Writing { file, path });
    fill(&mut file)?;
    file.flush()?;
    fault::syncing(path)?;
    file.get_ref().file.sync_all()?;
    fault::synced(path);
    Ok(())
}

/// Puts a file in the place of another, in one step, down to the disk.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace_by(path, |file| file.write_all(bytes))
}

/// The same, of what is written bit by bit.
pub(crate) fn replace_by(
    path: &Path,
    fill: impl FnOnce(&mut Buffered<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = Path::new(&beside);
    write_by(beside, fill)?;
    rename(beside, path)?;
    sync_dir(path.parent().unwrap_or(Path::new(".")))
}

/// The bytes of a checksum.
const CHECKSUM: usize = 4;

/// Puts before a body what kind of file it is of, and in which version, and a checksum (CRC-32).
pub(crate) fn wrap(magic: &[u8; 8], body: &[u8]) -> Vec<u8> {
    let checksum = crc32fast::hash(body).to_le_bytes();
    [magic.as_slice(), &checksum, body].concat()
}

/// The body of what [`wrap`] made, or what is wrong with it.
pub(crate) fn unwrap<'b>(
    magic: &[u8; 8],
    bytes: &'b [u8],
) -> std::result::Result<&'b [u8], &'static str> {
    let rest = bytes
        .strip_prefix(magic)
        .ok_or("it is of another kind or version")?;
    let (checksum, body) = rest
        .split_first_chunk::<CHECKSUM>()
        .ok_or("it is cut short")?;
    match crc32fast::hash(body).to_le_bytes() == *checksum {
        true => Ok(body),
        false => Err("its checksum is wrong"),
    }
}

/// The bytes of a regular file: a pipe would be waited for, and a device may have no end.
pub(crate) fn read_regular(path: &Path) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    fs::read(path)
}

pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fault::renaming(from, to)?;
    fs::rename(from, to)
}

pub(crate) fn remove(path: &Path) -> io::Result<()> {
    fault::deleting(path)?;
    fs::remove_file(path)
}

/// Makes renames, new files and deletions in a directory last, where the system has such a call.
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    fault::syncing(dir)?;
    #[cfg(unix)]
    File::open(dir)?.sync_all()?;
    fault::synced_dir(dir);
    Ok(())
}
