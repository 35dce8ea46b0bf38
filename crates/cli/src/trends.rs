//! `fangzhi trends`: how much is written about something over time, and in which words.

mod chart;
mod csv;
mod json;
mod spark;
mod text;

use std::fs;

use anyhow::{Context as _, Result, bail};
use fangzhi_index::{
    BurstWords, Interval, Measure, Query, Searcher, SignificantWords, Trends, WordOptions,
};

use crate::Status;
use crate::args::{CountChoice, TrendsArgs, TrendsFormat};
use crate::console::Console;
use crate::index_dir;
use crate::messages::{Message, label};
use crate::search::{filtered, notices, say};

/// How many words of the one period asked for are printed if no number is given.
const DEFAULT_BURST: usize = 10;

/// All that was asked for.
struct Report<'a> {
    /// The query as given.
    query: &'a str,
    trends: Trends,
    /// Whether stories are counted rather than articles.
    stories: bool,
    /// Whether the counts by region were asked for.
    by_region: bool,
    /// Words of all articles found, if they were asked for.
    related: Option<SignificantWords>,
    /// Words of the periods asked for.
    bursts: Option<Vec<BurstWords>>,
}

impl Report<'_> {
    /// What the articles are about, for people.
    fn subject(&self, console: &Console<'_>) -> String {
        if self.is_of_all() {
            label(console.language, "all articles", "全部文章").to_owned()
        } else {
            self.query.trim().to_owned()
        }
    }

    /// Whether they are about anything.
    fn is_of_all(&self) -> bool {
        matches!(self.query.trim(), "" | "*")
    }
}

pub(crate) fn run(args: &TrendsArgs, console: &mut Console<'_>) -> Result<Status> {
    check(args, console)?;
    let text = args.query.join(" ");
    let searcher = index_dir::open(&args.index.dir, console)?.searcher()?;
    let report = report(args, &text, &searcher)?;
    if let Some(file) = &args.svg {
        if report.trends.all.buckets.is_empty() {
            if report.trends.all.total.matches > 0 {
                console.note(Message::NothingToDraw);
            }
        } else {
            let svg =
                chart::draw(&report, console).with_context(|| console.text(Message::CannotDraw))?;
            fs::write(file, svg).with_context(|| console.text(Message::CannotWrite(file)))?;
        }
    }
    match args.format {
        TrendsFormat::Table => text::print(&report, console)?,
        TrendsFormat::Json => json::print(&report, console)?,
        TrendsFormat::Csv => csv::print(&report, args.csv.bom, console)?,
        TrendsFormat::Spark => spark::print(&report, console)?,
    }
    console.out.flush()?;
    remark(&report, console);
    Ok(if report.trends.all.total.matches == 0 {
        Status::NothingFound
    } else {
        Status::Done
    })
}

/// Refuses what does not go together.
fn check(args: &TrendsArgs, console: &Console<'_>) -> Result<()> {
    let bursts = args.burst.is_some() || args.burst_of.is_some();
    if args.csv.bom && args.format != TrendsFormat::Csv {
        bail!(console.text(Message::BomWithoutCsv));
    }
    if args.format == TrendsFormat::Csv && args.related.is_some() && bursts {
        bail!(console.text(Message::OneTable));
    }
    if args.format == TrendsFormat::Spark && (args.related.is_some() || bursts) {
        bail!(console.text(Message::NoWordsInLine));
    }
    Ok(())
}

fn report<'a>(args: &TrendsArgs, text: &'a str, searcher: &Searcher) -> Result<Report<'a>> {
    let query = filtered(Query::new(text), &args.filter).count(args.count.into());
    let interval = Interval::from(args.by);
    let options = |limit: u32, default: Measure| WordOptions {
        limit: limit as usize,
        measure: args.measure.map_or(default, Measure::from),
        ..WordOptions::default()
    };
    let related = args
        .related
        .map(|limit| searcher.related_words(&query, &options(limit, Measure::Jlh)))
        .transpose()?;
    let burst = args.burst.unwrap_or(DEFAULT_BURST as u32);
    let burst = options(burst, Measure::LogLikelihood);
    let bursts = match (args.burst_of, args.burst) {
        (Some(period), _) => Some(vec![searcher.burst_words_of(&query, period, &burst)?]),
        (None, Some(_)) => Some(searcher.burst_words(&query, interval, &burst)?),
        (None, None) => None,
    };
    Ok(Report {
        query: text,
        stories: args.count == CountChoice::Stories,
        by_region: args.per_region,
        trends: if args.per_region {
            searcher.trends_by_region(&query, interval)?
        } else {
            searcher.trends(&query, interval)?
        },
        related,
        bursts,
    })
}

/// Says on standard error what the reader of the figures should know.
fn remark(report: &Report<'_>, console: &Console<'_>) {
    let Trends {
        problems,
        ambiguous,
        ..
    } = &report.trends;
    say(&notices(problems, ambiguous, console.language), console);
    let query = report.query;
    let subject = report.subject(console);
    if report.trends.all.total.matches == 0 {
        let is_empty = !query.chars().any(char::is_alphanumeric);
        console.note(if is_empty && !report.is_of_all() {
            Message::EmptyQuery { query }
        } else {
            Message::NothingFound { query: &subject }
        });
    } else if let Some(relaxed) = &report.trends.relaxed {
        console.note(Message::Relaxed(relaxed));
    }
}

/// The name of a period's length, as the command line has it.
fn interval_name(interval: Interval) -> &'static str {
    match interval {
        Interval::Day => "day",
        Interval::Week => "week",
        Interval::Month => "month",
        Interval::Year => "year",
        _ => "other",
    }
}

/// The name of a measure, as the command line has it.
fn measure_name(measure: Measure) -> &'static str {
    match measure {
        Measure::Jlh => "jlh",
        Measure::LogLikelihood => "log-likelihood",
        _ => "other",
    }
}
