//! Days, weeks, months and years.

use std::fmt;
use std::str::FromStr;

use jiff::ToSpan as _;
use jiff::civil::{Date, ISOWeekDate, Weekday};

/// How long the spans of time are that articles are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum Interval {
    /// Days.
    Day,
    /// Weeks from Monday to Sunday, numbered as ISO 8601 does it.
    Week,
    /// Months of the calendar.
    #[default]
    Month,
    /// Years of the calendar.
    Year,
}

/// A day, week, month or year of the calendar.
///
/// It is written `2024-01-03`, `2024-W01`, `2024-01` or `2024`. The week of a day follows ISO 8601: week 1 is the one
/// with the year's first Thursday, so that 2024-12-30 is in `2025-W01` and 2023-01-01 in `2022-W52`.
///
/// Periods are ordered by time, and of those that begin together the shorter comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    first: Date,
    interval: Interval,
}

/// A text is not a [`Period`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a day, week, month or year like `2024-01-03`, `2024-W01`, `2024-01` or `2024`: `{text}`"
)]
pub struct PeriodError {
    text: String,
}

impl Period {
    /// The period of this length that has a day in it.
    #[must_use]
    pub fn containing(day: Date, interval: Interval) -> Self {
        let first = match interval {
            Interval::Day => day,
            Interval::Week => {
                let past = i32::from(day.weekday().to_monday_zero_offset());
                day.saturating_sub(past.days())
            }
            Interval::Month => day.first_of_month(),
            Interval::Year => day.first_of_year(),
        };
        Self { interval, first }
    }

    /// How long it is.
    #[must_use]
    pub fn interval(self) -> Interval {
        self.interval
    }

    /// Its first day.
    #[must_use]
    pub fn first(self) -> Date {
        self.first
    }

    /// Its last day.
    #[must_use]
    pub fn last(self) -> Date {
        match self.interval {
            Interval::Day => self.first,
            Interval::Week => self.first.saturating_add(6.days()),
            Interval::Month => self.first.last_of_month(),
            Interval::Year => self.first.last_of_year(),
        }
    }

    /// The period after it; `None` at the end of time, which is the year 9999.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        let first = self.last().tomorrow().ok()?;
        Some(Self { first, ..self })
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.interval {
            Interval::Day => self.first.to_string(),
            Interval::Week => {
                let week = self.first.iso_week_date();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            Interval::Month => format!("{:04}-{:02}", self.first.year(), self.first.month()),
            Interval::Year => format!("{:04}", self.first.year()),
        };
        f.pad(&text)
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    /// Reads what [`Display`](fmt::Display) writes, also with 年月日 or `/` between the numbers.
    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let plain = text
            .trim()
            .replace(['年', '月', '/'], "-")
            .replace(['日', '号'], "");
        parse(plain.trim_end_matches('-')).ok_or_else(|| PeriodError {
            text: text.to_owned(),
        })
    }
}

fn parse(text: &str) -> Option<Period> {
    let parts: Vec<&str> = text.split('-').collect();
    let (year, rest) = parts.split_first()?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if year.len() != 4 || !digits(year) {
        return None;
    }
    let year: i16 = year.parse().ok()?;
    let small = |text: &str| -> Option<i8> {
        (digits(text) && text.len() <= 2).then(|| text.parse().ok())?
    };
    let (interval, first) = match rest {
        [] => (Interval::Year, Date::new(year, 1, 1).ok()?),
        [week] if week.starts_with(['W', 'w']) => {
            let week = ISOWeekDate::new(year, small(&week[1..])?, Weekday::Monday).ok()?;
            (Interval::Week, week.date())
        }
        [month] => (Interval::Month, Date::new(year, small(month)?, 1).ok()?),
        [month, day] => (
            Interval::Day,
            Date::new(year, small(month)?, small(day)?).ok()?,
        ),
        _ => return None,
    };
    Some(Period { interval, first })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_in_their_periods() {
        for (day, week, month, year) in [
            ("2024-01-03", "2024-W01", "2024-01", "2024"),
            // The ISO year of a week is that of its Thursday.
            ("2023-01-01", "2022-W52", "2023-01", "2023"),
            ("2021-01-03", "2020-W53", "2021-01", "2021"),
            ("2021-01-04", "2021-W01", "2021-01", "2021"),
            ("2024-12-30", "2025-W01", "2024-12", "2024"),
            ("2024-12-29", "2024-W52", "2024-12", "2024"),
            ("2024-02-29", "2024-W09", "2024-02", "2024"),
        ] {
            let date: Date = day.parse().unwrap();
            for (interval, expect) in [
                (Interval::Day, day),
                (Interval::Week, week),
                (Interval::Month, month),
                (Interval::Year, year),
            ] {
                let period = Period::containing(date, interval);
                assert_eq!(period.to_string(), expect, "{day}");
                assert!(period.first() <= date && date <= period.last(), "{day}");
                assert_eq!(expect.parse(), Ok(period), "{day}");
            }
        }
    }

    #[test]
    fn periods_follow_each_other_without_gaps() {
        for interval in [
            Interval::Day,
            Interval::Week,
            Interval::Month,
            Interval::Year,
        ] {
            let mut period = Period::containing(jiff::civil::date(2019, 12, 28), interval);
            for _ in 0..900 {
                let next = period.next().unwrap();
                assert_eq!(next.first(), period.last().tomorrow().unwrap());
                assert_eq!(Period::containing(next.last(), interval), next);
                period = next;
            }
        }
        assert_eq!(Period::containing(Date::MAX, Interval::Week).next(), None);
        assert!(
            Period::containing(Date::MIN, Interval::Week)
                .next()
                .is_some()
        );
    }

    #[test]
    fn texts() {
        for (text, expect) in [
            ("2024年3月", Some("2024-03")),
            ("2024年3月5日", Some("2024-03-05")),
            ("2024/3/5", Some("2024-03-05")),
            ("2024-w9", Some("2024-W09")),
            ("2020-W53", Some("2020-W53")),
            ("2021-W53", None),
            ("2024-W00", None),
            ("2024-13", None),
            ("2024-02-30", None),
            ("24", None),
            ("-2024", None),
            ("2024-+3", None),
            ("2024-3-1-1", None),
            ("去年", None),
            ("", None),
        ] {
            let period = text.parse::<Period>().ok().map(|period| period.to_string());
            assert_eq!(period.as_deref(), expect, "{text}");
        }
    }
}
