//! Looking regions up by name, path or code.

use std::path::Path;
use std::sync::Arc;

use fangzhi_segmentation::normalize::normalize;

use crate::area;
use crate::candidates::{self, Candidate};
use crate::error::Result;
use crate::format::{Form, UnitLevel};
use crate::places_file;
use crate::region::{Code, Region};
use crate::table::{Id, Table};

/// The regions of China since 1981, by name, path and code.
///
/// The table is read when the first gazetteer is made, which takes less than a
/// millisecond; clones share it.
///
/// ```
/// use fangzhi_regions::Gazetteer;
///
/// let gazetteer = Gazetteer::default();
/// let paths = |text: &str| -> Vec<String> {
///     gazetteer.resolve(text).iter().map(|region| region.path()).collect()
/// };
/// assert_eq!(paths("辽宁/鞍山/海城"), ["辽宁省/鞍山市/海城市"]);
/// assert_eq!(paths("210381"), ["辽宁省/鞍山市/海城市"]);
/// assert_eq!(paths("海城"), ["辽宁省/鞍山市/海城市", "广西壮族自治区/北海市/海城区"]);
///
/// let old = &gazetteer.resolve("襄樊市")[0];
/// assert_eq!(old.until(), Some(2010));
/// assert_eq!(old.today()[0].path(), "湖北省/襄阳市");
/// ```
#[derive(Clone)]
pub struct Gazetteer {
    table: Arc<Table>,
}

impl Gazetteer {
    /// The built-in regions with the places of a file; the crate's documentation describes its form.
    ///
    /// # Errors
    /// The file cannot be read, or a line of it does not name a place.
    pub fn with_places(path: impl AsRef<Path>) -> Result<Self> {
        let table = places_file::load(&Table::built_in(), path.as_ref())?;
        Ok(Self {
            table: Arc::new(table),
        })
    }

    /// These regions with the places of a file that has been read; `path` is what an error calls it.
    ///
    /// # Errors
    /// A line does not name a place.
    pub fn add_places(&self, path: impl AsRef<Path>, text: &str) -> Result<Self> {
        let table = places_file::read(&self.table, path.as_ref(), text)?;
        Ok(Self {
            table: Arc::new(table),
        })
    }

    /// A fingerprint of the built-in table, which need not be loaded for it.
    #[must_use]
    pub fn built_in_fingerprint() -> u64 {
        Table::built_in_checksum()
    }

    pub(crate) fn of_table(table: &Arc<Table>) -> Self {
        Self {
            table: Arc::clone(table),
        }
    }

    pub(crate) fn table(&self) -> &Arc<Table> {
        &self.table
    }

    /// The regions that a person may mean by `text`; none where there is no such region, several where it is ambiguous.
    ///
    /// It is a code (`210381`), or names from the larger to the smaller, full or short, with
    /// `/`, spaces or nothing between them (`辽宁/鞍山/海城`, `鞍山 海城`, `辽宁鞍山海城市`).
    /// Levels may be left out; traditional characters and names of the past are understood.
    #[must_use]
    pub fn resolve(&self, text: &str) -> Vec<Region> {
        let normalized = normalize(text.trim());
        let text = normalized.text();
        if let Ok(code) = text.parse() {
            return self.with_code(Code(code));
        }
        let parts: Vec<&str> = text
            .split(['/', '>', '\\', ' ', '·', '-'])
            .filter(|part| !part.is_empty())
            .collect();
        let mut found: Vec<Id> = Vec::new();
        for (place, part) in parts.iter().enumerate() {
            let above = (place > 0).then_some(&found[..]);
            found = self.part(part, above);
            if found.is_empty() {
                break;
            }
        }
        self.regions(found)
    }

    /// The regions with a code: one in use before those of the past.
    #[must_use]
    pub fn with_code(&self, code: Code) -> Vec<Region> {
        let ids = (0u16..).zip(&self.table.units).flat_map(|(number, unit)| {
            let kinds = 1..=area::KINDS.len() as u8;
            let areas = kinds.filter(move |kind| {
                unit.level <= UnitLevel::County
                    && unit.until == 0
                    && area::code(unit.code, *kind) == code.0
            });
            let own = (unit.code == code.0).then(|| Id::of_unit(number));
            own.into_iter()
                .chain(areas.map(move |kind| Id::of_unit(number).with_area(kind)))
        });
        let mut ids: Vec<Id> = ids.collect();
        ids.sort_by_key(|id| std::cmp::Reverse(self.until(*id)));
        if ids
            .first()
            .is_some_and(|id| self.table.unit(id.unit()).until == 0)
        {
            ids.truncate(1);
        }
        self.regions(ids)
    }

