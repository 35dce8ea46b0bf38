//! Listing the words of a compiled dictionary.

use std::collections::HashMap;

use super::double_array::{DEAD_BASE, Slot};
use super::{Compiled, EMPTY, Section, u32_at};

impl Compiled {
    /// Gives every word that can be cut with its frequencies, in no particular order.
    pub(crate) fn words(&self) -> impl Iterator<Item = (String, [u64; 2])> {
        let (slots, _) = self.section(Section::Slots).as_chunks();
        let slots: Vec<Slot> = slots.iter().copied().map(Slot::from_le_bytes).collect();
        let chars = self.chars_by_code();
        // No two nodes share a base, so that a slot's place and label lead to its parent.
        let bases = slots.iter().map(|slot| slot.base()).zip(0..);
        let parents: HashMap<usize, usize> = bases
            .filter(|(base, _)| *base != DEAD_BASE as usize)
            .collect();
        let word = move |mut at: usize| {
            let mut word = Vec::new();
            // What a hostile file says may run in circles.
            while word.len() <= slots.len() {
                let label = slots[at].label();
                word.push(chars.get(&label)?);
                match at.checked_sub(label as usize)? {
                    0 => return Some(word.into_iter().rev().collect()),
                    base => at = *parents.get(&base)?,
                }
            }
            None
        };
        self.ends().filter_map(move |(at, number)| {
            let frequencies = self.frequency(number);
            Some((word(at)?, frequencies))
        })
    }

    /// The places of slots where words end, and the numbers of the words' frequencies.
    pub(crate) fn ends(&self) -> impl Iterator<Item = (usize, usize)> {
        let (slots, _) = self.section(Section::Slots).as_chunks();
        let slots = slots.iter().copied().map(Slot::from_le_bytes);
        let ends = slots.enumerate().filter(|(_, slot)| *slot != EMPTY);
        ends.map(|(at, slot)| (at, slot.value()))
            .filter(|(_, number)| *number > 0)
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
