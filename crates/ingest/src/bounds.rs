//! How large an article may be, whatever the page: what comes of a page of 16 MiB is small enough to be handled in any
//! number, be it one text of that length or a million lines.
//!
//! The bounds hold while an article is made: what is beyond them is not read first and cut off afterwards. Pages are cut
//! ([`Room`], [`trim`]), and a warning says so; of what other programs hand over ready, fields that are too large are
//! errors.

use crate::article::{Article, Block, Warning};
use crate::id;

/// How much room a body has, in bytes: of its text, and [`BLOCK`] more for each block, item and cell.
///
/// The longest texts of news (laws, plans, chronicles) have some hundred thousand characters, under 1 MiB.
pub(crate) const MAX_BODY: usize = 4 << 20;

/// What a block, an item or a cell takes beside its text, in bytes.
const BLOCK: usize = 64;

/// The longest title, subtitle or description, in bytes (64 KiB).
pub(crate) const MAX_TEXT: usize = 64 << 10;

/// The longest value that is looked up as a whole (id, address, source, site, a name), in bytes (4 KiB).
///
/// It is far below the 65,530 bytes above which tantivy drops a term without a word.
pub(crate) const MAX_VALUE: usize = 4 << 10;

/// How many authors, editors, columns or keywords there are at most; together they have at most [`MAX_TEXT`] bytes.
pub(crate) const MAX_NAMES: usize = 1000;

/// How many warnings are taken over from an article that comes ready.
pub(crate) const MAX_WARNINGS: usize = 100;

/// Room for blocks or lines, which they take as they come.
#[derive(Debug)]
pub(crate) struct Room {
    left: usize,
    is_full: bool,
}

impl Room {
    /// Room for a body.
    pub(crate) fn for_body() -> Self {
        Self::of(MAX_BODY)
    }

    /// Room of so many bytes.
    pub(crate) fn of(bytes: usize) -> Self {
        Self {
            left: bytes,
            is_full: false,
        }
    }

    /// Room for what is added to a body.
    pub(crate) fn beside(body: &[Block]) -> Self {
        let mut room = Self::for_body();
        for text in body.iter().flat_map(texts) {
            room.left = room.left.saturating_sub(BLOCK + text.len());
        }
        room
    }

    /// Whether something had to be left out. Nothing has room from then on.
    pub(crate) fn is_full(&self) -> bool {
        self.is_full
    }

    /// Leaves out what comes from now on.
    pub(crate) fn close(&mut self) {
        self.left = 0;
        self.is_full = true;
    }

    /// How many bytes there are left. Of a text that is longer, no more is worth making than shows that it is.
    pub(crate) fn left(&self) -> usize {
        self.left
    }

    /// Takes the room of a block of this text, and cuts off what has none; `false` if the block has none at all.
    pub(crate) fn fit(&mut self, text: &mut String) -> bool {
        let before = text.len();
        let Some(for_text) = self.left.checked_sub(BLOCK).filter(|_| !self.is_full) else {
            self.close();
            return false;
        };
        if before <= for_text {
            self.left = for_text - before;
            return true;
        }
        self.close();
        cut(text, for_text);
        !text.is_empty()
    }

    /// The same for a block that is ready.
    pub(crate) fn fit_block(&mut self, block: &mut Block) -> bool {
        match block {
            Block::Paragraph { text } | Block::Heading { text } | Block::Quote { text } => {
                self.fit(text)
            }
            Block::List { items: parts, .. } | Block::TableRow { cells: parts } => {
                // A list or row without parts takes room too.
                let has_room = !parts.is_empty() || self.fit(&mut String::new());
                let fits = parts.iter_mut().map(|part| self.fit(part));
                let n = fits.take_while(|fits| *fits).count();
                parts.truncate(n);
                has_room && !(self.is_full && parts.is_empty())
            }
            Block::Caption { text, image } => self.fit_picture(image) && self.fit(text),
        }
    }

    /// The same for a picture's address, which is never cut: a part of it is none.
    pub(crate) fn fit_picture(&mut self, image: &mut Option<String>) -> bool {
        if image.as_ref().is_some_and(|image| image.len() > MAX_VALUE) {
            *image = None;
        }
        let taken = image.as_ref().map_or(0, |image| BLOCK + image.len());
        match self.left.checked_sub(taken).filter(|_| !self.is_full) {
            Some(left) => self.left = left,
            None => self.close(),
        }
        !self.is_full
    }

    /// The lines of a text as paragraphs, as far as there is room.
    pub(crate) fn paragraphs(&mut self, text: &str) -> Vec<Block> {
        let mut blocks = Vec::new();
        for line in text.lines() {
            if self.is_full {
                break;
            }
            if let Some(mut text) = one_line(line, self.left)
                && self.fit(&mut text)
            {
                blocks.push(Block::Paragraph { text });
            }
        }
        blocks
    }
}

