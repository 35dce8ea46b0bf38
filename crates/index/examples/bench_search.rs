//! Times searches on an index on disk beside a plain one of the same articles: one field of the same words, searched
//! with the engine's own term queries.
//!
//! ```text
//! bench_search DIR QUERIES.tsv [rounds]
//! ```
//!
//! `DIR` has `docs.jsonl` with an id, a title and a body a line. Prints the sizes of both, and the median and the 99th
//! percentile of a search for ten hits.
#![allow(clippy::print_stdout, reason = "a command")]

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use fangzhi_index::{Index, Query};
use fangzhi_ingest::{Article, Block};
use fangzhi_segmentation::{Layer, Segmenter};
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Occur, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions};
use tantivy::{TantivyDocument, Term};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [dir, queries, rest @ ..] = args.as_slice() else {
        return Err("usage: bench_search DIR QUERIES.tsv [rounds]".into());
    };
    let rounds: usize = rest.first().map_or(Ok(3), |n| n.parse())?;
    let queries: Vec<String> = fs::read_to_string(queries)?
        .lines()
        .filter_map(|line| Some(line.split_once('\t')?.1.to_owned()))
        .collect();
    let mut articles = Vec::new();
    let mut n_bytes = 0;
    for line in fs::read_to_string(format!("{dir}/docs.jsonl"))?.lines() {
        let doc: serde_json::Value = serde_json::from_str(line)?;
        let text = |key: &str| doc[key].as_str().unwrap_or_default().to_owned();
        let mut article = Article::default();
        article.id = text("id");
        article.title = Some(text("title"));
        article.body = vec![Block::Paragraph { text: text("body") }];
        n_bytes += text("title").len() + text("body").len();
        articles.push(article);
    }
    println!("{} articles, {n_bytes} bytes of text", articles.len());
    let place = tempfile::tempdir()?;

    let begun = Instant::now();
    let index = Index::create(place.path().join("layers"))?;
    let mut writer = index.writer()?;
    for article in &articles {
        writer.add(article)?;
    }
    writer.commit()?;
    drop(writer);
    report_build("all layers", begun, &place.path().join("layers"), n_bytes)?;

    let begun = Instant::now();
    let plain = Plain::build(&articles, &place.path().join("plain"))?;
    report_build("one layer", begun, &place.path().join("plain"), n_bytes)?;

    let searcher = index.searcher()?;
    let mut times: [Vec<Duration>; 4] = Default::default();
    for _ in 0..rounds {
        for text in &queries {
            for (i, query) in [
                Query::new(text.as_str()),
                Query::new(text.as_str()).without_snippets(),
                Query::new(format!("\"{text}\"")).without_snippets(),
            ]
            .iter()
            .enumerate()
            {
                times[i].push(searcher.search(query)?.took);
            }
            let begun = Instant::now();
            plain.search(text)?;
            times[3].push(begun.elapsed());
        }
    }
    for (name, mut times) in ["with snippets", "without snippets", "quoted", "one layer"]
        .into_iter()
        .zip(times)
    {
        times.sort_unstable();
        println!(
            "{name:>16}: median {:.1?}, p99 {:.1?}",
            times[times.len() / 2],
            times[times.len() * 99 / 100]
        );
    }
    Ok(())
}

fn report_build(name: &str, begun: Instant, dir: &Path, n_bytes: usize) -> Result<()> {
    let size = size(dir)?;
    println!(
        "{name:>16}: {size} bytes, {:.2} a byte of text, built in {:.2?}",
        size as f64 / n_bytes as f64,
        begun.elapsed()
    );
    Ok(())
}

fn size(dir: &Path) -> Result<u64> {
    let mut size = 0;
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        size += match entry.file_type()?.is_dir() {
            true => self::size(&entry.path())?,
            false => entry.metadata()?.len(),
        };
    }
    Ok(size)
}

/// The plain index.
struct Plain {
    searcher: tantivy::Searcher,
    segmenter: Segmenter,
    text: Field,
}

impl Plain {
    fn build(articles: &[Article], dir: &Path) -> Result<Self> {
        let segmenter = Segmenter::default();
        let mut schema = Schema::builder();
        let options = TextOptions::default().set_stored().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer("words")
                .set_index_option(IndexRecordOption::WithFreqsAndPositions),
        );
        let id = schema.add_text_field("id", STORED);
        let text = schema.add_text_field("text", options);
        fs::create_dir_all(dir)?;
        let index = tantivy::Index::create_in_dir(dir, schema.build())?;
        let tokenizer = fangzhi_segmentation::LayerTokenizer::new(segmenter.clone(), Layer::Words);
        index.tokenizers().register("words", tokenizer);
        let mut writer = index.writer_with_num_threads(1, 128 << 20)?;
        for article in articles {
            let mut document = TantivyDocument::default();
            document.add_text(id, &article.id);
            let title = article.title.as_deref().unwrap_or_default();
            document.add_text(text, format!("{title}\n{}", article.body_text()));
            writer.add_document(document)?;
        }
        writer.commit()?;
        writer.wait_merging_threads()?;
        Ok(Self {
            searcher: index.reader()?.searcher(),
            segmenter,
            text,
        })
    }

    fn search(&self, query: &str) -> Result<usize> {
        let terms = self.segmenter.layer(Layer::Words, query);
        let clauses = terms
            .iter()
            .map(|term| -> (Occur, Box<dyn tantivy::query::Query>) {
                let term = Term::from_field_text(self.text, &term.text);
                let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
                (Occur::Should, Box::new(query))
            })
            .collect();
        let query = BooleanQuery::new(clauses);
        let top = TopDocs::with_limit(10).order_by_score();
        let hits = self.searcher.search(&query, &top)?;
        for (_, address) in &hits {
            let _: TantivyDocument = self.searcher.doc(*address)?;
        }
        Ok(hits.len())
    }
}
