//! JSON values → articles: what other programs hand over ready, and what this one prints.

mod value;

use serde::de::DeserializeOwned;

use self::value::{Document, Json, MAX_VALUES, Object};
use crate::article::{Article, Block, Encoding, PageKind, Warning};
use crate::bounds::{self, MAX_BODY, MAX_NAMES, MAX_TEXT, MAX_VALUE, MAX_WARNINGS, Room};
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
            Ok(Document::Many(objects)) => (1..)
                .zip(objects)
                .map(|(i, object)| article(object, page, encoding, page.line, i))
                .collect(),
            Ok(document) => {
                let object = document.into_object();
                vec![article(object, page, encoding, page.line, page.number)]
            }
            Err(error) => vec![Err(error)],
        };
    }
    let lines = (page.line..).zip(decoded.text.split('\n'));
    lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line)| {
            let object = parse(line, number)?.into_object();
            article(object, page, encoding, number, number)
        })
        .collect()
}

fn parse(text: &str, line: u64) -> Result<Document<'_>, ErrorKind> {
    let text = text.trim_start_matches('\u{feff}').trim_end();
    let is_field = |key: &str| FIELDS.iter().any(|names| names.contains(&key));
    Document::parse(text, MAX_VALUES, is_field).map_err(|error| {
        // The parser counts lines in what it was given.
        let message = error.to_string();
        let reason = message.split(" at line ").next().unwrap_or_default();
        ErrorKind::Json {
            line: line + (error.line() as u64).saturating_sub(1),
            reason: format!("{reason} at column {}", error.column()),
        }
    })
}

/// A reason has at most this many bytes, since it may quote a value.
const MAX_REASON: usize = 500;

/// Reads an article; `place` tells it from the others of its file: the line, or the number of the value.
fn article(
    object: Option<Object<'_>>,
    page: &Page,
    encoding: &Encoding,
    line: u64,
    place: u64,
) -> Result<Article, ErrorKind> {
    let error = |mut reason: String| {
        bounds::cut(&mut reason, MAX_REASON);
        ErrorKind::Json { line, reason }
    };
    let object = object.ok_or_else(|| error("not an object".to_owned()))?;
    let fields = Fields(&object);
    let mut article = read(&fields).map_err(error)?;
    article.encoding = fields.encoding().unwrap_or_else(|| encoding.clone());
    if article.title.is_none() && article.body.is_empty() {
        return Err(error("neither `title` nor `body`".to_owned()));
    }
    if article.id.is_empty() {
        article.id = match (article.url.as_deref().and_then(id::of_url), &page.name) {
            (Some(id), _) => id,
            (None, Some(name)) => bounds::short_id(format!("{name}#{place}")),
            (None, None) => id_of_fields(&object),
        };
    }
    article.path.clone_from(&page.path);
    article.script = script::of_article(&article);
    Ok(article)
}

/// The identifier of an article without a place: of the fields that are read.
fn id_of_fields(object: &Object<'_>) -> String {
    let mut hasher = blake3::Hasher::new();
    serde_json::to_writer(&mut hasher, object).expect("a hash takes whatever is written");
    id::of_hash(&hasher.finalize())
}

/// The names of fields. Others are not read.
const FIELDS: [&[&str]; 19] = [
    ID,
    URL,
    SITE,
    TITLE,
    SUBTITLE,
    PUBLISHED,
    UPDATED,
    FETCHED,
    SOURCE,
    AUTHORS,
    EDITORS,
    CHANNEL,
    KEYWORDS,
    DESCRIPTION,
    BODY,
    KIND,
    CONFIDENCE,
    ENCODING,
    WARNINGS,
];
const ID: &[&str] = &["id"];
const URL: &[&str] = &["url", "link"];
const SITE: &[&str] = &["site"];
const TITLE: &[&str] = &["title", "headline"];
const SUBTITLE: &[&str] = &["subtitle"];
const PUBLISHED: &[&str] = &[
    "published",
    "publish_time",
    "published_at",
    "pubdate",
    "date",
];
const UPDATED: &[&str] = &["updated", "update_time"];
const FETCHED: &[&str] = &["fetched", "fetched_at"];
const SOURCE: &[&str] = &["source"];
const AUTHORS: &[&str] = &["authors", "author"];
const EDITORS: &[&str] = &["editors", "editor"];
const CHANNEL: &[&str] = &["channel", "channels", "breadcrumb"];
const KEYWORDS: &[&str] = &["keywords", "tags"];
const DESCRIPTION: &[&str] = &["description", "abstract", "summary"];
const BODY: &[&str] = &["blocks", "body", "content", "text"];
const KIND: &[&str] = &["kind"];
const CONFIDENCE: &[&str] = &["confidence"];
const ENCODING: &[&str] = &["encoding"];
const WARNINGS: &[&str] = &["warnings"];

