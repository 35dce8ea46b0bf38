//! Times relative to the moment the page was fetched: `昨天 08:05`, `3小时前`.

use jiff::{Span, ToSpan};

use super::Found;
use super::cursor::Cursor;
use super::scan::with_clock;
use crate::time::{Precision, PublishTime};

/// Reads a moment relative to the time at which the page was fetched: `昨天 08:05`, `3小时前`, `5分钟前`, `刚刚`.
#[must_use]
pub(crate) fn find_relative(text: &str, fetched: PublishTime) -> Option<Found> {
    const DAYS: [(&str, i64); 6] = [
        ("今天", 0),
        ("今日", 0),
        ("昨天", 1),
        ("昨日", 1),
        ("前天", 2),
        ("前日", 2),
    ];
    for (word, days) in DAYS {
        if let Some(start) = text.find(word) {
            let date = fetched.date().checked_sub(days.days()).ok()?;
            let mut cursor = Cursor::new(text, start + word.len());
            return Some(with_clock(text, date, start, &mut cursor, true));
        }
    }
    if let Some(start) = text.find("刚刚").or_else(|| text.find("剛剛")) {
        return Some(Found {
            time: PublishTime::china(fetched.datetime, Precision::Minute),
            range: start..start + "刚刚".len(),
            has_year: true,
        });
    }
    type Length = fn(i64) -> Span;
    const AGO: [(&str, Length, Precision); 7] = [
        ("分钟前", |n| n.minutes(), Precision::Minute),
        ("分鐘前", |n| n.minutes(), Precision::Minute),
        ("小时前", |n| n.hours(), Precision::Day),
        ("小時前", |n| n.hours(), Precision::Day),
        ("天前", |n| n.days(), Precision::Day),
        ("周前", |n| n.weeks(), Precision::Day),
        ("週前", |n| n.weeks(), Precision::Day),
    ];
    for (word, span, precision) in AGO {
        let Some(end) = text.find(word) else { continue };
        let head = text[..end].trim_end();
        let digits = head.len() - head.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let n: i64 = head[head.len() - digits..].parse().ok()?;
        let datetime = fetched.datetime.checked_sub(span(n)).ok()?;
        return Some(Found {
            time: PublishTime::china(datetime, precision),
            range: head.len() - digits..end + word.len(),
            has_year: true,
        });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_times_count_from_the_fetch() {
        let fetched: PublishTime = "2024-01-03T15:14+08:00".parse().unwrap();
        for (text, expected) in [
            ("昨天 08:05", "2024-01-02T08:05+08:00"),
            ("前天", "2024-01-01"),
            ("20分钟前", "2024-01-03T14:54+08:00"),
            ("3小时前", "2024-01-03"),
            ("刚刚", "2024-01-03T15:14+08:00"),
            ("以前", ""),
        ] {
            let time =
                find_relative(text, fetched).map_or_else(String::new, |f| f.time.to_string());
            assert_eq!(time, expected, "{text}");
        }
    }
}
