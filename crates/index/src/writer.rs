//! Adding articles to an index and deleting them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fangzhi_ingest::Article;
use fangzhi_regions::Tags;
use tantivy::index::{SegmentId, SegmentMeta};
use tantivy::indexer::{IndexWriterOptions, UserOperation};
use tantivy::{TantivyDocument, Term};

use crate::analysis::{self, Analyzer, exact};
use crate::bodies::Packer;
use crate::both::both;
use crate::commit::{CatalogState, Payload};
use crate::deletions::{Deletion, Deletions};
use crate::engine_writer::EngineWriter;
use crate::error::{Error, Result};
use crate::files;
use crate::generation::{self, WriterLock};
use crate::index::Core;
use crate::known::{KnownIds, Places};
use crate::layers::{DocumentLayers, Loan};
use crate::merge_policy::JoinPolicy;
use crate::places;
use crate::pool::Pool;
use crate::record::Plain;
use crate::resources::Resources;
use crate::searcher::Searcher;
use crate::segment::Snapshot;
use crate::settings::{Settings, WriterOptions};
use crate::stories::{self, Keeper};
use crate::suggest::Refresher;

/// The least memory the engine takes, in bytes.
const MIN_MEMORY: usize = 16 << 20;
/// The most memory the engine takes, in bytes.
const MAX_MEMORY: usize = 4 << 30;

/// Articles of more bytes together are not held back, however little there is to learn from: more than bodies have that are
/// enough to learn from.
const MAX_HELD: usize = 16 << 20;

/// How many of the articles held back are sent at a time.
const HELD_BATCH: usize = 32;

/// No operation of the engine's.
const NOTHING: [UserOperation; 0] = [];

/// Adds articles to an index; there is one writer at a time.
///
/// Nothing is visible before [`commit`](Self::commit). [`add`](Self::add) can be called from many threads at once,
/// and does the analysis in the thread that calls it.
pub struct Writer {
    core: Arc<Core>,
    engine: EngineWriter,
    scratch: Pool<Scratch>,
    /// Articles that wait until there is something to compress them by.
    held: Mutex<VecDeque<Analysed>>,
    ids: KnownIds,
    deletions: Deletions,
    lexicon: Refresher,
    stories: Keeper,
    lock: Option<WriterLock>,
    catalog: CatalogState,
    /// What articles are analysed by now, if not as when the writer was opened, and the name it is kept under.
    reanalysis: Option<(Analyzer, String)>,
}

/// The buffers one thread needs to add an article.
struct Scratch {
    title: analysis::Analysed,
    body: analysis::Analysed,
    packer: Packer,
}

/// An article, ready but for its record.
struct Analysed {
    id: String,
    document: TantivyDocument,
    /// How many bytes of memory it takes on its way.
    weight: usize,
    record: Plain,
}

impl Writer {
    pub(crate) fn new(
        core: Arc<Core>,
        lock: Option<WriterLock>,
        options: WriterOptions,
    ) -> Result<Self> {
        crate::commit::sweep(&core)?;
        let catalog = CatalogState::of(&core)?;
        let memory = options.memory.clamp(MIN_MEMORY, MAX_MEMORY - 1);
        let stories = Keeper::new(&core, memory, options.threads.max(1))?;
        core.backlog.configure(memory, options.threads.max(1));
        // One thread keeps texts, which is next to no work; it has help when it turns them into a segment.
        let engine = EngineWriter::new(
            core.engine.writer_with_options(
                IndexWriterOptions::builder()
                    .num_worker_threads(1)
                    .num_merge_threads(1)
                    .memory_budget_per_thread(memory)
                    .build(),
            )?,
            Arc::clone(&core.backlog),
        );
        // The engine numbers its operations on from the last commit's number, and gives that to the first one again. Were
        // that a deletion, a merge of what is committed could take it for done in segments it was not done in, and the
        // article would be back. So the number is used up.
        engine.run(NOTHING)?;
        let ids = KnownIds::new(&core, memory / 64)?;
        let writer = Self {
            core,
            engine,
            scratch: Pool::default(),
            held: Mutex::default(),
            ids,
            deletions: Deletions::default(),
            lexicon: Refresher::new(catalog.n_unlisted),
            stories,
            lock,
            catalog,
            reanalysis: None,
        };
        writer.join_later(false);
        Ok(writer)
    }

    /// Adds an article; an article of the same id is replaced.
    ///
    /// # Errors
    ///
    /// [`Error::Article`] if the article has no id; else if files cannot be written.
    pub fn add(&self, article: &Article) -> Result<()> {
        let tags = self.tag(article)?;
        self.add_tagged(article, &tags)
    }

