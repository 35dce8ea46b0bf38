//! Where a command prints: standard output with or without colour, notes on standard error.

use std::borrow::Cow;
use std::env;
use std::io::{self, IsTerminal as _, Write};
use std::path::Path;

use clap::builder::styling::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::args::ColorChoice;
use crate::messages::{Language, Message, label};

/// What a command writes to.
pub(crate) struct Console<'a> {
    /// Standard output.
    pub(crate) out: &'a mut dyn Write,
    /// Whether `out` takes colour.
    pub(crate) colored: bool,
    /// The language of messages.
    pub(crate) language: Language,
    /// The terminal's width in columns; `None` if standard output is no terminal.
    pub(crate) columns: Option<usize>,
}

/// The styles of printed hits and tables.
pub(crate) const TITLE: Style = AnsiColor::Cyan.on_default().bold();
pub(crate) const MARK: Style = AnsiColor::Red.on_default().bold();
pub(crate) const DIM: Style = Style::new().dimmed();

impl<'a> Console<'a> {
    /// A console for standard output as it is.
    pub(crate) fn new(out: &'a mut dyn Write, color: ColorChoice, language: Language) -> Self {
        let is_terminal = io::stdout().is_terminal();
        Self {
            out,
            colored: match color {
                ColorChoice::Always => true,
                ColorChoice::Never => false,
                ColorChoice::Auto => is_terminal && colors_wanted(),
            },
            language,
            columns: is_terminal
                .then(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)))
                .flatten(),
        }
    }

    /// The message in the user's language.
    pub(crate) fn text(&self, message: Message<'_>) -> String {
        message.text(self.language)
    }

    /// Says something beside the output, on standard error.
    pub(crate) fn note(&self, message: Message<'_>) {
        note(&self.text(message));
    }

    /// A headline on one line, fit to print; what stands for one if there is none.
    pub(crate) fn headline(&self, title: &str) -> String {
        match title.is_empty() {
            true => label(self.language, "(no title)", "（无标题）").to_owned(),
            false => printable(title).replace('\n', " "),
        }
    }

    /// The text in a style, or as it is without colour.
    pub(crate) fn styled(&self, style: Style, text: &str) -> String {
        if self.colored && !text.is_empty() && style != Style::new() {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    /// One value as a line of JSON.
    pub(crate) fn json(&mut self, value: &impl serde::Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut *self.out, value)?;
        self.out.write_all(b"\n")
    }
}

/// The path as JSON holds it: what is not Unicode in it becomes U+FFFD.
pub(crate) fn json_path(path: &Path) -> Cow<'_, str> {
    path.to_string_lossy()
}

/// Writes `fangzhi: text` to standard error, where there is nobody to tell when that fails.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "fangzhi: {}", printable(text));
}

/// The text with control characters (a page's escape sequences among them) made visible and harmless.
pub(crate) fn printable(text: &str) -> String {
    let harmful = |c: char| c.is_control() && c != '\n' && c != '\t';
    if text.contains(harmful) {
        text.replace(harmful, "\u{FFFD}")
    } else {
        text.to_owned()
    }
}

/// The text filled up with spaces to a width in columns, an ideograph taking two.
pub(crate) fn padded(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(text.width());
    format!("{text}{:missing$}", "")
}

/// The widest text's width in columns.
pub(crate) fn widest<'t>(texts: impl IntoIterator<Item = &'t str>) -> usize {
    texts
        .into_iter()
        .map(|text| text.width())
        .max()
        .unwrap_or(0)
}

/// Where to break a text into lines of at most so many columns: the index of each line's first character.
///
/// Chinese text breaks anywhere but before closing punctuation; words of letters are kept together if they can be.
pub(crate) fn line_starts(text: &[char], columns: usize) -> Vec<usize> {
    let mut starts = vec![0];
    let (mut line, mut width) = (0, 0);
    for (i, &c) in text.iter().enumerate() {
        if c == '\n' {
            starts.push(i + 1);
            (line, width) = (i + 1, 0);
            continue;
        }
        width += c.width().unwrap_or(0);
        if width <= columns || hangs(c) || i == line {
            continue;
        }
        let word = (line + 1..=i)
            .rev()
            .find(|&k| may_break(text[k - 1], text[k]));
        let next = word.unwrap_or(i);
        starts.push(next);
        line = next;
        width = text[next..=i].iter().map(|c| c.width().unwrap_or(0)).sum();
    }
    starts
}

/// Whether a character may stand beyond the margin rather than begin a line.
fn hangs(c: char) -> bool {
    matches!(
        c,
        '，' | '。'
            | '、'
            | '；'
            | '：'
            | '？'
            | '！'
            | '”'
            | '’'
            | '）'
            | '》'
            | '】'
            | '…'
            | ' '
    )
}

fn may_break(before: char, after: char) -> bool {
    let in_word = |c: char| c.is_alphanumeric() && c.width() == Some(1);
    let within_word = in_word(before) && in_word(after);
    !within_word && !hangs(after)
}

/// <https://no-color.org>, and terminals that say they are dumb.
fn colors_wanted() -> bool {
    let no_color = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = env::var_os("TERM").is_some_and(|value| value == "dumb");
    !no_color && !dumb
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ideographs_take_two_columns() {
        assert_eq!(padded("来源", 6), "来源  ");
        assert_eq!(padded("source", 4), "source");
        assert_eq!(widest(["来源", "pm2.5"]), 5);
    }

    #[test]
    fn escape_sequences_are_made_harmless() {
        assert_eq!(printable("标\u{1b}[31m题\n\t"), "标\u{FFFD}[31m题\n\t");
    }

    #[test]
    fn lines_break_where_a_reader_expects() {
        for (text, columns, lines) in [
            ("创建全国文明城市", 8, &["创建全国", "文明城市"][..]),
            ("创建全国，文明城市", 8, &["创建全国，", "文明城市"]),
            ("增长GDP数据", 6, &["增长", "GDP数", "据"]),
            ("abcdefghij", 4, &["abcd", "efgh", "ij"]),
            ("", 8, &[""]),
            ("一行\n二行", 40, &["一行\n", "二行"]),
        ] {
            let chars: Vec<char> = text.chars().collect();
            let mut starts = line_starts(&chars, columns);
            starts.push(chars.len());
            let got: Vec<String> = starts
                .windows(2)
                .map(|w| chars[w[0]..w[1]].iter().collect())
                .collect();
            assert_eq!(got, lines, "{text}");
        }
    }
}
