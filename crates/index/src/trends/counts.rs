//! Articles by time.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::AddAssign;
use std::time::{Duration, Instant};

use tantivy::DocId;

use super::period::{Interval, Period};
use super::regions::{self, RegionTrend};
use super::selection::{Docs, Selection};
use crate::error::Result;
use crate::facet::local;
use crate::hit::Relaxation;
use crate::query::{Problem, ProblemKind};
use crate::request::{Count, Query};
use crate::searcher::Searcher;
use crate::segment::{Segment, Snapshot};

/// How much was written about something, and how much in all: in articles, or in stories where the query
/// [counts](Query::count) these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Coverage {
    /// How many match.
    pub matches: usize,
    /// How many there are, under the same filters.
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

/// Articles by the time they were published.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Trend {
    /// The periods in order, without gaps: from the first to the last with an article that matches, and where the query
    /// names a first or last day, on to that as far as there are articles at all.
    pub buckets: Vec<Bucket>,
    /// All articles, those without a date included.
    pub total: Coverage,
    /// The articles without a date, which are in no bucket.
    pub undated: Coverage,
}

/// The articles that match a query, by the time they were published.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Trends {
    /// How long a period is.
    pub interval: Interval,
    /// The counts; `total.matches` is the [`total`](crate::Results::total) of a search, or its
    /// [`stories`](crate::Results::stories).
    pub all: Trend,
    /// The same by region, if that was asked for: those of most matches first, all of the same periods as `all`.
    pub regions: Vec<RegionTrend>,
    /// What was given up of the query since no article has all of it: then `matches` counts articles that have the rest.
    /// `None` if nothing was.
    pub relaxed: Option<Relaxation>,
    /// What of the query was not understood.
    pub problems: Vec<Problem>,
    /// Regions among the filters whose name several have, which were all taken.
    pub ambiguous: Vec<ProblemKind>,
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
    /// With [`Count::Stories`], articles that carry one story count once in each period they are of, and once in all.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use fangzhi_index::{Index, Interval, Query};
    /// # let index = Index::in_memory()?;
    /// let trends = index.searcher()?.trends(&Query::new("文明城市"), Interval::Month)?;
    /// for bucket in &trends.all.buckets {
    ///     let share = bucket.coverage.share().unwrap_or(0.0);
    ///     println!("{} {:>6} {:.1} %", bucket.period, bucket.coverage.matches, 100.0 * share);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::UnknownRegion`](crate::Error::UnknownRegion) if the query is filtered by a region that there is not; else
    /// if files of the index cannot be read. No text of a query is an error.
    pub fn trends(&self, query: &Query, interval: Interval) -> Result<Trends> {
        self.count_by_time(query, interval, false)
    }

    /// Counts them by region, too: the provinces, or if the query is filtered by one region, the regions in it, as far as
    /// an article that matches is about them.
    ///
    /// An article about several regions counts for each; one about a whole region, and none in it, for none. So the
    /// counts of regions need not add up to those of all.
    ///
    /// # Errors
    ///
    /// As [`trends`](Self::trends).
    pub fn trends_by_region(&self, query: &Query, interval: Interval) -> Result<Trends> {
        self.count_by_time(query, interval, true)
    }

    fn count_by_time(&self, query: &Query, interval: Interval, by_region: bool) -> Result<Trends> {
        let begun = Instant::now();
        let selection = Selection::new(self, query)?;
        let passing = selection.passing(self);
        let tally = |matching: &Docs, passing: &Docs| {
            let mut tally = Tally::default();
            tally.count(&self.snapshot, interval, query.count, matching, passing);
            tally
        };
        let all = tally(&selection.docs, &passing);
        let span = all.span(query);
        let mut trends = Vec::new();
        if by_region {
            let places = regions::places(&self.snapshot, &selection)?;
            let matching = regions::split(&self.snapshot, &places, &selection.docs)?;
            let passing = regions::split(&self.snapshot, &places, &passing)?;
            for ((place, matching), passing) in places.into_iter().zip(&matching).zip(&passing) {
                let trend = tally(matching, passing).into_trend(&span);
                trends.push(RegionTrend { place, trend });
            }
        }
        Ok(Trends {
            interval,
            all: all.into_trend(&span),
            regions: trends,
            relaxed: selection.relaxed,
            problems: selection.problems,
            ambiguous: selection.ambiguous,
            took: begun.elapsed(),
        })
    }
}

