//! Prints the texts of the gold set with their places and those that the tagger finds, as JSON lines.
//!
//! ```sh
//! cargo run --release -p fangzhi-regions --example eval_regions -- dev held-out
//! ```
//! `scripts/eval-regions.py` scores them beside other tools.

#![allow(clippy::print_stdout, reason = "it prints what it measures")]
#![allow(dead_code, reason = "the gold set is shared with its test")]

#[path = "../../../tests/regions/gold.rs"]
mod gold;

use std::path::Path;

use fangzhi_regions::{Tagger, Text};

use crate::gold::{Case, Place};

fn main() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/regions");
    let tagger = Tagger::default();
    for split in std::env::args().skip(1) {
        for case in gold::sentences(&directory, &split) {
            print(&tagger, &split, &case);
        }
        for case in gold::articles(&directory, &split) {
            print(&tagger, &split, &case);
        }
    }
}

fn print(tagger: &Tagger, split: &str, case: &Case) {
    let tags = tagger.tag(&Text {
        title: &case.title,
        body: &case.body,
        channel: case.channel.iter().map(String::as_str).collect(),
        published: case.published,
        source: &case.source,
        site: &case.site,
    });
    let mut gold: Vec<&str> = Vec::new();
    let mut is_ambiguous = false;
    for mark in &case.marks {
        match &mark.place {
            Place::Clear(path) => gold.push(path),
            Place::Ambiguous(_) => is_ambiguous = true,
        }
    }
    let found: Vec<String> = tags
        .mentions
        .iter()
        .filter_map(|mention| Some(mention.region.as_ref()?.path()))
        .collect();
    let about: Vec<String> = tags.about.iter().map(|region| region.path()).collect();
    let text = [case.title.as_str(), case.body.as_str()].join("\n");
    println!(
        "{{\"split\":{},\"class\":{},\"year\":{},\"text\":{},\"gold\":{},\"ambiguous\":{is_ambiguous},\"found\":{},\"gold_about\":{},\"about\":{}}}",
        quoted(split),
        quoted(&case.class),
        case.published
            .map_or("null".to_owned(), |year| year.to_string()),
        quoted(text.trim()),
        list(&gold),
        list(&found),
        case.about
            .as_ref()
            .map_or("null".to_owned(), |about| list(about)),
        list(&about),
    );
}

fn list<T: AsRef<str>>(texts: &[T]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text.as_ref())).collect();
    format!("[{}]", texts.join(","))
}

fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", text.replace('\n', "\\n"))
}
