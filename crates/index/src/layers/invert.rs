//! Texts of many articles → lists of articles by term.
//!
//! While articles come in, their texts are only kept: characters as they are, words by number.
//! A layer is made of them by counting: how often each term occurs says where in one array its occurrences go, and going
//! through the texts in order puts them there in order. The array is of bounded size; what does not fit into it
//! is left to further rounds.

use std::hash::BuildHasher;
use std::io;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::document::{DocumentLayers, TextLayers};
use super::file::LayerKind;
use super::layer::LayerWriter;

/// How many occurrences are put in order at a time: 8 or 12 bytes each.
const ROUND: usize = 2 << 20;
/// How many characters there can be.
const N_CHARS: usize = 0x11_0000;

/// The texts of articles, to be inverted.
#[derive(Default)]
pub(super) struct Texts {
    vocabulary: Vocabulary,
    title: Field,
    body: Field,
    /// How many of its words are the lead of each body.
    leads: Vec<u32>,
}

/// A text of each article.
#[derive(Default)]
struct Field {
    words: Vec<u32>,
    /// How many of the words are each article's.
    n_words: Vec<u32>,
    chars: String,
    /// How many bytes of the characters are each article's, and how many characters that is.
    n_bytes: Vec<usize>,
    n_chars: Vec<u32>,
}

/// Words, numbered in the order of their first occurrence.
#[derive(Default)]
struct Vocabulary {
    text: String,
    ends: Vec<usize>,
    numbers: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

/// The words of a [`Vocabulary`] in order.
struct Ranks {
    /// The number of the word of each rank.
    words: Vec<u32>,
    /// The rank of the word of each number.
    ranks: Vec<u32>,
}

/// The characters of a [`Field`] in order.
struct Alphabet {
    chars: Vec<char>,
    /// The rank of each character that occurs.
    ranks: Vec<u32>,
    /// How often the character of each rank occurs.
    counts: Vec<usize>,
}

impl Texts {
    /// Takes the texts of the next article.
    pub(super) fn push(&mut self, document: &DocumentLayers<'_>) {
        self.title.push(&document.title, &mut self.vocabulary);
        self.body.push(&document.body, &mut self.vocabulary);
        self.leads
            .push(u32::try_from(document.n_lead).unwrap_or(u32::MAX));
    }

    /// How many bytes of memory they take, and their lists are going to take.
    pub(super) fn memory(&self) -> usize {
        let kept = self.title.memory() + self.body.memory() + self.vocabulary.memory();
        // The lists take about as much as the texts.
        2 * kept
    }

    /// Makes the layers, in the order of [`LayerKind::ALL`], on at most `threads` threads.
    pub(super) fn invert(self, threads: usize) -> Vec<Vec<u8>> {
        use std::sync::Mutex;
        use std::sync::atomic::{AtomicUsize, Ordering};

        // The costly ones first, so that the threads end at about the same time.
        const JOBS: [LayerKind; LayerKind::ALL.len()] = [
            LayerKind::BodyBigrams,
            LayerKind::BodyWords,
            LayerKind::BodyChars,
            LayerKind::Lead,
            LayerKind::TitleBigrams,
            LayerKind::TitleWords,
            LayerKind::TitleChars,
        ];
        let ranks = self.vocabulary.ranks();
        let next = AtomicUsize::new(0);
        let sections = Mutex::new(vec![Vec::new(); JOBS.len()]);
        let work = || {
            while let Some(&kind) = JOBS.get(next.fetch_add(1, Ordering::Relaxed)) {
                let section = self.layer(kind, &ranks);
                let mut sections = sections.lock().unwrap_or_else(|error| error.into_inner());
                sections[kind as usize] = section;
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..threads.min(JOBS.len()) {
                scope.spawn(work);
            }
            work();
        });
        sections
            .into_inner()
            .unwrap_or_else(|error| error.into_inner())
    }

    fn layer(&self, kind: LayerKind, ranks: &Ranks) -> Vec<u8> {
        let layer = match kind {
            LayerKind::TitleWords => {
                self.title
                    .words(&self.vocabulary, ranks, &self.title.n_words, true)
            }
            LayerKind::BodyWords => {
                self.body
                    .words(&self.vocabulary, ranks, &self.body.n_words, true)
            }
            LayerKind::Lead => self.body.words(&self.vocabulary, ranks, &self.leads, false),
            LayerKind::TitleBigrams => self.title.bigrams(),
            LayerKind::BodyBigrams => self.body.bigrams(),
            LayerKind::TitleChars => self.title.chars(),
            LayerKind::BodyChars => self.body.chars(),
        };
        layer.expect("writing to memory does not fail")
    }
}

impl Field {
    fn push(&mut self, text: &TextLayers<'_>, vocabulary: &mut Vocabulary) {
        let before = self.words.len();
        if !text.words.is_empty() {
            self.words
                .extend(text.words.split(' ').map(|word| vocabulary.number(word)));
        }
        let count = |n: usize| u32::try_from(n).expect("a text has less than 4 GB");
        self.n_words.push(count(self.words.len() - before));
        self.chars.push_str(text.chars);
        self.n_bytes.push(text.chars.len());
        self.n_chars.push(count(text.chars.chars().count()));
    }

