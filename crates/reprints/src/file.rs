//! The file of fingerprints.
//!
//! ```text
//! magic           8 bytes
//! version         u32
//! zero            u32
//! n_articles      u64
//! zero            u64
//! checksum        32 bytes, blake3 of all else
//! articles        by key: key u64, fingerprint 52 bytes, number of look-alikes u24
//! ```
//!
//! Numbers are little-endian. The same articles give the same bytes, in whatever order they came.

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use crate::error::{Error, Result};
use crate::fingerprint::Fingerprint;
use crate::reprints::{Node, Reprints};

const MAGIC: &[u8; 8] = b"FZREPRNT";
const VERSION: u32 = 1;
const CHECKSUM_AT: usize = 32;
const HEADER: usize = CHECKSUM_AT + 32;
/// A key, a fingerprint and the number of look-alikes.
const ARTICLE: usize = 8 + Fingerprint::LEN + 3;

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
        Self::from_bytes(&bytes).map_err(|problem| match problem {
            Problem::Foreign => Error::Foreign {
                path: path.to_owned(),
            },
            Problem::Version(found) => Error::FormatVersion {
                path: path.to_owned(),
                found,
                supported: VERSION,
            },
            Problem::Damaged(reason) => Error::Damaged {
                path: path.to_owned(),
                reason,
            },
        })
    }

    /// Writes all articles to a file, in place of what was there; a reader sees the old one or the new one.
    ///
    /// Takes 63 bytes an article, its key among them, and 64 for all.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let write = || {
            let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty());
            let mut file = tempfile::NamedTempFile::new_in(dir.unwrap_or(Path::new(".")))?;
            file.write_all(&self.to_bytes())?;
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

    fn to_bytes(&self) -> Vec<u8> {
        let mut articles: Vec<(u64, Option<u32>)> = self.articles().collect();
        articles.sort_unstable();
        let mut bytes = vec![0; HEADER];
        for &(key, number) in &articles {
            let node = number.map(|number| self.node(number));
            let fingerprint = node.map_or(Fingerprint::blank(), |node| node.fingerprint);
            let n_look_alikes = node.map_or(0, |node| node.n_look_alikes);
            bytes.extend(key.to_le_bytes());
            bytes.extend(fingerprint.to_bytes());
            bytes.extend(&n_look_alikes.to_le_bytes()[..3]);
        }
        bytes[..8].copy_from_slice(MAGIC);
        bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
        bytes[16..24].copy_from_slice(&(articles.len() as u64).to_le_bytes());
        let checksum = checksum(&bytes);
        bytes[CHECKSUM_AT..HEADER].copy_from_slice(checksum.as_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, Problem> {
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
        let n_articles = u64_at(bytes, 16);
        let len = u128::from(n_articles) * ARTICLE as u128 + HEADER as u128;
        if bytes.len() as u128 != len {
            return Err(Problem::Damaged(
                "it has another length than its header says",
            ));
        }
        if checksum(bytes).as_bytes() != &bytes[CHECKSUM_AT..HEADER] {
            return Err(Problem::Damaged("its checksum is another one"));
        }
        let mut reprints = Self::default();
        let mut known: HashMap<Fingerprint, u32> = HashMap::with_capacity(n_articles as usize);
        let mut last = None;
        let (articles, _) = bytes[HEADER..].as_chunks::<ARTICLE>();
        for article in articles {
            let key = u64_at(article, 0);
            if last.replace(key).is_some_and(|last| last >= key) {
                return Err(Problem::Damaged("its articles are out of order"));
            }
            let mut fingerprint = [0; Fingerprint::LEN];
            fingerprint.copy_from_slice(&article[8..8 + Fingerprint::LEN]);
            let fingerprint = Fingerprint::from_bytes(&fingerprint);
            let [a, b, c] = [0, 1, 2].map(|i| article[8 + Fingerprint::LEN + i]);
            let number = (!fingerprint.is_blank()).then(|| {
                *known.entry(fingerprint).or_insert_with(|| {
                    reprints.push(Node {
                        fingerprint,
                        keys: Vec::with_capacity(1),
                        n_look_alikes: u32::from_le_bytes([a, b, c, 0]),
                    })
                })
            });
            reprints.push_key(key, number);
        }
        Ok(reprints)
    }
}

/// What is wrong with a file's bytes.
#[derive(Debug, PartialEq, Eq)]
enum Problem {
    Foreign,
    Version(u32),
    Damaged(&'static str),
}

/// The checksum of all bytes but the checksum's own.
fn checksum(bytes: &[u8]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&bytes[..CHECKSUM_AT]);
    hasher.update(&bytes[HEADER..]);
    hasher.finalize()
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let mut eight = [0; 8];
    eight.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(eight)
}
