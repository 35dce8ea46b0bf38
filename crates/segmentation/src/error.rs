//! What can go wrong: only loading dictionaries can.

use std::path::PathBuf;

/// A dictionary that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file cannot be read.
    #[error("cannot read dictionary `{}`", path.display())]
    Read {
        /// The dictionary's file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is not a compiled dictionary, or not a whole one.
    #[error("cannot use dictionary `{}`: {reason}", path.display())]
    Compiled {
        /// The dictionary's file.
        path: PathBuf,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A line is not `word [frequency] [tag]`.
    #[error("`{}` line {line}: {reason}", path.display())]
    Line {
        /// The dictionary's file.
        path: PathBuf,
        /// The line's number, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
}

/// The result of loading a dictionary.
pub type Result<T, E = Error> = std::result::Result<T, E>;
