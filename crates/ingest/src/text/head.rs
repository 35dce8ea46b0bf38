//! What stands above a story: masthead, breadcrumb, headline, the line of time and source.

use std::ops::Range;

use super::line::Line;
use crate::bounds::MAX_NAMES;
use crate::breadcrumb;
use crate::byline::{self, Byline};
use crate::date;
use crate::html::FieldTrace;
use crate::time::{Precision, PublishTime};

/// What the lines above the story say.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Head {
    pub(super) site: Option<String>,
    pub(super) channel: Vec<String>,
    pub(super) kicker: Option<String>,
    pub(super) title: Option<String>,
    pub(super) subtitle: Option<String>,
    pub(super) byline: Byline,
    /// Whether there is a line of time and source.
    pub(super) has_meta: bool,
    /// The index of the story's first line.
    pub(super) body: usize,
    pub(super) trace: Vec<FieldTrace>,
}

/// The line of time and source has at most this many characters.
const MAX_META: usize = 120;

/// The head of a page is looked for in this many lines.
const MAX_LINES: usize = 1000;

/// From the line of time and source it is at most this many lines to the story.
const MAX_TO_PROSE: usize = 16;

/// Reads the lines above the story; `reference` dates what has no year.
pub(super) fn read(lines: &[Line], reference: Option<PublishTime>) -> Head {
    let lines = &lines[..lines.len().min(MAX_LINES)];
    let prose = lines.iter().position(Line::is_prose);
    let mut head = Head::default();
    let meta = find_meta(lines, prose, reference).or_else(|| {
        let (meta, title) = find_joined(lines, prose, reference)?;
        head.note("title", "text before the time", &title);
        head.title = Some(title);
        Some(meta)
    });
    let end = match &meta {
        Some(meta) => meta.start,
        None => prose.unwrap_or(lines.len()),
    };
    let crumb = lines[..end]
        .iter()
        .enumerate()
        .rev()
        .find_map(|(i, line)| Some((i, crumb(line)?)));
    let after_crumb = crumb.as_ref().map_or(0, |(i, _)| i + 1);
    if let Some((i, channel)) = crumb {
        head.channel = channel;
        head.note("channel", "breadcrumb", &lines[i].text);
    }
    head.site = site(
        &lines[..if after_crumb > 0 {
            after_crumb
        } else {
            above_headline(lines, end)
        }],
        &head.channel,
    );
    if let Some(site) = head.site.clone() {
        head.note("site", "breadcrumb or masthead", &site);
    }
    let title = match head.title {
        None => headline(lines, after_crumb..end, meta.is_some(), &mut head),
        Some(_) => None,
    };
    head.body = title.map_or(after_crumb, |title| title + 1);
    if let Some(meta) = meta {
        head.body = meta.end;
        head.byline = meta.byline;
        head.has_meta = true;
        let text: Vec<&str> = lines[meta.start..meta.end]
            .iter()
            .map(|line| line.text.as_str())
            .collect();
        let text = text.join(" / ");
        for (field, found) in [
            ("published", head.byline.published.is_some()),
            ("source", head.byline.source.is_some()),
            ("authors", !head.byline.authors.is_empty()),
            ("editors", !head.byline.editors.is_empty()),
        ] {
            if found {
                head.note(field, "line of time and source", &text);
            }
        }
        // Some templates put the line of time above the headline.
        if head.title.is_none()
            && let Some(line) = lines.get(meta.end)
            && is_title(line)
            && !line.indented
            && lines.get(meta.end + 1).is_some_and(Line::is_prose)
        {
            head.title = Some(line.text.clone());
            head.note("title", "line below the line of time", &line.text);
            head.body += 1;
        }
    } else if title.is_none() {
        head.body = after_crumb;
    }
    head
}

impl Head {
    fn note(&mut self, field: &'static str, rule: &'static str, evidence: &str) {
        self.trace.push(FieldTrace {
            field,
            rule,
            evidence: evidence.to_owned(),
        });
    }
}

/// The lines of time and source: from `start` to before `end`.
struct Meta {
    start: usize,
    end: usize,
    byline: Byline,
}

