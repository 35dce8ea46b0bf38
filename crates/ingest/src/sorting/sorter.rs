//! Records brought into order: in memory, and what is many of them in sorted runs on disk.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::io;

use super::scratch::{self, Run, Scratch};

/// How many bytes of a run are read at once: as many as the runs together may have, within these.
const READ_AT_ONCE: (usize, usize) = (1 << 9, 1 << 14);

/// Records that are handed in and then handed out in the order of their bytes.
#[derive(Debug)]
pub(crate) struct Sorter {
    /// How many bytes the records in memory may have before they are written as a run.
    limit: usize,
    /// The records in memory, framed.
    records: Vec<u8>,
    /// Where each of them begins; when they are handed out, those to come, the last one first.
    starts: Vec<usize>,
    runs: Vec<Run>,
    /// The next record of each run that is being read.
    heads: BinaryHeap<Reverse<Head>>,
    /// The record of a run that was handed out last.
    record: Vec<u8>,
}

/// A record and its run.
type Head = (Vec<u8>, usize);

impl Sorter {
    /// An empty one, which keeps so many bytes in memory.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            records: Vec::new(),
            starts: Vec::new(),
            runs: Vec::new(),
            heads: BinaryHeap::new(),
            record: Vec::new(),
        }
    }

    /// Takes a record.
    ///
    /// Fails where a run cannot be written; then this record and those to come stay in memory.
    pub(crate) fn push(&mut self, record: &[u8], scratch: &mut Scratch) -> io::Result<()> {
        let size = self.records.len() + self.starts.len() * size_of::<usize>();
        let mut written = Ok(());
        if size >= self.limit && !self.starts.is_empty() {
            self.sort();
            written = self.write(scratch);
        }
        self.starts.push(self.records.len());
        scratch::put(record, &mut self.records);
        written
    }

    /// Brings the records that are in memory into order; must be called after the last of them.
    pub(crate) fn sort(&mut self) {
        let record = |start: &usize| scratch::first(&self.records[*start..]);
        self.starts
            .sort_unstable_by(|a, b| record(b).cmp(record(a)));
    }

    /// Writes the records that are in memory as a run, if that has not failed before.
    fn write(&mut self, scratch: &mut Scratch) -> io::Result<()> {
        if scratch.has_failed() {
            return Ok(());
        }
        let record = |start: &usize| scratch::first(&self.records[*start..]);
        let run = scratch.write(self.starts.iter().rev().map(record))?;
        self.runs.push(run);
        self.records.clear();
        self.starts.clear();
        Ok(())
    }

    /// The next record.
    pub(crate) fn next(&mut self) -> io::Result<Option<&[u8]>> {
        if self.heads.is_empty() && !self.runs.is_empty() {
            self.open()?;
        }
        let here = self.starts.last();
        let here = here.map(|start| scratch::first(&self.records[*start..]));
        let is_first = |record: &&[u8]| match self.heads.peek() {
            Some(Reverse((head, _))) => *record < head.as_slice(),
            None => true,
        };
        if let Some(record) = here.filter(is_first) {
            self.starts.pop();
            return Ok(Some(record));
        }
        let Some(mut first) = self.heads.peek_mut() else {
            return Ok(None);
        };
        let Reverse((record, run)) = &mut *first;
        std::mem::swap(&mut self.record, record);
        if !self.runs[*run].read(record)? {
            self.runs[*run].close(0);
            PeekMut::pop(first);
        }
        Ok(Some(&self.record))
    }

    /// Forgets all records.
    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.limit);
    }

    /// Begins to read the runs, or goes on.
    fn open(&mut self) -> io::Result<()> {
        let buffer = self.buffer();
        for (i, run) in self.runs.iter_mut().enumerate() {
            run.open(buffer);
            let mut record = Vec::new();
            if run.read(&mut record)? {
                self.heads.push(Reverse((record, i)));
            }
        }
        if self.heads.is_empty() {
            self.runs.clear();
        }
        Ok(())
    }

    /// How many bytes of each run are read at once.
    fn buffer(&self) -> usize {
        let (min, max) = READ_AT_ONCE;
        (self.limit / self.runs.len().max(1)).clamp(min, max)
    }

    /// How many bytes of memory are in use.
    pub(crate) fn held(&self) -> usize {
        let starts = self.starts.capacity() * size_of::<usize>();
        self.records.capacity() + starts + self.heads.len() * self.buffer()
    }

    /// Keeps on disk what is still to be handed out, but for some bytes a run, until more is asked for.
    ///
    /// Fails as [`push`](Self::push).
    pub(crate) fn shrink(&mut self, scratch: &mut Scratch) -> io::Result<()> {
        for Reverse((record, run)) in self.heads.drain() {
            self.runs[run].close(scratch::len(&record));
        }
        let written = match self.starts.is_empty() {
            true => {
                self.records.clear();
                Ok(())
            }
            false => self.write(scratch),
        };
        self.records.shrink_to(0);
        self.starts.shrink_to(0);
        written
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn records_come_out_in_order(
            records in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..9), 0..60),
            limit in prop::sample::select(vec![0, 1, 30, 200, 1 << 20]),
            shrinks in prop::collection::vec(0usize..60, 0..3),
            can_write in any::<bool>(),
        ) {
            let dir = tempfile::tempdir().unwrap();
            let dir = if can_write { dir.path() } else { Path::new("nowhere") };
            let mut scratch = Scratch::new(dir.to_owned());
            let mut sorter = Sorter::new(limit);
            let mut n_failures = 0;
            for record in &records {
                n_failures += usize::from(sorter.push(record, &mut scratch).is_err());
            }
            sorter.sort();
            let mut found = Vec::new();
            loop {
                if shrinks.contains(&found.len()) {
                    n_failures += usize::from(sorter.shrink(&mut scratch).is_err());
                    prop_assert_eq!(sorter.held() == 0, can_write || found.len() == records.len());
                }
                match sorter.next().unwrap() {
                    None => break,
                    Some(record) => found.push(record.to_owned()),
                }
            }
            let mut expected = records;
            expected.sort();
            prop_assert_eq!(found, expected);
            // Writing is not tried again.
            prop_assert_eq!(n_failures, usize::from(scratch.has_failed()));
            prop_assert!(n_failures == 0 || !can_write);
        }
    }
}
