//! `fangzhi search --batch`: the queries of a file, for evaluation.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::Path;
use std::thread;

use anyhow::{Context as _, Result, bail};
use fangzhi_index::{Hit, Searcher};
use serde::Serialize;

use crate::Status;
use crate::args::{SearchArgs, SearchFormat};
use crate::console::Console;
use crate::index_dir;
use crate::inputs;
use crate::messages::{Language, Message};

/// How many queries a thread takes at a time.
const CHUNK: usize = 64;

/// The longest line, in bytes: a device has no end of lines.
const MAX_LINE: u64 = 4 << 20;

/// What a batch run is called in a TREC run file.
const TAG: &str = "fangzhi";

#[derive(Serialize)]
struct Line<'a> {
    qid: &'a str,
    ids: Vec<&'a str>,
}

struct BatchQuery {
    qid: String,
    text: String,
}

pub(super) fn run(args: &SearchArgs, file: &Path, console: &mut Console<'_>) -> Result<Status> {
    let format = args.format.unwrap_or(SearchFormat::Jsonl);
    if !matches!(format, SearchFormat::Jsonl | SearchFormat::Trec) {
        bail!(console.text(Message::BatchFormat));
    }
    let input: Box<dyn BufRead> = if file.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        let opened = File::open(file).with_context(|| console.text(Message::CannotRead(file)))?;
        Box::new(BufReader::new(opened))
    };
    let searcher = index_dir::open(&args.index.dir, console)?.searcher()?;
    let threads = inputs::threads(None).get();
    let mut queries = Queries::new(input, file, console.language);
    loop {
        let chunk = queries.take(CHUNK * threads)?;
        if chunk.is_empty() {
            return Ok(Status::Done);
        }
        for (query, hits) in chunk
            .iter()
            .zip(search_all(args, &searcher, &chunk, threads)?)
        {
            print(query, &hits, format, console)?;
        }
    }
}

/// The hits of each query, in order, with the queries shared out among threads.
fn search_all(
    args: &SearchArgs,
    searcher: &Searcher,
    queries: &[BatchQuery],
    threads: usize,
) -> Result<Vec<Vec<Hit>>> {
    let search = |part: &[BatchQuery]| -> Result<Vec<Vec<Hit>>> {
        part.iter()
            .map(|query| {
                let request = super::query(args, &query.text).without_snippets();
                let results = searcher.search(&request);
                Ok(results
                    .with_context(|| format!("query `{}`", query.qid))?
                    .hits)
            })
            .collect()
    };
    let size = queries.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let parts: Vec<_> = queries
            .chunks(size)
            .map(|part| scope.spawn(move || search(part)))
            .collect();
        let mut hits = Vec::with_capacity(queries.len());
        for part in parts {
            hits.extend(part.join().expect("searching never panics")?);
        }
        Ok(hits)
    })
}

fn print(
    query: &BatchQuery,
    hits: &[Hit],
    format: SearchFormat,
    console: &mut Console<'_>,
) -> Result<()> {
    let qid = &query.qid;
    if format == SearchFormat::Trec {
        for (hit, rank) in hits.iter().zip(1..) {
            writeln!(
                console.out,
                "{qid} Q0 {} {rank} {} {TAG}",
                hit.id, hit.score
            )?;
        }
        return Ok(());
    }
    let ids = hits.iter().map(|hit| hit.id.as_str()).collect();
    Ok(console.json(&Line { qid, ids })?)
}

/// The queries of a file, `qid TAB query` a line; empty lines are passed over.
struct Queries<'a> {
    input: Box<dyn BufRead>,
    file: &'a Path,
    language: Language,
    line: usize,
}

impl<'a> Queries<'a> {
    fn new(input: Box<dyn BufRead>, file: &'a Path, language: Language) -> Self {
        Self {
            input,
            file,
            language,
            line: 0,
        }
    }

    /// At most `n` queries more, fewer if they are long; none at the end.
    fn take(&mut self, n: usize) -> Result<Vec<BatchQuery>> {
        let place = || Message::CannotRead(self.file).text(self.language);
        let mut queries = Vec::new();
        let mut bytes = Vec::new();
        let mut n_bytes = 0;
        while queries.len() < n && n_bytes <= MAX_LINE {
            bytes.clear();
            let line = self.input.by_ref().take(MAX_LINE + 1);
            let n = { line }.read_until(b'\n', &mut bytes).with_context(place)?;
            if n == 0 {
                break;
            }
            self.line += 1;
            if n as u64 > MAX_LINE {
                let message = Message::LongBatchLine {
                    line: self.line,
                    limit: MAX_LINE,
                };
                return Err(anyhow::anyhow!(message.text(self.language))).with_context(place);
            }
            let line = String::from_utf8_lossy(&bytes);
            let line = line
                .trim_end_matches(['\r', '\n'])
                .trim_start_matches('\u{FEFF}');
            if line.trim().is_empty() {
                continue;
            }
            let Some((qid, text)) = line.split_once('\t') else {
                let message = Message::BadBatchLine { line: self.line };
                return Err(anyhow::anyhow!(message.text(self.language))).with_context(place);
            };
            n_bytes += text.len() as u64;
            queries.push(BatchQuery {
                qid: qid.trim().to_owned(),
                text: text.to_owned(),
            });
        }
        Ok(queries)
    }
}