fn find_meta(lines: &[Line], prose: Option<usize>, reference: Option<PublishTime>) -> Option<Meta> {
    let before = prose.unwrap_or(lines.len());
    let candidates: Vec<(usize, Byline)> = lines
        .iter()
        .enumerate()
        .filter_map(|(i, line)| Some((i, meta_line(line, reference)?)))
        .collect();
    let timed = |byline: &Byline| {
        byline
            .published
            .is_some_and(|time| time.precision > Precision::Day)
    };
    let is_followed = |i: usize| lines[i + 1..].iter().take(MAX_TO_PROSE).any(Line::is_prose);
    // A masthead may hold long lines and days of its own. So a line with time and source counts wherever prose follows, then
    // one with the time of day; one with a day or a source alone, only above all prose.
    let found = candidates
        .iter()
        .find(|(i, byline)| {
            byline.published.is_some() && byline.source.is_some() && is_followed(*i)
        })
        .or_else(|| {
            candidates
                .iter()
                .find(|(i, byline)| timed(byline) && is_followed(*i))
        })
        .or_else(|| {
            candidates
                .iter()
                .find(|(i, byline)| *i < before && byline.published.is_some())
        })
        .or_else(|| candidates.iter().find(|(i, _)| *i < before))
        .or_else(|| {
            candidates
                .iter()
                .find(|(_, byline)| timed(byline) && byline.source.is_some())
        })?;
    let (start, mut byline) = found.clone();
    let mut end = start + 1;
    // The parts may be on lines of their own: time, then source, then reporters, then the share bar.
    while let Some(line) = lines
        .get(end)
        .filter(|line| !line.is_prose() && line.n_chars <= MAX_META)
    {
        let more = byline::scan_near(&line.text, reference);
        let is_credit = more.parts > 0 && n_letters(&more.rest) <= 4 && !line.ends_sentence();
        let is_counter =
            n_letters(&line.text) == line.text.bytes().filter(u8::is_ascii_digit).count();
        if !is_credit && !is_counter && !line.is_furniture() {
            break;
        }
        if is_credit {
            merge(&mut byline, more);
        }
        end += 1;
    }
    Some(Meta { start, end, byline })
}

/// Headline, time and source on one line: `三座旧桥换新颜 2024-01-03 15:14:18 来源:云河日报 分享到:`.
fn find_joined(
    lines: &[Line],
    prose: Option<usize>,
    reference: Option<PublishTime>,
) -> Option<(Meta, String)> {
    let before = prose
        .map_or(lines.len(), |prose| prose + 1)
        .min(lines.len());
    lines[..before]
        .iter()
        .enumerate()
        .find_map(|(start, line)| {
            if line.n_chars > 2 * MAX_META {
                return None;
            }
            let found = date::find_near(&line.text, reference)?;
            let byline = byline::scan_near(&line.text[found.range.start..], reference);
            let (title, _) = line.text.split_at(found.range.start);
            let title = Line::new(title.trim_end_matches([' ', ':', '：', '|', '-']))?;
            let joined = byline.source.is_some() && byline.published.is_some() && is_title(&title);
            let end = start + 1;
            joined.then_some((Meta { start, end, byline }, title.text))
        })
}

/// A line that is nothing but time, source and the like.
fn meta_line(line: &Line, reference: Option<PublishTime>) -> Option<Byline> {
    if line.n_chars > MAX_META || line.ends_sentence() {
        return None;
    }
    let byline = byline::scan_near(&line.text, reference);
    let says = byline.published.is_some() || byline.source.is_some();
    let today = line.text.contains("今天是") || line.text.contains("星期");
    if !says || (today && byline.source.is_none()) {
        return None;
    }
    let rest: usize = byline
        .rest
        .split_whitespace()
        .filter(|word| !is_tool(word) && byline.source.as_deref() != Some(*word))
        .map(n_letters)
        .sum();
    // A headline with a date in it has more words than date; a line that begins with the time of day is none.
    let begins_with_time = byline
        .published
        .is_some_and(|time| time.precision > Precision::Day)
        && line.n_chars <= MAX_META * 2 / 3
        && date::find_near(&line.text, reference)
            .is_some_and(|found| n_letters(&line.text[..found.range.start]) <= 4);
    let limit = if begins_with_time { 30 } else { 4 };
    (rest <= limit).then_some(byline)
}

/// A word of a page's tools: share bars, counters, letter sizes.
fn is_tool(word: &str) -> bool {
    const TOOLS: [&str; 18] = [
        "分享", "字号", "字体", "打印", "浏览", "点击", "阅读", "收藏", "评论", "大", "中", "小",
        "关闭", "纠错", "微信", "微博", "次", "朗读",
    ];
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    TOOLS.iter().any(|tool| word.starts_with(tool))
        || word.bytes().all(|b| b.is_ascii_digit())
        || is_address(word)
}

/// `www.yunhe.example`, `NEWS.YUNHE.EXAMPLE`, `http://…`.
fn is_address(word: &str) -> bool {
    word.contains("://")
        || word.contains("www.")
        || (word.is_ascii() && word.contains('.') && !word.contains(' '))
}

fn n_letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

/// Adds what one line of a byline says to what those above say.
pub(super) fn merge(byline: &mut Byline, more: Byline) {
    byline.source = byline.source.take().or(more.source);
    byline.published = byline.published.or(more.published);
    byline.updated = byline.updated.or(more.updated);
    if more.responsible && !byline.responsible {
        byline.editors.clear();
        byline.responsible = true;
    }
    for (names, more) in [
        (&mut byline.authors, more.authors),
        (&mut byline.editors, more.editors),
    ] {
        for name in more {
            if names.len() < MAX_NAMES && !names.contains(&name) {
                names.push(name);
            }
        }
    }
}

