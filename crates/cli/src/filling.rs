//! Filling an index from files: those that are new or have changed, parsed on many threads, added by others.

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread;
use std::time::Instant;

use anyhow::Result;
use crossbeam_channel::{Receiver, Sender, bounded};
use fangzhi_index::{Catalog, Finished, Index, Loan, Rebuild, Update, Writer};
use fangzhi_ingest::{Article, Corpus, ErrorKind, Extractor, Outcome};
use fangzhi_regions::Tags;

use crate::build::progress::Progress;
use crate::build::summary::Summary;
use crate::console::{Console, note};
use crate::messages::{Language, Message, errors};
use crate::pipeline::{Batch, Files, Pipeline, weight};
use crate::timings::{Stage, Stopwatch, Timings};
use crate::units::Every;

/// How many articles a thread takes at a time, which it tags one after the other and then analyses one after the other,
/// so that the tables for each stay in the processor's cache.
const BATCH: usize = 32;

/// Fewer are taken at a time if they have so many bytes, so that long articles do not take more memory.
const BATCH_BYTES: u64 = 512 << 10;

/// An article of more bytes is added while no other is, with memory that the writer lends for it.
const LONG_ARTICLE: u64 = 512 << 10;

/// How many bytes of memory analysing an article takes for each of its own.
const ANALYSIS: u64 = 10;

/// Where articles go: a new index that is to replace another, or the index itself.
pub(crate) enum Target {
    New(Box<Rebuild>),
    Old(Box<Writer>),
}

impl Target {
    fn lend(&mut self, n_bytes: u64) -> fangzhi_index::Result<Loan> {
        let n_bytes = usize::try_from(n_bytes).unwrap_or(usize::MAX);
        match self {
            Self::New(rebuild) => rebuild.writer().lend(n_bytes),
            Self::Old(writer) => writer.lend(n_bytes),
        }
    }

    fn tag(&self, article: &Article) -> fangzhi_index::Result<Tags> {
        match self {
            Self::New(rebuild) => rebuild.tag(article),
            Self::Old(writer) => writer.tag(article),
        }
    }

    fn add(&self, articles: &[(&Article, &Tags)]) -> fangzhi_index::Result<()> {
        match self {
            Self::New(rebuild) => rebuild.add_all_tagged(articles),
            Self::Old(writer) => writer.add_all_tagged(articles),
        }
    }

    pub(crate) fn delete(&mut self, id: &str) -> fangzhi_index::Result<()> {
        match self {
            Self::New(rebuild) => rebuild.writer().delete(id),
            Self::Old(writer) => writer.delete(id),
        }
    }

    /// Whether readers see what is committed before the end.
    pub(crate) fn commits_early(&self) -> bool {
        match self {
            Self::New(rebuild) => !rebuild.replaces(),
            Self::Old(_) => true,
        }
    }

    pub(crate) fn commit(&mut self, catalog: &Catalog) -> fangzhi_index::Result<()> {
        match self {
            Self::New(rebuild) => rebuild.commit_with(catalog),
            Self::Old(writer) => writer.commit_with(catalog),
        }
    }

    /// Commits what was analysed anew, where the files are as they were.
    pub(crate) fn commit_alone(&mut self) -> fangzhi_index::Result<()> {
        match self {
            Self::New(rebuild) => rebuild.writer().commit(),
            Self::Old(writer) => writer.commit(),
        }
    }

    /// Where files can be kept meanwhile.
    fn temporary_dir(&mut self) -> Option<&Path> {
        match self {
            Self::New(rebuild) => rebuild.writer().temporary_dir(),
            Self::Old(writer) => writer.temporary_dir(),
        }
    }

    /// Ends the work, after the last commit.
    pub(crate) fn finish(self) -> fangzhi_index::Result<()> {
        match self {
            Self::New(rebuild) => rebuild.finish().map(drop),
            Self::Old(writer) => writer.finish(),
        }
    }
}

/// What is to be filled, from what, and how.
pub(crate) struct Filling<'a> {
    pub(crate) corpus: &'a Corpus,
    pub(crate) extractor: &'a Extractor,
    /// Directories within the corpus that are not of it.
    pub(crate) skip: &'a [PathBuf],
    pub(crate) threads: NonZeroUsize,
    pub(crate) max_in_flight: u64,
    pub(crate) stop: &'a AtomicBool,
    pub(crate) commit_every: Option<Every>,
}

/// How a filling ended.
pub(crate) enum End {
    /// All files were read; nothing of this is committed yet but what was on the way.
    Finished(Box<Finished>),
    /// It was told to stop: what is to be committed.
    Stopped(Box<Catalog>),
}

