//! Answering queries.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use fangzhi_ingest::{Article, CHINA};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::compile::Compiler;
use crate::error::{Error, Result};
use crate::explain::Explanation;
use crate::facet;
use crate::filter::{Filters, SegmentFilter};
use crate::highlight::Needles;
use crate::hit::{Hit, Relaxation, Results};
use crate::index::Core;
use crate::matches::{Candidate, Matches};
use crate::query::{self, Parsed, Problem};
use crate::rank::{self, Ask, Lists, Reach, Scope};
use crate::record;
use crate::request::{Count, Query, Sort};
use crate::segment::Snapshot;
use crate::snippet::{self, Snippet};
use crate::stories::Collapse;
use crate::writer::seconds;

/// How many more articles than asked for are looked at closely.
const MARGIN: usize = 40;
/// With so few articles the query may be misspelt: its pieces may stand in some of them all the same.
const FEW: usize = 2;
/// Of so many articles it is counted how many stories they are, whether that is asked for or not; each takes a look-up.
const FEW_TO_COUNT: usize = 1_000;
/// The seconds of a day.
const DAY: f32 = 86_400.0;

/// An index as it was when the searcher was opened.
///
/// Cloning is cheap; a searcher can be used from many threads.
#[derive(Clone)]
pub struct Searcher {
    pub(crate) core: Arc<Core>,
    pub(crate) snapshot: Arc<Snapshot>,
}

/// What a query asks of an index.
pub(crate) struct Understood {
    pub(crate) needles: Needles,
    pub(crate) asks: Vec<Ask>,
    pub(crate) problems: Vec<Problem>,
}

impl Searcher {
    pub(crate) fn new(core: Arc<Core>, snapshot: Arc<Snapshot>) -> Self {
        Self { core, snapshot }
    }

    /// Finds the articles that a query asks for.
    ///
    /// A query without text finds every article that passes its filters, the newest first; without either, nothing.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownRegion`] if the query is filtered by a region that there is not; else if files of the index
    /// cannot be read. No text of a query is an error.
    pub fn search(&self, query: &Query) -> Result<Results> {
        let begun = Instant::now();
        let today = query.today.unwrap_or_else(today);
        let filters = Filters::new(query, self.core.analyzer.places())?;
        let Understood {
            needles,
            asks,
            problems,
        } = self.understand(query, today)?;
        let (mut results, doubtful) = self.answer(asks, &needles, query, &filters, today)?;
        results.problems = problems;
        results.ambiguous = filters.into_ambiguous();
        let complete = matches!(results.relaxed, None | Some(Relaxation::Completed { .. }));
        let missed = (results.total <= FEW || !complete) && doubtful;
        // Whoever asks for no snippets has no reader to offer anything to.
        if missed && query.offset == 0 && query.snippet.is_some() {
            results.suggestions = self.suggest(&query.text)?;
        }
        results.took = begun.elapsed();
        Ok(results)
    }

    /// Reads back the article of this id, as it was added.
    ///
    /// # Errors
    ///
    /// If files of the index cannot be read.
    pub fn article(&self, id: &str) -> Result<Option<Article>> {
        let Some((segment, doc)) = self.snapshot.find(id)? else {
            return Ok(None);
        };
        let record = self.snapshot.segments[segment].record(doc)?;
        let article = record::article(record, &self.core.bodies).ok_or_else(|| damaged(id))?;
        Ok(Some(article))
    }

    /// Reads a query; the regions are loaded if it names one.
    fn parse(&self, text: &str, today: Date) -> Result<Parsed> {
        let failed = RefCell::new(None);
        let find = |name: &str| match self.core.analyzer.places().gazetteer() {
            Ok(gazetteer) => gazetteer.resolve(name),
            Err(error) => {
                failed.replace(Some(error));
                Vec::new()
            }
        };
        let parsed = query::parse(text, today, &find);
        match failed.into_inner() {
            Some(error) => Err(error),
            None => Ok(parsed),
        }
    }

    /// How many articles the index holds.
    #[must_use]
    pub fn n_articles(&self) -> usize {
        self.snapshot.n_articles()
    }

    pub(crate) fn date_range(&self) -> Option<(Date, Date)> {
        facet::date_range(&self.snapshot)
    }

    pub(crate) fn all_sources(&self) -> Result<Vec<(String, usize)>> {
        facet::all_sources(&self.snapshot)
    }

