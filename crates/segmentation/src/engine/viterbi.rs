//! Cutting characters the dictionary leaves alone by the hidden Markov model.

use crate::compiled::{Hmm, N_STATES, States};

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

/// Whether two characters, given their emissions, are one word.
///
/// It is what [`find_ends`] would find, whichever states that were possible at all come first:
/// before an end no word ends, and before a single one does.
#[inline]
pub(super) fn are_one_word(hmm: &Hmm<'_>, first: [f64; N_STATES], second: [f64; N_STATES]) -> bool {
    let States {
        starts,
        transitions,
    } = hmm.states;
    let best = |state: usize| {
        let [a, b] = BEFORE[state].map(|before| {
            starts[before] + first[before] + transitions[before][state] + second[state]
        });
        if a > b { a } else { b }
    };
    best(END) > best(SINGLE)
}

/// Finds the best states of characters, of which there is one at least.
///
/// `emissions` are those of the characters, one after the other.
/// Afterwards `path` says of each character whether a word ends with it; what it held before does not matter.
#[inline]
pub(super) fn find_ends(
    hmm: &Hmm<'_>,
    emissions: impl Iterator<Item = [f64; N_STATES]>,
    path: &mut Vec<u8>,
) {
    path.clear();
    let States {
        starts,
        transitions,
    } = hmm.states;
    let mut scores = [0.0; N_STATES];
    for emissions in emissions {
        if path.is_empty() {
            scores = std::array::from_fn(|state| starts[state] + emissions[state]);
            path.push(0);
            continue;
        }
        // For each state, which of the two before it is better.
        let mut choices = 0;
        let mut next = [0.0; N_STATES];
        for state in 0..N_STATES {
            let [a, b] = BEFORE[state];
            let score_a = scores[a] + transitions[a][state] + emissions[state];
            let score_b = scores[b] + transitions[b][state] + emissions[state];
            next[state] = if score_a > score_b { score_a } else { score_b };
            choices |= u8::from(score_a <= score_b) << state;
        }
        path.push(choices);
        scores = next;
    }
    let mut state = match scores[END] > scores[SINGLE] {
        true => END,
        false => SINGLE,
    };
    for place in path.iter_mut().rev() {
        let before = BEFORE[state][usize::from(*place >> state & 1)];
        *place = u8::from(state == END || state == SINGLE);
        state = before;
    }
}

#[cfg(test)]
mod tests {
    use super::{are_one_word, find_ends};
    use crate::compiled::Compiled;

    #[test]
    fn two_characters_are_cut_as_many_are() {
        let compiled = Compiled::built_in();
        let hmm = compiled.view().hmm;
        let mut path = Vec::new();
        // The last ones have not been seen by the model.
        let chars: Vec<char> = "王小满在张家屯的一不人了开鑫森\u{9FD0}\u{9FD5}"
            .chars()
            .collect();
        let mut n_joined = 0;
        for first in &chars {
            for second in &chars {
                let emissions = [*first, *second].map(|c| hmm.emissions(c));
                find_ends(&hmm, emissions.into_iter(), &mut path);
                let joined = are_one_word(&hmm, emissions[0], emissions[1]);
                assert_eq!(path, [u8::from(!joined), 1], "{first}{second}");
                n_joined += usize::from(joined);
            }
        }
        assert!((50..250).contains(&n_joined), "{n_joined}");
    }
}
