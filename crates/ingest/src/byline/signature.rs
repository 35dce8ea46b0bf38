//! Signatures in a story's own paragraphs: `云河日报讯（记者 张三）…`, `□ 本报记者 张三`, `…（张三）`.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::labels::{self, Role};
use super::{names, scan};

/// Where in the story a paragraph stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Among the first.
    First,
    /// Somewhere between.
    Middle,
    /// The last.
    Last,
}

/// A paragraph up to this many characters may be a signature as a whole.
const MAX_LINE: usize = 48;

/// Words that mark whoever follows as a reporter.
const REPORTERS: &[&str] = &[
    "记者",
    "記者",
    "通讯员",
    "通訊員",
    "作者",
    "实习生",
    "撰稿",
    "执笔",
];

static REPORTER_WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostFirst)
        .build(REPORTERS)
        .expect("a short list of short words is a valid automaton")
});

/// The authors a paragraph of the story is signed with.
#[must_use]
pub(crate) fn signature(paragraph: &str, place: Place) -> Vec<String> {
    let paragraph = paragraph.trim();
    let short = paragraph.chars().count() <= MAX_LINE;
    if short && !is_photo_credit(paragraph) {
        let line = whole_line(paragraph);
        if !line.is_empty() {
            return line;
        }
    }
    if place != Place::Middle || short {
        if let Some(inner) = opening_bracket(paragraph) {
            let people = reporters(inner, false);
            if !people.is_empty() {
                return people;
            }
        }
        if let Some(inner) = closing_bracket(paragraph) {
            let people = reporters(inner, false);
            if !people.is_empty() {
                return people;
            }
            if place == Place::Last {
                return bare_names(inner);
            }
        }
    }
    Vec::new()
}

/// Whether a line is nothing but credits: who wrote, edited, checked or supplied.
#[must_use]
pub(crate) fn is_credit_line(line: &str) -> bool {
    let line = line.trim();
    if line.chars().count() > 80 || line.contains(['。', '！', '？']) {
        return false;
    }
    let byline = scan::scan(line);
    let opens = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    byline.parts > 0 && byline.rest.chars().filter(|c| c.is_alphanumeric()).count() <= 2 && {
        let labels = labels::find(line);
        labels.first().is_some_and(|label| {
            matches!(
                label.role,
                Role::Source | Role::Author | Role::Editor | Role::ResponsibleEditor
            ) && line[..label.start]
                .trim_start_matches(|c: char| !c.is_alphanumeric())
                .is_empty()
        }) && !opens.is_empty()
    }
}

/// A photographer's credit is not the author's.
fn is_photo_credit(line: &str) -> bool {
    let line = line.trim_end_matches(|c: char| !c.is_alphanumeric());
    [
        "摄", "攝", "图", "圖", "供图", "供圖", "摄影", "攝影", "翻摄", "翻攝", "传真", "傳真",
        "制图",
    ]
    .iter()
    .any(|end| line.ends_with(end))
        && !line.contains("/文")
        && !line.contains("文/")
}

/// A line that as a whole is a signature: `本报记者 张三 李四`, `作者：张三`, `文/张三`.
fn whole_line(line: &str) -> Vec<String> {
    let line =
        line.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '（' | '(' | '【' | '['));
    let inner = line.trim_matches(|c: char| {
        matches!(
            c,
            '（' | '）' | '(' | ')' | '【' | '】' | '[' | ']' | '〔' | '〕'
        )
    });
    // `文/张三`, `作者︱张三`: explicit, so pen names count too; `记者：` also opens a question in an interview.
    let labels = labels::find(inner);
    if let Some(label) = labels
        .first()
        .filter(|label| label.role == Role::Author && label.marked && label.start == 0)
        && !REPORTERS[..4].iter().any(|word| inner.starts_with(word))
    {
        let end = labels.get(1).map_or(inner.len(), |next| next.start);
        return names::explicit(&inner[label.value..end]);
    }
    reporters(inner, true)
}

/// The text in the first bracket, if it opens within the first sentence's head.
fn opening_bracket(paragraph: &str) -> Option<&str> {
    let open = paragraph.find(['（', '(', '【'])?;
    if paragraph[..open].chars().count() > 40 || paragraph[..open].contains('。') {
        return None;
    }
    bracket_at(paragraph, open)
}

