//! jieba-rs is the oracle: in every mode, with user words and without, the words are the same.
//!
//! `ORACLE_MEGABYTES` says how much text is made up and compared, by default 2.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../../examples/compile-data/jieba.rs"]
#[allow(dead_code, reason = "compiling is not tested here")]
mod data;
mod text;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use fangzhi_segmentation::{Dictionary, Mode, Segmenter, Worker};
use jieba_rs::{Jieba, Token};
use proptest::prelude::*;
use text::Generator;

/// Words and frequencies to add; `None` means the suggested one.
const USER_WORDS: [(&str, Option<u32>); 16] = [
    ("云岭示范镇", None),
    ("文明创城办", Some(3)),
    ("开放式", Some(1)),
    ("的", Some(2)),
    ("中国", Some(0)),
    ("不存在", Some(0)),
    ("创城", None),
    ("城市创", Some(90_000)),
    ("C919大飞机", Some(20)),
    ("4+4+3+N", None),
    ("A-1", Some(7)),
    ("𠮷野家", Some(5)),
    ("龘", Some(1)),
    ("龘龘龘", None),
    ("马尔代夫·群岛", Some(4)),
    ("中华人民共和国国家统计局辽宁调查总队", None),
];

fn jieba() -> &'static Jieba {
    static JIEBA: OnceLock<Jieba> = OnceLock::new();
    JIEBA.get_or_init(Jieba::new)
}

/// Both with all user words.
fn with_user_words() -> (Jieba, Segmenter) {
    with_words(USER_WORDS)
}

/// Both with the same user words.
fn with_words(words: impl IntoIterator<Item = (&'static str, Option<u32>)>) -> (Jieba, Segmenter) {
    let mut jieba = jieba().clone();
    let mut dictionary = Dictionary::default();
    for (word, frequency) in words {
        jieba.add_word(word, frequency.map(|frequency| frequency as usize), None);
        let line = match frequency {
            Some(frequency) => format!("{word} {frequency} n"),
            None => word.to_owned(),
        };
        dictionary = dictionary.with_reader("user.txt", line.as_bytes()).unwrap();
    }
    (jieba, Segmenter::new(dictionary))
}

fn oracle<'t>(jieba: &Jieba, mode: Mode, text: &'t str) -> Vec<Token<'t>> {
    match mode {
        Mode::Exact => jieba.cut(text, true),
        Mode::ExactKnown => jieba.cut(text, false),
        Mode::Search => jieba.cut_for_search(text, true),
        Mode::SearchKnown => jieba.cut_for_search(text, false),
        Mode::All => jieba.cut_all(text),
        _ => panic!("{mode:?} is not a mode of jieba's"),
    }
}

/// Compares all modes on a text and says where they first differ.
fn compare(jieba: &Jieba, worker: &mut Worker, text: &str) -> Result<(), String> {
    for mode in Mode::ALL {
        let expected = oracle(jieba, mode, text);
        let mut expect = expected.iter();
        let mut difference = None;
        worker.cut(mode, text, |word| {
            let same = expect
                .next()
                .is_some_and(|token| (token.byte_start, token.byte_end) == (word.start, word.end));
            if !same && difference.is_none() {
                difference = Some(word.start);
            }
        });
        if difference.is_some() || expect.next().is_some() {
            let mut found = Vec::new();
            worker.cut(mode, text, |word| found.push(word.text));
            let expected: Vec<&str> = expected.iter().map(|token| token.word).collect();
            let n_same = found
                .iter()
                .zip(&expected)
                .take_while(|(a, b)| a == b)
                .count();
            return Err(format!(
                "{mode:?} of {:?}: {:?} is not {:?}",
                text.chars().take(200).collect::<String>(),
                &found[n_same..found.len().min(n_same + 9)],
                &expected[n_same..expected.len().min(n_same + 9)],
            ));
        }
    }
    Ok(())
}

fn megabytes() -> usize {
    let stated = std::env::var("ORACLE_MEGABYTES").ok();
    stated.map_or(2, |number| {
        number.parse().expect("ORACLE_MEGABYTES is a number")
    })
}

#[test]
fn made_up_text_is_cut_the_same() {
    let mut generator = Generator::new(1, &data::words());
    let mut worker = Segmenter::default().worker();
    let mut n_bytes = 0;
    while n_bytes < megabytes() << 20 {
        let text = generator.text();
        n_bytes += text.len();
        compare(jieba(), &mut worker, &text).unwrap();
    }
}

#[test]
fn made_up_text_is_cut_the_same_with_user_words() {
    let (jieba, segmenter) = with_user_words();
    let mut generator = Generator::new(2, &data::words());
    for (word, _) in USER_WORDS {
        generator.add(word);
    }
    let mut worker = segmenter.worker();
    let mut n_bytes = 0;
    while n_bytes < (megabytes() << 20) / 2 {
        let text = generator.text();
        n_bytes += text.len();
        compare(&jieba, &mut worker, &text).unwrap();
    }
}

