//! The kicker above a headline (引题) and the subtitle below it (副题).

use super::dom::Dom;
use super::lines::Lines;
use super::title::Headline;
use crate::boilerplate;
use crate::byline;

/// Parts of class names and ids of kickers and subtitles.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "subtitle", "sub-title", "sub_title", "subhead", "futi", "fubiaoti", "yinti", "kicker", "jianti", "shoulder",
    "ftitle", "secondtitle", "second-title",
];

/// The longest subtitle, in characters.
const MAX_CHARS: u32 = 80;

/// Finds the subtitle: a line beside the headline that begins with a dash, or whose element is named so.
pub(super) fn find(dom: &Dom<'_>, lines: &Lines, headline: &Headline) -> Option<String> {
    let range = headline.lines.as_ref()?;
    let after = range.end..(range.end + 2).min(lines.all.len());
    let before = range.start.saturating_sub(1)..range.start;
    for i in after.clone().chain(before) {
        let line = &lines.all[i];
        if line.chars > MAX_CHARS || line.chars < 4 || line.link_chars > 0 {
            continue;
        }
        let text = lines.text(dom, i);
        let dashed = after.contains(&i) && text.starts_with(['—', '–', '―']);
        if !(dashed || is_named(dom, line.block)) {
            continue;
        }
        let is_other = byline::scan(&text).parts > 0 || boilerplate::classify(&text).is_some();
        if !is_other && Some(text.as_str()) != headline.text.as_deref() {
            return Some(text);
        }
    }
    None
}

fn is_named(dom: &Dom<'_>, block: super::dom::NodeId) -> bool {
    ["class", "id"].iter().any(|attribute| {
        dom.attr(block, attribute).is_some_and(|value| {
            let value = value.to_ascii_lowercase();
            NAMES.iter().any(|name| value.contains(name))
        })
    })
}
