//! Which articles match a query, and what is given up of it so that some do.

use std::cmp::Ordering;

use tantivy::DocId;

use crate::bm25;
use crate::error::Result;
use crate::filter::SegmentFilter;
use crate::hit::Relaxation;
use crate::plan::find_parts;
use crate::rank::{self, Ask, Entry, FoundParts, Lists, Reach};
use crate::segment::Snapshot;

/// With this many articles that have everything asked for, no others are shown.
const ENOUGH: usize = 20;

/// So many articles have a word that is not misspelt.
const KNOWN: u64 = 5;

/// One spelling of a query, looked up.
pub(crate) struct Spelling {
    pub(crate) ask: Ask,
    pub(crate) lists: Lists,
    all: u64,
}

/// An article that has something of what is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    pub(crate) segment: usize,
    /// The spelling it matches best.
    pub(crate) spelling: usize,
    pub(crate) entry: Entry,
}

/// The articles that have something of what is asked.
pub(crate) struct Matches {
    pub(crate) spellings: Vec<Spelling>,
    /// Of more than were to be kept, the best.
    pub(crate) candidates: Vec<Candidate>,
    /// What a candidate must have to match.
    required: Required,
    pub(crate) relaxed: Option<Relaxation>,
    /// How many match, kept or not.
    pub(crate) total: usize,
    /// Those that match, segment by segment, if more may match than are kept.
    docs: Option<Vec<Vec<DocId>>>,
}

/// Candidates of which the best are kept.
struct Best {
    candidates: Vec<Candidate>,
    /// How many are to be kept, and as many as score no less than the last of them.
    n_kept: usize,
    /// What the last of them scores at least, as far as candidates were seen.
    floor: f32,
    /// With so many candidates, those below the floor are dropped.
    n_full: usize,
}

#[derive(Debug, Clone, Copy)]
enum Required {
    /// All that its spelling asks.
    All,
    /// These units of this spelling.
    These {
        spelling: usize,
        units: u64,
    },
    /// All that its spelling asks, of words at least the shorter words they are made of.
    Parts,
    /// Any unit.
    AnyUnit,
    Nothing,
}

impl Matches {
    /// Finds the articles that match, and within `reach` others that have something of what one of `asks` asks.
    ///
    /// Of those that match, `n_kept` or more that score best are kept, and the rest may only be counted.
    pub(crate) fn find(
        asks: Vec<Ask>,
        (reach, n_kept): (Reach, usize),
        filters: &[SegmentFilter],
        snapshot: &Snapshot,
    ) -> Result<Self> {
        let mut spellings = Vec::new();
        let mut found = Vec::new();
        for ask in asks {
            let lists = Lists::new(&ask, snapshot);
            found.push(find_parts(&ask, snapshot)?);
            spellings.push(Spelling {
                all: rank::all_units(&lists, &ask),
                ask,
                lists,
            });
        }
        let mut this = Self {
            spellings,
            candidates: Vec::new(),
            required: Required::All,
            relaxed: None,
            total: 0,
            docs: None,
        };
        let mut complete: Vec<Candidate> = Vec::new();
        // Where it is not words that find articles, those that match are not found apart from the rest.
        let finds_apart = this.spellings.iter().any(|it| it.ask.is_of_words());
        if finds_apart && reach != Reach::Any {
            this.collect_complete(&found, n_kept.max(ENOUGH), filters, snapshot);
            if this.total >= ENOUGH || (this.total > 0 && reach == Reach::All) {
                return Ok(this);
            }
            complete = std::mem::take(&mut this.candidates);
            this.docs = None;
        }
        let rest = match reach {
            Reach::Best(_) if this.total > 0 => reach,
            _ => Reach::Any,
        };
        this.collect(&found, rest, filters, snapshot);
        for candidate in complete {
            this.add(candidate);
        }
        this.total = this.matching().count();
        if this.total == 0 {
            this.relax();
            this.total = this.matching().count();
        }
        Ok(this)
    }

    /// Finds those that have all of what is asked, counts them and keeps `n_kept` or more of the best; all of them if
    /// articles can be found in several spellings.
    fn collect_complete(
        &mut self,
        found: &[Vec<FoundParts>],
        n_kept: usize,
        filters: &[SegmentFilter],
        snapshot: &Snapshot,
    ) {
        let ([Spelling { ask, lists, .. }], [found]) = (self.spellings.as_slice(), found) else {
            self.collect(found, Reach::All, filters, snapshot);
            self.total = self.candidates.len();
            return;
        };
        let mut best = Best::new(n_kept);
        let parts = found.iter().zip(filters).enumerate();
        let docs: Vec<Vec<DocId>> = parts
            .map(|(segment, (found, filter))| {
                let reach = (n_kept, best.floor());
                let place = (snapshot, segment);
                rank::complete(ask, lists, found, reach, filter, place, |entry| {
                    best.push(Candidate {
                        segment,
                        spelling: 0,
                        entry,
                    });
                })
            })
            .collect();
        self.total = docs.iter().map(Vec::len).sum();
        self.candidates = best.candidates;
        self.docs = Some(docs);
    }