    /// The main places of an article and the home of its paper, as [`add`](Self::add) keeps them with it;
    /// without [mentions](Tags::mentions).
    ///
    /// The first call loads the table of regions, which takes some milliseconds.
    ///
    /// # Errors
    ///
    /// [`Error::Settings`] if a file of places that the index was created with cannot be used any more.
    pub fn tag(&self, article: &Article) -> Result<Tags> {
        self.analyzer().places().tag(article, &article.body_text())
    }

    /// [`add`](Self::add) with places that were found before, by [`tag`](Self::tag) or by a tagger of the caller's own.
    ///
    /// # Errors
    ///
    /// As [`add`](Self::add).
    pub fn add_tagged(&self, article: &Article, tags: &Tags) -> Result<()> {
        self.add_all_tagged(&[(article, tags)])
    }

    /// [`add_tagged`](Self::add_tagged) for several articles.
    ///
    /// Of some dozens at a time, each takes less time than alone: what one step of the work looks up, for one article after
    /// the other, stays in the processor's cache.
    ///
    /// # Errors
    ///
    /// As [`add`](Self::add); none is added if one of them has no id.
    pub fn add_all_tagged(&self, articles: &[(&Article, &Tags)]) -> Result<()> {
        if articles.iter().any(|(article, _)| article.id.is_empty()) {
            return Err(Error::Article {
                id: String::new(),
                reason: "it has no id".to_owned(),
            });
        }
        for (article, _) in articles {
            self.catalog.touch(&article.id);
        }
        self.add_untouched(articles)
    }

    /// Analyses articles anew whose words the dictionaries of `settings` cut otherwise than those they were cut by,
    /// or in which its files of places find other places;
    /// gives how many that were, or `None` where neither settings nor files have changed.
    ///
    /// Dictionaries and places are read from their files, and are the index's from the next commit on.
    /// An index in memory stays with what it was created with.
    ///
    /// # Errors
    ///
    /// [`Error::Settings`] if a file that the settings name cannot be used; else if files of the index cannot be read
    /// or written.
    pub fn reanalyse(&mut self, settings: &Settings) -> Result<Option<usize>> {
        let core = Arc::clone(&self.core);
        let Some(dir) = &core.path else {
            return Ok(None);
        };
        let resources = Resources::read(settings.clone())?;
        if resources == core.resources {
            return Ok(None);
        }
        core.reader.reload()?;
        let snapshot = Arc::new(Snapshot::new(&core)?);
        let searcher = Searcher::new(Arc::clone(&core), snapshot);
        let name = resources.keep(dir)?;
        self.reanalysis = Some((Analyzer::new(&resources)?, name));
        let mut n_articles = 0;
        if resources.fingerprint != core.resources.fingerprint
            || resources.places_fingerprint != core.resources.places_fingerprint
        {
            searcher.for_each_stale(self.analyzer(), |article| {
                n_articles += 1;
                let tags = self.tag(&article)?;
                self.add_untouched(&[(&article, &tags)])
            })?;
        }
        Ok(Some(n_articles))
    }

    /// What articles are analysed by.
    fn analyzer(&self) -> &Analyzer {
        match &self.reanalysis {
            Some((analyzer, _)) => analyzer,
            None => &self.core.analyzer,
        }
    }

    fn add_untouched(&self, articles: &[(&Article, &Tags)]) -> Result<()> {
        let bodies: Vec<String> = articles
            .iter()
            .map(|(article, _)| article.body_text())
            .collect();
        let with_bodies = || articles.iter().zip(&bodies);
        // One step after the other for all of them, so that the tables for each stay in the processor's cache.
        let longest = bodies.iter().map(String::len).max().unwrap_or(0);
        let analysed: Vec<Analysed> = self.with_scratch(longest, |scratch| {
            let analyse = |((article, tags), body): (&(&Article, &Tags), &String)| {
                self.analyse(article, body, tags, scratch)
            };
            with_bodies().map(analyse).collect()
        })?;
        for ((article, _), body) in with_bodies() {
            self.lexicon.add(article);
            self.stories.insert(&self.core, &article.id, body)?;
        }
        self.hold_or_send(analysed)
    }

    /// Deletes the article of this id, if there is one.
    ///
    /// # Errors
    ///
    /// If files cannot be written.
    pub fn delete(&self, id: &str) -> Result<()> {
        self.catalog.touch(id);
        self.stories.remove(&self.core, id)?;
        self.held().retain(|held| held.id != id);
        self.delete_sent(id, self.ids.places(&self.core, id))
    }

