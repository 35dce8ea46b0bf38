//! Articles put aside: in memory, or beyond an amount in a temporary file.

use std::ffi::OsString;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};
use tempfile::SpooledTempFile;

use crate::article::Article;
use crate::time::{Precision, PublishTime};

/// Articles as bytes, which go to a file without a name when there are too many.
#[derive(Debug)]
pub(super) struct Shelf {
    file: SpooledTempFile,
    /// How many bytes are in use.
    end: u64,
}

/// Where on a [`Shelf`] an article is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    pub(super) start: u64,
    /// In bytes.
    pub(super) len: u64,
}

/// An article and what its serialised form would not give back to the bit.
#[derive(Serialize, Deserialize)]
struct Record {
    article: Article,
    path: Option<ExactPath>,
    confidence: u32,
    published: Option<ExactTime>,
    updated: Option<ExactTime>,
    fetched: Option<ExactTime>,
}

/// A path, which need not be text.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum ExactPath {
    Text(String),
    Other(OsString),
}

/// A [`PublishTime`] with all its parts: its text form ends at its precision.
#[derive(Serialize, Deserialize)]
struct ExactTime {
    datetime: String,
    /// In seconds east of UTC.
    offset: i32,
    precision: Precision,
}

impl Shelf {
    /// An empty shelf that makes a file in `dir` when its articles have more than `limit` bytes together.
    pub(super) fn new(dir: &Path, limit: usize) -> Self {
        Self {
            file: tempfile::spooled_tempfile_in(limit, dir),
            end: 0,
        }
    }

    /// Puts an article on the shelf.
    pub(super) fn put(&mut self, mut article: Article) -> io::Result<Slot> {
        let record = Record {
            path: article.path.take().map(ExactPath::of),
            confidence: std::mem::take(&mut article.confidence).to_bits(),
            published: article.published.take().map(ExactTime::of),
            updated: article.updated.take().map(ExactTime::of),
            fetched: article.fetched.take().map(ExactTime::of),
            article,
        };
        let bytes = serde_json::to_vec(&record)?;
        self.file.seek(SeekFrom::Start(self.end))?;
        self.file.write_all(&bytes)?;
        let slot = Slot {
            start: self.end,
            len: bytes.len() as u64,
        };
        self.end += slot.len;
        Ok(slot)
    }

    /// Reads an article that was put on this shelf.
    pub(super) fn get(&mut self, slot: &Slot) -> io::Result<Article> {
        let len = usize::try_from(slot.len).map_err(io::Error::other)?;
        let mut bytes = vec![0; len];
        self.file.seek(SeekFrom::Start(slot.start))?;
        self.file.read_exact(&mut bytes)?;
        let record: Record = serde_json::from_slice(&bytes)?;
        let time = |time: Option<ExactTime>| time.map(ExactTime::into_time).transpose();
        Ok(Article {
            path: record.path.map(ExactPath::into_path),
            confidence: f32::from_bits(record.confidence),
            published: time(record.published)?,
            updated: time(record.updated)?,
            fetched: time(record.fetched)?,
            ..record.article
        })
    }
}

impl ExactPath {
    fn of(path: PathBuf) -> Self {
        match path.into_os_string().into_string() {
            Ok(text) => Self::Text(text),
            Err(other) => Self::Other(other),
        }
    }

    fn into_path(self) -> PathBuf {
        match self {
            Self::Text(text) => text.into(),
            Self::Other(other) => other.into(),
        }
    }
}

impl ExactTime {
    fn of(time: PublishTime) -> Self {
        Self {
            datetime: time.datetime.to_string(),
            offset: time.offset.seconds(),
            precision: time.precision,
        }
    }

