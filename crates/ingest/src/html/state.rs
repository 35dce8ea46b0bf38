//! Articles that a page ships only as data in a script: `{"title": …, "content": "<p>…"}`, `content: '…'`.
//!
//! Looked at only where the page itself shows no story or no date. A script is not run: string values of telling keys
//! are cut out of its text.

use memchr::memmem;

use super::dom::Dom;
use super::metadata::tidy;
use super::tag::Tag;
use crate::date;
use crate::time::PublishTime;

/// Keys whose value may be a story.
#[rustfmt::skip]
const CONTENT_KEYS: &[&str] = &[
    "content", "articleContent", "article_content", "articleBody", "contentHtml", "content_html", "newsContent",
    "news_content", "richText", "body", "text", "detail", "html",
];

/// Keys whose value may be a headline.
const TITLE_KEYS: &[&str] = &[
    "title",
    "headline",
    "articleTitle",
    "newsTitle",
    "article_title",
];

/// Keys whose value may be the publication time.
#[rustfmt::skip]
const TIME_KEYS: &[&str] = &[
    "publishTime", "publish_time", "pubTime", "pubtime", "pub_time", "publishDate", "publish_date", "pubDate",
    "pubdate", "ptime", "datePublished", "publishedAt", "published_at", "releaseTime", "createTime", "create_time",
    "ct",
];

/// Keys whose value may be the source.
const SOURCE_KEYS: &[&str] = &[
    "source",
    "sourceName",
    "source_name",
    "mediaName",
    "media_name",
    "nickname",
];

/// A story has at least this many Han characters.
const MIN_STORY: usize = 60;

/// Scripts with more stories than this are a list's.
const MAX_STORIES: usize = 3;

/// A script longer than this many bytes is not looked at.
const MAX_SCRIPT: usize = 4 << 20;

/// An article found in a script.
#[derive(Debug, Default)]
pub(super) struct State {
    /// The story, as HTML.
    pub(super) html: String,
    pub(super) title: Option<String>,
    pub(super) source: Option<String>,
}

/// The article with the longest story among the page's scripts.
pub(super) fn article(dom: &Dom<'_>) -> Option<State> {
    let mut best: Option<(usize, State)> = None;
    let mut stories = 0;
    for script in scripts(dom) {
        for key in CONTENT_KEYS {
            for value in strings(script, key) {
                let html = value
                    .replace("&lt;", "<")
                    .replace("&gt;", ">")
                    .replace("&quot;", "\"");
                let size = html.chars().filter(|c| is_han(*c)).count();
                stories += usize::from(size >= MIN_STORY);
                if size < MIN_STORY || best.as_ref().is_some_and(|(known, _)| size <= *known) {
                    continue;
                }
                let first = |keys: &[&'static str]| {
                    keys.iter()
                        .flat_map(|key| strings(script, key))
                        .filter_map(|value| tidy(&value))
                        .find(|value| value.chars().any(is_han) && value.chars().count() <= 100)
                };
                let state = State {
                    html,
                    title: first(TITLE_KEYS),
                    source: first(SOURCE_KEYS),
                };
                best = Some((size, state));
            }
        }
    }
    // The data of a list holds many.
    best.filter(|_| stories <= MAX_STORIES)
        .map(|(_, state)| state)
}

/// The publication time among the data of the page's scripts.
pub(super) fn time(dom: &Dom<'_>) -> Option<(PublishTime, String)> {
    for script in scripts(dom) {
        for key in TIME_KEYS {
            for value in strings(script, key).chain(numbers(script, key)) {
                if let Some(time) = date::parse(&value) {
                    return Some((time, format!("{key}: {value}")));
                }
            }
        }
    }
    None
}

fn scripts<'d>(dom: &'d Dom<'_>) -> impl Iterator<Item = &'d str> {
    dom.ids()
        .filter(|id| dom.tag(*id) == Some(Tag::Script))
        .map(|id| dom.raw_text(id))
        .filter(|text| !text.is_empty() && text.len() <= MAX_SCRIPT)
}

/// What follows each `key:`, `"key":` or `key =` in a script.
fn values<'s>(script: &'s str, key: &'static str) -> impl Iterator<Item = &'s str> {
    memmem::find_iter(script.as_bytes(), key).filter_map(move |at| {
        let opens = script[..at].bytes().next_back().is_none_or(|byte| {
            !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'-' | b'.' | b'\\')
        });
        let rest = script[at + key.len()..]
            .trim_start_matches(['"', '\''])
            .trim_start();
        let value = rest.strip_prefix([':', '=']).filter(|_| opens)?;
        Some(value.trim_start())
    })
}

fn strings(script: &str, key: &'static str) -> impl Iterator<Item = String> {
    values(script, key).filter_map(string)
}

fn numbers(script: &str, key: &'static str) -> impl Iterator<Item = String> {
    values(script, key)
        .map(|value| {
            value
                .chars()
                .take_while(char::is_ascii_digit)
                .collect::<String>()
        })
        .filter(|digits| digits.len() >= 10)
}

/// Reads a string literal of JSON or JavaScript, with its escapes resolved.
fn string(value: &str) -> Option<String> {
    let quote = value
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let mut out = String::new();
    let mut chars = value[1..].chars();
    while let Some(c) = chars.next() {
        if c == quote {
            return Some(out);
        }
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next()? {
            'n' => out.push('\n'),
            't' | 'r' => out.push(' '),
            'u' => {
                let hex: String = chars.by_ref().take(4).collect();
                // Half of a surrogate pair, or nonsense, says nothing.
                out.extend(u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32));
            }
            'x' => {
                let hex: String = chars.by_ref().take(2).collect();
                out.extend(u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32));
            }
            other => out.push(other),
        }
    }
    None
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_keys() {
        for (script, key, expected) in [
            (r#"{"content": "甲\n乙\u4e2d"}"#, "content", "甲\n乙中"),
            (r#"var a = {content: 'a\'b'}"#, "content", "a'b"),
            (r#"{"subcontent": "x"}"#, "content", ""),
            (r#"{"content": 12}"#, "content", ""),
            (r#"{"content": "unclosed"#, "content", ""),
        ] {
            let found: Vec<String> = strings(script, key).collect();
            assert_eq!(found.join("|"), expected, "{script}");
        }
        assert!(numbers("ct = 1704266058;", "ct").eq(["1704266058"]));
    }
}
