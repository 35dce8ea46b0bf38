//! Hostile and damaged input: no bytes panic, loop, or make more text than they hold.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod laws;

use std::path::{Path, PathBuf};

use fangzhi_ingest::{Article, Block, Extractor, Format, Page, Warning};
use proptest::prelude::*;

/// A damage done to a page.
#[derive(Debug, Clone)]
enum Damage {
    /// Takes out some bytes.
    Cut { at: usize, len: usize },
    /// Repeats some bytes a few times.
    Repeat { at: usize, len: usize, times: usize },
    /// Puts something in.
    Insert { at: usize, what: Vec<u8> },
    /// Goes on with another page from here.
    Graft { at: usize, page: usize, from: usize },
    /// Changes a byte.
    Flip { at: usize, byte: u8 },
}

/// What breaks parsers: the beginnings and ends of things, without their other half.
const FRAGMENTS: &[&str] = &[
    "<",
    ">",
    "</",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "\"",
    "'",
    "&",
    "&#",
    "&#x110000;",
    "&amp",
    "<script>",
    "</script>",
    "<style>",
    "<title>",
    "<textarea>",
    "<table>",
    "<tr>",
    "<td>",
    "</td>",
    "</table>",
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<a href=",
    "<svg>",
    "<template>",
    "<noscript>",
    "<select>",
    "<plaintext>",
    "<meta charset=big5>",
    "\u{feff}",
    "\0",
    "来源：",
    "责任编辑：",
    "记者 ",
    "2024-13-45 25:61",
    "当前位置：首页 > > ",
    "{\"@context\":",
    "[[[[",
    "\u{3000}\u{3000}",
];

fn damage() -> impl Strategy<Value = Damage> {
    let at = 0_usize..200_000;
    let fragment = prop::sample::select(FRAGMENTS).prop_map(|text| text.as_bytes().to_vec());
    let what = prop_oneof![4 => fragment, 1 => prop::collection::vec(any::<u8>(), 0..8)];
    prop_oneof![
        (at.clone(), 0_usize..3000).prop_map(|(at, len)| Damage::Cut { at, len }),
        (at.clone(), 0_usize..400, 1_usize..20).prop_map(|(at, len, times)| Damage::Repeat {
            at,
            len,
            times
        }),
        (at.clone(), what).prop_map(|(at, what)| Damage::Insert { at, what }),
        (at.clone(), any::<prop::sample::Index>(), at.clone()).prop_map(|(at, page, from)| {
            Damage::Graft {
                at,
                page: page.index(1 << 16),
                from,
            }
        }),
        (at, any::<u8>()).prop_map(|(at, byte)| Damage::Flip { at, byte }),
    ]
}

