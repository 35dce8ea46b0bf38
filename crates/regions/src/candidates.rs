//! What a name may mean at a time, and which meaning goes before which.

use crate::format::{Form, Key, UnitLevel};
use crate::table::{Id, Table};

/// A meaning of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// What it is today, or the unit of the past where it has no single successor.
    pub(crate) unit: u16,
    /// The unit the name is of, which may be one of the past.
    pub(crate) named: u16,
    pub(crate) form: Form,
}

/// The meanings of `key` in an article of a year, or of today.
///
/// Units of that year go before units that were abolished earlier, and those before later ones.
/// Full names go before short ones.
pub(crate) fn of_key(table: &Table, key: &Key, year: Option<u16>, found: &mut Vec<Candidate>) {
    found.clear();
    let is_timely = |unit: u16| {
        let unit = table.unit(unit);
        match year {
            None => unit.until == 0,
            Some(year) => unit.from <= year && (unit.until == 0 || year <= unit.until),
        }
    };
    // A short name of the past is remembered only of places that were large or are not long gone.
    let is_remembered = |unit: u16, form: Form| {
        let unit = table.unit(unit);
        unit.until != 0
            && year.is_none_or(|year| unit.until < year)
            && (form != Form::Short
                || (unit.level < UnitLevel::County || unit.name.ends_with('市'))
                    && unit.until >= 2000)
    };
    collect(table, key, found, |unit, _| is_timely(unit));
    if found.is_empty() {
        collect(table, key, found, is_remembered);
    }
    if found.is_empty() && year.is_some() {
        collect(table, key, found, |unit, _| table.unit(unit).until == 0);
    }
    if found.iter().any(|candidate| candidate.form <= Form::Alias) {
        found.retain(|candidate| candidate.form <= Form::Alias);
    }
}

fn collect(
    table: &Table,
    key: &Key,
    found: &mut Vec<Candidate>,
    is_taken: impl Fn(u16, Form) -> bool,
) {
    for (named, form) in &key.postings {
        if !is_taken(*named, *form) {
            continue;
        }
        let unit = table.today(*named);
        if !found.iter().any(|candidate| candidate.unit == unit) {
            found.push(Candidate {
                unit,
                named: *named,
                form: *form,
            });
        }
    }
}

/// The meanings that a name has by itself, without others beside it.
///
/// Of a place and one inside it the larger is meant (吉林 is the province, 抚顺 the city, not the county),
/// and a district's bare short name stands behind that of a city or province (西安, 海南).
pub(crate) fn dominant(table: &Table, candidates: &[Candidate]) -> Vec<Candidate> {
    let is_district = |candidate: &Candidate| {
        candidate.form == Form::Short
            && table.unit(candidate.unit).level == UnitLevel::County
            && table.unit(candidate.unit).name.ends_with('区')
    };
    let has_city = candidates.iter().any(|candidate| {
        matches!(
            table.unit(candidate.unit).level,
            UnitLevel::Province | UnitLevel::Prefecture
        )
    });
    let is_dominated = |candidate: &Candidate| {
        let is_inside = |other: &Candidate| {
            table.is_below(Id::of_unit(candidate.unit), Id::of_unit(other.unit))
        };
        candidates.iter().any(is_inside) || has_city && is_district(candidate)
    };
    candidates
        .iter()
        .filter(|candidate| !is_dominated(candidate))
        .copied()
        .collect()
}
