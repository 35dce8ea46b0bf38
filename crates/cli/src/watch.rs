//! `fangzhi index watch`: reads pages into an index as they come and change.
//!
//! What the system tells of changes only says where to look and when; what has changed is found out by an update of
//! those places. So it does not matter how an editor saves a file, and what was missed comes with the next look at all.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use fangzhi_index::{Error, Index};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::Status;
use crate::args::{UpdateArgs, WatchArgs};
use crate::console::{Console, note};
use crate::messages::{Message, errors};
use crate::signals::StopSignal;
use crate::{index_dir, inputs, update};

/// How often signals and roots that were not there are looked at.
const TICK: Duration = Duration::from_millis(200);
/// Changes that never pause are read at least this often.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// More places than that are not looked at one by one.
const MANY_PLACES: usize = 200;
/// After a failure (a full disk, another writer), first after this time and then ever more rarely.
const FIRST_RETRY: Duration = Duration::from_secs(1);
const LAST_RETRY: Duration = Duration::from_secs(60);

pub(crate) fn run(args: &WatchArgs, console: &mut Console<'_>) -> Result<Status> {
    let signal = StopSignal::install().context("cannot watch for signals")?;
    let dir = &args.index.dir;
    if let Err(Error::NotFound { .. }) = Index::open(dir)
        && !args.paths.is_empty()
    {
        Index::create(dir)?;
    }
    let catalog = index_dir::open(dir, console)?
        .catalog()?
        .unwrap_or_default();
    let plan = update::Plan::new(&catalog, &args.paths, console)?;
    let roots = if args.paths.is_empty() {
        plan.roots
    } else {
        args.paths.clone()
    };
    let mut watching = Watching::new(&roots, dir)?;
    watching.watch(console);
    let paths = inputs::list(&roots, console.language);
    console.note(Message::Watching { paths: &paths });

    let mut places = Places::All;
    let mut last_look = Instant::now();
    let mut retry = FIRST_RETRY;
    loop {
        let ended = look(args, &roots, &places, &signal, console);
        match ended {
            _ if signal.exit_code().is_some() => break,
            Ok(_) => {
                retry = FIRST_RETRY;
                if matches!(places, Places::All) {
                    last_look = Instant::now();
                }
                places = Places::These(BTreeSet::new());
            }
            Err(error) => {
                note(&errors::error(&error, console.language));
                let seconds = retry.as_secs();
                console.note(Message::TryAgain { seconds });
                let until = Instant::now() + retry;
                while Instant::now() < until && signal.exit_code().is_none() {
                    std::thread::sleep(TICK);
                }
                retry = (retry * 2).min(LAST_RETRY);
                continue;
            }
        }
        let is_due = |last: Instant| last.elapsed() >= args.rescan.0;
        while !watching.wait(&mut places, args.debounce.0) && signal.exit_code().is_none() {
            if watching.watch(console) || is_due(last_look) {
                places = Places::All;
                break;
            }
        }
        if signal.exit_code().is_some() {
            break;
        }
    }
    Ok(Status::Interrupted(signal.exit_code().unwrap_or(130)))
}

/// Where changes were told of.
enum Places {
    All,
    These(BTreeSet<PathBuf>),
}

/// Updates the index from the places.
fn look(
    args: &WatchArgs,
    roots: &[PathBuf],
    places: &Places,
    signal: &StopSignal,
    console: &mut Console<'_>,
) -> Result<Status> {
    let paths = match places {
        Places::These(places) if places.len() <= MANY_PLACES => places.iter().cloned().collect(),
        _ => roots.to_vec(),
    };
    let args = UpdateArgs {
        paths,
        prune: !args.keep_gone,
        quiet: true,
        ..UpdateArgs::plain(&args.index.dir, args.memory)
    };
    let status = update::run_until(&args, signal, console)?;
    console.out.flush()?;
    Ok(status)
}

/// Roots, of which those that are there are watched.
struct Watching {
    watcher: RecommendedWatcher,
    events: Receiver<notify::Result<Event>>,
    /// Each as it was given, as events name it, and whether it is watched.
    roots: Vec<(PathBuf, PathBuf, bool)>,
    /// The index, whose own changes are none.
    index: PathBuf,
}

impl Watching {
    fn new(roots: &[PathBuf], index: &Path) -> Result<Self> {
        let (sender, events) = channel();
        let watcher = notify::recommended_watcher(move |event| {
            // Nobody receives at the end.
            let _ = sender.send(event);
        })?;
        let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        Ok(Self {
            watcher,
            events,
            roots: roots
                .iter()
                .map(|root| (root.clone(), absolute(root), false))
                .collect(),
            index: absolute(index),
        })
    }

    /// Watches the roots that are there and were not; gives whether there are any.
    fn watch(&mut self, console: &Console<'_>) -> bool {
        let mut any = false;
        for (root, absolute, is_watched) in &mut self.roots {
            if !absolute.exists() {
                *is_watched = false;
                continue;
            }
            if *is_watched {
                continue;
            }
            if let Err(error) = self.watcher.watch(absolute, RecursiveMode::Recursive) {
                tracing::warn!(%error, "not watched");
                console.note(Message::NotWatched { path: root });
            }
            *is_watched = true;
            any = true;
        }
        any
    }

    /// Waits for changes and until they pause; gives false if there are none for a moment.
    fn wait(&self, places: &mut Places, pause: Duration) -> bool {
        let first = match self.events.recv_timeout(TICK) {
            Ok(event) => event,
            Err(RecvTimeoutError::Timeout) => return false,
            Err(RecvTimeoutError::Disconnected) => {
                std::thread::sleep(TICK);
                return false;
            }
        };
        let began = Instant::now();
        let mut any = self.note(first, places);
        while began.elapsed() < LONGEST_WAIT {
            match self.events.recv_timeout(pause) {
                Ok(event) => any |= self.note(event, places),
                Err(_) => break,
            }
        }
        any
    }

    /// Notes where something has changed; gives false if it is of no matter.
    fn note(&self, event: notify::Result<Event>, places: &mut Places) -> bool {
        let event = match event {
            Ok(event) if event.need_rescan() => {
                *places = Places::All;
                return true;
            }
            Ok(event) if matches!(event.kind, EventKind::Access(_)) => return false,
            Ok(event) => event,
            Err(error) => {
                tracing::warn!(%error, "changes may have been missed");
                *places = Places::All;
                return true;
            }
        };
        let mut any = false;
        for path in event.paths {
            if path.starts_with(&self.index) {
                continue;
            }
            any = true;
            let Places::These(these) = places else {
                continue;
            };
            let is_hidden = |path: &Path| {
                let mut parts = path.components();
                parts.any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."))
            };
            let root = self
                .roots
                .iter()
                .find(|(_, root, _)| path.starts_with(root));
            match root
                .and_then(|(as_given, root, _)| Some((as_given, path.strip_prefix(root).ok()?)))
            {
                Some((root, relative)) if relative.as_os_str().is_empty() => {
                    these.insert(root.clone());
                }
                // Editors keep what they have not saved in hidden files, which are no part of the corpus.
                Some((_, relative)) if is_hidden(relative) => {}
                Some((root, relative)) => {
                    these.insert(root.join(relative));
                }
                // Named otherwise than the root, by way of a link.
                None => *places = Places::All,
            }
        }
        any
    }
}
