//! The table of divisions as units with parents and successors.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::format::{NONE, Unit, UnitLevel};
use crate::names::short_name;

/// Where the table of divisions is.
pub(crate) fn path() -> PathBuf {
    let shared = std::env::var_os("FANGZHI_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    );
    shared.join("regions/divisions-1981-2024.csv")
}

/// One line of the table.
struct Record<'t> {
    code: u32,
    province: &'t str,
    prefecture: &'t str,
    name: &'t str,
    level: UnitLevel,
    from: u16,
    /// 0 where it is in use.
    until: u16,
    /// The codes of successors: those at the end, else those of parts that left before.
    successors: Vec<u32>,
}

/// The units of the table, sorted by code and first year.
///
/// Records of the same code and name, which differ in the prefecture's name only, are one unit.
pub(crate) fn units(csv: &str) -> Vec<Unit> {
    let mut records: Vec<Record<'_>> = csv.lines().skip(1).map(record).collect();
    records.sort_by_key(|record| (record.code, record.from));

    let mut units: Vec<Unit> = Vec::new();
    let mut origins: Vec<&Record<'_>> = Vec::new();
    for record in &records {
        let like = units.iter_mut().zip(&mut origins).rev();
        let mut like = like.take_while(|(unit, _)| unit.code == u64::from(record.code));
        if let Some((unit, origin)) = like.find(|(unit, _)| *unit.name == *record.name) {
            unit.until = record.until;
            *origin = record;
            continue;
        }
        units.push(Unit {
            code: u64::from(record.code),
            name: record.name.into(),
            parent: NONE,
            main: NONE,
            from: record.from,
            until: record.until,
            level: record.level,
            members: Box::default(),
        });
        origins.push(record);
    }

    let by_code = by_code(&units);
    for idx in 0..units.len() {
        if units[idx].until == 0 {
            units[idx].main = number(idx);
            units[idx].parent = parent_in_use(&units, &by_code, idx);
        }
    }
    for idx in 0..units.len() {
        if units[idx].until != 0 {
            let mut found = Vec::new();
            successors(&units, &origins, &by_code, idx, 0, &mut found);
            found.sort_unstable();
            found.dedup();
            units[idx].main = main_successor(&units, idx, &found);
            units[idx].members = found.into();
        }
    }
    abolished_prefectures(&mut units, &origins);
    for idx in 0..units.len() {
        if units[idx].until != 0 {
            units[idx].parent = parent_of_old(&units, origins[idx], idx);
        }
    }
    units
}

fn record(line: &str) -> Record<'_> {
    let fields: Vec<&str> = line.split(',').collect();
    let [
        code,
        province,
        prefecture,
        name,
        level,
        _,
        from,
        until,
        successors,
    ] = fields[..]
    else {
        panic!("not nine fields: {line}");
    };
    let split = |entry: &str| {
        let (code, year) = entry
            .split_once('[')
            .map_or((entry, None), |(code, year)| (code, Some(year.to_owned())));
        (code.parse().expect("successors are codes"), year)
    };
    let successors: Vec<(u32, Option<String>)> = successors
        .split(';')
        .filter(|entry| !entry.is_empty())
        .map(split)
        .collect();
    let is_whole = successors.iter().any(|(_, year)| year.is_none());
    Record {
        code: code.parse().expect("codes are numbers"),
        province,
        prefecture,
        name,
        level: match level {
            "省级" => UnitLevel::Province,
            "地级" => UnitLevel::Prefecture,
            "县级" => UnitLevel::County,
            _ => panic!("unknown level: {line}"),
        },
        from: from.parse().expect("years are numbers"),
        until: until.parse().unwrap_or(0),
        successors: successors
            .into_iter()
            .filter(|(_, year)| year.is_none() || !is_whole)
            .map(|(code, _)| code)
            .collect(),
    }
}

fn by_code(units: &[Unit]) -> BTreeMap<u64, Vec<usize>> {
    let mut by_code: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (idx, unit) in units.iter().enumerate() {
        by_code.entry(unit.code).or_default().push(idx);
    }
    by_code
}

/// The unit in use with a code.
fn in_use(units: &[Unit], by_code: &BTreeMap<u64, Vec<usize>>, code: u64) -> Option<usize> {
    let like = by_code.get(&code)?;
    like.iter().copied().find(|idx| units[*idx].until == 0)
}

/// A prefecture is below its province, a county below its prefecture if it has one.
fn parent_in_use(units: &[Unit], by_code: &BTreeMap<u64, Vec<usize>>, idx: usize) -> u16 {
    let code = units[idx].code;
    let above = [code / 100 * 100, code / 10000 * 10000];
    above
        .into_iter()
        .filter(|above| *above != code)
        .find_map(|above| in_use(units, by_code, above))
        .map_or(NONE, number)
}

