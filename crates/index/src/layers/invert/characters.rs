//! The layers of pairs of characters and of single ones.

use std::io;

use super::super::layer::LayerWriter;
use super::alphabet::Codes;
use super::{Field, places, push_list, rounds};

/// A character in the text of an article, and the one behind it.
#[derive(Clone, Copy, Default)]
pub(super) struct Occurrence {
    /// Its rank; behind the last character of a text, the number of all ranks.
    second: u32,
    doc: u32,
    position: u32,
}

/// Occurrences of one character, put in order by the character behind.
#[derive(Default)]
struct Pairs {
    /// How many there are of each second character, and then where the next of it goes; zeros between uses.
    tallies: Vec<usize>,
    /// The second characters that occur.
    seconds: Vec<u32>,
    /// The articles and positions.
    ordered: Vec<(u32, u32)>,
}

impl Field {
    /// The layers of pairs and of characters; the characters are ranked, and `alphabet` has them by rank.
    pub(super) fn characters(&self, alphabet: &[char]) -> io::Result<[Vec<u8>; 2]> {
        match &self.chars {
            Codes::Narrow(ranks) => self.characters_of(ranks, alphabet),
            Codes::Wide(ranks) => self.characters_of(ranks, alphabet),
        }
    }

    fn characters_of<R: Copy + Into<u32>>(
        &self,
        ranks: &[R],
        alphabet: &[char],
    ) -> io::Result<[Vec<u8>; 2]> {
        let mut counts = vec![0; alphabet.len()];
        for &rank in ranks {
            counts[rank.into() as usize] += 1;
        }
        let n_pairs: Vec<u32> = self.n_chars.iter().map(|n| n.saturating_sub(1)).collect();
        let mut of_pairs = LayerWriter::new(&n_pairs, Vec::new());
        let mut of_single = LayerWriter::new(&self.n_chars, Vec::new());
        let mut occurrences: Vec<Occurrence> = Vec::new();
        let mut pairs = Pairs::default();
        let nothing = alphabet.len() as u32;
        pairs.tallies.resize(alphabet.len() + 1, 0);
        for round in rounds(&counts) {
            let mut places = places(&counts[round.clone()], &mut occurrences);
            let mut rest = ranks;
            for (doc, &n_chars) in (0..).zip(&self.n_chars) {
                let (text, others) = rest.split_at(n_chars as usize);
                rest = others;
                for (position, &first) in (0..).zip(text) {
                    let first = first.into() as usize;
                    if round.contains(&first) {
                        let behind = text.get(position as usize + 1);
                        let place = &mut places[first - round.start];
                        occurrences[*place] = Occurrence {
                            second: behind.map_or(nothing, |&second| second.into()),
                            doc,
                            position,
                        };
                        *place += 1;
                    }
                }
            }
            let mut rest = occurrences.as_slice();
            for first in round {
                let (these, others) = rest.split_at(counts[first]);
                rest = others;
                if these.is_empty() {
                    continue;
                }
                let mut term = [0; 8];
                let n = alphabet[first].encode_utf8(&mut term).len();
                push_list(
                    &mut of_single,
                    these.iter().map(|here| (here.doc, 0)),
                    false,
                );
                of_single.finish_term(&term[..n])?;
                pairs.for_each(these, |second, list| {
                    let Some(second) = alphabet.get(second as usize) else {
                        return Ok(());
                    };
                    let len = n + second.encode_utf8(&mut term[n..]).len();
                    push_list(&mut of_pairs, list.iter().copied(), true);
                    of_pairs.finish_term(&term[..len])
                })?;
            }
        }
        Ok([of_pairs.finish()?, of_single.finish()?])
    }
}

impl Pairs {
    /// Hands over the articles and positions of each second character, in its order.
    fn for_each(
        &mut self,
        occurrences: &[Occurrence],
        mut sink: impl FnMut(u32, &[(u32, u32)]) -> io::Result<()>,
    ) -> io::Result<()> {
        self.seconds.clear();
        for here in occurrences {
            let tally = &mut self.tallies[here.second as usize];
            if *tally == 0 {
                self.seconds.push(here.second);
            }
            *tally += 1;
        }
        self.seconds.sort_unstable();
        let mut start = 0;
        for &second in &self.seconds {
            let tally = &mut self.tallies[second as usize];
            start += std::mem::replace(tally, start);
        }
        self.ordered.clear();
        self.ordered.resize(occurrences.len(), (0, 0));
        for here in occurrences {
            let place = &mut self.tallies[here.second as usize];
            self.ordered[*place] = (here.doc, here.position);
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
