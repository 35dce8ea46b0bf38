//! Numbers and words of scripts that write them together: `pm2.5`, `4+4+3+n`, `c919`, `12.5%`.

use std::ops::Range;

use crate::normalize::Class;

/// Finds the numbers and words in a part of a normalised text that has no Chinese characters.
///
/// A run of letters and digits is one, and so are runs joined by one of
/// `. + - _ &`. A per cent or per mille sign belongs to the digit before it,
/// and `+`, `++` or `#` at the end to the letter before it (`c++`).
/// Ranges are bytes of `text`, in order.
pub(crate) fn compounds(text: &str) -> Compounds<'_> {
    Compounds { text, at: 0 }
}

/// Iterator over the compounds of a text.
#[derive(Clone, Debug)]
pub(crate) struct Compounds<'t> {
    text: &'t str,
    at: usize,
}

impl Iterator for Compounds<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let (skipped, _) = self.text[self.at..]
            .char_indices()
            .find(|(_, c)| Class::of(*c).is_alphanumeric())?;
        let start = self.at + skipped;
        let mut end = run_end(self.text, start);
        if end == start {
            // An ideographic sign such as 〇 that the dictionary does not cut with.
            end += first_len(self.text, start);
        } else {
            while is_connector(self.text, end) {
                let next = run_end(self.text, end + 1);
                if next == end + 1 {
                    break;
                }
                end = next;
            }
            end += suffix_len(&self.text[..end], &self.text[end..]);
        }
        self.at = end;
        Some(start..end)
    }
}

/// The runs of letters and digits in a compound; one that has no connector is its only part.
pub(crate) fn parts(compound: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + compound[at..].find(|c| Class::of(c).is_letter())?;
        let end = run_end(compound, start);
        at = end;
        Some(start..end)
    })
}

/// Whether a word has a Chinese character.
#[inline]
pub(crate) fn has_chinese(word: &str) -> bool {
    starts_with_chinese(word) || has_other_chinese(word)
}

/// Whether the first character is one of U+4E00 to U+9FFF, all of which are Chinese.
#[inline]
fn starts_with_chinese(word: &str) -> bool {
    matches!(word.as_bytes(), [0xE5..=0xE9, ..] | [0xE4, 0xB8..=0xBF, ..])
}

fn has_other_chinese(word: &str) -> bool {
    let is_chinese = |c: char| {
        let class = Class::of(c);
        class.is_alphanumeric() && !class.is_letter()
    };
    word.chars().any(is_chinese)
}

fn run_end(text: &str, start: usize) -> usize {
    text[start..]
        .char_indices()
        .find(|(_, c)| !Class::of(*c).is_letter())
        .map_or(text.len(), |(at, _)| start + at)
}

fn first_len(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(0, char::len_utf8)
}

fn is_connector(text: &str, at: usize) -> bool {
    matches!(
        text.as_bytes().get(at),
        Some(b'.' | b'+' | b'-' | b'_' | b'&')
    )
}

fn suffix_len(before: &str, after: &str) -> usize {
    let last = before.as_bytes().last();
    if last.is_some_and(u8::is_ascii_digit) {
        let sign = after.chars().next().filter(|c| matches!(c, '%' | '‰'));
        sign.map_or(0, char::len_utf8)
    } else if last.is_some_and(u8::is_ascii_alphabetic) {
        ["++", "+", "#"]
            .into_iter()
            .find(|suffix| after.starts_with(suffix))
            .map_or(0, str::len)
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::{compounds, has_chinese, has_other_chinese, parts};

    #[test]
    fn keeps_numbers_and_words_whole() {
        let cases: [(&str, &[&str]); 16] = [
            ("", &[]),
            (" , ", &[]),
            ("gdp", &["gdp"]),
            ("pm2.5,pm10", &["pm2.5", "pm10"]),
            ("4+4+3+n", &["4+4+3+n"]),
            ("4+", &["4"]),
            ("12.5%", &["12.5%"]),
            ("3‰.", &["3‰"]),
            ("gdp%", &["gdp"]),
            ("c++ c# a+", &["c++", "c#", "a+"]),
            ("--a--b", &["a", "b"]),
            ("www.example.com/a", &["www.example.com", "a"]),
            ("at&t", &["at&t"]),
            ("2024-01-03 15:14:18", &["2024-01-03", "15", "14", "18"]),
            ("москва 한국", &["москва", "한국"]),
            ("〇5", &["〇", "5"]),
        ];
        for (text, expect) in cases {
            let found: Vec<&str> = compounds(text).map(|range| &text[range]).collect();
            assert_eq!(found, expect, "{text:?}");
        }
    }

    #[test]
    fn compounds_have_parts() {
        let cases: [(&str, &[&str]); 4] = [
            ("gdp", &["gdp"]),
            ("pm2.5", &["pm2", "5"]),
            ("12.5%", &["12", "5"]),
            ("〇", &[]),
        ];
        for (compound, expect) in cases {
            let found: Vec<&str> = parts(compound).map(|range| &compound[range]).collect();
            assert_eq!(found, expect, "{compound:?}");
        }
    }

    #[test]
    fn chinese_characters_are_known_by_their_first_bytes() {
        for c in [
            '\u{1}', '㐀', '䷿', '一', '倀', '鿿', '\u{A000}', '𠮷', '〇', 'é',
        ] {
            let c = c.to_string();
            assert_eq!(has_chinese(&c), has_other_chinese(&c), "{c}");
        }
        for c in '\u{4E00}'..='\u{9FFF}' {
            let c = c.to_string();
            assert!(has_other_chinese(&c), "{c}");
            assert!(has_chinese(&c), "{c}");
        }
    }
}