    /// Finds the candidates.
    fn collect(
        &mut self,
        found: &[Vec<FoundParts>],
        reach: Reach,
        filters: &[SegmentFilter],
        snapshot: &Snapshot,
    ) {
        self.candidates.clear();
        let mut best = Best::new(match (reach, self.spellings.len()) {
            (Reach::Best(n), 1) => n,
            // The same article may be there in several spellings.
            _ => usize::MAX,
        });
        for (number, (spelling, found)) in self.spellings.iter().zip(found).enumerate() {
            let Spelling { ask, lists, .. } = spelling;
            for (segment, found) in found.iter().enumerate() {
                let reach = (reach, best.floor());
                let filter = &filters[segment];
                rank::accumulate(
                    ask,
                    lists,
                    found,
                    reach,
                    filter,
                    (snapshot, segment),
                    |entry| {
                        best.push(Candidate {
                            segment,
                            spelling: number,
                            entry,
                        });
                    },
                );
            }
        }
        self.candidates = best.candidates;
        if self.spellings.len() > 1 {
            self.keep_best();
        }
    }

    /// Whether some of those that match are not kept.
    pub(crate) fn is_cut(&self) -> bool {
        self.matching().count() < self.total
    }

    /// The articles that match, kept or not: their segments and numbers there.
    pub(crate) fn docs(&self) -> impl Iterator<Item = (usize, DocId)> {
        let all = self.docs.iter().flatten().enumerate();
        let all = all.flat_map(|(segment, docs)| docs.iter().map(move |doc| (segment, *doc)));
        let kept = self.matching().map(|it| (it.segment, it.entry.doc));
        all.chain(kept.filter(|_| self.docs.is_none()))
    }

    /// The candidates that match.
    pub(crate) fn matching(&self) -> impl Iterator<Item = &Candidate> {
        self.candidates
            .iter()
            .filter(|candidate| self.is_match(candidate))
    }

    /// The candidates to show by relevance: those that match, and if they are few, those that nearly do.
    ///
    /// Of more than `n`, those of the `n` highest scores.
    pub(crate) fn shown(&mut self, n: usize) -> Vec<Candidate> {
        let complete = matches!(self.required, Required::All);
        let only_complete = complete && self.total >= ENOUGH;
        let is_shown = |candidate: &&Candidate| {
            let Entry { has, has_parts, .. } = candidate.entry;
            self.is_match(candidate) || (!only_complete && has | has_parts != 0)
        };
        let mut shown = Vec::with_capacity(self.candidates.len());
        shown.extend(self.candidates.iter().filter(is_shown));
        let n_shown = shown.len();
        let scores = shown.iter().map(|it: &Candidate| it.entry.score);
        if let Some(lowest) = rank::nth_highest(scores, n) {
            shown.retain(|it| it.entry.score >= lowest);
        }
        if complete && n_shown > self.total {
            self.relaxed = Some(Relaxation::Completed {
                complete: self.total,
            });
        }
        shown
    }

    /// What was asked, to be asked again.
    pub(crate) fn into_asks(self) -> Vec<Ask> {
        self.spellings.into_iter().map(|it| it.ask).collect()
    }

    /// The words that an article lacks.
    pub(crate) fn missing(&self, candidate: &Candidate) -> Vec<String> {
        self.words(candidate.spelling, !candidate.entry.has)
    }

    /// Whether a word of the query may be misspelt: single characters are what is left of words that are, and others are
    /// known if a few articles have them.
    pub(crate) fn has_doubtful_words(&self, n_docs: u64) -> bool {
        let known = bm25::idf(KNOWN, n_docs);
        self.spellings.iter().any(|Spelling { ask, lists, .. }| {
            let units = lists.units.iter().zip(&ask.text.words);
            units.clone().count() < ask.n_units()
                || units
                    .into_iter()
                    .any(|(unit, word)| unit.idf > known || word.chars.chars().nth(1).is_none())
        })
    }

    fn is_match(&self, candidate: &Candidate) -> bool {
        let Candidate {
            spelling, entry, ..
        } = candidate;
        match self.required {
            Required::All => entry.has == self.spellings[*spelling].all,
            Required::These { spelling: s, units } => *spelling == s && entry.has & units == units,
            Required::Parts => (entry.has | entry.has_parts) == self.spellings[*spelling].all,
            Required::AnyUnit => entry.has != 0,
            Required::Nothing => true,
        }
    }

