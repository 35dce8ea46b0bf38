//! Puts together what is one article: further pages (`_2.html`, `?page=2`, 下一页), and twins under one URL.

mod links;

use std::collections::hash_map::{DefaultHasher, Entry};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{Hash, Hasher};

pub(crate) use self::links::Links;

use self::links::Place;
use crate::article::{Article, Block};
use crate::id;
use crate::outcome::{Outcome, SkipReason, Skipped};

/// One page of an article that may run over several, to be put together by a [`Binder`].
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    article: Article,
    /// Why the page is skipped if it turns out to stand alone.
    alone: Option<SkipReason>,
    links: Links,
}

/// Puts together what is one article, as outcomes stream by.
///
/// Pages that link to further pages of their article (`_2.html`, `?page=2`, 下一页) are held back until the end and then
/// come out as one article, in order; a page whose article has come by before under the same URL, such as its AMP, print
/// or mobile twin, is skipped. Everything else passes through at once, so that memory grows only with the pages held and
/// by 24 bytes an article.
/// An article under the same URL with another text or another headline is no twin: it is another version of the page, or
/// the site has one URL for all its pages. Its id is that of the URL with `#` and eight hexadecimal digits at the end.
/// Which of two twins is kept, and which of several versions has the plain id, depends on the order of pushing: it is the
/// first. Everything else does not.
#[derive(Debug, Default)]
pub struct Binder {
    /// The ids seen and the headlines and texts they came with, all hashed.
    seen: HashMap<u64, Seen>,
    parts: Vec<Part>,
}

/// What an article came with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    title: u64,
    text: u64,
}

impl Part {
    pub(crate) fn new(article: Article, alone: Option<SkipReason>, links: Links) -> Self {
        Self {
            article,
            alone,
            links,
        }
    }

    /// The article as this page alone gives it.
    #[must_use]
    pub fn article(&self) -> &Article {
        &self.article
    }

    /// The article as this page alone gives it.
    #[must_use]
    pub fn into_article(self) -> Article {
        self.article
    }

    /// What the page has in common with the pages it may be put together with, as [`Outcome::keys`].
    pub(crate) fn keys(&self) -> Vec<u64> {
        let mut keys = vec![id::key(b'i', &[&self.article.id])];
        keys.extend(self.links.keys());
        keys
    }

    fn into_alone(self) -> Outcome {
        match self.alone {
            Some(reason) => skipped(self.article, reason),
            None => Outcome::Article(Box::new(self.article)),
        }
    }
}

impl Binder {
    /// An empty binder.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the outcome of one page; gives it back unless it is held until [`Binder::finish`].
    pub fn push(&mut self, outcome: Outcome) -> Option<Outcome> {
        match outcome {
            Outcome::Part(part) => {
                self.parts.push(*part);
                None
            }
            Outcome::Article(article) => Some(self.check(article)),
            Outcome::Skipped(_) => Some(outcome),
        }
    }

    /// Forgets that an article of this id has come by.
    pub fn forget(&mut self, id: &str) {
        self.seen.remove(&hash(id));
    }

    /// What was held back, put together: articles, and a [`Skipped`] for each further page that went into one.
    #[must_use]
    pub fn finish(mut self) -> Vec<Outcome> {
        let parts = std::mem::take(&mut self.parts);
        let mut outcomes = Vec::with_capacity(parts.len());
        for chain in chains(parts) {
            outcomes.extend(bind(chain));
        }
        outcomes
            .into_iter()
            .map(|outcome| match outcome {
                Outcome::Article(article) => self.check(article),
                outcome => outcome,
            })
            .collect()
    }

    /// Passes over an article that has been seen.
    fn check(&mut self, mut article: Box<Article>) -> Outcome {
        let seen = Seen::of(&article);
        let is_of_url =
            article.url.as_deref().and_then(id::of_url).as_deref() == Some(article.id.as_str());
        let before = match self.seen.entry(hash(&article.id)) {
            Entry::Vacant(entry) => {
                entry.insert(seen);
                return Outcome::Article(article);
            }
            Entry::Occupied(entry) => *entry.get(),
        };
        if before == seen || !is_of_url {
            return skipped(*article, SkipReason::Twin);
        }
        // Some sites put one canonical address on all their pages; the headline tells such pages from twins. With the
        // same headline and another text it is another version of the page.
        let title = article.title.as_deref().unwrap_or_default();
        let by_title = (before.title != seen.title).then(|| title.to_owned());
        let body: String = bare(&article.body_text()).collect();
        let by_text = format!("{title}\n{body}");
        for content in by_title.into_iter().chain([by_text]) {
            let suffix = id::of_content(content.as_bytes());
            let id = format!("{}#{}", article.id, &suffix[..8]);
            match self.seen.entry(hash(&id)) {
                Entry::Vacant(entry) => {
                    entry.insert(seen);
                    article.id = id;
                    return Outcome::Article(article);
                }
                Entry::Occupied(entry) if *entry.get() == seen => break,
                Entry::Occupied(_) => {}
            }
        }
        skipped(*article, SkipReason::Twin)
    }
}

