//! A new index that takes the place of the old one.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fangzhi_ingest::Article;
use fangzhi_regions::Tags;

use super::{Core, Index};
use crate::catalog::Catalog;
use crate::error::{Error, Result};
use crate::generation::{self, WriterLock};
use crate::resources::Resources;
use crate::settings::{Settings, WriterOptions};
use crate::writer::Writer;

/// A new index of more articles keeps its segments: joining them takes a fifth of the time again, and room for both.
const MAX_JOINED: u64 = 1_000_000;

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
        writer.join_later(true);
        Ok(Rebuild {
            dir: dir.to_owned(),
            writer: Some(writer),
            generation,
            published: false,
            finished: false,
        })
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

    /// Adds articles with their places, as [`Writer::add_all_tagged`].
    ///
    /// # Errors
    ///
    /// As [`Writer::add_all_tagged`].
    pub fn add_all_tagged(&self, articles: &[(&Article, &Tags)]) -> Result<()> {
        self.writer
            .as_ref()
            .expect("the writer is taken only by `finish`, which consumes the rebuild")
            .add_all_tagged(articles)
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
        writer.join_later(writer.most_articles() <= MAX_JOINED);
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