    /// Lends so many bytes of its [memory](WriterOptions::memory) for something that takes them for a short while, such as
    /// parsing a very long page: it ends the segment that it is filling if they are not free, and waits for joins of
    /// segments until they are. Nothing is joined until it has them back.
    ///
    /// # Errors
    ///
    /// If files cannot be written.
    pub fn lend(&mut self, n_bytes: usize) -> Result<Loan> {
        if !self.core.backlog.has_room(n_bytes) {
            // What is prepared is written; the next commit names it.
            drop(self.engine.prepare_commit()?);
        }
        Ok(self.core.backlog.lend(n_bytes))
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
            // The engine keeps the files of segments that are known to somebody.
            drop(metas);
            self.engine.merge(&segments).wait()?;
            self.core.reader.reload()?;
            self.engine.garbage_collect_files().wait()?;
            if let Some(dir) = &self.core.path {
                files::sync_dir(dir).map_err(Error::io("sync", dir))?;
            }
        }
        Ok(())
    }

    /// Whether joining segments is put off from the next commit on, as long as they are not many.
    pub(crate) fn join_later(&self, later: bool) {
        let policy = JoinPolicy::new(later, self.core.backlog.most_joined());
        self.engine.set_merge_policy(Box::new(policy));
    }

    /// How many articles there will be after the next commit, or fewer: what was added may replace something.
    pub(crate) fn most_articles(&self) -> u64 {
        self.core.reader.searcher().num_docs() + self.lexicon.n_added()
    }

    /// Waits for all work to be done, after the last commit; what was not committed is given up.
    ///
    /// A writer that is dropped waits for what is under way only, and leaves work undone that the next one does.
    ///
    /// # Errors
    ///
    /// If files cannot be written.
    pub fn finish(mut self) -> Result<()> {
        let _lock = self.lock.take();
        self.engine.finish()
    }

    /// Commits, waits for all work to be done, and hands back the lock.
    pub(crate) fn close(mut self) -> Result<Option<WriterLock>> {
        self.commit()?;
        let lock = self.lock.take();
        self.engine.finish()?;
        Ok(lock)
    }

    /// Gives up what was not committed, and hands back the lock.
    pub(crate) fn abandon(mut self) -> Option<WriterLock> {
        self.lock.take()
    }

    /// Commits under the name of a catalog that is on disk already.
    pub(crate) fn commit_named(&mut self, catalog: Option<String>) -> Result<()> {
        let is_learned = self.core.bodies.learn()?;
        self.send_held(is_learned)?;
        self.delete_committed()?;
        let n_articles = self.most_articles();
        let unlisted = self.lexicon.n_unlisted(n_articles);
        let (stories, core, engine) = (&mut self.stories, &self.core, &mut self.engine);
        let (reprints, mut commit) = if core.backlog.has_room_beside_segment(n_articles) {
            // One thread is enough for the first, and the engine seldom has work for all others to the end.
            let (reprints, commit) = both(|| stories.save(core), || engine.prepare_commit());
            (reprints?, commit?)
        } else {
            // The memory that the last segment had is free then.
            let commit = engine.prepare_commit()?;
            (stories.save(core)?, commit)
        };
        let resources = match &self.reanalysis {
            Some((_, name)) => Some(name.clone()),
            None => self.core.resources_name.clone(),
        };
        let payload = Payload {
            committed_at: generation::now(),
            catalog,
            resources,
            reprints,
            unlisted,
        };
        commit.set_payload(&payload.text());
        commit.commit()?;
        self.core.ages.committed();
        self.core.backlog.committed();
        if let Some(dir) = &self.core.path {
            // The engine replaces its list of segments, but does not wait until the name is on disk.
            files::sync_dir(dir).map_err(Error::io("sync", dir))?;
        }
        self.stories.committed(&self.core, payload.reprints);
        self.lexicon.after_commit(&self.core);
        Ok(())
    }

    pub(crate) fn core(&self) -> &Core {
        &self.core
    }

    pub(crate) fn catalog_state_mut(&mut self) -> &mut CatalogState {
        &mut self.catalog
    }

    /// Sends articles on their way, or holds them back while there is nothing to compress them by.
    fn hold_or_send(&self, articles: Vec<Analysed>) -> Result<()> {
        let bodies = &self.core.bodies;
        if bodies.is_settled()? {
            return self.send(articles);
        }
        let mut held = self.held();
        // What was held back may have been sent while this thread waited.
        if bodies.is_settled()? {
            drop(held);
            return self.send(articles);
        }
        let mut is_enough = false;
        for article in articles {
            is_enough |= bodies.sample(article.record.units());
            held.push_back(article);
        }
        let weight: usize = held.iter().map(|article| article.weight).sum();
        is_enough |= weight > MAX_HELD;
        drop(held);
        match is_enough {
            true => {
                let is_learned = bodies.learn()?;
                self.send_held(is_learned)
            }
            false => Ok(()),
        }
    }

    /// Sends the articles held back, in their order; if nothing more `is_learned`, none is held back from then on.
    ///
    /// Other threads go on holding theirs back meanwhile, so that none overtakes one of the same id.
    fn send_held(&self, is_learned: bool) -> Result<()> {
        loop {
            let mut held = self.held();
            if held.is_empty() {
                if is_learned {
                    self.core.bodies.settle();
                }
                return Ok(());
            }
            let n_articles = held.len().min(HELD_BATCH);
            let articles = held.drain(..n_articles).collect();
            // Whoever deletes one of them waits until it is sent.
            self.send(articles)?;
        }
    }

    fn send(&self, articles: Vec<Analysed>) -> Result<()> {
        let longest = articles
            .iter()
            .map(|article| article.record.n_bytes())
            .max();
        let records: Vec<Vec<u8>> = self.with_scratch(longest.unwrap_or(0), |scratch| {
            let pack =
                |article: &Analysed| article.record.pack(&mut scratch.packer, &self.core.bodies);
            articles.iter().map(pack).collect()
        })?;
        for (article, record) in articles.into_iter().zip(records) {
            let Analysed {
                id,
                mut document,
                weight,
                ..
            } = article;
            document.add_bytes(self.core.fields.record, &record);
            self.core.backlog.enter(weight);
            self.delete_sent(&id, self.ids.add(&self.core, &id))?;
            self.engine.add_document(document)?;
        }
        Ok(())
    }

    /// Deletes the article of this id where it may be.
    fn delete_sent(&self, id: &str, places: Places) -> Result<()> {
        if places.added {
            let by_id = Deletion::ById(Term::from_field_text(self.core.fields.id, id));
            self.engine.delete_query(Box::new(by_id))?;
        }
        if places.committed {
            let dir = self.core.path.as_deref();
            self.deletions
                .push(dir, id)
                .map_err(Error::unwritten(dir))?;
        }
        Ok(())
    }

    /// Has the engine delete, with the next commit, what was there before.
    fn delete_committed(&mut self) -> Result<()> {
        let Core {
            path, fields, ages, ..
        } = &*self.core;
        let dir = path.as_deref();
        let committed = self.deletions.take(dir, fields.id, ages);
        if let Some(committed) = committed.map_err(Error::unwritten(dir))? {
            self.engine.delete_query(Box::new(committed))?;
        }
        Ok(())
    }

    fn held(&self) -> MutexGuard<'_, VecDeque<Analysed>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lends the buffers of one thread, for texts of up to so many bytes.
    fn with_scratch<T>(
        &self,
        n_bytes: usize,
        job: impl FnOnce(&mut Scratch) -> Result<T>,
    ) -> Result<T> {
        let mut scratch = match self.scratch.take() {
            Some(scratch) => scratch,
            None => Scratch {
                title: analysis::Analysed::default(),
                body: analysis::Analysed::default(),
                packer: Packer::new()?,
            },
        };
        let result = job(&mut scratch);
        self.scratch.put_after(scratch, n_bytes);
        result
    }

    fn analyse(
        &self,
        article: &Article,
        body: &str,
        tags: &Tags,
        scratch: &mut Scratch,
    ) -> Result<Analysed> {
        let fields = &self.core.fields;
        let analyzer = self.analyzer();
        analyzer.analyse(article.title.as_deref().unwrap_or(""), &mut scratch.title);
        analyzer.analyse(body, &mut scratch.body);
        let mut document = TantivyDocument::default();
        document.add_text(fields.id, &article.id);
        let layers = DocumentLayers {
            title: scratch.title.layers(),
            body: scratch.body.layers(),
            n_lead: scratch.body.n_lead,
            weight: 0,
        };
        let record = Plain::new(article, body);
        let weight = layers.n_bytes() + record.n_bytes() + field_bytes(article);
        let layers = DocumentLayers { weight, ..layers }.to_bytes();
        document.add_custom(fields.layers, &layers);
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
        for (field, column, regions) in [
            (fields.region, fields.region_column, tags.about.as_slice()),
            (
                fields.published_from,
                fields.published_from_column,
                tags.published_from.as_slice(),
            ),
        ] {
            for region in regions {
                document.add_text(column, places::lineage(region));
            }
            for code in places::codes(regions) {
                document.add_text(field, code.to_string());
            }
        }
        if let Some(published) = &article.published {
            document.add_i64(fields.published, seconds(published.datetime));
        }
        document.add_u64(fields.tie, stories::key(&article.id));
        Ok(Analysed {
            id: article.id.clone(),
            document,
            weight,
            record,
        })
    }
}

