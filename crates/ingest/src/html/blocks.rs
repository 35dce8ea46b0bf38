//! Turns the story's lines into blocks, without what is not the story's: credits, share bars, related links.

use std::ops::Range;

use super::dom::{Dom, NodeId};
use super::hints::{Hint, hint};
use super::lines::{Line, Lines, Picture};
use super::story::is_prose;
use super::tag::Tag;
use super::title::fold;
use crate::article::Block;
use crate::boilerplate::{self, Boilerplate};
use crate::byline;

/// If no more than this share of the story's prose follows, a line that announces the end does end it.
const TAIL_SHARE: f32 = 0.34;

/// An element named as something else is believed if it holds no more than this share of the story's prose.
const ASIDE_SHARE: f32 = 0.4;

/// The story's text.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) blocks: Vec<Block>,
    /// Lines of credits that were taken out.
    pub(super) credits: Vec<String>,
    /// The story's last line.
    pub(super) last_line: usize,
    /// What was left out and why, for the trace.
    pub(super) dropped: Vec<(&'static str, String)>,
    /// Characters of prose.
    pub(super) prose: u32,
}

/// What surrounds a line within the story.
#[derive(Debug, Default, Clone, Copy)]
struct Around {
    dropped: bool,
    caption: bool,
    heading: bool,
    item: Option<(NodeId, NodeId)>,
    row: Option<NodeId>,
    cell: Option<NodeId>,
    quote: bool,
}

/// Makes blocks of a range of lines under a root.
pub(super) struct Builder<'a> {
    pub(super) dom: &'a Dom<'a>,
    pub(super) lines: &'a Lines,
    pub(super) root: NodeId,
    pub(super) title: &'a str,
    /// The page's address, for pictures.
    pub(super) base: Option<&'a str>,
}

