//! `fangzhi search`: one query, or a file of them.

mod batch;
mod csv;
mod json;
mod text;

pub(crate) use self::text::when;

use anyhow::{Result, bail};
use fangzhi_index::{FacetField, ProblemKind, Query, Results, Sort, Story};
use serde::Serialize;

pub(crate) use self::json::{Problem, RelaxationRecord, problems};

use crate::Status;
use crate::args::{FilterArgs, HistogramUnit, SearchArgs, SearchFormat, SortOrder};
use crate::console::{Console, note};
use crate::index_dir;
use crate::messages::{Language, Message, errors, join};

/// How many hits a reader gets who does not say.
const DEFAULT_LIMIT: usize = 10;

/// How many hits of each query an evaluation gets that does not say: recall is measured at 100.
const DEFAULT_BATCH_LIMIT: usize = 100;

pub(crate) fn run(args: &SearchArgs, console: &mut Console<'_>) -> Result<Status> {
    if args.half_life.is_some() && args.sort == SortOrder::Date {
        bail!(console.text(Message::HalfLifeWithDate));
    }
    if args.csv.bom && args.format != Some(SearchFormat::Csv) {
        bail!(console.text(Message::BomWithoutCsv));
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
    query = query.facets(facets(args));
    for facet in &args.facet {
        if let Some(within) = &facet.within {
            query = query.facet_within(facet.field, within);
        }
    }
    if args.explain {
        query = query.explain();
    }
    let results = searcher.search(&query)?;
    let notices = notices(&results.problems, &results.ambiguous, console.language);
    if args.strict_query && !notices.is_empty() {
        let what = join(console.language, notices.iter().map(|(_, what)| what));
        bail!(console.text(Message::NotUnderstood { what: &what }));
    }
    let listing = Listing {
        asked: Asked::Query(&text),
        results: &results,
        offset: offset(args),
        whole_histogram: args.histogram.is_some(),
        bom: args.csv.bom,
        is_collapsed: !args.no_collapse,
        story: None,
    };
    print(listing, format, console)?;
    remark(&text, &results, &notices, console);
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
    /// Whether CSV begins with a byte order mark.
    pub(crate) bom: bool,
    /// Whether each hit stands for all that carry its story.
    pub(crate) is_collapsed: bool,
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
        SearchFormat::Csv => csv::print(listing, console)?,
        SearchFormat::Text | SearchFormat::Trec => text::print(listing, console)?,
    }
    // What was found comes before what is said about it, also where both go to one terminal.
    Ok(console.out.flush()?)
}

/// The query with the options that single queries and batches share.
fn query(args: &SearchArgs, text: &str) -> Query {
    // What is judged in an evaluation is articles, unless it is asked for stories.
    let collapse = !args.no_collapse && (args.batch.is_none() || args.collapse);
    let query = Query::new(text)
        .limit(limit(args))
        .offset(offset(args))
        .collapse(collapse)
        .count(args.count.into());
    let mut query = filtered(query, &args.filter);
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

/// The query with the filters asked for.
pub(crate) fn filtered(mut query: Query, args: &FilterArgs) -> Query {
    for source in &args.source {
        query = query.source(source);
    }
    for site in &args.site {
        query = query.site(site);
    }
    for channel in &args.channel {
        query = query.channel(channel);
    }
    for region in &args.region {
        query = query.region(region);
    }
    for region in &args.published_from {
        query = query.published_from(region);
    }
    if let Some(since) = args.since {
        query = query.since(since.first);
    }
    if let Some(until) = args.until {
        query = query.until(until.last);
    }
    query
}

/// The fields to count by, each once.
fn facets(args: &SearchArgs) -> Vec<FacetField> {
    let mut fields = Vec::new();
    if args.facets {
        fields.extend([
            FacetField::Source,
            FacetField::Site,
            FacetField::Channel,
            FacetField::Region,
        ]);
    }
    if args.facets || args.histogram.is_some() {
        fields.push(match args.histogram {
            Some(HistogramUnit::Year) => FacetField::Year,
            Some(HistogramUnit::Month) | None => FacetField::Month,
            Some(HistogramUnit::Day) => FacetField::Day,
        });
    }
    for facet in &args.facet {
        if !fields.contains(&facet.field) {
            fields.push(facet.field);
        }
    }
    fields
}

/// What of the query and its filters was not understood, or may be understood in several ways, in words.
pub(crate) fn notices<'r>(
    problems: &'r [fangzhi_index::Problem],
    ambiguous: &'r [ProblemKind],
    language: Language,
) -> Vec<(&'r ProblemKind, String)> {
    let problems = problems.iter();
    let problems = problems.map(|it| (&it.message, errors::problem(it, language)));
    let ambiguous = ambiguous.iter();
    let ambiguous = ambiguous.map(|it| (it, errors::problem_kind(it, language)));
    problems.chain(ambiguous).collect()
}

/// Says them on standard error.
pub(crate) fn say(notices: &[(&ProblemKind, String)], console: &Console<'_>) {
    for (kind, what) in notices {
        match kind {
            ProblemKind::AmbiguousRegion { .. } => note(what),
            _ => console.note(Message::NotUnderstood { what }),
        }
    }
}

/// Says on standard error what the reader of the hits should know.
fn remark(
    text: &str,
    results: &Results,
    notices: &[(&ProblemKind, String)],
    console: &Console<'_>,
) {
    say(notices, console);
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
