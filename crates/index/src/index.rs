//! Creating and opening an index.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use fangzhi_ingest::Article;
use fangzhi_regions::Tags;
use fangzhi_reprints::StoryTable;
use jiff::civil::Date;
use tantivy::directory::{OwnedBytes, RamDirectory};
use tantivy::store::Compressor;
use tantivy::{Directory, IndexReader, IndexSettings, ReloadPolicy};

use crate::analysis::Analyzer;
use crate::bodies::Bodies;
use crate::catalog::Catalog;
use crate::commit::{self, Payload};
use crate::error::{Error, Result};
use crate::generation::{self, Manifest, WriterLock};
use crate::layers::{Backlog, LayersPlugin};
use crate::records::RecordsPlugin;
use crate::resources::Resources;
use crate::schema::{FORMAT_VERSION, Fields};
use crate::seal;
use crate::searcher::Searcher;
use crate::segment::Snapshot;
use crate::settings::{Settings, WriterOptions};
use crate::storage::Storage;
use crate::suggest::Shelf;
use crate::writer::Writer;

/// A new index of more articles keeps its segments: joining them takes a fifth of the time again, and room for both.
const MAX_JOINED: u64 = 1_000_000;

/// An index of articles, in a directory or in memory.
///
/// Cloning is cheap. An index can be searched from many threads and processes while one [`Writer`] adds to it.
#[derive(Clone)]
pub struct Index {
    shared: Arc<Shared>,
}

struct Shared {
    /// `None` in memory.
    dir: Option<PathBuf>,
    state: RwLock<State>,
}

/// One generation, open.
#[derive(Clone)]
struct State {
    core: Arc<Core>,
    snapshot: Arc<Snapshot>,
    /// The bytes of the engine's list of segments that the snapshot was taken by; `None` in memory.
    stamp: Option<Arc<[u8]>>,
}

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
}

/// What there is to know about an index.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Status {
    /// How many articles it holds.
    pub articles: usize,
    /// The bytes of its files; 0 in memory.
    pub bytes: u64,
    /// The days of the oldest and the newest article that has a date.
    pub dates: Option<(Date, Date)>,
    /// The sources (来源) and how many articles each has, the most frequent first.
    pub sources: Vec<(String, usize)>,
    /// The version of the layout.
    pub format_version: u32,
    /// When it was created, as `2024-01-03T15:14:18+08:00`.
    pub created: String,
    /// When it was last committed to; `None` if never.
    pub committed: Option<String>,
    /// A fingerprint of the dictionary, stop words and synonyms its articles were analysed with.
    pub fingerprint: u64,
    /// Whether a dictionary or file of places that the settings name has changed since, so that some articles may have to be
    /// [analysed anew](Writer::reanalyse).
    pub outdated: bool,
    /// What it was created with.
    pub settings: Settings,
}

/// A new index on its way to replace the one in a directory.
///
/// Dropped before [`finish`](Self::finish), it leaves the old index as it was.
pub struct Rebuild {
    dir: PathBuf,
    writer: Option<Writer>,
    generation: String,
    /// Whether it is the index already, though it is not finished.
    published: bool,
    finished: bool,
}

impl Index {
    /// Creates an index in a directory, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// [`Error::AlreadyExists`] if there is an index already; see also [`Index::rebuild`].
    pub fn create(dir: impl AsRef<Path>) -> Result<Self> {
        Self::create_with(dir, Settings::default())
    }

    /// Creates an index with settings of its own.
    ///
    /// # Errors
    ///
    /// As [`Index::create`], and [`Error::Settings`] if a file that the settings name cannot be used.
    pub fn create_with(dir: impl AsRef<Path>, settings: Settings) -> Result<Self> {
        let dir = dir.as_ref();
        fs::create_dir_all(dir).map_err(Error::io("create", dir))?;
        let _lock = WriterLock::acquire(dir)?;
        match generation::current(dir) {
            Err(Error::NotFound { .. }) => {}
            Ok(_) => {
                return Err(Error::AlreadyExists {
                    dir: dir.to_owned(),
                });
            }
            Err(error) => return Err(error),
        }
        let name = generation::begin(dir)?;
        Core::create(dir, &name, Resources::read(settings)?)?;
        generation::publish(dir, &name)?;
        Self::open(dir)
    }

    /// Opens the index in a directory.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if there is none, [`Error::FormatVersion`] if it is of another version.
    pub fn open(dir: impl AsRef<Path>) -> Result<Self> {
        let dir = dir.as_ref();
        Ok(Self {
            shared: Arc::new(Shared {
                state: RwLock::new(State::open(dir)?),
                dir: Some(dir.to_owned()),
            }),
        })
    }

