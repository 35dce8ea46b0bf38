//! A page as lines: the runs of text between the edges of blocks and `<br>`, each with its counts.
//!
//! Everything that decides about the story works on these, so a page's nodes are walked once. A line holds no text,
//! only the range of nodes it came from; [`Lines::text`] makes the text of the few lines that are looked at.

use super::dom::{Dom, NodeId};
use super::tag::Tag;

/// Of a line that is looked at, all but what the story is made of is within so many bytes (64 KiB).
pub(super) const MAX_TEXT: usize = 64 << 10;

/// A run of text between the edges of blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    /// The number of its first text node.
    pub(super) start: usize,
    /// One past the number of its last text node.
    pub(super) end: usize,
    /// The block that holds it.
    pub(super) block: NodeId,
    /// Characters that are not white space.
    pub(super) chars: u32,
    /// Those of them that stand in links.
    pub(super) link_chars: u32,
    /// Commas, full stops and the like; colons and `、` are as common in bylines and lists as in prose.
    pub(super) stops: u32,
}

/// A picture and where it stands among the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) node: NodeId,
    /// The number of the line that holds it or that comes after it.
    pub(super) line: usize,
}

/// The lines of a page, in order.
#[derive(Debug)]
pub(super) struct Lines {
    pub(super) all: Vec<Line>,
    pub(super) pictures: Vec<Picture>,
    /// For each node, the number of lines that begin before it: the lines of a subtree are a range.
    first: Vec<u32>,
}

/// An element whose subtree is being walked.
struct Open {
    end: usize,
    is_block: bool,
    is_link: bool,
}

impl Lines {
    /// Walks a page once.
    pub(super) fn of(dom: &Dom<'_>) -> Self {
        let count = dom.len();
        let mut lines = Builder {
            all: Vec::with_capacity(count / 8),
            current: None,
        };
        let mut pictures = Vec::new();
        let mut first = vec![0_u32; count + 1];
        let mut open: Vec<Open> = Vec::with_capacity(64);
        let mut blocks: Vec<NodeId> = vec![NodeId::DOCUMENT];
        let mut links = 0_usize;
        let mut skip_to = 0;
        for id in dom.ids() {
            let index = id.index();
            if index < skip_to {
                first[index] = lines.started();
                continue;
            }
            while let Some(top) = open.last().filter(|top| top.end <= index) {
                if top.is_block {
                    lines.finish();
                    blocks.pop();
                }
                links -= usize::from(top.is_link);
                open.pop();
            }
            first[index] = lines.started();
            let Some(tag) = dom.tag(id) else {
                if let Some(text) = dom.text(id) {
                    let block = *blocks.last().unwrap_or(&NodeId::DOCUMENT);
                    lines.push(id, block, links > 0, text);
                }
                continue;
            };
            match tag {
                Tag::Br | Tag::Hr => lines.finish(),
                Tag::Img => pictures.push(Picture {
                    node: id,
                    line: lines.started_or_open(),
                }),
                _ if is_skipped(tag) => skip_to = dom.end(id),
                _ => {
                    let is_block = is_block(tag);
                    if is_block {
                        lines.finish();
                        blocks.push(id);
                    }
                    let is_link = tag == Tag::A;
                    links += usize::from(is_link);
                    if is_block || is_link {
                        open.push(Open {
                            end: dom.end(id),
                            is_block,
                            is_link,
                        });
                    }
                }
            }
        }
        lines.finish();
        first[count] = lines.started();
        Self {
            all: lines.all,
            pictures,
            first,
        }
    }

    /// The lines whose text lies in the node's subtree.
    pub(super) fn within(&self, dom: &Dom<'_>, id: NodeId) -> std::ops::Range<usize> {
        let start = self.first[id.index()] as usize;
        start..(self.first[dom.end(id)] as usize).max(start)
    }

    /// The line's text, white space squeezed; of a very long line, its beginning.
    pub(super) fn text(&self, dom: &Dom<'_>, line: usize) -> String {
        self.text_to(dom, line, MAX_TEXT)
    }

