//! Opens regular files and standard input, and nothing else.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::expand::Input;
use crate::error::ErrorKind;

/// Small, as most files are; larger reads go past the buffer.
const BUFFER_BYTES: usize = 16 << 10;

/// Sees the bytes of a file as they are read, to hash them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tap(Arc<Mutex<Tapped>>);

#[derive(Debug, Default)]
struct Tapped {
    hasher: blake3::Hasher,
    at_end: bool,
}

impl Tap {
    /// The hash of all bytes; `None` unless they were read to their end.
    pub(crate) fn hash(&self) -> Option<[u8; 32]> {
        let tapped = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tapped.at_end.then(|| *tapped.hasher.finalize().as_bytes())
    }
}

/// A file that a [`Tap`] looks into.
struct TappedFile {
    file: File,
    tap: Tap,
}

impl Read for TappedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(buffer)?;
        let mut tapped = self.tap.0.lock().unwrap_or_else(PoisonError::into_inner);
        tapped.hasher.update(&buffer[..n]);
        tapped.at_end |= n == 0 && !buffer.is_empty();
        Ok(n)
    }
}

/// Opens the file at `path`; `-` is standard input.
///
/// What is neither a regular file nor a link to one is refused before it is opened: opening a pipe waits for its writer,
/// and reading a device may have no end.
pub(crate) fn open(path: &Path, tap: Option<&Tap>) -> Result<Input, ErrorKind> {
    if path.as_os_str() == "-" {
        return Ok(Input {
            reader: Box::new(BufReader::new(io::stdin())),
            size: None,
        });
    }
    let metadata = fs::metadata(path).map_err(ErrorKind::Io)?;
    if !metadata.is_file() {
        return Err(ErrorKind::Special);
    }
    let file = File::open(path).map_err(ErrorKind::Io)?;
    let reader: Box<dyn io::BufRead + Send> = match tap {
        None => Box::new(BufReader::with_capacity(BUFFER_BYTES, file)),
        Some(tap) => {
            let tap = tap.clone();
            let file = TappedFile { file, tap };
            Box::new(BufReader::with_capacity(BUFFER_BYTES, file))
        }
    };
    Ok(Input {
        reader,
        size: Some(metadata.len()),
    })
}
