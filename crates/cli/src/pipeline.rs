//! Pages read and parsed on many threads, and handed over in the corpus's order.
//!
//! ```text
//!            files                    a channel a file, in the files' order
//!   walk ───────────▶ read + parse ───────────────────────────▶ the caller
//!  1 thread            N threads              1 thread
//! ```
//!
//! The walker makes a bounded channel for each file and queues its two ends: one for the workers, one for the caller, who
//! empties the channels one after the other. So the caller sees the same order for any number of threads, without a buffer
//! to sort in: a worker that is ahead waits at its own file's full channel, or at the [`Gate`].

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};
use fangzhi_index::{FileRead, Scan};
use fangzhi_ingest::{Corpus, CorpusFile, Error, Extractor, Format, Outcome, Page};

use crate::timings::{Stage, Stopwatch, Timings};

/// Reads and parses a corpus.
pub(crate) struct Pipeline<'a> {
    pub(crate) files: Files<'a>,
    pub(crate) extractor: &'a Extractor,
    /// Directories within the corpus that are not of it.
    pub(crate) skip: &'a [PathBuf],
    /// Threads that read and parse.
    pub(crate) threads: NonZeroUsize,
    /// How many bytes of pages may be parsed but not yet taken by the caller, beside those of the file it is at.
    pub(crate) max_in_flight: u64,
    /// Set from outside to stop early.
    pub(crate) stop: &'a AtomicBool,
}