impl Builder<'_> {
    /// Builds the body from the lines of `range`.
    pub(super) fn build(&self, range: Range<usize>) -> Body {
        let mut body = Body {
            last_line: range.start,
            ..Body::default()
        };
        let total = self.prose(range.clone());
        let mut left = total;
        let mut list: Option<(NodeId, NodeId)> = None;
        let mut row: Option<(NodeId, NodeId)> = None;
        let title = fold(self.title);
        let mut pictures = self.lines.pictures.iter().peekable();
        while pictures
            .next_if(|picture| picture.line < range.start)
            .is_some()
        {}
        for i in range.clone() {
            let line = &self.lines.all[i];
            if is_prose(line) {
                left -= line.chars.min(left);
            }
            let mut picture = None;
            while let Some(next) = pictures.next_if(|picture| picture.line <= i) {
                picture = self.push_picture(&mut body, next);
            }
            let around = self.around(line.block, total);
            if around.dropped {
                body.dropped.push((
                    "element named as something else",
                    self.lines.text(self.dom, i),
                ));
                continue;
            }
            let mut text = self.lines.text(self.dom, i);
            match self.judge(line, &mut text, &title, &body, left, total) {
                Verdict::Keep => {}
                Verdict::Drop(rule) => {
                    body.dropped.push((rule, text));
                    continue;
                }
                Verdict::Credit => {
                    let ends = text.contains('编') || text.contains('編');
                    body.credits.push(text);
                    if ends && body.prose > 0 && is_tail(left, total) {
                        break;
                    }
                    continue;
                }
                Verdict::End => {
                    body.dropped.push(("end of the story", text));
                    break;
                }
            }
            body.last_line = i;
            if is_prose(line) {
                body.prose += line.chars;
            }
            self.push(&mut body, text, line, around, picture, &mut list, &mut row);
        }
        body
    }

    fn prose(&self, range: Range<usize>) -> u32 {
        self.lines.all[range]
            .iter()
            .filter(|line| is_prose(line))
            .map(|line| line.chars)
            .sum()
    }

    /// Whether a line belongs to the story.
    fn judge(
        &self,
        line: &Line,
        text: &mut String,
        title: &[char],
        body: &Body,
        left: u32,
        total: u32,
    ) -> Verdict {
        if !text.chars().any(char::is_alphanumeric) {
            return Verdict::Drop("no words");
        }
        if body.blocks.len() < 3 && line.chars < 100 && !title.is_empty() && fold(text) == title {
            return Verdict::Drop("headline again");
        }
        match boilerplate::classify(text) {
            Some(Boilerplate::End) if body.prose > 0 && is_tail(left, total) => {
                return Verdict::End;
            }
            Some(Boilerplate::End | Boilerplate::Noise) => {
                return Verdict::Drop("boilerplate phrase");
            }
            None => {}
        }
        if byline::is_credit_line(text) {
            return Verdict::Credit;
        }
        if line.chars <= 60 {
            let scanned = byline::scan(text);
            if scanned.published.is_some() && scanned.rest.chars().count() <= 4 && scanned.parts > 1
            {
                return Verdict::Drop("byline");
            }
            if text.chars().all(|c| !c.is_alphabetic()) {
                return Verdict::Drop("numbers only");
            }
        }
        let links = line.link_chars * 10 >= line.chars * 9;
        if links && !(line.stops > 0 && line.chars >= 40) {
            return Verdict::Drop("link");
        }
        if let Some((at, credit)) = trailing_credit(text) {
            let credit = credit.to_owned();
            text.truncate(at);
            let _ = credit;
        }
        Verdict::Keep
    }

    /// What surrounds a block, up to the root.
    fn around(&self, block: NodeId, total: u32) -> Around {
        let mut around = Around::default();
        let mut id = block;
        while id != self.root && id > self.root {
            match self.dom.tag(id) {
                Some(Tag::Li) if around.item.is_none() => {
                    let list = self.dom.parent(id).unwrap_or(id);
                    around.item = Some((list, id));
                }
                Some(Tag::Td | Tag::Th) if around.cell.is_none() => around.cell = Some(id),
                Some(Tag::Tr) if around.row.is_none() => around.row = Some(id),
                Some(Tag::Blockquote) => around.quote = true,
                Some(Tag::H1 | Tag::H2 | Tag::H3 | Tag::H4 | Tag::H5 | Tag::H6) => {
                    around.heading = true
                }
                _ => {}
            }
            match hint(self.dom, id) {
                Hint::Aside | Hint::Hidden => {
                    let inside = self.prose(self.lines.within(self.dom, id));
                    if inside as f32 <= total as f32 * ASIDE_SHARE {
                        around.dropped = true;
                        return around;
                    }
                }
                Hint::Caption => around.caption = true,
                Hint::None => {}
            }
            match self.dom.parent(id) {
                Some(parent) => id = parent,
                None => break,
            }
        }
        around
    }

    fn push_picture(&self, body: &mut Body, picture: &Picture) -> Option<usize> {
        let source = ["data-src", "data-original", "data-url", "src"]
            .iter()
            .filter_map(|name| self.dom.attr(picture.node, name))
            .map(|value| value.trim().to_owned())
            .find(|value| !value.is_empty() && !value.starts_with("data:"))?;
        let image = resolve(self.base, &source);
        body.blocks.push(Block::Caption {
            text: String::new(),
            image: Some(image),
        });
        Some(body.blocks.len() - 1)
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the state of one pass over the lines"
    )]
    fn push(
        &self,
        body: &mut Body,
        text: String,
        line: &Line,
        around: Around,
        picture: Option<usize>,
        list: &mut Option<(NodeId, NodeId)>,
        row: &mut Option<(NodeId, NodeId)>,
    ) {
        let caption = around.caption
            || (picture.is_some() && is_caption(&text, line))
            || is_marked_caption(&text);
        if caption && line.chars <= 160 {
            match body.blocks.last_mut() {
                Some(Block::Caption { text: known, .. }) if known.is_empty() => *known = text,
                _ => body.blocks.push(Block::Caption { text, image: None }),
            }
            return;
        }
        if around.heading || self.is_bold(line) && line.chars <= 40 && line.stops == 0 {
            body.blocks.push(Block::Heading { text });
            return;
        }
        if let Some((ul, li)) = around.item {
            if let (Some((known_list, known_item)), Some(Block::List { items, .. })) =
                (*list, body.blocks.last_mut())
                && known_list == ul
            {
                match items.last_mut() {
                    Some(item) if known_item == li => {
                        item.push(' ');
                        item.push_str(&text);
                    }
                    _ => items.push(text),
                }
            } else {
                let ordered = self.dom.tag(ul) == Some(Tag::Ol);
                body.blocks.push(Block::List {
                    ordered,
                    items: vec![text],
                });
            }
            *list = Some((ul, li));
            return;
        }
        if let (Some(tr), Some(td)) = (around.row, around.cell)
            && self.is_data_row(tr)
        {
            if let (Some((known_row, known_cell)), Some(Block::TableRow { cells })) =
                (*row, body.blocks.last_mut())
                && known_row == tr
            {
                match cells.last_mut() {
                    Some(cell) if known_cell == td => {
                        cell.push(' ');
                        cell.push_str(&text);
                    }
                    _ => cells.push(text),
                }
            } else {
                body.blocks.push(Block::TableRow { cells: vec![text] });
            }
            *row = Some((tr, td));
            return;
        }
        if around.quote {
            body.blocks.push(Block::Quote { text });
        } else {
            body.blocks.push(Block::Paragraph { text });
        }
    }

    /// Whether all of a line's text is bold.
    fn is_bold(&self, line: &Line) -> bool {
        let first = super::lines::node(line.start);
        self.dom
            .ancestors(first)
            .take_while(|id| *id > line.block)
            .any(|id| {
                matches!(self.dom.tag(id), Some(Tag::Strong | Tag::B))
                    && self.dom.end(id) >= line.end
            })
    }

    /// A row of data has more than one cell and none with a paragraph of prose.
    fn is_data_row(&self, tr: NodeId) -> bool {
        let cells = self
            .dom
            .children(tr)
            .filter(|id| matches!(self.dom.tag(*id), Some(Tag::Td | Tag::Th)))
            .count();
        let range = self.lines.within(self.dom, tr);
        cells >= 2 && range.len() <= 60 && self.lines.all[range].iter().all(|line| line.chars <= 80)
    }
}

