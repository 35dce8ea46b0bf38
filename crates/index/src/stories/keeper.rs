//! The stories while a writer is at work.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use fangzhi_reprints::Fingerprint;

use super::{FILES, damaged, key, read};
use crate::commit::Payload;
use crate::error::Result;
use crate::index::Core;
use crate::record;
use crate::segment::Snapshot;

/// The part of a writer that keeps the stories.
#[derive(Debug, Default)]
pub(crate) struct Keeper {
    /// The file of the last commit.
    name: Option<String>,
    /// What was added since, and deleted.
    waiting: Mutex<HashMap<u64, Option<Fingerprint>>>,
    /// Read when it is first needed.
    stories: Option<fangzhi_reprints::Stories>,
    /// Whether the file is not what it should be.
    is_unsaved: bool,
}

impl Keeper {
    /// Goes on from the last commit.
    pub(crate) fn of(core: &Core) -> Result<Self> {
        let metas = core.engine.load_metas()?;
        let name = Payload::of(&metas).and_then(|payload| payload.reprints);
        let is_sound = match (&core.path, &name) {
            (None, _) => true,
            (Some(_), None) => metas.segments.is_empty(),
            (Some(dir), Some(name)) => read(dir, name).is_ok(),
        };
        Ok(Self {
            name,
            is_unsaved: !is_sound,
            ..Self::default()
        })
    }

    /// Notes an article that was added.
    pub(crate) fn insert(&self, id: &str, body: &str) {
        let fingerprint = Fingerprint::of(body);
        self.waiting().insert(key(id), Some(fingerprint));
    }

    /// Notes that an article was deleted.
    pub(crate) fn remove(&self, id: &str) {
        self.waiting().insert(key(id), None);
    }

    /// Brings the stories up to date and writes them, if they have changed; gives the name to commit.
    pub(crate) fn save(&mut self, core: &Core) -> Result<Option<String>> {
        let waiting = std::mem::take(&mut *self.waiting());
        if waiting.is_empty() && !self.is_unsaved {
            return Ok(self.name.clone());
        }
        let mut stories = match self.stories.take() {
            Some(stories) => stories,
            None => self.load(core)?,
        };
        for (key, fingerprint) in waiting {
            match fingerprint {
                Some(fingerprint) => stories.insert(key, fingerprint),
                None => _ = stories.remove(key),
            }
        }
        self.is_unsaved |= stories.regroup();
        let stories = self.stories.insert(stories);
        if !self.is_unsaved {
            return Ok(self.name.clone());
        }
        let bytes = stories.to_bytes();
        let Some(dir) = &core.path else {
            core.put_memory_stories(bytes)?;
            self.is_unsaved = false;
            return Ok(None);
        };
        FILES.write(dir, &bytes).map(Some)
    }

    /// Notes that what was saved is committed, and removes what was before.
    pub(crate) fn committed(&mut self, core: &Core, name: Option<String>) {
        self.is_unsaved = false;
        let Some(dir) = &core.path else { return };
        if name == self.name {
            return;
        }
        FILES.remove_others(dir, name.as_deref());
        self.name = name;
    }

    /// The stories of the last commit.
    fn load(&mut self, core: &Core) -> Result<fangzhi_reprints::Stories> {
        let read = || -> Result<Option<fangzhi_reprints::Stories>> {
            let (table, path) = match (&core.path, &self.name) {
                (None, _) => (core.memory_stories(), "memory".into()),
                (Some(dir), Some(name)) => (Some(read(dir, name)?), dir.join(name)),
                (Some(dir), None) => (None, dir.clone()),
            };
            let table = table.map(|table| fangzhi_reprints::Stories::of_table(&table, &path));
            table.transpose().map_err(|error| damaged(&path, error))
        };
        match read() {
            Ok(Some(stories)) => Ok(stories),
            Ok(None) => {
                self.is_unsaved = true;
                derive(core)
            }
            Err(error) => {
                tracing::warn!(%error, "stories are found again from the articles");
                self.is_unsaved = true;
                derive(core)
            }
        }
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<u64, Option<Fingerprint>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes the fingerprints of the committed articles anew.
fn derive(core: &Core) -> Result<fangzhi_reprints::Stories> {
    let mut stories = fangzhi_reprints::Stories::default();
    core.reader.reload()?;
    if core.reader.searcher().num_docs() == 0 {
        return Ok(stories);
    }
    let snapshot = Snapshot::new(core)?;
    for segment in &snapshot.segments {
        for doc in (0..segment.reader.max_doc()).filter(|&doc| segment.is_alive(doc)) {
            let record = segment.record(doc)?;
            match record::with_body(record, &core.bodies) {
                Some((display, body)) => {
                    stories.insert(key(&display.id), Fingerprint::of(&body));
                }
                // It cannot be shown either.
                None => tracing::warn!(doc, "an article cannot be read"),
            }
        }
    }
    Ok(stories)
}
