//! Of the articles that carry one story, showing one.

use std::collections::{HashMap, HashSet};

use fangzhi_ingest::Article;
use fangzhi_reprints::Likeness;
use jiff::civil::DateTime;
use tantivy::DocId;

use super::is_same_page;
use crate::error::Result;
use crate::matches::{Candidate, Matches};
use crate::record;
use crate::request::Query;
use crate::searcher::Searcher;
use crate::segment::Snapshot;

/// Lets the first article of each story pass.
///
/// Fingerprints err now and then; what is hidden behind another article for them is compared once more, text by text,
/// where they leave a doubt.
pub(crate) struct Collapse<'s> {
    searcher: &'s Searcher,
    is_on: bool,
    /// The articles of each story that have passed.
    passed: HashMap<u64, Vec<(usize, DocId)>>,
}

impl<'s> Collapse<'s> {
    pub(crate) fn new(searcher: &'s Searcher, query: &Query) -> Self {
        Self {
            searcher,
            is_on: query.collapse && !searcher.snapshot.stories.is_trivial(),
            passed: HashMap::new(),
        }
    }

    /// Adds candidates that pass to the best, until there are as many as wanted.
    pub(crate) fn extend(
        &mut self,
        best: &mut Vec<Candidate>,
        candidates: impl IntoIterator<Item = Candidate>,
        wanted: usize,
    ) -> Result<()> {
        for candidate in candidates {
            if best.len() == wanted {
                break;
            }
            if self.keeps(&candidate)? {
                best.push(candidate);
            }
        }
        Ok(())
    }

    fn keeps(&mut self, candidate: &Candidate) -> Result<bool> {
        if !self.is_on {
            return Ok(true);
        }
        let place = (candidate.segment, candidate.entry.doc);
        let snapshot = &self.searcher.snapshot;
        let Some(story) = snapshot.shared_story(place.0, place.1) else {
            return Ok(true);
        };
        let passed = self.passed.entry(story).or_default();
        for &other in passed.iter() {
            if self.searcher.is_one_story(other, place)? {
                return Ok(false);
            }
        }
        passed.push(place);
        Ok(true)
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
        self.companions[segment].shared_story(doc, || {
            self.stories.shared_story(self.segments[segment].tie(doc))
        })
    }

    /// How many stories articles are; each by its segment and its number there.
    pub(crate) fn n_stories(&self, articles: impl Iterator<Item = (usize, DocId)>) -> usize {
        let mut shared = HashSet::new();
        let mut n_alone = 0;
        for (segment, doc) in articles {
            match self.shared_story(segment, doc) {
                None => n_alone += 1,
                Some(story) => _ = shared.insert(story),
            }
        }
        n_alone + shared.len()
    }

