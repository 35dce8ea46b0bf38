//! What a page says of itself for machines: `<title>`, meta tags, OpenGraph, schema.org JSON-LD, the canonical link.
//!
//! Sites fill these by hand and by habit, so each value is only a candidate; what the reader sees comes first where
//! the two disagree.

use std::borrow::Cow;

use jiff::tz::Offset;
use serde_json::Value;

use super::dom::{Dom, NodeId};
use super::tag::Tag;
use crate::bounds::{self, MAX_TEXT};
use crate::date;
use crate::time::{CHINA, Precision, PublishTime};

/// The largest JSON-LD script that is read, in bytes.
const MAX_JSON: usize = 512 << 10;

/// A JSON-LD script with more objects is not read. Each takes some hundred bytes, and pages have a few dozen.
const MAX_OBJECTS: usize = 10_000;

/// The candidates.
#[derive(Debug, Default)]
pub(super) struct Metadata {
    /// The `<title>`.
    pub(super) title: Option<String>,
    /// OpenGraph's title or the government standard's `ArticleTitle`.
    pub(super) headline: Option<String>,
    /// JSON-LD's headline.
    pub(super) schema_headline: Option<String>,
    pub(super) published: Option<PublishTime>,
    pub(super) updated: Option<PublishTime>,
    pub(super) source: Option<String>,
    pub(super) author: Option<String>,
    pub(super) editor: Option<String>,
    pub(super) keywords: Option<String>,
    pub(super) description: Option<String>,
    pub(super) site: Option<String>,
    /// OpenGraph's type or JSON-LD's `@type`, in lower case.
    pub(super) kind: Option<String>,
    pub(super) canonical: Option<String>,
    pub(super) og_url: Option<String>,
    pub(super) column: Option<String>,
    pub(super) base: Option<String>,
    /// JSON-LD's author, if a person.
    pub(super) person: Option<String>,
    /// JSON-LD's `articleBody`, its line breaks kept.
    pub(super) body: Option<String>,
    /// JSON-LD's breadcrumb.
    pub(super) breadcrumb: Vec<String>,
    /// How well `published` is founded; a greater value replaces a lesser.
    published_rank: u8,
}

/// What a title has beyond this many characters is left out: every part of it is compared with every heading.
const MAX_TITLE_TEXT: usize = 1000;

impl Metadata {
    /// Reads a page's metadata.
    pub(super) fn of(dom: &Dom<'_>) -> Self {
        let mut metadata = Self::default();
        for id in dom.ids() {
            match dom.tag(id) {
                Some(Tag::Meta) => metadata.meta(dom, id),
                Some(Tag::Link) => metadata.link(dom, id),
                Some(Tag::Title) if metadata.title.is_none() => {
                    let text = dom.first_child(id).and_then(|child| dom.text(child));
                    metadata.title = text.and_then(tidy);
                }
                Some(Tag::Base) if metadata.base.is_none() => {
                    metadata.base = dom.attr(id, "href").map(Cow::into_owned);
                }
                Some(Tag::Script) => metadata.script(dom, id),
                _ => {}
            }
        }
        let titles = [
            &mut metadata.title,
            &mut metadata.headline,
            &mut metadata.schema_headline,
        ];
        for title in titles.into_iter().flatten() {
            if let Some((end, _)) = title.char_indices().nth(MAX_TITLE_TEXT) {
                title.truncate(end);
            }
        }
        metadata
    }

    fn meta(&mut self, dom: &Dom<'_>, id: NodeId) {
        let Some(content) = dom.attr(id, "content") else {
            return;
        };
        let Some(content) = tidy(&content) else {
            return;
        };
        for attribute in ["name", "property", "itemprop"] {
            if let Some(name) = dom.attr(id, attribute) {
                self.named(&name.trim().to_ascii_lowercase(), &content);
            }
        }
    }

    fn named(&mut self, name: &str, content: &str) {
        let set = |field: &mut Option<String>| {
            if field.is_none() && !content.contains("${") {
                *field = Some(content.to_owned());
            }
        };
        match name {
            "og:title" | "articletitle" | "twitter:title" | "weibo:article:title" => {
                set(&mut self.headline);
            }
            "article:published_time"
            | "datepublished"
            | "og:release_date"
            | "bytedance:published_time"
            | "weibo:article:create_at"
            | "article:published"
            | "og:published_time"
            | "originalpublicationdate"
            | "_pubtime"
            | "apub:time" => self.dated(content, 3),
            "pubdate"
            | "publishdate"
            | "publish_time"
            | "publishtime"
            | "publish-date"
            | "publish_date"
            | "pub_date"
            | "pubtime"
            | "dc.date.issued"
            | "date_published"
            | "firstpublishedtime"
            | "parsely-pub-date"
            | "shareaholic:article_published_time" => {
                self.dated(content, 2);
            }
            "dc.date" | "date" | "datecreated" | "dcterms.created" => self.dated(content, 1),
            "article:modified_time"
            | "datemodified"
            | "dateupdate"
            | "og:updated_time"
            | "bytedance:updated_time"
            | "weibo:article:update_at"
            | "lastmod" => {
                self.updated = self.updated.or_else(|| date::parse(content).map(in_china));
            }
            "contentsource"
            | "source"
            | "article:source"
            | "og:article:source"
            | "mediaid"
            | "weibo:article:source" => set(&mut self.source),
            "author" | "article:author" | "og:article:author" | "weibo:article:author" => {
                set(&mut self.author);
            }
            "editor" => set(&mut self.editor),
            "keywords" | "news_keywords" | "columnkeywords" | "og:keywords" => {
                set(&mut self.keywords);
            }
            "description" | "og:description" => set(&mut self.description),
            "og:site_name" | "sitename" | "application-name" => set(&mut self.site),
            "og:type" if self.kind.is_none() => self.kind = Some(content.to_ascii_lowercase()),
            "og:url" | "url" if content.contains("://") => set(&mut self.og_url),
            "columnname" | "article:section" => set(&mut self.column),
            _ => {}
        }
    }

