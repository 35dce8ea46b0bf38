//! Which quotation marks and parentheses are syntax, and which belong to the text.

use super::lexer::{ends_before, is_close, is_open};
use super::names::Name;

/// Finds the partners of quotation marks, in time linear in the query.
///
/// Straight marks quote wherever they stand in pairs, except after a digit, where
/// they are inches. Typographic marks, which headlines are full of, quote
/// only if nothing is joined to the pair: `“文明城市” 创建`, but not `“文明城市”创建`.
/// The caller asks for the latter only where a token begins.
pub(super) struct Quotes<'a> {
    chars: &'a [char],
    straight: Next,
    straight_mixed: Next,
    curly: Next,
    curly_mixed: Next,
    corner: Next,
    white_corner: Next,
}

impl<'a> Quotes<'a> {
    pub(super) fn new(chars: &'a [char]) -> Self {
        Self {
            chars,
            straight: Next::new(&['"', '＂']),
            straight_mixed: Next::new(&['“', '”']),
            curly: Next::new(&['”']),
            curly_mixed: Next::new(&['“', '"', '＂']),
            corner: Next::new(&['」']),
            white_corner: Next::new(&['』']),
        }
    }

    /// Whether a quotation can begin with the character. `”` is what some input methods give for both.
    pub(super) fn is_opening(c: char) -> bool {
        Self::is_straight(c) || matches!(c, '“' | '”' | '「' | '『')
    }

    pub(super) fn is_straight(c: char) -> bool {
        matches!(c, '"' | '＂')
    }

    /// The closing mark of the phrase that begins at `at`, if one does.
    pub(super) fn partner(&mut self, at: usize) -> Option<usize> {
        let c = self.chars[at];
        if self.is_inch(at) {
            return None;
        }
        let close = self.closing(at)?;
        (Self::is_straight(c) || stands_apart(self.chars, close + 1)).then_some(close)
    }

    /// Whether the mark at `at` has no partner, neither as syntax nor in the text.
    pub(super) fn is_stray(&mut self, at: usize) -> bool {
        let c = self.chars[at];
        let counts = matches!(c, '"' | '＂' | '“' | '「' | '『');
        counts && !self.is_inch(at) && self.closing(at).is_none()
    }

    fn is_inch(&self, at: usize) -> bool {
        Self::is_straight(self.chars[at]) && at > 0 && self.chars[at - 1].is_ascii_digit()
    }

    fn closing(&mut self, at: usize) -> Option<usize> {
        let (first, second) = match self.chars[at] {
            '"' | '＂' => (&mut self.straight, Some(&mut self.straight_mixed)),
            '“' | '”' => (&mut self.curly, Some(&mut self.curly_mixed)),
            '「' => (&mut self.corner, None),
            '『' => (&mut self.white_corner, None),
            _ => return None,
        };
        first
            .after(self.chars, at)
            .or_else(|| second.and_then(|second| second.after(self.chars, at)))
    }
}

/// Whether nothing is joined to what ends before `at`; a field name begins something new: `（大黄鱼）来源：海城日报`.
fn stands_apart(chars: &[char], at: usize) -> bool {
    ends_before(chars, at) || Name::at(chars, at).is_some()
}

/// The next of some characters; remembers it, so that looking again costs nothing.
struct Next {
    wanted: &'static [char],
    /// The last position asked for and the answer to it.
    known: Option<(usize, Option<usize>)>,
}

impl Next {
    fn new(wanted: &'static [char]) -> Self {
        Self {
            wanted,
            known: None,
        }
    }

    /// The first position after `at` with a wanted character. `at` may not decrease.
    fn after(&mut self, chars: &[char], at: usize) -> Option<usize> {
        if let Some((asked, answer)) = self.known
            && at >= asked
            && answer.is_none_or(|answer| answer > at)
        {
            return answer;
        }
        let answer = chars[at + 1..]
            .iter()
            .position(|c| self.wanted.contains(c))
            .map(|offset| at + 1 + offset);
        self.known = Some((at, answer));
        answer
    }
}

/// The pairs of parentheses.
pub(super) struct Parentheses {
    /// For each parenthesis that has one, its partner; empty if the query has none at all.
    partners: Vec<Option<usize>>,
    /// For each closing parenthesis, whether it ends a group.
    group_ends: Vec<bool>,
}

impl Parentheses {
    pub(super) fn new(chars: &[char]) -> Self {
        if !chars.iter().any(|c| is_open(*c) || is_close(*c)) {
            return Self {
                partners: Vec::new(),
                group_ends: Vec::new(),
            };
        }
        let mut partners = vec![None; chars.len()];
        let mut open = Vec::new();
        for (at, &c) in chars.iter().enumerate() {
            if is_open(c) {
                open.push(at);
            } else if is_close(c)
                && let Some(partner) = open.pop()
            {
                partners[partner] = Some(at);
                partners[at] = Some(partner);
            }
        }
        Self {
            partners,
            group_ends: vec![false; chars.len()],
        }
    }

    /// Whether the opening parenthesis at `at`, where a token begins, can open a group:
    /// nothing may be joined to its end.
    pub(super) fn groups(&self, chars: &[char], at: usize) -> bool {
        self.partner(at)
            .is_none_or(|close| stands_apart(chars, close + 1))
    }

    /// Marks the partner of `at` as the end of a group; false if there is none.
    pub(super) fn mark_group(&mut self, at: usize) -> bool {
        match self.partner(at) {
            Some(close) => {
                self.group_ends[close] = true;
                true
            }
            None => false,
        }
    }

    pub(super) fn is_group_end(&self, at: usize) -> bool {
        self.group_ends.get(at).copied().unwrap_or(false)
    }

    /// Whether a closing parenthesis was never opened.
    pub(super) fn is_stray_close(&self, c: char, at: usize) -> bool {
        is_close(c) && self.partner(at).is_none()
    }

    fn partner(&self, at: usize) -> Option<usize> {
        self.partners.get(at).copied().flatten()
    }
}
