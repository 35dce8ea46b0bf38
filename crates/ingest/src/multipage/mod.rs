//! Puts together what is one article: further pages (`_2.html`, `?page=2`, 下一页), and twins under one URL.

mod arrange;
mod chain;
mod held;
mod links;
mod order;
#[cfg(test)]
mod reference;
mod seen;
mod shelf;

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

pub(crate) use self::links::Links;

use self::arrange::arrange;
use self::chain::{Chains, title_key};
use self::held::Held;
use self::seen::{Seen, SeenTable};
use crate::article::Article;
use crate::error::{Error, Result};
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
/// or mobile twin, is skipped. Everything else passes through at once.
/// An article under the same URL with another text or another headline is no twin: it is another version of the page, or
/// the site has one URL for all its pages. Its id is that of the URL with `#` and eight hexadecimal digits at the end.
/// Which of two twins is kept, and which of several versions has the plain id, depends on the order of pushing: it is the
/// first. Everything else does not.
///
/// # Memory
///
/// In memory, an article that has come by takes 24 bytes (with the table's free places, 28 to 57), and a page held back
/// takes what its article takes as JSON, and 0.5 KB for its addresses.
/// A binder that may [spill](Binder::spill_to) keeps the same on disk beyond fixed amounts. In memory are then at most
/// 57,344 of the articles that have come by and 8 MiB for reading the others, together some 12 MiB for a million articles
/// and 15 for ten millions; and 4 MiB of pages held back. When these come out, they are numbered, which takes 12 bytes a
/// page; later, each page of the article that is being put together takes 24, and that article what it takes.
/// On disk, an article that has come by takes 30 to 70 bytes, and a page held back takes its article as JSON and 0.5 KB.
#[derive(Debug, Default)]
pub struct Binder {
    seen: SeenTable,
    held: Option<Held>,
    spill: Option<Spill>,
}

/// What a [`Binder`] held back, put together; see [`Binder::finish`].
///
/// Of the articles held back, one is in memory at once, with what was put together of the pages before. Ends with the first
/// error.
#[derive(Debug)]
pub struct Bound {
    binder: Binder,
    held: Option<Held>,
    chains: Option<Chains>,
}

/// Where to keep what is beyond some amounts.
#[derive(Debug, Clone)]
struct Spill {
    dir: PathBuf,
    /// By default, [`MAX_SEEN`].
    n_seen: usize,
    /// By default, [`MAX_BYTES`].
    n_bytes: usize,
}

/// So many of the articles that have come by are in memory: what a hash table of 2^16 places holds.
const MAX_SEEN: usize = 7 << 13;

/// So many bytes of the pages held back are in memory: a half for their articles, a quarter each for what tells which belong
/// together.
const MAX_BYTES: usize = 4 << 20;

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
}

impl Binder {
    /// An empty binder.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps on disk what is beyond fixed amounts, in files without a name in the directory `dir`; they are made when they
    /// are needed, and are gone with the binder or the process.
    /// By default, everything is in memory.
    #[must_use]
    pub fn spill_to(self, dir: impl Into<PathBuf>) -> Self {
        self.spill_beyond(dir.into(), MAX_SEEN, MAX_BYTES)
    }

    fn spill_beyond(mut self, dir: PathBuf, n_seen: usize, n_bytes: usize) -> Self {
        self.spill = Some(Spill {
            dir,
            n_seen,
            n_bytes,
        });
        self
    }

    /// Takes the outcome of one page; gives it back unless it is held until [`Binder::finish`].
    ///
    /// # Errors
    ///
    /// Only a binder that may [spill](Binder::spill_to) fails, where its directory cannot be written or read; the error's
    /// path is the directory. The outcome is lost then, and others may be: there is no going on with this binder.
    pub fn push(&mut self, outcome: Outcome) -> Result<Option<Outcome>> {
        match outcome {
            Outcome::Part(part) => {
                let held = self.held().push(*part);
                held.map_err(|error| self.error(error))?;
                Ok(None)
            }
            Outcome::Article(article) => self.check(article).map(Some),
            Outcome::Skipped(_) => Ok(Some(outcome)),
        }
    }

