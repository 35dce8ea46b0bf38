//! The command line: one struct a command.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum, ValueHint};

use crate::units::{ByteSize, Days, Every, Interval, Period};

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
    /// Find articles like one that was found
    Related(RelatedArgs),
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

/// The commands on an index.
#[derive(Debug, Subcommand)]
pub(crate) enum IndexCommand {
    /// Make an index of pages, or bring the one there is up to date with them
    Build(BuildArgs),
    /// Read pages that are new or have changed into an index
    Update(UpdateArgs),
    /// Read pages into an index as they come and change, until interrupted
    Watch(WatchArgs),
    /// Add the articles of files or of standard input, which need not stay
    Add(AddArgs),
    /// Delete articles
    Delete(DeleteArgs),
    /// Join what updates have left into one, which makes searching quicker
    Merge(MergeArgs),
    /// Print all articles, as JSON lines that `index add` reads
    Export(ExportArgs),
    /// Copy an index, with checksums, while it may be written
    Backup(BackupArgs),
    /// Check a backup and put it in the place of an index
    Restore(RestoreArgs),
    /// Check that an index is what was written
    Verify(StatusArgs),
    /// Save what can be read of a damaged index, and read the rest again from its files
    Repair(RepairArgs),
    /// Say what an index holds
    Status(StatusArgs),
}

/// The commands on dictionaries.
#[derive(Debug, Subcommand)]
pub(crate) enum DictCommand {
    /// Compile the built-in words and further ones to a file for `--dict`
    Compile(DictCompileArgs),
    /// Say what a compiled dictionary holds
    Info(DictInfoArgs),
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

/// `fangzhi index build`
#[derive(Debug, Args)]
pub(crate) struct BuildArgs {
    #[command(flatten)]
    pub(crate) read: ReadArgs,

    #[command(flatten)]
    pub(crate) index: IndexDir,

    /// Memory to build in
    #[arg(long, value_name = "SIZE", default_value = "256MiB")]
    pub(crate) memory: ByteSize,

    /// A dictionary of further words, `word [frequency [tag]]` a line, or a compiled one first; may be given again
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) dict: Vec<PathBuf>,

    /// A file of synonyms, `创城 => 创建文明城市` or `冰城, 哈尔滨` a line; may be given again
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) synonyms: Vec<PathBuf>,

    /// A file of further words that a query may contain without being searched for; may be given again
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) stop_words: Vec<PathBuf>,

    /// Index pages that are no articles (lists, forms, …) too
    #[arg(long)]
    pub(crate) keep_all: bool,

    /// Fail, and leave the old index as it was, if any file fails
    #[arg(long, conflicts_with = "commit_every")]
    pub(crate) strict: bool,

    /// Read all pages again into a new index, and swap it in when it is complete
    #[arg(long)]
    pub(crate) fresh: bool,

    #[command(flatten)]
    pub(crate) commit: CommitArgs,

    /// Print where the time went
    #[arg(long)]
    pub(crate) timings: bool,

    /// How to print the summary
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,
}

/// When what is done becomes safe.
#[derive(Debug, Args)]
pub(crate) struct CommitArgs {
    /// Commit on the way, after so many articles (1000) or so long (30s, 5m); by default, at the end
    #[arg(long, value_name = "N|TIME")]
    pub(crate) commit_every: Option<Every>,

    /// When interrupted, give up what was done since the last commit
    #[arg(long)]
    pub(crate) no_commit: bool,
}

/// `fangzhi index update`
#[derive(Debug, Args)]
pub(crate) struct UpdateArgs {
    /// Files and directories; by default, all that the index was made of
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) index: IndexDir,

    /// Remove the articles of files that are gone
    #[arg(long)]
    pub(crate) prune: bool,

    #[command(flatten)]
    pub(crate) commit: CommitArgs,

    /// Threads that read and parse; by default, one a core
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,

    /// Memory to build in
    #[arg(long, value_name = "SIZE", default_value = "256MiB")]
    pub(crate) memory: ByteSize,

    /// Print where the time went
    #[arg(long)]
    pub(crate) timings: bool,

    /// Print no summary if nothing has changed
    #[arg(long, short)]
    pub(crate) quiet: bool,

    /// How to print the summary
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,
}