fn crumb(line: &Line) -> Option<Vec<String>> {
    let text = line.text.as_str();
    // Menus are parted by bars where breadcrumbs have arrows.
    if line.n_chars > 100 || (text.contains(['|', '｜']) && !text.contains(['>', '＞', '»', '›']))
    {
        return None;
    }
    breadcrumb::parse_line(text)
}

/// Without a breadcrumb, the masthead ends above the line that may be the headline.
fn above_headline(lines: &[Line], end: usize) -> usize {
    lines[..end].iter().rposition(is_title).unwrap_or(0)
}

/// The site's name: the breadcrumb's root, if it is a name and not 首页, else a line of the masthead that is one.
fn site(masthead: &[Line], channel: &[String]) -> Option<String> {
    let root = channel.first().map(String::as_str).unwrap_or_default();
    let root = root.strip_suffix("首页").unwrap_or(root);
    let named = Line::new(root).is_some_and(|line| line.is_site_name());
    let repeated = masthead.iter().any(|line| line.text == root);
    if !root.is_empty() && root != "网站" && (named || repeated) {
        return Some(root.to_owned());
    }
    masthead
        .iter()
        .find(|line| line.is_site_name() && !line.indented)
        .map(|line| line.text.clone())
}

/// Finds the headline in a range of lines, with what stands around it; gives the index of the last line that belongs to it.
fn headline(
    lines: &[Line],
    range: Range<usize>,
    above_meta: bool,
    head: &mut Head,
) -> Option<usize> {
    let (from, to) = (range.start.min(range.end), range.end);
    let candidates: Vec<usize> = (from..to)
        .filter(|i| is_title(&lines[*i]) && head.site.as_deref() != Some(lines[*i].text.as_str()))
        .collect();
    let unindented = candidates.iter().copied().filter(|i| !lines[*i].indented);
    let mut candidates: Vec<usize> = match unindented.clone().count() {
        0 => candidates,
        _ => unindented.collect(),
    };
    // A site's name above the headline is none; alone it may be one.
    if candidates.len() > 1 && lines[candidates[0]].is_site_name() {
        candidates.remove(0);
    }
    let is_subtitle = |i: usize| lines[i].text.starts_with(['—', '―', '–', '-']);
    let last = *candidates.last()?;
    let subtitle = candidates.len() > 1 && is_subtitle(last);
    if subtitle {
        head.subtitle = Some(
            lines[last]
                .text
                .trim_start_matches(['—', '―', '–', '-', ' '])
                .to_owned(),
        );
        candidates.pop();
    }
    // Without a breadcrumb to bound it, what stands between headline and time may be buttons that no table knows.
    if from == 0
        && above_meta
        && let [.., nearest] = candidates[..]
        && lines[nearest].n_chars < 8
        && let Some(long) = candidates.iter().rposition(|i| lines[*i].n_chars >= 10)
        && nearest - candidates[long] <= 4
    {
        candidates.truncate(long + 1);
    }
    // Above a line of time, or below a breadcrumb and above the story, the headline is the nearest line;
    // in a plain text it is the first, and what follows are section headings.
    let nearest = above_meta || (from > 0 && to < lines.len());
    let title = if nearest {
        *candidates.last()?
    } else {
        *candidates.first()?
    };
    if nearest && from > 0 && candidates.len() > 1 && candidates[candidates.len() - 2] + 1 == title
    {
        head.kicker = Some(lines[candidates[candidates.len() - 2]].text.clone());
    }
    head.title = Some(without_site(&lines[title].text, head.site.as_deref()).to_owned());
    let rule = if nearest {
        "line above the time or the story"
    } else {
        "first line"
    };
    head.note("title", rule, &lines[title].text);
    Some(if subtitle { last } else { title })
}

fn is_title(line: &Line) -> bool {
    // Headlines name days, not hours and minutes.
    let is_timed =
        || date::find(&line.text).is_some_and(|(time, _)| time.precision > Precision::Day);
    line.is_headline()
        && !is_timed()
        && !line.text.split(' ').any(is_address)
        && line
            .text
            .chars()
            .filter(|c| c.is_alphabetic())
            .nth(1)
            .is_some()
        && !line.is_furniture()
        && crumb(line).is_none()
        && !byline::is_credit_line(&line.text)
}

/// The headline without `_云河新闻网` or `-云河新闻网` at its end.
fn without_site<'a>(title: &'a str, site: Option<&str>) -> &'a str {
    let Some(rest) = site.and_then(|site| title.strip_suffix(site)) else {
        return title;
    };
    let bare = rest.trim_end_matches(['_', '-', '—', '|', ' ', '－', '–']);
    if bare.is_empty() || bare.len() == rest.len() {
        title
    } else {
        bare
    }
}
