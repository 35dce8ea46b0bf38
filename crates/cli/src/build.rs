//! `fangzhi index build`: makes the index of pages, or brings the one there is up to date with them.

pub(crate) mod progress;
pub(crate) mod summary;

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use fangzhi_index::{Catalog, Error, Index, Reading, Settings, Update, UpdateMode, WriterOptions};
use fangzhi_ingest::{Corpus, Extractor};

use crate::Status;
use crate::args::{BuildArgs, CommitArgs, Format};
use crate::budget::Budget;
use crate::console::Console;
use crate::filling::{End, Filling, Target, measure, say};
use crate::inputs;
use crate::messages::{Anew, Language, Message};
use crate::signals::StopSignal;
use crate::timings::{Stage, Stopwatch, process_cpu};
use progress::Progress;
use summary::Summary;

pub(crate) fn run(args: &BuildArgs, console: &mut Console<'_>) -> Result<Status> {
    let extractor = inputs::extractor(&args.read)?.keep_all(args.keep_all);
    let corpus = inputs::corpus(&args.read.paths, console)?.extractor(extractor.clone());
    let paths = inputs::list(&args.read.paths, console.language);
    if corpus.files().next().is_none() {
        bail!(console.text(Message::NoPages { paths: &paths }));
    }
    let signal = StopSignal::install().context("cannot watch for signals")?;
    let dir = &args.index.dir;
    let settings = settings(args, console.language)?;
    let budget = Budget::new(args.memory, args.read.threads);
    let budget = budget.for_pages(args.read.max_file_size.0, console)?;
    let options = budget.writer_options();
    let target = target(args, options, console)?;
    let mut reanalysed = None;
    let (target, old) = match target {
        Some((mut target, catalog)) => {
            if let Target::Old(writer) = &mut target {
                reanalysed = writer.reanalyse(&settings)?;
            }
            (target, catalog)
        }
        None => {
            let rebuild = Index::rebuild(dir, settings, options)?;
            (Target::New(Box::new(rebuild)), Catalog::default())
        }
    };
    let reading = Reading {
        fingerprint: extractor.fingerprint(),
        keep_all: args.keep_all,
        max_bytes: args.read.max_file_size.0,
        site_rules: absolute(args.read.site_rules.as_ref(), console.language)?,
    };
    let update = Update::new(old, &corpus.roots(), reading, UpdateMode::Equal);
    let work = Work {
        dir,
        corpus: &corpus,
        extractor: &extractor,
        paths: &paths,
        skip: inputs::within(&args.read.paths, dir),
        budget,
        commit: &args.commit,
        strict: args.strict,
        may_be_empty: false,
        reanalysed,
        timings: args.timings,
        quiet: false,
        format: args.format,
    };
    work.run(target, update, &signal, console)
}

/// The index there is, if it can be brought up to date: of this format, and made of files alone.
fn target(
    args: &BuildArgs,
    options: WriterOptions,
    console: &Console<'_>,
) -> Result<Option<(Target, Catalog)>> {
    let from_stdin = args.read.paths.iter().any(|path| path.as_os_str() == "-");
    if args.fresh || from_stdin {
        return Ok(None);
    }
    let anew = |why| {
        console.note(Message::Anew { why });
        Ok(None)
    };
    let index = match Index::open(&args.index.dir) {
        Ok(index) => index,
        Err(Error::NotFound { .. }) => return Ok(None),
        Err(Error::FormatVersion { .. }) => return anew(Anew::Format),
        Err(Error::Damaged { .. }) => return anew(Anew::Damaged),
        Err(error) => return Err(error.into()),
    };
    let writer = index.writer_with(options)?;
    let n_articles = index.searcher()?.n_articles();
    match writer.catalog() {
        Ok(Some(catalog)) if is_of_files(&catalog, n_articles) => {
            Ok(Some((Target::Old(Box::new(writer)), catalog)))
        }
        Ok(None) if n_articles == 0 => {
            Ok(Some((Target::Old(Box::new(writer)), Catalog::default())))
        }
        Ok(_) => anew(Anew::Others),
        Err(Error::Damaged { .. } | Error::Io { .. }) => anew(Anew::Damaged),
        Err(error) => Err(error.into()),
    }
}

/// Whether an index of so many articles holds those of its files and no others.
fn is_of_files(catalog: &Catalog, n_articles: usize) -> bool {
    catalog.n_articles() + catalog.n_doomed() == n_articles
}

/// What an index is to be filled from, and what is said of it.
pub(crate) struct Work<'a> {
    pub(crate) dir: &'a PathBuf,
    pub(crate) corpus: &'a Corpus,
    pub(crate) extractor: &'a Extractor,
    /// The paths as a message names them.
    pub(crate) paths: &'a str,
    pub(crate) skip: Vec<PathBuf>,
    pub(crate) budget: Budget,
    pub(crate) commit: &'a CommitArgs,
    pub(crate) strict: bool,
    /// Whether it is no error if the index holds no article in the end.
    pub(crate) may_be_empty: bool,
    /// How many articles were analysed anew for a dictionary; `None` if no setting has changed.
    pub(crate) reanalysed: Option<usize>,
    pub(crate) timings: bool,
    /// Whether nothing is said if nothing has changed.
    pub(crate) quiet: bool,
    pub(crate) format: Format,
}

