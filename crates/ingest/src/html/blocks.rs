//! Turns the story's lines into blocks, without what is not the story's: credits, share bars, related links.

use std::ops::Range;

use super::caption;
use super::clean::{self, Seen, Verdict};
use super::compose::{Around, Composer};
use super::dom::{Dom, NodeId};
use super::hints::{Hint, hint};
use super::lines::{Line, Lines, Picture};
use super::story::is_prose;
use super::tag::Tag;
use super::title::fold;
use crate::article::Block;
use crate::bounds::Room;

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
    /// Whether something of the story was left out, since there is an end to how large a body may be.
    pub(super) is_cut: bool,
}

/// The lines beside the story that are kept, credits and dropped ones, have at most so many bytes together.
const MAX_BESIDE: usize = 1 << 20;

impl Body {
    /// Keeps a line of credits, as long as there is room.
    fn credit(&mut self, mut text: String, beside: &mut Room) {
        if beside.fit(&mut text) {
            self.credits.push(text);
        }
    }

    /// Keeps a line that was left out for the trace, as long as there is room.
    fn drop(&mut self, rule: &'static str, mut text: String, beside: &mut Room) {
        if beside.fit(&mut text) {
            self.dropped.push((rule, text));
        }
    }
}

/// What is asked about the same elements for every line in them; without it, many lines in one long element would
/// take time by the square of their number.
struct Memo {
    /// For each line, the characters of prose before it.
    prose_before: Vec<u32>,
    /// The hints of the root's subtree, as far as they are known.
    hints: Vec<Option<Hint>>,
}

impl Memo {
    fn new(builder: &Builder<'_>) -> Self {
        let mut sum = 0;
        let mut prose_before = vec![0];
        for line in &builder.lines.all {
            sum += if is_prose(line) { line.chars } else { 0 };
            prose_before.push(sum);
        }
        let nodes = builder.dom.end(builder.root) - builder.root.index();
        Self {
            prose_before,
            hints: vec![None; nodes],
        }
    }

    /// The characters of prose in these lines.
    fn prose(&self, lines: Range<usize>) -> u32 {
        self.prose_before[lines.end] - self.prose_before[lines.start]
    }

