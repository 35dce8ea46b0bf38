//! Latencies and their percentiles.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;

/// Latencies of many queries.
#[derive(Debug, Default)]
pub struct Latencies(Vec<Duration>);

impl Latencies {
    /// Takes one more.
    pub fn add(&mut self, latency: Duration) {
        self.0.push(latency);
    }

    /// The latency that `share` of all do not exceed; zero if there are none.
    pub fn percentile(&self, share: f64) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let at = (share * sorted.len() as f64).ceil() as usize;
        sorted
            .get(at.saturating_sub(1))
            .copied()
            .unwrap_or_default()
    }
}

impl fmt::Display for Latencies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |share| self.percentile(share).as_secs_f64() * 1e3;
        write!(
            f,
            "median {:.3} ms, p90 {:.3} ms, p99 {:.3} ms, n = {}",
            ms(0.5),
            ms(0.9),
            ms(0.99),
            self.0.len()
        )
    }
}

/// Reads the queries of lines `kind-number TAB query`, each with its kind.
pub fn read_queries(path: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read `{}`", path.display()))?;
    Ok(text
        .lines()
        .filter_map(|line| {
            let (id, query) = line.split_once('\t')?;
            let kind = id.split_once('-').map_or(id, |(kind, _)| kind);
            Some((kind.to_owned(), query.to_owned()))
        })
        .collect())
}
