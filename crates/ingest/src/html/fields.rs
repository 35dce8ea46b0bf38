//! Puts an article together from the headline, the bylines, the story and the metadata, each value by trust.

use std::ops::Range;

use super::blocks::{Body, Builder, resolve};
use super::channel;
use super::dom::{Dom, NodeId};
use super::kind::Signs;
use super::lines::{self, Lines};
use super::meta_line::{self, MetaLines};
use super::metadata::Metadata;
use super::state;
use super::story::{self, Story, is_prose};
use super::subtitle;
use super::tag::Tag;
use super::title::{self, Headline};
use super::trace::{BodyTrace, DroppedLine, Trace};
use super::{Context, Extraction};
use crate::article::{Article, Script, Warning};
use crate::bounds::{self, Room};
use crate::breadcrumb;
use crate::byline;
use crate::date;
use crate::time::{Precision, PublishTime};

/// A page that shows fewer characters of prose than this may have its story in a script.
const MIN_SHOWN: u32 = 40;

/// One page on its way to an article.
pub(super) struct Fields<'a> {
    pub(super) dom: &'a Dom<'a>,
    pub(super) lines: &'a Lines,
    pub(super) metadata: &'a Metadata,
    context: &'a Context<'a>,
    pub(super) article: Article,
    pub(super) trace: Trace,
}

impl<'a> Fields<'a> {
    pub(super) fn new(
        dom: &'a Dom<'a>,
        lines: &'a Lines,
        metadata: &'a Metadata,
        context: &'a Context<'a>,
    ) -> Self {
        Self {
            dom,
            lines,
            metadata,
            context,
            article: Article::default(),
            trace: Trace::default(),
        }
    }

    pub(super) fn extract(mut self) -> Extraction {
        self.address();
        let headline = title::find(self.dom, self.lines, self.metadata);
        let story = story::find(self.dom, self.lines, &headline);
        let first_prose = self.first_prose(&headline, story.as_ref());
        let mut reference = self.reference();
        let read = |reference| {
            let story_start = story
                .as_ref()
                .map_or(first_prose, |story| story.lines.start);
            meta_line::before_story(
                self.dom,
                self.lines,
                headline.lines.as_ref(),
                first_prose,
                story_start,
                reference,
            )
        };
        let mut before = read(reference);
        if before.byline.published.is_none() && reference.is_none() {
            // The date may lack its year; any date on the page tells which is meant.
            reference = meta_line::latest_date(self.dom, self.lines)
                .or_else(|| meta_line::latest_in_source(self.dom));
            if reference.is_some() {
                before = read(reference);
            }
        }
        let mut body = story
            .as_ref()
            .map(|story| self.body(story, &headline, &before))
            .unwrap_or_default();
        let after = meta_line::after_story(self.dom, self.lines, body.last_line, reference);
        let mut in_script = false;
        if body.prose < MIN_SHOWN {
            in_script = self.read_script(&mut body);
        }
        self.title(&headline);
        let span = headline.lines.as_ref().map_or(0, |range| range.start)..first_prose;
        self.published(&before, &after, span);
        self.people(&before, &after, &body);
        self.source(&headline, &before, &after, &body);
        self.channel(&headline, first_prose);
        self.described();
        self.article.subtitle = subtitle::find(self.dom, self.lines, &headline);
        let story_lines = story.as_ref().map_or(0..0, |story| {
            story.lines.start..story.lines.end.min(body.last_line + 1)
        });
        let mut signs = Signs {
            headline: headline.lines.is_some() || in_script,
            dated: in_script && self.article.published.is_some()
                || before.byline.published.is_some() && before.dates <= 3
                || after.byline.dated_by_label,
            prose: body.prose,
            ..Signs::default()
        };
        self.kind(&mut signs, story_lines);
        if let Some(story) = &story {
            self.trace.body = Some(BodyTrace {
                element: path(self.dom, story.root),
                score: story.score,
                rival: story.rival.map(|(id, _)| path(self.dom, id)),
                rival_score: story.rival.map(|(_, score)| score),
            });
        }
        self.trace.dropped = body
            .dropped
            .into_iter()
            .map(|(rule, text)| DroppedLine { rule, text })
            .collect();
        self.article.body = body.blocks;
        self.finish(body.is_cut);
        Extraction {
            article: self.article,
            trace: self.trace,
        }
    }

    /// Where the story's prose begins.
    fn first_prose(&self, headline: &Headline, story: Option<&Story>) -> usize {
        let Some(story) = story else {
            return headline
                .lines
                .as_ref()
                .map_or(0, |range| range.end + 12)
                .min(self.lines.all.len());
        };
        let after = headline.lines.as_ref().map_or(0, |range| range.end);
        let mut candidates = story.lines.clone().filter(|i| *i >= after);
        if let Some(first) = candidates.clone().find(|i| is_prose(&self.lines.all[*i])) {
            return first;
        }
        // Verse and the like: what comes after the byline's last line.
        let first = candidates.next().unwrap_or(story.lines.start);
        let mut byline = (first..story.lines.end).take(6).filter(|i| {
            let text = self.lines.text(self.dom, *i);
            byline::scan(&text).parts > 0 || !meta_line::bulleted_name(&text).is_empty()
        });
        byline
            .next_back()
            .map_or(first, |last| (last + 1).min(story.lines.end))
    }