impl Seen {
    fn of(article: &Article) -> Self {
        let mut text = DefaultHasher::new();
        for piece in bare(&article.body_text()) {
            text.write(piece.as_bytes());
        }
        Self {
            title: hash(&title_key(article)),
            text: text.finish(),
        }
    }
}

/// A text without white space, in pieces: twins are laid out in other ways.
fn bare(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
}

fn skipped(article: Article, reason: SkipReason) -> Outcome {
    Outcome::Skipped(Skipped {
        path: article.path,
        url: article.url,
        reason,
    })
}

/// Sorts parts into chains of pages that belong together, each in order; a part without company is a chain of its own.
fn chains(mut parts: Vec<Part>) -> Vec<Vec<Part>> {
    // The order of arrival may differ from run to run.
    parts.sort_by(|a, b| {
        a.links
            .place
            .cmp(&b.links.place)
            .then_with(|| a.article.path.cmp(&b.article.path))
    });
    let places: HashMap<&Place, usize> = parts
        .iter()
        .enumerate()
        .rev()
        .map(|(i, part)| (&part.links.place, i))
        .collect();
    let titles: Vec<String> = parts.iter().map(|part| title_key(&part.article)).collect();
    let mut group = Groups::new(parts.len());
    for (i, part) in parts.iter().enumerate() {
        for neighbour in &part.links.neighbours {
            // A page without a headline of its own may be a further page, not a first one.
            if let Some(&j) = places.get(neighbour)
                && (titles[i] == titles[j] || titles[i].is_empty() != titles[j].is_empty())
            {
                group.join(i, j);
            }
        }
    }
    let steps = steps(&parts, &places);
    let mut chains: BTreeMap<usize, Vec<(usize, Part)>> = BTreeMap::new();
    for ((i, part), step) in parts.into_iter().enumerate().zip(steps) {
        chains.entry(group.find(i)).or_default().push((step, part));
    }
    chains.into_values().map(in_order).collect()
}

/// Puts the pages of a chain in order: by the numbers in their names, which are surer than links, else by the links.
fn in_order(chain: Vec<(usize, Part)>) -> Vec<Part> {
    let bases: Vec<String> = chain
        .iter()
        .map(|(_, part)| part.links.place.base.clone())
        .collect();
    let n_named = |name: &str| bases.iter().filter(|base| *base == name).count();
    let mut chain: Vec<(usize, Part)> = chain
        .into_iter()
        .map(|(step, part)| {
            let place = &part.links.place;
            // `c_81` is the first page if there is a `c_81_2`, and page 81 if there is a `c_80`.
            let is_first = n_named(&place.file) > usize::from(place.number == 0);
            let number = match n_named(&place.base) {
                _ if is_first => 0,
                2.. if place.number > 0 => place.number as usize,
                _ => step,
            };
            (number, part)
        })
        .collect();
    chain.sort_by_key(|(number, _)| *number);
    chain.into_iter().map(|(_, part)| part).collect()
}

