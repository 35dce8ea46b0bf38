//! Days counted from today: `昨天`, `上周三`, `近三天`, `7d`.

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Cursor, Days};

/// What `几` stands for in `近几天`.
const A_FEW: i16 = 3;
/// How many days `最近` alone stands for.
const LATELY: i64 = 30;

pub(super) fn parse(value: &str, today: Date) -> Option<Days> {
    named_day(value, today)
        .or_else(|| week(value, today))
        .or_else(|| last(value, today))
}

fn named_day(value: &str, today: Date) -> Option<Days> {
    let offset: i64 = match value {
        "今天" | "今日" | "当天" | "today" => 0,
        "昨天" | "昨日" | "昨" | "昨晚" | "yesterday" => -1,
        "前天" | "前日" => -2,
        "大前天" => -3,
        "明天" | "明日" => 1,
        "后天" => 2,
        "最近" | "近期" | "近来" => return back(today, (LATELY - 1).days()),
        _ => return None,
    };
    Some(Days::on(today.checked_add(offset.days()).ok()?))
}

/// `上周`, `本周五`, `周末`. A week begins on Monday.
fn week(value: &str, today: Date) -> Option<Days> {
    let mut cursor = Cursor(value);
    let which = cursor.eat(&[("上上", -2), ("上", -1), ("本", 0), ("这", 0), ("下", 1)]);
    if which.is_some() {
        cursor.eat_str(&["1个", "个", "1"]);
    }
    if !cursor.eat_str(&["周", "星期", "礼拜"]) {
        return None;
    }
    let monday = today
        .checked_sub(i64::from(today.weekday().to_monday_zero_offset()).days())
        .ok()?
        .checked_add(which.unwrap_or(0).weeks())
        .ok()?;
    let (first, last) = match cursor.0 {
        "" if which.is_some() => (0, 6),
        "1" => (0, 0),
        "2" => (1, 1),
        "3" => (2, 2),
        "4" => (3, 3),
        "5" => (4, 4),
        "6" => (5, 5),
        "日" | "天" | "7" => (6, 6),
        "末" => (5, 6),
        _ => return None,
    };
    let mut days = Days::between(
        monday.checked_add(first.days()).ok()?,
        monday.checked_add(last.days()).ok()?,
    );
    if which.is_none() && days.since > Some(today) {
        let week_before = |day: Option<Date>| day?.checked_sub(1.week()).ok();
        days.since = week_before(days.since);
        days.until = week_before(days.until);
    }
    Some(days)
}

/// `近三天`, `最近一个月`, `过去半年`, `三天内`, `7d`; and the day `三天前`.
fn last(value: &str, today: Date) -> Option<Days> {
    #[derive(Clone, Copy)]
    enum Unit {
        Hour,
        Day,
        Week,
        Month,
        Quarter,
        Year,
    }
    let mut cursor = Cursor(value);
    let prefixed = cursor.eat_str(&["最近这", "最近", "近", "过去", "这"]);
    let half = cursor.eat_str(&["半"]);
    let count = if half {
        1
    } else if cursor.eat_str(&["几"]) {
        A_FEW
    } else {
        cursor.number(4)?
    };
    let latin = cursor.eat(&[
        ("h", Unit::Hour),
        ("d", Unit::Day),
        ("w", Unit::Week),
        ("m", Unit::Month),
        ("y", Unit::Year),
    ]);
    let unit = match latin {
        Some(_) if !cursor.is_empty() || half => return None,
        Some(unit) => unit,
        None => cursor.eat(&[
            ("个小时", Unit::Hour),
            ("小时", Unit::Hour),
            ("天", Unit::Day),
            ("日", Unit::Day),
            ("周年", Unit::Year),
            ("个星期", Unit::Week),
            ("个礼拜", Unit::Week),
            ("星期", Unit::Week),
            ("礼拜", Unit::Week),
            ("周", Unit::Week),
            ("个月", Unit::Month),
            ("月", Unit::Month),
            ("个季度", Unit::Quarter),
            ("季度", Unit::Quarter),
            ("年", Unit::Year),
        ])?,
    };
    // 2023年以来 counts nothing.
    if matches!(unit, Unit::Year) && count >= 1000 {
        return None;
    }
    let suffixed = cursor.eat_str(&["以内", "之内", "内", "以来", "来", "里", "间"]);
    // 三天 alone is a length, 12月 a month.
    let counted = prefixed || suffixed || latin.is_some();
    let n = i64::from(count);
    let span = match (unit, half) {
        (Unit::Hour, _) => ((n + 23) / 24).days(),
        // The days of 近三天 are today and the two before it.
        (Unit::Day, _) => (n.max(1) - 1).days(),
        (Unit::Week, _) => (7 * n.max(1) - 1).days(),
        (Unit::Month, true) => 14.days(),
        (Unit::Month, false) => n.months(),
        (Unit::Quarter, _) => (3 * n).months(),
        (Unit::Year, true) => 6.months(),
        (Unit::Year, false) => n.years(),
    };
    if cursor.is_empty() && counted {
        return back(today, span);
    }
    if !counted && matches!(cursor.0, "前" | "以前" | "之前") {
        let span = match unit {
            Unit::Hour => return None,
            Unit::Day => n.days(),
            Unit::Week => n.weeks(),
            _ => span,
        };
        return Some(Days::on(today.checked_sub(span).ok()?));
    }
    None
}

/// From so long ago to today.
fn back(today: Date, span: jiff::Span) -> Option<Days> {
    Some(Days::between(today.checked_sub(span).ok()?, today))
}
