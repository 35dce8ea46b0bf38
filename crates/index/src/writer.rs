//! Adding articles to an index and deleting them.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use fangzhi_ingest::Article;
use tantivy::index::{SegmentId, SegmentMeta};
use tantivy::indexer::IndexWriterOptions;
use tantivy::{IndexWriter, TantivyDocument, Term};

use crate::analysis::{Analysed, exact};
use crate::commit::{CatalogState, Payload};
use crate::error::{Error, Result};
use crate::files;
use crate::generation::WriterLock;
use crate::index::Core;
use crate::record::Packer;
use crate::settings::WriterOptions;
use crate::suggest::Refresher;

/// The least memory the engine takes for a thread, in bytes.
const MIN_MEMORY: usize = 16 << 20;
/// The most memory the engine takes for a thread, in bytes.
const MAX_MEMORY: usize = 4 << 30;

/// Adds articles to an index; there is one writer at a time.
///
/// Nothing is visible before [`commit`](Self::commit). [`add`](Self::add) can be called from many threads at once,
/// and does the analysis in the thread that calls it.
pub struct Writer {
    core: Arc<Core>,
    engine: IndexWriter,
    scratch: Mutex<Vec<Scratch>>,
    /// Hashes of the ids that may be in the index, to delete only what may be there;
    /// `None` if the index held articles when the writer was opened.
    seen: Option<Mutex<HashSet<u64>>>,
    lexicon: Refresher,
    lock: Option<WriterLock>,
    catalog: CatalogState,
}

/// The buffers one thread needs to add an article.
struct Scratch {
    title: Analysed,
    body: Analysed,
    packer: Packer,
}

impl Writer {
    pub(crate) fn new(
        core: Arc<Core>,
        lock: Option<WriterLock>,
        options: WriterOptions,
    ) -> Result<Self> {
        crate::commit::sweep(&core)?;
        let catalog = CatalogState::of(&core)?;
        let threads = options.threads.max(1);
        let memory = (options.memory / threads).clamp(MIN_MEMORY, MAX_MEMORY - 1);
        let engine = core.engine.writer_with_options(
            IndexWriterOptions::builder()
                .num_worker_threads(threads)
                .num_merge_threads(1)
                .memory_budget_per_thread(memory)
                .build(),
        )?;
        let empty = core.engine.searchable_segment_ids()?.is_empty();
        Ok(Self {
            core,
            engine,
            scratch: Mutex::default(),
            seen: empty.then(Mutex::default),
            lexicon: Refresher::default(),
            lock,
            catalog,
        })
    }

    /// Adds an article; an article of the same id is replaced.
    ///
    /// # Errors
    ///
    /// [`Error::Article`] if the article has no id; else if files cannot be written.
    pub fn add(&self, article: &Article) -> Result<()> {
        if article.id.is_empty() {
            return Err(Error::Article {
                id: String::new(),
                reason: "it has no id".to_owned(),
            });
        }
        self.catalog.touch(&article.id);
        let document = self.document(article)?;
        if self.may_hold(&article.id) {
            self.delete_term(&article.id);
        }
        self.engine.add_document(document)?;
        self.lexicon.add(article);
        Ok(())
    }

    /// Deletes the article of this id, if there is one.
    pub fn delete(&self, id: &str) {
        self.catalog.touch(id);
        self.delete_term(id);
    }

    /// Makes everything added and deleted so far visible and safe on disk.
    ///
    /// # Errors
    ///
    /// If files cannot be written.
    pub fn commit(&mut self) -> Result<()> {
        self.commit_loose()
    }

    /// Joins the committed segments of the index into one without what was deleted, which makes searching quicker and takes a while.
    ///
    /// # Errors
    ///
    /// If files cannot be written.
    pub fn merge(&mut self) -> Result<()> {
        let metas = self.core.engine.searchable_segment_metas()?;
        // A segment alone may still hold what was deleted, and be counted with it when hits are ranked.
        if metas.len() > 1 || metas.iter().any(|meta| meta.has_deletes()) {
            let segments: Vec<SegmentId> = metas.iter().map(SegmentMeta::id).collect();
            self.engine.merge(&segments).wait()?;
            if let Some(dir) = &self.core.path {
                files::sync_dir(dir).map_err(Error::io("sync", dir))?;
            }
        }
        Ok(())
    }

    /// Waits for all work to be done, after the last commit; what was not committed is given up.
    ///
    /// A writer that is dropped leaves work undone that the next one does.
    ///
    /// # Errors
    ///
    /// If files cannot be written.
    pub fn finish(mut self) -> Result<()> {
        self.lexicon.at_close(&self.core);
        let _lock = self.lock.take();
        self.engine.wait_merging_threads()?;
        Ok(())
    }