    /// Works out what a query asks of this index.
    pub(crate) fn understand(&self, query: &Query, today: Date) -> Result<Understood> {
        let Parsed { root, problems } = self.parse(&query.text, today)?;
        let root = root.map(|root| query::expand(root, self.core.analyzer.synonyms()));
        let compiler = Compiler {
            analyzer: &self.core.analyzer,
            fields: &self.core.fields,
        };
        let asks = match &root {
            Some(root) => compiler.compile(root),
            None if query.filters() => vec![Ask::new(Scope::Article)],
            None => Vec::new(),
        };
        Ok(Understood {
            needles: Needles::new(root.as_ref(), &self.core.analyzer),
            asks,
            problems,
        })
    }

    fn answer(
        &self,
        asks: Vec<Ask>,
        needles: &Needles,
        query: &Query,
        filters: &Filters<'_>,
        today: Date,
    ) -> Result<(Results, bool)> {
        let passes: Vec<SegmentFilter> = filters.of_segments(&self.snapshot)?;
        // What has no text to rank by is best read by date.
        let unranked = asks.iter().all(|ask| ask.n_units() == 0);
        let by_date = query.sort == Sort::Date || unranked;
        let reach = match query.half_life {
            _ if by_date => Reach::All,
            // What is old may stand far down.
            Some(_) => Reach::Any,
            None => Reach::Best(n_looked_at(query)),
        };
        let n_kept = match reach {
            Reach::Best(n) => n,
            _ => usize::MAX,
        };
        let find = |asks, kept| Matches::find(asks, kept, &passes, &self.snapshot);
        let mut matches = find(asks, (reach, n_kept))?;
        let facets = facet::count(
            &query.facets,
            query.count,
            &matches,
            filters,
            &self.snapshot,
        )?;
        let counts_stories = query.count == Count::Stories || matches.total <= FEW_TO_COUNT;
        let stories =
            (query.collapse && counts_stories).then(|| self.snapshot.n_stories(matches.docs()));
        let best = if by_date {
            let matching: Vec<Candidate> = matches.matching().copied().collect();
            self.newest(matching, query)?
        } else {
            let shown = matches.shown(n_kept);
            let may_be_more = shown.len() >= n_kept;
            let (best, is_used_up) = self.most_relevant(shown, &matches, query, today)?;
            if is_used_up && may_be_more {
                // Reprints hide more than was reckoned with.
                matches = find(matches.into_asks(), (Reach::Any, usize::MAX))?;
                let shown = matches.shown(usize::MAX);
                self.most_relevant(shown, &matches, query, today)?.0
            } else {
                best
            }
        };
        if query.collapse && self.lacks_versions(&best, &matches) {
            matches = find(matches.into_asks(), (Reach::All, usize::MAX))?;
        }
        let hits = self.hits(best, &matches, needles, query, today)?;
        let doubtful = matches.has_doubtful_words(self.snapshot.n_docs);
        let results = Results {
            hits,
            total: matches.total,
            stories,
            took: std::time::Duration::ZERO,
            relaxed: matches.relaxed,
            facets,
            suggestions: Vec::new(),
            problems: Vec::new(),
            ambiguous: Vec::new(),
        };
        Ok((results, doubtful))
    }

    /// Reads the hits of the page asked for.
    pub(crate) fn hits(
        &self,
        mut best: Vec<Candidate>,
        matches: &Matches,
        needles: &Needles,
        query: &Query,
        today: Date,
    ) -> Result<Vec<Hit>> {
        best.drain(..query.offset.min(best.len()));
        best.truncate(query.limit);
        if query.collapse {
            for candidate in &mut best {
                self.show_newest(candidate, matches)?;
            }
        }
        let others = self.others(&best)?;
        best.iter()
            .zip(others)
            .map(|(candidate, others)| {
                let mut hit = self.hit(candidate, matches, needles, query, today)?;
                (hit.also_carried_by, hit.other_versions) = others;
                Ok(hit)
            })
            .collect()
    }

    fn newest(&self, candidates: Vec<Candidate>, query: &Query) -> Result<Vec<Candidate>> {
        let order = |a: &Candidate, b: &Candidate| {
            self.published(b)
                .cmp(&self.published(a))
                .then_with(|| b.entry.score.total_cmp(&a.entry.score))
                .then_with(|| self.tie(a).cmp(&self.tie(b)))
        };
        let wanted = query.offset.saturating_add(query.limit);
        let mut best = Vec::new();
        let mut collapse = Collapse::new(self, query);
        let mut rest = candidates;
        while best.len() < wanted && !rest.is_empty() {
            let n = wanted.saturating_add(MARGIN).max(4 * best.len());
            let first = take_first(&mut rest, n, order);
            collapse.extend(&mut best, first, wanted)?;
        }
        Ok(best)
    }

