//! Queries on the repository's corpus and the articles they must find: tests/queries/*.tsv, whose README says how a line
//! is to be read.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::fixture::{Fixture, root};

#[test]
fn queries_find_their_articles() {
    let corpus = root().join("corpus");
    let fixture = Fixture::new();
    fixture
        .run(&["index", "build", corpus.to_str().unwrap()])
        .expect_code(0);
    let places = places(&fixture, &corpus);
    let mut files: Vec<_> = fs::read_dir(root().join("tests/queries"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "tsv"))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    let mut wrong = Vec::new();
    for file in &files {
        let text = fs::read_to_string(file).unwrap();
        let name = file.file_name().unwrap().to_str().unwrap();
        let cases: Vec<(usize, &str, &str)> = text
            .lines()
            .zip(1..)
            .filter(|(line, _)| !line.is_empty() && !line.starts_with('#'))
            .map(|(line, number)| {
                let mut columns = line.split('\t');
                (number, columns.next().unwrap(), columns.next().unwrap())
            })
            .collect();
        // What is searched for with options takes a run for each line.
        let found: Vec<BTreeSet<String>> = match name {
            "filters.tsv" => cases
                .iter()
                .map(|case| filtered(&fixture, case.1, &corpus))
                .collect(),
            _ => batch(&fixture, &cases, &places),
        };
        assert_eq!(found.len(), cases.len(), "{name}");
        for ((number, query, expected), found) in cases.iter().zip(&found) {
            let found = found.iter().map(String::as_str).collect();
            if let Some(why) = check(&found, expected) {
                wrong.push(format!("{name}:{number}: `{query}` {why}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} are wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// The path below the corpus by an article's id.
fn places(fixture: &Fixture, corpus: &Path) -> HashMap<String, String> {
    let args = [
        "parse",
        corpus.to_str().unwrap(),
        "--format",
        "jsonl",
        "--id",
        "article",
    ];
    let lines = fixture.run(&args).expect_code(0).json_lines();
    let text = |line: &Value, field: &str| line[field].as_str().unwrap().to_owned();
    let place = |line: &Value| below(&text(line, "path"), corpus);
    // Of twins, the first is the one that is indexed.
    lines
        .iter()
        .rev()
        .map(|line| (text(line, "id"), place(line)))
        .collect()
}

fn batch(
    fixture: &Fixture,
    cases: &[(usize, &str, &str)],
    places: &HashMap<String, String>,
) -> Vec<BTreeSet<String>> {
    let lines = cases
        .iter()
        .map(|(number, query, _)| format!("{number}\t{query}\n"));
    let input: String = lines.collect();
    let run = fixture.run_with_input(&["search", "--batch", "-", "-n", "1000"], input);
    let ids = |line: &Value| line["ids"].as_array().unwrap().clone();
    let place = |id: &Value| places[id.as_str().unwrap()].clone();
    let lines = run.expect_code(0).json_lines();
    lines
        .iter()
        .map(|line| ids(line).iter().map(place).collect())
        .collect()
}

fn filtered(fixture: &Fixture, line: &str, corpus: &Path) -> BTreeSet<String> {
    let args: Vec<&str> = line.split_whitespace().collect();
    let hits = fixture.hits(&args);
    hits.iter().map(|hit| below(hit, corpus)).collect()
}

fn below(path: &str, corpus: &Path) -> String {
    let prefix = format!("{}/", corpus.to_str().unwrap());
    path.strip_prefix(&prefix).unwrap().to_owned()
}

/// Says what is wrong with what was found, if anything is.
fn check(found: &BTreeSet<&str>, expected: &str) -> Option<String> {
    let (only, expected) = match expected.strip_prefix('=') {
        Some(rest) => (true, rest),
        None => (expected == "-", expected),
    };
    let expected: BTreeSet<&str> = expected.split(',').filter(|path| *path != "-").collect();
    let missing: Vec<_> = expected.difference(found).collect();
    let surplus: Vec<_> = found.difference(&expected).filter(|_| only).collect();
    match (missing.is_empty(), surplus.is_empty()) {
        (true, true) => None,
        (_, true) => Some(format!("misses {missing:?}")),
        (true, false) => Some(format!("also finds {surplus:?}")),
        (false, false) => Some(format!("misses {missing:?} and also finds {surplus:?}")),
    }
}
