//! Archives of a single kind of page, as a site may have by the thousand: every text is nearly like every other.

use super::notices::{SHORT, TEMPLATES, Template};
use super::random::Random;
use super::words::Words;

/// What all texts of an archive are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Crowd {
    /// Sixty words, each drawn from so many.
    Words(usize),
    /// Notices of one template, of one city.
    Notices(Template),
}

impl Crowd {
    /// All that are measured.
    pub(crate) fn all() -> Vec<Self> {
        let notices = TEMPLATES.into_iter().filter(|template| {
            matches!(template.name, "weather" | "candidates" | "power" | "tender")
        });
        let notices = [SHORT].into_iter().chain(notices).map(Self::Notices);
        [60, 600]
            .map(Self::Words)
            .into_iter()
            .chain(notices)
            .collect()
    }

    /// What it is called in reports.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Words(n) => format!("60 of {n} words"),
            Self::Notices(template) => template.name.to_owned(),
        }
    }

    /// Gives `n` texts, the same for the same seed.
    pub(crate) fn texts(self, words: &Words, n: usize, seed: u64) -> impl Iterator<Item = String> {
        let mut random = Random::new(seed);
        let vocabulary: Vec<&str> = match self {
            Self::Words(n) => (0..n).map(|_| words.draw("n2", &mut random)).collect(),
            Self::Notices(_) => Vec::new(),
        };
        (0..n).map(move |day| match self {
            Self::Words(_) => (0..60).map(|_| random.pick(&vocabulary)).collect(),
            Self::Notices(template) => template.fill("海城市", day, words, &mut random).concat(),
        })
    }
}