    /// The point in time from which dates without a year are reckoned.
    fn reference(&self) -> Option<PublishTime> {
        self.context
            .fetched
            .or(self.metadata.updated)
            .or(self.metadata.published)
            .or_else(|| {
                let url = self.article.url.as_deref().or(self.context.url)?;
                date::from_url(url).map(PublishTime::day)
            })
    }

    fn body(&self, story: &Story, headline: &Headline, before: &MetaLines) -> Body {
        let mut start = story.lines.start;
        for end in [headline.lines.as_ref().map(|range| range.end), before.end]
            .into_iter()
            .flatten()
        {
            if story.lines.contains(&end) && end > start {
                start = end;
            }
        }
        Builder {
            dom: self.dom,
            lines: self.lines,
            root: story.root,
            title: headline.text.as_deref().unwrap_or_default(),
            dated: before.byline.published.is_some(),
            base: self.article.url.as_deref().or(self.context.url),
        }
        .build(start..story.lines.end)
    }

    fn kind(&mut self, signs: &mut Signs, story: Range<usize>) {
        signs.byline = self.article.source.is_some()
            || !self.article.editors.is_empty()
            || !self.article.authors.is_empty();
        let declared = self.metadata.kind.as_deref();
        signs.declared = declared.is_some_and(|kind| kind.contains("article") || kind == "news");
        let title = self.article.title.as_deref().unwrap_or_default();
        // A headline may speak of forums and shops; one of a few words is the page's own name.
        let is_headline = signs.headline && title.chars().count() > 8;
        let page_title = self.metadata.title.as_deref().unwrap_or_default();
        let around = page_title.replacen(title, "", usize::from(is_headline));
        signs.count(self.dom, self.lines, story, &around);
        (self.article.kind, self.article.confidence) = signs.kind();
        self.trace.field("kind", "signs", format!("{signs:?}"));
    }

    /// Takes the story from the page's data where the page shows none.
    fn read_script(&mut self, body: &mut Body) -> bool {
        if let Some(text) = self
            .metadata
            .body
            .as_deref()
            .filter(|text| text.chars().count() >= MIN_SHOWN as usize)
        {
            let mut room = Room::for_body();
            body.blocks = room.paragraphs(text);
            body.is_cut = room.is_full();
            body.prose = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
            self.trace.field("body", "schema.org articleBody", "");
            return self.metadata.schema_headline.is_some();
        }
        let Some(state) = state::article(self.dom) else {
            return false;
        };
        let piece = super::piece(
            &state.html,
            self.article.url.as_deref().or(self.context.url),
        );
        let text: usize = piece
            .blocks
            .iter()
            .map(|block| block.as_text().chars().count())
            .sum();
        body.prose = u32::try_from(text).unwrap_or(u32::MAX);
        body.blocks = piece.blocks;
        body.is_cut = piece.is_cut;
        self.trace.field("body", "data in a script", "");
        if let Some(source) = &state.source {
            self.article.source = byline::source_name(source);
        }
        if let Some(title) = state.title {
            self.article.title = Some(title::strip_site(&title, None).to_owned());
        }
        self.article.title.is_some()
    }

    fn address(&mut self) {
        let base = self.metadata.base.as_deref().or(self.context.url);
        let candidates = [
            ("canonical link", self.metadata.canonical.as_deref()),
            ("og:url", self.metadata.og_url.as_deref()),
            ("address fetched", self.context.url),
        ];
        for (rule, value) in candidates {
            let Some(value) = value.filter(|value| !value.is_empty()) else {
                continue;
            };
            let url = resolve(base, value);
            if url.starts_with("http://") || url.starts_with("https://") {
                self.trace.field("url", rule, value);
                self.article.url = Some(url);
                return;
            }
        }
    }

    fn title(&mut self, headline: &Headline) {
        if headline.text.is_none() && self.article.title.is_some() {
            return;
        }
        if let Some(text) = &headline.text {
            self.trace
                .field("title", headline.rule, headline.evidence.as_str());
            self.article.title = Some(text.clone());
        } else {
            self.article.warnings.push(Warning::NoTitle);
        }
    }

