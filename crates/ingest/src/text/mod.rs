//! Text dumps of pages → articles.
//!
//! A dump is what is left of a page when its markup is thrown away, masthead and footer included:
//!
//! ```text
//! ${channel_name!""}
//! 云河新闻网 新闻热线：0419-5550123
//! 您当前的位置 :云河新闻网>>新闻频道>>本地
//! 三座旧桥换新颜
//! 2024-01-03 15:14:18 来源:云河日报 分享到:
//! 　　本报讯（记者 …）1月2日，…
//! 旧桥有新名
//! 桥头有灯光
//! 　　…
//! 桥头的路灯亮了。
//! 责任编辑:…
//! 本网站转载的内容版权归原作者。电话：0419-5550124
//! ${channel_name!""}
//! ```
//!
//! Any part may be missing, down to a plain text of a headline and paragraphs. The lines above the story are read by
//! [`head`], the story and what is below it by [`body`].

mod body;
mod head;
mod line;

use self::head::Head;
use self::line::Line;
use crate::article::{Article, Block, PageKind};
use crate::bounds::{self, Room};
use crate::html::{Extraction, Trace};
use crate::time::PublishTime;

/// Reads a dump; never fails, in time linear in its length.
///
/// `reference` is when the page was fetched, from which dates without a year are reckoned.
pub(crate) fn extract(text: &str, reference: Option<PublishTime>) -> Extraction {
    extract_within(text, reference, Room::for_body())
}

/// Reads a dump, whose lines have the room that a body has: what is beyond is left out.
fn extract_within(text: &str, reference: Option<PublishTime>, mut room: Room) -> Extraction {
    let lines = lines(text, &mut room);
    let head = head::read(&lines, reference);
    let body = body::read(&lines[head.body..], head.title.as_deref());
    let (kind, confidence) = kind(&lines, &head, &body);
    let mut trace = Trace {
        fields: head.trace,
        dropped: body.dropped,
        ..Trace::default()
    };
    let credits = body.credits.join(" / ");
    for (field, found) in [
        ("authors", !body.byline.authors.is_empty()),
        ("editors", !body.byline.editors.is_empty()),
    ] {
        if found {
            trace.field(field, "line of credits", credits.as_str());
        }
    }
    let mut byline = head.byline;
    head::merge(&mut byline, body.byline);
    let mut authors = byline.authors;
    if authors.is_empty() {
        authors = body::signature(&body.blocks);
        if !authors.is_empty() {
            trace.field("authors", "signature in the story", authors.join(" "));
        }
    }
    let article = Article {
        site: head.site,
        title: head.title,
        subtitle: head.subtitle.or(head.kicker),
        published: byline.published,
        updated: byline.updated,
        source: byline.source,
        authors,
        editors: byline.editors,
        channel: head.channel,
        body: body.blocks,
        kind,
        confidence,
        warnings: room
            .is_full()
            .then(bounds::body_warning)
            .into_iter()
            .collect(),
        ..Article::default()
    };
    Extraction { article, trace }
}

/// The lines of a dump, as far as there is room.
fn lines(text: &str, room: &mut Room) -> Vec<Line> {
    let mut lines = Vec::new();
    for raw in text.split(['\n', '\r']).flat_map(line::paragraphs) {
        if room.is_full() {
            break;
        }
        // Tidying makes no line longer.
        let end = raw.floor_char_boundary(room.left() + char::MAX.len_utf8());
        if let Some(mut line) = Line::new(&raw[..end])
            && room.fit(&mut line.text)
        {
            lines.push(line);
        }
        if end < raw.len() {
            room.close();
        }
    }
    lines
}

/// What the page was, by what was found, and how sure that is.
fn kind(lines: &[Line], head: &Head, body: &body::Body) -> (PageKind, f32) {
    let prose: usize = body
        .blocks
        .iter()
        .map(|block| match block {
            Block::Paragraph { text } => text.chars().count(),
            _ => 0,
        })
        .sum();
    let signs = [
        head.has_meta,
        !head.channel.is_empty(),
        body.closed,
        head.title.is_some(),
        prose >= 100,
    ];
    let n_signs = signs.into_iter().filter(|sign| *sign).count();
    if !is_chinese(&body.blocks) {
        return (PageKind::Other, 0.8);
    }
    // Seven lines or more, hardly one of them prose, are headlines.
    let short = lines.iter().filter(|line| !line.is_prose()).count();
    if prose < 20 || (!head.has_meta && short > 6 && short > 4 * (lines.len() - short)) {
        let kind = if lines.len() > 6 {
            PageKind::List
        } else {
            PageKind::Other
        };
        return (kind, 0.6);
    }
    #[expect(clippy::cast_precision_loss, reason = "at most five")]
    let confidence = 0.5 + 0.1 * n_signs as f32;
    (PageKind::Article, confidence.min(0.99))
}

