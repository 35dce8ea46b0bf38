//! Reading the double array in place, one step at a time.

use std::hint::select_unpredictable;

use super::double_array::{EMPTY, Root, Slot};
use super::{BARRIER, Compiled, Hmm, N_DIRECT, Section, UNKNOWN, is_in_block, u32_at};

/// A place to look at where nothing is to be found.
const NOWHERE: u32 = 0;

/// The parts of a dictionary, ready to be read.
#[derive(Clone, Copy)]
pub(crate) struct View<'d> {
    codes: &'d [[u8; 2]; N_DIRECT],
    extra: &'d [[u8; 8]],
    roots: &'d [[u8; 8]],
    singles: &'d [[u8; 2]],
    filters: &'d [[u8; 8]],
    slots: &'d [[u8; 8]],
    pub(crate) hmm: Hmm<'d>,
}

impl Compiled {
    pub(crate) fn view(&self) -> View<'_> {
        let (codes, _) = self.section(Section::Codes).as_chunks();
        let (extra, _) = self.section(Section::Extra).as_chunks();
        let (slots, _) = self.section(Section::Slots).as_chunks();
        let (roots, _) = self.section(Section::Roots).as_chunks();
        let (singles, _) = self.section(Section::Singles).as_chunks();
        let (filters, _) = self.section(Section::Filters).as_chunks();
        View {
            codes: codes.first_chunk().expect("the section has a fixed length"),
            extra,
            roots,
            singles,
            filters,
            slots,
            hmm: Hmm::new(
                self.section(Section::EmissionIndex),
                self.section(Section::Emissions),
                &self.states,
            ),
        }
    }
}

impl View<'_> {
    /// The code of `c`: a word's character, [`UNKNOWN`] or [`BARRIER`].
    #[inline]
    pub(crate) fn code(&self, c: char) -> u32 {
        match u16::try_from(c as u32) {
            Ok(c) => self.direct_code(c),
            Err(_) => self.extra_code(c),
        }
    }

    /// The code of a character up to U+FFFF.
    #[inline]
    pub(crate) fn direct_code(&self, c: u16) -> u32 {
        u32::from(u16::from_le_bytes(self.codes[usize::from(c)]))
    }

    /// The slot of the words that start with the character of a code.
    #[inline]
    pub(crate) fn root(&self, code: u32) -> Slot {
        let root = self.roots.get(code as usize);
        let single = self.singles.get(code as usize);
        match (root, single) {
            (Some(root), Some(single)) => {
                let root = Root::from_le_bytes(*root);
                Slot::of_root(code, u16::from_le_bytes(*single), root)
            }
            _ => EMPTY,
        }
    }

    /// The place of the slot of [`pair`](Self::pair), and whether it is worth looking at.
    ///
    /// There is no branch, as it could not be foreseen.
    #[inline]
    pub(crate) fn place_of_pair(&self, first: u32, second: u32) -> (u32, bool) {
        let root = self
            .roots
            .get(first as usize)
            .map_or(Root::DEAD, |root| Root::from_le_bytes(*root));
        let filter = self
            .filters
            .get(root.filter(second))
            .map_or(0, |word| u64::from_le_bytes(*word));
        let is_likely = filter >> (second & 63) & 1 != 0;
        let place = root.base() as u32 + second;
        (select_unpredictable(is_likely, place, NOWHERE), is_likely)
    }

    /// The slot of the words that go on from `slot` with the character of a code.
    #[inline]
    pub(crate) fn step(&self, slot: Slot, code: u32) -> Slot {
        self.slot(slot.base() as u32 + code, code)
    }

    /// The slot of the words that start with the characters of two codes.
    #[inline]
    pub(crate) fn pair(&self, first: u32, second: u32) -> Slot {
        self.step(self.root(first), second)
    }

    /// The place of the slot of [`step`](Self::step).
    #[inline]
    pub(crate) fn place_behind(&self, slot: Slot, code: u32) -> u32 {
        slot.base() as u32 + code
    }

    /// Has the slot at a place brought near.
    #[inline]
    pub(crate) fn prefetch(&self, place: u32) {
        prefetch_index::prefetch_index(self.slots, place as usize);
    }

    /// The slot at a place if it is that of a code.
    #[inline]
    pub(crate) fn slot(&self, place: u32, code: u32) -> Slot {
        let slot = self
            .slots
            .get(place as usize)
            .map_or(EMPTY, |slot| Slot::from_le_bytes(*slot));
        select_unpredictable(slot.label() == code, slot, EMPTY)
    }

    #[cold]
    fn extra_code(&self, c: char) -> u32 {
        let char_of = |entry: &[u8; 8]| u32_at(entry, 0);
        match self.extra.binary_search_by_key(&(c as u32), char_of) {
            Ok(idx) => u32_at(&self.extra[idx], 4),
            Err(_) if is_in_block(c) => UNKNOWN,
            Err(_) => BARRIER,
        }
    }
}