/// Collects the units in use that an old one has become.
fn successors(
    units: &[Unit],
    origins: &[&Record<'_>],
    by_code: &BTreeMap<u64, Vec<usize>>,
    idx: usize,
    depth: usize,
    found: &mut Vec<u16>,
) {
    // The record of the same code that begins where this one ends is the unit under its new name.
    let renamed = by_code[&units[idx].code]
        .iter()
        .copied()
        .find(|other| *other != idx && units[*other].from == units[idx].until);
    let next: Vec<usize> = match renamed {
        Some(renamed) => vec![renamed],
        None => origins[idx]
            .successors
            .iter()
            .filter_map(|code| {
                let like = by_code.get(&u64::from(*code))?;
                let after = |other: &&usize| {
                    let until = units[**other].until;
                    until == 0 || until > units[idx].until
                };
                like.iter().find(after).copied()
            })
            .collect(),
    };
    for next in next {
        if units[next].until == 0 {
            found.push(number(next));
        } else if depth < 12 {
            successors(units, origins, by_code, next, depth + 1, found);
        }
    }
}

/// The one unit that continues an old one: its only successor, or the one of its short name.
fn main_successor(units: &[Unit], idx: usize, found: &[u16]) -> u16 {
    if let [only] = found {
        return *only;
    }
    let short = short_name(&units[idx].name).unwrap_or(&units[idx].name);
    let mut like = found
        .iter()
        .filter(|found| short_name(&units[usize::from(**found)].name) == Some(short));
    match (like.next(), like.next()) {
        (Some(only), None) => *only,
        _ => NONE,
    }
}

/// Prefectures that were dissolved have no successors in the table: those of their counties tell.
fn abolished_prefectures(units: &mut [Unit], origins: &[&Record<'_>]) {
    for idx in 0..units.len() {
        let unit = &units[idx];
        if unit.level != UnitLevel::Prefecture || unit.until == 0 || !unit.members.is_empty() {
            continue;
        }
        // The counties that were below it at its end.
        let counties: Vec<usize> = (0..units.len())
            .filter(|county| {
                units[*county].level == UnitLevel::County
                    && units[*county].code / 100 == unit.code / 100
                    && units[*county].until == unit.until
                    && origins[*county].province == origins[idx].province
            })
            .collect();
        let mut heirs: Vec<u16> = counties
            .iter()
            .flat_map(|county| units[*county].members.iter().copied())
            .collect();
        heirs.sort_unstable();
        heirs.dedup();
        if heirs.is_empty() {
            continue;
        }
        let mut above: BTreeMap<u16, usize> = BTreeMap::new();
        for heir in &heirs {
            let parent = units[usize::from(*heir)].parent;
            if parent != NONE {
                *above.entry(parent).or_default() += 1;
            }
        }
        let short = short_name(&unit.name);
        let named = |heir: &&u16| short_name(&units[usize::from(**heir)].name) == short;
        let largest = above.iter().max_by_key(|(_, n)| **n);
        let main = above
            .keys()
            .find(named)
            .or_else(|| heirs.iter().find(named))
            .copied()
            .or_else(|| {
                let (parent, n) = largest?;
                (n * 5 >= heirs.len() * 4).then_some(*parent)
            });
        let unit = &mut units[idx];
        unit.main = main.unwrap_or(NONE);
        unit.members = match main {
            Some(main) if above.contains_key(&main) => Box::new([main]),
            _ => heirs.into(),
        };
    }
}

/// Where an old unit would be today: below what its prefecture is now, or what is above its successors.
fn parent_of_old(units: &[Unit], origin: &Record<'_>, idx: usize) -> u16 {
    let main = units[idx].main;
    if main != NONE {
        return units[usize::from(main)].parent;
    }
    let mut parents = units[idx]
        .members
        .iter()
        .map(|member| units[usize::from(*member)].parent);
    if let Some(first) = parents.next()
        && parents.all(|parent| parent == first)
    {
        return first;
    }
    let named = |name: &str, level: UnitLevel| {
        let like = units
            .iter()
            .filter(|unit| unit.level == level && *unit.name == *name);
        let like = like.filter(|unit| unit.code / 10000 == u64::from(origin.code) / 10000);
        like.map(|unit| unit.main).find(|main| *main != NONE)
    };
    named(origin.prefecture, UnitLevel::Prefecture)
        .filter(|parent| usize::from(*parent) != idx)
        .or_else(|| named(origin.province, UnitLevel::Province))
        .unwrap_or(NONE)
}

fn number(idx: usize) -> u16 {
    u16::try_from(idx).expect("there are fewer than 65,535 units")
}
