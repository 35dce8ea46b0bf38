//! What holds for any bytes at all. The fuzz target runs the same function.

use fangzhi_ingest::{Article, Extractor, Format, Page};

/// A byte of a page gives at most this many bytes of text: three in UTF-8 for one in a single-byte encoding, and a
/// reference may stand for a fifth more than it is long.
const GROWTH: usize = 4;

/// What may be added to a page's own text: the separators between blocks.
const SLACK: usize = 1024;

/// Reads the bytes as what they look like, as a page and as a dump, and checks what comes out.
///
/// # Panics
///
/// A law is broken.
pub(crate) fn check(bytes: &[u8]) {
    check_page(&Page::new(bytes));
    for format in [Format::Html, Format::Text] {
        check_page(&Page::with_format(bytes, format));
    }
}

fn check_page(page: &Page) {
    let extractor = Extractor::new().keep_all(true);
    for article in extractor.articles(page).into_iter().flatten() {
        check_article(&article, page);
    }
}

fn check_article(article: &Article, page: &Page) {
    assert!(
        (0.0..=1.0).contains(&article.confidence),
        "the confidence is {}",
        article.confidence
    );
    assert!(!article.id.is_empty(), "an article has an id");
    let body = article.body_text();
    assert!(
        body.len() <= page.bytes.len() * GROWTH + SLACK,
        "{} bytes gave a body of {}",
        page.bytes.len(),
        body.len()
    );
    let lines = [
        &article.title,
        &article.subtitle,
        &article.site,
        &article.source,
    ];
    let lines = lines
        .into_iter()
        .flatten()
        .chain(&article.authors)
        .chain(&article.editors)
        .chain(&article.channel);
    for line in lines {
        assert!(
            !line.trim().is_empty() && !line.contains('\n'),
            "{line:?} is no line"
        );
    }
    let json = serde_json::to_string(article).expect("an article is plain data");
    let back: Article = serde_json::from_str(&json).expect("what is written can be read");
    assert_eq!(&back, article, "writing and reading changes the article");
}
