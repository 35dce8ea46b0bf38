//! Files, directories and standard input → pages and articles, lazily.

use std::path::{Path, PathBuf};

use crate::article::Article;
use crate::error::Result;
use crate::extractor::Extractor;
use crate::multipage::Binder;
use crate::outcome::Outcome;
use crate::page::Page;

/// A collection of pages: directories, files, standard input.
///
/// Directories are walked lazily, in an order that depends on nothing but the names: in each directory the files come
/// before the directories, both by the bytes of their names. Symbolic links are followed, but not in circles; hidden files
/// (`.name`) are skipped; devices, sockets and pipes are never opened.
/// What goes wrong with one file is that file's `Err`; the rest goes on.
#[derive(Debug, Clone)]
pub struct Corpus {
    roots: Vec<PathBuf>,
    extractor: Extractor,
}

/// A file of a [`Corpus`], not yet opened; threads may share out the reading by it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CorpusFile {
    path: PathBuf,
    name: String,
}

/// The files of a corpus; see [`Corpus::files`].
pub struct Files {
    #[expect(dead_code, reason = "filled in with the walk")]
    roots: std::vec::IntoIter<PathBuf>,
}

/// The pages of one file; see [`CorpusFile::pages`].
pub struct FilePages {
    #[expect(dead_code, reason = "filled in with the reading")]
    path: PathBuf,
}

/// The pages of a corpus; see [`Corpus::pages`].
pub struct Pages {
    #[expect(dead_code, reason = "filled in with the reading")]
    files: Files,
}

/// The outcomes of a corpus; see [`Corpus::outcomes`].
pub struct Outcomes {
    #[expect(dead_code, reason = "filled in with the reading")]
    pages: Pages,
    #[expect(dead_code, reason = "filled in with the reading")]
    binder: Option<Binder>,
}

/// The articles of a corpus; see [`Corpus::articles`].
pub struct Articles {
    outcomes: Outcomes,
}

impl Corpus {
    /// A corpus of the file or directory at `path`; `-` is standard input.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            roots: vec![path.into()],
            extractor: Extractor::new(),
        }
    }

    /// Adds a further file or directory.
    #[must_use]
    pub fn with(mut self, path: impl Into<PathBuf>) -> Self {
        self.roots.push(path.into());
        self
    }

    /// Sets how pages become articles.
    /// By default, [`Extractor::new`].
    #[must_use]
    pub fn extractor(mut self, extractor: Extractor) -> Self {
        self.extractor = extractor;
        self
    }

    /// The files, not yet opened.
    #[must_use]
    pub fn files(&self) -> Files {
        Files {
            roots: self.roots.clone().into_iter(),
        }
    }

    /// The pages, read one after the other.
    #[must_use]
    pub fn pages(&self) -> Pages {
        Pages {
            files: self.files(),
        }
    }

    /// What became of each page, with the pages of one article put together.
    #[must_use]
    pub fn outcomes(&self) -> Outcomes {
        Outcomes {
            pages: self.pages(),
            binder: Some(Binder::new()),
        }
    }

    /// The articles; what is no article is passed over.
    #[must_use]
    pub fn articles(&self) -> Articles {
        Articles {
            outcomes: self.outcomes(),
        }
    }
}

impl CorpusFile {
    /// Where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path below the corpus's root, with `/` between its parts.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Opens the file and reads its pages, one after the other: one, unless it holds JSON or is a web archive.
    #[must_use]
    pub fn pages(&self, extractor: &Extractor) -> FilePages {
        let _ = extractor.limit();
        FilePages {
            path: self.path.clone(),
        }
    }
}

impl Iterator for Files {
    type Item = Result<CorpusFile>;

    fn next(&mut self) -> Option<Self::Item> {
        None
    }
}

impl Iterator for FilePages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        None
    }
}

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        None
    }
}

impl Iterator for Outcomes {
    type Item = Result<Outcome>;

    fn next(&mut self) -> Option<Self::Item> {
        None
    }
}

impl Iterator for Articles {
    type Item = Result<Article>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.outcomes.next()? {
                Ok(outcome) => {
                    if let Some(article) = outcome.into_article() {
                        return Some(Ok(article));
                    }
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
