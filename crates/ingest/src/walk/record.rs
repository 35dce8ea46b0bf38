//! A name of a directory and what it is the name of, as bytes: the name, a zero, which no name has, and the kind.
//! They are in the order of the names.

use std::fs::FileType;

/// What a name is the name of; links are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    File,
    Directory,
    /// A directory that a link leads to.
    Linked,
    /// A device, a socket or a pipe.
    Special,
    /// It has not been asked for, or asking failed.
    Unknown,
}

impl Kind {
    const ALL: [Self; 5] = [
        Self::File,
        Self::Directory,
        Self::Linked,
        Self::Special,
        Self::Unknown,
    ];

    /// That of something which is no link.
    pub(super) fn of(file_type: FileType) -> Self {
        if file_type.is_file() {
            Self::File
        } else if file_type.is_dir() {
            Self::Directory
        } else {
            Self::Special
        }
    }

    /// That of something which a link leads to.
    pub(super) fn behind_link(file_type: FileType) -> Self {
        match Self::of(file_type) {
            Self::Directory => Self::Linked,
            kind => kind,
        }
    }

    pub(super) fn is_directory(self) -> bool {
        matches!(self, Self::Directory | Self::Linked)
    }

    fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as u8 == byte)
    }
}

/// The record of a name, in a buffer.
pub(super) fn put<'r>(kind: Kind, name: &[u8], record: &'r mut Vec<u8>) -> &'r [u8] {
    record.clear();
    record.extend_from_slice(name);
    record.extend([0, kind as u8]);
    record
}

/// The kind and the name of a record.
pub(super) fn get(record: &[u8]) -> (Kind, &[u8]) {
    match record {
        [name @ .., 0, kind] => (Kind::from_byte(*kind).unwrap_or(Kind::Unknown), name),
        name => (Kind::Unknown, name),
    }
}
