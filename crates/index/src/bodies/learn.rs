//! Which phrases texts are made of.
//!
//! As FSST does it: texts are taken apart by the phrases so far, and what has stood side by side often is a phrase in the
//! next round, if it saves more than others. Source: P. Boncz, T. Neumann, V. Leis, FSST: Fast Random Access String
//! Compression, PVLDB 13 (11), 2020. There all codes are a byte; here what a phrase saves is counted in bits, by how
//! frequent it and its parts are.

use hashbrown::HashMap;

use super::phrases::{MAX_UNITS, Phrases};
use super::trie::Trie;

/// How often texts are taken apart; with more rounds phrases change little.
const ROUNDS: usize = 5;
/// A phrase of several units is there at least so often, and one of a single unit twice.
const LEAST: u32 = 3;

/// Learns up to `most` phrases from texts; `None` where they have nothing in common.
///
/// The same texts in the same order give the same phrases.
pub(super) fn learn(texts: &[&[u16]], most: usize) -> Option<Phrases> {
    let mut n_units = vec![0_u32; 1 << u16::BITS];
    for unit in texts.iter().copied().flatten() {
        n_units[usize::from(*unit)] += 1;
    }
    let singles: Vec<Vec<u16>> = (0..=u16::MAX)
        .filter(|unit| n_units[usize::from(*unit)] > 1)
        .map(|unit| vec![unit])
        .collect();
    let most = most.saturating_sub(singles.len());
    let mut phrases = singles.clone();
    for _ in 1..ROUNDS {
        let seen = Seen::of(texts, &phrases, true);
        let mut candidates = seen.candidates(&phrases, &n_units);
        candidates.sort_unstable_by(|(a_saves, a), (b_saves, b)| {
            b_saves.total_cmp(a_saves).then_with(|| a.cmp(b))
        });
        // Side by side they may be what was a phrase already; it saves the most where it is written as one.
        let mut known = hashbrown::HashSet::new();
        candidates.retain(|(_, phrase)| known.insert(phrase.clone()));
        candidates.truncate(most);
        phrases = singles.clone();
        phrases.extend(candidates.into_iter().map(|(_, phrase)| phrase));
    }
    let seen = Seen::of(texts, &phrases, false);
    let counted = phrases.iter().map(Vec::as_slice).zip(seen.counts);
    (!phrases.is_empty()).then(|| Phrases::new(counted, seen.n_single))
}

/// What texts are made of.
struct Seen {
    /// For each phrase how often it is there.
    counts: Vec<u32>,
    /// How often two phrases stand side by side.
    pairs: HashMap<(u32, u32), u32>,
    /// How many units begin no phrase.
    n_single: u32,
    n_all: u32,
}

impl Seen {
    fn of(texts: &[&[u16]], phrases: &[Vec<u16>], with_pairs: bool) -> Self {
        let trie = Trie::new((0..).zip(phrases.iter().map(Vec::as_slice)));
        let mut seen = Self {
            counts: vec![0; phrases.len()],
            pairs: HashMap::new(),
            n_single: 0,
            n_all: 0,
        };
        for text in texts {
            let mut rest = *text;
            let mut before = None;
            while !rest.is_empty() {
                seen.n_all += 1;
                let Some((phrase, len)) = trie.longest(rest) else {
                    seen.n_single += 1;
                    before = None;
                    rest = &rest[1..];
                    continue;
                };
                seen.counts[phrase as usize] += 1;
                if let Some(before) = before.replace(phrase).filter(|_| with_pairs) {
                    *seen.pairs.entry((before, phrase)).or_default() += 1;
                }
                rest = &rest[len..];
            }
        }
        seen
    }

    /// The bits of what is there so often.
    fn bits(&self, count: u32) -> f64 {
        (f64::from(self.n_all) / f64::from(count.max(1))).log2()
    }

    /// Phrases of several units with how many bits they save: those there are, over their units alone, and those that
    /// stand side by side, over these.
    fn candidates(&self, phrases: &[Vec<u16>], n_units: &[u32]) -> Vec<(f64, Vec<u16>)> {
        let of_unit = |unit: &u16| self.bits(n_units[usize::from(*unit)]);
        let saves = |count: u32, parts: f64| f64::from(count) * (parts - self.bits(count));
        let kept = phrases
            .iter()
            .zip(&self.counts)
            .filter(|(phrase, count)| phrase.len() > 1 && **count >= LEAST)
            .map(|(phrase, count)| {
                (
                    saves(*count, phrase.iter().map(of_unit).sum()),
                    phrase.clone(),
                )
            });
        let joined = self
            .pairs
            .iter()
            .filter(|(_, count)| **count >= LEAST)
            .filter_map(|((a, b), count)| {
                let [a, b] = [*a, *b].map(|number| number as usize);
                let parts = self.bits(self.counts[a]) + self.bits(self.counts[b]);
                let phrase = [phrases[a].as_slice(), &phrases[b]];
                (phrase[0].len() + phrase[1].len() <= MAX_UNITS)
                    .then(|| (saves(*count, parts), phrase.concat()))
            });
        let all = kept.chain(joined);
        all.filter(|(saves, _)| *saves > 0.0).collect()
    }
}
