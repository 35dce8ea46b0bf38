//! What is costly to make and needed by one thread at a time.

use std::sync::{Mutex, MutexGuard, PoisonError};

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

    /// Keeps one for whoever needs it next.
    pub(crate) fn put(&self, thing: T) {
        self.idle().push(thing);
    }

    fn idle(&self) -> MutexGuard<'_, Vec<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
