//! A numeral's value, and a value's numeral.

/// Larger values are written with digits.
const LARGEST_SPELLED: u64 = 9999;

/// Whether a character is part of numerals.
pub(super) fn is_numeral(c: char) -> bool {
    digit(c).is_some() || place(c).is_some() || large(c).is_some()
}

/// The value of one Chinese digit. 两 is the 2 of counting.
pub(super) fn digit(c: char) -> Option<u64> {
    Some(match c {
        '〇' | '零' | '○' => 0,
        '一' => 1,
        '二' | '两' | '兩' => 2,
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

fn place(c: char) -> Option<u64> {
    Some(match c {
        '十' => 10,
        '百' => 100,
        '千' => 1000,
        _ => return None,
    })
}

fn large(c: char) -> Option<u64> {
    Some(match c {
        '万' | '萬' => 10_000,
        '亿' | '億' => 100_000_000,
        _ => return None,
    })
}

/// The value of a numeral, by places (三百零五) or digit by digit (二〇二三).
///
/// `None` for what is no well-formed numeral: 十百, 二三十, 万一.
pub(super) fn value(numeral: &[char]) -> Option<u64> {
    if numeral.is_empty() || numeral.len() > 16 {
        return None;
    }
    if numeral.iter().all(|c| digit(*c).is_some()) {
        return numeral
            .iter()
            .try_fold(0_u64, |sum, c| sum.checked_mul(10)?.checked_add(digit(*c)?));
    }
    let mut total = 0;
    let mut section = 0;
    // The last place and large unit said: each has to be smaller than the one before.
    let mut last_place = u64::MAX;
    let mut last_large = u64::MAX;
    let mut pending = None;
    let mut zero = false;
    for (at, &c) in numeral.iter().enumerate() {
        if let Some(digit) = digit(c) {
            if pending.is_some() || (digit == 0 && zero) {
                return None;
            }
            if digit == 0 {
                zero = true;
            } else {
                pending = Some(digit);
            }
        } else if let Some(place) = place(c) {
            // 十二 begins without a digit; 百, 千 and 万 need theirs.
            let digit = match pending.take() {
                Some(digit) => digit,
                None if place == 10 && at == 0 => 1,
                None => return None,
            };
            if place >= last_place {
                return None;
            }
            section += digit * place;
            last_place = place;
            zero = false;
        } else {
            let large = large(c)?;
            section += pending.take().unwrap_or(0);
            if section == 0 || large >= last_large {
                return None;
            }
            total += section * large;
            (section, last_place, last_large, zero) = (0, u64::MAX, large, false);
        }
    }
    if let Some(digit) = pending {
        // 一万五 is 15000, a way of speaking that is not taken up; 一百零五 says its zero.
        let said_zero = zero || last_place == 10;
        let begins_section = last_place == u64::MAX && last_large == u64::MAX;
        if !said_zero && !begins_section {
            return None;
        }
        section += digit;
    }
    Some(total + section)
}

/// The numeral of a number, by places; digits for a number over 9999.
pub(super) fn spelled(number: u64) -> String {
    if number > LARGEST_SPELLED {
        return number.to_string();
    }
    if number == 0 {
        return "零".to_owned();
    }
    let mut out = String::new();
    let mut zero = false;
    for (place, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = number / place % 10;
        if digit == 0 {
            zero = !out.is_empty();
            continue;
        }
        if zero {
            out.push('零');
            zero = false;
        }
        // 十二, but 一百一十二.
        if !(digit == 1 && place == 10 && out.is_empty()) {
            out.push(DIGITS[usize::try_from(digit).unwrap_or(0)]);
        }
        out.push_str(name);
    }
    out
}

/// The digits one by one, as years are read: 二〇二三.
pub(super) fn spelled_each(digits: &[u8]) -> String {
    digits
        .iter()
        .map(|digit| DIGITS[usize::from(digit % 10)])
        .collect()
}

const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        for (numeral, expect) in [
            ("九", Some(9)),
            ("十", Some(10)),
            ("十二", Some(12)),
            ("二十", Some(20)),
            ("三百零五", Some(305)),
            ("三百五十", Some(350)),
            ("一千零一", Some(1001)),
            ("一千零五十", Some(1050)),
            ("三千万", Some(30_000_000)),
            ("两亿三千万", Some(230_000_000)),
            ("二〇二三", Some(2023)),
            ("二零二三", Some(2023)),
            ("万一", None),
            ("百", None),
            ("十百", None),
            ("二三十", None),
            ("三百五", None),
            ("一万五", None),
            ("万", None),
            ("", None),
        ] {
            let chars: Vec<_> = numeral.chars().collect();
            assert_eq!(value(&chars), expect, "{numeral}");
        }
    }

    #[test]
    fn a_spelled_number_has_its_value() {
        for number in 1..=9999 {
            let chars: Vec<_> = spelled(number).chars().collect();
            assert_eq!(value(&chars), Some(number));
        }
    }
}