fn read(fields: &Fields<'_>) -> Result<Article, String> {
    let mut article = Article {
        id: fields.id()?.unwrap_or_default(),
        url: fields.text(URL, MAX_VALUE)?,
        site: fields.text(SITE, MAX_VALUE)?,
        title: fields.text(TITLE, MAX_TEXT)?,
        subtitle: fields.text(SUBTITLE, MAX_TEXT)?,
        published: fields.time(PUBLISHED)?,
        updated: fields.time(UPDATED)?,
        fetched: fields.time(FETCHED)?,
        source: fields.text(SOURCE, MAX_VALUE)?,
        authors: fields.names(AUTHORS, &NAME_ENDS)?,
        editors: fields.names(EDITORS, &NAME_ENDS)?,
        channel: fields.names(CHANNEL, &['>', '》', '/', '›', '»'])?,
        keywords: fields.names(KEYWORDS, &[',', '，', ';', '；', '、'])?,
        description: fields.text(DESCRIPTION, MAX_TEXT)?,
        ..Article::default()
    };
    let mut room = Room::for_body();
    article.body = fields.body(&mut room)?;
    article.kind = match fields.text(KIND, MAX_VALUE)?.as_deref() {
        Some("list") => PageKind::List,
        Some("other") => PageKind::Other,
        _ => PageKind::Article,
    };
    article.confidence = fields.number(CONFIDENCE).unwrap_or(1.0);
    article.warnings = fields.warnings();
    if room.is_full() && !article.warnings.contains(&bounds::body_warning()) {
        article.warnings.push(bounds::body_warning());
    }
    Ok(article)
}

/// What parts the names in one string.
const NAME_ENDS: [char; 9] = ['、', ',', '，', ';', '；', '/', '|', ' ', '\u{3000}'];

/// The fields of an object, under the first of several names that has a value.
struct Fields<'a>(&'a Object<'a>);

impl<'a> Fields<'a> {
    fn get(&self, names: &'static [&'static str]) -> Option<(&'static str, &'a Json<'a>)> {
        names
            .iter()
            .find_map(|name| Some((*name, self.0.get(name)?)))
    }

    fn id(&self) -> Result<Option<String>, String> {
        match self.get(ID) {
            None => Ok(None),
            Some((name, Json::String(id))) => {
                let id = id.trim();
                check_size(name, id.len(), MAX_VALUE)?;
                Ok(Some(id.to_owned()))
            }
            Some((_, Json::Number(id))) => Ok(Some(id.to_string())),
            Some(_) => Err("`id` is neither a string nor a number".to_owned()),
        }
    }

    /// A string of at most `max` bytes, in one line; `None` if it is blank.
    fn text(&self, names: &'static [&'static str], max: usize) -> Result<Option<String>, String> {
        match self.get(names) {
            None => Ok(None),
            Some((name, Json::String(text))) => one_line(name, text, max),
            Some((name, _)) => Err(format!("`{name}` is not a string")),
        }
    }

    /// A value of our own making; what is not like one is no mistake, but another program's.
    fn value<T: DeserializeOwned>(&self, names: &'static [&'static str]) -> Option<T> {
        let (_, value) = self.get(names)?;
        T::deserialize(value).ok()
    }

    /// How the page was read the first time, if this was exported.
    fn encoding(&self) -> Option<Encoding> {
        self.value(ENCODING)
            .filter(|encoding: &Encoding| encoding.name.len() <= MAX_VALUE)
    }

    /// The warnings of the first time.
    fn warnings(&self) -> Vec<Warning> {
        let mut warnings: Vec<Warning> = self.value(WARNINGS).unwrap_or_default();
        warnings.truncate(MAX_WARNINGS);
        warnings.retain(|warning| match warning {
            Warning::WrongEncoding { declared, used } => declared.len() + used.len() <= MAX_VALUE,
            Warning::Truncated { limit } => limit.len() <= MAX_VALUE,
            _ => true,
        });
        warnings
    }

    fn number(&self, names: &'static [&'static str]) -> Option<f32> {
        let (_, Json::Number(number)) = self.get(names)? else {
            return None;
        };
        // Confidence needs no more digits than a float has.
        #[expect(clippy::cast_possible_truncation, reason = "between 0 and 1")]
        number.as_f64().map(|number| number as f32)
    }

    /// A date or time as a string, or Unix seconds or milliseconds as a number.
    fn time(&self, names: &'static [&'static str]) -> Result<Option<PublishTime>, String> {
        let Some((name, value)) = self.get(names) else {
            return Ok(None);
        };
        let text = match value {
            Json::String(text) if text.trim().is_empty() => return Ok(None),
            Json::String(text) => {
                check_size(name, text.len(), MAX_VALUE)?;
                text.as_ref().to_owned()
            }
            Json::Number(number) => number.to_string(),
            _ => return Err(format!("`{name}` is not a string")),
        };
        let time = text.parse().ok().or_else(|| date::parse(&text));
        time.map(Some)
            .ok_or_else(|| format!("`{name}` is not a date or time: `{text}`"))
    }

    /// A list of strings, or one string that is parted at `ends`.
    fn names(&self, names: &'static [&'static str], ends: &[char]) -> Result<Vec<String>, String> {
        let mut found = Names::default();
        match self.get(names) {
            None => {}
            Some((name, Json::String(text))) => {
                text.split(ends)
                    .try_for_each(|part| found.push(name, part))?;
            }
            Some((name, value)) => {
                let wrong = || format!("`{name}` is neither a string nor a list of strings");
                let Json::Array(values) = value else {
                    return Err(wrong());
                };
                for value in values {
                    found.push(name, value.as_str().ok_or_else(wrong)?)?;
                }
            }
        }
        Ok(found.all)
    }

    /// The blocks: as blocks, or as text with a paragraph a line.
    fn body(&self, room: &mut Room) -> Result<Vec<Block>, String> {
        let Some((name, value)) = self.get(BODY) else {
            return Ok(Vec::new());
        };
        match value {
            Json::String(text) => Ok(paragraphs(text, room)),
            Json::Array(values) => {
                let mut blocks = Vec::new();
                for value in values {
                    if room.is_full() {
                        break;
                    }
                    if let Json::String(text) = value {
                        blocks.extend(paragraphs(text, room));
                        continue;
                    }
                    let mut block: Block = serde::Deserialize::deserialize(value)
                        .map_err(|error| format!("`{name}` has a wrong block: {error}"))?;
                    if room.fit_block(&mut block) {
                        blocks.push(block);
                    }
                }
                Ok(blocks)
            }
            _ => Err(format!("`{name}` is neither a string nor a list")),
        }
    }
}

