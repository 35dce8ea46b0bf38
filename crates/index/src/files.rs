//! Files of our own beside the engine's, written so that a crash leaves the old one or the new one.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use crate::fault;

/// Writes a file that nobody looks for yet, down to the disk; its name is last after [`sync_dir`].
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    fault::creating(path)?;
    let mut file = File::create(path)?;
    for chunk in bytes.chunks(1 << 20) {
        fault::writing(path)?;
        file.write_all(chunk)?;
    }
    fault::syncing(path)?;
    file.sync_all()?;
    fault::synced(path);
    Ok(())
}

/// Puts a file in the place of another, in one step, down to the disk.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = Path::new(&beside);
    write(beside, bytes)?;
    rename(beside, path)?;
    sync_dir(path.parent().unwrap_or(Path::new(".")))
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
