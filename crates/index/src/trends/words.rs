//! Words that stand out: in the articles of a query against all others, or in one period against the others.

use std::collections::BTreeMap;

use super::counts::Calendar;
use super::measure::{Measure, Table};
use super::ordinary::Ordinary;
use super::period::{Interval, Period};
use super::selection::Selection;
use super::spelling;
use super::terms::{self, Classes};
use crate::error::Result;
use crate::request::Query;
use crate::searcher::Searcher;

/// Which words stand out, and how many of them are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordOptions {
    /// At most so many words, of each period. By default, 10.
    pub limit: usize,
    /// How they are weighed. By default, [`Measure::Jlh`].
    pub measure: Measure,
    /// In how many articles of the foreground a word has to be. By default, 3; 0 counts as 1.
    pub least_articles: usize,
}

/// Words that stand out in some articles.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SignificantWords {
    /// The words, those that stand out most first.
    pub words: Vec<SignificantWord>,
    /// How many articles they stand out in: the foreground.
    pub foreground: usize,
    /// How many articles that is compared with, the foreground among them: the background.
    pub background: usize,
    /// How they are weighed.
    pub measure: Measure,
}

/// A word that stands out.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SignificantWord {
    /// The word, as these articles write it most often.
    pub text: String,
    /// How much it stands out, by the [`Measure`] asked for.
    pub score: f64,
    /// How many articles of the foreground have it in their body.
    pub foreground: usize,
    /// How many of the background.
    pub background: usize,
}

/// The words that stand out in a period.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct BurstWords {
    /// The period.
    pub period: Period,
    /// Its words; the background is the articles of all periods.
    pub words: SignificantWords,
}

impl Default for WordOptions {
    fn default() -> Self {
        Self {
            limit: 10,
            measure: Measure::default(),
            least_articles: 3,
        }
    }
}

impl Searcher {
    /// Finds the words that articles matching a query have more often than articles have on the whole.
    ///
    /// The foreground is all articles that match, as [`trends`](Self::trends) counts them; the background is the whole
    /// index, whatever the query's filters. What counts is in how many articles a word is, in their bodies. Left out are
    /// the query's own words and parts of them, stop words, words of news writing (记者, 昨日), numbers and single
    /// characters. Where the foreground is the whole index, no word stands out.
    ///
    /// # Errors
    ///
    /// If files of the index cannot be read; no query is an error.
    pub fn related_words(&self, query: &Query, options: &WordOptions) -> Result<SignificantWords> {
        let selection = Selection::new(self, query)?;
        let classes = Classes::new(&self.snapshot, &selection.docs, 1, |_, _| Some(0));
        let background = self.snapshot.n_docs;
        let mut best = Best::new(1, options);
        self.weigh(&selection, &classes, options, |word, counts| {
            for &(_, with) in counts.by_class {
                let table = Table {
                    with,
                    foreground: classes.size(0),
                    background_with: counts.all,
                    background,
                };
                best.add(0, word, table);
            }
        })?;
        let mut lists = best.finish(self, &classes)?;
        Ok(SignificantWords {
            words: lists.pop().unwrap_or_default(),
            foreground: selection.len(),
            background: self.snapshot.n_articles(),
            measure: options.measure,
        })
    }

    /// Finds the words that stand out in each period in which an article matches a query, in order of time.
    ///
    /// The foreground is the articles of the period that match, the background those of all periods that match. So a
    /// word that all these articles have does not stand out, and one that belongs to a month does.
    /// [`Measure::LogLikelihood`] is best at that. What is left out is as in [`related_words`](Self::related_words).
    ///
    /// # Errors
    ///
    /// If files of the index cannot be read; no query is an error.
    pub fn burst_words(
        &self,
        query: &Query,
        interval: Interval,
        options: &WordOptions,
    ) -> Result<Vec<BurstWords>> {
        self.bursts(query, interval, None, options)
    }

    /// Finds the words that stand out in one period, as [`burst_words`](Self::burst_words) does it for all.
    ///
    /// # Errors
    ///
    /// If files of the index cannot be read; no query is an error.
    pub fn burst_words_of(
        &self,
        query: &Query,
        period: Period,
        options: &WordOptions,
    ) -> Result<BurstWords> {
        let found = self.bursts(query, period.interval(), Some(period), options)?;
        let none = || BurstWords {
            period,
            words: SignificantWords {
                words: Vec::new(),
                foreground: 0,
                background: 0,
                measure: options.measure,
            },
        };
        Ok(found.into_iter().next().unwrap_or_else(none))
    }

