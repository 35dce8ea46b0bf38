//! Waits before a long page is read on.

use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What is waited for before a page is read on beyond so many bytes; by default, nothing.
#[derive(Clone, Default)]
pub(crate) struct Pace(Option<Arc<Waits>>);

struct Waits {
    most: u64,
    /// How many bytes of the page were read.
    n_read: AtomicU64,
    wait: Box<dyn Fn() + Send + Sync>,
}

impl Pace {
    pub(crate) fn new(most: u64, wait: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(Waits {
            most,
            n_read: AtomicU64::new(0),
            wait: Box::new(wait),
        })))
    }

    /// Notes that a page begins.
    pub(crate) fn begin(&self) {
        if let Some(waits) = &self.0 {
            waits.n_read.store(0, Ordering::Relaxed);
        }
    }

    fn read(&self, n: usize) {
        if let Some(waits) = &self.0 {
            let before = waits.n_read.fetch_add(n as u64, Ordering::Relaxed);
            if before <= waits.most && before + n as u64 > waits.most {
                (waits.wait)();
            }
        }
    }
}

/// A stream that is read at a [`Pace`].
pub(super) struct Paced<R> {
    pub(super) reader: R,
    pub(super) pace: Pace,
}

impl<R: Read> Read for Paced<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.reader.read(buffer)?;
        self.pace.read(n);
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Paced<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        self.reader.consume(n);
        self.pace.read(n);
    }
}
