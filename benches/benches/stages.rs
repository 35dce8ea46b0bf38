//! Each stage from a saved page to the tokens of an index, on one thread and made-up articles.
//!
//! Throughput counts the bytes that a stage reads: those of pages up to and with extraction, those of texts after it.

use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use fangzhi_benches::synthetic::{Form, Prose, SyntheticArticle, render, words};
use fangzhi_index::Index;
use fangzhi_ingest::{Article, Extractor, Page};
use fangzhi_segmentation::normalize::normalize;
use fangzhi_segmentation::{Layer, Mode, Segmenter};

const SEED: u64 = 1985;
/// Articles, each saved in every way: eight templates twice.
const N_ARTICLES: u64 = 16;

/// A way to save an article.
#[derive(Clone, Copy)]
enum Saved {
    Utf8,
    Gb18030,
    Dump,
}

fn articles(prose: &Prose) -> Vec<SyntheticArticle> {
    (0..N_ARTICLES)
        .map(|number| SyntheticArticle::new(prose, SEED, number))
        .collect()
}

fn pages(prose: &Prose, saved: Saved) -> Vec<Page> {
    let page = |article: &SyntheticArticle| {
        let mut rng = fastrand::Rng::with_seed(article.number);
        let html = Form::Html(article.number as usize);
        let (form, charset) = match saved {
            Saved::Utf8 => (html, "utf-8"),
            Saved::Gb18030 => (html, "gb2312"),
            Saved::Dump => (Form::Dump, "utf-8"),
        };
        let text = render(article, form, charset, prose, &mut rng);
        let bytes = match saved {
            Saved::Gb18030 => encoding_rs::GB18030.encode(&text).0.into_owned(),
            Saved::Utf8 | Saved::Dump => text.into_bytes(),
        };
        Page::new(bytes).path(format!("a{}", article.number))
    };
    articles(prose).iter().map(page).collect()
}

/// Measures something done with each input in turn.
fn bench<T>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    inputs: &[T],
    len: impl Fn(&T) -> usize,
    mut work: impl FnMut(&T),
) {
    let n_bytes: usize = inputs.iter().map(len).sum();
    group.throughput(Throughput::Bytes(n_bytes as u64));
    group.bench_function(name, |bencher| {
        bencher.iter(|| inputs.iter().for_each(&mut work));
    });
}

fn ingest(criterion: &mut Criterion) {
    let prose = Prose::new(words().expect("cargo has the sources of jieba-rs"));
    let extractor = Extractor::new();
    let [utf8, gb18030, dumps] =
        [Saved::Utf8, Saved::Gb18030, Saved::Dump].map(|saved| pages(&prose, saved));

    let mut group = criterion.benchmark_group("decode");
    let len = |page: &Page| page.bytes.len();
    for (name, pages, encoding) in [
        ("utf-8", &utf8, encoding_rs::UTF_8),
        ("gb18030", &gb18030, encoding_rs::GB18030),
    ] {
        bench(&mut group, name, pages, len, |page| {
            black_box(encoding.decode(&page.bytes));
        });
    }
    group.finish();

    let mut group = criterion.benchmark_group("decode, parse and extract");
    for (name, pages) in [
        ("utf-8 pages", &utf8),
        ("gb18030 pages", &gb18030),
        ("dumps", &dumps),
    ] {
        bench(&mut group, name, pages, len, |page| {
            for article in extractor.articles(page) {
                black_box(article.expect("the page has an article"));
            }
        });
    }
    group.finish();
}

fn analyse(criterion: &mut Criterion) {
    let prose = Prose::new(words().expect("cargo has the sources of jieba-rs"));
    let texts: Vec<String> = articles(&prose)
        .iter()
        .map(|article| article.paragraphs.join("\n"))
        .collect();
    let mut worker = Segmenter::default().worker();

    let mut group = criterion.benchmark_group("normalise");
    bench(&mut group, "text", &texts, String::len, |text| {
        black_box(normalize(text));
    });
    group.finish();

    let mut group = criterion.benchmark_group("segment");
    for mode in [Mode::Exact, Mode::ExactKnown, Mode::Search] {
        let name = format!("{mode:?}");
        bench(&mut group, &name, &texts, String::len, |text| {
            worker.cut(mode, text, |word| {
                black_box(word);
            });
        });
    }
    group.finish();

    let mut group = criterion.benchmark_group("analyse");
    for layer in Layer::ALL {
        let name = format!("{layer:?}");
        bench(&mut group, &name, &texts, String::len, |text| {
            worker.for_each(layer, text, |token| {
                black_box(token);
            });
        });
    }
    bench(&mut group, "all layers", &texts, String::len, |text| {
        let mut analysis = worker.analyse(text);
        for layer in Layer::ALL {
            analysis.for_each(layer, |token| {
                black_box(token);
            });
        }
    });
    group.finish();
}

fn index(criterion: &mut Criterion) {
    let prose = Prose::new(words().expect("cargo has the sources of jieba-rs"));
    let extractor = Extractor::new();
    let pages = pages(&prose, Saved::Utf8);
    let articles: Vec<Article> = pages
        .iter()
        .flat_map(|page| extractor.articles(page))
        .map(|article| article.expect("the page has an article"))
        .collect();
    let mut group = criterion.benchmark_group("analyse and add");
    let len = |article: &Article| article.body_text().len();
    let index = Index::in_memory().expect("memory is there");
    let writer = index.writer().expect("nobody else writes");
    bench(&mut group, "all layers", &articles, len, |article| {
        writer.add(article).expect("the article can be indexed");
    });
    group.finish();
}

criterion_group!(stages, ingest, analyse, index);
criterion_main!(stages);
