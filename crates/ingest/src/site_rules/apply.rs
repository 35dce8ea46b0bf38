//! Applies a site's rule to a page.

use std::borrow::Cow;

use scraper::{ElementRef, Html, Selector};

use super::{Selectors, Site, SiteRules};
use crate::article::{Article, PageKind, Warning};
use crate::bounds::{self, MAX_TEXT};
use crate::breadcrumb;
use crate::byline;
use crate::date;
use crate::html::{self, Context, Extraction};
use crate::time::PublishTime;

impl SiteRules {
    /// Reads the page with the rule for its site; `None` if there is none for it.
    ///
    /// `general` is what the general rules made of the page, `name` its place in the corpus. A page that is too large for
    /// site rules is left to the general ones, with a warning.
    pub(crate) fn extract(
        &self,
        html: &str,
        context: &Context<'_>,
        name: Option<&str>,
        general: &mut Article,
    ) -> Option<Extraction> {
        if self.is_empty() {
            return None;
        }
        let host = general.host().or_else(|| {
            let url = context.url.map(str::to_owned);
            Article {
                url,
                ..Article::default()
            }
            .host()
        });
        let site = self.site(host.as_deref(), name)?;
        if is_too_large(html) {
            general.warnings.push(Warning::Truncated {
                limit: "size of a page for site rules".to_owned(),
            });
            return None;
        }
        Some(site.extract(html, context))
    }
}

/// Site rules are applied to pages of at most so many bytes (4 MiB), since a complete tree takes many times as much.
const MAX_PAGE: usize = 4 << 20;

/// And of at most so many tags. News pages have between 500 and 10,000.
const MAX_TAGS: usize = 100_000;

fn is_too_large(html: &str) -> bool {
    html.len() > MAX_PAGE || memchr::memchr_iter(b'<', html.as_bytes()).count() > MAX_TAGS
}

impl Site {
    fn extract(&self, html: &str, context: &Context<'_>) -> Extraction {
        let mut document = Html::parse_document(html);
        let mut source = Cow::Borrowed(html);
        if self.take_out(&mut document) {
            source = Cow::Owned(document.html());
        }
        let mut extraction = html::extract(&source, context);
        let base = extraction.article.url.clone();
        let base = base.as_deref().or(context.url);
        let mut is_cut = false;
        let mut set = Setter {
            document: &document,
            extraction: &mut extraction,
        };
        set.field("title", &self.title, |article, element| {
            article.title = Some(text(element)?);
            Some(())
        });
        set.field("published", &self.published, |article, element| {
            article.published = Some(time(element, context)?);
            Some(())
        });
        set.field("source", &self.source, |article, element| {
            let text = value(element)?;
            article.source = Some(
                byline::scan(&text)
                    .source
                    .or_else(|| byline::source_name(&text))?,
            );
            Some(())
        });
        set.field("authors", &self.author, |article, element| {
            let text = value(element)?;
            article.authors =
                some(byline::scan(&text).authors).or_else(|| some(byline::people(&text)))?;
            Some(())
        });
        set.field("editors", &self.editor, |article, element| {
            let text = value(element)?;
            article.editors =
                some(byline::scan(&text).editors).or_else(|| some(byline::people(&text)))?;
            Some(())
        });
        set.channel(&self.channel);
        set.field("body", &self.body, |article, element| {
            let piece = html::piece(&element.html(), base);
            article.body = some(piece.blocks)?;
            is_cut = piece.is_cut;
            // Whoever wrote the rule says that this is a story.
            article.kind = PageKind::Article;
            article.confidence = 1.0;
            Some(())
        });
        let article = &mut extraction.article;
        if is_cut && !article.warnings.contains(&bounds::body_warning()) {
            article.warnings.push(bounds::body_warning());
        }
        article.warnings.retain(|warning| match warning {
            Warning::NoTitle => article.title.is_none(),
            Warning::NoPublishTime => article.published.is_none(),
            _ => true,
        });
        extraction
    }

    /// Removes what is to be left out; says whether anything was.
    fn take_out(&self, document: &mut Html) -> bool {
        let nodes: Vec<_> = self
            .remove
            .0
            .iter()
            .flat_map(|selector| document.select(selector))
            .map(|element| element.id())
            .collect();
        for id in &nodes {
            if let Some(mut node) = document.tree.get_mut(*id) {
                node.detach();
            }
        }
        !nodes.is_empty()
    }
}

/// Sets an article's fields from elements, and notes it.
struct Setter<'a> {
    document: &'a Html,
    extraction: &'a mut Extraction,
}

