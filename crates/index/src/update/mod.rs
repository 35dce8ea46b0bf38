//! Making an index equal to a corpus by reading only what is new or has changed.
//!
//! Pages are put together by a [`Binder`], which may make something else of a page because of another one. Therefore a
//! catalog keeps of each page the numbers ([`Outcome::keys`]) by which it can meet others, and an update has two rounds:
//!
//! 1. New and changed files are read. An article that meets no page of another file in the catalog goes straight through;
//!    the others, and pages that are parts of an article, wait.
//! 2. Files with pages that meet a page that was read or is gone, directly or by way of others, are read again, and
//!    all these pages are bound as if they were a corpus of their own, in the corpus's order.
//!
//! The catalog that comes out says what each file gives now; the articles that only the one before has are deleted, last
//! of all, so that no commit on the way loses an article that moved from one file to another.
//!
//! What an update knows of files and pages is on disk, in the form of a catalog, but for the pages that wait; of each page
//! of the catalog before, a number is in memory while files are read, and of each page read one for a moment in the end.

mod again;
mod merge;
mod run;
mod scan;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fangzhi_ingest::{Binder, Bound, CorpusFile, CorpusRoot, ErrorKind, Outcome};

use self::again::{Again, Side, Waiting};
use self::merge::Merge;
use crate::catalog::{
    Catalog, CatalogWriter, FileRead, Gave, Reading, Root, SourceFile, SourcePage,
};
use crate::error::{Error, Result};

pub use self::run::{UpdateOptions, UpdateSummary};
pub use self::scan::Scan;
use self::scan::{Cursor, State};

/// An update under way: takes what files give, in the corpus's order, and says which articles to add and to delete.
///
/// First every file that [`Scan::wants`] is handed in, in the corpus's order: [`push`](Self::push) each outcome of its
/// pages, or [`fail`](Self::fail), then [`end`](Self::end). Then the same for the files of
/// [`second_round`](Self::second_round). Then [`next_held`](Self::next_held) gives the last articles, and [`finish`](Self::finish)
/// what to commit.
pub struct Update {
    scan: Arc<Scan>,
    cursor: Cursor,
    reading: Reading,
    prune: bool,
    /// Where to keep what is known of files and pages; in memory, if nowhere else.
    dir: Option<PathBuf>,
    binder: Binder,
    /// What the binder has held back.
    held: Option<Bound>,
    /// The keys of the catalog's pages with the numbers of their files, in order; made when it is first needed.
    owners: Option<Vec<(u64, u64)>>,
    /// The files that were read, in the corpus's order.
    read: Option<CatalogWriter>,
    /// The one that is being read.
    current: Option<Draft>,
    /// Pages that wait for the second round or are parts of an article, and their files.
    again: Again,
    second: bool,
    /// Where the corpus could not be walked, so that what is there is not gone.
    unwalked: Vec<PathBuf>,
    /// Where the corpus was walked, if not everywhere.
    only: Vec<PathBuf>,
    counts: UpdateCounts,
}

/// What becomes of what is in the index and not in the corpus.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum UpdateMode {
    /// Articles of files that are gone stay. The default.
    #[default]
    Keep,
    /// Articles of files that are gone are removed.
    Prune,
    /// The same, and articles that were deleted though their files are there come back.
    Equal,
}

/// How many files an update found in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct UpdateCounts {
    /// Files that were not in the catalog.
    pub new: u64,
    /// Files that changed, or that are read otherwise now.
    pub changed: u64,
    /// Files that are as they were.
    pub unchanged: u64,
    /// Files that are gone, and whose articles were removed.
    pub removed: u64,
    /// Files that are gone, and whose articles stay.
    pub missing: u64,
    /// Files that were read again for the pages that they share an article with.
    pub again: u64,
}

/// What an update comes to.
#[derive(Debug)]
#[non_exhaustive]
pub struct Finished {
    /// Ids of articles to delete.
    pub deleted: Vec<String>,
    /// The catalog to commit with them; `None` if it is the one before.
    pub catalog: Option<Catalog>,
    /// How many files were found in which state.
    pub counts: UpdateCounts,
}

/// A file that is being read in the first round.
#[derive(Debug)]
struct Draft {
    file: SourceFile,
    /// Its number in the catalog before.
    old: Option<u64>,
    /// Whether some of its pages wait or are parts.
    waits: bool,
}

