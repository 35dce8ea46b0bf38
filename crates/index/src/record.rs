//! The stored form of an article.
//!
//! One record an article: first what a result list shows, as it is, then the rest, compressed on its own.
//! So showing a hit reads a few hundred bytes, and a snippet unpacks one article and not its neighbours.
//!
//! What is compressed are units of UTF-16: those of the body, and then each byte of what belongs to it as one.

use std::path::PathBuf;

use crate::bodies::{Bodies, Packer};
use crate::error::Result;
use crate::utf16;
use crate::varint::{put_varint, take_varint};
use fangzhi_ingest::{Article, Block, PageKind, Precision, PublishTime, Script};
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// What a result list shows of an article.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Display {
    pub(crate) id: String,
    pub(crate) title: Option<String>,
    pub(crate) published: Option<PublishTime>,
    pub(crate) source: Option<String>,
    pub(crate) site: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) path: Option<PathBuf>,
    pub(crate) kind: PageKind,
}

/// The record of an article, not compressed yet.
pub(crate) struct Plain {
    /// What a result list shows, and the lengths of the rest and of the body in it, in units.
    head: Vec<u8>,
    units: Vec<u16>,
}

impl Plain {
    /// The record of an article whose plain body is `body`.
    pub(crate) fn new(article: &Article, body: &str) -> Self {
        let mut head = Vec::with_capacity(256);
        put_display(&mut head, article);
        let mut units = Vec::with_capacity(256 + body.len() / 2);
        units.extend(body.encode_utf16());
        let n_body = units.len();
        let mut rest = Vec::with_capacity(256);
        put_rest(&mut rest, article);
        units.extend(rest.into_iter().map(u16::from));
        put_len(&mut head, units.len());
        put_len(&mut head, n_body);
        Self { head, units }
    }

    /// How many bytes it has.
    pub(crate) fn n_bytes(&self) -> usize {
        self.head.len() + 2 * self.units.len()
    }

    /// What is going to be compressed.
    pub(crate) fn units(&self) -> &[u16] {
        &self.units
    }

    /// The record, compressed.
    pub(crate) fn pack(&self, packer: &mut Packer, bodies: &Bodies) -> Result<Vec<u8>> {
        let mut record = Vec::with_capacity(self.head.len() + self.units.len());
        record.extend_from_slice(&self.head);
        packer.pack(&self.units, bodies, &mut record)?;
        Ok(record)
    }
}

/// Reads what a result list shows.
pub(crate) fn display(record: &[u8]) -> Option<Display> {
    take_display(&mut &*record)
}

/// Reads what a result list shows, and the plain body.
pub(crate) fn with_body(record: &[u8], bodies: &Bodies) -> Option<(Display, String)> {
    let (display, units) = with_units(record, bodies)?;
    Some((display, utf16::decode(&units)))
}

/// Reads what a result list shows, and the plain body in units of UTF-16.
pub(crate) fn with_units(record: &[u8], bodies: &Bodies) -> Option<(Display, Vec<u16>)> {
    let (display, [n_units, n_body], packed) = split(record)?;
    Some((display, bodies.unpack(packed, n_units, n_body)?))
}

/// Reads the whole article.
pub(crate) fn article(record: &[u8], bodies: &Bodies) -> Option<Article> {
    let (display, [n_units, n_body], packed) = split(record)?;
    let units = bodies.unpack(packed, n_units, n_units)?;
    let (body, rest) = units.split_at_checked(n_body)?;
    let bytes = rest.iter().map(|unit| u8::try_from(*unit).ok());
    let bytes: Vec<u8> = bytes.collect::<Option<_>>()?;
    let mut rest = bytes.as_slice();
    let mut article = Article::default();
    article.id = display.id;
    article.title = display.title;
    article.published = display.published;
    article.source = display.source;
    article.site = display.site;
    article.url = display.url;
    article.path = display.path;
    article.kind = display.kind;
    take_rest(&mut rest, &mut article)?;
    article.body = take_blocks(&mut rest, &utf16::decode(body))?;
    Some(article)
}

