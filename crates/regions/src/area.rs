//! Functional areas that every city may have: 高新区, 经开区 and so on.
//!
//! They are no divisions and have no official code; each is of the place before
//! its name (鞍山高新区), or of the place an article is about (高新区 alone).

use std::sync::LazyLock;

use crate::names::short_name;
use crate::phrases::Phrases;

/// The kinds: the name that is used in paths, and how it is written in texts, the longest first.
///
/// An area's kind is its place here, from 1.
pub(crate) const KINDS: [(&str, &[&str]); 5] = [
    (
        "高新区",
        &[
            "国家高新技术产业开发区",
            "高新技术产业开发区",
            "高新技术开发区",
            "国家高新区",
            "高新区",
        ],
    ),
    (
        "经开区",
        &[
            "国家级经济技术开发区",
            "国家经济技术开发区",
            "经济技术开发区",
            "经济开发区",
            "国家级经开区",
            "经开区",
        ],
    ),
    ("综保区", &["综合保税区", "保税港区", "综保区", "保税区"]),
    (
        "自贸区",
        &[
            "自由贸易试验区",
            "自由贸易区",
            "自贸试验区",
            "自贸片区",
            "自贸区",
        ],
    ),
    ("开发区", &["开发区"]),
];

/// The first of the numbers that follow the parent's code.
const FIRST_NUMBER: u64 = 801;

/// All ways of writing, one after the other.
static NAMES: LazyLock<Phrases> =
    LazyLock::new(|| Phrases::new(KINDS.iter().flat_map(|(_, names)| names.iter().copied())));

/// The first two characters of each way of writing.
pub(crate) fn beginnings() -> impl Iterator<Item = (char, char)> {
    let names = KINDS.iter().flat_map(|(_, names)| *names);
    names.filter_map(|name| {
        let mut chars = name.chars();
        Some((chars.next()?, chars.next()?))
    })
}

/// The kind of the area whose name `text` begins with, and the name's characters.
pub(crate) fn at(text: &[char]) -> Option<(u8, usize)> {
    let (len, mut number) = NAMES.at(text)?;
    for (kind, (_, names)) in (1..).zip(KINDS) {
        match number.checked_sub(names.len()) {
            Some(rest) => number = rest,
            None => return Some((kind, len)),
        }
    }
    None
}

/// The name of the area of a unit.
pub(crate) fn name(unit: &str, kind: u8) -> String {
    let (name, _) = KINDS[usize::from(kind) - 1];
    format!("{}{name}", short_name(unit).unwrap_or(unit))
}

/// The code of the area of a unit.
pub(crate) fn code(unit: u64, kind: u8) -> u64 {
    unit * 1000 + FIRST_NUMBER + u64::from(kind) - 1
}

/// The kind whose name ends `name`, and what is before it.
pub(crate) fn split(name: &str) -> Option<(&str, u8)> {
    (1..).zip(KINDS).find_map(|(kind, (_, names))| {
        let before = names.iter().find_map(|area| name.strip_suffix(area))?;
        Some((before, kind))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_areas() {
        for (text, expect) in [
            ("高新区管委会", Some((1, 3))),
            ("国家高新技术产业开发区内", Some((1, 11))),
            ("经济技术开发区", Some((2, 7))),
            ("综合保税区", Some((3, 5))),
            ("自贸区", Some((4, 3))),
            ("开发区", Some((5, 3))),
            ("高新技术企业", None),
            ("", None),
        ] {
            let text: Vec<char> = text.chars().collect();
            assert_eq!(at(&text), expect, "{text:?}");
        }
        assert_eq!(name("鞍山市", 1), "鞍山高新区");
        assert_eq!(split("鞍山高新区"), Some(("鞍山", 1)));
        assert_eq!(split("鞍山市高新技术产业开发区"), Some(("鞍山市", 1)));
    }
}