/// `fangzhi index watch`
#[derive(Debug, Args)]
pub(crate) struct WatchArgs {
    /// Files and directories; by default, all that the index was made of
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) index: IndexDir,

    /// Wait until nothing has changed for so long (2s, 1m) before reading
    #[arg(long, value_name = "TIME", default_value = "2s")]
    pub(crate) debounce: Interval,

    /// Look at all files again after so long, for what the system did not tell
    #[arg(long, value_name = "TIME", default_value = "1h")]
    pub(crate) rescan: Interval,

    /// Keep the articles of files that are gone
    #[arg(long)]
    pub(crate) keep_gone: bool,

    /// Memory to build in
    #[arg(long, value_name = "SIZE", default_value = "256MiB")]
    pub(crate) memory: ByteSize,
}

/// `fangzhi index add`
#[derive(Debug, Args)]
pub(crate) struct AddArgs {
    #[command(flatten)]
    pub(crate) read: ReadArgs,

    #[command(flatten)]
    pub(crate) index: IndexDir,

    /// How to print the summary
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,
}

/// `fangzhi index delete`
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("which").required(true).multiple(true))]
pub(crate) struct DeleteArgs {
    /// The article of this id; may be given again
    #[arg(long, value_name = "ID", group = "which", conflicts_with_all = ["query", "site", "before"])]
    pub(crate) id: Vec<String>,

    /// Articles that have all of the query
    #[arg(long, value_name = "QUERY", group = "which")]
    pub(crate) query: Option<String>,

    /// Articles of this site, by its name or host name
    #[arg(long, value_name = "SITE", group = "which")]
    pub(crate) site: Option<String>,

    /// Articles from before this day, month or year
    #[arg(long, value_name = "DATE", group = "which")]
    pub(crate) before: Option<Period>,

    /// Say how many they are, and delete none
    #[arg(long)]
    pub(crate) dry_run: bool,

    #[command(flatten)]
    pub(crate) index: IndexDir,
}

/// `fangzhi index merge`
#[derive(Debug, Args)]
pub(crate) struct MergeArgs {
    #[command(flatten)]
    pub(crate) index: IndexDir,
}

/// `fangzhi index export`
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    pub(crate) index: IndexDir,

    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "jsonl")]
    pub(crate) format: ExportFormat,
}

/// How articles are exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// One JSON object a line, in order of the ids
    Jsonl,
}

/// `fangzhi index backup`
#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    /// The directory of the backup, which must not be there or be empty
    #[arg(value_name = "DEST", value_hint = ValueHint::DirPath)]
    pub(crate) destination: PathBuf,

    /// Give files a second name instead of copying them, where that can be
    #[arg(long)]
    pub(crate) link: bool,

    #[command(flatten)]
    pub(crate) index: IndexDir,
}

/// `fangzhi index restore`
#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    /// The directory of the backup
    #[arg(value_name = "SRC", value_hint = ValueHint::DirPath)]
    pub(crate) source: PathBuf,

    #[command(flatten)]
    pub(crate) index: IndexDir,
}

/// `fangzhi index repair`
#[derive(Debug, Args)]
pub(crate) struct RepairArgs {
    #[command(flatten)]
    pub(crate) index: IndexDir,

    /// Memory to build in
    #[arg(long, value_name = "SIZE", default_value = "256MiB")]
    pub(crate) memory: ByteSize,
}

/// `fangzhi index status`
#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    pub(crate) index: IndexDir,

    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,
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

    /// In which order to print
    #[arg(long, value_name = "ORDER", default_value = "relevance")]
    pub(crate) sort: SortOrder,

    /// Let an article's score fall by half as it ages by this (30d, 8w, 1y); needs `--sort relevance`
    #[arg(long, value_name = "AGE")]
    pub(crate) half_life: Option<Days>,

    /// Count the hits by source, site, channel and month
    #[arg(long)]
    pub(crate) facets: bool,

    /// Count the hits by time; with `--facets`, in the place of months
    #[arg(long, value_name = "UNIT")]
    pub(crate) histogram: Option<HistogramUnit>,

    /// How to print; by default text, and jsonl with `--batch`
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<SearchFormat>,

    /// Say what each part of a hit's score comes from
    #[arg(long)]
    pub(crate) explain: bool,

    /// Fail on a query that is not understood entirely, instead of making the best of it
    #[arg(long)]
    pub(crate) strict_query: bool,

    /// Run the queries of a file, `qid TAB query` a line; `-` is standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath,
          conflicts_with_all = ["facets", "histogram", "explain"])]
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
            (&["index", "build", "a", "b", "--threads", "0"], false),
        ] {
            let line = std::iter::once("fangzhi").chain(args.iter().copied());
            assert_eq!(Cli::try_parse_from(line).is_ok(), ok, "{args:?}");
        }
    }
}
