//! Which articles match a query, and what is given up of it so that some do.

use tantivy::DocId;

use crate::bm25;
use crate::error::Result;
use crate::filter::SegmentFilter;
use crate::hit::Relaxation;
use crate::plan::find_parts;
use crate::rank::{self, Ask, Entry, Lists};
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
    pub(crate) candidates: Vec<Candidate>,
    /// What a candidate must have to match.
    required: Required,
    pub(crate) relaxed: Option<Relaxation>,
    /// How many match.
    pub(crate) total: usize,
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
    /// Finds the articles that have something of what one of `asks` asks.
    pub(crate) fn find(
        asks: Vec<Ask>,
        filters: &[SegmentFilter],
        snapshot: &Snapshot,
    ) -> Result<Self> {
        let mut spellings = Vec::new();
        let mut candidates = Vec::new();
        for ask in asks {
            let lists = Lists::new(&ask, snapshot);
            let found = find_parts(&ask, snapshot)?;
            for (segment, found) in found.iter().enumerate() {
                let filter = &filters[segment];
                let entries = rank::accumulate(&ask, &lists, found, filter, snapshot, segment);
                candidates.extend(entries.into_iter().map(|entry| Candidate {
                    segment,
                    spelling: spellings.len(),
                    entry,
                }));
            }
            spellings.push(Spelling {
                all: rank::all_units(&lists, &ask),
                ask,
                lists,
            });
        }
        let mut this = Self {
            spellings,
            candidates,
            required: Required::All,
            relaxed: None,
            total: 0,
        };
        if this.spellings.len() > 1 {
            this.keep_best_spelling();
        }
        this.total = this.matching().count();
        if this.total == 0 {
            this.relax();
            this.total = this.matching().count();
        }
        Ok(this)
    }

    /// The candidates that match.
    pub(crate) fn matching(&self) -> impl Iterator<Item = &Candidate> {
        self.candidates
            .iter()
            .filter(|candidate| self.is_match(candidate))
    }

    /// The candidates to show by relevance: those that match, and if they are few, those that nearly do.
    pub(crate) fn shown(&mut self) -> Vec<Candidate> {
        let complete = matches!(self.required, Required::All);
        if complete && self.total >= ENOUGH {
            return self.matching().copied().collect();
        }
        let shown: Vec<Candidate> = self
            .candidates
            .iter()
            .filter(|candidate| {
                let Entry { has, has_parts, .. } = candidate.entry;
                has | has_parts != 0 || self.is_match(candidate)
            })
            .copied()
            .collect();
        if complete && shown.len() > self.total {
            self.relaxed = Some(Relaxation::Completed {
                complete: self.total,
            });
        }
        shown
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

    /// Of an article that matches in several spellings, keeps the best.
    fn keep_best_spelling(&mut self) {
        let key =
            |candidate: &Candidate| -> (usize, DocId) { (candidate.segment, candidate.entry.doc) };
        let mut candidates = std::mem::take(&mut self.candidates);
        candidates.sort_unstable_by(|a, b| {
            key(a)
                .cmp(&key(b))
                .then_with(|| self.is_match(b).cmp(&self.is_match(a)))
                .then_with(|| b.entry.score.total_cmp(&a.entry.score))
        });
        candidates.dedup_by_key(|candidate| key(candidate));
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
            .fold(0, |all, candidate| all | candidate.entry.has)
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
