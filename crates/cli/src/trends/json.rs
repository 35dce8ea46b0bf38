//! Trends as JSON: the fields that docs/cli.md promises.

use anyhow::Result;
use fangzhi_index::{BurstWords, Coverage, Period, RegionTrend, SignificantWords, Trend};
use serde::Serialize;

use super::{Report, interval_name, measure_name};
use crate::console::Console;
use crate::search::{Problem, RelaxationRecord, problems};

#[derive(Serialize)]
struct Answer<'a> {
    query: &'a str,
    by: &'static str,
    count: &'static str,
    total: usize,
    articles: usize,
    share: Option<f64>,
    took_ms: f64,
    relaxed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    relaxation: Option<RelaxationRecord<'a>>,
    buckets: Vec<BucketRecord>,
    undated: Undated,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    regions: Vec<RegionRecord<'a>>,
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
struct RegionRecord<'a> {
    path: &'a str,
    code: String,
    total: usize,
    articles: usize,
    share: Option<f64>,
    buckets: Vec<BucketRecord>,
    undated: Undated,
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
    let bursts = report.bursts.as_deref();
    console.json(&Answer {
        query: report.query,
        by: interval_name(trends.interval),
        count: if report.stories {
            "stories"
        } else {
            "articles"
        },
        total: trends.all.total.matches,
        articles: trends.all.total.articles,
        share: trends.all.total.share(),
        took_ms: trends.took.as_secs_f64() * 1e3,
        relaxed: trends.relaxed.is_some(),
        relaxation: trends.relaxed.as_ref().map(RelaxationRecord::new),
        buckets: buckets(&trends.all),
        undated: undated(&trends.all),
        regions: trends.regions.iter().map(region).collect(),
        related: report.related.as_ref().map(words),
        bursts: bursts.map(|bursts| bursts.iter().map(burst).collect()),
        problems: problems(&trends.problems, &trends.ambiguous),
    })?;
    Ok(())
}

fn buckets(trend: &Trend) -> Vec<BucketRecord> {
    let buckets = trend.buckets.iter().map(|bucket| {
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
    buckets.collect()
}

fn undated(trend: &Trend) -> Undated {
    Undated {
        matches: trend.undated.matches,
        articles: trend.undated.articles,
    }
}

fn region(region: &RegionTrend) -> RegionRecord<'_> {
    let trend = &region.trend;
    RegionRecord {
        path: &region.place.path,
        code: region.place.code.to_string(),
        total: trend.total.matches,
        articles: trend.total.articles,
        share: trend.total.share(),
        buckets: buckets(trend),
        undated: undated(trend),
    }
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
