//! Opening the index that a command asks for.

use std::path::Path;

use anyhow::{Result, bail};
use fangzhi_index::{Error, Index};

use crate::console::Console;
use crate::messages::Message;

/// Opens the index in a directory; that there is none is the likeliest mistake, so the message says how to mend it.
pub(crate) fn open(dir: &Path, console: &Console<'_>) -> Result<Index> {
    match Index::open(dir) {
        Err(Error::NotFound { .. }) => bail!(console.text(Message::NoIndex(dir))),
        result => Ok(result?),
    }
}
