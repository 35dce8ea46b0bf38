//! Terms put in order a bounded number of occurrences at a time.

use std::io;
use std::ops::Range;

use super::super::assembly::Section;
use super::super::layer::Lists;
use super::characters;

/// How many occurrences a thread puts in order at a time at least: every round goes through all texts.
const LEAST_ROUND: usize = 1 << 17;
/// The bytes of memory that an occurrence takes: eight while it is put in order, most of the rest for lists, which wait for
/// those in front of them.
const OCCURRENCE: usize = 20;
/// The rounds take this part of the memory.
const PART: usize = 4;

/// How many threads take rounds at a time, and how large ones.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Share {
    pub(super) threads: usize,
    /// How many occurrences a round has.
    pub(super) most: usize,
}

impl Share {
    /// How at most so many threads work if making a segment may take so many bytes.
    pub(crate) fn new(memory: usize, threads: usize) -> Self {
        let all = (memory / PART / OCCURRENCE).max(LEAST_ROUND);
        let threads = threads.clamp(1, all / LEAST_ROUND);
        Self {
            threads,
            most: all / threads,
        }
    }

    /// The bytes of memory that the rounds take.
    pub(super) fn memory(self) -> usize {
        self.memory_with(0)
    }

    /// The same if one term has so many occurrences, which are put in order at a time however many they are.
    pub(super) fn memory_with(self, of_one: usize) -> usize {
        self.threads * self.most.max(of_one) * OCCURRENCE
    }
}

/// What one thread needs for a round, and uses again for the next.
#[derive(Default)]
pub(super) struct Buffers {
    pub(super) characters: characters::Buffers,
    pub(super) words: Vec<(u32, u32)>,
}

/// Layers that are made in several rounds, which any thread may take.
pub(super) trait Rounds: Sync {
    /// The layers; there are as many rounds as each has runs.
    fn sections(&self) -> Vec<Section<'_>>;

    /// Makes a run of each layer.
    fn make(&self, round: usize, buffers: &mut Buffers) -> io::Result<Vec<Lists<'_>>>;
}

/// Cuts the ranks into runs of so many occurrences at most, or of one rank: at least one, if only of no rank.
pub(super) fn rounds(counts: &[usize], most: usize) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    let mut is_first = true;
    std::iter::from_fn(move || {
        if start == counts.len() && !is_first {
            return None;
        }
        is_first = false;
        let mut end = start;
        let mut n = 0;
        while end < counts.len() && (end == start || n + counts[end] <= most) {
            n += counts[end];
            end += 1;
        }
        Some(std::mem::replace(&mut start, end)..end)
    })
}

/// Hands over the terms of a text that are of a round, each with its position.
pub(super) fn each_in<R: Copy + Into<u32>>(
    round: &Range<usize>,
    text: &[R],
    mut sink: impl FnMut(usize, usize),
) {
    // Most are not, so that it is quicker to ask of many at a time which are.
    const MANY: usize = 16;
    let (start, n) = (round.start as u32, round.len() as u32);
    let is_in = |rank: R| rank.into().wrapping_sub(start) < n;
    for (chunk, at) in text.chunks(MANY).zip((0..).step_by(MANY)) {
        let mut found: u32 = match chunk.first_chunk::<MANY>() {
            Some(chunk) => bits(chunk.map(is_in)),
            None => bits(chunk.iter().map(|&rank| is_in(rank))),
        };
        while found != 0 {
            let i = found.trailing_zeros() as usize;
            found &= found - 1;
            sink(at + i, chunk[i].into() as usize);
        }
    }
}

/// A bit each, the first one lowest.
#[inline]
fn bits(flags: impl IntoIterator<Item = bool>) -> u32 {
    (0..)
        .zip(flags)
        .fold(0, |bits, (i, flag)| bits | u32::from(flag) << i)
}

/// Makes room for so many occurrences of each rank, and tells where those of each begin.
pub(super) fn places<T: Clone + Default>(counts: &[usize], occurrences: &mut Vec<T>) -> Vec<usize> {
    let mut n = 0;
    let places = counts
        .iter()
        .map(|count| {
            n += count;
            n - count
        })
        .collect();
    // What is there from before will be written over.
    occurrences.resize(n, T::default());
    places
}
