//! Days as Chinese readers write them: `2023年12月`, `去年底`, `近三天`, `2023-01..2023-06`.
//!
//! A value is a span of whole days; `docs/query.md` lists the forms. Where a form leaves
//! the year out, the latest such day that is not in the future is meant, for news is of the past.

mod calendar;
mod recent;

use jiff::civil::Date;

use super::numerals;

/// A span of days, both ends included; `None` is without end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Days {
    /// The first day.
    pub(crate) since: Option<Date>,
    /// The last day.
    pub(crate) until: Option<Date>,
    /// Whether the ends were written the wrong way round; they have been exchanged.
    pub(crate) reversed: bool,
}

impl Days {
    fn between(since: Date, until: Date) -> Self {
        Self {
            since: Some(since),
            until: Some(until),
            reversed: false,
        }
    }

    fn from(since: Option<Date>) -> Self {
        Self {
            since,
            until: None,
            reversed: false,
        }
    }

    fn to(until: Option<Date>) -> Self {
        Self {
            since: None,
            until,
            reversed: false,
        }
    }

    fn on(day: Date) -> Self {
        Self::between(day, day)
    }
}

/// Longer values than any form has; what is longer is not looked at.
const MAX_VALUE: usize = 64;

/// Reads a day, a span or a range of them; `None` where it is none.
pub(crate) fn parse(value: &str, today: Date) -> Option<Days> {
    if value.chars().count() > MAX_VALUE {
        return None;
    }
    let value = normalise(value);
    span(&value, today).or_else(|| range(&value, today))
}

/// One span without a range sign, with what may follow it: `以来`, `之前`.
fn span(value: &str, today: Date) -> Option<Days> {
    if let Some(days) = plain(value, today, None) {
        return Some(days);
    }
    for suffix in ["以来", "至今", "到现在", "以后", "之后", "起", "开始", "后"] {
        if let Some(days) = before(value, suffix, today) {
            return Some(Days::from(days.since));
        }
    }
    for suffix in ["以前", "之前", "前"] {
        if let Some(days) = before(value, suffix, today) {
            return Some(Days::to(days.since?.yesterday().ok()));
        }
    }
    for suffix in ["为止", "止"] {
        if let Some(days) = before(value, suffix, today) {
            return Some(Days::to(days.until));
        }
    }
    None
}

fn before(value: &str, suffix: &str, today: Date) -> Option<Days> {
    plain(value.strip_suffix(suffix)?, today, None)
}

/// `A..B` and its Chinese and shorter forms; either end may be missing.
fn range(value: &str, today: Date) -> Option<Days> {
    for sign in ["..", "…", "~", "—", "–", "至", "到", "-"] {
        for (at, _) in value.match_indices(sign) {
            let (left, right) = (&value[..at], &value[at + sign.len()..]);
            // `...`, `……` and `——` are the same sign written long.
            let right = right.trim_start_matches(['.', '…', '—']);
            if let Some(days) = ends(left, right, sign == "-", today) {
                return Some(days);
            }
        }
    }
    None
}

fn ends(left: &str, right: &str, both: bool, today: Date) -> Option<Days> {
    match (left.is_empty(), right.is_empty()) {
        (true, true) => None,
        (true, false) if !both => Some(Days::to(plain(right, today, None)?.until)),
        (false, true) if !both => Some(Days::from(plain(left, today, None)?.since)),
        (false, false) => {
            let first = plain(left, today, None).or_else(|| {
                // 1至6月, 2023年1-6月, 5-8日: the unit is said once.
                let unit = right.chars().next_back()?;
                let said_once = left.ends_with(|c: char| c.is_ascii_digit());
                let unit = matches!(unit, '月' | '日' | '号').then_some(unit)?;
                plain(
                    &format!("{left}{}", said_once.then_some(unit)?),
                    today,
                    None,
                )
            })?;
            let since = first.since?;
            if matches!(right, "今" | "现在") {
                return Some(Days::from(first.since));
            }
            let last = plain(right, today, Some(since))?;
            let reversed = last.until < first.since;
            let (first, last) = if reversed {
                (last, first)
            } else {
                (first, last)
            };
            Some(Days {
                since: first.since,
                until: last.until,
                reversed,
            })
        }
        _ => None,
    }
}

/// One day, month, year or other span. `after` is the beginning of a range that this ends,
/// from which it takes the year and the month that it leaves out.
fn plain(value: &str, today: Date, after: Option<Date>) -> Option<Days> {
    recent::parse(value, today).or_else(|| calendar::parse(value, today, after))
}

/// Full-width → half-width, Chinese numerals → digits, no white space.
fn normalise(value: &str) -> String {
    let mut narrow = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '～' => narrow.push('~'),
            // The full-width forms of ASCII lie in the same order.
            '！'..='～' => {
                let ascii = u32::from(c) - 0xFEE0;
                narrow.extend(char::from_u32(ascii).map(|c| c.to_ascii_lowercase()));
            }
            c if c.is_whitespace() => {}
            c => narrow.push(c.to_ascii_lowercase()),
        }
    }
    numerals::to_digits(&narrow).replace("元月", "1月")
}

/// Reads from the front of a value.
#[derive(Clone, Copy)]
struct Cursor<'a>(&'a str);

impl<'a> Cursor<'a> {
    fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// Takes one of some words, the first that is there.
    fn eat<T: Copy>(&mut self, words: &[(&str, T)]) -> Option<T> {
        words.iter().find_map(|(word, meaning)| {
            self.0 = self.0.strip_prefix(word)?;
            Some(*meaning)
        })
    }

    fn eat_str(&mut self, words: &[&str]) -> bool {
        words
            .iter()
            .find_map(|word| self.0.strip_prefix(word))
            .map(|rest| self.0 = rest)
            .is_some()
    }

    /// The digits at the front, not taken.
    fn digits(self) -> &'a str {
        let end = self.0.find(|c: char| !c.is_ascii_digit());
        &self.0[..end.unwrap_or(self.0.len())]
    }

    /// Takes a number of at most so many digits.
    fn number(&mut self, most_digits: usize) -> Option<i16> {
        let digits = self.digits();
        if digits.len() > most_digits {
            return None;
        }
        let number = digits.parse().ok()?;
        self.0 = &self.0[digits.len()..];
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn values() {
        // A Friday.
        let today = date(2024, 3, 15);
        let cases = include_str!("../../../../tests/query/dates.txt");
        let mut n_cases = 0;
        let mut wrong = Vec::new();
        for line in cases.lines().filter(|line| !line.starts_with('#')) {
            let Some((value, expect)) = line.split_once('\t') else {
                assert!(line.is_empty(), "no tab in {line:?}");
                continue;
            };
            let end = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
            let got = match parse(value, today) {
                Some(days) => format!("{}..{}", end(days.since), end(days.until)),
                None => "none".to_owned(),
            };
            if got != expect {
                wrong.push(format!("{value}: {got}, not {expect}"));
            }
            n_cases += 1;
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(n_cases > 100);
    }

    #[test]
    fn last_days_of_the_calendar() {
        for today in [Date::MIN, Date::MAX] {
            for value in [
                "近三天",
                "近9999年",
                "上周",
                "下周五",
                "明天",
                "去年",
                "明年底",
                "9999年底",
                "9999-12..",
                "本月",
                "下个月",
                "上月底",
                "12月",
                "31日",
            ] {
                let _ = parse(value, today);
            }
        }
    }
}
