//! What the system says of a file, by which a change is noticed without reading it.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Two changes of a file within this time may leave the same time of change: some file systems count in seconds.
const TICK: Duration = Duration::from_secs(2);

/// The size and the time of change of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FileStat {
    /// In bytes.
    pub(crate) size: u64,
    /// Nanoseconds since the beginning of 1970, UTC.
    pub(crate) modified: i64,
}

/// A file that was read: what the system said of it, and the hash of what was read.
#[derive(Debug, Clone, Copy)]
pub struct FileRead {
    before: Option<FileStat>,
    began: SystemTime,
    after: Option<FileStat>,
    hash: Option<[u8; 32]>,
}

impl FileStat {
    /// Asks the system; `None` where there is no such file.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        metadata.is_file().then(|| Self::from_metadata(&metadata))
    }

    fn from_metadata(metadata: &Metadata) -> Self {
        let modified = metadata.modified().unwrap_or(UNIX_EPOCH);
        Self {
            size: metadata.len(),
            modified: nanoseconds(modified),
        }
    }
}

impl FileRead {
    /// Before the file is opened.
    #[must_use]
    pub fn begin(path: &Path) -> Self {
        Self {
            began: SystemTime::now(),
            before: FileStat::of(path),
            after: None,
            hash: None,
        }
    }

    /// After its last byte was read, with the BLAKE3 hash of its bytes where it is known.
    #[must_use]
    pub fn end(self, path: &Path, hash: Option<[u8; 32]>) -> Self {
        Self {
            after: FileStat::of(path),
            hash,
            ..self
        }
    }

    /// What to remember of the file: its state, the hash (zeros if it is not known), whether it changed while it was read,
    /// and whether it may yet change without another time.
    pub(crate) fn remember(&self) -> (FileStat, [u8; 32], bool, bool) {
        let stat = self.before.unwrap_or_default();
        let changed = self.before.is_none() || self.before != self.after;
        let racy = nanoseconds(self.began) < stat.modified.saturating_add(TICK.as_nanos() as i64);
        (stat, self.hash.unwrap_or_default(), changed, racy)
    }
}

/// The BLAKE3 hash of a file's bytes.
pub(crate) fn hash(path: &Path) -> io::Result<[u8; 32]> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path)?)?;
    Ok(*hasher.finalize().as_bytes())
}

/// Whether a file changed so lately that another change may leave the same time.
pub(crate) fn is_racy(stat: &FileStat) -> bool {
    nanoseconds(SystemTime::now()) < stat.modified.saturating_add(TICK.as_nanos() as i64)
}

fn nanoseconds(time: SystemTime) -> i64 {
    let clamp = |duration: Duration| i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => clamp(since),
        Err(before) => -clamp(before.duration()),
    }
}
