//! Finding the best way to cut a text.

use std::hint::select_unpredictable;

use super::chunk::Chunk;
use super::cutter::Cutter;
use super::place::{Look, PAD, Place, Scratch, Step};
use super::user::UserWords;
use super::walk::Walk;
use crate::compiled::BARRIER;

impl Cutter<'_> {
    /// Hands out the chunks of `text`, and a buffer for the model.
    pub(super) fn for_each_chunk(
        &self,
        text: &str,
        scratch: &mut Scratch,
        mut sink: impl FnMut(Chunk<'_>, &mut Vec<u8>),
    ) {
        let mut done = 0;
        while done < text.len() {
            let n = self.decode(text, done, scratch);
            let places = &mut scratch.places[..n + PAD];
            done = places[n].start;
            match self.user {
                None => {
                    let n_looks = self.find_looks(&mut places[..n], &mut scratch.looks);
                    let n_left = self.find_pairs(places, &mut scratch.looks, n_looks);
                    self.find_triples(places, &scratch.looks[..n_left]);
                    self.find_route(places);
                }
                Some(user) => self.find_route_with(user, places),
            }
            let chunk = Chunk {
                cutter: self,
                text,
                places: &places[..=n],
            };
            sink(chunk, &mut scratch.path);
        }
        scratch.release_if_huge();
    }

    /// Finds where words of two characters may be; returns how many `looks` there are.
    #[inline(never)]
    fn find_looks(&self, places: &mut [Place], looks: &mut [Look]) -> usize {
        let mut n_looks = 0;
        let mut second = BARRIER;
        for (at, place) in (0..places.len() as u32).zip(places).rev() {
            let (slot, is_likely) = self.view.place_of_pair(place.code, second);
            self.view.prefetch(slot);
            // There is room for one more than there are characters.
            if let Some(look) = looks.get_mut(n_looks) {
                *look = Look { at, slot };
            }
            n_looks += usize::from(is_likely);
            second = place.code;
            place.pair = f64::NEG_INFINITY;
            place.triple = f64::NEG_INFINITY;
            place.step = Step::SIGN;
        }
        n_looks
    }

    /// Looks up the words of two characters at the first `n` of `looks`.
    ///
    /// As many as it returns are left in `looks` then, to be looked at for words of three.
    #[inline(never)]
    fn find_pairs(&self, places: &mut [Place], looks: &mut [Look], n: usize) -> usize {
        let mut n_left = 0;
        for idx in 0..n {
            let Look { at, slot } = looks[idx];
            // Barriers stand behind the last character.
            let Some([place, second, third, ..]) = places.get_mut(at as usize..) else {
                break;
            };
            let slot = self.view.slot(slot, second.code);
            place.pair = self.weight(slot);
            let next = self.view.place_behind(slot, third.code);
            self.view.prefetch(next);
            looks[n_left] = Look { at, slot: next };
            n_left += usize::from(slot.may_lead_to(third.code));
        }
        n_left
    }

    /// Looks up the words of three characters.
    #[inline(never)]
    fn find_triples(&self, places: &mut [Place], looks: &[Look]) {
        for &Look { at, slot } in looks {
            let Some([place, _, third, fourth, ..]) = places.get_mut(at as usize..) else {
                break;
            };
            let slot = self.view.slot(slot, third.code);
            place.triple = self.weight(slot);
            if slot.may_lead_to(fourth.code) {
                place.step = Step::LONGER;
                let next = self.view.place_behind(slot, fourth.code);
                self.view.prefetch(next);
            }
        }
    }

    /// Finds the best way to cut each block of `places`, which end with [`PAD`] barriers behind the chunk.
    #[inline(never)]
    fn find_route(&self, places: &mut [Place]) {
        // The scores of the next three characters.
        let (mut next, mut second, mut third) = (0.0, 0.0, 0.0);
        for at in (0..places.len() - PAD).rev() {
            let place = &places[at];
            let code = place.code;
            let pair = place.pair + second;
            let triple = place.triple + third;
            // What depends on the next character comes last, as its score is known last.
            let mut best = if pair > triple { pair } else { triple };
            let mut len = select_unpredictable(pair > triple, 2, 3);
            if place.step.is_longer() {
                (best, len) = self.try_longer(&places[at..], best, len);
            }
            let single = self.single(code) + next;
            len = select_unpredictable(single > best, 1, len);
            best = if single > best { single } else { best };
            if best == f64::NEG_INFINITY {
                // No word starts here: the character is left alone.
                (best, len) = self.alone(next);
            }
            // Each block is cut on its own.
            best = select_unpredictable(code == BARRIER, 0.0, best);
            len = select_unpredictable(code == BARRIER, 0, len);
            let place = &mut places[at];
            place.score = best;
            place.step = Step::word(len);
            (next, second, third) = (best, next, second);
        }
    }

    /// The score and the length of a character that no word starts with, given the score of the next one.
    #[cold]
    #[inline(never)]
    fn alone(&self, next: f64) -> (f64, u32) {
        (-self.log_total + next, 1)
    }

    /// Tries the words of more than three characters that start at the first of `places`.
    #[inline(never)]
    fn try_longer(&self, places: &[Place], best: f64, len: u32) -> (f64, u32) {
        let (mut best, mut len) = (best, len);
        let mut slot = self.view.pair(places[0].code, places[1].code);
        slot = self.view.step(slot, places[2].code);
        let mut at = 3;
        while slot.may_lead_to(places[at].code) {
            slot = self.view.step(slot, places[at].code);
            at += 1;
            let score = self.weight(slot) + places[at].score;
            if score >= best {
                best = score;
                len = at as u32;
            }
        }
        (best, len)
    }

    /// Does what [`find_route`](Self::find_route) does with the user's words,
    /// which take the place of compiled ones.
    fn find_route_with(&self, user: &UserWords, places: &mut [Place]) {
        for at in (0..places.len() - PAD).rev() {
            let mut best: Option<(f64, usize)> = None;
            let (mut pair, mut triple) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
            let is_barrier = places[at].code == BARRIER;
            let mut walk = Walk::new(self);
            let codes = places[at..].iter().map(|place| place.code);
            for (len, code) in (1..).zip(codes) {
                walk.step(self, code, || code);
                if is_barrier || walk.is_over() {
                    break;
                }
                let weight = match walk.user_word(user) {
                    Some(word) => word.log - self.log_total,
                    None if self.is_word(walk.slot) => self.weight(walk.slot),
                    None => continue,
                };
                let score = weight + places[at + len].score;
                if best.is_none_or(|(best, _)| score >= best) {
                    best = Some((score, len));
                }
                // jieba finds words of frequency 0 inside others, so they count as words.
                match len {
                    2 => pair = 0.0,
                    3 => triple = 0.0,
                    _ => {}
                }
            }
            let alone = match is_barrier {
                true => 0.0,
                false => -self.log_total + places[at + 1].score,
            };
            let (score, len) = best.unwrap_or((alone, 1));
            let place = &mut places[at];
            (place.score, place.pair, place.triple) = (score, pair, triple);
            place.step = match is_barrier {
                true => Step::SIGN,
                false => Step::word(len as u32),
            };
        }
    }
}
