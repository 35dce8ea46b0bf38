//! Which files of a corpus are new or changed.

use std::cmp::Ordering;
use std::ffi::OsStr;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use fangzhi_ingest::{CorpusFile, CorpusRoot};

use crate::catalog::{self, Catalog, FileStat, Reader, Root, SourceFile};

/// Tells which files of a corpus are to be read, by the catalog of those that were; it can be asked from any thread, and
/// soonest in the corpus's order.
#[derive(Debug)]
pub struct Scan {
    pub(super) old: Catalog,
    /// The roots of the corpus, and by them the files of the catalog.
    pub(super) roots: Vec<Root>,
    /// Where in the catalog the files of each root of the corpus are.
    ranges: Vec<Range<u64>>,
    cursor: Mutex<Cursor>,
    /// For each root of the catalog, its number among those of the corpus.
    new_root: Vec<Option<usize>>,
    /// Whether the names of a root's files have changed.
    renamed: Vec<bool>,
    fingerprint: u64,
    /// Whether files whose articles were deleted are to be read again.
    whole: bool,
    states: Vec<AtomicU8>,
    touched: Mutex<Vec<(u64, FileStat)>>,
    n_new: AtomicU64,
}

/// Where somebody is who asks for one file after the other.
#[derive(Debug)]
pub(super) struct Cursor {
    files: Reader<SourceFile>,
    /// The file of the catalog that is most often asked for next.
    next: u64,
}

/// What was found of a file of the catalog, and what becomes of it: it stays, unless it was handed in or is removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// The corpus has not come to it.
    Unseen,
    Unchanged,
    Changed,
    /// Changed, and handed in.
    Read,
    /// Not there any more, and its articles are to go.
    Removed,
}

impl Scan {
    pub(super) fn new(old: Catalog, roots: Vec<Root>, fingerprint: u64, whole: bool) -> Self {
        let number = |old: &Root| roots.iter().position(|new| new.absolute == old.absolute);
        let new_root: Vec<Option<usize>> = old.roots.iter().map(number).collect();
        let renamed = old
            .roots
            .iter()
            .zip(&new_root)
            .map(|(old, new)| new.is_some_and(|new| roots[new].label != old.label))
            .collect();
        let mut files = old.files.reader();
        // Those of one root are next to each other.
        let mut begin = |root: usize| {
            let is_before = |file: u64| files.row(file).is_some_and(|file| file.root < root);
            partition_point(0..old.files.len(), is_before)
        };
        let range = |new: usize| match new_root.iter().position(|root| *root == Some(new)) {
            None => 0..0,
            Some(root) => begin(root)..begin(root + 1),
        };
        let ranges = (0..roots.len()).map(range).collect();
        Self {
            states: (0..old.files.len()).map(|_| AtomicU8::new(0)).collect(),
            ranges,
            cursor: Mutex::new(Cursor::new(&old)),
            old,
            roots,
            new_root,
            renamed,
            fingerprint,
            whole,
            touched: Mutex::default(),
            n_new: AtomicU64::new(0),
        }
    }

    /// Whether the file is new or changed, so that it is to be read.
    ///
    /// Its size and time are looked at first; where they differ, and the size does not tell, its bytes are.
    #[must_use]
    pub fn wants(&self, file: &CorpusFile) -> bool {
        let mut cursor = self.cursor.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((i, known)) = self.find(file, &mut cursor) else {
            self.n_new.fetch_add(1, Relaxed);
            return true;
        };
        let known = known.clone();
        drop(cursor);
        let changed = self.changed(i, &known, file.path());
        let state = if changed {
            State::Changed
        } else {
            State::Unchanged
        };
        self.set(i, state);
        changed
    }