impl Setter<'_> {
    /// Sets a field from the first element that gives a value.
    fn field(
        &mut self,
        field: &'static str,
        selectors: &Selectors,
        mut set: impl FnMut(&mut Article, ElementRef<'_>) -> Option<()>,
    ) {
        for element in select(self.document, &selectors.0) {
            if set(&mut self.extraction.article, element).is_some() {
                self.note(field, &value(element).unwrap_or_default());
                return;
            }
        }
    }

    /// The channel is one element with separators, or one element a part.
    fn channel(&mut self, selectors: &Selectors) {
        for selector in &selectors.0 {
            let parts: Vec<String> = self.document.select(selector).filter_map(text).collect();
            let channel = match parts.as_slice() {
                [] => continue,
                [line] => breadcrumb::parse_line(line)
                    .unwrap_or_else(|| breadcrumb::from_parts([line.as_str()])),
                parts => breadcrumb::from_parts(parts.iter().map(String::as_str)),
            };
            if !channel.is_empty() {
                self.note("channel", &parts.join(" > "));
                self.extraction.article.channel = channel;
                return;
            }
        }
    }

    fn note(&mut self, field: &'static str, evidence: &str) {
        let fields = &mut self.extraction.trace.fields;
        fields.retain(|trace| trace.field != field);
        fields.push(html::FieldTrace {
            field,
            rule: "site rule",
            evidence: evidence.chars().take(200).collect(),
        });
    }
}

/// The elements of the first selector, then those of the next.
fn select<'a>(
    document: &'a Html,
    selectors: &'a [Selector],
) -> impl Iterator<Item = ElementRef<'a>> {
    selectors
        .iter()
        .flat_map(|selector| document.select(selector))
}

/// What an element says: the `content` of a `meta` tag, else its text.
fn value(element: ElementRef<'_>) -> Option<String> {
    match element.attr("content") {
        Some(content) if element.value().name() == "meta" => one_line(content),
        _ => text(element),
    }
}

fn text(element: ElementRef<'_>) -> Option<String> {
    one_line(&element.text().collect::<String>())
}

fn one_line(text: &str) -> Option<String> {
    bounds::one_line(text, MAX_TEXT)
}

fn time(element: ElementRef<'_>, context: &Context<'_>) -> Option<PublishTime> {
    if let Some(time) = element.attr("datetime").and_then(date::parse) {
        return Some(time);
    }
    let text = value(element)?;
    date::find_near(&text, context.fetched)
        .map(|found| found.time)
        .or_else(|| date::parse(&text))
        .or_else(|| Some(date::find_relative(&text, context.fetched?)?.time))
}

fn some<T>(values: Vec<T>) -> Option<Vec<T>> {
    (!values.is_empty()).then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<html><head><link rel=canonical href="http://news.a.cn/1.html"><title>站名</title></head><body>
        <div class=crumb><a>首页</a> &gt; <a>河讯</a></div>
        <div class=hd>旧桥加固完工</div><div class=when>二〇二四 2024-01-03 15:14</div><i class=by>出品 云河融媒</i>
        <div class=x><p>　　桥通了。</p><p class=ad>快来下载客户端，红包等你拿。</p><p>　　两岸的人都来看。</p></div>
        <div class=ed>值班：柴扉</div></body></html>"#;

    fn read(rules: &str) -> Option<Article> {
        let rules = SiteRules::parse(rules).unwrap();
        let context = Context::default();
        let mut general = html::extract(PAGE, &context).article;
        Some(
            rules
                .extract(PAGE, &context, Some("a/1.html"), &mut general)?
                .article,
        )
    }

    #[test]
    fn selectors_go_before_the_general_rules() {
        let article = read(
            "[[site]]\nhost = \"news.a.cn\"\ntitle = [\"h9\", \".hd\"]\npublished = \".when\"\nbody = \".x\"\n\
             remove = \".ad\"\nchannel = \".crumb a\"\neditor = \".ed\"\n",
        )
        .unwrap();
        assert_eq!(article.title.as_deref(), Some("旧桥加固完工"));
        assert_eq!(
            article.published.unwrap().to_string(),
            "2024-01-03T15:14+08:00"
        );
        assert_eq!(article.channel, ["首页", "河讯"]);
        assert_eq!(article.body_text(), "桥通了。\n两岸的人都来看。");
        assert_eq!((article.kind, article.confidence), (PageKind::Article, 1.0));
    }

    #[test]
    fn other_pages_are_left_to_the_general_rules() {
        assert_eq!(read("[[site]]\nhost = \"b.cn\"\ntitle = \".hd\"\n"), None);
        assert_eq!(read(""), None);
        let article = read("[[site]]\nunder = \"a/\"\ntitle = \".nothing\"\n").unwrap();
        let general = html::extract(PAGE, &Context::default()).article;
        assert_eq!(article.title, general.title);
    }

    #[test]
    fn pages_too_large_for_a_tree_are_left_to_the_general_rules() {
        let rules = SiteRules::parse("[[site]]\nunder = \"a/\"\ntitle = \".hd\"\n").unwrap();
        for (extra, is_read) in [
            ("<br>".repeat(1000), true),
            ("<br>".repeat(MAX_TAGS), false),
            ("x".repeat(MAX_PAGE), false),
        ] {
            let html = PAGE.to_owned() + &extra;
            let mut general = Article::default();
            let found = rules.extract(&html, &Context::default(), Some("a/1.html"), &mut general);
            assert_eq!(found.is_some(), is_read);
            assert_eq!(general.warnings.is_empty(), is_read);
        }
    }
}
