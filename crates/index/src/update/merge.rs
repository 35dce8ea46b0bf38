//! Making a catalog of the one before and the files that were read.

use std::cmp::Ordering;
use std::io;
use std::ops::Range;
use std::path::Path;

use fangzhi_ingest::{CorpusRoot, Outcome};

use super::again::{Again, Side};
use super::scan::Scan;
use crate::catalog::{Catalog, CatalogWriter, FileStat, Gave, Reader, Reading, Root, SourceFile};
use crate::catalog::{SourcePage, Tables, is_racy};

/// What goes into a catalog.
pub(super) struct Merge<'a> {
    pub(super) scan: &'a Scan,
    /// The files that were read, in the corpus's order.
    pub(super) read: Tables,
    /// The file after them, that is being read.
    pub(super) current: Option<SourceFile>,
    pub(super) again: &'a Again,
    /// Whether this is the end: files whose pages wait have had them then, or will not.
    pub(super) is_done: bool,
}

/// A catalog that is being made.
struct Merging<'a> {
    merge: &'a Merge<'a>,
    out: CatalogWriter,
    roots: Vec<Root>,
    old_pages: Reader<SourcePage>,
    read_pages: Reader<SourcePage>,
    /// Files of the catalog before whose time alone has changed, in order.
    touched: Vec<(u64, FileStat)>,
    /// Keys of the articles that files give which were read, in order; not of those that were lost.
    given: Vec<u64>,
    /// Keys of the articles that files give whose pages are not those of the catalog before.
    gives: Vec<u64>,
    /// Articles of the catalog before that files do not give any more, or by other pages.
    gone: Vec<String>,
}

/// A file that goes into the catalog, and where its pages are.
struct Source<'f> {
    side: Side,
    number: u64,
    file: &'f SourceFile,
}

impl Merge<'_> {
    /// Writes the catalog to a temporary file in `dir`, or to memory; gives with it the ids of articles that no file gives
    /// any more, which at the end are not in it.
    pub(super) fn run(
        &self,
        reading: Reading,
        dir: Option<&Path>,
    ) -> io::Result<(Catalog, Vec<String>)> {
        let old = &self.scan.old;
        let mut merging = Merging {
            merge: self,
            out: CatalogWriter::new(dir)?,
            roots: self.scan.roots.clone(),
            old_pages: old.pages.reader(),
            read_pages: self.read.pages.reader(),
            touched: self.scan.touched(),
            given: Vec::new(),
            gives: Vec::new(),
            gone: old.doomed.clone(),
        };
        if old.files.len() > 0 {
            merging.find_given();
        }
        merging.files()?;
        merging.others()?;
        let Merging {
            out,
            roots,
            mut gives,
            mut gone,
            ..
        } = merging;
        gives.sort_unstable();
        gone.retain(|id| gives.binary_search(&Outcome::key(id)).is_err());
        gone.sort_unstable();
        gone.dedup();
        let doomed = match self.is_done {
            true => Vec::new(),
            false => gone.clone(),
        };
        Ok((out.finish(reading, roots, doomed)?, gone))
    }

    fn is_lost(&self, side: Side, number: u64) -> bool {
        let again = self.again.of(side, number);
        again.is_some_and(|again| again.is_lost)
    }

    /// Whether what a file gives is known: its pages need not wait, or are there.
    fn is_known(&self, side: Side, number: u64) -> bool {
        let again = self.again.of(side, number);
        again.is_none_or(|again| self.is_done && !again.is_lost)
    }

    /// Whether there was a catalog before, so that articles may be in the index that no file gives any more.
    fn is_update(&self) -> bool {
        self.scan.old.files.len() > 0 || !self.scan.old.doomed.is_empty()
    }
}

