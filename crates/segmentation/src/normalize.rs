//! One form for what readers take for the same: ＧＤＰ = GDP = gdp, 遼寧 = 辽宁.
//!
//! Each character is normalised by itself, without looking at its neighbours:
//!
//! - compatibility forms and full width are folded as by NFKC (`㎡` becomes `m2`, `％` becomes `%`),
//! - case is lowered, accents and other combining marks are dropped,
//! - traditional characters become simplified ones by OpenCC's character table,
//! - invisible characters such as the zero-width space and the soft hyphen are dropped.
//!
//! So normalising is idempotent, and the normalised form of a part of a text is
//! a part of the text's normalised form, which is what makes verbatim search complete.
//!
//! ```
//! use fangzhi_segmentation::normalize::normalize;
//!
//! let normalized = normalize("遼寧ＧＤＰ");
//! assert_eq!(normalized.text(), "辽宁gdp");
//! assert_eq!(normalized.original_range(6..9), 6..15);
//! ```

mod table;

use std::ops::Range;

use table::Fate;
pub(crate) use table::{Class, alphanumeric_len, first_alphanumeric};

/// Normalises `text`.
pub fn normalize(text: &str) -> Normalized {
    let mut normalized = Normalized::default();
    normalized.set(text);
    normalized
}

/// Normalises one character: hands out none, one or several.
///
/// A text's normalised form is that of its characters, one after the other.
///
/// ```
/// use fangzhi_segmentation::normalize::normalize_char;
///
/// let cases = [('遼', "辽"), ('㎡', "m2"), ('文', "文"), ('\u{200B}', "")];
/// for (c, expect) in cases {
///     assert_eq!(normalize_char(c).collect::<String>(), expect);
/// }
/// ```
#[inline]
pub fn normalize_char(c: char) -> NormalChars {
    NormalChars(match table::fate(c) {
        Fate::Unchanged => Chars::One(Some(c)),
        Fate::Replaced(by) => Chars::One(Some(by)),
        Fate::Expanded(into) => Chars::Several(into.chars()),
        Fate::Dropped => Chars::One(None),
    })
}

/// Whether normalising may make of a character others that are letters, digits or Chinese characters; quicker than
/// [`normalize_char`].
///
/// It does of no character that stays as it is, and of few others: `遼`, `Ａ` and `㎡`, but not `，`.
#[inline]
pub fn is_folded(c: char) -> bool {
    table::is_folded(c)
}

/// Whether a normalised character is a letter, a digit or a Chinese character: what
/// [`Layer::Chars`](crate::Layer::Chars) has, and nothing else.
#[inline]
pub fn is_alphanumeric(c: char) -> bool {
    Class::of(c).is_alphanumeric()
}

/// What normalising makes of a character.
#[derive(Clone, Debug)]
pub struct NormalChars(Chars);

#[derive(Clone, Debug)]
enum Chars {
    One(Option<char>),
    Several(std::str::Chars<'static>),
}

impl Iterator for NormalChars {
    type Item = char;

    #[inline]
    fn next(&mut self) -> Option<char> {
        match &mut self.0 {
            Chars::One(c) => c.take(),
            Chars::Several(chars) => chars.next(),
        }
    }
}

/// A normalised text that knows where each of its characters came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Normalized {
    text: String,
    /// Sorted by both places; the last one stands for the ends of both texts.
    spans: Vec<Span>,
}

/// From here on, until the next span, how normalised bytes relate to original ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    normal: usize,
    original: usize,
    /// Whether each byte has its own in the original; if not, the whole span
    /// came from one character.
    linear: bool,
}

impl Normalized {
    /// The normalised text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The bytes of the original text that the bytes `range` of the normalised text came from.
    ///
    /// Both ends of `range` are to be character boundaries; places past the
    /// end count as the end.
    /// A character that became several (`㎡`, `m2`) is the source of each of
    /// them; a dropped one belongs to the character before it.
    pub fn original_range(&self, range: Range<usize>) -> Range<usize> {
        let mut offsets = self.offsets();
        offsets.start = self.span_at(range.start);
        offsets.end = offsets.start;
        offsets.find(range)
    }

