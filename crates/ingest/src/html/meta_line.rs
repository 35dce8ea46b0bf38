//! The byline on the page: the lines between the headline and the story, and those after the story's end.

use std::ops::Range;

use super::dom::Dom;
use super::lines::{Lines, MAX_TEXT, node};
use super::tag::Tag;
use crate::boilerplate;
use crate::byline::{self, Byline, Place};
use crate::date;
use crate::time::{Precision, PublishTime};

/// A line longer than this many characters is no byline.
const MAX_LINE: u32 = 140;

/// A line that tells a time relative to the fetch has at most this many characters.
const MAX_RELATIVE: u32 = 40;

/// How many lines after the headline, or before the story, may be bylines.
const MAX_HEAD: usize = 40;

/// How many lines after the story may be bylines.
const MAX_TAIL: usize = 30;

/// What the lines around the story say.
#[derive(Debug, Default)]
pub(super) struct MetaLines {
    pub(super) byline: Byline,
    /// The text that gave the publication time.
    pub(super) time_text: String,
    /// The text that gave the source.
    pub(super) source_text: String,
    /// One past the last line of the byline before the story.
    pub(super) end: Option<usize>,
    /// How many lines hold a date.
    pub(super) dates: usize,
    /// The line that holds the date.
    pub(super) date_line: Option<usize>,
}

/// Reads the byline between the headline and the story, or before the headline if there is none.
pub(super) fn before_story(
    dom: &Dom<'_>,
    lines: &Lines,
    headline: Option<&Range<usize>>,
    first_prose: usize,
    story_start: usize,
    reference: Option<PublishTime>,
) -> MetaLines {
    let mut found = MetaLines::default();
    let start = match headline {
        Some(headline) if headline.end <= first_prose => headline.end,
        _ => first_prose.saturating_sub(15),
    };
    let end = first_prose.min(start + MAX_HEAD);
    found.read(dom, lines, start..end, story_start, reference);
    if found.byline.published.is_none()
        && let Some(headline) = headline
    {
        found.read(
            dom,
            lines,
            headline.start.saturating_sub(6)..headline.start,
            story_start,
            reference,
        );
        found.end = found.end.max(Some(headline.end));
    }
    found
}

/// Reads the byline after the story.
pub(super) fn after_story(
    dom: &Dom<'_>,
    lines: &Lines,
    last_prose: usize,
    reference: Option<PublishTime>,
) -> MetaLines {
    let mut found = MetaLines::default();
    let end = lines.all.len().min(last_prose + 1 + MAX_TAIL);
    found.read(dom, lines, last_prose + 1..end, last_prose + 1, reference);
    found
}

impl MetaLines {
    fn read(
        &mut self,
        dom: &Dom<'_>,
        lines: &Lines,
        range: Range<usize>,
        story_start: usize,
        reference: Option<PublishTime>,
    ) {
        let mut i = range.start;
        while i < range.end {
            let at = i;
            i += 1;
            if lines.all[at].chars > MAX_LINE {
                continue;
            }
            let mut text = spaced_text(dom, lines, at);
            // A label at a line's end has its value in the next: `来源：` / `云河日报`.
            while i < range.end && ends_with_label(&text) && lines.all[i].chars < 40 {
                text.push(' ');
                text.push_str(&spaced_text(dom, lines, i));
                i += 1;
            }
            // `1月3日` in a longer text is the story's own.
            let named = bulleted_name(&text);
            if !named.is_empty() {
                if self.byline.authors.is_empty() {
                    self.byline.authors = named;
                }
                self.end = Some(i);
                continue;
            }
            let near = reference.filter(|_| lines.all[at].chars <= 40);
            let mut byline = byline::scan_near(&text, near);
            if self.byline.authors.is_empty()
                && byline.authors.is_empty()
                && lines.all[at].chars <= 40
            {
                byline.authors = byline::signature(&text, Place::First);
                byline.parts += usize::from(!byline.authors.is_empty());
            }
            // The day of the visit is no day of the story.
            if byline.parts == 0 || text.contains("今天是") || text.contains("今天日期") {
                continue;
            }
            // Within the story's own element only a line that is surely a byline is taken out of it.
            let sure = byline.parts > 1
                || byline.dated_by_label
                || byline
                    .published
                    .is_some_and(|time| time.precision > Precision::Day);
            if sure || at < story_start {
                self.end = Some(i);
            }
            self.take(byline, &text, at);
        }
    }

    fn take(&mut self, byline: Byline, text: &str, line: usize) {
        let known = &mut self.byline;
        known.parts += byline.parts;
        self.dates += usize::from(byline.published.is_some());
        let better_date = byline.published.is_some()
            && (known.published.is_none() || byline.dated_by_label && !known.dated_by_label);
        if better_date {
            known.published = byline.published;
            known.dated_by_label = byline.dated_by_label;
            self.date_line = Some(line);
            text.clone_into(&mut self.time_text);
            known.rest = byline.rest;
        }
        if known.source.is_none() && byline.source.is_some() {
            known.source = byline.source;
            text.clone_into(&mut self.source_text);
        }
        known.updated = known.updated.or(byline.updated);
        if known.authors.is_empty() {
            known.authors = byline.authors;
        }
        if known.editors.is_empty()
            || byline.responsible && !known.responsible && !byline.editors.is_empty()
        {
            known.editors = byline.editors;
            known.responsible = byline.responsible;
        }
    }
}

