//! Choosing which parts of a text to show.
//!
//! Texts are in UTF-16, and what tells where to cut is one unit each.

use std::ops::Range;

use crate::highlight::Mark;
use crate::snippet::SnippetOptions;
use crate::utf16::n_chars;

/// Chooses passages of `body`, in units and in ascending order, that together keep to the options.
pub(super) fn choose(body: &[u16], marks: &[Mark], options: &SnippetOptions) -> Vec<Range<usize>> {
    choose_among(&marked_sentences(body, marks), body, marks, options)
}

fn choose_among(
    sentences: &[Range<usize>],
    body: &[u16],
    marks: &[Mark],
    options: &SnippetOptions,
) -> Vec<Range<usize>> {
    let mut budget = options.max_chars;
    if budget == 0 || options.max_passages == 0 {
        return Vec::new();
    }
    let mut chosen: Vec<Range<usize>> = Vec::new();
    let mut shown = 0;
    let mut is_ended = false;
    while chosen.len() < options.max_passages {
        let best = sentences
            .iter()
            .filter(|sentence| !chosen.iter().any(|other| overlap(other, sentence)))
            .map(|sentence| (worth(body, sentence, marks, shown), sentence))
            // Of equally good sentences, the first.
            .rev()
            .max_by_key(|(worth, _)| *worth);
        let Some((worth, sentence)) = best else { break };
        // A second passage has to show something new.
        if !chosen.is_empty() && worth.new == 0 {
            break;
        }
        let passage = fit(body, sentence, marks, budget);
        if passage.is_empty() {
            break;
        }
        budget = budget.saturating_sub(n_chars(&body[passage.clone()]) + 1);
        shown |= needles(&passage, marks);
        is_ended = passage.end == sentence.end;
        chosen.push(passage);
        // Less than this many characters make no sentence.
        if budget < 15 {
            break;
        }
    }
    if let [only] = chosen.as_mut_slice()
        && is_ended
    {
        extend(body, only, budget);
    }
    chosen.sort_by_key(|passage| passage.start);
    chosen
}

/// Whether a passage that begins at `at` leaves out the beginning of a sentence.
pub(super) fn is_cut_before(body: &[u16], at: usize) -> bool {
    let blank = |unit: u16| matches!(char_of(unit), ' ' | '\t' | '\u{3000}');
    let last = body[..at].iter().rfind(|unit| !blank(**unit));
    last.is_some_and(|&last| !ends_sentence(last) && !closes(last))
}

/// Whether a passage that ends at `at` leaves out the end of a sentence.
pub(super) fn is_cut_after(body: &[u16], at: usize) -> bool {
    let (last, next) = (body[..at].last(), body.get(at));
    next.is_some_and(|&next| char_of(next) != '\n')
        && last.is_some_and(|&last| !ends_sentence(last) && !closes(last))
}

/// How good a sentence is to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Worth {
    /// How many needles it has that were not shown yet.
    new: u32,
    /// How many it has in all.
    all: u32,
    /// How much of it matched, see [`amount`].
    marked: usize,
}

fn worth(body: &[u16], sentence: &Range<usize>, marks: &[Mark], shown: u64) -> Worth {
    let all = needles(sentence, marks);
    Worth {
        new: (all & !shown).count_ones(),
        all: all.count_ones(),
        marked: within(sentence, marks)
            .map(|mark| amount(&body[mark.range.clone()]))
            .sum(),
    }
}

/// How much a piece of text says: a Chinese character as much as three letters, as in UTF-8.
fn amount(piece: &[u16]) -> usize {
    let of_unit = |unit: &u16| match unit {
        ..0x80 => 1,
        // Halves of a character count together.
        ..0x800 | 0xD800..0xE000 => 2,
        _ => 3,
    };
    piece.iter().map(of_unit).sum()
}

fn within<'a>(range: &Range<usize>, marks: &'a [Mark]) -> impl Iterator<Item = &'a Mark> {
    let from = marks.partition_point(|mark| mark.range.start < range.start);
    let end = range.end;
    marks[from..]
        .iter()
        .take_while(move |mark| mark.range.end <= end)
}

fn needles(range: &Range<usize>, marks: &[Mark]) -> u64 {
    within(range, marks).fold(0, |all, mark| all | mark.needles)
}

/// The sentences in which something matched, or if there are none, the first one.
fn marked_sentences(body: &[u16], marks: &[Mark]) -> Vec<Range<usize>> {
    let mut sentences: Vec<Range<usize>> = Vec::new();
    let mut known = 0;
    for mark in marks {
        // What reaches over the end of a sentence is shown in none.
        if mark.range.start < known {
            continue;
        }
        let start = sentence_start(body, known, mark.range.start);
        if let Some(sentence) = next_sentence(body, start) {
            known = sentence.end;
            if mark.range.end <= sentence.end {
                sentences.push(sentence);
            }
        }
    }
    if sentences.is_empty() {
        sentences.extend(next_sentence(body, 0));
    }
    sentences
}