    /// Replaces the contents by the normalised form of `text`, keeping the buffers.
    pub fn set(&mut self, text: &str) {
        self.text.clear();
        self.spans.clear();
        // `text[..done]` has been dealt with; what follows has not changed so far.
        let mut done = 0;
        let mut at = 0;
        loop {
            at += table::unchanged_len(&text.as_bytes()[at..]);
            let Some(c) = text[at..].chars().next() else {
                break;
            };
            let changed = at;
            at += c.len_utf8();
            let fate = table::fate(c);
            if fate == Fate::Unchanged {
                continue;
            }
            self.copy(text, done..changed);
            done = at;
            match fate {
                Fate::Unchanged | Fate::Dropped => {}
                Fate::Replaced(by) => {
                    self.mark(changed, by.len_utf8() == c.len_utf8());
                    self.text.push(by);
                }
                Fate::Expanded(into) => {
                    self.mark(changed, false);
                    self.text.push_str(into);
                }
            }
        }
        self.copy(text, done..text.len());
        self.mark(text.len(), false);
    }

    /// Maps ranges that come in text order, without searching.
    pub(crate) fn offsets(&self) -> Offsets<'_> {
        let mut offsets = Offsets {
            spans: &self.spans,
            start: 0,
            end: 0,
            near: 0..0,
            shift: 0,
        };
        offsets.look_around();
        offsets
    }

    fn copy(&mut self, text: &str, range: Range<usize>) {
        if !range.is_empty() {
            self.mark(range.start, true);
            self.text.push_str(&text[range]);
        }
    }

    /// Notes that what comes next in the normalised text came from `original`.
    fn mark(&mut self, original: usize, linear: bool) {
        let normal = self.text.len();
        if let Some(last) = self.spans.last()
            && linear
            && last.linear
            && normal - last.normal == original - last.original
        {
            return;
        }
        self.spans.push(Span {
            normal,
            original,
            linear,
        });
    }

    fn span_at(&self, normal: usize) -> usize {
        self.spans
            .partition_point(|span| span.normal <= normal)
            .saturating_sub(1)
    }
}

/// Turns ranges of the normalised text into ranges of the original one.
#[derive(Debug)]
pub(crate) struct Offsets<'n> {
    spans: &'n [Span],
    /// The span that the start of the last range lies in.
    start: usize,
    /// The span that the end of the last range lies in.
    end: usize,
    /// Bytes within these, to the end and without it, are so much further in the original text.
    near: Range<usize>,
    shift: usize,
}

