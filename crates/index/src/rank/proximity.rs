//! Words of a query that stand near each other in an article.

use tantivy::DocId;

use crate::layers::{LayerKind, Postings};
use crate::matches::Candidate;
use crate::rank::list_scores::ListScores;
use crate::rank::lists::{List, Lists};
use crate::rank::weight;
use crate::segment::Snapshot;

/// Words beyond these are not looked at: a long query is met near enough by its pairs of characters.
const MAX_WORDS: usize = 12;

/// What a score is raised by at most; sums may come out a little greater than one.
pub(crate) const MOST_RAISED: f32 = (1.0 + weight::NEARNESS) * 1.0001;

/// Raises the scores of articles of one segment, sorted by number, in whose headline or body words that are neighbours
/// in the query stand near each other.
pub(crate) fn raise(candidates: &mut [Candidate], lists: &Lists, snapshot: &Snapshot) {
    let Some(first) = candidates.first() else {
        return;
    };
    let number = first.segment;
    let docs: Vec<DocId> = candidates.iter().map(|it| it.entry.doc).collect();
    let mut best = vec![0.0; docs.len()];
    for (layer, share) in [
        (LayerKind::TitleWords, weight::TITLE_NEARNESS),
        (LayerKind::BodyWords, 1.0),
    ] {
        let words: Vec<&List> = lists
            .main
            .iter()
            .filter(|list| list.layer == layer)
            .take(MAX_WORDS)
            .collect();
        for (best, nearness) in best
            .iter_mut()
            .zip(nearness(&words, &docs, snapshot, number))
        {
            *best = f32::max(*best, share * nearness);
        }
    }
    for (candidate, best) in candidates.iter_mut().zip(best) {
        let entry = &mut candidate.entry;
        entry.nearness = 1.0 + weight::NEARNESS * best;
        entry.score *= entry.nearness;
    }
}

/// How near words stand to each other in one text of each article, from 0 to 1.
///
/// A pair of neighbours counts as much as its weaker word, and the less the farther it stands apart.
fn nearness(words: &[&List], docs: &[DocId], snapshot: &Snapshot, number: usize) -> Vec<f32> {
    let weight = |pair: &[&List]| f32::min(pair[0].weight, pair[1].weight);
    let weights: Vec<f32> = words.windows(2).map(weight).collect();
    let total: f32 = weights.iter().sum();
    if total <= 0.0 {
        return vec![0.0; docs.len()];
    }
    let first = docs.first().copied().unwrap_or(0);
    let mut places: Vec<Places<'_>> = words
        .iter()
        .map(|word| Places::open(word, snapshot, number, first))
        .collect();
    let nearness = |&doc: &DocId| {
        places.iter_mut().for_each(|it| it.aim(doc));
        places.iter_mut().for_each(|it| it.seek(doc));
        let mut sum = 0.0;
        for (i, weight) in weights.iter().enumerate() {
            let [one, other] = &mut places[i..i + 2] else {
                break;
            };
            if !(one.is_there && other.is_there) {
                continue;
            }
            if let Some(distance) = distance(one.read(), other.read()) {
                let half = weight::NEAR_WORDS;
                sum += weight / total * half / (half + distance as f32 - 1.0);
            }
        }
        sum
    };
    docs.iter().map(nearness).collect()
}

/// Where a word stands in an article; articles are asked for in ascending order.
struct Places<'a> {
    /// `None` if no article of the segment has the word.
    postings: Option<Postings<'a>>,
    /// Whether the article has the word.
    is_there: bool,
    /// Empty until they are read.
    positions: Vec<u32>,
}

impl<'a> Places<'a> {
    fn open(word: &'a List, snapshot: &'a Snapshot, number: usize, first: DocId) -> Self {
        Self {
            postings: ListScores::new(word, snapshot, number).postings_from(first),
            is_there: false,
            positions: Vec::with_capacity(32),
        }
    }

    fn aim(&mut self, doc: DocId) {
        if let Some(postings) = &mut self.postings {
            postings.aim(doc);
        }
    }

    fn seek(&mut self, doc: DocId) {
        self.positions.clear();
        self.is_there = (self.postings.as_mut()).is_some_and(|it| it.seek(doc) == doc);
    }

    /// Where the word stands in the article, if it is there.
    fn read(&mut self) -> &[u32] {
        if let Some(postings) = &mut self.postings
            && self.positions.is_empty()
        {
            postings.positions(&mut self.positions);
        }
        &self.positions
    }
}

/// The least distance between two words, 1 of neighbours; `None` if one of them is not there.
fn distance(a: &[u32], b: &[u32]) -> Option<u32> {
    let mut least: Option<u32> = None;
    let (mut i, mut j) = (0, 0);
    while let (Some(&x), Some(&y)) = (a.get(i), b.get(j)) {
        let distance = x.abs_diff(y).max(1);
        least = Some(least.map_or(distance, |least| least.min(distance)));
        if x < y {
            i += 1;
        } else {
            j += 1;
        }
    }
    least
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (a, b, expected) in [
            (&[3][..], &[4][..], Some(1)),
            (&[4], &[3], Some(1)),
            (&[1, 90], &[40, 60, 95], Some(5)),
            (&[7], &[7], Some(1)),
            (&[], &[7], None),
        ] {
            assert_eq!(distance(a, b), expected, "{a:?} {b:?}");
        }
    }
}
