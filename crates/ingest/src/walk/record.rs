//! A name of a directory and what it is the name of, as bytes: the kind, the length of the name in two bytes, the name.

use std::fs::FileType;
use std::io::{self, Read};

/// What is before the name.
const HEADER: usize = 3;

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

/// How many bytes the record of a name has.
pub(super) fn len(name: &[u8]) -> usize {
    HEADER + name.len()
}

/// Appends a record.
pub(super) fn put(kind: Kind, name: &[u8], out: &mut Vec<u8>) {
    let len = u16::try_from(name.len()).expect("no system has names of 64 KiB");
    out.push(kind as u8);
    out.extend(len.to_le_bytes());
    out.extend_from_slice(name);
}

/// The record that bytes begin with.
pub(super) fn first(bytes: &[u8]) -> &[u8] {
    &bytes[..HEADER + name_len(bytes)]
}

/// The kind and the name of the record that bytes begin with.
pub(super) fn get(bytes: &[u8]) -> (Kind, &[u8]) {
    let kind = Kind::from_byte(bytes[0]).unwrap_or(Kind::Unknown);
    (kind, name(bytes))
}

/// The name of the record that bytes begin with.
pub(super) fn name(bytes: &[u8]) -> &[u8] {
    &first(bytes)[HEADER..]
}

/// Reads a record, its name into a buffer.
pub(super) fn read(mut reader: impl Read, name: &mut Vec<u8>) -> io::Result<Kind> {
    let mut header = [0; HEADER];
    reader.read_exact(&mut header)?;
    name.resize(name_len(&header), 0);
    reader.read_exact(name)?;
    Kind::from_byte(header[0]).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

fn name_len(bytes: &[u8]) -> usize {
    u16::from_le_bytes([bytes[1], bytes[2]]).into()
}
