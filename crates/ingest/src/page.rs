//! What was fetched: bytes, where they are from, and what they are.

use std::path::PathBuf;

use crate::time::PublishTime;

/// What was fetched: bytes, where they are from, and what they are.
///
/// [`Corpus::pages`](crate::Corpus::pages) makes them of files; [`Page::new`] makes one of bytes that came another way.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Page {
    /// The bytes, decompressed but not decoded.
    pub bytes: Vec<u8>,
    /// What the bytes are.
    pub format: Format,
    /// The file, where there is one.
    pub path: Option<PathBuf>,
    /// The path below the corpus's root with `/` between its parts, from which an article without a URL has its id.
    pub name: Option<String>,
    /// The URL the page was fetched from, where it is known.
    pub url: Option<String>,
    /// The encoding the server declared in its `Content-Type`, where it is known.
    pub charset: Option<String>,
    /// When the page was fetched, where it is known; words like 昨天 are dated from it.
    pub fetched: Option<PublishTime>,
    /// The line of the file at which the bytes start, from 1.
    pub line: u64,
    /// Which page of its file it is, from 1: the number of a JSON value or of a record of an archive.
    pub number: u64,
}

/// What the bytes of a page are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// An HTML page.
    Html,
    /// A plain-text dump of a page, or plain text.
    Text,
    /// JSON objects, one a line, each a ready article.
    JsonLines,
    /// One JSON value: a ready article, or an array of them.
    Json,
    /// A web archive, each HTML response of which is a page.
    Warc,
    /// A part of a saved page, by its ending: a picture, a style sheet, a script. Its bytes are not read.
    Asset,
}

impl Page {
    /// A page of bytes that have no place; what they are is read off the bytes.
    #[must_use]
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        let format = Format::of(&bytes);
        Self::with_format(bytes, format)
    }

    /// A page of bytes that are known to be of `format`.
    #[must_use]
    pub fn with_format(bytes: impl Into<Vec<u8>>, format: Format) -> Self {
        Self {
            bytes: bytes.into(),
            format,
            path: None,
            name: None,
            url: None,
            charset: None,
            fetched: None,
            line: 1,
            number: 1,
        }
    }

    /// Sets the URL the page was fetched from.
    #[must_use]
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// Sets the file the page was read from; its name becomes the page's name.
    #[must_use]
    pub fn path(mut self, path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        self.name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        self.path = Some(path);
        self
    }

    /// Sets when the page was fetched.
    #[must_use]
    pub fn fetched(mut self, fetched: PublishTime) -> Self {
        self.fetched = Some(fetched);
        self
    }
}

impl Format {
    /// Reads the format off the first bytes, which must be decompressed; 8 KiB are enough.
    ///
    /// Bytes that are not text pass for [`Format::Text`]; that they are none comes out when they are decoded.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let head = &bytes[..bytes.len().min(HEAD_BYTES)];
        // UTF-16 looks like its ASCII half once the zeros are gone.
        let narrow: Vec<u8>;
        let head = if memchr::memchr(0, head).is_some() {
            narrow = head.iter().copied().filter(|byte| *byte != 0).collect();
            &narrow
        } else {
            head
        };
        let head = ["\u{feff}".as_bytes(), b"\xff\xfe", b"\xfe\xff"]
            .iter()
            .find_map(|bom| head.strip_prefix(*bom))
            .unwrap_or(head)
            .trim_ascii_start();
        if head.starts_with(b"WARC/") {
            Self::Warc
        } else if is_json_lines(head) {
            Self::JsonLines
        } else if is_json(head) {
            Self::Json
        } else if is_html(head) {
            Self::Html
        } else {
            Self::Text
        }
    }

    /// Whether a file of this name is a part of saved pages (a picture, a style sheet, a script) and not worth opening.
    pub(crate) fn is_asset(name: &str) -> bool {
        let Some((_, ending)) = name.rsplit_once('.') else {
            return false;
        };
        ASSETS.contains(&ending.to_ascii_lowercase().as_str())
    }
}

