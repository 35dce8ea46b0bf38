//! The command line of `fangzhi index`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum, ValueHint};

use super::{CsvArgs, Format, IndexDir, ReadArgs};
use crate::units::{BuildMemory, Every, Interval, Period};

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
    /// Print all articles, as JSON lines that `index add` reads, or as a table
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

/// `fangzhi index build`
#[derive(Debug, Args)]
pub(crate) struct BuildArgs {
    #[command(flatten)]
    pub(crate) read: ReadArgs,

    #[command(flatten)]
    pub(crate) index: IndexDir,

    /// Memory to build in, at least 192MiB [default: 256MiB, and 24MiB for each thread beyond two]
    #[arg(long, value_name = "SIZE")]
    pub(crate) memory: Option<BuildMemory>,

    /// A dictionary of further words, `word [frequency [tag]]` a line, or a compiled one first; may be given again
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) dict: Vec<PathBuf>,

    /// A file of synonyms, `创城 => 创建文明城市` or `冰城, 哈尔滨` a line; may be given again
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) synonyms: Vec<PathBuf>,

    /// A file of further words that a query may contain without being searched for; may be given again
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) stop_words: Vec<PathBuf>,

    /// A file of further places, `name TAB parent [TAB other names]` a line; may be given again
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) places: Vec<PathBuf>,

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

    /// Memory to build in, at least 192MiB [default: 256MiB, and 24MiB for each thread beyond two]
    #[arg(long, value_name = "SIZE")]
    pub(crate) memory: Option<BuildMemory>,

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

impl UpdateArgs {
    /// Those of an update of all that the index was made of, in so much memory.
    pub(crate) fn plain(dir: &Path, memory: Option<BuildMemory>) -> Self {
        Self {
            paths: Vec::new(),
            index: IndexDir {
                dir: dir.to_owned(),
            },
            prune: false,
            commit: CommitArgs {
                commit_every: None,
                no_commit: false,
            },
            threads: None,
            memory,
            timings: false,
            quiet: false,
            format: Format::Text,
        }
    }
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

    /// Memory to build in, at least 192MiB [default: 256MiB, and 24MiB for each thread beyond two]
    #[arg(long, value_name = "SIZE")]
    pub(crate) memory: Option<BuildMemory>,
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

    #[command(flatten)]
    pub(crate) csv: CsvArgs,
}

/// How articles are exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// One JSON object a line, in order of the ids
    Jsonl,
    /// A table for spreadsheets, a row an article, in order of the ids
    Csv,
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

    /// Memory to build in, at least 192MiB [default: 256MiB, and 24MiB for each thread beyond two]
    #[arg(long, value_name = "SIZE")]
    pub(crate) memory: Option<BuildMemory>,
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
