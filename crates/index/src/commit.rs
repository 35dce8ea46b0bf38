//! What a commit says of itself, and the files that belong to it.
//!
//! The engine keeps a text with each commit: here a small JSON object with the time and the names of the catalog and of the
//! stories. Both are written, under names of their own, before the commit names them; so all change at once or not at all.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use fangzhi_ingest::Outcome;
use serde::{Deserialize, Serialize};
use tantivy::directory::META_LOCK;
use tantivy::index::SegmentMeta;
use tantivy::{Directory as _, IndexMeta};

use crate::catalog::{self, Catalog};
use crate::error::{Error, Result};
use crate::files::{self, Numbered};
use crate::generation::Manifest;
use crate::index::Core;
use crate::writer::Writer;
use crate::{resources, stories};

/// What a commit says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Payload {
    pub(crate) committed_at: String,
    /// The file's name; `None` where there is no catalog.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) catalog: Option<String>,
    /// The file of [`Resources`](crate::resources::Resources); `None` if it is still the manifest's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) resources: Option<String>,
    /// The file of [`Stories`](crate::stories::Stories); `None` if there are no articles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reprints: Option<String>,
    /// How many articles were added since the lexicon of words and headlines was made.
    #[serde(default)]
    pub(crate) unlisted: u64,
}

/// The catalog of the last commit, and what was done since that it does not know.
#[derive(Debug, Default)]
pub(crate) struct CatalogState {
    pub(crate) name: Option<String>,
    pub(crate) n_unlisted: u64,
    /// [`Outcome::key`] of articles added or deleted, if there is a catalog.
    touched: Mutex<HashSet<u64>>,
}

/// The files of catalogs.
pub(crate) const CATALOGS: Numbered = Numbered { prefix: "catalog-" };

impl Payload {
    /// What the engine's last commit says; `None` if nothing was committed.
    pub(crate) fn of(metas: &IndexMeta) -> Option<Self> {
        metas.payload.as_deref().map(Self::read)
    }

    pub(crate) fn read(text: &str) -> Self {
        // Before there were catalogs, it was the time alone.
        serde_json::from_str(text).unwrap_or_else(|_| Self {
            committed_at: text.to_owned(),
            ..Self::default()
        })
    }

    pub(crate) fn text(&self) -> String {
        serde_json::to_string(self).expect("a payload is plain data")
    }
}

impl CatalogState {
    pub(crate) fn of(core: &Core) -> Result<Self> {
        let payload = Payload::of(&core.engine.load_metas()?).unwrap_or_default();
        Ok(Self {
            name: payload.catalog,
            n_unlisted: payload.unlisted,
            touched: Mutex::default(),
        })
    }

    /// Notes that an article was added or deleted.
    pub(crate) fn touch(&self, id: &str) {
        if self.name.is_some() {
            self.touched().insert(Outcome::key(id));
        }
    }

    fn touched(&self) -> std::sync::MutexGuard<'_, HashSet<u64>> {
        self.touched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The name of the file that says what the articles of a commit are analysed by; `None` in memory.
pub(crate) fn resources(metas: &IndexMeta, manifest: &Manifest) -> Option<String> {
    let named = Payload::of(metas).and_then(|payload| payload.resources);
    named.or_else(|| manifest.resources.clone())
}

/// Reads the catalog of the last commit of a generation; `None` if it has none.
pub(crate) fn read_catalog(core: &Core) -> Result<Option<Catalog>> {
    let Some(dir) = &core.path else {
        return Ok(None);
    };
    let payload = Payload::of(&core.engine.load_metas()?);
    match payload.and_then(|payload| payload.catalog) {
        None => Ok(None),
        Some(name) => read_named(dir, &name).map(Some),
    }
}

pub(crate) fn read_named(dir: &Path, name: &str) -> Result<Catalog> {
    let path = dir.join(name);
    if !CATALOGS.is(name) {
        return Err(Error::damaged(dir, format!("`{name}` names no catalog")));
    }
    let bytes = files::map(dir, name).map_err(Error::io("read", &path))?;
    catalog::decode(bytes).map_err(|reason| Error::damaged(&path, reason))
}

impl Writer {
    /// Where a program that fills the index can keep files meanwhile, beside the index's own: those whose names begin with
    /// `.tmp` are removed by the next writer, if this one cannot. `None` for an index in memory.
    #[must_use]
    pub fn temporary_dir(&self) -> Option<&Path> {
        self.core().path.as_deref()
    }

