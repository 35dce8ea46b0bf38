//! `fangzhi index update`: reads pages that are new or have changed into an index.

use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use fangzhi_index::{Catalog, Reading, Update, UpdateMode};
use fangzhi_ingest::{Corpus, DEFAULT_MAX_BYTES, Extractor, SiteRules};

use crate::Status;
use crate::args::UpdateArgs;
use crate::budget::Budget;
use crate::build::Work;
use crate::console::Console;
use crate::filling::Target;
use crate::messages::Message;
use crate::signals::StopSignal;
use crate::{index_dir, inputs};

pub(crate) fn run(args: &UpdateArgs, console: &mut Console<'_>) -> Result<Status> {
    let signal = StopSignal::install().context("cannot watch for signals")?;
    run_until(args, &signal, console)
}

/// The same, for whoever looks out for signals already.
pub(crate) fn run_until(
    args: &UpdateArgs,
    signal: &StopSignal,
    console: &mut Console<'_>,
) -> Result<Status> {
    let dir = &args.index.dir;
    let index = index_dir::open(dir, console)?;
    let settings = index.settings();
    let budget = Budget::new(args.memory, args.threads);
    let mut writer = index.writer_with(budget.writer_options())?;
    let reanalysed = index_dir::by_its_files(writer.reanalyse(&settings), console)?;
    let old = writer.catalog()?.unwrap_or_default();
    let plan = Plan::new(&old, &args.paths, console)?;
    let (extractor, reading) = reading(&old)?;
    let budget = budget.for_pages(reading.max_bytes, console)?;
    let mode = if args.prune {
        UpdateMode::Prune
    } else {
        UpdateMode::Keep
    };
    let mut update = Update::new(old, &plan.corpus.roots(), reading, mode);
    let mut corpus = plan.corpus.clone();
    // Files whose names have changed, since another root was added, are all to be read.
    if !update.scan().renames() {
        update.only(plan.only.clone());
        corpus = plan.only.into_iter().fold(corpus, Corpus::only);
    }
    let paths = inputs::list(&plan.roots, console.language);
    let work = Work {
        dir,
        corpus: &corpus,
        extractor: &extractor,
        paths: &paths,
        skip: inputs::within(&plan.roots, dir),
        budget,
        commit: &args.commit,
        strict: false,
        may_be_empty: true,
        reanalysed,
        timings: args.timings,
        quiet: args.quiet,
        format: args.format,
    };
    work.run(Target::Old(Box::new(writer)), update, signal, console)
}

/// Reads pages as they were read the last time.
pub(crate) fn reading(old: &Catalog) -> Result<(Extractor, Reading)> {
    let mut reading = old.reading().clone();
    if reading.max_bytes == 0 {
        reading.max_bytes = DEFAULT_MAX_BYTES;
    }
    let mut extractor = Extractor::new()
        .max_bytes(reading.max_bytes)
        .keep_all(reading.keep_all);
    if let Some(path) = &reading.site_rules {
        extractor = extractor.site_rules(SiteRules::load(path)?);
    }
    reading.fingerprint = extractor.fingerprint();
    Ok((extractor, reading))
}

/// Where to look for changes.
pub(crate) struct Plan {
    pub(crate) corpus: Corpus,
    /// The corpus's paths.
    pub(crate) roots: Vec<PathBuf>,
    /// The part of it that was asked for; empty if that is all.
    pub(crate) only: Vec<PathBuf>,
}

impl Plan {
    pub(crate) fn new(old: &Catalog, paths: &[PathBuf], console: &Console<'_>) -> Result<Self> {
        let mut roots: Vec<PathBuf> = old.roots().map(Path::to_owned).collect();
        let mut only = Vec::new();
        for path in paths {
            if path.as_os_str() == "-" {
                bail!(console.text(Message::AddStdin));
            }
            let within = roots.iter().find_map(|root| below(root, path));
            let is_there = path.symlink_metadata().is_ok();
            match within {
                Some(path) => only.push(path),
                None if !is_there => bail!(console.text(Message::NoSuchPath(path))),
                None => {
                    roots.push(path.clone());
                    only.push(path.clone());
                }
            }
        }
        let Some((first, rest)) = roots.split_first() else {
            bail!(console.text(Message::NoRoots));
        };
        let corpus = rest.iter().fold(Corpus::new(first), Corpus::with);
        Ok(Self {
            corpus,
            roots,
            only,
        })
    }
}

/// A path below a root as walking it names it; `None` if it is elsewhere, or walking does not come to it.
fn below(root: &Path, path: &Path) -> Option<PathBuf> {
    let from = std::path::absolute(root).ok()?;
    let path = std::path::absolute(path).ok()?;
    let relative = path.strip_prefix(from).ok()?;
    let is_hidden = |part: Component<'_>| part.as_os_str().as_encoded_bytes().starts_with(b".");
    if relative.components().any(is_hidden) {
        return None;
    }
    if relative.as_os_str().is_empty() {
        return Some(root.to_owned());
    }
    Some(root.join(relative))
}
