//! The rows of a catalog's tables: source files, and their pages.

use std::ffi::OsStr;
use std::ops::Range;
use std::path::{Path, PathBuf};

use fangzhi_ingest::Outcome;

use super::FileStat;
use super::table::Row;
use crate::varint::{put_varint, take_varint};

const STALE: u8 = 1;
const RACY: u8 = 2;
const DETACHED: u8 = 4;

/// A file, as it was when it was read, and how many pages it gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SourceFile {
    /// The number of its root.
    pub(crate) root: usize,
    /// The path below the root; empty where the root is the file.
    pub(crate) relative: PathBuf,
    pub(crate) stat: FileStat,
    /// BLAKE3 of the bytes; zeros if it is not known.
    pub(crate) hash: [u8; 32],
    /// [`Reading::fingerprint`](super::Reading::fingerprint) when it was read.
    pub(crate) fingerprint: u64,
    /// It was not read to its end, or changed meanwhile: it is to be read again whatever its time says.
    pub(crate) stale: bool,
    /// Articles it gave were deleted, or replaced by others that came otherwise.
    pub(crate) detached: bool,
    /// It was changed so shortly before it was read that a later change may have left the same time.
    pub(crate) racy: bool,
    /// How many pages were no articles, twins and further pages not counted.
    pub(crate) n_skipped: u32,
    /// How many pages, or the file itself, could not be read.
    pub(crate) n_failed: u32,
    /// The number of its first page.
    pub(crate) first_page: u64,
    pub(crate) n_pages: u64,
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

impl SourceFile {
    pub(crate) fn below(&self, root: &Path) -> PathBuf {
        if self.relative.as_os_str().is_empty() {
            root.to_owned()
        } else {
            root.join(&self.relative)
        }
    }

    /// The same file with these pages.
    pub(crate) fn of_pages(self, pages: Range<u64>) -> Self {
        Self {
            first_page: pages.start,
            n_pages: pages.end - pages.start,
            ..self
        }
    }

    /// The numbers of its pages.
    pub(crate) fn pages(&self) -> Range<u64> {
        self.first_page..self.first_page.saturating_add(self.n_pages)
    }
}

impl SourcePage {
    /// The id of the article it gave.
    pub(crate) fn article(&self) -> Option<&str> {
        self.gave.article(&self.id)
    }

    /// The id of the article it gave.
    pub(crate) fn into_article(self) -> Option<String> {
        match self.gave {
            Gave::Nothing => None,
            Gave::Itself => Some(self.id),
            Gave::Named(id) => Some(id),
        }
    }

    /// As [`Outcome::keys`].
    pub(crate) fn keys(&self) -> impl Iterator<Item = u64> {
        std::iter::once(Outcome::key(&self.id)).chain(self.places.iter().copied())
    }
}

impl Gave {
    /// The article of this id, by a page of that id.
    pub(crate) fn of(article: &str, page: &str) -> Self {
        match article == page {
            true => Self::Itself,
            false => Self::Named(article.to_owned()),
        }
    }

    /// The id of the article that a page of this id gave.
    pub(crate) fn article<'a>(&'a self, page: &'a str) -> Option<&'a str> {
        match self {
            Self::Nothing => None,
            Self::Itself => Some(page),
            Self::Named(id) => Some(id),
        }
    }
}

impl Row for SourceFile {
    fn put(&self, before: Option<&Self>, out: &mut Vec<u8>) {
        let flags = (u8::from(self.stale) * STALE)
            | (u8::from(self.racy) * RACY)
            | (u8::from(self.detached) * DETACHED);
        out.push(flags);
        put_varint(out, self.root as u64);
        put_shared(out, before.map_or(&[], path_bytes), path_bytes(self));
        put_varint(out, self.stat.size);
        out.extend(self.stat.modified.to_le_bytes());
        out.extend(self.hash);
        out.extend(self.fingerprint.to_le_bytes());
        for number in [u64::from(self.n_skipped), u64::from(self.n_failed)] {
            put_varint(out, number);
        }
        let expected = before.map_or(0, |before| before.pages().end);
        put_varint(out, self.first_page.wrapping_sub(expected));
        put_varint(out, self.n_pages);
    }

    fn take(before: Option<&Self>, rest: &mut &[u8]) -> Option<Self> {
        let flags = take_byte(rest)?;
        let expected = before.map_or(0, |before| before.pages().end);
        Some(Self {
            stale: flags & STALE != 0,
            racy: flags & RACY != 0,
            detached: flags & DETACHED != 0,
            root: usize::try_from(take_varint(rest)?).ok()?,
            relative: to_path(&take_shared(before.map_or(&[], path_bytes), rest)?)?,
            stat: FileStat {
                size: take_varint(rest)?,
                modified: i64::from_le_bytes(take_array(rest)?),
            },
            hash: take_array(rest)?,
            fingerprint: u64::from_le_bytes(take_array(rest)?),
            n_skipped: u32::try_from(take_varint(rest)?).ok()?,
            n_failed: u32::try_from(take_varint(rest)?).ok()?,
            first_page: take_varint(rest)?.wrapping_add(expected),
            n_pages: take_varint(rest)?,
        })
    }
}