    /// Takes the publication time; `span` are the lines from the headline to the story.
    fn published(&mut self, before: &MetaLines, after: &MetaLines, span: Range<usize>) {
        let shown = before.byline.published;
        let meta = self.metadata.published;
        let element = || {
            time_element(self.dom, self.lines, span.clone())
                .map(|time| (time, "time element", String::new()))
        };
        let chosen = match (shown, meta) {
            (Some(shown), Some(meta))
                if shown.date() == meta.date() && shown.precision == Precision::Day =>
            {
                Some((meta, "meta tag, finer than the date shown", String::new()))
            }
            (Some(shown), _) => Some((shown, "byline before the story", before.time_text.clone())),
            (None, Some(meta)) => Some((meta, "meta tag", String::new())),
            (None, None) => element(),
        };
        let chosen = chosen.or_else(|| {
            let tail = after
                .byline
                .published
                .filter(|_| after.byline.dated_by_label)?;
            Some((tail, "byline after the story", after.time_text.clone()))
        });
        let chosen = chosen.or_else(|| {
            let fetched = self.context.fetched?;
            let (time, evidence) = meta_line::relative_time(self.dom, self.lines, span, fetched)?;
            Some((time, "time relative to the fetch", evidence))
        });
        let chosen = chosen.or_else(|| {
            let (time, evidence) = state::time(self.dom)?;
            Some((time, "data in a script", evidence))
        });
        let chosen = chosen.or_else(|| {
            let url = self.article.url.as_deref().or(self.context.url)?;
            let day = date::from_url(url)?;
            Some((PublishTime::day(day), "address", url.to_owned()))
        });
        if let Some((time, rule, evidence)) = chosen {
            self.trace.field("published", rule, evidence);
            self.article.published = Some(time);
        } else {
            self.article.warnings.push(Warning::NoPublishTime);
        }
        self.article.updated = before
            .byline
            .updated
            .or(self.metadata.updated)
            .filter(|updated| Some(*updated) != self.article.published);
    }

    fn channel(&mut self, headline: &Headline, first_prose: usize) {
        let end = headline
            .lines
            .as_ref()
            .map_or(first_prose, |range| range.start);
        let title = self.article.title.as_deref().unwrap_or_default();
        let found = channel::find(self.dom, self.lines, end, title)
            .map(|(path, text)| (path, "breadcrumb", text))
            .or_else(|| {
                let parts = self.metadata.breadcrumb.iter().map(String::as_str);
                Some((
                    breadcrumb::from_parts(parts),
                    "schema.org breadcrumb",
                    String::new(),
                ))
            })
            .filter(|(path, ..)| !path.is_empty())
            .or_else(|| {
                let column = self.metadata.column.clone()?;
                Some((vec![column], "meta tag", String::new()))
            });
        if let Some((path, rule, evidence)) = found {
            self.trace.field("channel", rule, evidence);
            self.article.channel = path;
        }
    }

    fn described(&mut self) {
        let title = self.metadata.title.as_deref().unwrap_or_default();
        let root = self.article.channel.first();
        self.article.site = self
            .metadata
            .site
            .clone()
            .or_else(|| title::site_name(title).map(str::to_owned))
            .or_else(|| root.filter(|root| root.ends_with(['网', '網'])).cloned());
        self.article
            .description
            .clone_from(&self.metadata.description);
        self.article.keywords = self
            .metadata
            .keywords
            .iter()
            .flat_map(|words| words.split([',', '，', ';', '；', '、', ' ', '|']))
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
    }

    fn finish(&mut self, is_cut: bool) {
        self.article.script = Script::Unknown;
        if self.dom.truncated() {
            self.article.warnings.push(Warning::Truncated {
                limit: "nodes of a page".to_owned(),
            });
        }
        if is_cut {
            self.article.warnings.push(bounds::body_warning());
        }
    }
}

/// The first `<time datetime=…>` between the headline and the story.
fn time_element(dom: &Dom<'_>, lines: &Lines, span: Range<usize>) -> Option<PublishTime> {
    let start = lines.all.get(span.start)?.start;
    let end = lines.all.get(span.end).map_or(dom.len(), |line| line.start);
    (start..end)
        .map(lines::node)
        .filter(|id| dom.tag(*id) == Some(Tag::Time))
        .find_map(|id| date::parse(&dom.attr(id, "datetime")?))
}

/// The element's place as a selector: `body > div#main > div.text`.
fn path(dom: &Dom<'_>, id: NodeId) -> String {
    let mut parts: Vec<String> = std::iter::once(id)
        .chain(dom.ancestors(id))
        .filter(|id| dom.tag(*id).is_some())
        .take(5)
        .map(|id| {
            let mut part = dom.name(id).to_ascii_lowercase();
            if let Some(name) = dom.attr(id, "id").filter(|name| !name.is_empty()) {
                part.push('#');
                part.push_str(&name);
            } else if let Some(class) = dom.attr(id, "class")
                && let Some(first) = class.split_whitespace().next()
            {
                part.push('.');
                part.push_str(first);
            }
            part
        })
        .collect();
    parts.reverse();
    parts.join(" > ")
}
