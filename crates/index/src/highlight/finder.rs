//! Finding needles in a text, without normalising more of it than may be one.
//!
//! Most characters of a text begin no needle, and that is seen from each by itself: normalising looks at no neighbours.
//! Only from those that may begin one the text is read on as [`Layer::Chars`](fangzhi_segmentation::Layer::Chars) has it,
//! up to the first character that differs.

use std::ops::Range;

use fangzhi_segmentation::normalize::{is_alphanumeric, is_folded, normalize_char};
use smallvec::SmallVec;

use super::Mark;
use crate::utf16;

/// What is looked for; mostly a word.
pub(super) type Needle = SmallVec<[char; 6]>;

/// Needles of one kind.
#[derive(Debug, Clone, Default)]
pub(super) struct Finder {
    /// Characters that count, normalised; none is empty, the longest first.
    needles: Vec<Needle>,
    beginnings: Beginnings,
}

impl Finder {
    pub(super) fn new(mut needles: Vec<Needle>) -> Self {
        needles.retain(|needle| !needle.is_empty());
        needles.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        needles.dedup();
        Self {
            beginnings: Beginnings::new(needles.iter().map(|needle| needle[0])),
            needles,
        }
    }

    pub(super) fn needles(&self) -> &[Needle] {
        &self.needles
    }

    /// Finds all needles in a text in UTF-16: sorted, not empty, not overlapping, adjacent marks joined.
    pub(super) fn find(&self, text: &[u16]) -> Vec<Mark> {
        let mut marks = Vec::new();
        for (at, &unit) in text.iter().enumerate() {
            // Of half a character it is not seen.
            let may_fold = char::from_u32(unit.into()).is_none_or(is_folded);
            if !may_fold && !self.beginnings.may_have(unit.into()) {
                continue;
            }
            // The second half of a character begins no needle.
            let Some((c, _)) = utf16::first_char(&text[at..]) else {
                break;
            };
            for (n_before, first) in normalize_char(c).enumerate() {
                if self.beginnings.may_have(first.into()) {
                    self.mark(text, at, n_before, first, &mut marks);
                }
            }
        }
        marks
    }

    /// Marks the needles that begin with `first`, which the character at `at` became, behind `n_before` others.
    fn mark(&self, text: &[u16], at: usize, n_before: usize, first: char, marks: &mut Vec<Mark>) {
        for (i, needle) in self.needles.iter().enumerate() {
            if needle[0] != first {
                continue;
            }
            if let Some(len) = len_of(needle, &text[at..], n_before) {
                push(marks, at..at + len, 1 << i.min(63));
            }
        }
    }
}

/// Adds a mark that begins where the last one does or behind that.
fn push(marks: &mut Vec<Mark>, range: Range<usize>, needles: u64) {
    match marks.last_mut() {
        Some(last) if range.start <= last.range.end => {
            last.range.end = last.range.end.max(range.end);
            last.needles |= needles;
        }
        _ => marks.push(Mark { range, needles }),
    }
}

/// The units of `text` that a needle takes if the text begins with it, less `n_before` normalised characters.
///
/// What is dropped in normalising belongs to the character before it.
fn len_of(needle: &[char], text: &[u16], n_before: usize) -> Option<usize> {
    let mut wanted = needle.iter();
    let mut n_before = n_before;
    let mut len = 0;
    while !wanted.as_slice().is_empty() {
        let (c, n_units) = utf16::first_char(&text[len..])?;
        len += n_units;
        let normal = normalize_char(c).skip(std::mem::take(&mut n_before));
        for c in normal.filter(|c| is_alphanumeric(*c)) {
            match wanted.next() {
                Some(wanted) if *wanted != c => return None,
                Some(_) => {}
                // The needle ends within what the character became.
                None => break,
            }
        }
    }
    while let Some((c, n_units)) = utf16::first_char(&text[len..])
        && normalize_char(c).next().is_none()
    {
        len += n_units;
    }
    Some(len)
}

/// Characters that needles begin with; it may take others for such, but none of them for another.
#[derive(Debug, Clone)]
struct Beginnings([u64; Self::N_BITS / 64]);

impl Beginnings {
    const N_BITS: usize = 4096;

    fn new(chars: impl Iterator<Item = char>) -> Self {
        let mut this = Self::default();
        for c in chars {
            let (word, bit) = Self::place(c.into());
            this.0[word] |= bit;
        }
        this
    }

    #[inline]
    fn may_have(&self, c: u32) -> bool {
        let (word, bit) = Self::place(c);
        self.0[word] & bit != 0
    }

    #[inline]
    fn place(c: u32) -> (usize, u64) {
        let at = c as usize % Self::N_BITS;
        (at / 64, 1 << (at % 64))
    }
}

impl Default for Beginnings {
    fn default() -> Self {
        Self([0; Self::N_BITS / 64])
    }
}

#[cfg(test)]
mod tests {
    use fangzhi_segmentation::{Layer, Segmenter, Worker};

    use super::*;

    /// The same from the whole text, analysed.
    fn plainly(needles: &[Needle], text: &str, worker: &mut Worker) -> Vec<Mark> {
        let (mut chars, mut ranges) = (Vec::new(), Vec::new());
        let units = |at: usize| text[..at].encode_utf16().count();
        worker.for_each(Layer::Chars, text, |token| {
            for c in token.text.chars() {
                chars.push(c);
                ranges.push(units(token.start)..units(token.end));
            }
        });
        let mut marks = Vec::new();
        for at in 0..chars.len() {
            for (i, needle) in needles.iter().enumerate() {
                if chars[at..].starts_with(needle) {
                    let end = ranges[at + needle.len() - 1].end;
                    push(&mut marks, ranges[at].start..end, 1 << i.min(63));
                }
            }
        }
        marks
    }

    /// What texts are made of: few characters, so that needles are met, and all that normalising does to them.
    const PIECES: [&str; 26] = [
        "文", "明", "城", "市", "遼", "辽", "寧", "宁", "2", "２", "m", "Ｍ", "㎡", "㈠", "一",
        "⑩", "𠮷", "𝟙", "e", "é", "\u{301}", "\u{200B}", "，", "。", " ", "\n",
    ];

    #[test]
    fn finds_what_a_whole_analysis_finds() {
        let mut rng = fastrand::Rng::with_seed(11);
        let segmenter = Segmenter::default();
        let mut worker = segmenter.worker();
        let text = |rng: &mut fastrand::Rng, n: usize| -> String {
            let pieces = (0..rng.usize(..=n)).map(|_| PIECES[rng.usize(..PIECES.len())]);
            pieces.collect()
        };
        let mut n_marks = 0;
        for round in 0..20_000 {
            let needles = (0..rng.usize(1..5)).map(|_| {
                let mut chars = Needle::new();
                let text = text(&mut rng, 4);
                worker.for_each(Layer::Chars, &text, |token| {
                    chars.extend(token.text.chars())
                });
                chars
            });
            let finder = Finder::new(needles.collect());
            let text = text(&mut rng, if round % 10 == 0 { 400 } else { 12 });
            let units: Vec<u16> = text.encode_utf16().collect();
            let marks = finder.find(&units);
            let expect = plainly(finder.needles(), &text, &mut worker);
            assert_eq!(marks, expect, "{:?} in {text:?}", finder.needles());
            n_marks += marks.len();
        }
        assert!(n_marks > 20_000, "{n_marks}");
    }
}
