//! Characters → tokens.
//!
//! Most of what looks like an operator is not one in a headline: `办法（试行）`,
//! `A-B`, `4+4+3+N`, `10:30`. So an operator has to begin where a word begins,
//! and a pair of parentheses or typographic quotation marks has to end where a word ends.

use super::marks::{Parentheses, Quotes};
use super::names::{Name, Operator};
use super::{MAX_BOOST, MAX_DEPTH, MAX_SLOP, Problem, ProblemKind};

/// A piece of a query.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Where it begins, in characters.
    pub(super) start: usize,
    /// Where it ends, a suffix such as `^2` included.
    pub(super) end: usize,
    /// Whether white space comes before it.
    pub(super) spaced: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// A run of characters, punctuation included.
    Word,
    /// The value of `site:`, `url:`, `region:` or a date, to be taken as it stands.
    Raw,
    /// Something between quotation marks; the range is what is inside.
    Phrase {
        inside: (usize, usize),
        slop: u32,
        boost: Option<f32>,
    },
    Open,
    Close {
        boost: Option<f32>,
    },
    Operator(Operator),
    /// `非`, which is a word unless something comes before it.
    ChineseOperator(Operator),
    Plus,
    Minus,
    /// A field name and its colon.
    Name(Name),
}

impl Kind {
    /// Whether an operand can begin with this.
    pub(super) fn begins_operand(&self) -> bool {
        matches!(
            self,
            Self::Word
                | Self::Raw
                | Self::Phrase { .. }
                | Self::Open
                | Self::Plus
                | Self::Minus
                | Self::Name(_)
        )
    }

    /// Whether an operand can end with this.
    pub(super) fn ends_operand(&self) -> bool {
        matches!(
            self,
            Self::Word | Self::Raw | Self::Phrase { .. } | Self::Close { .. }
        )
    }
}

/// Cuts a query into tokens.
pub(super) fn tokens(chars: &[char], problems: &mut Vec<Problem>) -> Vec<Token> {
    let mut lexer = Lexer {
        chars,
        quotes: Quotes::new(chars),
        parentheses: Parentheses::new(chars),
        depth: 0,
        told_depth: false,
        tokens: Vec::new(),
        problems,
    };
    lexer.run();
    lexer.tokens
}

/// Whether white space, or something with no more meaning than white space.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

/// Whether a boost follows at `at`; gives it and where it ends.
pub(super) fn boost(chars: &[char], at: usize) -> Option<(f32, usize)> {
    if !matches!(chars.get(at), Some('^' | '＾')) {
        return None;
    }
    let digits = |c: &char| c.is_ascii_digit() || *c == '.';
    let end = at + 1 + chars[at + 1..].iter().take_while(|c| digits(c)).count();
    let number: String = chars[at + 1..end].iter().collect();
    let factor = number.parse::<f32>().ok()?;
    Some((factor, end))
}

struct Lexer<'a> {
    chars: &'a [char],
    quotes: Quotes<'a>,
    parentheses: Parentheses,
    depth: usize,
    told_depth: bool,
    tokens: Vec<Token>,
    problems: &'a mut Vec<Problem>,
}

