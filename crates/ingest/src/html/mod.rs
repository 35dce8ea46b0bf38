//! HTML pages → articles.
//!
//! A page is parsed into a flat tree ([`dom`]) and cut into lines ([`lines`]); everything after works on the lines'
//! counts and makes the text of only those it looks at. The rules are of the genre and of structure: the headline
//! agrees with `<title>`, the byline follows it, the story is the prose after it, the editor's line and related links
//! come last. No rule knows a site.

mod blocks;
mod caption;
mod channel;
mod clean;
mod compose;
mod credits;
mod dom;
mod entities;
mod fields;
mod hints;
mod kind;
mod lines;
mod meta_line;
mod metadata;
mod nesting;
mod state;
mod story;
mod subtitle;
mod tag;
mod title;
mod tokenizer;
mod trace;
mod tree;

use self::blocks::Builder;
use self::dom::Dom;
use self::fields::Fields;
use self::lines::Lines;
use self::metadata::Metadata;
use crate::article::{Article, Block};
use crate::time::PublishTime;

pub use self::trace::{BodyTrace, DroppedLine, FieldTrace, Trace};

/// What is known of a page besides its text.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Context<'a> {
    /// The address it was fetched from.
    pub(crate) url: Option<&'a str>,
    /// When it was fetched; dates such as 昨天 are counted from it.
    pub(crate) fetched: Option<PublishTime>,
}

/// An article and how it was read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Extraction {
    /// What the page says. Its id, path and encoding are the caller's to fill in.
    pub(crate) article: Article,
    /// Which rule gave what.
    pub(crate) trace: Trace,
}

/// Reads a page; never fails, in time linear in its length.
#[must_use]
pub(crate) fn extract(html: &str, context: &Context<'_>) -> Extraction {
    let dom = Dom::parse(html);
    let lines = Lines::of(&dom);
    let metadata = Metadata::of(&dom);
    Fields::new(&dom, &lines, &metadata, context).extract()
}

/// What a piece of a page says that is known to be the story.
#[derive(Debug, Default)]
pub(crate) struct Piece {
    pub(crate) blocks: Vec<Block>,
    /// Whether something was left out for a limit.
    pub(crate) is_cut: bool,
}

/// Reads a piece of a page that is known to be the story; `base` completes the addresses of its pictures.
#[must_use]
pub(crate) fn piece(html: &str, base: Option<&str>) -> Piece {
    let dom = Dom::parse(html);
    let lines = Lines::of(&dom);
    let Some(root) = dom.ids().next() else {
        return Piece::default();
    };
    let builder = Builder {
        dom: &dom,
        lines: &lines,
        root,
        title: "",
        dated: true,
        base,
    };
    let body = builder.build(0..lines.all.len());
    Piece {
        blocks: body.blocks,
        is_cut: body.is_cut || dom.truncated(),
    }
}