    /// Finds articles by their keys: their segments and numbers there. Looks at all articles.
    pub(crate) fn find_keys(&self, keys: &HashSet<u64>) -> Vec<(usize, DocId)> {
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
    /// For each hit, how many other pages carry its story, and how many other versions of its page there are.
    pub(crate) fn others(&self, hits: &[Candidate]) -> Result<Vec<(usize, usize)>> {
        let snapshot = &self.snapshot;
        let group = |hit: &Candidate| {
            let key = snapshot.segments[hit.segment].tie(hit.entry.doc);
            let story = snapshot.shared_story(hit.segment, hit.entry.doc);
            let group = story.map(|_| snapshot.stories.group_of(key));
            (key, group.unwrap_or_default())
        };
        let groups: Vec<(u64, Vec<u64>)> = hits.iter().map(group).collect();
        let is_doubtful = |key: u64, other: u64| snapshot.stories.is_doubtful(key, other);
        let doubtful: HashSet<u64> = groups
            .iter()
            .flat_map(|(key, group)| group.iter().filter(|other| is_doubtful(*key, **other)))
            .copied()
            .collect();
        // Only bodies tell, and finding articles by their keys takes a look at all.
        let places: HashMap<u64, (usize, DocId)> = match doubtful.is_empty() {
            true => HashMap::new(),
            false => {
                let found = snapshot.find_keys(&doubtful).into_iter();
                let key = |(segment, doc): (usize, DocId)| snapshot.segments[segment].tie(doc);
                found.map(|place| (key(place), place)).collect()
            }
        };
        let mut counts = Vec::with_capacity(hits.len());
        for (hit, (key, group)) in hits.iter().zip(groups) {
            let mut keys = Vec::with_capacity(group.len());
            for other in group {
                let is_one_story = match places.get(&other).filter(|_| is_doubtful(key, other)) {
                    None => true,
                    Some(&place) => self.is_one_story((hit.segment, hit.entry.doc), place)?,
                };
                if is_one_story {
                    keys.push(other);
                }
            }
            let n_articles = keys.len();
            keys.retain(|&other| !is_same_page(key, other));
            let n_versions = n_articles - keys.len();
            // Versions of a page stand next to each other.
            keys.dedup_by(|a, b| is_same_page(*a, *b));
            counts.push((keys.len(), n_versions.saturating_sub(1)));
        }
        Ok(counts)
    }

    /// Whether two articles of a group are one story by their bodies too, if their fingerprints leave a doubt.
    pub(crate) fn is_one_story(
        &self,
        first: (usize, DocId),
        second: (usize, DocId),
    ) -> Result<bool> {
        let snapshot = &self.snapshot;
        let [a, b] = [first, second].map(|(segment, doc)| snapshot.segments[segment].tie(doc));
        if !snapshot.stories.is_doubtful(a, b) {
            return Ok(true);
        }
        let body = |(segment, doc): (usize, DocId)| -> Result<Option<String>> {
            let record = snapshot.segments[segment].record(doc)?;
            Ok(record::with_body(record, &self.core.bodies).map(|(_, body)| body))
        };
        let (Some(first), Some(second)) = (body(first)?, body(second)?) else {
            return Ok(true);
        };
        Ok(Likeness::of_bodies(&first, &second).is_reprint())
    }

    /// Whether there are other versions of its page.
    pub(crate) fn has_versions(&self, candidate: &Candidate) -> bool {
        let (segment, doc) = (candidate.segment, candidate.entry.doc);
        let Some(story) = self.snapshot.shared_story(segment, doc) else {
            return false;
        };
        let asked = self.snapshot.segments[segment].tie(doc);
        let group = self.snapshot.stories.group_of(story);
        let mut others = group.iter().filter(|other| **other != asked);
        others.any(|other| is_same_page(*other, asked))
    }

    /// Whether other versions of hits match and are not kept, of which one may be the newest.
    pub(crate) fn lacks_versions(&self, hits: &[Candidate], matches: &Matches) -> bool {
        if !matches.is_cut() {
            return false;
        }
        let key = |segment: usize, doc| self.snapshot.segments[segment].tie(doc);
        let pages = hits.iter().filter(|hit| self.has_versions(hit));
        let pages: Vec<u64> = pages.map(|hit| key(hit.segment, hit.entry.doc)).collect();
        if pages.is_empty() {
            return false;
        }
        let kept = matches.matching().map(|it| (it.segment, it.entry.doc));
        let kept: HashSet<(usize, DocId)> = kept.collect();
        matches.docs().any(|(segment, doc)| {
            let key = key(segment, doc);
            pages.iter().any(|page| is_same_page(*page, key)) && !kept.contains(&(segment, doc))
        })
    }

    /// Puts the newest of the versions that match in the place of an older one.
    pub(crate) fn show_newest(&self, candidate: &mut Candidate, matches: &Matches) -> Result<()> {
        let key = |it: &Candidate| self.snapshot.segments[it.segment].tie(it.entry.doc);
        let story = |it: &Candidate| self.snapshot.story(it.segment, it.entry.doc);
        if !self.has_versions(candidate) {
            return Ok(());
        }
        let others = matches
            .matching()
            .filter(|it| is_same_page(key(it), key(candidate)) && story(it) == story(candidate));
        let age = self.age(candidate.segment, candidate.entry.doc)?;
        let mut newest = (age, None);
        for other in others {
            let version = self.age(other.segment, other.entry.doc)?;
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

    fn age(&self, segment: usize, doc: DocId) -> Result<Option<Age>> {
        let record = self.snapshot.segments[segment].record(doc)?;
        Ok(record::article(record, &self.core.bodies).map(|article| age(&article)))
    }
}

/// What the versions of a page are ordered by, the oldest first: the time, when it was fetched, the file, the id. What
/// has no time counts as older than what has.
pub(crate) fn age(article: &Article) -> Age {
    let time = article.updated.or(article.published);
    let path = article.path.as_ref();
    (
        time.map(|time| time.datetime),
        article.fetched.map(|time| time.datetime),
        path.map(|path| path.to_string_lossy().into_owned()),
        article.id.clone(),
    )
}

pub(crate) type Age = (Option<DateTime>, Option<DateTime>, Option<String>, String);

#[cfg(test)]
mod tests {
    use fangzhi_ingest::Block;

    use super::*;
    use crate::index::Index;
    use crate::request::Count;

    #[test]
    fn the_newest_version_is_shown_though_it_is_far_down() {
        let index = Index::in_memory().unwrap();
        let mut writer = index.writer().unwrap();
        let add = |id: &str, title: &str, day: &str, body: String| {
            let mut article = Article::default();
            article.id = id.to_owned();
            article.title = Some(title.to_owned());
            article.published = day.parse().ok();
            article.body = vec![Block::Paragraph { text: body }];
            writer.add(&article).unwrap();
        };
        // More of them than are kept, all of which pass the newer version.
        for number in 0..2_500 {
            let body = format!("{number}号路口的文明城市展板换了新画。");
            add(&format!("b.cn/{number}"), "展板", "2024-02-01", body);
        }
        let body = "市图书馆昨日起延长开放时间，读者王建国下班后也能借书，馆长说这是创建文明城市的一项举措。".repeat(2);
        add(
            "a.cn/1.html",
            "文明城市，文明城市",
            "2024-01-03",
            body.clone(),
        );
        let newer = format!("{body}咨询电话是六二三三四。");
        add("a.cn/1.html#0123abcd", "延长开放时间", "2024-01-04", newer);
        writer.commit().unwrap();
        let searcher = index.searcher().unwrap();
        for count in [Count::Articles, Count::Stories] {
            let results = searcher
                .search(&Query::new("文明城市").limit(10).count(count))
                .unwrap();
            assert_eq!(results.total, 2_502);
            let hit = results.hits.iter().find(|hit| hit.id.starts_with("a.cn"));
            let hit = hit.map(|hit| (hit.id.as_str(), hit.other_versions));
            assert_eq!(hit, Some(("a.cn/1.html#0123abcd", 1)), "{count:?}");
        }
    }
}
