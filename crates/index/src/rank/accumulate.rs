//! Finding and scoring the articles of a segment, term by term.
//!
//! Posting lists are read from end to end, adding to an array of scores: a few nanoseconds a posting.
//! They are read in the order of their weight, and as soon as no article that is only in the rest of them can be wanted,
//! the rest is added to the articles met before and finds no others (MaxScore: Turtle and Flood 1995).

use std::cell::RefCell;

use tantivy::DocId;

use crate::bm25;
use crate::filter::SegmentFilter;
use crate::plan::Found;
use crate::positions::Phrase;
use crate::rank::ask::{Ask, Scope};
use crate::rank::board::{Board, Sum};
use crate::rank::list_scores::ListScores;
use crate::rank::lists::{Lists, Unit};
use crate::rank::{Reach, all_units, coverage, nth_highest};
use crate::segment::{Segment, Snapshot, TextKind};

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

thread_local! {
    static BOARD: RefCell<Board> = RefCell::default();
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
    let segment = &snapshot.segments[segment_number];
    BOARD.with_borrow_mut(|board| {
        let n_docs = segment.reader.max_doc() as usize;
        board.make_room(n_docs);
        let extras = Extras::new(board, ask, found, segment);
        let judge = Judge::new(lists, ask, found);
        let allows = |doc| extras.allow(doc) && filter.allows(doc) && segment.is_alive(doc);
        let scores: Vec<ListScores<'_>> = lists
            .by_weight()
            .into_iter()
            .map(|list| ListScores::new(list, snapshot, segment_number))
            .collect();
        match reach {
            Reach::All if ask.is_of_words() => find_complete(board, scores, &lists.units),
            Reach::Best(n) if ask.is_of_words() => {
                find_best(board, scores, &judge, (n, floor), allows);
            }
            // What is not in words finds articles too, and these are to have their whole score.
            _ => scores.iter().for_each(|list| list.find(board)),
        }
        let is_wanted = |has: u64| match reach {
            Reach::All => has == judge.all,
            _ => true,
        };
        let entries = Entries {
            judge: &judge,
            memo: Memo::default(),
            is_wanted,
        };
        entries.hand_out(board, &extras, allows, ask, segment, &mut sink);
        // The next search finds an empty board.
        board.clear();
    })
}

/// Finds the articles that may have all words: those with the rarest one, less those that lack the next, and so on.
fn find_complete(board: &mut Board, mut lists: Vec<ListScores<'_>>, units: &[Unit]) {
    let mut units: Vec<&Unit> = units.iter().collect();
    units.sort_by(|a, b| b.idf.total_cmp(&a.idf));
    for (i, unit) in units.into_iter().enumerate() {
        let bits = unit.word | unit.pattern;
        for list in lists.extract_if(.., |list| list.bits & bits != 0) {
            match i {
                0 => list.find(board),
                _ => list.complete(board),
            }
        }
        board.retain(|sum| unit.is_shown(sum.bits));
        if board.touched.is_empty() {
            return;
        }
    }
    lists.into_iter().for_each(|list| list.complete(board));
}

/// Adds up the lists, the heaviest first, until no article that was not met can be among the `n` best or score `floor`;
/// then drops those met that cannot either.
fn find_best(
    board: &mut Board,
    lists: Vec<ListScores<'_>>,
    judge: &Judge<'_>,
    (n, floor): (usize, f32),
    allows: impl Fn(DocId) -> bool,
) {
    let rests = rests(&lists);
    let mut floor = floor;
    let mut is_found = false;
    for (list, (bits, most)) in lists.into_iter().zip(rests) {
        // Looking at what was met costs less than reading a list of as many articles.
        if !is_found && board.touched.len() < list.n_articles {
            floor = floor.max(nth_best(board, judge, n, &allows).unwrap_or(0.0));
            is_found = most * judge.most(bits) < floor;
        }
        if is_found {
            let mut factors = Memo::default();
            board.retain(|sum| {
                let bits = sum.bits | bits;
                (sum.score + most) * factors.get(bits, || judge.most(bits)) >= floor
            });
            list.complete(board);
        } else {
            list.find(board);
        }
    }
}

