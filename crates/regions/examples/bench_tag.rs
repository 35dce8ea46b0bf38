//! Prints how long tagging takes on the articles of JSON lines or on the built-in sample: microseconds of processor time an article.
//!
//! ```sh
//! cargo run --release -p fangzhi-regions --example bench_tag -- docs.jsonl
//! ```
//! Each line has `title` and `body`; without a file, the articles of tests/regions are used.

#![allow(clippy::print_stdout, reason = "it prints what it measures")]

use std::time::Duration;

use fangzhi_regions::{Tagger, Tags, Text};

/// How often everything is tagged; the best round counts.
const ROUNDS: usize = 9;

/// How many articles a round has at least, as processor time is counted in steps of milliseconds.
const MIN_ARTICLES: usize = 6000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let texts = match std::env::args().nth(1).filter(|path| !path.is_empty()) {
        Some(path) => std::fs::read_to_string(path)?
            .lines()
            .map(|line| (field(line, "title"), field(line, "body")))
            .collect(),
        None => sample(),
    };
    let bytes: usize = texts
        .iter()
        .map(|(title, body)| title.len() + body.len())
        .sum();

    let start = processor_time()?;
    let tagger = Tagger::default();
    println!("the first tagger: {:?}", processor_time()? - start);

    let repeats = MIN_ARTICLES.div_ceil(texts.len().max(1));
    let mut mentions = 0;
    let mut best = |tag: &dyn Fn(&Text<'_>) -> Tags| -> Result<f64, Box<dyn std::error::Error>> {
        let mut best = Duration::MAX;
        for _ in 0..ROUNDS {
            let start = processor_time()?;
            for (title, body) in (0..repeats).flat_map(|_| &texts) {
                let tags = tag(&Text {
                    title,
                    body,
                    published: Some(2020),
                    source: "辽宁日报",
                    ..Text::default()
                });
                mentions += tags.mentions.len();
            }
            best = best.min(processor_time()? - start);
        }
        Ok(best.as_secs_f64() * 1e6 / repeats as f64)
    };
    let micros = best(&|text| tagger.tag(text))?;
    let micros_of_main = best(&|text| tagger.main_places(text))?;
    let mentions = mentions / repeats / ROUNDS;
    let n = texts.len().max(1) as f64;
    println!(
        "{} articles of {:.0} bytes, {:.1} mentions each: {:.1} µs an article, {:.0} MB/s; {:.1} µs for the main places",
        texts.len(),
        bytes as f64 / n,
        mentions as f64 / n,
        micros / n,
        bytes as f64 / micros,
        micros_of_main / n,
    );
    Ok(())
}

/// The processor time this program has taken, which other programs do not add to (Linux only).
fn processor_time() -> Result<Duration, Box<dyn std::error::Error>> {
    let stat = std::fs::read_to_string("/proc/self/schedstat")?;
    let nanos = stat.split_whitespace().next().ok_or("no time")?;
    Ok(Duration::from_nanos(nanos.parse()?))
}

/// The sample's articles, as they stand there without their marks.
fn sample() -> Vec<(String, String)> {
    let text = include_str!("../../../tests/regions/articles.dev.txt");
    let articles = text.split("\n# ").map(|article| {
        let mut lines = article.trim_start_matches("# ").lines();
        let title = unmark(lines.next().unwrap_or_default());
        let body: Vec<String> = lines
            .filter(|line| !line.contains(": "))
            .map(unmark)
            .collect();
        (title, body.join("\n"))
    });
    articles.collect()
}

fn unmark(marked: &str) -> String {
    let mut text = String::new();
    let mut rest = marked;
    while let Some((before, after)) = rest.split_once('[') {
        let (name, after) = after.split_once("](").unwrap_or((after, ""));
        let (_, after) = after.split_once(')').unwrap_or(("", ""));
        text.push_str(before);
        text.push_str(name);
        rest = after;
    }
    text.push_str(rest);
    text
}

/// A text field of a line of JSON.
fn field(line: &str, name: &str) -> String {
    let Some((_, rest)) = line
        .split_once(&format!("\"{name}\": \""))
        .or_else(|| line.split_once(&format!("\"{name}\":\"")))
    else {
        return String::new();
    };
    let mut text = String::new();
    let mut chars = rest.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => match chars.next() {
                Some('n') => text.push('\n'),
                Some(c) => text.push(c),
                None => break,
            },
            c => text.push(c),
        }
    }
    text
}
