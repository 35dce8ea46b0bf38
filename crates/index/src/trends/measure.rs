//! How much a word stands out in some articles against others.

/// How to weigh that a word is in more of some articles than of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Measure {
    /// The product of the absolute and the relative change: `(f − b) · f / b`, where `f` and `b` are the shares of the
    /// foreground's and of the background's articles that have the word; favours words that are rare elsewhere without
    /// falling for those that are rare altogether.
    ///
    /// Source: Elasticsearch's `significant_terms` aggregation, whose default it is.
    #[default]
    Jlh,
    /// The log-likelihood ratio `G² = 2 Σ O · ln(O / E)` over the four cells of articles with and without the word, in
    /// the foreground and in the rest; how little the difference can be chance, whatever the frequencies.
    ///
    /// Only words with `G² ≥ 10.83` are kept, as χ² with one degree of freedom has it at p = .001.
    ///
    /// Source: T. Dunning: Accurate Methods for the Statistics of Surprise and Coincidence, Computational Linguistics
    /// 19(1), 1993, 61–74.
    LogLikelihood,
}

/// The least [`Measure::LogLikelihood`] that is not taken for chance.
const LEAST_LOG_LIKELIHOOD: f64 = 10.83;

/// How many articles have a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Table {
    /// Of the foreground.
    pub(crate) with: u64,
    /// The articles of the foreground.
    pub(crate) foreground: u64,
    /// Of the background, in which the foreground is.
    pub(crate) background_with: u64,
    /// The articles of the background.
    pub(crate) background: u64,
}

impl Measure {
    /// How much the word stands out; `None` if it does not.
    pub(crate) fn score(self, table: Table) -> Option<f64> {
        let Table {
            with,
            foreground,
            background_with,
            background,
        } = table;
        // What is not in the foreground: the background of an index that changes meanwhile is not less.
        let others = background.checked_sub(foreground).filter(|n| *n > 0)?;
        let others_with = background_with.checked_sub(with)?;
        let without = foreground.checked_sub(with).filter(|_| with > 0)?;
        let others_without = others.checked_sub(others_with)?;
        let share = |n: u64, of: u64| n as f64 / of as f64;
        if share(with, foreground) <= share(others_with, others) {
            return None;
        }
        match self {
            Self::Jlh => {
                let f = share(with, foreground);
                let b = share(background_with, background);
                Some((f - b) * f / b)
            }
            Self::LogLikelihood => {
                let cell = |observed: u64, row: u64, column: u64| {
                    let expected = row as f64 * column as f64 / background as f64;
                    match observed {
                        0 => 0.0,
                        n => n as f64 * (n as f64 / expected).ln(),
                    }
                };
                let background_without = background - background_with;
                let sum = cell(with, foreground, background_with)
                    + cell(without, foreground, background_without)
                    + cell(others_with, others, background_with)
                    + cell(others_without, others, background_without);
                Some(2.0 * sum).filter(|ratio| *ratio >= LEAST_LOG_LIKELIHOOD)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_those_of_the_formulas() {
        for (with, foreground, background_with, background, jlh, log_likelihood) in [
            // f = .5, b = .05: (.45) · 10
            (5, 10, 5, 100, Some(4.5), Some(25.840)),
            (50, 100, 100, 1000, Some(2.0), Some(125.330)),
            // As frequent as elsewhere, rarer, and not there.
            (1, 10, 10, 100, None, None),
            (1, 10, 50, 100, None, None),
            (0, 10, 5, 100, None, None),
            // More frequent, but it may be chance.
            (2, 10, 10, 100, Some(0.2), None),
            // The foreground is everything.
            (5, 100, 5, 100, None, None),
        ] {
            let table = Table {
                with,
                foreground,
                background_with,
                background,
            };
            for (measure, expect) in [
                (Measure::Jlh, jlh),
                (Measure::LogLikelihood, log_likelihood),
            ] {
                let score = measure.score(table);
                assert_eq!(score.is_some(), expect.is_some(), "{table:?} {score:?}");
                let difference = score.unwrap_or(0.0) - expect.unwrap_or(0.0);
                assert!(difference.abs() < 0.001, "{table:?} {score:?}");
            }
        }
    }

    #[test]
    fn impossible_tables_have_no_score() {
        for (with, foreground, background_with, background) in [
            (11, 10, 20, 100),
            (5, 10, 2, 100),
            (5, 10, 5, 0),
            (1, 0, 1, 10),
            (5, 10, 99, 100),
        ] {
            let table = Table {
                with,
                foreground,
                background_with,
                background,
            };
            for measure in [Measure::Jlh, Measure::LogLikelihood] {
                assert_eq!(measure.score(table), None, "{table:?}");
            }
        }
    }
}
