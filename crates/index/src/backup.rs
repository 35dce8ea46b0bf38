//! A copy of an index that can be checked, made while a writer is at work, and put back.
//!
//! A backup is an index directory like any other, with one file more, `BACKUP.json`, that has the checksums of all others.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::catalog;
use crate::commit::{Payload, files_of};
use crate::error::{Error, Result};
use crate::files;
use crate::generation::{self, WriterLock};
use crate::index::Index;
use crate::schema::FORMAT_VERSION;
use crate::seal::{LIST, unseal};

const MANIFEST: &str = "BACKUP.json";
/// How often a backup begins anew because a writer has replaced what it was copying.
const TRIES: usize = 20;

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Backup {
    /// The version of the layout.
    pub format_version: u32,
    /// When it was made, as `2024-01-03T15:14:18+08:00`.
    pub created: String,
    /// Its files.
    pub files: Vec<BackupFile>,
}

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BackupFile {
    /// The path below the backup, `/` between its parts.
    pub path: String,
    /// In bytes.
    pub size: u64,
    /// The BLAKE3 hash, in hexadecimal digits.
    pub blake3: String,
}

/// How files get into a backup.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BackupMode {
    /// Their bytes are copied. The default.
    #[default]
    Copy,
    /// They get a second name, which takes no room but is no help against a failing disk; copied where that cannot be.
    Link,
}

impl Index {
    /// Copies the index in `dir`, as of its last commit, to a directory that is not there yet; a writer may be at work.
    ///
    /// The directory appears when the backup is complete.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if there is no index, [`Error::AlreadyExists`] if the destination is not an empty directory
    /// or no directory at all; if files cannot be read or written.
    pub fn backup(
        dir: impl AsRef<Path>,
        destination: impl AsRef<Path>,
        mode: BackupMode,
    ) -> Result<Backup> {
        let (dir, destination) = (dir.as_ref(), destination.as_ref());
        if fs::read_dir(destination).is_ok_and(|mut entries| entries.next().is_some())
            || destination.is_file()
        {
            return Err(Error::AlreadyExists {
                dir: destination.to_owned(),
            });
        }
        let mut partial = destination.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        let mut tries = 0;
        let backup = loop {
            let _ = fs::remove_dir_all(&partial);
            match copy(dir, &partial, mode) {
                Ok(backup) => break backup,
                Err(error) if tries == TRIES || !is_vanished(&error) => {
                    let _ = fs::remove_dir_all(&partial);
                    return Err(error);
                }
                Err(_) => tries += 1,
            }
        };
        let _ = fs::remove_dir(destination);
        files::rename(&partial, destination).map_err(Error::io("create", destination))?;
        sync_parent(destination)?;
        Ok(backup)
    }

    /// Checks a backup, copies it, and puts the copy in the place of the index in `dir`, if there is one, in one step.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] if a file of the backup is not what was written: the index in `dir` is then as it was.
    /// [`Error::Locked`] if a writer is at work on that.
    pub fn restore(backup: impl AsRef<Path>, dir: impl AsRef<Path>) -> Result<Backup> {
        let (source, dir) = (backup.as_ref(), dir.as_ref());
        let backup = Backup::check(source)?;
        fs::create_dir_all(dir).map_err(Error::io("create", dir))?;
        let _lock = WriterLock::acquire(dir)?;
        let name = generation::begin(dir)?;
        let generation = dir.join(&name);
        let filled = || -> Result<()> {
            for file in backup.files.iter().filter(|file| file.path.contains('/')) {
                let from = source.join(&file.path);
                let to = generation.join(from.file_name().unwrap_or_default());
                let copied = fs::copy(&from, &to).map_err(Error::io("copy", &from))?;
                sync(&to)?;
                if copied != file.size || hash(&to)? != file.blake3 {
                    return Err(Error::damaged(to, "it was not copied as it is"));
                }
            }
            Ok(())
        };
        if let Err(error) = filled() {
            let _ = fs::remove_dir_all(&generation);
            return Err(error);
        }
        generation::publish(dir, &name)?;
        Ok(backup)
    }
}

impl Backup {
    /// Checks that all files of a backup are there and are what was written.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] if they are not, [`Error::FormatVersion`] if it is of another version.
    pub fn check(source: impl AsRef<Path>) -> Result<Self> {
        let source = source.as_ref();
        let path = source.join(MANIFEST);
        let json = fs::read(&path).map_err(Error::io("read", &path))?;
        let backup = Self::parse(source, &json)?;
        for file in &backup.files {
            let whole = source.join(&file.path);
            if hash(&whole)? != file.blake3 {
                return Err(Error::damaged(whole, "its checksum is wrong"));
            }
        }
        Ok(backup)
    }

    /// Reads what a backup says of itself.
    pub(crate) fn parse(source: &Path, json: &[u8]) -> Result<Self> {
        let path = source.join(MANIFEST);
        let backup: Self =
            serde_json::from_slice(json).map_err(|error| Error::damaged(&path, error))?;
        if backup.format_version != FORMAT_VERSION {
            return Err(Error::FormatVersion {
                dir: source.to_owned(),
                found: backup.format_version,
                supported: FORMAT_VERSION,
            });
        }
        for file in &backup.files {
            let is_inside = file
                .path
                .split('/')
                .all(|part| !matches!(part, "" | "." | ".."));
            if !is_inside || file.path.split('/').count() > 2 {
                return Err(Error::damaged(
                    &path,
                    format!("`{}` is no file of it", file.path),
                ));
            }
        }
        Ok(backup)
    }

