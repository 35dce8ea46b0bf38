//! The pages that wait for the second round, or for the other pages of their articles, and their files.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use fangzhi_ingest::{CorpusFile, CorpusRoot};

use super::scan::Scan;
use crate::catalog::{Gave, SourceFile, SourcePage, Tables};

/// Which table the number of a file or a page is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Side {
    /// The catalog before.
    Old,
    /// The files that were read in the first round.
    Read,
}

/// A page that waits, or is part of an article.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    id: String,
    is_part: bool,
    /// Whether it is to come in the second round.
    is_pending: bool,
    /// Which article it gives, as far as that is known.
    gave: Gave,
}

/// A file some of whose pages wait.
#[derive(Debug)]
pub(super) struct AgainFile {
    side: Side,
    root: usize,
    relative: PathBuf,
    hash: [u8; 32],
    pages: Range<u64>,
    /// The page that is most likely to come next.
    next: u64,
    /// The file cannot be read in the second round: what it gave stays.
    pub(super) is_lost: bool,
    /// In the second round it was another one.
    pub(super) is_stale: bool,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Again {
    pages: BTreeMap<(Side, u64), Waiting>,
    files: Vec<AgainFile>,
    by_number: HashMap<(Side, u64), usize>,
    by_path: HashMap<(usize, PathBuf), usize>,
}

impl Waiting {
    pub(super) fn new(id: &str, is_part: bool, is_pending: bool, gave: Gave) -> Self {
        Self {
            id: id.to_owned(),
            is_part,
            is_pending,
            gave,
        }
    }

    pub(super) fn give(&mut self, article: &str) {
        self.gave = Gave::of(article, &self.id);
    }
}

impl Again {
    /// Notes a page.
    pub(super) fn wait(&mut self, side: Side, number: u64, page: Waiting) {
        self.pages.insert((side, number), page);
    }

    /// Notes the file of pages that were noted, below a root at this path.
    pub(super) fn file(&mut self, side: Side, number: u64, file: &SourceFile, root: &Path) {
        let Entry::Vacant(entry) = self.by_number.entry((side, number)) else {
            return;
        };
        let i = *entry.insert(self.files.len());
        self.by_path.insert((file.root, file.below(root)), i);
        self.files.push(AgainFile {
            side,
            root: file.root,
            relative: file.relative.clone(),
            hash: file.hash,
            pages: file.pages(),
            next: file.first_page,
            is_lost: false,
            is_stale: false,
        });
    }

    /// A file that was noted.
    pub(super) fn of(&self, side: Side, number: u64) -> Option<&AgainFile> {
        Some(&self.files[*self.by_number.get(&(side, number))?])
    }

    /// Which article a page gives now, that was said to give another.
    pub(super) fn gave<'a>(&'a self, side: Side, number: u64, before: &'a Gave) -> &'a Gave {
        self.pages
            .get(&(side, number))
            .map_or(before, |page| &page.gave)
    }

    /// Whether a page is still to come.
    pub(super) fn is_pending(&self, side: Side, number: u64) -> bool {
        let page = self.pages.get(&(side, number));
        page.is_some_and(|page| page.is_pending)
    }

    /// Notes that a file cannot be read in the second round.
    pub(super) fn lose(&mut self, file: &CorpusFile) {
        if let Some(file) = self.named(file.root(), file.path()) {
            self.files[file].is_lost = true;
        }
    }

    /// Notes what a file was in the second round: read twice, it must have been the same.
    pub(super) fn end(&mut self, file: &CorpusFile, hash: [u8; 32], changed: bool) {
        if let Some(file) = self.named(file.root(), file.path()) {
            let file = &mut self.files[file];
            file.is_stale |= changed || (file.hash != hash && hash != [0; 32]);
        }
    }

    /// A page that came in the second round, if it was waited for.
    pub(super) fn awaited(
        &mut self,
        file: &CorpusFile,
        id: &str,
        is_part: bool,
    ) -> Option<&mut Waiting> {
        let file = self.named(file.root(), file.path())?;
        let file = &mut self.files[file];
        let (side, next) = (file.side, file.next);
        let is_it = |page: &Waiting| page.is_pending && page.id == id && page.is_part == is_part;
        let find = |numbers: Range<u64>| {
            let mut pages = self.pages.range((side, numbers.start)..(side, numbers.end));
            pages.find(|(_, page)| is_it(page)).map(|(key, _)| *key)
        };
        let found = find(next..file.pages.end).or_else(|| find(file.pages.start..next))?;
        file.next = found.1 + 1;
        let page = self.pages.get_mut(&found)?;
        page.is_pending = false;
        page.gave = Gave::Nothing;
        Some(page)
    }

    /// Notes which page the article of a chain of pages came from.
    pub(super) fn attribute(&mut self, id: &str, path: Option<&Path>, n_roots: usize) {
        let Some(path) = path else { return };
        let Some(file) = (0..n_roots).find_map(|root| self.named(root, path)) else {
            return;
        };
        let file = &self.files[file];
        let (from, to) = ((file.side, file.pages.start), (file.side, file.pages.end));
        let without_suffix = id.rsplit_once('#').map(|(id, _)| id);
        let find = |id: &str| {
            let mut pages = self.pages.range(from..to);
            let is_it =
                |page: &Waiting| page.is_part && page.gave == Gave::Nothing && page.id == id;
            pages.find(|(_, page)| is_it(page)).map(|(key, _)| *key)
        };
        let found = find(id).or_else(|| find(without_suffix?));
        if let Some(page) = found.and_then(|key| self.pages.get_mut(&key)) {
            page.give(id);
        }
    }

