//! The peers as whole processes:
//!
//! - `bench-peer html DIR INDEX THREADS`: pages → scraper's selectors → tantivy-jieba → tantivy
//! - `bench-peer jsonl FILE INDEX TOKENIZER THREADS`: ready articles → TOKENIZER → tantivy, one layer
//! - `bench-peer search INDEX TOKENIZER QUERIES`: the median and 99th percentile of ten hits with titles

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, bail};
use crossbeam_channel::bounded;
use fangzhi_benches::latency::Latencies;
use fangzhi_benches::peer::{Peer, PeerArticle, Scrape, Tokenizer};
use walkdir::WalkDir;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["html", dir, index, threads] => html(Path::new(dir), Path::new(index), threads.parse()?),
        ["jsonl", file, index, tokenizer, threads] => jsonl(
            Path::new(file),
            Path::new(index),
            Tokenizer::named(tokenizer)?,
            threads.parse()?,
        ),
        ["search", index, tokenizer, queries] => search(
            Path::new(index),
            Tokenizer::named(tokenizer)?,
            Path::new(queries),
        ),
        _ => bail!("usage: bench-peer html|jsonl|search …"),
    }
}

fn html(dir: &Path, index: &Path, threads: usize) -> anyhow::Result<()> {
    let peer = Peer::create(index, Tokenizer::TantivyJieba)?;
    let (paths_in, paths) = bounded(64);
    let (articles_in, articles) = bounded(64);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for entry in WalkDir::new(dir).sort_by_file_name().into_iter().flatten() {
                if entry.file_type().is_file() && paths_in.send(entry.into_path()).is_err() {
                    return;
                }
            }
        });
        for _ in 0..threads {
            let (paths, articles_in) = (paths.clone(), articles_in.clone());
            scope.spawn(move || {
                let scrape = Scrape::default();
                for path in paths {
                    let Ok(bytes) = fs::read(&path) else { continue };
                    let article = scrape.article(path.display().to_string(), &bytes);
                    if articles_in.send(article).is_err() {
                        return;
                    }
                }
            });
        }
        drop((paths, articles_in));
        let n = peer.write(articles, threads)?;
        println!("{n} pages");
        Ok(())
    })
}

fn jsonl(file: &Path, index: &Path, tokenizer: Tokenizer, threads: usize) -> anyhow::Result<()> {
    let peer = Peer::create(index, tokenizer)?;
    let lines = BufReader::new(
        fs::File::open(file).with_context(|| format!("cannot read `{}`", file.display()))?,
    );
    let articles = lines.lines().map_while(Result::ok).filter_map(|line| {
        let value: serde_json::Value = serde_json::from_str(&line).ok()?;
        let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        Some(PeerArticle {
            id: text("id"),
            title: text("title"),
            body: text("body"),
            source: text("source"),
        })
    });
    let n = peer.write(articles, threads)?;
    println!("{n} articles");
    Ok(())
}

fn search(index: &Path, tokenizer: Tokenizer, queries: &Path) -> anyhow::Result<()> {
    let peer = Peer::open(index, tokenizer)?;
    let searcher = peer.searcher()?;
    let queries = fangzhi_benches::latency::read_queries(queries)?;
    let mut latencies = Latencies::default();
    let mut found = 0;
    for round in 0..3 {
        for (_, query) in &queries {
            let start = Instant::now();
            let (count, titles) = peer.search(&searcher, query)?;
            if round > 0 {
                latencies.add(start.elapsed());
                found += usize::from(count > 0 && !titles.is_empty());
            }
        }
    }
    println!(
        "{tokenizer:?}, ten titles: {latencies}; {found} of {} found",
        2 * queries.len()
    );
    Ok(())
}
