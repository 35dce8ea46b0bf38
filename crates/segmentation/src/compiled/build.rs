//! Compiling a dictionary.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::iter;

use super::double_array::{self, Entry};
use super::hmm::{self, NEVER, NO_ROW};
use super::{
    BARRIER, CHECKSUM, Compiled, FIRST_CODE, Header, N_DIRECT, N_STATES, NORMAL, PLAIN, UNKNOWN,
    checksum, is_in_block,
};
use crate::normalize::normalize;

/// Compiles words and a model into the contents of a file for [`Dictionary::open`](crate::Dictionary::open).
///
/// The same words give the same bytes, in whatever order they are added.
#[derive(Clone, Debug, Default)]
pub struct Compiler {
    frequencies: BTreeMap<String, u64>,
    hmm: HmmSource,
}

/// What a file is written of.
#[derive(Debug)]
pub(crate) struct Source {
    /// Words, and how frequent each is as it is written and in normalised text; 0 where it is no word.
    pub(crate) words: BTreeMap<String, [u64; 2]>,
    /// The sums of the frequencies, those of words that can never be cut included.
    pub(crate) totals: [u64; 2],
    pub(crate) hmm: HmmSource,
}

/// A word's frequencies; rows with one for the word as it is written come first, then higher ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Row([u64; 2]);

/// jieba's hidden Markov model as its file gives it: natural logarithms of probabilities.
///
/// States are in the order begin, end, middle, single.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HmmSource {
    /// Of each state to be the first.
    pub starts: [f64; N_STATES],
    /// Of each state, the first index, to be followed by each other.
    pub transitions: [[f64; N_STATES]; N_STATES],
    /// Of each state to show a character, where it ever does.
    pub emissions: [BTreeMap<char, f64>; N_STATES],
}

impl HmmSource {
    /// The model of the built-in dictionary.
    pub fn built_in() -> Self {
        Compiled::built_in().hmm_source()
    }
}

impl Compiler {
    /// Starts with no words and a given model.
    pub fn new(hmm: HmmSource) -> Self {
        Self {
            frequencies: BTreeMap::new(),
            hmm,
        }
    }

    /// Adds a word; of several frequencies for a word the last counts.
    ///
    /// A word of frequency 0 would never be cut, so it is left out.
    pub fn add(&mut self, word: &str, frequency: u32) {
        if !word.is_empty() && frequency > 0 {
            self.frequencies
                .insert(word.to_owned(), u64::from(frequency));
        }
    }

    /// Compiles what was added.
    ///
    /// Words that differ from their normalised form are added in that form too,
    /// for cutting normalised text.
    ///
    /// # Errors
    /// The dictionary is too large for the form: it has more than 65,000
    /// different characters or frequencies, or some ten million words.
    pub fn compile(&self) -> Result<Vec<u8>, &'static str> {
        let normal = self.normal_forms();
        let n_plain: u64 = self.frequencies.values().sum();
        let n_normal: u64 = normal.values().sum();
        let plain = self.frequencies.iter();
        let plain = plain.map(|(word, frequency)| (word.clone(), [*frequency; 2]));
        let normal = normal.into_iter().map(|(form, n)| (form, [0, n]));
        Source {
            words: plain.chain(normal).collect(),
            totals: [n_plain, n_plain + n_normal],
            hmm: self.hmm.clone(),
        }
        .write()
    }

    /// The normalised forms of words that are not words themselves.
    fn normal_forms(&self) -> BTreeMap<String, u64> {
        let mut forms = BTreeMap::new();
        for (word, frequency) in &self.frequencies {
            let normalized = normalize(word);
            let form = normalized.text();
            if form != word && !form.is_empty() && !self.frequencies.contains_key(form) {
                let kept: &mut u64 = forms.entry(form.to_owned()).or_default();
                *kept = (*kept).max(*frequency);
            }
        }
        forms
    }
}

impl Source {
    /// Writes the file's contents.
    ///
    /// # Errors
    /// What there is too much of.
    pub(crate) fn write(&self) -> Result<Vec<u8>, &'static str> {
        let (codes, n_codes) = self.codes()?;
        let rows = self.rows()?;
        let n_plain = rows.keys().filter(|row| row.0[PLAIN] > 0).count();

        // Blocks are cut one by one, so that words with other characters can never be found.
        let cuttable = self.words.iter();
        let cuttable = cuttable.filter(|(word, _)| word.chars().all(is_in_block));
        let mut entries: Vec<Entry> = cuttable
            .map(|(word, frequencies)| Entry {
                codes: word.chars().map(|c| codes[&c]).collect(),
                value: rows[&Row(*frequencies)],
                frequency: frequencies[PLAIN].max(frequencies[NORMAL]),
            })
            .collect();
        entries.sort_by(|a, b| a.codes.cmp(&b.codes));
        let trie = double_array::build(&entries, n_codes).ok_or("it has too many words")?;

