//! The breadcrumb: the column a story stands in.

use super::dom::Dom;
use super::lines::Lines;
use super::meta_line::spaced_text;
use super::title::fold;
use crate::breadcrumb;

/// How many lines before the headline may be the breadcrumb.
const MAX_BEFORE: usize = 60;

/// How many lines a breadcrumb may be cut into.
const MAX_PARTS: usize = 7;

/// Finds the breadcrumb in the lines before `end`, the story's first; the nearest to it counts.
pub(super) fn find(
    dom: &Dom<'_>,
    lines: &Lines,
    end: usize,
    title: &str,
) -> Option<(Vec<String>, String)> {
    let title = fold(title);
    let start = end.saturating_sub(MAX_BEFORE);
    for i in (start..end).rev() {
        if lines.all[i].chars > 120 || lines.all[i].chars < 2 {
            continue;
        }
        let mut text = spaced_text(dom, lines, i);
        if !may_be(&text) {
            continue;
        }
        if is_bare_label(&text) {
            // `当前位置：` and a list of links, each a line of its own.
            for next in (i + 1..end).take(MAX_PARTS) {
                let part = spaced_text(dom, lines, next);
                if lines.all[next].chars > 24 || fold(&part) == title {
                    break;
                }
                text.push_str(" > ");
                text.push_str(&part);
            }
        }
        let Some(mut path) = breadcrumb::parse_line(&text) else {
            continue;
        };
        if path.last().is_some_and(|last| {
            !title.is_empty() && title.starts_with(&fold(last)) && last.chars().count() > 6
        }) {
            path.pop();
        }
        if !path.is_empty() {
            return Some((path, text));
        }
    }
    None
}

/// A cheap test before the line is taken apart.
fn may_be(text: &str) -> bool {
    text.contains(['>', '＞', '»', '›', '→'])
        || text.contains("位置")
        || text.starts_with("首页")
        || text.starts_with("首頁")
}

fn is_bare_label(text: &str) -> bool {
    breadcrumb::has_label(text)
        && text
            .trim_end_matches([':', '：', ' ', '>'])
            .ends_with("位置")
}
