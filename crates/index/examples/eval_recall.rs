//! Checks that nothing that is in a collection is missed: samples pieces of its texts and searches for them.
//!
//! ```text
//! eval_recall DIR [n] [seed]
//! ```
//!
//! `DIR` has `docs.jsonl` with an id, a title and a body a line. Half of the pieces, of 1 to 8 letters, digits and
//! Chinese characters, begin anywhere, half begin and end where a word does. Each is searched for between
//! quotation marks and without; the article it comes from must be among those that match.
#![allow(clippy::print_stdout, reason = "a command")]

use std::collections::HashSet;
use std::error::Error;
use std::fs;

use fangzhi_index::{Index, Query, Sort};
use fangzhi_ingest::{Article, Block};
use fangzhi_segmentation::Segmenter;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let dir = args.next().ok_or("usage: eval_recall DIR [n] [seed]")?;
    let n: usize = args.next().map_or(Ok(20_000), |n| n.parse())?;
    let seed: u64 = args.next().map_or(Ok(1), |seed| seed.parse())?;
    let mut random = Random(seed);
    let index = Index::in_memory()?;
    let mut writer = index.writer()?;
    let mut articles = Vec::new();
    for line in fs::read_to_string(format!("{dir}/docs.jsonl"))?.lines() {
        let doc: serde_json::Value = serde_json::from_str(line)?;
        let text = |key: &str| doc[key].as_str().unwrap_or_default().to_owned();
        let mut article = Article::default();
        article.id = text("id");
        article.title = Some(text("title")).filter(|title| !title.is_empty());
        article.body = vec![Block::Paragraph { text: text("body") }];
        writer.add(&article)?;
        articles.push(article);
    }
    writer.commit()?;
    let searcher = index.searcher()?;
    let segmenter = Segmenter::default();
    let (mut quoted_misses, mut bare_misses, mut done) = (0, 0, 0);
    while done < n {
        let article = &articles[random.below(articles.len())];
        let body = article.body_text();
        let piece = if done % 2 == 0 {
            anywhere(&body, &mut random)
        } else {
            whole_words(&body, &segmenter, &mut random)
        };
        let Some(piece) = piece else { continue };
        done += 1;
        let finds = |text: String| -> Result<bool, Box<dyn Error>> {
            // By date and without limit: every article that matches.
            let query = Query::new(text)
                .sort(Sort::Date)
                .limit(usize::MAX)
                .collapse(false)
                .without_snippets();
            let results = searcher.search(&query)?;
            let ids: HashSet<&str> = results.hits.iter().map(|hit| hit.id.as_str()).collect();
            Ok(ids.contains(article.id.as_str()))
        };
        if !finds(format!("\"{piece}\""))? {
            quoted_misses += 1;
            println!("missed quoted: {piece} in {}", article.id);
        }
        if !finds(piece.clone())? {
            bare_misses += 1;
            println!("missed: {piece} in {}", article.id);
        }
    }
    println!(
        "{} articles, {n} pieces, seed {seed}: {quoted_misses} missed quoted, {bare_misses} missed unquoted",
        articles.len()
    );
    if quoted_misses + bare_misses > 0 {
        return Err("not everything was found".into());
    }
    Ok(())
}

/// A piece of 1 to 8 neighbouring characters that count, punctuation between them left out or not.
fn anywhere(text: &str, random: &mut Random) -> Option<String> {
    let counting: Vec<(usize, char)> = text
        .char_indices()
        .filter(|(_, c)| c.is_alphanumeric())
        .collect();
    let len = 1 + random.below(8);
    let start = random.below(counting.len().checked_sub(len)?.max(1));
    let (first, last) = (counting[start], counting.get(start + len - 1)?);
    clean(&text[first.0..last.0 + last.1.len_utf8()])
}

/// One to four neighbouring words of at most 8 characters together.
fn whole_words(text: &str, segmenter: &Segmenter, random: &mut Random) -> Option<String> {
    let words = segmenter.words(text);
    let start = random.below(words.len().max(1));
    let n = 1 + random.below(4);
    let words = words.get(start..start + n)?;
    let piece = &text[words[0].start..words[n - 1].end];
    let counting = piece.chars().filter(|c| c.is_alphanumeric()).count();
    if !(1..=8).contains(&counting) {
        return None;
    }
    clean(piece)
}

/// The piece, unless it has characters that mean something in the query language.
fn clean(piece: &str) -> Option<String> {
    let plain = |c: char| {
        c.is_alphanumeric() || matches!(c, '，' | '。' | '、' | ' ' | '《' | '》' | '%' | '.')
    };
    let words = piece
        .split_whitespace()
        .all(|word| !matches!(word, "AND" | "OR" | "NOT"));
    (piece.chars().all(plain) && words).then(|| piece.trim().to_owned())
}

/// A small generator of numbers that look random, the same for the same seed (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n.max(1) as u64) as usize
    }
}
