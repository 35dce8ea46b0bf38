//! Shapes of terms, matched against a dictionary of terms.

use std::ops::ControlFlow;

use fangzhi_regions::Code;
use tantivy::postings::TermInfo;
use tantivy::termdict::TermDictionary;

use crate::error::Result;
use crate::layers::{self, Layer};

/// The most terms a shape stands for in a segment; the first ones in order are taken.
const MAX_TERMS: usize = 10_000;

/// A shape of terms. All texts are normalised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// Exactly this.
    Equal(String),
    /// Exactly this, or if no term is, with this in it.
    Like(String),
    /// Exactly one of these.
    OneOf(Vec<String>),
    /// Begins with this.
    Prefix(String),
    /// `*` is any characters, `?` is one.
    Wildcard(String),
    /// This, give or take some characters.
    Fuzzy {
        /// The characters.
        text: String,
        /// How many may be wrong, missing or added.
        distance: u8,
    },
}

/// A dictionary of terms, in the order of their bytes.
pub(crate) trait Terms {
    /// What it has of a term.
    type Info;

    /// Looks up a term.
    fn entry(&self, term: &str) -> Result<Option<Self::Info>>;

    /// Hands out the terms from `low` on, until `sink` breaks off.
    fn for_each_from(
        &self,
        low: &str,
        sink: impl FnMut(&[u8], &Self::Info) -> Result<ControlFlow<()>>,
    ) -> Result<()>;
}

impl Terms for TermDictionary {
    type Info = TermInfo;

    fn entry(&self, term: &str) -> Result<Option<TermInfo>> {
        Ok(self.get(term.as_bytes())?)
    }

    fn for_each_from(
        &self,
        low: &str,
        mut sink: impl FnMut(&[u8], &TermInfo) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let mut stream = self.range().ge(low.as_bytes()).into_stream()?;
        while stream.advance() && sink(stream.key(), stream.value())?.is_continue() {}
        Ok(())
    }
}

impl Terms for Layer {
    type Info = layers::TermInfo;

    fn entry(&self, term: &str) -> Result<Option<layers::TermInfo>> {
        Ok(self.get(term))
    }

    fn for_each_from(
        &self,
        low: &str,
        mut sink: impl FnMut(&[u8], &layers::TermInfo) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let mut stream = self.terms_from(low);
        while let Some((term, info)) = stream.next() {
            if sink(term, info)?.is_break() {
                break;
            }
        }
        Ok(())
    }
}

impl Pattern {
    /// One of these codes of regions.
    pub(crate) fn one_of(codes: &[Code]) -> Self {
        Self::OneOf(codes.iter().map(Code::to_string).collect())
    }

    /// Hands out the entries of the terms of this shape.
    pub(crate) fn for_each<D: Terms>(
        &self,
        terms: &D,
        mut sink: impl FnMut(&D::Info) -> Result<()>,
    ) -> Result<()> {
        if let Self::Equal(text) | Self::Like(text) = self
            && let Some(info) = terms.entry(text)?
        {
            return sink(&info);
        }
        if let Self::OneOf(texts) = self {
            for text in texts {
                if let Some(info) = terms.entry(text)? {
                    sink(&info)?;
                }
            }
            return Ok(());
        }
        let low = match self {
            Self::Equal(_) | Self::OneOf(_) => return Ok(()),
            Self::Like(_) | Self::Fuzzy { .. } => "",
            Self::Prefix(prefix) => prefix,
            Self::Wildcard(pattern) => pattern.split(['*', '?']).next().unwrap_or_default(),
        };
        let mut left = MAX_TERMS;
        terms.for_each_from(low, |term, info| {
            // Latin words come before all others in the order of bytes.
            let beyond = matches!(self, Self::Fuzzy { .. }) && *term >= [0xd0][..];
            if left == 0 || beyond || !term.starts_with(low.as_bytes()) {
                return Ok(ControlFlow::Break(()));
            }
            if std::str::from_utf8(term).is_ok_and(|term| self.matches(term)) {
                sink(info)?;
                left -= 1;
            }
            Ok(ControlFlow::Continue(()))
        })
    }

    fn matches(&self, term: &str) -> bool {
        match self {
            Self::Equal(text) => term == text,
            Self::OneOf(texts) => texts.iter().any(|text| text == term),
            Self::Like(text) => term.contains(text.as_str()),
            Self::Prefix(prefix) => term.starts_with(prefix.as_str()),
            Self::Wildcard(pattern) => glob(pattern, term),
            Self::Fuzzy { text, distance } => within(text, term, usize::from(*distance)),
        }
    }
}

/// Whether `text` is of the shape `pattern`, in time bounded by the product of their lengths.
fn glob(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(&c) if c == '?' || c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                // The last asterisk takes one character more.
                Some((at, taken)) => {
                    p = at + 1;
                    t = taken + 1;
                    star = Some((at, taken + 1));
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|&c| c == '*')
}

/// Whether two words differ by at most `distance` characters wrong, missing or added.
fn within(a: &str, b: &str, distance: usize) -> bool {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    if a.len().abs_diff(b.len()) > distance {
        return false;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, &x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()] <= distance
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        for (pattern, text, expected) in [
            ("文*市", "文明城市", true),
            ("文*市", "文明城市群", false),
            ("文明??", "文明城市", true),
            ("文明?", "文明城市", false),
            ("a*b*c", "aXbbYc", true),
            ("a*", "a", true),
        ] {
            assert_eq!(glob(pattern, text), expected, "{pattern} {text}");
        }
        for (a, b, distance, expected) in [
            ("shenyang", "shengyang", 1, true),
            ("shenyang", "shengyan", 1, false),
            ("shenyang", "shengyan", 2, true),
            ("ai", "ia", 1, false),
        ] {
            assert_eq!(within(a, b, distance), expected, "{a} {b}");
        }
    }
}
