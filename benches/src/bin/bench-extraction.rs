//! The cost of reading a page beside two peers: `bench-extraction [DIR] [ROUNDS]`.
//!
//! DIR holds HTML pages; by default it is the folder `FANGZHI_PAGES` names, else the shared pages, else `corpus/`.
//! All run on one thread, page by page and in turn, ROUNDS times (by default 15); the figures are CPU time, decoding
//! included, the median of the rounds.

use std::hint::black_box;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use fangzhi_ingest::{Extractor, Format, Page};
use rustix::time::{ClockId, clock_gettime};
use walkdir::WalkDir;

/// What is measured.
struct Contestant {
    name: &'static str,
    run: fn(&Page),
    /// CPU seconds of all pages, a round each.
    rounds: Vec<f64>,
}

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments
        .next()
        .map_or_else(default_directory, PathBuf::from);
    let rounds: usize = arguments.next().map_or(Ok(15), |rounds| rounds.parse())?;
    let pages = read_pages(&directory)?;
    let bytes: usize = pages.iter().map(|page| page.bytes.len()).sum();
    println!(
        "{} pages, {:.1} KB on average, from {}",
        pages.len(),
        bytes as f64 / 1e3 / pages.len() as f64,
        directory.display()
    );
    let mut contestants = [
        ("decoding alone, as for the peers", decode_only as fn(&Page)),
        ("fangzhi, bytes → article", fangzhi),
        ("scraper, a bare parse", scraper),
        ("dom_smoothie, text → article", dom_smoothie),
    ]
    .map(|(name, run)| Contestant {
        name,
        run,
        rounds: Vec::new(),
    });
    // The first round warms up and does not count.
    for round in 0..=rounds {
        for contestant in &mut contestants {
            let start = cpu_seconds();
            for page in &pages {
                (contestant.run)(page);
            }
            if round > 0 {
                contestant.rounds.push(cpu_seconds() - start);
            }
        }
    }
    let reference = contestants[1].median();
    println!(
        "{:<34} {:>11} {:>8} {:>10}",
        "", "CPU ms/page", "MB/s", "× fangzhi"
    );
    for contestant in &mut contestants {
        let seconds = contestant.median();
        println!(
            "{:<34} {:>11.3} {:>8.0} {:>10.2}",
            contestant.name,
            seconds * 1e3 / pages.len() as f64,
            bytes as f64 / 1e6 / seconds,
            seconds / reference
        );
    }
    Ok(())
}

impl Contestant {
    fn median(&mut self) -> f64 {
        self.rounds.sort_unstable_by(f64::total_cmp);
        self.rounds[self.rounds.len() / 2]
    }
}

fn fangzhi(page: &Page) {
    black_box(Extractor::new().keep_all(true).outcomes(page));
}

fn scraper(page: &Page) {
    black_box(scraper::Html::parse_document(&decode(page)));
}

fn dom_smoothie(page: &Page) {
    let readability = dom_smoothie::Readability::new(&*decode(page), None, None);
    // A page without a story is an error here and costs what it costs.
    black_box(readability.and_then(|mut readability| readability.parse())).ok();
}

fn decode_only(page: &Page) {
    black_box(decode(page));
}

/// Decodes in the cheapest way that gives the peers readable text: UTF-8 if it is, else GB18030.
fn decode(page: &Page) -> std::borrow::Cow<'_, str> {
    match std::str::from_utf8(&page.bytes) {
        Ok(text) => text.into(),
        Err(_) => encoding_rs::GB18030.decode(&page.bytes).0,
    }
}

fn read_pages(directory: &Path) -> anyhow::Result<Vec<Page>> {
    let mut pages = Vec::new();
    for entry in WalkDir::new(directory).sort_by_file_name() {
        let entry = entry?;
        if !entry.file_type().is_file() {
            continue;
        }
        let bytes = std::fs::read(entry.path())
            .with_context(|| format!("cannot read `{}`", entry.path().display()))?;
        let page = Page::new(bytes);
        if page.format == Format::Html {
            pages.push(page);
        }
    }
    ensure!(
        !pages.is_empty(),
        "no HTML pages in `{}`",
        directory.display()
    );
    Ok(pages)
}

fn default_directory() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let shared = root.join("../shared/data/extraction/pages");
    match std::env::var_os("FANGZHI_PAGES") {
        Some(directory) => directory.into(),
        None if shared.is_dir() => shared,
        None => root.join("corpus"),
    }
}

/// The CPU time of this thread so far.
fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}
