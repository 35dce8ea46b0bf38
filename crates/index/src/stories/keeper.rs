//! The stories while a writer is at work.

use std::io::Cursor;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use fangzhi_reprints::{Fingerprint, StoryTable, record, write_stories};
use tantivy::directory::OwnedBytes;

use super::waiting::{Change, Waiting};
use super::{FILES, damaged, key, read};
use crate::commit::Payload;
use crate::error::{Error, Result};
use crate::index::Core;
use crate::record;
use crate::segment::Snapshot;
use crate::spool::Spool;

/// The bytes an article takes when stories are kept in memory to be brought up to date (`docs/reprints.md`).
const IN_MEMORY: usize = 600;
/// How many bytes of fingerprints are written at a time.
const CHUNK: usize = 1 << 16;

/// The part of a writer that keeps the stories.
///
/// A few articles are put into stories that are in memory; where they are more than there were, or there is no room for that,
/// the stories of all articles are made anew.
#[derive(Debug, Default)]
pub(crate) struct Keeper {
    /// The file of the last commit.
    name: Option<String>,
    /// The file of all articles, if it was made anew for a commit that did not come about.
    made_anew: Option<String>,
    /// What was added since, and deleted.
    waiting: Mutex<Waiting>,
    /// Read when it is first needed, if there is room.
    stories: Option<fangzhi_reprints::Stories>,
    /// How many bytes of memory they may take.
    room: usize,
    /// How many threads may make them anew.
    n_threads: usize,
    /// Whether the file is not what it should be.
    is_unsaved: bool,
}