/// What a result list shows, how many units there are of the rest and of the body in it, and these, compressed.
fn split(record: &[u8]) -> Option<(Display, [usize; 2], &[u8])> {
    let mut packed = record;
    let display = take_display(&mut packed)?;
    let n_units = take_len(&mut packed)?;
    let n_body = take_len(&mut packed)?;
    Some((display, [n_units, n_body], packed))
}

fn put_display(out: &mut Vec<u8>, article: &Article) {
    put_str(out, &article.id);
    put_option(out, article.title.as_deref());
    put_time(out, article.published);
    put_option(out, article.source.as_deref());
    put_option(out, article.site.as_deref());
    put_option(out, article.url.as_deref());
    let path = article.path.as_ref().map(|path| path.to_string_lossy());
    put_option(out, path.as_deref());
    out.push(match article.kind {
        PageKind::Article => 0,
        PageKind::List => 1,
        _ => 2,
    });
}

fn take_display(rest: &mut &[u8]) -> Option<Display> {
    Some(Display {
        id: take_str(rest)?.to_owned(),
        title: take_option(rest)?,
        published: take_time(rest)?,
        source: take_option(rest)?,
        site: take_option(rest)?,
        url: take_option(rest)?,
        path: take_option(rest)?.map(PathBuf::from),
        kind: match take_byte(rest)? {
            0 => PageKind::Article,
            1 => PageKind::List,
            _ => PageKind::Other,
        },
    })
}

fn put_rest(out: &mut Vec<u8>, article: &Article) {
    put_option(out, article.subtitle.as_deref());
    put_time(out, article.updated);
    put_time(out, article.fetched);
    put_list(out, &article.authors);
    put_list(out, &article.editors);
    put_list(out, &article.channel);
    put_list(out, &article.keywords);
    put_option(out, article.description.as_deref());
    out.extend_from_slice(&article.confidence.to_le_bytes());
    out.push(match article.script {
        Script::Simplified => 1,
        Script::Traditional => 2,
        _ => 0,
    });
    put_str(out, &article.encoding.name);
    out.push(u8::from(article.encoding.replaced));
    let warnings = match article.warnings.as_slice() {
        [] => String::new(),
        warnings => serde_json::to_string(warnings).expect("warnings are plain data"),
    };
    put_str(out, &warnings);
    put_len(out, article.body.len());
    for block in &article.body {
        put_block(out, block);
    }
}

fn take_rest(rest: &mut &[u8], article: &mut Article) -> Option<()> {
    article.subtitle = take_option(rest)?;
    article.updated = take_time(rest)?;
    article.fetched = take_time(rest)?;
    article.authors = take_list(rest)?;
    article.editors = take_list(rest)?;
    article.channel = take_list(rest)?;
    article.keywords = take_list(rest)?;
    article.description = take_option(rest)?;
    let (confidence, tail) = rest.split_first_chunk::<4>()?;
    *rest = tail;
    article.confidence = f32::from_le_bytes(*confidence);
    article.script = match take_byte(rest)? {
        1 => Script::Simplified,
        2 => Script::Traditional,
        _ => Script::Unknown,
    };
    article.encoding.name = take_str(rest)?.to_owned();
    article.encoding.replaced = take_byte(rest)? != 0;
    article.warnings = match take_str(rest)? {
        "" => Vec::new(),
        warnings => serde_json::from_str(warnings).ok()?,
    };
    Some(())
}

/// Writes a block's form; its text is in the body.
fn put_block(out: &mut Vec<u8>, block: &Block) {
    match block {
        Block::Paragraph { text } => put_piece(out, 0, text),
        Block::Heading { text } => put_piece(out, 1, text),
        Block::Quote { text } => put_piece(out, 2, text),
        Block::Caption { text, image } => {
            put_piece(out, 3, text);
            put_option(out, image.as_deref());
        }
        Block::List { ordered, items } => put_pieces(out, if *ordered { 5 } else { 4 }, items),
        Block::TableRow { cells } => put_pieces(out, 6, cells),
        // A kind of block this version does not know keeps its text.
        other => put_piece(out, 0, &other.text()),
    }
}