    fn memory(&self) -> usize {
        self.chars.len() + 4 * self.words.len() + 16 * self.n_bytes.len()
    }

    /// The layer of the first words of each text, as many as `lengths` says.
    fn words(
        &self,
        vocabulary: &Vocabulary,
        ranks: &Ranks,
        lengths: &[u32],
        has_positions: bool,
    ) -> io::Result<Vec<u8>> {
        let mut counts = vec![0; ranks.words.len()];
        self.for_each_word(lengths, ranks, |rank, _, _| counts[rank] += 1);
        let mut writer = LayerWriter::new(lengths, Vec::new());
        let mut occurrences: Vec<(u32, u32)> = Vec::new();
        for round in rounds(&counts) {
            let mut places = places(&counts[round.clone()], &mut occurrences);
            self.for_each_word(lengths, ranks, |rank, doc, position| {
                if round.contains(&rank) {
                    let place = &mut places[rank - round.start];
                    occurrences[*place] = (doc, position);
                    *place += 1;
                }
            });
            let mut rest = occurrences.as_slice();
            for rank in round {
                let (these, others) = rest.split_at(counts[rank]);
                rest = others;
                if !these.is_empty() {
                    push_list(&mut writer, these.iter().copied(), has_positions);
                    writer.finish_term(vocabulary.word(ranks.words[rank]).as_bytes())?;
                }
            }
        }
        writer.finish()
    }

    fn for_each_word(&self, lengths: &[u32], ranks: &Ranks, mut sink: impl FnMut(usize, u32, u32)) {
        let mut rest = self.words.as_slice();
        for ((doc, &n_words), &length) in (0..).zip(&self.n_words).zip(lengths) {
            let (words, others) = rest.split_at(n_words as usize);
            rest = others;
            for (position, &word) in (0..length).zip(words) {
                sink(ranks.ranks[word as usize] as usize, doc, position);
            }
        }
    }

    fn chars(&self) -> io::Result<Vec<u8>> {
        let alphabet = Alphabet::new(&self.chars);
        let counts = &alphabet.counts;
        let mut writer = LayerWriter::new(&self.n_chars, Vec::new());
        let mut occurrences: Vec<u32> = Vec::new();
        for round in rounds(counts) {
            let mut places = places(&counts[round.clone()], &mut occurrences);
            for (doc, text) in self.texts() {
                for c in text.chars() {
                    let rank = alphabet.rank(c);
                    if round.contains(&rank) {
                        let place = &mut places[rank - round.start];
                        occurrences[*place] = doc;
                        *place += 1;
                    }
                }
            }
            let mut rest = occurrences.as_slice();
            for rank in round {
                let (these, others) = rest.split_at(counts[rank]);
                rest = others;
                push_list(&mut writer, these.iter().map(|&doc| (doc, 0)), false);
                let mut utf8 = [0; 4];
                writer.finish_term(alphabet.chars[rank].encode_utf8(&mut utf8).as_bytes())?;
            }
        }
        writer.finish()
    }

