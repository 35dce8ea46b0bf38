//! Finds dates and times in Chinese text: `2024-01-03 15:14:18`, `2005年3月11日12:12`, `民國113年1月3日`,
//! `二〇二四年一月三日`, `2024-01-03T07:14:18Z`, and with a point of reference `12-31 08:05` and `昨天 08:05`.

mod cursor;
mod relative;
mod scan;

use std::ops::Range;

use jiff::civil::Date;

use crate::time::{CHINA, Precision, PublishTime};

use self::scan::find_after;

pub(crate) use self::relative::find_relative;

/// A date found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// The date, with a time of day where one follows it.
    pub(crate) time: PublishTime,
    /// The bytes of the text it was read from.
    pub(crate) range: Range<usize>,
    /// Whether the text has the year itself; if not it was reckoned from the reference.
    pub(crate) has_year: bool,
}

/// The first date with a year in `text`, and where it stands.
#[must_use]
pub(crate) fn find(text: &str) -> Option<(PublishTime, Range<usize>)> {
    find_after(text, 0, None).map(|found| (found.time, found.range))
}

/// The first date in `text`; dates without a year (`12-31 08:05`, `1月3日 15:14`) are read as the latest that is not
/// after `reference`, and without a reference not at all.
#[must_use]
pub(crate) fn find_near(text: &str, reference: Option<PublishTime>) -> Option<Found> {
    find_after(text, 0, reference)
}

/// All dates with a year in `text`, in order.
pub(crate) fn find_all(text: &str) -> impl Iterator<Item = Found> + '_ {
    let mut from = 0;
    std::iter::from_fn(move || {
        let found = find_after(text, from, None)?;
        from = found.range.end;
        Some(found)
    })
}

/// Reads a text that is a date and nothing else, as a `meta` tag's content or a data field: also `20240103`,
/// `20240103151418` and Unix seconds or milliseconds.
#[must_use]
pub(crate) fn parse(text: &str) -> Option<PublishTime> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return parse_digits(text);
    }
    let found = find_after(text, 0, None)?;
    (found.range.start == 0).then_some(found.time)
}

