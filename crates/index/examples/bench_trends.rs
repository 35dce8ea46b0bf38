//! Times trends and words that stand out.
//!
//! ```text
//! bench_trends INDEX QUERIES.tsv
//! ```
//!
//! The first hundred queries of the log, and one without text; prints the median and the slowest.
#![allow(clippy::print_stdout, reason = "a command")]

use std::error::Error;
use std::fs;
use std::time::{Duration, Instant};

use fangzhi_index::{Index, Interval, Measure, Query, Searcher, WordOptions};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How many queries are timed.
const N_QUERIES: usize = 100;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [index, queries] = args.as_slice() else {
        return Err("usage: bench_trends INDEX QUERIES.tsv".into());
    };
    let searcher = Index::open(index)?.searcher()?;
    let log = fs::read_to_string(queries)?;
    let queries = log
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(_, text)| text)
        .take(N_QUERIES);
    let queries: Vec<Query> = queries.map(Query::new).collect();
    let all = [Query::new("")];
    println!("{} articles", searcher.n_articles());
    let bursts = WordOptions {
        measure: Measure::LogLikelihood,
        ..WordOptions::default()
    };
    let count = |query: &Query, interval| -> Result<usize> {
        Ok(searcher.trends(query, interval)?.all.total.matches)
    };
    time("trends by day", &queries, |query| {
        count(query, Interval::Day)
    })?;
    time("trends by month", &queries, |query| {
        count(query, Interval::Month)
    })?;
    time("ten related words", &queries, |query| {
        related(&searcher, query)
    })?;
    time("ten words of each month", &queries, |query| {
        let found = searcher.burst_words(query, Interval::Month, &bursts)?;
        Ok(found.iter().map(|burst| burst.words.foreground).sum())
    })?;
    time("all articles: trends by day", &all, |query| {
        count(query, Interval::Day)
    })?;
    time("all articles: ten words of each month", &all, |query| {
        let found = searcher.burst_words(query, Interval::Month, &bursts)?;
        Ok(found.iter().map(|burst| burst.words.foreground).sum())
    })
}

fn related(searcher: &Searcher, query: &Query) -> Result<usize> {
    let words = searcher.related_words(query, &WordOptions::default())?;
    Ok(words.foreground)
}

/// Runs every query twice, and prints how long the second time took.
fn time(name: &str, queries: &[Query], run: impl Fn(&Query) -> Result<usize>) -> Result<()> {
    let mut times: Vec<(Duration, usize)> = Vec::new();
    for query in queries {
        run(query)?;
        let begun = Instant::now();
        let n = run(query)?;
        times.push((begun.elapsed(), n));
    }
    times.sort_unstable();
    let (median, _) = times[times.len() / 2];
    let (slowest, n) = times[times.len() - 1];
    println!("{name:>38}: median {median:.2?}, slowest {slowest:.2?} ({n} articles)");
    Ok(())
}