/// Names, as many as an article may have.
#[derive(Default)]
struct Names {
    all: Vec<String>,
    bytes: usize,
}

impl Names {
    /// Adds a name of the field `field`, if it is not blank.
    fn push(&mut self, field: &str, text: &str) -> Result<(), String> {
        let Some(name) = one_line(field, text, MAX_VALUE)? else {
            return Ok(());
        };
        self.bytes += name.len();
        check_size(field, self.bytes, MAX_TEXT)?;
        if self.all.len() == MAX_NAMES {
            return Err(format!("`{field}` has more than {MAX_NAMES} names"));
        }
        self.all.push(name);
        Ok(())
    }
}

fn paragraphs(text: &str, room: &mut Room) -> Vec<Block> {
    let blocks = room.paragraphs(text);
    if text.len() > MAX_BODY - char::MAX.len_utf8() {
        // It may have been longer.
        room.close();
    }
    blocks
}

/// The text with each run of white space as one space; `None` if nothing is left.
fn one_line(name: &str, text: &str, max: usize) -> Result<Option<String>, String> {
    let line = bounds::one_line(text, max);
    check_size(name, line.as_ref().map_or(0, String::len), max)?;
    Ok(line)
}

fn check_size(name: &str, size: usize, max: usize) -> Result<(), String> {
    if size <= max {
        return Ok(());
    }
    Err(format!("`{name}` has more than {} KiB", max >> 10))
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
    fn what_is_too_large_is_an_error() {
        let long = |n: usize| "v".repeat(n);
        for (json, error) in [
            (format!(r#"{{"id":"{}","title":"a"}}"#, long(MAX_VALUE)), ""),
            (
                format!(r#"{{"id":"{}","title":"a"}}"#, long(MAX_VALUE + 1)),
                "line 1: `id` has more than 4 KiB",
            ),
            (
                format!(r#"{{"title":"a","link":"{}"}}"#, long(MAX_VALUE + 1)),
                "line 1: `link` has more than 4 KiB",
            ),
            (format!(r#"{{"title":" {}\n"}}"#, long(MAX_TEXT)), ""),
            (
                format!(r#"{{"title":"{} {}"}}"#, long(MAX_TEXT), "城"),
                "line 1: `title` has more than 64 KiB",
            ),
            (
                format!(r#"{{"title":"a","date":"{}"}}"#, long(MAX_VALUE + 1)),
                "line 1: `date` has more than 4 KiB",
            ),
            (
                format!(r#"{{"title":"a","authors":"{}"}}"#, "a,".repeat(MAX_NAMES)),
                "",
            ),
            (
                format!(
                    r#"{{"title":"a","authors":"{}"}}"#,
                    "a,".repeat(MAX_NAMES + 1)
                ),
                "line 1: `authors` has more than 1000 names",
            ),
            (
                format!(
                    r#"{{"title":"a","tags":[{}"a"]}}"#,
                    r#""a","#.repeat(MAX_NAMES)
                ),
                "line 1: `tags` has more than 1000 names",
            ),
            (
                format!(r#"{{"title":"a","editor":["{}"]}}"#, long(MAX_VALUE + 1)),
                "line 1: `editor` has more than 4 KiB",
            ),
            (
                format!(
                    r#"{{"title":"a","channel":[{}"a"]}}"#,
                    format!("\"{}\",", long(4000)).repeat(17)
                ),
                "line 1: `channel` has more than 64 KiB",
            ),
            (
                format!(
                    r#"{{"title":"a","body":[{}""]}}"#,
                    r#""","#.repeat(MAX_VALUES)
                ),
                "line 1: more than 300000 values at column 900012",
            ),
            (
                format!(r#"{{"title":"a","x":[{}""]}}"#, r#""","#.repeat(MAX_VALUES)),
                "",
            ),
        ] {
            let found = articles(&Page::new(json.as_str())).pop().unwrap().err();
            let found = found.map(|error| error.to_string()).unwrap_or_default();
            assert_eq!(found, error, "{}", &json[..json.len().min(40)]);
        }
    }

    #[test]
    fn errors_quote_no_more_than_some_of_a_value() {
        let json = format!(r#"{{"body":[{{"type":"{}"}}]}}"#, "v".repeat(MAX_VALUE));
        let error = articles(&Page::new(json)).pop().unwrap().unwrap_err();
        assert!(error.to_string().len() < MAX_REASON + 20, "{error}");
    }

    #[test]
    fn what_is_too_large_of_our_own_making_is_passed_over() {
        let long = "v".repeat(MAX_VALUE + 1);
        let warning = r#"{"type":"truncated","limit":"lines"},"#;
        let many = warning.repeat(MAX_WARNINGS);
        let json = format!(
            r#"{{"title":"a","encoding":{{"name":"{long}"}},"warnings":[{many}{{"type":"truncated","limit":"{long}"}}]}}"#
        );
        let article = articles(&Page::new(json)).pop().unwrap().unwrap();
        assert_eq!(article.encoding.name, "utf-8");
        assert_eq!(article.warnings.len(), MAX_WARNINGS);
    }

    #[test]
    fn a_body_is_cut_and_comes_back_as_it_is() {
        let row = r#"{"type":"table_row","cells":["城","市"]}"#;
        for body in [
            format!("\"{}\"", "城".repeat(MAX_BODY / 3)),
            format!("\"{}\"", "城\\n".repeat(MAX_BODY / 67 + 1)),
            format!("[\"{}\",5]", "城".repeat(MAX_BODY / 3)),
            format!("[{}{row}]", format!("{row},").repeat(MAX_BODY / 134)),
        ] {
            let json = format!(r#"{{"id":"a","title":"a","body":{body}}}"#);
            let article = articles(&Page::new(json)).pop().unwrap().unwrap();
            assert_eq!(article.warnings, [bounds::body_warning()]);
            let text = article.body_text().len();
            assert!((MAX_BODY / 50..=MAX_BODY).contains(&text), "{text}");
            let line = serde_json::to_string(&article).unwrap();
            let back = articles(&Page::new(line)).pop().unwrap().unwrap();
            assert!(back == article, "it is another one the second time");
        }
    }

    #[test]
    fn a_page_without_a_name_goes_by_the_fields_that_are_read() {
        let id = |json: &str| articles(&Page::new(json)).pop().unwrap().unwrap().id;
        let json = r#"{"title":"城市","body":["一",{"type":"heading","text":"二"}],"author":null}"#;
        let value: serde_json::Value = serde_json::from_str(json).unwrap();
        assert_eq!(id(json), id::of_content(value.to_string().as_bytes()));
        assert_eq!(
            id(&json.replace("{\"title", "{\"x\":[1],\"title")),
            id(json)
        );
        assert_ne!(id(&json.replace("一", "三")), id(json));
    }

    #[test]
    fn an_array_is_a_list_of_articles() {
        assert_eq!(
            read(r#"[{"title": "一"}, 2, {"title": "三"}]"#),
            ["a.jsonl#1 一 ", "line 1: not an object", "a.jsonl#3 三 "]
        );
    }
}
