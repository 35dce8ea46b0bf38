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
    #[error("cannot use dictionary `{}`: {flaw}", path.display())]
    Compiled {
        /// The dictionary's file.
        path: PathBuf,
        /// What is wrong with it.
        flaw: Flaw,
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

/// What is wrong with a compiled dictionary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Flaw {
    /// It does not begin as one.
    #[error("it is not a compiled dictionary")]
    Foreign,
    /// It has the form of another release.
    #[error(
        "its form is version {found}, and this program reads version {supported}: compile it again"
    )]
    Version {
        /// The version of its form.
        found: u32,
        /// The version that can be read.
        supported: u32,
    },
    /// It is cut short, or something was added.
    #[error("it is damaged: its length is not what its header says")]
    Length,
    /// The numbers in its header cannot all be true.
    #[error("it is damaged: its header contradicts itself")]
    Header,
    /// Some bytes are not what they were.
    #[error("it is damaged: its checksum does not match its contents")]
    Checksum,
    /// What it says of its words cannot all be true, though it is what was written.
    #[error("its contents contradict each other: it was not compiled by this program")]
    Contents,
    /// Other words were added before.
    #[error(
        "a compiled dictionary has the built-in words too, so it has to come before all others"
    )]
    NotFirst,
}

/// The result of loading a dictionary.
pub type Result<T, E = Error> = std::result::Result<T, E>;