/// Says that a body was cut.
pub(crate) fn body_warning() -> Warning {
    Warning::Truncated {
        limit: format!("{} MiB of body", MAX_BODY >> 20),
    }
}

/// Cuts or leaves out what is too large of an article's fields, but for the id and the body.
///
/// A text is cut; of an address or a name a part would be another one, so it is left out.
pub(crate) fn trim(article: &mut Article) {
    let mut is_changed = false;
    for text in [
        &mut article.title,
        &mut article.subtitle,
        &mut article.description,
    ]
    .into_iter()
    .flatten()
    {
        is_changed |= text.len() > MAX_TEXT;
        cut(text, MAX_TEXT);
    }
    for value in [&mut article.url, &mut article.site, &mut article.source] {
        is_changed |= value.take_if(|value| value.len() > MAX_VALUE).is_some();
    }
    for names in [
        &mut article.authors,
        &mut article.editors,
        &mut article.channel,
        &mut article.keywords,
    ] {
        let before = names.len();
        let mut left = MAX_TEXT;
        names.retain(|name| {
            let fits = name.len() <= MAX_VALUE.min(left);
            left -= if fits { name.len() } else { 0 };
            fits
        });
        names.truncate(MAX_NAMES);
        is_changed |= names.len() < before;
    }
    if is_changed {
        article.warnings.push(Warning::Truncated {
            limit: "length of a field".to_owned(),
        });
    }
}

/// An id that is short enough: of one that is not, the beginning and a hash of the whole.
pub(crate) fn short_id(id: String) -> String {
    if id.len() <= MAX_VALUE {
        return id;
    }
    let hash = id::of_content(id.as_bytes());
    let start = id.floor_char_boundary(MAX_VALUE - hash.len() - 1);
    format!("{}#{hash}", &id[..start])
}

