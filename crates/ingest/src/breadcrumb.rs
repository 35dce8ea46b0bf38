//! Reads breadcrumbs: `您当前的位置 : 某某新闻网>>农业频道>>要闻`, `当前位置：首页 > 新闻 > 本地`.

/// Words that introduce a breadcrumb. Where one is given, any separator will do.
#[rustfmt::skip]
const LABELS: &[&str] = &[
    "您当前的位置", "您现在的位置", "您当前位置", "您现在位置", "您所在的位置", "您所在位置", "你当前的位置",
    "你现在的位置", "你的位置", "您的位置", "当前的位置", "当前位置", "现在位置", "所在位置", "目前位置",
    "您現在的位置", "目前的位置", "位置",
];

/// Last parts that name no column.
#[rustfmt::skip]
const LEAVES: &[&str] = &[
    "正文", "文章正文", "内容", "详细内容", "文章内容", "新闻内容", "新闻详情", "详情", "列表", "文章", "阅读正文",
    "查看文章", "內文", "浏览文章",
];

/// A breadcrumb has at most this many parts.
const MAX_PARTS: usize = 8;

/// A part of a breadcrumb has at most this many characters; a longer one at the end is the headline.
const MAX_PART_CHARS: usize = 20;

/// Reads a line that is a breadcrumb: its parts from the site's root to the column.
///
/// A line without a label must begin with the front page (`首页`, `某某网首页`) or be parted by `>` signs.
#[must_use]
pub(crate) fn parse_line(line: &str) -> Option<Vec<String>> {
    let line = line.trim();
    let (labelled, trail) = strip_label(line);
    let trail = trail.trim_start_matches(|c: char| {
        c.is_whitespace() || matches!(c, ':' | '：' | '是' | '>' | '》')
    });
    if trail.is_empty() || trail.chars().count() > 160 {
        return None;
    }
    // `》` also closes the name of a book, so it parts columns only where a label vouches for the line.
    let strong: Vec<&str> = split(trail, |c| {
        is_arrow(c) || (labelled && matches!(c, '》' | '〉'))
    });
    let parts = if strong.len() > 1 {
        strong
    } else if labelled || starts_at_home(trail) {
        split(trail, |c| {
            matches!(c, '|' | '｜' | '/' | '／' | '\\' | '丨' | '→' | '-' | '—')
        })
    } else {
        return None;
    };
    let parts = clean(&parts);
    let enough = if labelled { 1 } else { 2 };
    if parts.len() < enough || parts.len() > MAX_PARTS {
        return None;
    }
    if !labelled && !starts_at_home(&parts[0]) && !is_short_trail(&parts) {
        return None;
    }
    Some(parts)
}

/// Tidies the parts of a breadcrumb that came as separate texts, as a trail of links.
#[must_use]
pub(crate) fn from_parts<'a>(parts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let parts: Vec<&str> = parts.into_iter().collect();
    clean(&parts)
}

/// Whether the line begins with one of the words that introduce a breadcrumb.
#[must_use]
pub(crate) fn has_label(line: &str) -> bool {
    strip_label(line.trim()).0
}

fn strip_label(line: &str) -> (bool, &str) {
    for label in LABELS {
        let Some(rest) = line.strip_prefix(label) else {
            continue;
        };
        let marked = rest
            .trim_start()
            .starts_with([':', '：', '>', '是', '》', '»']);
        if marked || label.chars().count() > 2 {
            return (true, rest);
        }
    }
    (false, line)
}

fn is_arrow(c: char) -> bool {
    matches!(c, '>' | '＞' | '»' | '›' | '→')
}

fn starts_at_home(text: &str) -> bool {
    const HOMES: &[&str] = &["首页", "首頁", "网站首页", "主页", "Home"];
    if HOMES.iter().any(|home| text.starts_with(home)) {
        return true;
    }
    // `某某网首页 > …`
    text.char_indices()
        .nth(12)
        .map_or(text, |(end, _)| &text[..end])
        .contains("首页")
}

fn is_short_trail(parts: &[String]) -> bool {
    parts.iter().all(|part| {
        part.chars().count() <= 10 && !part.chars().any(|c| matches!(c, '，' | '。' | '：' | '、'))
    })
}

fn split(text: &str, is_separator: impl Fn(char) -> bool) -> Vec<&str> {
    text.split(is_separator)
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect()
}

fn clean(parts: &[&str]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for part in parts {
        let part = part.trim_matches(|c: char| {
            c.is_whitespace() || matches!(c, ':' | '：' | '-' | '·') || is_arrow(c)
        });
        let part = part.trim_start_matches('<').trim();
        if part.is_empty() || part.contains("${") {
            continue;
        }
        if LEAVES.contains(&part)
            || part.starts_with("正文")
            || part.chars().count() > MAX_PART_CHARS
        {
            break;
        }
        if out.last().is_some_and(|last| last == part) {
            continue;
        }
        out.push(part.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        for (line, expected) in [
            (
                "您当前的位置 :云河新闻网>>农业频道>>要闻",
                "云河新闻网/农业频道/要闻",
            ),
            (
                "您当前的位置 ： 云河网 > 看天下 > 看云河 > 正文",
                "云河网/看天下/看云河",
            ),
            ("当前位置：首页 > 新闻 > 本地", "首页/新闻/本地"),
            ("首页>>新闻中心>>县区", "首页/新闻中心/县区"),
            ("现在位置： 首页 >> 东区新闻 >> 正文", "首页/东区新闻"),
            (
                "当前位置： 首页｜记者看云河｜人物专访",
                "首页/记者看云河/人物专访",
            ),
            (
                "云河首页 > 云河财经 > 产经新闻",
                "云河首页/云河财经/产经新闻",
            ),
            ("资讯 > 社会 > 正文", "资讯/社会"),
            ("位置：首页 - 要闻", "首页/要闻"),
            ("首頁 / 社會", "首頁/社會"),
            ("我市召开大会", ""),
            ("位置优越的新城", ""),
            ("记者获悉，2020年GDP > 2019年，增长明显", ""),
        ] {
            assert_eq!(
                parse_line(line).unwrap_or_default().join("/"),
                expected,
                "{line}"
            );
        }
    }

    #[test]
    fn the_headline_at_the_end_is_left_out() {
        let line = "首页 > 要闻 > 全市秋粮收购工作会议在云河县召开部署今年的收购任务";
        assert_eq!(parse_line(line).unwrap(), ["首页", "要闻"]);
    }
}
