//! One form for what readers take for the same: ＧＤＰ = GDP = gdp, 遼寧 = 辽宁.
//!
//! Each character is normalised by itself, without looking at its neighbours:
//! compatibility forms and full width are folded (NFKC), case is lowered,
//! combining marks are dropped, traditional characters become simplified ones.
//! So the normalised form of a part of a text is a part of the text's normalised
//! form, which is what makes verbatim search complete.

use std::ops::Range;

/// Normalises `text`.
pub fn normalize(text: &str) -> Normalized {
    let mut normalized = Normalized::default();
    normalized.set(text);
    normalized
}

/// A normalised text that knows where each of its characters came from.
#[derive(Clone, Debug, Default)]
pub struct Normalized {
    text: String,
    /// For each normalised byte, the byte range of its source character.
    source: Vec<(u32, u32)>,
}

impl Normalized {
    /// The normalised text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The bytes of the original text that the bytes `range` of the normalised text came from.
    ///
    /// A character that became several (㎡ → m2) is the source of each of them.
    pub fn original_range(&self, range: Range<usize>) -> Range<usize> {
        if range.is_empty() {
            let at = self.source.get(range.start).map_or_else(
                || self.source.last().map_or(0, |last| last.1 as usize),
                |source| source.0 as usize,
            );
            return at..at;
        }
        self.source[range.start].0 as usize..self.source[range.end - 1].1 as usize
    }

    /// Replaces the contents by the normalised form of `text`, keeping the buffers.
    pub fn set(&mut self, text: &str) {
        self.text.clear();
        self.source.clear();
        for (start, c) in text.char_indices() {
            let end = start + c.len_utf8();
            let mut buffer = Vec::new();
            fold(c, &mut buffer);
            for folded in buffer {
                self.text.push(folded);
                self.source.extend(std::iter::repeat_n(
                    (start as u32, end as u32),
                    folded.len_utf8(),
                ));
            }
        }
    }
}

fn fold(c: char, out: &mut Vec<char>) {
    use unicode_normalization::UnicodeNormalization;
    use unicode_normalization::char::is_combining_mark;
    out.extend(
        std::iter::once(c)
            .nfkc()
            .flat_map(char::to_lowercase)
            .filter(|c| !is_combining_mark(*c)),
    );
}
