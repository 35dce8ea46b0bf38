//! Finds dates and times in Chinese text: `2024-01-03 15:14:18`, `2005年3月11日12:12`, `民國113年1月3日`,
//! `二〇二四年一月三日`, `2024-01-03T07:14:18Z`, and with a point of reference `12-31 08:05` and `昨天 08:05`.

use std::ops::Range;

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{Span, ToSpan};

use crate::time::{CHINA, Precision, PublishTime};

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
    const AGO: [(&str, fn(i64) -> Span, Precision); 7] = [
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

fn find_after(text: &str, from: usize, reference: Option<PublishTime>) -> Option<Found> {
    let bytes = text.as_bytes();
    let mut at = from;
    let mut after_number = false;
    while at < bytes.len() {
        let skipped = bytes[at..]
            .iter()
            .position(|&byte| BEGINS_DATE[usize::from(byte)])?;
        if skipped > 0 {
            after_number = false;
            at += skipped;
        }
        let Some((_, width)) = digit(text, at) else {
            if let Some(found) = chinese(text, at) {
                return Some(found);
            }
            after_number = false;
            at += text[at..].chars().next().map_or(1, char::len_utf8);
            continue;
        };
        // A date does not begin within a longer number (`12024-01-03`), nor after its decimal point.
        if !after_number {
            if let Some(found) = western(text, at, reference) {
                return Some(found);
            }
        }
        after_number = true;
        at += width;
    }
    None
}

/// The first bytes of the characters a date may begin with: of ASCII and full-width digits and of Chinese numerals.
const BEGINS_DATE: [bool; 256] = {
    let mut begins = [false; 256];
    let mut digit = b'0';
    while digit <= b'9' {
        begins[digit as usize] = true;
        digit += 1;
    }
    let numerals = ["０", "〇", "○", "零", "一", "五"];
    let mut i = 0;
    while i < numerals.len() {
        begins[numerals[i].as_bytes()[0] as usize] = true;
        i += 1;
    }
    begins
};

/// A date in digits that begins at `at`.
fn western(text: &str, at: usize, reference: Option<PublishTime>) -> Option<Found> {
    let mut cursor = Cursor::new(text, at);
    let (first, width) = cursor.number(4)?;
    let republic = width <= 3 && follows_republic(text, at);
    if width == 4 || republic || (width == 3 && (90..=199).contains(&first)) {
        let year = if width == 4 { first } else { first + 1911 };
        let separator = cursor.separator()?;
        if width != 4 && separator != '年' && !(republic && separator != '年') {
            return None;
        }
        let (month, _) = cursor.number(2)?;
        if cursor.separator()? != matching(separator) {
            return None;
        }
        let (day, _) = cursor.number(2)?;
        cursor.day_mark();
        let date = plausible(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?)?;
        return Some(with_clock(text, date, at, &mut cursor, true));
    }
    let reference = reference?.date();
    if width > 2 {
        return None;
    }
    let separator = cursor.separator()?;
    let (day, _) = cursor.number(2)?;
    let marked = cursor.day_mark();
    if !matches!(separator, '-' | '/' | '月') || (separator == '月' && !marked) {
        return None;
    }
    let (month, day) = (i8::try_from(first).ok()?, i8::try_from(day).ok()?);
    let tomorrow = reference.tomorrow().unwrap_or(reference);
    let date = plausible(reference.year(), month, day)
        .filter(|date| *date <= tomorrow)
        .or_else(|| plausible(reference.year() - 1, month, day))?;
    let found = with_clock(text, date, at, &mut cursor, false);
    // `3-5` and `3/5` alone are scores and fractions.
    (separator == '月' || found.time.precision > Precision::Day).then_some(found)
}

fn matching(separator: char) -> char {
    if separator == '年' { '月' } else { separator }
}

fn follows_republic(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end();
    before.ends_with("民國") || before.ends_with("民国")
}

/// A date in Chinese numerals that begins at `at`: `二〇二四年一月三日`.
fn chinese(text: &str, at: usize) -> Option<Found> {
    let mut chars = text[at..].char_indices();
    let mut year = 0_i16;
    for _ in 0..4 {
        let (_, c) = chars.next()?;
        year = year * 10 + i16::try_from(numeral(c)?).ok()?;
    }
    let (offset, c) = chars.next()?;
    if c != '年' {
        return None;
    }
    let rest = at + offset + c.len_utf8();
    let month_end = rest + text[rest..].find('月').filter(|end| *end <= 9)?;
    let day_start = month_end + '月'.len_utf8();
    let day_end = day_start
        + text[day_start..]
            .find(['日', '号', '號'])
            .filter(|end| *end <= 12)?;
    let month = small_number(&text[rest..month_end])?;
    let day = small_number(&text[day_start..day_end])?;
    let date = plausible(year, month, day)?;
    let mut cursor = Cursor::new(text, day_end + '日'.len_utf8());
    Some(with_clock(text, date, at, &mut cursor, true))
}

fn numeral(c: char) -> Option<i8> {
    Some(match c {
        '〇' | '○' | '零' | 'Ｏ' | '０' => 0,
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

/// A number up to 99 in Chinese numerals: `三`, `十二`, `二十`, `三十一`.
fn small_number(text: &str) -> Option<i8> {
    let mut value = 0_i8;
    let mut ones = 0_i8;
    for c in text.chars() {
        if c == '十' {
            value = value.checked_add(ones.max(1).checked_mul(10)?)?;
            ones = 0;
        } else {
            ones = numeral(c)?;
        }
    }
    value.checked_add(ones)
}

/// Ends a date: reads the time of day after it, if there is one.
fn with_clock(
    text: &str,
    date: Date,
    start: usize,
    cursor: &mut Cursor<'_>,
    has_year: bool,
) -> Found {
    let day_end = cursor.at;
    let (time, end) = match cursor.clock() {
        Some((clock, precision, offset)) => {
            let time = PublishTime::china(date.to_datetime(clock), precision);
            (
                PublishTime {
                    offset: offset.unwrap_or(CHINA),
                    ..time
                },
                cursor.at,
            )
        }
        None => {
            if let Some((clock, precision, begin)) = clock_before(text, start) {
                let time = PublishTime::china(date.to_datetime(clock), precision);
                return Found {
                    time,
                    range: begin..day_end,
                    has_year,
                };
            }
            (PublishTime::day(date), day_end)
        }
    };
    debug_assert!(
        text.is_char_boundary(end),
        "a cursor moves by whole characters"
    );
    Found {
        time,
        range: start..end,
        has_year,
    }
}

/// The time of day right before a date, as some papers print it: `10:56 2024/01/03`.
fn clock_before(text: &str, start: usize) -> Option<(jiff::civil::Time, Precision, usize)> {
    let head = text[..start].trim_end();
    let begin = head
        .rfind(|c: char| !c.is_ascii_digit() && c != ':')
        .map_or(0, |at| at + head[at..].chars().next().map_or(1, char::len_utf8));
    let clock = &head[begin..];
    if !(4..=8).contains(&clock.len()) || !clock.contains(':') {
        return None;
    }
    let mut cursor = Cursor::new(clock, 0);
    let (time, precision, _) = cursor.hours_and_minutes(None)?;
    (cursor.at == clock.len()).then_some((time, precision, begin))
}

fn digit(text: &str, at: usize) -> Option<(i16, usize)> {
    let byte = *text.as_bytes().get(at)?;
    if byte.is_ascii_digit() {
        return Some((i16::from(byte - b'0'), 1));
    }
    if byte != 0xEF {
        return None;
    }
    let c = text[at..].chars().next()?;
    let value = u32::from(c)
        .checked_sub(u32::from('０'))
        .filter(|value| *value < 10)?;
    Some((i16::try_from(value).ok()?, c.len_utf8()))
}

/// A place in a text that only moves forward.
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn new(text: &'a str, at: usize) -> Self {
        Self { text, at }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn skip(&mut self, is_skipped: impl Fn(char) -> bool) {
        while let Some(c) = self.peek().filter(|c| is_skipped(*c)) {
            self.at += c.len_utf8();
        }
    }

    fn skip_word(&mut self, word: &str) -> bool {
        let found = self.text[self.at..].starts_with(word);
        if found {
            self.at += word.len();
        }
        found
    }

    /// Reads up to `max` digits: the value and how many there were.
    fn number(&mut self, max: usize) -> Option<(i16, usize)> {
        let mut value = 0_i16;
        let mut width = 0;
        while width < max {
            let Some((digit, bytes)) = digit(self.text, self.at) else {
                break;
            };
            value = value * 10 + digit;
            self.at += bytes;
            width += 1;
        }
        (width > 0).then_some((value, width))
    }

    /// Reads what stands between a date's parts, as one of `-`, `/`, `.`, `年`, `月`.
    fn separator(&mut self) -> Option<char> {
        self.skip(|c| c == ' ');
        let c = self.peek()?;
        let separator = match c {
            '-' | '－' | '–' | '—' | '‐' => '-',
            '/' | '／' => '/',
            '.' | '．' => '.',
            '年' | '月' => c,
            _ => return None,
        };
        self.at += c.len_utf8();
        self.skip(|c| c == ' ');
        Some(separator)
    }

    fn day_mark(&mut self) -> bool {
        let before = self.at;
        self.skip(|c| c == ' ');
        match self.peek() {
            Some(c @ ('日' | '号' | '號')) => {
                self.at += c.len_utf8();
                true
            }
            _ => {
                self.at = before;
                false
            }
        }
    }

    /// Reads a time of day: `15:14:18`, `下午3:14`, `15时14分`, with a zone if one follows.
    fn clock(&mut self) -> Option<(jiff::civil::Time, Precision, Option<Offset>)> {
        let before = self.at;
        self.skip_to_clock();
        let afternoon = self.half_of_day();
        self.skip(char::is_whitespace);
        let clock = self.hours_and_minutes(afternoon);
        if clock.is_none() {
            self.at = before;
        }
        clock
    }

    /// Skips what pages put between the date and the time: spaces, `T`, commas, the weekday.
    fn skip_to_clock(&mut self) {
        const BETWEEN: [&str; 6] = ["星期", "周", "週", "礼拜", "禮拜", "時間"];
        for _ in 0..3 {
            self.skip(|c| {
                c.is_whitespace()
                    || matches!(c, ',' | '，' | '(' | '（' | ')' | '）' | '|' | '｜' | '·')
            });
            if self.skip_word("T") || self.skip_word("t") {
                return;
            }
            if BETWEEN.iter().any(|word| self.skip_word(word)) {
                let weekday = |c: char| numeral(c).is_some() || matches!(c, '日' | '天');
                if let Some(c) = self.peek().filter(|c| weekday(*c)) {
                    self.at += c.len_utf8();
                }
            }
        }
    }

    /// Whether the clock that follows is of the afternoon, where the page says either.
    fn half_of_day(&mut self) -> Option<bool> {
        const HALVES: [(&str, bool); 13] = [
            ("上午", false),
            ("凌晨", false),
            ("清晨", false),
            ("早上", false),
            ("早晨", false),
            ("AM", false),
            ("am", false),
            ("下午", true),
            ("晚上", true),
            ("中午", true),
            ("傍晚", true),
            ("PM", true),
            ("pm", true),
        ];
        HALVES
            .iter()
            .find(|(word, _)| self.skip_word(word))
            .map(|(_, afternoon)| *afternoon)
    }

    fn hours_and_minutes(
        &mut self,
        afternoon: Option<bool>,
    ) -> Option<(jiff::civil::Time, Precision, Option<Offset>)> {
        let (mut hour, _) = self.number(2)?;
        let mark = self
            .peek()
            .filter(|c| matches!(c, ':' | '：' | '时' | '時' | '点' | '點' | '∶'))?;
        self.at += mark.len_utf8();
        self.skip(|c| c == ' ');
        let Some((minute, width)) = self.number(2) else {
            // `15时` alone tells no minute.
            return None;
        };
        if width == 1 && matches!(mark, ':' | '：') {
            return None;
        }
        let after_minute = self.at;
        let mut second = None;
        if let Some(c) = self.peek().filter(|c| matches!(c, ':' | '：' | '分' | '∶')) {
            self.at += c.len_utf8();
            let after_mark = self.at;
            match self.number(2) {
                Some((value, 2)) if value < 60 => second = Some(value),
                _ => self.at = if c == '分' { after_mark } else { after_minute },
            }
            if second.is_some() && self.peek() == Some('秒') {
                self.at += '秒'.len_utf8();
            }
        }
        let fraction = self.at;
        if second.is_some() && self.skip_word(".") && self.number(9).is_none() {
            self.at = fraction;
        }
        let zone = self.zone();
        let after_zone = self.at;
        self.skip(|c| c == ' ');
        let afternoon = afternoon.or_else(|| {
            self.half_of_day().or_else(|| {
                self.at = after_zone;
                None
            })
        });
        if afternoon == Some(true) && hour < 12 {
            hour += 12;
        }
        let clock = jiff::civil::Time::new(
            i8::try_from(hour).ok()?,
            i8::try_from(minute).ok()?,
            i8::try_from(second.unwrap_or(0)).ok()?,
            0,
        )
        .ok()?;
        let precision = if second.is_some() {
            Precision::Second
        } else {
            Precision::Minute
        };
        Some((clock, precision, zone))
    }

    /// Reads `Z`, `+08:00` or `+0800`.
    fn zone(&mut self) -> Option<Offset> {
        let before = self.at;
        if self.skip_word("Z") {
            return Some(Offset::UTC);
        }
        let sign = if self.skip_word("+") {
            1
        } else if self.skip_word("-") {
            -1
        } else {
            return None;
        };
        let zone = self.number(2).and_then(|(hours, width)| {
            self.skip_word(":");
            let (minutes, _) = self.number(2).unwrap_or((0, 0));
            (width == 2 && hours <= 14).then_some(())?;
            Offset::from_seconds(sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60)).ok()
        });
        if zone.is_none() {
            self.at = before;
        }
        zone
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> String {
        find(text).map_or_else(String::new, |(time, _)| time.to_string())
    }

    #[test]
    fn every_digit_and_numeral_may_begin_a_date() {
        for c in "0123456789０１２３４５６７８９〇○零Ｏ一二三四五六七八九".chars()
        {
            let mut bytes = [0; 4];
            let first = c.encode_utf8(&mut bytes).as_bytes()[0];
            assert!(BEGINS_DATE[usize::from(first)], "{c}");
        }
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
