//! The file of fingerprints and stories.
//!
//! ```text
//! magic           8 bytes
//! version         u32
//! zero            u32
//! n_articles      u64
//! n_placed        u32: how many articles are of a story that hangs together with others
//! n_groups        u32: how many stories they make
//! checksum        32 bytes, blake3 of all else
//! articles        by key: key u64, fingerprint 52 bytes, number of look-alikes u24
//! buckets         of the first bits of keys, 2^b + 1 of them: the number of the first placed key, u32
//! placed          by key: key u64, place among the members u32
//! members         by component, story and key: number of the placed key, 30 bits; whether it is the first of its
//!                 component, whether it is the first of its story
//! ```
//!
//! Numbers are little-endian. The same articles give the same bytes, in whatever order they came.
//! All but the articles is read in place, so that opening takes no time.

mod write;

use std::collections::HashMap;
use std::fs;
use std::io::{Cursor, Write};
use std::ops::{Deref, Range};
use std::path::Path;

use crate::error::{Error, Result};
use crate::fingerprint::Fingerprint;
use crate::reprints::{Node, Reprints};

pub(crate) use write::{Members, write};

const MAGIC: &[u8; 8] = b"FZREPRNT";
const VERSION: u32 = 3;
const CHECKSUM_AT: usize = 32;
const HEADER: usize = CHECKSUM_AT + 32;
/// A key, a fingerprint and the number of look-alikes.
const ARTICLE: usize = 8 + Fingerprint::LEN + 3;
/// A key and its place among the members.
const PLACED: usize = 8 + 4;
const MEMBER: usize = 4;
/// Set for the first member of a component.
const FIRST_OF_COMPONENT: u32 = 1 << 31;
/// Set for the first member of a story.
const FIRST_OF_STORY: u32 = 1 << 30;
const NUMBER: u32 = FIRST_OF_STORY - 1;

/// The fingerprints and stories of an archive as [`Stories::to_bytes`](crate::Stories::to_bytes) wrote them, read in
/// place, for instance from a file that is mapped into memory.
///
/// Opening looks at the header alone; [`check`](Self::check) computes the checksum. What is damaged gives wrong answers
/// and no panic.
#[derive(Clone, Debug)]
pub struct StoryTable<B> {
    bytes: B,
    n_articles: usize,
    n_placed: usize,
    n_groups: usize,
}

impl<B: Deref<Target = [u8]>> StoryTable<B> {
    /// Opens the bytes of a file; its path is for messages only.
    ///
    /// # Errors
    ///
    /// They are of something else, of another version, or of another length than they say.
    pub fn new(bytes: B, path: impl AsRef<Path>) -> Result<Self> {
        Self::of_bytes(bytes).map_err(|problem| problem.at(path.as_ref()))
    }

