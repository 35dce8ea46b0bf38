//! What can go wrong with an index.

use std::io;
use std::path::{Path, PathBuf};

/// Why an index could not be made, opened, written or searched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no index in the directory.
    #[error("no index in `{}`", dir.display())]
    NotFound {
        /// The directory.
        dir: PathBuf,
    },
    /// There is an index in the directory already.
    #[error("there is an index in `{}` already", dir.display())]
    AlreadyExists {
        /// The directory.
        dir: PathBuf,
    },
    /// The index was written by another version of the program.
    #[error(
        "the index in `{}` has format {found}, this program reads format {supported}: build it again",
        dir.display()
    )]
    FormatVersion {
        /// The directory.
        dir: PathBuf,
        /// The format in the directory.
        found: u32,
        /// The format this version reads and writes.
        supported: u32,
    },
    /// Another writer has the index open.
    #[error("the index in `{}` is being written by {holder}", dir.display())]
    Locked {
        /// The directory.
        dir: PathBuf,
        /// Who writes: `process 1234 since 2024-01-03T15:14:18+08:00`, or `another writer`.
        holder: String,
    },
    /// A file of the index cannot be read or written.
    #[error("cannot {action} `{}`", path.display())]
    Io {
        /// What was tried: `read`, `write`, `create`, …
        action: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file of the index does not hold what it should.
    #[error("`{}` is damaged: {reason}", path.display())]
    Damaged {
        /// The file or directory.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A file that the settings name cannot be used.
    #[error("cannot use `{}`: {reason}", path.display())]
    Settings {
        /// The dictionary, stop word or synonym file.
        path: PathBuf,
        /// What is wrong with it, with the line where there is one.
        reason: String,
    },
    /// The article cannot be stored, or not be read back.
    #[error("cannot store the article `{id}`: {reason}")]
    Article {
        /// The article's id.
        id: String,
        /// Why not.
        reason: String,
    },
    /// There is no article of that id.
    #[error("no article `{id}` in the index")]
    UnknownArticle {
        /// The id that was asked for.
        id: String,
    },
    /// A query is to be of a region that there is not.
    #[error("no region is called `{name}`")]
    UnknownRegion {
        /// The name that was asked for.
        name: String,
    },
    /// The search engine below failed.
    #[error("the index failed: {0}")]
    Engine(String),
}

/// A result with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) fn io(
        action: &'static str,
        path: impl AsRef<Path>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.as_ref().to_owned();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }

    /// What cannot be written in the directory of an index, or of one in memory.
    pub(crate) fn unwritten(dir: Option<&Path>) -> impl FnOnce(io::Error) -> Self {
        Self::io("write", dir.unwrap_or(Path::new("memory")))
    }

    pub(crate) fn damaged(path: impl AsRef<Path>, reason: impl ToString) -> Self {
        Self::Damaged {
            path: path.as_ref().to_owned(),
            reason: reason.to_string(),
        }
    }
}

impl From<tantivy::TantivyError> for Error {
    fn from(error: tantivy::TantivyError) -> Self {
        use tantivy::TantivyError as E;
        match error {
            E::IoError(source) => Self::Engine(format!("input or output: {source}")),
            E::DataCorruption(corruption) => Self::Engine(format!("damaged data: {corruption:?}")),
            other => Self::Engine(other.to_string()),
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Engine(format!("input or output: {error}"))
    }
}
