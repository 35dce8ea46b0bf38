//! The memory that an index is built in, shared out: `docs/operations.md`.

use std::num::NonZeroUsize;

use anyhow::{Result, anyhow};
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
    /// Whether there is no more memory than this.
    is_given: bool,
}

impl Budget {
    /// So much memory, or by default 256 MiB and more for more than two threads; and so many threads, or by default those
    /// of the machine, as far as there is memory for them.
    pub(crate) fn new(memory: Option<BuildMemory>, threads: Option<u16>) -> Self {
        Self::of(memory.map(BuildMemory::bytes), inputs::threads(threads))
    }

    fn of(memory: Option<u64>, threads: NonZeroUsize) -> Self {
        let budget = Self {
            memory: memory.unwrap_or(DEFAULT + further(threads) * THREAD),
            threads,
            is_given: memory.is_some(),
        };
        budget.beside(BuildMemory::LEAST.0)
    }

    /// The same where pages have up to so many bytes: there is more memory by default, or there are fewer threads.
    ///
    /// # Errors
    ///
    /// What was given is too little for two threads; the message says how much they take.
    pub(crate) fn for_pages(self, max_page: u64, console: &Console<'_>) -> Result<Self> {
        self.with_pages(max_page).map_err(|needed| {
            let (max_page, mib) = (ByteSize(max_page), needed.div_ceil(1 << 20));
            anyhow!(console.text(Message::TooLargePages { max_page, mib }))
        })
    }

    fn with_pages(mut self, max_page: u64) -> Result<Self, u64> {
        // The writer is to have what it may have to lend.
        let to_lend = (pipeline::needed_by(max_page) / 3).saturating_mul(4);
        let for_two = FIXED.saturating_add(to_lend);
        if !self.is_given {
            let wanted = for_two.saturating_add(further(self.threads) * THREAD);
            self.memory = self.memory.max(wanted);
        }
        match for_two > self.memory {
            true => Err(for_two),
            false => Ok(self.beside(for_two.max(BuildMemory::LEAST.0))),
        }
    }

    /// The same with no more threads than there is memory for beside what two take.
    fn beside(self, two: u64) -> Self {
        let most = 2 + (self.memory.saturating_sub(two) / THREAD) as usize;
        let threads = self
            .threads
            .min(NonZeroUsize::new(most).unwrap_or(NonZeroUsize::MIN));
        Self { threads, ..self }
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

    fn left(self) -> u64 {
        self.memory
            .saturating_sub(FIXED + further(self.threads) * THREAD)
    }
}

/// How many threads there are beyond two.
fn further(threads: NonZeroUsize) -> u64 {
    threads.get().saturating_sub(2) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_and_threads_go_together() {
        const MIB: u64 = 1 << 20;
        for (memory, threads, page, expected) in [
            (None, 1, 16, Ok((256, 1, 172))),
            (None, 2, 16, Ok((256, 2, 172))),
            (None, 34, 16, Ok((1024, 34, 172))),
            (Some(192), 1, 16, Ok((192, 1, 108))),
            (Some(192), 8, 16, Ok((192, 2, 108))),
            (Some(256), 8, 16, Ok((256, 4, 124))),
            (Some(256), 8, 40, Err(271)),
            (Some(288), 8, 40, Ok((288, 2, 204))),
            (Some(256), 8, 64, Err(367)),
            (None, 2, 64, Ok((366, 2, 282))),
            (None, 4, 64, Ok((414, 4, 282))),
            (Some(1024), 8, 16, Ok((1024, 8, 796))),
            (Some(1024), 8, u64::MAX / MIB, Err(u64::MAX / MIB + 1)),
        ] {
            let threads = NonZeroUsize::new(threads).unwrap();
            let budget = Budget::of(memory.map(|memory| memory * MIB), threads);
            let found = budget.with_pages(page * MIB);
            let found = found.map(|it| (it.memory / MIB, it.threads.get(), it.left() / MIB));
            let found = found.map_err(|needed| needed.div_ceil(MIB));
            assert_eq!(found, expected, "{memory:?} {threads} {page}");
        }
    }
}