fn put_piece(out: &mut Vec<u8>, tag: u8, text: &str) {
    out.push(tag);
    put_len(out, text.len());
}

fn put_pieces(out: &mut Vec<u8>, tag: u8, texts: &[String]) {
    out.push(tag);
    put_len(out, texts.len());
    for text in texts {
        put_len(out, text.len());
    }
}

/// Cuts the body into its blocks again: as [`Article::body_text`] joins them, empty ones left out.
fn take_blocks(rest: &mut &[u8], body: &str) -> Option<Vec<Block>> {
    let n_blocks = take_len(rest)?;
    let mut blocks = Vec::with_capacity(n_blocks.min(4096));
    let mut at = 0;
    for _ in 0..n_blocks {
        let tag = take_byte(rest)?;
        let n_pieces = if tag < 4 { 1 } else { take_len(rest)? };
        let lens: Vec<usize> = (0..n_pieces)
            .map(|_| take_len(rest))
            .collect::<Option<_>>()?;
        // Pieces are joined by one separator each; a block of no text stands nowhere in the body.
        let total = lens.iter().sum::<usize>() + lens.len().saturating_sub(1);
        let mut from = if at > 0 && total > 0 { at + 1 } else { at };
        if total > 0 {
            at = from + total;
        }
        let mut texts = Vec::with_capacity(lens.len());
        for len in lens {
            let text = if len == 0 {
                ""
            } else {
                body.get(from..from + len)?
            };
            texts.push(text.to_owned());
            from += len + 1;
        }
        let first = |texts: Vec<String>| texts.into_iter().next().unwrap_or_default();
        blocks.push(match tag {
            0 => Block::Paragraph { text: first(texts) },
            1 => Block::Heading { text: first(texts) },
            2 => Block::Quote { text: first(texts) },
            3 => Block::Caption {
                text: first(texts),
                image: take_option(rest)?,
            },
            4 | 5 => Block::List {
                ordered: tag == 5,
                items: texts,
            },
            6 => Block::TableRow { cells: texts },
            _ => return None,
        });
    }
    Some(blocks)
}

fn put_len(out: &mut Vec<u8>, len: usize) {
    put_varint(out, len as u64);
}

fn take_len(rest: &mut &[u8]) -> Option<usize> {
    usize::try_from(take_varint(rest)?).ok()
}

fn take_byte(rest: &mut &[u8]) -> Option<u8> {
    let (&byte, tail) = rest.split_first()?;
    *rest = tail;
    Some(byte)
}

