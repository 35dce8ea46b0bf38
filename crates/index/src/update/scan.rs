//! Which files of a corpus are new or changed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use fangzhi_ingest::CorpusFile;

use crate::catalog::{self, Catalog, FileStat, Root};

/// Tells which files of a corpus are to be read, by the catalog of those that were; it can be asked from any thread.
#[derive(Debug, Default)]
pub struct Scan {
    pub(super) old: Catalog,
    /// The roots of the corpus, and by them the files of the catalog.
    pub(super) roots: Vec<Root>,
    by_place: HashMap<(usize, PathBuf), usize>,
    /// For each root of the catalog, its number among those of the corpus.
    new_root: Vec<Option<usize>>,
    /// Whether the names of a root's files have changed.
    renamed: Vec<bool>,
    fingerprint: u64,
    states: Vec<AtomicU8>,
    touched: Mutex<Vec<(usize, FileStat)>>,
    n_new: AtomicU64,
}

/// What was found of a file of the catalog; in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// The corpus has not come to it.
    Unseen,
    Unchanged,
    Changed,
}

impl Scan {
    pub(super) fn new(mut old: Catalog, roots: Vec<Root>, fingerprint: u64, whole: bool) -> Self {
        if whole {
            old.files
                .iter_mut()
                .for_each(|file| file.stale |= file.detached);
        }
        let number = |old: &Root| roots.iter().position(|new| new.absolute == old.absolute);
        let new_root: Vec<Option<usize>> = old.roots.iter().map(number).collect();
        let renamed = old
            .roots
            .iter()
            .zip(&new_root)
            .map(|(old, new)| new.is_some_and(|new| roots[new].label != old.label))
            .collect();
        let by_place = old
            .files
            .iter()
            .enumerate()
            .filter_map(|(i, file)| Some(((new_root[file.root]?, file.relative.clone()), i)))
            .collect();
        Self {
            states: old.files.iter().map(|_| AtomicU8::new(0)).collect(),
            old,
            roots,
            by_place,
            new_root,
            renamed,
            fingerprint,
            touched: Mutex::default(),
            n_new: AtomicU64::new(0),
        }
    }

    /// Whether the file is new or changed, so that it is to be read.
    ///
    /// Its size and time are looked at first; where they differ, and the size does not tell, its bytes are.
    #[must_use]
    pub fn wants(&self, file: &CorpusFile) -> bool {
        let Some(i) = self.number(file) else {
            self.n_new.fetch_add(1, Ordering::Relaxed);
            return true;
        };
        let changed = self.changed(i, file.path());
        let state = if changed {
            State::Changed
        } else {
            State::Unchanged
        };
        self.states[i].store(state as u8, Ordering::Relaxed);
        changed
    }

    fn changed(&self, i: usize, path: &Path) -> bool {
        let known = &self.old.files[i];
        if known.stale || self.renamed[known.root] || known.fingerprint != self.fingerprint {
            return true;
        }
        let Some(stat) = FileStat::of(path) else {
            return true;
        };
        if stat == known.stat && !known.racy {
            return false;
        }
        let same = stat.size == known.stat.size
            && known.hash != [0; 32]
            && catalog::hash(path).is_ok_and(|hash| hash == known.hash);
        if same {
            self.touched
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push((i, stat));
        }
        !same
    }

    /// The number of a file in the catalog.
    pub(super) fn number(&self, file: &CorpusFile) -> Option<usize> {
        let root = &self.roots[file.root()];
        let relative = file.path().strip_prefix(&root.path).ok()?;
        // A borrowed key would need a map of its own for each root.
        self.by_place
            .get(&(file.root(), relative.to_owned()))
            .copied()
    }

    pub(super) fn state(&self, i: usize) -> State {
        match self.states[i].load(Ordering::Relaxed) {
            0 => State::Unseen,
            1 => State::Unchanged,
            _ => State::Changed,
        }
    }

    /// The number of a file's root in the corpus; `None` if the corpus has no such root.
    pub(super) fn root_of(&self, i: usize) -> Option<usize> {
        self.new_root[self.old.files[i].root]
    }

    pub(super) fn is_renamed(&self, i: usize) -> bool {
        self.renamed[self.old.files[i].root]
    }

    pub(super) fn n_new(&self) -> u64 {
        self.n_new.load(Ordering::Relaxed)
    }

    /// Whether any root's files have other names than when they were read, so that all of them are to be walked.
    #[must_use]
    pub fn renames(&self) -> bool {
        self.renamed.contains(&true)
    }

    /// Files whose time changed and whose bytes did not, with what is to be remembered of them.
    pub(super) fn touched(&self) -> Vec<(usize, FileStat)> {
        self.touched
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
