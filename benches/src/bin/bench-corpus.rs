//! Makes a synthetic archive: `bench-corpus N DIR`.
//!
//! Writes `DIR/pages/` (HTML pages of eight templates, one in five of them in GB18030, and one text dump in ten),
//! `DIR/articles.jsonl` (the same articles ready-made) and `DIR/queries.tsv` (a query log over them).
//! The same N gives the same bytes.

use std::fs;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use fangzhi_benches::synthetic::{Form, Prose, SyntheticArticle, render, words};

const SEED: u64 = 1985;
/// Pages in one directory.
const SHARD: u64 = 1000;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(n), Some(dir)) = (arguments.next(), arguments.next()) else {
        bail!("usage: bench-corpus N DIR");
    };
    let n: u64 = n
        .parse()
        .with_context(|| format!("not a number of articles: `{n}`"))?;
    let dir = PathBuf::from(dir);
    let prose = Prose::new(words()?);
    fs::create_dir_all(&dir).with_context(|| format!("cannot create `{}`", dir.display()))?;
    let mut lines = BufWriter::new(fs::File::create(dir.join("articles.jsonl"))?);
    let mut queries = BufWriter::new(fs::File::create(dir.join("queries.tsv"))?);
    let (mut page_bytes, mut text_bytes) = (0, 0);
    for number in 0..n {
        let article = SyntheticArticle::new(&prose, SEED, number);
        text_bytes +=
            article.title.len() + article.paragraphs.iter().map(String::len).sum::<usize>();
        writeln!(lines, "{}", article.to_json())?;

        let mut rng = fastrand::Rng::with_seed(SEED ^ number);
        let form = if rng.u32(..10) == 0 {
            Form::Dump
        } else {
            Form::Html(rng.usize(..8))
        };
        let gb18030 = rng.u32(..5) == 0;
        let page = render(
            &article,
            form,
            if gb18030 { "gb2312" } else { "utf-8" },
            &prose,
            &mut rng,
        );
        let bytes = match gb18030 {
            true => encoding_rs::GB18030.encode(&page).0.into_owned(),
            false => page.into_bytes(),
        };
        let shard = dir.join("pages").join(format!("{:04}", number / SHARD));
        fs::create_dir_all(&shard)?;
        let ending = if form == Form::Dump { "txt" } else { "html" };
        fs::write(shard.join(format!("a{number}.{ending}")), &bytes)?;
        page_bytes += bytes.len();

        if number % (n / 2000).max(1) == 0 {
            writeln!(queries, "q{number}\t{}", query(&article, &mut rng))?;
        }
    }
    lines.flush()?;
    queries.flush()?;
    println!(
        "{n} articles in {}: {:.1} MB of pages, {:.1} MB of text",
        dir.display(),
        page_bytes as f64 / 1e6,
        text_bytes as f64 / 1e6
    );
    Ok(())
}

/// A query that the article answers: a word, two words, a run of characters, or an exact phrase.
fn query(article: &SyntheticArticle, rng: &mut fastrand::Rng) -> String {
    let paragraph: Vec<char> = article.paragraphs[rng.usize(..article.paragraphs.len())]
        .chars()
        .filter(|c| !"，。 ".contains(*c))
        .collect();
    let mut span = |length: usize| -> String {
        let at = rng.usize(..paragraph.len().saturating_sub(length).max(1));
        paragraph[at..].iter().take(length).collect()
    };
    match article.number % 4 {
        0 => span(2),
        1 => format!("{} {}", span(2), span(4)),
        2 => span(6),
        _ => format!("\"{}\"", span(4)),
    }
}