fn put_str(out: &mut Vec<u8>, text: &str) {
    put_len(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

fn take_str<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let len = take_len(rest)?;
    let (text, tail) = rest.split_at_checked(len)?;
    *rest = tail;
    std::str::from_utf8(text).ok()
}

/// Writes a text that may be absent: its length and one, or zero.
fn put_option(out: &mut Vec<u8>, text: Option<&str>) {
    match text {
        None => out.push(0),
        Some(text) => {
            put_len(out, text.len() + 1);
            out.extend_from_slice(text.as_bytes());
        }
    }
}

fn take_option(rest: &mut &[u8]) -> Option<Option<String>> {
    let len = take_len(rest)?;
    if len == 0 {
        return Some(None);
    }
    let (text, tail) = rest.split_at_checked(len - 1)?;
    *rest = tail;
    Some(Some(std::str::from_utf8(text).ok()?.to_owned()))
}

/// Writes a time that may be absent: a byte of its precision, 0 if it is absent, the year in two bytes, a byte each of
/// month and day and, as far as the precision says, of hour, minute and second, and the offset in seconds, in four.
fn put_time(out: &mut Vec<u8>, time: Option<PublishTime>) {
    let Some(time) = time else {
        return out.push(0);
    };
    let (date, clock) = (time.datetime.date(), time.datetime.time());
    let n_parts = match time.precision {
        Precision::Day => 0,
        Precision::Minute => 2,
        Precision::Second => 3,
    };
    out.push(n_parts + 1);
    out.extend_from_slice(&date.year().to_le_bytes());
    // None of these is negative.
    let parts = [clock.hour(), clock.minute(), clock.second()];
    let parts = &parts[..usize::from(n_parts)];
    let parts = [date.month(), date.day()]
        .into_iter()
        .chain(parts.iter().copied());
    out.extend(parts.map(|part| part as u8));
    out.extend_from_slice(&time.offset.seconds().to_le_bytes());
}

fn take_time(rest: &mut &[u8]) -> Option<Option<PublishTime>> {
    let precision = match take_byte(rest)? {
        0 => return Some(None),
        1 => Precision::Day,
        3 => Precision::Minute,
        4 => Precision::Second,
        _ => return None,
    };
    let (year, tail) = rest.split_first_chunk::<2>()?;
    *rest = tail;
    let mut part = || i8::try_from(take_byte(rest)?).ok();
    let (month, day) = (part()?, part()?);
    let mut part_from = |least: Precision| match precision >= least {
        true => part(),
        false => Some(0),
    };
    let hour = part_from(Precision::Minute)?;
    let minute = part_from(Precision::Minute)?;
    let second = part_from(Precision::Second)?;
    let (offset, tail) = rest.split_first_chunk::<4>()?;
    *rest = tail;
    let year = i16::from_le_bytes(*year);
    Some(Some(PublishTime {
        datetime: DateTime::new(year, month, day, hour, minute, second, 0).ok()?,
        offset: Offset::from_seconds(i32::from_le_bytes(*offset)).ok()?,
        precision,
    }))
}

fn put_list(out: &mut Vec<u8>, texts: &[String]) {
    put_len(out, texts.len());
    for text in texts {
        put_str(out, text);
    }
}

fn take_list(rest: &mut &[u8]) -> Option<Vec<String>> {
    let n = take_len(rest)?;
    (0..n).map(|_| take_str(rest).map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_comes_back_as_it_was() {
        let mut article = Article::default();
        article.id = "a-1".to_owned();
        article.title = Some("我市启动文明城市创建".to_owned());
        article.published = "2024-01-03T15:14:18+08:00".parse().ok();
        article.updated = "2024-01-04".parse().ok();
        article.fetched = "2024-01-05T23:59-03:30".parse().ok();
        article.channel = vec!["新闻".to_owned(), "本地".to_owned()];
        article.authors = vec!["某某".to_owned()];
        article.body = vec![
            Block::Caption {
                text: String::new(),
                image: Some("a.jpg".to_owned()),
            },
            Block::Paragraph {
                text: "昨日，市里召开会议。".to_owned(),
            },
            Block::List {
                ordered: true,
                items: vec!["第一".to_owned(), String::new(), "第三".to_owned()],
            },
            Block::List {
                ordered: false,
                items: Vec::new(),
            },
            Block::TableRow {
                cells: vec!["甲".to_owned(), "乙".to_owned()],
            },
        ];
        let bodies = Bodies::new(None);
        let packed = Plain::new(&article, &article.body_text())
            .pack(&mut Packer::new().unwrap(), &bodies)
            .unwrap();
        assert_eq!(super::article(&packed, &bodies), Some(article.clone()));
        let (display, body) = with_body(&packed, &bodies).unwrap();
        assert_eq!(body, article.body_text());
        assert_eq!(display.title, article.title);
        for end in 0..packed.len() {
            // Whatever is cut off, reading ends in an answer and not in a panic.
            let _ = super::article(&packed[..end], &bodies);
        }
    }
}