    fn bigrams(&self) -> io::Result<Vec<u8>> {
        let alphabet = Alphabet::new(&self.chars);
        let mut counts = vec![0; alphabet.chars.len()];
        self.for_each_bigram(&alphabet, |first, _, _, _| counts[first] += 1);
        let lengths: Vec<u32> = self.n_chars.iter().map(|n| n.saturating_sub(1)).collect();
        let mut writer = LayerWriter::new(&lengths, Vec::new());
        // The second character, the article and the position of all pairs with one first character.
        let mut occurrences: Vec<(u32, u32, u32)> = Vec::new();
        let mut order: Vec<u64> = Vec::new();
        for round in rounds(&counts) {
            let mut places = places(&counts[round.clone()], &mut occurrences);
            self.for_each_bigram(&alphabet, |first, second, doc, position| {
                if round.contains(&first) {
                    let place = &mut places[first - round.start];
                    occurrences[*place] = (second as u32, doc, position);
                    *place += 1;
                }
            });
            let mut rest = occurrences.as_slice();
            for first in round {
                let (these, others) = rest.split_at(counts[first]);
                rest = others;
                order.clear();
                order.extend(
                    (0..)
                        .zip(these)
                        .map(|(i, (second, _, _))| u64::from(*second) << 32 | i),
                );
                order.sort_unstable();
                for pair in order.chunk_by(|a, b| a >> 32 == b >> 32) {
                    let list = pair.iter().map(|key| {
                        let (_, doc, position) = these[*key as u32 as usize];
                        (doc, position)
                    });
                    push_list(&mut writer, list, true);
                    let second = alphabet.chars[(pair[0] >> 32) as usize];
                    let mut utf8 = [0; 8];
                    let n = alphabet.chars[first].encode_utf8(&mut utf8).len();
                    let len = n + second.encode_utf8(&mut utf8[n..]).len();
                    writer.finish_term(&utf8[..len])?;
                }
            }
        }
        writer.finish()
    }

    fn for_each_bigram(&self, alphabet: &Alphabet, mut sink: impl FnMut(usize, usize, u32, u32)) {
        for (doc, text) in self.texts() {
            let mut ranks = text.chars().map(|c| alphabet.rank(c));
            let Some(mut first) = ranks.next() else {
                continue;
            };
            for (position, second) in (0..).zip(ranks) {
                sink(first, second, doc, position);
                first = second;
            }
        }
    }

    fn texts(&self) -> impl Iterator<Item = (u32, &str)> {
        let mut rest = self.chars.as_str();
        (0..).zip(&self.n_bytes).map(move |(doc, &n_bytes)| {
            let (text, others) = rest.split_at(n_bytes);
            rest = others;
            (doc, text)
        })
    }
}

/// Pushes the occurrences of a term, in ascending order, to its list.
fn push_list(
    writer: &mut LayerWriter<'_, impl io::Write>,
    occurrences: impl Iterator<Item = (u32, u32)>,
    has_positions: bool,
) {
    let list = writer.list();
    let mut last: Option<(u32, u32)> = None;
    for (doc, position) in occurrences {
        if has_positions {
            list.push_position(position);
        }
        last = match last {
            Some((before, freq)) if before == doc => Some((doc, freq + 1)),
            Some((before, freq)) => {
                list.push(before, freq);
                Some((doc, 1))
            }
            None => Some((doc, 1)),
        };
    }
    if let Some((doc, freq)) = last {
        list.push(doc, freq);
    }
}

/// Cuts the ranks into runs that have [`ROUND`] occurrences at most, or are of one rank.
fn rounds(counts: &[usize]) -> impl Iterator<Item = std::ops::Range<usize>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        if start == counts.len() {
            return None;
        }
        let mut end = start;
        let mut n = 0;
        while end < counts.len() && (end == start || n + counts[end] <= ROUND) {
            n += counts[end];
            end += 1;
        }
        Some(std::mem::replace(&mut start, end)..end)
    })
}

/// Makes room for so many occurrences of each rank, and tells where those of each begin.
fn places<T: Clone + Default>(counts: &[usize], occurrences: &mut Vec<T>) -> Vec<usize> {
    let mut n = 0;
    let places = counts
        .iter()
        .map(|count| {
            n += count;
            n - count
        })
        .collect();
    occurrences.clear();
    occurrences.resize(n, T::default());
    places
}

impl Vocabulary {
    /// The number of a word, a new one if it is new.
    fn number(&mut self, word: &str) -> u32 {
        let Self {
            text,
            ends,
            numbers,
            hasher,
        } = self;
        let entry = numbers.entry(
            hasher.hash_one(word),
            |&number| word_at(text, ends, number) == word,
            |&number| hasher.hash_one(word_at(text, ends, number)),
        );
        match entry {
            hashbrown::hash_table::Entry::Occupied(entry) => *entry.get(),
            hashbrown::hash_table::Entry::Vacant(entry) => {
                let number =
                    u32::try_from(ends.len()).expect("a segment has less than 4 billion words");
                entry.insert(number);
                text.push_str(word);
                ends.push(text.len());
                number
            }
        }
    }

    fn word(&self, number: u32) -> &str {
        word_at(&self.text, &self.ends, number)
    }

    fn ranks(&self) -> Ranks {
        let n = u32::try_from(self.ends.len()).expect("words are numbered by 32 bits");
        let mut words: Vec<u32> = (0..n).collect();
        words.sort_unstable_by_key(|&number| self.word(number));
        let mut ranks = vec![0; words.len()];
        for (rank, &number) in (0..).zip(&words) {
            ranks[number as usize] = rank;
        }
        Ranks { words, ranks }
    }