    /// The line's text, white space squeezed. Of a line of more than `max` bytes the rest is left out, so that it has a few
    /// more than that.
    pub(super) fn text_to(&self, dom: &Dom<'_>, line: usize, max: usize) -> String {
        let expected = self.all[line].chars as usize * 3 + 8;
        let mut text = String::with_capacity(expected.min(max + 8));
        let Line { start, end, .. } = self.all[line];
        push_text(dom, start..end, max, &mut text);
        text
    }

    /// Appends the line's text, white space squeezed; of a very long line, its beginning.
    pub(super) fn push_text(&self, dom: &Dom<'_>, line: usize, out: &mut String) {
        let Line { start, end, .. } = self.all[line];
        push_text(dom, start..end, MAX_TEXT, out);
    }
}

/// Appends the text of a range of nodes, white space squeezed to one space between characters. Of a text of more than `max`
/// bytes the rest is left out, so that it has a few more than that.
pub(super) fn push_text(
    dom: &Dom<'_>,
    range: std::ops::Range<usize>,
    max: usize,
    out: &mut String,
) {
    let mut skip_to = 0;
    let begin = out.len();
    let end = begin
        .saturating_add(max)
        .saturating_add(1 + char::MAX.len_utf8());
    let mut space = false;
    for id in range.map(node) {
        if id.index() < skip_to {
            continue;
        }
        if let Some(tag) = dom.tag(id) {
            if is_skipped(tag) {
                skip_to = dom.end(id);
            } else if matches!(
                tag,
                Tag::Br | Tag::Td | Tag::Th | Tag::Li | Tag::P | Tag::Div
            ) {
                space = true;
            }
            continue;
        }
        for piece in pieces(dom.text(id).unwrap_or_default()) {
            match piece {
                Piece::Space => space = true,
                Piece::Shown(text) => {
                    if space && out.len() > begin {
                        out.push(' ');
                    }
                    space = false;
                    // Room for the character that shows that there is more, behind a space.
                    let left = end.saturating_sub(out.len());
                    out.push_str(&text[..text.floor_char_boundary(left)]);
                    if out.len() - begin > max {
                        return;
                    }
                }
            }
        }
    }
}

/// The node of a number.
pub(super) fn node(index: usize) -> NodeId {
    // Trees are limited to fewer nodes than 32 bits count.
    NodeId(index as u32)
}

struct Builder {
    all: Vec<Line>,
    current: Option<Line>,
}

impl Builder {
    fn started(&self) -> u32 {
        // A page has fewer nodes, and so fewer lines, than 32 bits count.
        (self.all.len() + usize::from(self.current.is_some())) as u32
    }

    fn started_or_open(&self) -> usize {
        self.all.len()
    }

    fn push(&mut self, id: NodeId, block: NodeId, in_link: bool, text: &str) {
        let (chars, stops) = count(text);
        if chars == 0 {
            return;
        }
        let line = self.current.get_or_insert(Line {
            start: id.index(),
            end: 0,
            block,
            chars: 0,
            link_chars: 0,
            stops: 0,
        });
        line.end = id.index() + 1;
        line.chars += chars;
        line.stops += stops;
        if in_link {
            line.link_chars += chars;
        }
    }

    fn finish(&mut self) {
        self.all.extend(self.current.take());
    }
}

/// Characters that are not white space, and the stops among them.
fn count(text: &str) -> (u32, u32) {
    let (mut chars, mut stops) = (0, 0);
    for piece in pieces(text) {
        if let Piece::Shown(text) = piece {
            // A character each but for the bytes that go on with one.
            let starts = text.bytes().filter(|byte| byte & 0xC0 != 0x80);
            chars += starts.count() as u32;
            // Of several characters none is a stop.
            stops += u32::from(text.starts_with(is_stop));
        }
    }
    (chars, stops)
}

/// A part of a text.
enum Piece<'t> {
    /// A run of [plain](plain_run) characters, or another one that is shown.
    Shown(&'t str),
    /// A character of white space.
    Space,
}