    /// Takes a publication date if it is better founded, or as well founded and finer, than the one there is.
    fn dated(&mut self, content: &str, rank: u8) {
        let Some(time) = date::parse(content).map(in_china) else {
            return;
        };
        let better = self.published.is_none_or(|known| {
            rank > self.published_rank && time.precision >= known.precision
                || time.precision > known.precision && time.date() == known.date()
        });
        if better {
            self.published = Some(time);
            self.published_rank = rank;
        }
    }

    fn link(&mut self, dom: &Dom<'_>, id: NodeId) {
        if self.canonical.is_none()
            && dom
                .attr(id, "rel")
                .is_some_and(|rel| rel.eq_ignore_ascii_case("canonical"))
        {
            self.canonical = dom
                .attr(id, "href")
                .map(|href| href.trim().to_owned())
                .filter(|href| !href.is_empty());
        }
    }

    fn script(&mut self, dom: &Dom<'_>, id: NodeId) {
        let is_json = dom
            .attr(id, "type")
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/ld+json"));
        if !is_json {
            return;
        }
        let json = dom.raw_text(id);
        if json.len() > MAX_JSON || memchr::memchr_iter(b'{', json.as_bytes()).count() > MAX_OBJECTS
        {
            return;
        }
        // Sites write raw line breaks into strings, which JSON forbids.
        let cleaned: String = json
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        if let Ok(value) = serde_json::from_str::<Value>(cleaned.trim().trim_end_matches(';')) {
            self.schema(&value, 0);
        }
    }

    /// Reads a schema.org value; lists and graphs of them too.
    fn schema(&mut self, value: &Value, depth: u8) {
        if depth > 4 {
            return;
        }
        let object = match value {
            Value::Array(values) => {
                for value in values {
                    self.schema(value, depth + 1);
                }
                return;
            }
            Value::Object(object) => object,
            _ => return,
        };
        if let Some(graph) = object.get("@graph") {
            self.schema(graph, depth + 1);
        }
        let kind = match object.get("@type") {
            Some(Value::Array(kinds)) => kinds.first().and_then(Value::as_str),
            Some(kind) => kind.as_str(),
            None => None,
        };
        let kind = kind.unwrap_or_default();
        if kind == "BreadcrumbList" {
            self.schema_breadcrumb(object.get("itemListElement"));
            return;
        }
        // Search engines' own dialect of JSON-LD has no type but the dates.
        let is_article =
            kind.contains("Article") || kind.ends_with("Posting") || object.contains_key("pubDate");
        if !is_article {
            return;
        }
        if kind.contains("Article") && self.kind.is_none() {
            self.kind = Some("article".to_owned());
        }
        let text = |key: &str| object.get(key).and_then(Value::as_str).and_then(tidy);
        self.schema_headline = self.schema_headline.take().or_else(|| text("headline"));
        if let Some(time) = text("datePublished").or_else(|| text("pubDate")) {
            self.dated(&time, 3);
        }
        self.updated = self.updated.or_else(|| {
            let time = text("dateModified").or_else(|| text("upDate"))?;
            date::parse(&time).map(in_china)
        });
        let body = object.get("articleBody").and_then(Value::as_str);
        self.body = self.body.take().or_else(|| body.map(str::to_owned));
        self.description = self.description.take().or_else(|| text("description"));
        self.column = self.column.take().or_else(|| text("articleSection"));
        self.person = self
            .person
            .take()
            .or_else(|| object.get("author").and_then(person_name));
        if self.site.is_none() {
            self.site = object.get("publisher").and_then(organization_name);
        }
    }

    fn schema_breadcrumb(&mut self, items: Option<&Value>) {
        let Some(items) = items.and_then(Value::as_array) else {
            return;
        };
        if !self.breadcrumb.is_empty() {
            return;
        }
        self.breadcrumb = items
            .iter()
            .filter_map(|item| {
                let name = item.get("name").or_else(|| item.get("item")?.get("name"))?;
                tidy(name.as_str()?)
            })
            .collect();
    }
}

/// The same moment at UTC+8: systems write UTC where the page shows China's time.
fn in_china(time: PublishTime) -> PublishTime {
    if time.offset != Offset::UTC || time.precision == Precision::Day {
        return time;
    }
    match time.offset.to_timestamp(time.datetime) {
        Ok(timestamp) => PublishTime::china(CHINA.to_datetime(timestamp), time.precision),
        Err(_) => time,
    }
}

/// The name in an `author` that is a person; an organization is the site.
fn person_name(value: &Value) -> Option<String> {
    match value {
        Value::Array(values) => {
            let names: Vec<String> = values.iter().filter_map(person_name).collect();
            (!names.is_empty()).then(|| names.join(" "))
        }
        Value::Object(object) => {
            let is_person = object
                .get("@type")
                .and_then(Value::as_str)
                .is_none_or(|kind| kind == "Person");
            let name = object.get("name")?.as_str()?;
            is_person.then(|| tidy(name)).flatten()
        }
        Value::String(name) => tidy(name),
        _ => None,
    }
}

fn organization_name(value: &Value) -> Option<String> {
    match value {
        Value::Object(object) => tidy(object.get("name")?.as_str()?),
        Value::String(name) => tidy(name),
        _ => None,
    }
}

/// White space squeezed; `None` if nothing is left. Of a very long text, its beginning.
pub(super) fn tidy(text: &str) -> Option<String> {
    bounds::one_line(text, MAX_TEXT)
}