    /// All regions in use of the official table, the order of their codes.
    pub fn iter(&self) -> impl Iterator<Item = Region> + '_ {
        (0u16..)
            .zip(&self.table.units)
            .filter(|(_, unit)| unit.until == 0)
            .map(|(number, _)| Region::new(&self.table, Id::of_unit(number)))
    }

    /// The last year a region was in use, later than all others for one that is.
    fn until(&self, id: Id) -> u16 {
        match self.table.unit(id.unit()).until {
            0 => u16::MAX,
            until => until,
        }
    }

    fn regions(&self, ids: Vec<Id>) -> Vec<Region> {
        ids.into_iter()
            .map(|id| Region::new(&self.table, id))
            .collect()
    }

    /// What one part of a path may mean below `above`: a name, an area's name, or several names written together.
    fn part(&self, part: &str, above: Option<&[Id]>) -> Vec<Id> {
        let found = self.name(part, above);
        if !found.is_empty() {
            return found;
        }
        if let Some((before, kind)) = area::split(part) {
            let parents = match (before.is_empty(), above) {
                (true, Some(above)) => above.to_vec(),
                (true, None) => Vec::new(),
                (false, above) => {
                    let named = self.part(before, above);
                    match above {
                        // 辽宁/鞍山/鞍山高新区, the path as it is printed, names the city twice.
                        Some(above) if named.is_empty() => {
                            let named = self.part(before, None);
                            named.into_iter().filter(|id| above.contains(id)).collect()
                        }
                        _ => named,
                    }
                }
            };
            return parents
                .into_iter()
                .filter(|id| id.area() == 0)
                .map(|id| id.with_area(kind))
                .collect();
        }
        // 辽宁鞍山海城: the shortest first name that leaves something to be found below it.
        let chars: Vec<char> = part.chars().collect();
        let firsts: Vec<usize> = self.table.names_at(&chars).map(|(_, len)| len).collect();
        for len in firsts.into_iter().rev().filter(|len| *len < chars.len()) {
            let first: String = chars[..len].iter().collect();
            let rest: String = chars[len..].iter().collect();
            let outer = self.name(&first, above);
            if outer.is_empty() {
                continue;
            }
            let inner = self.part(&rest, Some(&outer));
            if !inner.is_empty() {
                return inner;
            }
        }
        Vec::new()
    }

    /// What a name may mean below `above`.
    fn name(&self, name: &str, above: Option<&[Id]>) -> Vec<Id> {
        let Some(key) = self.table.key(name) else {
            return Vec::new();
        };
        let postings = key
            .postings
            .iter()
            .filter(|(_, form)| *form != Form::Letters);
        let mut all: Vec<Candidate> = postings
            .map(|(unit, form)| Candidate {
                unit: *unit,
                named: *unit,
                form: *form,
            })
            .collect();
        if let Some(above) = above {
            all.retain(|candidate| {
                let id = Id::of_unit(candidate.unit);
                let is_in = |outer: &Id| {
                    let old = self.table.unit(candidate.unit).main;
                    self.table.contains(*outer, id) && *outer != id
                        || old != crate::format::NONE
                            && old != candidate.unit
                            && self.table.contains(*outer, Id::of_unit(old))
                };
                above.iter().any(is_in)
            });
        }
        let is_in_use = |candidate: &Candidate| self.table.unit(candidate.unit).until == 0;
        if all.iter().any(is_in_use) {
            all.retain(is_in_use);
        }
        if all.iter().any(|candidate| candidate.form <= Form::Alias) {
            all.retain(|candidate| candidate.form <= Form::Alias);
        }
        let mut found = candidates::dominant(&self.table, &all);
        // The latest of the past first, and one for each of them that has become the same.
        found.sort_by_key(|candidate| {
            let until = self.until(Id::of_unit(candidate.unit));
            (std::cmp::Reverse(until), candidate.unit)
        });
        if !found.iter().any(is_in_use) {
            let mut seen = Vec::new();
            found.retain(|candidate| {
                let today = self.table.today(candidate.unit);
                let is_new = !seen.contains(&today);
                seen.push(today);
                is_new
            });
        }
        found
            .iter()
            .map(|candidate| Id::of_unit(candidate.unit))
            .collect()
    }
}