    /// The best candidates, the best first, as many as the query's page and those before it hold.
    ///
    /// What costs more is looked up for those ahead only, so that an article may pass others that are a little ahead
    /// of it: [`MARGIN`] further ones than a page are looked at for each page. A page is the same whichever is asked for.
    pub(crate) fn most_relevant(
        &self,
        mut candidates: Vec<Candidate>,
        matches: &Matches,
        query: &Query,
        today: Date,
    ) -> Result<(Vec<Candidate>, bool)> {
        if let Some(half_life) = query.half_life {
            for candidate in &mut candidates {
                let freshness = self.freshness(candidate, half_life, today);
                candidate.entry.score *= freshness;
                candidate.entry.coverage *= freshness;
            }
        }
        let order = |a: &Candidate, b: &Candidate| {
            b.entry
                .score
                .total_cmp(&a.entry.score)
                .then_with(|| self.published(b).cmp(&self.published(a)))
                .then_with(|| self.tie(a).cmp(&self.tie(b)))
        };
        let wanted = query.offset.saturating_add(query.limit);
        let mut best = Vec::new();
        let mut collapse = Collapse::new(self, query);
        // Those looked at closely, in the order before that; those of them in reach of the page, some of which are only
        // raised once they can be on it.
        let mut ahead = VecDeque::new();
        let mut low: Vec<Candidate> = Vec::new();
        let mut reach: Vec<Candidate> = Vec::new();
        let mut is_used_up = false;
        while best.len() < wanted {
            let n_reach = query.limit.saturating_add(MARGIN);
            while reach.len() + low.len() + ahead.len() < n_reach {
                if candidates.is_empty() {
                    is_used_up = true;
                    break;
                }
                let n = (wanted - best.len()).saturating_add(MARGIN);
                let mut first = take_first(&mut candidates, n, order);
                self.each_group(&mut first, matches, rank::rescore);
                ahead.extend(first);
            }
            let n_known = reach.len() + low.len();
            let n = n_reach.saturating_sub(n_known).min(ahead.len());
            low.extend(ahead.drain(..n));
            let scores = reach.iter().chain(&low).map(|it| it.entry.score);
            let last = rank::nth_highest(scores, query.limit);
            let may_reach = |it: &mut Candidate| {
                last.is_none_or(|last| it.entry.score * rank::MOST_RAISED >= last)
            };
            let mut raised: Vec<Candidate> = low.extract_if(.., may_reach).collect();
            self.each_group(&mut raised, matches, rank::raise);
            reach.extend(raised);
            reach.sort_unstable_by(order);
            let page = reach.drain(..query.limit.min(reach.len()));
            if page.len() == 0 {
                break;
            }
            collapse.extend(&mut best, page, wanted)?;
        }
        Ok((best, is_used_up))
    }

    /// Adds to the scores what is costly to look up.
    pub(crate) fn rescore(&self, candidates: &mut [Candidate], matches: &Matches) {
        self.each_group(candidates, matches, rank::rescore);
        self.each_group(candidates, matches, rank::raise);
    }

    /// Hands out the candidates of each spelling and segment, sorted by number; their order here stays as it is.
    fn each_group(
        &self,
        candidates: &mut [Candidate],
        matches: &Matches,
        change: impl Fn(&mut [Candidate], &Lists, &Snapshot),
    ) {
        let mut numbers: Vec<usize> = (0..candidates.len()).collect();
        numbers.sort_unstable_by_key(|&number| {
            let it = &candidates[number];
            (it.spelling, it.segment, it.entry.doc)
        });
        let mut sorted: Vec<Candidate> = numbers.iter().map(|it| candidates[*it]).collect();
        for group in sorted.chunk_by_mut(|a, b| (a.spelling, a.segment) == (b.spelling, b.segment))
        {
            let lists = &matches.spellings[group[0].spelling].lists;
            change(group, lists, &self.snapshot);
        }
        for (number, candidate) in numbers.into_iter().zip(sorted) {
            candidates[number] = candidate;
        }
    }

