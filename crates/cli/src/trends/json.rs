//! Trends as JSON: the fields that docs/cli.md promises.

use anyhow::Result;
use fangzhi_index::{BurstWords, Coverage, Period, SignificantWords};
use serde::Serialize;

use super::{Report, interval_name, measure_name};
use crate::console::Console;
use crate::search::{Problem, RelaxationRecord};

#[derive(Serialize)]
struct Answer<'a> {
    query: &'a str,
    by: &'static str,
    total: usize,
    articles: usize,
    share: Option<f64>,
    took_ms: f64,
    relaxed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    relaxation: Option<RelaxationRecord<'a>>,
    buckets: Vec<BucketRecord>,
    undated: Undated,
    #[serde(skip_serializing_if = "Option::is_none")]
    related: Option<WordsRecord<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bursts: Option<Vec<BurstRecord<'a>>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<Problem>,
}

#[derive(Serialize)]
struct BucketRecord {
    #[serde(flatten)]
    period: PeriodRecord,
    matches: usize,
    articles: usize,
    share: Option<f64>,
}

#[derive(Serialize)]
struct PeriodRecord {
    period: String,
    first_day: String,
    last_day: String,
}

#[derive(Serialize)]
struct Undated {
    matches: usize,
    articles: usize,
}

#[derive(Serialize)]
struct BurstRecord<'a> {
    #[serde(flatten)]
    period: PeriodRecord,
    #[serde(flatten)]
    words: WordsRecord<'a>,
}

#[derive(Serialize)]
struct WordsRecord<'a> {
    measure: &'static str,
    foreground: usize,
    background: usize,
    words: Vec<WordRecord<'a>>,
}

#[derive(Serialize)]
struct WordRecord<'a> {
    word: &'a str,
    score: f64,
    foreground: usize,
    background: usize,
}

/// Prints one object with everything.
pub(super) fn print(report: &Report<'_>, console: &mut Console<'_>) -> Result<()> {
    let trends = &report.trends;
    let buckets = trends.buckets.iter().map(|bucket| {
        let Coverage {
            matches, articles, ..
        } = bucket.coverage;
        BucketRecord {
            period: period(bucket.period),
            matches,
            articles,
            share: bucket.coverage.share(),
        }
    });
    let bursts = report.bursts.as_deref();
    console.json(&Answer {
        query: report.query,
        by: interval_name(trends.interval),
        total: trends.total.matches,
        articles: trends.total.articles,
        share: trends.total.share(),
        took_ms: trends.took.as_secs_f64() * 1e3,
        relaxed: trends.relaxed.is_some(),
        relaxation: trends.relaxed.as_ref().map(RelaxationRecord::new),
        buckets: buckets.collect(),
        undated: Undated {
            matches: trends.undated.matches,
            articles: trends.undated.articles,
        },
        related: report.related.as_ref().map(words),
        bursts: bursts.map(|bursts| bursts.iter().map(burst).collect()),
        problems: trends.problems.iter().map(Problem::new).collect(),
    })?;
    Ok(())
}

fn period(period: Period) -> PeriodRecord {
    PeriodRecord {
        period: period.to_string(),
        first_day: period.first().to_string(),
        last_day: period.last().to_string(),
    }
}

fn burst(burst: &BurstWords) -> BurstRecord<'_> {
    BurstRecord {
        period: period(burst.period),
        words: words(&burst.words),
    }
}

fn words(words: &SignificantWords) -> WordsRecord<'_> {
    let records = words.words.iter().map(|word| WordRecord {
        word: &word.text,
        score: word.score,
        foreground: word.foreground,
        background: word.background,
    });
    WordsRecord {
        measure: measure_name(words.measure),
        foreground: words.foreground,
        background: words.background,
        words: records.collect(),
    }
}
