//! The highest of some scores.

/// The `n`th highest of some scores, from 1; `None` if there are fewer.
pub(crate) fn nth_highest(scores: impl IntoIterator<Item = f32>, n: usize) -> Option<f32> {
    let mut top = Top {
        n,
        scores: Vec::with_capacity(most_kept(n).min(1024)),
        floor: f32::NEG_INFINITY,
    };
    scores.into_iter().for_each(|score| top.push(score));
    if n == 0 || top.scores.len() < n {
        return None;
    }
    top.prune();
    Some(top.floor)
}

/// How many scores are kept before those that are too low are thrown away.
fn most_kept(n: usize) -> usize {
    n.saturating_mul(4).max(64)
}

/// The `n` highest scores, and others until there are too many of them.
struct Top {
    n: usize,
    scores: Vec<f32>,
    /// The `n`th highest so far; no lower score is of interest.
    floor: f32,
}

impl Top {
    #[inline]
    fn push(&mut self, score: f32) {
        if score > self.floor || self.scores.len() < self.n {
            self.scores.push(score);
            if self.scores.len() >= most_kept(self.n) {
                self.prune();
            }
        }
    }

    fn prune(&mut self) {
        if let Some(last) = self.n.checked_sub(1)
            && last < self.scores.len()
        {
            let by_height = |a: &f32, b: &f32| b.total_cmp(a);
            let (_, floor, _) = self.scores.select_nth_unstable_by(last, by_height);
            self.floor = *floor;
        }
        self.scores.truncate(self.n);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nth_of_many() {
        let mut rng = fastrand::Rng::with_seed(3);
        for n in [0usize, 1, 2, 7, 70] {
            for len in [0, 1, 6, 7, 64, 500] {
                let scores: Vec<f32> = (0..len).map(|_| rng.u8(..40).into()).collect();
                let mut sorted = scores.clone();
                sorted.sort_by(|a, b| b.total_cmp(a));
                let expected = n.checked_sub(1).and_then(|at| sorted.get(at).copied());
                assert_eq!(nth_highest(scores, n), expected, "{n} of {len}");
            }
        }
    }
}