    fn changed(&self, i: u64, known: &SourceFile, path: &Path) -> bool {
        let is_stale = known.stale || (self.whole && known.detached);
        if is_stale || self.is_renamed(known) || known.fingerprint != self.fingerprint {
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

    /// The file in the catalog, with its number.
    pub(super) fn find<'c>(
        &self,
        file: &CorpusFile,
        cursor: &'c mut Cursor,
    ) -> Option<(u64, &'c SourceFile)> {
        let relative = self.relative(file)?;
        let range = self.ranges.get(file.root())?.clone();
        let files = &mut cursor.files;
        let is_next = range.contains(&cursor.next)
            && files
                .row(cursor.next)
                .is_some_and(|known| known.relative.as_os_str() == relative);
        if !is_next {
            cursor.next = place(relative.as_ref(), range.clone(), files, cursor.next);
        }
        let found = cursor.next;
        if !range.contains(&found) || files.row(found)?.relative.as_os_str() != relative {
            return None;
        }
        cursor.next = found + 1;
        Some((found, files.row(found)?))
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

    pub(super) fn state(&self, i: u64) -> State {
        match self.states[i as usize].load(Relaxed) {
            0 => State::Unseen,
            1 => State::Unchanged,
            2 => State::Changed,
            3 => State::Read,
            _ => State::Removed,
        }
    }

    /// Whether a file stays in the catalog.
    pub(super) fn stays(&self, i: u64) -> bool {
        !matches!(self.state(i), State::Read | State::Removed)
    }

    pub(super) fn set(&self, i: u64, state: State) {
        self.states[i as usize].store(state as u8, Relaxed);
    }

    /// Where in the catalog the files of a root of the corpus are.
    pub(super) fn range(&self, root: usize) -> Range<u64> {
        self.ranges[root].clone()
    }

    /// The number of a file's root in the corpus; `None` if the corpus has no such root.
    pub(super) fn root_of(&self, file: &SourceFile) -> Option<usize> {
        *self.new_root.get(file.root)?
    }

    /// Whether a file was read under another name.
    pub(super) fn is_renamed(&self, file: &SourceFile) -> bool {
        self.renamed.get(file.root) == Some(&true)
    }

    pub(super) fn n_new(&self) -> u64 {
        self.n_new.load(Relaxed)
    }

    /// Whether any root's files have other names than when they were read, so that all of them are to be walked.
    #[must_use]
    pub fn renames(&self) -> bool {
        self.renamed.contains(&true)
    }

    /// Files whose time changed and whose bytes did not, in order, with what is to be remembered of them.
    pub(super) fn touched(&self) -> Vec<(u64, FileStat)> {
        let touched = self.touched.lock().unwrap_or_else(PoisonError::into_inner);
        let mut touched = touched.clone();
        touched.sort_unstable_by_key(|(file, _)| *file);
        touched
    }
}

impl Cursor {
    pub(super) fn new(old: &Catalog) -> Self {
        Self {
            files: old.files.reader(),
            next: 0,
        }
    }
}

/// The number of the first file in a range that does not come before a path; from `next` on it is found soonest.
fn place(relative: &Path, range: Range<u64>, files: &mut Reader<SourceFile>, next: u64) -> u64 {
    let mut is_before = |file: u64| {
        let known = files.row(file);
        known.is_some_and(|known| CorpusRoot::order(&known.relative, relative) == Ordering::Less)
    };
    let next = next.clamp(range.start, range.end);
    if next > range.start && !is_before(next - 1) {
        return partition_point(range.start..next - 1, is_before);
    }
    // Most often it is one of the next: farther and farther away.
    let (mut from, mut step) = (next, 1);
    while from < range.end && is_before((from + step - 1).min(range.end - 1)) {
        from = (from + step).min(range.end);
        step *= 2;
    }
    partition_point(from..(from + step).min(range.end), is_before)
}

/// The first number of a range for which something does not hold, where it holds for none behind one for which it does not.
fn partition_point(range: Range<u64>, mut holds: impl FnMut(u64) -> bool) -> u64 {
    let (mut from, mut to) = (range.start, range.end);
    while from < to {
        let middle = from + (to - from) / 2;
        match holds(middle) {
            true => from = middle + 1,
            false => to = middle,
        }
    }
    from
}
