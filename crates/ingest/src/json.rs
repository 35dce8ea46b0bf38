//! JSON values → articles: what other programs hand over ready, and what this one prints.

use serde_json::{Map, Value};

use crate::article::{Article, Block, Encoding, PageKind};
use crate::date;
use crate::decode;
use crate::error::ErrorKind;
use crate::id;
use crate::page::{Format, Page};
use crate::script;
use crate::time::PublishTime;

/// The articles of a page of JSON: one a line, or one value or array.
pub(crate) fn articles(page: &Page) -> Vec<Result<Article, ErrorKind>> {
    let decoded = match decode::decode(&page.bytes, page.charset.as_deref()) {
        Ok(decoded) => decoded,
        Err(kind) => return vec![Err(kind)],
    };
    let encoding = &decoded.encoding;
    if page.format == Format::Json {
        return match parse(&decoded.text, page.line) {
            Ok(Value::Array(values)) => (1..)
                .zip(values)
                .map(|(i, value)| article(value, page, encoding, page.line, i))
                .collect(),
            Ok(value) => vec![article(value, page, encoding, page.line, page.number)],
            Err(error) => vec![Err(error)],
        };
    }
    let lines = (page.line..).zip(decoded.text.split('\n'));
    lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line)| article(parse(line, number)?, page, encoding, number, number))
        .collect()
}

fn parse(text: &str, line: u64) -> Result<Value, ErrorKind> {
    let text = text.trim_start_matches('\u{feff}').trim_end();
    serde_json::from_str(text).map_err(|error| {
        // The parser counts lines in what it was given.
        let message = error.to_string();
        let reason = message.split(" at line ").next().unwrap_or_default();
        ErrorKind::Json {
            line: line + (error.line() as u64).saturating_sub(1),
            reason: format!("{reason} at column {}", error.column()),
        }
    })
}

/// Reads an article; `place` tells it from the others of its file: the line, or the number of the value.
fn article(
    value: Value,
    page: &Page,
    encoding: &Encoding,
    line: u64,
    place: u64,
) -> Result<Article, ErrorKind> {
    let error = |reason| ErrorKind::Json { line, reason };
    let Value::Object(object) = value else {
        return Err(error("not an object".to_owned()));
    };
    let fields = Fields(&object);
    let mut article = read(&fields).map_err(error)?;
    // What was exported comes back as it was read the first time.
    article.encoding = fields.value("encoding").unwrap_or_else(|| encoding.clone());
    article.warnings = fields.value("warnings").unwrap_or_default();
    if article.title.is_none() && article.body.is_empty() {
        return Err(error("neither `title` nor `body`".to_owned()));
    }
    if article.id.is_empty() {
        article.id = match (article.url.as_deref().and_then(id::of_url), &page.name) {
            (Some(id), _) => id,
            (None, Some(name)) => format!("{name}#{place}"),
            (None, None) => id::of_content(Value::Object(object).to_string().as_bytes()),
        };
    }
    article.path.clone_from(&page.path);
    let texts: Vec<String> = article.body.iter().map(Block::text).collect();
    article.script = script::of(article.title.iter().chain(&texts).map(String::as_str));
    Ok(article)
}

fn read(fields: &Fields<'_>) -> Result<Article, String> {
    Ok(Article {
        id: fields.id()?.unwrap_or_default(),
        url: fields.text(&["url", "link"])?,
        site: fields.text(&["site"])?,
        title: fields.text(&["title", "headline"])?,
        subtitle: fields.text(&["subtitle"])?,
        published: fields.time(&[
            "published",
            "publish_time",
            "published_at",
            "pubdate",
            "date",
        ])?,
        updated: fields.time(&["updated", "update_time"])?,
        fetched: fields.time(&["fetched", "fetched_at"])?,
        source: fields.text(&["source"])?,
        authors: fields.names(&["authors", "author"], &NAME_ENDS)?,
        editors: fields.names(&["editors", "editor"], &NAME_ENDS)?,
        channel: fields.names(
            &["channel", "channels", "breadcrumb"],
            &['>', '》', '/', '›', '»'],
        )?,
        keywords: fields.names(&["keywords", "tags"], &[',', '，', ';', '；', '、'])?,
        description: fields.text(&["description", "abstract", "summary"])?,
        body: fields.body()?,
        kind: match fields.text(&["kind"])?.as_deref() {
            Some("list") => PageKind::List,
            Some("other") => PageKind::Other,
            _ => PageKind::Article,
        },
        confidence: fields.number("confidence").unwrap_or(1.0),
        ..Article::default()
    })
}

