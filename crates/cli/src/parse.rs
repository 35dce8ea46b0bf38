//! `fangzhi parse`: the articles that pages hold, without an index.

mod record;
mod text;

use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;

use anyhow::{Result, bail};
use fangzhi_ingest::{Article, Corpus, Error, Extractor, Format, Outcome, PageKind, Trace};

use crate::args::{ParseArgs, ParseFormat};
use crate::console::{Console, note};
use crate::inputs;
use crate::messages::{Message, errors};
use crate::pipeline::{Files, Pipeline, is_whole_file};

/// How many bytes of parsed pages may wait to be printed.
const MAX_IN_FLIGHT: u64 = 32 << 20;

/// A page that was parsed.
struct Parsed {
    article: Article,
    /// Whether the page is all that its file holds.
    is_whole_file: bool,
    /// How it was read, if that was asked for.
    trace: Option<Trace>,
}

pub(crate) fn run(args: &ParseArgs, console: &mut Console<'_>) -> Result<()> {
    // Every page is printed, with what it is; `--keep-all` is about bodies only.
    let extractor = inputs::extractor(&args.read)?.keep_all(true);
    let corpus = inputs::corpus(&args.read.paths, console)?.extractor(extractor.clone());
    let mut printer = Printer {
        args,
        console,
        n_printed: 0,
        n_failed: 0,
    };
    if args.explain {
        explain(&corpus, &extractor, &mut printer)?;
    } else {
        parse(args, &corpus, &extractor, &mut printer)?;
    }
    printer.finish()
}

fn parse(
    args: &ParseArgs,
    corpus: &Corpus,
    extractor: &Extractor,
    printer: &mut Printer<'_, '_>,
) -> Result<()> {
    let pipeline = Pipeline {
        files: Files::All(corpus),
        extractor,
        skip: &[],
        threads: inputs::threads(args.read.threads),
        max_in_flight: MAX_IN_FLIGHT,
        lender: None,
        stop: &AtomicBool::new(false),
    };
    let (_, flow) = pipeline.run(|batch| {
        for outcome in batch.outcomes {
            if let Err(error) = printer.outcome(outcome, batch.is_whole_file) {
                return ControlFlow::Break(error);
            }
        }
        ControlFlow::Continue(())
    });
    match flow {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

/// Parses one page after the other and keeps how each was read.
fn explain(corpus: &Corpus, extractor: &Extractor, printer: &mut Printer<'_, '_>) -> Result<()> {
    for page in corpus.pages() {
        let page = match page {
            Ok(page) => page,
            Err(error) => {
                printer.fail(&error);
                continue;
            }
        };
        if !matches!(page.format, Format::Html | Format::Text) {
            for outcome in extractor.outcomes(&page) {
                printer.outcome(outcome, false)?;
            }
            continue;
        }
        match extractor.explain(&page) {
            Ok((article, trace)) => printer.print(&Parsed {
                article,
                is_whole_file: is_whole_file(&page),
                trace: Some(trace),
            })?,
            Err(error) => printer.fail(&error),
        }
    }
    Ok(())
}

/// Prints pages in the format asked for.
struct Printer<'a, 'c> {
    args: &'a ParseArgs,
    console: &'a mut Console<'c>,
    n_printed: u64,
    n_failed: u64,
}

impl Printer<'_, '_> {
    fn outcome(&mut self, outcome: Result<Outcome, Error>, is_whole_file: bool) -> Result<()> {
        match outcome.map(Outcome::into_article) {
            Ok(Some(article)) => self.print(&Parsed {
                article,
                is_whole_file,
                trace: None,
            }),
            Ok(None) => Ok(()),
            Err(error) => {
                self.fail(&error);
                Ok(())
            }
        }
    }

    fn print(&mut self, parsed: &Parsed) -> Result<()> {
        let is_first = self.n_printed == 0;
        self.n_printed += 1;
        let with_body = parsed.article.kind == PageKind::Article || self.args.keep_all;
        let out = &mut self.console.out;
        match self.args.format {
            ParseFormat::Text => {
                return text::print(parsed, with_body, is_first, self.console);
            }
            ParseFormat::Json => out.write_all(if is_first { b"[\n" } else { b",\n" })?,
            ParseFormat::Jsonl => {}
        }
        record::print(parsed, self.args.id, with_body, self.console)?;
        if self.args.format == ParseFormat::Jsonl {
            self.console.out.write_all(b"\n")?;
        }
        Ok(())
    }

    fn fail(&mut self, error: &Error) {
        self.n_failed += 1;
        note(&errors::page(error, self.console.language));
    }

    fn finish(self) -> Result<()> {
        let console = self.console;
        if self.args.format == ParseFormat::Json {
            let nothing = self.n_printed == 0;
            console
                .out
                .write_all(if nothing { b"[]\n" } else { b"\n]\n" })?;
        }
        match (self.n_printed, self.n_failed) {
            (0, 0) => bail!(console.text(Message::NoPages {
                paths: &inputs::list(&self.args.read.paths, console.language)
            })),
            (0, failed) => bail!(console.text(Message::NothingParsed { failed })),
            _ => Ok(()),
        }
    }
}
