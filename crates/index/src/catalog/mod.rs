//! The table of source files: which files an index was made of, what each of them gave, and how to tell that it changed.
//!
//! It is a file of the generation, named by the engine's commit, so that a commit switches both at once. An index made by
//! [`Writer::add`](crate::Writer::add) alone has none.

mod format;
mod stat;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use fangzhi_ingest::{CorpusRoot, Outcome};

#[cfg(test)]
pub(crate) use self::format::samples;
#[cfg(any(test, fuzzing))]
pub(crate) use self::format::wrap;
pub(crate) use self::format::{decode, encode};
pub use self::stat::{FileRead, FileStat};
pub(crate) use self::stat::{hash, is_racy};

/// The files an index was made of.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Catalog {
    pub(crate) reading: Reading,
    pub(crate) roots: Vec<Root>,
    /// In the corpus's order.
    pub(crate) files: Vec<SourceFile>,
    /// Ids of articles that no file gives any more, and that the next update deletes unless it finds them again.
    pub(crate) doomed: Vec<String>,
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

/// A file, as it was when it was read, and what it gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SourceFile {
    /// The number of its root.
    pub(crate) root: usize,
    /// The path below the root; empty where the root is the file.
    pub(crate) relative: PathBuf,
    pub(crate) stat: FileStat,
    /// BLAKE3 of the bytes; zeros if it is not known.
    pub(crate) hash: [u8; 32],
    /// [`Reading::fingerprint`] when it was read.
    pub(crate) fingerprint: u64,
    /// It was not read to its end, or changed meanwhile: it is to be read again whatever its time says.
    pub(crate) stale: bool,
    /// Articles it gave were deleted, or replaced by others that came otherwise.
    pub(crate) detached: bool,
    /// It was changed so shortly before it was read that a later change may have left the same time.
    pub(crate) racy: bool,
    pub(crate) pages: Vec<SourcePage>,
    /// How many pages were no articles, twins and further pages not counted.
    pub(crate) n_skipped: u32,
    /// How many pages, or the file itself, could not be read.
    pub(crate) n_failed: u32,
}

/// A page of a file: what it has in common with others, and the article it gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SourcePage {
    /// The article's id before twins and further pages were put together.
    pub(crate) id: String,
    /// [`Outcome::keys`] without that of the id.
    pub(crate) places: Vec<u64>,
    pub(crate) gave: Gave,
}

/// Which article a page gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Gave {
    /// None: it is a twin, a further page, or its article was deleted.
    #[default]
    Nothing,
    /// The article of the page's id.
    Itself,
    /// An article of another id.
    Named(String),
}

impl Catalog {
    /// How many files it has.
    #[must_use]
    pub fn n_files(&self) -> usize {
        self.files.len()
    }

    /// How many articles they gave.
    #[must_use]
    pub fn n_articles(&self) -> usize {
        self.articles().count()
    }

    /// How many articles are in the index that no file gives any more, and that the next update deletes.
    #[must_use]
    pub fn n_doomed(&self) -> usize {
        self.doomed.len()
    }

    /// How many pages or files could not be read.
    #[must_use]
    pub fn n_failed(&self) -> u64 {
        self.files.iter().map(|file| u64::from(file.n_failed)).sum()
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
    pub fn articles(&self) -> impl Iterator<Item = &str> {
        self.files.iter().flat_map(SourceFile::articles)
    }

    /// The file that gave the article of this id, absolute.
    #[must_use]
    pub fn file_of(&self, id: &str) -> Option<PathBuf> {
        let file = self
            .files
            .iter()
            .find(|file| file.articles().any(|other| other == id))?;
        let root = &self.roots.get(file.root)?.absolute;
        Some(file.below(root))
    }

    /// Notes that the articles of some ids are no longer those that the files gave.
    pub(crate) fn detach(&mut self, is_gone: impl Fn(&str) -> bool) {
        for file in &mut self.files {
            for page in &mut file.pages {
                if page.article().is_some_and(&is_gone) {
                    page.gave = Gave::Nothing;
                    file.detached = true;
                }
            }
        }
        self.doomed.retain(|id| !is_gone(id));
    }

    /// Has some articles' files read again by the next update.
    pub(crate) fn mark_stale(&mut self, ids: &HashSet<String>) {
        for file in &mut self.files {
            let gave_one = file.articles().any(|id| ids.contains(id));
            file.stale |= gave_one;
        }
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

impl SourceFile {
    /// The ids of the articles it gave.
    pub(crate) fn articles(&self) -> impl Iterator<Item = &str> {
        self.pages.iter().filter_map(SourcePage::article)
    }

    pub(crate) fn below(&self, root: &Path) -> PathBuf {
        if self.relative.as_os_str().is_empty() {
            root.to_owned()
        } else {
            root.join(&self.relative)
        }
    }
}

impl SourcePage {
    /// The id of the article it gave.
    pub(crate) fn article(&self) -> Option<&str> {
        match &self.gave {
            Gave::Nothing => None,
            Gave::Itself => Some(&self.id),
            Gave::Named(id) => Some(id),
        }
    }

    /// As [`Outcome::keys`].
    pub(crate) fn keys(&self) -> impl Iterator<Item = u64> {
        std::iter::once(Outcome::key(&self.id)).chain(self.places.iter().copied())
    }

    pub(crate) fn give(&mut self, id: &str) {
        self.gave = if id == self.id {
            Gave::Itself
        } else {
            Gave::Named(id.to_owned())
        };
    }
}
