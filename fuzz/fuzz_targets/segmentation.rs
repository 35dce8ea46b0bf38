//! Text → words, terms and layers: they lie within the text, keep all of it, and the words are jieba's.

#![no_main]

use std::cell::RefCell;
use std::sync::LazyLock;

use fangzhi_segmentation::normalize::normalize;
use fangzhi_segmentation::{Layer, Mode, Segmenter, Worker};
use jieba_rs::{Jieba, Token};
use libfuzzer_sys::fuzz_target;

static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// The longest token, in characters.
const MAX_TOKEN_CHARS: usize = 255;

thread_local! {
    // One worker for all texts, so that nothing of one text may reach the next.
    static WORKER: RefCell<Worker> = RefCell::new(Segmenter::default().worker());
}

fuzz_target!(|text: &str| {
    WORKER.with_borrow_mut(|worker| {
        for mode in Mode::ALL {
            check_words(worker, mode, text);
        }
        check_partition(worker, text);
        check_terms(worker.segmenter(), text);
        for layer in Layer::ALL {
            check_layer(worker, layer, text);
        }
        check_letters(worker, text);
    });
});

/// The words are those of jieba.
fn check_words(worker: &mut Worker, mode: Mode, text: &str) {
    let mut words = Vec::new();
    worker.cut(mode, text, |word| {
        assert_eq!(&text[word.start..word.end], word.text);
        words.push((word.start, word.end));
    });
    let expected: Vec<(usize, usize)> = jieba_words(mode, text)
        .iter()
        .map(|token| (token.byte_start, token.byte_end))
        .collect();
    assert_eq!(words, expected, "{mode:?} of {text:?}");
}

fn jieba_words(mode: Mode, text: &str) -> Vec<Token<'_>> {
    match mode {
        Mode::Exact => JIEBA.cut(text, true),
        Mode::ExactKnown => JIEBA.cut(text, false),
        Mode::Search => JIEBA.cut_for_search(text, true),
        Mode::SearchKnown => JIEBA.cut_for_search(text, false),
        Mode::All => JIEBA.cut_all(text),
        _ => panic!("{mode:?} is not a mode of jieba's"),
    }
}

/// The words concatenate to the text.
fn check_partition(worker: &Worker, text: &str) {
    let mut end = 0;
    for word in worker.segmenter().words(text) {
        assert_eq!(word.start, end, "of {text:?}");
        assert!(word.start < word.end, "an empty word of {text:?}");
        end = word.end;
    }
    assert_eq!(end, text.len(), "of {text:?}");
}

/// The terms are sorted and made of the letters they slice to.
fn check_terms(segmenter: &Segmenter, text: &str) {
    let mut before = (0, 0);
    for term in segmenter.terms(text) {
        let source = normalize(&text[term.start..term.end]);
        assert!(
            source.text().contains(&term.text),
            "{term:?} is not in {:?}",
            source.text()
        );
        assert!(term.length > 0, "{term:?} of {text:?}");
        let place = (term.position, term.length);
        assert!(before <= place, "{term:?} of {text:?} comes too late");
        before = place;
    }
}

/// The tokens have one position each, in order, and are made of the letters they slice to.
fn check_layer(worker: &mut Worker, layer: Layer, text: &str) {
    let segmenter = worker.segmenter().clone();
    let (mut n_tokens, mut start) = (0, 0);
    worker.for_each(layer, text, |token| {
        assert_eq!(token.position, n_tokens, "{token:?} of {text:?}");
        n_tokens += 1;
        assert!(start <= token.start, "{token:?} of {text:?}");
        start = token.start;
        assert!(!token.text.contains(char::is_whitespace), "{token:?}");
        let n_chars = token.text.chars().count();
        assert!((1..=MAX_TOKEN_CHARS).contains(&n_chars), "{token:?}");
        let source = normalize(&text[token.start..token.end]);
        let bridged = match layer {
            Layer::Words => source.text().to_owned(),
            Layer::Bigrams | Layer::Chars => letters(&segmenter, source.text()),
        };
        assert!(
            bridged.contains(token.text),
            "{token:?} is not in {bridged:?}"
        );
    });
}

/// The words of the layer hold every letter once, and so do the bigrams, each twice but the ends.
fn check_letters(worker: &mut Worker, text: &str) {
    let mut words = String::new();
    worker.for_each(Layer::Words, text, |token| words.push_str(token.text));
    let expected = letters(worker.segmenter(), text);
    let found = letters(worker.segmenter(), &words);
    assert_eq!(found, expected, "words of {text:?}");
    let mut n_bigrams = 0;
    worker.for_each(Layer::Bigrams, text, |_| n_bigrams += 1);
    let n_expected = expected.chars().count().saturating_sub(1);
    assert_eq!(n_bigrams, n_expected, "bigrams of {text:?}");
}

/// The letters, digits and Chinese characters of the normalised text.
fn letters(segmenter: &Segmenter, text: &str) -> String {
    let tokens = segmenter.layer(Layer::Chars, text);
    tokens.into_iter().map(|token| token.text).collect()
}
