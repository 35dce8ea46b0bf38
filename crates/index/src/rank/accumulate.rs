//! Finding and scoring the articles of a segment, term by term.
//!
//! Posting lists are read from end to end, adding to an array of scores: a few nanoseconds a posting.
//! They are read in the order of their weight, and as soon as no article that is only in the rest of them can be wanted,
//! the rest is added to the articles met before and finds no others (MaxScore: Turtle and Flood 1995).

use tantivy::DocId;

use crate::filter::SegmentFilter;
use crate::plan::Found;
use crate::rank::Reach;
use crate::rank::ask::Ask;
use crate::rank::board::{Board, DocSet, Sum};
use crate::rank::complete::complete;
use crate::rank::extras::{self, Extras};
use crate::rank::judge::{Doubt, Judge, Memo, Verdict, resolve};
use crate::rank::list_scores::{self, ListScores};
use crate::rank::lists::Lists;
use crate::rank::shortlist::Shortlist;
use crate::rank::top::nth_highest;
use crate::segment::{Segment, Snapshot};

/// Of so many lists, before one the articles are dropped that cannot be among the best any more.
const LOOK_EVERY: usize = 4;

/// An article that has something of what is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Entry {
    pub(crate) doc: DocId,
    /// Which of the units it has: words, then parts.
    pub(crate) has: u64,
    /// Of the words it has not, those whose shorter words it has: 农业 and 银行 for 农业银行.
    pub(crate) has_parts: u64,
    /// Its score without the fine lists.
    pub(crate) score: f32,
    /// What words that stand near each other multiply the score with; 1 until that is looked at.
    pub(crate) nearness: f32,
    /// The sum of its coverage, for [`rescore`](super::rescore) to multiply with.
    pub(crate) coverage: f32,
}

/// What the parts of an ask found in a segment.
pub(crate) struct FoundParts {
    pub(crate) parts: Vec<Found>,
    pub(crate) musts: Vec<Found>,
    pub(crate) nots: Vec<Found>,
    /// How telling each of the parts is.
    pub(crate) part_idfs: Vec<f32>,
}

/// Hands out articles of a segment that have something of what is asked, in no order: those within reach, and others.
///
/// Of the best, those that score less than `floor` need not be found.
pub(crate) fn accumulate(
    ask: &Ask,
    lists: &Lists,
    found: &FoundParts,
    (reach, floor): (Reach, f32),
    filter: &SegmentFilter,
    (snapshot, segment_number): (&Snapshot, usize),
    mut sink: impl FnMut(Entry),
) {
    if reach == Reach::All && ask.is_of_words() {
        let reach = (usize::MAX, floor);
        complete(
            ask,
            lists,
            found,
            reach,
            filter,
            (snapshot, segment_number),
            sink,
        );
        return;
    }
    let segment = &snapshot.segments[segment_number];
    Board::with(segment.reader.max_doc(), |board| {
        let extras = Extras::new(ask, found, filter, segment);
        extras::put_on(board, ask, found, segment);
        let judge = Judge::new(lists, ask, found);
        let scores: Vec<ListScores<'_>> = lists
            .by_weight()
            .into_iter()
            .map(|list| ListScores::new(list, snapshot, segment_number))
            .collect();
        let is_wanted = |has: u64| match reach {
            Reach::All => has == judge.all,
            _ => true,
        };
        let entries = Entries {
            judge: &judge,
            memo: Memo::default(),
            is_wanted,
        };
        match reach {
            Reach::Best(n) if ask.is_of_words() => {
                DocSet::with_two(segment.reader.max_doc(), |set, _| {
                    let allows = |doc| extras.allow(doc);
                    let best = find_best(board, set, &scores, &judge, (n, floor), allows);
                    entries.hand_out(best.articles(), &extras, ask, segment, &mut sink);
                });
            }
            // What is not in words finds articles too, and these are to have their whole score.
            _ => {
                scores.iter().for_each(|list| list.find(board));
                entries.hand_out(board.articles(), &extras, ask, segment, &mut sink);
            }
        }
    })
}

