//! What can go wrong between a path and an article.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// The result of this crate's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why one file, line or record gave no article.
///
/// The message names the file, where there is one, and the reason.
/// A [`Binder`](crate::Binder)'s is about no file but about the directory it spills to.
#[derive(Debug)]
pub struct Error {
    path: Option<PathBuf>,
    kind: ErrorKind,
    /// Whether it is about temporary files in `path`, not about a page.
    spilling: bool,
}

/// The reasons of an [`Error`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The operating system refused.
    #[error("{0}")]
    Io(io::Error),
    /// There are no bytes, or only white space.
    #[error("the file is empty")]
    Empty,
    /// There are more bytes than the limit allows.
    #[error("{} is over the limit of {limit} bytes", Size(*.size))]
    TooLarge {
        /// The limit, in bytes.
        limit: u64,
        /// The size in bytes, where it is known; compressed data is not expanded further than the limit to learn it.
        size: Option<u64>,
    },
    /// The bytes are no text: an image, an archive, an office document.
    #[error("the file is not text")]
    NotText,
    /// Compressed data is damaged.
    #[error("cannot decompress: {0}")]
    Decompress(String),
    /// A JSON value is not an article.
    #[error("line {line}: {reason}")]
    Json {
        /// The line of the file, from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// A record of a WARC file cannot be read.
    #[error("record {record}: {reason}")]
    Warc {
        /// The record's number in the file, from 1.
        record: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// The path is a device, a socket or a pipe, which is never opened.
    #[error("not a regular file")]
    Special,
    /// A file of site rules is wrong.
    #[error("{0}")]
    SiteRules(String),
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self {
            path: None,
            kind,
            spilling: false,
        }
    }

    /// Temporary files in `dir` cannot be written or read.
    pub(crate) fn of_spilling(error: io::Error, dir: &Path) -> Self {
        Self {
            path: Some(dir.to_owned()),
            kind: ErrorKind::Io(error),
            spilling: true,
        }
    }

    /// The same error, of the file at `path`.
    pub(crate) fn at(self, path: Option<&Path>) -> Self {
        Self {
            path: path.map(Path::to_owned).or(self.path),
            ..self
        }
    }

    /// The file, where there is one; the directory, where a [`Binder`](crate::Binder) cannot spill to it.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The reason.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }
}

impl ErrorKind {
    /// The reason's short name, by which a summary counts: `io`, `empty`, `too_large`, `not_text`, `decompress`, `json`,
    /// `warc`, `special` or `site_rules`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Io(_) => "io",
            Self::Empty => "empty",
            Self::TooLarge { .. } => "too_large",
            Self::NotText => "not_text",
            Self::Decompress(_) => "decompress",
            Self::Json { .. } => "json",
            Self::Warc { .. } => "warc",
            Self::Special => "special",
            Self::SiteRules(_) => "site_rules",
        }
    }
}

// The cause is part of the message, so there is no `source`.
impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(dir) if self.spilling => {
                let dir = dir.display();
                write!(f, "cannot use temporary files in `{dir}`: {}", self.kind)
            }
            Some(path) => write!(f, "cannot read `{}`: {}", path.display(), self.kind),
            None => write!(f, "cannot read the page: {}", self.kind),
        }
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self::new(kind)
    }
}

/// A size in a message.
struct Size(Option<u64>);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(size) => write!(f, "its size of {size} bytes"),
            None => f.write_str("its size"),
        }
    }
}