    /// Notes which pages of the catalog meet one that was read or is gone, directly or by way of others; gives the number
    /// of their files.
    pub(super) fn meet(&mut self, scan: &Scan, read: &Tables) -> u64 {
        let old = &scan.old;
        if old.files.len() == 0 {
            return 0;
        }
        // What is gone, what it is now, and what that meets.
        let mut keys = Keys::default();
        let mut parts: Vec<Vec<u64>> = Vec::new();
        let mut pages = old.pages.reader();
        for (i, file) in (0..).zip(old.files.rows()) {
            let mut rows = pages.rows(file.pages());
            while let Some((_, page)) = rows.next() {
                if !scan.stays(i) {
                    keys.known.extend(page.keys());
                } else if !page.places.is_empty() {
                    parts.push(page.keys().collect());
                }
            }
        }
        for page in read.pages.rows() {
            keys.known.extend(page.keys());
        }
        keys.known.sort_unstable();
        loop {
            let before = keys.met.len();
            for part in &parts {
                if part.iter().any(|key| keys.contains(*key)) {
                    keys.met.extend(part);
                }
            }
            if keys.met.len() == before {
                break;
            }
        }
        let mut n_files = 0;
        for (i, file) in (0..).zip(old.files.rows()) {
            // A root the corpus no longer has is removed as a whole.
            let Some(root) = scan.root_of(&file).filter(|_| scan.stays(i)) else {
                continue;
            };
            let mut is_met = false;
            let mut rows = pages.rows(file.pages());
            while let Some((number, page)) = rows.next() {
                if page.keys().any(|key| keys.contains(key)) {
                    is_met = true;
                    let is_part = !page.places.is_empty();
                    let page = Waiting::new(&page.id, is_part, true, page.gave.clone());
                    self.wait(Side::Old, number, page);
                }
            }
            if is_met {
                n_files += 1;
                let file = SourceFile { root, ..file };
                self.file(Side::Old, i, &file, &scan.roots[root].path);
            }
        }
        n_files
    }

    /// Takes back what went through in the first round though a page with the same id waits: which of them is first is
    /// decided in the second. Gives the ids that are to be forgotten.
    pub(super) fn recall(&mut self, scan: &Scan, read: &Tables) -> Vec<String> {
        let waits = |page: &&Waiting| page.is_pending && !page.is_part;
        let waiting: HashSet<String> = self
            .pages
            .values()
            .filter(waits)
            .map(|page| page.id.clone())
            .collect();
        let mut forgotten = Vec::new();
        if waiting.is_empty() {
            return forgotten;
        }
        let mut pages = read.pages.reader();
        for (i, file) in (0..).zip(read.files.rows()) {
            let mut rows = pages.rows(file.pages());
            while let Some((number, page)) = rows.next() {
                let SourcePage { id, places, gave } = page;
                let is_recalled = places.is_empty() && waiting.contains(id);
                if !is_recalled || self.is_pending(Side::Read, number) {
                    continue;
                }
                forgotten.push(id.clone());
                if let Gave::Named(id) = gave {
                    forgotten.push(id.clone());
                }
                let page = Waiting::new(id, false, true, gave.clone());
                self.wait(Side::Read, number, page);
                self.file(Side::Read, i, &file, &scan.roots[file.root].path);
            }
        }
        forgotten
    }

    /// The files of pages that are still to come, in the corpus's order.
    pub(super) fn files(&self, corpus: &[CorpusRoot]) -> Vec<CorpusFile> {
        let is_pending = |file: &&AgainFile| {
            let (from, to) = ((file.side, file.pages.start), (file.side, file.pages.end));
            self.pages.range(from..to).any(|(_, page)| page.is_pending)
        };
        let mut again: Vec<&AgainFile> = self.files.iter().filter(is_pending).collect();
        again.sort_by(|a, b| {
            let by_root = a.root.cmp(&b.root);
            by_root.then_with(|| CorpusRoot::order(&a.relative, &b.relative))
        });
        let file = |file: &AgainFile| corpus[file.root].file(&file.relative);
        again.into_iter().map(file).collect()
    }

    fn named(&self, root: usize, path: &Path) -> Option<usize> {
        // Few files are here, and none most often.
        if self.by_path.is_empty() {
            return None;
        }
        self.by_path.get(&(root, path.to_owned())).copied()
    }
}

/// Keys of pages: many that are known beforehand, in order, and a few that are met.
#[derive(Debug, Default)]
struct Keys {
    known: Vec<u64>,
    met: HashSet<u64>,
}

impl Keys {
    fn contains(&self, key: u64) -> bool {
        self.known.binary_search(&key).is_ok() || self.met.contains(&key)
    }
}