impl Filling<'_> {
    /// Adds to the target what the files give; gives the time it took, and what is left to commit.
    ///
    /// The index ranks the same whatever order articles are added in, so only twins and further pages need the corpus's
    /// order.
    pub(crate) fn run(
        &self,
        target: &mut Target,
        update: Update,
        summary: &mut Summary,
        progress: &Progress,
        console: &mut Console<'_>,
    ) -> Result<(Timings, End)> {
        let threads = self.threads.get();
        let language = console.language;
        let update = update.keep_in(target.temporary_dir());
        let scan = update.scan();
        let roots = self.corpus.roots();
        let target = RwLock::new(target);
        let adding = Adding {
            most: self.max_in_flight / 2,
            ..Adding::default()
        };
        let lend = |n_bytes| adding.lend(&target, n_bytes);
        let (sender, batches) = bounded(threads);
        thread::scope(|scope| {
            let adders: Vec<_> = (0..threads)
                .map(|_| {
                    let batches = batches.clone();
                    scope.spawn(|| adding.run(&target, batches))
                })
                .collect();
            drop(batches);
            let mut binding = Binding {
                update,
                batches: sender,
                batch: Handed::default(),
                has_loan: false,
                adding: &adding,
                target: &target,
                commit_every: self.commit_every,
                last_commit: (0, Instant::now()),
                second: false,
                summary,
                progress,
                language,
                console,
                error: None,
            };
            let first = self.pipeline(Files::Changed(self.corpus, &scan), &lend);
            let (mut timings, mut flow) = first.run(|batch| binding.take(batch));
            if flow.is_continue() && !self.stopped() {
                binding.second = true;
                let again = binding.update.second_round(&roots);
                if let ControlFlow::Continue(again) = binding.or_break(again)
                    && !again.is_empty()
                {
                    let second = self.pipeline(Files::Listed(&again), &lend);
                    let (more, end) = second.run(|batch| binding.take(batch));
                    timings.add(&more);
                    flow = end;
                }
            }
            // If this breaks off, an adder has failed and says why below.
            let _ = flow;
            let end = binding.end(self.stopped());
            for adder in adders {
                timings.add(&adder.join().expect("adding an article never panics"));
            }
            timings.add(&adding.of_long());
            let end = end?;
            adding.error()?;
            Ok((timings, end))
        })
    }

    fn pipeline<'p>(
        &'p self,
        files: Files<'p>,
        lender: &'p (dyn Fn(u64) -> Option<Loan> + Sync),
    ) -> Pipeline<'p> {
        Pipeline {
            files,
            extractor: self.extractor,
            skip: self.skip,
            threads: self.threads,
            max_in_flight: self.max_in_flight / 2,
            lender: Some(lender),
            stop: self.stop,
        }
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// The threads that analyse articles and hand them to the index.
#[derive(Default)]
struct Adding {
    /// How many bytes of articles were handed on and are not in the index yet.
    pending: Mutex<u64>,
    /// How many may be, unless it is one batch.
    most: u64,
    /// The time that long articles took.
    of_long: Mutex<Timings>,
    idle: Condvar,
    failed: AtomicBool,
    error: Mutex<Option<fangzhi_index::Error>>,
}

impl Adding {
    fn run(&self, target: &RwLock<&mut Target>, batches: Receiver<Handed>) -> Timings {
        let mut timings = Timings::default();
        for Handed { articles, n_bytes } in batches {
            self.add(target, &articles, &mut timings);
            *self.pending() -= n_bytes;
            self.idle.notify_all();
        }
        timings
    }

    /// Adds articles. After a failure, they are dropped, so that nobody waits for it.
    fn add(&self, target: &RwLock<&mut Target>, batch: &[Article], timings: &mut Timings) {
        if !self.failed() {
            let target = target.read().unwrap_or_else(PoisonError::into_inner);
            let added = add(&target, batch, timings);
            self.note(added);
        }
    }

    /// Has the writer lend so many bytes.
    fn lend(&self, target: &RwLock<&mut Target>, n_bytes: u64) -> Option<Loan> {
        let mut target = target.write().unwrap_or_else(PoisonError::into_inner);
        let lent = target.lend(n_bytes);
        self.note(lent)
    }

