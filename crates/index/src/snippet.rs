//! The lines of an article that show why it was found.

mod passages;

use std::fmt;
use std::ops::Range;

use crate::highlight::{Needles, in_chars};

/// How a snippet is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SnippetOptions {
    /// The longest a snippet may be, in characters. By default, 120.
    pub max_chars: usize,
    /// How many separate passages it may have. By default, 2.
    pub max_passages: usize,
}

impl Default for SnippetOptions {
    fn default() -> Self {
        Self {
            max_chars: 120,
            max_passages: 2,
        }
    }
}

/// A part of an article with what matched marked in it.
///
/// The characters are the article's own; only where something was left out stands `…`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Snippet {
    /// The text, without markup.
    pub text: String,
    /// What matched, in characters of `text`: sorted, not empty, not overlapping.
    pub marks: Vec<Range<usize>>,
}

impl Snippet {
    /// The snippet as HTML: escaped, with `<mark>` around what matched.
    #[must_use]
    pub fn to_html(&self) -> String {
        let mut html = String::with_capacity(self.text.len() + 32);
        self.pieces(|marked, piece| {
            if marked {
                html.push_str("<mark>");
            }
            for c in piece.chars() {
                match c {
                    '&' => html.push_str("&amp;"),
                    '<' => html.push_str("&lt;"),
                    '>' => html.push_str("&gt;"),
                    '"' => html.push_str("&quot;"),
                    '\'' => html.push_str("&#39;"),
                    c => html.push(c),
                }
            }
            if marked {
                html.push_str("</mark>");
            }
        });
        html
    }

    /// The snippet with `open` and `close` around what matched, nothing escaped.
    #[must_use]
    pub fn to_marked(&self, open: &str, close: &str) -> String {
        let mut text = String::with_capacity(self.text.len() + 32);
        self.pieces(|marked, piece| {
            if marked {
                text.push_str(open);
            }
            text.push_str(piece);
            if marked {
                text.push_str(close);
            }
        });
        text
    }

    /// Hands out the text in order, piece by piece, with whether the piece is marked.
    fn pieces(&self, mut sink: impl FnMut(bool, &str)) {
        let mut rest = self.text.as_str();
        let mut at = 0;
        for mark in &self.marks {
            let (plain, tail) = split_chars(rest, mark.start.saturating_sub(at));
            let (marked, tail) = split_chars(tail, mark.end.saturating_sub(mark.start));
            if !plain.is_empty() {
                sink(false, plain);
            }
            if !marked.is_empty() {
                sink(true, marked);
            }
            rest = tail;
            at = mark.end;
        }
        if !rest.is_empty() {
            sink(false, rest);
        }
    }
}

impl fmt::Display for Snippet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Cuts the passages out of `body`, which is in UTF-16, that show best what matched.
pub(crate) fn cut(body: &[u16], needles: &Needles, options: &SnippetOptions) -> Snippet {
    let marks = needles.marks(body);
    let passages = passages::choose(body, &marks, options);
    let mut text: Vec<u16> = Vec::new();
    let mut ranges = Vec::new();
    let mut end = 0;
    for passage in passages {
        let (start, stop) = (passage.start, passage.end);
        // Between sentences nothing is said to be missing; within one, it is.
        if passages::is_cut_before(body, start) || !text.is_empty() {
            text.push(ELLIPSIS);
        }
        let shift = text.len();
        text.extend_from_slice(&body[start..stop]);
        ranges.extend(
            marks
                .iter()
                .filter(|mark| start <= mark.range.start && mark.range.end <= stop)
                .map(|mark| mark.range.start - start + shift..mark.range.end - start + shift),
        );
        end = stop;
    }
    if !text.is_empty() && passages::is_cut_after(body, end) {
        text.push(ELLIPSIS);
    }
    Snippet {
        marks: in_chars(&text, ranges),
        text: String::from_utf16_lossy(&text),
    }
}

/// Stands where something was left out.
const ELLIPSIS: u16 = '…' as u16;

/// Splits after `n` characters, or at the end.
fn split_chars(text: &str, n: usize) -> (&str, &str) {
    let at = text.char_indices().nth(n).map_or(text.len(), |(at, _)| at);
    text.split_at(at)
}