/// The text with each run of white space as one space; `None` if nothing is left.
///
/// Of a line of more than `max` bytes the rest is left out, so that it has a few more than that: it shows that it is longer.
pub(crate) fn one_line(text: &str, max: usize) -> Option<String> {
    let text = text.trim();
    let end = max + 1 + char::MAX.len_utf8();
    let mut line = String::with_capacity(text.len().min(end));
    for word in text.split_whitespace() {
        if line.len() > max {
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        let left = end - line.len();
        line.push_str(&word[..word.floor_char_boundary(left)]);
    }
    (!line.is_empty()).then_some(line)
}

/// Cuts a text off behind at most `max` bytes, and gives back the memory of the rest.
pub(crate) fn cut(text: &mut String, max: usize) {
    if text.len() > max {
        let kept = text[..text.floor_char_boundary(max)].trim_end();
        text.truncate(kept.len());
        text.shrink_to_fit();
    }
}

/// The texts that take room.
fn texts(block: &Block) -> impl Iterator<Item = &String> {
    let image = match block {
        Block::Caption { image, .. } => image.as_ref(),
        _ => None,
    };
    block.parts().0.iter().chain(image)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(items: &[&str]) -> Block {
        let items = items.iter().map(|&item| item.to_owned()).collect();
        let ordered = false;
        Block::List { ordered, items }
    }

    fn paragraph(text: &str) -> Block {
        let text = text.to_owned();
        Block::Paragraph { text }
    }

    fn picture(text: &str, image: &str) -> Block {
        Block::Caption {
            text: text.to_owned(),
            image: (!image.is_empty()).then(|| image.to_owned()),
        }
    }

    #[test]
    fn blocks_take_the_room_of_their_texts_and_some_for_each() {
        for (bytes, blocks, expected, is_full) in [
            (67, vec![paragraph("城")], vec![paragraph("城")], false),
            (66, vec![paragraph("城")], vec![], true),
            (67, vec![paragraph("城市")], vec![paragraph("城")], true),
            (
                134,
                vec![paragraph("城市"), paragraph("城"), paragraph("市")],
                vec![paragraph("城市")],
                true,
            ),
            (
                134,
                vec![paragraph("城"), paragraph("市"), paragraph("")],
                vec![paragraph("城"), paragraph("市")],
                true,
            ),
            (
                132,
                vec![list(&["a", "bc", "d"])],
                vec![list(&["a", "bc"])],
                true,
            ),
            (10, vec![list(&["a"])], vec![], true),
            (10, vec![list(&[])], vec![], true),
            (64, vec![list(&[])], vec![list(&[])], false),
            (
                132,
                vec![picture("文", "a")],
                vec![picture("文", "a")],
                false,
            ),
            (131, vec![picture("文", "a")], vec![], true),
            (64, vec![picture("", "a")], vec![], true),
            (
                200,
                vec![picture("文", &"a".repeat(MAX_VALUE + 1))],
                vec![picture("文", "")],
                false,
            ),
        ] {
            let mut room = Room::of(bytes);
            let mut kept = blocks.clone();
            kept.retain_mut(|block| room.fit_block(block));
            assert_eq!(kept, expected, "{bytes}: {blocks:?}");
            assert_eq!(room.is_full(), is_full, "{bytes}: {blocks:?}");
        }
    }

    #[test]
    fn what_has_been_cut_fits_when_it_is_cut_again() {
        let blocks = [
            paragraph("城市"),
            list(&["城", "市"]),
            picture("", "a"),
            picture("文", "b"),
        ];
        for bytes in 0..600 {
            let mut room = Room::of(bytes);
            let mut kept = blocks.to_vec();
            kept.retain_mut(|block| room.fit_block(block));
            let taken: usize = kept
                .iter()
                .flat_map(texts)
                .map(|text| BLOCK + text.len())
                .sum();
            assert!(taken <= bytes + BLOCK, "{bytes}: {kept:?}");
            let mut again = Room::of(bytes);
            assert!(kept.clone().iter_mut().all(|block| again.fit_block(block)));
        }
    }

    #[test]
    fn lines_become_paragraphs_until_there_is_no_room() {
        let paragraphs = |text: &str, bytes| {
            let mut room = Room::of(bytes);
            let blocks = room.paragraphs(text);
            let texts: Vec<String> = blocks.iter().map(Block::text).collect();
            (texts.join("|"), room.is_full())
        };
        for (text, bytes, expected, is_full) in [
            ("一\n\n　二  三\n", 138, "一|二 三", false),
            ("一\n二 三", 137, "一|二", true),
            ("一\n二 三", 134, "一|二", true),
            ("一\n二", 130, "一", true),
            ("一  二 三", 71, "一 二", true),
            ("一二", 69, "一", true),
            ("\n \n", 0, "", false),
        ] {
            let expected = (expected.to_owned(), is_full);
            assert_eq!(paragraphs(text, bytes), expected, "{text:?} in {bytes}");
        }
    }

    #[test]
    fn a_line_that_is_longer_shows_that_it_is() {
        for text in ["城市文明", "城 市 文 明", " a  b c ", "𠀀 𠀀", ""] {
            let whole = text.split_whitespace().collect::<Vec<_>>().join(" ");
            for max in 0..20 {
                let line = one_line(text, max).unwrap_or_default();
                assert!(whole.starts_with(&line), "{text} to {max}");
                if line != whole {
                    assert!((max + 1..=max + 5).contains(&line.len()), "{text} to {max}");
                }
            }
        }
    }

    #[test]
    fn fields_are_cut_or_left_out() {
        let value = |n: usize| Some("v".repeat(n));
        let names = |n: usize, len: usize| vec!["n".repeat(len); n];
        for (article, n_kept) in [
            (
                Article {
                    title: value(MAX_TEXT),
                    ..Article::default()
                },
                MAX_TEXT,
            ),
            (
                Article {
                    title: value(MAX_TEXT + 9),
                    ..Article::default()
                },
                MAX_TEXT,
            ),
            (
                Article {
                    description: value(MAX_TEXT + 9),
                    ..Article::default()
                },
                MAX_TEXT,
            ),
            (
                Article {
                    url: value(MAX_VALUE),
                    ..Article::default()
                },
                MAX_VALUE,
            ),
            (
                Article {
                    url: value(MAX_VALUE + 1),
                    ..Article::default()
                },
                0,
            ),
            (
                Article {
                    source: value(MAX_VALUE + 1),
                    ..Article::default()
                },
                0,
            ),
            (
                Article {
                    authors: names(3, 2),
                    ..Article::default()
                },
                6,
            ),
            (
                Article {
                    authors: names(1, MAX_VALUE + 1),
                    ..Article::default()
                },
                0,
            ),
            (
                Article {
                    keywords: names(MAX_NAMES + 1, 1),
                    ..Article::default()
                },
                MAX_NAMES,
            ),
            (
                Article {
                    channel: names(17, MAX_VALUE),
                    ..Article::default()
                },
                MAX_TEXT,
            ),
        ] {
            let size = |article: &Article| {
                let texts = [
                    &article.title,
                    &article.description,
                    &article.url,
                    &article.source,
                ];
                let names = [&article.authors, &article.keywords, &article.channel];
                let of_texts: usize = texts.into_iter().flatten().map(String::len).sum();
                of_texts + names.into_iter().flatten().map(String::len).sum::<usize>()
            };
            let mut trimmed = article.clone();
            trim(&mut trimmed);
            assert_eq!(size(&trimmed), n_kept);
            assert_eq!(trimmed.warnings.is_empty(), trimmed == article);
        }
    }

    #[test]
    fn long_ids_are_shortened_and_stay_apart() {
        let long = "城".repeat(MAX_VALUE / 3);
        assert_eq!(short_id(long.clone()), long);
        let (a, b) = (short_id(long.clone() + "甲"), short_id(long.clone() + "乙"));
        assert!(a != b && a.len() <= MAX_VALUE && b.len() <= MAX_VALUE);
        assert!(a.starts_with(&long[..3000]));
    }
}
