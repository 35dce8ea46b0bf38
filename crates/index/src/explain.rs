//! How a score came about, in words an editor can read.

use std::fmt;

/// How the score of a hit came about.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Explanation {
    /// The score.
    pub score: f32,
    /// What each part gave.
    pub parts: Vec<ScorePart>,
    /// What the sum of the parts was multiplied by: coverage, age; each with its reason.
    pub factors: Vec<(String, f32)>,
}

/// What one word or group of characters of a query gave to a score.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ScorePart {
    /// The word or characters, normalised.
    pub text: String,
    /// Where it was found: `title`, `body`, `lead`.
    pub field: &'static str,
    /// As what: `word`, `pair`, `character`, `phrase`, `prefix`, …
    pub layer: &'static str,
    /// How often it was found there.
    pub count: u32,
    /// What it gave to the sum.
    pub score: f32,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2} =", self.score)?;
        for (i, part) in self.parts.iter().enumerate() {
            let plus = if i == 0 { "" } else { " +" };
            write!(
                f,
                "{plus} {:.2} ({} {}× in {}, {})",
                part.score, part.text, part.count, part.field, part.layer
            )?;
        }
        for (reason, factor) in &self.factors {
            write!(f, "; × {factor:.2} ({reason})")?;
        }
        Ok(())
    }
}