impl Lexer<'_> {
    fn run(&mut self) {
        let mut at = 0;
        while at < self.chars.len() {
            let spaces = self.chars[at..].iter().take_while(|c| is_space(**c));
            let start = at + spaces.count();
            if start == self.chars.len() {
                break;
            }
            at = self.token(start, start > at);
            debug_assert!(at > start, "every token takes at least one character");
        }
    }

    /// Reads the token that begins at `start` and gives where it ends.
    fn token(&mut self, start: usize, spaced: bool) -> usize {
        let last = self.tokens.last().map(|last| &last.kind);
        let after_group = matches!(last, Some(Kind::Close { .. } | Kind::Phrase { .. }));
        let glued = !spaced
            && self
                .tokens
                .last()
                .is_some_and(|last| last.kind.ends_operand() && !self.ends_in_gap(last));
        if !glued && let Some(kind) = self.sigil(start) {
            return self.push(kind, start, start + 1, spaced);
        }
        if (!glued || after_group)
            && let Some((name, end)) = self.name(start)
        {
            return self.named(name, start, end, spaced);
        }
        if let Some(close) = self.quotes.partner(start) {
            return self.phrase(start, close, spaced);
        }
        if is_open(self.chars[start]) && self.opens(start) {
            return self.push(Kind::Open, start, start + 1, spaced);
        }
        if self.parentheses.is_group_end(start) {
            self.depth = self.depth.saturating_sub(1);
            let (boost, end) = self.boost(start + 1);
            return self.push(Kind::Close { boost }, start, end, spaced);
        }
        self.word(start, spaced)
    }

    /// `+` or `-` before an operand. A digit after it makes it a number: `-5℃`.
    fn sigil(&self, at: usize) -> Option<Kind> {
        let kind = match self.chars[at] {
            '+' | '＋' => Kind::Plus,
            '-' | '－' => Kind::Minus,
            _ => return None,
        };
        let next = *self.chars.get(at + 1)?;
        let operand = next.is_alphabetic()
            || is_open(next)
            || Quotes::is_opening(next)
            || matches!(next, '《' | '〈' | '【');
        operand.then_some(kind)
    }

    /// A field name with its colon; gives where the colon ends.
    fn name(&mut self, start: usize) -> Option<(Name, usize)> {
        if let Some(known) = Name::at(self.chars, start) {
            return Some(known);
        }
        // An unknown name is told of only if it is a plain Latin word.
        let rest = &self.chars[start..];
        let letters = rest
            .iter()
            .take(20)
            .take_while(|c| c.is_alphabetic() || **c == '_');
        let length = letters.count();
        if length == 0 || !matches!(rest.get(length), Some(':' | '：')) {
            return None;
        }
        let name = &rest[..length];
        let latin = length > 1 && name.iter().all(|c| c.is_ascii_alphabetic() || *c == '_');
        let value = rest.get(length + 1);
        if latin && value.is_some_and(|c| c.is_alphanumeric() || Quotes::is_opening(*c)) {
            let name = name.iter().collect();
            self.problem(start, ProblemKind::UnknownField(name));
        }
        None
    }

    /// Pushes a name, and its value if that is to be taken as it stands.
    fn named(&mut self, name: Name, start: usize, colon: usize, spaced: bool) -> usize {
        self.push(Kind::Name(name), start, colon, spaced);
        let spaces = self.chars[colon..].iter().take_while(|c| is_space(**c));
        let value = colon + spaces.count();
        let raw = name.has_raw_value() || name.has_plain_value();
        if !raw || value == self.chars.len() || self.quotes.partner(value).is_some() {
            return colon;
        }
        let mut end = value;
        while end < self.chars.len()
            && !is_space(self.chars[end])
            && !self.parentheses.is_group_end(end)
            && (!name.has_plain_value() || !is_gap(self.chars, end))
        {
            end += 1;
        }
        // A value of nothing but an opening parenthesis is a group: `site:(a OR b)`.
        if end == value || is_open(self.chars[value]) {
            return colon;
        }
        self.push(Kind::Raw, value, end, value > colon)
    }

    fn phrase(&mut self, start: usize, close: usize, spaced: bool) -> usize {
        let inside = (start + 1, close);
        let mut end = close + 1;
        let mut slop = 0;
        if matches!(self.chars.get(end), Some('~' | '～')) {
            let digits = self.chars[end + 1..]
                .iter()
                .take_while(|c| c.is_ascii_digit());
            let digits_end = end + 1 + digits.count();
            if digits_end > end + 1 {
                let number: String = self.chars[end + 1..digits_end].iter().collect();
                slop = number.parse().unwrap_or(u32::MAX);
                if slop > MAX_SLOP {
                    self.problem(end, ProblemKind::OutOfRange);
                    slop = MAX_SLOP;
                }
                end = digits_end;
            }
        }
        let (boost, end) = self.boost(end);
        let kind = Kind::Phrase {
            inside,
            slop,
            boost,
        };
        self.push(kind, start, end, spaced)
    }

    /// Whether the parenthesis at a token's start opens a group.
    fn opens(&mut self, at: usize) -> bool {
        if !self.parentheses.groups(self.chars, at) {
            return false;
        }
        if self.depth == MAX_DEPTH {
            if !self.told_depth {
                self.problem(at, ProblemKind::TooDeep);
                self.told_depth = true;
            }
            return false;
        }
        if !self.parentheses.mark_group(at) {
            self.problem(at, ProblemKind::UnclosedParenthesis);
        }
        self.depth += 1;
        true
    }

    fn word(&mut self, start: usize, spaced: bool) -> usize {
        let mut end = start;
        while end < self.chars.len() {
            let c = self.chars[end];
            if is_space(c) || self.parentheses.is_group_end(end) {
                break;
            }
            if end > start && Quotes::is_straight(c) && self.quotes.partner(end).is_some() {
                break;
            }
            if self.parentheses.is_stray_close(c, end) {
                self.problem(end, ProblemKind::UnopenedParenthesis);
            }
            if self.quotes.is_stray(end) {
                self.problem(end, ProblemKind::UnclosedQuote);
            }
            end += 1;
            if is_gap(self.chars, end - 1) {
                break;
            }
        }
        let word = &self.chars[start..end];
        let kind = if let Some(operator) = Operator::lookup(word) {
            Kind::Operator(operator)
        } else if let Some(operator) = Operator::lookup_chinese(word)
            && spaced
            && self.chars.get(end).is_some_and(|c| is_space(*c))
        {
            Kind::ChineseOperator(operator)
        } else {
            Kind::Word
        };
        self.push(kind, start, end, spaced)
    }

    /// The boost that follows at `at`, within its limits, and where it ends.
    fn boost(&mut self, at: usize) -> (Option<f32>, usize) {
        let Some((factor, end)) = boost(self.chars, at) else {
            return (None, at);
        };
        let (factor, limited) = limit_boost(factor);
        if limited {
            self.problem(at, ProblemKind::OutOfRange);
        }
        (Some(factor), end)
    }

    fn ends_in_gap(&self, token: &Token) -> bool {
        is_gap(self.chars, token.end - 1)
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize, spaced: bool) -> usize {
        self.tokens.push(Token {
            kind,
            start,
            end,
            spaced,
        });
        end
    }

    fn problem(&mut self, position: usize, message: ProblemKind) {
        self.problems.push(Problem { position, message });
    }
}

