//! Which of the pages held back are one article, and making one of them.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::PathBuf;

use super::links::{Place, PlaceKey};
use super::shelf::Stored;
use super::{Part, skipped};
use crate::article::{Article, Block};
use crate::bounds::{self, Room};
use crate::id;
use crate::outcome::{Outcome, SkipReason};

/// A [`Part`] whose article may be elsewhere: what tells which chain it belongs to.
#[derive(Debug)]
pub(super) struct Held {
    place: Place,
    neighbours: Box<[PlaceKey]>,
    next: Option<PlaceKey>,
    path: Option<PathBuf>,
    /// The [`title_key`], hashed; `None` where it is empty.
    title: Option<[u8; 16]>,
    alone: Option<SkipReason>,
    /// The article, without its path.
    article: Stored,
    /// The number of the chain, in the order of chains; set by [`Chains::of`].
    chain: usize,
    /// How many steps along 下一页 it is behind a first page; set by [`Chains::of`].
    step: usize,
}

/// Chains of pages that belong together, each in order; a page without company is a chain of its own.
#[derive(Debug)]
pub(super) struct Chains {
    /// In the order of chains.
    parts: std::iter::Peekable<std::vec::IntoIter<Held>>,
}

impl Held {
    /// Keeps a part; `store` says where its article is to be.
    pub(super) fn new(
        part: Part,
        store: impl FnOnce(Article) -> io::Result<Stored>,
    ) -> io::Result<Self> {
        let Part {
            mut article,
            alone,
            links,
        } = part;
        let title = title_key(&article);
        let title = (!title.is_empty()).then(|| id::digest(b't', &[&title]));
        Ok(Self {
            neighbours: links.neighbours.iter().map(Place::digest).collect(),
            next: links.next.as_ref().map(Place::digest),
            place: links.place,
            path: article.path.take(),
            title,
            alone,
            article: store(article)?,
            chain: 0,
            step: 0,
        })
    }

    /// The article as this page alone gives it; `fetch` gets it from where it is.
    fn into_article(
        self,
        fetch: impl FnOnce(Stored) -> io::Result<Article>,
    ) -> io::Result<Article> {
        let mut article = fetch(self.article)?;
        article.path = self.path;
        Ok(article)
    }

    fn into_alone(self, fetch: impl FnOnce(Stored) -> io::Result<Article>) -> io::Result<Outcome> {
        let alone = self.alone;
        let article = self.into_article(fetch)?;
        Ok(match alone {
            Some(reason) => skipped(article, reason),
            None => Outcome::Article(Box::new(article)),
        })
    }
}

impl Chains {
    /// Sorts parts into chains.
    pub(super) fn of(mut parts: Vec<Held>) -> Self {
        // The order of arrival may differ from run to run.
        parts.sort_by(|a, b| a.place.cmp(&b.place).then_with(|| a.path.cmp(&b.path)));
        let numbered = parts.iter().enumerate().rev();
        let places: HashMap<PlaceKey, usize> =
            numbered.map(|(i, part)| (part.place.digest(), i)).collect();
        let mut groups = Groups::new(parts.len());
        for (i, part) in parts.iter().enumerate() {
            for neighbour in &part.neighbours {
                let Some(&j) = places.get(neighbour) else {
                    continue;
                };
                // A page without a headline of its own may be a further page, not a first one.
                let (title, other) = (part.title, parts[j].title);
                if title == other || title.is_none() != other.is_none() {
                    groups.join(i, j);
                }
            }
        }
        let steps = steps(&parts, &places);
        for ((i, part), step) in parts.iter_mut().enumerate().zip(steps) {
            part.chain = groups.find(i);
            part.step = step;
        }
        parts.sort_by_key(|part| part.chain);
        Self {
            parts: parts.into_iter().peekable(),
        }
    }
}

impl Iterator for Chains {
    type Item = Vec<Held>;

