//! Reads numbers, separators and times of day one after another.

use jiff::tz::Offset;

use crate::time::Precision;

/// A place in a text that only moves forward.
pub(super) struct Cursor<'a> {
    text: &'a str,
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str, at: usize) -> Self {
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
    pub(super) fn number(&mut self, max: usize) -> Option<(i16, usize)> {
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
    pub(super) fn separator(&mut self) -> Option<char> {
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

    pub(super) fn day_mark(&mut self) -> bool {
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
    pub(super) fn clock(&mut self) -> Option<(jiff::civil::Time, Precision, Option<Offset>)> {
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

    pub(super) fn hours_and_minutes(
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

/// The value of a Chinese numeral.
pub(super) fn numeral(c: char) -> Option<i8> {
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

/// The value of the ASCII or full-width digit at `at`, and its bytes.
pub(super) fn digit(text: &str, at: usize) -> Option<(i16, usize)> {
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