/// For each list, what an article can have and get of it and those behind it: the bits, and the most score.
fn rests(lists: &[ListScores<'_>]) -> Vec<(u64, f32)> {
    let mut rests: Vec<(u64, f32)> = lists
        .iter()
        .rev()
        .scan((0, 0.0), |(bits, most), list| {
            *bits |= list.bits;
            // Sums in another order may come out a little greater.
            *most += list.weight * bm25::MOST * 1.0001;
            Some((*bits, *most))
        })
        .collect();
    rests.reverse();
    rests
}

/// What at least `n` articles will score; `None` if there are not so many.
fn nth_best(
    board: &Board,
    judge: &Judge<'_>,
    n: usize,
    allows: impl Fn(DocId) -> bool,
) -> Option<f32> {
    if board.touched.len() < n {
        return None;
    }
    let mut memo = Memo::default();
    let allowed = board.touched.iter().filter(|doc| allows(**doc));
    let scores = allowed.map(|&doc| {
        let Sum { bits, score } = board.sums[doc as usize];
        score * memo.get(bits, || judge.coverage(judge.judge(bits).has))
    });
    nth_highest(scores.collect(), n)
}

/// Makes entries of what is on the board.
struct Entries<'a, W> {
    judge: &'a Judge<'a>,
    memo: Memo<Verdict>,
    /// Whether articles that have these units are wanted.
    is_wanted: W,
}

impl<W: Fn(u64) -> bool> Entries<'_, W> {
    fn hand_out(
        mut self,
        board: &Board,
        extras: &Extras,
        allows: impl Fn(DocId) -> bool,
        ask: &Ask,
        segment: &Segment,
        sink: &mut impl FnMut(Entry),
    ) {
        let n_words = self.judge.units.len();
        let mut doubtful = Vec::new();
        let mut coverage = Memo::default();
        let mut finish = |mut entry: Entry| {
            let has = entry.has;
            if (self.is_wanted)(has) {
                entry.coverage = coverage.get(has, || self.judge.coverage(has));
                entry.score *= entry.coverage;
                sink(entry);
            }
        };
        for &doc in &board.touched {
            if !allows(doc) {
                continue;
            }
            let Sum { bits, score } = board.sums[doc as usize];
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
        verify(&mut doubtful, ask, segment);
        doubtful.into_iter().for_each(|(entry, _)| finish(entry));
    }
}

/// Looks at the positions where an article has the characters of a word but not the word.
fn verify(doubtful: &mut [(Entry, u64)], ask: &Ask, segment: &Segment) {
    doubtful.sort_unstable_by_key(|(entry, _)| entry.doc);
    let in_doubt = doubtful.iter().fold(0, |all, (_, words)| all | words);
    for (i, word) in ask.text.words.iter().enumerate().take(64) {
        let bit = 1u64 << i;
        if in_doubt & bit == 0 {
            continue;
        }
        let mut phrases = Vec::new();
        if ask.scope != Scope::Title {
            phrases.extend(Phrase::open(segment, TextKind::Body, &word.chars));
        }
        if ask.scope != Scope::Body {
            phrases.extend(Phrase::open(segment, TextKind::Title, &word.chars));
        }
        for (entry, words) in doubtful.iter_mut() {
            if *words & bit != 0 && phrases.iter_mut().any(|it| it.count(entry.doc) > 0) {
                entry.has |= bit;
            }
        }
    }
}

/// Reads off the bits of an article which words it has.
struct Judge<'a> {
    units: &'a [Unit],
    part_idfs: &'a [f32],
    total: f32,
    /// The bits of all units.
    all: u64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Verdict {
    has: u64,
    /// Words whose characters are there, perhaps apart.
    doubtful: u64,
    /// Words whose shorter words are there, as pairs of characters.
    has_parts: u64,
}

impl<'a> Judge<'a> {
    fn new(lists: &'a Lists, ask: &Ask, found: &'a FoundParts) -> Self {
        let words: f32 = lists.units.iter().map(|unit| unit.idf).sum();
        Self {
            units: &lists.units,
            part_idfs: &found.part_idfs,
            total: words + found.part_idfs.iter().sum::<f32>(),
            all: all_units(lists, ask),
        }
    }