    /// The words of all periods that have an article, or of one of them.
    fn bursts(
        &self,
        query: &Query,
        interval: Interval,
        only: Option<Period>,
        options: &WordOptions,
    ) -> Result<Vec<BurstWords>> {
        let selection = Selection::new(self, query)?;
        let mut calendar = Calendar::new(interval);
        let mut periods: BTreeMap<Period, u32> = BTreeMap::new();
        for (segment, docs) in self.snapshot.segments.iter().zip(&selection.docs) {
            let found = docs.iter();
            let found = found.filter_map(|&doc| calendar.period(segment, doc));
            periods.extend(found.map(|period| (period, 0)));
        }
        for (number, class) in (0..).zip(periods.values_mut()) {
            *class = number;
        }
        let classes = Classes::new(
            &self.snapshot,
            &selection.docs,
            periods.len(),
            |segment, doc| periods.get(&calendar.period(segment, doc)?).copied(),
        );
        let background = classes.n_articles();
        let only = match only {
            None => None,
            Some(period) => match periods.get(&period) {
                Some(class) => Some(*class),
                None => return Ok(Vec::new()),
            },
        };
        let mut best = Best::new(periods.len(), options);
        self.weigh(&selection, &classes, options, |word, counts| {
            let background_with = counts.by_class.iter().map(|(_, with)| with).sum();
            for &(class, with) in counts.by_class {
                if only.is_none_or(|only| only == class) {
                    let table = Table {
                        with,
                        foreground: classes.size(class),
                        background_with,
                        background,
                    };
                    best.add(class, word, table);
                }
            }
        })?;
        let lists = best.finish(self, &classes)?;
        let bursts = periods.into_iter().zip(lists);
        Ok(bursts
            .filter(|((_, class), _)| only.is_none_or(|only| only == *class))
            .map(|((period, class), words)| BurstWords {
                period,
                words: SignificantWords {
                    words,
                    foreground: number(classes.size(class)),
                    background: number(background),
                    measure: options.measure,
                },
            })
            .collect())
    }

    fn weigh(
        &self,
        selection: &Selection,
        classes: &Classes,
        options: &WordOptions,
        sink: impl FnMut(&str, &terms::Counts<'_>),
    ) -> Result<()> {
        let ordinary = Ordinary::new(&self.core.analyzer, &selection.needles);
        let least = options.least_articles.max(1) as u64;
        let wanted = |word: &str| !ordinary.has(word);
        terms::for_each(&self.snapshot, classes, least, wanted, sink)
    }
}

/// The words of each class that stand out most.
struct Best<'o> {
    options: &'o WordOptions,
    lists: Vec<Vec<(String, f64, Table)>>,
}

impl<'o> Best<'o> {
    fn new(n_classes: usize, options: &'o WordOptions) -> Self {
        Self {
            options,
            lists: vec![Vec::new(); n_classes],
        }
    }

    fn add(&mut self, class: u32, word: &str, table: Table) {
        if table.with < self.options.least_articles as u64 {
            return;
        }
        let Some(score) = self.options.measure.score(table) else {
            return;
        };
        let list = &mut self.lists[class as usize];
        list.push((word.to_owned(), score, table));
        if list.len() >= 2 * self.options.limit.max(32) {
            keep_best(list, self.options.limit);
        }
    }

    /// The words of each class, as they are written there.
    fn finish(self, searcher: &Searcher, classes: &Classes) -> Result<Vec<Vec<SignificantWord>>> {
        let Self { options, mut lists } = self;
        for list in &mut lists {
            keep_best(list, options.limit);
        }
        let words = lists.iter().flatten().map(|(word, ..)| word.as_str());
        let written = spelling::find(searcher, classes, words)?;
        let word = |(word, score, table): (String, f64, Table)| SignificantWord {
            text: written.get(&word).cloned().unwrap_or(word),
            score,
            foreground: number(table.with),
            background: number(table.background_with),
        };
        Ok(lists
            .into_iter()
            .map(|list| list.into_iter().map(word).collect())
            .collect())
    }
}

/// Sorts the words that stand out most to the front, and drops what is behind `limit`.
fn keep_best(list: &mut Vec<(String, f64, Table)>, limit: usize) {
    list.sort_unstable_by(|a, b| {
        b.1.total_cmp(&a.1)
            .then_with(|| b.2.with.cmp(&a.2.with))
            .then_with(|| a.0.cmp(&b.0))
    });
    list.truncate(limit);
}

fn number(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}