/// Brings a factor within its limits, and says whether it was outside.
pub(super) fn limit_boost(factor: f32) -> (f32, bool) {
    const SMALLEST: f32 = 0.01;
    let limited = factor.clamp(SMALLEST, MAX_BOOST);
    (limited, limited != factor)
}

/// Whether an operator may follow the character as it may follow white space: a comma,
/// unless it is part of a number.
fn is_gap(chars: &[char], at: usize) -> bool {
    match chars[at] {
        '，' | '、' | '；' | '。' => true,
        ',' | ';' => {
            let digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
            !(at > 0 && digit(at - 1) && digit(at + 1))
        }
        _ => false,
    }
}

pub(super) fn is_open(c: char) -> bool {
    matches!(c, '(' | '（')
}

pub(super) fn is_close(c: char) -> bool {
    matches!(c, ')' | '）')
}

/// Whether a word, a group or a phrase may end before `at`.
pub(super) fn ends_before(chars: &[char], at: usize) -> bool {
    chars.get(at).is_none_or(|&c| {
        is_space(c)
            || is_gap(chars, at)
            || is_open(c)
            || is_close(c)
            || Quotes::is_opening(c)
            || boost(chars, at).is_some()
            || (matches!(c, '~' | '～') && chars.get(at + 1).is_some_and(char::is_ascii_digit))
    })
}