impl Offsets<'_> {
    /// The original range of `range`, whose start is not before that of the range asked for last.
    #[inline]
    pub(crate) fn range(&mut self, range: Range<usize>) -> Range<usize> {
        if self.near.start <= range.start && range.end < self.near.end {
            let shift = |normal: usize| normal.wrapping_add(self.shift);
            return shift(range.start)..shift(range.end);
        }
        let original = self.find(range);
        self.look_around();
        original
    }

    /// Notes the span that the start of the last range lies in.
    fn look_around(&mut self) {
        self.near = 0..0;
        if let Some(span) = self.spans.get(self.start).filter(|span| span.linear)
            && let Some(next) = self.next(self.start)
        {
            self.near = span.normal..next.normal;
            self.shift = span.original.wrapping_sub(span.normal);
        }
    }

    #[inline(never)]
    fn find(&mut self, range: Range<usize>) -> Range<usize> {
        while self
            .next(self.start)
            .is_some_and(|next| next.normal <= range.start)
        {
            self.start += 1;
        }
        let Some(span) = self.spans.get(self.start) else {
            return 0..0;
        };
        let start = match span.linear {
            true => span.original + (range.start - span.normal),
            false => span.original,
        };
        if range.is_empty() {
            return start..start;
        }
        self.end = self.end.max(self.start);
        while self
            .next(self.end)
            .is_some_and(|next| next.normal < range.end)
        {
            self.end += 1;
        }
        // A shorter range may follow a longer one that starts where it does.
        while self.end > self.start && self.spans[self.end].normal >= range.end {
            self.end -= 1;
        }
        let span = self.spans[self.end];
        let end = match self.next(self.end) {
            // Ends with its span: what was dropped behind it belongs to it.
            Some(next) if !span.linear || next.normal == range.end => next.original,
            Some(_) => span.original + (range.end - span.normal),
            None => span.original,
        };
        start..end
    }

    fn next(&self, idx: usize) -> Option<&Span> {
        self.spans.get(idx + 1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Normalized, normalize, normalize_char};

    #[test]
    fn folds_what_readers_take_for_the_same() {
        let cases = [
            ("", ""),
            ("文明城市", "文明城市"),
            ("ＧＤＰ GDP gdp", "gdp gdp gdp"),
            ("遼寧省瀋陽市", "辽宁省沈阳市"),
            ("４＋４＋３＋Ｎ", "4+4+3+n"),
            ("１２．５％", "12.5%"),
            ("㎡", "m2"),
            ("㈠", "(一)"),
            ("，。：；！？（）", ",。:;!?()"),
            ("Café Cafe\u{301} CAFÉ", "cafe cafe cafe"),
            ("ﾊﾟ パ は\u{309A}", "ハ ハ は"),
            ("文\u{200B}明\u{FEFF}城\u{AD}市", "文明城市"),
            ("⼀⽂", "一文"),
            ("臺灣 台湾", "台湾 台湾"),
            ("裏 裡 里", "里 里 里"),
            ("İ", "i"),
            ("한국", "한국"),
            ("２０２４年１月", "2024年1月"),
            ("𠮷", "𠮷"),
        ];
        for (text, expect) in cases {
            assert_eq!(normalize(text).text(), expect, "{text:?}");
        }
    }

    #[test]
    fn knows_where_each_character_came_from() {
        // Of each normalised character, the original text it came from.
        let cases: [(&str, &[&str]); 6] = [
            ("遼寧", &["遼", "寧"]),
            ("Ａb，c", &["Ａ", "b", "，", "c"]),
            ("5㎡大", &["5", "㎡", "㎡", "大"]),
            ("e\u{301}a", &["e\u{301}", "a"]),
            ("\u{FEFF}文\u{200B}明", &["文\u{200B}", "明"]),
            ("大\u{200B}", &["大\u{200B}"]),
        ];
        for (text, expect) in cases {
            let normalized = normalize(text);
            let sources: Vec<&str> = normalized
                .text()
                .char_indices()
                .map(|(at, c)| &text[normalized.original_range(at..at + c.len_utf8())])
                .collect();
            assert_eq!(sources, expect, "{text:?}");
        }
    }

    #[test]
    fn ranges_outside_the_text_are_empty_at_its_end() {
        assert_eq!(Normalized::default().original_range(3..9), 0..0);
        assert_eq!(normalize("").original_range(0..0), 0..0);
        assert_eq!(normalize("ＡＢ").original_range(2..2), 6..6);
        assert_eq!(normalize("ＡＢ").original_range(1..9), 3..6);
        assert_eq!(normalize("ＡＢ").original_range(7..9), 6..6);
    }

    #[test]
    fn knows_which_characters_may_become_others_that_count() {
        for c in '\0'..=char::MAX {
            let is_changed = !normalize_char(c).eq([c]);
            let counts = normalize_char(c).any(super::is_alphanumeric);
            assert!(super::is_folded(c) || !(is_changed && counts), "{c:?}");
            assert!(is_changed || !super::is_folded(c), "{c:?}");
        }
    }

    /// Text with a good share of characters that change.
    fn text() -> impl Strategy<Value = String> {
        "([一-龥]|[Ａ-Ｚ]|[遼寧灣裏發]|[㎡㈠％⑩，。\u{301}\u{200B}\u{3099}]|[a-zA-Z0-9 é]|\\PC){0,40}"
    }

    proptest! {
        #[test]
        fn is_that_of_the_characters(text in text()) {
            let characters: String = text.chars().flat_map(normalize_char).collect();
            let whole = normalize(&text);
            prop_assert_eq!(characters, whole.text());
        }

        #[test]
        fn is_idempotent(text in text()) {
            let once = normalize(&text);
            let twice = normalize(once.text());
            prop_assert_eq!(twice.text(), once.text());
        }

        #[test]
        fn is_compatible_with_parts(text in text(), a: prop::sample::Index, b: prop::sample::Index) {
            let mut cuts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            cuts.push(text.len());
            let (a, b) = (*a.get(&cuts), *b.get(&cuts));
            let (a, b) = (a.min(b), a.max(b));
            let parts = [&text[..a], &text[a..b], &text[b..]].map(|part| normalize(part).text().to_owned());
            let whole = normalize(&text);
            prop_assert_eq!(parts.concat(), whole.text());
        }

        #[test]
        fn ranges_lie_on_boundaries_and_normalise_to_what_they_stand_for(text in text()) {
            let normalized = normalize(&text);
            let normal = normalized.text();
            let mut cuts: Vec<usize> = normal.char_indices().map(|(at, _)| at).collect();
            cuts.push(normal.len());
            for (i, &start) in cuts.iter().enumerate() {
                for &end in &cuts[i + 1..] {
                    let source = &text[normalized.original_range(start..end)];
                    prop_assert!(normalize(source).text().contains(&normal[start..end]));
                }
            }
        }
    }
}
