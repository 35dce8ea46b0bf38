//! The command line: one struct a command.

mod facet;
mod index;
mod trends;

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum, ValueHint};

pub(crate) use self::facet::{FACETS, FacetArg};
pub(crate) use self::index::{
    AddArgs, BackupArgs, BuildArgs, CommitArgs, DeleteArgs, ExportArgs, ExportFormat, IndexCommand,
    MergeArgs, RepairArgs, RestoreArgs, StatusArgs, UpdateArgs, WatchArgs,
};
pub(crate) use self::trends::{TrendsArgs, TrendsFormat};
use crate::units::{ByteSize, Days, Period};

/// Full-text search for regional news in Chinese: saved pages in, ranked hits out.
#[derive(Debug, Parser)]
#[command(
    name = "fangzhi",
    version,
    propagate_version = true,
    max_term_width = 100
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) common: CommonArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct CommonArgs {
    /// When to colour what is printed; NO_COLOR in the environment means never, unless this says otherwise
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorChoice,

    /// Log what is done to standard error; twice for more (FANGZHI_LOG takes a filter like `debug`)
    #[arg(long, short, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Build an index of saved pages, or look at one
    #[command(subcommand)]
    Index(IndexCommand),
    /// Search an index
    Search(Box<SearchArgs>),
    /// Find articles like one that was found, and the pages that carry it too
    Related(RelatedArgs),
    /// List the versions of a page, the oldest first, and what was changed
    Versions(VersionsArgs),
    /// Count the articles on something by time, and find the words that go with it
    Trends(TrendsArgs),
    /// Complete what is being typed from the words, names and headlines of an index
    Complete(CompleteArgs),
    /// Print the articles that pages hold, without an index
    Parse(ParseArgs),
    /// Print the places that a page or a text is about and names
    Places(PlacesArgs),
    /// Print the words or terms of a text
    Segment(SegmentArgs),
    /// Compile dictionaries of further words, or look at a compiled one
    #[command(subcommand)]
    Dict(DictCommand),
    /// Print a shell's completion script
    Completions(CompletionsArgs),
    /// Print the manual page (roff)
    Man,
}

/// The commands on dictionaries.
#[derive(Debug, Subcommand)]
pub(crate) enum DictCommand {
    /// Compile the built-in words and further ones to a file for `--dict`
    Compile(DictCompileArgs),
    /// Say what a compiled dictionary holds
    Info(DictInfoArgs),
}

/// How a CSV table is written.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct CsvArgs {
    /// Begin CSV with a byte order mark, without which Excel takes it for another encoding
    #[arg(long)]
    pub(crate) bom: bool,
}

/// The directory of the index.
#[derive(Debug, Args)]
pub(crate) struct IndexDir {
    /// The directory of the index
    #[arg(
        long = "index",
        value_name = "DIR",
        env = "FANGZHI_INDEX",
        default_value = ".fangzhi",
        value_hint = ValueHint::DirPath
    )]
    pub(crate) dir: PathBuf,
}

/// How pages are read: shared by `index build` and `parse`.
#[derive(Debug, Args)]
pub(crate) struct ReadArgs {
    /// Files, directories, or `-` for standard input
    #[arg(value_name = "PATH", required = true, value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,

    /// Take files up to this size; larger ones are counted as failed
    #[arg(long, value_name = "SIZE", default_value = "16MiB")]
    pub(crate) max_file_size: ByteSize,

    /// Rules for named sites, CSS selectors a field (TOML)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) site_rules: Option<PathBuf>,

    /// Threads that read and parse; by default, one a core
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
}

/// Which articles are looked at, whatever the query.
#[derive(Debug, Args)]
pub(crate) struct FilterArgs {
    /// Only articles of this day, month or year and later (2024, 2024-01, 2024-01-03)
    #[arg(long, value_name = "DATE")]
    pub(crate) since: Option<Period>,

    /// Only articles of this day, month or year and earlier
    #[arg(long, value_name = "DATE")]
    pub(crate) until: Option<Period>,

    /// Only articles from this source (来源); may be given again
    #[arg(long, value_name = "SOURCE")]
    pub(crate) source: Vec<String>,

    /// Only articles of this site, by its name or host name; may be given again
    #[arg(long, value_name = "SITE")]
    pub(crate) site: Vec<String>,

    /// Only articles in this channel (频道); may be given again
    #[arg(long, value_name = "CHANNEL")]
    pub(crate) channel: Vec<String>,

    /// Only articles about this region or what lies in it (辽宁/鞍山/海城, 海城市, 210381, 东北三省); may be given again
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Vec<String>,

    /// Only articles whose paper, or else site, is at home in this region; may be given again
    #[arg(long, value_name = "REGION")]
    pub(crate) published_from: Vec<String>,
}