/// Which files a pipeline reads.
#[derive(Clone, Copy)]
pub(crate) enum Files<'a> {
    /// All of a corpus.
    All(&'a Corpus),
    /// Those of a corpus that are new or have changed.
    Changed(&'a Corpus, &'a Scan),
    /// These.
    Listed(&'a [CorpusFile]),
}

/// What became of some pages of one file.
#[derive(Default)]
pub(crate) struct Batch {
    /// What became of each page, in their order in the file.
    pub(crate) outcomes: Vec<Result<Outcome, Error>>,
    /// How many bytes of pages, decompressed, these are of.
    pub(crate) bytes: u64,
    /// The file; `None` where a directory cannot be walked.
    pub(crate) file: Option<CorpusFile>,
    /// Comes with the file's last pages, unless all files are read: its state, and the hash of its bytes.
    pub(crate) read: Option<FileRead>,
    /// Whether these are the file's first.
    pub(crate) starts_file: bool,
    /// Whether the file is one page, rather than a collection of JSON values or an archive.
    pub(crate) is_whole_file: bool,
}

/// A batch is handed over when its pages have so many bytes: large enough that files of many short records do not spend
/// their time on channels, small enough that memory stays flat.
const BATCH_BYTES: u64 = 256 << 10;

/// The same for what came of so many pages: a damaged archive may give an error for every few bytes, and no page.
const BATCH_OUTCOMES: usize = 4096;

/// Pages of more bytes are parsed one at a time, whatever the number of threads: parsing one takes up to three bytes of memory
/// for each of its own.
const LARGE_PAGE: u64 = 1 << 20;

/// How many batches of one file may wait for the caller.
const BATCHES_WAITING: usize = 2;

/// How many files for each worker may be under way.
const FILES_PER_THREAD: usize = 16;

struct Job {
    number: u64,
    file: CorpusFile,
    sender: Sender<Batch>,
}

enum Slot {
    File(u64, Receiver<Batch>),
    Failed(Error),
}

impl Pipeline<'_> {
    /// Hands every batch to `take`, in the corpus's order, until it breaks off or `stop` is set; gives the time it took.
    pub(crate) fn run<B>(
        &self,
        mut take: impl FnMut(Batch) -> ControlFlow<B>,
    ) -> (Timings, ControlFlow<B>) {
        let threads = self.threads.get();
        let (job_sender, jobs) = bounded::<Job>(threads * FILES_PER_THREAD);
        let (slot_sender, slots) = bounded::<Slot>(threads * FILES_PER_THREAD);
        let gate = Gate::new(self.max_in_flight);
        thread::scope(|scope| {
            let walker = scope.spawn(|| self.walk(job_sender, slot_sender));
            let workers: Vec<_> = (0..threads)
                .map(|_| {
                    let jobs = jobs.clone();
                    scope.spawn(|| self.work(jobs, &gate))
                })
                .collect();
            drop(jobs);
            let flow = self.hand_over(slots, &gate, &mut take);
            gate.close();
            let mut timings = walker.join().expect("the walker does not panic");
            for worker in workers {
                timings.add(&worker.join().expect("parsing a page never panics"));
            }
            (timings, flow)
        })
    }

    fn walk(&self, jobs: Sender<Job>, slots: Sender<Slot>) -> Timings {
        let mut timings = Timings::default();
        let mut stopwatch = Stopwatch::start();
        let files: Box<dyn Iterator<Item = Result<CorpusFile, Error>>> = match self.files {
            Files::All(corpus) | Files::Changed(corpus, _) => Box::new(corpus.files()),
            Files::Listed(files) => Box::new(files.iter().cloned().map(Ok)),
        };
        let mut number = 0;
        for file in files {
            let is_skipped =
                |file: &CorpusFile| self.skip.iter().any(|dir| file.path().starts_with(dir));
            if file.as_ref().is_ok_and(is_skipped) {
                continue;
            }
            if let (Files::Changed(_, scan), Ok(file)) = (self.files, &file)
                && !scan.wants(file)
            {
                if self.stopped() {
                    break;
                }
                continue;
            }
            // What is passed over counts with the next file that is not: asking for the time takes as long as passing one over.
            stopwatch.lap(timings.of(Stage::Walk), 0);
            let sent = match file {
                Ok(file) => {
                    let (sender, receiver) = bounded(BATCHES_WAITING);
                    number += 1;
                    slots.send(Slot::File(number, receiver)).is_ok()
                        && jobs
                            .send(Job {
                                number,
                                file,
                                sender,
                            })
                            .is_ok()
                }
                Err(error) => slots.send(Slot::Failed(error)).is_ok(),
            };
            // Nobody receives any more once the caller has broken off.
            if !sent || self.stopped() {
                break;
            }
            stopwatch.restart();
        }
        stopwatch.lap(timings.of(Stage::Walk), 0);
        timings
    }

    fn work(&self, jobs: Receiver<Job>, gate: &Gate) -> Timings {
        let mut timings = Timings::default();
        for job in jobs {
            if !gate.wait(job.number) || self.stopped() {
                break;
            }
            // A closed channel means that the caller has broken off; the next round finds no job.
            let _ = self.parse(job, gate, &mut timings);
        }
        timings
    }

    fn parse(&self, job: Job, gate: &Gate, timings: &mut Timings) -> Result<(), Closed> {
        let mut batch = Batch::of(&job.file, true);
        let mut stopwatch = Stopwatch::start();
        let path = job.file.path();
        let read = match self.files {
            Files::All(_) => None,
            _ => Some(FileRead::begin(path)),
        };
        let mut pages = job.file.pages(self.extractor);
        if read.is_some() {
            pages = pages.hashed();
        }
        loop {
            let page = pages.next();
            let bytes = match &page {
                Some(Ok(page)) => page.bytes.len() as u64,
                _ => 0,
            };
            stopwatch.lap(timings.of(Stage::Read), bytes);
            match page {
                Some(Ok(page)) => {
                    let turn = gate.turn(bytes);
                    batch.is_whole_file = is_whole_file(&page);
                    batch.outcomes.extend(self.extractor.outcomes(&page));
                    drop(turn);
                    batch.bytes += bytes;
                    stopwatch.lap(timings.of(Stage::Parse), bytes);
                }
                Some(Err(error)) => batch.outcomes.push(Err(error)),
                None => break,
            }
            if batch.bytes >= BATCH_BYTES || batch.outcomes.len() >= BATCH_OUTCOMES {
                gate.enter(batch.bytes);
                job.sender.send(batch).map_err(|_| Closed)?;
                batch = Batch::of(&job.file, false);
                stopwatch.restart();
            }
            if self.stopped() {
                return Err(Closed);
            }
        }
        batch.read = read.map(|read| read.end(path, pages.hash()));
        gate.enter(batch.bytes);
        job.sender.send(batch).map_err(|_| Closed)
    }

    fn hand_over<B>(
        &self,
        slots: Receiver<Slot>,
        gate: &Gate,
        take: &mut impl FnMut(Batch) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        for slot in slots {
            match slot {
                Slot::Failed(error) => {
                    let mut batch = Batch {
                        starts_file: true,
                        ..Batch::default()
                    };
                    batch.outcomes.push(Err(error));
                    take(batch)?;
                }
                Slot::File(number, batches) => {
                    gate.serve(number);
                    for batch in batches {
                        let bytes = batch.bytes;
                        take(batch)?;
                        gate.leave(bytes);
                        if self.stopped() {
                            return ControlFlow::Continue(());
                        }
                    }
                }
            }
            if self.stopped() {
                break;
            }
        }
        ControlFlow::Continue(())
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

impl Batch {
    fn of(file: &CorpusFile, starts_file: bool) -> Self {
        Self {
            file: Some(file.clone()),
            starts_file,
            ..Self::default()
        }
    }
}

/// Whether a page is all that its file holds: JSON may have many values, and pages of archives know their URL.
pub(crate) fn is_whole_file(page: &Page) -> bool {
    matches!(page.format, Format::Html | Format::Text) && page.url.is_none()
}

/// The caller has broken off.
struct Closed;

/// Keeps workers from parsing far ahead of the caller: no new file is begun while too many bytes wait, but for the one the
/// caller waits for, so that there is always somebody who may go on.
struct Gate {
    max_in_flight: u64,
    state: Mutex<GateState>,
    changed: Condvar,
    /// Held while a large page is parsed.
    large: Mutex<()>,
}

#[derive(Default)]
struct GateState {
    /// The file the caller is at.
    serving: u64,
    in_flight: u64,
    closed: bool,
}

impl Gate {
    fn new(max_in_flight: u64) -> Self {
        Self {
            max_in_flight,
            state: Mutex::default(),
            changed: Condvar::new(),
            large: Mutex::default(),
        }
    }

    /// Waits until a page of so many bytes may be parsed; it may until what this gives is dropped.
    fn turn(&self, bytes: u64) -> Option<MutexGuard<'_, ()>> {
        let is_large = bytes > LARGE_PAGE;
        is_large.then(|| self.large.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits until the file may be begun; gives false if the caller has broken off.
    fn wait(&self, number: u64) -> bool {
        let state = self
            .changed
            .wait_while(self.lock(), |state| {
                !state.closed && state.in_flight > self.max_in_flight && state.serving < number
            })
            .unwrap_or_else(PoisonError::into_inner);
        !state.closed
    }

    fn enter(&self, bytes: u64) {
        self.lock().in_flight += bytes;
    }

    fn leave(&self, bytes: u64) {
        self.lock().in_flight -= bytes;
        self.changed.notify_all();
    }

    fn serve(&self, number: u64) {
        self.lock().serving = number;
        self.changed.notify_all();
    }

    /// Wakes everybody, when the caller takes no more.
    fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, GateState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs the pipeline over 200 files and breaks off, or stops, at the batch of this number.
    fn batches_until(threads: usize, max_in_flight: u64, last: usize, by_flag: bool) -> usize {
        let dir = tempfile::tempdir().unwrap();
        for n in 0..200 {
            let line = format!("{{\"id\":\"{n}\",\"title\":\"甲\",\"body\":\"文明城市。\"}}\n");
            std::fs::write(dir.path().join(format!("{n:03}.jsonl")), line).unwrap();
        }
        let extractor = Extractor::new();
        let stop = AtomicBool::new(false);
        let pipeline = Pipeline {
            files: Files::All(&Corpus::new(dir.path())),
            extractor: &extractor,
            skip: &[],
            threads: NonZeroUsize::new(threads).unwrap(),
            max_in_flight,
            stop: &stop,
        };
        let mut n_batches = 0;
        let (_, flow) = pipeline.run(|batch| {
            let outcome = batch.outcomes[0].as_ref().unwrap();
            assert_eq!(outcome.article().unwrap().id, n_batches.to_string());
            n_batches += 1;
            if n_batches == last && by_flag {
                stop.store(true, Ordering::Relaxed);
            }
            if n_batches == last && !by_flag {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        });
        assert_eq!(flow.is_break(), !by_flag && last <= 200);
        n_batches
    }

    #[test]
    fn it_ends_wherever_it_is_told_to() {
        for threads in [1, 2, 7] {
            for max_in_flight in [0, 1 << 20] {
                for last in [1, 2, 50, 199] {
                    assert_eq!(batches_until(threads, max_in_flight, last, false), last);
                    assert_eq!(batches_until(threads, max_in_flight, last, true), last);
                }
                assert_eq!(batches_until(threads, max_in_flight, 1000, false), 200);
            }
        }
    }
}