    /// Creates an index in memory.
    ///
    /// # Errors
    ///
    /// None that a caller can cause.
    pub fn in_memory() -> Result<Self> {
        Self::in_memory_with(Settings::default())
    }

    /// Creates an index in memory with settings of its own.
    ///
    /// # Errors
    ///
    /// [`Error::Settings`] if a file that the settings name cannot be used.
    pub fn in_memory_with(settings: Settings) -> Result<Self> {
        let state = State::read(Arc::new(Core::in_memory(settings)?), None)?;
        Ok(Self {
            shared: Arc::new(Shared {
                dir: None,
                state: RwLock::new(state),
            }),
        })
    }

    /// Begins a new index that replaces the one in `dir`, if there is one, when it is finished.
    ///
    /// # Errors
    ///
    /// [`Error::Locked`] if another writer is at work, [`Error::Settings`] as for [`Index::create_with`].
    pub fn rebuild(
        dir: impl AsRef<Path>,
        settings: Settings,
        options: WriterOptions,
    ) -> Result<Rebuild> {
        Self::rebuild_by(dir.as_ref(), Resources::read(settings)?, options)
    }

    /// [`rebuild`](Self::rebuild) with files that were read already.
    pub(crate) fn rebuild_by(
        dir: &Path,
        resources: Resources,
        options: WriterOptions,
    ) -> Result<Rebuild> {
        fs::create_dir_all(dir).map_err(Error::io("create", dir))?;
        let lock = WriterLock::acquire(dir)?;
        let generation = generation::begin(dir)?;
        let core = Core::create(dir, &generation, resources)?;
        let writer = Writer::new(Arc::new(core), Some(lock), options)?;
        Ok(Rebuild {
            dir: dir.to_owned(),
            writer: Some(writer),
            generation,
            published: false,
            finished: false,
        })
    }

    /// Opens a writer, the only one at a time.
    ///
    /// # Errors
    ///
    /// [`Error::Locked`] if another writer is at work, in this process or another.
    pub fn writer(&self) -> Result<Writer> {
        self.writer_with(WriterOptions::default())
    }

    /// Opens a writer with options of its own.
    ///
    /// # Errors
    ///
    /// As [`Index::writer`].
    pub fn writer_with(&self, options: WriterOptions) -> Result<Writer> {
        let lock = match &self.shared.dir {
            Some(dir) => Some(WriterLock::acquire(dir)?),
            None => None,
        };
        self.refresh()?;
        let core = self.state().core;
        if let (Some(dir), Some(name)) = (&self.shared.dir, &core.generation) {
            generation::sweep(dir, name);
        }
        Writer::new(core, lock, options)
    }

    /// Opens a searcher, which sees the index as it is now and stays with that.
    ///
    /// It is quick to call when nothing has changed since the last call.
    ///
    /// # Errors
    ///
    /// If files of the index cannot be read.
    pub fn searcher(&self) -> Result<Searcher> {
        self.refresh()?;
        let state = self.state();
        Ok(Searcher::new(state.core, state.snapshot))
    }

    /// The table of source files as of the last commit; `None` if there is none.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] if it is not what was written.
    pub fn catalog(&self) -> Result<Option<Catalog>> {
        self.refresh()?;
        commit::read_catalog(&self.state().core)
    }

    /// The ids of the articles that hold terms cut by a dictionary that has changed since, or places that are not found
    /// any more since a file of places has changed, in order.
    ///
    /// Both dictionaries cut all articles, so it takes as long as cutting the archive twice; where nothing has
    /// changed it takes no time.
    ///
    /// # Errors
    ///
    /// [`Error::Settings`] if a file that the settings name cannot be used; else if files of the index cannot be read.
    pub fn stale_articles(&self) -> Result<Vec<String>> {
        let searcher = self.searcher()?;
        let resources = Resources::read(searcher.core.resources.settings.clone())?;
        let analyzer = Analyzer::new(&resources)?;
        let mut ids = Vec::new();
        searcher.for_each_stale(&analyzer, |article| {
            ids.push(article.id);
            Ok(())
        })?;
        ids.sort_unstable();
        Ok(ids)
    }

    /// Reports what the index holds.
    ///
    /// # Errors
    ///
    /// If files of the index cannot be read.
    pub fn status(&self) -> Result<Status> {
        let searcher = self.searcher()?;
        let core = self.state().core;
        Ok(Status {
            articles: searcher.n_articles(),
            bytes: self.bytes(),
            dates: searcher.date_range(),
            sources: searcher.all_sources()?,
            format_version: FORMAT_VERSION,
            created: core.manifest.created.clone(),
            committed: Payload::of(&core.engine.load_metas()?).map(|payload| payload.committed_at),
            fingerprint: core.resources.fingerprint,
            outdated: core.is_outdated(),
            settings: core.resources.settings.clone(),
        })
    }

