//! Failures on demand, for tests: of the disk at its n-th operation, or of the power with what was not on it yet.
//!
//! Nothing fails unless [`fail_at`] was called, once, before anything was written; then every operation that writes is
//! counted. A power cut is modelled as journalling file systems have it: operations on names are lost from the last one
//! back to some point not before their directory's last `fsync`, and of a file that was not synced half is lost.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The operation fails, and all that write after it: the disk is broken.
    Broken,
    /// The same, because the disk is full; only operations that need room fail.
    Full,
    /// The operation alone fails.
    Flaky,
    /// The process ends at once.
    Killed,
    /// The power is cut: the process ends, and what was not synced is lost.
    PowerCut,
}

/// Lets the `n`-th operation that writes fail, counted from 1; once in the life of a process, for tests only.
pub fn fail_at(fault: Fault, n: u64) {
    let _ = FAULTS.set(Mutex::new(Faults {
        fault,
        left: n,
        names: Vec::new(),
        unsynced: HashMap::new(),
    }));
}

static FAULTS: OnceLock<Mutex<Faults>> = OnceLock::new();

struct Faults {
    fault: Fault,
    /// Operations before it happens.
    left: u64,
    /// What was done to names since their directories were synced, in order.
    names: Vec<Name>,
    /// Files with bytes that were not synced.
    unsynced: HashMap<PathBuf, ()>,
}

/// What was done to a name, and how to undo it.
struct Name {
    path: PathBuf,
    before: Option<Vec<u8>>,
}

/// The exit code of a process that "died".
const DEAD: i32 = 137;

impl Faults {
    fn count(&mut self, needs_room: bool) -> io::Result<()> {
        self.left = self.left.saturating_sub(1);
        if self.left > 0 {
            return Ok(());
        }
        match self.fault {
            Fault::Broken => Err(io::Error::other("the disk is broken (a test)")),
            Fault::Full if needs_room => Err(io::ErrorKind::StorageFull.into()),
            Fault::Full => Ok(()),
            Fault::Flaky => {
                self.left = u64::MAX;
                Err(io::Error::other("the disk failed once (a test)"))
            }
            Fault::Killed => std::process::exit(DEAD),
            Fault::PowerCut => self.cut(),
        }
    }

    fn cut(&mut self) -> ! {
        for path in self.unsynced.keys() {
            if let Ok(bytes) = fs::read(path) {
                let _ = fs::write(path, &bytes[..bytes.len() / 2]);
            }
        }
        // How much of it is lost varies with where it happens.
        let kept = match self.names.len() % 3 {
            0 => 0,
            1 => self.names.len() / 2,
            _ => self.names.len().saturating_sub(1),
        };
        while self.names.len() > kept {
            if let Some(name) = self.names.pop() {
                let _ = match name.before {
                    Some(bytes) => fs::write(&name.path, bytes),
                    None => fs::remove_file(&name.path),
                };
            }
        }
        std::process::exit(DEAD)
    }

    fn change(&mut self, path: &Path) {
        if self.fault == Fault::PowerCut {
            self.names.push(Name {
                path: path.to_owned(),
                before: fs::read(path).ok(),
            });
        }
    }
}

fn with(act: impl FnOnce(&mut Faults) -> io::Result<()>) -> io::Result<()> {
    match FAULTS.get() {
        None => Ok(()),
        Some(faults) => act(&mut faults.lock().unwrap_or_else(PoisonError::into_inner)),
    }
}

pub(crate) fn creating(path: &Path) -> io::Result<()> {
    with(|faults| {
        faults.count(true)?;
        faults.change(path);
        faults.unsynced.insert(path.to_owned(), ());
        Ok(())
    })
}

pub(crate) fn writing(_: &Path) -> io::Result<()> {
    with(|faults| faults.count(true))
}

pub(crate) fn syncing(_: &Path) -> io::Result<()> {
    with(|faults| faults.count(false))
}

pub(crate) fn synced(path: &Path) {
    let _ = with(|faults| {
        faults.unsynced.remove(path);
        Ok(())
    });
}

pub(crate) fn synced_dir(dir: &Path) {
    let _ = with(|faults| {
        faults.names.retain(|name| name.path.parent() != Some(dir));
        Ok(())
    });
}

pub(crate) fn renaming(from: &Path, to: &Path) -> io::Result<()> {
    with(|faults| {
        faults.count(false)?;
        faults.change(to);
        faults.names.retain(|name| name.path != from);
        Ok(())
    })
}

/// A file is written beside its place and renamed, in one.
pub(crate) fn replacing(path: &Path) -> io::Result<()> {
    with(|faults| {
        faults.count(true)?;
        faults.change(path);
        Ok(())
    })
}

pub(crate) fn deleting(path: &Path) -> io::Result<()> {
    with(|faults| {
        faults.count(false)?;
        faults.change(path);
        Ok(())
    })
}