/// The text in a bracket that ends the paragraph.
fn closing_bracket(paragraph: &str) -> Option<&str> {
    let trimmed = paragraph.trim_end_matches(['。', ' ', '\u{3000}']);
    let inner = trimmed.strip_suffix(['）', ')', '】'])?;
    let open = inner.rfind(['（', '(', '【'])?;
    let width = inner[open..].chars().next()?.len_utf8();
    let inner = &inner[open + width..];
    (inner.chars().count() <= MAX_LINE).then_some(inner)
}

fn bracket_at(paragraph: &str, open: usize) -> Option<&str> {
    let width = paragraph[open..].chars().next()?.len_utf8();
    let rest = &paragraph[open + width..];
    let close = rest.find(['）', ')', '】'])?;
    let inner = &rest[..close];
    (inner.chars().count() <= MAX_LINE).then_some(inner)
}

/// The names after `记者` and the like in a short text; `strict` asks each to begin with a surname.
fn reporters(text: &str, strict: bool) -> Vec<String> {
    let mut people = Vec::new();
    let mut rest = text;
    while let Some(found) = REPORTER_WORDS.find(rest) {
        let after = &rest[found.end()..];
        let next = REPORTER_WORDS
            .find(after)
            .map_or(after.len(), |next| next.start());
        for name in reporters_in(&after[..next], strict) {
            if !people.contains(&name) {
                people.push(name);
            }
        }
        rest = after;
    }
    if people.is_empty()
        && (text.starts_with("文/") || text.starts_with("文／") || text.starts_with("文|"))
    {
        people = reporters_in(&text["文/".len()..], strict);
    }
    people
}

/// The names at the beginning of what follows `记者`.
pub(super) fn reporters_in(value: &str, strict: bool) -> Vec<String> {
    let value = value.trim_start_matches(|c: char| !c.is_alphanumeric());
    // `张三云河19日电`, `张三发自云河`, `张三/文`, `张三／云河报导`.
    let end = value
        .find(|c: char| {
            c.is_ascii_digit()
                || matches!(
                    c,
                    '/' | '／'
                        | '。'
                        | '，'
                        | ','
                        | '：'
                        | ':'
                        | '；'
                        | '('
                        | '（'
                        | '摄'
                        | '攝'
                        | '-'
                        | '—'
                )
        })
        .unwrap_or(value.len());
    let head = &value[..end];
    // `张三云河十一日电`
    let head = before_dateline(head);
    let tail = &value[head.len()..];
    let dispatched = tail.starts_with(|c: char| c.is_ascii_digit() || CHINESE_DIGITS.contains(c))
        && (tail.contains('电') || tail.contains('電'));
    if tail.starts_with(['摄', '攝']) && !head.contains(['、', ' ']) {
        return Vec::new();
    }
    let head = head
        .split_once("发自")
        .or_else(|| head.split_once("發自"))
        .map_or(head, |(head, _)| head);
    if dispatched && !head.contains(char::is_whitespace) && !head.contains('、') {
        return vec![names::leading_name(head).to_owned()]
            .into_iter()
            .filter(|name| name.chars().count() >= 2)
            .collect();
    }
    let mut people = Vec::new();
    for name in names::people(head) {
        let fits = names::looks_like_name(&name) || (!strict && is_loose_name(&name));
        if !fits {
            // What follows the names is prose or a place: `张三 云河报道`.
            break;
        }
        people.push(name);
    }
    people
}

const CHINESE_DIGITS: &str = "一二三四五六七八九十";

/// The text before a dateline's day in Chinese numerals, all of it if there is none.
fn before_dateline(text: &str) -> &str {
    match text.find("日电").or_else(|| text.find("日電")) {
        Some(day) => {
            let head = text[..day].trim_end_matches(|c| CHINESE_DIGITS.contains(c));
            if head.len() < day { head } else { text }
        }
        None => text,
    }
}

