//! Who has what of a writer's memory: articles on their way to a segment, the segment, joins of segments, and whoever it is
//! lent to.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::invert::Share;

/// A writer's memory.
#[derive(Debug, Default)]
pub(crate) struct Backlog {
    /// How many bytes a segment may take while it is made.
    memory: AtomicUsize,
    /// How many threads may invert.
    threads: AtomicUsize,
    /// How many bytes the texts take of the segment that is being filled.
    texts: AtomicUsize,
    /// By how many bytes one article of it has added to that, at most.
    largest: AtomicUsize,
    /// Whether articles have come since the last commit.
    is_filling: AtomicBool,
    /// How many bytes of articles are on their way from the threads that analyse to the one that inverts.
    waiting: Mutex<usize>,
    taken: Condvar,
    others: Mutex<Others>,
    changed: Condvar,
}

/// Who has some of the memory beside the texts.
#[derive(Debug, Default)]
struct Others {
    /// How many bytes joins of segments take that are under way.
    joins: usize,
    /// How many bytes are [lent](Loan).
    lent: usize,
}

/// This part of the memory may be articles that wait.
const WAITING: usize = 32;

/// What a join of segments takes whatever they hold, in bytes: windows, lists, buffers.
const JOIN: usize = 16 << 20;
/// What it takes for each article: lengths of texts, and what the engine needs.
const JOIN_ARTICLE: usize = 40;

/// What an article takes while stories are made, in bytes (`docs/operations.md`).
const STORIES_ARTICLE: u64 = 30;

/// A join may have so many articles however little memory there is, since searching many segments is slow.
const LEAST_JOINED: usize = 250_000;

/// After so long a wait an article is handed over all the same, since the engine tells only then if it has failed.
const PATIENCE: Duration = Duration::from_secs(1);

impl Backlog {
    /// Sets how many bytes a segment may take while it is made, and how many threads may invert.
    pub(crate) fn configure(&self, memory: usize, threads: usize) {
        self.memory.store(memory, Ordering::Relaxed);
        self.threads.store(threads, Ordering::Relaxed);
        // A writer before may have been dropped with what it had.
        self.is_filling.store(false, Ordering::Relaxed);
        self.filled(0);
        *self.lock() = 0;
    }

    /// Waits until there is room for so many bytes more, or nothing waits.
    pub(crate) fn enter(&self, n_bytes: usize) {
        let limit = self.memory.load(Ordering::Relaxed) / WAITING;
        let full = |waiting: &mut usize| *waiting > 0 && *waiting + n_bytes > limit;
        let (mut waiting, _) = self
            .taken
            .wait_timeout_while(self.lock(), PATIENCE, full)
            .unwrap_or_else(PoisonError::into_inner);
        *waiting += n_bytes;
        drop(waiting);
        self.is_filling.store(true, Ordering::Relaxed);
    }

    /// Whether there is room for so many bytes beside the segment that is being filled and what others have.
    pub(crate) fn has_room(&self, n_bytes: usize) -> bool {
        self.has_room_beside(n_bytes, &self.others())
    }

    fn has_room_beside(&self, n_bytes: usize, others: &Others) -> bool {
        let taken = self.texts.load(Ordering::Relaxed) + others.joins + others.lent;
        taken == 0 || taken + n_bytes <= self.memory.load(Ordering::Relaxed)
    }

    /// Lends so many bytes, once joins leave room or none is under way; none begins meanwhile.
    ///
    /// It does not wait for what is lent already, since whoever has that may wait for the same thread.
    pub(crate) fn lend(self: &Arc<Self>, n_bytes: usize) -> Loan {
        self.wait_while(|others| others.joins > 0 && !self.has_room_beside(n_bytes, others))
            .lent += n_bytes;
        Loan {
            backlog: Arc::clone(self),
            n_bytes,
        }
    }

    /// Has back so much of what was lent.
    fn take_back(&self, n_bytes: usize) {
        let mut others = self.others();
        others.lent = others.lent.saturating_sub(n_bytes);
        drop(others);
        self.changed.notify_all();
    }

    /// Has back all that was lent.
    pub(crate) fn take_all_back(&self) {
        self.take_back(usize::MAX);
    }

    /// Notes that all that came is committed.
    pub(crate) fn committed(&self) {
        self.is_filling.store(false, Ordering::Relaxed);
    }

    /// How many threads a join of segments may take: those that fill others are not to wait for it.
    pub(super) fn threads_to_join(&self) -> usize {
        match self.is_filling.load(Ordering::Relaxed) {
            true => 1,
            false => self.threads.load(Ordering::Relaxed),
        }
    }

    /// Whether the stories of so many articles are made beside a segment that is being made.
    pub(crate) fn has_room_beside_segment(&self, n_articles: u64) -> bool {
        let memory = self.memory.load(Ordering::Relaxed) as u64;
        n_articles * STORIES_ARTICLE <= memory / 16
    }

