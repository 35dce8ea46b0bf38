//! The result type: one news story, parsed.

use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::id;
use crate::time::PublishTime;

/// One news story, parsed from a page, a text dump or a JSON line.
///
/// No value is invented: what the page does not say is `None` or empty.
/// All texts are the page's own: they hold its characters, with entities resolved and white space tidied.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Article {
    /// A stable identifier: derived from the canonical URL where the page names one, else from the normalised path,
    /// else (standard input, bytes without a place) from the content.
    pub id: String,
    /// The file the article was read from, where there is one.
    pub path: Option<PathBuf>,
    /// The canonical URL, absolute, where the page names one.
    pub url: Option<String>,
    /// The site's own name (东北新闻网) as the page gives it; its host name is [`Article::host`].
    pub site: Option<String>,
    /// The headline, without the site's suffix.
    pub title: Option<String>,
    /// The kicker (引题) or subtitle (副题).
    pub subtitle: Option<String>,
    /// When the article was published.
    pub published: Option<PublishTime>,
    /// When it was last changed, where the page says so apart from `published`.
    pub updated: Option<PublishTime>,
    /// When the page was fetched, where an archive says so; versions of a page are ordered by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fetched: Option<PublishTime>,
    /// The paper or agency the article is taken from (来源), without the label.
    pub source: Option<String>,
    /// Reporters, correspondents and authors (记者, 通讯员, 作者), names only.
    pub authors: Vec<String>,
    /// Editors (责任编辑, 编辑), names only.
    pub editors: Vec<String>,
    /// The breadcrumb from the site's root to the column, without the label and without the headline.
    pub channel: Vec<String>,
    /// The page's keywords, where it carries them.
    pub keywords: Vec<String>,
    /// The page's description or abstract, where it carries one.
    pub description: Option<String>,
    /// The story, in order.
    pub body: Vec<Block>,
    /// Whether the page is an article at all.
    pub kind: PageKind,
    /// How sure `kind` is, from 0 to 1.
    pub confidence: f32,
    /// Simplified or traditional characters.
    pub script: Script,
    /// How the bytes were read.
    pub encoding: Encoding,
    /// What a maintainer should know about how this article was read.
    pub warnings: Vec<Warning>,
}

/// A part of the body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Block {
    /// A paragraph.
    Paragraph {
        /// Its text, one line.
        text: String,
    },
    /// A section heading within the story.
    Heading {
        /// Its text, one line.
        text: String,
    },
    /// A list.
    List {
        /// Whether the items are numbered.
        ordered: bool,
        /// The items, one line each.
        items: Vec<String>,
    },
    /// A quotation set apart.
    Quote {
        /// Its text.
        text: String,
    },
    /// A row of a table.
    TableRow {
        /// The cells, one line each.
        cells: Vec<String>,
    },
    /// A caption under a picture, or a picture without one (then `text` is empty).
    Caption {
        /// Its text, one line.
        text: String,
        /// The picture's absolute URL, or as the page gives it where the page's own URL is not known.
        image: Option<String>,
    },
}

/// What a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PageKind {
    /// One news story.
    #[default]
    Article,
    /// A list of stories: a channel, a front page, search results.
    List,
    /// Anything else: a product, a form, a forum, an error page.
    Other,
}

/// The script a text is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Script {
    /// Too few telling characters to say.
    #[default]
    Unknown,
    /// Simplified Chinese characters.
    Simplified,
    /// Traditional Chinese characters.
    Traditional,
}

/// How a page's bytes became text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Encoding {
    /// The encoding's WHATWG name in lower case (`utf-8`, `gb18030`, `big5`), empty for text that came decoded.
    pub name: String,
    /// Whether some bytes were not of that encoding and became U+FFFD.
    pub replaced: bool,
}

/// A remark about how an article was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Warning {
    /// The page declares one encoding and its bytes are of another.
    WrongEncoding {
        /// What the page declares.
        declared: String,
        /// What was used.
        used: String,
    },
    /// Some bytes became U+FFFD.
    ReplacementCharacters {
        /// How many.
        count: usize,
    },
    /// No headline was found.
    NoTitle,
    /// No publish time was found.
    NoPublishTime,
    /// A limit was reached and part of the page was left out.
    Truncated {
        /// Which limit.
        limit: String,
    },
}

