//! Turns the story's lines into blocks, without what is not the story's: credits, share bars, related links.

use std::ops::Range;

use super::clean::{self, Seen, Verdict};
use super::dom::{Dom, NodeId};
use super::hints::{Hint, hint};
use super::lines::{Line, Lines, Picture};
use super::story::is_prose;
use super::tag::Tag;
use super::title::fold;
use crate::article::Block;

/// An element named as something else is believed if it holds no more than this share of the story's prose.
const ASIDE_SHARE: f32 = 0.4;

/// The same for an element named as a tool, whose name may be that of a part of the story.
const TOOL_SHARE: f32 = 0.12;

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
    /// Whether the publication date stands before the story.
    pub(super) dated: bool,
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
                picture = self.push_picture(&mut body, next).or(picture);
            }
            let around = self.around(line.block, total, &body);
            let mut text = self.lines.text(self.dom, i);
            if around.dropped {
                body.dropped.push(("element named as something else", text));
                continue;
            }
            let seen = Seen {
                title: &title,
                blocks: body.blocks.len(),
                prose: body.prose,
                left,
                total,
                dated: self.dated,
                in_table: around.row.is_some_and(|tr| self.is_data_row(tr)),
            };
            match clean::judge(line, &text, &seen) {
                Verdict::Keep => {}
                Verdict::KeepUpTo(end) => {
                    body.credits.push(text[end..].to_owned());
                    text.truncate(end);
                }
                Verdict::Drop(rule) => {
                    body.dropped.push((rule, text));
                    continue;
                }
                Verdict::Credit => {
                    let names_editor = text.contains('编') || text.contains('編');
                    body.credits.push(text);
                    if names_editor && seen.is_tail() || seen.is_over() {
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
            if line.stops > 0 {
                body.prose += line.chars;
            }
            self.push(&mut body, text, line, around, picture, &mut list, &mut row);
        }
        trim_end(&mut body.blocks);
        body
    }

    fn prose(&self, range: Range<usize>) -> u32 {
        self.lines.all[range]
            .iter()
            .filter(|line| is_prose(line))
            .map(|line| line.chars)
            .sum()
    }

    /// What surrounds a block, up to the root.
    fn around(&self, block: NodeId, total: u32, body: &Body) -> Around {
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
                named @ (Hint::Aside | Hint::Hidden | Hint::Tool) => {
                    let inside = self.prose(self.lines.within(self.dom, id));
                    let share = if named == Hint::Tool {
                        TOOL_SHARE
                    } else {
                        ASIDE_SHARE
                    };
                    // What begins after the story has begun can be comments longer than it.
                    let follows = named == Hint::Aside
                        && body.prose > 0
                        && self.lines.within(self.dom, id).start > body.last_line;
                    if follows || inside as f32 <= total as f32 * share {
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

    /// Adds a picture that has an address, and gives back its node.
    fn push_picture(&self, body: &mut Body, picture: &Picture) -> Option<NodeId> {
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
        Some(picture.node)
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
        picture: Option<NodeId>,
        list: &mut Option<(NodeId, NodeId)>,
        row: &mut Option<(NodeId, NodeId)>,
    ) {
        let caption = around.caption
            || picture.is_some_and(|picture| self.is_caption(&text, line, picture))
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

    /// Whether a short line right after a picture is its caption: it shares the picture's block, or is centred below it.
    fn is_caption(&self, text: &str, line: &Line, picture: NodeId) -> bool {
        if line.chars > 60 || text.ends_with(['。', '！', '？', '”', '：', '；']) {
            return false;
        }
        let shares = line.block != self.root && self.dom.contains(line.block, picture);
        shares || self.is_centred(line.block)
    }

    fn is_centred(&self, block: NodeId) -> bool {
        self.dom.tag(block) == Some(Tag::Center)
            || self.dom.attributes(block).any(|(name, value)| {
                let value = value.to_ascii_lowercase();
                name.eq_ignore_ascii_case("align") && value == "center"
                    || name.eq_ignore_ascii_case("style")
                        && value.replace(' ', "").contains("text-align:center")
            })
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

/// Takes away what a story does not end with: single characters set one below the other, and a line that announces
/// something that does not come.
fn trim_end(blocks: &mut Vec<Block>) {
    while let Some(Block::Paragraph { text } | Block::Heading { text }) = blocks.last() {
        let count = text.chars().count();
        if count <= 1 || count <= 12 && text.ends_with(['：', ':']) {
            blocks.pop();
        } else {
            break;
        }
    }
}

/// A line that says itself that it is a caption.
fn is_marked_caption(text: &str) -> bool {
    const STARTS: &[&str] = &[
        "▲",
        "△",
        "▼",
        "↑",
        "图注：",
        "图为",
        "圖為",
        "图片来源",
        "资料图",
        "資料圖",
        "資料照",
        "图／",
        "圖／",
        "图/",
        "图｜",
        "图|",
        "图：",
        "圖：",
        "（图",
        "（圖",
        "图源",
        "题图",
        "題圖",
        "配图",
        "图片由",
        "图片均",
    ];
    text.chars().count() <= 120
        && !text.contains("/文")
        && (STARTS.iter().any(|start| text.starts_with(start)) || ends_with_credit(text))
}

fn ends_with_credit(text: &str) -> bool {
    const ENDS: &[&str] = &[
        " 摄",
        "摄影",
        " 攝",
        "攝影",
        "供图",
        "供圖",
        " 图",
        " 圖",
        "翻摄",
        "翻攝",
        "/摄",
        "／摄",
        "傳真",
        "提供）",
        "摄）",
        "摄)",
        "攝）",
        "图）",
        "圖）",
    ];
    // `… 某某攝 113年1月1日`
    let text = text
        .trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '年' | '月' | '日' | ' '));
    let bare = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    text.chars().count() <= 120
        && (ENDS
            .iter()
            .any(|end| text.ends_with(end) || bare.ends_with(end))
            || signed_by_photographer(bare))
}

/// `…。记者张三摄`: a photographer after the caption's last sentence.
fn signed_by_photographer(text: &str) -> bool {
    let Some(head) = text.strip_suffix(['摄', '攝']) else {
        return false;
    };
    let sentence = head
        .rfind(['。', '，', ' ', '（', '(', '/', '／'])
        .map_or(head, |at| &head[at..]);
    sentence.chars().count() <= 16
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