    fn failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }

    /// Keeps the first error.
    fn note<T>(&self, result: fangzhi_index::Result<T>) -> Option<T> {
        let error = match result {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        self.failed.store(true, Ordering::Relaxed);
        let mut first = self.error.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert(error);
        None
    }

    /// Waits until so many bytes of articles more may be pending.
    fn enter(&self, n_bytes: u64) {
        let is_full = |pending: &mut u64| *pending > 0 && *pending + n_bytes > self.most;
        let pending = self.idle.wait_while(self.pending(), is_full);
        *pending.unwrap_or_else(PoisonError::into_inner) += n_bytes;
    }

    fn wait(&self) {
        let idle = self.idle.wait_while(self.pending(), |pending| *pending > 0);
        drop(idle.unwrap_or_else(PoisonError::into_inner));
    }

    fn error(&self) -> Result<()> {
        let error = self
            .error
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        error.map_or(Ok(()), |error| Err(error.into()))
    }

    fn of_long(&self) -> MutexGuard<'_, Timings> {
        self.of_long.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pending(&self) -> MutexGuard<'_, u64> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Articles that are handed on together, and about how many bytes of memory they take.
#[derive(Default)]
struct Handed {
    articles: Vec<Article>,
    n_bytes: u64,
}

/// Finds the places of articles, and adds them.
fn add(target: &Target, batch: &[Article], timings: &mut Timings) -> fangzhi_index::Result<()> {
    let mut stopwatch = Stopwatch::start();
    let tags = batch.iter().map(|article| target.tag(article));
    let tags: Vec<Tags> = tags.collect::<fangzhi_index::Result<_>>()?;
    stopwatch.lap(timings.of(Stage::Tag), 0);
    let tagged: Vec<(&Article, &Tags)> = batch.iter().zip(&tags).collect();
    target.add(&tagged)?;
    stopwatch.lap(timings.of(Stage::Analyse), 0);
    Ok(())
}

/// Takes outcomes in the corpus's order, puts together what is one article, and hands articles on.
struct Binding<'a, 't, 'c> {
    update: Update,
    batches: Sender<Handed>,
    /// Articles that wait for others to be handed on with.
    batch: Handed,
    /// Whether the writer has lent memory for the page that is being taken.
    has_loan: bool,
    adding: &'a Adding,
    target: &'a RwLock<&'t mut Target>,
    commit_every: Option<Every>,
    /// How many articles there were at the last commit, and when that was.
    last_commit: (u64, Instant),
    /// Whether files are read for the second time, so that they are not counted.
    second: bool,
    summary: &'a mut Summary,
    progress: &'a Progress,
    language: Language,
    console: &'a mut Console<'c>,
    error: Option<anyhow::Error>,
}

