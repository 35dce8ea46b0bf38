//! Names brought into order: in memory, and what is many of them in sorted runs on disk.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::io;

use super::record::{self, Kind};
use super::scratch::{Run, Scratch};

/// How many bytes of a run are read at once: as many as the runs together may have, within these.
const READ_AT_ONCE: (usize, usize) = (1 << 9, 1 << 14);

/// Names that are handed in, each once, and then handed out by their bytes.
#[derive(Debug)]
pub(super) struct Sorter {
    /// How many bytes the names in memory may have before they are written as a run.
    limit: usize,
    /// The records in memory.
    records: Vec<u8>,
    /// Where each of them begins; when they are handed out, those to come, the last one first.
    starts: Vec<usize>,
    runs: Vec<Run>,
    /// The next name of each run that is being read.
    heads: BinaryHeap<Reverse<Head>>,
    /// The name of a run that was handed out last.
    name: Vec<u8>,
}

/// A name, its run, and what it is the name of.
type Head = (Vec<u8>, usize, Kind);

impl Sorter {
    /// An empty one, which keeps so many bytes in memory.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            records: Vec::new(),
            starts: Vec::new(),
            runs: Vec::new(),
            heads: BinaryHeap::new(),
            name: Vec::new(),
        }
    }

    /// Takes a name.
    pub(super) fn push(&mut self, kind: Kind, name: &[u8], scratch: &mut Scratch) {
        let size = self.records.len() + self.starts.len() * size_of::<usize>();
        if size >= self.limit && !scratch.has_failed() {
            self.sort();
            self.write(scratch);
        }
        self.starts.push(self.records.len());
        record::put(kind, name, &mut self.records);
    }

    /// Brings the names that are in memory into order; must be called after the last of them.
    pub(super) fn sort(&mut self) {
        let name = |start: &usize| record::name(&self.records[*start..]);
        self.starts.sort_unstable_by(|a, b| name(b).cmp(name(a)));
    }

    /// Writes the names that are in memory as a run, if that can be done.
    fn write(&mut self, scratch: &mut Scratch) {
        let record = |start: &usize| record::first(&self.records[*start..]);
        if let Some(run) = scratch.write(self.starts.iter().rev().map(record)) {
            self.runs.push(run);
            self.records.clear();
            self.starts.clear();
        }
    }

    /// The next name.
    pub(super) fn next(&mut self) -> io::Result<Option<(Kind, &[u8])>> {
        if self.heads.is_empty() && !self.runs.is_empty() {
            self.open()?;
        }
        let here = self.starts.last().map(|start| &self.records[*start..]);
        let is_first = |record| match self.heads.peek() {
            Some(Reverse((head, ..))) => record::name(record) < head.as_slice(),
            None => true,
        };
        if let Some(record) = here.filter(|record| is_first(record)) {
            self.starts.pop();
            return Ok(Some(record::get(record)));
        }
        let Some(mut first) = self.heads.peek_mut() else {
            return Ok(None);
        };
        let Reverse((name, run, kind)) = &mut *first;
        std::mem::swap(&mut self.name, name);
        let handed_out = *kind;
        match self.runs[*run].read(name)? {
            Some(next) => *kind = next,
            None => {
                self.runs[*run].close(0);
                PeekMut::pop(first);
            }
        }
        Ok(Some((handed_out, &self.name)))
    }

    /// Forgets all names.
    pub(super) fn clear(&mut self) {
        *self = Self::new(self.limit);
    }

    /// Begins to read the runs, or goes on.
    fn open(&mut self) -> io::Result<()> {
        let buffer = self.buffer();
        for (i, run) in self.runs.iter_mut().enumerate() {
            run.open(buffer);
            let mut name = Vec::new();
            if let Some(kind) = run.read(&mut name)? {
                self.heads.push(Reverse((name, i, kind)));
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
    pub(super) fn held(&self) -> usize {
        let starts = self.starts.capacity() * size_of::<usize>();
        self.records.capacity() + starts + self.heads.len() * self.buffer()
    }

    /// Keeps on disk what is still to be handed out, but for some bytes a run, until more is asked for.
    pub(super) fn shrink(&mut self, scratch: &mut Scratch) {
        for Reverse((name, run, _)) in self.heads.drain() {
            self.runs[run].close(record::len(&name));
        }
        match self.starts.is_empty() {
            true => self.records.clear(),
            false => self.write(scratch),
        }
        self.records.shrink_to(0);
        self.starts.shrink_to(0);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;

    fn any_kind() -> impl Strategy<Value = Kind> {
        prop::sample::select(vec![Kind::File, Kind::Special, Kind::Unknown])
    }

    proptest! {
        #[test]
        fn names_come_out_in_order(
            names in prop::collection::hash_map(prop::collection::vec(any::<u8>(), 0..9), any_kind(), 0..60),
            limit in prop::sample::select(vec![1, 30, 200, 1 << 20]),
            shrinks in prop::collection::vec(0usize..60, 0..3),
            can_write in any::<bool>(),
        ) {
            let dir = tempfile::tempdir().unwrap();
            let dir = if can_write { dir.path() } else { Path::new("nowhere") };
            let mut scratch = Scratch::new(dir.to_owned());
            let mut sorter = Sorter::new(limit);
            for (name, kind) in &names {
                sorter.push(*kind, name, &mut scratch);
            }
            sorter.sort();
            let mut found = Vec::new();
            loop {
                if shrinks.contains(&found.len()) {
                    sorter.shrink(&mut scratch);
                    prop_assert_eq!(sorter.held() == 0, can_write || found.len() == names.len());
                }
                match sorter.next().unwrap() {
                    None => break,
                    Some((kind, name)) => found.push((name.to_owned(), kind)),
                }
            }
            let expected: BTreeMap<Vec<u8>, Kind> = names.into_iter().collect();
            prop_assert_eq!(found, expected.into_iter().collect::<Vec<_>>());
        }
    }
}
