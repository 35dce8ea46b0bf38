//! Makes a synthetic archive: `bench-corpus N DIR [--lines]`.
//!
//! Writes `DIR/pages/` (HTML pages of eight templates, one in five of them in GB18030, and one text dump in ten),
//! `DIR/articles.jsonl` (the same articles ready-made) and `DIR/queries.tsv` (a query log over them).
//! With `--lines` there are no pages. The same N gives the same bytes.

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
        bail!("usage: bench-corpus N DIR [--lines]");
    };
    let with_pages = match arguments.next().as_deref() {
        None => true,
        Some("--lines") => false,
        Some(other) => bail!("not an option: `{other}`"),
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
        if with_pages {
            let shard = dir.join("pages").join(format!("{:04}", number / SHARD));
            fs::create_dir_all(&shard)?;
            let ending = if form == Form::Dump { "txt" } else { "html" };
            fs::write(shard.join(format!("a{number}.{ending}")), &bytes)?;
            page_bytes += bytes.len();
        }

        if number % (n / 2000).max(1) == 0 {
            let (kind, query) = query(&article, &prose, &mut rng);
            writeln!(queries, "{kind}-{number}\t{query}")?;
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

/// A query as people type them, with its kind.
///
/// A frequent word, the city with a word, a piece of a headline, an exact phrase, and characters cut out of the text
/// anywhere: of random words these are a trial, since hardly any other article has them.
fn query(
    article: &SyntheticArticle,
    prose: &Prose,
    rng: &mut fastrand::Rng,
) -> (&'static str, String) {
    let paragraph = &article.paragraphs[rng.usize(..article.paragraphs.len())];
    let word = |rng: &mut fastrand::Rng| loop {
        let word = prose.word(rng);
        if word.chars().nth(1).is_some() {
            break word;
        }
    };
    match rng.u32(..6) {
        0 => ("word", word(rng).to_owned()),
        1 => ("words", format!("{} {}", article.city, word(rng))),
        2 => {
            let length = rng.usize(6..11);
            ("headline", span(&article.title, length, rng))
        }
        3 => ("phrase", format!("\"{}\"", span(paragraph, 4, rng))),
        4 => ("cut", span(paragraph, 6, rng)),
        _ => {
            let first = span(paragraph, 2, rng);
            ("cut", format!("{first} {}", span(paragraph, 4, rng)))
        }
    }
}

/// So many characters of a text, from anywhere in it; punctuation is left out.
fn span(text: &str, length: usize, rng: &mut fastrand::Rng) -> String {
    let text: Vec<char> = text.chars().filter(|c| !"，。 ".contains(*c)).collect();
    let at = rng.usize(..text.len().saturating_sub(length).max(1));
    text[at..].iter().take(length).collect()
}
