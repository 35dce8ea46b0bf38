//! Sentences of real words in no real order.

/// The words to write with, and how often each comes.
#[derive(Debug)]
pub struct Prose {
    words: Vec<String>,
    /// The sum of the frequencies up to and with each word.
    sums: Vec<u64>,
}

impl Prose {
    /// Takes words with their frequencies; those that are not of two to four Chinese characters, or one that is frequent, are left out.
    ///
    /// # Panics
    ///
    /// No word is left.
    pub fn new(words: impl IntoIterator<Item = (String, u64)>) -> Self {
        let mut kept: Vec<(String, u64)> = words
            .into_iter()
            .filter(|(word, frequency)| {
                let n_chars = word.chars().count();
                let han = word.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
                han && *frequency > 2 && (n_chars >= 2 || *frequency > 20_000) && n_chars <= 4
            })
            .collect();
        assert!(
            !kept.is_empty(),
            "the dictionary has no words to write with"
        );
        kept.sort();
        let sums = kept
            .iter()
            .scan(0, |sum, (_, frequency)| {
                *sum += frequency;
                Some(*sum)
            })
            .collect();
        let words = kept.into_iter().map(|(word, _)| word).collect();
        Self { words, sums }
    }

    /// A word, drawn by its frequency.
    pub fn word(&self, rng: &mut fastrand::Rng) -> &str {
        let at = rng.u64(..self.sums[self.sums.len() - 1]);
        &self.words[self.sums.partition_point(|sum| *sum <= at)]
    }

    /// A headline of 12 to 30 characters.
    pub fn headline(&self, rng: &mut fastrand::Rng, city: &str) -> String {
        let mut headline = String::from(city);
        let goal = rng.usize(12..28);
        while headline.chars().count() < goal {
            headline.push_str(self.word(rng));
        }
        headline
    }

    /// Appends a paragraph of one to six sentences.
    pub fn paragraph(&self, rng: &mut fastrand::Rng, city: &str, out: &mut String) {
        for _ in 0..rng.usize(1..7) {
            let n_clauses = rng.usize(1..4);
            for clause in 0..n_clauses {
                for _ in 0..rng.usize(4..12) {
                    match rng.u32(..60) {
                        0 => out.push_str(city),
                        1 => out.push_str(&rng.u32(1..3000).to_string()),
                        2 => {
                            out.push_str(&format!("{}.{}%", rng.u32(..99), rng.u32(..10)));
                        }
                        _ => out.push_str(self.word(rng)),
                    }
                }
                out.push_str(if clause + 1 == n_clauses {
                    "。"
                } else {
                    "，"
                });
            }
        }
    }
}