impl Damage {
    fn apply(&self, bytes: &mut Vec<u8>, pages: &[Vec<u8>]) {
        // Places lie within the page, whatever its length has become.
        let place = |at: usize| at % (bytes.len() + 1);
        match self {
            Self::Cut { at, len } => {
                let at = place(*at);
                let end = bytes.len().min(at + len);
                bytes.drain(at..end);
            }
            Self::Repeat { at, len, times } => {
                let at = place(*at);
                let end = bytes.len().min(at + len);
                let repeated = bytes[at..end].repeat(*times);
                bytes.splice(at..at, repeated);
            }
            Self::Insert { at, what } => {
                let at = place(*at);
                bytes.splice(at..at, what.iter().copied());
            }
            Self::Graft { at, page, from } => {
                let at = place(*at);
                let page = &pages[page % pages.len()];
                bytes.truncate(at);
                bytes.extend_from_slice(&page[from % (page.len() + 1)..]);
            }
            Self::Flip { at, byte } => {
                let at = place(*at);
                if let Some(flipped) = bytes.get_mut(at) {
                    *flipped ^= byte;
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 2000, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn damaged_pages_keep_the_laws(page in any::<prop::sample::Index>(), damages in prop::collection::vec(damage(), 1..12)) {
        let pages = corpus();
        let mut bytes = page.get(&pages).clone();
        for damage in &damages {
            damage.apply(&mut bytes, &pages);
        }
        laws::check(&bytes);
    }

    #[test]
    fn any_bytes_keep_the_laws(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        laws::check(&bytes);
    }

    #[test]
    fn any_text_keeps_the_laws(
        text in prop::collection::vec(prop_oneof![prop::sample::select(FRAGMENTS).prop_map(str::to_owned), "\\PC{0,6}"], 0..60),
    ) {
        laws::check(text.concat().as_bytes());
    }
}

/// The limits of docs/extraction.md, each with input that reaches for it.
#[test]
fn floods_are_read_to_the_end() {
    const MANY: usize = 1_000_000;
    let cases: &[(&str, String)] = &[
        ("a million unclosed divisions", "<div>".repeat(MANY)),
        ("a million unclosed links", "<a href=x>文".repeat(MANY / 4)),
        ("deep tables", "<table><tr><td>文".repeat(MANY / 10)),
        ("deep lists", "<ul><li>文".repeat(MANY / 10)),
        (
            "stray end tags",
            "<div><span>".repeat(200) + &"</div></p></td>".repeat(MANY / 10),
        ),
        (
            "an attribute flood",
            format!("<p{}>文", " class=a".repeat(MANY)),
        ),
        (
            "a long attribute",
            format!("<p class='{}'>文", "a".repeat(MANY)),
        ),
        ("many comments", "<!-- -- -->".repeat(MANY / 4)),
        (
            "an unclosed comment",
            "<p>文<!--".to_owned() + &"- ->".repeat(MANY),
        ),
        (
            "scripts in scripts",
            "<script><!--<script>".repeat(MANY / 10),
        ),
        (
            "references to references",
            "&amp;".repeat(MANY / 4) + &"&amp;amp;".repeat(MANY / 4),
        ),
        ("bare ampersands", "&".repeat(MANY)),
        (
            "nested JSON",
            format!(
                "<script type='application/ld+json'>{}</script>",
                "[{\"a\":".repeat(MANY / 10)
            ),
        ),
        ("many headings", "<h1>文明城市</h1>".repeat(MANY / 20)),
        (
            "many dates",
            "<p>2024-01-03 15:14:18 来源：海城晚报 责任编辑：文明</p>".repeat(MANY / 50),
        ),
        (
            "a story in an element named as a tool",
            story_in("<div class=share>", MANY / 100),
        ),
        (
            "a story in an element with a long name",
            story_in(
                &format!("<div class='{}'>", "a b ".repeat(MANY / 64)),
                MANY / 200,
            ),
        ),
        (
            "a title of many parts",
            format!(
                "<title>{}</title><h1>文明城市</h1>",
                "文明_".repeat(MANY / 10)
            ),
        ),
        (
            "many crumbs",
            "当前位置：".to_owned() + &"首页 > ".repeat(MANY / 10),
        ),
        ("spaces alone", "\u{3000} \u{a0}".repeat(MANY / 4)),
        ("nothing but breaks", "<br>\n".repeat(MANY / 4)),
        ("nothing but stops", "，。".repeat(MANY / 4)),
    ];
    for (name, html) in cases {
        let page = Page::with_format(html.as_bytes(), Format::Html);
        let outcomes = Extractor::new().keep_all(true).outcomes(&page);
        assert_eq!(outcomes.len(), 1, "{name}");
        if let Some(article) = outcomes
            .into_iter()
            .next()
            .unwrap()
            .ok()
            .and_then(fangzhi_ingest::Outcome::into_article)
        {
            assert!(
                article.body_text().len() <= html.len(),
                "{name}: the body is longer than the page"
            );
        }
    }
}

#[test]
fn a_line_of_16_mib_is_one_page() {
    let limit = usize::try_from(fangzhi_ingest::DEFAULT_MAX_BYTES).unwrap();
    for format in [Format::Html, Format::Text] {
        let line = "城".repeat(limit / 3);
        let page = Page::with_format(line.as_bytes(), format);
        assert_eq!(
            Extractor::new().keep_all(true).articles(&page).len(),
            1,
            "{format:?}"
        );
        let longer = Page::with_format(line + "文明", format);
        let error = Extractor::new()
            .articles(&longer)
            .pop()
            .unwrap()
            .unwrap_err();
        assert!(error.to_string().contains("16"), "{error}");
    }
}

#[test]
fn a_page_cut_off_at_a_limit_says_so() {
    let html = "<br>".repeat(2_000_000);
    let page = Page::with_format(html, Format::Html);
    let article = read(&page);
    assert!(is_truncated(&article), "{:?}", article.warnings);
}

/// The most a body may take: its text, and 64 bytes more for each block, item and cell.
const MAX_BODY: usize = 4 << 20;

#[test]
fn bodies_and_fields_have_an_end() {
    const MANY: usize = 6 << 20;
    let prose = "海城市召开文明城市创建工作会议，要求各部门抓落实。";
    let fill = |unit: &str| unit.repeat(MANY / unit.len());
    let story = |unit: &str| {
        let head = "<title>海城市召开会议</title><h1>海城市召开会议</h1><p>2024-01-03 15:14:18 来源：海城日报</p>";
        format!("{head}<div>{}</div>", fill(unit))
    };
    let cases = [
        ("one paragraph", story(prose), Format::Html),
        (
            "paragraphs",
            story(&format!("<p>{prose}</p>")),
            Format::Html,
        ),
        ("lines", story(&format!("{prose}<br>")), Format::Html),
        ("items", story(&format!("<li>{prose}")), Format::Html),
        (
            "one item",
            story(&format!("{prose}<br>")).replace("<div>", "<div><ul><li>"),
            Format::Html,
        ),
        (
            "cells",
            story(&format!("<tr><td>{prose}<td>{prose}")).replace("<div>", "<div><table>"),
            Format::Html,
        ),
        (
            "short lines",
            story(&format!("<p>{prose}<p>城，")),
            Format::Html,
        ),
        (
            "pictures",
            story(&format!("<p>{prose}<img src=a>")),
            Format::Html,
        ),
        (
            "a dump of one line",
            format!("海城\n　　{}", fill(prose)),
            Format::Text,
        ),
        (
            "a dump",
            format!("海城\n{}", fill(&format!("　　{prose}\n"))),
            Format::Text,
        ),
        (
            "data in a script",
            format!(
                "<script>a={{\"content\":\"{}\"}}</script>",
                "海城市召开会议。<br>".repeat(140_000)
            ),
            Format::Html,
        ),
    ];
    for (name, page, format) in cases {
        let page = Page::with_format(page, format);
        let article = read(&page);
        let size: usize = article.body.iter().map(size_of_block).sum();
        assert!(size <= MAX_BODY, "{name}: {size} bytes");
        assert!(size > MAX_BODY / 2, "{name}: only {size} bytes");
        assert!(is_truncated(&article), "{name}: {:?}", article.warnings);
    }
}

#[test]
fn addresses_and_names_have_an_end() {
    let long = "a".repeat(5000);
    let names = "文明 ".repeat(2000);
    let html = format!(
        "<link rel=canonical href='http://a.cn/{long}'><meta name=keywords content='{names}'>\
         <meta name=description content='{names}'><meta property=og:site_name content='{long}'><p>文明城市"
    );
    let page = Page::with_format(html, Format::Html).path(format!("/tmp/{long}.html"));
    let article = read(&page);
    assert_eq!(
        (article.url.as_deref(), article.site.as_deref()),
        (None, None)
    );
    assert_eq!(article.keywords.len(), 1000);
    assert_eq!(article.description.as_deref(), Some(names.trim()));
    assert_eq!(article.id.len(), 4096);
    assert!(is_truncated(&article), "{:?}", article.warnings);
}

/// The article of a page, whatever it is.
fn read(page: &Page) -> Article {
    let extractor = Extractor::new().keep_all(true);
    extractor.articles(page).pop().unwrap().unwrap()
}

fn is_truncated(article: &Article) -> bool {
    let mut warnings = article.warnings.iter();
    warnings.any(|warning| matches!(warning, Warning::Truncated { .. }))
}

/// What a block takes of the room of a body.
fn size_of_block(block: &Block) -> usize {
    let of = |texts: &[&String]| texts.iter().map(|text| 64 + text.len()).sum();
    match block {
        Block::List { items: parts, .. } | Block::TableRow { cells: parts } => {
            of(&parts.iter().collect::<Vec<_>>())
        }
        Block::Paragraph { text } | Block::Heading { text } | Block::Quote { text } => of(&[text]),
        Block::Caption { text, image } => of(&[text]) + image.as_ref().map_or(0, String::len),
        _ => unreachable!("there are no other blocks"),
    }
}

/// A story half of which stands in an element of its own.
fn story_in(start: &str, paragraphs: usize) -> String {
    let half = "<p>文明城市创建工作会议在海城召开，要求各部门各负其责。</p>".repeat(paragraphs / 2);
    format!("<h1>文明城市</h1><div>{half}{start}{half}</div></div>")
}

/// The pages of the project's corpus, in a stable order.
fn corpus() -> Vec<Vec<u8>> {
    let mut paths = Vec::new();
    collect(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus"),
        &mut paths,
    );
    paths.sort();
    let pages: Vec<Vec<u8>> = paths
        .iter()
        .map(|path| std::fs::read(path).unwrap())
        .collect();
    assert!(pages.len() > 50, "the corpus is where it was");
    pages
}

fn collect(directory: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else {
            paths.push(path);
        }
    }
}
