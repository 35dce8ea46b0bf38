//! Points in time as news pages give them: to the day, the minute or the second, at UTC+8 unless said otherwise.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment as a page gives it, with the precision the page gives.
///
/// Its text form is `2024-01-03`, `2024-01-03T15:14+08:00` or `2024-01-03T15:14:18+08:00`, by precision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublishTime {
    /// The local date and time; parts finer than `precision` are zero.
    pub datetime: DateTime,
    /// The offset from UTC; by default, +08:00.
    pub offset: Offset,
    /// How fine the page is.
    pub precision: Precision,
}

/// The finest part of a time that a page gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// Only the day.
    Day,
    /// Hour and minute.
    Minute,
    /// Hour, minute and second.
    Second,
}

/// China Standard Time, UTC+8, in which Chinese pages give their times.
pub const CHINA: Offset = jiff::tz::offset(8);

/// The text is not a time in one of the forms of [`PublishTime`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a date or time like `2024-01-03` or `2024-01-03T15:14:18+08:00`: `{0}`")]
pub struct ParseTimeError(String);

impl PublishTime {
    /// A day without a time, at UTC+8.
    #[must_use]
    pub fn day(date: Date) -> Self {
        Self {
            datetime: date.to_datetime(jiff::civil::Time::midnight()),
            offset: CHINA,
            precision: Precision::Day,
        }
    }

    /// A time at UTC+8; the parts of `datetime` finer than `precision` are dropped.
    #[must_use]
    pub fn china(datetime: DateTime, precision: Precision) -> Self {
        let time = datetime.time();
        let time = match precision {
            Precision::Day => jiff::civil::Time::midnight(),
            Precision::Minute => jiff::civil::time(time.hour(), time.minute(), 0, 0),
            Precision::Second => jiff::civil::time(time.hour(), time.minute(), time.second(), 0),
        };
        Self {
            datetime: datetime.date().to_datetime(time),
            offset: CHINA,
            precision,
        }
    }

    /// The local calendar day.
    #[must_use]
    pub fn date(&self) -> Date {
        self.datetime.date()
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn unix_seconds(&self) -> i64 {
        // A civil time within an hour of jiff's first or last instant has no timestamp; no page is of that age.
        self.offset
            .to_timestamp(self.datetime)
            .map_or(0, |timestamp| timestamp.as_second())
    }
}

impl fmt::Display for PublishTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (date, time) = (self.datetime.date(), self.datetime.time());
        write!(f, "{date}")?;
        match self.precision {
            Precision::Day => return Ok(()),
            Precision::Minute => write!(f, "T{:02}:{:02}", time.hour(), time.minute())?,
            Precision::Second => write!(
                f,
                "T{:02}:{:02}:{:02}",
                time.hour(),
                time.minute(),
                time.second()
            )?,
        }
        let seconds = self.offset.seconds();
        let sign = if seconds < 0 { '-' } else { '+' };
        let minutes = seconds.abs() / 60;
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

impl FromStr for PublishTime {
    type Err = ParseTimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ParseTimeError(text.to_owned());
        let text = text.trim();
        let Some((date, rest)) = text.split_once(['T', ' ']) else {
            return Ok(Self::day(text.parse().map_err(|_| error())?));
        };
        let date: Date = date.parse().map_err(|_| error())?;
        let split = rest.find(['Z', '+', '-']).unwrap_or(rest.len());
        let (clock, zone) = rest.split_at(split);
        let precision = match clock.matches(':').count() {
            1 => Precision::Minute,
            2 => Precision::Second,
            _ => return Err(error()),
        };
        let time: jiff::civil::Time = clock.trim().parse().map_err(|_| error())?;
        let offset = match zone.trim() {
            "" => CHINA,
            "Z" => Offset::UTC,
            zone => parse_offset(zone).ok_or_else(error)?,
        };
        Ok(Self {
            offset,
            ..Self::china(date.to_datetime(time), precision)
        })
    }
}

/// Reads `+08:00`, `+0800` or `+08`.
fn parse_offset(zone: &str) -> Option<Offset> {
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 = match digits.get(2..4) {
        Some(minutes) => minutes.parse().ok()?,
        None if digits.len() == 2 => 0,
        None => return None,
    };
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

impl Serialize for PublishTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PublishTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_round_trips_at_its_precision() {
        for text in [
            "2024-01-03",
            "2024-01-03T15:14+08:00",
            "2024-01-03T15:14:18+08:00",
            "2024-01-03T07:14:18+00:00",
        ] {
            assert_eq!(text.parse::<PublishTime>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_time_without_a_zone_is_chinas() {
        let time: PublishTime = "2024-01-03 15:14:18".parse().unwrap();
        assert_eq!(time.to_string(), "2024-01-03T15:14:18+08:00");
        assert_eq!(time.unix_seconds(), 1_704_266_058);
    }
}