/// Adds up the lists, the heaviest first, until no article that was not met can be among the `n` best or score `floor`;
/// then drops those met that cannot either.
fn find_best<'s>(
    board: &mut Board,
    set: &'s mut DocSet,
    lists: &[ListScores<'_>],
    judge: &Judge<'_>,
    (n, mut floor): (usize, f32),
    allows: impl Fn(DocId) -> bool,
) -> Shortlist<'s> {
    let mut coverage = Memo::default();
    let mut lists = lists.iter().zip(list_scores::rests(lists)).peekable();
    while let Some((list, (bits, most))) = lists.peek() {
        // Looking at what was met costs less than reading a list of half as many articles.
        if board.touched.len() < 2 * list.n_articles {
            let others = most * judge.most(*bits);
            let scores = scores(board, (judge, &mut coverage), &allows);
            let above = scores.filter(|score| *score > others);
            floor = nth_highest(above, n).map_or(floor, |score| floor.max(score));
            if others < floor {
                break;
            }
        }
        list.find(board);
        lists.next();
    }
    let mut short = Shortlist::of_board(set, board);
    let mut factors = Memo::default();
    for (i, (list, (bits, most))) in lists.enumerate() {
        // To look through the articles for each list costs more than it spares.
        if i % LOOK_EVERY == 0 {
            short.retain(|_, sum| {
                let bits = sum.bits | bits;
                (sum.score + most) * factors.get(bits, || judge.most(bits)) >= floor
            });
        }
        short.complete(list);
    }
    short
}

/// What the articles on a board score at least.
fn scores(
    board: &Board,
    (judge, coverage): (&Judge<'_>, &mut Memo<f32>),
    allows: impl Fn(DocId) -> bool,
) -> impl Iterator<Item = f32> {
    let allowed = board.articles().filter(move |(doc, _)| allows(*doc));
    allowed.map(move |(_, Sum { bits, score })| {
        score * coverage.get(bits, || judge.coverage(judge.judge(bits).has))
    })
}

/// Makes entries of articles.
struct Entries<'a, W> {
    judge: &'a Judge<'a>,
    memo: Memo<Verdict>,
    /// Whether articles that have these units are wanted.
    is_wanted: W,
}

impl<W: Fn(u64) -> bool> Entries<'_, W> {
    fn hand_out(
        mut self,
        articles: impl Iterator<Item = (DocId, Sum)>,
        extras: &Extras<'_>,
        ask: &Ask,
        segment: &Segment,
        sink: &mut impl FnMut(Entry),
    ) {
        let n_words = self.judge.units.len();
        let mut doubtful: Vec<(Entry, u64)> = Vec::new();
        let mut coverage = Memo::default();
        let mut finish = |mut entry: Entry| {
            let has = entry.has;
            if (self.is_wanted)(has) {
                entry.coverage = coverage.get(has, || self.judge.coverage(has));
                entry.score *= entry.coverage;
                sink(entry);
            }
        };
        for (doc, Sum { bits, score }) in articles.filter(|(doc, _)| extras.allow(*doc)) {
            let verdict = self.memo.get(bits, || self.judge.judge(bits));
            let entry = Entry {
                doc,
                has: verdict.has | extras.parts(doc) << n_words,
                has_parts: verdict.has_parts,
                score,
                nearness: 1.0,
                coverage: 0.0,
            };
            match verdict.doubtful {
                0 => finish(entry),
                words => doubtful.push((entry, words)),
            }
        }
        doubtful.sort_unstable_by_key(|(entry, _)| entry.doc);
        let doubts = doubtful.iter().map(|&(entry, words)| Doubt {
            doc: entry.doc,
            words,
            has: 0,
        });
        let mut doubts: Vec<Doubt> = doubts.collect();
        resolve(&mut doubts, ask, segment);
        for ((mut entry, _), doubt) in doubtful.into_iter().zip(doubts) {
            entry.has |= doubt.has;
            finish(entry);
        }
    }
}
