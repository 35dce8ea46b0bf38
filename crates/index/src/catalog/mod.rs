//! The table of source files: which files an index was made of, what each of them gave, and how to tell that it changed.
//!
//! It is a file of the generation, named by the engine's commit, so that a commit switches both at once. An index made by
//! [`Writer::add`](crate::Writer::add) alone has none.
//!
//! However many files there are, little of it is in memory: it is read in place and written file by file.

mod format;
mod rows;
mod stat;
mod table;

use std::io;
use std::path::{Path, PathBuf};

use fangzhi_ingest::CorpusRoot;

use self::format::Numbers;
#[cfg(test)]
pub(crate) use self::format::tests::sample_rows;
#[cfg(any(test, fuzzing))]
pub(crate) use self::format::wrap;
pub(crate) use self::format::{CatalogWriter, Tables, decode};
pub(crate) use self::rows::{Gave, SourceFile, SourcePage};
pub use self::stat::{FileRead, FileStat};
pub(crate) use self::stat::{hash, is_racy};
pub(crate) use self::table::{Reader, Table};
use crate::spool::Spooled;

/// The files an index was made of.
///
/// It is a handle: the files themselves are read in place, and a clone takes no room.
#[derive(Debug, Clone)]
pub struct Catalog {
    pub(crate) reading: Reading,
    pub(crate) roots: Vec<Root>,
    /// Ids of articles that no file gives any more, and that the next update deletes unless it finds them again.
    pub(crate) doomed: Vec<String>,
    numbers: Numbers,
    /// In the corpus's order.
    pub(crate) files: Table<SourceFile>,
    /// In the order of the files.
    pub(crate) pages: Table<SourcePage>,
    /// The file that all of it is in.
    spooled: Spooled,
}

/// How the files were read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// [`Extractor::fingerprint`](fangzhi_ingest::Extractor::fingerprint). By default, 0.
    pub fingerprint: u64,
    /// Whether pages that are no articles are kept. By default, false.
    pub keep_all: bool,
    /// The bytes a page may have. By default, 0.
    pub max_bytes: u64,
    /// The file of site rules. By default, none.
    pub site_rules: Option<PathBuf>,
}

/// A path the corpus was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Root {
    /// As it was given.
    pub(crate) path: PathBuf,
    pub(crate) absolute: PathBuf,
    /// What the names of its files begin with.
    pub(crate) label: String,
}

impl Catalog {
    /// How many files it has.
    #[must_use]
    pub fn n_files(&self) -> usize {
        self.files.len() as usize
    }

    /// How many articles they gave.
    #[must_use]
    pub fn n_articles(&self) -> usize {
        self.numbers.n_articles as usize
    }

    /// How many articles are in the index that no file gives any more, and that the next update deletes.
    #[must_use]
    pub fn n_doomed(&self) -> usize {
        self.doomed.len()
    }

    /// How many pages or files could not be read.
    #[must_use]
    pub fn n_failed(&self) -> u64 {
        self.numbers.n_failed
    }

    /// How the files were read.
    #[must_use]
    pub fn reading(&self) -> &Reading {
        &self.reading
    }

    /// The paths the index was made of, without standard input: as they were given if that still leads to the same place,
    /// else absolute.
    pub fn roots(&self) -> impl Iterator<Item = &Path> {
        let is_file = |root: &&Root| root.path.as_os_str() != "-";
        self.roots.iter().filter(is_file).map(Root::reachable)
    }

    /// The ids of the articles the files gave.
    pub fn articles(&self) -> impl Iterator<Item = String> {
        self.pages.rows().filter_map(SourcePage::into_article)
    }

    /// The file that gave the article of this id, absolute. Takes time in proportion to the files.
    #[must_use]
    pub fn file_of(&self, id: &str) -> Option<PathBuf> {
        let page = self
            .pages
            .rows()
            .position(|page| page.article() == Some(id))? as u64;
        let file = self
            .files
            .rows()
            .find(|file| file.pages().contains(&page))?;
        let root = &self.roots.get(file.root)?.absolute;
        Some(file.below(root))
    }

    /// The bytes of its file.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.spooled.bytes
    }

    /// The same, knowing that the articles of some ids are no longer those that the files gave; if these are to be `found`
    /// again, the next update reads their files.
    ///
    /// It is written to a temporary file in `dir`, or to memory.
    pub(crate) fn without(
        &self,
        is_gone: impl Fn(&str) -> bool,
        found: bool,
        dir: Option<&Path>,
    ) -> io::Result<Self> {
        let mut catalog = CatalogWriter::new(dir)?;
        let mut pages = self.pages.reader();
        for mut file in self.files.rows() {
            let mut rows = pages.rows(file.pages());
            while let Some((_, page)) = rows.next() {
                let mut page = page.clone();
                if page.article().is_some_and(&is_gone) {
                    page.gave = Gave::Nothing;
                    file.detached = true;
                    file.stale |= found;
                }
                catalog.page(page)?;
            }
            catalog.file(file)?;
        }
        let mut doomed = self.doomed.clone();
        doomed.retain(|id| !is_gone(id));
        catalog.finish(self.reading.clone(), self.roots.clone(), doomed)
    }
}

impl Default for Catalog {
    /// That of an index of no files.
    fn default() -> Self {
        CatalogWriter::new(None)
            .and_then(|catalog| catalog.finish(Reading::default(), Vec::new(), Vec::new()))
            .expect("memory can be written")
    }
}

impl PartialEq for Catalog {
    fn eq(&self, other: &Self) -> bool {
        self.reading == other.reading
            && self.roots == other.roots
            && self.doomed == other.doomed
            && self.files.rows().eq(other.files.rows())
            && self.pages.rows().eq(other.pages.rows())
    }
}

impl Root {
    pub(crate) fn of(root: &CorpusRoot) -> Self {
        let path = root.path().to_owned();
        Self {
            absolute: std::path::absolute(&path).unwrap_or_else(|_| path.clone()),
            label: root.label(),
            path,
        }
    }

    /// The path as it was given, if that still leads to the same place, else the absolute one.
    pub(crate) fn reachable(&self) -> &Path {
        match std::path::absolute(&self.path) {
            Ok(absolute) if absolute == self.absolute => &self.path,
            _ => &self.absolute,
        }
    }
}