    fn hit(
        &self,
        candidate: &Candidate,
        matches: &Matches,
        needles: &Needles,
        query: &Query,
        today: Date,
    ) -> Result<Hit> {
        let segment = &self.snapshot.segments[candidate.segment];
        let doc = candidate.entry.doc;
        let record = segment.record(doc)?;
        let damaged = || damaged(&doc.to_string());
        let (display, snippet) = match &query.snippet {
            None => {
                let display = record::display(record).ok_or_else(damaged)?;
                (display, Snippet::default())
            }
            Some(options) => {
                let (display, body) =
                    record::with_units(record, &self.core.bodies).ok_or_else(damaged)?;
                let snippet = snippet::cut(&body, needles, options);
                (display, snippet)
            }
        };
        let title = display.title.unwrap_or_default();
        let explanation = match query.explain {
            false => None,
            true => Some(self.explain(candidate, matches, query, today)?),
        };
        Ok(Hit {
            also_carried_by: 0,
            other_versions: 0,
            id: display.id,
            score: candidate.entry.score,
            title_marks: needles.title_marks(&title),
            title,
            published: display.published,
            source: display.source,
            site: display.site,
            about: segment
                .regions(doc)?
                .iter()
                .filter_map(|it| it.place.clone())
                .collect(),
            published_from: segment.home(doc)?.and_then(|it| it.place.clone()),
            url: display.url,
            path: display.path,
            kind: display.kind,
            missing: matches.missing(candidate),
            snippet,
            explanation,
        })
    }

    fn explain(
        &self,
        candidate: &Candidate,
        matches: &Matches,
        query: &Query,
        today: Date,
    ) -> Result<Explanation> {
        let lists = &matches.spellings[candidate.spelling].lists;
        let parts = rank::explain(
            candidate.entry.doc,
            lists,
            &self.snapshot,
            candidate.segment,
        );
        let mut factors = Vec::new();
        let freshness = query
            .half_life
            .map_or(1.0, |half_life| self.freshness(candidate, half_life, today));
        if freshness > 0.0 {
            let coverage = candidate.entry.coverage / freshness;
            factors.push(("share of the query that was found".to_owned(), coverage));
        }
        if candidate.entry.nearness > 1.0 {
            let nearness = candidate.entry.nearness;
            factors.push(("words near each other".to_owned(), nearness));
        }
        if query.half_life.is_some() {
            factors.push(("age".to_owned(), freshness));
        }
        Ok(Explanation {
            score: candidate.entry.score,
            parts,
            factors,
        })
    }

    /// What an article's age leaves of its score. An article without a date counts as one of four half-lives.
    fn freshness(&self, candidate: &Candidate, half_life: f32, today: Date) -> f32 {
        let now = seconds(today.into()) + DAY as i64;
        let age = self
            .published(candidate)
            .map_or(4.0 * half_life, |time| (now - time).max(0) as f32 / DAY);
        (-age / half_life).exp2()
    }

    fn published(&self, candidate: &Candidate) -> Option<i64> {
        self.snapshot.segments[candidate.segment]
            .published
            .first(candidate.entry.doc)
    }

    fn tie(&self, candidate: &Candidate) -> u64 {
        self.snapshot.segments[candidate.segment].tie(candidate.entry.doc)
    }
}

/// How many of the candidates may be looked at closely, if reprints hide no more than a page of them.
fn n_looked_at(query: &Query) -> usize {
    let pages = query.limit.saturating_mul(2).saturating_add(query.offset);
    pages.saturating_add(MARGIN)
}

/// Takes the first `n` by `order` out of the candidates, sorted.
fn take_first(
    candidates: &mut Vec<Candidate>,
    n: usize,
    order: impl Fn(&Candidate, &Candidate) -> Ordering,
) -> Vec<Candidate> {
    let rest = if n == 0 || n >= candidates.len() {
        candidates.split_off(n.min(candidates.len()))
    } else {
        candidates.select_nth_unstable_by(n - 1, &order);
        candidates.split_off(n)
    };
    let mut first = std::mem::replace(candidates, rest);
    first.sort_unstable_by(order);
    first
}

/// The day it is in China.
pub(crate) fn today() -> Date {
    CHINA.to_datetime(Timestamp::now()).date()
}

pub(crate) fn damaged(article: &str) -> Error {
    Error::Engine(format!("the stored record of article {article} is damaged"))
}