impl Work<'_> {
    pub(crate) fn run(
        self,
        mut target: Target,
        update: Update,
        signal: &StopSignal,
        console: &mut Console<'_>,
    ) -> Result<Status> {
        let started = Instant::now();
        let cpu_before = process_cpu();
        let mode = match &target {
            Target::New(_) => "fresh",
            Target::Old(_) => "update",
        };
        let mut summary = Summary::new(self.dir, mode, self.format);
        let progress = Progress::start(console.language);
        let filling = Filling {
            corpus: self.corpus,
            extractor: self.extractor,
            skip: &self.skip,
            threads: self.budget.threads(),
            max_in_flight: self.budget.max_in_flight(),
            stop: signal.flag(),
            commit_every: self.commit.commit_every,
        };
        let filled = filling.run(&mut target, update, &mut summary, &progress, console);
        let (mut timings, end) = match filled {
            Ok(filled) => filled,
            Err(error) => {
                progress.end();
                return Err(error);
            }
        };
        let mut stopwatch = Stopwatch::start();
        let mut finished = match end {
            End::Finished(finished) => *finished,
            End::Stopped(catalog) => {
                progress.end();
                self.stop(target, &catalog, &summary, console)?;
                return Ok(Status::Interrupted(signal.exit_code().unwrap_or(130)));
            }
        };
        if let Err(error) = self.check(&finished, &summary, mode, console) {
            progress.end();
            return Err(error);
        }
        for id in &finished.deleted {
            target.delete(id)?;
        }
        let has_changed = finished.catalog.is_some();
        // What it was made in is gone when it is committed, and not measured with the index.
        if let Some(catalog) = finished.catalog.take() {
            target.commit(&catalog)?;
        } else if self.reanalysed.is_some() {
            target.commit_alone()?;
        }
        summary.reanalysed = self.reanalysed.unwrap_or(0) as u64;
        let says_so = summary.committed > 0 && summary.articles > summary.committed;
        target.finish()?;
        stopwatch.lap(timings.of(Stage::Commit), 0);
        progress.end();
        if says_so {
            let articles = summary.articles;
            let text = console.text(Message::Committed { articles });
            say(&text, summary.is_json, console)?;
        }
        summary.deleted = finished.deleted.len() as u64;
        let counts = finished.counts;
        if mode == "update" {
            summary.files = counts.new + counts.changed + counts.unchanged;
        }
        summary.counts = counts.into();
        (summary.total, summary.index_bytes) = measure(self.dir)?;
        summary.seconds = started.elapsed().as_secs_f64();
        let cpu = process_cpu().saturating_sub(cpu_before);
        let timings = self.timings.then_some((&timings, cpu));
        if !self.quiet || has_changed {
            summary.print(self.format, timings, console)?;
        }
        Ok(Status::Done)
    }

    /// Commits what was done when a signal came, unless that is not wanted or would replace what is there by a part.
    fn stop(
        &self,
        mut target: Target,
        catalog: &Catalog,
        summary: &Summary,
        console: &mut Console<'_>,
    ) -> Result<()> {
        if !target.commits_early() || self.commit.no_commit {
            // Dropped unfinished, it removes what it has written since the last commit.
            drop(target);
            console.note(Message::Interrupted { dir: self.dir });
            return Ok(());
        }
        target.commit(catalog)?;
        drop(target);
        let articles = summary.articles;
        let text = console.text(Message::Committed { articles });
        say(&text, summary.is_json, console)?;
        console.note(Message::InterruptedGoesOn);
        Ok(())
    }

    /// Refuses to commit what nobody can want.
    fn check(
        &self,
        finished: &fangzhi_index::Finished,
        summary: &Summary,
        mode: &str,
        console: &Console<'_>,
    ) -> Result<()> {
        let catalog = finished.catalog.as_ref();
        let failed = catalog
            .map_or(summary.failed, Catalog::n_failed)
            .max(summary.failed);
        if self.strict && failed > 0 {
            bail!(console.text(Message::StrictFailure { failed }));
        }
        let is_empty = match catalog {
            _ if mode == "fresh" => summary.articles == 0,
            Some(catalog) => catalog.n_articles() == 0,
            None => false,
        };
        if is_empty && !self.may_be_empty {
            bail!(console.text(Message::NoArticles {
                paths: self.paths,
                files: summary.files
            }));
        }
        Ok(())
    }
}

/// What the index is to be created with.
fn settings(args: &BuildArgs, language: Language) -> Result<Settings> {
    let all = |paths: &[PathBuf]| {
        let absolute = |path| Ok(absolute(Some(path), language)?.unwrap_or_default());
        paths.iter().map(absolute).collect::<Result<_>>()
    };
    Ok(Settings {
        dictionaries: all(&args.dict)?,
        stop_words: all(&args.stop_words)?,
        synonyms: all(&args.synonyms)?,
        places: all(&args.places)?,
    })
}

/// The index reads these files again whenever it is opened or updated, from wherever that is.
fn absolute(path: Option<&PathBuf>, language: Language) -> Result<Option<PathBuf>> {
    path.map(|path| {
        path.canonicalize()
            .with_context(|| Message::CannotRead(path).text(language))
    })
    .transpose()
}
