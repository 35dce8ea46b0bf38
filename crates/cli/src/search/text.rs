//! Hits for people to read.

use std::ops::Range;

use anyhow::Result;
use clap::builder::styling::Style;
use fangzhi_index::{Facet, FacetField, Hit, Place, RegionCount, Relaxation, Results};
use fangzhi_ingest::{CHINA, PublishTime};

use super::Listing;
use crate::console::{Console, DIM, MARK, TITLE, line_starts, padded, printable, widest};
use crate::messages::{Message, join, label};

/// How many values of a facet are printed; all of a histogram that was asked for.
const FACET_VALUES: usize = 10;

/// How many regions are printed at each level of a tree of them.
const REGIONS: [usize; 3] = [10, 5, 3];

/// Under the rank stand as many columns as it takes.
const INDENT: usize = 4;

/// The least columns worth breaking lines at.
const MIN_COLUMNS: usize = 20;

pub(super) fn print(listing: Listing<'_>, console: &mut Console<'_>) -> Result<()> {
    let Listing {
        results, offset, ..
    } = listing;
    if !results.hits.is_empty() {
        let heading = console.text(heading(results, offset));
        writeln!(console.out, "{}", console.styled(DIM, &heading))?;
    }
    for (hit, rank) in results.hits.iter().zip(offset + 1..) {
        print_hit(hit, rank, listing.is_collapsed, console)?;
    }
    for facet in &results.facets {
        let is_time = matches!(
            facet.field,
            FacetField::Year | FacetField::Month | FacetField::Day
        );
        let most = if is_time && listing.whole_histogram {
            usize::MAX
        } else {
            FACET_VALUES
        };
        print_facet(facet, most, console)?;
    }
    Ok(())
}

/// How many articles there are, and which of them are shown.
fn heading(results: &Results, offset: usize) -> Message<'_> {
    let total = results.total;
    let first = offset + 1;
    let last = offset + results.hits.len();
    // What is told apart when it is shown was counted as one.
    let stories = results.stories.map_or(total, |stories| stories.max(last));
    let took_ms = results.took.as_secs_f64() * 1e3;
    match results.relaxed {
        Some(Relaxation::Completed { complete }) => Message::HitsBeyondComplete {
            complete,
            first,
            last,
            took_ms,
        },
        // Hits that nearly match come after those that do, and are not counted.
        _ if last > total => Message::HitsBeyondMatching {
            matching: total,
            first,
            last,
            took_ms,
        },
        _ if stories < total => Message::HitsOfStories {
            total,
            stories,
            first,
            last,
            took_ms,
        },
        _ => Message::Hits {
            total,
            first,
            last,
            took_ms,
        },
    }
}