    fn into_time(self) -> io::Result<PublishTime> {
        let datetime: DateTime = self.datetime.parse().map_err(io::Error::other)?;
        Ok(PublishTime {
            datetime,
            offset: Offset::from_seconds(self.offset).map_err(io::Error::other)?,
            precision: self.precision,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Block, Encoding, PageKind, Script, Warning};
    use crate::time::CHINA;

    /// An article of which no field has its default; without `..`, so that a new field is not forgotten.
    fn full() -> Article {
        let text = |text: &str| text.to_owned();
        let some = |text: &str| Some(text.to_owned());
        let nanosecond = jiff::civil::date(-9999, 1, 1).at(23, 59, 59, 999_999_999);
        Article {
            id: text("a.cn/1#桥\u{0}\u{10FFFF}\"\\"),
            path: Some("城/1.html".into()),
            url: some("http://a.cn/1"),
            site: some("东北新闻网"),
            title: some(" 桥\r\n\u{2028}"),
            subtitle: some(""),
            published: Some(PublishTime {
                datetime: nanosecond,
                offset: Offset::from_seconds(-93_599).unwrap(),
                precision: Precision::Day,
            }),
            updated: Some(PublishTime {
                datetime: DateTime::MAX,
                offset: Offset::from_seconds(1).unwrap(),
                precision: Precision::Minute,
            }),
            fetched: Some(PublishTime {
                datetime: jiff::civil::date(2024, 1, 3).at(15, 14, 18, 0),
                offset: CHINA,
                precision: Precision::Second,
            }),
            source: some("辽宁日报"),
            authors: vec![text("甲"), text("")],
            editors: vec![text("乙")],
            channel: vec![text("首页"), text("新闻")],
            keywords: vec![text("桥")],
            description: some("摘要"),
            body: vec![
                Block::Paragraph { text: text("一") },
                Block::Heading { text: text("二") },
                Block::List {
                    ordered: true,
                    items: vec![text("三"), text("四")],
                },
                Block::Quote { text: text("五") },
                Block::TableRow {
                    cells: vec![text("六"), text("")],
                },
                Block::Caption {
                    text: text("七"),
                    image: some("http://a.cn/1.jpg"),
                },
                Block::Caption {
                    text: text(""),
                    image: None,
                },
            ],
            kind: PageKind::Other,
            confidence: 0.1 + f32::EPSILON,
            script: Script::Traditional,
            encoding: Encoding {
                name: text("gb18030"),
                replaced: true,
            },
            warnings: vec![
                Warning::WrongEncoding {
                    declared: text("gbk"),
                    used: text("utf-8"),
                },
                Warning::ReplacementCharacters { count: usize::MAX },
                Warning::NoTitle,
                Warning::NoPublishTime,
                Warning::Truncated {
                    limit: text("lines"),
                },
            ],
        }
    }

    #[test]
    fn articles_come_back_whole() {
        let dir = tempfile::tempdir().unwrap();
        for limit in [0, 1000, 1 << 20] {
            let mut shelf = Shelf::new(dir.path(), limit);
            let articles = [
                full(),
                Article::default(),
                Article {
                    kind: PageKind::List,
                    script: Script::Simplified,
                    ..full()
                },
            ];
            let slots = articles.clone().map(|article| shelf.put(article).unwrap());
            assert_eq!(shelf.file.is_rolled(), limit < 1 << 20);
            for (slot, article) in slots.iter().zip(&articles).rev() {
                assert_eq!(shelf.get(slot).unwrap(), *article);
            }
        }
    }

    #[test]
    fn numbers_come_back_to_the_bit() {
        let mut shelf = Shelf::new(Path::new("nowhere"), usize::MAX);
        for bits in [0, 0x8000_0000, 1, 0x3DCC_CCCD, 0x7F80_0000, 0x7FC0_0001] {
            let article = Article {
                confidence: f32::from_bits(bits),
                ..Article::default()
            };
            let slot = shelf.put(article).unwrap();
            assert_eq!(shelf.get(&slot).unwrap().confidence.to_bits(), bits);
        }
    }
}
