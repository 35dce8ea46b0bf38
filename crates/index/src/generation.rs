//! The directory of an index on disk: generations, of which one is current.
//!
//! ```text
//! DIR/CURRENT      the name of the current generation
//! DIR/LOCK         held by the writer; says who that is
//! DIR/gen-7/       a complete index: manifest and segments
//! ```
//!
//! A rebuild fills a new generation and then replaces `CURRENT` by a rename, so that a reader sees the old
//! index or the new one. A killed rebuild leaves a generation nobody points to; the next writer removes it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::files;
use crate::schema::FORMAT_VERSION;

const CURRENT: &str = "CURRENT";
const LOCK: &str = "LOCK";
const MANIFEST: &str = "manifest.json";
const PREFIX: &str = "gen-";

/// What a generation says about itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) format_version: u32,
    pub(crate) created: String,
    /// The copy of the files its settings name, until a commit names another; `None` in memory.
    pub(crate) resources: Option<String>,
    /// BLAKE3 of the manifest with nothing here, in hexadecimal digits.
    checksum: String,
}

impl Manifest {
    pub(crate) fn new(resources: Option<String>) -> Self {
        Self {
            format_version: FORMAT_VERSION,
            created: now(),
            resources,
            checksum: String::new(),
        }
    }

    /// Reads the text of the file at `path`, which is of the index in `dir`.
    pub(crate) fn parse(dir: &Path, path: &Path, json: &str) -> Result<Self> {
        #[derive(Deserialize)]
        struct Version {
            format_version: u32,
        }
        let version: Version =
            serde_json::from_str(json).map_err(|error| Error::damaged(path, error))?;
        if version.format_version != FORMAT_VERSION {
            return Err(Error::FormatVersion {
                dir: dir.to_owned(),
                found: version.format_version,
                supported: FORMAT_VERSION,
            });
        }
        let manifest: Self =
            serde_json::from_str(json).map_err(|error| Error::damaged(path, error))?;
        // What is not known is ignored when it is parsed, but nothing of the kind was written.
        if manifest.checksum != manifest.checksum() || json != manifest.text() {
            return Err(Error::damaged(path, "its checksum is wrong"));
        }
        Ok(manifest)
    }

    /// The text of a manifest with a checksum that is right.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn wrap(json: &str) -> Option<String> {
        let mut manifest: Self = serde_json::from_str(json).ok()?;
        manifest.checksum = manifest.checksum();
        Some(manifest.text())
    }

    /// The file's text.
    fn text(&self) -> String {
        let json = serde_json::to_string_pretty(self).expect("a manifest is plain data");
        format!("{json}\n")
    }

    fn checksum(&self) -> String {
        let plain = Self {
            checksum: String::new(),
            ..self.clone()
        };
        let json = serde_json::to_vec(&plain).expect("a manifest is plain data");
        blake3::hash(&json).to_hex().to_string()
    }
}

/// The time in the form articles' times have, to the second, at UTC+8.
pub(crate) fn now() -> String {
    let china = jiff::tz::TimeZone::fixed(fangzhi_ingest::CHINA);
    let now = Timestamp::now().to_zoned_datetime(china);
    now.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// The name of the current generation.
pub(crate) fn current(dir: &Path) -> Result<String> {
    let path = dir.join(CURRENT);
    match fs::read_to_string(&path) {
        Ok(name) => {
            let name = name.trim();
            if number(name).is_none() {
                return Err(Error::damaged(path, "it does not name a generation"));
            }
            Ok(name.to_owned())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Error::NotFound {
            dir: dir.to_owned(),
        }),
        Err(error) => Err(Error::io("read", path)(error)),
    }
}

/// The newest generation, whether it is complete or not.
pub(crate) fn newest(dir: &Path) -> Option<String> {
    let names = generations(dir).ok()?;
    names.into_iter().max_by_key(|name| number(name))
}

/// Makes the directory of the next generation, empty.
pub(crate) fn begin(dir: &Path) -> Result<String> {
    let taken = generations(dir)?;
    let next = taken
        .iter()
        .filter_map(|name| number(name))
        .max()
        .unwrap_or(0)
        + 1;
    let name = format!("{PREFIX}{next}");
    let path = dir.join(&name);
    fs::create_dir_all(&path).map_err(Error::io("create", &path))?;
    Ok(name)
}

/// Makes `name` the current generation, in one step, and removes the others.
pub(crate) fn publish(dir: &Path, name: &str) -> Result<()> {
    let path = dir.join(CURRENT);
    let write = || -> io::Result<()> {
        files::sync_dir(&dir.join(name))?;
        files::sync_dir(dir)?;
        files::replace(&path, format!("{name}\n").as_bytes())
    };
    write().map_err(Error::io("write", &path))?;
    sweep(dir, name);
    Ok(())
}

/// Removes all generations but one; what cannot be removed stays for the next time.
pub(crate) fn sweep(dir: &Path, keep: &str) {
    for name in generations(dir).unwrap_or_default() {
        if name != keep
            && let Err(error) = fs::remove_dir_all(dir.join(&name))
        {
            tracing::warn!(%error, name, "an old generation cannot be removed");
        }
    }
}

/// Reads the manifest of a generation and checks its version.
pub(crate) fn read_manifest(dir: &Path, name: &str) -> Result<Manifest> {
    let path = dir.join(name).join(MANIFEST);
    let json = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
    Manifest::parse(dir, &path, &json)
}

pub(crate) fn write_manifest(dir: &Path, name: &str, manifest: &Manifest) -> Result<()> {
    let path = dir.join(name).join(MANIFEST);
    let manifest = Manifest {
        checksum: manifest.checksum(),
        ..manifest.clone()
    };
    files::replace(&path, manifest.text().as_bytes()).map_err(Error::io("write", &path))
}

/// The bytes of all files of a generation.
pub(crate) fn size(dir: &Path, name: &str) -> u64 {
    let Ok(entries) = fs::read_dir(dir.join(name)) else {
        return 0;
    };
    entries
        .filter_map(|entry| entry.ok()?.metadata().ok())
        .filter(fs::Metadata::is_file)
        .map(|metadata| metadata.len())
        .sum()
}

/// Held while writing; freed when dropped, and by the system when the process dies.
#[derive(Debug)]
pub(crate) struct WriterLock {
    _file: File,
}

impl WriterLock {
    /// Takes the lock of the index in `dir`, or says who has it.
    pub(crate) fn acquire(dir: &Path) -> Result<Self> {
        let path: PathBuf = dir.join(LOCK);
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(Error::io("open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Without a readable note the message says less, and is still right.
                let _ = file.read_to_string(&mut holder);
                let holder = match holder.trim() {
                    "" => "another writer",
                    holder => holder,
                };
                return Err(Error::Locked {
                    dir: dir.to_owned(),
                    holder: holder.to_owned(),
                });
            }
            Err(TryLockError::Error(error)) => return Err(Error::io("lock", &path)(error)),
        }
        let note = format!("process {} since {}\n", std::process::id(), now());
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(note.as_bytes()))
            .map_err(Error::io("write", &path))?;
        Ok(Self { _file: file })
    }
}

fn generations(dir: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(dir).map_err(Error::io("read", dir))?;
    Ok(entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| number(name).is_some())
        .collect())
}

fn number(name: &str) -> Option<u64> {
    name.strip_prefix(PREFIX)?.parse().ok()
}