    /// The bytes of its files; 0 in memory.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        match (&self.shared.dir, &self.state().core.generation) {
            (Some(dir), Some(name)) => generation::size(dir, name),
            _ => 0,
        }
    }

    /// What it was created with, or [analysed anew](Writer::reanalyse) by.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.state().core.resources.settings.clone()
    }

    fn state(&self) -> State {
        self.shared
            .state
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Takes notice of commits and of a rebuild since the last call.
    fn refresh(&self) -> Result<()> {
        let state = self.state();
        let fresh = match &self.shared.dir {
            None => {
                if state.snapshot.is_current(&state.core)? {
                    return Ok(());
                }
                State::read(state.core, None)?
            }
            Some(dir) => {
                let name = generation::current(dir)?;
                if state.core.generation.as_deref() != Some(name.as_str()) {
                    State::open(dir)?
                } else if state.stamp.is_some() && state.stamp == stamp(dir, &name) {
                    return Ok(());
                } else if state.core.is_reanalysed()? {
                    State::open(dir)?
                } else {
                    let stamp = stamp(dir, &name);
                    State::read(state.core, stamp)?
                }
            }
        };
        *self
            .shared
            .state
            .write()
            .unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }
}

impl Rebuild {
    /// The writer of the new index.
    pub fn writer(&mut self) -> &mut Writer {
        self.writer
            .as_mut()
            .expect("the writer is taken only by `finish`, which consumes the rebuild")
    }

    /// Adds an article, as [`Writer::add`].
    ///
    /// # Errors
    ///
    /// As [`Writer::add`].
    pub fn add(&self, article: &Article) -> Result<()> {
        self.writer
            .as_ref()
            .expect("the writer is taken only by `finish`, which consumes the rebuild")
            .add(article)
    }

    /// Finds the places of an article, as [`Writer::tag`].
    ///
    /// # Errors
    ///
    /// As [`Writer::tag`].
    pub fn tag(&self, article: &Article) -> Result<Tags> {
        self.writer
            .as_ref()
            .expect("the writer is taken only by `finish`, which consumes the rebuild")
            .tag(article)
    }

    /// Adds an article with its places, as [`Writer::add_tagged`].
    ///
    /// # Errors
    ///
    /// As [`Writer::add_tagged`].
    pub fn add_tagged(&self, article: &Article, tags: &Tags) -> Result<()> {
        self.writer
            .as_ref()
            .expect("the writer is taken only by `finish`, which consumes the rebuild")
            .add_tagged(article, tags)
    }

    /// Whether there is an index that the new one is to replace.
    #[must_use]
    pub fn replaces(&self) -> bool {
        !self.published && generation::current(&self.dir).is_ok()
    }

    /// Commits what was added, with the catalog of the files it came from.
    ///
    /// Where there is no index to replace, it is from now on the index, and what is added later is committed to it.
    ///
    /// # Errors
    ///
    /// If files cannot be written.
    pub fn commit_with(&mut self, catalog: &Catalog) -> Result<()> {
        let replaces = self.replaces();
        self.writer().commit_with(catalog)?;
        if !replaces && !self.published {
            generation::publish(&self.dir, &self.generation)?;
            self.published = true;
        }
        Ok(())
    }

    /// Commits what was added and puts the new index in the place of the old one.
    ///
    /// Of up to a million articles the segments are joined into one, as by [`Writer::merge`].
    ///
    /// # Errors
    ///
    /// If files cannot be written; the old index is then still there. Segments that cannot be joined are no error.
    pub fn finish(mut self) -> Result<Index> {
        let writer = self
            .writer
            .take()
            .expect("the writer is taken only here, which consumes the rebuild");
        let lock = writer.close()?;
        if !self.published {
            generation::publish(&self.dir, &self.generation)?;
        }
        self.finished = true;
        let index = Index::open(&self.dir)?;
        // It is complete without.
        if let Err(error) = join_segments(&index, lock) {
            tracing::warn!(%error, "the segments of the new index are not joined");
        }
        Ok(index)
    }
}

/// Joins the segments of a new index, unless it has one only, or too many articles.
fn join_segments(index: &Index, lock: Option<WriterLock>) -> Result<()> {
    let core = index.state().core;
    let is_joined = core.engine.searchable_segment_ids()?.len() < 2;
    if is_joined || core.reader.searcher().num_docs() > MAX_JOINED {
        return Ok(());
    }
    let mut writer = Writer::new(core, lock, WriterOptions::default())?;
    writer.merge()?;
    writer.finish()?;
    index.refresh()
}

