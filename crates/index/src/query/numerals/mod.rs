//! Chinese numerals and digits as spellings of one number: 九条 and 9条, 二〇二三年 and 2023年.
//!
//! Only where a numeral counts or dates something: with a measure word or 第, in a year,
//! in a percentage. The numerals of 一定, 统一, 万一, 三明市 or 十分 are parts of words.

mod units;
mod value;

use units::{Two, Unit, unit_at};
use value::{is_numeral, spelled, spelled_each, value};

/// The longest text that is respelled, in characters. One number of a long text matters little.
const MAX_TEXT: usize = 64;

/// The other spellings of a text, at most three: with its numerals as digits, with its
/// digits as numerals, and as most papers write, years and percentages with digits and
/// the rest with numerals. None for a text that counts nothing.
pub(crate) fn variants(text: &str) -> Vec<String> {
    // Most texts have nothing to respell, which is quick to see.
    if !text.chars().any(|c| is_numeral(c) || digit(c).is_some()) {
        return Vec::new();
    }
    let chars: Vec<char> = text.chars().collect();
    if chars.len() > MAX_TEXT {
        return Vec::new();
    }
    let digits = with_digits(&chars, What::All);
    let numerals = with_numerals(&chars, What::All);
    let dates = with_digits(&chars, What::Dates).chars().collect::<Vec<_>>();
    let mixed = with_numerals(&dates, What::Counts);
    let mut variants = Vec::new();
    for variant in [digits, numerals, mixed] {
        if variant != text && !variants.contains(&variant) {
            variants.push(variant);
        }
    }
    variants
}

/// Every numeral as digits whatever it stands for. For values that are known to be dates.
pub(crate) fn to_digits(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let run = run(&chars[at..], is_numeral);
        if run.is_empty() {
            out.push(chars[at]);
            at += 1;
        } else {
            match value(run) {
                Some(number) => out.push_str(&number.to_string()),
                None => out.extend(run),
            }
            at += run.len();
        }
    }
    out
}

/// Which numbers to respell.
#[derive(Clone, Copy, PartialEq)]
enum What {
    All,
    /// Years, months, days and percentages.
    Dates,
    /// What is neither.
    Counts,
}

impl What {
    /// Whether a number followed by `unit` is one of them.
    fn includes(self, unit: Option<char>) -> bool {
        let date = matches!(unit, Some('年' | '月' | '日' | '%' | '％'));
        match self {
            Self::All => true,
            Self::Dates => date,
            Self::Counts => !date,
        }
    }
}

fn with_digits(chars: &[char], what: What) -> String {
    let mut out = String::with_capacity(chars.len() * 3);
    let mut at = 0;
    while at < chars.len() {
        if let Some((percentage, end)) = percentage(chars, at) {
            out.push_str(&percentage);
            at = end;
            continue;
        }
        let numeral = run(&chars[at..], is_numeral);
        if numeral.is_empty() {
            out.push(chars[at]);
            at += 1;
            continue;
        }
        match counted(chars, at, numeral) {
            Some((digits, end)) if what.includes(chars.get(end).copied()) => {
                out.push_str(&digits);
                at = end;
            }
            _ => {
                out.extend(numeral);
                at += numeral.len();
            }
        }
    }
    out
}

/// Reads 百分之五 and 百分之十二点五.
fn percentage(chars: &[char], at: usize) -> Option<(String, usize)> {
    let rest = chars[at..].strip_prefix(&['百', '分', '之'])?;
    let numeral = run(rest, is_numeral);
    let number = match numeral {
        ['百'] => 100,
        _ => value(numeral)?,
    };
    let mut digits = number.to_string();
    let mut end = at + 3 + numeral.len();
    if let Some((fraction, fraction_end)) = fraction(chars, end) {
        digits.push_str(&fraction);
        end = fraction_end;
    }
    digits.push('%');
    Some((digits, end))
}

/// Reads 点五 after a number.
fn fraction(chars: &[char], at: usize) -> Option<(String, usize)> {
    let rest = chars[at..].strip_prefix(&['点'])?;
    let numeral = run(rest, |c| value::digit(c).is_some());
    let digits = numeral.iter().copied().map(value::digit);
    let digits: String = digits
        .collect::<Option<Vec<_>>>()?
        .iter()
        .map(u64::to_string)
        .collect();
    (!digits.is_empty()).then(|| (format!(".{digits}"), at + 1 + numeral.len()))
}

