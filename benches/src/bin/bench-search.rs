//! The latency of a search in process, beside `bench-peer search`: `bench-search INDEX QUERIES`.
//!
//! Prints the median and 99th percentile for ten hits with titles, then with snippets, then for two threads.

use std::path::Path;
use std::time::Instant;

use anyhow::bail;
use fangzhi_benches::latency::{Latencies, read_queries};
use fangzhi_index::{Index, Query, Searcher};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [index, queries] = &arguments[..] else {
        bail!("usage: bench-search INDEX QUERIES");
    };
    let searcher = Index::open(Path::new(index))?.searcher()?;
    let queries = read_queries(Path::new(queries))?;
    let phrases: Vec<String> = queries
        .iter()
        .filter(|query| query.starts_with('"'))
        .cloned()
        .collect();
    println!("ten titles:     {}", run(&searcher, &queries, false)?);
    println!("with snippets:  {}", run(&searcher, &queries, true)?);
    println!("phrases alone:  {}", run(&searcher, &phrases, false)?);
    let one = throughput(&searcher, &queries, 1)?;
    let two = throughput(&searcher, &queries, 2)?;
    println!(
        "queries a second: {one:.0} on one thread, {two:.0} on two ({:.2} x)",
        two / one
    );
    Ok(())
}

fn request(text: &str, snippets: bool) -> Query {
    let query = Query::new(text).limit(10);
    if snippets {
        query
    } else {
        query.without_snippets()
    }
}

fn run(searcher: &Searcher, queries: &[String], snippets: bool) -> anyhow::Result<Latencies> {
    let mut latencies = Latencies::default();
    for round in 0..3 {
        for text in queries {
            let query = request(text, snippets);
            let start = Instant::now();
            searcher.search(&query)?;
            if round > 0 {
                latencies.add(start.elapsed());
            }
        }
    }
    Ok(latencies)
}

fn throughput(searcher: &Searcher, queries: &[String], threads: usize) -> anyhow::Result<f64> {
    let start = Instant::now();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    queries
                        .iter()
                        .try_for_each(|text| searcher.search(&request(text, false)).map(drop))
                })
            })
            .collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().expect("a search does not panic"))
    })?;
    Ok((threads * queries.len()) as f64 / start.elapsed().as_secs_f64())
}