    /// The table of source files as of the last commit; `None` if there is none.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] if it is not what was written.
    pub fn catalog(&self) -> Result<Option<Catalog>> {
        read_catalog(self.core())
    }

    /// Commits, with a new catalog; both or neither are there after a crash.
    ///
    /// # Errors
    ///
    /// If files cannot be written.
    pub fn commit_with(&mut self, catalog: &Catalog) -> Result<()> {
        let Some(dir) = self.core().path.clone() else {
            // In memory there is nobody to come back to the files.
            return self.commit_named(None);
        };
        let name = CATALOGS.write(&dir, catalog.bytes())?;
        self.commit_named(Some(name.clone()))?;
        CATALOGS.remove_others(&dir, Some(&name));
        self.catalog_state_mut().name = Some(name);
        self.catalog_state_mut().touched().clear();
        Ok(())
    }

    /// Commits what was added and deleted without regard to files; the catalog learns what is no longer theirs.
    pub(crate) fn commit_loose(&mut self) -> Result<()> {
        let touched = std::mem::take(&mut *self.catalog_state_mut().touched());
        if touched.is_empty() {
            let name = self.catalog_state_mut().name.clone();
            return self.commit_named(name);
        }
        let committed = self.catalog().and_then(|catalog| match catalog {
            None => self.commit_named(None),
            Some(catalog) => {
                let dir = self.temporary_dir();
                let is_gone = |id: &str| touched.contains(&Outcome::key(id));
                let catalog = catalog.without(is_gone, false, dir);
                let write = Error::io("write", dir.unwrap_or(Path::new("memory")));
                self.commit_with(&catalog.map_err(write)?)
            }
        });
        if committed.is_err() {
            self.catalog_state_mut().touched().extend(touched);
        }
        committed
    }
}

/// Removes what a writer that was killed has left in a generation: files that no commit names.
///
/// Only for whoever holds the writer's lock. What cannot be removed stays for the next time.
pub(crate) fn sweep(core: &Core) -> Result<()> {
    let Some(dir) = &core.path else {
        return Ok(());
    };
    // Whoever is opening the segments of a commit does so to the end.
    let _lock = core.engine.directory().acquire_lock(&META_LOCK);
    let metas = core.engine.load_metas()?;
    let Payload {
        catalog, reprints, ..
    } = Payload::of(&metas).unwrap_or_default();
    let resources = resources(&metas, &core.manifest);
    for (name, path) in files_of(dir) {
        let is_orphan = name.starts_with(".tmp")
            || name.ends_with(".new")
            || CATALOGS.is_other(&name, catalog.as_deref())
            || stories::FILES.is_other(&name, reprints.as_deref())
            || resources::COPIES.is_other(&name, resources.as_deref())
            || is_orphan_of_engine(&name, &metas.segments);
        if is_orphan {
            match files::remove(&path) {
                Ok(()) => tracing::info!(name, "removed what an earlier writer left"),
                Err(error) => tracing::warn!(%error, name, "an orphan cannot be removed"),
            }
        }
    }
    Ok(())
}

/// Whether a file is of a segment that is not committed, or a list of deletions that is not.
pub(crate) fn is_orphan_of_engine(name: &str, segments: &[SegmentMeta]) -> bool {
    let Some((id, rest)) = name.split_once('.') else {
        return false;
    };
    if id.len() != 32 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return false;
    }
    match segments.iter().find(|meta| meta.id().uuid_string() == id) {
        None => true,
        Some(meta) => rest.strip_suffix(".del").is_some_and(|opstamp| {
            meta.delete_opstamp()
                .map(|opstamp| opstamp.to_string())
                .as_deref()
                != Some(opstamp)
        }),
    }
}

/// The files of a directory, by name.
pub(crate) fn files_of(dir: &Path) -> impl Iterator<Item = (String, PathBuf)> {
    let entries = fs::read_dir(dir).into_iter().flatten();
    entries.filter_map(|entry| {
        let entry = entry.ok()?;
        entry.file_type().ok()?.is_file().then_some(())?;
        Some((entry.file_name().into_string().ok()?, entry.path()))
    })
}