/// Where the sentence begins that `at` is in, not before `from`, where another one ended.
fn sentence_start(body: &[u16], from: usize, at: usize) -> usize {
    let before = &body[from..at];
    match before.iter().rposition(|unit| ends_sentence(*unit)) {
        None => from,
        Some(end) => from + end + end_len(&before[end..]),
    }
}

/// The first sentence from `from` on, where one ended, without the white space around it.
fn next_sentence(body: &[u16], mut from: usize) -> Option<Range<usize>> {
    while from < body.len() {
        let rest = &body[from..];
        let len = rest.iter().position(|unit| ends_sentence(*unit));
        let len = len.map_or(rest.len(), |end| end + end_len(&rest[end..]));
        let piece = &rest[..len];
        let text = |unit: &u16| !char_of(*unit).is_whitespace();
        if let Some(start) = piece.iter().position(text) {
            let last = piece.iter().rposition(text).unwrap_or(start);
            return Some(from + start..from + last + 1);
        }
        from += len;
    }
    None
}

/// The units at the beginning of `text` that end a sentence: a mark that does, and what belongs to it, as in 。” and ？！
fn end_len(text: &[u16]) -> usize {
    let belongs = |&unit: &u16| closes(unit) || (ends_sentence(unit) && char_of(unit) != '\n');
    1 + text[1..].iter().take_while(|unit| belongs(unit)).count()
}

