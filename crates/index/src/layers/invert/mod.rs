//! Texts of many articles → lists of articles by term.
//!
//! While articles come in, their texts are only kept: words by number ([`vocabulary`]), and characters likewise
//! ([`alphabet`]).
//! A layer is made of them by counting: how often each term occurs says where in one array its occurrences go, and going
//! through the texts in order puts them there in order. The array is of bounded size; what does not fit into it
//! is left to further rounds.

mod alphabet;
mod characters;
mod vocabulary;
mod words;

use std::io;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use alphabet::{Alphabet, Codes};
use characters::Occurrence;
use vocabulary::Vocabulary;

use super::document::{DocumentLayers, TextLayers};
use super::file::LayerKind;
use super::layer::LayerWriter;

/// How many occurrences are put in order at a time: 8 or 12 bytes each.
const ROUND: usize = 1 << 20;

/// The texts of articles, to be inverted.
#[derive(Default)]
pub(super) struct Texts {
    vocabulary: Vocabulary,
    alphabet: Alphabet,
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
    chars: Codes,
    /// How many of the characters are each article's.
    n_chars: Vec<u32>,
}

/// The layers one thread makes at a time.
type Made = io::Result<Vec<(LayerKind, Vec<u8>)>>;

impl Texts {
    /// Takes the texts of the next article.
    pub(super) fn push(&mut self, document: &DocumentLayers<'_>) {
        let (vocabulary, alphabet) = (&mut self.vocabulary, &mut self.alphabet);
        self.title.push(&document.title, vocabulary, alphabet);
        self.body.push(&document.body, vocabulary, alphabet);
        self.leads
            .push(u32::try_from(document.n_lead).unwrap_or(u32::MAX));
    }

    /// How many bytes of memory they take, and making their lists is going to take.
    pub(super) fn memory(&self) -> usize {
        let texts = self.title.memory() + self.body.memory();
        let kept = texts + self.vocabulary.memory() + self.alphabet.memory();
        // The lists take about as much as the texts, and a round at most that.
        2 * kept + kept.min(ROUND * size_of::<Occurrence>())
    }

    /// Makes the layers on at most `threads` threads, and hands each to `sink` as soon as it is made.
    ///
    /// # Errors
    ///
    /// The first of `sink`.
    pub(super) fn invert(
        self,
        threads: usize,
        sink: impl FnMut(LayerKind, Vec<u8>) -> io::Result<()> + Send,
    ) -> io::Result<()> {
        let Self {
            vocabulary,
            alphabet,
            mut title,
            mut body,
            leads,
        } = self;
        let words = vocabulary.into_ranks();
        let (chars, ranks) = alphabet.into_ranks();
        for field in [&mut title, &mut body] {
            field.chars.rank(&ranks);
            for word in &mut field.words {
                *word = words.of_number[*word as usize];
            }
        }
        let characters = |field: &Field, pairs: LayerKind, single: LayerKind| -> Made {
            let [of_pairs, of_single] = field.characters(&chars)?;
            Ok(vec![(pairs, of_pairs), (single, of_single)])
        };
        let words = |field: &Field, kind: LayerKind, lengths: &[u32]| -> Made {
            let section = field.words(&words, lengths, kind.has_positions())?;
            Ok(vec![(kind, section)])
        };
        // The costly ones first, so that the threads end at about the same time.
        let jobs: [&(dyn Fn() -> Made + Sync); 5] = [
            &|| characters(&body, LayerKind::BodyBigrams, LayerKind::BodyChars),
            &|| words(&body, LayerKind::BodyWords, &body.n_words),
            &|| words(&body, LayerKind::Lead, &leads),
            &|| characters(&title, LayerKind::TitleBigrams, LayerKind::TitleChars),
            &|| words(&title, LayerKind::TitleWords, &title.n_words),
        ];
        let next = AtomicUsize::new(0);
        let sink = Mutex::new(sink);
        let work = || -> io::Result<()> {
            while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                for (kind, section) in job()? {
                    let mut sink = sink.lock().unwrap_or_else(PoisonError::into_inner);
                    sink(kind, section)?;
                }
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            let others: Vec<_> = (1..threads.min(jobs.len()))
                .map(|_| scope.spawn(work))
                .collect();
            let mut result = work();
            for other in others {
                let others = other.join().unwrap_or_else(|panic| resume_unwind(panic));
                result = result.and(others);
            }
            result
        })
    }
}

impl Field {
    fn push(
        &mut self,
        text: &TextLayers<'_>,
        vocabulary: &mut Vocabulary,
        alphabet: &mut Alphabet,
    ) {
        let count = |n: usize| u32::try_from(n).expect("a text has less than 4 GB");
        let before = self.words.len();
        vocabulary.number_all(text.words, &mut self.words);
        self.n_words.push(count(self.words.len() - before));
        self.n_chars
            .push(count(self.chars.push(text.chars, alphabet)));
    }

    fn memory(&self) -> usize {
        self.chars.memory() + 4 * self.words.len() + 8 * self.n_chars.len()
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
                let mut units = Vec::new();
                crate::utf16::push(&mut units, chars);
                let document = DocumentLayers {
                    title: TextLayers::default(),
                    body: TextLayers { words: words.as_bytes(), chars: &units },
                    n_lead,
                };
                let bytes = document.to_bytes();
                prop_assert_eq!(DocumentLayers::from_bytes(&bytes), Some(document));
                all.push(&document);
            }
            let mut file = LayersWriter::new(Vec::new()).unwrap();
            all.invert(threads, |kind, section| file.section(kind, |out| out.write_all(&section)))
                .unwrap();
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
