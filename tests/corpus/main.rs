//! The sample corpus, page by page: `corpus/` against `tests/corpus/expected.jsonl`.
//!
//! Each line of `expected.jsonl` says what one page (or one line of a feed) yields. Lines in `optional` may be in the body or not:
//! captions, kickers. `null` for `channel` and `url` means that nothing is asked of it; the time is compared as finely as it is given.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use fangzhi_ingest::{Article, Corpus, Error, ErrorKind, Outcome, SkipReason};
use serde::Deserialize;

/// What a page should yield.
#[derive(Deserialize)]
struct Expected {
    path: String,
    title: String,
    publish_time: String,
    source: Option<String>,
    author: Vec<String>,
    editor: Vec<String>,
    channel: Option<Vec<String>>,
    url: Option<String>,
    first_line: String,
    last_line: String,
    lines: Vec<String>,
    optional: Vec<String>,
    must_not: Vec<String>,
}

/// What became of the files of the corpus, by their paths below it.
#[derive(Default)]
struct Read {
    articles: BTreeMap<String, Vec<Article>>,
    skipped: BTreeMap<String, SkipReason>,
    errors: BTreeMap<String, Error>,
}

#[test]
fn each_article_is_as_expected() {
    let mut read = read_corpus();
    let mut wrong = Vec::new();
    for expected in expected() {
        let articles = read.articles.get_mut(&expected.path);
        match articles.filter(|articles| !articles.is_empty()) {
            // A feed's articles come in its order.
            Some(articles) => wrong.extend(expected.compare(&articles.remove(0))),
            None => wrong.push(format!("{}: no article", expected.path)),
        }
    }
    for (path, articles) in &read.articles {
        for article in articles {
            wrong.push(format!("{path}: taken for an article: {:?}", article.title));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn what_is_no_article_is_passed_over_with_its_reason() {
    let read = read_corpus();
    for (path, reason) in [
        ("haicheng/channel/xinwen.html", SkipReason::List),
        ("luxi/html/node_2.htm", SkipReason::List),
        ("mindong/index.html", SkipReason::List),
        ("qingshi/zwgk/xwdt/index.html", SkipReason::List),
        ("shuxiang/archives/index.html", SkipReason::List),
        ("README.md", SkipReason::Other),
        ("xizhou/news/9404.html", SkipReason::Other),
        ("mindong/amp/20231108/4001.html", SkipReason::Twin),
        (
            "guanzhong/html/2023-03/29/content_8001_2.htm",
            SkipReason::Continuation,
        ),
    ] {
        assert_eq!(read.skipped.get(path), Some(&reason), "{path}");
    }
    assert_eq!(read.skipped.len(), 9, "{:?}", read.skipped);
}

#[test]
fn what_cannot_be_read_is_an_error_of_that_file_only() {
    let errors = read_corpus().errors;
    let kind = |path| errors.get(path).map(Error::kind);
    assert!(
        matches!(kind("heitu/m/7999.html"), Some(ErrorKind::NotText)),
        "{errors:?}"
    );
    let empty = kind("jianghuai/system/2022/07/03/3999.shtml");
    assert!(matches!(empty, Some(ErrorKind::Empty)), "{errors:?}");
    assert_eq!(errors.len(), 2, "{errors:?}");
}

#[test]
fn the_expectations_are_consistent() {
    for expected in expected() {
        let path = &expected.path;
        assert_eq!(expected.lines.first(), Some(&expected.first_line), "{path}");
        assert_eq!(expected.lines.last(), Some(&expected.last_line), "{path}");
        for line in &expected.must_not {
            assert!(
                !expected.lines.iter().any(|body| body.contains(line)),
                "{path}: {line}"
            );
        }
    }
}

impl Expected {
    /// What of `article` is wrong, one line each.
    fn compare(&self, article: &Article) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut check = |name: &str, expected: String, actual: String| {
            if expected != actual {
                let path = &self.path;
                wrong.push(format!(
                    "{path}: {name}\n    expected {expected}\n    but was  {actual}"
                ));
            }
        };
        check(
            "title",
            self.title.clone(),
            article.title.clone().unwrap_or_default(),
        );
        let time = article
            .published
            .map(|time| time.to_string())
            .unwrap_or_default();
        let asked = time.get(..self.publish_time.len()).unwrap_or(&time);
        check("publish time", self.publish_time.clone(), asked.to_owned());
        check(
            "source",
            format!("{:?}", self.source),
            format!("{:?}", article.source),
        );
        check(
            "authors",
            self.author.join("、"),
            article.authors.join("、"),
        );
        check(
            "editors",
            self.editor.join("、"),
            article.editors.join("、"),
        );
        if let Some(channel) = &self.channel {
            check("channel", channel.join(">"), article.channel.join(">"));
        }
        if self.url.is_some() {
            check(
                "url",
                format!("{:?}", self.url),
                format!("{:?}", article.url),
            );
        }
        let body = article.body_text();
        let optional = |line: &&str| self.optional.iter().any(|optional| optional == line);
        let lines: Vec<&str> = body.lines().filter(|line| !optional(line)).collect();
        for (i, line) in self.lines.iter().enumerate() {
            let actual = lines.get(i).copied().unwrap_or("(the end)");
            if line != actual {
                check(&format!("line {}", i + 1), line.clone(), actual.to_owned());
                break;
            }
        }
        if let Some(line) = lines.get(self.lines.len()) {
            check("end", "(the end)".to_owned(), (*line).to_owned());
        }
        for line in self.must_not.iter().filter(|line| body.contains(*line)) {
            check("body", format!("without `{line}`"), "with it".to_owned());
        }
        wrong
    }
}

fn read_corpus() -> Read {
    let root = top().join("corpus");
    let name = |path: &Path| {
        let path = path.strip_prefix(&root).unwrap();
        path.to_string_lossy().replace('\\', "/")
    };
    let mut read = Read::default();
    for outcome in Corpus::new(&root).outcomes() {
        match outcome {
            Ok(Outcome::Skipped(skipped)) => {
                let path = name(skipped.path.as_deref().unwrap());
                read.skipped.insert(path, skipped.reason);
            }
            Ok(outcome) => {
                let article = outcome.into_article().unwrap();
                let path = name(article.path.as_deref().unwrap());
                read.articles.entry(path).or_default().push(article);
            }
            Err(error) => {
                let path = name(error.path().unwrap());
                read.errors.insert(path, error);
            }
        }
    }
    read
}

fn expected() -> Vec<Expected> {
    let path = top().join("tests/corpus/expected.jsonl");
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The repository's root.
fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
