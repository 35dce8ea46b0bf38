//! The layers of words.

use std::borrow::Cow;
use std::io;
use std::ops::Range;

use super::super::assembly::Section;
use super::super::layer::Lists;
use super::rounds::{Buffers, Rounds, each_in, places, rounds};
use super::vocabulary::Ranks;
use super::{Field, Ranked};
use crate::layers::file::LayerKind;

/// The layer of the first words of each text of a field, on its way.
pub(super) struct Words<'a> {
    field: &'a Field,
    ranks: &'a Ranks,
    /// How many words of each text are taken.
    lengths: &'a [u32],
    counts: Cow<'a, [usize]>,
    rounds: Vec<Range<usize>>,
    kind: LayerKind,
}

impl<'a> Words<'a> {
    /// The layer of all words, `most` occurrences of them a round.
    pub(super) fn all(texts: &'a Ranked, ranks: &'a Ranks, kind: LayerKind, most: usize) -> Self {
        let counts = Cow::Borrowed(texts.words.as_slice());
        Self::new(
            &texts.field,
            ranks,
            &texts.field.n_words,
            counts,
            kind,
            most,
        )
    }

    /// The layer of the first words of each text, as many as `lengths` says; `most` occurrences a round.
    pub(super) fn first(
        texts: &'a Ranked,
        ranks: &'a Ranks,
        lengths: &'a [u32],
        kind: LayerKind,
        most: usize,
    ) -> Self {
        let mut counts = vec![0; ranks.of_number.len()];
        let field = &texts.field;
        for &rank in self::texts(field, lengths).flat_map(|(_, words)| words) {
            counts[rank as usize] += 1;
        }
        Self::new(field, ranks, lengths, Cow::Owned(counts), kind, most)
    }

    fn new(
        field: &'a Field,
        ranks: &'a Ranks,
        lengths: &'a [u32],
        counts: Cow<'a, [usize]>,
        kind: LayerKind,
        most: usize,
    ) -> Self {
        Self {
            field,
            ranks,
            lengths,
            rounds: rounds(&counts, most).collect(),
            counts,
            kind,
        }
    }
}

impl Rounds for Words<'_> {
    fn sections(&self) -> Vec<Section<'_>> {
        vec![Section {
            kind: self.kind,
            lengths: self.lengths,
            n_runs: self.rounds.len(),
        }]
    }

    fn make(&self, number: usize, buffers: &mut Buffers) -> io::Result<Vec<Lists<'_>>> {
        let round = self.rounds[number].clone();
        let mut lists = Lists::new(self.lengths, None);
        let mut term = Vec::new();
        let Buffers {
            words: occurrences,
            characters,
        } = buffers;
        // Rounds of characters are seldom between those of words.
        *characters = Default::default();
        let mut places = places(&self.counts[round.clone()], occurrences);
        for (doc, words) in texts(self.field, self.lengths) {
            each_in(&round, words, |position, rank| {
                let place = &mut places[rank - round.start];
                occurrences[*place] = (doc, position as u32);
                *place += 1;
            });
        }
        let mut rest = occurrences.as_slice();
        for rank in round {
            let (these, others) = rest.split_at(self.counts[rank]);
            rest = others;
            if !these.is_empty() {
                lists.push_occurrences(these.iter().copied(), self.kind.has_positions());
                term.clear();
                self.ranks.push_word(rank, &mut term);
                lists.finish_term(&term)?;
            }
        }
        Ok(vec![lists])
    }
}

/// The first words of each article's text, as many as `lengths` says, or all there are.
fn texts<'a>(field: &'a Field, lengths: &'a [u32]) -> impl Iterator<Item = (u32, &'a [u32])> {
    let mut rest = field.words.as_slice();
    let all = (0..).zip(&field.n_words).zip(lengths);
    all.map(move |((doc, &n_words), &length)| {
        let (words, others) = rest.split_at(n_words as usize);
        rest = others;
        (doc, &words[..words.len().min(length as usize)])
    })
}
