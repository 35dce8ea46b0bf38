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
const FIXED: u64 = 72 << 20;

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
}

impl Budget {
    /// So much memory, or by default 256 MiB and more for more than two threads; and so many threads, or by default those
    /// of the machine, as far as there is memory for them.
    pub(crate) fn new(memory: Option<BuildMemory>, threads: Option<u16>) -> Self {
        Self::of(memory.map(BuildMemory::bytes), inputs::threads(threads))
    }

    fn of(memory: Option<u64>, threads: NonZeroUsize) -> Self {
        let further = |threads: NonZeroUsize| threads.get().saturating_sub(2);
        let memory = memory.unwrap_or(DEFAULT + further(threads) as u64 * THREAD);
        let most = 2 + (memory.saturating_sub(BuildMemory::LEAST.0) / THREAD) as usize;
        Self {
            memory,
            threads: threads.min(NonZeroUsize::new(most).unwrap_or(NonZeroUsize::MIN)),
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
        let more = (pipeline::needed_by(max_page) * 4)
            .div_ceil(3)
            .saturating_sub(self.left());
        if more > 0 {
            const MIB: u64 = 1 << 20;
            bail!(console.text(Message::TooLargePages {
                size: ByteSize(max_page),
                memory: ByteSize((self.memory + more).div_ceil(MIB) * MIB),
            }));
        }
        Ok(())
    }

    fn left(self) -> u64 {
        let threads = self.threads.get().saturating_sub(2) as u64;
        self.memory.saturating_sub(FIXED + threads * THREAD)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_and_threads_go_together() {
        const MIB: u64 = 1 << 20;
        for (memory, threads, expected, left) in [
            (None, 1, (256, 1), 184),
            (None, 2, (256, 2), 184),
            (None, 34, (1024, 34), 184),
            (Some(192), 1, (192, 1), 120),
            (Some(192), 8, (192, 2), 120),
            (Some(256), 8, (256, 4), 136),
            (Some(1024), 8, (1024, 8), 808),
        ] {
            let threads = NonZeroUsize::new(threads).unwrap();
            let budget = Budget::of(memory.map(|memory| memory * MIB), threads);
            let found = (budget.memory / MIB, budget.threads.get());
            assert_eq!(found, expected, "{memory:?} {threads}");
            assert_eq!(budget.left() / MIB, left, "{memory:?} {threads}");
        }
    }
}