/// The digits for a numeral if it counts or dates something, and where they end.
fn counted(chars: &[char], at: usize, numeral: &[char]) -> Option<(String, usize)> {
    let before = at.checked_sub(1).and_then(|at| chars.get(at)).copied();
    let end = at + numeral.len();
    // 三千万 is 3000万: news keeps the 万 and 亿 after digits.
    let (head, tail) = match numeral {
        [head @ .., '万', '亿'] => (head, "万亿"),
        [head @ .., '万'] => (head, "万"),
        [head @ .., '亿'] => (head, "亿"),
        head => (head, ""),
    };
    let is_each = head.iter().all(|c| value::digit(*c).is_some());
    if is_each && head.len() > 1 {
        return (tail.is_empty() && is_year(head, chars.get(end).copied())).then(|| {
            let digits = head.iter().copied().filter_map(value::digit);
            (digits.map(|digit| digit.to_string()).collect(), end)
        });
    }
    let number = value(head)?;
    let digits = number.to_string();
    if let Some((fraction, end)) = fraction(chars, end)
        && tail.is_empty()
    {
        // 三点五十分 is a time: a fraction is one before 万, 亿 or a measure.
        let large = matches!(chars.get(end), Some('万' | '亿'));
        let measure = unit_at(&chars[end..]).is_some_and(|unit| unit.is_measured);
        return (large || measure).then(|| (digits + &fraction, end));
    }
    let unit = unit_at(&chars[end..]);
    let counts = if before == Some('第') {
        number > 3 || unit.is_some()
    } else if tail.is_empty() {
        unit.is_some_and(|unit| unit.counts(number, before, chars, at))
    } else {
        // 一万 and 十万 are as often a way of saying many.
        unit.is_some() && number > 1
    };
    counts.then(|| (digits + tail, end))
}

/// Whether digits read one by one are a year: 二〇二三, 九八年.
fn is_year(digits: &[char], after: Option<char>) -> bool {
    match digits {
        ['一' | '二', _, _, _] => true,
        [_, _, _, _] => after == Some('年'),
        // 二三年 is two or three years, 九八年 and 〇八年 are years.
        [
            '四' | '五' | '六' | '七' | '八' | '九' | '〇' | '零' | '○',
            _,
        ] => after == Some('年'),
        _ => false,
    }
}

fn with_numerals(chars: &[char], what: What) -> String {
    let mut out = String::with_capacity(chars.len() * 3);
    let mut at = 0;
    while at < chars.len() {
        if let Some(year) = numeral_year(&chars[at..]) {
            out.extend(year);
            at += year.len();
            continue;
        }
        let digits = run(&chars[at..], |c| digit(c).is_some());
        if digits.is_empty() {
            out.push(chars[at]);
            at += 1;
            continue;
        }
        let end = at + digits.len();
        let before = at.checked_sub(1).and_then(|at| chars.get(at)).copied();
        // PM2.5, 4+4+3+N, 10:30, 5-8, 1,200: parts of something larger.
        let joined = before.is_some_and(|c| c.is_ascii_alphanumeric() || is_joint(c));
        match (!joined).then(|| numeral(chars, at, digits)).flatten() {
            Some((numeral, numeral_end)) if what.includes(chars.get(end).copied()) => {
                out.push_str(&numeral);
                at = numeral_end;
            }
            _ => {
                out.extend(digits);
                at = end;
            }
        }
    }
    out
}

