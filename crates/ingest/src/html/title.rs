//! The headline: where `<title>` and the page agree, without the site's suffix.

use std::ops::Range;

use super::dom::{Dom, NodeId};
use super::lines::{Lines, MAX_TEXT, node, push_text};
use super::metadata::Metadata;
use super::story::is_prose;
use super::tag::Tag;
use crate::time::Precision;
use crate::{boilerplate, breadcrumb, byline, date};

/// The headline and where it stands.
#[derive(Debug, Default)]
pub(super) struct Headline {
    pub(super) text: Option<String>,
    /// The lines it takes up on the page, if it stands there.
    pub(super) lines: Option<Range<usize>>,
    /// Which rule found it.
    pub(super) rule: &'static str,
    /// The text the rule had before it.
    pub(super) evidence: String,
}

/// The longest headline in characters.
const MAX_TITLE: usize = 120;

/// How many headings and lines are compared with the page's titles.
const MAX_CANDIDATES: usize = 10_000;

/// Finds the headline.
pub(super) fn find(dom: &Dom<'_>, lines: &Lines, metadata: &Metadata) -> Headline {
    let site = metadata.site.as_deref();
    let full = metadata.title.as_deref().unwrap_or_default();
    let candidates = candidates(dom, lines, metadata);
    let mut best: Option<(i32, &Candidate)> = None;
    for candidate in &candidates {
        let Some(score) = candidate.score(metadata, site) else {
            continue;
        };
        if best.is_none_or(|(known, _)| score > known) {
            best = Some((score, candidate));
        }
    }
    let stripped = strip_site(full, site);
    if is_site_alone(full) && best.is_none_or(|(_, candidate)| candidate.level == 7) {
        let headline = near_byline(dom, lines, &fold(full));
        if headline.text.is_some() {
            return headline;
        }
    }
    if let Some((_, candidate)) = best {
        return Headline {
            text: Some(candidate.text.clone()),
            lines: Some(candidate.lines.clone()),
            rule: candidate.rule,
            evidence: full.to_owned(),
        };
    }
    let from_meta = |text: &Option<String>| {
        text.as_deref()
            .map(|text| strip_site(text, site).to_owned())
            .filter(|text| !text.is_empty())
    };
    let fallbacks = [
        ("schema.org headline", from_meta(&metadata.schema_headline)),
        ("meta title", from_meta(&metadata.headline)),
        (
            "<title> without the site's name",
            Some(stripped.to_owned()).filter(|title| !title.is_empty()),
        ),
    ];
    for (rule, text) in fallbacks {
        if let Some(text) = text {
            return Headline {
                text: Some(text),
                lines: None,
                rule,
                evidence: full.to_owned(),
            };
        }
    }
    near_byline(dom, lines, &[])
}

/// On a page whose `<title>` is no headline: a line near the first byline, before it rather than after.
fn near_byline(dom: &Dom<'_>, lines: &Lines, title: &[char]) -> Headline {
    /// How far a byline may be from the headline, in lines.
    const REACH: usize = 4;
    for (i, line) in lines.all.iter().enumerate() {
        if line.chars < 8 || line.chars > 100 {
            continue;
        }
        let text = lines.text(dom, i);
        let found = date::find(&text);
        if found.is_none_or(|(time, _)| time.precision == Precision::Day && !text.contains("来源"))
        {
            continue;
        }
        let before = (i.saturating_sub(REACH)..i).rev();
        let after = i + 1..(i + 1 + REACH / 2).min(lines.all.len());
        for at in before.chain(after) {
            let line = &lines.all[at];
            if !(5..=60).contains(&line.chars) || line.link_chars > 0 || is_prose(line) {
                continue;
            }
            let text = lines.text(dom, at);
            let is_other = fold(&text) == title
                || breadcrumb::parse_line(&text).is_some()
                || byline::scan(&text).parts > 0
                || boilerplate::classify(&text).is_some();
            if is_other {
                continue;
            }
            return Headline {
                evidence: text.clone(),
                text: Some(text),
                lines: Some(at..at + 1),
                rule: "line near the byline",
            };
        }
    }
    Headline::default()
}

/// Whether a `<title>` is the site's name alone.
fn is_site_alone(title: &str) -> bool {
    looks_like_site(title) && title.chars().count() <= 12
}

struct Candidate {
    text: String,
    folded: Vec<char>,
    lines: Range<usize>,
    /// 1 to 6 for `<h1>` to `<h6>`, 7 for anything else.
    level: u8,
    is_link: bool,
    rule: &'static str,
}