    fn next(&mut self) -> Option<Self::Item> {
        let first = self.parts.next()?;
        let number = first.chain;
        let mut chain = vec![first];
        while let Some(part) = self.parts.next_if(|part| part.chain == number) {
            chain.push(part);
        }
        Some(in_order(chain))
    }
}

/// Puts the pages of a chain in order: by the numbers in their names, which are surer than links, else by the links.
fn in_order(chain: Vec<Held>) -> Vec<Held> {
    let bases: Vec<String> = chain.iter().map(|part| part.place.base.clone()).collect();
    let n_named = |name: &str| bases.iter().filter(|base| *base == name).count();
    let mut chain: Vec<(usize, Held)> = chain
        .into_iter()
        .map(|part| {
            let place = &part.place;
            // `c_81` is the first page if there is a `c_81_2`, and page 81 if there is a `c_80`.
            let is_first = n_named(&place.file) > usize::from(place.number == 0);
            let number = match n_named(&place.base) {
                _ if is_first => 0,
                2.. if place.number > 0 => place.number as usize,
                _ => part.step,
            };
            (number, part)
        })
        .collect();
    chain.sort_by_key(|(number, _)| *number);
    chain.into_iter().map(|(_, part)| part).collect()
}

/// How many steps along 下一页 each part is behind a first page.
fn steps(parts: &[Held], places: &HashMap<PlaceKey, usize>) -> Vec<usize> {
    let next: Vec<Option<usize>> = parts
        .iter()
        .map(|part| places.get(part.next.as_ref()?).copied())
        .collect();
    let mut steps = vec![0; parts.len()];
    let followers: HashSet<usize> = next.iter().flatten().copied().collect();
    for first in (0..parts.len()).filter(|i| !followers.contains(i)) {
        let (mut at, mut n) = (first, 0);
        // Each part has one successor, so a walk from a part that is none ends or runs into a circle.
        while let Some(follower) = next[at] {
            n += 1;
            if n > MAX_PAGES || steps[follower] >= n {
                break;
            }
            steps[follower] = n;
            at = follower;
        }
    }
    steps
}

/// An article has at most this many pages.
const MAX_PAGES: usize = 200;

/// Makes one article of the pages of a chain; `fetch` gets an article from where it is.
///
/// Only the article that comes out and one further page are in memory at once.
pub(super) fn bind(
    chain: Vec<Held>,
    mut fetch: impl FnMut(Stored) -> io::Result<Article>,
) -> io::Result<Vec<Outcome>> {
    let whole = chain.iter().any(|part| part.alone.is_none());
    let mut parts = chain.into_iter();
    let Some(first) = parts.next() else {
        return Ok(Vec::new());
    };
    if parts.len() == 0 || !whole {
        return std::iter::once(first)
            .chain(parts)
            .map(|part| part.into_alone(&mut fetch))
            .collect();
    }
    let mut article = first.into_article(&mut fetch)?;
    let mut texts: HashSet<String> = article.body.iter().map(Block::text).collect();
    let mut room = Room::beside(&article.body);
    let mut outcomes = Vec::new();
    for part in parts {
        let page = part.into_article(&mut fetch)?;
        append(&mut article, &page, &mut texts, &mut room);
        outcomes.push(skipped(page, SkipReason::Continuation));
    }
    article.kind = crate::article::PageKind::Article;
    outcomes.insert(0, Outcome::Article(Box::new(article)));
    Ok(outcomes)
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

/// Sets that are joined pair by pair.
struct Groups(Vec<usize>);

impl Groups {
    fn new(n: usize) -> Self {
        Self((0..n).collect())
    }

    fn find(&mut self, mut i: usize) -> usize {
        while self.0[i] != i {
            self.0[i] = self.0[self.0[i]];
            i = self.0[i];
        }
        i
    }

    fn join(&mut self, i: usize, j: usize) {
        let (i, j) = (self.find(i), self.find(j));
        self.0[i.max(j)] = i.min(j);
    }
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
