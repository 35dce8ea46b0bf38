//! Of the articles that carry one story, showing one.

use std::collections::HashSet;

use jiff::civil::DateTime;
use tantivy::DocId;

use super::is_same_page;
use crate::bodies::Unpacker;
use crate::error::Result;
use crate::matches::{Candidate, Matches};
use crate::record;
use crate::request::Query;
use crate::searcher::Searcher;
use crate::segment::Snapshot;

/// Lets the first article of each story pass.
pub(crate) struct Collapse<'s> {
    /// `None` if all articles pass.
    snapshot: Option<&'s Snapshot>,
    seen: HashSet<u64>,
}

impl<'s> Collapse<'s> {
    pub(crate) fn new(snapshot: &'s Snapshot, query: &Query) -> Self {
        let is_on = query.collapse && !snapshot.stories.is_trivial();
        Self {
            snapshot: is_on.then_some(snapshot),
            seen: HashSet::new(),
        }
    }

    pub(crate) fn keeps(&mut self, candidate: &Candidate) -> bool {
        let Candidate { segment, entry, .. } = *candidate;
        let shared = |snapshot: &Snapshot| snapshot.shared_story(segment, entry.doc);
        let story = self.snapshot.and_then(shared);
        story.is_none_or(|story| self.seen.insert(story))
    }
}

impl Snapshot {
    /// The story of an article: the same number for all articles that carry it.
    pub(crate) fn story(&self, segment: usize, doc: DocId) -> u64 {
        self.stories.story(self.segments[segment].tie(doc))
    }

    /// The story of an article, if others may carry it.
    pub(crate) fn shared_story(&self, segment: usize, doc: DocId) -> Option<u64> {
        if self.stories.is_trivial() {
            return None;
        }
        self.stories.shared_story(self.segments[segment].tie(doc))
    }

    /// How many stories articles are.
    pub(crate) fn n_stories<'c>(&self, candidates: impl Iterator<Item = &'c Candidate>) -> usize {
        let mut shared = HashSet::new();
        let mut n_alone = 0;
        for candidate in candidates {
            match self.shared_story(candidate.segment, candidate.entry.doc) {
                None => n_alone += 1,
                Some(story) => _ = shared.insert(story),
            }
        }
        n_alone + shared.len()
    }

    /// How many other pages carry an article's story, and how many other versions of its page there are.
    pub(crate) fn others(&self, segment: usize, doc: DocId) -> (usize, usize) {
        if self.stories.is_trivial() {
            return (0, 0);
        }
        let key = self.segments[segment].tie(doc);
        let mut group = self.stories.group_of(key);
        let n_articles = group.len();
        group.retain(|&other| !is_same_page(key, other));
        let n_versions = n_articles - group.len();
        // Versions of a page stand next to each other.
        group.dedup_by(|a, b| is_same_page(*a, *b));
        (group.len(), n_versions - 1)
    }

    /// Finds articles by their keys: their segments and numbers there. Looks at all articles.
    pub(crate) fn find_keys(&self, keys: &[u64]) -> Vec<(usize, DocId)> {
        let mut found = Vec::with_capacity(keys.len());
        for (number, segment) in self.segments.iter().enumerate() {
            for doc in 0..segment.reader.max_doc() {
                if keys.contains(&segment.tie(doc)) && segment.is_alive(doc) {
                    found.push((number, doc));
                }
            }
        }
        found
    }
}

impl Searcher {
    /// Puts the newest of the versions that match in the place of an older one.
    pub(crate) fn show_newest(&self, candidate: &mut Candidate, matches: &Matches) -> Result<()> {
        let (_, n_others) = self.snapshot.others(candidate.segment, candidate.entry.doc);
        if n_others == 0 {
            return Ok(());
        }
        let key = |it: &Candidate| self.snapshot.segments[it.segment].tie(it.entry.doc);
        let story = |it: &Candidate| self.snapshot.story(it.segment, it.entry.doc);
        let others = matches
            .matching()
            .filter(|it| is_same_page(key(it), key(candidate)) && story(it) == story(candidate));
        let mut newest = (self.version(candidate.segment, candidate.entry.doc)?, None);
        for other in others {
            let version = self.version(other.segment, other.entry.doc)?;
            if version > newest.0 {
                newest = (version, Some(*other));
            }
        }
        if let (_, Some(other)) = newest {
            let mut other = [other];
            self.rescore(&mut other, matches);
            [*candidate] = other;
        }
        Ok(())
    }

    /// What versions of a page are ordered by: the time, then the file, then the id.
    fn version(&self, segment: usize, doc: DocId) -> Result<Version> {
        let record = self.snapshot.segments[segment].record(doc)?;
        let mut unpacker = Unpacker::new(&self.core.bodies);
        let article = record::article(&record, &mut unpacker);
        Ok(article.map(|article| {
            let time = article.updated.or(article.published);
            let path = article.path.map(|path| path.to_string_lossy().into_owned());
            (time.map(|time| time.datetime), path, article.id)
        }))
    }
}

type Version = Option<(Option<DateTime>, Option<String>, String)>;
