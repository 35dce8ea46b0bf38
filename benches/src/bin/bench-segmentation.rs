//! Segmentation beside jieba-rs and tantivy-jieba: `bench-segmentation [TEXT]`.
//!
//! `TEXT` is a UTF-8 file with a text on each line; by default 6 MB are made up.
//! Each round runs both of a pair, so that the machine treats them alike; what
//! counts is each one's best round in CPU time of the thread.

use std::hint::black_box;
use std::time::Instant;

use anyhow::Context;
use fangzhi_benches::synthetic::{Prose, words};
use fangzhi_segmentation::{Layer, LayerTokenizer, Mode, Segmenter};
use jieba_rs::Jieba;
use rustix::time::{ClockId, clock_gettime};
use tantivy::tokenizer::{TokenStream, Tokenizer};
use tantivy_jieba::JiebaTokenizer;

const ROUNDS: usize = 9;
const MADE_UP: usize = 6_000_000;

fn main() -> anyhow::Result<()> {
    let texts = match std::env::args().nth(1) {
        Some(path) => {
            std::fs::read_to_string(&path).with_context(|| format!("cannot read `{path}`"))?
        }
        None => made_up()?,
    };
    let texts: Vec<&str> = texts.lines().collect();
    let n_bytes: usize = texts.iter().map(|text| text.len()).sum();

    let start = Instant::now();
    let segmenter = Segmenter::default();
    black_box(segmenter.words("文明城市"));
    println!("first word: {:?}", start.elapsed());
    let start = Instant::now();
    let jieba = Jieba::new();
    black_box(jieba.cut("文明城市", true));
    println!("first word, jieba-rs: {:?}", start.elapsed());

    let worker = &mut segmenter.worker();
    let mut count = |mode, text: &str| {
        let mut n = 0;
        worker.cut(mode, text, |_| n += 1);
        n
    };
    let compare =
        |name: &str, theirs: &mut dyn FnMut(&str) -> usize, ours: &mut dyn FnMut(&str) -> usize| {
            let (theirs, ours) = best(&texts, theirs, ours);
            let speed = |seconds: f64| n_bytes as f64 / seconds / 1e6;
            println!(
                "{name:34} {:6.1} MB/s beside {:6.1} MB/s: {:.2} x",
                speed(ours),
                speed(theirs),
                theirs / ours
            );
        };
    println!(
        "{:.1} MB in {} texts; ours beside theirs",
        n_bytes as f64 / 1e6,
        texts.len()
    );
    compare(
        "words",
        &mut |text| jieba.cut(text, true).len(),
        &mut |text| count(Mode::Exact, text),
    );
    compare(
        "words, as a vector",
        &mut |text| jieba.cut(text, true).len(),
        &mut |text| segmenter.words(text).len(),
    );
    compare(
        "words, without the model",
        &mut |text| jieba.cut(text, false).len(),
        &mut |text| count(Mode::ExactKnown, text),
    );
    compare(
        "search mode",
        &mut |text| jieba.cut_for_search(text, true).len(),
        &mut |text| count(Mode::Search, text),
    );
    compare(
        "all words",
        &mut |text| jieba.cut_all(text).len(),
        &mut |text| count(Mode::All, text),
    );
    let mut peer = JiebaTokenizer::new();
    for layer in Layer::ALL {
        let mut tokenizer = LayerTokenizer::new(segmenter.clone(), layer);
        compare(
            &format!("token stream, layer of {layer:?}"),
            &mut |text| drain(&mut peer.token_stream(text)),
            &mut |text| drain(&mut tokenizer.token_stream(text)),
        );
    }
    Ok(())
}

fn made_up() -> anyhow::Result<String> {
    let prose = Prose::new(words()?);
    let mut rng = fastrand::Rng::with_seed(1);
    let mut texts = String::new();
    while texts.len() < MADE_UP {
        prose.paragraph(&mut rng, "海城", &mut texts);
        texts.push('\n');
    }
    Ok(texts)
}

fn drain(stream: &mut impl TokenStream) -> usize {
    let mut n = 0;
    stream.process(&mut |token| n += usize::from(!token.text.is_empty()));
    n
}

/// The seconds of each one's best round.
fn best(
    texts: &[&str],
    theirs: &mut dyn FnMut(&str) -> usize,
    ours: &mut dyn FnMut(&str) -> usize,
) -> (f64, f64) {
    let mut best = (f64::MAX, f64::MAX);
    for _ in 0..ROUNDS {
        best.0 = best.0.min(seconds(texts, theirs));
        best.1 = best.1.min(seconds(texts, ours));
    }
    best
}

fn seconds(texts: &[&str], work: &mut dyn FnMut(&str) -> usize) -> f64 {
    let now = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
    };
    let start = now();
    for text in texts {
        black_box(work(text));
    }
    now() - start
}
