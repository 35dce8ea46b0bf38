//! Words that stand near each other, in their order.

use tantivy::DocId;

use crate::positions::Phrase;
use crate::rank::Word;
use crate::segment::{Segment, TextKind};

/// Hands out the articles in whose text the words stand in order and, in all, at most `slop` words or
/// characters apart.
///
/// Distance is counted in words where the text is cut into these words, and in characters where
/// one of them is part of a longer word.
pub(crate) fn for_each(
    segment: &Segment,
    text: TextKind,
    words: &[Word],
    slop: u32,
    sink: &mut impl FnMut(DocId, u32),
) {
    let mut found: Vec<(DocId, u32)> = Vec::new();
    let by_words: Option<Vec<Phrase<'_>>> = words
        .iter()
        .map(|word| Phrase::open_terms(segment, text.words(), [(0, word.text.as_str())]))
        .collect();
    if let Some(phrases) = by_words {
        near(phrases, &vec![1; words.len()], slop, &mut found);
    }
    // Single characters have no positions of their own; they are found as words.
    if words.iter().all(|word| word.chars.chars().nth(1).is_some()) {
        let by_chars: Option<Vec<Phrase<'_>>> = words
            .iter()
            .map(|word| Phrase::open(segment, text, &word.chars))
            .collect();
        let lengths: Vec<u32> = words
            .iter()
            .map(|word| u32::try_from(word.chars.chars().count()).unwrap_or(u32::MAX))
            .collect();
        if let Some(phrases) = by_chars {
            near(phrases, &lengths, slop, &mut found);
        }
    }
    found.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
    found.dedup_by_key(|(doc, _)| *doc);
    for (doc, count) in found {
        sink(doc, count);
    }
}

/// Collects the articles in which runs of these lengths stand in order and near each other.
fn near(mut phrases: Vec<Phrase<'_>>, lengths: &[u32], slop: u32, found: &mut Vec<(DocId, u32)>) {
    let Some((first, others)) = phrases.split_first_mut() else {
        return;
    };
    while let Some((doc, starts)) = first.next_starts() {
        // The ways to end the words so far: where, and how far apart they stand.
        let mut ends: Vec<(u32, u32)> =
            starts.iter().map(|start| (start + lengths[0], 0)).collect();
        for (phrase, &length) in others.iter_mut().zip(&lengths[1..]) {
            ends = extend(&ends, phrase.starts(doc), length, slop);
            if ends.is_empty() {
                break;
            }
        }
        if !ends.is_empty() {
            found.push((doc, u32::try_from(ends.len()).unwrap_or(u32::MAX)));
        }
    }
}

/// For each beginning of the next word, the nearest way to get there.
fn extend(ends: &[(u32, u32)], starts: &[u32], length: u32, slop: u32) -> Vec<(u32, u32)> {
    starts
        .iter()
        .filter_map(|&start| {
            let gap = ends
                .iter()
                .filter(|&&(end, _)| end <= start)
                .map(|&(end, gap)| gap.saturating_add(start - end))
                .min()?;
            (gap <= slop).then_some((start + length, gap))
        })
        .collect()
}
