//! What is costly to make and needed by one thread at a time.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A text is long if it has more bytes: news is not.
const LONG_TEXT: usize = 512 << 10;

/// Things that nobody needs at the moment.
#[derive(Debug)]
pub(crate) struct Pool<T>(Mutex<Vec<T>>);

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Pool<T> {
    /// Takes one, if there is one.
    pub(crate) fn take(&self) -> Option<T> {
        self.idle().pop()
    }

    /// Keeps one for whoever needs it next, unless it was used on a text of so many bytes that its buffers are large.
    pub(crate) fn put_after(&self, thing: T, n_bytes: usize) {
        if n_bytes <= LONG_TEXT {
            self.put(thing);
        }
    }

    /// Keeps one for whoever needs it next.
    pub(crate) fn put(&self, thing: T) {
        self.idle().push(thing);
    }

    fn idle(&self) -> MutexGuard<'_, Vec<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
