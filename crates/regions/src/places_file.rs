//! Places of the user's: towns, parks, areas.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use fangzhi_segmentation::normalize::normalize;

use crate::error::{Error, Result};
use crate::format::{Form, NONE, Unit, UnitLevel};
use crate::gazetteer::Gazetteer;
use crate::names::short_name;
use crate::table::Table;

/// What names of towns end with.
const TOWN_SUFFIXES: [&str; 6] = ["街道", "镇", "乡", "苏木", "村", "社区"];

/// The first of the numbers that follow the parent's code.
const FIRST_NUMBER: u64 = 501;

/// How many such numbers there are.
const N_NUMBERS: u64 = 299;

/// The built-in table with the places of a file.
pub(crate) fn load(table: &Arc<Table>, path: &Path) -> Result<Table> {
    let text = fs::read_to_string(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })?;
    read(table, path, &text)
}

/// A table with the places of a file's text.
pub(crate) fn read(table: &Arc<Table>, path: &Path, text: &str) -> Result<Table> {
    parse(table, text).map_err(|(line, reason)| Error::Line {
        path: path.to_owned(),
        line,
        reason,
    })
}

/// Reads lines `name TAB parent [TAB further names, separated by spaces]`.
fn parse(table: &Arc<Table>, text: &str) -> std::result::Result<Table, (usize, String)> {
    let mut units = table.units.clone();
    let mut names: Vec<(String, u16, Form)> = Vec::new();
    let gazetteer = Gazetteer::of_table(table);
    for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let fields: Vec<&str> = line.split('\t').map(str::trim).collect();
        let (name, parent, further) = match fields[..] {
            [name, parent] => (name, parent, ""),
            [name, parent, further] => (name, parent, further),
            _ => {
                let reason = "expected `name TAB parent [TAB further names]`";
                return Err((number, reason.to_owned()));
            }
        };
        if name.is_empty() || name.contains('/') {
            return Err((number, format!("`{name}` is no name of a place")));
        }
        let parents = gazetteer.resolve(parent);
        let parent = match &parents[..] {
            [parent] if parent.id().area() == 0 => parent.id().unit(),
            [] => return Err((number, format!("there is no `{parent}`"))),
            [_] => return Err((number, format!("`{parent}` is no division"))),
            _ => {
                let paths: Vec<String> = parents.iter().map(ToString::to_string).collect();
                let paths = paths.join(" or ");
                return Err((number, format!("`{parent}` is ambiguous: {paths}")));
            }
        };
        let Ok(unit) = u16::try_from(units.len())
            .map_err(drop)
            .and_then(|unit| if unit == NONE { Err(()) } else { Ok(unit) })
        else {
            return Err((number, "there are too many places".to_owned()));
        };
        let is_town = TOWN_SUFFIXES.iter().any(|suffix| name.ends_with(suffix));
        units.push(Unit {
            code: code(&units, parent, name),
            name: name.into(),
            parent,
            main: unit,
            from: 0,
            until: 0,
            level: if is_town {
                UnitLevel::Town
            } else {
                UnitLevel::Area
            },
            members: Box::default(),
        });
        names.push((normalize(name).text().to_owned(), unit, Form::Full));
        for alias in further.split_whitespace() {
            names.push((normalize(alias).text().to_owned(), unit, Form::Alias));
        }
        if let Some(short) = short_name(name) {
            names.push((normalize(short).text().to_owned(), unit, Form::Short));
        }
    }
    Ok(table.with(units, names))
}

/// A code below the parent's that depends on the name only, as long as no two names meet.
fn code(units: &[Unit], parent: u16, name: &str) -> u64 {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let above = units[usize::from(parent)].code * 1000 + FIRST_NUMBER;
    let is_taken = |code: &u64| units.iter().any(|unit| unit.code == *code);
    let codes = (0..N_NUMBERS).map(|step| above + (hash + step) % N_NUMBERS);
    codes.clone().find(|code| !is_taken(code)).unwrap_or(above)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_added_under_their_parents() {
        let file = "# towns\n西柳镇\t辽宁/鞍山/海城\t西柳\n\n海城经济园\t海城市\n";
        let table = Arc::new(parse(&Table::built_in(), file).unwrap());
        let gazetteer = Gazetteer::of_table(&table);
        for name in ["西柳镇", "西柳", "海城/西柳", "海城经济园"] {
            let found = gazetteer.resolve(name);
            assert_eq!(found.len(), 1, "{name}");
            assert_eq!(found[0].ancestors().len(), 3, "{name}");
            let by_code = gazetteer.with_code(found[0].code());
            assert_eq!(by_code, found, "{name}");
        }
    }

    #[test]
    fn errors_name_the_line() {
        for (file, line, part) in [
            ("西柳镇\n", 1, "expected"),
            ("\n西柳镇\t没有这里\n", 2, "没有这里"),
            ("西柳镇\t海城\n", 1, "ambiguous"),
            ("a/b\t辽宁\n", 1, "no name"),
            ("\t辽宁\n", 1, "no name"),
            ("西柳镇\t鞍山高新区\n", 1, "no division"),
        ] {
            let error = parse(&Table::built_in(), file).err().unwrap();
            assert_eq!(error.0, line, "{file}");
            assert!(error.1.contains(part), "{file}: {}", error.1);
        }
    }
}
