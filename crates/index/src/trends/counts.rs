//! Articles by time.

use std::collections::BTreeMap;
use std::ops::AddAssign;
use std::time::{Duration, Instant};

use jiff::civil::Date;
use tantivy::DocId;

use super::period::{Interval, Period};
use super::selection::{self, Selection};
use crate::error::Result;
use crate::facet::local;
use crate::hit::Relaxation;
use crate::query::Problem;
use crate::request::Query;
use crate::searcher::Searcher;
use crate::segment::Segment;

/// How much was written about something, and how much in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Coverage {
    /// How many articles match.
    pub matches: usize,
    /// How many articles there are, under the same filters.
    pub articles: usize,
}

/// The articles of one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bucket {
    /// The period.
    pub period: Period,
    /// Its articles.
    pub coverage: Coverage,
}

/// The articles that match a query, by the time they were published.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Trends {
    /// How long a period is.
    pub interval: Interval,
    /// The periods in order, without gaps: from the first to the last with an article that matches, and where the query
    /// names a first or last day, on to that as far as there are articles at all.
    pub buckets: Vec<Bucket>,
    /// All articles, those without a date included; `matches` is the [`total`](crate::Results::total) of a search.
    pub total: Coverage,
    /// The articles without a date, which are in no bucket.
    pub undated: Coverage,
    /// What was given up of the query since no article has all of it: then `matches` counts articles that have the rest.
    /// `None` if nothing was.
    pub relaxed: Option<Relaxation>,
    /// What of the query was not understood.
    pub problems: Vec<Problem>,
    /// How long it took.
    pub took: Duration,
}

impl Coverage {
    /// The share of the articles that match, from 0 to 1; `None` if there are no articles.
    #[must_use]
    pub fn share(self) -> Option<f64> {
        (self.articles > 0).then(|| self.matches as f64 / self.articles as f64)
    }
}

impl AddAssign for Coverage {
    fn add_assign(&mut self, other: Self) {
        self.matches += other.matches;
        self.articles += other.articles;
    }
}

impl Searcher {
    /// Counts the articles that match a query by the time they were published, beside all articles.
    ///
    /// What matches is what [`search`](Self::search) counts as [`total`](crate::Results::total): the articles that have
    /// all of the query, and where none has, those that [`Trends::relaxed`] describes. All articles are those that pass
    /// the query's filters, whatever its text. A query without text, or `*`, asks for all of them.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use fangzhi_index::{Index, Interval, Query};
    /// # let index = Index::in_memory()?;
    /// let trends = index.searcher()?.trends(&Query::new("文明城市"), Interval::Month)?;
    /// for bucket in &trends.buckets {
    ///     let share = bucket.coverage.share().unwrap_or(0.0);
    ///     println!("{} {:>6} {:.1} %", bucket.period, bucket.coverage.matches, 100.0 * share);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If files of the index cannot be read; no query is an error.
    pub fn trends(&self, query: &Query, interval: Interval) -> Result<Trends> {
        let begun = Instant::now();
        let selection = Selection::new(self, query)?;
        let all = selection::passing(self, &selection.filters);
        let (total, undated, by_day) = self.by_day(&selection.docs, &all);
        Ok(Trends {
            interval,
            buckets: buckets(&by_day, interval, query),
            total,
            undated,
            relaxed: selection.relaxed,
            problems: selection.problems,
            took: begun.elapsed(),
        })
    }

    /// The coverage in all, of what has no date, and of each day.
    fn by_day(
        &self,
        matching: &[Vec<DocId>],
        all: &[Vec<DocId>],
    ) -> (Coverage, Coverage, BTreeMap<Date, Coverage>) {
        let mut by_day: BTreeMap<i64, Coverage> = BTreeMap::new();
        let mut total = Coverage::default();
        let mut undated = Coverage::default();
        for (docs, one) in [(matching, coverage(1, 0)), (all, coverage(0, 1))] {
            for (segment, docs) in self.snapshot.segments.iter().zip(docs) {
                for &doc in docs {
                    total += one;
                    match day_number(segment, doc) {
                        Some(day) => *by_day.entry(day).or_default() += one,
                        None => undated += one,
                    }
                }
            }
        }
        let by_day = by_day.into_iter().map(|(day, n)| (date(day), n)).collect();
        (total, undated, by_day)
    }
}

fn coverage(matches: usize, articles: usize) -> Coverage {
    Coverage { matches, articles }
}

/// The day an article was published, counted from the beginning of 1970.
fn day_number(segment: &Segment, doc: DocId) -> Option<i64> {
    Some(segment.published.first(doc)?.div_euclid(86_400))
}

fn date(day_number: i64) -> Date {
    local(day_number * 86_400).date()
}

/// The period an article was published in.
pub(super) fn period_of(segment: &Segment, doc: DocId, interval: Interval) -> Option<Period> {
    let day = date(day_number(segment, doc)?);
    Some(Period::containing(day, interval))
}

/// Counts by period, without gaps.
fn buckets(by_day: &BTreeMap<Date, Coverage>, interval: Interval, query: &Query) -> Vec<Bucket> {
    let matching = || by_day.iter().filter(|(_, n)| n.matches > 0);
    let (Some((&first, _)), Some((&last, _))) = (matching().next(), matching().next_back()) else {
        return Vec::new();
    };
    // Where the caller says from when and until when, what is without a match there tells something too.
    let first = by_day
        .keys()
        .next()
        .filter(|_| query.since.is_some())
        .map_or(first, |oldest| first.min(*oldest));
    let last = by_day
        .keys()
        .next_back()
        .filter(|_| query.until.is_some())
        .map_or(last, |newest| last.max(*newest));
    let mut counts: BTreeMap<Date, Coverage> = BTreeMap::new();
    for (&day, &n) in by_day {
        let period = Period::containing(day, interval);
        *counts.entry(period.first()).or_default() += n;
    }
    let begin = Period::containing(first, interval);
    std::iter::successors(Some(begin), |period| period.next())
        .take_while(|period| period.first() <= last)
        .map(|period| Bucket {
            period,
            coverage: counts.get(&period.first()).copied().unwrap_or_default(),
        })
        .collect()
}
