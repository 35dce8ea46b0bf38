//! The units and their names, in memory.

use std::sync::{Arc, LazyLock};

use crawdad::Trie;

use crate::area;
use crate::format::{self, Contents, Form, Key, NONE, Unit, UnitLevel};
use crate::wording;

static FILE: &[u8] = include_bytes!("../data/regions.bin");

static BUILT_IN: LazyLock<Arc<Table>> = LazyLock::new(|| {
    let contents = Contents::read(FILE).expect("a test checks the built-in table");
    let (trie, _) = Trie::deserialize_from_slice(&contents.trie);
    Arc::new(Table {
        beginnings: Beginnings::new(&contents.keys),
        units: contents.units,
        keys: contents.keys,
        trie,
    })
});

/// How many bits tell which pairs of characters names begin with.
const N_PAIR_BITS: usize = 1 << 16;

/// The number of a unit, or of a kind of functional area of a unit (鞍山高新区), which has no entry of its own.
///
/// The lower half is the unit, the upper half the kind, 0 for the unit itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Id(u32);

impl Id {
    pub(crate) fn of_unit(unit: u16) -> Self {
        Self(u32::from(unit))
    }

    pub(crate) fn with_area(self, kind: u8) -> Self {
        Self((self.0 & 0xFFFF) | (u32::from(kind) << 16))
    }

    pub(crate) fn unit(self) -> u16 {
        (self.0 & 0xFFFF) as u16
    }

    /// The kind of functional area, from 1; 0 for the unit itself.
    pub(crate) fn area(self) -> u8 {
        (self.0 >> 16) as u8
    }
}

/// The units, their names and the automaton over them.
pub(crate) struct Table {
    pub(crate) units: Vec<Unit>,
    /// Sorted by name.
    pub(crate) keys: Vec<Key>,
    /// Its values are places in `keys`.
    trie: Trie,
    /// What tells most characters that no name begins with.
    beginnings: Beginnings,
}

impl Table {
    /// The built-in table, read when it is first asked for.
    pub(crate) fn built_in() -> Arc<Self> {
        Arc::clone(&BUILT_IN)
    }

    /// The checksum of the built-in table's file.
    pub(crate) fn built_in_checksum() -> u64 {
        format::stated_checksum(FILE).expect("a test checks the built-in table")
    }

    /// This table with further units and names.
    pub(crate) fn with(&self, units: Vec<Unit>, names: Vec<(String, u16, Form)>) -> Self {
        let mut keys = self.keys.clone();
        for (name, unit, form) in names {
            match keys.binary_search_by(|key| (*key.name).cmp(&name)) {
                Ok(at) => {
                    let mut postings = keys[at].postings.to_vec();
                    postings.push((unit, form));
                    keys[at].postings = postings.into();
                }
                Err(at) => keys.insert(
                    at,
                    Key {
                        name: name.into(),
                        ordinary: crate::format::Ordinary::No,
                        postings: Box::new([(unit, form)]),
                    },
                ),
            }
        }
        let trie = Trie::from_keys(keys.iter().map(|key| &*key.name))
            .expect("names are sorted, different and not empty");
        Self {
            beginnings: Beginnings::new(&keys),
            units,
            keys,
            trie,
        }
    }

    /// Where in `text` something may begin that is a name or is read like one; no other place has any.
    pub(crate) fn beginnings(&self, text: &[char]) -> Vec<usize> {
        if self.beginnings.has_single {
            return (0..text.len()).collect();
        }
        // Without branches, which nothing could predict.
        let mut places = vec![0; text.len()];
        let mut n = 0;
        for (at, pair) in text.windows(2).enumerate() {
            places[n] = at;
            n += usize::from(self.beginnings.has(pair[0], pair[1]));
        }
        places.truncate(n);
        places
    }

    /// The names that `text` begins with, the shortest first: each one's place in `keys` and its characters.
    pub(crate) fn names_at<'t>(
        &'t self,
        text: &'t [char],
    ) -> impl Iterator<Item = (usize, usize)> + 't {
        // The trie costs a handful of loads from memory, and hardly any place of a text begins a name.
        let text = if self.beginnings.may_begin(text) {
            text
        } else {
            &[]
        };
        self.trie
            .common_prefix_search(text.iter().copied())
            .map(|(key, len)| (key as usize, len))
    }

    /// The meanings of a name.
    pub(crate) fn key(&self, name: &str) -> Option<&Key> {
        let place = self.trie.exact_match(name.chars())?;
        self.keys.get(place as usize)
    }

    pub(crate) fn unit(&self, number: u16) -> &Unit {
        &self.units[usize::from(number)]
    }

    /// The unit above, or the unit a functional area is of.
    pub(crate) fn parent(&self, id: Id) -> Option<Id> {
        if id.area() != 0 {
            return Some(Id::of_unit(id.unit()));
        }
        let parent = self.unit(id.unit()).parent;
        (parent != NONE).then(|| Id::of_unit(parent))
    }

    /// A region and those above it, from below.
    pub(crate) fn lineage(&self, id: Id) -> impl Iterator<Item = Id> {
        std::iter::successors(Some(id), |id| self.parent(*id))
    }

    /// Whether `inner` is `outer` or lies in it.
    pub(crate) fn contains(&self, outer: Id, inner: Id) -> bool {
        if self.lineage(inner).any(|id| id == outer) {
            return true;
        }
        let unit = self.unit(outer.unit());
        let stands_for_others = unit.level == UnitLevel::Macro || unit.until != 0;
        stands_for_others
            && outer.area() == 0
            && unit
                .members
                .iter()
                .any(|member| self.contains(Id::of_unit(*member), inner))
    }

    /// Whether `inner` lies in `outer` and is not the same.
    pub(crate) fn is_below(&self, inner: Id, outer: Id) -> bool {
        inner != outer && self.lineage(inner).any(|id| id == outer)
    }

    /// The unit in use that a unit is today, or itself where there is none.
    pub(crate) fn today(&self, unit: u16) -> u16 {
        match self.unit(unit).main {
            NONE => unit,
            main => main,
        }
    }

    pub(crate) fn level(&self, id: Id) -> UnitLevel {
        if id.area() == 0 {
            self.unit(id.unit()).level
        } else {
            UnitLevel::Area
        }
    }

    pub(crate) fn name(&self, id: Id) -> String {
        let name = &self.unit(id.unit()).name;
        match id.area() {
            0 => name.to_string(),
            kind => area::name(name, kind),
        }
    }

    pub(crate) fn code(&self, id: Id) -> u64 {
        let code = self.unit(id.unit()).code;
        match id.area() {
            0 => code,
            kind => area::code(code, kind),
        }
    }
}