/// The parts of a text, without what is invisible.
fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        while let Some(c) = rest.chars().next() {
            let plain = plain_run(rest);
            let (piece, others) = rest.split_at(plain.max(c.len_utf8()));
            rest = others;
            if plain > 0 {
                return Some(Piece::Shown(piece));
            }
            if is_space(c) {
                return Some(Piece::Space);
            }
            if !is_invisible(c) {
                return Some(Piece::Shown(piece));
            }
        }
        None
    })
}

fn is_stop(c: char) -> bool {
    matches!(c, '，' | '。' | '！' | '？' | '；' | '…')
}

/// How many bytes the text begins with that are characters of two ranges: of ASCII those that are printed, and U+3040 to
/// U+D7FF. They are nearly all of a page's, and neither space, nor invisible, nor stops.
fn plain_run(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        at += match bytes.get(at..) {
            Some([b'!'..=b'~', ..]) => 1,
            Some([0xE3, 0x81..=0xBF, ..] | [0xE4..=0xED, ..]) => 3,
            _ => return at,
        };
    }
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{FEFF}' | '\u{2060}' | '\u{00AD}' | '\u{202A}'..='\u{202E}' | '\u{E000}'..='\u{F8FF}')
}

/// Elements whose content is no text of the page.
pub(super) fn is_skipped(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Script
            | Tag::Style
            | Tag::Noscript
            | Tag::Template
            | Tag::Textarea
            | Tag::Select
            | Tag::Option
            | Tag::Optgroup
            | Tag::Button
            | Tag::Iframe
            | Tag::Svg
            | Tag::Math
            | Tag::Object
            | Tag::Applet
            | Tag::Canvas
            | Tag::Audio
            | Tag::Video
            | Tag::Map
            | Tag::Head
            | Tag::Title
            | Tag::Noframes
            | Tag::Noembed
            | Tag::Rp
            | Tag::Rt
    )
}

/// Elements at whose edges a line ends.
pub(super) fn is_block(tag: Tag) -> bool {
    !matches!(
        tag,
        Tag::A
            | Tag::B
            | Tag::Big
            | Tag::Cite
            | Tag::Code
            | Tag::Del
            | Tag::Em
            | Tag::Font
            | Tag::I
            | Tag::Ins
            | Tag::Label
            | Tag::Mark
            | Tag::Nobr
            | Tag::Other
            | Tag::Q
            | Tag::Rb
            | Tag::Rtc
            | Tag::Ruby
            | Tag::S
            | Tag::Small
            | Tag::Span
            | Tag::Strike
            | Tag::Strong
            | Tag::Sub
            | Tag::Sup
            | Tag::Time
            | Tag::Tt
            | Tag::U
            | Tag::Var
            | Tag::Wbr
            | Tag::Picture
            | Tag::Source
            | Tag::Input
            | Tag::Area
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn characters_are_counted_and_squeezed_as_one_by_one(
            text in "([a~!。，、…文字\u{3000}\u{3040}\u{D7FF}\u{E000}\u{FEFF}\u{200B}\u{A0}\u{85}𠀀 \n]|\\PC){0,30}",
        ) {
            let is_shown = |c: &char| !is_space(*c) && !is_invisible(*c);
            let shown: Vec<char> = text.chars().filter(is_shown).collect();
            let stops = shown.iter().filter(|c| is_stop(**c)).count();
            prop_assert_eq!(count(&text), (shown.len() as u32, stops as u32));
            let visible: String = text.chars().filter(|c| is_shown(c) || is_space(*c)).collect();
            let words: Vec<&str> = visible.split(is_space).filter(|word| !word.is_empty()).collect();
            let html = text.replace('&', "&amp;").replace('<', "&lt;");
            let dom = Dom::parse(&html);
            let mut squeezed = String::new();
            push_text(&dom, 0..dom.len(), usize::MAX, &mut squeezed);
            prop_assert_eq!(squeezed, words.join(" "));
        }
    }
}