impl Default for Gazetteer {
    fn default() -> Self {
        Self {
            table: Table::built_in(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        let regions = Gazetteer::default().resolve(text);
        regions.iter().map(Region::path).collect()
    }

    #[test]
    fn what_people_write_is_found() {
        let haicheng = "辽宁省/鞍山市/海城市";
        for (text, expect) in [
            ("辽宁/鞍山/海城", &[haicheng][..]),
            ("辽宁省/鞍山市/海城市", &[haicheng]),
            ("辽宁/海城", &[haicheng]),
            ("鞍山 海城", &[haicheng]),
            ("辽宁鞍山海城市", &[haicheng]),
            ("遼寧鞍山海城", &[haicheng]),
            ("海城市", &[haicheng]),
            ("210381", &[haicheng]),
            ("海城", &[haicheng, "广西壮族自治区/北海市/海城区"]),
            ("海城区", &["广西壮族自治区/北海市/海城区"]),
            ("吉林", &["吉林省"]),
            ("吉林市", &["吉林省/吉林市"]),
            ("海南", &["海南省"]),
            ("海南州", &["青海省/海南藏族自治州"]),
            ("青海/海南", &[]),
            (
                "鼓楼区",
                &[
                    "江苏省/南京市/鼓楼区",
                    "江苏省/徐州市/鼓楼区",
                    "福建省/福州市/鼓楼区",
                    "河南省/开封市/鼓楼区",
                ],
            ),
            ("南京/鼓楼", &["江苏省/南京市/鼓楼区"]),
            ("雄安", &["河北省/雄安新区"]),
            ("长三角", &["长三角"]),
            ("长三角/昆山", &["江苏省/苏州市/昆山市"]),
            ("鞍山高新区", &["辽宁省/鞍山市/鞍山高新区"]),
            ("辽宁省/鞍山市/鞍山高新区", &["辽宁省/鞍山市/鞍山高新区"]),
            ("鞍山/经济技术开发区", &["辽宁省/鞍山市/鞍山经开区"]),
            ("重庆/永川", &["重庆市/永川区"]),
            ("仙桃", &["湖北省/仙桃市"]),
            ("没有这里", &[]),
            ("", &[]),
            ("/", &[]),
            ("000000", &[]),
        ] {
            assert_eq!(paths(text), expect, "{text}");
        }
    }

    #[test]
    fn regions_of_the_past_lead_to_those_of_today() {
        let gazetteer = Gazetteer::default();
        for (text, until, today) in [
            ("襄樊", 2010, &["湖北省/襄阳市"][..]),
            (
                "莱芜市",
                2018,
                &["山东省/济南市/莱芜区", "山东省/济南市/钢城区"],
            ),
            ("崇文区", 2010, &["北京市/东城区"]),
            ("普兰店市", 2015, &["辽宁省/大连市/普兰店区"]),
            (
                "370981",
                1992,
                &["山东省/济南市/莱芜区", "山东省/济南市/钢城区"],
            ),
        ] {
            let found = gazetteer.resolve(text);
            let [old] = &found[..] else {
                panic!("{text}: {found:?}");
            };
            assert_eq!(old.until(), Some(until), "{text}");
            let found: Vec<String> = old.today().iter().map(Region::path).collect();
            assert_eq!(found, today, "{text}");
        }
    }

    #[test]
    fn codes_hold_what_lies_and_lay_in_a_region() {
        let gazetteer = Gazetteer::default();
        let codes = |text: &str| gazetteer.resolve(text)[0].codes();
        assert!(codes("辽宁").contains(&Code(210_381)));
        assert!(codes("鞍山").contains(&Code(210_300_801)));
        assert!(codes("襄阳市").contains(&Code(420_606)));
        assert!(codes("莱芜市").contains(&Code(370_116)));
        assert!(codes("济南市").contains(&Code(371_200)));
        assert!(codes("东城区").contains(&Code(110_103)));
        assert!(codes("东北三省").contains(&Code(220_100)));
        assert!(!codes("鞍山").contains(&Code(210_100)));
    }

    /// An article's place is in a region if its code is one of `codes`, or one of those of its lineage is of `cover`.
    #[test]
    fn a_cover_stands_for_all_codes() {
        let gazetteer = Gazetteer::default();
        for text in [
            "辽宁",
            "鞍山",
            "海城市",
            "北京",
            "襄阳市",
            "襄樊市",
            "莱芜市",
            "济南市",
            "东城区",
            "东北三省",
            "长三角",
            "雄安新区",
            "鞍山高新区",
            "邯郸市",
            "仙桃",
        ] {
            let region = &gazetteer.resolve(text)[0];
            let (codes, cover) = (region.codes(), region.cover());
            assert!(cover.iter().all(|code| codes.contains(code)), "{text}");
            for number in 0..gazetteer.table.units.len() {
                let id = Id::of_unit(u16::try_from(number).unwrap());
                let unit = gazetteer.table.unit(id.unit());
                let has_areas = unit.until == 0 && unit.level <= UnitLevel::County;
                for id in [id, id.with_area(1)]
                    .into_iter()
                    .take(1 + usize::from(has_areas))
                {
                    let place = Region::new(&gazetteer.table, id);
                    let mut lineage = place.ancestors();
                    lineage.push(place.clone());
                    let is_found = lineage.iter().any(|region| cover.contains(&region.code()));
                    assert_eq!(codes.contains(&place.code()), is_found, "{text} {place}");
                }
            }
        }
        assert_eq!(gazetteer.resolve("鞍山")[0].cover(), [Code(210_300)]);
        assert_eq!(gazetteer.resolve("东北三省")[0].cover().len(), 4);
    }

    #[test]
    fn regions_contain_each_other() {
        let gazetteer = Gazetteer::default();
        let region = |text: &str| gazetteer.resolve(text).remove(0);
        for (outer, inner, expect) in [
            ("辽宁", "海城市", true),
            ("海城市", "辽宁", false),
            ("海城市", "海城市", true),
            ("长三角", "昆山市", true),
            ("京津冀", "昆山市", false),
            ("莱芜市", "莱芜区", true),
            ("鞍山", "鞍山高新区", true),
        ] {
            assert_eq!(
                region(outer).contains(&region(inner)),
                expect,
                "{outer} {inner}"
            );
        }
        let above: Vec<String> = region("海城市")
            .ancestors()
            .iter()
            .map(Region::name)
            .collect();
        assert_eq!(above, ["辽宁省", "鞍山市"]);
    }
}
