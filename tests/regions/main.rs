//! The tagger on a gold set: what it reaches must not get lost.
//!
//! `just eval-regions` prints the figures; README.md says how the set is made.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(
    clippy::print_stdout,
    reason = "the figures are printed where asked for"
)]

mod gold;
mod score;

use std::path::Path;

use fangzhi_regions::Tagger;

use crate::score::Score;

fn scores(split: &str) -> Score {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/regions");
    let tagger = Tagger::default();
    let sentences = score::score(&tagger, &gold::sentences(&directory, split));
    let articles = score::score(&tagger, &gold::articles(&directory, split));
    println!("{split} sentences: {sentences}");
    println!("{split} articles:  {articles}");
    let all = sentences.and(articles);
    println!("{split} together:  {all}");
    if std::env::var_os("REGIONS_ERRORS").is_some() {
        for error in &all.errors {
            println!("{error}");
        }
    }
    all
}

fn guard(score: &Score) {
    assert!(score.f1() >= 0.93, "F1 {:.3}", score.f1());
    assert!(
        score.main_place() >= 0.92,
        "main place {:.3}",
        score.main_place()
    );
    assert!(score.wrong_when_clear() <= 0.01, "{} wrong", score.wrong);
    assert_eq!(score.guessed, 0, "guesses");
}

#[test]
fn the_half_that_rules_were_tuned_on() {
    guard(&scores("dev"));
}

#[test]
fn the_half_that_was_set_aside() {
    guard(&scores("held-out"));
}
