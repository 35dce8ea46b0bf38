//! The engine's directory: its own, which maps files into memory, with three differences.
//!
//! What joining segments asks for is read instead of mapped, since it goes through them once and would leave whole files
//! in memory behind: parts of files of layers and of records. Searching asks for the whole of these.
//! A directory that may only be read can be searched: the lock that keeps a writer in another process from deleting files
//! while they are opened is done without where it cannot be taken, and whoever opens tries again if a file has vanished.
//! The list of segments has a checksum, which the engine neither writes nor sees. And tests can make it fail.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::directory::error::{
    DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError,
};
use tantivy::directory::{
    AntiCallToken, DirectoryLock, FileHandle, Lock, MmapDirectory, OwnedBytes, TerminatingWrite,
    WatchCallback, WatchHandle, WritePtr,
};
use tantivy::{Directory, HasLen};

use crate::writeback::Writeback;
use crate::{fault, layers, records, seal, window};

/// The directory of a generation.
#[derive(Debug, Clone)]
pub(crate) struct Storage {
    inner: MmapDirectory,
    path: PathBuf,
    /// The list of segments as it was last read.
    list: Arc<Mutex<Option<List>>>,
    /// Whether a list of segments with a wrong checksum is read as it is.
    lenient: bool,
}

/// The list of segments.
#[derive(Debug)]
struct List {
    /// With its checksum.
    sealed: Vec<u8>,
    /// As the engine reads it.
    plain: Vec<u8>,
}

impl Storage {
    pub(crate) fn open(path: &Path) -> Result<Self, OpenDirectoryError> {
        Ok(Self {
            inner: MmapDirectory::open(path)?,
            path: path.to_owned(),
            list: Arc::default(),
            lenient: false,
        })
    }

    /// For whoever wants to save what can be saved of a damaged index.
    pub(crate) fn open_damaged(path: &Path) -> Result<Self, OpenDirectoryError> {
        let storage = Self::open(path)?;
        Ok(Self {
            lenient: true,
            ..storage
        })
    }
}

impl Directory for Storage {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        Ok(Arc::new(Input {
            mapped: self.inner.get_file_handle(path)?,
            path: self.path.join(path),
        }))
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        fault::deleting(&self.path.join(path)).map_err(|error| DeleteError::IoError {
            io_error: Arc::new(error),
            filepath: path.to_owned(),
        })?;
        self.inner.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let whole = self.path.join(path);
        fault::creating(&whole)
            .map_err(|error| OpenWriteError::wrap_io_error(error, path.to_owned()))?;
        let inner = self.inner.open_write(path)?;
        Ok(BufWriter::new(Box::new(Output {
            inner: Some(inner),
            writeback: Writeback::default(),
            path: whole,
        })))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let bytes = self.inner.atomic_read(path)?;
        if path != Path::new(seal::LIST) {
            return Ok(bytes);
        }
        // The engine asks often, and most often for the same.
        let mut last = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = &*last
            && known.sealed == bytes
        {
            return Ok(known.plain.clone());
        }
        let plain = match self.lenient {
            true => seal::read_damaged(&bytes),
            false => seal::read(&bytes),
        };
        let plain = plain.map_err(|reason| {
            let error = io::Error::new(io::ErrorKind::InvalidData, reason);
            OpenReadError::wrap_io_error(error, path.to_owned())
        })?;
        *last = Some(List {
            sealed: bytes,
            plain: plain.clone(),
        });
        Ok(plain)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        fault::replacing(&self.path.join(path))?;
        if path == Path::new(seal::LIST) {
            return self.inner.atomic_write(path, &seal::seal(data)?);
        }
        self.inner.atomic_write(path, data)
    }

    fn sync_directory(&self) -> io::Result<()> {
        fault::syncing(&self.path)?;
        self.inner.sync_directory()?;
        fault::synced_dir(&self.path);
        Ok(())
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        match self.inner.acquire_lock(lock) {
            Err(LockError::IoError(error)) if lock.is_blocking && is_read_only(&error) => {
                Ok(DirectoryLock::from(Box::new(())))
            }
            result => result,
        }
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.inner.watch(callback)
    }
}

fn is_read_only(error: &io::Error) -> bool {
    use io::ErrorKind as Kind;
    matches!(
        error.kind(),
        Kind::PermissionDenied | Kind::ReadOnlyFilesystem
    )
}

/// A file being read.
#[derive(Debug)]
struct Input {
    mapped: Arc<dyn FileHandle>,
    path: PathBuf,
}

impl FileHandle for Input {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        let extension = self.path.extension().and_then(OsStr::to_str);
        let is_of_joining = match extension {
            // What begins with the file is all of it, but for the engine's footer.
            // And of one term there may be more than there is memory.
            Some(layers::EXTENSION | records::EXTENSION) => {
                range.start > 0 && range.len() <= window::LONGEST
            }
            _ => false,
        };
        // A file that was deleted meanwhile is still mapped.
        if is_of_joining && let Ok(mut file) = File::open(&self.path) {
            let mut bytes = vec![0; range.len()];
            file.seek(SeekFrom::Start(range.start as u64))?;
            file.read_exact(&mut bytes)?;
            return Ok(OwnedBytes::new(bytes));
        }
        self.mapped.read_bytes(range)
    }
}

impl HasLen for Input {
    fn len(&self) -> usize {
        self.mapped.len()
    }
}

/// A file being written.
struct Output {
    /// `None` once it is complete.
    inner: Option<WritePtr>,
    path: PathBuf,
    writeback: Writeback,
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        fault::writing(&self.path)?;
        let inner = self.inner.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        let n_bytes = inner.write(bytes)?;
        self.writeback.wrote(&self.path, n_bytes);
        Ok(n_bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl TerminatingWrite for Output {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        fault::syncing(&self.path)?;
        if let Some(inner) = self.inner.take() {
            inner.terminate()?;
        }
        fault::synced(&self.path);
        Ok(())
    }
}