impl Candidate {
    /// How good a headline this is; `None` if it does not agree with what the page says of itself.
    fn score(&self, metadata: &Metadata, site: Option<&str>) -> Option<i32> {
        let mut best: Option<i32> = None;
        for (title, weight) in [
            (metadata.title.as_deref(), 0),
            (metadata.headline.as_deref(), 2),
            (metadata.schema_headline.as_deref(), 2),
        ] {
            let Some(title) = title else { continue };
            let stripped = fold(strip_site(title, site));
            let heads = heads(title);
            let is_head = self.level <= 3 && heads.contains(&self.folded.len());
            let Some(agreement) = agreement(&self.folded, &fold(title), &stripped, is_head) else {
                continue;
            };
            best = best.max(Some(agreement + weight));
        }
        let agreement = best.or_else(|| self.unsupported(metadata))?;
        let level = match self.level {
            1 => 40,
            2 => 30,
            3 => 20,
            4..=6 => 10,
            _ => 0,
        };
        Some(agreement + level - if self.is_link { 45 } else { 0 })
    }

    /// A `<h1>` may speak for itself where the `<title>` holds no headline.
    fn unsupported(&self, metadata: &Metadata) -> Option<i32> {
        let title = metadata.title.as_deref().unwrap_or_default();
        let names_site_only = fold(strip_site(title, None)).len() < 8;
        (self.level == 1 && names_site_only && self.folded.len() >= 6 && !self.is_link)
            .then_some(10)
    }
}

/// How well a text on the page agrees with the `<title>`: as it is and without the site's suffix.
/// `is_head` says that the text is as long as a part of the title before a separator.
fn agreement(text: &[char], full: &[char], stripped: &[char], is_head: bool) -> Option<i32> {
    if text.is_empty() || full.is_empty() {
        return None;
    }
    if text == stripped || text == full {
        return Some(100);
    }
    if full.starts_with(text) {
        // `<title>` goes on with columns and names; a text that is much shorter is a kicker or a column.
        let enough = text.len() * 2 >= stripped.len() && text.len() >= 4;
        return (enough || is_head).then_some(90);
    }
    if stripped.len() >= 8 && text.starts_with(stripped) && text.len() <= stripped.len() * 3 {
        // `<title>` is cut short.
        return Some(70);
    }
    let contained = text.len() >= 8
        && text.len() * 2 >= stripped.len()
        && full.windows(text.len()).any(|window| window == text);
    if contained {
        return Some(75);
    }
    // A word changed or a part left out: most pairs of neighbours in common.
    let common = common_pairs(text, stripped);
    let pairs = text.len().max(stripped.len()).saturating_sub(1);
    (text.len() >= 8 && pairs > 0 && common * 10 >= pairs * 7).then_some(60)
}

/// The folded lengths of what stands before each separator of a title.
fn heads(title: &str) -> Vec<usize> {
    title
        .match_indices(SEPARATORS)
        .map(|(at, _)| fold(&title[..at]).len())
        .filter(|length| *length > 0)
        .collect()
}

fn common_pairs(a: &[char], b: &[char]) -> usize {
    let mut pairs: Vec<(char, char)> = b.windows(2).map(|pair| (pair[0], pair[1])).collect();
    pairs.sort_unstable();
    a.windows(2)
        .filter(|pair| pairs.binary_search(&(pair[0], pair[1])).is_ok())
        .count()
}

