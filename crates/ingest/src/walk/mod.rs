//! All files at or below a path, lazily and in order, in bounded memory.
//!
//! Of each directory on the way from the root to where the walk is, the names that are still to come are kept: first in
//! memory, and beyond an amount sorted in a temporary file. Names that are being read from a directory are written to it in
//! sorted runs, which are then merged; those of the directories above, when they have too much memory together.

mod listing;
mod record;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use same_file::Handle;

use crate::error::{Error, ErrorKind, Result};
use crate::sorting::Scratch;
use listing::{Listing, io_error};
use record::Kind;

/// How many bytes names may take: those of files and those of directories in one directory, and those in all above it.
const LIMIT: usize = 1 << 20;

/// The files at or below a path; see [`Corpus`](crate::Corpus) for their order and for what is left out.
#[derive(Debug)]
pub(crate) struct Walk {
    /// Where to begin.
    start: Option<PathBuf>,
    /// The directories that are being walked, each in the one before.
    levels: Vec<Level>,
    scratch: Scratch,
    limit: usize,
}

#[derive(Debug)]
struct Level {
    listing: Listing,
    /// How many bytes of memory the listings before it have.
    held_above: usize,
    /// How much of the temporary file was in use when it was entered, in bytes.
    scratch: u64,
}

impl Walk {
    /// A walk from `start`, which may have any name, since it was asked for.
    pub(crate) fn new(start: PathBuf) -> Self {
        Self::with_limit(start, LIMIT, std::env::temp_dir())
    }

    fn with_limit(start: PathBuf, limit: usize, scratch: PathBuf) -> Self {
        Self {
            start: Some(start),
            levels: Vec::new(),
            scratch: Scratch::new(scratch),
            limit,
        }
    }

    /// The file, or `None` for what is none and for what is no error.
    fn visit(&mut self, kind: Kind, path: PathBuf) -> Result<Option<PathBuf>> {
        match kind {
            Kind::File => return Ok(Some(path)),
            Kind::Directory => self.enter(path)?,
            Kind::Linked => {
                let in_circle = self.is_in_circle(&path);
                if !in_circle.map_err(|error| io_error(error, &path))? {
                    self.enter(path)?;
                }
            }
            Kind::Special => return Err(Error::from(ErrorKind::Special).at(Some(&path))),
            Kind::Unknown => {
                return match fs::metadata(&path) {
                    Ok(it) => self.visit(Kind::behind_link(it.file_type()), path),
                    Err(error) => Err(io_error(error, &path)),
                };
            }
        }
        Ok(None)
    }

    fn enter(&mut self, path: PathBuf) -> Result<()> {
        let listing = Listing::new(path, self.limit)?;
        let held_above = match self.levels.last_mut() {
            None => 0,
            Some(Level {
                listing: above,
                held_above,
                ..
            }) => {
                if *held_above + above.held() > self.limit {
                    above.shrink(&mut self.scratch);
                }
                *held_above + above.held()
            }
        };
        self.levels.push(Level {
            listing,
            held_above,
            scratch: self.scratch.end(),
        });
        Ok(())
    }

    /// Whether a link leads to a directory that it is in; what is there has been walked already.
    fn is_in_circle(&self, link: &Path) -> io::Result<bool> {
        let target = Handle::from_path(link)?;
        for level in self.levels.iter().rev() {
            let above = level.listing.path();
            if Handle::from_path(above)? == target {
                let (link, above) = (link.display(), above.display());
                tracing::debug!(%link, %above, "left out a circle of links");
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Iterator for Walk {
    type Item = Result<PathBuf>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let next = match (self.start.take(), self.levels.last_mut()) {
                (Some(start), _) => Ok((Kind::Unknown, start)),
                (None, None) => return None,
                (None, Some(level)) => match level.listing.next(&mut self.scratch) {
                    Some(next) => next,
                    None => {
                        self.scratch.truncate(level.scratch);
                        self.levels.pop();
                        continue;
                    }
                },
            };
            let visited = next.and_then(|(kind, path)| self.visit(kind, path));
            if let Some(visited) = visited.transpose() {
                return Some(visited);
            }
        }
    }
}

#[cfg(test)]
mod tests;
