//! One generation, open.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use fangzhi_reprints::StoryTable;
use tantivy::directory::{OwnedBytes, RamDirectory};
use tantivy::{IndexReader, ReloadPolicy};

use super::engine::Engine;
use crate::analysis::Analyzer;
use crate::bodies::Bodies;
use crate::commit;
use crate::deletions::Ages;
use crate::error::{Error, Result};
use crate::generation::{self, Manifest};
use crate::layers::Backlog;
use crate::resources::Resources;
use crate::schema::Fields;
use crate::settings::Settings;
use crate::storage::Storage;
use crate::suggest::Shelf;

/// One generation: what does not change while it is open.
pub(crate) struct Core {
    /// The generation's directory; `None` in memory.
    pub(crate) path: Option<PathBuf>,
    /// The generation's name; `None` in memory.
    pub(crate) generation: Option<String>,
    pub(crate) engine: tantivy::Index,
    pub(crate) reader: IndexReader,
    pub(crate) fields: Fields,
    pub(crate) analyzer: Analyzer,
    pub(crate) manifest: Manifest,
    /// What the articles are analysed by, and the name it is kept under; `None` in memory.
    pub(crate) resources: Resources,
    pub(crate) resources_name: Option<String>,
    pub(crate) lexicon: Shelf,
    pub(crate) bodies: Bodies,
    /// The stories of an index in memory.
    stories: Mutex<Option<StoryTable<OwnedBytes>>>,
    pub(crate) backlog: Arc<Backlog>,
    pub(crate) ages: Arc<Ages>,
}

impl Core {
    /// Whether the last commit names other resources than these.
    pub(super) fn is_reanalysed(&self) -> Result<bool> {
        let named = commit::resources(&self.engine.load_metas()?, &self.manifest);
        Ok(named != self.resources_name)
    }

    /// The stories of an index in memory, if something was committed.
    pub(crate) fn memory_stories(&self) -> Option<StoryTable<OwnedBytes>> {
        let stories = self.stories.lock().unwrap_or_else(PoisonError::into_inner);
        stories.clone()
    }

    /// Puts the stories of an index in memory in the place of those before.
    pub(crate) fn put_memory_stories(&self, bytes: Vec<u8>) -> Result<()> {
        let table = StoryTable::new(OwnedBytes::new(bytes), "memory")
            .map_err(|error| Error::damaged("memory", error))?;
        *self.stories.lock().unwrap_or_else(PoisonError::into_inner) = Some(table);
        Ok(())
    }

    /// Whether dictionaries or places are not what they were, or are gone.
    pub(super) fn is_outdated(&self) -> bool {
        match Resources::read(self.resources.settings.clone()) {
            Ok(now) => {
                now.fingerprint != self.resources.fingerprint
                    || now.places_fingerprint != self.resources.places_fingerprint
            }
            Err(_) => true,
        }
    }

    pub(super) fn create(dir: &Path, name: &str, resources: Resources) -> Result<Self> {
        let path = dir.join(name);
        let kept = resources.keep(&path)?;
        let manifest = Manifest::new(Some(kept.clone()));
        let directory = Storage::open(&path)
            .map_err(|error| Error::damaged(&path, format!("cannot be opened: {error}")))?;
        let engine = Engine::create(directory, Some(&path))?;
        generation::write_manifest(dir, name, &manifest)?;
        Self::new(
            Some((name, path)),
            engine,
            (resources, Some(kept)),
            manifest,
        )
    }

    pub(super) fn open(dir: &Path, name: &str) -> Result<Self> {
        let manifest = generation::read_manifest(dir, name)?;
        let path = dir.join(name);
        let directory = Storage::open(&path)
            .map_err(|error| Error::damaged(&path, format!("cannot be opened: {error}")))?;
        let engine = Engine::open(directory, &path)?;
        let unnamed = || Error::damaged(&path, "it does not say what it was analysed by");
        let kept =
            commit::resources(&engine.engine.load_metas()?, &manifest).ok_or_else(unnamed)?;
        let resources = Resources::open(&path, &kept)?;
        Self::new(
            Some((name, path)),
            engine,
            (resources, Some(kept)),
            manifest,
        )
    }

    pub(super) fn in_memory(settings: Settings) -> Result<Self> {
        let engine = Engine::create(RamDirectory::create(), None)?;
        let resources = Resources::read(settings)?;
        Self::new(None, engine, (resources, None), Manifest::new(None))
    }

    fn new(
        place: Option<(&str, PathBuf)>,
        engine: Engine,
        (resources, resources_name): (Resources, Option<String>),
        manifest: Manifest,
    ) -> Result<Self> {
        let Engine {
            engine,
            fields,
            backlog,
            ages,
        } = engine;
        let reader = engine
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        let (generation, path) = place.unzip();
        Ok(Self {
            generation: generation.map(ToOwned::to_owned),
            path: path.clone(),
            bodies: Bodies::new(path.clone()),
            lexicon: Shelf::new(path),
            stories: Mutex::default(),
            engine,
            reader,
            fields,
            backlog,
            ages,
            analyzer: Analyzer::new(&resources)?,
            resources,
            resources_name,
            manifest,
        })
    }
}
