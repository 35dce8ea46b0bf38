//! How well reprints are found among look-alikes, and laws that hold for any archive.
#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(
    dead_code,
    reason = "the report needs more of the generator and the score than the test"
)]

mod at_once;
mod generator;
mod laws;
mod score;

use generator::words::Words;
use score::{Score, share, store};

/// A smaller run of `just eval-reprints` with a seed that nothing was tuned on. The figures are those of
/// docs/reprints.md, less what a smaller archive may differ by; they are the same on every machine.
#[test]
fn reprints_are_found_and_look_alikes_are_not() {
    let archive = generator::archive(&Words::load(), 4000, 7);
    let score = Score::new(&archive, &store(&archive).groups());
    let precision = score.precision();
    let recall = score.recall(|_, edit| edit.is_counted());
    assert!(
        precision >= 0.99,
        "pair precision {precision}: {:?}",
        score.wrong
    );
    assert!(recall >= 0.95, "recall {recall}: {:?}", score.by_edit);
    assert!(
        share(score.all_pairs) >= 0.93,
        "recall of all pairs {:?}",
        score.all_pairs
    );
}