    /// How many articles a join may have: it has up to three quarters of the memory.
    pub(crate) fn most_joined(&self) -> usize {
        let room = self.memory.load(Ordering::Relaxed) / 4 * 3;
        (room.saturating_sub(JOIN) / JOIN_ARTICLE).max(LEAST_JOINED)
    }

    /// How a segment is inverted.
    pub(super) fn share(&self) -> Share {
        Share::new(
            self.memory.load(Ordering::Relaxed),
            self.threads.load(Ordering::Relaxed),
        )
    }

    /// Notes how many bytes the texts of the segment take that is being filled, with the article that came last; gives the
    /// room that they take: the engine ends a segment when this is more than all of it. There is to be room for one more
    /// article like the largest. A join of segments takes some of the room, up to three quarters.
    pub(super) fn filled(&self, texts: usize) -> usize {
        let before = self.texts.swap(texts, Ordering::Relaxed);
        let last = texts.saturating_sub(before);
        let largest = match texts {
            0 => 0,
            _ => self.largest.load(Ordering::Relaxed).max(last),
        };
        self.largest.store(largest, Ordering::Relaxed);
        texts + largest + self.others().joins.min(3 * texts)
    }

    pub(super) fn leave(&self, n_bytes: usize) {
        let mut waiting = self.lock();
        *waiting = waiting.saturating_sub(n_bytes);
        drop(waiting);
        self.taken.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, usize> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn others(&self) -> MutexGuard<'_, Others> {
        self.others.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_while(&self, condition: impl Fn(&Others) -> bool) -> MutexGuard<'_, Others> {
        self.changed
            .wait_while(self.others(), |others| condition(others))
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// A join of segments that is under way.
pub(super) struct Join<'b> {
    backlog: &'b Backlog,
    /// How many bytes it takes.
    n_bytes: usize,
}

impl<'b> Join<'b> {
    /// One of so many articles, which begins when nothing is lent.
    pub(super) fn begin(backlog: &'b Backlog, n_docs: usize) -> Self {
        let n_bytes = JOIN + n_docs * JOIN_ARTICLE;
        backlog.wait_while(|others| others.lent > 0).joins += n_bytes;
        Self { backlog, n_bytes }
    }
}

impl Drop for Join<'_> {
    fn drop(&mut self) {
        self.backlog.others().joins -= self.n_bytes;
        self.backlog.changed.notify_all();
    }
}

/// Memory that a [`Writer`](crate::Writer) has lent; it has it back when this is dropped.
pub struct Loan {
    backlog: Arc<Backlog>,
    n_bytes: usize,
}

impl Drop for Loan {
    fn drop(&mut self) {
        self.backlog.take_back(self.n_bytes);
    }
}

impl std::fmt::Debug for Loan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Loan").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_take_up_to_three_quarters_of_the_room() {
        let backlog = Backlog::default();
        let fill = |texts: usize| {
            // Not as one article.
            backlog.texts.store(texts, Ordering::Relaxed);
            backlog.filled(texts)
        };
        assert_eq!(fill(100), 100);
        let join = Join::begin(&backlog, 1000);
        let taken = JOIN + 1000 * JOIN_ARTICLE;
        assert_eq!(fill(100), 400);
        assert_eq!(fill(taken * 3), taken * 4);
        drop(join);
        assert_eq!(fill(100), 100);
    }

    #[test]
    fn there_is_room_for_one_more_like_the_largest() {
        let backlog = Backlog::default();
        for (texts, room) in [(10, 20), (15, 25), (45, 75), (46, 76), (0, 0), (5, 10)] {
            assert_eq!(backlog.filled(texts), room, "{texts}");
        }
    }

    #[test]
    fn what_is_lent_and_joins_wait_for_each_other() {
        let backlog = Arc::new(Backlog::default());
        backlog.configure(2 * JOIN, 1);
        backlog.filled(JOIN);
        for (n_bytes, has_room) in [(JOIN - 1, true), (JOIN, true), (JOIN + 1, false)] {
            assert_eq!(backlog.has_room(n_bytes), has_room, "{n_bytes}");
        }
        let loan = backlog.lend(JOIN);
        let ended = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let join = Join::begin(&backlog, 0);
                assert!(ended.load(Ordering::SeqCst), "a join began too soon");
                ended.store(false, Ordering::SeqCst);
                // There is no room now beside the join.
                scope.spawn(|| {
                    let _loan = backlog.lend(1);
                    assert!(ended.load(Ordering::SeqCst), "there was no room");
                });
                std::thread::sleep(Duration::from_millis(20));
                ended.store(true, Ordering::SeqCst);
                drop(join);
            });
            std::thread::sleep(Duration::from_millis(20));
            ended.store(true, Ordering::SeqCst);
            drop(loan);
        });
    }
}