    /// The bytes of all files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let sizes = self.files.iter().map(|file| file.size);
        sizes.fold(0, u64::saturating_add)
    }
}

/// Copies the files of the last commit.
fn copy(dir: &Path, to: &Path, mode: BackupMode) -> Result<Backup> {
    let name = generation::current(dir)?;
    let manifest = generation::read_manifest(dir, &name)?;
    let from = dir.join(&name);
    let into = to.join(&name);
    fs::create_dir_all(&into).map_err(Error::io("create", &into))?;
    // The commit is that of the list of segments; all it names is never changed, only deleted once another one is there.
    let list = from.join(LIST);
    let bytes = fs::read(&list).map_err(Error::io("read", &list))?;
    let plain = unseal(&bytes).map_err(|reason| Error::damaged(&list, reason))?;
    let commit: Commit =
        serde_json::from_slice(&plain).map_err(|error| Error::damaged(&list, error))?;
    let payload = commit
        .payload
        .as_deref()
        .map(Payload::read)
        .unwrap_or_default();
    let mut names: Vec<String> = vec!["manifest.json".to_owned()];
    names.extend(payload.catalog);
    names.extend(payload.reprints);
    names.extend(payload.resources.or(manifest.resources));
    let others: Vec<String> = files_of(&from).map(|(name, _)| name).collect();
    names.extend(commit.names_of(&others));
    let optional = ["bodies.dict", "lexicon.fz"];
    names.extend(
        others
            .iter()
            .filter(|name| optional.contains(&name.as_str()))
            .cloned(),
    );
    for name in &names {
        let (from, to) = (from.join(name), into.join(name));
        let linked = mode == BackupMode::Link && fs::hard_link(&from, &to).is_ok();
        if !linked {
            fs::copy(&from, &to).map_err(Error::io("copy", &from))?;
            sync(&to)?;
        }
    }
    // What the engine may delete when it is no longer of use: its own files.
    let is_engines = |name: &&String| commit.segments.iter().any(|segment| segment.has(name));
    let mut managed: Vec<&str> = names
        .iter()
        .filter(is_engines)
        .map(String::as_str)
        .collect();
    managed.push(LIST);
    let managed = serde_json::to_vec(&managed).expect("names are plain data");
    for (name, bytes) in [(LIST, bytes), (".managed.json", managed)] {
        let path = into.join(name);
        files::write(&path, &bytes).map_err(Error::io("write", path))?;
        names.push(name.to_owned());
    }
    let current = to.join("CURRENT");
    files::write(&current, format!("{name}\n").as_bytes()).map_err(Error::io("write", &current))?;
    let mut paths: Vec<String> = names.iter().map(|file| format!("{name}/{file}")).collect();
    paths.push("CURRENT".to_owned());
    paths.sort();
    let files = paths
        .into_iter()
        .map(|path| {
            let whole = to.join(&path);
            let size = fs::metadata(&whole)
                .map_err(Error::io("read", &whole))?
                .len();
            let blake3 = hash(&whole)?;
            Ok(BackupFile { path, size, blake3 })
        })
        .collect::<Result<Vec<_>>>()?;
    let backup = Backup {
        format_version: FORMAT_VERSION,
        created: generation::now(),
        files,
    };
    let json = serde_json::to_vec_pretty(&backup).expect("a backup is plain data");
    let path = to.join(MANIFEST);
    files::write(&path, &json).map_err(Error::io("write", &path))?;
    for dir in [into.as_path(), to] {
        files::sync_dir(dir).map_err(Error::io("sync", dir))?;
    }
    Ok(backup)
}

/// What the engine's list of segments says, as far as it matters here.
#[derive(Deserialize)]
pub(crate) struct Commit {
    segments: Vec<Segment>,
    payload: Option<String>,
}

#[derive(Deserialize)]
struct Segment {
    segment_id: String,
    deletes: Option<Deletes>,
}

#[derive(Deserialize)]
struct Deletes {
    opstamp: u64,
}

impl Commit {
    /// Which of some files are of its segments.
    pub(crate) fn names_of(&self, files: &[String]) -> Vec<String> {
        let segments = self.segments.iter();
        let named = segments.flat_map(|segment| files.iter().filter(|name| segment.has(name)));
        named.cloned().collect()
    }
}

impl Segment {
    /// Whether a file of this name is of the segment, as of this commit.
    fn has(&self, name: &str) -> bool {
        let id = self.segment_id.replace('-', "");
        let Some(rest) = name
            .strip_prefix(&id)
            .and_then(|rest| rest.strip_prefix('.'))
        else {
            return false;
        };
        match rest.strip_suffix(".del") {
            Some(opstamp) => self
                .deletes
                .as_ref()
                .is_some_and(|deletes| deletes.opstamp.to_string() == opstamp),
            None => !rest.ends_with("temp"),
        }
    }
}

/// Whether a file is not there, most likely because a writer has replaced it.
fn is_vanished(error: &Error) -> bool {
    matches!(error, Error::Io { source, .. } if source.kind() == io::ErrorKind::NotFound)
}

fn hash(path: &Path) -> Result<String> {
    let hash = catalog::hash(path).map_err(Error::io("read", path))?;
    Ok(blake3::Hash::from_bytes(hash).to_hex().to_string())
}

fn sync(path: &Path) -> Result<()> {
    File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(Error::io("sync", path))
}

fn sync_parent(path: &Path) -> Result<()> {
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    files::sync_dir(parent).map_err(Error::io("sync", parent))
}