    fn memory(&self) -> usize {
        self.text.len() + 24 * self.ends.len()
    }
}

fn word_at<'t>(text: &'t str, ends: &[usize], number: u32) -> &'t str {
    let number = number as usize;
    let start = number.checked_sub(1).map_or(0, |before| ends[before]);
    &text[start..ends[number]]
}

impl Alphabet {
    fn new(text: &str) -> Self {
        let mut all = vec![0_u32; N_CHARS];
        for c in text.chars() {
            all[c as usize] += 1;
        }
        let mut this = Self {
            chars: Vec::new(),
            ranks: Vec::new(),
            counts: Vec::new(),
        };
        for (code, count) in (0..).zip(&mut all) {
            if *count > 0
                && let Some(c) = char::from_u32(code)
            {
                this.counts.push(*count as usize);
                *count = u32::try_from(this.chars.len()).expect("there are fewer characters");
                this.chars.push(c);
            }
        }
        this.ranks = all;
        this
    }

    fn rank(&self, c: char) -> usize {
        self.ranks[c as usize] as usize
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io::Write as _;

    use proptest::prelude::*;
    use tantivy::directory::OwnedBytes;

    use super::super::file::{Layers, LayersWriter};
    use super::*;

    /// For each term, where it stands in which article.
    type Lists = BTreeMap<String, BTreeMap<u32, Vec<u32>>>;

    fn expected(texts: &[(String, String, usize)], kind: LayerKind) -> Lists {
        let mut lists = Lists::new();
        for (doc, (words, chars, n_lead)) in (0..).zip(texts) {
            let chars: Vec<char> = chars.chars().collect();
            let tokens: Vec<String> = match kind {
                LayerKind::BodyWords => words.split_whitespace().map(str::to_owned).collect(),
                LayerKind::Lead => words
                    .split_whitespace()
                    .take(*n_lead)
                    .map(str::to_owned)
                    .collect(),
                LayerKind::BodyBigrams => chars.windows(2).map(String::from_iter).collect(),
                LayerKind::BodyChars => chars.iter().map(char::to_string).collect(),
                _ => Vec::new(),
            };
            for (position, token) in (0..).zip(tokens) {
                let list = lists.entry(token).or_default();
                list.entry(doc).or_default().push(position);
            }
        }
        lists
    }

    proptest! {
        #[test]
        fn layers_hold_what_was_pushed(
            texts in proptest::collection::vec(("[a-c文]{1,2}( [a-c文]{1,2}){0,20}", "[a-c文明𠀀]{0,40}", 0usize..6), 0..200),
            threads in 1usize..4,
        ) {
            let mut all = Texts::default();
            for (words, chars, n_lead) in &texts {
                let n_lead = (*n_lead).min(words.split(' ').count());
                let document = DocumentLayers {
                    title: TextLayers::default(),
                    body: TextLayers { words, chars },
                    n_lead,
                };
                let bytes = document.to_bytes();
                prop_assert_eq!(DocumentLayers::from_bytes(&bytes), Some(document));
                all.push(&document);
            }
            let sections = all.invert(threads);
            let mut file = LayersWriter::new(Vec::new()).unwrap();
            for section in &sections {
                file.section(|out| out.write_all(section)).unwrap();
            }
            let bytes = file.finish().unwrap();
            let layers = Layers::from_bytes(&OwnedBytes::new(bytes)).unwrap();
            for kind in LayerKind::ALL {
                let layer = layers.of(kind);
                let expected = expected(&texts, kind);
                let mut found = Lists::new();
                let mut terms = layer.terms_from("");
                while let Some((term, info)) = terms.next() {
                    let list = found.entry(String::from_utf8(term.to_vec()).unwrap()).or_default();
                    let mut postings = layer.postings(info);
                    let mut positions = Vec::new();
                    while postings.doc() != tantivy::TERMINATED {
                        if kind.has_positions() {
                            postings.positions(&mut positions);
                        } else {
                            positions = expected[std::str::from_utf8(term).unwrap()][&postings.doc()].clone();
                        }
                        prop_assert_eq!(positions.len(), postings.freq() as usize);
                        list.insert(postings.doc(), positions.clone());
                        postings.advance();
                    }
                }
                let n_tokens: usize = expected.values().flat_map(BTreeMap::values).map(Vec::len).sum();
                prop_assert_eq!(layer.n_tokens(), n_tokens as u64);
                prop_assert_eq!(found, expected);
            }
        }
    }
}
