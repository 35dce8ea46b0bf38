//! Finding and scoring the articles of a segment, term by term.
//!
//! Each posting list is read once from end to end, adding to an array of scores.
//! That is a few nanoseconds a posting, and gives the exact number of articles and what each of them has
//! along with the scores.

use std::cell::RefCell;

use tantivy::DocId;

use crate::filter::SegmentFilter;
use crate::plan::Found;
use crate::positions::Phrase;
use crate::rank::ask::{Ask, Scope};
use crate::rank::coverage;
use crate::rank::lists::{Lists, Unit};
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

/// The running sums, by article; all zero between uses.
#[derive(Default)]
struct Board {
    scores: Vec<f32>,
    bits: Vec<u64>,
    touched: Vec<DocId>,
}

impl Board {
    fn add(&mut self, doc: DocId, score: f32, bits: u64) {
        let at = doc as usize;
        if self.scores[at] == 0.0 && self.bits[at] == 0 {
            self.touched.push(doc);
        }
        self.scores[at] += score;
        self.bits[at] |= bits;
    }
}

/// Finds the articles of a segment that have something of what is asked, in no order.
pub(crate) fn accumulate(
    ask: &Ask,
    lists: &Lists,
    found: &FoundParts,
    filter: &SegmentFilter,
    snapshot: &Snapshot,
    segment_number: usize,
) -> Vec<Entry> {
    let segment = &snapshot.segments[segment_number];
    BOARD.with_borrow_mut(|board| {
        let n_docs = segment.reader.max_doc() as usize;
        if board.scores.len() < n_docs {
            board.scores.resize(n_docs, 0.0);
            board.bits.resize(n_docs, 0);
        }
        fill(board, lists, snapshot, segment_number);
        let judge = Judge::new(lists, found);
        let entries = entries(board, &judge, ask, found, filter, segment);
        // The next search finds an empty board.
        for doc in board.touched.drain(..) {
            board.scores[doc as usize] = 0.0;
            board.bits[doc as usize] = 0;
        }
        entries
    })
}

fn fill(board: &mut Board, lists: &Lists, snapshot: &Snapshot, segment_number: usize) {
    let segment = &snapshot.segments[segment_number];
    for list in &lists.main {
        let Some(info) = &list.infos[segment_number] else {
            continue;
        };
        let layer = segment.layer(list.layer);
        let norms = snapshot.norms.of(list.layer);
        let mut postings = layer.postings(info);
        while !postings.docs().is_empty() {
            for (&doc, &count) in postings.docs().iter().zip(postings.freqs()) {
                let length = layer.length_code(doc);
                board.add(doc, list.weight * norms.saturate(count, length), list.bits);
            }
            postings.advance_block();
        }
    }
}

fn entries(
    board: &mut Board,
    judge: &Judge<'_>,
    ask: &Ask,
    found: &FoundParts,
    filter: &SegmentFilter,
    segment: &Segment,
) -> Vec<Entry> {
    let extras = Extras::new(board, ask, found, segment);
    let mut entries = Vec::with_capacity(board.touched.len());
    let mut doubtful = Vec::new();
    let mut memo = Memo::default();
    for &doc in &board.touched {
        if !extras.allow(doc) || !filter.allows(doc) || !segment.is_alive(doc) {
            continue;
        }
        let bits = board.bits[doc as usize];
        let verdict = memo.get(bits, || judge.judge(bits));
        let mut entry = Entry {
            doc,
            has: verdict.has,
            has_parts: verdict.has_parts,
            score: board.scores[doc as usize],
            nearness: 1.0,
            coverage: 0.0,
        };
        entry.has |= extras.parts(doc) << judge.units.len();
        if verdict.doubtful != 0 {
            doubtful.push((entries.len(), verdict.doubtful));
        }
        entries.push(entry);
    }
    verify(&mut entries, doubtful, ask, segment);
    let mut memo = Memo::default();
    for entry in &mut entries {
        let has = entry.has;
        entry.coverage = memo.get(has, || judge.coverage(has));
        entry.score *= entry.coverage;
    }
    entries
}

/// Looks at the positions where an article has the characters of a word but not the word.
fn verify(entries: &mut [Entry], mut doubtful: Vec<(usize, u64)>, ask: &Ask, segment: &Segment) {
    doubtful.sort_unstable_by_key(|&(at, _)| entries[at].doc);
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
        for &(at, words) in &doubtful {
            if words & bit != 0 {
                let doc = entries[at].doc;
                if phrases.iter_mut().any(|phrase| phrase.count(doc) > 0) {
                    entries[at].has |= bit;
                }
            }
        }
    }
}

/// Reads off the bits of an article which words it has.
struct Judge<'a> {
    units: &'a [Unit],
    part_idfs: &'a [f32],
    total: f32,
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
    fn new(lists: &'a Lists, found: &'a FoundParts) -> Self {
        let words: f32 = lists.units.iter().map(|unit| unit.idf).sum();
        Self {
            units: &lists.units,
            part_idfs: &found.part_idfs,
            total: words + found.part_idfs.iter().sum::<f32>(),
        }
    }

    fn judge(&self, bits: u64) -> Verdict {
        let mut verdict = Verdict::default();
        for (i, unit) in self.units.iter().enumerate() {
            if bits & unit.word != 0 {
                verdict.has |= 1 << i;
                continue;
            }
            if bits & unit.pattern == unit.pattern {
                verdict.doubtful |= 1 << i;
            }
            if unit.parts != 0 && bits & unit.parts == unit.parts {
                verdict.has_parts |= 1 << i;
            }
        }
        verdict
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