impl Update {
    /// An update of what `old` describes to a corpus, which was walked only at or below some paths, or (if there are none)
    /// everywhere.
    #[must_use]
    pub fn new(old: Catalog, corpus: &[CorpusRoot], reading: Reading, mode: UpdateMode) -> Self {
        let roots = corpus.iter().map(Root::of).collect();
        let scan = Scan::new(old, roots, reading.fingerprint, mode == UpdateMode::Equal);
        Self {
            cursor: Cursor::new(&scan.old),
            scan: Arc::new(scan),
            reading,
            prune: mode != UpdateMode::Keep,
            dir: None,
            binder: Binder::new(),
            held: None,
            owners: None,
            read: None,
            current: None,
            again: Again::default(),
            second: false,
            unwalked: Vec::new(),
            only: Vec::new(),
            counts: UpdateCounts::default(),
        }
    }

    /// Keeps what is known of files and pages in temporary files in `dir`, for instance
    /// [`Writer::temporary_dir`](crate::Writer::temporary_dir), and not in memory.
    #[must_use]
    pub fn keep_in(mut self, dir: Option<&Path>) -> Self {
        if let Some(dir) = dir {
            self.binder = self.binder.spill_to(dir);
        }
        self.dir = dir.map(Path::to_owned);
        self
    }

    /// How many files were noted so far as new or changed.
    #[must_use]
    pub fn n_read(&self) -> usize {
        let n_ended = self.read.as_ref().map_or(0, CatalogWriter::n_files);
        n_ended as usize + usize::from(self.current.is_some())
    }

    /// Says which files are to be read.
    #[must_use]
    pub fn scan(&self) -> Arc<Scan> {
        Arc::clone(&self.scan)
    }

    /// Says that the corpus is walked at or below these paths only; what is elsewhere is not gone.
    pub fn only(&mut self, paths: Vec<PathBuf>) {
        self.only = paths;
    }

    /// Notes that the corpus cannot be walked at a path: unless it is not there any more, what was below it is not gone.
    ///
    /// One of the corpus's own paths is more likely to be a disk that is not mounted.
    pub fn walk_failed(&mut self, error: &fangzhi_ingest::Error) {
        let Some(path) = error.path() else { return };
        let is_absent = matches!(error.kind(),
            fangzhi_ingest::ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::NotFound);
        if !is_absent || self.scan.roots.iter().any(|root| root.path == path) {
            self.unwalked.push(path.to_owned());
        }
    }

    /// Takes the outcome of a page; gives it back, with what the binder made of it, unless it has to wait.
    ///
    /// # Errors
    ///
    /// If temporary files cannot be written.
    pub fn push(&mut self, file: &CorpusFile, outcome: Outcome) -> Result<Option<Outcome>> {
        if self.second {
            return self.push_again(file, outcome);
        }
        let old = self.draft(file).old;
        let (id, is_part) = match &outcome {
            Outcome::Article(article) => (article.id.clone(), false),
            Outcome::Part(part) => (part.article().id.clone(), true),
            _ => {
                self.draft(file).file.n_skipped += 1;
                return Ok(Some(outcome));
            }
        };
        let mut places = outcome.keys();
        let key = Outcome::key(&id);
        places.retain(|other| *other != key);
        let number = self.writer()?.pages().end;
        let waits = !is_part && self.meets_another(key, old);
        if waits || is_part {
            self.draft(file).waits = true;
            let page = Waiting::new(&id, is_part, waits, Gave::Nothing);
            self.again.wait(Side::Read, number, page);
        }
        let outcome = match waits {
            true => None,
            false => {
                let pushed = self.binder.push(outcome);
                pushed.map_err(|error| self.unspilled(&error))?
            }
        };
        let gave = match &outcome {
            Some(Outcome::Article(article)) => Gave::of(&article.id, &id),
            _ => Gave::Nothing,
        };
        let page = SourcePage { id, places, gave };
        self.write(|read| read.page(page))?;
        Ok(outcome)
    }

    /// Notes that a page of a file, or the file, could not be read; `retry` if it may be readable the next time though
    /// its time does not change.
    pub fn fail(&mut self, file: &CorpusFile, retry: bool) {
        if self.second {
            self.again.lose(file);
            return;
        }
        let draft = self.draft(file);
        draft.file.n_failed += 1;
        draft.file.stale |= retry;
    }

