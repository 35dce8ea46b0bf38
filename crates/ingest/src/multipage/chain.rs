//! Chains of pages that belong together, and making one article of each.

use std::collections::HashSet;
use std::io;

use super::held::{Fields, Member};
use super::shelf::Shelf;
use super::skipped;
use crate::article::{Article, Block};
use crate::bounds::{self, Room};
use crate::outcome::{Outcome, SkipReason};
use crate::sorting::Sorter;

/// What comes of the chains, one page at a time.
#[derive(Debug)]
pub(super) struct Chains {
    shelf: Shelf,
    /// The pages of all chains, in order: the number of the chain, two more, and the [`Member`].
    members: Sorter,
    /// The first page of the next chain, and its chain's number.
    ahead: Option<(u32, Member)>,
    /// The pages of this chain that are still to come out.
    rest: std::vec::IntoIter<Member>,
    /// Whether their text is in an article that has come out.
    are_bound: bool,
}

impl Chains {
    pub(super) fn new(shelf: Shelf, members: Sorter) -> Self {
        Self {
            shelf,
            members,
            ahead: None,
            rest: Vec::new().into_iter(),
            are_bound: false,
        }
    }

    /// The outcome of the next page; the article of a chain comes first.
    ///
    /// Of each page of this chain 24 bytes are in memory.
    pub(super) fn next(&mut self) -> io::Result<Option<Outcome>> {
        if let Some(page) = self.rest.next() {
            let article = self.shelf.get(&page.slot)?;
            let reason = match self.are_bound {
                true => Some(SkipReason::Continuation),
                false => page.alone,
            };
            return Ok(Some(match reason {
                Some(reason) => skipped(article, reason),
                None => Outcome::Article(Box::new(article)),
            }));
        }
        let chain = self.next_chain()?;
        let is_whole = chain.iter().any(|page| page.alone.is_none());
        self.are_bound = chain.len() > 1 && is_whole;
        self.rest = chain.into_iter();
        if self.rest.len() == 0 {
            return Ok(None);
        }
        if !self.are_bound {
            return self.next();
        }
        let shelf = &mut self.shelf;
        let pages = self.rest.as_slice().iter();
        let article = bind(pages.map(|page| shelf.get(&page.slot)))?;
        self.rest.next();
        Ok(article.map(|article| Outcome::Article(Box::new(article))))
    }

    /// The pages of the next chain, in order; none at the end.
    fn next_chain(&mut self) -> io::Result<Vec<Member>> {
        let mut chain = Vec::new();
        let mut number = None;
        loop {
            let (of, page) = match self.ahead.take() {
                Some(ahead) => ahead,
                None => {
                    let Some(record) = self.members.next()? else {
                        return Ok(chain);
                    };
                    let mut fields = Fields(record);
                    let of = fields.number()?;
                    fields.long()?;
                    (of, Member::take(&mut fields)?)
                }
            };
            if *number.get_or_insert(of) != of {
                self.ahead = Some((of, page));
                return Ok(chain);
            }
            chain.push(page);
        }
    }
}

/// Makes one article of the pages of a chain, which are in order; `None` where there are none.
///
/// Only the article that comes out and one further page are in memory at once.
pub(super) fn bind(
    mut pages: impl Iterator<Item = io::Result<Article>>,
) -> io::Result<Option<Article>> {
    let Some(mut article) = pages.next().transpose()? else {
        return Ok(None);
    };
    let mut texts: HashSet<String> = article.body.iter().map(Block::text).collect();
    let mut room = Room::beside(&article.body);
    for page in pages {
        append(&mut article, &page?, &mut texts, &mut room);
    }
    article.kind = crate::article::PageKind::Article;
    Ok(Some(article))
}

/// Adds a further page's story, as far as there is room, and whatever only it says.
fn append(article: &mut Article, page: &Article, texts: &mut HashSet<String>, room: &mut Room) {
    for block in &page.body {
        if room.is_full() {
            break;
        }
        let text = block.text();
        // What every page repeats (a lead, an editor's note) is one; short lines may recur by themselves.
        let repeats = text.chars().count() >= 12 && !texts.insert(text);
        let mut block = block.clone();
        if !repeats && room.fit_block(&mut block) {
            article.body.push(block);
        }
    }
    if room.is_full() && !article.warnings.contains(&bounds::body_warning()) {
        article.warnings.push(bounds::body_warning());
    }
    article.title = article.title.take().or_else(|| page.title.clone());
    article.published = article.published.or(page.published);
    article.updated = article.updated.or(page.updated);
    article.source = article.source.take().or_else(|| page.source.clone());
    for (names, more) in [
        (&mut article.authors, &page.authors),
        (&mut article.editors, &page.editors),
        (&mut article.channel, &page.channel),
        (&mut article.keywords, &page.keywords),
    ] {
        if names.is_empty() {
            names.clone_from(more);
        }
    }
    article.confidence = article.confidence.max(page.confidence);
    for warning in &page.warnings {
        if !article.warnings.contains(warning) {
            article.warnings.push(warning.clone());
        }
    }
    article.warnings.retain(|warning| match warning {
        crate::article::Warning::NoTitle => article.title.is_none(),
        crate::article::Warning::NoPublishTime => article.published.is_none(),
        _ => true,
    });
}

/// The headline without white space and without a page number at its end: `（2）`, `[2]`, `(2/3)`, `第2页`, `_2`.
pub(super) fn title_key(article: &Article) -> String {
    let title = article.title.as_deref().unwrap_or_default();
    let mut key: String = title.chars().filter(|c| !c.is_whitespace()).collect();
    for (open, close) in [
        ("（", "）"),
        ("(", ")"),
        ("[", "]"),
        ("【", "】"),
        ("第", "页"),
        ("_", ""),
    ] {
        if let Some(rest) = key.strip_suffix(close)
            && let Some(at) = rest.rfind(open)
        {
            let number = &rest[at + open.len()..];
            let is_number = number.bytes().all(|b| b.is_ascii_digit() || b == b'/');
            if at > 0 && (1..=5).contains(&number.len()) && is_number {
                key.truncate(at);
            }
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_pages_are_added_as_far_as_there_is_room() {
        let page = |texts: &[&str]| Article {
            body: texts
                .iter()
                .map(|&text| Block::Paragraph { text: text.into() })
                .collect(),
            ..Article::default()
        };
        let pages = [page(&["二", "三"]), page(&["四五"]), page(&["六"])];
        for (bytes, expected, is_cut) in [
            (4 * 64 + 15, "一|二|三|四五|六", false),
            (4 * 64 + 14, "一|二|三|四五", true),
            (3 * 64 + 11, "一|二|三|四", true),
            (64, "一", true),
        ] {
            let mut article = page(&["一"]);
            let (mut texts, mut room) = (HashSet::new(), Room::of(bytes));
            for page in &pages {
                append(&mut article, page, &mut texts, &mut room);
            }
            assert_eq!(article.body_text().replace('\n', "|"), expected, "{bytes}");
            assert_eq!(article.warnings.contains(&bounds::body_warning()), is_cut);
        }
        let first = page(&["一", "二"]).body;
        assert_eq!(Room::beside(&first).left(), Room::for_body().left() - 134);
    }
}