impl Row for SourcePage {
    fn put(&self, before: Option<&Self>, out: &mut Vec<u8>) {
        let before = before.map_or("", |before| &before.id);
        put_shared(out, before.as_bytes(), self.id.as_bytes());
        put_varint(out, self.places.len() as u64);
        for place in &self.places {
            out.extend(place.to_le_bytes());
        }
        match &self.gave {
            Gave::Nothing => out.push(0),
            Gave::Itself => out.push(1),
            Gave::Named(id) => {
                out.push(2);
                put_shared(out, self.id.as_bytes(), id.as_bytes());
            }
        }
    }

    fn take(before: Option<&Self>, rest: &mut &[u8]) -> Option<Self> {
        let before = before.map_or("", |before| &before.id);
        let id = String::from_utf8(take_shared(before.as_bytes(), rest)?).ok()?;
        let n_places = take_varint(rest)?;
        let mut places = Vec::new();
        for _ in 0..n_places {
            places.push(u64::from_le_bytes(take_array(rest)?));
        }
        let gave = match take_byte(rest)? {
            0 => Gave::Nothing,
            1 => Gave::Itself,
            2 => Gave::Named(String::from_utf8(take_shared(id.as_bytes(), rest)?).ok()?),
            _ => return None,
        };
        Some(Self { id, places, gave })
    }
}

fn path_bytes(file: &SourceFile) -> &[u8] {
    file.relative.as_os_str().as_encoded_bytes()
}

/// Appends bytes by how many of the first they share with others, and the rest.
fn put_shared(out: &mut Vec<u8>, before: &[u8], bytes: &[u8]) {
    let shared = before.iter().zip(bytes).take_while(|(a, b)| a == b).count();
    put_varint(out, shared as u64);
    put_bytes(out, &bytes[shared..]);
}

fn take_shared(before: &[u8], rest: &mut &[u8]) -> Option<Vec<u8>> {
    let shared = usize::try_from(take_varint(rest)?).ok()?;
    Some([before.get(..shared)?, take_bytes(rest)?].concat())
}

pub(super) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

pub(super) fn take_bytes<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(take_varint(rest)?).ok()?;
    let (bytes, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    Some(bytes)
}

pub(super) fn take_byte(rest: &mut &[u8]) -> Option<u8> {
    let (&byte, tail) = rest.split_first()?;
    *rest = tail;
    Some(byte)
}

pub(super) fn take_array<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (bytes, tail) = rest.split_first_chunk()?;
    *rest = tail;
    Some(*bytes)
}

/// A path of the bytes that one was written as; it need not be UTF-8 where the system does not ask for that.
pub(super) fn to_path(bytes: &[u8]) -> Option<PathBuf> {
    #[cfg(unix)]
    let text = <OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes);
    #[cfg(not(unix))]
    let text = OsStr::new(std::str::from_utf8(bytes).ok()?);
    Some(text.into())
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::*;

    fn check<R: Row + PartialEq + Debug>(rows: &[R]) {
        let before = |i: usize| i.checked_sub(1).map(|i| &rows[i]);
        let mut bytes = Vec::new();
        for (i, row) in rows.iter().enumerate() {
            row.put(before(i), &mut bytes);
        }
        let mut rest = bytes.as_slice();
        for (i, row) in rows.iter().enumerate() {
            assert_eq!(R::take(before(i), &mut rest).as_ref(), Some(row));
        }
        assert!(rest.is_empty());
        let mut alone = Vec::new();
        rows[0].put(None, &mut alone);
        for end in 0..alone.len() {
            assert_eq!(R::take(None, &mut &alone[..end]), None, "{end}");
        }
        for at in 0..alone.len() {
            for byte in [0, 0x7f, 0x80, 0xff] {
                let mut alone = alone.clone();
                alone[at] = byte;
                // Whatever it says, reading ends in an answer and not in a panic or an allocation of its size.
                let _ = R::take(None, &mut alone.as_slice());
            }
        }
    }

    #[test]
    fn rows_come_back_as_they_were() {
        let file = |relative: &[u8], first_page, n_pages| SourceFile {
            root: 3,
            relative: to_path(relative).unwrap(),
            stat: FileStat {
                size: 70_000,
                modified: -1,
            },
            hash: *blake3::hash(relative).as_bytes(),
            fingerprint: u64::MAX,
            racy: true,
            n_skipped: 3,
            n_failed: u32::MAX,
            first_page,
            n_pages,
            ..SourceFile::default()
        };
        check(&[
            file("2024/一月/a.html".as_bytes(), 700, 2),
            file("2024/一月/ab.html".as_bytes(), 702, 0),
            file(b"", 0, 1),
        ]);
        check(&[SourceFile {
            stale: true,
            detached: true,
            ..SourceFile::default()
        }]);
        #[cfg(unix)]
        check(&[file(b"d/\xb3\xc7.html", 1, 1)]);
        let page = |id: &str, places: &[u64], gave| SourcePage {
            id: id.to_owned(),
            places: places.to_vec(),
            gave,
        };
        check(&[
            page(
                "a.cn/城",
                &[1, u64::MAX],
                Gave::Named("a.cn/城#1".to_owned()),
            ),
            page("a.cn/城#2", &[], Gave::Itself),
            page("", &[], Gave::Nothing),
        ]);
    }
}
