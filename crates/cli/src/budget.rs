//! The memory that an index is built in, shared out: `docs/operations.md`.

use std::num::NonZeroUsize;

use anyhow::{Result, bail};
use fangzhi_index::WriterOptions;

use crate::console::Console;
use crate::inputs;
use crate::messages::Message;
use crate::pipeline;
use crate::units::{BuildMemory, ByteSize};

/// What takes the same room whatever the memory, in bytes: the program and its dictionaries, pages being parsed, and the
/// tables of what is known of files, pages and articles.
const FIXED: u64 = 84 << 20;

/// What a thread takes beyond the first two, in bytes: the page it parses, the articles it analyses, and buffers.
const THREAD: u64 = 24 << 20;

/// The memory of two threads by default, in bytes.
const DEFAULT: u64 = 256 << 20;

/// How much memory there is, for how many threads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    /// In bytes.
    memory: u64,
    threads: NonZeroUsize,
    /// How many threads were wanted.
    wanted: NonZeroUsize,
}

impl Budget {
    /// So much memory, or by default 256 MiB and more for more than two threads or very large pages; and so many threads, or by default those
    /// of the machine, as far as there is memory for them beside pages of up to so many bytes.
    pub(crate) fn new(memory: Option<BuildMemory>, threads: Option<u16>, max_page: u64) -> Self {
        let memory = memory.map(BuildMemory::bytes);
        Self::of(memory, inputs::threads(threads), max_page)
    }

    fn of(memory: Option<u64>, wanted: NonZeroUsize, max_page: u64) -> Self {
        let for_two = for_two_threads(max_page);
        let by_default = || {
            for_two
                .max(DEFAULT)
                .saturating_add(further(wanted) * THREAD)
        };
        let memory = memory.unwrap_or_else(by_default);
        let for_two = for_two.max(BuildMemory::LEAST.0);
        let most = 2 + (memory.saturating_sub(for_two) / THREAD) as usize;
        Self {
            memory,
            threads: wanted.min(NonZeroUsize::new(most).unwrap_or(NonZeroUsize::MIN)),
            wanted,
        }
    }

    /// How many threads read and parse, and how many analyse.
    pub(crate) fn threads(self) -> NonZeroUsize {
        self.threads
    }

    /// Three quarters of the memory that is left are the writer's.
    pub(crate) fn writer_options(self) -> WriterOptions {
        WriterOptions {
            memory: usize::try_from(self.left() / 4 * 3).unwrap_or(usize::MAX),
            threads: self.threads.get(),
        }
    }

    /// A sixth is for articles on their way to the writer, in bytes.
    pub(crate) fn max_in_flight(self) -> u64 {
        self.left() / 6
    }

    /// Whether there is memory for pages of up to so many bytes.
    ///
    /// # Errors
    ///
    /// There is not; the message says how much it takes.
    pub(crate) fn check(self, max_page: u64, console: &Console<'_>) -> Result<()> {
        let needed = |threads| for_two_threads(max_page).saturating_add(further(threads) * THREAD);
        if needed(self.threads) > self.memory {
            const MIB: u64 = 1 << 20;
            // Of two threads none can be left out.
            let threads = match further(self.threads) {
                0 => self.threads,
                _ => self.wanted,
            };
            bail!(console.text(Message::TooLargePages {
                size: ByteSize(max_page),
                memory: ByteSize(needed(threads).div_ceil(MIB).saturating_mul(MIB)),
            }));
        }
        Ok(())
    }

    fn left(self) -> u64 {
        self.memory
            .saturating_sub(FIXED + further(self.threads) * THREAD)
    }
}

/// How many threads there are beyond two.
fn further(threads: NonZeroUsize) -> u64 {
    threads.get().saturating_sub(2) as u64
}

/// What two threads take where pages have up to so many bytes: the writer is to have what it may have to lend.
fn for_two_threads(max_page: u64) -> u64 {
    FIXED.saturating_add((pipeline::needed_by(max_page) / 3).saturating_mul(4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_and_threads_go_together() {
        const MIB: u64 = 1 << 20;
        for (memory, threads, page, expected, left) in [
            (None, 1, 16, (256, 1), 172),
            (None, 2, 16, (256, 2), 172),
            (None, 34, 16, (1024, 34), 172),
            (Some(192), 1, 16, (192, 1), 108),
            (Some(192), 8, 16, (192, 2), 108),
            (Some(256), 8, 16, (256, 4), 124),
            (Some(256), 8, 40, (256, 2), 172),
            (None, 2, 64, (366, 2), 282),
            (None, 4, 64, (414, 4), 282),
            (Some(1024), 8, 16, (1024, 8), 796),
        ] {
            let threads = NonZeroUsize::new(threads).unwrap();
            let budget = Budget::of(memory.map(|memory| memory * MIB), threads, page * MIB);
            let found = (budget.memory / MIB, budget.threads.get());
            assert_eq!(found, expected, "{memory:?} {threads} {page}");
            assert_eq!(budget.left() / MIB, left, "{memory:?} {threads} {page}");
        }
    }
}
