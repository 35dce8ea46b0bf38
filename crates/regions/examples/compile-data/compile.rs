//! Puts the divisions and the lists together.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::divisions;
use crate::format::{Contents, Form, Key, NONE, Ordinary, Unit, UnitLevel};
use crate::names::{plain_name, short_name, suffix};

/// The first code of macro-regions, which have none of their own.
const FIRST_MACRO: u64 = 900_001;

/// The first number of functional areas below their parent's code.
const FIRST_AREA: u64 = 901;

/// The compiled table.
pub(crate) fn compile(csv: &str, data: &Path) -> Vec<u8> {
    let list = |name: &str| fs::read_to_string(data.join(name)).expect("the lists are there");
    let mut units = divisions::units(csv.trim_start_matches('\u{feff}'));
    let mut names = Names::default();
    division_names(&units, &mut names);
    for [path, aliases] in rows(&list("aliases.tsv")) {
        let unit = find(&units, path);
        for alias in aliases.split(' ') {
            let form = if suffix(alias).is_some() {
                Form::Alias
            } else {
                Form::Short
            };
            names.add(alias, unit, form);
        }
    }
    areas(&list("areas.tsv"), &mut units, &mut names);
    macro_regions(&list("macro-regions.tsv"), &mut units, &mut names);
    abbreviations(&list("abbreviations.tsv"), &units, &mut names);
    let contents = Contents {
        keys: names.keys(&list("ordinary.txt")),
        units,
        trie: Vec::new(),
    };
    let keys = contents.keys.iter().map(|key| &*key.name);
    let trie = crawdad::Trie::from_keys(keys).expect("names are sorted, not empty and different");
    Contents {
        trie: trie.serialize_to_vec(),
        ..contents
    }
    .write()
}

/// Names and what they may mean.
#[derive(Default)]
struct Names(BTreeMap<String, Vec<(u16, Form)>>);

impl Names {
    fn add(&mut self, name: &str, unit: u16, form: Form) {
        let postings = self.0.entry(name.to_owned()).or_default();
        if !postings.iter().any(|(known, _)| *known == unit) {
            postings.push((unit, form));
        }
    }

    fn keys(self, ordinary: &str) -> Vec<Key> {
        let mut grades: BTreeMap<&str, Ordinary> = BTreeMap::new();
        for line in ordinary.lines().filter(|line| !line.starts_with('#')) {
            let (grade, line) = match line.strip_prefix('+') {
                Some(line) => (Ordinary::Sometimes, line),
                None => (Ordinary::Mostly, line),
            };
            grades.extend(line.split_whitespace().map(|word| (word, grade)));
        }
        let key = |(name, postings): (String, Vec<(u16, Form)>)| Key {
            ordinary: grades.get(&*name).copied().unwrap_or(Ordinary::No),
            name: name.into(),
            postings: postings.into(),
        };
        self.0.into_iter().map(key).collect()
    }
}

/// Full names, plain names and short names of the divisions.
fn division_names(units: &[Unit], names: &mut Names) {
    for (idx, unit) in units.iter().enumerate() {
        let number = u16::try_from(idx).expect("units are numbered by u16");
        let is_old = unit.until != 0;
        // 东区, 郊区 and the like of the past are no names that anyone looks for.
        if is_old && unit.name.chars().count() == 2 && unit.name.ends_with('区') {
            continue;
        }
        names.add(&unit.name, number, Form::Full);
        if let Some(plain) = plain_name(&unit.name)
            && unit.level != UnitLevel::Province
        {
            names.add(&plain, number, Form::Alias);
        }
        let Some(short) = short_name(&unit.name) else {
            continue;
        };
        // 海南 is the province, whatever 海南藏族自治州 and 河南蒙古族自治县 would be in short.
        let province = units.iter().any(|other| {
            other.level == UnitLevel::Province && short_name(&other.name) == Some(short)
        });
        if province && matches!(suffix(&unit.name), Some("自治州" | "自治县" | "区")) {
            continue;
        }
        // A district of the past is hardly ever called by half its name.
        if is_old && unit.name.ends_with('区') && !unit.name.ends_with("地区") {
            continue;
        }
        names.add(short, number, Form::Short);
    }
}

fn areas(list: &str, units: &mut Vec<Unit>, names: &mut Names) {
    let mut numbers: BTreeMap<u16, u64> = BTreeMap::new();
    for row in lines(list) {
        let fields: Vec<&str> = row.split('\t').collect();
        let (name, path) = (fields[0], fields[1]);
        let parent = find(units, path);
        let number = numbers.entry(parent).or_insert(FIRST_AREA);
        let code = units[usize::from(parent)].code * 1000 + *number;
        *number += 1;
        let unit = push(units, code, name, parent, UnitLevel::Area);
        names.add(name, unit, Form::Full);
        for alias in fields.get(2).iter().flat_map(|aliases| aliases.split(' ')) {
            names.add(alias, unit, Form::Alias);
        }
    }
}

fn macro_regions(list: &str, units: &mut Vec<Unit>, names: &mut Names) {
    for (code, row) in (FIRST_MACRO..).zip(lines(list)) {
        let fields: Vec<&str> = row.split('\t').collect();
        let members = fields[1].split(' ').map(|path| find(units, path)).collect();
        let unit = push(units, code, fields[0], NONE, UnitLevel::Macro);
        units[usize::from(unit)].members = members;
        names.add(fields[0], unit, Form::Full);
        for alias in fields.get(2).iter().flat_map(|aliases| aliases.split(' ')) {
            names.add(alias, unit, Form::Alias);
        }
    }
}

fn abbreviations(list: &str, units: &[Unit], names: &mut Names) {
    let mut letters: BTreeMap<char, u16> = BTreeMap::new();
    for [letter, rest] in rows(list) {
        if letter != "patterns" {
            let letter = letter.chars().next().expect("a letter is there");
            letters.insert(letter, find(units, rest));
            continue;
        }
        for pattern in rest.split(' ') {
            let units: Option<Vec<u16>> =
                pattern.chars().map(|c| letters.get(&c).copied()).collect();
            let Some(units) = units else { continue };
            if !names.0.contains_key(pattern) {
                let postings = units
                    .into_iter()
                    .map(|unit| (unit, Form::Letters))
                    .collect();
                names.0.insert(pattern.to_owned(), postings);
            }
        }
    }
}

fn push(units: &mut Vec<Unit>, code: u64, name: &str, parent: u16, level: UnitLevel) -> u16 {
    let number = u16::try_from(units.len()).expect("units are numbered by u16");
    units.push(Unit {
        code,
        name: name.into(),
        parent,
        main: number,
        from: 0,
        until: 0,
        level,
        members: Box::default(),
    });
    number
}

/// The division in use with a path of full names.
fn find(units: &[Unit], path: &str) -> u16 {
    let mut at = NONE;
    for name in path.split('/') {
        let found = units
            .iter()
            .position(|unit| unit.until == 0 && unit.parent == at && *unit.name == *name)
            .unwrap_or_else(|| panic!("no such place: {path}"));
        at = u16::try_from(found).expect("units are numbered by u16");
    }
    at
}

fn lines(list: &str) -> impl Iterator<Item = &str> {
    list.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn rows(list: &str) -> impl Iterator<Item = [&str; 2]> {
    lines(list).map(|line| {
        let (first, second) = line.split_once('\t').expect("a row has two fields");
        [first, second]
    })
}
