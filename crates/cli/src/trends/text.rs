//! Trends for people to read.

use anyhow::Result;
use clap::builder::styling::{AnsiColor, Style};
use fangzhi_index::{BurstWords, Coverage, SignificantWords};

use super::{Report, interval_name, measure_name, spark};
use crate::console::{Console, DIM, TITLE, padded, printable, widest};
use crate::messages::{Language, Message, label};

const BAR: Style = AnsiColor::Cyan.on_default();

/// The columns of a line where standard output is no terminal.
const DEFAULT_COLUMNS: usize = 80;
/// The least and the most columns of a bar.
const BAR_COLUMNS: std::ops::RangeInclusive<usize> = 8..=60;
/// Blocks of a character, in eighths of its width.
const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

pub(super) fn print(report: &Report<'_>, console: &mut Console<'_>) -> Result<()> {
    let trends = &report.trends;
    if trends.all.total.matches == 0 {
        return Ok(());
    }
    let subject = printable(&report.subject(console)).replace('\n', " ");
    let Coverage {
        matches, articles, ..
    } = trends.all.total;
    let heading = console.text(if report.is_of_all() {
        Message::CoverageOfAll {
            of: articles,
            stories: report.stories,
        }
    } else {
        Message::Coverage {
            what: &subject,
            matches,
            of: articles,
            stories: report.stories,
            share: percent(trends.all.total).unwrap_or(0.0),
        }
    });
    writeln!(console.out, "{}", console.styled(TITLE, &heading))?;
    print_periods(report, console)?;
    print_regions(report, console)?;
    if let Some(related) = &report.related {
        let heading = console.text(Message::Related {
            articles: related.foreground,
            of: related.background,
        });
        print_words(&heading, related, console)?;
    }
    match report.bursts.as_deref() {
        None => Ok(()),
        Some([burst]) => {
            let heading = console.text(Message::BurstOf {
                period: &burst.period.to_string(),
                articles: burst.words.foreground,
                of: burst.words.background,
            });
            print_words(&heading, &burst.words, console)
        }
        Some(bursts) => print_bursts(bursts, console),
    }
}

fn percent(coverage: Coverage) -> Option<f64> {
    Some(coverage.share()? * 100.0)
}

/// A row of the table, ready to be aligned.
struct Row {
    name: String,
    matches: String,
    articles: String,
    share: String,
    n: usize,
}

impl Row {
    fn new(name: String, coverage: Coverage) -> Self {
        Self {
            name,
            matches: coverage.matches.to_string(),
            articles: coverage.articles.to_string(),
            share: percent(coverage).map_or_else(|| "–".to_owned(), |it| format!("{it:.1} %")),
            n: coverage.matches,
        }
    }
}

fn print_periods(report: &Report<'_>, console: &mut Console<'_>) -> Result<()> {
    let trends = &report.trends;
    let language = console.language;
    let mut rows: Vec<Row> = trends
        .all
        .buckets
        .iter()
        .map(|bucket| Row::new(bucket.period.to_string(), bucket.coverage))
        .collect();
    let most = rows.iter().map(|row| row.n).max().unwrap_or(0);
    if trends.all.undated.matches > 0 {
        let name = label(language, "no date", "无日期").to_owned();
        let mut row = Row::new(name, trends.all.undated);
        // What has no date is no part of the curve.
        row.n = 0;
        rows.push(row);
    }
    let period = match language {
        Language::English => interval_name(trends.interval),
        Language::Chinese => label(language, "", "时段"),
    };
    let heads = [
        period,
        label(language, "matches", "命中"),
        if report.stories {
            label(language, "stories", "报道")
        } else {
            label(language, "articles", "文章")
        },
        label(language, "share", "占比"),
    ];
    let column = |cell: fn(&Row) -> &str, head| {
        let cells = rows.iter().map(cell);
        widest(cells.chain([head]))
    };
    let widths = [
        column(|row| &row.name, heads[0]),
        column(|row| &row.matches, heads[1]),
        column(|row| &row.articles, heads[2]),
        column(|row| &row.share, heads[3]),
    ];
    let taken: usize = widths.iter().map(|width| width + 2).sum();
    let columns = console.columns.unwrap_or(DEFAULT_COLUMNS);
    let bar_columns = columns.saturating_sub(taken).min(*BAR_COLUMNS.end());
    let line = |cells: [&str; 4]| {
        format!(
            "{}  {}  {}  {}",
            padded(cells[0], widths[0]),
            right(cells[1], widths[1]),
            right(cells[2], widths[2]),
            right(cells[3], widths[3]),
        )
    };
    let head = console.styled(DIM, &line(heads));
    writeln!(console.out, "{head}")?;
    for row in &rows {
        let cells = line([&row.name, &row.matches, &row.articles, &row.share]);
        let bar = match bar_columns {
            columns if columns >= *BAR_COLUMNS.start() => bar(row.n, most, columns),
            _ => String::new(),
        };
        if bar.is_empty() {
            writeln!(console.out, "{cells}")?;
        } else {
            let bar = console.styled(BAR, &bar);
            writeln!(console.out, "{cells}  {bar}")?;
        }
    }
    Ok(())
}

