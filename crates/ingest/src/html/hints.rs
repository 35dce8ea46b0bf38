//! What the names and styles of elements say about their content.

use super::dom::{Dom, NodeId};
use super::tag::Tag;

/// What an element's content is likely to be, by its tag, its class and its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hint {
    /// Nothing is said.
    None,
    /// Navigation, comments, related links, tools: not the story.
    Aside,
    /// A caption or a picture with its text.
    Caption,
    /// Not shown.
    Hidden,
}

/// Parts of class names and ids that are not the story's; long enough not to occur by chance within other words.
const ASIDES: &[&str] = &[
    "comment",
    "pinglun",
    "gentie",
    "share",
    "related",
    "relate-",
    "relevant",
    "recommend",
    "tuijian",
    "copyright",
    "footer",
    "breadcrumb",
    "sidebar",
    "toolbar",
    "qrcode",
    "erweima",
    "advert",
    "adsbygoogle",
    "google_ads",
    "pagination",
    "pagebar",
    "download",
    "declare",
    "statement",
    "disclaimer",
    "shengming",
    "ranking",
    "paihang",
    "xiangguan",
    "hot-news",
    "hotnews",
    "hot_news",
    "hotword",
    "navbar",
    "nav-",
    "-nav",
    "_nav",
    "login",
    "search",
    "subscribe",
    "feedback",
    "report-",
    "zebian",
    "editor-",
    "-editor",
    "article-tag",
    "tag-list",
    "taglist",
    "keywords",
    "prevnext",
    "prev-next",
    "lastnext",
    "pre-next",
    "read-more",
    "readmore",
    "more-news",
    "morenews",
    "weixin",
    "wechat",
    "follow",
    "subtool",
    "side-bar",
    "right-bar",
    "toplink",
    "bottom-tool",
    "tool-bar",
    "post-tool",
    "ep-source",
    "-tool",
    "tool-",
    "vote",
    "emotion",
    "mood",
    "player",
    "tie-",
];

/// The same as whole words of a class name or id.
const ASIDE_WORDS: &[&str] = &[
    "ad",
    "ads",
    "nav",
    "menu",
    "tie",
    "cmt",
    "reply",
    "tools",
    "tool",
    "tags",
    "tag",
    "editor",
    "bianji",
    "foot",
    "crumb",
    "crumbs",
    "position",
    "location",
    "weizhi",
    "rank",
    "hot",
    "side",
    "aside",
    "page",
    "pages",
    "pager",
    "fenxiang",
    "ewm",
    "app",
    "print",
    "replies",
    "xgxw",
    "xgyd",
    "jiathis",
    "bdsharebuttonbox",
    "bdshare",
    "otherread",
    "source",
];

/// The hint of one element, its own attributes only.
pub(super) fn hint(dom: &Dom<'_>, id: NodeId) -> Hint {
    match dom.tag(id) {
        None => return Hint::None,
        Some(Tag::Nav | Tag::Aside | Tag::Footer | Tag::Menu) => return Hint::Aside,
        Some(Tag::Figcaption) => return Hint::Caption,
        Some(_) => {}
    }
    let mut hint = Hint::None;
    for (name, value) in dom.attributes(id) {
        if name.eq_ignore_ascii_case("style") {
            if hides(value) {
                return Hint::Hidden;
            }
        } else if name.eq_ignore_ascii_case("hidden") {
            return Hint::Hidden;
        } else if name.eq_ignore_ascii_case("class") || name.eq_ignore_ascii_case("id") {
            let value = value.to_ascii_lowercase();
            if is_aside(&value) {
                hint = Hint::Aside;
            } else if hint == Hint::None && is_caption(&value) {
                hint = Hint::Caption;
            }
        }
    }
    hint
}

fn hides(style: &str) -> bool {
    let style: String = style
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_ascii_lowercase())
        .collect();
    style.contains("display:none") || style.contains("visibility:hidden")
}

fn is_aside(value: &str) -> bool {
    ASIDES.iter().any(|part| value.contains(part))
        || value
            .split(|c: char| !c.is_ascii_alphabetic())
            .any(|word| ASIDE_WORDS.contains(&word))
}

fn is_caption(value: &str) -> bool {
    [
        "caption",
        "picinfo",
        "pic-info",
        "pic_info",
        "imgtext",
        "img-text",
        "img_text",
        "pictext",
        "photo-info",
        "tushuo",
        "img-desc",
        "pic-desc",
        "image-desc",
    ]
    .iter()
    .any(|part| value.contains(part))
}
