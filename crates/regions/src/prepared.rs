//! A part of an article, normalised, with the way back to the original.

use std::cell::RefCell;
use std::ops::Range;

use fangzhi_segmentation::normalize::Normalized;

/// A normalised text by characters.
pub(crate) struct Prepared<'t> {
    original: &'t str,
    buffers: Buffers,
    is_changed: bool,
}

/// What a prepared text is kept in; texts are many, so it is used again.
#[derive(Default)]
pub(crate) struct Buffers {
    normalized: Normalized,
    chars: Vec<char>,
    /// Where each character starts in the normalised text, and its end: bytes.
    starts: Vec<u32>,
}

/// Buffers of a text longer than this, in characters, are given back after use.
const KEPT: usize = 1 << 16;

thread_local! {
    /// The buffers that no text of this thread has at the moment.
    static IDLE: RefCell<Vec<Buffers>> = const { RefCell::new(Vec::new()) };
}

impl<'t> Prepared<'t> {
    pub(crate) fn new(original: &'t str) -> Self {
        let idle = IDLE.try_with(|idle| idle.borrow_mut().pop());
        let mut buffers = idle.ok().flatten().unwrap_or_default();
        let Buffers {
            normalized,
            chars,
            starts,
        } = &mut buffers;
        normalized.set(original);
        let text = normalized.text();
        chars.clear();
        starts.clear();
        for (at, c) in text.char_indices() {
            chars.push(c);
            // Texts of 4 GiB are no articles; their ends would only give empty slices.
            starts.push(u32::try_from(at).unwrap_or(u32::MAX));
        }
        starts.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
        let is_changed = text != original;
        Self {
            original,
            buffers,
            is_changed,
        }
    }

    /// The characters of the normalised text.
    pub(crate) fn chars(&self) -> &[char] {
        &self.buffers.chars
    }

    /// A piece of the normalised text, by characters.
    pub(crate) fn slice(&self, range: Range<usize>) -> &str {
        let bytes = self.bytes(range);
        self.buffers
            .normalized
            .text()
            .get(bytes)
            .unwrap_or_default()
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
        let bytes = self.buffers.normalized.original_range(bytes);
        let text = self.original.get(bytes.clone()).unwrap_or_default();
        let start = places.char_at(self.original, bytes.start);
        (text, start..start + text.chars().count())
    }

    fn bytes(&self, range: Range<usize>) -> Range<usize> {
        let starts = &self.buffers.starts;
        starts[range.start] as usize..starts[range.end] as usize
    }
}

impl Drop for Prepared<'_> {
    fn drop(&mut self) {
        let buffers = std::mem::take(&mut self.buffers);
        if buffers.chars.capacity() <= KEPT {
            // Where the thread is ending there is nothing to keep them for.
            let _ = IDLE.try_with(|idle| idle.borrow_mut().push(buffers));
        }
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
        let start = prepared.chars().iter().position(|c| *c == '辽').unwrap();
        assert_eq!(prepared.slice(start..start + 2), "辽宁");
        let found = prepared.original(start..start + 2, &mut Places::default());
        assert_eq!(found, ("遼寧", 1..3));
    }
}
