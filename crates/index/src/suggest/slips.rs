//! Which parts of a query may be misspelt, and what a slip of the pen makes of a word.

use std::ops::Range;

use super::is_han;

/// Whether a word differs from a piece by a slip: another character, two neighbours in the wrong order, or one more or
/// less inside. One more or less at an end makes another word of it: 海城 and 海城市.
///
/// Of two lengths, the longer text is known to be the shorter one with a character more.
pub(super) fn is_slip(piece: &str, word: &str) -> bool {
    let (mut piece, mut word) = (piece.chars(), word.chars());
    let lengths = (piece.clone().count(), word.clone().count());
    if lengths.0 == lengths.1 {
        let mut differing = piece.zip(word).enumerate().filter(|(_, (a, b))| a != b);
        let first = differing.next();
        return match (first, differing.next(), differing.next()) {
            (Some(_), None, _) => true,
            // Neighbours in the wrong order.
            (Some((i, (a, b))), Some((j, (c, d))), None) => j == i + 1 && (a, b) == (d, c),
            _ => false,
        };
    }
    lengths.0.abs_diff(lengths.1) == 1
        && lengths.1 >= 3
        && piece.next() == word.next()
        && piece.next_back() == word.next_back()
}

/// The places at which a piece differs from a word; of another length, all from the first on.
pub(super) fn differences(piece: &[char], word: &str) -> Vec<usize> {
    let word: Vec<char> = word.chars().collect();
    let differs = |at: &usize| piece[*at] != word.get(*at).copied().unwrap_or('\0');
    if word.len() == piece.len() {
        (0..piece.len()).filter(differs).collect()
    } else {
        let first = (0..piece.len()).find(differs).unwrap_or(0);
        (first..piece.len()).collect()
    }
}

/// The runs of Chinese characters and of Latin letters that may be words, in bytes.
pub(super) fn runs(query: &str) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut kind = None;
    for (at, c) in query.char_indices() {
        let this = if is_han(c) {
            Some(true)
        } else if c.is_ascii_alphanumeric() {
            Some(false)
        } else {
            None
        };
        match (this, runs.last_mut()) {
            (Some(_), Some(run)) if this == kind && run.end == at => run.end += c.len_utf8(),
            (Some(_), _) => runs.push(at..at + c.len_utf8()),
            (None, _) => {}
        }
        kind = this;
    }
    let is_word = |run: &Range<usize>| {
        let text = &query[run.clone()];
        let name = query[run.end..].starts_with([':', '：']);
        let operator = matches!(text, "AND" | "OR" | "NOT");
        // An address, a file name, a number: nothing to be misspelt.
        let before = query[..run.start].chars().next_back();
        let after = query[run.end..].chars().next();
        let joint = |c: Option<char>| {
            matches!(
                c,
                Some('.' | '/' | '@' | '_' | '-' | '+' | '=' | '*' | '?' | '~')
            )
        };
        let latin = text.starts_with(|c: char| c.is_ascii());
        let plain = !latin
            || (text.bytes().all(|byte| byte.is_ascii_alphabetic())
                && !joint(before)
                && !joint(after));
        !name && !operator && plain
    };
    runs.retain(is_word);
    runs
}