/// A name of some other people or a pen name: two to four Han characters that do not end as a report does.
fn is_loose_name(text: &str) -> bool {
    let count = text.chars().count();
    (2..=4).contains(&count)
        && text.chars().all(names::is_han)
        && ![
            "报道", "報導", "报导", "整理", "综合", "供图", "电", "讯", "获悉", "了解", "单位",
        ]
        .iter()
        .any(|end| text.ends_with(end))
        && !text.starts_with(['从', '在', '就', '的', '对', '为'])
}

/// Names alone in the bracket that ends a story: `（张三）`, `（张三 云河报道）`.
fn bare_names(inner: &str) -> Vec<String> {
    const REPORTS: &[&str] = &["报道", "報導", "报导", "综合", "整理"];
    let ends_report = |text: &str| REPORTS.iter().any(|end| text.ends_with(end));
    let inner = match inner.rsplit_once(char::is_whitespace) {
        Some((names, place)) if ends_report(place) => names,
        _ => inner,
    };
    let names = names::people(inner);
    if names.len() <= 4 && names.iter().all(|name| names::looks_like_name(name)) {
        names
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures() {
        use Place::{First, Last, Middle};
        for (paragraph, place, expected) in [
            (
                "云河日报讯（记者 陆某夫）11月25日，云河县的秋收进入尾声。",
                First,
                "陆某夫",
            ),
            (
                "云河网10月4日讯（记者陈某 整合） 国庆长假过半，各地游客不断。",
                First,
                "陈某",
            ),
            (
                "（中央社記者邱某欽桃園19日電）桃園市今天清晨下起大雨，山區道路一度中斷，下午恢復通行。",
                First,
                "邱某欽",
            ),
            ("記者林某／南市報導", First, "林某"),
            ("【文/云河网专栏作者 王某】", First, "王某"),
            ("□ 本报记者 葛某丹", Last, "葛某丹"),
            ("云河新闻记者 段某超 廖某", First, "段某超、廖某"),
            ("云河报记者 彭某 云河山口报道", Last, "彭某"),
            ("本报记者罗某苏某发自云河", First, "罗某、苏某"),
            ("顶云新闻·云河商报记者马某峰/文受访者供图", First, "马某峰"),
            ("作者︱春春", Last, "春春"),
            ("(作者：方某北京大学经济学院教授)", Last, "方某"),
            (
                "执笔/叨叨某、胡某刀&李某某刀",
                First,
                "叨叨某、胡某刀、李某某刀",
            ),
            (
                "推动产业绿色化、智能化改造，预计明年产值再增一成，带动就业两千人。（记者 胡某蓉）",
                Last,
                "胡某蓉",
            ),
            (
                "活动将先后在三座城市举行，届时有一百多家企业参加，市民可以免费入场。（张某峰）",
                Last,
                "张某峰",
            ),
            (
                "活动将先后在三座城市举行，届时有一百多家企业参加，市民可以免费入场。（姚某 云河报道）",
                Last,
                "姚某",
            ),
            // Not signatures.
            ("记者从云河剧团获悉，新戏将在下月开演。", First, ""),
            (
                "记者：首先欢迎您来到云河接受采访，请谈谈今年的收成。",
                Middle,
                "",
            ),
            ("10月4日，旅游专列开往云河。 通讯员刘某 摄", Middle, ""),
            (
                "活动将先后在三座城市举行，届时有一百多家企业参加，市民可以免费入场。（完）",
                Last,
                "",
            ),
        ] {
            assert_eq!(
                signature(paragraph, place).join("、"),
                expected,
                "{paragraph}"
            );
        }
    }

    #[test]
    fn credit_lines() {
        for (line, expected) in [
            ("责任编辑：张三", true),
            ("（责编：张三、李四）", true),
            ("本文来源：云河日报 责任编辑：张三_NF0001", true),
            ("来源：云河日报 编辑：张三", true),
            ("编辑 张三 校对 李四", true),
            ("编辑部：张三说，明年再来。", false),
            ("记者从云河剧团获悉，新戏将在下月开演。", false),
            ("2024年1月3日", false),
            ("时间：2024年1月3日上午9:00", false),
            ("记者：请介绍一下今年的收成和明年的打算", false),
        ] {
            assert_eq!(is_credit_line(line), expected, "{line}");
        }
    }
}