impl Keeper {
    /// Goes on from the last commit, with room for so many bytes, on so many threads.
    pub(crate) fn new(core: &Core, room: usize, n_threads: usize) -> Result<Self> {
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
            room,
            n_threads,
            ..Self::default()
        })
    }

    /// Notes an article that was added.
    pub(crate) fn insert(&self, core: &Core, id: &str, body: &str) -> Result<()> {
        self.push(core, (key(id), Some(Fingerprint::of(body))))
    }

    /// Notes that an article was deleted.
    pub(crate) fn remove(&self, core: &Core, id: &str) -> Result<()> {
        self.push(core, (key(id), None))
    }

    fn push(&self, core: &Core, change: Change) -> Result<()> {
        let dir = core.path.as_deref();
        let pushed = self.waiting().push(change, dir);
        pushed.map_err(Error::unwritten(dir))
    }

    /// Brings the stories up to date and writes them, if they have changed; gives the name to commit.
    pub(crate) fn save(&mut self, core: &Core) -> Result<Option<String>> {
        let waiting = std::mem::take(&mut *self.waiting());
        let saved = self.save_changes(core, &waiting);
        if saved.is_err() {
            *self.waiting() = waiting;
        }
        saved
    }

    fn save_changes(&mut self, core: &Core, waiting: &Waiting) -> Result<Option<String>> {
        if waiting.is_empty() && !self.is_unsaved {
            return Ok(self.name().cloned());
        }
        if !self.is_unsaved
            && let Ok(before) = self.table(core)
            && self.is_much(before.as_ref(), waiting.len())
            && before.as_ref().is_none_or(|table| table.check("").is_ok())
        {
            self.stories = None;
            self.made_anew = self.make_anew(core, before, waiting)?;
            return Ok(self.name().cloned());
        }
        let Some(mut stories) = self.stories.take().or_else(|| self.load(core)) else {
            self.made_anew = self.make_anew(core, None, &derive(core, waiting)?)?;
            self.is_unsaved = false;
            return Ok(self.name().cloned());
        };
        waiting.apply(std::iter::empty(), |(key, fingerprint)| {
            match fingerprint {
                Some(fingerprint) => stories.insert(key, fingerprint),
                None => _ = stories.remove(key),
            }
            Ok::<_, Error>(())
        })?;
        self.is_unsaved |= stories.regroup();
        let stories = self.stories.insert(stories);
        if !self.is_unsaved {
            return Ok(self.name().cloned());
        }
        let bytes = stories.to_bytes();
        let Some(dir) = &core.path else {
            core.put_memory_stories(bytes)?;
            self.is_unsaved = false;
            return Ok(None);
        };
        FILES.write(dir, &bytes).map(Some)
    }

    /// Whether so many changes are more than there were articles, or both too many for memory.
    fn is_much(&self, before: Option<&StoryTable<OwnedBytes>>, n_changes: usize) -> bool {
        let n_before = before.map_or(0, StoryTable::n_articles);
        let bytes = (n_before + n_changes).saturating_mul(IN_MEMORY);
        n_changes >= n_before || bytes > self.room
    }

    /// Makes the stories of all articles, and writes them.
    fn make_anew(
        &self,
        core: &Core,
        before: Option<StoryTable<OwnedBytes>>,
        waiting: &Waiting,
    ) -> Result<Option<String>> {
        let dir = core.path.as_deref();
        let mut spool = Spool::new(dir).map_err(Error::unwritten(dir))?;
        let mut chunk = Vec::with_capacity(CHUNK);
        let articles = before.iter().flat_map(StoryTable::articles);
        let before = articles.map(|(key, fingerprint)| (key, Some(fingerprint)));
        waiting
            .apply(before, |(key, fingerprint)| {
                chunk.extend(fingerprint.iter().flat_map(|it| record(key, it)));
                if chunk.len() >= CHUNK {
                    spool.write(&chunk)?;
                    chunk.clear();
                }
                Ok(())
            })
            .and_then(|()| spool.write(&chunk))
            .map_err(Error::unwritten(dir))?;
        let records = spool.into_read().map_err(Error::unwritten(dir))?;
        let Some(dir) = dir else {
            let mut file = Cursor::new(Vec::new());
            write_stories(&records.bytes, self.n_threads, &mut file)
                .map_err(Error::unwritten(None))?;
            core.put_memory_stories(file.into_inner())?;
            return Ok(None);
        };
        let n_threads = self.n_threads;
        FILES
            .write_by(dir, |out| write_stories(&records.bytes, n_threads, out))
            .map(Some)
    }

    /// Notes that what was saved is committed, and removes what was before.
    pub(crate) fn committed(&mut self, core: &Core, name: Option<String>) {
        self.is_unsaved = false;
        self.made_anew = None;
        let Some(dir) = &core.path else { return };
        if name == self.name {
            return;
        }
        FILES.remove_others(dir, name.as_deref());
        self.name = name;
    }

    /// The stories that were saved; `None` if there are none that can be used.
    fn load(&self, core: &Core) -> Option<fangzhi_reprints::Stories> {
        let path = self.path(core);
        let of_table = |table| {
            let stories = fangzhi_reprints::Stories::of_table(&table, &path);
            stories.map_err(|error| damaged(&path, error))
        };
        let read = self
            .table(core)
            .and_then(|table| table.map(of_table).transpose());
        read.unwrap_or_else(|error| {
            tracing::warn!(%error, "stories are found again from the articles");
            None
        })
    }

    /// The name of the file with all that was saved.
    fn name(&self) -> Option<&String> {
        self.made_anew.as_ref().or(self.name.as_ref())
    }

    /// The file with all that was saved, if there is one.
    fn table(&self, core: &Core) -> Result<Option<StoryTable<OwnedBytes>>> {
        match (&core.path, self.name()) {
            (None, _) => Ok(core.memory_stories()),
            (Some(dir), Some(name)) => read(dir, name).map(Some),
            (Some(_), None) => Ok(None),
        }
    }

    fn path(&self, core: &Core) -> PathBuf {
        match (&core.path, self.name()) {
            (None, _) => "memory".into(),
            (Some(dir), Some(name)) => dir.join(name),
            (Some(dir), None) => dir.clone(),
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the committed articles are, their fingerprints taken anew, and then these changes.
fn derive(core: &Core, changes: &Waiting) -> Result<Waiting> {
    let dir = core.path.as_deref();
    let mut all = Waiting::default();
    let mut push = |change| all.push(change, dir).map_err(Error::unwritten(dir));
    core.reader.reload()?;
    let snapshot = Snapshot::new(core)?;
    for segment in &snapshot.segments {
        for doc in (0..segment.reader.max_doc()).filter(|&doc| segment.is_alive(doc)) {
            let record = segment.record(doc)?;
            match record::with_body(record, &core.bodies) {
                Some((display, body)) => push((key(&display.id), Some(Fingerprint::of(&body))))?,
                // It cannot be shown either.
                None => tracing::warn!(doc, "an article cannot be read"),
            }
        }
    }
    changes.apply(std::iter::empty(), push)?;
    Ok(all)
}