/// A row a region, its periods as a line.
fn print_regions(report: &Report<'_>, console: &mut Console<'_>) -> Result<()> {
    if !report.by_region {
        return Ok(());
    }
    let heading = label(console.language, "by region", "按地区");
    writeln!(console.out, "\n{}", console.styled(TITLE, heading))?;
    let regions = &report.trends.regions;
    if regions.is_empty() {
        let none = label(console.language, "none is named", "没有提到地区");
        writeln!(console.out, "  {}", console.styled(DIM, none))?;
    }
    let rows: Vec<Row> = regions
        .iter()
        .map(|region| Row::new(printable(&region.place.path), region.trend.total))
        .collect();
    let columns: [fn(&Row) -> &str; 4] = [
        |row| &row.name,
        |row| &row.matches,
        |row| &row.articles,
        |row| &row.share,
    ];
    let widths = columns.map(|column| widest(rows.iter().map(column)));
    let taken: usize = widths.iter().map(|width| width + 2).sum();
    let columns = console.columns.unwrap_or(DEFAULT_COLUMNS);
    let line_columns = columns.saturating_sub(taken).max(*BAR_COLUMNS.start());
    for (row, region) in rows.iter().zip(regions) {
        let line = spark::line(&region.trend, Some(line_columns));
        writeln!(
            console.out,
            "{}  {}  {}  {}  {}",
            padded(&row.name, widths[0]),
            right(&row.matches, widths[1]),
            right(&row.articles, widths[2]),
            right(&row.share, widths[3]),
            console.styled(BAR, &line),
        )?;
    }
    Ok(())
}

/// The text behind spaces up to a width in columns.
fn right(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(widest([text]));
    format!("{:missing$}{text}", "")
}

/// A bar of at most so many columns, which `most` fills; something is never nothing.
fn bar(n: usize, most: usize, columns: usize) -> String {
    if n == 0 || most == 0 {
        return String::new();
    }
    let eighths = (n * columns * 8 / most).max(1);
    let mut bar = "█".repeat(eighths / 8);
    bar.push_str(EIGHTHS[eighths % 8]);
    bar
}

/// Words in a table, one a line.
fn print_words(heading: &str, words: &SignificantWords, console: &mut Console<'_>) -> Result<()> {
    print_heading(heading, words, console)?;
    let language = console.language;
    let texts: Vec<String> = words
        .words
        .iter()
        .map(|word| printable(&word.text).replace('\n', " "))
        .collect();
    let width = widest(texts.iter().map(String::as_str));
    for (text, word) in texts.iter().zip(&words.words) {
        let counts = match language {
            Language::English => format!("{} of {}", word.foreground, word.background),
            Language::Chinese => format!("{} / {}", word.foreground, word.background),
        };
        let counts = console.styled(DIM, &counts);
        let text = padded(text, width);
        writeln!(console.out, "  {text}  {:>9.2}  {counts}", word.score)?;
    }
    Ok(())
}

fn print_heading(heading: &str, words: &SignificantWords, console: &mut Console<'_>) -> Result<()> {
    let measure = format!("({})", measure_name(words.measure));
    let heading = console.styled(TITLE, heading);
    let measure = console.styled(DIM, &measure);
    writeln!(console.out, "\n{heading} {measure}")?;
    if words.words.is_empty() {
        let none = label(console.language, "none stands out", "没有突出的词");
        writeln!(console.out, "  {}", console.styled(DIM, none))?;
    }
    Ok(())
}

/// Words of many periods, a line each.
fn print_bursts(bursts: &[BurstWords], console: &mut Console<'_>) -> Result<()> {
    let Some(first) = bursts.first() else {
        return Ok(());
    };
    let heading = console.text(Message::Bursts {
        articles: first.words.background,
    });
    let measure = format!("({})", measure_name(first.words.measure));
    let heading = console.styled(TITLE, &heading);
    writeln!(console.out, "\n{heading} {}", console.styled(DIM, &measure))?;
    for burst in bursts {
        let words = burst.words.words.iter().map(|word| {
            let count = console.styled(DIM, &word.foreground.to_string());
            format!("{} {count}", printable(&word.text).replace('\n', " "))
        });
        let words: Vec<String> = words.collect();
        let words = if words.is_empty() {
            console.styled(DIM, "–")
        } else {
            words.join("  ")
        };
        writeln!(console.out, "{}  {words}", burst.period)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars() {
        for (n, most, columns, expect) in [
            (0, 10, 8, ""),
            (10, 10, 8, "████████"),
            (5, 10, 8, "████"),
            (1, 16, 8, "▌"),
            (1, 1000, 8, "▏"),
            (0, 0, 8, ""),
        ] {
            assert_eq!(bar(n, most, columns), expect, "{n} of {most}");
        }
    }
}
