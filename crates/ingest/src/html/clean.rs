//! Which lines inside the story's element are the story's.

use super::lines::Line;
use super::title::fold;
use crate::boilerplate::{self, Boilerplate};
use crate::time::Precision;
use crate::{breadcrumb, byline};

/// If no more than this share of the story's prose follows, a line that announces the end does end it.
const TAIL_SHARE: f32 = 0.34;

/// What is known when a line comes up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen<'t> {
    /// The headline, folded.
    pub(super) title: &'t [char],
    /// Blocks before this line.
    pub(super) blocks: usize,
    /// Characters of prose before this line, after it, and in all.
    pub(super) prose: u32,
    pub(super) left: u32,
    pub(super) total: u32,
    /// Whether the publication date stands before the story.
    pub(super) dated: bool,
    /// Whether the line stands in a cell of a table of data.
    pub(super) in_table: bool,
}

/// What becomes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Keep,
    /// The story's up to this byte, then credits.
    KeepUpTo(usize),
    /// Credits and nothing else.
    Credit,
    /// The story is over.
    End,
    /// Not the story's, for this reason.
    Drop(&'static str),
}

impl Seen<'_> {
    /// Whether nothing of the story is left.
    pub(super) fn is_over(&self) -> bool {
        self.prose > 0 && self.left as f32 <= self.total as f32 * 0.02
    }

    /// Whether little of the story is left.
    pub(super) fn is_tail(&self) -> bool {
        self.prose > 0 && self.left as f32 <= self.total as f32 * TAIL_SHARE
    }
}

/// Decides about a line.
pub(super) fn judge(line: &Line, text: &str, seen: &Seen<'_>) -> Verdict {
    if !text.chars().any(char::is_alphanumeric) {
        return Verdict::Drop("no words");
    }
    if seen.blocks < 3 && line.chars < 100 && !seen.title.is_empty() && fold(text) == seen.title {
        return Verdict::Drop("headline again");
    }
    match boilerplate::classify(text) {
        Some(Boilerplate::End) if seen.is_tail() => return Verdict::End,
        Some(Boilerplate::End | Boilerplate::Noise) => return Verdict::Drop("boilerplate phrase"),
        None => {}
    }
    if byline::is_credit_line(text) {
        return Verdict::Credit;
    }
    if line.chars <= 60
        && let Some(verdict) = short(line, text, seen)
    {
        return verdict;
    }
    let links = line.link_chars * 10 >= line.chars * 9;
    if links && !(line.stops > 0 && line.chars >= 40) {
        return Verdict::Drop("link");
    }
    match trailing_credit(text) {
        Some(at) => Verdict::KeepUpTo(at),
        None => Verdict::Keep,
    }
}

/// Decides about a line that may be a byline, a breadcrumb or the head of a comment.
fn short(line: &Line, text: &str, seen: &Seen<'_>) -> Option<Verdict> {
    if !seen.in_table && !text.chars().any(char::is_alphabetic) {
        // `01` numbers a section, `[1] [2]` the pages.
        let section =
            line.chars <= 2 && line.link_chars == 0 && text.bytes().all(|b| b.is_ascii_digit());
        return (!section).then_some(Verdict::Drop("numbers only"));
    }
    if seen.prose == 0 && line.stops == 0 && breadcrumb::parse_line(text).is_some() {
        return Some(Verdict::Drop("breadcrumb"));
    }
    let outside = seen.prose == 0 || seen.is_over();
    if outside
        && line.chars <= 40
        && line.stops == 0
        && byline::begins_with_label(text)
        && !text.starts_with(['文', '图'])
    {
        return Some(Verdict::Drop("label"));
    }
    // A box's title set upright, one character below the other.
    if line.chars == 1 && !seen.in_table {
        return Some(Verdict::Drop("one character"));
    }
    // `7 分钟`, `音频 04:29`: how long it takes.
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    if seen.prose == 0
        && line.chars <= 8
        && letters <= 2
        && text.contains(|c: char| c.is_ascii_digit())
    {
        return Some(Verdict::Drop("reading time"));
    }
    let scanned = byline::scan(text);
    let time = scanned.published.or(scanned.updated)?;
    let rest = scanned.rest.chars().filter(|c| c.is_alphanumeric()).count();
    // A name and a time to the minute after the story has begun: the head of a reader's comment.
    let is_comment = seen.prose > 0
        && seen.dated
        && (1..=16).contains(&rest)
        && scanned.parts == 1
        && !scanned.dated_by_label
        && time.precision > Precision::Day
        && line.stops == 0;
    if is_comment {
        return Some(Verdict::End);
    }
    if rest <= 4 && (scanned.parts > 1 || outside && time.precision > Precision::Day) {
        return Some(Verdict::Drop("byline"));
    }
    None
}

/// Where credits in a bracket end a paragraph: `…（編輯：某某）1130101`.
fn trailing_credit(text: &str) -> Option<usize> {
    let open = text.rfind(['（', '(', '[', '【'])?;
    let tail = &text[open..];
    let names_editor = ["编辑", "編輯", "责编", "責編"]
        .iter()
        .any(|word| tail.contains(word));
    if open == 0 || tail.chars().count() > 40 || !names_editor {
        return None;
    }
    byline::is_credit_line(tail.trim_end_matches(|c: char| c.is_ascii_digit())).then_some(open)
}
