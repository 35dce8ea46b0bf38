//! A reader that takes bytes back.

use std::io::{self, BufRead, Read};

/// A reader into whose front bytes can be put back.
pub(super) struct PushBack {
    front: Vec<u8>,
    at: usize,
    rest: Box<dyn BufRead + Send>,
}

impl PushBack {
    pub(super) fn new(rest: Box<dyn BufRead + Send>) -> Self {
        Self {
            front: Vec::new(),
            at: 0,
            rest,
        }
    }

    /// Gives `bytes` again before anything else.
    pub(super) fn put_back(&mut self, bytes: &[u8]) {
        self.front.splice(..self.at, bytes.iter().copied());
        self.at = 0;
    }
}

impl Read for PushBack {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at == self.front.len() {
            return self.rest.read(out);
        }
        let mut front = &self.front[self.at..];
        let n = front.read(out)?;
        self.at += n;
        Ok(n)
    }
}

impl BufRead for PushBack {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.front.len() {
            self.rest.fill_buf()
        } else {
            Ok(&self.front[self.at..])
        }
    }

    fn consume(&mut self, n: usize) {
        if self.at == self.front.len() {
            self.rest.consume(n);
        } else {
            self.at += n;
        }
    }
}
