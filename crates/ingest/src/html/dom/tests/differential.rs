//! The tree beside that of `scraper`, which follows the HTML standard to the letter.

use std::fmt::Write;
use std::path::PathBuf;

use scraper::node::Node as Standard;

use super::super::{Dom, NodeId};
use super::{push_children, push_text};

/// The share of pages whose visible text must be the same, character by character.
const SAME_TEXT: f64 = 0.98;

/// The share of characters, in all pages with the same text, that must stand in the same blocks.
///
/// The others stand in a table within an unclosed paragraph, on pages without a doctype.
const SAME_BLOCKS: f64 = 0.99;

/// The blocks compared: what decides where a paragraph begins and what belongs together.
const BLOCKS: &[&str] = &[
    "article",
    "aside",
    "blockquote",
    "body",
    "dd",
    "div",
    "dl",
    "dt",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "td",
    "th",
    "tr",
    "ul",
];

/// Elements whose text no reader sees, or which are read differently by intent.
const HIDDEN: &[&str] = &[
    "script", "style", "noscript", "template", "head", "svg", "math", "iframe", "select",
];

/// What a page shows: its characters without white space, each with the blocks around it.
#[derive(Debug, Default)]
struct Shown {
    text: String,
    /// The length of the text at which these blocks begin, in bytes, and their names.
    blocks: Vec<(usize, String)>,
}

/// The outline of the standard's tree.
pub(super) fn outline(html: &str) -> String {
    let tree = scraper::Html::parse_document(html).tree;
    let mut out = String::new();
    let root = tree
        .root()
        .children()
        .find(|child| child.value().is_element());
    write_outline(root.expect("every page has an html element"), &mut out);
    out
}

#[test]
fn saved_pages_read_like_the_standards() {
    let directory =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/extraction/pages");
    let Ok(entries) = std::fs::read_dir(&directory) else {
        write_line(&format!("skipped: no pages in {}", directory.display()));
        return;
    };
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let (mut same_text, mut characters, mut same_blocks) = (0, 0, 0);
    for path in &paths {
        let html = decode(&std::fs::read(path).unwrap());
        let (ours, standard) = (shown(&Dom::parse(&html)), standard_shown(&html));
        let name = path.file_name().unwrap().to_string_lossy();
        if ours.text != standard.text {
            write_line(&format!(
                "{name}: the text differs, {}",
                difference(&ours.text, &standard.text)
            ));
            continue;
        }
        same_text += 1;
        let (same, all, first) = compare_blocks(&ours, &standard);
        same_blocks += same;
        characters += all;
        if let Some(first) = first {
            write_line(&format!(
                "{name}: {} of {all} characters in other blocks, {first}",
                all - same
            ));
        }
    }
    let text_share = f64::from(same_text) / paths.len() as f64;
    let block_share = same_blocks as f64 / characters as f64;
    write_line(&format!(
        "same text: {same_text} of {} pages; same blocks: {block_share:.4} of characters",
        paths.len()
    ));
    assert!(
        text_share >= SAME_TEXT,
        "only {text_share:.3} of the pages have the standard's text"
    );
    assert!(
        block_share >= SAME_BLOCKS,
        "only {block_share:.4} of the characters stand in the standard's blocks"
    );
}

fn shown(dom: &Dom) -> Shown {
    let mut shown = Shown::default();
    walk(dom, NodeId::DOCUMENT, "", &mut shown);
    shown
}

fn walk(dom: &Dom, id: NodeId, path: &str, shown: &mut Shown) {
    if let Some(text) = dom.text(id) {
        shown.push(text, path);
        return;
    }
    let name = dom.name(id).to_ascii_lowercase();
    if HIDDEN.contains(&name.as_str()) {
        return;
    }
    let path = extend(path, &name);
    for child in dom.children(id) {
        walk(dom, child, &path, shown);
    }
}

fn standard_shown(html: &str) -> Shown {
    let mut shown = Shown::default();
    standard_walk(
        scraper::Html::parse_document(html).tree.root(),
        "",
        &mut shown,
    );
    shown
}

type StandardNode<'a> = <scraper::ElementRef<'a> as std::ops::Deref>::Target;

fn standard_walk(node: StandardNode<'_>, path: &str, shown: &mut Shown) {
    let path = match node.value() {
        Standard::Text(text) => return shown.push(text, path),
        Standard::Element(element) if HIDDEN.contains(&element.name()) => return,
        Standard::Element(element) => extend(path, element.name()),
        _ => path.to_owned(),
    };
    for child in node.children() {
        standard_walk(child, &path, shown);
    }
}

fn extend(path: &str, name: &str) -> String {
    if BLOCKS.contains(&name) {
        format!("{path}/{name}")
    } else {
        path.to_owned()
    }
}

impl Shown {
    fn push(&mut self, text: &str, path: &str) {
        let before = self.text.len();
        self.text
            .extend(text.chars().filter(|c| !c.is_whitespace() && *c != '\0'));
        if self.text.len() > before && self.blocks.last().is_none_or(|(_, last)| last != path) {
            self.blocks.push((before, path.to_owned()));
        }
    }

    fn blocks_at(&self, at: usize) -> &str {
        let after = self.blocks.partition_point(|(start, _)| *start <= at);
        &self.blocks[after - 1].1
    }
}

/// How many characters stand in the same blocks, of how many, and the first place where they do not.
fn compare_blocks(ours: &Shown, standard: &Shown) -> (usize, usize, Option<String>) {
    let mut same = 0;
    let mut first = None;
    for (at, _) in ours.text.char_indices() {
        let (our, their) = (ours.blocks_at(at), standard.blocks_at(at));
        if our == their {
            same += 1;
        } else if first.is_none() {
            let context: String = ours.text[at..].chars().take(12).collect();
            first = Some(format!("first at {context}: {our} for {their}"));
        }
    }
    (same, ours.text.chars().count(), first)
}

fn difference(ours: &str, standard: &str) -> String {
    let at = ours
        .chars()
        .zip(standard.chars())
        .take_while(|(a, b)| a == b)
        .count();
    let context = |text: &str| text.chars().skip(at).take(24).collect::<String>();
    let same_characters = {
        let sorted = |text: &str| {
            let mut characters: Vec<_> = text.chars().collect();
            characters.sort_unstable();
            characters
        };
        sorted(ours) == sorted(standard)
    };
    let kind = if same_characters {
        "in order only"
    } else {
        "in content"
    };
    format!(
        "{kind}, from character {at}: {:?} for {:?}",
        context(ours),
        context(standard)
    )
}

/// Decodes well enough for a comparison: both parsers get the same text.
fn decode(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::GB18030.decode(bytes).0.into_owned(),
    }
}

fn write_outline(node: StandardNode<'_>, out: &mut String) {
    let Standard::Element(element) = node.value() else {
        return;
    };
    let _ = write!(out, "{}", element.name().to_ascii_lowercase());
    let mut children = Vec::new();
    for child in node.children() {
        match child.value() {
            Standard::Text(text) => push_text(&mut children, text),
            Standard::Element(_) => {
                let mut inner = String::new();
                write_outline(child, &mut inner);
                children.push(inner);
            }
            _ => {}
        }
    }
    push_children(children, out);
}

#[expect(
    clippy::print_stderr,
    reason = "a skipped or tolerated page is to be seen with --nocapture"
)]
fn write_line(line: &str) {
    eprintln!("{line}");
}
