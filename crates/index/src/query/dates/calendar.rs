//! Days of the calendar: `2023`, `2023-12-05`, `去年12月`, `上半年`, `12月下旬`.

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Cursor, Days};

/// A part of a year or a month that has no number, as its first and last month or day.
type Part = (i8, i8);

/// Parts of a year, in months.
const OF_YEAR: &[(&str, Part)] = &[
    ("全年", (1, 12)),
    ("上半年", (1, 6)),
    ("下半年", (7, 12)),
    ("年初", (1, 1)),
    ("年中", (6, 7)),
    ("年底", (12, 12)),
    ("年末", (12, 12)),
    ("岁末", (12, 12)),
    ("初", (1, 1)),
    ("中", (6, 7)),
    ("底", (12, 12)),
    ("末", (12, 12)),
];

/// Parts of a month, in days; 31 stands for the last.
const OF_MONTH: &[(&str, Part)] = &[
    ("上旬", (1, 10)),
    ("中旬", (11, 20)),
    ("下旬", (21, 31)),
    ("初", (1, 10)),
    ("中", (11, 20)),
    ("底", (21, 31)),
    ("末", (21, 31)),
];

pub(super) fn parse(value: &str, today: Date, after: Option<Date>) -> Option<Days> {
    compact(value)
        .or_else(|| decade(value))
        .or_else(|| with_year(value, today))
        .or_else(|| without_year(value, today, after))
}

/// `20231205`, `202312`
fn compact(value: &str) -> Option<Days> {
    if !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let year = value.get(..4)?.parse().ok().filter(|year| *year >= 1000)?;
    let month = || value.get(4..6)?.parse().ok();
    match value.len() {
        6 => month_of(year, month()?),
        8 => Some(Days::on(
            Date::new(year, month()?, value.get(6..)?.parse().ok()?).ok()?,
        )),
        _ => None,
    }
}

/// `90年代`, `1990年代`, `20世纪90年代`
fn decade(value: &str) -> Option<Days> {
    let mut cursor = Cursor(value.strip_suffix("年代")?);
    let century = if cursor.eat_str(&["20世纪", "上世纪"]) {
        1900
    } else if cursor.eat_str(&["21世纪", "本世纪"]) {
        2000
    } else {
        0
    };
    let number = cursor.number(4)?;
    let first = match number {
        0..=90 if century > 0 => century + number,
        // The tens that have not been since 2000 are those of before.
        30..=90 => 1900 + number,
        0..=20 => 2000 + number,
        1000..=9999 if century == 0 => number,
        _ => return None,
    };
    if !cursor.is_empty() || first % 10 != 0 {
        return None;
    }
    years(first, first + 9)
}

fn with_year(value: &str, today: Date) -> Option<Days> {
    let mut cursor = Cursor(value);
    let named = cursor.eat(&[
        ("今年", 0),
        ("本年", 0),
        ("去年", -1),
        ("上年", -1),
        ("大前年", -3),
        ("前年", -2),
        ("明年", 1),
        ("后年", 2),
    ]);
    let year = match named {
        Some(offset) => {
            cursor.eat_str(&["度", "的"]);
            today.year().checked_add(offset)?
        }
        None => {
            let n_digits = cursor.digits().len();
            let number = cursor.number(4)?;
            let said = cursor.eat_str(&["年度", "年份"]) || cursor.0.starts_with('年');
            // 2023年底 has one 年 for both words.
            let part_of_year = OF_YEAR.iter().any(|(part, _)| *part == cursor.0);
            if said && !part_of_year {
                cursor.eat_str(&["年"]);
            }
            match n_digits {
                4 if number >= 1000 => number,
                // 23年 is 2023, 98年 is 1998.
                2 if said && 2000 + number <= today.year() + 1 => 2000 + number,
                2 if said => 1900 + number,
                _ => return None,
            }
        }
    };
    if cursor.is_empty() {
        return years(year, year);
    }
    if let Some(sign) = ["-", "/", "."]
        .iter()
        .find(|sign| cursor.0.starts_with(**sign))
    {
        return numeric(cursor, sign, year);
    }
    rest_of_year(cursor, year)
}

/// `-12`, `/12/5`, with the same sign throughout.
fn numeric(mut cursor: Cursor, sign: &str, year: i16) -> Option<Days> {
    cursor.eat_str(&[sign]);
    let month = i8::try_from(cursor.number(2)?).ok()?;
    if cursor.is_empty() {
        return month_of(year, month);
    }
    if !cursor.eat_str(&[sign]) {
        return None;
    }
    let day = i8::try_from(cursor.number(2)?).ok()?;
    let day = Date::new(year, month, day).ok()?;
    cursor.is_empty().then(|| Days::on(day))
}

