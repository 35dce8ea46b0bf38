//! Choosing which parts of a text to show.

use std::ops::Range;

use crate::highlight::Mark;
use crate::snippet::SnippetOptions;

/// Chooses passages of `body`, in ascending order, that together keep to the options.
pub(super) fn choose(body: &str, marks: &[Mark], options: &SnippetOptions) -> Vec<Range<usize>> {
    let mut budget = options.max_chars;
    if budget == 0 || options.max_passages == 0 {
        return Vec::new();
    }
    let sentences = sentences(body);
    let mut chosen: Vec<Range<usize>> = Vec::new();
    let mut shown = 0;
    while chosen.len() < options.max_passages {
        let best = sentences
            .iter()
            .filter(|sentence| !chosen.iter().any(|other| overlap(other, sentence)))
            .map(|sentence| (worth(sentence, marks, shown), sentence))
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
        budget = budget.saturating_sub(body[passage.clone()].chars().count() + 1);
        shown |= needles(&passage, marks);
        chosen.push(passage);
        // Less than this many characters make no sentence.
        if budget < 15 {
            break;
        }
    }
    if let [only] = chosen.as_mut_slice() {
        extend(body, only, &sentences, budget);
    }
    chosen.sort_by_key(|passage| passage.start);
    chosen
}

/// Whether a passage that begins at `at` leaves out the beginning of a sentence.
pub(super) fn is_cut_before(body: &str, at: usize) -> bool {
    let before = body[..at].trim_end_matches([' ', '\t', '\u{3000}']);
    before
        .chars()
        .next_back()
        .is_some_and(|c| !ends_sentence(c) && !closes(c))
}

/// Whether a passage that ends at `at` leaves out the end of a sentence.
pub(super) fn is_cut_after(body: &str, at: usize) -> bool {
    let last = body[..at].chars().next_back();
    let next = body[at..].chars().next();
    next.is_some_and(|c| c != '\n') && last.is_some_and(|c| !ends_sentence(c) && !closes(c))
}

/// How good a sentence is to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Worth {
    /// How many needles it has that were not shown yet.
    new: u32,
    /// How many it has in all.
    all: u32,
    /// How much of it matched, in bytes.
    marked: usize,
}

fn worth(sentence: &Range<usize>, marks: &[Mark], shown: u64) -> Worth {
    let all = needles(sentence, marks);
    Worth {
        new: (all & !shown).count_ones(),
        all: all.count_ones(),
        marked: within(sentence, marks).map(|mark| mark.range.len()).sum(),
    }
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

/// The sentences of a text, without the white space between them.
fn sentences(body: &str) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut characters = body.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let mut end = at + c.len_utf8();
        if c != '\n' && !ends_sentence(c) {
            continue;
        }
        // What closes the sentence belongs to it: 。” and ？！
        while let Some(&(next, c)) = characters.peek()
            && (closes(c) || (ends_sentence(c) && c != '\n'))
        {
            end = next + c.len_utf8();
            characters.next();
        }
        push_trimmed(body, start..end, &mut sentences);
        start = end;
    }
    push_trimmed(body, start..body.len(), &mut sentences);
    sentences
}

fn push_trimmed(body: &str, range: Range<usize>, sentences: &mut Vec<Range<usize>>) {
    let piece = &body[range.clone()];
    let start = range.start + (piece.len() - piece.trim_start().len());
    let end = range.start + piece.trim_end().len();
    if start < end {
        sentences.push(start..end);
    }
}

fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '!' | '?' | '；' | ';' | '\n' | '｡')
}

fn closes(c: char) -> bool {
    matches!(c, '”' | '’' | '」' | '』' | '）' | ')' | '》' | '】')
}

/// A place within a sentence where a reader would pause.
fn pauses(c: char) -> bool {
    matches!(c, '，' | ',' | '、' | '：' | ':' | ' ' | '\u{3000}' | '—')
}

/// The sentence if it is short enough, else the part of it around what matched.
fn fit(body: &str, sentence: &Range<usize>, marks: &[Mark], budget: usize) -> Range<usize> {
    let text = &body[sentence.clone()];
    let offsets: Vec<usize> = text
        .char_indices()
        .map(|(at, _)| sentence.start + at)
        .chain([sentence.end])
        .collect();
    let n_chars = offsets.len() - 1;
    if n_chars <= budget {
        return sentence.clone();
    }
    let char_at = |byte: usize| offsets.partition_point(|&offset| offset < byte);
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
        let chars: Vec<char> = text.chars().skip(start).take(first - start).collect();
        if let Some(pause) = chars.iter().position(|&c| pauses(c)) {
            start += pause + 1;
        }
    }
    let mut end = (start + budget).min(n_chars);
    if end < n_chars && end > last {
        let chars: Vec<char> = text.chars().skip(last).take(end - last).collect();
        // End at the last pause, if that does not give away most of the room.
        if let Some(pause) = chars.iter().rposition(|&c| pauses(c))
            && pause * 2 >= chars.len()
        {
            end = last + pause;
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

/// Adds the sentences that follow in the same paragraph, as far as there is room.
fn extend(body: &str, passage: &mut Range<usize>, sentences: &[Range<usize>], mut budget: usize) {
    let following = sentences.partition_point(|sentence| sentence.start < passage.end);
    for next in &sentences[following..] {
        let gap = &body[passage.end..next.start];
        let n_chars = body[passage.end..next.end].chars().count();
        if n_chars > budget || !gap.trim().is_empty() || gap.contains('\n') {
            return;
        }
        budget -= n_chars;
        passage.end = next.end;
    }
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}
