//! The story of a dump: paragraphs, section headings, captions, and where it ends.

use super::head;
use super::line::Line;
use crate::article::Block;
use crate::boilerplate::Boilerplate;
use crate::byline::{self, Byline, Place};
use crate::html::DroppedLine;

/// What the lines of the story and below it say.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) blocks: Vec<Block>,
    pub(super) byline: Byline,
    /// Whether an editor's line closes the story.
    pub(super) closed: bool,
    /// The lines of credits.
    pub(super) credits: Vec<String>,
    /// Lines that were left out and why.
    pub(super) dropped: Vec<DroppedLine>,
}

/// A line of credits has at most this many characters.
const MAX_CREDITS: usize = 80;

/// A heading has at most this many characters.
const MAX_HEADING: usize = 28;

/// A caption has at most this many characters.
const MAX_CAPTION: usize = 80;

/// Reads the story, whose first line is the first of `lines`.
pub(super) fn read(lines: &[Line], title: Option<&str>) -> Body {
    let mut body = Body::default();
    let mut story: Vec<&Line> = Vec::new();
    let mut awaits_name = false;
    let mut noise_at = Vec::new();
    for line in lines {
        let is_name = line.n_chars <= 12 && !line.ends_sentence() && !line.is_furniture();
        if std::mem::take(&mut awaits_name) && is_name {
            body.byline.editors.extend(byline::people(&line.text));
            continue;
        }
        if let Some(credits) = credits(line) {
            // `责任编辑：` with the name on the next line.
            awaits_name = credits.editors.is_empty() && is_editor_label(&line.text);
            body.closed |= !story.is_empty() && (awaits_name || !credits.editors.is_empty());
            head::merge(&mut body.byline, credits);
            body.credits.push(line.text.clone());
            continue;
        }
        if body.closed {
            body.drop(line, "below the editor's line");
            continue;
        }
        match line.boilerplate {
            Some(Boilerplate::End) if story.iter().any(|line| line.is_prose()) => {
                body.drop(line, "the story is over");
                break;
            }
            Some(_) => {
                body.drop(line, "boilerplate");
                noise_at.push(story.len());
                continue;
            }
            None => {}
        }
        let repeats_title = story.is_empty() && title == Some(line.text.as_str());
        if !repeats_title {
            story.push(line);
        }
    }
    // Below the last indented paragraph, the frame's first line ends the story.
    let indented = story
        .iter()
        .rposition(|line| line.indented && line.is_prose());
    if let Some(last) = indented
        && let Some(&end) = noise_at.iter().find(|end| **end > last)
    {
        for line in story.split_off(end) {
            body.drop(line, "below the page's frame");
        }
    }
    if !body.closed {
        for line in story.split_off(end_of(&story, &noise_at)) {
            body.drop(line, "below the story");
        }
    }
    while let Some(line) = story.pop_if(|line| !line.is_prose() && line.is_furniture()) {
        body.drop(line, "footer");
    }
    let is_frame = |line: &Line| !line.is_prose() && (line.is_furniture() || line.n_chars <= 2);
    let start = story.iter().take_while(|line| is_frame(line)).count();
    story.drain(..start);
    body.blocks = blocks(&story, &mut body.byline);
    body
}

impl Body {
    fn drop(&mut self, line: &Line, rule: &'static str) {
        self.dropped.push(DroppedLine {
            rule,
            text: line.text.clone(),
        });
    }
}

/// A line that is nothing but credits.
fn credits(line: &Line) -> Option<Byline> {
    if line.n_chars > MAX_CREDITS || line.ends_sentence() {
        return None;
    }
    let is_credits = byline::is_credit_line(&line.text) || is_editor_label(&line.text);
    is_credits.then(|| byline::scan(&line.text))
}

fn is_editor_label(text: &str) -> bool {
    let label = text.trim_end_matches([':', '：', ' ']);
    matches!(label, "责任编辑" | "责编" | "编辑" | "責任編輯" | "編輯")
}

/// Where the story ends: behind the line up to which most speaks for a story. Prose speaks for it, the more the longer;
/// short lines speak against it, as lists of links are made of them, and boilerplate between them does even more.
fn end_of(story: &[&Line], noise_at: &[usize]) -> usize {
    let mut noise = noise_at.iter().peekable();
    let (mut end, mut score, mut best) = (0, 0i64, 0i64);
    for (i, line) in story.iter().enumerate() {
        while noise.next_if(|at| **at <= i).is_some() {
            score -= 30;
        }
        let length = i64::try_from(line.n_chars.min(200)).unwrap_or(200);
        score += match line {
            line if line.is_prose() => 30 + length,
            line if line.is_furniture() => -40,
            line if line.indented || line.ends_sentence() => 10,
            _ => -12,
        };
        if score >= best {
            (end, best) = (i + 1, score);
        }
    }
    end
}

