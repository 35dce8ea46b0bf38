//! Which files of a corpus are new or changed.

use std::ffi::OsStr;
use std::path::Path;
use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use fangzhi_ingest::CorpusFile;
use hashbrown::HashTable;

use crate::catalog::{self, Catalog, FileStat, Root};

/// Tells which files of a corpus are to be read, by the catalog of those that were; it can be asked from any thread.
#[derive(Debug, Default)]
pub struct Scan {
    pub(super) old: Catalog,
    /// The roots of the corpus, and by them the files of the catalog.
    pub(super) roots: Vec<Root>,
    /// The file of the catalog after the one that was asked for last, which is most often asked for next.
    next: AtomicUsize,
    /// Numbers of files by where they are; made when a file is asked for out of order.
    by_place: OnceLock<HashTable<usize>>,
    hasher: hashbrown::DefaultHashBuilder,
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
        Self {
            states: old.files.iter().map(|_| AtomicU8::new(0)).collect(),
            old,
            roots,
            next: AtomicUsize::new(0),
            by_place: OnceLock::new(),
            hasher: hashbrown::DefaultHashBuilder::default(),
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
        let relative = self.relative(file)?;
        let is_it = |i: &usize| {
            let known = self.old.files.get(*i);
            known.is_some_and(|known| {
                known.relative.as_os_str() == relative
                    && self.new_root[known.root] == Some(file.root())
            })
        };
        let next = self.next.load(Ordering::Relaxed);
        let found = match is_it(&next) {
            true => next,
            false => *self
                .by_place
                .get_or_init(|| self.places())
                .find(self.hash(file.root(), relative), is_it)?,
        };
        self.next.store(found + 1, Ordering::Relaxed);
        Some(found)
    }

    /// The path below the root, as the catalog has it.
    fn relative<'f>(&self, file: &'f CorpusFile) -> Option<&'f OsStr> {
        let root = &self.roots[file.root()].path;
        let (path, root) = (file.path().as_os_str(), root.as_os_str());
        // A file that walking came to is named by the root's path and what is below, which need not be taken apart.
        if let (Some(path), Some(root)) = (path.to_str(), root.to_str())
            && let Some(rest) = path.strip_prefix(root)
            && let Some(rest) = match root.ends_with('/') {
                true => Some(rest),
                false => rest.strip_prefix('/'),
            }
            && cfg!(unix)
        {
            return Some(rest.as_ref());
        }
        Some(file.path().strip_prefix(Path::new(root)).ok()?.as_os_str())
    }

    fn places(&self) -> HashTable<usize> {
        let mut places = HashTable::with_capacity(self.old.files.len());
        let hash = |i: &usize| {
            let file = &self.old.files[*i];
            let root = self.new_root[file.root].unwrap_or(usize::MAX);
            self.hash(root, file.relative.as_os_str())
        };
        for i in 0..self.old.files.len() {
            places.insert_unique(hash(&i), i, hash);
        }
        places
    }

    fn hash(&self, root: usize, relative: &OsStr) -> u64 {
        use std::hash::BuildHasher as _;
        self.hasher.hash_one((root, relative))
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