    /// Adds an article that may have been found already; the better of both is kept.
    fn add(&mut self, candidate: Candidate) {
        let mut others = self.candidates.iter();
        match others.position(|other| other.key() == candidate.key()) {
            None => self.candidates.push(candidate),
            Some(at) => {
                if self.order(&candidate, &self.candidates[at]).is_lt() {
                    self.candidates[at] = candidate;
                }
            }
        }
    }

    /// Of an article found in several ways, the better one is less.
    fn order(&self, a: &Candidate, b: &Candidate) -> Ordering {
        let is_match = self.is_match(b).cmp(&self.is_match(a));
        is_match.then_with(|| b.entry.score.total_cmp(&a.entry.score))
    }

    /// Of an article that was found in several spellings, keeps the best.
    fn keep_best(&mut self) {
        let mut candidates = std::mem::take(&mut self.candidates);
        candidates.sort_unstable_by(|a, b| {
            let key = a.key().cmp(&b.key());
            key.then_with(|| self.order(a, b))
        });
        candidates.dedup_by_key(|candidate| candidate.key());
        self.candidates = candidates;
    }

    /// Gives up as little of the query as leaves an article: what weighs least.
    fn relax(&mut self) {
        self.required = Required::Parts;
        if self.matching().next().is_some() {
            self.relaxed = Some(Relaxation::Parts);
            return;
        }
        self.required = Required::All;
        let best = self.candidates.iter().max_by(|a, b| {
            a.entry
                .coverage
                .total_cmp(&b.entry.coverage)
                .then_with(|| b.spelling.cmp(&a.spelling))
                .then_with(|| b.entry.has.cmp(&a.entry.has))
        });
        let Some(&Candidate {
            spelling, entry, ..
        }) = best
        else {
            return;
        };
        let units = entry.has;
        let alone = units.count_ones() == 1 && self.known_units(spelling) > 1;
        (self.required, self.relaxed) = if units == 0 {
            (Required::Nothing, Some(Relaxation::AnyCharacter))
        } else if alone {
            (Required::AnyUnit, Some(Relaxation::AnyWord))
        } else {
            let words = self.words(spelling, !units);
            (
                Required::These { spelling, units },
                Some(Relaxation::Without { words }),
            )
        };
    }

    /// How many of the units some article has.
    fn known_units(&self, spelling: usize) -> u32 {
        self.candidates
            .iter()
            .filter(|candidate| candidate.spelling == spelling)
            .fold(0u64, |all, candidate| all | candidate.entry.has)
            .count_ones()
    }

    fn words(&self, spelling: usize, units: u64) -> Vec<String> {
        let Spelling { ask, lists, .. } = &self.spellings[spelling];
        ask.text.words[..lists.units.len()]
            .iter()
            .enumerate()
            .filter(|(i, _)| units & (1 << i) != 0)
            .map(|(_, word)| word.typed.clone())
            .collect()
    }
}

impl Candidate {
    /// Which article it is.
    fn key(&self) -> (usize, DocId) {
        (self.segment, self.entry.doc)
    }
}

impl Best {
    fn new(n_kept: usize) -> Self {
        Self {
            candidates: Vec::new(),
            n_kept,
            floor: f32::NEG_INFINITY,
            n_full: n_kept.saturating_mul(2).max(64),
        }
    }

    fn push(&mut self, candidate: Candidate) {
        if candidate.entry.score < self.floor {
            return;
        }
        self.candidates.push(candidate);
        if self.candidates.len() >= self.n_full {
            self.raise_floor();
            let floor = self.floor;
            self.candidates.retain(|it| it.entry.score >= floor);
            // Many may score the same.
            self.n_full = self.n_full.max(self.candidates.len() * 2);
        }
    }

    /// What one of the best scores at least.
    fn floor(&mut self) -> f32 {
        self.raise_floor();
        self.floor.max(0.0)
    }

    fn raise_floor(&mut self) {
        if self.candidates.len() < self.n_kept {
            return;
        }
        let scores = self.candidates.iter().map(|it| it.entry.score);
        if let Some(floor) = rank::nth_highest(scores, self.n_kept) {
            self.floor = floor;
        }
    }
}

#[cfg(test)]
mod tests {
    use fangzhi_ingest::{Article, Block};

    use super::*;
    use crate::compile::Compiler;
    use crate::index::Index;
    use crate::query;
    use crate::request::Query;
    use crate::searcher::{Searcher, today};

    /// From everywhere in some articles to hardly anywhere.
    const WORDS: [&str; 8] = [
        "城市",
        "农业",
        "银行",
        "教育",
        "台风",
        "高铁",
        "博物馆",
        "龙舟赛",
    ];