fn print_hit(hit: &Hit, rank: usize, is_collapsed: bool, console: &mut Console<'_>) -> Result<()> {
    let title = console.headline(&hit.title);
    let title = match hit.title.is_empty() {
        true => title,
        false => marked(&title, &hit.title_marks, TITLE, console, ""),
    };
    writeln!(
        console.out,
        "\n{} {title}",
        padded(&format!("{rank}."), INDENT - 1)
    )?;

    let place = match (&hit.url, &hit.path) {
        (Some(url), _) => Some(url.clone()),
        (None, path) => path.as_ref().map(|path| path.display().to_string()),
    };
    let parts = [
        hit.published.map(when),
        about(hit),
        hit.source.clone(),
        hit.site
            .clone()
            .filter(|site| Some(site) != hit.source.as_ref()),
        place,
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .flatten()
        .map(|part| printable(&part))
        .collect();
    if !parts.is_empty() {
        let line = console.styled(DIM, &parts.join("  "));
        writeln!(console.out, "{:INDENT$}{line}", "")?;
    }
    let others = others(hit, console);
    if is_collapsed && !others.is_empty() {
        let line = console.styled(DIM, &others);
        writeln!(console.out, "{:INDENT$}{line}", "")?;
    }
    if !hit.snippet.text.is_empty() {
        let indent = " ".repeat(INDENT);
        let snippet = printable(&hit.snippet.text).replace('\n', " ");
        let marks = &hit.snippet.marks;
        let snippet = marked(&snippet, marks, Style::new(), console, &indent);
        writeln!(console.out, "{indent}{snippet}")?;
    }
    if let Some(explanation) = &hit.explanation {
        writeln!(
            console.out,
            "{:INDENT$}{}",
            "",
            printable(&explanation.to_string())
        )?;
    }
    Ok(())
}

/// The regions it is about, by their last two names: 鞍山市海城市 tells one 海城 from another.
fn about(hit: &Hit) -> Option<String> {
    let short = |place: &Place| {
        let names: Vec<&str> = place.path.split('/').collect();
        names[names.len().saturating_sub(2)..].concat()
    };
    let names: Vec<String> = hit.about.iter().map(short).collect();
    (!names.is_empty()).then(|| names.join("、"))
}

/// How many others carry the story, and how many versions of the page there are; nothing, if none.
fn others(hit: &Hit, console: &Console<'_>) -> String {
    let parts = [
        (hit.also_carried_by > 0).then_some(Message::AlsoCarriedBy {
            others: hit.also_carried_by,
        }),
        (hit.other_versions > 0).then_some(Message::OtherVersions {
            others: hit.other_versions,
        }),
    ];
    let parts = parts.into_iter().flatten();
    join(console.language, parts.map(|part| console.text(part)))
}

/// The text with what matched set off, by style or by 【】, and broken into the terminal's lines.
fn marked(
    text: &str,
    marks: &[Range<usize>],
    style: Style,
    console: &Console<'_>,
    indent: &str,
) -> String {
    let (chars, marks) = if console.colored {
        (text.chars().collect(), marks)
    } else {
        (bracketed(text, marks), &[][..])
    };
    let columns = console
        .columns
        .map(|columns| columns.saturating_sub(indent.len()));
    let mut starts = match columns {
        Some(columns) if columns >= MIN_COLUMNS && !indent.is_empty() => {
            line_starts(&chars, columns)
        }
        _ => vec![0],
    };
    starts.push(chars.len());
    let text = |range: Range<usize>| -> String { chars[range].iter().collect() };
    let lines = starts.windows(2).map(|line| {
        let mut printed = String::new();
        let mut at = line[0];
        // A mark that runs on into the next line is styled on both.
        for mark in marks {
            let start = mark.start.clamp(at, line[1]);
            let end = mark.end.clamp(at, line[1]);
            printed.push_str(&console.styled(style, &text(at..start)));
            printed.push_str(&console.styled(MARK, &text(start..end)));
            at = end;
        }
        printed.push_str(&console.styled(style, &text(at..line[1])));
        printed
    });
    lines.collect::<Vec<_>>().join(&format!("\n{indent}"))
}

/// The text's characters with brackets around what matched.
fn bracketed(text: &str, marks: &[Range<usize>]) -> Vec<char> {
    let mut chars = Vec::with_capacity(text.len());
    for (i, c) in text.chars().enumerate() {
        chars.extend(marks.iter().any(|mark| mark.start == i).then_some('【'));
        chars.push(c);
        chars.extend(marks.iter().any(|mark| mark.end == i + 1).then_some('】'));
    }
    chars
}

fn print_facet(facet: &Facet, most: usize, console: &mut Console<'_>) -> Result<()> {
    if facet.counts.is_empty() {
        return Ok(());
    }
    let name = match facet.field {
        FacetField::Source => label(console.language, "sources", "来源"),
        FacetField::Site => label(console.language, "sites", "网站"),
        FacetField::Channel => label(console.language, "channels", "频道"),
        FacetField::Region => label(console.language, "regions", "地区"),
        FacetField::PublishedFrom => label(console.language, "published from", "发布地"),
        _ => label(console.language, "published", "时间"),
    };
    writeln!(console.out, "\n{}", console.styled(TITLE, name))?;
    if !facet.regions.is_empty() {
        let mut rows = Vec::new();
        rows_of_regions(&facet.regions, 0, &mut rows);
        let width = widest(rows.iter().map(|(name, _)| name.as_str()));
        for (name, count) in rows {
            let count = count.map_or_else(String::new, |count| format!("  {count:>6}"));
            let row = format!("{}{count}", padded(&name, width));
            writeln!(console.out, "{:INDENT$}{}", "", row.trim_end())?;
        }
        return Ok(());
    }
    let counts = &facet.counts[..facet.counts.len().min(most)];
    let width = widest(counts.iter().map(|(value, _)| value.as_str()));
    for (value, count) in counts {
        let value = padded(&printable(value), width);
        writeln!(console.out, "{:INDENT$}{value}  {count:>6}", "")?;
    }
    let rest = facet.counts.len() - counts.len();
    if rest > 0 {
        writeln!(console.out, "{:INDENT$}… {rest}", "")?;
    }
    Ok(())
}

/// The rows of a tree of regions, those in a region below it and further to the right, and how many are left out.
fn rows_of_regions(counts: &[RegionCount], depth: usize, rows: &mut Vec<(String, Option<usize>)>) {
    let most = REGIONS[depth.min(REGIONS.len() - 1)];
    let indent = " ".repeat(2 * depth);
    for count in counts.iter().take(most) {
        let path = printable(&count.place.path);
        // What it lies in stands above it, except for what comes first.
        let name = match path.rsplit_once('/') {
            Some((_, name)) if depth > 0 => name,
            _ => path.as_str(),
        };
        rows.push((format!("{indent}{name}"), Some(count.articles)));
        rows_of_regions(&count.children, depth + 1, rows);
    }
    if counts.len() > most {
        rows.push((format!("{indent}… {}", counts.len() - most), None));
    }
}

/// The time as a newspaper prints it; its offset only where it is not China's.
pub(crate) fn when(time: PublishTime) -> String {
    let text = time.to_string().replace('T', " ");
    match text.strip_suffix("+08:00") {
        Some(local) if time.offset == CHINA => local.to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::Language;

    #[test]
    fn marks_are_understandable_without_colour_and_on_narrow_terminals() {
        let text = "全市创建全国文明城市工作推进会召开";
        let mark = 4..10;
        for (columns, colored, expect) in [
            (None, false, "全市创建【全国文明城市】工作推进会召开"),
            (
                Some(28),
                false,
                "全市创建【全国文明城市】\n    工作推进会召开",
            ),
            (
                Some(24),
                false,
                "全市创建【全国文明城\n    市】工作推进会召开",
            ),
            (
                None,
                true,
                "全市创建\u{1b}[1m\u{1b}[31m全国文明城市\u{1b}[0m工作推进会召开",
            ),
        ] {
            let console = Console {
                out: &mut std::io::sink(),
                colored,
                language: Language::English,
                columns,
            };
            assert_eq!(
                marked(
                    text,
                    std::slice::from_ref(&mark),
                    Style::new(),
                    &console,
                    "    "
                ),
                expect
            );
        }
    }

    #[test]
    fn times_are_local() {
        for (time, expect) in [
            ("2024-01-03", "2024-01-03"),
            ("2024-01-03T15:14:18+08:00", "2024-01-03 15:14:18"),
            ("2024-01-03T15:14+00:00", "2024-01-03 15:14+00:00"),
        ] {
            assert_eq!(when(time.parse().unwrap()), expect);
        }
    }
}
