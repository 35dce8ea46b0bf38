//! The files that the settings of an index name, kept with it.
//!
//! Articles and queries have to be cut by the same dictionary. So the index keeps its own copy of the dictionaries its
//! articles were cut by, and a file that changes is of no effect until the articles that it concerns are analysed anew.
//! The same holds for places, which articles are tagged with.
//! Stop words and synonyms concern queries alone; they are read from their files as they are, and from the copy where
//! these are gone.
//!
//! ```text
//! magic, version     8 bytes
//! checksum           u32, CRC-32 of all that follows
//! settings           varint, bytes of JSON; fingerprints u64, u64
//! files              for each file that the settings name, in order: varint, bytes
//! ```

use std::fs;
use std::path::{Path, PathBuf};

use fangzhi_regions::Gazetteer;
use fangzhi_segmentation::Dictionary;

use crate::error::{Error, Result};
use crate::files::{self, Numbered};
use crate::places::Places;
use crate::settings::Settings;
use crate::varint::{put_varint, take_varint};

const MAGIC: &[u8; 8] = b"FZRSRC\0\x02";
/// The files of copies.
pub(crate) const COPIES: Numbered = Numbered {
    prefix: "analysis-",
};

/// Settings, and what was in the files that they name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resources {
    pub(crate) settings: Settings,
    /// The fingerprint of the dictionary, the built-in words included.
    pub(crate) fingerprint: u64,
    /// The fingerprint of the regions, the built-in ones included.
    pub(crate) places_fingerprint: u64,
    dictionaries: Vec<Vec<u8>>,
    stop_words: Vec<Vec<u8>>,
    synonyms: Vec<Vec<u8>>,
    places: Vec<Vec<u8>>,
}

impl Resources {
    /// Reads the files that settings name.
    ///
    /// # Errors
    ///
    /// [`Error::Settings`] with the file that cannot be read.
    pub(crate) fn read(settings: Settings) -> Result<Self> {
        let all = |paths: &[PathBuf]| paths.iter().map(|path| read(path)).collect::<Result<_>>();
        let mut this = Self {
            fingerprint: 0,
            places_fingerprint: 0,
            dictionaries: all(&settings.dictionaries)?,
            stop_words: all(&settings.stop_words)?,
            synonyms: all(&settings.synonyms)?,
            places: all(&settings.places)?,
            settings,
        };
        this.fingerprint = this.dictionary()?.fingerprint();
        this.places_fingerprint = fingerprint_of(&this.places);
        if !this.places.is_empty() {
            Places::new(&this)?.gazetteer()?;
        }
        Ok(this)
    }

    /// The copy kept under a name in the directory of a generation.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] if it is not what was written.
    pub(crate) fn open(dir: &Path, name: &str) -> Result<Self> {
        let path = dir.join(name);
        let bytes = fs::read(&path).map_err(Error::io("read", &path))?;
        decode(&bytes).ok_or_else(|| Error::damaged(path, "it is not what was written"))
    }

    /// Keeps a copy in the directory of a generation, down to the disk; gives its name.
    pub(crate) fn keep(&self, dir: &Path) -> Result<String> {
        COPIES.write(dir, &encode(self))
    }

    /// The dictionary that articles are cut by.
    pub(crate) fn dictionary(&self) -> Result<Dictionary> {
        let named = self.settings.dictionaries.iter().zip(&self.dictionaries);
        named
            .into_iter()
            .try_fold(Dictionary::default(), |dictionary, (path, bytes)| {
                dictionary
                    .with_bytes(path, bytes.clone())
                    .map_err(|error| Error::Settings {
                        path: path.clone(),
                        reason: error.to_string(),
                    })
            })
    }

    /// The texts of the files of places that articles are tagged with, each with its path.
    pub(crate) fn places(&self) -> Result<Vec<(&Path, String)>> {
        let named = self.settings.places.iter().zip(&self.places);
        named
            .map(|(path, bytes)| text(path, bytes.clone()))
            .collect()
    }

    /// The texts of the files of stop words, each with its path.
    pub(crate) fn stop_words(&self) -> Result<Vec<(&Path, String)>> {
        current(&self.settings.stop_words, &self.stop_words)
    }

    /// The texts of the files of synonyms, each with its path.
    pub(crate) fn synonyms(&self) -> Result<Vec<(&Path, String)>> {
        current(&self.settings.synonyms, &self.synonyms)
    }
}