    /// An index of several segments, in which word `i` is in about one of 2^i texts.
    fn searcher(rng: &mut fastrand::Rng) -> Searcher {
        let index = Index::in_memory().unwrap();
        let mut writer = index.writer().unwrap();
        for number in 0..400 {
            let mut text = String::new();
            for _ in 0..rng.usize(1..6) {
                for (i, word) in WORDS.iter().enumerate() {
                    if rng.f32() < (-(i as f32)).exp2() {
                        text.push_str(word);
                        text.push_str(["，", "的", ""][rng.usize(..3)]);
                    }
                }
            }
            let mut article = Article::default();
            article.id = number.to_string();
            article.title = Some(WORDS[rng.usize(..WORDS.len())].to_owned());
            article.body = vec![Block::Paragraph { text }];
            writer.add(&article).unwrap();
            if number % 130 == 0 {
                writer.commit().unwrap();
            }
        }
        writer.commit().unwrap();
        index.searcher().unwrap()
    }

    #[test]
    fn the_best_are_found_without_all() {
        let mut rng = fastrand::Rng::with_seed(7);
        let (mut n_few, mut n_skipped, mut n_cut) = (0, 0, 0);
        for _ in 0..4 {
            let searcher = searcher(&mut rng);
            let (core, snapshot) = (&searcher.core, &searcher.snapshot);
            let filters = SegmentFilter::none(snapshot);
            for _ in 0..60 {
                let mut text = String::new();
                for _ in 0..rng.usize(1..6) {
                    text.push_str(WORDS[rng.usize(..WORDS.len())]);
                    text.push_str(["", " "][rng.usize(..2)]);
                }
                let compiler = Compiler {
                    analyzer: &core.analyzer,
                    fields: &core.fields,
                };
                let find = |reach, n_kept| {
                    let root = query::parse(&text, today(), &|_| Vec::new()).root.unwrap();
                    let asks = compiler.compile(&root);
                    Matches::find(asks, (reach, n_kept), &filters, snapshot).unwrap()
                };
                const N: usize = 5;
                let (mut all, mut best) = (find(Reach::Any, usize::MAX), find(Reach::Best(N), N));
                assert_eq!(best.total, all.total, "{text}");
                assert_eq!(best.relaxed, all.relaxed, "{text}");
                n_few += usize::from(all.total < ENOUGH);
                n_cut += usize::from(best.is_cut());
                assert!(!all.is_cut(), "{text}");
                n_skipped += all.candidates.len() - best.candidates.len();
                let in_order = |matches: &mut Matches| {
                    let mut shown = matches.shown(usize::MAX);
                    shown.sort_by(|a, b| b.entry.score.total_cmp(&a.entry.score));
                    shown
                };
                let (best, all) = (in_order(&mut best), in_order(&mut all));
                for (best, all) in best.iter().zip(&all).take(N) {
                    // Sums in another order differ in their last digits.
                    let difference = (best.entry.score - all.entry.score).abs();
                    assert!(difference < 1e-4, "{text}: {best:?}, {all:?}");
                    assert_eq!(best.entry.has, all.entry.has, "{text}");
                }
                assert!(best.len() >= all.len().min(N), "{text}");
            }
        }
        assert!(
            n_few > 20 && n_skipped > 1000 && n_cut > 20,
            "{n_few}, {n_skipped}, {n_cut}"
        );
    }

    #[test]
    fn what_was_deleted_tells_in_no_score() {
        let article = |number: usize| {
            let mut article = Article::default();
            article.id = number.to_string();
            article.title = Some(WORDS[number % WORDS.len()].to_owned());
            let text = format!("{}，{number}号", WORDS[number / 3 % WORDS.len()]);
            article.body = vec![Block::Paragraph { text }];
            article
        };
        let [with, without] = [true, false].map(|deletes| {
            let index = Index::in_memory().unwrap();
            let mut writer = index.writer().unwrap();
            for number in (0..200).filter(|number| deletes || number % 3 > 0) {
                writer.add(&article(number)).unwrap();
            }
            writer.commit().unwrap();
            if deletes {
                (0..200)
                    .step_by(3)
                    .for_each(|number| writer.delete(&number.to_string()).unwrap());
                writer.commit().unwrap();
            }
            index.searcher().unwrap()
        });
        for text in [
            "城市 台风",
            "\"城市\" 台风",
            "\"城市\" OR 高铁",
            "title:农业 城市",
            "银行*",
        ] {
            let [with, without] = [&with, &without].map(|searcher| {
                let results = searcher.search(&Query::new(text).collapse(false)).unwrap();
                let hits = results.hits.into_iter().map(|hit| (hit.id, hit.score));
                (results.total, hits.collect::<Vec<_>>())
            });
            assert!(!with.1.is_empty(), "{text}");
            assert_eq!(with, without, "{text}");
        }
    }
}
