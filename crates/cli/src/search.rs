//! `fangzhi search`: one query, or a file of them.

mod batch;
mod json;
mod text;

pub(crate) use self::text::when;

use anyhow::{Result, bail};
use fangzhi_index::{Count, FacetField, Query, Results, Sort, Story};
use serde::Serialize;

use crate::Status;
use crate::args::{CountChoice, HistogramUnit, SearchArgs, SearchFormat, SortOrder};
use crate::console::Console;
use crate::index_dir;
use crate::messages::{Message, errors, join};

/// How many hits a reader gets who does not say.
const DEFAULT_LIMIT: usize = 10;

/// How many hits of each query an evaluation gets that does not say: recall is measured at 100.
const DEFAULT_BATCH_LIMIT: usize = 100;

pub(crate) fn run(args: &SearchArgs, console: &mut Console<'_>) -> Result<Status> {
    if args.half_life.is_some() && args.sort == SortOrder::Date {
        bail!(console.text(Message::HalfLifeWithDate));
    }
    if let Some(file) = &args.batch {
        return batch::run(args, file, console);
    }
    let format = args.format.unwrap_or(SearchFormat::Text);
    if format == SearchFormat::Trec {
        bail!(console.text(Message::TrecWithoutBatch));
    }
    let text = args.query.join(" ");
    let searcher = index_dir::open(&args.index.dir, console)?.searcher()?;
    let mut query = query(args, &text);
    if args.facets {
        query = query.facets([FacetField::Source, FacetField::Site, FacetField::Channel]);
    }
    if args.facets || args.histogram.is_some() {
        query = query.facets([match args.histogram {
            Some(HistogramUnit::Year) => FacetField::Year,
            Some(HistogramUnit::Month) | None => FacetField::Month,
            Some(HistogramUnit::Day) => FacetField::Day,
        }]);
    }
    if args.explain {
        query = query.explain();
    }
    let results = searcher.search(&query)?;
    if args.strict_query && !results.problems.is_empty() {
        let problems = results.problems.iter();
        let what = join(
            console.language,
            problems.map(|problem| errors::problem(problem, console.language)),
        );
        bail!(console.text(Message::NotUnderstood { what: &what }));
    }
    let listing = Listing {
        asked: Asked::Query(&text),
        results: &results,
        offset: offset(args),
        whole_histogram: args.histogram.is_some(),
        story: None,
    };
    print(listing, format, console)?;
    remark(&text, &results, console);
    Ok(if results.hits.is_empty() {
        Status::NothingFound
    } else {
        Status::Done
    })
}

/// What a list of hits answers.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Asked<'a> {
    /// A query.
    Query(&'a str),
    /// An article's id: the hits are like it.
    Id(&'a str),
}

/// A list of hits to be printed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Listing<'a> {
    /// What it answers.
    pub(crate) asked: Asked<'a>,
    /// The hits, and what is said of them.
    pub(crate) results: &'a Results,
    /// How many hits come before the first.
    pub(crate) offset: usize,
    /// Whether the counts by time are printed to the last for people, too.
    pub(crate) whole_histogram: bool,
    /// Who else carries the article that the hits are like.
    pub(crate) story: Option<&'a Story>,
}

/// Prints hits.
pub(crate) fn print(
    listing: Listing<'_>,
    format: SearchFormat,
    console: &mut Console<'_>,
) -> Result<()> {
    match format {
        SearchFormat::Json => json::answer(listing, console)?,
        SearchFormat::Jsonl => json::lines(listing, console)?,
        SearchFormat::Text | SearchFormat::Trec => text::print(listing, console)?,
    }
    // What was found comes before what is said about it, also where both go to one terminal.
    Ok(console.out.flush()?)
}

/// The query with the options that single queries and batches share.
fn query(args: &SearchArgs, text: &str) -> Query {
    // What is judged in an evaluation is articles, unless it is asked for stories.
    let collapse = !args.no_collapse && (args.batch.is_none() || args.collapse);
    let mut query = Query::new(text)
        .limit(limit(args))
        .offset(offset(args))
        .collapse(collapse)
        .count(match args.count {
            CountChoice::Articles => Count::Articles,
            CountChoice::Stories => Count::Stories,
        });
    for source in &args.source {
        query = query.source(source);
    }
    for site in &args.site {
        query = query.site(site);
    }
    for channel in &args.channel {
        query = query.channel(channel);
    }
    if let Some(since) = args.since {
        query = query.since(since.first);
    }
    if let Some(until) = args.until {
        query = query.until(until.last);
    }
    if let Some(half_life) = args.half_life {
        query = query.recency_half_life(half_life.0 as f32);
    }
    query.sort(match args.sort {
        SortOrder::Relevance => Sort::Relevance,
        SortOrder::Date => Sort::Date,
    })
}

fn limit(args: &SearchArgs) -> usize {
    args.limit.unwrap_or(match args.batch {
        None => DEFAULT_LIMIT,
        Some(_) => DEFAULT_BATCH_LIMIT,
    })
}

/// How many hits come before those asked for.
fn offset(args: &SearchArgs) -> usize {
    match args.page {
        None => args.offset,
        Some(page) => (page as usize - 1).saturating_mul(limit(args)),
    }
}

/// Says on standard error what the reader of the hits should know.
fn remark(text: &str, results: &Results, console: &Console<'_>) {
    for problem in &results.problems {
        let what = errors::problem(problem, console.language);
        console.note(Message::NotUnderstood { what: &what });
    }
    if results.hits.is_empty() {
        console.note(if text.chars().any(char::is_alphanumeric) {
            Message::NothingFound { query: text }
        } else {
            Message::EmptyQuery { query: text }
        });
    } else if let Some(relaxed) = &results.relaxed {
        console.note(Message::Relaxed(relaxed));
    }
    for suggestion in &results.suggestions {
        console.note(Message::DidYouMean {
            query: &suggestion.text,
        });
    }
}
