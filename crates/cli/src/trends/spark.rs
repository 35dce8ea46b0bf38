//! Trends as one line.

use anyhow::Result;
use fangzhi_index::Trend;
use unicode_width::UnicodeWidthStr as _;

use super::Report;
use crate::console::{Console, MARK, padded, printable, widest};

/// Nothing, and then from little to most.
const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The least columns of a line that is fitted into a terminal.
const MIN_COLUMNS: usize = 8;

pub(super) fn print(report: &Report<'_>, console: &mut Console<'_>) -> Result<()> {
    let trends = &report.trends;
    let subject = printable(&report.subject(console)).replace(['\n', '\t'], " ");
    let all = std::iter::once((subject, &trends.all));
    let regions = trends.regions.iter();
    let lines: Vec<(String, &Trend)> = all
        .chain(regions.map(|region| (printable(&region.place.path), &region.trend)))
        .collect();
    let width = widest(lines.iter().map(|(name, _)| name.as_str()));
    for (name, trend) in lines {
        print_line(&padded(&name, width), trend, console)?;
    }
    Ok(())
}

fn print_line(name: &str, trend: &Trend, console: &mut Console<'_>) -> Result<()> {
    let (Some(first), Some(last)) = (trend.buckets.first(), trend.buckets.last()) else {
        return Ok(());
    };
    let before = format!("{name}  {} ", first.period);
    let after = format!(" {}  {}", last.period, trend.total.matches);
    let columns = console.columns.map(|columns| {
        let taken = before.width() + after.width();
        columns.saturating_sub(taken).max(MIN_COLUMNS)
    });
    let line = console.styled(MARK, &line(trend, columns));
    writeln!(console.out, "{before}{line}{after}")?;
    Ok(())
}

/// The articles that match as a line of at most so many columns.
pub(super) fn line(trend: &Trend, columns: Option<usize>) -> String {
    let buckets = trend.buckets.iter();
    let counts: Vec<usize> = buckets.map(|bucket| bucket.coverage.matches).collect();
    levels(&counts, columns)
}

/// The counts as characters, one each; where that is more than `columns`, several neighbours' sum in one.
fn levels(counts: &[usize], columns: Option<usize>) -> String {
    let together = columns.map_or(1, |columns| counts.len().div_ceil(columns.max(1)).max(1));
    let sums: Vec<usize> = counts
        .chunks(together)
        .map(|chunk| chunk.iter().sum())
        .collect();
    let most = sums.iter().copied().max().unwrap_or(0);
    sums.into_iter()
        .map(|n| match n {
            0 => LEVELS[0],
            n => LEVELS[(n * (LEVELS.len() - 1)).div_ceil(most)],
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        for (counts, columns, expect) in [
            (&[0, 1, 2, 4, 7][..], None, "▁▂▃▅█"),
            (&[1, 1, 1], None, "███"),
            (&[0, 0, 3], None, "▁▁█"),
            (&[100, 0, 100], None, "█▁█"),
            (&[1, 2, 3, 0, 0, 6], Some(3), "▅▅█"),
            (&[1, 2, 3, 0, 0], Some(2), "█▁"),
            (&[], Some(8), ""),
        ] {
            assert_eq!(levels(counts, columns), expect, "{counts:?}");
        }
    }
}
