//! Runs the queries of a retrieval collection and prints what was found, one JSON line a query.
//!
//! ```text
//! eval_retrieval DIR QUERIES.tsv [n] [--joined] > run.jsonl
//! ```
//!
//! `DIR` has `docs.jsonl` with an id, a title and a body a line. `--joined` types the queries without spaces.
//! The lines are `{"qid":…,"ids":[…]}`; figures go to standard error.
#![allow(clippy::print_stderr, clippy::print_stdout, reason = "a command")]

use std::error::Error;
use std::fs;
use std::time::Instant;

use fangzhi_index::{Index, Query, WriterOptions};
use fangzhi_ingest::{Article, Block};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (flags, args): (Vec<_>, Vec<_>) = args.into_iter().partition(|arg| arg.starts_with("--"));
    let [dir, queries, rest @ ..] = args.as_slice() else {
        return Err("usage: eval_retrieval DIR QUERIES.tsv [n] [--joined]".into());
    };
    let limit = rest.first().map_or(Ok(100), |n| n.parse())?;
    let joined = flags.iter().any(|flag| flag == "--joined");
    let index = Index::in_memory()?;
    let begun = Instant::now();
    let mut writer = index.writer_with(WriterOptions::default())?;
    let mut bytes = 0;
    for line in fs::read_to_string(format!("{dir}/docs.jsonl"))?.lines() {
        let doc: serde_json::Value = serde_json::from_str(line)?;
        let text = |key: &str| doc[key].as_str().unwrap_or_default().to_owned();
        let mut article = Article::default();
        article.id = text("id");
        article.title = Some(text("title")).filter(|title| !title.is_empty());
        article.body = text("body")
            .lines()
            .map(|line| Block::Paragraph {
                text: line.to_owned(),
            })
            .collect();
        bytes += text("title").len() + text("body").len();
        writer.add(&article)?;
    }
    writer.commit()?;
    eprintln!("indexed {bytes} bytes of text in {:.2?}", begun.elapsed());
    let searcher = index.searcher()?;
    let mut times = Vec::new();
    let (mut zero, mut relaxed) = (0, 0);
    for line in fs::read_to_string(queries)?.lines() {
        let (id, text) = line.split_once('\t').ok_or("a line without a tab")?;
        let text = if joined {
            text.split_whitespace().collect()
        } else {
            text.to_owned()
        };
        let query = Query::new(text)
            .limit(limit)
            .collapse(false)
            .without_snippets();
        let results = searcher.search(&query)?;
        times.push(results.took);
        zero += usize::from(results.hits.is_empty());
        relaxed += usize::from(results.relaxed.is_some());
        let ids: Vec<&str> = results.hits.iter().map(|hit| hit.id.as_str()).collect();
        println!("{}", serde_json::json!({"qid": id, "ids": ids}));
    }
    times.sort_unstable();
    eprintln!(
        "{} queries, {zero} without hits, {relaxed} relaxed, median {:.0?}, p99 {:.0?}",
        times.len(),
        times[times.len() / 2],
        times[times.len() * 99 / 100],
    );
    Ok(())
}