    fn of_bytes(bytes: B) -> Result<Self, Problem> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(Problem::Foreign)?;
        let (version, _) = rest
            .split_first_chunk()
            .ok_or(Problem::Damaged("it ends within the header"))?;
        match u32::from_le_bytes(*version) {
            VERSION => {}
            other => return Err(Problem::Version(other)),
        }
        if bytes.len() < HEADER {
            return Err(Problem::Damaged("it ends within the header"));
        }
        let n_articles = u64_at(&bytes, 16).unwrap_or_default();
        let n_placed = u32_at(&bytes, 24).unwrap_or_default() as usize;
        let n_groups = u32_at(&bytes, 28).unwrap_or_default() as usize;
        let rest = (n_buckets(n_placed) + 1) * 4 + n_placed * (PLACED + MEMBER);
        let len = u128::from(n_articles) * ARTICLE as u128 + (HEADER + rest) as u128;
        if bytes.len() as u128 != len {
            return Err(Problem::Damaged(
                "it has another length than its header says",
            ));
        }
        Ok(Self {
            bytes,
            n_articles: n_articles as usize,
            n_placed,
            n_groups,
        })
    }

    /// Computes the checksum, and compares it.
    ///
    /// # Errors
    ///
    /// The bytes are not what was written.
    pub fn check(&self, path: impl AsRef<Path>) -> Result<()> {
        self.check_bytes()
            .map_err(|problem| problem.at(path.as_ref()))
    }

    fn check_bytes(&self) -> Result<(), Problem> {
        if checksum(&self.bytes).as_bytes() != &self.bytes[CHECKSUM_AT..HEADER] {
            return Err(Problem::Damaged("its checksum is another one"));
        }
        if !self.stored().is_sorted_by(|a, b| a.key < b.key) {
            return Err(Problem::Damaged("its articles are out of order"));
        }
        Ok(())
    }

    /// How many articles there are.
    pub fn n_articles(&self) -> usize {
        self.n_articles
    }

    /// How many stories they are.
    pub fn n_stories(&self) -> usize {
        (self.n_articles + self.n_groups).saturating_sub(self.n_placed)
    }

    /// Whether every article is a story of its own.
    pub fn has_no_reprints(&self) -> bool {
        self.n_placed == 0
    }

    /// The story of an article: the least key of the articles that are one story with it, its own included.
    ///
    /// An article that is not stored is a story of its own.
    pub fn story(&self, key: u64) -> u64 {
        self.shared_story(key).unwrap_or(key)
    }

    /// The story of an article, if it hangs together with another; most others need not be looked at.
    pub fn shared_story(&self, key: u64) -> Option<u64> {
        let story = self.story_at(self.place(key)?)?;
        self.member(story.start)
    }

    /// The keys of the articles that are one story with this one, itself among them, in ascending order.
    ///
    /// An article that is not stored is alone.
    pub fn group_of(&self, key: u64) -> Vec<u64> {
        let range = self.place(key).and_then(|place| self.story_at(place));
        match range {
            None => vec![key],
            Some(range) => range.filter_map(|place| self.member(place)).collect(),
        }
    }

    /// Whether it takes the bodies themselves to tell that two articles are one story, see
    /// [`Likeness::is_doubtful`](crate::Likeness::is_doubtful).
    pub fn is_doubtful(&self, first: u64, second: u64) -> bool {
        let fingerprints = [first, second].map(|key| self.fingerprint(key));
        let [Some(first), Some(second)] = fingerprints else {
            return false;
        };
        first.compare(&second).is_doubtful()
    }

    /// What is stored of an article.
    pub fn fingerprint(&self, key: u64) -> Option<Fingerprint> {
        let (articles, _) = self.bytes[HEADER..].as_chunks::<ARTICLE>();
        let articles = &articles[..self.n_articles.min(articles.len())];
        let at = articles.partition_point(|article| u64_at(article, 0) < Some(key));
        let article = Stored::of(articles.get(at)?);
        (article.key == key).then_some(article.fingerprint)
    }

    /// All articles, by key, and what is stored of each.
    ///
    /// What is damaged may give keys that are not in order, see [`check`](Self::check).
    pub fn articles(&self) -> impl Iterator<Item = (u64, Fingerprint)> {
        self.stored()
            .map(|article| (article.key, article.fingerprint))
    }

    /// All articles, by key.
    fn stored(&self) -> impl Iterator<Item = Stored> {
        let (articles, _) = self.bytes[HEADER..].as_chunks::<ARTICLE>();
        articles.iter().take(self.n_articles).map(Stored::of)
    }

    /// The keys of all that hangs together, each time a story, and whether it is the first of its component.
    pub(crate) fn groups(&self) -> impl Iterator<Item = (bool, Vec<u64>)> {
        let mut place = 0;
        std::iter::from_fn(move || {
            let first = self.member_at(place)?;
            let range = self.story_at(place)?;
            place = range.end.max(place + 1);
            let keys = range.filter_map(|place| self.member(place)).collect();
            Some((first & FIRST_OF_COMPONENT != 0, keys))
        })
    }

    /// The places of the members of a story, of which one is at `place`.
    fn story_at(&self, place: usize) -> Option<Range<usize>> {
        let mut start = place;
        while self.member_at(start)? & FIRST_OF_STORY == 0 {
            start = start.checked_sub(1)?;
        }
        let mut end = place + 1;
        while self
            .member_at(end)
            .is_some_and(|it| it & FIRST_OF_STORY == 0)
        {
            end += 1;
        }
        Some(start..end)
    }

    /// The place of a key among the members; none, if it hangs together with no other.
    fn place(&self, key: u64) -> Option<usize> {
        if self.n_placed == 0 {
            return None;
        }
        let n_buckets = n_buckets(self.n_placed);
        let bucket = bucket(key, n_buckets);
        let buckets = &self.bytes[self.buckets_at()..];
        let start = u32_at(buckets, bucket * 4)? as usize;
        let end = u32_at(buckets, bucket * 4 + 4)? as usize;
        let (placed, _) = self.bytes[self.placed_at()..].as_chunks::<PLACED>();
        let placed = placed.get(start..end.min(self.n_placed))?;
        let at = placed.partition_point(|placed| u64_at(placed, 0) < Some(key));
        let placed = placed.get(at)?;
        let place = u32_at(placed, 8)? as usize;
        (u64_at(placed, 0)? == key).then_some(place)
    }

    /// The key at a place among the members.
    fn member(&self, place: usize) -> Option<u64> {
        let number = self.member_at(place)? & NUMBER;
        let placed = &self.bytes[self.placed_at()..];
        ((number as usize) < self.n_placed).then(|| u64_at(placed, number as usize * PLACED))?
    }

    fn member_at(&self, place: usize) -> Option<u32> {
        u32_at(&self.bytes[self.members_at()..], place * MEMBER)
    }

    fn buckets_at(&self) -> usize {
        HEADER + self.n_articles * ARTICLE
    }

    fn placed_at(&self) -> usize {
        self.buckets_at() + (n_buckets(self.n_placed) + 1) * 4
    }

    fn members_at(&self) -> usize {
        self.placed_at() + self.n_placed * PLACED
    }
}

