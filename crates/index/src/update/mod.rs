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

mod run;
mod scan;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fangzhi_ingest::{Binder, CorpusFile, CorpusRoot, Outcome};

use crate::catalog::{Catalog, FileRead, Gave, Reading, Root, SourceFile, SourcePage, is_racy};

pub use self::run::{UpdateOptions, UpdateSummary};
pub use self::scan::Scan;
use self::scan::State;

/// An update under way: takes what files give, in the corpus's order, and says which articles to add and to delete.
///
/// First every file that [`Scan::wants`] is handed in: [`push`](Self::push) each outcome of its pages, or
/// [`fail`](Self::fail), then [`end`](Self::end). Then the same for the files of [`second_round`](Self::second_round).
/// Then [`finish`](Self::finish) gives the last articles, and what to commit.
#[derive(Debug, Default)]
pub struct Update {
    scan: Arc<Scan>,
    reading: Reading,
    prune: bool,
    binder: Binder,
    /// Which file of the catalog has a page with this key, or [`SEVERAL`]; made when it is first needed.
    owners: Option<HashMap<u64, usize>>,
    /// The files that were read, in the order they came.
    drafts: Vec<Draft>,
    /// Drafts by the number of their root and their path.
    by_path: HashMap<(usize, PathBuf), usize>,
    /// The draft that is being filled.
    current: Option<usize>,
    second: bool,
    /// Where the corpus could not be walked, so that what is there is not gone.
    unwalked: Vec<PathBuf>,
    /// Where the corpus was walked, if not everywhere.
    only: Vec<PathBuf>,
    /// Files of the catalog that are gone.
    removed: HashSet<usize>,
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
    /// What the binder held back: articles to add, and what was passed over.
    pub outcomes: Vec<Outcome>,
    /// Ids of articles to delete.
    pub deleted: Vec<String>,
    /// The catalog to commit with them; `None` if it is the one before.
    pub catalog: Option<Catalog>,
    /// How many files were found in which state.
    pub counts: UpdateCounts,
}

/// More than one file has a page with the key.
const SEVERAL: usize = usize::MAX;

/// A file that is being read, or was.
#[derive(Debug)]
struct Draft {
    file: SourceFile,
    /// Its number in the catalog before.
    old: Option<usize>,
    /// Whether some of its pages wait for the second round.
    waits: bool,
    /// Pages that wait, in the order of `file.pages`.
    pending: Vec<bool>,
    /// Whether its pages are all there.
    ended: bool,
    /// The file cannot be read in the second round: what it gave stays.
    lost: bool,
}

impl Update {
    /// An update of what `old` describes to a corpus, which was walked only at or below some paths, or (if there are none)
    /// everywhere.
    #[must_use]
    pub fn new(old: Catalog, corpus: &[CorpusRoot], reading: Reading, mode: UpdateMode) -> Self {
        let roots = corpus.iter().map(Root::of).collect();
        let scan = Scan::new(old, roots, reading.fingerprint, mode == UpdateMode::Equal);
        let prune = mode != UpdateMode::Keep;
        Self {
            scan: Arc::new(scan),
            reading,
            prune,
            binder: Binder::new(),
            owners: None,
            drafts: Vec::new(),
            by_path: HashMap::new(),
            current: None,
            second: false,
            unwalked: Vec::new(),
            only: Vec::new(),
            removed: HashSet::new(),
            counts: UpdateCounts::default(),
        }
    }