/// A compiled file has no words of frequency 0, which jieba finds inside other words.
#[test]
fn made_up_text_is_cut_the_same_with_compiled_user_words() {
    let words = USER_WORDS.iter().filter(|(_, n)| *n != Some(0));
    let (jieba, segmenter) = with_words(words.copied());
    let path = std::env::temp_dir().join(format!("fangzhi-oracle-{}", std::process::id()));
    std::fs::write(&path, segmenter.dictionary().compile().unwrap()).unwrap();
    let compiled = Dictionary::open(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let mut generator = Generator::new(3, &data::words());
    for (word, _) in USER_WORDS {
        generator.add(word);
    }
    let mut worker = Segmenter::new(compiled).worker();
    let mut n_bytes = 0;
    while n_bytes < (megabytes() << 20) / 2 {
        let text = generator.text();
        n_bytes += text.len();
        compare(&jieba, &mut worker, &text).unwrap();
    }
}

#[test]
fn special_texts_are_cut_the_same() {
    let long = "无标点的长句子".repeat(2000);
    let dense = "。".repeat(3000);
    let lines = format!(
        "{}\r\n{}\r\n\r\n\n\r\r\n",
        "字".repeat(511),
        "行".repeat(511)
    );
    let letters = "a".repeat(5000);
    let texts = [
        "",
        " ",
        "\r\n",
        "\r",
        "\r\n\r\n",
        "龘龘龘龘龘",
        "γ射线与α粒子",
        "１２．５％",
        "1.2.3 WES-5.4.5 www.example.com state-of-the-art 50% abc- -abc 3.6.3 OPENSSL_1_1_1",
        "PM2.5浓度4+4+3+N模式C919、T恤、4S店、B超、卡拉OK",
        "讥䶯䶰䶱䶲䶳䶴䶵𦡦",
        "鿖鿗鿘在九九版之外",
        "小明硕士毕业于中国科学院计算所，后在日本京都大学深造",
        "\u{0}\u{FFFD}\u{10FFFF}",
        "👪 PS: 我觉得开源有一个好处 👪，避免敝帚自珍",
        &long,
        &dense,
        &lines,
        &letters,
    ];
    let mut worker = Segmenter::default().worker();
    let (with_words, segmenter) = with_user_words();
    let mut user_worker = segmenter.worker();
    for text in texts {
        compare(jieba(), &mut worker, text).unwrap();
        compare(&with_words, &mut user_worker, text).unwrap();
    }
}

/// Texts are cut in chunks of 256 characters, or where a sign is before that.
#[test]
fn texts_are_cut_the_same_where_chunks_end() {
    let mut worker = Segmenter::default().worker();
    let (with_words, segmenter) = with_user_words();
    let mut user_worker = segmenter.worker();
    for n in 246..262 {
        for before in ["，", "字"] {
            for at_end in [
                "\r\n",
                "\r",
                "\n",
                "。",
                "中国",
                "云岭示范镇",
                "王小满",
                "2024",
                "𠮷",
                "é",
                "",
            ] {
                let text = format!("。{}{at_end}海城市，海城云端", before.repeat(n));
                compare(jieba(), &mut worker, &text).unwrap();
                compare(&with_words, &mut user_worker, &text).unwrap();
            }
        }
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn real_text_is_cut_the_same() {
    let shared = std::env::var_os("FANGZHI_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let mut worker = Segmenter::default().worker();
    let (with_words, segmenter) = with_user_words();
    let mut user_worker = segmenter.worker();
    let files = [
        "segmentation/ud-gsdsimp-dev.txt",
        "retrieval/news-dev/docs.jsonl",
        "retrieval/cmrc/docs.jsonl",
        "retrieval/dureader-robust/docs.jsonl",
        "retrieval/dureader-graded/docs.jsonl",
    ];
    for file in files {
        let path = shared.join(file);
        let Ok(text) = std::fs::read_to_string(&path) else {
            eprintln!("skipped: there is no `{}`", path.display());
            continue;
        };
        for line in text.lines().take(500 * megabytes()) {
            compare(jieba(), &mut worker, line).unwrap();
            compare(&with_words, &mut user_worker, line).unwrap();
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_cut_the_same(
        texts in prop::collection::vec("([一-龥]{1,6}|[a-zA-Z0-9.+#&_%-]{1,5}|[一不人中国大的年新日]{1,4}|\\PC{1,3}|[。，\r\n ]){0,30}", 1..3)
    ) {
        let mut worker = Segmenter::default().worker();
        for text in &texts {
            prop_assert_eq!(compare(jieba(), &mut worker, text), Ok(()));
        }
    }

    #[test]
    fn any_words_can_be_added(
        words in prop::collection::vec(("[一不人中国大的年新日a1.]{1,5}", prop::option::of(0u32..10_000)), 1..8),
        text in "[一不人中国大的年新日a1.。]{0,40}",
    ) {
        static WITHOUT: OnceLock<Jieba> = OnceLock::new();
        let mut oracle = WITHOUT.get_or_init(|| jieba().clone()).clone();
        let mut dictionary = Dictionary::default();
        for (word, frequency) in words {
            oracle.add_word(&word, frequency.map(|frequency| frequency as usize), None);
            dictionary = match frequency {
                Some(frequency) => {
                    let line = format!("{word} {frequency}");
                    dictionary.with_reader("user.txt", line.as_bytes()).unwrap()
                }
                None => dictionary.with_words([word]),
            };
        }
        let mut worker = Segmenter::new(dictionary).worker();
        prop_assert_eq!(compare(&oracle, &mut worker, &text), Ok(()));
    }
}
