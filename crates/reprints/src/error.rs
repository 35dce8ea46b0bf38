//! What can go wrong: only files can.

use std::io;
use std::path::PathBuf;

/// A file of fingerprints that cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The system does not let us.
    #[error("cannot {action} `{}`", path.display())]
    Io {
        /// What was tried: `read` or `write`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is something else.
    #[error("`{}` is not a file of fingerprints", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file was written by another version of the program.
    #[error("`{}` has format {found}, this program reads format {supported}", path.display())]
    FormatVersion {
        /// The file.
        path: PathBuf,
        /// The format of the file.
        found: u32,
        /// The format this version reads and writes.
        supported: u32,
    },
    /// The file does not hold what was written.
    #[error("`{}` is damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: &'static str,
    },
}

/// The result of reading or writing fingerprints.
pub type Result<T, E = Error> = std::result::Result<T, E>;
