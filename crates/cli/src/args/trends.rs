//! The command line of `fangzhi trends`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use fangzhi_index::{Interval, Measure, Period};

use super::{CountChoice, CsvArgs, FilterArgs, IndexDir};

/// `fangzhi trends`
#[derive(Debug, Args)]
pub(crate) struct TrendsArgs {
    /// What the articles are about; several are joined by a space; without any, or for `*`, all articles
    #[arg(value_name = "QUERY")]
    pub(crate) query: Vec<String>,

    #[command(flatten)]
    pub(crate) index: IndexDir,

    #[command(flatten)]
    pub(crate) filter: FilterArgs,

    /// How long the periods are that articles are counted by
    #[arg(long, value_name = "UNIT", default_value = "month")]
    pub(crate) by: IntervalChoice,

    /// What to count: a story counts once in each period, however many carry it
    #[arg(long, value_name = "WHAT", default_value = "articles")]
    pub(crate) count: CountChoice,

    /// Count by region, too: by province, or of the one region given by `--region`, by what lies in it
    #[arg(long)]
    pub(crate) per_region: bool,

    /// Print N words that these articles have more often than all others
    #[arg(long, value_name = "N", value_parser = at_least_one())]
    pub(crate) related: Option<u32>,

    /// Print N words of each period that stand out against the other periods
    #[arg(long, value_name = "N", value_parser = at_least_one())]
    pub(crate) burst: Option<u32>,

    /// Only the words of this day, week, month or year (2024-01-03, 2024-W01, 2024-01, 2024); by default 10
    #[arg(long, value_name = "PERIOD")]
    pub(crate) burst_of: Option<Period>,

    /// How words are weighed; by default jlh, and log-likelihood for the words of a period
    #[arg(long, value_name = "MEASURE")]
    pub(crate) measure: Option<MeasureChoice>,

    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: TrendsFormat,

    #[command(flatten)]
    pub(crate) csv: CsvArgs,

    /// Draw a chart, too, to this file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) svg: Option<PathBuf>,
}

fn at_least_one() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(1..)
}

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum IntervalChoice {
    /// Days
    Day,
    /// Weeks from Monday on, numbered by ISO 8601
    Week,
    /// Months
    Month,
    /// Years
    Year,
}

/// How words are weighed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MeasureChoice {
    /// Absolute times relative change, as Elasticsearch does it
    Jlh,
    /// How little it can be chance
    LogLikelihood,
}

/// How to print trends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TrendsFormat {
    /// For people, with bars
    Table,
    /// One JSON object
    Json,
    /// A table for spreadsheets, a row a period; or of the words asked for, a row a word
    Csv,
    /// One line
    Spark,
}

impl From<IntervalChoice> for Interval {
    fn from(choice: IntervalChoice) -> Self {
        match choice {
            IntervalChoice::Day => Self::Day,
            IntervalChoice::Week => Self::Week,
            IntervalChoice::Month => Self::Month,
            IntervalChoice::Year => Self::Year,
        }
    }
}

impl From<MeasureChoice> for Measure {
    fn from(choice: MeasureChoice) -> Self {
        match choice {
            MeasureChoice::Jlh => Self::Jlh,
            MeasureChoice::LogLikelihood => Self::LogLikelihood,
        }
    }
}
