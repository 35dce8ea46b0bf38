//! Opens regular files and standard input, and nothing else.

use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::Path;

use super::expand::Input;
use crate::error::ErrorKind;

/// Small, as most files are; larger reads go past the buffer.
const BUFFER_BYTES: usize = 16 << 10;

/// Opens the file at `path`; `-` is standard input.
///
/// What is neither a regular file nor a link to one is refused before it is opened: opening a pipe waits for its writer,
/// and reading a device may have no end.
pub(crate) fn open(path: &Path) -> Result<Input, ErrorKind> {
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
    Ok(Input {
        reader: Box::new(BufReader::with_capacity(BUFFER_BYTES, file)),
        size: Some(metadata.len()),
    })
}
