//! Jobs side by side.

use std::panic::resume_unwind;
use std::thread;

/// Does one job on a thread of its own and the other on this one; a panic of either is this one's.
pub(crate) fn both<A: Send, B>(
    one: impl FnOnce() -> A + Send,
    other: impl FnOnce() -> B,
) -> (A, B) {
    thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        (
            one.join().unwrap_or_else(|panic| resume_unwind(panic)),
            other,
        )
    })
}

/// Does a job on so many threads, this one among them; gives the first error that one of them has.
pub(crate) fn on_all<E: Send>(
    threads: usize,
    job: impl Fn() -> Result<(), E> + Sync,
) -> Result<(), E> {
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(&job)).collect();
        let result = job();
        let others = others.into_iter().map(|other| other.join());
        let others = others.map(|result| result.unwrap_or_else(|panic| resume_unwind(panic)));
        // None is left to itself because another has failed.
        others.fold(result, Result::and)
    })
}
