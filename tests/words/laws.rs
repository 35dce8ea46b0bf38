//! What holds for every text.

use fangzhi_segmentation::normalize::normalize;
use fangzhi_segmentation::{Dictionary, Layer, Segmenter, Term};
use proptest::prelude::*;

/// Texts of words, names, numbers, traditional and full-width forms, marks and anything else.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => "[一-龥]{1,4}",
        4 => prop::sample::select(vec![
            "创建", "全国", "文明城市", "海城市", "遼寧省", "中國農業銀行", "ＧＤＰ", "PM2.5", "4+4+3+N",
            "12.5%", "2024年1月", "㎡", "，", "。", "\u{3000}", "\r\n", "的", "e\u{301}", "\u{200B}", "4s店",
        ])
        .prop_map(str::to_owned),
        1 => "[a-zA-Z0-9.+%-]{1,6}",
        1 => "\\PC{0,6}",
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

fn segmenter() -> Segmenter {
    Segmenter::default()
}

/// Whether `needle` occurs in `haystack` without gaps.
fn has_phrase(haystack: &[Term], needle: &[Term]) -> bool {
    let same = |(a, b): (&Term, &Term)| a.text == b.text;
    haystack
        .windows(needle.len())
        .any(|window| window.iter().zip(needle).all(same))
}

proptest! {
    #[test]
    fn words_concatenate_to_the_text(text in text()) {
        let mut end = 0;
        for word in segmenter().words(&text) {
            prop_assert_eq!(word.start, end);
            prop_assert_eq!(&text[word.start..word.end], word.text);
            prop_assert!(!word.text.is_empty());
            end = word.end;
        }
        prop_assert_eq!(end, text.len());
    }

    /// The words that a text begins with are the beginnings that are words, also with words of the user's.
    #[test]
    fn words_along_a_text_are_its_beginnings_that_are_words(text in text()) {
        let own = Dictionary::default().with_words(["海城市城", "ＧＤＰ增"]);
        for dictionary in [Dictionary::default(), own] {
            let mut found = Vec::new();
            dictionary.words_along(text.chars(), |len| found.push(len));
            let chars: Vec<char> = text.chars().collect();
            let is_word = |len: &usize| dictionary.contains(&chars[..*len].iter().collect::<String>());
            let expect: Vec<usize> = (1..=chars.len()).filter(is_word).collect();
            prop_assert_eq!(found, expect, "{}", text);
        }
    }

    #[test]
    fn terms_slice_to_what_they_stand_for(text in text()) {
        for term in segmenter().terms(&text) {
            prop_assert!(normalize(&text[term.start..term.end]).text().contains(&term.text));
            prop_assert!(term.length > 0);
        }
    }

    #[test]
    fn tokens_slice_to_what_they_stand_for(text in text()) {
        for layer in Layer::ALL {
            for (idx, token) in segmenter().layer(layer, &text).iter().enumerate() {
                prop_assert_eq!(token.position, idx);
                prop_assert!(!token.text.contains(char::is_whitespace));
                prop_assert!((1..=255).contains(&token.text.chars().count()));
                let source = normalize(&text[token.start..token.end]);
                let bridged: String = match layer {
                    Layer::Words => source.text().to_owned(),
                    _ => segmenter().layer(Layer::Chars, source.text()).into_iter().map(|token| token.text).collect(),
                };
                prop_assert!(bridged.contains(&token.text), "{:?} in {:?}", token.text, bridged);
            }
        }
    }

    #[test]
    fn any_part_is_found_as_a_phrase(text in text(), a: prop::sample::Index, b: prop::sample::Index) {
        let mut cuts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        cuts.push(text.len());
        let (a, b) = (*a.get(&cuts), *b.get(&cuts));
        let part = &text[a.min(b)..a.max(b)];
        let chars = segmenter().layer(Layer::Chars, part);
        for layer in [Layer::Bigrams, Layer::Chars] {
            let needle = segmenter().layer(layer, part);
            if layer == Layer::Bigrams {
                prop_assert_eq!(needle.len(), chars.len().saturating_sub(1));
            }
            if !needle.is_empty() {
                prop_assert!(has_phrase(&segmenter().layer(layer, &text), &needle));
            }
        }
    }

    #[test]
    fn words_of_a_layer_cover_every_letter_once(text in text()) {
        let words = segmenter().layer(Layer::Words, &text);
        let all: String = words.into_iter().map(|token| token.text).collect();
        let letters = |text: &str| -> String {
            segmenter().layer(Layer::Chars, text).into_iter().map(|token| token.text).collect()
        };
        prop_assert_eq!(letters(&all), letters(&text));
    }

    #[test]
    fn a_worker_gives_the_same_tokens_again(texts in prop::collection::vec(text(), 1..4)) {
        let segmenter = segmenter();
        let mut worker = segmenter.worker();
        for text in &texts {
            let mut analysis = worker.analyse(text);
            for layer in Layer::ALL {
                let mut tokens = Vec::new();
                analysis.for_each(layer, |token| tokens.push((token.text.to_owned(), token.start, token.end, token.position)));
                let expect: Vec<_> = segmenter
                    .layer(layer, text)
                    .into_iter()
                    .map(|token| (token.text, token.start, token.end, token.position))
                    .collect();
                prop_assert_eq!(tokens, expect);
            }
        }
    }
}

#[test]
fn long_words_are_cut_into_tokens() {
    let text = "a".repeat(600);
    let lengths: Vec<usize> = segmenter()
        .layer(Layer::Words, &text)
        .iter()
        .map(|token| token.text.len())
        .collect();
    assert_eq!(lengths, [255, 255, 90]);
}
