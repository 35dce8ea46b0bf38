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
//!
//! A large page is read and parsed only when the caller is at its file, so that there is one at a time.

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};
use fangzhi_index::{FileRead, Loan, Scan};
use fangzhi_ingest::{Article, Corpus, CorpusFile, Error, Extractor, Format, Outcome, Page};

use crate::timings::{Stage, Stopwatch, Timings};

/// Reads and parses a corpus.
pub(crate) struct Pipeline<'a> {
    pub(crate) files: Files<'a>,
    pub(crate) extractor: &'a Extractor,
    /// Directories within the corpus that are not of it.
    pub(crate) skip: &'a [PathBuf],
    /// Threads that read and parse.
    pub(crate) threads: NonZeroUsize,
    /// How many bytes of articles may wait for the caller, beside those of the file it is at.
    pub(crate) max_in_flight: u64,
    /// Where to take so many bytes of memory from that a large page needs.
    pub(crate) lender: Option<&'a (dyn Fn(u64) -> Option<Loan> + Sync)>,
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
    /// About how many bytes of memory the articles take.
    weight: u64,
    /// Whether these are of a large page, for which memory may be lent until they are taken.
    pub(crate) is_large: bool,
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

/// Pages of more bytes are read and parsed one at a time, whatever the number of threads.
const LARGE_PAGE: u64 = 1 << 20;

/// Of smaller ones, so many bytes are parsed at a time: parsing takes up to twelve bytes of memory for each.
const PARSED_AT_A_TIME: u64 = 2 << 20;

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
        let gate = Arc::new(Gate::new(self.max_in_flight));
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

    fn work(&self, jobs: Receiver<Job>, gate: &Arc<Gate>) -> Timings {
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

    fn parse(&self, job: Job, gate: &Arc<Gate>, timings: &mut Timings) -> Result<(), Closed> {
        let mut batch = Batch::of(&job.file, true);
        let mut stopwatch = Stopwatch::start();
        let path = job.file.path();
        let read = match self.files {
            Files::All(_) => None,
            _ => Some(FileRead::begin(path)),
        };
        let (number, waiting) = (job.number, Arc::clone(gate));
        let pages = job.file.pages(self.extractor);
        let mut pages = pages.paced(LARGE_PAGE, move || waiting.begin_large(number));
        if read.is_some() {
            pages = pages.hashed();
        }
        loop {
            let page = pages.next();
            let bytes = match &page {
                Some(Ok(page)) => page.bytes.len() as u64,
                _ => 0,
            };
            let is_large = gate.end_reading(number, bytes);
            stopwatch.lap(timings.of(Stage::Read), bytes);
            match page {
                Some(Ok(page)) => {
                    batch.is_large = is_large;
                    if let Some(lender) = self.lender.filter(|_| is_large) {
                        gate.keep(lender(needed_by(bytes)));
                    }
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
                gate.enter(number, batch.weigh());
                job.sender.send(batch).map_err(|_| Closed)?;
                batch = Batch::of(&job.file, false);
                stopwatch.restart();
            }
            if self.stopped() {
                return Err(Closed);
            }
        }
        batch.read = read.map(|read| read.end(path, pages.hash()));
        gate.enter(number, batch.weigh());
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
                        let (weight, is_large) = (batch.weight, batch.is_large);
                        take(batch)?;
                        gate.leave(weight, is_large);
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

    fn weigh(&mut self) -> u64 {
        let articles = self.outcomes.iter().flatten().filter_map(Outcome::article);
        self.weight = articles.map(weight).sum();
        self.weight
    }
}

/// About how many bytes of memory an article takes.
pub(crate) fn weight(article: &Article) -> u64 {
    const FIELDS: usize = 512;
    let texts = [&article.title, &article.subtitle, &article.description];
    let texts = texts.into_iter().flatten();
    let names = [
        &article.authors,
        &article.editors,
        &article.channel,
        &article.keywords,
    ];
    let names = names.into_iter().flatten();
    let n_bytes: usize = texts.chain(names).map(String::len).sum();
    (FIELDS + n_bytes + article.body_bytes()) as u64
}

/// How many bytes of memory a large page needs beyond what pages of its time do: what it is read and decoded to, and its
/// tree, which has a limit (`docs/operations.md`).
pub(crate) fn needed_by(bytes: u64) -> u64 {
    bytes.saturating_mul(3).saturating_add(20 << 20)
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
}

#[derive(Default)]
struct GateState {
    /// The file the caller is at.
    serving: u64,
    /// How many bytes of articles wait for the caller.
    in_flight: u64,
    /// How many bytes of pages are being parsed.
    parsed: u64,
    /// The large page that was begun last, unless the caller has taken it.
    large: Option<Large>,
    /// The memory for it.
    loan: Option<Loan>,
    closed: bool,
}

/// How far a large page is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Large {
    /// It is being read.
    Begun,
    Read,
}

/// The right to parse a page.
struct Turn<'g> {
    gate: &'g Gate,
    bytes: u64,
}

