//! Opening the index that a command asks for.

use std::path::Path;

use anyhow::{Result, bail};
use fangzhi_index::{Error, Index};

use crate::console::{Console, note};
use crate::messages::{Message, errors};

/// Opens the index in a directory; that there is none is the likeliest mistake, so the message says how to mend it.
pub(crate) fn open(dir: &Path, console: &Console<'_>) -> Result<Index> {
    match Index::open(dir) {
        Err(Error::NotFound { .. }) => bail!(console.text(Message::NoIndex(dir))),
        result => Ok(result?),
    }
}

/// What comes of files that the index's settings name; where they cannot be used, that is said, and the index goes on with
/// its copies of them.
pub(crate) fn by_its_files<T: Default>(
    result: std::result::Result<T, Error>,
    console: &Console<'_>,
) -> Result<T> {
    match result {
        Err(error @ Error::Settings { .. }) => {
            note(&errors::error(&error.into(), console.language));
            Ok(T::default())
        }
        result => Ok(result?),
    }
}
