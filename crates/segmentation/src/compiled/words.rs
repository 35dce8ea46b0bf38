//! Listing the words of a compiled dictionary.

use std::collections::HashMap;

use super::double_array::{DEAD_BASE, Root, Slot};
use super::{Compiled, EMPTY, Section, u32_at};

/// What a base belongs to.
#[derive(Clone, Copy)]
enum Parent {
    /// The first character of words, by code.
    Root(u32),
    /// A slot, by its place.
    Slot(usize),
}

impl Compiled {
    /// Gives every word that can be cut with its frequencies, in no particular order.
    pub(crate) fn words(&self) -> impl Iterator<Item = (String, [u64; 2])> {
        let slots: Vec<Slot> = self.slots().collect();
        let chars = self.chars_by_code();
        let (roots, _) = self.section(Section::Roots).as_chunks();
        let roots = roots.iter().copied().map(Root::from_le_bytes);
        // No two nodes share a base, so that a slot's place and label lead to its parent.
        let of_roots = roots.map(Root::base).zip((0..).map(Parent::Root));
        let of_slots = slots.iter().map(|slot| slot.base());
        let of_slots = of_slots.zip((0..).map(Parent::Slot));
        let parents: HashMap<usize, Parent> = of_roots
            .chain(of_slots)
            .filter(|(base, _)| *base != DEAD_BASE as usize)
            .collect();
        let singles = (0..).zip(self.singles());
        let singles = singles.map(|(code, number)| (Parent::Root(code), number));
        let ends = (0..).zip(self.slots().map(ending_at));
        let ends = ends.map(|(place, number)| (Parent::Slot(place), number));
        let word = move |mut end: Parent| {
            let mut word = Vec::new();
            // What a hostile file says may run in circles.
            while word.len() <= slots.len() {
                match end {
                    Parent::Root(code) => {
                        word.push(chars.get(&code)?);
                        return Some(word.into_iter().rev().collect());
                    }
                    Parent::Slot(place) => {
                        let label = slots[place].label();
                        word.push(chars.get(&label)?);
                        end = *parents.get(&place.checked_sub(label as usize)?)?;
                    }
                }
            }
            None
        };
        singles
            .chain(ends)
            .filter(|(_, number)| *number > 0)
            .filter_map(move |(end, number)| Some((word(end)?, self.frequency(number))))
    }

    /// The numbers of the frequencies of all words, in no particular order.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = usize> {
        let numbers = self.singles().chain(self.slots().map(ending_at));
        numbers.filter(|number| *number > 0)
    }

    fn slots(&self) -> impl Iterator<Item = Slot> {
        let (slots, _) = self.section(Section::Slots).as_chunks();
        slots.iter().copied().map(Slot::from_le_bytes)
    }

    fn singles(&self) -> impl Iterator<Item = usize> {
        let (singles, _) = self.section(Section::Singles).as_chunks();
        singles
            .iter()
            .copied()
            .map(u16::from_le_bytes)
            .map(usize::from)
    }

    /// The characters of words by code.
    pub(crate) fn chars_by_code(&self) -> HashMap<u32, char> {
        let (codes, _) = self.section(Section::Codes).as_chunks();
        let direct = codes.iter().copied().map(u16::from_le_bytes).map(u32::from);
        let (extra, _) = self.section(Section::Extra).as_chunks::<8>();
        let extra = extra
            .iter()
            .map(|entry| (u32_at(entry, 0), u32_at(entry, 4)));
        (0..)
            .zip(direct)
            .chain(extra)
            .filter(|(_, code)| *code >= super::FIRST_CODE)
            .filter_map(|(c, code)| Some((code, char::from_u32(c)?)))
            .collect()
    }
}

/// The number of the frequency of the word that ends at a slot, 0 if none does.
fn ending_at(slot: Slot) -> usize {
    match slot == EMPTY {
        true => 0,
        false => slot.value(),
    }
}