    /// The hint of an element under the root.
    fn hint(&mut self, builder: &Builder<'_>, id: NodeId) -> Hint {
        let place = id.index() - builder.root.index();
        *self.hints[place].get_or_insert_with(|| hint(builder.dom, id))
    }
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
        let mut memo = Memo::new(self);
        let total = memo.prose(range.clone());
        let mut left = total;
        let mut composer = Composer::new(Room::for_body());
        let mut beside = Room::of(MAX_BESIDE);
        let title = fold(self.title);
        let mut pictures = self.lines.pictures.iter().peekable();
        while pictures
            .next_if(|picture| picture.line < range.start)
            .is_some()
        {}
        let mut skip_to = 0;
        let centred = self.is_centred_throughout(range.clone());
        for i in range.clone() {
            if i < skip_to {
                continue;
            }
            if composer.is_full() {
                break;
            }
            let line = &self.lines.all[i];
            if is_prose(line) {
                left -= line.chars.min(left);
            }
            let mut picture = None;
            while let Some(next) = pictures.next_if(|picture| picture.line <= i) {
                picture = self.push_picture(&mut composer, next).or(picture);
            }
            let mut around = self.around(line.block, total, &body, &mut memo);
            let mut text = self.lines.text_to(self.dom, i, composer.left());
            if around.dropped {
                body.drop("element named as something else", text, &mut beside);
                continue;
            }
            let seen = Seen {
                title: &title,
                blocks: composer.len(),
                prose: body.prose,
                left,
                total,
                dated: self.dated,
                in_table: around.cell.is_some(),
            };
            match clean::judge(line, &text, &seen) {
                Verdict::Keep => {}
                Verdict::KeepUpTo(end) => {
                    body.credit(text[end..].to_owned(), &mut beside);
                    text.truncate(end);
                }
                Verdict::Drop(rule) => {
                    body.drop(rule, text, &mut beside);
                    continue;
                }
                Verdict::Credit => {
                    let names_editor = text.contains('编') || text.contains('編');
                    body.credit(text, &mut beside);
                    if names_editor && seen.is_tail() || seen.is_over() {
                        break;
                    }
                    continue;
                }
                Verdict::End => {
                    body.drop("end of the story", text, &mut beside);
                    match self.end_of_box(line.block, &body, i, range.end) {
                        Some(end) => skip_to = end,
                        None => break,
                    }
                    continue;
                }
            }
            body.last_line = i;
            if line.stops > 0 {
                body.prose += line.chars;
            }
            around.caption |= caption::is_marked(&text)
                || picture.is_some_and(|picture| self.is_caption(&text, line, picture, centred));
            around.caption &= line.chars <= caption::MAX_CHARS;
            around.heading |= line.chars <= 40 && line.stops == 0 && self.is_bold(line);
            composer.push(text, around);
        }
        body.is_cut = composer.is_full();
        body.blocks = composer.finish();
        body
    }

    /// What surrounds a block, up to the root.
    fn around(&self, block: NodeId, total: u32, body: &Body, memo: &mut Memo) -> Around {
        let mut around = Around::default();
        let mut id = block;
        while id != self.root && id > self.root {
            match self.dom.tag(id) {
                Some(Tag::Li) if around.item.is_none() => {
                    let list = self.dom.parent(id).unwrap_or(id);
                    around.item = Some((list, id));
                    around.ordered = self.dom.tag(list) == Some(Tag::Ol);
                }
                Some(Tag::Td | Tag::Th) if around.cell.is_none() => {
                    let row = self.dom.parent(id).filter(|tr| self.is_data_row(*tr));
                    around.cell = row.map(|tr| (tr, id));
                }
                Some(Tag::Blockquote) => around.quote = true,
                Some(Tag::H1 | Tag::H2 | Tag::H3 | Tag::H4 | Tag::H5 | Tag::H6) => {
                    around.heading = true
                }
                _ => {}
            }
            match memo.hint(self, id) {
                // A paragraph of prose is no tool, whatever its name.
                Hint::Tool
                    if self.dom.tag(id) == Some(Tag::P)
                        && memo.prose(self.lines.within(self.dom, id)) > 0 => {}
                named @ (Hint::Aside | Hint::Hidden | Hint::Tool) => {
                    let inside = memo.prose(self.lines.within(self.dom, id));
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

    /// Where a box between the story's paragraphs ends: a line that announces the end stands in an element of its own,
    /// and prose beside the story's last prose follows it.
    fn end_of_box(&self, block: NodeId, body: &Body, line: usize, end: usize) -> Option<usize> {
        let story = self.dom.parent(self.lines.all[body.last_line].block)?;
        let inner = std::iter::once(block)
            .chain(self.dom.ancestors(block))
            .find(|id| self.dom.parent(*id) == Some(story))?;
        let box_end = self.lines.within(self.dom, inner).end;
        let nested = inner != block && box_end > line + 1;
        let goes_on = (box_end..end).any(|i| {
            let line = &self.lines.all[i];
            is_prose(line) && self.dom.parent(line.block) == Some(story)
        });
        (nested && goes_on).then_some(box_end)
    }

    /// Whether most of the story's prose is centred, so that centring says nothing.
    fn is_centred_throughout(&self, range: Range<usize>) -> bool {
        let prose = || {
            let lines = self.lines.all[range.clone()].iter();
            lines.filter(|line| is_prose(line)).take(40)
        };
        let centred = prose().filter(|line| self.is_centred(line.block)).count();
        centred * 2 > prose().count()
    }

    /// Adds a picture that has an address, and gives back its node.
    fn push_picture(&self, composer: &mut Composer, picture: &Picture) -> Option<NodeId> {
        let source = ["data-src", "data-original", "data-url", "src"]
            .iter()
            .filter_map(|name| self.dom.attr(picture.node, name))
            .map(|value| value.trim().to_owned())
            .find(|value| !value.is_empty() && !value.starts_with("data:"))?;
        let image = resolve(self.base, &source);
        composer.push_picture(image);
        Some(picture.node)
    }

    /// Whether a short line right after a picture is its caption: it shares the picture's block, or is centred below it.
    fn is_caption(&self, text: &str, line: &Line, picture: NodeId, centred: bool) -> bool {
        if line.chars > 60 {
            return false;
        }
        if !centred && self.is_centred(line.block) {
            return true;
        }
        let shares = line.block != self.root && self.dom.contains(line.block, picture);
        (shares || self.is_centred(line.block))
            && !text.ends_with(['。', '！', '？', '”', '：', '；'])
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
        let range = self.lines.within(self.dom, tr);
        let mut cells = self
            .dom
            .children(tr)
            .filter(|id| matches!(self.dom.tag(*id), Some(Tag::Td | Tag::Th)));
        range.len() <= 60
            && self.lines.all[range].iter().all(|line| line.chars <= 80)
            && cells.nth(1).is_some()
    }
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
