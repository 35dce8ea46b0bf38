//! A line of labelled parts: `2024-01-03 15:14 来源：云河日报 作者：… 责任编辑：…`.

use super::labels::{self, Label, Role};
use super::{names, signature, source};
use crate::date;
use crate::time::PublishTime;

/// What a byline says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Byline {
    /// The paper or agency (来源), without the label.
    pub(crate) source: Option<String>,
    /// Reporters, correspondents and authors, names only.
    pub(crate) authors: Vec<String>,
    /// Editors, names only; those responsible for the page where it tells them from others.
    pub(crate) editors: Vec<String>,
    /// Whether the editors are called responsible (责任编辑), as against the source's editors (编辑).
    pub(crate) responsible: bool,
    /// When the story was published: a date that is not labelled as that of a change.
    pub(crate) published: Option<PublishTime>,
    /// When it was changed (更新时间, 最后更新).
    pub(crate) updated: Option<PublishTime>,
    /// Whether a label names the date as that of publication.
    pub(crate) dated_by_label: bool,
    /// What stands outside labelled parts and dates, in one line.
    pub(crate) rest: String,
    /// How many labelled parts and dates there are; none means that the line is no byline.
    pub(crate) parts: usize,
}

/// Reads a byline's parts; dates must have a year.
#[must_use]
pub(crate) fn scan(line: &str) -> Byline {
    scan_near(line, None)
}

/// Reads a byline's parts; dates without a year are read as the latest that is not after `reference`.
#[must_use]
pub(crate) fn scan_near(line: &str, reference: Option<PublishTime>) -> Byline {
    let mut byline = Byline::default();
    let labels = labels::find(line);
    let head = labels.first().map_or(line.len(), |label| label.start);
    let mut rest = take_dates(&mut byline, &line[..head], None, reference);
    for (i, label) in labels.iter().enumerate() {
        let end = labels.get(i + 1).map_or(line.len(), |next| next.start);
        if label.value > end {
            continue;
        }
        let value = &line[label.value..end];
        let left = take_dates(&mut byline, value, Some(label.role), reference);
        take_value(&mut byline, *label, &left, &mut rest);
    }
    if byline.source.is_none() && byline.published.is_some() {
        byline.source = unlabelled_source(&rest);
    }
    if byline.authors.is_empty() && byline.source.is_some() {
        byline.authors = bracketed_name(&rest).into_iter().collect();
    }
    byline.rest = rest.split_whitespace().collect::<Vec<_>>().join(" ");
    byline
}

/// A label whose value is longer than this and holds no name is no label of a credit, in characters.
const MAX_EMPTY: usize = 8;

fn take_value(byline: &mut Byline, label: Label, value: &str, rest: &mut String) {
    let first = first_part(value);
    match label.role {
        Role::Source => {
            byline.parts += 1;
            if byline.source.is_none() {
                let (paper, author) = source::with_author(value);
                byline.source = source::source_name(paper);
                extend(
                    &mut byline.authors,
                    author.map(str::to_owned).into_iter().collect(),
                );
            }
        }
        Role::Author => {
            let people = if label.reporter {
                // `记者张三` must begin with a surname; after a space or a mark other names may follow.
                let strict = !label.marked && !value.starts_with(char::is_whitespace);
                signature::reporters_in(first, strict)
            } else {
                names::explicit(first)
            };
            // `记者：请谈谈今年的收成` is a question, not a credit.
            let is_prose = people.is_empty() && first.chars().count() > MAX_EMPTY;
            if (label.marked && !is_prose) || !people.is_empty() {
                byline.parts += 1;
                extend(&mut byline.authors, people);
            } else {
                rest.push(' ');
                rest.push_str(value);
            }
        }
        Role::ResponsibleEditor => {
            byline.parts += 1;
            let people = names::people(first);
            if !byline.responsible && !people.is_empty() {
                byline.editors.clear();
                byline.responsible = true;
            }
            extend(&mut byline.editors, people);
        }
        Role::Editor => {
            byline.parts += 1;
            if !byline.responsible {
                extend(&mut byline.editors, names::people(first));
            }
        }
        Role::Time | Role::Updated => {
            rest.push(' ');
            rest.push_str(value);
        }
        Role::Other => byline.parts += usize::from(label.marked),
    }
}

/// Takes the dates out of `text` and gives back what remains.
fn take_dates(
    byline: &mut Byline,
    text: &str,
    role: Option<Role>,
    reference: Option<PublishTime>,
) -> String {
    let mut rest = String::new();
    let mut from = 0;
    // A line has a date or two; more is a list.
    for _ in 0..4 {
        let Some(found) = date::find_near(&text[from..], reference) else {
            break;
        };
        let end = from + found.range.end;
        rest.push_str(&text[from..from + found.range.start]);
        rest.push(' ');
        byline.parts += 1;
        let after = text[end..].trim_start();
        let is_update = role == Some(Role::Updated) && !after.starts_with("发布");
        if is_update && byline.updated.is_none() {
            byline.updated = Some(found.time);
        } else if !is_update {
            let labelled = role == Some(Role::Time);
            if byline.published.is_none() || (labelled && !byline.dated_by_label) {
                byline.published = Some(found.time);
                byline.dated_by_label = labelled;
            }
        }
        from = end;
    }
    rest.push_str(&text[from..]);
    rest
}

