//! A part of an article, normalised, with the way back to the original.

use std::ops::Range;

use fangzhi_segmentation::normalize::Normalized;

/// A normalised text by characters.
pub(crate) struct Prepared<'t> {
    original: &'t str,
    normalized: Normalized,
    pub(crate) chars: Vec<char>,
    /// Where each character starts in the normalised text, and its end: bytes.
    starts: Vec<u32>,
    is_changed: bool,
}

impl<'t> Prepared<'t> {
    pub(crate) fn new(original: &'t str) -> Self {
        let mut normalized = Normalized::default();
        normalized.set(original);
        let text = normalized.text();
        let mut chars = Vec::with_capacity(text.len() / 3 + 1);
        let mut starts = Vec::with_capacity(text.len() / 3 + 2);
        for (at, c) in text.char_indices() {
            chars.push(c);
            // Texts of 4 GiB are no articles; their ends would only give empty slices.
            starts.push(u32::try_from(at).unwrap_or(u32::MAX));
        }
        starts.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
        let is_changed = text != original;
        Self {
            original,
            normalized,
            chars,
            starts,
            is_changed,
        }
    }

    /// A piece of the normalised text, by characters.
    pub(crate) fn slice(&self, range: Range<usize>) -> &str {
        let bytes = self.bytes(range);
        self.normalized.text().get(bytes).unwrap_or_default()
    }

    /// A piece of the original: its text, and its characters there.
    pub(crate) fn original(
        &self,
        range: Range<usize>,
        places: &mut Places,
    ) -> (&'t str, Range<usize>) {
        let bytes = self.bytes(range.clone());
        if !self.is_changed {
            return (self.original.get(bytes).unwrap_or_default(), range);
        }
        let bytes = self.normalized.original_range(bytes);
        let text = self.original.get(bytes.clone()).unwrap_or_default();
        let start = places.char_at(self.original, bytes.start);
        (text, start..start + text.chars().count())
    }

    fn bytes(&self, range: Range<usize>) -> Range<usize> {
        self.starts[range.start] as usize..self.starts[range.end] as usize
    }
}

/// Counts characters up to places that come in order.
#[derive(Default)]
pub(crate) struct Places {
    byte: usize,
    char: usize,
}

impl Places {
    fn char_at(&mut self, text: &str, byte: usize) -> usize {
        if byte < self.byte {
            *self = Self::default();
        }
        let between = text.get(self.byte..byte).unwrap_or_default();
        self.char += between.chars().count();
        self.byte = byte;
        self.char
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_lead_back() {
        let original = "㎡遼寧ＧＤＰ";
        let prepared = Prepared::new(original);
        let start = prepared.chars.iter().position(|c| *c == '辽').unwrap();
        assert_eq!(prepared.slice(start..start + 2), "辽宁");
        let found = prepared.original(start..start + 2, &mut Places::default());
        assert_eq!(found, ("遼寧", 1..3));
    }
}