impl Drop for Rebuild {
    fn drop(&mut self) {
        if self.published {
            // What was committed stays.
        } else if !self.finished {
            // The writer's threads must be gone before its files are, and the lock held until both are.
            let lock = self.writer.take().and_then(Writer::abandon);
            let _ = fs::remove_dir_all(self.dir.join(&self.generation));
            drop(lock);
        }
    }
}

impl State {
    /// Opens the current generation of a directory.
    fn open(dir: &Path) -> Result<Self> {
        loop {
            let name = generation::current(dir)?;
            let stamp = stamp(dir, &name);
            let open = Core::open(dir, &name);
            match open.and_then(|core| Self::read(Arc::new(core), stamp.clone())) {
                // A rebuild may have replaced the generation while it was being opened.
                Err(_) if generation::current(dir)? != name => {}
                // A writer may have deleted what it replaced, where it could not be kept from that.
                Err(_) if self::stamp(dir, &name) != stamp => {}
                result => return result,
            }
        }
    }

    fn read(core: Arc<Core>, stamp: Option<Arc<[u8]>>) -> Result<Self> {
        core.reader.reload()?;
        Ok(Self {
            snapshot: Arc::new(Snapshot::new(&core)?),
            core,
            stamp,
        })
    }
}

impl Core {
    /// Whether the last commit names other resources than these.
    fn is_reanalysed(&self) -> Result<bool> {
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
    fn is_outdated(&self) -> bool {
        match Resources::read(self.resources.settings.clone()) {
            Ok(now) => {
                now.fingerprint != self.resources.fingerprint
                    || now.places_fingerprint != self.resources.places_fingerprint
            }
            Err(_) => true,
        }
    }

    fn create(dir: &Path, name: &str, resources: Resources) -> Result<Self> {
        let path = dir.join(name);
        let kept = resources.keep(&path)?;
        let manifest = Manifest::new(Some(kept.clone()));
        let directory = Storage::open(&path)
            .map_err(|error| Error::damaged(&path, format!("cannot be opened: {error}")))?;
        let engine = Engine::create(directory)?;
        generation::write_manifest(dir, name, &manifest)?;
        Self::new(
            Some((name, path)),
            engine,
            (resources, Some(kept)),
            manifest,
        )
    }

    fn open(dir: &Path, name: &str) -> Result<Self> {
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

    fn in_memory(settings: Settings) -> Result<Self> {
        let engine = Engine::create(RamDirectory::create())?;
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
        } = engine;
        let reader = engine
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .doc_store_cache_num_blocks(0)
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
            analyzer: Analyzer::new(&resources)?,
            resources,
            resources_name,
            manifest,
        })
    }
}

/// The engine's index, with the plugin that keeps our layers.
struct Engine {
    engine: tantivy::Index,
    fields: Fields,
    backlog: Arc<Backlog>,
}

impl Engine {
    fn create(directory: impl Into<Box<dyn Directory>>) -> Result<Self> {
        let (schema, fields) = Fields::build();
        let backlog = Arc::new(Backlog::default());
        let engine = tantivy::Index::builder()
            .schema(schema)
            .settings(engine_settings())
            .register_plugin(layers_plugin(&fields, &backlog))
            .register_plugin(records_plugin(&fields))
            .open_or_create(directory)?;
        Ok(Self {
            engine,
            fields,
            backlog,
        })
    }

    fn open(directory: Storage, path: &Path) -> Result<Self> {
        let mut engine = tantivy::Index::open(directory).map_err(|error| {
            let damaged = seal::check(path).err();
            damaged.unwrap_or_else(|| Error::damaged(path, Error::from(error)))
        })?;
        let (schema, fields) = Fields::build();
        if engine.schema() != schema {
            return Err(Error::damaged(
                path,
                "its fields are not those of its format",
            ));
        }
        let backlog = Arc::new(Backlog::default());
        engine.register_plugin(layers_plugin(&fields, &backlog));
        engine.register_plugin(records_plugin(&fields));
        Ok(Self {
            engine,
            fields,
            backlog,
        })
    }
}

fn layers_plugin(fields: &Fields, backlog: &Arc<Backlog>) -> Arc<LayersPlugin> {
    Arc::new(LayersPlugin {
        field: fields.layers,
        backlog: Arc::clone(backlog),
    })
}

fn records_plugin(fields: &Fields) -> Arc<RecordsPlugin> {
    Arc::new(RecordsPlugin {
        field: fields.record,
    })
}

/// There is nothing in the engine's store that could be compressed.
fn engine_settings() -> IndexSettings {
    IndexSettings {
        docstore_compression: Compressor::None,
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    }
}

/// The engine's list of segments, a small file that every commit replaces.
fn stamp(dir: &Path, name: &str) -> Option<Arc<[u8]>> {
    let bytes = fs::read(dir.join(name).join(seal::LIST)).ok()?;
    Some(bytes.into())
}