    /// Commits, waits for all work to be done, and hands back the lock.
    pub(crate) fn close(mut self) -> Result<Option<WriterLock>> {
        self.commit()?;
        self.lexicon.at_close(&self.core);
        let lock = self.lock.take();
        self.engine.wait_merging_threads()?;
        Ok(lock)
    }

    /// Gives up what was not committed, and hands back the lock.
    pub(crate) fn abandon(mut self) -> Option<WriterLock> {
        self.lock.take()
    }

    /// Commits under the name of a catalog that is on disk already.
    pub(crate) fn commit_named(&mut self, catalog: Option<String>) -> Result<()> {
        let mut commit = self.engine.prepare_commit()?;
        commit.set_payload(&Payload::now(catalog));
        commit.commit()?;
        if let Some(dir) = &self.core.path {
            // The engine replaces its list of segments, but does not wait until the name is on disk.
            files::sync_dir(dir).map_err(Error::io("sync", dir))?;
        }
        self.lexicon.after_commit(&self.core);
        Ok(())
    }

    pub(crate) fn core(&self) -> &Core {
        &self.core
    }

    pub(crate) fn catalog_state_mut(&mut self) -> &mut CatalogState {
        &mut self.catalog
    }

    fn delete_term(&self, id: &str) {
        self.engine
            .delete_term(Term::from_field_text(self.core.fields.id, id));
    }

    fn may_hold(&self, id: &str) -> bool {
        match &self.seen {
            None => true,
            Some(seen) => !seen
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(hash(id)),
        }
    }

    fn document(&self, article: &Article) -> Result<TantivyDocument> {
        let idle = self
            .scratch
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let mut scratch = match idle {
            Some(scratch) => scratch,
            None => Scratch {
                title: Analysed::default(),
                body: Analysed::default(),
                packer: Packer::new()?,
            },
        };
        let document = self.fill(article, &mut scratch);
        self.scratch
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(scratch);
        document
    }

    fn fill(&self, article: &Article, scratch: &mut Scratch) -> Result<TantivyDocument> {
        let fields = &self.core.fields;
        let analyzer = &self.core.analyzer;
        let body = article.body_text();
        analyzer.analyse(article.title.as_deref().unwrap_or(""), &mut scratch.title);
        analyzer.analyse(&body, &mut scratch.body);
        let mut document = TantivyDocument::default();
        document.add_text(fields.id, &article.id);
        for (layers, text) in [(fields.title, &scratch.title), (fields.body, &scratch.body)] {
            document.add_text(layers.words, &text.words);
            document.add_text(layers.bigrams, &text.chars);
            document.add_text(layers.chars, &text.sorted_chars);
        }
        document.add_text(fields.lead, &scratch.body.lead);
        let mut add = |field, text: &str| {
            let text = exact(text);
            if !text.is_empty() {
                document.add_text(field, text);
            }
        };
        for author in &article.authors {
            add(fields.author, author);
        }
        for editor in &article.editors {
            add(fields.editor, editor);
        }
        for channel in &article.channel {
            add(fields.channel, channel);
        }
        let host = article.host();
        for site in [&article.site, &host].into_iter().flatten() {
            add(fields.site, site);
        }
        for (field, text) in [(fields.source, &article.source), (fields.url, &article.url)] {
            if let Some(text) = text {
                add(field, text);
            }
        }
        if let Some(source) = &article.source {
            document.add_text(fields.source_column, source);
        }
        for channel in &article.channel {
            document.add_text(fields.channel_column, channel);
        }
        if let Some(site) = article.site.as_ref().or(host.as_ref()) {
            document.add_text(fields.site_column, site);
        }
        if let Some(published) = &article.published {
            document.add_i64(fields.published, seconds(published.datetime));
        }
        document.add_u64(fields.tie, hash(&article.id));
        let record = scratch.packer.pack(article, &body, &self.core.bodies)?;
        document.add_bytes(fields.record, &record);
        Ok(document)
    }
}

/// A local time in seconds since the beginning of 1970, as if it were UTC.
pub(crate) fn seconds(time: jiff::civil::DateTime) -> i64 {
    const EPOCH: jiff::civil::DateTime = jiff::civil::datetime(1970, 1, 1, 0, 0, 0, 0);
    time.duration_since(EPOCH).as_secs()
}

/// FNV-1a, 64 bits: the same on every machine and in every version.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
