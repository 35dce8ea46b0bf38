//! The latency of a search in process, beside `bench-peer search`: `bench-search INDEX QUERIES [--cpu]`.
//!
//! Prints the median and 99th percentile for ten hits with titles, then with snippets, then the titles by kind of query,
//! then for two threads.
//! With `--cpu` it counts the thread's processor time instead of the clock's, for a machine that is busy.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::bail;
use fangzhi_benches::latency::{Latencies, read_queries};
use fangzhi_index::{Index, Query, Searcher};
use rustix::time::{ClockId, clock_gettime};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (index, queries, clock) = match &arguments[..] {
        [index, queries] => (index, queries, ClockId::Monotonic),
        [index, queries, cpu] if cpu == "--cpu" => (index, queries, ClockId::ThreadCPUTime),
        _ => bail!("usage: bench-search INDEX QUERIES [--cpu]"),
    };
    let searcher = Index::open(Path::new(index))?.searcher()?;
    let log = read_queries(Path::new(queries))?;
    let kinds: BTreeSet<&str> = log.iter().map(|(kind, _)| kind.as_str()).collect();
    let queries: Vec<&str> = log.iter().map(|(_, query)| query.as_str()).collect();
    println!(
        "ten titles       {}",
        run(&searcher, &queries, false, clock)?
    );
    println!(
        "with snippets    {}",
        run(&searcher, &queries, true, clock)?
    );
    for kind in kinds {
        let queries: Vec<&str> = log
            .iter()
            .filter(|(other, _)| other == kind)
            .map(|(_, query)| query.as_str())
            .collect();
        println!("{kind:16} {}", run(&searcher, &queries, false, clock)?);
    }
    let (mut one, mut two, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    // In turns, since the machine's speed changes from one second to the next.
    for _ in 0..ROUNDS {
        one.push(throughput(&searcher, &queries, 1)?);
        two.push(throughput(&searcher, &queries, 2)?);
        ratios.extend(two.last().zip(one.last()).map(|(two, one)| two / one));
    }
    println!(
        "queries a second: {:.0} on one thread, {:.0} on two ({:.2} x; medians of {ROUNDS} rounds, {:.2} to {:.2} x)",
        median(&mut one),
        median(&mut two),
        median(&mut ratios),
        ratios[0],
        ratios[ROUNDS - 1],
    );
    Ok(())
}

/// How often one thread and two are measured, in turns.
const ROUNDS: usize = 15;

/// The middle one, of an odd number of figures, which are put in order.
fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn request(text: &str, snippets: bool) -> Query {
    let query = Query::new(text).limit(10);
    if snippets {
        query
    } else {
        query.without_snippets()
    }
}

fn run(
    searcher: &Searcher,
    queries: &[&str],
    snippets: bool,
    clock: ClockId,
) -> anyhow::Result<Latencies> {
    let now = || {
        let time = clock_gettime(clock);
        Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
    };
    let mut latencies = Latencies::default();
    for round in 0..3 {
        for text in queries {
            let query = request(text, snippets);
            let start = now();
            searcher.search(&query)?;
            if round > 0 {
                latencies.add(now() - start);
            }
        }
    }
    Ok(latencies)
}

fn throughput(searcher: &Searcher, queries: &[&str], threads: usize) -> anyhow::Result<f64> {
    let start = Instant::now();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    queries
                        .iter()
                        .try_for_each(|&text| searcher.search(&request(text, false)).map(drop))
                })
            })
            .collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().expect("a search does not panic"))
    })?;
    Ok((threads * queries.len()) as f64 / start.elapsed().as_secs_f64())
}
