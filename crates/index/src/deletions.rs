//! What is deleted. What is committed takes no memory for that: the ids wait on disk until the commit, which looks them up.
//!
//! The engine keeps an operation in memory for each deletion until then, and applies it to all articles that were added
//! before. What is committed needs no such order: it goes, whatever is added meanwhile. So one operation is enough for all of
//! it, if that leaves alone the segments written since.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tantivy::directory::OwnedBytes;
use tantivy::index::SegmentId;
use tantivy::query::{
    BitSetDocSet, ConstScorer, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{BitSet, DocId, DocSet as _, Score, SegmentReader, TERMINATED, TantivyError, Term};

use crate::spool::{Spool, Spooled};
use crate::varint::{put_varint, take_varint};

/// Ids are written to the disk when they have so many bytes; in tests at once.
const RUN: usize = if cfg!(test) { 1 } else { 64 << 10 };

/// Which segments were written since the last commit.
#[derive(Debug, Default)]
pub(crate) struct Ages {
    /// How many commits there were in this process.
    n_commits: AtomicU64,
    /// How many there were when a segment was written, or of joined ones the last; none of one that was there before.
    written: Mutex<HashMap<SegmentId, u64>>,
}

/// Ids of committed articles that go with the next commit.
#[derive(Debug, Default)]
pub(crate) struct Deletions {
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    /// Ids that are not in the spool yet, each behind its length.
    buffer: Vec<u8>,
    spool: Option<Spool>,
}

/// What the engine is to delete.
#[derive(Debug, Clone)]
pub(crate) enum Deletion {
    /// The article of an id, if it was added before: the engine's query for a term would take sixteen times the memory until
    /// the commit, for scores.
    ById(Term),
    Committed(Arc<Committed>),
}

/// The articles of some ids, in segments written before a commit.
#[derive(Debug)]
pub(crate) struct Committed {
    ids: Spooled,
    field: Field,
    n_commits: u64,
    ages: Arc<Ages>,
}

impl Ages {
    /// Notes that a segment is being written.
    pub(crate) fn written(&self, segment: SegmentId) {
        let n_commits = self.n_commits();
        self.lock().insert(segment, n_commits);
    }

    /// Notes that segments are being joined into another.
    pub(crate) fn joined(&self, sources: impl Iterator<Item = SegmentId>, segment: SegmentId) {
        let mut written = self.lock();
        let last = sources
            .filter_map(|source| written.get(&source).copied())
            .max();
        if let Some(last) = last {
            written.insert(segment, last);
        }
    }

    /// Notes that what was written is committed.
    pub(crate) fn committed(&self) {
        self.n_commits.fetch_add(1, Ordering::Relaxed);
    }

    fn n_commits(&self) -> u64 {
        self.n_commits.load(Ordering::Relaxed)
    }

    /// Whether a segment was written before the last of so many commits.
    fn is_of(&self, segment: SegmentId, n_commits: u64) -> bool {
        let written = self.lock().get(&segment).copied();
        written.is_none_or(|written| written < n_commits)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SegmentId, u64>> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deletions {
    /// Adds an id; many of them go to a file in the directory of the index.
    pub(crate) fn push(&self, dir: Option<&Path>, id: &str) -> io::Result<()> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        put_varint(&mut waiting.buffer, id.len() as u64);
        waiting.buffer.extend_from_slice(id.as_bytes());
        if waiting.buffer.len() >= RUN {
            waiting.flush(dir)?;
        }
        Ok(())
    }

    /// Takes all of them; `None` if there are none.
    pub(crate) fn take(
        &mut self,
        dir: Option<&Path>,
        field: Field,
        ages: &Arc<Ages>,
    ) -> io::Result<Option<Deletion>> {
        let waiting = self
            .waiting
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        let ids = match &waiting.spool {
            None if waiting.buffer.is_empty() => return Ok(None),
            None => Spooled::of(OwnedBytes::new(waiting.buffer.clone())),
            Some(_) => {
                waiting.flush(dir)?;
                let spool = waiting.spool.as_ref();
                spool.expect("there is a spool").read()?
            }
        };
        *waiting = Waiting::default();
        Ok(Some(Deletion::Committed(Arc::new(Committed {
            ids,
            field,
            n_commits: ages.n_commits(),
            ages: Arc::clone(ages),
        }))))
    }
}

impl Waiting {
    fn flush(&mut self, dir: Option<&Path>) -> io::Result<()> {
        Spool::of(&mut self.spool, dir)?.write(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }
}

impl Committed {
    /// The numbers of the articles in a segment.
    fn docs(&self, segment: &SegmentReader) -> tantivy::Result<BitSet> {
        let mut docs = BitSet::with_max_value(segment.max_doc());
        if !self.ages.is_of(segment.segment_id(), self.n_commits) {
            return Ok(docs);
        }
        let index = segment.inverted_index(self.field)?;
        let mut rest = self.ids.bytes.as_slice();
        while let Some(id) = take_id(&mut rest) {
            let term = Term::from_field_text(self.field, id);
            let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? else {
                continue;
            };
            while postings.doc() != TERMINATED {
                docs.insert(postings.doc());
                postings.advance();
            }
        }
        Ok(docs)
    }
}

fn take_id<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let length = usize::try_from(take_varint(rest)?).ok()?;
    let (id, behind) = rest.split_at_checked(length)?;
    *rest = behind;
    std::str::from_utf8(id).ok()
}

impl Query for Deletion {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for Deletion {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(match self {
            Self::ById(id) => {
                let index = segment.inverted_index(id.field())?;
                match index.read_postings(id, IndexRecordOption::Basic)? {
                    Some(postings) => Box::new(ConstScorer::new(postings, boost)),
                    None => Box::new(EmptyScorer),
                }
            }
            Self::Committed(committed) => {
                let docs = BitSetDocSet::from(committed.docs(segment)?);
                Box::new(ConstScorer::new(docs, boost))
            }
        })
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        let reason = "deletions have no scores".to_owned();
        Err(TantivyError::InvalidArgument(reason))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use fangzhi_ingest::Article;
    use proptest::prelude::*;

    use crate::{Index, Writer};

    /// What is done to an index.
    #[derive(Debug, Clone)]
    enum Step {
        Add(u8),
        Delete(u8),
        Commit,
        Join,
        /// Goes on with another writer; what was not committed is lost.
        Reopen,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            8 => (0..12_u8).prop_map(Step::Add),
            3 => (0..12_u8).prop_map(Step::Delete),
            3 => Just(Step::Commit),
            1 => Just(Step::Join),
            1 => Just(Step::Reopen),
        ]
    }

    fn titles(index: &Index) -> BTreeMap<String, String> {
        let mut titles = BTreeMap::new();
        for article in index.searcher().unwrap().articles() {
            let article = article.unwrap();
            let before = titles.insert(article.id, article.title.unwrap());
            assert_eq!(before, None, "an article is there twice");
        }
        titles
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn the_last_article_of_an_id_stays(steps in proptest::collection::vec(step(), 1..40)) {
            let dir = tempfile::tempdir().unwrap();
            for index in [
                Index::in_memory().unwrap(),
                Index::create(dir.path().join("index")).unwrap(),
            ] {
                let open = || -> Writer { index.writer().unwrap() };
                let mut writer = open();
                let (mut now, mut committed) = (BTreeMap::new(), BTreeMap::new());
                for (number, step) in steps.iter().enumerate() {
                    match step {
                        Step::Add(id) => {
                            let mut article = Article::default();
                            article.id = id.to_string();
                            article.title = Some(number.to_string());
                            writer.add(&article).unwrap();
                            now.insert(article.id, number.to_string());
                        }
                        Step::Delete(id) => {
                            writer.delete(&id.to_string()).unwrap();
                            now.remove(&id.to_string());
                        }
                        Step::Commit => {
                            writer.commit().unwrap();
                            committed.clone_from(&now);
                        }
                        Step::Join => writer.merge().unwrap(),
                        Step::Reopen => {
                            drop(writer);
                            writer = open();
                            now.clone_from(&committed);
                        }
                    }
                }
                prop_assert_eq!(titles(&index), committed);
            }
        }
    }
}