/// Headings, and lines that begin as one of the page's titles does.
fn candidates(dom: &Dom<'_>, lines: &Lines, metadata: &Metadata) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    let titles: Vec<Vec<char>> = [
        &metadata.title,
        &metadata.headline,
        &metadata.schema_headline,
    ]
    .into_iter()
    .flatten()
    .map(|title| fold(title))
    .collect();
    for id in dom.ids() {
        let level = match dom.tag(id) {
            Some(Tag::H1) => 1,
            Some(Tag::H2) => 2,
            Some(Tag::H3) => 3,
            _ => continue,
        };
        let range = lines.within(dom, id);
        if range.is_empty() || range.len() > 6 {
            continue;
        }
        if candidates.len() == MAX_CANDIDATES {
            break;
        }
        let (first, last) = (&lines.all[range.start], &lines.all[range.end - 1]);
        let chars: u32 = lines.all[range.clone()].iter().map(|line| line.chars).sum();
        if chars as usize > MAX_TITLE || chars < 2 {
            continue;
        }
        let links: u32 = lines.all[range.clone()]
            .iter()
            .map(|line| line.link_chars)
            .sum();
        let mut text = String::new();
        push_text(dom, first.start..last.end, MAX_TEXT, &mut text);
        candidates.push(Candidate {
            folded: fold(&text),
            text,
            lines: range,
            level,
            is_link: links * 2 > chars,
            rule: "heading that agrees with <title>",
        });
    }
    for (i, line) in lines.all.iter().enumerate() {
        if candidates.len() == MAX_CANDIDATES {
            break;
        }
        if line.chars < 4 || line.chars as usize > MAX_TITLE {
            continue;
        }
        let Some(first) = first_char(dom, line.start) else {
            continue;
        };
        if !titles.iter().any(|title| title.contains(&first)) {
            continue;
        }
        let text = lines.text(dom, i);
        let folded = fold(&text);
        let agrees = titles.iter().any(|title| {
            title.starts_with(&folded)
                || title.ends_with(&folded)
                || folded.starts_with(&title[..title.len().min(8)])
        });
        if !agrees {
            continue;
        }
        candidates.push(Candidate {
            folded,
            text,
            lines: i..i + 1,
            level: heading_level(dom, line.block),
            is_link: line.link_chars * 2 > line.chars,
            rule: "line that agrees with <title>",
        });
    }
    candidates
}

/// The level of the heading a block is or lies in, 7 outside headings.
fn heading_level(dom: &Dom<'_>, block: NodeId) -> u8 {
    std::iter::once(block)
        .chain(dom.ancestors(block))
        .take(6)
        .find_map(|id| match dom.tag(id) {
            Some(Tag::H1) => Some(1),
            Some(Tag::H2) => Some(2),
            Some(Tag::H3) => Some(3),
            _ => None,
        })
        .unwrap_or(7)
}

/// The first letter, digit or Han character of a text node.
fn first_char(dom: &Dom<'_>, index: usize) -> Option<char> {
    dom.text(node(index))?
        .chars()
        .find(|&c| is_word_character(c))
        .map(fold_char)
}

/// Letters, digits and Han characters only, for comparison.
pub(super) fn fold(text: &str) -> Vec<char> {
    text.chars()
        .filter(|&c| is_word_character(c))
        .map(fold_char)
        .collect()
}

fn is_word_character(c: char) -> bool {
    // Most are Han characters, and the general test is slow for them.
    matches!(c, '\u{4E00}'..='\u{9FFF}') || c.is_alphanumeric()
}

fn fold_char(c: char) -> char {
    match c {
        // Full-width forms of ASCII.
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0)
            .unwrap_or(c)
            .to_ascii_lowercase(),
        _ => c.to_ascii_lowercase(),
    }
}

/// What stands between a headline and the names of columns and sites in a `<title>`.
const SEPARATORS: [char; 11] = ['_', '|', '-', '–', '—', '－', '｜', '>', '«', '丨', '·'];

/// Cuts the site's and the columns' names off the end of a `<title>`: `…_某某网财经`, `…--文化--某某网`.
///
/// All goes from the first part that looks like a site's name, and the short parts before it that the same separator
/// divides; a headline may itself hold `|`, `-` or `_`.
pub(super) fn strip_site<'t>(title: &'t str, site: Option<&str>) -> &'t str {
    let title = title.trim();
    let mut parts: Vec<(usize, &str, &str)> = Vec::new();
    let mut start = 0;
    let mut mark = "";
    let mut from = 0;
    while let Some(at) = title[from..].find(SEPARATORS).map(|at| from + at) {
        // A run such as `--` is one separator.
        let end = title.len() - title[at..].trim_start_matches(SEPARATORS).len();
        parts.push((start, mark, title[start..at].trim()));
        mark = title[at..end].trim();
        (start, from) = (end, end);
    }
    parts.push((start, mark, title[start..].trim()));
    let is_site = |part: &str, mark: &str, last: bool| {
        site.is_some_and(|site| site == part)
            || looks_like_site(part)
            || (mark == "_" && last && part.chars().count() <= 10 && !has_stops(part))
    };
    let count = parts.len();
    let Some(mut cut) = (1..count).find(|i| {
        let (_, mark, part) = parts[*i];
        mark != "·" && !part.is_empty() && is_site(part, mark, i + 1 == count)
    }) else {
        return trim_separators(title);
    };
    // Columns between the headline and the site: `…_社会_某某网`.
    let mark = parts[cut].1;
    while cut > 1 && parts[cut - 1].1 == mark && is_column(parts[cut - 1].2) {
        cut -= 1;
    }
    let (start, mark, _) = parts[cut];
    let head = title[..start]
        .trim_end()
        .strip_suffix(mark)
        .unwrap_or(&title[..start]);
    let head = trim_separators(head);
    // What is left must be able to be a headline.
    if head.chars().count() < 2 {
        trim_separators(title)
    } else {
        head
    }
}