/// How many steps along 下一页 each part is behind a first page.
fn steps(parts: &[Part], places: &HashMap<&Place, usize>) -> Vec<usize> {
    let next: Vec<Option<usize>> = parts
        .iter()
        .map(|part| places.get(part.links.next.as_ref()?).copied())
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

/// Makes one article of the pages of a chain.
fn bind(chain: Vec<Part>) -> Vec<Outcome> {
    let whole = chain.iter().any(|part| part.alone.is_none());
    let mut parts = chain.into_iter();
    let Some(first) = parts.next() else {
        return Vec::new();
    };
    if parts.len() == 0 || !whole {
        return std::iter::once(first)
            .chain(parts)
            .map(Part::into_alone)
            .collect();
    }
    let mut article = first.article;
    let mut texts: HashSet<String> = article.body.iter().map(Block::text).collect();
    let mut outcomes = Vec::new();
    for part in parts {
        append(&mut article, &part.article, &mut texts);
        outcomes.push(skipped(part.article, SkipReason::Continuation));
    }
    article.kind = crate::article::PageKind::Article;
    outcomes.insert(0, Outcome::Article(Box::new(article)));
    outcomes
}

/// Adds a further page's story and whatever only it says.
fn append(article: &mut Article, page: &Article, texts: &mut HashSet<String>) {
    for block in &page.body {
        let text = block.text();
        // What every page repeats (a lead, an editor's note) is one; short lines may recur by themselves.
        let repeats = text.chars().count() >= 12 && !texts.insert(text);
        if !repeats {
            article.body.push(block.clone());
        }
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
fn title_key(article: &Article) -> String {
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

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
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

    /// The page `name` with `title`, one paragraph and links.
    fn page(name: &str, title: &str, text: &str, links: &str) -> Outcome {
        let html = format!("<p>{text}</p>{links}");
        let article = Article {
            id: name.to_owned(),
            title: (!title.is_empty()).then(|| title.to_owned()),
            body: vec![Block::Paragraph {
                text: text.to_owned(),
            }],
            ..Article::default()
        };
        match Links::find(&html, [name]) {
            Some(links) => Outcome::Part(Box::new(Part::new(article, None, links))),
            None => Outcome::Article(Box::new(article)),
        }
    }

    /// The articles as `id: lines`, in order of their ids, whatever the order of the pages.
    fn bind_all(pages: Vec<Outcome>) -> Vec<String> {
        let read = |pages: Vec<Outcome>| {
            let mut binder = Binder::new();
            let mut outcomes: Vec<Outcome> = pages
                .into_iter()
                .filter_map(|page| binder.push(page))
                .collect();
            outcomes.extend(binder.finish());
            let mut articles: Vec<String> = outcomes
                .iter()
                .filter_map(Outcome::article)
                .map(|article| {
                    format!("{}: {}", article.id, article.body_text().replace('\n', "|"))
                })
                .collect();
            articles.sort();
            articles
        };
        let forwards = read(pages.clone());
        assert_eq!(read(pages.into_iter().rev().collect()), forwards);
        forwards
    }

    #[test]
    fn further_pages_are_appended_in_order_and_once() {
        for names in [
            ["d/c_8001.htm", "d/c_8001_2.htm", "d/c_8001_3.htm"],
            ["d/c_8001.htm", "d/c_8001_1.htm", "d/c_8001_2.htm"],
            ["d/c-1.htm", "d/c-2.htm", "d/c-10.htm"],
            [
                "http://a.cn/v.php?id=5",
                "http://a.cn/v.php?id=5&page=2",
                "http://a.cn/v.php?page=3&id=5",
            ],
            [
                "d/v.php?id=5&p=1.html",
                "d/v.php?id=5&p=2.html",
                "d/v.php?id=5&p=3.html",
            ],
            ["d/a.html", "d/b.html", "d/0.html"],
        ] {
            let file = |i: usize| names[i].rsplit('/').next().unwrap();
            let links = [
                format!(
                    "<a href=\"{}\">2</a><a href='{}'>下一页</a>",
                    file(1),
                    file(1)
                ),
                format!(
                    "<a href={}>上一页</a> <a class=x href=\"./{}\">下一页&gt;</a>",
                    file(0),
                    file(2)
                ),
                format!("<A HREF=\"{}\">上一页</A>", file(1)),
            ];
            let pages = vec![
                page(names[0], "两岸", "一", &links[0]),
                page(names[1], "两岸（2）", "二", &links[1]),
                page(names[2], "两岸 第3页", "三", &links[2]),
                page("d/other.html", "两岸", "四", ""),
            ];
            let first = format!("{}: 一|二|三", names[0]);
            let found = bind_all(pages);
            assert!(found.contains(&first) && found.len() == 2, "{found:?}");
        }
    }

    #[test]
    fn stories_that_link_to_each_other_are_not_one() {
        let pages = vec![
            page(
                "d/t_1.html",
                "一桥",
                "一",
                "<a href=\"t_2.html\">下一页</a>",
            ),
            page(
                "d/t_2.html",
                "二桥",
                "二",
                "<a href=\"t_1.html\">上一页</a>",
            ),
            page(
                "d/t_3.html",
                "三桥",
                "三",
                "<a href=\"t_4.html\">下一页</a>",
            ),
        ];
        assert_eq!(
            bind_all(pages),
            ["d/t_1.html: 一", "d/t_2.html: 二", "d/t_3.html: 三"]
        );
    }

    #[test]
    fn repeated_leads_and_copies_of_the_first_page_are_taken_once() {
        let lead = "这是每一页都重复一遍的一段编者按语。";
        let body = |text: &str| format!("{lead}{text}");
        let pages = vec![
            page(
                "d/t.html",
                "桥",
                &body(""),
                "<a href=\"t_1.html\">1</a>下一页",
            ),
            page(
                "d/t_1.html",
                "桥",
                &body(""),
                "<a href=\"t_2.html\">下一页</a>",
            ),
            page(
                "d/t_2.html",
                "桥",
                &body("完"),
                "<a href=\"t_1.html\">上一页</a>",
            ),
        ];
        assert_eq!(bind_all(pages), [format!("d/t.html: {lead}|{lead}完")]);
    }

    #[test]
    fn twins_are_skipped_and_pages_with_a_wrong_address_kept() {
        let article = |title: &str, path: &str| {
            Outcome::Article(Box::new(Article {
                id: "a.cn/1".into(),
                url: Some("http://a.cn/1".into()),
                title: Some(title.into()),
                path: Some(path.into()),
                ..Article::default()
            }))
        };
        let mut binder = Binder::new();
        let reasons: Vec<_> = [("桥", "1"), ("桥", "amp/1"), ("路", "2"), ("路", "m/2")]
            .into_iter()
            .map(|(title, path)| match binder.push(article(title, path)) {
                Some(Outcome::Article(article)) => article.id,
                Some(Outcome::Skipped(skipped)) => skipped.reason.to_string(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(reasons[0], "a.cn/1");
        assert_eq!(reasons[1], "twin");
        assert!(reasons[2].starts_with("a.cn/1#"), "{reasons:?}");
        assert_eq!(reasons[3], "twin");
    }
}
