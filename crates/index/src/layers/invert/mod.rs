//! Texts of many articles → lists of articles by term.
//!
//! While articles come in, their texts are only kept: words by number ([`vocabulary`]), and characters likewise
//! ([`alphabet`]).
//! A layer is made of them by counting: how often each term occurs says where in one array its occurrences go, and going
//! through the texts in order puts them there in order. The array is of bounded size; what does not fit into it
//! is left to further rounds, which other threads may take ([`assembly`](super::assembly)).

mod alphabet;
mod characters;
mod rounds;
mod vocabulary;
mod words;

use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use alphabet::{Alphabet, Codes};
use characters::Characters;
pub(super) use rounds::Share;
use rounds::{Buffers, Rounds};
use vocabulary::{Ranks, Vocabulary};
use words::Words;

use super::assembly::Assembly;
use super::document::{DocumentLayers, TextLayers};
use super::file::{LayerKind, LayersWriter};
use crate::both::{both, on_all};

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
    /// How often each character occurs, by its number.
    frequencies: Vec<usize>,
    /// The greatest of them: no word occurs more often than the first of its characters.
    highest: usize,
}

/// The texts of a field, whose words and characters are ranked.
struct Ranked {
    field: Field,
    /// How often each word occurs.
    words: Vec<usize>,
    /// How often each character occurs.
    chars: Vec<usize>,
    /// How many pairs of characters are each article's.
    n_pairs: Vec<u32>,
}

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
    pub(super) fn memory(&self, share: Share) -> usize {
        let texts = self.title.memory() + self.body.memory();
        let kept = texts + self.vocabulary.memory() + self.alphabet.memory();
        let rounds = share.memory_with(self.title.highest.max(self.body.highest));
        // The room that something has grown to is no memory before it is used.
        kept + kept / 8 + kept.min(share.memory()) + (rounds - share.memory())
    }

    /// Makes the layers and writes them; gives back the file. With a directory, their terms wait there.
    ///
    /// # Errors
    ///
    /// The first of the file.
    pub(super) fn invert<W: Write + Send>(
        self,
        share: Share,
        file: LayersWriter<W>,
        dir: Option<&Path>,
    ) -> io::Result<LayersWriter<W>> {
        let Share { threads, most } = share;
        let Self {
            vocabulary,
            alphabet,
            title,
            body,
            leads,
        } = self;
        let words = vocabulary.into_ranks();
        let (chars, ranks) = alphabet.into_ranks();
        let title = title.rank(&words, &ranks, threads);
        let body = body.rank(&words, &ranks, threads);
        let in_characters = |texts, kinds| Characters::new(texts, &chars, kinds, most);
        let layers: [&dyn Rounds; 5] = [
            &Words::all(&body, &words, LayerKind::BodyWords, most),
            &Words::first(&body, &words, &leads, LayerKind::Lead, most),
            &in_characters(&body, [LayerKind::BodyBigrams, LayerKind::BodyChars]),
            &Words::all(&title, &words, LayerKind::TitleWords, most),
            &in_characters(&title, [LayerKind::TitleBigrams, LayerKind::TitleChars]),
        ];
        let (mut sections, mut jobs) = (Vec::new(), Vec::new());
        for layer in layers {
            let first_section = sections.len();
            let of_layer = layer.sections();
            let n_rounds = of_layer.first().map_or(0, |section| section.n_runs);
            jobs.extend((0..n_rounds).map(|round| (layer, round, first_section)));
            sections.extend(of_layer);
        }
        let assembly = Assembly::new(file, sections, dir);
        let next = AtomicUsize::new(0);
        on_all(threads.min(jobs.len()), || {
            let mut buffers = Buffers::default();
            while let Some(&(layer, round, section)) =
                jobs.get(next.fetch_add(1, Ordering::Relaxed))
            {
                for (section, lists) in (section..).zip(layer.make(round, &mut buffers)?) {
                    assembly.put(section, round, lists)?;
                }
            }
            io::Result::Ok(())
        })?;
        Ok(assembly.finish())
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
        let n_chars = self.chars.push(text.chars, alphabet);
        self.n_chars.push(count(n_chars));
        self.count_last(n_chars, alphabet.len());
    }

    /// Counts the last so many characters, of which so many are different by now.
    fn count_last(&mut self, n_chars: usize, n_different: usize) {
        self.frequencies.resize(n_different + 1, 0);
        let (frequencies, highest) = (&mut self.frequencies, &mut self.highest);
        self.chars.for_each_of_last(n_chars, |number| {
            frequencies[number] += 1;
            *highest = frequencies[number].max(*highest);
        });
    }

    /// Puts ranks in place of the numbers.
    fn rank(mut self, words: &Ranks, chars: &[u32], threads: usize) -> Ranked {
        let (codes, frequencies) = (&mut self.chars, std::mem::take(&mut self.frequencies));
        let mut rank_chars = || codes.rank(chars, &frequencies);
        let numbers = &mut self.words;
        let rank_words = || {
            let mut counts = vec![0; words.of_number.len()];
            for word in numbers {
                *word = words.of_number[*word as usize];
                counts[*word as usize] += 1;
            }
            counts
        };
        let (n_chars, n_words) = match threads {
            0 | 1 => (rank_chars(), rank_words()),
            _ => both(rank_chars, rank_words),
        };
        Ranked {
            n_pairs: self.n_chars.iter().map(|n| n.saturating_sub(1)).collect(),
            field: self,
            words: n_words,
            chars: n_chars,
        }
    }

    fn memory(&self) -> usize {
        self.chars.memory() + 4 * self.words.len() + 8 * self.n_chars.len()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use tantivy::directory::OwnedBytes;

    use super::super::file::Layers;
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
            most in 1usize..300,
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
                    weight: 7,
                };
                let bytes = document.to_bytes();
                prop_assert_eq!(DocumentLayers::from_bytes(&bytes), Some(document));
                all.push(&document);
            }
            let file = LayersWriter::new(Vec::new()).unwrap();
            let file = all.invert(Share { threads, most }, file, None).unwrap();
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