    fn judge(&self, bits: u64) -> Verdict {
        let mut verdict = Verdict::default();
        for (i, unit) in self.units.iter().enumerate() {
            if bits & unit.word != 0 {
                verdict.has |= 1 << i;
                continue;
            }
            if unit.is_shown(bits) {
                verdict.doubtful |= 1 << i;
            }
            if unit.parts != 0 && bits & unit.parts == unit.parts {
                verdict.has_parts |= 1 << i;
            }
        }
        verdict
    }

    /// The most coverage that an article with these bits can have.
    fn most(&self, bits: u64) -> f32 {
        let verdict = self.judge(bits);
        self.coverage(verdict.has | verdict.doubtful)
    }

    fn coverage(&self, has: u64) -> f32 {
        if self.total <= 0.0 {
            return 1.0;
        }
        let units = self.units.iter().map(|unit| unit.idf);
        let has: f32 = units
            .chain(self.part_idfs.iter().copied())
            .enumerate()
            .filter(|(i, _)| has & (1 << i) != 0)
            .map(|(_, idf)| idf)
            .sum();
        coverage(has / self.total)
    }
}

/// Remembers what was computed of bits; most articles of a search share few combinations.
struct Memo<T> {
    places: [Option<(u64, T)>; 64],
}

impl<T: Copy> Default for Memo<T> {
    fn default() -> Self {
        Self { places: [None; 64] }
    }
}

impl<T: Copy> Memo<T> {
    fn get(&mut self, bits: u64, compute: impl FnOnce() -> T) -> T {
        let at = (bits.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58) as usize;
        match self.places[at] {
            Some((known, value)) if known == bits => value,
            _ => {
                let value = compute();
                self.places[at] = Some((bits, value));
                value
            }
        }
    }
}

/// What of an ask is not in its words.
struct Extras {
    /// For each article, the parts it has; empty if there are none.
    parts: Vec<u64>,
    /// For each article, how many of the musts it has; empty if there are none.
    musts: Vec<u16>,
    n_musts: u16,
    /// Whether an article has one of the nots; empty if there are none.
    nots: Vec<bool>,
    days: Vec<crate::plan::Days>,
    published: Option<tantivy::columnar::Column<i64>>,
}

impl Extras {
    /// Adds what the parts and musts found to the board.
    fn new(board: &mut Board, ask: &Ask, found: &FoundParts, segment: &Segment) -> Self {
        let n_docs = segment.reader.max_doc() as usize;
        let sized = |wanted: bool| if wanted { n_docs } else { 0 };
        let mut this = Self {
            parts: vec![0; sized(!found.parts.is_empty())],
            musts: vec![0; sized(!found.musts.is_empty())],
            n_musts: u16::try_from(found.musts.len()).unwrap_or(u16::MAX),
            nots: vec![false; sized(!found.nots.is_empty())],
            days: ask.days.clone(),
            published: (!ask.days.is_empty()).then(|| segment.published.clone()),
        };
        for (i, part) in found.parts.iter().enumerate() {
            for (doc, score) in part.iter() {
                this.parts[doc as usize] |= 1 << i;
                board.add(doc, score.max(f32::MIN_POSITIVE), 0);
            }
        }
        for must in &found.musts {
            for (doc, score) in must.iter() {
                this.musts[doc as usize] += 1;
                board.add(doc, score.max(f32::MIN_POSITIVE), 0);
            }
        }
        for not in &found.nots {
            for (doc, _) in not.iter() {
                this.nots[doc as usize] = true;
            }
        }
        if !ask.finds() {
            for doc in 0..segment.reader.max_doc() {
                board.add(doc, f32::MIN_POSITIVE, 0);
            }
        }
        this
    }

    fn parts(&self, doc: DocId) -> u64 {
        self.parts.get(doc as usize).copied().unwrap_or(0)
    }

    fn allow(&self, doc: DocId) -> bool {
        let at = doc as usize;
        self.nots.get(at).is_none_or(|not| !not)
            && self.musts.get(at).is_none_or(|&n| n == self.n_musts)
            && self.published.as_ref().is_none_or(|published| {
                published
                    .first(doc)
                    .is_some_and(|time| self.days.iter().all(|days| days.contains(time)))
            })
    }
}