/// What follows a year: `底`, `上半年`, `一季度`, `12月`, `12月5日`.
fn rest_of_year(mut cursor: Cursor, year: i16) -> Option<Days> {
    if let Some((_, (first, last))) = OF_YEAR.iter().find(|(part, _)| *part == cursor.0) {
        return months(year, *first, *last);
    }
    if let Some(quarter) = quarter(cursor) {
        return months(year, 3 * quarter - 2, 3 * quarter);
    }
    let month = i8::try_from(cursor.number(2)?).ok()?;
    if !cursor.eat_str(&["月份", "月"]) {
        return None;
    }
    rest_of_month(cursor, year, month)
}

/// `第4季度`, `4季度`, `q4`
fn quarter(mut cursor: Cursor) -> Option<i8> {
    let latin = cursor.eat_str(&["q"]);
    cursor.eat_str(&["第"]);
    let number = i8::try_from(cursor.number(1)?).ok()?;
    let complete = if latin {
        cursor.is_empty()
    } else {
        matches!(cursor.0, "季度" | "季")
    };
    (complete && (1..=4).contains(&number)).then_some(number)
}

/// What follows a month: nothing, `下旬`, `5日`.
fn rest_of_month(mut cursor: Cursor, year: i16, month: i8) -> Option<Days> {
    if cursor.is_empty() {
        return month_of(year, month);
    }
    let first_day = Date::new(year, month, 1).ok()?;
    if let Some((_, (first, last))) = OF_MONTH.iter().find(|(part, _)| *part == cursor.0) {
        let last = first_day.days_in_month().min(*last);
        return Some(Days::between(
            Date::new(year, month, *first).ok()?,
            Date::new(year, month, last).ok()?,
        ));
    }
    let day = i8::try_from(cursor.number(2)?).ok()?;
    cursor.eat_str(&["日", "号"]);
    let day = Date::new(year, month, day).ok()?;
    cursor.is_empty().then(|| Days::on(day))
}

/// `上月底`, `12月`, `5日`, `上半年`, `月初`: of this year, or of the one before
/// if that would be in the future; after the beginning of a range, of its year or the next.
fn without_year(value: &str, today: Date, after: Option<Date>) -> Option<Days> {
    if let Some(days) = named_month(value, today) {
        return Some(days);
    }
    if let Some(days) = day_of_month(value, today, after) {
        return Some(days);
    }
    let cursor = Cursor(value);
    // 底 and 初 alone say nothing.
    if matches!(value, "初" | "中" | "底" | "末") {
        return None;
    }
    match after {
        Some(after) => {
            let days = rest_of_year(cursor, after.year())?;
            if days.until < Some(after) {
                return rest_of_year(cursor, after.year().checked_add(1)?);
            }
            Some(days)
        }
        None => {
            let this = rest_of_year(cursor, today.year());
            match this {
                Some(days) if days.since <= Some(today) => Some(days),
                _ => rest_of_year(cursor, today.year().checked_sub(1)?),
            }
        }
    }
}

fn named_month(value: &str, today: Date) -> Option<Days> {
    let mut cursor = Cursor(value);
    let offset: i64 = cursor
        .eat(&[
            ("本月", 0),
            ("这个月", 0),
            ("这月", 0),
            ("当月", 0),
            ("上上个月", -2),
            ("上个月", -1),
            ("上月", -1),
            ("下个月", 1),
            ("下月", 1),
        ])
        .or_else(|| {
            let part = OF_MONTH
                .iter()
                .any(|(part, _)| value.strip_prefix('月') == Some(part));
            part.then(|| cursor.eat_str(&["月"])).map(|_| 0)
        })?;
    cursor.eat_str(&["份", "的"]);
    let month = today.first_of_month().checked_add(offset.months()).ok()?;
    rest_of_month(cursor, month.year(), month.month())
}

/// `5日`, `15号`
fn day_of_month(value: &str, today: Date, after: Option<Date>) -> Option<Days> {
    let mut cursor = Cursor(value);
    let day = i8::try_from(cursor.number(2)?).ok()?;
    if !matches!(cursor.0, "日" | "号") {
        return None;
    }
    if let Some(after) = after {
        return Some(Days::on(Date::new(after.year(), after.month(), day).ok()?));
    }
    // A month has no 31st, but one of two that follow each other has; February is the exception to that.
    (0..3).find_map(|back: i64| {
        let month = today.first_of_month().checked_sub(back.months()).ok()?;
        let date = Date::new(month.year(), month.month(), day).ok()?;
        (date <= today).then(|| Days::on(date))
    })
}

fn years(first: i16, last: i16) -> Option<Days> {
    Some(Days::between(
        Date::new(first, 1, 1).ok()?,
        Date::new(last, 12, 31).ok()?,
    ))
}

fn month_of(year: i16, month: i8) -> Option<Days> {
    months(year, month, month)
}

fn months(year: i16, first: i8, last: i8) -> Option<Days> {
    Some(Days::between(
        Date::new(year, first, 1).ok()?,
        Date::new(year, last, 1).ok()?.last_of_month(),
    ))
}