impl Binding<'_, '_, '_> {
    fn take(&mut self, batch: Batch) -> ControlFlow<()> {
        if !self.second {
            self.summary.files += u64::from(batch.starts_file);
            self.summary.bytes += batch.bytes;
        }
        self.has_loan = batch.is_large;
        for outcome in batch.outcomes {
            match (outcome, &batch.file) {
                (Ok(outcome), Some(file)) => {
                    let pushed = self.update.push(file, outcome);
                    if let Some(outcome) = self.or_break(pushed)? {
                        self.hand_on(outcome)?;
                    }
                }
                (Ok(_), None) => {}
                (Err(error), file) => self.fail(&error, file.as_ref()),
            }
        }
        self.has_loan = false;
        if let (Some(file), Some(read)) = (&batch.file, &batch.read) {
            let ended = self.update.end(file, read);
            self.or_break(ended)?;
        }
        self.progress.update(self.summary);
        if self.is_due() {
            let checkpoint = self.update.checkpoint();
            let catalog = self.or_break(checkpoint)?;
            let committed = self.commit(&catalog);
            self.or_break(committed)?;
        }
        ControlFlow::Continue(())
    }

    /// Breaks off at an error, which is given at the end.
    fn or_break<T>(&mut self, result: Result<T, impl Into<anyhow::Error>>) -> ControlFlow<(), T> {
        match result {
            Ok(value) => ControlFlow::Continue(value),
            Err(error) => {
                self.error = Some(error.into());
                ControlFlow::Break(())
            }
        }
    }

    fn fail(&mut self, error: &fangzhi_ingest::Error, file: Option<&fangzhi_ingest::CorpusFile>) {
        match file {
            None => {
                self.update.walk_failed(error);
                let path = error.path();
                if path.is_some_and(|path| path.symlink_metadata().is_err()) {
                    // It is gone, which is no failure; what that means was noted.
                    self.summary.files = self.summary.files.saturating_sub(1);
                    return;
                }
            }
            Some(file) => self
                .update
                .fail(file, matches!(error.kind(), ErrorKind::Io(_))),
        }
        if !self.second {
            let text = errors::page(error, self.language);
            self.progress.beside(|| note(&text));
            self.summary.fail(error);
        }
    }

    fn is_due(&self) -> bool {
        let (articles, time) = self.last_commit;
        match self.commit_every {
            _ if self.summary.articles == articles => false,
            None => false,
            Some(Every::Articles(n)) => self.summary.articles - articles >= n,
            Some(Every::Time(duration)) => time.elapsed() >= duration,
        }
    }

    /// Commits what was handed on so far, and says so.
    fn commit(&mut self, catalog: &Catalog) -> Result<()> {
        self.drain();
        self.adding.error()?;
        let mut target = self.target.write().unwrap_or_else(PoisonError::into_inner);
        if !target.commits_early() {
            return Ok(());
        }
        target.commit(catalog)?;
        drop(target);
        self.last_commit = (self.summary.articles, Instant::now());
        self.summary.committed = self.summary.articles;
        let articles = self.summary.articles;
        let text = self.console.text(Message::Committed { articles });
        let mut printed = Ok(());
        self.progress
            .beside(|| printed = say(&text, self.summary.is_json, self.console));
        printed
    }

    /// Hands on the articles that were held back until all their pages had come, and says what is to be committed.
    fn end(mut self, stopped: bool) -> Result<End> {
        if let Some(error) = self.error {
            return Err(error);
        }
        if stopped || self.adding.failed() {
            let catalog = self.update.checkpoint()?;
            self.drain();
            return Ok(End::Stopped(Box::new(catalog)));
        }
        while let Some(outcome) = self.update.next_held()? {
            if self.hand_on(outcome).is_break() {
                break;
            }
        }
        // If an adder has failed, whoever asks it for its error learns it.
        let _ = self.hand_on_batch();
        let finished = self.update.finish()?;
        self.adding.wait();
        Ok(End::Finished(Box::new(finished)))
    }

    fn hand_on(&mut self, outcome: Outcome) -> ControlFlow<()> {
        if let Outcome::Skipped(skipped) = &outcome {
            self.summary.skip(skipped.reason);
            return ControlFlow::Continue(());
        }
        let Some(article) = outcome.into_article() else {
            return ControlFlow::Continue(());
        };
        self.summary.articles += 1;
        let n_bytes = weight(&article);
        if n_bytes > LONG_ARTICLE {
            return self.add_alone(article, n_bytes);
        }
        self.batch.articles.push(article);
        self.batch.n_bytes += n_bytes;
        match self.batch.articles.len() < BATCH && self.batch.n_bytes < BATCH_BYTES {
            true => ControlFlow::Continue(()),
            false => self.hand_on_batch(),
        }
    }

    /// Adds a long article when nothing else is being added.
    fn add_alone(&mut self, article: Article, n_bytes: u64) -> ControlFlow<()> {
        self.drain();
        let _loan = match self.has_loan {
            true => None,
            false => self.adding.lend(self.target, ANALYSIS * n_bytes),
        };
        // What a thread keeps for its next text goes with the thread.
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut timings = self.adding.of_long();
                self.adding.add(self.target, &[article], &mut timings);
            });
        });
        match self.adding.failed() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }

    /// Hands on what waits, and breaks off if an adder has failed.
    fn hand_on_batch(&mut self) -> ControlFlow<()> {
        let batch = std::mem::take(&mut self.batch);
        if self.adding.failed() {
            return ControlFlow::Break(());
        }
        if batch.articles.is_empty() {
            return ControlFlow::Continue(());
        }
        self.adding.enter(batch.n_bytes);
        match self.batches.send(batch) {
            Ok(()) => ControlFlow::Continue(()),
            Err(unsent) => {
                *self.adding.pending() -= unsent.0.n_bytes;
                ControlFlow::Break(())
            }
        }
    }

    /// Hands on what waits, and waits until all is in the index or an adder has failed.
    fn drain(&mut self) {
        // If an adder has failed, whoever asks it for its error learns it.
        let _ = self.hand_on_batch();
        self.adding.wait();
    }
}

/// Says something that others may wait for: at once, and not within JSON.
pub(crate) fn say(text: &str, is_json: bool, console: &mut Console<'_>) -> Result<()> {
    if is_json {
        note(text);
    } else {
        writeln!(console.out, "{text}")?;
        console.out.flush()?;
    }
    Ok(())
}

/// Ends what readers of the index would otherwise wait for: opens it and asks how large it is.
pub(crate) fn measure(dir: &std::path::Path) -> Result<(u64, u64)> {
    let index = Index::open(dir)?;
    Ok((index.searcher()?.n_articles() as u64, index.bytes()))
}
