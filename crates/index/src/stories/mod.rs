//! Which articles are one story: reprints of each other, and versions of one page.
//!
//! A file beside the segments, which the commit names, has a fingerprint of each article and the stories that they make
//! ([`fangzhi_reprints`]). [`Keeper`] is the writer's part, [`Stories`] is what a searcher reads in place.

mod collapse;
mod companions;
mod keeper;
mod waiting;

use std::path::Path;

use fangzhi_reprints::{Fingerprint, StoryTable};
use tantivy::IndexMeta;
use tantivy::directory::OwnedBytes;

use crate::commit::Payload;
use crate::error::{Error, Result};
use crate::files::{self, Numbered};
use crate::index::Core;

pub(crate) use self::collapse::{Collapse, age};
pub(crate) use self::companions::Companions;
pub(crate) use self::keeper::Keeper;

/// The files of stories.
pub(crate) const FILES: Numbered = Numbered {
    prefix: "reprints-",
};
/// The last bits of a key tell versions of one page from each other.
const VERSION_BITS: u32 = 24;

/// The stories of the articles of a commit.
#[derive(Debug, Default)]
pub(crate) struct Stories {
    /// `None` if there are no articles, or if the file is damaged.
    table: Option<StoryTable<OwnedBytes>>,
}

impl Stories {
    /// Opens those of a commit. Without them the index can be searched as well: every article is then a story of its own.
    pub(crate) fn open(core: &Core, metas: &IndexMeta) -> Result<Self> {
        let table = match &core.path {
            None => core.memory_stories(),
            Some(dir) => match Payload::of(metas).and_then(|payload| payload.reprints) {
                None => None,
                Some(name) => Some(read(dir, &name)?),
            },
        };
        Ok(Self { table })
    }

    /// Whether every article is a story of its own.
    pub(crate) fn is_trivial(&self) -> bool {
        self.table.as_ref().is_none_or(StoryTable::has_no_reprints)
    }

    /// The story of an article: the least key of its articles.
    pub(crate) fn story(&self, key: u64) -> u64 {
        self.table.as_ref().map_or(key, |table| table.story(key))
    }

    /// The story of an article, if it hangs together with another.
    pub(crate) fn shared_story(&self, key: u64) -> Option<u64> {
        self.table.as_ref()?.shared_story(key)
    }

    /// The keys of the articles that are one story with this one, itself among them, in ascending order.
    pub(crate) fn group_of(&self, key: u64) -> Vec<u64> {
        match &self.table {
            None => vec![key],
            Some(table) => table.group_of(key),
        }
    }

    /// Whether it takes the bodies themselves to tell that two articles are one story.
    pub(crate) fn is_doubtful(&self, first: u64, second: u64) -> bool {
        let table = self.table.as_ref();
        !is_same_page(first, second) && table.is_some_and(|table| table.is_doubtful(first, second))
    }

    pub(crate) fn fingerprint(&self, key: u64) -> Option<Fingerprint> {
        self.table.as_ref()?.fingerprint(key)
    }
}

/// Opens the file of a commit, without looking at more than its header.
pub(crate) fn read(dir: &Path, name: &str) -> Result<StoryTable<OwnedBytes>> {
    let path = dir.join(name);
    if !FILES.is(name) {
        return Err(Error::damaged(dir, format!("`{name}` names no stories")));
    }
    let bytes = files::map(dir, name).map_err(Error::io("read", &path))?;
    StoryTable::new(bytes, &path).map_err(|error| damaged(&path, error))
}

/// What the reprints' library says of a file, in the index's words.
pub(crate) fn damaged(path: &Path, error: fangzhi_reprints::Error) -> Error {
    match error {
        fangzhi_reprints::Error::Damaged { reason, .. } => Error::damaged(path, reason),
        other => Error::damaged(path, other),
    }
}

/// The number by which an article is known here and which decides between equal scores: the same on every machine.
///
/// Articles of one page have ids that differ in an ending, `#` and eight hexadecimal digits; their keys differ in the last
/// bits.
pub(crate) fn key(id: &str) -> u64 {
    const LAST: u64 = (1 << VERSION_BITS) - 1;
    (hash(page(id)) & !LAST) | (hash(id) & LAST)
}

/// Whether two keys are of articles of one page.
pub(crate) fn is_same_page(a: u64, b: u64) -> bool {
    a >> VERSION_BITS == b >> VERSION_BITS
}

/// The id without the ending that tells versions apart.
pub(crate) fn page(id: &str) -> &str {
    match id.rsplit_once('#') {
        Some((page, version))
            if version.len() == 8 && version.bytes().all(|b| b.is_ascii_hexdigit()) =>
        {
            page
        }
        _ => id,
    }
}

/// FNV-1a, 64 bits: the same on every machine and in every version.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::{is_same_page, key, page};

    #[test]
    fn versions_of_a_page_are_known_by_their_keys() {
        let cases = [
            ("a.cn/t1.html", "a.cn/t1.html#0123abcd", true),
            ("a.cn/t1.html#00000000", "a.cn/t1.html#0123abcd", true),
            ("a.cn/t1.html", "a.cn/t2.html", false),
            ("a.cn#/news/1", "a.cn#/news/2", false),
            ("a.cn/t1.html", "a.cn/t1.html#0123abc", false),
        ];
        for (a, b, expect) in cases {
            assert_eq!(is_same_page(key(a), key(b)), expect, "{a} {b}");
            assert_ne!(key(a), key(b));
        }
        assert_eq!(page("a.cn/t1.html#0123abcd"), "a.cn/t1.html");
        assert_eq!(page("a.cn#/news/1"), "a.cn#/news/1");
    }
}
