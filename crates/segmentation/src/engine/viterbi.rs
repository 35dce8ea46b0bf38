//! Cutting characters the dictionary leaves alone by the hidden Markov model.

use std::ops::Range;

use crate::compiled::{Hmm, N_STATES};

const BEGIN: usize = 0;
const END: usize = 1;
const MIDDLE: usize = 2;
const SINGLE: usize = 3;

/// The states that may come before each state.
/// Of equally likely ones the second is taken.
const BEFORE: [[usize; 2]; N_STATES] = [
    [END, SINGLE],
    [BEGIN, MIDDLE],
    [BEGIN, MIDDLE],
    [END, SINGLE],
];

/// Cuts `text`, whose characters are two at least and all covered by the model.
///
/// `path` is a buffer; its contents do not matter.
pub(super) fn cut(
    hmm: &Hmm<'_>,
    text: &str,
    path: &mut Vec<u8>,
    mut sink: impl FnMut(Range<usize>),
) {
    let last = best_states(hmm, text, path);
    // The path holds, for each character and state, the state before it; from
    // here on, in each place's lowest bits, the character's own state.
    let mut state = last;
    for place in path.iter_mut().rev() {
        let before = before(*place, state);
        *place = state as u8;
        state = before;
    }
    let mut start = 0;
    let mut done = 0;
    for ((at, c), state) in text.char_indices().zip(&*path) {
        let end = at + c.len_utf8();
        match usize::from(*state) {
            BEGIN => start = at,
            MIDDLE => {}
            END => {
                sink(start..end);
                done = end;
            }
            _ => {
                sink(at..end);
                done = end;
            }
        }
    }
    if done < text.len() {
        sink(done..text.len());
    }
}

/// Finds the best last state, and for each character which state it is best to come from.
fn best_states(hmm: &Hmm<'_>, text: &str, path: &mut Vec<u8>) -> usize {
    path.clear();
    let starts = hmm.starts();
    let transitions = hmm.transitions();
    let mut chars = text.chars();
    let mut scores = [0.0; N_STATES];
    if let Some(first) = chars.next() {
        let emissions = hmm.emissions(first);
        scores = std::array::from_fn(|state| starts[state] + emissions[state]);
        path.push(0);
    }
    for c in chars {
        let emissions = hmm.emissions(c);
        let mut chosen = 0;
        let mut next = [0.0; N_STATES];
        for state in 0..N_STATES {
            let [a, b] = BEFORE[state];
            let score_a = scores[a] + transitions[a][state] + emissions[state];
            let score_b = scores[b] + transitions[b][state] + emissions[state];
            let first = score_a > score_b;
            next[state] = if first { score_a } else { score_b };
            chosen |= u8::from(!first) << state;
        }
        path.push(chosen);
        scores = next;
    }
    if scores[END] > scores[SINGLE] {
        END
    } else {
        SINGLE
    }
}

/// Which state comes before `state`, given a character's choices for all four.
fn before(choices: u8, state: usize) -> usize {
    BEFORE[state][usize::from((choices >> state) & 1)]
}
