//! Times trends and words that stand out.
//!
//! ```text
//! bench_trends INDEX QUERIES.tsv
//! ```
//!
//! The first hundred queries of the log, and one without text; prints the median and the most of processor time and of
//! wall-clock time, which other work on the machine makes longer.
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
    let mut cpu: Vec<(Duration, usize)> = Vec::new();
    let mut wall: Vec<(Duration, usize)> = Vec::new();
    for query in queries {
        run(query)?;
        let (begun, at) = (Instant::now(), processor_time());
        let n = run(query)?;
        wall.push((begun.elapsed(), n));
        cpu.push((processor_time().saturating_sub(at), n));
    }
    for times in [&mut cpu, &mut wall] {
        times.sort_unstable();
    }
    let median = |times: &[(Duration, usize)]| times[times.len() / 2].0;
    let (most, n) = cpu[cpu.len() - 1];
    println!(
        "{name:>38}: processor {:.2?}, at most {most:.2?} ({n} articles); wall clock {:.2?}, at most {:.2?}",
        median(&cpu),
        median(&wall),
        wall[wall.len() - 1].0,
    );
    Ok(())
}

/// What this process has used so far.
#[cfg(unix)]
fn processor_time() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let nanoseconds = u32::try_from(time.tv_nsec).unwrap_or(0);
    Duration::new(seconds, nanoseconds)
}

/// Not known here.
#[cfg(not(unix))]
fn processor_time() -> Duration {
    Duration::ZERO
}