impl Gate {
    fn new(max_in_flight: u64) -> Self {
        Self {
            max_in_flight,
            state: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    /// Waits until the file may be begun; gives false if the caller has broken off.
    fn wait(&self, number: u64) -> bool {
        !self
            .wait_while(|state| state.in_flight > self.max_in_flight && state.serving < number)
            .closed
    }

    /// Waits until a large page of the file may be read.
    fn begin_large(&self, number: u64) {
        self.wait_while(|state| state.serving < number || state.large.is_some())
            .large = Some(Large::Begun);
    }

    /// Notes that a page of the file was read, of so many bytes, or that there is none; says whether it is a large one.
    fn end_reading(&self, number: u64, bytes: u64) -> bool {
        let is_large = bytes > LARGE_PAGE;
        let mut state = self.lock();
        let is_begun = state.large == Some(Large::Begun) && state.serving == number;
        match is_large {
            // A little less may have been counted than there is.
            true if !is_begun => {
                drop(state);
                self.begin_large(number);
                self.lock().large = Some(Large::Read);
            }
            true => state.large = Some(Large::Read),
            // What was long was passed over.
            false if is_begun => {
                state.large = None;
                drop(state);
                self.changed.notify_all();
            }
            false => {}
        }
        is_large
    }

    /// Keeps the memory for a large page until the caller has taken it.
    fn keep(&self, loan: Option<Loan>) {
        self.lock().loan = loan;
    }

    /// Waits until a page of so many bytes may be parsed; it may until what this gives is dropped.
    fn turn(&self, bytes: u64) -> Turn<'_> {
        self.wait_while(|state| state.parsed > 0 && state.parsed + bytes > PARSED_AT_A_TIME)
            .parsed += bytes;
        Turn { gate: self, bytes }
    }

    /// Waits until so many bytes of articles more may wait.
    fn enter(&self, number: u64, weight: u64) {
        self.wait_while(|state| {
            let in_flight = state.in_flight;
            in_flight > 0 && in_flight + weight > self.max_in_flight && state.serving < number
        })
        .in_flight += weight;
    }

    /// Notes that the caller has taken so many bytes of articles, perhaps of a large page.
    fn leave(&self, weight: u64, is_large: bool) {
        let mut state = self.lock();
        state.in_flight -= weight;
        if is_large {
            state.large = None;
            state.loan = None;
        }
        drop(state);
        self.changed.notify_all();
    }

    fn serve(&self, number: u64) {
        self.lock().serving = number;
        self.changed.notify_all();
    }

    /// Wakes everybody, when the caller takes no more.
    fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.loan = None;
        drop(state);
        self.changed.notify_all();
    }

    /// Waits while the condition holds and the caller has not broken off.
    fn wait_while(&self, condition: impl Fn(&GateState) -> bool) -> MutexGuard<'_, GateState> {
        self.changed
            .wait_while(self.lock(), |state| !state.closed && condition(state))
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> MutexGuard<'_, GateState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.gate.lock().parsed -= self.bytes;
        self.gate.changed.notify_all();
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
            lender: None,
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