/// The character of a unit; U+FFFD if it is half of one.
fn char_of(unit: u16) -> char {
    char::from_u32(unit.into()).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn ends_sentence(unit: u16) -> bool {
    matches!(
        char_of(unit),
        '。' | '！' | '？' | '!' | '?' | '；' | ';' | '\n' | '｡'
    )
}

fn closes(unit: u16) -> bool {
    matches!(
        char_of(unit),
        '”' | '’' | '」' | '』' | '）' | ')' | '》' | '】'
    )
}

/// A place within a sentence where a reader would pause.
fn pauses(unit: u16) -> bool {
    matches!(
        char_of(unit),
        '，' | ',' | '、' | '：' | ':' | ' ' | '\u{3000}' | '—'
    )
}

/// The sentence if it is short enough, else the part of it around what matched.
fn fit(body: &[u16], sentence: &Range<usize>, marks: &[Mark], budget: usize) -> Range<usize> {
    let text = &body[sentence.clone()];
    if n_chars(text) <= budget {
        return sentence.clone();
    }
    // Where each character begins.
    let mut at = sentence.start;
    let starts = char::decode_utf16(text.iter().copied()).map(|c| {
        let start = at;
        at += c.map_or(1, char::len_utf16);
        start
    });
    let mut offsets: Vec<usize> = starts.collect();
    let n_chars = offsets.len();
    offsets.push(sentence.end);
    let char_at = |unit: usize| offsets.partition_point(|&offset| offset < unit);
    let pauses_at = |i: usize| pauses(body[offsets[i]]);
    let spans: Vec<(Range<usize>, u64)> = within(sentence, marks)
        .map(|mark| {
            (
                char_at(mark.range.start)..char_at(mark.range.end),
                mark.needles,
            )
        })
        .collect();
    let (first, last) = densest(&spans, budget).unwrap_or((0, 0));
    // What is left of the budget goes one third before and two thirds after.
    let spare = budget.saturating_sub(last - first);
    let earliest = first.saturating_sub(spare / 3);
    let mut start = earliest;
    if start > 0 {
        // Begin after a pause, if there is one before what matched.
        if let Some(pause) = (start..first).find(|i| pauses_at(*i)) {
            start = pause + 1;
        }
    }
    let mut end = (start + budget).min(n_chars);
    if end < n_chars && end > last {
        // End at the last pause, if that does not give away most of the room.
        if let Some(pause) = (last..end).rfind(|i| pauses_at(*i))
            && (pause - last) * 2 >= end - last
        {
            end = pause;
        }
    }
    // No mark is cut: one that reaches over an edge stays outside, unless nothing else is there.
    for (span, _) in &spans {
        if span.start < end && end < span.end && span.start > start {
            end = span.start;
        }
    }
    offsets[start]..offsets[end]
}

/// The window of at most `budget` characters, from mark to mark, that has the most different needles.
fn densest(spans: &[(Range<usize>, u64)], budget: usize) -> Option<(usize, usize)> {
    let mut best: Option<(u32, usize, usize, usize)> = None;
    for (i, (first, _)) in spans.iter().enumerate() {
        let mut seen = 0u64;
        let mut marked = 0;
        for (span, needles) in &spans[i..] {
            if span.end - first.start > budget {
                break;
            }
            seen |= needles;
            marked += span.len();
            let key = (seen.count_ones(), marked);
            if best.is_none_or(|(n, m, _, _)| key > (n, m)) {
                best = Some((key.0, key.1, first.start, span.end));
            }
        }
    }
    best.map(|(_, _, start, end)| (start, end))
}

/// Adds the sentences that follow in the same paragraph to a passage that ends where one does, as far as there is room.
fn extend(body: &[u16], passage: &mut Range<usize>, mut budget: usize) {
    while let Some(next) = next_sentence(body, passage.end) {
        let gap = &body[passage.end..next.start];
        let n_chars = n_chars(&body[passage.end..next.end]);
        if n_chars > budget || gap.iter().any(|unit| char_of(*unit) == '\n') {
            return;
        }
        budget -= n_chars;
        passage.end = next.end;
    }
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All sentences, read from the beginning.
    fn sentences(body: &str) -> Vec<Range<usize>> {
        let mut sentences = Vec::new();
        let mut push = |range: Range<usize>| {
            let piece = &body[range.clone()];
            let start = range.start + (piece.len() - piece.trim_start().len());
            let end = range.start + piece.trim_end().len();
            if start < end {
                sentences.push(units(body, start)..units(body, end));
            }
        };
        let ends_sentence = |c: char| super::ends_sentence(unit(c));
        let closes = |c: char| super::closes(unit(c));
        let mut start = 0;
        let mut characters = body.char_indices().peekable();
        while let Some((at, c)) = characters.next() {
            let mut end = at + c.len_utf8();
            if !ends_sentence(c) {
                continue;
            }
            while let Some(&(next, c)) = characters.peek()
                && (closes(c) || (ends_sentence(c) && c != '\n'))
            {
                end = next + c.len_utf8();
                characters.next();
            }
            push(start..end);
            start = end;
        }
        push(start..body.len());
        sentences
    }

    /// The place in units that a place in bytes is.
    fn units(body: &str, at: usize) -> usize {
        body[..at].encode_utf16().count()
    }

    fn unit(c: char) -> u16 {
        c.encode_utf16(&mut [0; 2])[0]
    }

    const PIECES: [&str; 21] = [
        "𠮷",
        "城",
        "市",
        "文明",
        "农业银行",
        "abc",
        "。",
        "！",
        "；",
        "\n",
        "\n\n",
        "”",
        "）",
        "“",
        "（",
        " ",
        "\u{3000}",
        "，",
        "、",
        "\u{200B}",
        "他说：",
    ];

    #[test]
    fn sentences_of_marks_are_enough() {
        let mut rng = fastrand::Rng::with_seed(5);
        let (mut n_two, mut n_cut) = (0, 0);
        for _ in 0..20_000 {
            let pieces = (0..rng.usize(..80)).map(|_| PIECES[rng.usize(..PIECES.len())]);
            let text: String = pieces.collect();
            let all = sentences(&text);
            let body: Vec<u16> = text.encode_utf16().collect();
            let mut at = 0;
            for sentence in &all {
                assert_eq!(
                    next_sentence(&body, at).as_ref(),
                    Some(sentence),
                    "{text:?}"
                );
                at = sentence.end;
            }
            assert_eq!(next_sentence(&body, at), None, "{text:?}");
            let mut marks: Vec<Mark> = Vec::new();
            let chars: Vec<char> = text.chars().collect();
            let cuts: Vec<usize> = text
                .char_indices()
                .map(|(at, _)| units(&text, at))
                .collect();
            for (i, &start) in cuts.iter().enumerate() {
                let behind = marks.last().is_none_or(|last| last.range.end < start);
                if behind && chars[i].is_alphanumeric() && rng.u8(..8) == 0 {
                    let end = i + rng.usize(1..4);
                    let end = cuts.get(end).copied().unwrap_or(body.len());
                    marks.push(Mark {
                        range: start..end,
                        needles: 1 << rng.u8(..4),
                    });
                }
            }
            let options = SnippetOptions {
                max_chars: rng.usize(..60),
                max_passages: rng.usize(..4),
            };
            let chosen = choose(&body, &marks, &options);
            let plainly = choose_among(&all, &body, &marks, &options);
            assert_eq!(chosen, plainly, "{text:?} {marks:?} {options:?}");
            n_two += usize::from(chosen.len() > 1);
            n_cut += usize::from(chosen.iter().any(|it| is_cut_after(&body, it.end)));
        }
        assert!(n_two > 1000 && n_cut > 1000, "{n_two}, {n_cut}");
    }
}