/// `fangzhi search`
#[derive(Debug, Args)]
pub(crate) struct SearchArgs {
    /// What to search for; several are joined by a space
    #[arg(
        value_name = "QUERY",
        required_unless_present = "batch",
        conflicts_with = "batch"
    )]
    pub(crate) query: Vec<String>,

    #[command(flatten)]
    pub(crate) index: IndexDir,

    /// Print at most so many hits; by default 10, and 100 with `--batch`
    #[arg(long, short = 'n', value_name = "N")]
    pub(crate) limit: Option<usize>,

    /// Leave out the first N hits
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) offset: usize,

    /// Print the Nth page of as many hits as `--limit` says
    #[arg(long, value_name = "N", conflicts_with = "offset", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) page: Option<u32>,

    /// Show every article, also those that carry a story of another hit
    #[arg(long)]
    pub(crate) no_collapse: bool,

    /// Of articles that carry one story, show the best in a batch too
    #[arg(long, requires = "batch", conflicts_with = "no_collapse")]
    pub(crate) collapse: bool,

    #[command(flatten)]
    pub(crate) filter: FilterArgs,

    /// In which order to print
    #[arg(long, value_name = "ORDER", default_value = "relevance")]
    pub(crate) sort: SortOrder,

    /// Let an article's score fall by half as it ages by this (30d, 8w, 1y); needs `--sort relevance`
    #[arg(long, value_name = "AGE")]
    pub(crate) half_life: Option<Days>,

    /// Count the hits by source, site, channel, region and month
    #[arg(long)]
    pub(crate) facets: bool,

    /// Count the hits by source, site, channel, region, published_from, year, month or day; of regions, within one of
    /// them (region:辽宁); may be given again
    #[arg(long, value_name = "FIELD[:REGION]")]
    pub(crate) facet: Vec<FacetArg>,

    /// What `--facets` and `--histogram` count: a story counts once, however many carry it
    #[arg(long, value_name = "WHAT", default_value = "articles")]
    pub(crate) count: CountChoice,

    /// Count the hits by time; with `--facets`, in the place of months
    #[arg(long, value_name = "UNIT")]
    pub(crate) histogram: Option<HistogramUnit>,

    /// How to print; by default text, and jsonl with `--batch`
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<SearchFormat>,

    #[command(flatten)]
    pub(crate) csv: CsvArgs,

    /// Say what each part of a hit's score comes from
    #[arg(long)]
    pub(crate) explain: bool,

    /// Fail on a query that is not understood entirely, instead of making the best of it
    #[arg(long)]
    pub(crate) strict_query: bool,

    /// Run the queries of a file, `qid TAB query` a line; `-` is standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath,
          conflicts_with_all = ["facets", "facet", "histogram", "explain"])]
    pub(crate) batch: Option<PathBuf>,
}

/// `fangzhi related`
#[derive(Debug, Args)]
pub(crate) struct RelatedArgs {
    /// The article's id, as `search` prints it in JSON
    #[arg(value_name = "ID")]
    pub(crate) id: String,

    #[command(flatten)]
    pub(crate) index: IndexDir,

    /// Print at most so many hits
    #[arg(long, short = 'n', value_name = "N", default_value_t = 10)]
    pub(crate) limit: usize,

    /// Print the pages that carry the same story, and nothing else
    #[arg(long)]
    pub(crate) reprints: bool,

    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ListFormat,
}

/// `fangzhi versions`
#[derive(Debug, Args)]
pub(crate) struct VersionsArgs {
    /// The id of an article, or the URL of a page
    #[arg(value_name = "ID|URL")]
    pub(crate) id: String,

    #[command(flatten)]
    pub(crate) index: IndexDir,

    /// Show what each version changed
    #[arg(long)]
    pub(crate) diff: bool,

    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ListFormat,
}

/// `fangzhi complete`
#[derive(Debug, Args)]
pub(crate) struct CompleteArgs {
    /// The beginning of a text, its pinyin, or the initials of its pinyin (文明, wenmingch, wmcs)
    #[arg(value_name = "PREFIX")]
    pub(crate) prefix: String,

    #[command(flatten)]
    pub(crate) index: IndexDir,

    /// Print at most so many
    #[arg(long, short = 'n', value_name = "N", default_value_t = 10)]
    pub(crate) limit: usize,

    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ListFormat,
}

/// `fangzhi parse`
#[derive(Debug, Args)]
pub(crate) struct ParseArgs {
    #[command(flatten)]
    pub(crate) read: ReadArgs,

    /// Print the bodies of pages that are no articles too
    #[arg(long)]
    pub(crate) keep_all: bool,

    /// What `id` is
    #[arg(long, value_name = "WHAT", default_value = "stem")]
    pub(crate) id: IdChoice,

