//! The layers of pairs of characters and of single ones.

use std::io;
use std::ops::Range;

use super::super::assembly::Section;
use super::super::layer::Lists;
use super::alphabet::Codes;
use super::rounds::{self, Rounds, each_in, places, rounds};
use super::{Field, Ranked};
use crate::bits::width;
use crate::layers::file::LayerKind;

/// The two layers of the characters of a field, on their way.
pub(super) struct Characters<'a> {
    field: &'a Field,
    /// The characters by rank.
    alphabet: &'a [char],
    counts: &'a [usize],
    rounds: Vec<Range<usize>>,
    widths: Widths,
    /// How many pairs are each article's.
    n_pairs: &'a [u32],
    /// Of the pairs and the characters.
    kinds: [LayerKind; 2],
}

/// A character in the text of an article and the one behind it, in one number that sorts by the one behind: its rank, the
/// article, the position.
trait Occurrence: Copy + Default {
    fn new(second: u32, doc: u32, position: u32, widths: Widths) -> Self;
    /// Behind the last character of a text, the number of all ranks.
    fn second(self, widths: Widths) -> u32;
    fn doc(self, widths: Widths) -> u32;
    fn position(self, widths: Widths) -> u32;
}

/// How many bits of it each part takes.
#[derive(Debug, Clone, Copy)]
struct Widths {
    second: u32,
    doc: u32,
    position: u32,
}

macro_rules! occurrence {
    ($number:ty) => {
        impl Occurrence for $number {
            #[inline]
            fn new(second: u32, doc: u32, position: u32, widths: Widths) -> Self {
                let article = Self::from(second) << widths.doc | Self::from(doc);
                article << widths.position | Self::from(position)
            }

            #[inline]
            fn second(self, widths: Widths) -> u32 {
                (self >> (widths.doc + widths.position)) as u32
            }

            #[inline]
            fn doc(self, widths: Widths) -> u32 {
                let mask = (1 << widths.doc) - 1;
                (self >> widths.position & mask) as u32
            }

            #[inline]
            fn position(self, widths: Widths) -> u32 {
                let mask = (1 << widths.position) - 1;
                (self & mask) as u32
            }
        }
    };
}

occurrence!(u64);
// For texts of so many articles and one so long that a machine hardly has the memory.
occurrence!(u128);

/// The buffers of one thread.
#[derive(Default)]
pub(super) struct Buffers {
    narrow: Sorting<u64>,
    wide: Sorting<u128>,
}

#[derive(Default)]
struct Sorting<O> {
    /// Those of a round, by the first character.
    occurrences: Vec<O>,
    pairs: Pairs<O>,
}

/// Occurrences of one character, put in order by the character behind.
#[derive(Default)]
struct Pairs<O> {
    /// How many there are of each second character, and then where the next of it goes; a zero for each between uses.
    tallies: Vec<usize>,
    /// The second characters that occur.
    seconds: Vec<u32>,
    ordered: Vec<O>,
}

impl<'a> Characters<'a> {
    /// The layers of the pairs and of the characters, which `alphabet` has by rank; `most` occurrences a round.
    pub(super) fn new(
        field: &'a Ranked,
        alphabet: &'a [char],
        kinds: [LayerKind; 2],
        most: usize,
    ) -> Self {
        let texts = &field.field;
        let longest = texts.n_chars.iter().copied().max().unwrap_or(0);
        let greatest = |n: usize| u32::try_from(n).expect("a segment has less than 4 GB of texts");
        Self {
            field: texts,
            alphabet,
            counts: &field.chars,
            rounds: rounds(&field.chars, most).collect(),
            widths: Widths {
                second: width(greatest(alphabet.len())),
                doc: width(greatest(texts.n_chars.len())),
                position: width(longest),
            },
            n_pairs: &field.n_pairs,
            kinds,
        }
    }