enum Verdict {
    Keep,
    Credit,
    End,
    Drop(&'static str),
}

fn is_tail(left: u32, total: u32) -> bool {
    left as f32 <= total as f32 * TAIL_SHARE
}

/// A short line right after a picture that reads as a caption: with a photographer's credit or without a full stop.
fn is_caption(text: &str, line: &Line) -> bool {
    line.chars <= 60
        && (!text.ends_with(['。', '！', '？', '”', '：', '；']) || ends_with_credit(text))
}

/// A line that says itself that it is a caption.
fn is_marked_caption(text: &str) -> bool {
    const STARTS: [&str; 10] = [
        "▲",
        "△",
        "图注：",
        "图为",
        "图片来源",
        "資料照",
        "资料图",
        "图／",
        "（图",
        "图源",
    ];
    text.chars().count() <= 100
        && (STARTS.iter().any(|start| text.starts_with(start)) || ends_with_credit(text))
}

fn ends_with_credit(text: &str) -> bool {
    let text = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    text.chars().count() <= 100
        && [
            " 摄",
            "摄影",
            "供图",
            " 图",
            "翻摄",
            "翻攝",
            "受访者供",
            "/摄",
        ]
        .iter()
        .any(|end| text.ends_with(end))
}

/// Credits in a bracket at the end of a paragraph: `…（編輯：某某）1130101`.
fn trailing_credit(text: &str) -> Option<(usize, &str)> {
    let open = text.rfind(['（', '(', '[', '【'])?;
    let tail = &text[open..];
    if tail.chars().count() > 40
        || !(tail.contains("编辑") || tail.contains("編輯") || tail.contains("责编"))
    {
        return None;
    }
    byline::is_credit_line(tail.trim_end_matches(|c: char| c.is_ascii_digit()))
        .then_some((open, tail))
}

/// Makes an address absolute where the page's own is known.
pub(super) fn resolve(base: Option<&str>, address: &str) -> String {
    let Some((scheme, rest)) = base.and_then(|base| base.split_once("://")) else {
        return address.to_owned();
    };
    if address.contains("://") {
        return address.to_owned();
    }
    if let Some(rest) = address.strip_prefix("//") {
        return format!("{scheme}://{rest}");
    }
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    if address.starts_with('/') {
        return format!("{scheme}://{host}{address}");
    }
    let path = rest.split(['?', '#']).next().unwrap_or(rest);
    let folder = path.rfind('/').map_or(path, |end| &path[..end]);
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in address.split('/') {
        match part {
            "." => {}
            ".." if parts.len() > 1 => {
                parts.pop();
            }
            ".." => {}
            part => parts.push(part),
        }
    }
    format!("{scheme}://{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let base = Some("https://a.example/news/2024/1.html");
        for (address, expected) in [
            ("https://b.example/1.jpg", "https://b.example/1.jpg"),
            ("//b.example/1.jpg", "https://b.example/1.jpg"),
            ("/img/1.jpg", "https://a.example/img/1.jpg"),
            ("1.jpg", "https://a.example/news/2024/1.jpg"),
            ("../1.jpg", "https://a.example/news/1.jpg"),
            ("../../../../1.jpg", "https://a.example/1.jpg"),
        ] {
            assert_eq!(resolve(base, address), expected, "{address}");
        }
        assert_eq!(resolve(None, "../1.jpg"), "../1.jpg");
    }
}