/// Tells paragraphs, headings and captions apart.
fn blocks(story: &[&Line], byline: &mut Byline) -> Vec<Block> {
    let indented = story
        .iter()
        .filter(|line| line.indented && line.is_prose())
        .count();
    let prose = story.iter().filter(|line| line.is_prose()).count();
    // Some dumps have lost their indentation; then its absence says nothing.
    let by_indentation = indented > 0 && indented * 2 >= prose;
    let mut blocks = Vec::with_capacity(story.len());
    for (i, line) in story.iter().enumerate() {
        let is_last = i + 1 == story.len();
        let text = match is_last.then(|| split_credits(line)).flatten() {
            Some((text, credits)) => {
                head::merge(byline, credits);
                text.to_owned()
            }
            None => line.text.clone(),
        };
        if text.is_empty() {
            continue;
        }
        let near = |at: Option<usize>| {
            at.and_then(|at| story.get(at))
                .is_some_and(|line| is_heading(line, by_indentation))
        };
        let in_pair = near(i.checked_sub(1)) || near(Some(i + 1));
        blocks.push(
            if is_caption(line, by_indentation, in_pair) && !(i == 0 && is_lead(&text)) {
                Block::Caption { text, image: None }
            } else if is_heading(line, by_indentation) && i + 1 < story.len() {
                Block::Heading { text }
            } else {
                Block::Paragraph { text }
            },
        );
    }
    blocks
}

/// A short line without the end of a sentence that stands out: unindented among indented ones, or numbered.
fn is_heading(line: &Line, by_indentation: bool) -> bool {
    if line.n_chars > MAX_HEADING
        || line.ends_sentence()
        || line.text.ends_with(['，', '、', '：', ':'])
    {
        return false;
    }
    if is_picture_note(&line.text) {
        return false;
    }
    if by_indentation && line.indented {
        return is_numbered(&line.text);
    }
    line.n_chars >= 2
}

/// A lone short line among indented paragraphs, or one that speaks of its picture.
fn is_caption(line: &Line, by_indentation: bool, in_pair: bool) -> bool {
    if line.n_chars > MAX_CAPTION {
        return false;
    }
    if is_picture_note(&line.text) {
        return true;
    }
    if !by_indentation || line.indented {
        return false;
    }
    // Two sentences are a paragraph that has lost its indentation.
    let sentences = line.text.matches(['。', '！', '？']).count();
    if line.ends_sentence() {
        return sentences <= 1 || line.n_chars <= 40;
    }
    !in_pair && (line.n_chars > MAX_HEADING || line.text.contains(['，', '。']))
}

/// `本报讯（记者 …）…`: the first paragraph, whatever its indentation.
fn is_lead(text: &str) -> bool {
    let head: String = text.chars().take(16).collect();
    [
        "本报",
        "本网",
        "本刊",
        "讯 ",
        "讯（",
        "讯(",
        "电 ",
        "电（",
        "（记者",
        "记者从",
    ]
    .iter()
    .any(|word| head.contains(word))
}

/// `图为…`, `▲…`, `… 某某 摄`.
fn is_picture_note(text: &str) -> bool {
    const STARTS: [&str; 10] = [
        "图为",
        "圖為",
        "图①",
        "图1",
        "▲",
        "△",
        "▼",
        "↑",
        "资料图",
        "（资料图",
    ];
    let end = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    STARTS.iter().any(|start| text.starts_with(start))
        || (end.ends_with(['摄', '攝']) && text.chars().count() <= MAX_CAPTION)
}

/// `一、…`, `（二）…`, `3.…`: a numbered heading.
fn is_numbered(text: &str) -> bool {
    let inner = text.trim_start_matches(['（', '(']);
    let digits: usize = inner
        .chars()
        .take_while(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(*c))
        .map(char::len_utf8)
        .sum();
    digits > 0 && inner[digits..].starts_with(['、', '．', '.', '）', ')'])
}

/// Parts the editor's credit from the end of a paragraph: `…。（责任编辑：某某）`.
fn split_credits(line: &Line) -> Option<(&str, Byline)> {
    const LABELS: [&str; 4] = ["责任编辑", "责编", "責任編輯", "编辑："];
    let at = LABELS.iter().find_map(|label| line.text.rfind(label))?;
    let (text, tail) = line.text.split_at(at);
    let text = text.trim_end_matches(['（', '(', '[', '【', ' ']);
    let ends = text.is_empty() || text.ends_with(['。', '！', '？', '”', '…', '）']);
    if !ends || tail.chars().count() > 24 {
        return None;
    }
    let credits = byline::scan(tail);
    (!credits.editors.is_empty()).then_some((text, credits))
}

/// The authors who sign the story's paragraphs.
pub(super) fn signature(blocks: &[Block]) -> Vec<String> {
    let paragraphs: Vec<&str> = blocks
        .iter()
        .filter_map(|block| match block {
            Block::Paragraph { text } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    let (Some(first), Some(last)) = (paragraphs.first(), paragraphs.last()) else {
        return Vec::new();
    };
    let authors = byline::signature(first, Place::First);
    if authors.is_empty() {
        byline::signature(last, Place::Last)
    } else {
        authors
    }
}