/// How many bytes the exact fields of an article have.
fn field_bytes(article: &Article) -> usize {
    let names = [&article.authors, &article.editors, &article.channel];
    let names = names.into_iter().flatten();
    let values = [&article.site, &article.source, &article.url];
    let values = values.into_iter().flatten();
    let n_bytes: usize = names.chain(values).map(String::len).sum();
    article.id.len() + n_bytes
}

/// A local time in seconds since the beginning of 1970, as if it were UTC.
pub(crate) fn seconds(time: jiff::civil::DateTime) -> i64 {
    const EPOCH: jiff::civil::DateTime = jiff::civil::datetime(1970, 1, 1, 0, 0, 0, 0);
    time.duration_since(EPOCH).as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Index;
    use crate::merge_policy::MANY_SEGMENTS;

    #[test]
    fn the_first_deletion_of_a_writer_comes_after_the_last_commit() {
        let index = Index::in_memory().unwrap();
        for _ in 0..3 {
            let mut writer = index.writer().unwrap();
            let term = Term::from_field_text(writer.core.fields.id, "a");
            let committed = writer.core.engine.load_metas().unwrap().opstamp;
            assert!(writer.engine.delete_term(term) > committed);
            writer.commit().unwrap();
        }
    }

    /// A writer that has committed so many articles, one at a time, in an index in this directory.
    fn writer_with(n_articles: usize, dir: &std::path::Path, begin: impl Fn(&Writer)) -> Writer {
        let index = Index::create(dir.join("index")).unwrap();
        let mut writer = index.writer().unwrap();
        begin(&writer);
        for id in 0..n_articles {
            let mut article = Article::default();
            article.id = id.to_string();
            article.title = Some("文明城市".to_owned());
            writer.add(&article).unwrap();
            writer.commit().unwrap();
        }
        writer
    }

    #[test]
    fn segments_are_joined_later_if_that_is_wanted() {
        let dir = tempfile::tempdir().unwrap();
        let n_segments =
            |writer: &Writer| writer.core.engine.searchable_segment_ids().unwrap().len();
        let mut writer = writer_with(MANY_SEGMENTS - 1, dir.path(), |writer| {
            writer.join_later(true)
        });
        assert_eq!(n_segments(&writer), MANY_SEGMENTS - 1);
        writer.join_later(false);
        writer.commit().unwrap();
        let core = Arc::clone(&writer.core);
        writer.finish().unwrap();
        assert_eq!(core.engine.searchable_segment_ids().unwrap().len(), 1);
    }

    #[test]
    fn a_join_has_no_more_articles_than_there_is_memory_for() {
        let dir = tempfile::tempdir().unwrap();
        let mut writer = writer_with(12, dir.path(), |writer| {
            let policy = JoinPolicy::new(false, 5);
            writer.engine.set_merge_policy(Box::new(policy));
        });
        let core = Arc::clone(&writer.core);
        writer.commit().unwrap();
        writer.finish().unwrap();
        let metas = core.engine.searchable_segment_metas().unwrap();
        let n_docs: Vec<u32> = metas.iter().map(SegmentMeta::num_docs).collect();
        assert_eq!(n_docs.iter().sum::<u32>(), 12);
        assert!(n_docs.len() < 12 && n_docs.contains(&5), "{n_docs:?}");
        assert!(n_docs.iter().all(|n_docs| *n_docs <= 5), "{n_docs:?}");
    }

    #[test]
    fn joined_segments_leave_no_files_behind() {
        let dir = tempfile::tempdir().unwrap();
        let mut writer = writer_with(3, dir.path(), |_| {});
        writer.merge().unwrap();
        let n_files = || {
            let files = std::fs::read_dir(writer.core.path.as_ref().unwrap()).unwrap();
            let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
            names.filter(|name| name.ends_with(".layers")).count()
        };
        assert_eq!(n_files(), 1);
    }
}