/// What parts the names in one string.
const NAME_ENDS: [char; 9] = ['、', ',', '，', ';', '；', '/', '|', ' ', '\u{3000}'];

/// The fields of an object, under the first of several names that has a value.
struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    fn get(&self, names: &[&'static str]) -> Option<(&'static str, &'a Value)> {
        names.iter().find_map(|name| {
            let value = self.0.get(*name).filter(|value| !value.is_null())?;
            Some((*name, value))
        })
    }

    fn id(&self) -> Result<Option<String>, String> {
        match self.get(&["id"]) {
            None => Ok(None),
            Some((_, Value::String(id))) => Ok(Some(id.trim().to_owned())),
            Some((_, Value::Number(id))) => Ok(Some(id.to_string())),
            Some(_) => Err("`id` is neither a string nor a number".to_owned()),
        }
    }

    /// A string, in one line; `None` if it is blank.
    fn text(&self, names: &[&'static str]) -> Result<Option<String>, String> {
        match self.get(names) {
            None => Ok(None),
            Some((_, Value::String(text))) => Ok(one_line(text)),
            Some((name, _)) => Err(format!("`{name}` is not a string")),
        }
    }

    /// A value of our own making; what is not like one is no mistake, but another program's.
    fn value<T: serde::de::DeserializeOwned>(&self, name: &'static str) -> Option<T> {
        let (_, value) = self.get(&[name])?;
        T::deserialize(value.clone()).ok()
    }

    fn number(&self, name: &'static str) -> Option<f32> {
        let (_, value) = self.get(&[name])?;
        // Confidence needs no more digits than a float has.
        #[expect(clippy::cast_possible_truncation, reason = "between 0 and 1")]
        value.as_f64().map(|number| number as f32)
    }

    /// A date or time as a string, or Unix seconds or milliseconds as a number.
    fn time(&self, names: &[&'static str]) -> Result<Option<PublishTime>, String> {
        let Some((name, value)) = self.get(names) else {
            return Ok(None);
        };
        let text = match value {
            Value::String(text) if text.trim().is_empty() => return Ok(None),
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return Err(format!("`{name}` is not a string")),
        };
        let time = text.parse().ok().or_else(|| date::parse(&text));
        time.map(Some)
            .ok_or_else(|| format!("`{name}` is not a date or time: `{text}`"))
    }

    /// A list of strings, or one string that is parted at `ends`.
    fn names(&self, names: &[&'static str], ends: &[char]) -> Result<Vec<String>, String> {
        let wrong = |name| format!("`{name}` is neither a string nor a list of strings");
        match self.get(names) {
            None => Ok(Vec::new()),
            Some((_, Value::String(text))) => Ok(text.split(ends).filter_map(one_line).collect()),
            Some((name, Value::Array(values))) => {
                let texts = values
                    .iter()
                    .map(|value| value.as_str().ok_or_else(|| wrong(name)));
                let texts: Result<Vec<&str>, String> = texts.collect();
                Ok(texts?.into_iter().filter_map(one_line).collect())
            }
            Some((name, _)) => Err(wrong(name)),
        }
    }

    /// The blocks: as blocks, or as text with a paragraph a line.
    fn body(&self) -> Result<Vec<Block>, String> {
        let Some((name, value)) = self.get(&["blocks", "body", "content", "text"]) else {
            return Ok(Vec::new());
        };
        match value {
            Value::String(text) => Ok(paragraphs(text)),
            Value::Array(values) => {
                let mut blocks = Vec::new();
                for value in values {
                    match value {
                        Value::String(text) => blocks.extend(paragraphs(text)),
                        value => blocks.push(
                            serde_json::from_value(value.clone())
                                .map_err(|error| format!("`{name}` has a wrong block: {error}"))?,
                        ),
                    }
                }
                Ok(blocks)
            }
            _ => Err(format!("`{name}` is neither a string nor a list")),
        }
    }
}

fn paragraphs(text: &str) -> Vec<Block> {
    let lines = text.lines().filter_map(one_line);
    lines.map(|text| Block::Paragraph { text }).collect()
}

/// The text with each run of white space as one space; `None` if nothing is left.
fn one_line(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Vec<String> {
        let mut page = Page::new(json);
        page.name = Some("a.jsonl".to_owned());
        articles(&page)
            .into_iter()
            .map(|article| match article {
                Ok(article) => format!(
                    "{} {} {}",
                    article.id,
                    article.title.as_deref().unwrap_or("-"),
                    article.body_text().replace('\n', "|")
                ),
                Err(error) => error.to_string(),
            })
            .collect()
    }

    #[test]
    fn each_line_is_an_article_or_an_error_that_names_it() {
        let lines = [
            r#"{"id": "7", "title": "城市", "body": "一\n\n　　二 三\n"}"#,
            "",
            r#"{"id": 8, "body": "一"}"#,
            r#"{"title": "无号", "url": "http://www.a.cn/t1.html"}"#,
            r#"{"title": "无址"}"#,
            r#"{"title": "断"#,
            r#"{"title": 5}"#,
            r#"{"url": "http://a.cn"}"#,
            r#"["x"]"#,
            r#"{"title": "末", "published": "某日"}"#,
            r#"{"title": "尾", "author": {"name": "甲"}}"#,
        ];
        assert_eq!(
            read(&lines.join("\r\n")),
            [
                "7 城市 一|二 三",
                "8 - 一",
                "a.cn/t1.html 无号 ",
                "a.jsonl#5 无址 ",
                "line 6: EOF while parsing a string at column 14",
                "line 7: `title` is not a string",
                "line 8: neither `title` nor `body`",
                "line 9: not an object",
                "line 10: `published` is not a date or time: `某日`",
                "line 11: `author` is neither a string nor a list of strings",
            ]
        );
    }

    #[test]
    fn fields_have_several_forms() {
        let json = r#"{"title":"城市","publish_time":"2024-01-03 15:14:18","source":"云河日报","author":"甲、乙 丙",
            "editors":["丁"],"channel":"首页>新闻","keywords":"城市,文明","body":["一",{"type":"heading","text":"二"}],"kind":"list"}"#;
        let article = articles(&Page::with_format(json, Format::Json))
            .pop()
            .unwrap()
            .unwrap();
        assert_eq!(
            article.published.unwrap().to_string(),
            "2024-01-03T15:14:18+08:00"
        );
        assert_eq!(article.authors, ["甲", "乙", "丙"]);
        assert_eq!(article.editors, ["丁"]);
        assert_eq!(article.channel, ["首页", "新闻"]);
        assert_eq!(article.keywords, ["城市", "文明"]);
        assert_eq!(article.kind, PageKind::List);
        assert_eq!(
            article.body,
            [
                Block::Paragraph { text: "一".into() },
                Block::Heading { text: "二".into() }
            ]
        );
    }

    #[test]
    fn what_serde_writes_is_read_back() {
        let article = Article {
            id: "a.cn/1".into(),
            url: Some("http://a.cn/1".into()),
            title: Some("城市".into()),
            published: "2024-01-03T15:14+08:00".parse().ok(),
            authors: vec!["甲".into()],
            body: vec![
                Block::List {
                    ordered: true,
                    items: vec!["一".into()],
                },
                Block::TableRow {
                    cells: vec!["二".into(), "三".into()],
                },
                Block::Caption {
                    text: "图".into(),
                    image: Some("http://a.cn/1.jpg".into()),
                },
            ],
            encoding: Encoding {
                name: "utf-8".into(),
                replaced: false,
            },
            ..Article::default()
        };
        let line = serde_json::to_string(&article).unwrap();
        let back = articles(&Page::new(line)).pop().unwrap().unwrap();
        assert_eq!(back, article);
    }

    #[test]
    fn an_array_is_a_list_of_articles() {
        assert_eq!(
            read(r#"[{"title": "一"}, 2, {"title": "三"}]"#),
            ["a.jsonl#1 一 ", "line 1: not an object", "a.jsonl#3 三 "]
        );
    }
}
