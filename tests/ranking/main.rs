//! Small sets of articles, queries, and what the queries must find.
//!
//! Each file of `cases/` has articles, then queries; the format is in `README.md`.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod case;
mod durability;
mod laws;

use std::fs;
use std::path::Path;

use case::{Case, Expectation};
use fangzhi_index::{Hit, Index, Query, Results, SnippetOptions, Sort};

#[test]
fn every_case_finds_what_it_must() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/ranking/cases");
    let mut failures = Vec::new();
    let mut n_queries = 0;
    let mut paths: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    paths.sort();
    for path in paths {
        let case = Case::parse(&fs::read_to_string(&path).unwrap());
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let index = Index::in_memory().unwrap();
        let mut writer = index.writer().unwrap();
        for article in &case.articles {
            writer.add(article).unwrap();
        }
        writer.commit().unwrap();
        let searcher = index.searcher().unwrap();
        for expectation in &case.queries {
            n_queries += 1;
            let results = searcher.search(&query(expectation)).unwrap();
            for wrong in check(expectation, &results) {
                failures.push(format!("{name}: {}: {wrong}", expectation.query));
            }
        }
    }
    assert!(n_queries > 50, "the cases were not read");
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

fn query(expectation: &Expectation) -> Query {
    let mut query = Query::new(expectation.query.as_str())
        .limit(50)
        .explain()
        .today(jiff::civil::date(2024, 6, 15));
    for (key, value) in &expectation.options {
        query = match key.as_str() {
            "source" => query.source(value),
            "site" => query.site(value),
            "channel" => query.channel(value),
            "since" => query.since(value.parse().unwrap()),
            "until" => query.until(value.parse().unwrap()),
            "sort" => query.sort(match value.as_str() {
                "date" => Sort::Date,
                _ => Sort::Relevance,
            }),
            "half-life" => query.recency_half_life(value.parse().unwrap()),
            "chars" => query.snippet(SnippetOptions {
                max_chars: value.parse().unwrap(),
                ..SnippetOptions::default()
            }),
            other => panic!("no such option: {other}"),
        };
    }
    query
}

/// Says what is wrong with the results of a query.
fn check(expectation: &Expectation, results: &Results) -> Vec<String> {
    let ids: Vec<&str> = results.hits.iter().map(|hit| hit.id.as_str()).collect();
    let mut wrong = Vec::new();
    let mut expect = |right: bool, what: String| {
        if !right {
            wrong.push(what);
        }
    };
    for (key, value) in &expectation.expected {
        let words: Vec<&str> = value.split_whitespace().collect();
        match key.as_str() {
            "finds" => expect(
                words.iter().all(|id| ids.contains(id)),
                format!("does not find {value}: {ids:?}"),
            ),
            "not" => expect(
                !words.iter().any(|id| ids.contains(id)),
                format!("finds one of {value}: {ids:?}"),
            ),
            "order" => expect(ids == words, format!("finds {ids:?}, not {words:?}")),
            "first" => expect(
                ids.first() == words.first(),
                format!("has {ids:?} first, not {value}"),
            ),
            "total" => expect(
                results.total.to_string() == *value,
                format!("has {} in all, not {value}", results.total),
            ),
            "relaxed" => {
                let relaxed = results
                    .relaxed
                    .as_ref()
                    .map_or_else(|| "no".to_owned(), ToString::to_string);
                expect(relaxed == *value, format!("is relaxed: {relaxed}"));
            }
            "missing" => {
                let missing: Vec<String> = results
                    .hits
                    .iter()
                    .filter(|hit| !hit.missing.is_empty())
                    .map(|hit| format!("{}:{}", hit.id, hit.missing.join("+")))
                    .collect();
                expect(
                    missing.join(" ") == *value,
                    format!("misses {}", missing.join(" ")),
                );
            }
            "snippet" => {
                let snippet = results
                    .hits
                    .first()
                    .map_or_else(String::new, |hit| hit.snippet.to_marked("[", "]"));
                expect(
                    snippet == *value,
                    format!("shows\n  {snippet}, not\n  {value}"),
                );
            }
            "title" => {
                let title = results.hits.first().map_or_else(String::new, marked_title);
                expect(
                    title == *value,
                    format!("shows the title {title}, not {value}"),
                );
            }
            "explains" => {
                let explanation = results
                    .hits
                    .first()
                    .and_then(|hit| hit.explanation.as_ref());
                let text = explanation.map_or_else(String::new, ToString::to_string);
                expect(
                    text.contains(value.as_str()),
                    format!("does not explain {value}: {text}"),
                );
            }
            other => panic!("no such expectation: {other}"),
        }
    }
    wrong
}

fn marked_title(hit: &Hit) -> String {
    let mut text = String::new();
    for (i, c) in hit.title.chars().enumerate() {
        if hit.title_marks.iter().any(|mark| mark.start == i) {
            text.push('[');
        }
        text.push(c);
        if hit.title_marks.iter().any(|mark| mark.end == i + 1) {
            text.push(']');
        }
    }
    text
}