    fn make_of<O: Occurrence, R: Copy + Into<u32>>(
        &self,
        number: usize,
        ranks: &[R],
        Sorting { occurrences, pairs }: &mut Sorting<O>,
    ) -> io::Result<Vec<Lists<'_>>> {
        let Self {
            counts,
            alphabet,
            widths,
            ..
        } = *self;
        let nothing = alphabet.len() as u32;
        let round = self.rounds[number].clone();
        let mut of_pairs = Lists::new(self.n_pairs, None);
        let mut of_single = Lists::new(&self.field.n_chars, None);
        let mut places = places(&counts[round.clone()], occurrences);
        let mut rest = ranks;
        for (doc, &n_chars) in (0..).zip(&self.field.n_chars) {
            let (text, others) = rest.split_at(n_chars as usize);
            rest = others;
            each_in(&round, text, |position, first| {
                let second = text.get(position + 1);
                let second = second.map_or(nothing, |&second| second.into());
                let place = &mut places[first - round.start];
                occurrences[*place] = O::new(second, doc, position as u32, widths);
                *place += 1;
            });
        }
        pairs.tallies.resize(alphabet.len() + 1, 0);
        let mut rest = occurrences.as_slice();
        for first in round {
            let (these, others) = rest.split_at(counts[first]);
            rest = others;
            if these.is_empty() {
                continue;
            }
            let mut term = [0; 8];
            let n = alphabet[first].encode_utf8(&mut term).len();
            let docs = these.iter().map(|here| (here.doc(widths), 0));
            of_single.push_occurrences(docs, false);
            of_single.finish_term(&term[..n])?;
            pairs.for_each(these, widths, |second, list| {
                if let Some(second) = alphabet.get(second as usize) {
                    let len = n + second.encode_utf8(&mut term[n..]).len();
                    let places = list
                        .iter()
                        .map(|here| (here.doc(widths), here.position(widths)));
                    of_pairs.push_occurrences(places, true);
                    of_pairs.finish_term(&term[..len])?;
                }
                Ok(())
            })?;
        }
        Ok(vec![of_pairs, of_single])
    }
}

impl Rounds for Characters<'_> {
    fn sections(&self) -> Vec<Section<'_>> {
        let lengths = [self.n_pairs, &self.field.n_chars];
        let sections = self.kinds.into_iter().zip(lengths);
        sections
            .map(|(kind, lengths)| Section {
                kind,
                lengths,
                n_runs: self.rounds.len(),
            })
            .collect()
    }

    fn make(&self, number: usize, buffers: &mut rounds::Buffers) -> io::Result<Vec<Lists<'_>>> {
        let fits = self.widths.sum() <= u64::BITS;
        buffers.words = Vec::new();
        let Buffers { narrow, wide } = &mut buffers.characters;
        match &self.field.chars {
            Codes::Narrow(ranks) if fits => self.make_of(number, ranks, narrow),
            Codes::Narrow(ranks) => self.make_of(number, ranks, wide),
            Codes::Wide(ranks) if fits => self.make_of(number, ranks, narrow),
            Codes::Wide(ranks) => self.make_of(number, ranks, wide),
        }
    }
}

impl Widths {
    fn sum(self) -> u32 {
        self.second + self.doc + self.position
    }
}

impl<O: Occurrence> Pairs<O> {
    /// Hands over the occurrences of each second character, in its order.
    fn for_each(
        &mut self,
        occurrences: &[O],
        widths: Widths,
        mut sink: impl FnMut(u32, &[O]) -> io::Result<()>,
    ) -> io::Result<()> {
        self.seconds.clear();
        for here in occurrences {
            let second = here.second(widths);
            let tally = &mut self.tallies[second as usize];
            if *tally == 0 {
                self.seconds.push(second);
            }
            *tally += 1;
        }
        self.seconds.sort_unstable();
        let mut start = 0;
        for &second in &self.seconds {
            let tally = &mut self.tallies[second as usize];
            start += std::mem::replace(tally, start);
        }
        // What is there from before will be written over.
        self.ordered.resize(occurrences.len(), O::default());
        for &here in occurrences {
            let place = &mut self.tallies[here.second(widths) as usize];
            self.ordered[*place] = here;
            *place += 1;
        }
        let mut start = 0;
        for &second in &self.seconds {
            let end = std::mem::take(&mut self.tallies[second as usize]);
            sink(second, &self.ordered[start..end])?;
            start = end;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_number_tells_what_was_put_into_it(second in 0..1u32 << 21, doc: u32, position: u32) {
            fn parts<O: Occurrence>(parts: [u32; 3], widths: Widths) -> [u32; 3] {
                let [second, doc, position] = parts;
                let here = O::new(second, doc, position, widths);
                [here.second(widths), here.doc(widths), here.position(widths)]
            }
            let all = [second, doc, position];
            let widths = Widths { second: 21, doc: 32, position: 32 };
            prop_assert_eq!(parts::<u128>(all, widths), all);
            let some = [second, doc >> 11, position >> 10];
            let widths = Widths { second: 21, doc: 21, position: 22 };
            prop_assert_eq!(widths.sum(), u64::BITS);
            prop_assert_eq!(parts::<u64>(some, widths), some);
        }
    }
}
