//! A guard on accuracy: word F1 against hand-segmented sentences, where they are at hand.

use std::collections::HashSet;
use std::ops::Range;
use std::path::Path;

use fangzhi_segmentation::Segmenter;

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn words_agree_with_hand_segmented_text() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/segmentation/ud-gsdsimp-dev.txt");
    let Ok(sentences) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: there is no `{}`", path.display());
        return;
    };
    let segmenter = Segmenter::default();
    let (mut n_right, mut n_gold, mut n_cut) = (0, 0, 0);
    for sentence in sentences.lines() {
        let gold = spans(sentence.split(' '));
        let text = sentence.replace(' ', "");
        let cut = spans(segmenter.words(&text).iter().map(|word| word.text));
        n_right += gold.intersection(&cut).count();
        n_gold += gold.len();
        n_cut += cut.len();
    }
    let (precision, recall) = (
        n_right as f64 / n_cut as f64,
        n_right as f64 / n_gold as f64,
    );
    let f1 = 2.0 * precision * recall / (precision + recall);
    assert!(f1 > 0.79, "word F1 is {f1:.4}, jieba's is .80");
}

fn spans<'t>(words: impl Iterator<Item = &'t str>) -> HashSet<Range<usize>> {
    let mut end = 0;
    words
        .map(|word| {
            let start = end;
            end += word.len();
            start..end
        })
        .collect()
}
