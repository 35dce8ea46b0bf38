//! A bare word and what may be written at its end: `文明*`, `Shenyang~1`, `创建^2`.

use fangzhi_segmentation::normalize::normalize;

use super::lexer::{boost, is_space, limit_boost};
use super::{Node, Problem, ProblemKind};

/// The distance of a `~` without a number.
const DEFAULT_DISTANCE: u8 = 1;
/// The largest distance.
const MAX_DISTANCE: u8 = 2;

/// Reads a word, which begins at `start` of the query.
///
/// Gives [`Node::Text`] of the word as it stands where nothing else is meant.
pub(super) fn read(word: &[char], start: usize, problems: &mut Vec<Problem>) -> Node {
    let core = trim_end(word);
    if let Some((base, factor)) = boosted(core) {
        let (factor, limited) = limit_boost(factor);
        if limited {
            problems.push(Problem {
                position: start + base.len(),
                message: ProblemKind::OutOfRange,
            });
        }
        let node = unboosted(base, base, start, problems);
        return Node::Boost {
            node: Box::new(node),
            factor,
        };
    }
    unboosted(core, word, start, problems)
}

/// Whether a text has anything that can be searched for.
pub(super) fn is_meaningful(text: &str) -> bool {
    // Some symbols stand for letters, as ㎡ does.
    normalize(text).text().chars().any(char::is_alphanumeric)
}

fn unboosted(core: &[char], word: &[char], start: usize, problems: &mut Vec<Problem>) -> Node {
    fuzzy(core, start, problems)
        .or_else(|| wildcard(core, start, problems))
        .unwrap_or_else(|| text(word))
}

fn text(word: &[char]) -> Node {
    Node::Text {
        text: word.iter().collect(),
    }
}

/// Cuts a comma or the like off the end.
fn trim_end(word: &[char]) -> &[char] {
    let gap = |c: &char| matches!(c, '，' | '、' | '；' | '。' | ',' | ';') || is_space(*c);
    let end = word.iter().rposition(|c| !gap(c)).map_or(0, |at| at + 1);
    &word[..end]
}

/// Splits `创建^2`. A power, `10^6`, is none.
fn boosted(word: &[char]) -> Option<(&[char], f32)> {
    let at = word.iter().rposition(|c| matches!(c, '^' | '＾'))?;
    let (factor, end) = boost(word, at)?;
    let base = &word[..at];
    let number = base
        .iter()
        .all(|c| c.is_ascii_digit() || !c.is_alphanumeric());
    (end == word.len() && !number).then_some((base, factor))
}

/// Reads `Shenyang~` and `Shenyang~1`. A range, `3~5`, is none.
fn fuzzy(word: &[char], start: usize, problems: &mut Vec<Problem>) -> Option<Node> {
    let at = word.iter().rposition(|c| matches!(c, '~' | '～'))?;
    let base = &word[..at];
    let distance = match &word[at + 1..] {
        [] => None,
        [digit] => Some(u8::try_from(digit.to_digit(10)?).ok()?),
        _ => return None,
    };
    let mut problem = |message| {
        problems.push(Problem {
            position: start + at,
            message,
        });
    };
    if base.is_empty() || !base.iter().all(|c| is_latin(*c)) {
        let word = base.last().is_some_and(|c| c.is_alphabetic());
        // `你好~` is a way of writing; with a number it was meant as an operator.
        if word && distance.is_some() {
            problem(ProblemKind::FuzzyNotLatin);
            return Some(text(base));
        }
        return None;
    }
    let distance = distance.unwrap_or(DEFAULT_DISTANCE);
    if distance > MAX_DISTANCE {
        problem(ProblemKind::OutOfRange);
    }
    if distance == 0 {
        return Some(text(base));
    }
    Some(Node::Fuzzy {
        text: base.iter().collect(),
        distance: distance.min(MAX_DISTANCE),
    })
}

/// Reads `文明*`, `文*市` and `wom?n`.
///
/// Stays out of ordinary text: products (`5*8`), masks (`张**`), marked stocks (`*ST`),
/// questions (`是吗?是的`), formulas.
fn wildcard(word: &[char], start: usize, problems: &mut Vec<Problem>) -> Option<Node> {
    if !word.iter().any(|c| is_star(*c) || *c == '?') {
        return None;
    }
    // A question mark at the end ends a question, and brackets around a word are punctuation.
    let inner = |c: &char| c.is_alphanumeric() || is_star(*c);
    let from = word.iter().position(inner)?;
    let to = word.iter().rposition(inner)? + 1;
    let word = &word[from..to];
    let part = |c: &char| inner(c) || matches!(c, '?' | '-' | '.' | '_');
    if !word.iter().all(part) {
        return None;
    }
    let is_digit = |c: Option<&char>| c.is_some_and(char::is_ascii_digit);
    let is_ascii = |c: Option<&char>| c.is_some_and(char::is_ascii_alphanumeric);
    let mut pattern = String::with_capacity(word.len());
    let mut n_wildcards = 0;
    for (at, &c) in word.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| word.get(at));
        let after = word.get(at + 1);
        if is_star(c) {
            if before.is_none() {
                if word.iter().any(|c| c.is_alphanumeric()) {
                    problems.push(Problem {
                        position: start + from,
                        message: ProblemKind::LeadingWildcard,
                    });
                }
                return None;
            }
            let mask = before.is_some_and(|c| is_star(*c)) || after.is_some_and(|c| is_star(*c));
            if mask || (is_digit(before) && is_digit(after)) {
                return None;
            }
            pattern.push('*');
            n_wildcards += 1;
        } else if c == '?' {
            if !is_ascii(before) || !is_ascii(after) {
                return None;
            }
            pattern.push('?');
            n_wildcards += 1;
        } else {
            pattern.push(c);
        }
    }
    if n_wildcards == 0 || !is_meaningful(&pattern) {
        return None;
    }
    if n_wildcards == 1 && pattern.ends_with('*') {
        pattern.pop();
        return Some(Node::Prefix { text: pattern });
    }
    Some(Node::Wildcard { pattern })
}

fn is_star(c: char) -> bool {
    matches!(c, '*' | '＊')
}

/// Whether a letter of the Latin script, full-width ones included.
fn is_latin(c: char) -> bool {
    c.is_alphabetic() && matches!(u32::from(c), 0..0x250 | 0x1E00..0x1F00 | 0xFF21..0xFF5B)
}