    /// Forgets that an article of this id has come by.
    ///
    /// # Errors
    ///
    /// As [`push`](Binder::push).
    pub fn forget(&mut self, id: &str) -> Result<()> {
        let forgotten = self.seen.remove(hash(id));
        forgotten.map_err(|error| self.error(error))
    }

    /// What was held back, put together: articles, and a [`Skipped`] for each further page that went into one.
    /// The work is done when the first is asked for.
    ///
    /// The errors are those of [`push`](Binder::push).
    #[must_use]
    pub fn finish(mut self) -> Bound {
        Bound {
            held: self.held.take(),
            binder: self,
            chains: None,
        }
    }

    fn held(&mut self) -> &mut Held {
        let Self { held, spill, .. } = self;
        held.get_or_insert_with(|| match spill {
            Some(spill) => Held::new(&spill.dir, spill.n_bytes),
            None => Held::new(Path::new(""), usize::MAX),
        })
    }

    /// Passes over an article that has been seen.
    fn check(&mut self, mut article: Box<Article>) -> Result<Outcome> {
        let seen = Seen::of(&article);
        let is_of_url =
            article.url.as_deref().and_then(id::of_url).as_deref() == Some(article.id.as_str());
        let Some(before) = self.meet(&article.id, seen)? else {
            return Ok(Outcome::Article(article));
        };
        if before == seen || !is_of_url {
            return Ok(skipped(*article, SkipReason::Twin));
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
            match self.meet(&id, seen)? {
                None => {
                    article.id = id;
                    return Ok(Outcome::Article(article));
                }
                Some(before) if before == seen => break,
                Some(_) => {}
            }
        }
        Ok(skipped(*article, SkipReason::Twin))
    }

    /// What came by under an id; if nothing did, `seen` has now.
    fn meet(&mut self, id: &str, seen: Seen) -> Result<Option<Seen>> {
        let met = self.try_meet(hash(id), seen);
        met.map_err(|error| self.error(error))
    }

    fn try_meet(&mut self, key: u64, seen: Seen) -> io::Result<Option<Seen>> {
        let before = self.seen.get(key)?;
        if before.is_none() {
            if let Some(spill) = &self.spill
                && self.seen.n_recent() >= spill.n_seen
            {
                self.seen.spill(&spill.dir)?;
            }
            self.seen.insert(key, seen);
        }
        Ok(before)
    }

    fn error(&self, error: io::Error) -> Error {
        let dir = self.spill.as_ref().map(|spill| spill.dir.as_path());
        Error::of_spilling(error, dir.unwrap_or(Path::new("")))
    }
}

impl Bound {
    fn try_next(&mut self) -> io::Result<Option<Outcome>> {
        if let Some(held) = self.held.take() {
            self.chains = Some(arrange(held)?);
        }
        match &mut self.chains {
            Some(chains) => chains.next(),
            None => Ok(None),
        }
    }
}

impl Iterator for Bound {
    type Item = Result<Outcome>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.try_next().map_err(|error| self.binder.error(error));
        let outcome = match next.transpose()? {
            Ok(Outcome::Article(article)) => self.binder.check(article),
            outcome => outcome,
        };
        if outcome.is_err() {
            self.chains = None;
        }
        Some(outcome)
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

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::article::Block;

    /// What a binder is told.
    #[derive(Debug, Clone)]
    enum Step {
        Push(Outcome),
        Forget(String),
    }

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