/// Whether the story is mostly written in Chinese characters: a list of files or a manual in English is no news.
fn is_chinese(blocks: &[Block]) -> bool {
    let (mut han, mut latin) = (0usize, 0usize);
    for block in blocks {
        for c in block.as_text().chars() {
            han += usize::from(('\u{3400}'..='\u{9fff}').contains(&c));
            latin += usize::from(c.is_ascii_alphabetic());
        }
    }
    // A Latin word has about five letters where Chinese has two characters.
    han * 5 >= latin * 2
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use proptest::prelude::*;

    use super::*;

    const DUMP: &str = r#"${channel_name!""}
云河新闻网 新闻热线：0419-5550123
云河新闻网
您当前的位置 :云河新闻网>>新闻频道>>本地
三座旧桥换新颜
2024-01-03 15:14:18 来源:云河日报 分享到:
　　本报讯（记者 章台柳）1月2日，云河市三座旧桥加固完工，恢复双向通行，两岸居民不必再绕行六公里。
旧桥有新名
桥头有灯光
　　三座桥都建于上世纪七十年代，限重牌挂了十二年。
桥头的路灯亮了。
　　市里说，明年还要修五座。
责任编辑:秦楼月
微信 微博 QQ空间
本网站转载的内容版权归原作者
电话：0419-5550124
${channel_name!""}
"#;

    /// What was read, one field a line.
    fn summary(text: &str) -> String {
        let article = extract(text, None).article;
        let mut out = String::new();
        let mut line = |name: &str, value: String| {
            if !value.is_empty() {
                writeln!(out, "{name}: {value}").unwrap();
            }
        };
        line("site", article.site.unwrap_or_default());
        line("channel", article.channel.join(">"));
        line("title", article.title.unwrap_or_default());
        line("subtitle", article.subtitle.unwrap_or_default());
        line(
            "published",
            article
                .published
                .map(|time| time.to_string())
                .unwrap_or_default(),
        );
        line("source", article.source.unwrap_or_default());
        line("authors", article.authors.join("、"));
        line("editors", article.editors.join("、"));
        for block in &article.body {
            let (name, text) = match block {
                Block::Paragraph { text } => ("p", text),
                Block::Heading { text } => ("h", text),
                Block::Caption { text, .. } => ("caption", text),
                _ => unreachable!("a dump has no other blocks"),
            };
            line(name, text.chars().take(8).collect());
        }
        out
    }

    const WHOLE: &str = "site: 云河新闻网\nchannel: 云河新闻网>新闻频道>本地\ntitle: 三座旧桥换新颜\n\
        published: 2024-01-03T15:14:18+08:00\nsource: 云河日报\nauthors: 章台柳\neditors: 秦楼月\n\
        p: 本报讯（记者 章\nh: 旧桥有新名\nh: 桥头有灯光\np: 三座桥都建于上世\ncaption: 桥头的路灯亮了。\np: 市里说，明年还要\n";

    #[test]
    fn the_whole_shape() {
        assert_eq!(summary(DUMP), WHOLE);
        assert_eq!(extract(DUMP, None).article.kind, PageKind::Article);
    }

    #[test]
    fn line_ends_do_not_matter() {
        assert_eq!(summary(&DUMP.replace('\n', "\r\n")), WHOLE);
        assert_eq!(summary(&DUMP.replace('\n', "\n\n")), WHOLE);
        assert_eq!(summary(&DUMP.replace('\n', "\r")), WHOLE);
    }

    #[test]
    fn each_part_may_be_missing() {
        for (part, fields) in [
            ("云河新闻网 新闻热线：0419-5550123", vec![]),
            ("云河新闻网\n", vec![]),
            ("您当前的位置 :云河新闻网>>新闻频道>>本地", vec!["channel"]),
            ("三座旧桥换新颜", vec!["title"]),
            (
                "2024-01-03 15:14:18 来源:云河日报 分享到:",
                vec!["published", "source"],
            ),
            ("来源:云河日报 ", vec!["source"]),
            ("责任编辑:秦楼月", vec!["editors"]),
            ("旧桥有新名\n桥头有灯光\n", vec!["h"]),
            ("桥头的路灯亮了。", vec!["caption"]),
            ("本网站转载的内容版权归原作者", vec![]),
            ("（记者 章台柳）", vec!["authors"]),
        ] {
            let dump = DUMP.replacen(part, "", 1);
            let expected: String = WHOLE
                .replace(
                    "本报讯（记者 章",
                    if part.starts_with('（') {
                        "本报讯1月2日，"
                    } else {
                        "本报讯（记者 章"
                    },
                )
                .lines()
                .filter(|line| {
                    !fields
                        .iter()
                        .any(|field| line.starts_with(&format!("{field}:")))
                })
                .fold(String::new(), |all, line| all + line + "\n");
            assert_eq!(summary(&dump), expected, "without {part}");
        }
    }

    #[test]
    fn plain_texts_are_a_headline_and_paragraphs() {
        for (text, expected) in [
            (
                "河口的灯塔\n\n河口的灯塔熄了四十年，今年重阳夜又亮了一次。\n\n点灯的是守塔人的孙女，她先擦透镜，再对钟。\n",
                "title: 河口的灯塔\np: 河口的灯塔熄了四\np: 点灯的是守塔人的\n",
            ),
            (
                "河口的灯塔\n熄灯四十年\n河口的灯塔熄了四十年，今年重阳夜又亮了一次。\n又亮了一夜\n点灯的是守塔人的孙女，她先擦透镜，再对钟。",
                "title: 河口的灯塔\nh: 熄灯四十年\np: 河口的灯塔熄了四\nh: 又亮了一夜\np: 点灯的是守塔人的\n",
            ),
            (
                "河口的灯塔熄了四十年，今年重阳夜又亮了一次。灯亮了一刻钟。",
                "p: 河口的灯塔熄了四\n",
            ),
        ] {
            assert_eq!(summary(text), expected);
        }
    }

    #[test]
    fn a_list_of_headlines_is_no_article() {
        let list = "云河新闻网\n当前位置：首页 > 新闻\n三座旧桥换新颜 2024-01-03\n灯塔又亮了 2024-01-02\n\
            田埂上的气象站 2024-01-02\n夜校开到工地上 2024-01-01\n桥头早市搬家记 2023-12-31\n下一页\n";
        assert_eq!(extract(list, None).article.kind, PageKind::List);
        assert_eq!(extract("登录\n注册", None).article.kind, PageKind::Other);
        let manual = "Pages of 云河新闻网\n\nThese pages are here to be searched, and are described in docs/corpus.md.\n";
        assert_eq!(extract(manual, None).article.kind, PageKind::Other);
    }

    #[test]
    fn lines_beyond_the_room_are_left_out() {
        let whole = lines(DUMP, &mut Room::for_body());
        let texts = |lines: &[Line]| {
            lines
                .iter()
                .map(|line| line.text.clone())
                .collect::<Vec<_>>()
        };
        let size: usize = whole.iter().map(|line| 64 + line.text.len()).sum();
        for (bytes, n_lines, warnings) in [
            // With room for what a template left in a line.
            (size + 40, whole.len(), vec![]),
            (size - 1, whole.len(), vec![bounds::body_warning()]),
            (size - 100, whole.len() - 1, vec![bounds::body_warning()]),
            (0, 0, vec![bounds::body_warning()]),
        ] {
            let read = lines(DUMP, &mut Room::of(bytes));
            assert_eq!(read.len(), n_lines, "{bytes}");
            let (last, before) = read
                .split_last()
                .map_or(("", &[][..]), |(last, before)| (last.text.as_str(), before));
            assert!(texts(&whole).starts_with(&texts(before)));
            assert!(last.is_empty() || whole[n_lines - 1].text.starts_with(last));
            let article = extract_within(DUMP, None, Room::of(bytes)).article;
            assert_eq!(article.warnings, warnings, "{bytes}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "(\\PC|[\\n\u{3000}：:>。（）责任编辑来源记者图摄0-9$\\{\\}-]){0,300}") {
            extract(&text, None);
        }
    }

    #[test]
    fn time_is_linear() {
        let time = |n: usize| {
            let text = DUMP.repeat(n) + &"责任编辑:".repeat(n) + &"${".repeat(n) + &"　".repeat(n);
            let start = std::time::Instant::now();
            extract(&text, None);
            start.elapsed()
        };
        let small = time(200).max(std::time::Duration::from_millis(2));
        assert!(time(2000) < small * 60);
    }
}
