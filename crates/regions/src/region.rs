//! A region and what is known of it.

use std::fmt;
use std::sync::Arc;

use crate::format::{NONE, UnitLevel};
use crate::table::{Id, Table};

/// A division's official code of six digits, or a number of our own where there is none.
///
/// Functional areas and users' places have the code of what they are in and
/// three further digits; macro-regions have codes from 900001.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub u64);

/// What kind of region one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Level {
    /// Several provinces or prefectures that are named as one: 长三角.
    Macro,
    /// A province, an autonomous region, a municipality or a special administrative region.
    Province,
    /// A prefecture-level city, a prefecture, an autonomous prefecture or a league.
    Prefecture,
    /// A county, a district, a county-level city or a banner.
    County,
    /// A functional area, which is no administrative division: 雄安新区, 鞍山高新区.
    Area,
    /// A town, from a file of the user's.
    Town,
}

/// A region: a province, prefecture or county, a functional area or a macro-region, in use or of the past.
#[derive(Clone)]
pub struct Region {
    table: Arc<Table>,
    id: Id,
}

impl Region {
    pub(crate) fn new(table: &Arc<Table>, id: Id) -> Self {
        Self {
            table: Arc::clone(table),
            id,
        }
    }

    pub(crate) fn id(&self) -> Id {
        self.id
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> Code {
        Code(self.table.code(self.id))
    }

    /// The full name: 海城市.
    #[must_use]
    pub fn name(&self) -> String {
        self.table.name(self.id)
    }

    /// The kind of region.
    #[must_use]
    pub fn level(&self) -> Level {
        match self.table.level(self.id) {
            UnitLevel::Macro => Level::Macro,
            UnitLevel::Province => Level::Province,
            UnitLevel::Prefecture => Level::Prefecture,
            UnitLevel::County => Level::County,
            UnitLevel::Area => Level::Area,
            UnitLevel::Town => Level::Town,
        }
    }

    /// The full names from the province down, separated by `/`: 辽宁省/鞍山市/海城市.
    ///
    /// A region of the past stands below what is above it today, under its own name.
    #[must_use]
    pub fn path(&self) -> String {
        let mut names: Vec<String> = self
            .table
            .lineage(self.id)
            .map(|id| self.table.name(id))
            .collect();
        names.reverse();
        names.join("/")
    }

    /// The regions above this one, the province first.
    #[must_use]
    pub fn ancestors(&self) -> Vec<Self> {
        let mut above: Vec<Self> = self
            .table
            .lineage(self.id)
            .skip(1)
            .map(|id| Self::new(&self.table, id))
            .collect();
        above.reverse();
        above
    }

    /// Whether `other` is this region or lies in it.
    ///
    /// A macro-region contains what its members contain, a region of the past what its successors contain.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        self.table.contains(self.id, other.id)
    }

    /// The year the region was abolished or renamed; `None` where it is in use.
    #[must_use]
    pub fn until(&self) -> Option<u16> {
        let until = self.table.unit(self.id.unit()).until;
        (until != 0).then_some(until)
    }

    /// What the region is today: itself where it is in use, else the regions that took it over,
    /// the one that continues it first.
    #[must_use]
    pub fn today(&self) -> Vec<Self> {
        let unit = self.table.unit(self.id.unit());
        if unit.until == 0 {
            return vec![self.clone()];
        }
        let main = (unit.main != NONE).then_some(unit.main);
        let others = unit.members.iter().copied();
        let others = others.filter(|member| Some(*member) != main);
        main.into_iter()
            .chain(others)
            .map(|unit| Self::new(&self.table, Id::of_unit(unit)))
            .collect()
    }

    /// The members of a macro-region; empty for others.
    #[must_use]
    pub fn members(&self) -> Vec<Self> {
        if self.level() != Level::Macro {
            return Vec::new();
        }
        let members = &self.table.unit(self.id.unit()).members;
        members
            .iter()
            .map(|unit| Self::new(&self.table, Id::of_unit(*unit)))
            .collect()
    }

    /// The codes of this region and of all that lies or lay in it, sorted: what a filter on a region accepts.
    ///
    /// The regions of the past that became part of it are included, and so are the
    /// successors of a region of the past and the members of a macro-region.
    #[must_use]
    pub fn codes(&self) -> Vec<Code> {
        let table = &self.table;
        let mut codes = vec![self.code()];
        for number in self.units() {
            let unit = table.unit(number);
            codes.push(Code(unit.code));
            if unit.until == 0 && unit.level <= UnitLevel::County {
                let kinds = (1u8..).zip(crate::area::KINDS);
                codes.extend(kinds.map(|(kind, _)| Code(crate::area::code(unit.code, kind))));
            }
        }
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    /// The fewest codes that stand for [`codes`](Self::codes) where a place is kept with the codes of all that it
    /// lies in, sorted: its own, and those of what belongs to it but lies elsewhere.
    ///
    /// ```
    /// use fangzhi_regions::{Code, Gazetteer};
    ///
    /// let gazetteer = Gazetteer::default();
    /// let cover = |name: &str| gazetteer.resolve(name)[0].cover();
    /// assert_eq!(cover("鞍山"), [Code(210_300)]);
    /// assert!(cover("东北三省").starts_with(&[Code(210_000), Code(220_000), Code(230_000)]));
    /// ```
    #[must_use]
    pub fn cover(&self) -> Vec<Code> {
        let table = &self.table;
        let units = self.units();
        let outer = units.iter().filter(|number| {
            let parent = table.unit(**number).parent;
            parent == NONE || units.binary_search(&parent).is_err()
        });
        let mut codes = vec![self.code()];
        codes.extend(outer.map(|number| Code(table.unit(*number).code)));
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    /// The units that are, lie or lay in this region, in order; none of a functional area.
    fn units(&self) -> Vec<u16> {
        let table = &self.table;
        if self.id.area() != 0 {
            return Vec::new();
        }
        let is_in = |unit: u16| table.contains(self.id, Id::of_unit(unit));
        let numbers = (0u16..).zip(&table.units);
        let of_it = numbers.filter(|(number, unit)| {
            if unit.level == UnitLevel::Macro {
                *number == self.id.unit()
            } else if unit.until == 0 {
                is_in(*number)
            } else {
                unit.main != NONE && is_in(unit.main)
                    || !unit.members.is_empty() && unit.members.iter().all(|unit| is_in(*unit))
            }
        });
        of_it.map(|(number, _)| number).collect()
    }
}

impl PartialEq for Region {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.code() == other.code()
    }
}

impl Eq for Region {}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Region({} {})", self.code(), self.path())
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path())
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}