/// The time in a short line that counts from the fetch: `昨天 08:05`, `3小时前`.
pub(super) fn relative_time(
    dom: &Dom<'_>,
    lines: &Lines,
    range: Range<usize>,
    fetched: PublishTime,
) -> Option<(PublishTime, String)> {
    range
        .filter(|line| {
            lines
                .all
                .get(*line)
                .is_some_and(|line| line.chars <= MAX_RELATIVE)
        })
        .find_map(|line| {
            let text = spaced_text(dom, lines, line);
            let found = date::find_relative(&text, fetched)?;
            Some((found.time, text))
        })
}

/// The name beside the date where nothing is labelled: an account's name before or after the time.
pub(super) fn name_by_date(
    dom: &Dom<'_>,
    lines: &Lines,
    found: &MetaLines,
    headline_end: usize,
) -> Option<String> {
    let at = found.date_line?;
    let before = at.checked_sub(1).filter(|line| *line >= headline_end);
    let own = found
        .byline
        .rest
        .split_whitespace()
        .find(|word| is_account(word))
        .map(str::to_owned);
    let neighbour = |line: usize| {
        let short = lines
            .all
            .get(line)
            .is_some_and(|line| line.chars <= 16 && line.stops == 0);
        let text = short.then(|| spaced_text(dom, lines, line))?;
        is_account(&text).then_some(text)
    };
    before.and_then(neighbour).or(own)
}

/// A name of two to sixteen characters that is no tool of the page.
fn is_account(text: &str) -> bool {
    #[rustfmt::skip]
    const WORDS: &[&str] = &[
        "原创", "转载", "评论", "参与", "分享", "阅读", "浏览", "字号", "举报", "收藏", "关注", "订阅", "打印",
        "发表", "发布", "更新", "来源", "作者", "编辑", "首页", "查看", "下载", "有限公司", "报道", "報導", "正文",
        "新闻中心", "http", "www", ".com", ".cn", "转发", "点赞", "微信", "微博", "星期", "分钟", "人气", "手机",
        "文/",
    ];
    let count = text.chars().count();
    (2..=16).contains(&count)
        && text.chars().any(char::is_alphabetic)
        && !text.contains([
            '，', '。', '：', ':', '！', '？', '>', '|', '/', ' ', '【', ')', '）', '.', '（', '(',
            ')', '）', '.',
        ])
        && !WORDS.iter().any(|word| text.contains(word))
        && boilerplate::classify(text).is_none()
}

/// The name in a line of its own behind a mark: `■ 张三`, `□ 本报记者 张三`.
pub(super) fn bulleted_name(text: &str) -> Vec<String> {
    let Some(rest) = text
        .trim_start()
        .strip_prefix(['■', '□', '●', '○', '◎', '▲', '◇', '◆'])
    else {
        return Vec::new();
    };
    let names = byline::people(rest);
    let plain = |name: &String| {
        (2..=4).contains(&name.chars().count())
            && name.chars().all(|c| c.is_alphabetic() && !c.is_ascii())
    };
    if rest.chars().count() <= 24 && !names.is_empty() && names.iter().all(plain) {
        names
    } else {
        Vec::new()
    }
}

/// The latest date in the page's source, scripts included.
pub(super) fn latest_in_source(dom: &Dom<'_>) -> Option<PublishTime> {
    date::find_all(dom.source)
        .map(|found| found.time)
        .filter(|time| time.date().year() < 2040)
        .max_by_key(|time| time.datetime)
}

/// The latest date on the page, as a reference for dates without a year.
pub(super) fn latest_date(dom: &Dom<'_>, lines: &Lines) -> Option<PublishTime> {
    let mut latest: Option<PublishTime> = None;
    for i in 0..lines.all.len() {
        if lines.all[i].chars < 8 || lines.all[i].chars > 60 {
            continue;
        }
        let text = lines.text(dom, i);
        for found in date::find_all(&text) {
            if latest.is_none_or(|known| found.time.datetime > known.datetime) {
                latest = Some(found.time);
            }
        }
    }
    latest
}

/// The line's text with spaces between elements: `<span>2024-01-03</span><span>云河日报</span>` are two words.
///
/// Of a very long line it is the beginning: what is invisible does not count as characters of a line, and is text here.
pub(super) fn spaced_text(dom: &Dom<'_>, lines: &Lines, line: usize) -> String {
    let line = &lines.all[line];
    let mut text = String::with_capacity((line.chars as usize * 3 + 16).min(MAX_TEXT));
    let mut skip_to = 0;
    for id in (line.start..line.end).map(node) {
        if id.index() < skip_to {
            continue;
        }
        match dom.tag(id) {
            Some(tag) if super::lines::is_skipped(tag) => skip_to = dom.end(id),
            Some(Tag::Sup | Tag::Sub) | None => {
                let Some(piece) = dom.text(id) else { continue };
                for word in piece.split(|c: char| c.is_whitespace() || c.is_control()) {
                    if !word.is_empty() {
                        if !text.is_empty() {
                            text.push(' ');
                        }
                        let left = MAX_TEXT.saturating_sub(text.len());
                        text.push_str(&word[..word.floor_char_boundary(left)]);
                        if text.len() >= MAX_TEXT {
                            return text;
                        }
                    }
                }
            }
            Some(_) => {}
        }
    }
    text
}

fn ends_with_label(text: &str) -> bool {
    let text = text.trim_end_matches([' ', '[', '（', '(']);
    text.ends_with([':', '：']) || matches!(text, "来源" | "作者" | "编辑" | "责任编辑" | "來源")
}
