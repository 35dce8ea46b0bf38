//! Creating and opening an index.

mod core;
mod engine;
mod rebuild;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use jiff::civil::Date;

pub(crate) use self::core::Core;
pub use self::rebuild::Rebuild;
use crate::analysis::Analyzer;
use crate::catalog::Catalog;
use crate::commit::{self, Payload};
use crate::error::{Error, Result};
use crate::generation::{self, WriterLock};
use crate::resources::Resources;
use crate::schema::FORMAT_VERSION;
use crate::seal;
use crate::searcher::Searcher;
use crate::segment::Snapshot;
use crate::settings::{Settings, WriterOptions};
use crate::writer::Writer;

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

/// The engine's list of segments, a small file that every commit replaces.
fn stamp(dir: &Path, name: &str) -> Option<Arc<[u8]>> {
    let bytes = fs::read(dir.join(name).join(seal::LIST)).ok()?;
    Some(bytes.into())
}