impl Article {
    /// The id of the page at a URL: the URL without what does not change the page, such as its scheme, `www.` and
    /// parameters that say where a reader came from.
    ///
    /// `None` where the URL is not absolute, or names a site and no page in it.
    /// Of several versions of a page only the first has this id itself, see [`Binder`](crate::Binder).
    #[must_use]
    pub fn id_of_url(url: &str) -> Option<String> {
        id::of_url(url)
    }

    /// The body as plain text: one line a block, the rows' cells separated by tabs, captions included.
    #[must_use]
    pub fn body_text(&self) -> String {
        joined(&self.body, self.body_bytes(), |_| true)
    }

    /// The story's own text: as [`body_text`](Article::body_text), without the pictures' captions.
    #[must_use]
    pub fn story_text(&self) -> String {
        joined(&self.body, 0, |block| {
            !matches!(block, Block::Caption { .. })
        })
    }

    /// How many bytes [`body_text`](Article::body_text) has.
    #[must_use]
    pub fn body_bytes(&self) -> usize {
        let lines = self.body.iter().map(Block::n_bytes).filter(|&n| n > 0);
        lines.map(|n| n + 1).sum::<usize>().saturating_sub(1)
    }

    /// The host name of the URL, in lower case, without `www.`.
    #[must_use]
    pub fn host(&self) -> Option<String> {
        let rest = self.url.as_deref()?.split_once("://")?.1;
        let host = rest.split(['/', '?', '#']).next()?.rsplit('@').next()?;
        let host = host.split(':').next()?.to_ascii_lowercase();
        let host = host.strip_prefix("www.").unwrap_or(&host);
        (!host.is_empty()).then(|| host.to_owned())
    }
}

impl Block {
    /// The block's text: a list's items one a line, a row's cells separated by tabs.
    #[must_use]
    pub fn text(&self) -> String {
        self.as_text().into_owned()
    }

    /// The same, without a copy where it is one text.
    pub(crate) fn as_text(&self) -> Cow<'_, str> {
        match self.parts() {
            ([text], _) => Cow::Borrowed(text),
            (texts, between) => Cow::Owned(texts.join(between)),
        }
    }

    /// Its texts, and what is between them.
    pub(crate) fn parts(&self) -> (&[String], &'static str) {
        match self {
            Self::Paragraph { text }
            | Self::Heading { text }
            | Self::Quote { text }
            | Self::Caption { text, .. } => (std::slice::from_ref(text), ""),
            Self::List { items, .. } => (items, "\n"),
            Self::TableRow { cells } => (cells, "\t"),
        }
    }

    /// How many bytes its text has.
    fn n_bytes(&self) -> usize {
        let (texts, between) = self.parts();
        let n_bytes: usize = texts.iter().map(String::len).sum();
        n_bytes + between.len() * texts.len().saturating_sub(1)
    }
}

/// The texts of blocks, one line a block, perhaps of so many bytes.
fn joined(blocks: &[Block], n_bytes: usize, is_taken: impl Fn(&Block) -> bool) -> String {
    let mut text = String::with_capacity(n_bytes);
    for block in blocks.iter().filter(|block| is_taken(block)) {
        if block.n_bytes() == 0 {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        let (texts, between) = block.parts();
        for (i, part) in texts.iter().enumerate() {
            if i > 0 {
                text.push_str(between);
            }
            text.push_str(part);
        }
    }
    text
}

impl Default for Article {
    fn default() -> Self {
        Self {
            id: String::new(),
            path: None,
            url: None,
            site: None,
            title: None,
            subtitle: None,
            published: None,
            updated: None,
            fetched: None,
            source: None,
            authors: Vec::new(),
            editors: Vec::new(),
            channel: Vec::new(),
            keywords: Vec::new(),
            description: None,
            body: Vec::new(),
            kind: PageKind::Article,
            confidence: 1.0,
            script: Script::Unknown,
            encoding: Encoding::default(),
            warnings: Vec::new(),
        }
    }
}

impl fmt::Display for PageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Article => "article",
            Self::List => "list",
            Self::Other => "other",
        })
    }
}