/// An article of the file.
pub(crate) struct Stored {
    pub(crate) key: u64,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) n_look_alikes: u32,
}

impl Stored {
    fn of(bytes: &[u8; ARTICLE]) -> Self {
        let mut fingerprint = [0; Fingerprint::LEN];
        fingerprint.copy_from_slice(&bytes[8..8 + Fingerprint::LEN]);
        let [a, b, c] = [0, 1, 2].map(|i| bytes[8 + Fingerprint::LEN + i]);
        Self {
            key: u64_at(bytes, 0).unwrap_or_default(),
            fingerprint: Fingerprint::from_bytes(&fingerprint),
            n_look_alikes: u32::from_le_bytes([a, b, c, 0]),
        }
    }
}

impl Reprints {
    /// Reads what [`Reprints::save`] wrote.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is none of fingerprints, is of another version, or is damaged.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let bytes = fs::read(path).map_err(|source| Error::Io {
            action: "read",
            path: path.to_owned(),
            source,
        })?;
        let table = StoryTable::new(bytes.as_slice(), path)?;
        table.check(path)?;
        Ok(Self::of_table(&table))
    }

    /// Writes all articles to a file, in place of what was there; a reader sees the old one or the new one.
    ///
    /// Takes 63 bytes an article, its key among them, and 68 for all.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let write = || {
            let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty());
            let mut file = tempfile::NamedTempFile::new_in(dir.unwrap_or(Path::new(".")))?;
            file.write_all(&self.to_bytes(&[]))?;
            file.as_file().sync_all()?;
            file.persist(path)?;
            Ok(())
        };
        write().map_err(|source| Error::Io {
            action: "write",
            path: path.to_owned(),
            source,
        })
    }

    /// The bytes of the file, with the stories of what hangs together: of each component its stories, the keys in
    /// ascending order.
    pub(crate) fn to_bytes(&self, components: &[Vec<Vec<u64>>]) -> Vec<u8> {
        let mut articles: Vec<(u64, Option<u32>)> = self.articles().collect();
        articles.sort_unstable();
        let place = |&key: &u64| articles.partition_point(|&(other, _)| other < key) as u32;
        let mut members = Members::default();
        for component in components {
            let stories = component
                .iter()
                .map(|keys| keys.iter().map(place).collect());
            members.push(&stories.collect::<Vec<Vec<u32>>>());
        }
        let stored = articles.iter().map(|&(key, number)| {
            let node = number.map(|number| self.node(number));
            Stored {
                key,
                fingerprint: node.map_or(Fingerprint::blank(), |node| node.fingerprint),
                n_look_alikes: node.map_or(0, |node| node.n_look_alikes),
            }
        });
        let mut bytes = Cursor::new(Vec::with_capacity(members.file_len(articles.len())));
        write(&mut bytes, stored, |place| articles[place].0, members)
            .expect("writing to memory does not fail");
        bytes.into_inner()
    }

    pub(crate) fn of_table<B: Deref<Target = [u8]>>(table: &StoryTable<B>) -> Self {
        let mut reprints = Self::default();
        let mut known: HashMap<Fingerprint, u32> = HashMap::with_capacity(table.n_articles());
        for article in table.stored() {
            let Stored { fingerprint, .. } = article;
            let number = (!fingerprint.is_blank()).then(|| {
                *known
                    .entry(fingerprint)
                    .or_insert_with(|| reprints.push(Node::new(fingerprint, article.n_look_alikes)))
            });
            reprints.push_key(article.key, number);
        }
        reprints.elect();
        reprints
    }
}

/// Into how many parts keys are sorted: a power of two, so that there are about four in each.
fn n_buckets(n_placed: usize) -> usize {
    (n_placed / 4).next_power_of_two()
}

/// Which part a key is in: what its first bits say.
fn bucket(key: u64, n_buckets: usize) -> usize {
    let bits = n_buckets.trailing_zeros();
    key.checked_shr(u64::BITS - bits).unwrap_or(0) as usize
}

/// What is wrong with a file's bytes.
#[derive(Debug, PartialEq, Eq)]
enum Problem {
    Foreign,
    Version(u32),
    Damaged(&'static str),
}

impl Problem {
    fn at(self, path: &Path) -> Error {
        let path = path.to_owned();
        match self {
            Self::Foreign => Error::Foreign { path },
            Self::Version(found) => Error::FormatVersion {
                path,
                found,
                supported: VERSION,
            },
            Self::Damaged(reason) => Error::Damaged { path, reason },
        }
    }
}

/// The checksum of all bytes but the checksum's own.
fn checksum(bytes: &[u8]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&bytes[..CHECKSUM_AT]);
    hasher.update(&bytes[HEADER..]);
    hasher.finalize()
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    let eight = bytes.get(at..)?.first_chunk()?;
    Some(u64::from_le_bytes(*eight))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..)?.first_chunk()?;
    Some(u32::from_le_bytes(*four))
}