/// Files as they are now, or as they were kept where they are gone.
fn current<'p>(paths: &'p [PathBuf], kept: &[Vec<u8>]) -> Result<Vec<(&'p Path, String)>> {
    let named = paths.iter().zip(kept);
    named
        .map(|(path, kept)| {
            text(
                path,
                files::read_regular(path).unwrap_or_else(|_| kept.clone()),
            )
        })
        .collect()
}

fn text(path: &Path, bytes: Vec<u8>) -> Result<(&Path, String)> {
    let text = String::from_utf8(bytes).map_err(|_| Error::Settings {
        path: path.to_owned(),
        reason: "it is not UTF-8".to_owned(),
    })?;
    Ok((path, text))
}

/// A fingerprint of the built-in regions and of files of places.
fn fingerprint_of(places: &[Vec<u8>]) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&Gazetteer::built_in_fingerprint().to_le_bytes());
    for bytes in places {
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    }
    let hash = hasher.finalize();
    let (first, _) = hash
        .as_bytes()
        .split_first_chunk()
        .expect("a hash has 32 bytes");
    u64::from_le_bytes(*first)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    files::read_regular(path).map_err(|error| Error::Settings {
        path: path.to_owned(),
        reason: error.to_string(),
    })
}

/// The bytes of the copy.
pub(crate) fn encode(resources: &Resources) -> Vec<u8> {
    let settings = serde_json::to_vec(&resources.settings).expect("settings are plain data");
    let mut body = Vec::new();
    let files = [
        &resources.dictionaries,
        &resources.stop_words,
        &resources.synonyms,
        &resources.places,
    ];
    put_varint(&mut body, settings.len() as u64);
    body.extend_from_slice(&settings);
    body.extend_from_slice(&resources.fingerprint.to_le_bytes());
    body.extend_from_slice(&resources.places_fingerprint.to_le_bytes());
    for part in files.into_iter().flatten() {
        put_varint(&mut body, part.len() as u64);
        body.extend_from_slice(part);
    }
    wrap(&body)
}

/// Puts magic and checksum before a body.
pub(crate) fn wrap(body: &[u8]) -> Vec<u8> {
    files::wrap(MAGIC, body)
}

/// Reads the bytes of a copy; `None` if they are not what was written.
pub(crate) fn decode(bytes: &[u8]) -> Option<Resources> {
    let mut body = files::unwrap(MAGIC, bytes).ok()?;
    let settings: Settings = serde_json::from_slice(&take_part(&mut body)?).ok()?;
    let (fingerprint, body) = body.split_first_chunk::<8>()?;
    let (places_fingerprint, mut body) = body.split_first_chunk::<8>()?;
    let mut parts = |n: usize| {
        (0..n)
            .map(|_| take_part(&mut body))
            .collect::<Option<Vec<_>>>()
    };
    let resources = Resources {
        fingerprint: u64::from_le_bytes(*fingerprint),
        places_fingerprint: u64::from_le_bytes(*places_fingerprint),
        dictionaries: parts(settings.dictionaries.len())?,
        stop_words: parts(settings.stop_words.len())?,
        synonyms: parts(settings.synonyms.len())?,
        places: parts(settings.places.len())?,
        settings,
    };
    body.is_empty().then_some(resources)
}

fn take_part(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let len = usize::try_from(take_varint(rest)?).ok()?;
    let (part, tail) = rest.split_at_checked(len)?;
    *rest = tail;
    Some(part.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_come_back_and_damage_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("words.txt");
        fs::write(&path, "海城云端\n").unwrap();
        let settings = Settings {
            dictionaries: vec![path.clone()],
            synonyms: vec![path.clone()],
            ..Settings::default()
        };
        let resources = Resources::read(settings).unwrap();
        let name = resources.keep(dir.path()).unwrap();
        fs::remove_file(&path).unwrap();
        let kept = Resources::open(dir.path(), &name).unwrap();
        assert_eq!(kept, resources);
        assert!(kept.dictionary().unwrap().contains("海城云端"));
        assert_eq!(
            kept.synonyms().unwrap(),
            [(path.as_path(), "海城云端\n".to_owned())]
        );
        assert_ne!(kept.keep(dir.path()).unwrap(), name);

        let mut bytes = fs::read(dir.path().join(&name)).unwrap();
        for at in 0..bytes.len() {
            bytes[at] ^= 1;
            assert_eq!(decode(&bytes), None, "{at}");
            assert_eq!(decode(&bytes[..at]), None, "{at}");
            bytes[at] ^= 1;
        }
    }
}
