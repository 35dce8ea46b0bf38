//! Data-driven tests of segmentation: `tests/words/*.txt`.
//!
//! The lines of `words.txt` are texts with their words between slashes.
//! Those of `layers.txt` and `terms.txt` are `text → token token …`.
//! Empty lines and lines that start with `#` are comments.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod accuracy;
mod laws;

use std::path::Path;

use fangzhi_segmentation::{Dictionary, Layer, Segmenter};

#[test]
fn words_are_cut_as_expected() {
    let segmenter = Segmenter::default();
    check("words.txt", |line| {
        let text = line.replace('/', "");
        let words: Vec<&str> = segmenter
            .words(&text)
            .iter()
            .map(|word| word.text)
            .collect();
        words.join("/")
    });
}

#[test]
fn user_words_are_kept_whole() {
    let segmenter = Segmenter::new(Dictionary::default().with_words([
        "文明创城办",
        "云岭示范镇",
        "ＡＢ计划",
        "遼東灣新區",
    ]));
    check("user-words.txt", |line| {
        let text = line.replace('/', "");
        let words: Vec<&str> = segmenter
            .words(&text)
            .iter()
            .map(|word| word.text)
            .collect();
        words.join("/")
    });
    let texts = tokens(&segmenter, Layer::Words, "辽东湾新区的ab计划");
    assert_eq!(texts, "辽东湾新区 的 ab计划");
}

#[test]
fn layers_hold_the_tokens_expected() {
    let segmenter = Segmenter::default();
    check("layers.txt", |line| {
        let (layer, text) = line.split_once(' ').unwrap();
        let (text, _) = text.split_once(" → ").unwrap();
        let layer_of = |name| match name {
            "words" => Layer::Words,
            "bigrams" => Layer::Bigrams,
            "chars" => Layer::Chars,
            _ => panic!("no layer is called `{name}`"),
        };
        format!(
            "{layer} {text} → {}",
            tokens(&segmenter, layer_of(layer), text)
        )
    });
}

#[test]
fn terms_overlap_and_keep_their_places() {
    let segmenter = Segmenter::default();
    check("terms.txt", |line| {
        let (text, _) = line.split_once(" → ").unwrap();
        let terms: Vec<String> = segmenter
            .terms(text)
            .iter()
            .map(|term| format!("{}@{}+{}", term.text, term.position, term.length))
            .collect();
        format!("{text} → {}", terms.join(" "))
    });
}

fn tokens(segmenter: &Segmenter, layer: Layer, text: &str) -> String {
    let tokens = segmenter.layer(layer, text);
    let texts: Vec<&str> = tokens.iter().map(|token| token.text.as_str()).collect();
    texts.join(" ")
}

/// Compares each line of a file with what `actual` makes of it.
///
/// With `UPDATE_EXPECT=1` in the environment the file is rewritten instead.
fn check(file: &str, actual: impl Fn(&str) -> String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/words")
        .join(file);
    let lines = std::fs::read_to_string(&path).unwrap();
    let is_case = |line: &str| !line.is_empty() && !line.starts_with('#');
    let found: Vec<String> = lines
        .lines()
        .map(|line| {
            if is_case(line) {
                actual(line)
            } else {
                line.to_owned()
            }
        })
        .collect();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, found.join("\n") + "\n").unwrap();
        return;
    }
    let mut n_cases = 0;
    for (idx, (line, found)) in lines.lines().zip(&found).enumerate() {
        n_cases += usize::from(is_case(line));
        assert_eq!(found, line, "{file}:{}", idx + 1);
    }
    assert!(n_cases > 0, "{file} has no cases");
}
