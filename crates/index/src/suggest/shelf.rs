//! Where the lexicon of an index is kept.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use tantivy::directory::OwnedBytes;

use super::Lexicon;
use super::build::Built;
use super::lexicon::FILE;
use crate::error::{Error, Result};

/// The lexicon of an index: a file in its directory, or the bytes of an index in memory.
pub(crate) struct Shelf {
    /// `None` in memory.
    dir: Option<PathBuf>,
    open: RwLock<Option<Open>>,
}

/// A lexicon, open, and which one it is.
struct Open {
    lexicon: Arc<Lexicon>,
    stamp: Option<Stamp>,
}

/// Another lexicon has another time or length.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
}

impl Shelf {
    /// A shelf in the directory of an index, or in memory.
    pub(crate) fn new(dir: Option<PathBuf>) -> Self {
        Self {
            dir,
            open: RwLock::default(),
        }
    }

    /// The latest lexicon; `None` before there is one.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or is damaged.
    pub(crate) fn get(&self) -> Result<Option<Arc<Lexicon>>> {
        let stamp = self.stamp();
        if self.dir.is_some() && stamp.is_none() {
            return Ok(None);
        }
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        match &*open {
            Some(open) if open.stamp == stamp => return Ok(Some(Arc::clone(&open.lexicon))),
            _ => drop(open),
        }
        let Some(dir) = &self.dir else {
            return Ok(None);
        };
        let Some(lexicon) = Lexicon::read(dir)? else {
            return Ok(None);
        };
        Ok(Some(self.hold(lexicon, stamp)))
    }

    /// Puts a new lexicon in the place of the one before.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub(crate) fn put(&self, built: Built) -> Result<()> {
        match &self.dir {
            Some(dir) => Lexicon::write(dir, &built),
            None => {
                let lexicon = Lexicon::new(OwnedBytes::new(built.into_bytes()))
                    .map_err(|reason| Error::damaged("memory", reason))?;
                self.hold(lexicon, None);
                Ok(())
            }
        }
    }

    fn hold(&self, lexicon: Lexicon, stamp: Option<Stamp>) -> Arc<Lexicon> {
        let lexicon = Arc::new(lexicon);
        *self.open.write().unwrap_or_else(PoisonError::into_inner) = Some(Open {
            lexicon: Arc::clone(&lexicon),
            stamp,
        });
        lexicon
    }

    fn stamp(&self) -> Option<Stamp> {
        let metadata = fs::metadata(self.dir.as_ref()?.join(FILE)).ok()?;
        Some(Stamp {
            modified: metadata.modified().ok(),
            length: metadata.len(),
        })
    }
}
