//! Sizes, ages and dates as they are written on a command line.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::civil::Date;

/// A number of bytes: `512`, `64K`, `16MiB`, `1.5G`. All units are powers of 1024.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ByteSize(pub(crate) u64);

impl FromStr for ByteSize {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || format!("not a size like `512M` or `16MiB`: `{text}`");
        let trimmed = text.trim();
        let split = trimmed
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(trimmed.len());
        let (number, unit) = trimmed.split_at(split);
        let number: f64 = number.parse().map_err(|_| error())?;
        let shift = match unit.trim().to_ascii_lowercase().as_str() {
            "" | "b" => 0,
            "k" | "kb" | "kib" => 10,
            "m" | "mb" | "mib" => 20,
            "g" | "gb" | "gib" => 30,
            "t" | "tb" | "tib" => 40,
            _ => return Err(error()),
        };
        let bytes = number * (1_u64 << shift) as f64;
        // Casts of floats saturate, and no machine has 2^64 bytes.
        Ok(Self(bytes.round() as u64))
    }
}

/// The memory that an index is built in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BuildMemory(ByteSize);

impl BuildMemory {
    /// In less there would be no room for articles.
    pub(crate) const LEAST: ByteSize = ByteSize(192 << 20);

    /// How many bytes it is, at least 192 MiB.
    pub(crate) fn bytes(self) -> u64 {
        self.0.0
    }
}

impl FromStr for BuildMemory {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let size: ByteSize = text.parse()?;
        match size.0 >= Self::LEAST.0 {
            true => Ok(Self(size)),
            false => Err(format!("less than {}", Self::LEAST)),
        }
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
        if self.0 < 1024 {
            return write!(f, "{} B", self.0);
        }
        let mut value = self.0 as f64 / 1024.0;
        let mut unit = 0;
        while value >= 1024.0 && unit + 1 < UNITS.len() {
            value /= 1024.0;
            unit += 1;
        }
        let digits = usize::from(value < 100.0);
        write!(f, "{value:.digits$} {}", UNITS[unit])
    }
}

/// How often something is done: after so many articles (`1000`), or after so long (`30s`, `5m`, `2h`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Every {
    Articles(u64),
    Time(Duration),
}

impl FromStr for Every {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || format!("not a number of articles or a time like `30s` or `5m`: `{text}`");
        match text.parse() {
            Ok(0) => Err(error()),
            Ok(number) => Ok(Self::Articles(number)),
            Err(_) => {
                let Interval(time) = text.parse().map_err(|_| error())?;
                Ok(Self::Time(time))
            }
        }
    }
}

/// A time to wait: `30s`, `5m`, `2h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Interval(pub(crate) Duration);

impl FromStr for Interval {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || format!("not a time like `30s` or `5m`: `{text}`");
        let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
        let number = &text[..text.len() - unit.len()];
        let number: u64 = number.parse().map_err(|_| error())?;
        let seconds = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            _ => return Err(error()),
        };
        Ok(Self(Duration::from_secs(number.saturating_mul(seconds))))
    }
}

/// An age in days: `30d`, `8w`, `6m` (30 days each), `1y`, `12h`, or a bare number of days.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Days(pub(crate) f64);

impl FromStr for Days {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || format!("not an age like `30d`, `8w` or `1y`: `{text}`");
        let trimmed = text.trim();
        let split = trimmed
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(trimmed.len());
        let (number, unit) = trimmed.split_at(split);
        let number: f64 = number.parse().map_err(|_| error())?;
        let days = number
            * match unit.trim() {
                "" | "d" | "天" | "日" => 1.0,
                "h" | "小时" => 1.0 / 24.0,
                "w" | "周" => 7.0,
                "m" | "月" => 30.0,
                "y" | "年" => 365.0,
                _ => return Err(error()),
            };
        if days > 0.0 {
            Ok(Self(days))
        } else {
            Err(error())
        }
    }
}