impl Merging<'_> {
    /// Finds the articles that files give which were read.
    fn find_given(&mut self) {
        let merge = self.merge;
        let mut add = |side, pages: &mut Reader<SourcePage>, range: Range<u64>| {
            let mut rows = pages.rows(range);
            while let Some((number, page)) = rows.next() {
                let gave = merge.again.gave(side, number, &page.gave);
                self.given.extend(gave.article(&page.id).map(Outcome::key));
            }
        };
        for (i, file) in (0..).zip(merge.read.files.rows()) {
            if !merge.is_lost(Side::Read, i) {
                add(Side::Read, &mut self.read_pages, file.pages());
            }
        }
        if let Some(file) = &merge.current {
            add(Side::Read, &mut self.read_pages, file.pages());
        }
        for (i, file) in (0..).zip(merge.scan.old.files.rows()) {
            let again = merge.again.of(Side::Old, i);
            if again.is_some_and(|again| !again.is_lost) {
                add(Side::Old, &mut self.old_pages, file.pages());
            }
        }
        self.given.sort_unstable();
    }

    /// Writes the files of the corpus's roots, in order: those that were read in the places of those of the catalog before.
    fn files(&mut self) -> io::Result<()> {
        let merge = self.merge;
        let mut old = merge.scan.old.files.reader();
        let current = merge.current.iter().cloned();
        let mut read = (0..).zip(merge.read.files.rows().chain(current)).peekable();
        for root in 0..merge.scan.roots.len() {
            let mut range = merge.scan.range(root);
            loop {
                let next_read = read.peek().filter(|(_, file)| file.root == root);
                let next_old = match range.is_empty() {
                    true => None,
                    false => old.row(range.start),
                };
                let order = match (next_read, next_old) {
                    (None, None) => break,
                    (Some(_), None) => Ordering::Less,
                    (None, Some(_)) => Ordering::Greater,
                    (Some((_, read)), Some(old)) => {
                        CorpusRoot::order(&read.relative, &old.relative)
                    }
                };
                let old_number = range.start;
                let replaced = next_old.filter(|_| order.is_eq()).cloned();
                if order.is_ge() {
                    range.start += 1;
                }
                if order.is_le()
                    && let Some((number, file)) = read.next()
                {
                    self.read(number, &file, replaced.as_ref())?;
                } else if let Some(file) = old.row(old_number) {
                    let file = file.clone();
                    self.old(old_number, root, &file)?;
                }
            }
        }
        Ok(())
    }

    /// Writes the files of the catalog before whose roots the corpus does not have; on the way, they are still there.
    fn others(&mut self) -> io::Result<()> {
        let scan = self.merge.scan;
        for (i, file) in (0..).zip(scan.old.files.rows()) {
            if scan.root_of(&file).is_some() {
                continue;
            }
            let Some(root) = scan.old.roots.get(file.root) else {
                continue;
            };
            if !scan.stays(i) {
                self.leave(file.pages());
                continue;
            }
            let is_it = |other: &Root| other.absolute == root.absolute;
            let known = self.roots.iter().position(is_it).unwrap_or_else(|| {
                self.roots.push(root.clone());
                self.roots.len() - 1
            });
            self.old(i, known, &file)?;
        }
        Ok(())
    }

    /// Writes a file that was read, in the place of one of the catalog before.
    fn read(&mut self, number: u64, file: &SourceFile, old: Option<&SourceFile>) -> io::Result<()> {
        // What came by standard input comes only once.
        if self.roots[file.root].path.as_os_str() == "-" {
            return Ok(());
        }
        let source = Source {
            side: Side::Read,
            number,
            file,
        };
        let is_current = number >= self.merge.read.files.len();
        if self.merge.is_known(Side::Read, number) && !is_current {
            if let Some(old) = old {
                self.leave(old.pages());
            }
            return self.known(&source);
        }
        if self.unfinished(&source, old.map(SourceFile::pages))? {
            return Ok(());
        }
        // Nothing of it is known: it is as it was.
        match old {
            Some(old) if !self.merge.is_done => {
                let (root, old) = (file.root, old.clone());
                self.out.file(SourceFile { root, ..old })
            }
            _ => Ok(()),
        }
    }

    /// Writes a file of the catalog before, unless it is gone.
    fn old(&mut self, number: u64, root: usize, file: &SourceFile) -> io::Result<()> {
        let merge = self.merge;
        if !merge.scan.stays(number) {
            self.leave(file.pages());
            return Ok(());
        }
        let mut file = SourceFile {
            root,
            stale: file.stale | merge.scan.is_renamed(file),
            ..file.clone()
        };
        if let Ok(at) = self.touched.binary_search_by_key(&number, |(i, _)| *i) {
            let (_, stat) = self.touched[at];
            file.stat = stat;
            file.racy = is_racy(&stat);
        }
        let source = Source {
            side: Side::Old,
            number,
            file: &file,
        };
        if merge.again.of(Side::Old, number).is_none() {
            return self.kept(&file);
        }
        match merge.is_known(Side::Old, number) {
            true => self.known(&source),
            false => self
                .unfinished(&source, Some(source.file.pages()))
                .map(drop),
        }
    }

    /// Writes a file as it was, but for the articles that others give now.
    fn kept(&mut self, file: &SourceFile) -> io::Result<()> {
        let mut rows = self.old_pages.rows(file.pages());
        while let Some((_, page)) = rows.next() {
            self.out.page(without(page.clone(), &self.given))?;
        }
        self.out.file(file.clone())
    }

    /// Writes a file with what it gives now.
    fn known(&mut self, source: &Source<'_>) -> io::Result<()> {
        let Merging { merge, .. } = *self;
        let again = merge.again.of(source.side, source.number);
        let mut is_stale = again.is_some_and(|again| again.is_stale);
        let pages = match source.side {
            Side::Old => &mut self.old_pages,
            Side::Read => &mut self.read_pages,
        };
        let mut rows = pages.rows(source.file.pages());
        while let Some((number, page)) = rows.next() {
            is_stale |= merge.again.is_pending(source.side, number);
            let gave = merge.again.gave(source.side, number, &page.gave);
            let before = page.article().filter(|_| source.side == Side::Old);
            let now = gave.article(&page.id);
            self.gone
                .extend(before.filter(|_| before != now).map(ToOwned::to_owned));
            if merge.is_update() {
                self.gives.extend(now.map(Outcome::key));
            }
            let gave = gave.clone();
            self.out.page(SourcePage {
                gave,
                ..page.clone()
            })?;
        }
        let stale = source.file.stale | is_stale;
        let file = source.file.clone();
        self.out.file(SourceFile { stale, ..file })
    }

    /// Writes a file that is not done: with what was handed out of it and what it gave before, to be read again next time.
    /// Gives whether there was anything.
    fn unfinished(&mut self, source: &Source<'_>, old: Option<Range<u64>>) -> io::Result<bool> {
        let Merging { merge, .. } = *self;
        let given = match merge.is_lost(source.side, source.number) {
            true => self.given.as_slice(),
            false => &[],
        };
        let mut ids: Vec<u64> = Vec::new();
        let pages = match source.side {
            Side::Old => &mut self.old_pages,
            Side::Read => &mut self.read_pages,
        };
        let mut rows = pages.rows(source.file.pages());
        while let Some((number, page)) = rows.next() {
            let gave = merge.again.gave(source.side, number, &page.gave);
            if let Some(article) = gave.article(&page.id) {
                if merge.is_update() {
                    ids.push(Outcome::key(article));
                }
                let gave = gave.clone();
                let page = SourcePage {
                    gave,
                    ..page.clone()
                };
                self.out.page(without(page, given))?;
            }
        }
        ids.sort_unstable();
        let mut rows = self.old_pages.rows(old.unwrap_or_default());
        while let Some((_, page)) = rows.next() {
            let key = page.article().map(Outcome::key);
            if key.is_none_or(|key| ids.binary_search(&key).is_err()) {
                self.gives.extend(key);
                self.out.page(without(page.clone(), given))?;
            }
        }
        self.gives.append(&mut ids);
        let is_any = !self.out.pages().is_empty();
        if is_any {
            let file = source.file.clone();
            let stale = true;
            self.out.file(SourceFile { stale, ..file })?;
        }
        Ok(is_any)
    }

    /// Notes that the articles of some pages of the catalog before are gone, unless a file gives them.
    fn leave(&mut self, pages: Range<u64>) {
        let mut rows = self.old_pages.rows(pages);
        while let Some((_, page)) = rows.next() {
            self.gone.extend(page.article().map(ToOwned::to_owned));
        }
    }
}

/// A page that does not give an article that another gives.
fn without(page: SourcePage, given: &[u64]) -> SourcePage {
    let is_given = |id: &str| given.binary_search(&Outcome::key(id)).is_ok();
    match page.article().is_some_and(is_given) {
        true => SourcePage {
            gave: Gave::Nothing,
            ..page
        },
        false => page,
    }
}