    /// Say which rule gave each field, and from which text
    #[arg(long)]
    pub(crate) explain: bool,

    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ParseFormat,
}

/// `fangzhi places`
#[derive(Debug, Args)]
pub(crate) struct PlacesArgs {
    /// A file or directory of pages, a text, or `-` for a text from standard input
    #[arg(value_name = "FILE|TEXT", value_hint = ValueHint::AnyPath)]
    pub(crate) input: String,

    /// A file of further places, `name TAB parent [TAB other names]` a line
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) places: Option<PathBuf>,

    /// The year of publication, which decides on names that changed; by default, the page's
    #[arg(long, value_name = "YEAR")]
    pub(crate) year: Option<u16>,

    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,
}

/// `fangzhi segment`
#[derive(Debug, Args)]
pub(crate) struct SegmentArgs {
    /// A text, or `-` for standard input, line by line
    #[arg(value_name = "TEXT")]
    pub(crate) text: String,

    /// The words, which together are the text (the default)
    #[arg(long, group = "what")]
    pub(crate) words: bool,

    /// The terms, which may overlap
    #[arg(long, group = "what")]
    pub(crate) terms: bool,

    /// The tokens of one of the index's layers
    #[arg(long, value_name = "LAYER", group = "what")]
    pub(crate) layer: Option<LayerChoice>,

    /// A dictionary of further words, or a compiled one first; may be given again
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) dict: Vec<PathBuf>,

    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,
}

/// `fangzhi dict compile`
#[derive(Debug, Args)]
pub(crate) struct DictCompileArgs {
    /// Dictionaries of further words, `word [frequency [tag]]` a line
    #[arg(value_name = "WORDS", required = true, value_hint = ValueHint::FilePath)]
    pub(crate) words: Vec<PathBuf>,

    /// The file to write
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: PathBuf,
}

/// `fangzhi dict info`
#[derive(Debug, Args)]
pub(crate) struct DictInfoArgs {
    /// A compiled dictionary
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,

    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,
}

/// `fangzhi completions`
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

/// How to print what is not a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// One JSON object
    Json,
}

/// How to print hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SearchFormat {
    /// For people
    Text,
    /// One JSON object with all hits
    Json,
    /// One JSON object a hit, or a query with --batch
    Jsonl,
    /// A table for spreadsheets, a row a hit
    Csv,
    /// TREC run lines (only with --batch)
    Trec,
}

/// How to print a list with nothing special to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people
    Text,
    /// One JSON object with the whole list
    Json,
    /// One JSON object a line
    Jsonl,
}

impl From<ListFormat> for SearchFormat {
    fn from(format: ListFormat) -> Self {
        match format {
            ListFormat::Text => Self::Text,
            ListFormat::Json => Self::Json,
            ListFormat::Jsonl => Self::Jsonl,
        }
    }
}

/// How to print articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ParseFormat {
    /// For people
    Text,
    /// One JSON array
    Json,
    /// One JSON object a line
    Jsonl,
}

/// The order of hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SortOrder {
    /// Best first
    Relevance,
    /// Latest first
    Date,
}

/// What facets count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CountChoice {
    /// Articles
    Articles,
    /// Stories
    Stories,
}

impl From<CountChoice> for fangzhi_index::Count {
    fn from(choice: CountChoice) -> Self {
        match choice {
            CountChoice::Articles => Self::Articles,
            CountChoice::Stories => Self::Stories,
        }
    }
}

/// The periods of a date histogram.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum HistogramUnit {
    /// Years
    Year,
    /// Months
    Month,
    /// Days
    Day,
}

/// What `parse` prints as `id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum IdChoice {
    /// The file's name without its endings
    Stem,
    /// The stable id that the index uses
    Article,
}

/// A token stream of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LayerChoice {
    /// Dictionary words
    Words,
    /// Pairs of neighbouring characters
    Bigrams,
    /// Single characters
    Chars,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn queries_and_batches_exclude_each_other() {
        for (args, ok) in [
            (&["search", "文明城市"][..], true),
            (&["search", "文明", "城市", "-n", "3"], true),
            (&["search", "--batch", "queries.tsv"], true),
            (&["search"], false),
            (&["search", "文明", "--batch", "queries.tsv"], false),
            (&["search", "文明", "--format", "yaml"], false),
            (&["index", "build"], false),
            (&["index", "build", "-", "--memory", "1GiB"], true),
            (&["index", "build", "-", "--memory", "100MiB"], false),
            (&["index", "build", "a", "b", "--threads", "0"], false),
        ] {
            let line = std::iter::once("fangzhi").chain(args.iter().copied());
            assert_eq!(Cli::try_parse_from(line).is_ok(), ok, "{args:?}");
        }
    }
}