/// The numeral for digits that count or date something, and where it ends.
fn numeral(chars: &[char], at: usize, digits: &[char]) -> Option<(String, usize)> {
    let before = at.checked_sub(1).and_then(|at| chars.get(at)).copied();
    let end = at + digits.len();
    let after = chars.get(end).copied();
    let values: Vec<u8> = digits.iter().copied().filter_map(digit).collect();
    if digits.len() == 4 && after == Some('年') {
        return Some((spelled_each(&values), end));
    }
    let leading_zero = values.len() > 1 && values[0] == 0;
    if values.len() > 4 || leading_zero {
        return None;
    }
    let number = values
        .iter()
        .fold(0, |sum, digit| sum * 10 + u64::from(*digit));
    if is_percent(after) {
        let number = match number {
            100 => "百".to_owned(),
            number => spelled(number),
        };
        return Some((format!("百分之{number}"), end + 1));
    }
    if number == 0 {
        return None;
    }
    if before == Some('第') {
        return Some((spelled(number), end));
    }
    let unit = match after {
        Some('万' | '亿') => {
            let unit = chars[end..].iter().skip_while(|c| matches!(c, '万' | '亿'));
            unit_at(&unit.copied().collect::<Vec<_>>()).filter(|_| number > 1)?;
            return Some((two(number, Two::Liang), end));
        }
        _ => unit_at(&chars[end..])?,
    };
    unit.counts(number, before, chars, at)
        .then(|| (two(number, unit.two), end))
}

/// A year in numerals, with the zero that most write: 二零二三年 as 二〇二三年.
fn numeral_year(text: &[char]) -> Option<[char; 4]> {
    let year = *text.first_chunk::<4>()?;
    let digits = year.iter().all(|c| value::digit(*c).is_some());
    let other_zero = year.iter().any(|c| matches!(c, '零' | '○'));
    (digits && other_zero && text.get(4) == Some(&'年')).then(|| {
        year.map(|c| match c {
            '零' | '○' => '〇',
            c => c,
        })
    })
}

/// A number before a unit: two is 两 before most and 二 before some.
fn two(number: u64, two: Two) -> String {
    match (number, two) {
        (2, Two::Liang) => "两".to_owned(),
        _ => spelled(number),
    }
}

/// The value of an ASCII or full-width digit.
fn digit(c: char) -> Option<u8> {
    match c {
        '0'..='9' => u8::try_from(u32::from(c) - u32::from('0')).ok(),
        '０'..='９' => u8::try_from(u32::from(c) - u32::from('０')).ok(),
        _ => None,
    }
}

fn is_joint(c: char) -> bool {
    matches!(
        c,
        '.' | ','
            | ':'
            | '-'
            | '+'
            | '/'
            | '~'
            | '．'
            | '，'
            | '：'
            | '－'
            | '＋'
            | '／'
            | '～'
            | '—'
    )
}

fn is_percent(c: Option<char>) -> bool {
    matches!(c, Some('%' | '％'))
}

/// The longest beginning of a text of such characters.
fn run(chars: &[char], is: impl Fn(char) -> bool) -> &[char] {
    let end = chars.iter().position(|c| !is(*c));
    &chars[..end.unwrap_or(chars.len())]
}

impl Unit {
    /// Whether so many of the unit, at `at` in a text, is a count rather than part of a word.
    fn counts(self, number: u64, before: Option<char>, chars: &[char], at: usize) -> bool {
        // 一个, 一名, 一次 are always written so; 一月, 一期, 一号 are not.
        let one = number != 1 || (self.with_one && !before.is_some_and(ends_in_one));
        // 几十个, 数百家.
        let vague = matches!(before, Some('几' | '数' | '好' | '上'));
        // 二人转, 三台县.
        one && !vague && !units::is_word(&chars[at..])
    }
}

/// Whether a character makes a word with 一 after it: 统一, 唯一, 之一.
fn ends_in_one(c: char) -> bool {
    matches!(
        c,
        '统' | '唯' | '单' | '专' | '同' | '逐' | '之' | '不' | '如' | '划'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        let mut n_cases = 0;
        let mut wrong = Vec::new();
        let cases = include_str!("../../../../../tests/query/numerals.txt");
        for line in cases
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty())
        {
            let mut fields = line.split('\t');
            let text = fields.next().unwrap();
            let expect: Vec<_> = fields.collect();
            let got = variants(text);
            if got != expect {
                wrong.push(format!("{text}: {got:?}, not {expect:?}"));
            }
            n_cases += 1;
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(n_cases > 60);
    }

    #[test]
    fn spelling_is_symmetric() {
        for number in 1..=9999 {
            let digits = format!("第{number}届");
            let numeral = format!("第{}届", spelled(number));
            assert_eq!(variants(&digits), [numeral.as_str()]);
            assert_eq!(variants(&numeral), [digits.as_str()]);
        }
    }
}
