//! The layers of words.

use std::io;

use super::super::layer::LayerWriter;
use super::vocabulary::Ranks;
use super::{Field, places, push_list, rounds};

impl Field {
    /// The layer of the first words of each text, as many as `lengths` says; the words are ranked.
    pub(super) fn words(
        &self,
        ranks: &Ranks,
        lengths: &[u32],
        has_positions: bool,
    ) -> io::Result<Vec<u8>> {
        let mut counts = vec![0; ranks.of_number.len()];
        self.for_each_word(lengths, |rank, _, _| counts[rank] += 1);
        let mut writer = LayerWriter::new(lengths, Vec::new());
        let mut term = Vec::new();
        let mut occurrences: Vec<(u32, u32)> = Vec::new();
        for round in rounds(&counts) {
            let mut places = places(&counts[round.clone()], &mut occurrences);
            self.for_each_word(lengths, |rank, doc, position| {
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
                    term.clear();
                    ranks.push_word(rank, &mut term);
                    writer.finish_term(&term)?;
                }
            }
        }
        writer.finish()
    }

    fn for_each_word(&self, lengths: &[u32], mut sink: impl FnMut(usize, u32, u32)) {
        let mut rest = self.words.as_slice();
        for ((doc, &n_words), &length) in (0..).zip(&self.n_words).zip(lengths) {
            let (words, others) = rest.split_at(n_words as usize);
            rest = others;
            for (position, &rank) in (0..length).zip(words) {
                sink(rank as usize, doc, position);
            }
        }
    }
}