/// The site's name at the end of a `<title>`: the last part that ends as names of sites do.
pub(super) fn site_name(title: &str) -> Option<&str> {
    #[rustfmt::skip]
    const ENDS: &[&str] = &[
        "网", "網", "日报", "晚报", "早报", "晨报", "时报", "日報", "時報", "晚報", "在线", "电视台", "新闻社",
        "通讯社", "中央社", "社會", "生活", "政治", "地方", "娛樂", "國際", "財經", "體育", "兩岸", "门户网站",
        "官网", "新闻",
    ];
    let parts: Vec<&str> = title.split(SEPARATORS).map(str::trim).collect();
    let tail = parts.get(1..)?;
    tail.iter().rev().copied().find(|part| {
        (2..=16).contains(&part.chars().count()) && ENDS.iter().any(|end| part.ends_with(end))
    })
}

fn is_column(part: &str) -> bool {
    part.chars().count() <= 6 && !has_stops(part)
}

fn trim_separators(title: &str) -> &str {
    title.trim_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '_' | '|' | '｜' | '>'))
}

fn looks_like_site(tail: &str) -> bool {
    #[rustfmt::skip]
    const ENDS: &[&str] = &[
        "网", "网站", "新闻", "新闻网", "频道", "日报", "晚报", "早报", "晨报", "时报", "商报", "周刊", "在线",
        "门户", "官网", "首页", "要闻", "资讯", "财经", "体育", "娱乐", "汽车", "科技", "社会", "国内", "国际",
        "军事", "房产", "教育", "健康", "文化", "旅游", "时政", "本地", "热线", "传媒", "融媒", "电视台", "广播",
        "政府", "平台", "社区", "论坛", "博客", "客户端", "新聞", "新聞雲", "電子報", "時報", "日報", "聯合報",
        "中央社", "手機版", "News", "NEWS", "news", "NET", "中文网",
    ];
    if tail.chars().count() > 24 || has_stops(tail) {
        return false;
    }
    let lower = tail.to_ascii_lowercase();
    let named = |part: &str| ENDS.iter().any(|end| part.ends_with(end));
    tail.split(' ').any(named)
        || [".com", ".cn", ".net", ".org", ".tw", ".hk"]
            .iter()
            .any(|end| lower.ends_with(end))
        || (tail.is_ascii()
            && tail.split(' ').count() <= 3
            && tail.len() <= 20
            && tail.bytes().any(|b| b.is_ascii_alphabetic()))
}

fn has_stops(text: &str) -> bool {
    text.contains(['，', '。', '！', '？', '：', '；', '“', '”', ',', '?', '!'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn site_names_in_titles() {
        for (title, expected) in [
            ("云河今年秋粮丰收_农业_云河网", "云河网"),
            ("云河今年秋粮丰收-云河新闻网-权威·亲和", "云河新闻网"),
            ("云河今年秋粮丰收", ""),
            ("云河网", ""),
        ] {
            assert_eq!(site_name(title).unwrap_or_default(), expected, "{title}");
        }
    }

    #[test]
    fn site_names_are_cut_off() {
        for (title, expected) in [
            ("云河今年秋粮丰收_云河财经", "云河今年秋粮丰收"),
            ("云河今年秋粮丰收-云河新闻网", "云河今年秋粮丰收"),
            ("云河今年秋粮丰收--文化--云河网", "云河今年秋粮丰收"),
            ("云河今年秋粮丰收 | 社會 | 中央社 CNA", "云河今年秋粮丰收"),
            (
                "聚力秋收 | 全县粮食总产量再创新高-云河网",
                "聚力秋收 | 全县粮食总产量再创新高",
            ),
            (
                "聚力秋收 | 全县粮食总产量再创新高",
                "聚力秋收 | 全县粮食总产量再创新高",
            ),
            ("云河--山口公路通车", "云河--山口公路通车"),
            ("云河网", "云河网"),
            ("老渡口最后一渡-云河新闻网-权威·亲和", "老渡口最后一渡"),
            ("小农_社会_云河网", "小农"),
            ("", ""),
        ] {
            assert_eq!(strip_site(title, None), expected, "{title}");
        }
    }
}