    /// How many files were noted so far as new or changed.
    #[must_use]
    pub fn n_read(&self) -> usize {
        self.drafts.len()
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
    pub fn push(&mut self, file: &CorpusFile, outcome: Outcome) -> Option<Outcome> {
        let draft = self.draft(file);
        if self.second {
            return self.push_again(draft, outcome);
        }
        let id = match &outcome {
            Outcome::Article(article) => article.id.clone(),
            Outcome::Part(part) => part.article().id.clone(),
            _ => {
                self.drafts[draft].file.n_skipped += 1;
                return Some(outcome);
            }
        };
        let mut keys = outcome.keys();
        let key = Outcome::key(&id);
        keys.retain(|other| *other != key);
        let is_part = matches!(outcome, Outcome::Part(_));
        let waits = is_part || self.meets_another(key, self.drafts[draft].old);
        let draft = &mut self.drafts[draft];
        draft.waits |= waits;
        draft.pending.push(waits && !is_part);
        draft.file.pages.push(SourcePage {
            id,
            places: keys,
            gave: Gave::Nothing,
        });
        if waits && !is_part {
            return None;
        }
        let outcome = self.binder.push(outcome)?;
        if let Outcome::Article(article) = &outcome
            && let Some(page) = draft.file.pages.last_mut()
        {
            page.give(&article.id);
        }
        Some(outcome)
    }

    /// Notes that a page of a file, or the file, could not be read; `retry` if it may be readable the next time though
    /// its time does not change.
    pub fn fail(&mut self, file: &CorpusFile, retry: bool) {
        let draft = self.draft(file);
        let second = self.second;
        let draft = &mut self.drafts[draft];
        if second {
            draft.lost = true;
        } else {
            draft.file.n_failed += 1;
            draft.file.stale |= retry;
        }
    }

    /// Notes that all pages of a file were handed in.
    pub fn end(&mut self, file: &CorpusFile, read: &FileRead) {
        let draft = self.draft(file);
        self.current = None;
        let draft = &mut self.drafts[draft];
        draft.ended = true;
        let (stat, hash, changed, racy) = read.remember();
        if self.second {
            // Read twice, it must have been the same.
            draft.file.stale |= changed || (draft.file.hash != hash && hash != [0; 32]);
            return;
        }
        draft.file.stat = stat;
        draft.file.hash = hash;
        draft.file.racy = racy;
        draft.file.stale |= changed;
    }

    /// The files to read once more, in order, after those that are new or have changed.
    ///
    /// `corpus` is the one of [`Update::new`].
    #[must_use]
    pub fn second_round(&mut self, corpus: &[CorpusRoot]) -> Vec<CorpusFile> {
        self.second = true;
        self.current = None;
        self.count();
        let scan = Arc::clone(&self.scan);
        if self.drafts.is_empty() && self.removed.is_empty() {
            return Vec::new();
        }
        // What is gone, what it is now, and what that meets.
        let mut keys: HashSet<u64> = HashSet::new();
        let read: HashSet<usize> = self.drafts.iter().filter_map(|draft| draft.old).collect();
        for i in read.iter().chain(&self.removed) {
            keys.extend(scan.old.files[*i].pages.iter().flat_map(SourcePage::keys));
        }
        let drafts = self.drafts.iter();
        keys.extend(drafts.flat_map(|draft| draft.file.pages.iter().flat_map(SourcePage::keys)));
        let others: Vec<usize> = (0..scan.old.files.len())
            .filter(|i| !read.contains(i) && !self.removed.contains(i))
            .collect();
        let parts: Vec<&SourcePage> = others
            .iter()
            .flat_map(|i| &scan.old.files[*i].pages)
            .filter(|page| !page.places.is_empty())
            .collect();
        loop {
            let before = keys.len();
            for page in &parts {
                if page.keys().any(|key| keys.contains(&key)) {
                    keys.extend(page.keys());
                }
            }
            if keys.len() == before {
                break;
            }
        }
        for i in others {
            let file = &scan.old.files[i];
            let met = |page: &SourcePage| page.keys().any(|key| keys.contains(&key));
            let pending: Vec<bool> = file.pages.iter().map(met).collect();
            // A root the corpus no longer has is removed as a whole.
            let Some(root) = scan.root_of(i).filter(|_| pending.contains(&true)) else {
                continue;
            };
            self.counts.again += 1;
            self.drafts.push(Draft {
                file: SourceFile {
                    root,
                    ..file.clone()
                },
                old: Some(i),
                waits: true,
                pending,
                ended: true,
                lost: false,
            });
        }
        self.recall();
        let mut again = Vec::new();
        for (i, draft) in self.drafts.iter().enumerate() {
            if draft.pending.contains(&true) {
                let file = corpus[draft.file.root].file(&draft.file.relative);
                let place = (file.root(), file.path().to_owned());
                self.by_path.insert(place, i);
                again.push((draft.file.root, &draft.file.relative, file));
            }
        }
        again.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| CorpusRoot::order(a.1, b.1)));
        again.into_iter().map(|(_, _, file)| file).collect()
    }

    /// What is left to add, what to delete, and the catalog to commit.
    #[must_use]
    pub fn finish(mut self) -> Finished {
        let mut outcomes = std::mem::take(&mut self.binder).finish();
        self.restore_lost();
        for outcome in &mut outcomes {
            if let Outcome::Article(article) = outcome {
                self.attribute(&article.id, article.path.as_deref());
            }
        }
        let scan = Arc::clone(&self.scan);
        let nothing_new = self.drafts.is_empty()
            && self.removed.is_empty()
            && scan.touched().is_empty()
            && scan.old.doomed.is_empty()
            && scan.old.reading == self.reading
            && scan.old.roots == scan.roots;
        if nothing_new {
            return Finished {
                outcomes,
                deleted: Vec::new(),
                catalog: None,
                counts: self.counts,
            };
        }
        let mut catalog = self.catalog(|draft| Some(draft.file.clone()));
        let deleted = std::mem::take(&mut catalog.doomed);
        Finished {
            outcomes,
            deleted,
            catalog: Some(catalog),
            counts: self.counts,
        }
    }

    /// The catalog of what was handed out so far, to commit with it on the way.
    ///
    /// Files that are not done are in it with what they gave before and what was handed out, and are read again next time.
    #[must_use]
    pub fn checkpoint(&self) -> Catalog {
        self.catalog(|draft| {
            if draft.ended && !draft.waits {
                return Some(draft.file.clone());
            }
            self.unfinished(draft)
        })
    }

    fn draft(&mut self, file: &CorpusFile) -> usize {
        if let Some(current) = self.current {
            return current;
        }
        // A root within another has files of two names, and each is read for itself.
        let place = (file.root(), file.path().to_owned());
        let draft = match self.by_path.get(&place) {
            Some(draft) => *draft,
            None => {
                let root = &self.scan.roots[file.root()];
                let relative = file.path().strip_prefix(&root.path);
                self.drafts.push(Draft {
                    file: SourceFile {
                        root: file.root(),
                        relative: relative.map(Path::to_owned).unwrap_or_default(),
                        fingerprint: self.reading.fingerprint,
                        ..SourceFile::default()
                    },
                    old: self.scan.number(file),
                    waits: false,
                    pending: Vec::new(),
                    ended: false,
                    lost: false,
                });
                self.drafts.len() - 1
            }
        };
        self.by_path.insert(place, draft);
        self.current = Some(draft);
        draft
    }

    /// Takes back what went through in the first round though a page with the same id waits: which of them is first is
    /// decided in the second.
    fn recall(&mut self) {
        let waiting: HashSet<String> = self
            .drafts
            .iter()
            .flat_map(|draft| draft.file.pages.iter().zip(&draft.pending))
            .filter(|(page, pending)| **pending && page.places.is_empty())
            .map(|(page, _)| page.id.clone())
            .collect();
        for draft in &mut self.drafts {
            for (page, pending) in draft.file.pages.iter().zip(&mut draft.pending) {
                if !*pending && page.places.is_empty() && waiting.contains(&page.id) {
                    *pending = true;
                    draft.waits = true;
                    self.binder.forget(&page.id);
                    if let Gave::Named(id) = &page.gave {
                        self.binder.forget(id);
                    }
                }
            }
        }
    }

    /// Binds a page of the second round, if it is one of those that wait.
    fn push_again(&mut self, draft: usize, outcome: Outcome) -> Option<Outcome> {
        let draft = &mut self.drafts[draft];
        let article = outcome.article()?;
        let mut pages = draft.file.pages.iter_mut().zip(&mut draft.pending);
        let is_part = matches!(outcome, Outcome::Part(_));
        let (page, pending) = pages.find(|(page, pending)| {
            **pending && page.id == article.id && page.places.is_empty() != is_part
        })?;
        *pending = false;
        page.gave = Gave::Nothing;
        let outcome = self.binder.push(outcome)?;
        if let Outcome::Article(article) = &outcome {
            page.give(&article.id);
        }
        Some(outcome)
    }

    /// Whether a file of the catalog other than this one has a page with the key.
    fn meets_another(&mut self, key: u64, this: Option<usize>) -> bool {
        let owners = self.owners.get_or_insert_with(|| {
            let mut owners = HashMap::new();
            for (i, file) in self.scan.old.files.iter().enumerate() {
                for key in file.pages.iter().flat_map(SourcePage::keys) {
                    let owner = owners.entry(key).or_insert(i);
                    if *owner != i {
                        *owner = SEVERAL;
                    }
                }
            }
            owners
        });
        owners.get(&key).is_some_and(|owner| Some(*owner) != this)
    }

    fn count(&mut self) {
        let scan = Arc::clone(&self.scan);
        self.counts.new = scan.n_new();
        for i in 0..scan.old.files.len() {
            match scan.state(i) {
                State::Changed => self.counts.changed += 1,
                State::Unchanged => self.counts.unchanged += 1,
                State::Unseen => match self.is_gone(i) {
                    true if self.prune || scan.root_of(i).is_none() => {
                        self.removed.insert(i);
                        self.counts.removed += 1;
                    }
                    true => self.counts.missing += 1,
                    false => self.counts.unchanged += 1,
                },
            }
        }
    }

    /// Whether a file of the catalog that the corpus did not come to is gone, rather than elsewhere.
    fn is_gone(&self, i: usize) -> bool {
        let Some(root) = self.scan.root_of(i) else {
            return true;
        };
        let path = self.scan.old.files[i].below(&self.scan.roots[root].path);
        let within = |paths: &[PathBuf]| paths.iter().any(|above| path.starts_with(above));
        (self.only.is_empty() || within(&self.only)) && !within(&self.unwalked)
    }

    /// Files that could not be read again keep what they gave, as far as no other file gives it now.
    fn restore_lost(&mut self) {
        for i in 0..self.drafts.len() {
            let draft = &self.drafts[i];
            if draft.lost {
                self.drafts[i].file = self.unfinished(draft).unwrap_or_default();
            } else if draft.pending.contains(&true) {
                self.drafts[i].file.stale = true;
            }
        }
    }

    /// A file that is not done: with what it gave before and what was handed out of it, to be read again next time.
    fn unfinished(&self, draft: &Draft) -> Option<SourceFile> {
        let given = draft
            .file
            .pages
            .iter()
            .filter(|page| page.gave != Gave::Nothing);
        let mut pages: Vec<SourcePage> = given.cloned().collect();
        let ids: HashSet<String> = pages
            .iter()
            .filter_map(|page| page.article().map(ToOwned::to_owned))
            .collect();
        let before = draft.old.map(|old| &self.scan.old.files[old]);
        let kept = before.into_iter().flat_map(|file| &file.pages);
        let is_kept = |page: &&SourcePage| page.article().is_none_or(|id| !ids.contains(id));
        pages.extend(kept.filter(is_kept).cloned());
        (!pages.is_empty()).then(|| SourceFile {
            stale: true,
            pages,
            ..draft.file.clone()
        })
    }

    /// Notes which page the article of a chain of pages came from.
    fn attribute(&mut self, id: &str, path: Option<&Path>) {
        let mut places = (0..self.scan.roots.len()).map(|root| Some((root, path?.to_owned())));
        let Some(draft) = places.find_map(|place| self.by_path.get(&place?)) else {
            return;
        };
        let without_suffix = id.rsplit_once('#').map(|(id, _)| id);
        let pages = &mut self.drafts[*draft].file.pages;
        let page = pages
            .iter()
            .position(|page| page.gave == Gave::Nothing && page.id == id)
            .or_else(|| {
                pages.iter().position(|page| {
                    page.gave == Gave::Nothing && Some(page.id.as_str()) == without_suffix
                })
            });
        if let Some(page) = page {
            pages[page].give(id);
        }
    }

    /// The catalog before with the files that were read in their places.
    fn catalog(&self, file_of: impl Fn(&Draft) -> Option<SourceFile>) -> Catalog {
        let scan = &self.scan;
        let mut files: Vec<Option<SourceFile>> = scan.old.files.iter().cloned().map(Some).collect();
        for (i, stat) in scan.touched() {
            if let Some(file) = &mut files[i] {
                file.stat = stat;
                file.racy = is_racy(&stat);
            }
        }
        for i in &self.removed {
            files[*i] = None;
        }
        let mut roots = scan.roots.clone();
        for (i, file) in files.iter_mut().enumerate() {
            let Some(file) = file else { continue };
            // Read under another name, it is not what it was.
            file.stale |= scan.is_renamed(i);
            file.root = scan.root_of(i).unwrap_or_else(|| {
                // On the way, files are still there whose root is not.
                let root = &scan.old.roots[file.root];
                let known = roots
                    .iter()
                    .position(|other| other.absolute == root.absolute);
                known.unwrap_or_else(|| {
                    roots.push(root.clone());
                    roots.len() - 1
                })
            });
        }
        let mut given: HashSet<String> = HashSet::new();
        for draft in self.drafts.iter().filter(|draft| !draft.lost) {
            given.extend(draft.file.articles().map(ToOwned::to_owned));
        }
        for draft in &self.drafts {
            let file = file_of(draft);
            match draft.old {
                Some(old) if draft.lost => files[old] = file,
                None if draft.lost => files.push(file.filter(|file| !file.pages.is_empty())),
                Some(old) if file.is_some() => files[old] = None,
                _ => {}
            }
        }
        // What another file gives now is no longer theirs.
        let others = files.iter_mut().flatten().flat_map(|file| &mut file.pages);
        for page in others {
            if page.article().is_some_and(|id| given.contains(id)) {
                page.gave = Gave::Nothing;
            }
        }
        let read = self.drafts.iter().filter(|draft| !draft.lost);
        files.extend(read.map(file_of));
        let mut catalog = Catalog {
            reading: self.reading.clone(),
            files: files.into_iter().flatten().collect(),
            doomed: Vec::new(),
            roots,
        };
        // What came by standard input comes only once.
        let is_file = |file: &SourceFile| catalog.roots[file.root].path.as_os_str() != "-";
        catalog.files.retain(is_file);
        catalog.files.sort_by(|a, b| {
            a.root
                .cmp(&b.root)
                .then_with(|| CorpusRoot::order(&a.relative, &b.relative))
        });
        let given: HashSet<&str> = catalog
            .files
            .iter()
            .flat_map(SourceFile::articles)
            .collect();
        let before = scan.old.articles();
        let mut doomed: Vec<String> = before
            .chain(scan.old.doomed.iter().map(String::as_str))
            .filter(|id| !given.contains(id))
            .map(ToOwned::to_owned)
            .collect();
        doomed.sort_unstable();
        doomed.dedup();
        catalog.doomed = doomed;
        catalog
    }
}
