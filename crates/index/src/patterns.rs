//! Shapes of terms, matched against a dictionary of terms.

use tantivy::postings::TermInfo;
use tantivy::termdict::TermDictionary;

use crate::error::Result;

/// The most terms a shape stands for in a segment; the first ones in order are taken.
const MAX_TERMS: usize = 10_000;

/// A shape of terms. All texts are normalised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// Exactly this.
    Equal(String),
    /// Exactly this, or if no term is, with this in it.
    Like(String),
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

impl Pattern {
    /// Hands out the postings of the terms of this shape.
    pub(crate) fn for_each(
        &self,
        terms: &TermDictionary,
        mut sink: impl FnMut(&TermInfo) -> Result<()>,
    ) -> Result<()> {
        if let Self::Equal(text) | Self::Like(text) = self
            && let Some(info) = terms.get(text.as_bytes())?
        {
            return sink(&info);
        }
        let (low, high) = match self {
            Self::Equal(_) => return Ok(()),
            Self::Like(_) => (String::new(), None),
            Self::Prefix(prefix) => (prefix.clone(), None),
            Self::Wildcard(pattern) => {
                let literal = pattern.split(['*', '?']).next().unwrap_or_default();
                (literal.to_owned(), None)
            }
            // Latin words come before all others in the order of bytes.
            Self::Fuzzy { .. } => (String::new(), Some([0xd0])),
        };
        let mut range = terms.range().ge(low.as_bytes());
        if let Some(high) = high {
            range = range.lt(high);
        }
        let mut stream = range.into_stream()?;
        let mut left = MAX_TERMS;
        while left > 0 && stream.advance() {
            if !stream.key().starts_with(low.as_bytes()) {
                break;
            }
            if std::str::from_utf8(stream.key()).is_ok_and(|term| self.matches(term)) {
                sink(stream.value())?;
                left -= 1;
            }
        }
        Ok(())
    }

    fn matches(&self, term: &str) -> bool {
        match self {
            Self::Equal(text) => term == text,
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