/// A day, month or year: `2024-01-03`, `2024-01`, `2024`, also `2024年1月3日` and `2024/1/3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    /// Its first day.
    pub(crate) first: Date,
    /// Its last day.
    pub(crate) last: Date,
}

impl FromStr for Period {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || format!("not a date like `2024`, `2024-01` or `2024-01-03`: `{text}`");
        let plain = text
            .trim()
            .replace(['年', '月', '/', '.'], "-")
            .replace(['日', '号'], "");
        let parts: Vec<&str> = plain.trim_end_matches('-').split('-').collect();
        let number = |part: &str| part.parse::<i16>().map_err(|_| error());
        let small = |part: &str| part.parse::<i8>().map_err(|_| error());
        let date = |y, m, d| Date::new(y, m, d).map_err(|_| error());
        if parts[0].len() != 4 {
            return Err(error());
        }
        let year = number(parts[0])?;
        match parts[..] {
            [_] => Ok(Self {
                first: date(year, 1, 1)?,
                last: date(year, 12, 31)?,
            }),
            [_, month] => {
                let first = date(year, small(month)?, 1)?;
                Ok(Self {
                    first,
                    last: first.last_of_month(),
                })
            }
            [_, month, day] => {
                let first = date(year, small(month)?, small(day)?)?;
                Ok(Self { first, last: first })
            }
            _ => Err(error()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_built_in_192_mib_and_more() {
        for (text, bytes) in [
            ("192MiB", Ok(192 << 20)),
            ("1G", Ok(1 << 30)),
            ("191.9MiB", Err("less than 192 MiB".to_owned())),
            ("0", Err("less than 192 MiB".to_owned())),
        ] {
            let memory = text.parse().map(BuildMemory::bytes);
            assert_eq!(memory, bytes, "{text}");
        }
    }

    #[test]
    fn sizes() {
        for (text, bytes) in [
            ("0", Some(0)),
            ("512", Some(512)),
            ("64k", Some(65_536)),
            ("16MiB", Some(16 << 20)),
            ("16 MB", Some(16 << 20)),
            ("1.5G", Some(3 << 29)),
            ("", None),
            ("M", None),
            ("-1", None),
            ("12 parsecs", None),
        ] {
            assert_eq!(text.parse().ok().map(|ByteSize(n)| n), bytes, "{text}");
        }
    }

    #[test]
    fn sizes_for_people() {
        for (bytes, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (16 << 20, "16.0 MiB"),
            (256 << 20, "256 MiB"),
            (5 << 30, "5.0 GiB"),
        ] {
            assert_eq!(ByteSize(bytes).to_string(), text);
        }
    }

    #[test]
    fn ages() {
        for (text, days) in [
            ("30d", Some(30.0)),
            ("30", Some(30.0)),
            ("12h", Some(0.5)),
            ("2周", Some(14.0)),
            ("1y", Some(365.0)),
            ("0d", None),
            ("soon", None),
        ] {
            assert_eq!(text.parse().ok().map(|Days(n)| n), days, "{text}");
        }
    }

    #[test]
    fn periods() {
        for (text, expect) in [
            ("2024", Some(("2024-01-01", "2024-12-31"))),
            ("2024年", Some(("2024-01-01", "2024-12-31"))),
            ("2024-02", Some(("2024-02-01", "2024-02-29"))),
            ("2024年2月", Some(("2024-02-01", "2024-02-29"))),
            ("2024-01-03", Some(("2024-01-03", "2024-01-03"))),
            ("2024/1/3", Some(("2024-01-03", "2024-01-03"))),
            ("2024年1月3日", Some(("2024-01-03", "2024-01-03"))),
            ("2024-13", None),
            ("2024-02-30", None),
            ("24", None),
            ("", None),
            ("昨天", None),
        ] {
            let period = text.parse::<Period>().ok();
            let got = period.map(|p| (p.first.to_string(), p.last.to_string()));
            let expect = expect.map(|(a, b)| (a.to_owned(), b.to_owned()));
            assert_eq!(got, expect, "{text}");
        }
    }
}