    /// Notes that all pages of a file were handed in.
    ///
    /// # Errors
    ///
    /// If temporary files cannot be written.
    pub fn end(&mut self, file: &CorpusFile, read: &FileRead) -> Result<()> {
        let (stat, hash, changed, racy) = read.remember();
        if self.second {
            self.again.end(file, hash, changed);
            return Ok(());
        }
        self.draft(file);
        let Some(draft) = self.current.take() else {
            return Ok(());
        };
        let file = SourceFile {
            stat,
            hash,
            racy,
            stale: draft.file.stale | changed,
            ..draft.file
        };
        if draft.waits {
            let read = self.writer()?;
            let (number, file) = (read.n_files(), file.clone().of_pages(read.pages()));
            let root = &self.scan.roots[file.root].path;
            self.again.file(Side::Read, number, &file, root);
        }
        self.write(|read| read.file(file))
    }

    /// The files to read once more, in order, after those that are new or have changed.
    ///
    /// `corpus` is the one of [`Update::new`].
    ///
    /// # Errors
    ///
    /// If temporary files cannot be written.
    pub fn second_round(&mut self, corpus: &[CorpusRoot]) -> Result<Vec<CorpusFile>> {
        self.second = true;
        self.count();
        if self.read.is_none() && self.counts.removed == 0 {
            return Ok(Vec::new());
        }
        let read = self.write(CatalogWriter::tables)?;
        self.counts.again = self.again.meet(&self.scan, &read);
        for id in self.again.recall(&self.scan, &read) {
            let forgotten = self.binder.forget(&id);
            forgotten.map_err(|error| self.unspilled(&error))?;
        }
        Ok(self.again.files(corpus))
    }

    /// The next of the articles that were held back until all their pages had come, or what was passed over of them; `None`
    /// when there are no more.
    ///
    /// # Errors
    ///
    /// If temporary files cannot be read.
    pub fn next_held(&mut self) -> Result<Option<Outcome>> {
        let binder = &mut self.binder;
        let held = self
            .held
            .get_or_insert_with(|| std::mem::take(binder).finish());
        let next = held.next().transpose();
        let Some(outcome) = next.map_err(|error| self.unspilled(&error))? else {
            return Ok(None);
        };
        if let Outcome::Article(article) = &outcome {
            let n_roots = self.scan.roots.len();
            self.again
                .attribute(&article.id, article.path.as_deref(), n_roots);
        }
        Ok(Some(outcome))
    }

    /// What to delete, and the catalog to commit.
    ///
    /// # Errors
    ///
    /// If temporary files cannot be written.
    pub fn finish(mut self) -> Result<Finished> {
        let scan = Arc::clone(&self.scan);
        let nothing_new = self.read.is_none()
            && self.counts.removed == 0
            && scan.touched().is_empty()
            && scan.old.doomed.is_empty()
            && scan.old.reading == self.reading
            && scan.old.roots == scan.roots;
        if nothing_new {
            return Ok(Finished {
                deleted: Vec::new(),
                catalog: None,
                counts: self.counts,
            });
        }
        let (catalog, deleted) = self.catalog(true)?;
        Ok(Finished {
            deleted,
            catalog: Some(catalog),
            counts: self.counts,
        })
    }

    /// The catalog of what was handed out so far, to commit with it on the way.
    ///
    /// Files that are not done are in it with what they gave before and what was handed out, and are read again next time.
    ///
    /// # Errors
    ///
    /// If temporary files cannot be written.
    pub fn checkpoint(&mut self) -> Result<Catalog> {
        Ok(self.catalog(false)?.0)
    }

    /// The file that is being read, which begins with its first page.
    fn draft(&mut self, file: &CorpusFile) -> &mut Draft {
        self.current.get_or_insert_with(|| {
            let root = &self.scan.roots[file.root()];
            let relative = file.path().strip_prefix(&root.path);
            let found = self.scan.find(file, &mut self.cursor);
            let old = found.map(|(number, _)| number);
            if let Some(old) = old {
                self.scan.set(old, State::Read);
            }
            Draft {
                file: SourceFile {
                    root: file.root(),
                    relative: relative.map(Path::to_owned).unwrap_or_default(),
                    fingerprint: self.reading.fingerprint,
                    ..SourceFile::default()
                },
                old,
                waits: false,
            }
        })
    }

    /// Where the files that were read are noted.
    fn writer(&mut self) -> Result<&mut CatalogWriter> {
        if self.read.is_none() {
            let writer = CatalogWriter::new(self.dir.as_deref());
            self.read = Some(writer.map_err(|error| self.unwritten(error))?);
        }
        Ok(self.read.as_mut().expect("it was just made"))
    }