/// Articles or stories counted by period.
#[derive(Default)]
struct Tally {
    periods: BTreeMap<Period, Coverage>,
    total: Coverage,
    undated: Coverage,
}

impl Tally {
    fn count(
        &mut self,
        snapshot: &Snapshot,
        interval: Interval,
        count: Count,
        matching: &Docs,
        passing: &Docs,
    ) {
        let mut calendar = Calendar::new(interval);
        let (one_match, one_article) = (coverage(1, 0), coverage(0, 1));
        for (docs, one) in [(matching, one_match), (passing, one_article)] {
            // The stories counted so far, in all and of each period (or of none).
            let mut stories: HashSet<u64> = HashSet::new();
            let mut stories_of: HashSet<(Option<Period>, u64)> = HashSet::new();
            for (number, (segment, docs)) in snapshot.segments.iter().zip(docs).enumerate() {
                for &doc in docs {
                    let period = calendar.period(segment, doc);
                    let story = match count {
                        Count::Articles => None,
                        Count::Stories => snapshot.shared_story(number, doc),
                    };
                    if story.is_none_or(|story| stories.insert(story)) {
                        self.total += one;
                    }
                    if story.is_none_or(|story| stories_of.insert((period, story))) {
                        *match period {
                            Some(period) => self.periods.entry(period).or_default(),
                            None => &mut self.undated,
                        } += one;
                    }
                }
            }
        }
    }

    /// The periods to show, without gaps.
    fn span(&self, query: &Query) -> Vec<Period> {
        let mut matching = self.periods.iter().filter(|(_, n)| n.matches > 0);
        let Some((&first, _)) = matching.next() else {
            return Vec::new();
        };
        let last = matching.next_back().map_or(first, |(last, _)| *last);
        // Where the caller says from when and until when, what is without a match there tells something too.
        let oldest = self.periods.keys().next().filter(|_| query.since.is_some());
        let newest = self.periods.keys().next_back();
        let newest = newest.filter(|_| query.until.is_some());
        let first = oldest.map_or(first, |oldest| first.min(*oldest));
        let last = newest.map_or(last, |newest| last.max(*newest));
        std::iter::successors(Some(first), |period| period.next())
            .take_while(|period| *period <= last)
            .collect()
    }

    fn into_trend(self, span: &[Period]) -> Trend {
        let buckets = span.iter().map(|&period| Bucket {
            period,
            coverage: self.periods.get(&period).copied().unwrap_or_default(),
        });
        Trend {
            buckets: buckets.collect(),
            total: self.total,
            undated: self.undated,
        }
    }
}

fn coverage(matches: usize, articles: usize) -> Coverage {
    Coverage { matches, articles }
}

/// Finds the periods that articles are of, each day once.
pub(super) struct Calendar {
    interval: Interval,
    /// By days since the beginning of 1970.
    periods: HashMap<i64, Period>,
}

impl Calendar {
    pub(super) fn new(interval: Interval) -> Self {
        Self {
            interval,
            periods: HashMap::new(),
        }
    }

    /// The period an article was published in; `None` if it has no date.
    pub(super) fn period(&mut self, segment: &Segment, doc: DocId) -> Option<Period> {
        let day = segment.published.first(doc)?.div_euclid(86_400);
        let period = self.periods.entry(day).or_insert_with(|| {
            let date = local(day * 86_400).date();
            Period::containing(date, self.interval)
        });
        Some(*period)
    }
}
