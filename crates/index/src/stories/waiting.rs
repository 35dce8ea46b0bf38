//! What was added and deleted since the last commit: in memory, and what is much of it in sorted runs on disk.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::io;
use std::path::Path;

use fangzhi_reprints::Fingerprint;

use crate::spool::Spool;

/// How many articles are kept in memory, in some one and a half megabytes: as many as fit into a table of 16,384 that is full
/// to seven eighths; the next larger one would be twice that.
const MAX_RECENT: usize = 14_336;
/// A key, whether there is a fingerprint, and it.
const RECORD: usize = 8 + 1 + Fingerprint::LEN;

/// An article, by its key: its fingerprint if it was added, nothing if it was deleted.
pub(super) type Change = (u64, Option<Fingerprint>);

/// What has changed since the last commit.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    recent: HashMap<u64, Option<Fingerprint>>,
    /// The changes before these, in runs in order of keys.
    spool: Option<Spool>,
    /// How many changes each run has.
    runs: Vec<usize>,
}

impl Waiting {
    /// Notes a change; runs are written to a directory or kept in memory.
    pub(super) fn push(&mut self, (key, change): Change, dir: Option<&Path>) -> io::Result<()> {
        self.recent.insert(key, change);
        match self.recent.len() < MAX_RECENT {
            true => Ok(()),
            false => self.end_run(dir),
        }
    }

    fn end_run(&mut self, dir: Option<&Path>) -> io::Result<()> {
        let run = sorted(&self.recent);
        let mut bytes = Vec::with_capacity(run.len() * RECORD);
        for (key, fingerprint) in &run {
            let of_deleted = || [0; Fingerprint::LEN];
            bytes.extend(key.to_le_bytes());
            bytes.push(u8::from(fingerprint.is_some()));
            bytes.extend(fingerprint.map_or_else(of_deleted, |it| it.to_bytes()));
        }
        Spool::of(&mut self.spool, dir)?.write(&bytes)?;
        self.runs.push(run.len());
        self.recent.clear();
        Ok(())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many changes there are; of one article there may be several.
    pub(super) fn len(&self) -> usize {
        self.runs.iter().sum::<usize>() + self.recent.len()
    }

    /// Hands out the articles that there are after all changes, if these were there before, in order of keys; with them the
    /// keys of those that were deleted.
    pub(super) fn apply<E: From<io::Error>>(
        &self,
        before: impl Iterator<Item = Change>,
        mut take: impl FnMut(Change) -> Result<(), E>,
    ) -> Result<(), E> {
        let recent = sorted(&self.recent);
        let spooled = self.spool.as_ref().map(Spool::read).transpose()?;
        let mut bytes = spooled.as_ref().map_or(&[][..], |spooled| &spooled.bytes);
        let mut sources: Vec<Box<dyn Iterator<Item = Change> + '_>> = vec![Box::new(before)];
        for n_changes in &self.runs {
            let (run, rest) = bytes.split_at(n_changes * RECORD);
            bytes = rest;
            let (records, _) = run.as_chunks::<RECORD>();
            sources.push(Box::new(records.iter().map(read)));
        }
        sources.push(Box::new(recent.into_iter()));
        // The next key of each source; of one article the last change comes first.
        let mut heads: Vec<Option<Change>> = sources.iter_mut().map(Iterator::next).collect();
        let entry = |(i, head): (usize, &Option<Change>)| head.map(|(key, _)| (Reverse(key), i));
        let mut heap: BinaryHeap<(Reverse<u64>, usize)> =
            heads.iter().enumerate().filter_map(entry).collect();
        let mut last = None;
        while let Some((Reverse(key), i)) = heap.pop() {
            let change = std::mem::replace(&mut heads[i], sources[i].next());
            heap.extend(heads[i].map(|(key, _)| (Reverse(key), i)));
            if last != Some(key)
                && let Some(change) = change
            {
                take(change)?;
            }
            last = Some(key);
        }
        Ok(())
    }
}

fn sorted(recent: &HashMap<u64, Option<Fingerprint>>) -> Vec<Change> {
    let mut changes: Vec<Change> = recent.iter().map(|(key, it)| (*key, *it)).collect();
    changes.sort_unstable_by_key(|(key, _)| *key);
    changes
}

fn read(record: &[u8; RECORD]) -> Change {
    let (key, rest) = record.split_at(8);
    let (is_added, fingerprint) = rest.split_at(1);
    let key = u64::from_le_bytes(key.try_into().expect("it was split so"));
    let fingerprint = fingerprint.try_into().expect("it was split so");
    let is_added = is_added[0] != 0;
    (key, is_added.then(|| Fingerprint::from_bytes(fingerprint)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_last_change_of_an_article_holds() {
        let dir = tempfile::tempdir().unwrap();
        let fingerprints = [
            Fingerprint::of("图片新闻"),
            Fingerprint::of(&"城市".repeat(40)),
            Fingerprint::of(
                "海城市今年计划新增停车泊位1800个，改造背街小巷26条，群众出行停车难的问题有望缓解，首批项目将在铁东区开工。",
            ),
        ];
        for (seed, run) in [(1, 1), (2, 3), (3, 1000)] {
            let mut random = fastrand::Rng::with_seed(seed);
            let mut waiting = Waiting::default();
            let before: BTreeMap<u64, Option<Fingerprint>> = (0..40)
                .step_by(3)
                .map(|key| (key, Some(fingerprints[0])))
                .collect();
            let mut expect = before.clone();
            let mut n_changes = 0;
            for i in 0..100 {
                let key = random.u64(0..50);
                let change = match random.usize(0..4) {
                    3 => None,
                    which => Some(fingerprints[which]),
                };
                expect.insert(key, change);
                waiting.push((key, change), Some(dir.path())).unwrap();
                if i % run == 0 {
                    n_changes += waiting.recent.len();
                    waiting.end_run(Some(dir.path())).unwrap();
                }
            }
            assert!(waiting.len() >= n_changes && !waiting.is_empty());
            let mut found = Vec::new();
            waiting
                .apply(before.into_iter(), |change| {
                    found.push(change);
                    Ok::<_, io::Error>(())
                })
                .unwrap();
            assert_eq!(found, expect.into_iter().collect::<Vec<_>>());
        }
    }
}
