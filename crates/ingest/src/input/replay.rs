//! Gives again what was read ahead, errors included.

use std::collections::VecDeque;
use std::io::{self, BufRead, Read};

/// The bytes read ahead, with the errors between them.
#[derive(Default)]
pub(super) struct Ahead {
    pub(super) bytes: Vec<u8>,
    /// Errors, and how many of the bytes were read before each.
    pub(super) errors: VecDeque<(usize, io::Error)>,
}

/// A reader that gives bytes and errors read ahead once more, and then what comes after.
pub(super) struct Replay<R> {
    ahead: Ahead,
    at: usize,
    rest: R,
}

/// A stream that fails more often than this while its head is read has nothing to say.
const MAX_ERRORS: usize = 16;

impl Ahead {
    /// Reads up to `n` bytes; goes on after errors, for a stream may have sound parts behind a damaged one.
    pub(super) fn read(mut reader: impl Read, n: usize) -> Self {
        let mut ahead = Self::default();
        while ahead.errors.len() < MAX_ERRORS {
            let more = n.saturating_sub(ahead.bytes.len()) as u64;
            match reader.by_ref().take(more).read_to_end(&mut ahead.bytes) {
                Ok(_) => break,
                Err(error) => ahead.errors.push_back((ahead.bytes.len(), error)),
            }
        }
        ahead
    }

    pub(super) fn chain<R: BufRead>(self, rest: R) -> Replay<R> {
        Replay {
            ahead: self,
            at: 0,
            rest,
        }
    }
}

impl<R: BufRead> BufRead for Replay<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let next = self.ahead.errors.front().map(|(at, _)| *at);
        if next == Some(self.at)
            && let Some((_, error)) = self.ahead.errors.pop_front()
        {
            return Err(error);
        }
        if self.at < self.ahead.bytes.len() {
            let end = next.unwrap_or(self.ahead.bytes.len());
            return Ok(&self.ahead.bytes[self.at..end]);
        }
        self.rest.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        if self.at < self.ahead.bytes.len() {
            self.at += n;
        } else {
            self.rest.consume(n);
        }
    }
}

impl<R: BufRead> Read for Replay<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.ahead.bytes.len() && self.ahead.errors.is_empty() {
            // Large reads go past the buffer.
            return self.rest.read(out);
        }
        let n = self.fill_buf()?.read(out)?;
        self.consume(n);
        Ok(n)
    }
}