/// The day in an address's path: `/2024/01/03/`, `/2024-01/03/`, `/202401/03/`, `/20240103/`, `t20240103_1.html`.
#[must_use]
pub(crate) fn from_url(url: &str) -> Option<Date> {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = &path[path.find('/')?..];
    let bytes = path.as_bytes();
    let digits_at = |at: usize| {
        bytes[at..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count()
    };
    let mut at = 0;
    while at < bytes.len() {
        let run = digits_at(at);
        if run == 0 {
            at += 1;
            continue;
        }
        let number = &path[at..at + run];
        let end = at + run;
        let separator = |at: usize| matches!(bytes.get(at), Some(b'/' | b'-' | b'_'));
        // The parts of the date in up to three runs of digits.
        let date = match run {
            4 if separator(end) => match digits_at(end + 1) {
                2 if separator(end + 3) && (1..=2).contains(&digits_at(end + 4)) => ymd(
                    number,
                    &path[end + 1..end + 3],
                    &path[end + 4..end + 4 + digits_at(end + 4)],
                ),
                1 if separator(end + 2) && (1..=2).contains(&digits_at(end + 3)) => ymd(
                    number,
                    &path[end + 1..end + 2],
                    &path[end + 3..end + 3 + digits_at(end + 3)],
                ),
                4 => ymd(number, &path[end + 1..end + 3], &path[end + 3..end + 5]),
                _ => None,
            },
            6 if separator(end) && digits_at(end + 1) == 2 => {
                ymd(&number[..4], &number[4..], &path[end + 1..end + 3])
            }
            8 | 14 => ymd(&number[..4], &number[4..6], &number[6..8]),
            _ => None,
        };
        if date.is_some() {
            return date;
        }
        at = end;
    }
    None
}

fn ymd(year: &str, month: &str, day: &str) -> Option<Date> {
    plausible(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// A day no newspaper's site is older than, nor later than a page read now may say.
fn plausible(year: i16, month: i8, day: i8) -> Option<Date> {
    if !(1990..=2099).contains(&year) {
        return None;
    }
    Date::new(year, month, day).ok()
}

fn parse_digits(text: &str) -> Option<PublishTime> {
    let number = |range: Range<usize>| text[range].parse::<i8>().ok();
    match text.len() {
        8 => Some(PublishTime::day(ymd(&text[..4], &text[4..6], &text[6..])?)),
        10 | 13 if text.starts_with('1') || text.starts_with('9') => {
            let seconds: i64 = text[..text.len().min(10)].parse().ok()?;
            let timestamp = jiff::Timestamp::from_second(seconds).ok()?;
            let datetime = CHINA.to_datetime(timestamp);
            plausible(datetime.year(), datetime.month(), datetime.day())?;
            Some(PublishTime::china(datetime, Precision::Second))
        }
        12 | 14 => {
            let date = ymd(&text[..4], &text[4..6], &text[6..8])?;
            let second = if text.len() == 14 { number(12..14)? } else { 0 };
            let clock = jiff::civil::Time::new(number(8..10)?, number(10..12)?, second, 0).ok()?;
            let precision = if text.len() == 14 {
                Precision::Second
            } else {
                Precision::Minute
            };
            Some(PublishTime::china(date.to_datetime(clock), precision))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> String {
        find(text).map_or_else(String::new, |(time, _)| time.to_string())
    }

    #[test]
    fn dates_with_a_year() {
        for (text, expected) in [
            ("2024-01-03 15:14:18 来源:", "2024-01-03T15:14:18+08:00"),
            ("2005年3月11日12:12", "2005-03-11T12:12+08:00"),
            ("2024/1/3", "2024-01-03"),
            ("2024.01.03 08:05", "2024-01-03T08:05+08:00"),
            ("发布时间：2024－01－03", "2024-01-03"),
            ("２０２４年１月３日　１５：１４", "2024-01-03T15:14+08:00"),
            ("民國113年1月3日", "2024-01-03"),
            ("民国113年1月3日 15时14分", "2024-01-03T15:14+08:00"),
            ("113年1月3日", "2024-01-03"),
            ("二〇二四年一月三日", "2024-01-03"),
            ("二○二四年十二月三十一日", "2024-12-31"),
            ("2024-01-03T07:14:18Z", "2024-01-03T07:14:18+00:00"),
            ("2024-01-03T15:14:18.123+0800", "2024-01-03T15:14:18+08:00"),
            ("2024-01-03t15:14:18+08:00", "2024-01-03T15:14:18+08:00"),
            ("2024年01月03日 星期三 下午3:14", "2024-01-03T15:14+08:00"),
            ("2024年1月3日（周三）08:05", "2024-01-03T08:05+08:00"),
            ("2024-01-03 03:14PM", "2024-01-03T15:14+08:00"),
            ("2024-01-0308:05", "2024-01-03T08:05+08:00"),
            ("2024年1月3日15时14分18秒", "2024-01-03T15:14:18+08:00"),
            ("10:56 2024/01/03 云河時報", "2024-01-03T10:56+08:00"),
            // Not dates.
            ("2024-13-03", ""),
            ("2023-02-29 08:00", ""),
            ("电话 010-12345678", ""),
            ("1024-01-03", ""),
            ("12024-01-03", ""),
            ("2024年第1期", ""),
            // A clock that cannot be is not read.
            ("2024-01-03 25:14", "2024-01-03"),
            ("2024-01-03 3:1", "2024-01-03"),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn ranges_cover_the_date() {
        let text = "时间：2024-01-03 15:14 来源：某报";
        let (_, range) = find(text).unwrap();
        assert_eq!(&text[range], "2024-01-03 15:14");
    }

    #[test]
    fn dates_without_a_year_need_a_reference() {
        let reference: PublishTime = "2024-01-05".parse().unwrap();
        for (text, expected) in [
            ("12-31 08:05", "2023-12-31T08:05+08:00"),
            ("01-04 08:05", "2024-01-04T08:05+08:00"),
            ("1月4日", "2024-01-04"),
            ("发布时间：12-3108:05", "2023-12-31T08:05+08:00"),
            ("比分 3-5", ""),
        ] {
            let time =
                find_near(text, Some(reference)).map_or_else(String::new, |f| f.time.to_string());
            assert_eq!(time, expected, "{text}");
            assert_eq!(find(text), None, "{text}");
        }
    }

    #[test]
    fn values_that_are_only_a_date() {
        for (text, expected) in [
            ("20240103", "2024-01-03"),
            ("20240103151418", "2024-01-03T15:14:18+08:00"),
            ("1704266058", "2024-01-03T15:14:18+08:00"),
            ("1704266058000", "2024-01-03T15:14:18+08:00"),
            (" 2024-01-03 ", "2024-01-03"),
            ("20241303", ""),
            ("来源 2024-01-03", ""),
            ("", ""),
        ] {
            let time = parse(text).map_or_else(String::new, |time| time.to_string());
            assert_eq!(time, expected, "{text}");
        }
    }

    #[test]
    fn days_in_addresses() {
        for (url, expected) in [
            ("https://a.example/2024/01/03/1.html", "2024-01-03"),
            (
                "https://a.example/news/2024-01/03/content_1.htm",
                "2024-01-03",
            ),
            ("https://a.example/n/202401/03/c1.html", "2024-01-03"),
            ("https://a.example/202401/t20240103_12.html", "2024-01-03"),
            ("https://a.example/n1/2024/0103/c1-2.html", "2024-01-03"),
            ("https://a.example/article/12345678", ""),
            ("https://a.example", ""),
        ] {
            let date = from_url(url).map_or_else(String::new, |date| date.to_string());
            assert_eq!(date, expected, "{url}");
        }
    }

    #[test]
    fn all_dates_in_order() {
        let days: Vec<_> = find_all("2024-01-03和2024年1月4日、2024/1/5")
            .map(|f| f.time.to_string())
            .collect();
        assert_eq!(days, ["2024-01-03", "2024-01-04", "2024-01-05"]);
    }
}