/// The part of an editor's or author's value that may hold names: up to what closes it.
fn first_part(value: &str) -> &str {
    const ENDS: &[&str] = &[
        "返回", "分享", "打印", "关闭", "举报", "纠错", "字号", "投稿", "点击", "扫",
    ];
    let mut end = value.len();
    for word in ENDS {
        if let Some(at) = value.find(word) {
            end = end.min(at);
        }
    }
    // The bracket that encloses label and value ends it: `（责任编辑：某某）更多`.
    let mut depth = 0_i32;
    for (i, c) in value.char_indices() {
        match c {
            '(' | '（' | '[' | '【' | '〔' => depth += 1,
            ')' | '）' | ']' | '】' | '〕' => {
                depth -= 1;
                if depth < 0 {
                    end = end.min(i);
                    break;
                }
            }
            '。' | '！' | '？' => {
                end = end.min(i);
                break;
            }
            _ => {}
        }
    }
    &value[..end]
}

/// The paper's name in a byline that gives it without a label: `2024-01-03 15:14 云河日报`.
fn unlabelled_source(rest: &str) -> Option<String> {
    rest.split_whitespace()
        .map(|token| match token.find(['[', '(', '（', '【']) {
            Some(at) if at > 0 => &token[..at],
            _ => token,
        })
        .find(|token| source::looks_like_paper(token))
        .and_then(source::source_name)
}

/// A name in square brackets, as `[ 张三 ] 来源：…` gives the author.
fn bracketed_name(rest: &str) -> Option<String> {
    let (_, inner) = rest.split_once(['[', '【'])?;
    let (inner, _) = inner.split_once([']', '】'])?;
    let name = inner.trim();
    names::looks_like_name(name).then(|| name.to_owned())
}

fn extend(names: &mut Vec<String>, more: Vec<String>) {
    for name in more {
        if !names.contains(&name) {
            names.push(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// source | authors | editors | published
    fn summary(line: &str) -> String {
        let byline = scan(line);
        format!(
            "{}|{}|{}|{}",
            byline.source.unwrap_or_default(),
            byline.authors.join("、"),
            byline.editors.join("、"),
            byline
                .published
                .map_or_else(String::new, |time| time.to_string())
        )
    }

    #[test]
    fn lines() {
        for (line, expected) in [
            (
                "2024-01-03 15:14:18 来源:云河日报 分享到:",
                "云河日报|||2024-01-03T15:14:18+08:00",
            ),
            (
                "2024年01月03日15:14 | 来源：云河日报",
                "云河日报|||2024-01-03T15:14+08:00",
            ),
            (
                "时间：2024-01-03 15:14 来源：云河日报 作者：",
                "云河日报|||2024-01-03T15:14+08:00",
            ),
            (
                "2024-01-03 15:14 来源：云河日报 作者：张三",
                "云河日报|张三||2024-01-03T15:14+08:00",
            ),
            (
                "BUSINESS.EXAMPLE.COM 2005年3月11日12:12 来源：[ 云河网 ]",
                "云河网|||2005-03-11T12:12+08:00",
            ),
            (
                "2024-01-03 15:14 云河晚报[整理]",
                "云河晚报|||2024-01-03T15:14+08:00",
            ),
            ("来源于：云河街道办事处", "云河街道办事处|||"),
            (
                "发表于2024-01-03 21:30| 1234次阅读| 来源 云河网| 作者 魏某",
                "云河网|魏某||2024-01-03T21:30+08:00",
            ),
            ("作者：未知 责任编辑：某某不是糖", "||某某不是糖|"),
            (
                "本文来源：云河周刊 责任编辑：杨某_NF4425",
                "云河周刊||杨某|",
            ),
            ("[责任编辑：朱某某 PN054]", "||朱某某|"),
            ("(责编：汤某某、丁某)", "||汤某某、丁某|"),
            ("（责任编辑： HN666）", "|||"),
            ("【编辑:刘某】 返回云河，查看更多", "||刘某|"),
            ("编辑 刘某阳 校对 李某", "||刘某阳|"),
            ("编辑：张三 责任编辑：李四", "||李四|"),
            ("责任编辑：", "|||"),
            ("来源：云河日报 编辑：苏某", "云河日报||苏某|"),
            (
                "来源：柳河日报记者：屈某晴责任编辑：仝某夏2022-06-03 08:11",
                "柳河日报|屈某晴|仝某夏|2022-06-03T08:11+08:00",
            ),
            (
                "2004年7月16日08:19 [ 黄某 ] 来源：[ 云河金融报 ]",
                "云河金融报|黄某||2004-07-16T08:19+08:00",
            ),
            (
                "2023-05-02 07:20　来源：云河新闻　乌某",
                "云河新闻|乌某||2023-05-02T07:20+08:00",
            ),
            (
                "中華民國112年9月15日 10:20　記者林某雲／南埔報導",
                "|林某雲||2023-09-15T10:20+08:00",
            ),
            (
                "2020-04-27 10:10:10 云河渔讯 文/图 本报记者 项某 通讯员 轩某",
                "|项某、轩某||2020-04-27T10:10:10+08:00",
            ),
            ("责编/凌某 美编/竺某 校对/甲乙", "||凌某|"),
            ("我市召开秋粮收购会议", "|||"),
        ] {
            assert_eq!(summary(line), expected, "{line}");
        }
    }

    #[test]
    fn dates_of_change_are_told_apart() {
        let byline = scan("发布时间：2024-01-03 08:00 更新时间：2024-01-05 09:30");
        assert_eq!(
            byline.published.unwrap().to_string(),
            "2024-01-03T08:00+08:00"
        );
        assert_eq!(
            byline.updated.unwrap().to_string(),
            "2024-01-05T09:30+08:00"
        );
        assert!(byline.dated_by_label);
    }
}
