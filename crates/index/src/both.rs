//! Two jobs side by side.

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
