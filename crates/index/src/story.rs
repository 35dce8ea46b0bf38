//! Who carries a story, and who was first; the versions of a page.

use std::path::PathBuf;

use fangzhi_ingest::{Article, PublishTime};
use fangzhi_reprints::{Evidence, Likeness, Publication, first};

use crate::error::{Error, Result};
use crate::record;
use crate::searcher::{Searcher, damaged};
use crate::stories::{age, is_same_page, key, page};
use crate::writer::seconds;

/// A story and the pages that carry it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Story {
    /// The pages, the earliest first, those without a date last; of each page one version.
    pub articles: Vec<StoryArticle>,
    /// Which of them published it first: the one that most others name as their source (来源), or the earliest.
    pub first: usize,
    /// How many of the others name the first as their source; none if it is the earliest alone.
    pub named_by: usize,
}

/// A page that carries a story.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StoryArticle {
    /// The article's id.
    pub id: String,
    /// The headline; empty if the article has none.
    pub title: String,
    /// When it was published.
    pub published: Option<PublishTime>,
    /// The paper or agency it is taken from (来源).
    pub source: Option<String>,
    /// The site's name, or its host name.
    pub site: Option<String>,
    /// The canonical URL.
    pub url: Option<String>,
    /// The file it was read from.
    pub path: Option<PathBuf>,
    /// How much of the text it shares with the article that was asked about, from 0 to 1: the Jaccard index of groups of
    /// three characters.
    pub similarity: f32,
    /// Whether it is the article that was asked about.
    pub is_asked: bool,
    /// How many other versions of the page there are.
    pub other_versions: usize,
}

impl Searcher {
    /// Lists the pages that carry the story of the article of this id, itself among them.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownArticle`] if there is no such article; else if files of the index cannot be read.
    pub fn story(&self, id: &str) -> Result<Story> {
        let asked = self.article(id)?;
        let asked = asked.ok_or_else(|| Error::UnknownArticle { id: id.to_owned() })?;
        let body = asked.body_text();
        let asked_key = key(id);
        let stories = &self.snapshot.stories;
        let keys = stories.group_of(asked_key);
        let mut articles = self.articles_of(&keys)?;
        articles.retain(|article| {
            !stories.is_doubtful(asked_key, key(&article.id))
                || Likeness::of_bodies(&body, &article.body_text()).is_reprint()
        });
        if articles.is_empty() {
            articles.push(asked);
        }
        sort(&mut articles);
        // Of each page the version that was asked about, or the newest.
        let mut pages: Vec<(Article, usize)> = Vec::new();
        for article in articles {
            let is_of_page =
                |(other, _): &&mut (Article, usize)| page(&other.id) == page(&article.id);
            match pages.iter_mut().find(is_of_page) {
                None => pages.push((article, 0)),
                Some((other, n)) => {
                    *n += 1;
                    if other.id != id {
                        *other = article;
                    }
                }
            }
        }
        let hosts: Vec<Option<String>> = pages.iter().map(|(it, _)| it.host()).collect();
        let names: Vec<Vec<&str>> = pages
            .iter()
            .zip(&hosts)
            .map(|((article, _), host)| {
                let names = article.site.as_deref().into_iter();
                names.chain(host.as_deref()).collect()
            })
            .collect();
        let publications: Vec<Publication<'_>> = pages
            .iter()
            .zip(&names)
            .map(|((article, _), names)| Publication {
                published: article.published.map(|time| seconds(time.datetime)),
                publishers: names,
                source: article.source.as_deref(),
            })
            .collect();
        let first = first(&publications);
        let named_by = match first.map(|first| first.evidence) {
            Some(Evidence::Named { n_by }) => n_by,
            _ => 0,
        };
        let articles = pages
            .iter()
            .zip(hosts.iter())
            .map(|((article, other_versions), host)| {
                let is_asked = article.id == id;
                let similarity = match is_asked {
                    true => 1.0,
                    false => Likeness::of_bodies(&body, &article.body_text()).similarity,
                };
                StoryArticle {
                    id: article.id.clone(),
                    title: article.title.clone().unwrap_or_default(),
                    published: article.published,
                    source: article.source.clone(),
                    site: article.site.clone().or_else(|| host.clone()),
                    url: article.url.clone(),
                    path: article.path.clone(),
                    similarity,
                    is_asked,
                    other_versions: *other_versions,
                }
            })
            .collect();
        Ok(Story {
            articles,
            first: first.map_or(0, |first| first.place),
            named_by,
        })
    }

    /// Lists the versions of a page that the index holds, the oldest first; the page is given by an article's id.
    ///
    /// Versions are articles of one address whose text is of one story; what has an address in common with every page of
    /// its site is none.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownArticle`] if there is no such article; else if files of the index cannot be read.
    pub fn versions(&self, id: &str) -> Result<Vec<Article>> {
        let asked = self.article(id)?;
        let asked = asked.ok_or_else(|| Error::UnknownArticle { id: id.to_owned() })?;
        let asked_key = key(id);
        let mut keys = self.snapshot.stories.group_of(asked_key);
        keys.retain(|&other| is_same_page(other, asked_key));
        let mut articles = self.articles_of(&keys)?;
        if articles.is_empty() {
            articles.push(asked);
        }
        sort(&mut articles);
        Ok(articles)
    }

    fn articles_of(&self, keys: &[u64]) -> Result<Vec<Article>> {
        if keys.len() < 2 {
            return Ok(Vec::new());
        }
        let found = self.snapshot.find_keys(&keys.iter().copied().collect());
        found
            .into_iter()
            .map(|(segment, doc)| {
                let record = self.snapshot.segments[segment].record(doc)?;
                let damaged = || damaged(&doc.to_string());
                record::article(record, &self.core.bodies).ok_or_else(damaged)
            })
            .collect()
    }
}

/// Sorts the oldest to the front; what has no time comes last.
fn sort(articles: &mut [Article]) {
    articles.sort_by_cached_key(|article| {
        let age = age(article);
        (age.0.is_none(), age)
    });
}
