//! The `fangzhi` command: build an index of saved pages, search it, and look at each step between.
//!
//! [`run`] is the whole program; `fangzhi` and the short binaries `index` and `search` call it.
//! What it prints and with which exit code it ends is described in docs/cli.md.

mod args;
mod budget;
mod build;
mod complete;
mod console;
mod dict;
mod fault;
mod filling;
mod generate;
mod help;
mod index_dir;
mod inputs;
mod maintain;
mod memory;
mod messages;
mod parse;
mod pipeline;
mod places;
mod related;
mod search;
mod segment;
mod signals;
mod status;
mod table;
mod timings;
mod trends;
mod units;
mod update;
mod versions;
mod watch;

use std::ffi::OsString;
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::process::ExitCode;

use anyhow::Result;
use clap::FromArgMatches as _;

use crate::args::{Cli, Command, DictCommand, IndexCommand};
use crate::console::Console;
use crate::messages::Language;

/// How a command ended, when it did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    /// Found, or done.
    Done,
    /// Nothing found.
    NothingFound,
    /// Looked at, and found damaged.
    Unsound,
    /// Ended by a signal: the exit code, which is 128 and the signal's number.
    Interrupted(u8),
}

/// Runs the program `name` (`fangzhi`, or a command's name for its short binary) with arguments, the first of which is the
/// program's own path.
///
/// The exit code is 0 for found or done, 1 for nothing found, 2 for an error, and 128 and the signal's number for a build
/// that was interrupted.
pub fn run(name: &str, args: impl IntoIterator<Item = OsString>) -> ExitCode {
    memory::set_bounds();
    let mut args: Vec<OsString> = args.into_iter().collect();
    if name != "fangzhi" {
        let at = args.len().min(1);
        args.insert(at, name.into());
    }
    let language = Language::from_environment();
    let cli = match help::command(language)
        .try_get_matches_from(args)
        .and_then(|matches| Cli::from_arg_matches(&matches))
    {
        Ok(cli) => cli,
        Err(error) => {
            // Help goes to standard output and is no error; where printing fails there is nobody to tell.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    start_log(cli.common.verbose);
    fault::arm();

    let stdout = io::stdout().lock();
    // People read each line as it comes; programs are served in blocks.
    let mut out: Box<dyn Write> = if io::stdout().is_terminal() {
        Box::new(stdout)
    } else {
        Box::new(BufWriter::with_capacity(64 << 10, stdout))
    };
    let mut console = Console::new(&mut out, cli.common.color, language);
    let result = dispatch(&cli, &mut console).and_then(|status| {
        console.out.flush()?;
        Ok(status)
    });
    match result {
        Ok(Status::Done) => ExitCode::SUCCESS,
        Ok(Status::NothingFound) => ExitCode::from(1),
        Ok(Status::Unsound) => ExitCode::from(2),
        Ok(Status::Interrupted(code)) => ExitCode::from(code),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = console.out.flush();
            console::note(&messages::errors::error(&error, language));
            ExitCode::from(2)
        }
    }
}

fn dispatch(cli: &Cli, console: &mut Console<'_>) -> Result<Status> {
    let done = |()| Status::Done;
    match &cli.command {
        Command::Index(IndexCommand::Build(args)) => build::run(args, console),
        Command::Index(IndexCommand::Update(args)) => update::run(args, console),
        Command::Index(IndexCommand::Watch(args)) => watch::run(args, console),
        Command::Index(IndexCommand::Add(args)) => maintain::add(args, console).map(done),
        Command::Index(IndexCommand::Delete(args)) => maintain::delete(args, console),
        Command::Index(IndexCommand::Merge(args)) => maintain::merge(args, console).map(done),
        Command::Index(IndexCommand::Export(args)) => maintain::export(args, console).map(done),
        Command::Index(IndexCommand::Backup(args)) => maintain::backup(args, console).map(done),
        Command::Index(IndexCommand::Restore(args)) => maintain::restore(args, console).map(done),
        Command::Index(IndexCommand::Verify(args)) => maintain::verify(args, console),
        Command::Index(IndexCommand::Repair(args)) => maintain::repair(args, console),
        Command::Index(IndexCommand::Status(args)) => status::run(args, console).map(done),
        Command::Search(args) => search::run(args, console),
        Command::Related(args) => related::run(args, console),
        Command::Versions(args) => versions::run(args, console),
        Command::Trends(args) => trends::run(args, console),
        Command::Complete(args) => complete::run(args, console),
        Command::Parse(args) => parse::run(args, console).map(done),
        Command::Places(args) => places::run(args, console),
        Command::Segment(args) => segment::run(args, console).map(done),
        Command::Dict(DictCommand::Compile(args)) => dict::compile(args, console).map(done),
        Command::Dict(DictCommand::Info(args)) => dict::info(args, console).map(done),
        Command::Completions(args) => generate::completions(args, console).map(done),
        Command::Man => generate::man(console).map(done),
    }
}

/// Whether the reader of standard output has gone away, as `head` does.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        let json = cause
            .downcast_ref::<serde_json::Error>()
            .and_then(serde_json::Error::io_error_kind);
        io.or(json) == Some(io::ErrorKind::BrokenPipe)
    })
}

/// Starts logging to standard error if `-v` or FANGZHI_LOG asks for it; else nothing of it is set up.
fn start_log(verbose: u8) {
    let filter = std::env::var("FANGZHI_LOG")
        .ok()
        .filter(|filter| !filter.is_empty());
    let filter = match (filter, verbose) {
        (Some(filter), _) => filter,
        (None, 0) => return,
        (None, 1) => {
            "fangzhi=info,fangzhi_cli=info,fangzhi_ingest=info,fangzhi_index=info".to_owned()
        }
        (None, _) => "debug".to_owned(),
    };
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(filter))
        .with_writer(io::stderr)
        .init();
}
