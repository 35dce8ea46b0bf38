//! Trends as a table: of the periods, or of the words asked for.

use anyhow::Result;
use fangzhi_index::SignificantWord;

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

/// A row a period, and one for the articles without a date, if there are any.
fn periods(report: &Report<'_>, bom: bool, console: &mut Console<'_>) -> Result<()> {
    let columns = [
        "period",
        "first_day",
        "last_day",
        "matches",
        "articles",
        "share",
    ];
    let mut table = Table::new(console.out, bom, columns)?;
    for bucket in &report.trends.buckets {
        let coverage = bucket.coverage;
        table.row([
            bucket.period.to_string().as_str(),
            &bucket.period.first().to_string(),
            &bucket.period.last().to_string(),
            &coverage.matches.to_string(),
            &coverage.articles.to_string(),
            &coverage.share().map(fraction).unwrap_or_default(),
        ])?;
    }
    let undated = report.trends.undated;
    if undated.matches > 0 {
        table.row([
            "",
            "",
            "",
            &undated.matches.to_string(),
            &undated.articles.to_string(),
            &undated.share().map(fraction).unwrap_or_default(),
        ])?;
    }
    table.finish()
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
