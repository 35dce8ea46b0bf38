//! What the names and styles of elements say about their content.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::dom::{Dom, NodeId};
use super::tag::Tag;

/// What an element's content is likely to be, by its tag, its class and its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hint {
    /// Nothing is said.
    None,
    /// Comments, related links, rights: never the story.
    Aside,
    /// Share bars, tags, players: not the story, unless the name is that of an element around it.
    Tool,
    /// A caption or a picture with its text.
    Caption,
    /// Not shown.
    Hidden,
}

/// Parts of class names and ids of what is never the story; long enough not to occur by chance within other words.
#[rustfmt::skip]
const ASIDES: &[&str] = &[
    "comment", "pinglun", "gentie", "related", "relevant", "recommend", "tuijian", "copyright", "footer",
    "breadcrumb", "sidebar", "side-bar", "advert", "adsbygoogle", "google_ads", "disclaimer", "mianze", "shengming",
    "paihang", "xiangguan", "hotnews", "hot-news", "hot_news", "prevnext", "prev-next", "lastnext", "more-news",
    "morenews", "newsletter", "guess-like", "guesslike", "hotlist", "teaser", "promo",
];

/// The same as whole words of a class name or id.
#[rustfmt::skip]
const ASIDE_WORDS: &[&str] = &[
    "ad", "ads", "cmt", "cmts", "tie", "reply", "replies", "foot", "crumb", "crumbs", "aside", "xgxw", "xgyd",
    "otherread", "ranklist",
];

/// Parts of class names and ids of captions.
#[rustfmt::skip]
const CAPTIONS: &[&str] = &[
    "caption", "picinfo", "pic-info", "pic_info", "imgtext", "img-text", "img_text", "pictext", "photo-info",
    "tushuo", "img-desc", "pic-desc", "image-desc",
];

/// Parts of class names and ids of tools around the story; they are also said of elements that hold all of it.
#[rustfmt::skip]
const TOOLS: &[&str] = &[
    "share", "fenxiang", "toolbar", "qrcode", "erweima", "pagination", "pagebar", "download", "declare", "statement",
    "ranking", "hotword", "navbar", "login", "search", "subscribe", "feedback", "zebian", "article-tag", "tag-list",
    "taglist", "keyword", "read-more", "readmore", "weixin", "wechat", "follow", "toplink", "video", "player",
    "emotion", "jiathis", "bdsharebuttonbox", "ep-source", "audio", "vote",
];

/// The same as whole words.
#[rustfmt::skip]
const TOOL_WORDS: &[&str] = &[
    "nav", "menu", "tools", "tool", "tags", "tag", "bianji", "position", "location", "weizhi", "rank", "hot", "side",
    "page", "pages", "pager", "ewm", "app", "print", "source", "mood",
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
            let found = named(value);
            if found == Hint::Aside || hint == Hint::None {
                hint = found;
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

fn named(value: &str) -> Hint {
    let mut parts = 0_u8;
    for found in PARTS.find_overlapping_iter(value) {
        parts |= GROUPS[found.pattern().as_usize()];
    }
    let has_word = |words: &[&str]| {
        value
            .split(|c: char| !c.is_ascii_alphabetic())
            .any(|word| words.iter().any(|known| word.eq_ignore_ascii_case(known)))
    };
    if parts & ASIDE != 0 || has_word(ASIDE_WORDS) {
        Hint::Aside
    } else if parts & CAPTION != 0 {
        Hint::Caption
    } else if parts & TOOL != 0 || has_word(TOOL_WORDS) {
        Hint::Tool
    } else {
        Hint::None
    }
}

const ASIDE: u8 = 1;
const CAPTION: u8 = 2;
const TOOL: u8 = 4;

/// All the parts of names in one automaton, since the names of most elements on a page are looked at.
static PARTS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(ASIDES.iter().chain(CAPTIONS).chain(TOOLS))
        .expect("a short list of short words is a valid automaton")
});

/// What each of the parts says.
static GROUPS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let group = |parts: &[&str], group| std::iter::repeat_n(group, parts.len());
    group(ASIDES, ASIDE)
        .chain(group(CAPTIONS, CAPTION))
        .chain(group(TOOLS, TOOL))
        .collect()
});
