//! `fangzhi index build`: pages → a new index, which takes the place of the old one when it is complete.

mod progress;
mod summary;

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use crossbeam_channel::{Receiver, Sender, bounded};
use fangzhi_index::{Index, Rebuild, Settings, Writer, WriterOptions};
use fangzhi_ingest::{Article, Binder, Outcome};

use crate::Status;
use crate::args::BuildArgs;
use crate::console::{Console, note};
use crate::inputs;
use crate::messages::{Language, Message, errors};
use crate::pipeline::{Batch, Pipeline};
use crate::signals::StopSignal;
use crate::timings::{Stage, Stopwatch, Timings, process_cpu};
use progress::Progress;
use summary::Summary;

pub(crate) fn run(args: &BuildArgs, console: &mut Console<'_>) -> Result<Status> {
    let started = Instant::now();
    let cpu_before = process_cpu();
    let extractor = inputs::extractor(&args.read)?.keep_all(args.keep_all);
    let corpus = inputs::corpus(&args.read.paths, console)?.extractor(extractor.clone());
    let paths = inputs::list(&args.read.paths, console.language);
    if corpus.files().next().is_none() {
        bail!(console.text(Message::NoPages { paths: &paths }));
    }

    let signal = StopSignal::install().context("cannot watch for signals")?;
    let dir = &args.index.dir;
    let mut rebuild = Index::rebuild(dir, settings(args, console.language)?, writer_options(args))?;
    let pipeline = Pipeline {
        corpus: &corpus,
        extractor: &extractor,
        skip: &inputs::within(&args.read.paths, dir),
        threads: inputs::threads(args.read.threads),
        max_in_flight: args.memory.0 / 8,
        stop: signal.flag(),
    };
    let mut summary = Summary::new(dir);
    let progress = Progress::start(console.language);
    let language = console.language;
    let filled = fill(&mut rebuild, &pipeline, &mut summary, &progress, language);
    if let Some(code) = signal.exit_code() {
        progress.end();
        // Dropped unfinished, it removes what it has written.
        drop(rebuild);
        console.note(Message::Interrupted { dir });
        return Ok(Status::Interrupted(code));
    }
    let mut timings = filled?;

    if args.strict && summary.failed > 0 {
        progress.end();
        let failed = summary.failed;
        bail!(console.text(Message::StrictFailure { failed }));
    }
    if summary.articles == 0 {
        progress.end();
        let files = summary.files;
        bail!(console.text(Message::NoArticles {
            paths: &paths,
            files
        }));
    }
    let mut stopwatch = Stopwatch::start();
    let index = rebuild.finish()?;
    stopwatch.lap(timings.of(Stage::Commit), 0);
    progress.end();

    summary.index_bytes = index.status()?.bytes;
    summary.seconds = started.elapsed().as_secs_f64();
    let cpu = process_cpu().saturating_sub(cpu_before);
    let timings = args.timings.then_some((&timings, cpu));
    summary.print(args.format, timings, console)?;
    Ok(Status::Done)
}

/// Adds the pipeline's articles to the index, as many at a time as there are threads; gives the time it took.
///
/// The index ranks the same whatever order articles are added in, so only twins and further pages need the corpus's order.
fn fill(
    rebuild: &mut Rebuild,
    pipeline: &Pipeline<'_>,
    summary: &mut Summary,
    progress: &Progress,
    language: Language,
) -> Result<Timings> {
    let writer: &Writer = rebuild.writer();
    let threads: NonZeroUsize = pipeline.threads;
    let (sender, articles) = bounded(threads.get());
    let failed = AtomicBool::new(false);
    thread::scope(|scope| {
        let adders: Vec<_> = (0..threads.get())
            .map(|_| {
                let articles = articles.clone();
                scope.spawn(|| add(writer, articles, &failed))
            })
            .collect();
        drop(articles);
        let mut binding = Binding {
            binder: Binder::new(),
            articles: sender,
            failed: &failed,
            summary,
            progress,
            language,
        };
        let (mut timings, flow) = pipeline.run(|batch| binding.take(batch));
        if flow.is_continue() && !pipeline.stop.load(Ordering::Relaxed) {
            // If this breaks off, an adder has failed and says why below.
            let _ = binding.finish();
        }
        // The adders end when nobody can hand them articles any more.
        drop(binding);
        for adder in adders {
            timings.add(&adder.join().expect("adding an article never panics")?);
        }
        Ok(timings)
    })
}

/// Analyses articles and hands them to the index, until there are no more.
fn add(writer: &Writer, articles: Receiver<Box<Article>>, failed: &AtomicBool) -> Result<Timings> {
    let mut timings = Timings::default();
    for article in articles {
        let mut stopwatch = Stopwatch::start();
        if let Err(error) = writer.add(&article) {
            failed.store(true, Ordering::Relaxed);
            return Err(error.into());
        }
        stopwatch.lap(timings.of(Stage::Analyse), 0);
    }
    Ok(timings)
}

/// What the index is to be created with.
fn settings(args: &BuildArgs, language: Language) -> Result<Settings> {
    let absolute = |path: &PathBuf| {
        // The index reads these files again whenever it is opened, from wherever that is.
        path.canonicalize()
            .with_context(|| Message::CannotRead(path).text(language))
    };
    let all = |paths: &[PathBuf]| paths.iter().map(absolute).collect::<Result<_>>();
    Ok(Settings {
        dictionaries: all(&args.dict)?,
        stop_words: all(&args.stop_words)?,
        synonyms: all(&args.synonyms)?,
    })
}

/// Five eighths of the memory are the writer's and one eighth is for pages on their way to it; the rest is left for the pages
/// being parsed, dictionaries and the program.
fn writer_options(args: &BuildArgs) -> WriterOptions {
    let memory = args.memory.0 / 8 * 5;
    WriterOptions {
        memory: usize::try_from(memory).unwrap_or(usize::MAX),
        ..WriterOptions::default()
    }
}

/// Takes outcomes in the corpus's order, puts together what is one article, and hands articles on.
struct Binding<'a> {
    binder: Binder,
    articles: Sender<Box<Article>>,
    /// Whether an article could not be added, so that there is no point in going on.
    failed: &'a AtomicBool,
    summary: &'a mut Summary,
    progress: &'a Progress,
    language: Language,
}

impl Binding<'_> {
    fn take(&mut self, batch: Batch) -> ControlFlow<()> {
        self.summary.files += u64::from(batch.starts_file);
        self.summary.bytes += batch.bytes;
        for outcome in batch.outcomes {
            match outcome {
                Ok(outcome) => {
                    if let Some(outcome) = self.binder.push(outcome) {
                        self.hand_on(outcome)?;
                    }
                }
                Err(error) => {
                    let text = errors::page(&error, self.language);
                    self.progress.beside(|| note(&text));
                    self.summary.fail(&error);
                }
            }
        }
        self.progress.update(self.summary);
        ControlFlow::Continue(())
    }

    /// Hands on the articles that were held back until all their pages had come.
    fn finish(&mut self) -> ControlFlow<()> {
        let outcomes = std::mem::take(&mut self.binder).finish();
        outcomes
            .into_iter()
            .try_for_each(|outcome| self.hand_on(outcome))
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
        if self.failed.load(Ordering::Relaxed) || self.articles.send(Box::new(article)).is_err() {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}
