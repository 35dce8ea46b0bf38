//! Reads the files of `cases/`.

use fangzhi_ingest::{Article, Block};

/// Articles, and queries on them.
#[derive(Debug, Default)]
pub(crate) struct Case {
    pub(crate) articles: Vec<Article>,
    pub(crate) queries: Vec<Expectation>,
}

/// A query and what it must find.
#[derive(Debug, Default)]
pub(crate) struct Expectation {
    pub(crate) query: String,
    pub(crate) options: Vec<(String, String)>,
    pub(crate) expected: Vec<(String, String)>,
}

impl Case {
    pub(crate) fn parse(text: &str) -> Self {
        let mut case = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if line.trim().is_empty() {
                continue;
            }
            if let Some(id) = line.strip_prefix("article ") {
                let mut article = Article::default();
                article.id = id.trim().to_owned();
                case.articles.push(article);
            } else if let Some(query) = line.strip_prefix("query") {
                case.queries.push(Expectation {
                    query: query.trim().to_owned(),
                    ..Expectation::default()
                });
            } else if let Some(query) = case.queries.last_mut() {
                let (key, value) = line.trim().split_once(':').unwrap_or_else(|| {
                    panic!("neither an option nor an expectation: {line}");
                });
                let value = value.trim();
                let pair = |key: &str| (key.to_owned(), value.to_owned());
                match key.strip_prefix('-') {
                    Some(option) => query.options.push(pair(option)),
                    None => query.expected.push(pair(key)),
                }
            } else {
                let article = case.articles.last_mut().expect("an article comes first");
                let (key, value) = line.trim().split_once(": ").expect("a field of an article");
                fill(article, key, value);
            }
        }
        case
    }
}

fn fill(article: &mut Article, key: &str, value: &str) {
    let text = Some(value.to_owned());
    match key {
        "title" => article.title = text,
        "source" => article.source = text,
        "site" => article.site = text,
        "url" => article.url = text,
        "author" => article.authors.push(value.to_owned()),
        "editor" => article.editors.push(value.to_owned()),
        "channel" => {
            article.channel = value
                .split('>')
                .map(|part| part.trim().to_owned())
                .collect()
        }
        "published" => article.published = Some(value.parse().unwrap()),
        "body" => article.body.push(Block::Paragraph {
            text: value.to_owned(),
        }),
        other => panic!("no such field: {other}"),
    }
}
