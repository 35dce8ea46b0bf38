//! The articles of a segment that have all words, and the scores of the best of them.
//!
//! The articles that have the rarest word are told by the articles of its lists alone; the lists of the other words are
//! added up, word by word, and leave fewer and fewer.
//! Then the rest of the lists is read in the order of their weight, and as soon as enough articles have more than others
//! can still get, those others are dropped (MaxScore: Turtle and Flood 1995).

use tantivy::DocId;

use crate::filter::SegmentFilter;
use crate::rank::accumulate::{Entry, FoundParts};
use crate::rank::ask::Ask;
use crate::rank::board::DocSet;
use crate::rank::extras::Extras;
use crate::rank::judge::{Doubt, Judge, Memo, resolve};
use crate::rank::list_scores::{ListScores, rests};
use crate::rank::lists::{Lists, Unit};
use crate::rank::shortlist::{SEEK_COST, Shortlist};
use crate::rank::top::nth_highest;
use crate::segment::{Segment, Snapshot};

/// Finds the articles of a segment that have all words of an ask, which is [of words](Ask::is_of_words), in ascending
/// order; hands out the `n` best, and others.
///
/// Of these, those that score less than `floor` need not be handed out.
pub(crate) fn complete(
    ask: &Ask,
    lists: &Lists,
    found: &FoundParts,
    (n, floor): (usize, f32),
    filter: &SegmentFilter,
    (snapshot, segment_number): (&Snapshot, usize),
    mut sink: impl FnMut(Entry),
) -> Vec<DocId> {
    let segment = &snapshot.segments[segment_number];
    let judge = Judge::new(lists, ask, found);
    let mut scores: Vec<ListScores<'_>> = lists
        .by_weight()
        .into_iter()
        .map(|list| ListScores::new(list, snapshot, segment_number))
        .collect();
    DocSet::with_two(segment.reader.max_doc(), |all, one| {
        let mut short = meet(all, one, &lists.units, &mut scores);
        let extras = Extras::new(ask, found, filter, segment);
        if !extras.allow_all() {
            short.retain(|doc, _| extras.allow(doc));
        }
        drop_doubtful(&mut short, &judge, ask, segment);
        let docs = short.docs().to_vec();
        let coverage = judge.coverage(judge.all);
        add_rest(&mut short, &scores, (n, floor / coverage));
        for (doc, sum) in short.articles() {
            sink(Entry {
                doc,
                has: judge.all,
                has_parts: 0,
                score: sum.score * coverage,
                nearness: 1.0,
                coverage,
            });
        }
        docs
    })
}

/// The articles that show all units: those that show the rarest one, less those that do not show the next, and so on.
/// Takes the lists out that were added up.
fn meet<'s>(
    all: &'s mut DocSet,
    one: &mut DocSet,
    units: &[Unit],
    lists: &mut Vec<ListScores<'_>>,
) -> Shortlist<'s> {
    let mut units: Vec<&Unit> = units.iter().collect();
    units.sort_by(|a, b| b.idf.total_cmp(&a.idf));
    let mut known = begin(all, one, &units, lists);
    let mut short = Shortlist::new(all, known);
    for unit in units {
        for bit in bits(unit.word).chain(bits(unit.pattern)) {
            if short.is_empty() {
                return short;
            }
            if known & bit == 0 {
                for list in lists.extract_if(.., |list| list.bits == bit) {
                    short.complete(&list);
                }
                known |= bit;
            }
            if unit.pattern & bit != 0 {
                short.retain(|_, sum| sum.bits & (unit.word | bit) != 0);
            }
        }
    }
    short
}

/// Fills `all` with the articles that may show the rarest of the units, and others that are not much
/// more frequent; gives the bits that all of them have. `one` is for a unit at a time.
///
/// A bit an article is enough for that, where sums of scores take more than the processor has near at hand.
fn begin(all: &mut DocSet, one: &mut DocSet, units: &[&Unit], lists: &[ListScores<'_>]) -> u64 {
    let of_bits = |bits: u64| lists.iter().filter(move |list| list.bits & bits != 0);
    let n_articles = |bit: &u64| of_bits(*bit).map(|list| list.n_articles).sum::<usize>();
    let Some((rarest, others)) = units.split_first() else {
        return 0;
    };
    let bit = bits(rarest.pattern).min_by_key(n_articles).unwrap_or(0);
    of_bits(bit | rarest.word).for_each(|list| list.mark(all));
    let mut known = if bit == rarest.word { bit } else { 0 };
    for unit in others {
        // Words of three characters and more are told by several lists.
        if unit.word != unit.pattern || known & unit.word != 0 {
            continue;
        }
        if all.len() * SEEK_COST < n_articles(&unit.word) {
            break;
        }
        one.clear();
        of_bits(unit.word).for_each(|list| list.mark(one));
        all.intersect(one);
        known |= unit.word;
    }
    known
}

/// Drops articles that have the characters of a word, but apart.
fn drop_doubtful(short: &mut Shortlist<'_>, judge: &Judge<'_>, ask: &Ask, segment: &Segment) {
    if judge.units.iter().all(|unit| unit.word == unit.pattern) {
        return;
    }
    let mut memo = Memo::default();
    let doubts = short.articles().filter_map(|(doc, sum)| {
        let words = memo.get(sum.bits, || judge.judge(sum.bits).doubtful);
        (words != 0).then_some(Doubt { doc, words, has: 0 })
    });
    let mut doubts: Vec<Doubt> = doubts.collect();
    if doubts.is_empty() {
        return;
    }
    resolve(&mut doubts, ask, segment);
    let mut doubts = doubts.into_iter().peekable();
    short.retain(|doc, _| {
        let doubt = doubts.next_if(|doubt| doubt.doc == doc);
        doubt.is_none_or(|doubt| doubt.has == doubt.words)
    });
}

/// Adds up lists, and drops the articles that come neither among the `n` best nor to `floor`.
fn add_rest(short: &mut Shortlist<'_>, lists: &[ListScores<'_>], (n, mut floor): (usize, f32)) {
    for (list, (_, most)) in lists.iter().zip(rests(lists)) {
        // Looking at what was met costs less than reading a list of as many articles.
        if short.len() > n && short.len() <= 2 * list.n_articles {
            let scores = short.articles().map(|(_, sum)| sum.score);
            let above = scores.filter(|score| *score > most);
            floor = nth_highest(above, n).map_or(floor, |score| floor.max(score));
            if most < floor {
                short.retain(|_, sum| sum.score + most >= floor);
            }
        }
        short.complete(list);
    }
}

/// The bits of `all`, one by one.
fn bits(mut all: u64) -> impl Iterator<Item = u64> {
    std::iter::from_fn(move || {
        let bit = all & all.wrapping_neg();
        all ^= bit;
        (bit != 0).then_some(bit)
    })
}
