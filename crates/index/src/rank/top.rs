//! The highest of some scores.

/// Keeps the `n` highest scores pushed.
pub(super) struct Top {
    n: usize,
    /// The highest, and others until there is no more room for them.
    scores: Vec<f32>,
    /// No lower score is of interest.
    floor: f32,
}

impl Top {
    pub(super) fn new(n: usize) -> Self {
        Self {
            n,
            scores: Vec::new(),
            floor: f32::NEG_INFINITY,
        }
    }

    #[inline]
    pub(super) fn push(&mut self, score: f32) {
        if score > self.floor || self.scores.len() < self.n {
            self.scores.push(score);
            if self.scores.len() >= self.n.saturating_mul(4).max(64) {
                self.prune();
            }
        }
    }

    /// The lowest of the `n` highest; `None` if there were not so many.
    pub(super) fn lowest(mut self) -> Option<f32> {
        if self.n == 0 || self.scores.len() < self.n {
            return None;
        }
        self.prune();
        Some(self.floor)
    }

    fn prune(&mut self) {
        let Some(last) = self.n.checked_sub(1) else {
            self.scores.clear();
            return;
        };
        if last < self.scores.len() {
            let (_, floor, _) = self
                .scores
                .select_nth_unstable_by(last, |a, b| b.total_cmp(a));
            self.floor = *floor;
            self.scores.truncate(self.n);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nth_of_many() {
        let mut rng = fastrand::Rng::with_seed(3);
        for n in [1, 2, 7, 70] {
            for len in [0, 1, 6, 7, 64, 500] {
                let scores: Vec<f32> = (0..len).map(|_| rng.u8(..40).into()).collect();
                let mut top = Top::new(n);
                scores.iter().for_each(|score| top.push(*score));
                let mut sorted = scores;
                sorted.sort_by(|a, b| b.total_cmp(a));
                assert_eq!(top.lowest(), sorted.get(n - 1).copied(), "{n} of {len}");
            }
        }
        let mut none = Top::new(0);
        none.push(1.0);
        assert_eq!(none.lowest(), None);
    }
}