    /// All that a binder gives, in its order.
    fn run(mut binder: Binder, steps: &[Step]) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        for step in steps {
            match step {
                Step::Push(outcome) => outcomes.extend(binder.push(outcome.clone()).unwrap()),
                Step::Forget(id) => binder.forget(id).unwrap(),
            }
        }
        outcomes.extend(binder.finish().map(Result::unwrap));
        outcomes
    }

    /// The same by a binder that is never told of parts.
    fn run_reference(steps: &[Step]) -> Vec<Outcome> {
        let mut binder = Binder::new();
        let mut outcomes = Vec::new();
        let mut parts = Vec::new();
        for step in steps {
            match step {
                Step::Push(Outcome::Part(part)) => parts.push((**part).clone()),
                Step::Push(outcome) => outcomes.extend(binder.push(outcome.clone()).unwrap()),
                Step::Forget(id) => binder.forget(id).unwrap(),
            }
        }
        for outcome in reference::outcomes(parts) {
            outcomes.extend(binder.push(outcome).unwrap());
        }
        outcomes
    }

    /// The same of a binder in memory, and of some that spill from the first entry on or soon.
    fn run_all(steps: &[Step]) -> Vec<Outcome> {
        let outcomes = run_reference(steps);
        assert_eq!(run(Binder::new(), steps), outcomes);
        let dir = tempfile::tempdir().unwrap();
        for (n_seen, n_bytes) in [(0, 0), (1, 1000), (3, 5000), (MAX_SEEN, MAX_BYTES)] {
            let binder = Binder::new().spill_beyond(dir.path().to_owned(), n_seen, n_bytes);
            assert_eq!(run(binder, steps), outcomes, "{n_seen} {n_bytes}");
        }
        outcomes
    }

    /// The articles as `id: lines`, in order of their ids, whatever the order of the pages.
    fn bind_all(pages: Vec<Outcome>) -> Vec<String> {
        let read = |pages: Vec<Outcome>| {
            let steps: Vec<Step> = pages.into_iter().map(Step::Push).collect();
            let outcomes = run_all(&steps);
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

    const NAME: &str = "[ab](_[123])?[.]html";

    /// A page of a small site, at one of a few addresses, with one of a few headlines and texts.
    fn any_page() -> impl Strategy<Value = Outcome> {
        let alone = [None, None, Some(SkipReason::List), Some(SkipReason::Other)];
        let titles = ["", "桥", "桥", "路", "桥（2）"];
        let texts = [
            "一",
            "二",
            "这是每一页都重复一遍的一段编者按语。",
            "完 \u{1F600}\u{0}",
        ];
        (
            NAME,
            proptest::option::of("[12]/"),
            proptest::sample::select(titles.to_vec()),
            proptest::sample::select(texts.to_vec()),
            proptest::collection::vec(NAME, 0..4),
            proptest::option::of(NAME),
            proptest::sample::select(alone.to_vec()),
            any::<bool>(),
        )
            .prop_map(|(name, dir, title, text, links, next, alone, has_url)| {
                let url = format!("http://a.cn/{name}");
                let mut html: String = links
                    .iter()
                    .map(|link| format!("<a href={link}>2</a>"))
                    .collect();
                if let Some(next) = next {
                    html.push_str(&format!("<a href={next}>下一页</a>"));
                }
                let article = Article {
                    id: id::of_url(&url).unwrap(),
                    path: dir.map(|dir| PathBuf::from(dir + &name)),
                    title: (!title.is_empty()).then(|| title.to_owned()),
                    body: vec![Block::Paragraph { text: text.into() }],
                    url: has_url.then(|| url.clone()),
                    ..Article::default()
                };
                match (Links::find(&html, [url.as_str()]), alone) {
                    (Some(links), alone) => {
                        Outcome::Part(Box::new(Part::new(article, alone, links)))
                    }
                    (None, None) => Outcome::Article(Box::new(article)),
                    (None, Some(reason)) => skipped(article, reason),
                }
            })
    }

    fn any_step() -> impl Strategy<Value = Step> {
        prop_oneof![
            9 => any_page().prop_map(Step::Push),
            1 => NAME.prop_map(|name| Step::Forget(format!("a.cn/{name}"))),
        ]
    }

    proptest! {
        #[test]
        fn spilling_changes_nothing(steps in proptest::collection::vec(any_step(), 0..40)) {
            run_all(&steps);
        }
    }

    /// Pages that lead from one to the next, here and there back or nowhere, in any order.
    fn any_web() -> impl Strategy<Value = Vec<Step>> {
        let next = |n: usize| {
            let next = prop_oneof![40 => Just(None), 1 => (0..n + 2).prop_map(Some)];
            proptest::collection::vec(next, n)
        };
        (1usize..600).prop_flat_map(next).prop_flat_map(|next| {
            let pages = next.into_iter().enumerate().map(|(i, elsewhere)| {
                let next = elsewhere.unwrap_or(i + 1);
                let link = format!("<a href=c{next}.html>下一页</a>");
                Step::Push(page(&format!("d/c{i}.html"), "桥", &i.to_string(), &link))
            });
            Just(pages.collect::<Vec<_>>()).prop_shuffle()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn long_chains_are_brought_into_order(steps in any_web()) {
            run_all(&steps);
        }
    }

    #[test]
    fn a_binder_goes_where_it_is_needed() {
        fn shareable<T: Send + Sync>() {}
        shareable::<Binder>();
        shareable::<Bound>();
    }

    #[test]
    #[cfg(unix)]
    fn a_path_need_not_be_text() {
        use std::os::unix::ffi::OsStringExt;

        let name = std::ffi::OsString::from_vec(b"d/\xc7\xc5.html".to_vec());
        let Outcome::Part(mut part) = page("d/a.html", "桥", "一", "<a href=a_2.html>下一页</a>")
        else {
            panic!("a page with a link is a part");
        };
        part.article.path = Some(name.into());
        let outcomes = run_all(&[Step::Push(Outcome::Part(part.clone()))]);
        assert_eq!(outcomes, [Outcome::Article(Box::new(part.article))]);
    }

    #[test]
    fn files_have_no_names_and_failures_name_the_directory() {
        let part = || page("d/a.html", "桥", "一", "<a href=a_2.html>下一页</a>");
        let dir = tempfile::tempdir().unwrap();
        let spilling = |dir: &Path| Binder::new().spill_beyond(dir.to_owned(), 0, 0);
        let mut binder = spilling(dir.path());
        for outcome in [page("1", "", "", ""), part(), page("2", "", "", "")] {
            binder.push(outcome).unwrap();
        }
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
        let nowhere = dir.path().join("nowhere");
        for outcome in [page("1", "", "", ""), part()] {
            let error = spilling(&nowhere).push(outcome).unwrap_err();
            assert_eq!(error.path(), Some(nowhere.as_path()));
            let start = format!("cannot use temporary files in `{}`: ", nowhere.display());
            assert!(error.to_string().starts_with(&start), "{error}");
            assert_eq!(error.kind().name(), "io");
        }
    }

    #[test]
    fn what_is_held_back_fails_when_it_comes_out_and_that_is_the_end() {
        type Event<'e> = &'e dyn Fn(&Path, &Binder);
        let cut = |_: &Path, binder: &Binder| binder.held.as_ref().unwrap().scratch.cut();
        let gone = |dir: &Path, _: &Binder| std::fs::remove_dir(dir).unwrap();
        for event in [&cut, &gone] as [Event<'_>; 2] {
            let dir = tempfile::tempdir().unwrap();
            let dir = dir.path().join("spill");
            std::fs::create_dir(&dir).unwrap();
            let mut binder = Binder::new().spill_beyond(dir.clone(), 0, 0);
            for name in ["d/a.html", "d/b.html"] {
                let part = page(name, "桥", "一", "<a href=c.html>下一页</a>");
                binder.push(part).unwrap();
            }
            event(&dir, &binder);
            let results: Vec<_> = binder.finish().collect();
            match results.as_slice() {
                [Err(error)] => assert_eq!(error.path(), Some(dir.as_path())),
                other => panic!("{other:?}"),
            }
        }
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
            .map(
                |(title, path)| match binder.push(article(title, path)).unwrap() {
                    Some(Outcome::Article(article)) => article.id,
                    Some(Outcome::Skipped(skipped)) => skipped.reason.to_string(),
                    other => panic!("{other:?}"),
                },
            )
            .collect();
        assert_eq!(reasons[0], "a.cn/1");
        assert_eq!(reasons[1], "twin");
        assert!(reasons[2].starts_with("a.cn/1#"), "{reasons:?}");
        assert_eq!(reasons[3], "twin");
    }
}