    /// Writes to where they are noted, or reads it.
    fn write<T>(
        &mut self,
        act: impl FnOnce(&mut CatalogWriter) -> std::io::Result<T>,
    ) -> Result<T> {
        let done = act(self.writer()?);
        done.map_err(|error| self.unwritten(error))
    }

    fn unwritten(&self, error: std::io::Error) -> Error {
        Error::io("write", self.dir.as_deref().unwrap_or(Path::new("memory")))(error)
    }

    /// The binder's temporary files cannot be written.
    fn unspilled(&self, error: &fangzhi_ingest::Error) -> Error {
        self.unwritten(match error.kind() {
            ErrorKind::Io(error) => std::io::Error::new(error.kind(), error.to_string()),
            other => std::io::Error::other(other.to_string()),
        })
    }

    /// Binds a page of the second round, if it is one of those that wait.
    fn push_again(&mut self, file: &CorpusFile, outcome: Outcome) -> Result<Option<Outcome>> {
        let is_part = matches!(outcome, Outcome::Part(_));
        let waiting = outcome
            .article()
            .and_then(|article| self.again.awaited(file, &article.id, is_part));
        let Some(waiting) = waiting else {
            return Ok(None);
        };
        match self.binder.push(outcome) {
            Ok(outcome) => {
                if let Some(Outcome::Article(article)) = &outcome {
                    waiting.give(&article.id);
                }
                Ok(outcome)
            }
            Err(error) => Err(self.unspilled(&error)),
        }
    }

    /// Whether a file of the catalog other than this one has a page with the key.
    fn meets_another(&mut self, key: u64, this: Option<u64>) -> bool {
        let owners = self.owners.get_or_insert_with(|| {
            let old = &self.scan.old;
            let mut pages = old.pages.reader();
            let mut owners = Vec::with_capacity(old.pages.len() as usize);
            for (i, file) in (0..).zip(old.files.rows()) {
                let mut rows = pages.rows(file.pages());
                while let Some((_, page)) = rows.next() {
                    owners.extend(page.keys().map(|key| (key, i)));
                }
            }
            owners.sort_unstable();
            owners
        });
        let first = owners.partition_point(|(other, _)| *other < key);
        let same = owners[first..]
            .iter()
            .take_while(|(other, _)| *other == key);
        same.map(|(_, owner)| *owner)
            .any(|owner| Some(owner) != this)
    }

    /// Counts the files of the catalog, and decides which are removed.
    fn count(&mut self) {
        let scan = Arc::clone(&self.scan);
        self.counts.new = scan.n_new();
        self.owners = None;
        for (i, file) in (0..).zip(scan.old.files.rows()) {
            let count = match scan.state(i) {
                State::Read | State::Changed => &mut self.counts.changed,
                State::Unseen if self.is_gone(&file) => {
                    if self.prune || scan.root_of(&file).is_none() {
                        scan.set(i, State::Removed);
                        &mut self.counts.removed
                    } else {
                        &mut self.counts.missing
                    }
                }
                _ => &mut self.counts.unchanged,
            };
            *count += 1;
        }
    }

    /// Whether a file of the catalog that the corpus did not come to is gone, rather than elsewhere.
    fn is_gone(&self, file: &SourceFile) -> bool {
        let Some(root) = self.scan.root_of(file) else {
            return true;
        };
        let path = file.below(&self.scan.roots[root].path);
        let within = |paths: &[PathBuf]| paths.iter().any(|above| path.starts_with(above));
        (self.only.is_empty() || within(&self.only)) && !within(&self.unwalked)
    }

    /// The catalog before with the files that were read in their places, and the ids of articles that no file gives any
    /// more; on the way, these are in the catalog.
    fn catalog(&mut self, is_done: bool) -> Result<(Catalog, Vec<String>)> {
        let (read, pages) = self.write(|read| Ok((read.tables()?, read.pages())))?;
        let current = self.current.as_ref();
        let merge = Merge {
            scan: &self.scan,
            read,
            current: current.map(|draft| draft.file.clone().of_pages(pages)),
            again: &self.again,
            is_done,
        };
        let merged = merge.run(self.reading.clone(), self.dir.as_deref());
        merged.map_err(|error| self.unwritten(error))
    }
}