/// The pairs of characters that names and what is read like names begin with; a few others are taken to be among them.
///
/// It is small, so that it stays in the processor's cache.
struct Beginnings {
    /// A bit for the hash of each pair.
    bits: Box<[u64]>,
    /// Whether there are names of one character, so that any pair may begin one.
    has_single: bool,
}

impl Beginnings {
    fn new(keys: &[Key]) -> Self {
        let mut this = Self {
            bits: vec![0; N_PAIR_BITS / 64].into(),
            has_single: false,
        };
        for key in keys {
            let mut chars = key.name.chars();
            match (chars.next(), chars.next()) {
                (Some(first), Some(second)) => this.add(first, second),
                _ => this.has_single = true,
            }
        }
        for (first, second) in wording::self_references().chain(area::beginnings()) {
            this.add(first, second);
        }
        this
    }

    fn add(&mut self, first: char, second: char) {
        let bit = Self::bit(first, second);
        self.bits[bit / 64] |= 1 << (bit % 64);
    }

    #[inline]
    fn has(&self, first: char, second: char) -> bool {
        let bit = Self::bit(first, second);
        self.bits[bit / 64] & (1 << (bit % 64)) != 0
    }

    fn may_begin(&self, text: &[char]) -> bool {
        match *text {
            [first, second, ..] => self.has_single || self.has(first, second),
            [_] => self.has_single,
            [] => false,
        }
    }

    fn bit(first: char, second: char) -> usize {
        let pair =
            (first as u32).wrapping_mul(0x9E37_79B1) ^ (second as u32).wrapping_mul(0x85EB_CA6B);
        (pair >> 16) as usize % N_PAIR_BITS
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::short_name;

    #[test]
    fn the_built_in_table_is_whole() {
        let table = Table::built_in();
        let count = |level| {
            let in_use = table.units.iter().filter(|unit| unit.until == 0);
            in_use.filter(|unit| unit.level == level).count()
        };
        assert_eq!(count(UnitLevel::Province), 34);
        assert_eq!(count(UnitLevel::Prefecture), 333);
        assert_eq!(count(UnitLevel::County), 2846);
        for (place, key) in table.keys.iter().enumerate() {
            assert_eq!(table.trie.exact_match(key.name.chars()), Some(place as u32));
        }
    }

    #[test]
    fn like_named_units_are_as_many_as_there_are() {
        let table = Table::built_in();
        let mut shared = 0;
        let mut units = 0;
        for key in &table.keys {
            let like = key.postings.iter().filter(|(unit, form)| {
                *form == Form::Full
                    && table.unit(*unit).until == 0
                    && table.unit(*unit).level <= UnitLevel::County
            });
            let n = like.count();
            if n > 1 {
                shared += 1;
                units += n;
            }
        }
        assert_eq!((shared, units), (29, 66));
    }

    #[test]
    fn every_unit_in_use_has_its_names_and_its_place() {
        let table = Table::built_in();
        for (number, unit) in table.units.iter().enumerate() {
            let number = u16::try_from(number).unwrap();
            if unit.until != 0 {
                continue;
            }
            assert_eq!(table.today(number), number, "{}", unit.name);
            let key = table.key(&unit.name).unwrap();
            assert!(
                key.postings.contains(&(number, Form::Full)),
                "{}",
                unit.name
            );
            if unit.level == UnitLevel::County {
                let top = table.lineage(Id::of_unit(number)).last().unwrap();
                assert_eq!(table.level(top), UnitLevel::Province, "{}", unit.name);
            }
            if let Some(short) = short_name(&unit.name) {
                let is_division = matches!(
                    unit.level,
                    UnitLevel::Province | UnitLevel::Prefecture | UnitLevel::County
                );
                assert!(!is_division || table.key(short).is_some(), "{short}");
            }
        }
    }

    #[test]
    fn damage_is_noticed() {
        let bytes = include_bytes!("../data/regions.bin");
        for at in (0..bytes.len()).step_by(4999).chain(0..48) {
            let mut damaged = bytes.to_vec();
            damaged[at] ^= 0x10;
            assert!(Contents::read(&damaged).is_err(), "byte {at}");
        }
        assert!(Contents::read(&bytes[..bytes.len() - 8]).is_err());
        assert!(Contents::read(b"").is_err());
    }
}
