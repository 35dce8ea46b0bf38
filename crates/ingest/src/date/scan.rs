//! Looks through a text for the places where a date may begin, and reads it.

use jiff::civil::Date;

use super::cursor::{Cursor, digit, numeral};
use super::{Found, plausible};
use crate::time::{CHINA, Precision, PublishTime};

/// The first date in `text` that begins at `from` or later.
pub(super) fn find_after(text: &str, from: usize, reference: Option<PublishTime>) -> Option<Found> {
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
        if !after_number && let Some(found) = western(text, at, reference) {
            return Some(found);
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
    let numerals = ["０", "〇", "○", "零", "一", "四"];
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
        if width != 4 && separator != '年' && !republic {
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
        year = year * 10 + i16::from(numeral(c)?);
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
pub(super) fn with_clock(
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
        .map_or(0, |at| {
            at + head[at..].chars().next().map_or(1, char::len_utf8)
        });
    let clock = &head[begin..];
    if !(4..=8).contains(&clock.len()) || !clock.contains(':') {
        return None;
    }
    let mut cursor = Cursor::new(clock, 0);
    let (time, precision, _) = cursor.hours_and_minutes(None)?;
    (cursor.at == clock.len()).then_some((time, precision, begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_digit_and_numeral_may_begin_a_date() {
        for c in "0123456789０１２３４５６７８９〇○零Ｏ一二三四五六七八九".chars()
        {
            let mut bytes = [0; 4];
            let first = c.encode_utf8(&mut bytes).as_bytes()[0];
            assert!(BEGINS_DATE[usize::from(first)], "{c}");
        }
    }
}
