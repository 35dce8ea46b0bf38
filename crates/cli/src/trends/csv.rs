//! Trends as a table: of the periods, or of the words asked for.

use anyhow::Result;
use fangzhi_index::{Coverage, SignificantWord};

use super::Report;
use crate::console::Console;
use crate::table::Table;

pub(super) fn print(report: &Report<'_>, bom: bool, console: &mut Console<'_>) -> Result<()> {
    if let Some(related) = &report.related {
        let mut table = Table::new(console.out, bom, WORD_COLUMNS)?;
        for word in &related.words {
            table.row(fields(word).each_ref().map(String::as_str))?;
        }
        return table.finish();
    }
    if let Some(bursts) = &report.bursts {
        let columns = std::iter::once("period").chain(WORD_COLUMNS);
        let mut table = Table::new(console.out, bom, columns)?;
        for burst in bursts {
            let period = burst.period.to_string();
            for word in &burst.words.words {
                let fields = fields(word);
                let fields = fields.iter().map(String::as_str);
                table.row(std::iter::once(period.as_str()).chain(fields))?;
            }
        }
        return table.finish();
    }
    periods(report, bom, console)
}

const WORD_COLUMNS: [&str; 4] = ["word", "score", "foreground", "background"];

/// A row a period, and one for the articles without a date, if there are any; with the counts by region, those of all
/// first, without a region, and then those of each.
fn periods(report: &Report<'_>, bom: bool, console: &mut Console<'_>) -> Result<()> {
    let trends = &report.trends;
    let mut series = vec![(Vec::new(), &trends.all)];
    let mut columns = Vec::new();
    if report.by_region {
        columns.extend(["region", "code"]);
        series[0].0.extend([String::new(), String::new()]);
        let regions = trends.regions.iter();
        series.extend(regions.map(|region| {
            let place = &region.place;
            (
                vec![place.path.clone(), place.code.to_string()],
                &region.trend,
            )
        }));
    }
    columns.extend([
        "period",
        "first_day",
        "last_day",
        "matches",
        "articles",
        "share",
    ]);
    let mut table = Table::new(console.out, bom, columns)?;
    for (name, trend) in &series {
        for bucket in &trend.buckets {
            let period = bucket.period;
            let names = [
                period.to_string(),
                period.first().to_string(),
                period.last().to_string(),
            ];
            let row: Vec<String> = names.into_iter().chain(figures(bucket.coverage)).collect();
            table.row(name.iter().chain(&row).map(String::as_str))?;
        }
        if trend.undated.matches > 0 {
            let names = [const { String::new() }; 3];
            let row: Vec<String> = names.into_iter().chain(figures(trend.undated)).collect();
            table.row(name.iter().chain(&row).map(String::as_str))?;
        }
    }
    table.finish()
}

fn figures(coverage: Coverage) -> [String; 3] {
    [
        coverage.matches.to_string(),
        coverage.articles.to_string(),
        coverage.share().map(fraction).unwrap_or_default(),
    ]
}

fn fraction(share: f64) -> String {
    format!("{share:.6}")
}

fn fields(word: &SignificantWord) -> [String; 4] {
    [
        word.text.clone(),
        format!("{:.6}", word.score),
        word.foreground.to_string(),
        word.background.to_string(),
    ]
}