/// The format is read off this many bytes.
const HEAD_BYTES: usize = 8 << 10;

/// Endings of files that pages are saved with.
const ASSETS: [&str; 34] = [
    "css", "js", "mjs", "map", "png", "jpg", "jpeg", "gif", "webp", "avif", "bmp", "ico", "svg",
    "woff", "woff2", "ttf", "otf", "eot", "mp3", "mp4", "m4a", "m4v", "avi", "flv", "mov", "wmv",
    "wav", "ogg", "webm", "swf", "pdf", "cur", "tif", "tiff",
];

/// An object on its first line.
fn is_json_lines(head: &[u8]) -> bool {
    let Some(inside) = head.strip_prefix(b"{") else {
        return false;
    };
    let line = &head[..memchr::memchr(b'\n', head).unwrap_or(head.len())];
    matches!(inside.trim_ascii_start().first(), Some(b'"' | b'}')) && line.trim_ascii() != b"{"
}

/// An object over several lines, or an array.
fn is_json(head: &[u8]) -> bool {
    let (inside, first): (_, &[u8]) = match head.first() {
        Some(b'{') => (&head[1..], b"\"}"),
        Some(b'[') => (&head[1..], b"{]"),
        _ => return false,
    };
    inside
        .trim_ascii_start()
        .first()
        .is_some_and(|byte| first.contains(byte))
}

/// Markup at the start, or the tags of a page's frame somewhere.
fn is_html(head: &[u8]) -> bool {
    const FRAME: [&[u8]; 10] = [
        b"<!doctype",
        b"<html",
        b"<head",
        b"<body",
        b"<meta ",
        b"</div>",
        b"</p>",
        b"</table>",
        b"</script>",
        b"</title>",
    ];
    if let [b'<', next, ..] = head
        && (next.is_ascii_alphabetic() || matches!(next, b'!' | b'?' | b'/'))
    {
        return true;
    }
    memchr::memchr_iter(b'<', head).any(|at| {
        FRAME.iter().any(|tag| {
            head.get(at..at + tag.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(tag))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_content() {
        let utf16: Vec<u8> = "\u{feff}<html>城市"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for (bytes, format) in [
            ("<!DOCTYPE html><p>".as_bytes(), Format::Html),
            ("\u{feff}\r\n  <HTML>".as_bytes(), Format::Html),
            ("<p>城市".as_bytes(), Format::Html),
            ("城市<div>乡村</DIV>".as_bytes(), Format::Html),
            (&utf16, Format::Html),
            ("<?xml version=\"1.0\"?><html>".as_bytes(), Format::Html),
            ("${channel_name!\"\"}\n某某新闻网".as_bytes(), Format::Text),
            ("城市 3 < 5 <b>".as_bytes(), Format::Text),
            ("[摘要] 城市".as_bytes(), Format::Text),
            ("{摘要} 城市".as_bytes(), Format::Text),
            (b"", Format::Text),
            (b"{\"title\":\"<html>\"}", Format::JsonLines),
            (b"{ \"title\":\n", Format::JsonLines),
            (b"{\n  \"title\": 1}", Format::Json),
            (b"[{\"title\": 1}]", Format::Json),
            (b"[]", Format::Json),
            (b"WARC/1.0\r\n", Format::Warc),
        ] {
            assert_eq!(
                Format::of(bytes),
                format,
                "{}",
                String::from_utf8_lossy(bytes)
            );
        }
    }

    #[test]
    fn assets_are_told_by_their_ending() {
        for (name, is_asset) in [
            ("a.JPG", true),
            ("b/c.css", true),
            ("a.html", false),
            ("a", false),
            ("a.jpg.html", false),
        ] {
            assert_eq!(Format::is_asset(name), is_asset, "{name}");
        }
    }
}