        let extra: BTreeMap<char, u16> = codes
            .iter()
            .filter(|(c, _)| **c as usize >= N_DIRECT)
            .map(|(c, code)| (*c, *code))
            .collect();
        let (emission_index, emissions) = self.emissions();
        let header = Header {
            n_slots: trie.slots.len() as u32,
            n_codes: n_codes as u32,
            n_extra: extra.len() as u32,
            n_rows: 1 + rows.len() as u32,
            n_plain: 1 + n_plain as u32,
            n_emissions: emissions.len() as u32,
            n_filters: trie.filters.len() as u32,
            totals: self.totals,
        };
        let mut bytes = header.write();
        for code in 0..N_DIRECT as u32 {
            let code = match char::from_u32(code) {
                Some(c) => codes.get(&c).copied().unwrap_or(class(c)),
                None => BARRIER as u16,
            };
            bytes.extend(code.to_le_bytes());
        }
        for (c, code) in extra {
            bytes.extend((c as u32).to_le_bytes());
            bytes.extend(u32::from(code).to_le_bytes());
        }
        bytes.extend(trie.roots.iter().flat_map(|root| root.to_le_bytes()));
        bytes.extend(trie.filters.iter().flat_map(|word| word.to_le_bytes()));
        bytes.extend(trie.slots.iter().flat_map(|slot| slot.to_le_bytes()));
        for frequencies in iter::once(&[0; 2]).chain(rows.keys().map(|row| &row.0)) {
            bytes.extend(frequencies.iter().flat_map(|number| number.to_le_bytes()));
        }
        let transitions = self.hmm.transitions.as_flattened();
        for number in emissions
            .as_flattened()
            .iter()
            .chain(&self.hmm.starts)
            .chain(transitions)
        {
            bytes.extend(number.to_le_bytes());
        }
        for number in emission_index.iter().chain(&trie.singles) {
            bytes.extend(number.to_le_bytes());
        }
        let sum = checksum(&bytes);
        bytes[CHECKSUM].copy_from_slice(&sum.to_le_bytes());
        Ok(bytes)
    }

    /// Numbers the characters of words, frequent ones first; returns the next number too.
    fn codes(&self) -> Result<(HashMap<char, u16>, usize), &'static str> {
        let mut weights: BTreeMap<char, u64> = BTreeMap::new();
        for (word, frequencies) in &self.words {
            for c in word.chars().filter(|c| is_in_block(*c)) {
                let weight = weights.entry(c).or_default();
                *weight = weight.saturating_add(frequencies[PLAIN].max(frequencies[NORMAL]) + 1);
            }
        }
        let mut chars: Vec<(char, u64)> = weights.into_iter().collect();
        chars.sort_by_key(|&(c, weight)| (Reverse(weight), c));
        let n_codes = FIRST_CODE as usize + chars.len();
        if n_codes >= usize::from(u16::MAX) {
            return Err("it has too many different characters");
        }
        let first = FIRST_CODE as u16;
        Ok((
            chars.into_iter().map(|(c, _)| c).zip(first..).collect(),
            n_codes,
        ))
    }

    /// Numbers the different rows of frequencies from 1 on.
    fn rows(&self) -> Result<BTreeMap<Row, u16>, &'static str> {
        let rows: BTreeSet<Row> = self.words.values().copied().map(Row).collect();
        if rows.len() >= usize::from(u16::MAX) {
            return Err("it has too many different frequencies");
        }
        Ok(rows.into_iter().zip(1..).collect())
    }

    fn emissions(&self) -> (Vec<u16>, Vec<[f64; N_STATES]>) {
        let mut index = vec![NO_ROW; hmm::N_CHARS];
        let mut rows = Vec::new();
        for (offset, place) in index.iter_mut().enumerate() {
            let Some(c) = char::from_u32(hmm::FIRST as u32 + offset as u32) else {
                continue;
            };
            let seen = self
                .hmm
                .emissions
                .iter()
                .any(|state| state.contains_key(&c));
            if seen {
                *place = rows.len() as u16;
                rows.push(std::array::from_fn(|state| {
                    self.hmm.emissions[state].get(&c).copied().unwrap_or(NEVER)
                }));
            }
        }
        (index, rows)
    }
}

impl Ord for Row {
    fn cmp(&self, other: &Self) -> Ordering {
        other.0.cmp(&self.0)
    }
}

impl PartialOrd for Row {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The code of a character that is in no word.
fn class(c: char) -> u16 {
    (if is_in_block(c) { UNKNOWN } else { BARRIER }) as u16
}
