//! User dictionaries: what they may hold, and what is said of those that are wrong.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use fangzhi_segmentation::compiled::{Compiler, HmmSource};
use fangzhi_segmentation::{Dictionary, Mode, Segmenter};

fn words(dictionary: &Dictionary, text: &str) -> String {
    let words = Segmenter::new(dictionary.clone()).cut(Mode::Exact, text);
    let texts: Vec<&str> = words.iter().map(|word| word.text).collect();
    texts.join("/")
}

#[test]
fn lines_are_words_with_a_frequency_and_a_tag() {
    let lines = "云岭示范镇\n\n  文明创城办 5 nt\r\n惠民云码\t3\n";
    let dictionary = Dictionary::default()
        .with_reader("user.txt", lines.as_bytes())
        .unwrap();
    let added: Vec<(&str, Option<u32>)> = dictionary
        .user_words()
        .iter()
        .map(|word| (word.text.as_str(), word.frequency))
        .collect();
    assert_eq!(
        added,
        [
            ("云岭示范镇", None),
            ("文明创城办", Some(5)),
            ("惠民云码", Some(3))
        ]
    );
    assert!(dictionary.contains("云岭示范镇") && dictionary.contains("文明城市"));
    assert!(!dictionary.contains("云岭") || Dictionary::default().contains("云岭"));
    assert!(!Dictionary::default().contains("云岭示范镇"));
    assert_eq!(
        words(&dictionary, "云岭示范镇推广惠民云码"),
        "云岭示范镇/推广/惠民云码"
    );
}

#[test]
fn wrong_lines_are_named() {
    let cases: [(&[u8], &str); 4] = [
        (
            "海城市 多\n".as_bytes(),
            "`user.txt` line 1: the frequency `多` is not a whole number below 2³²",
        ),
        (
            "甲 1\n乙 -1\n".as_bytes(),
            "`user.txt` line 2: the frequency `-1` is not a whole number below 2³²",
        ),
        (
            "甲\n\n乙 4294967296\n".as_bytes(),
            "`user.txt` line 3: the frequency `4294967296` is not a whole number below 2³²",
        ),
        (b"\xB0\xA1 3\n", "`user.txt` line 1: the line is not UTF-8"),
    ];
    for (lines, expect) in cases {
        let error = Dictionary::default()
            .with_reader("user.txt", lines)
            .unwrap_err();
        assert_eq!(error.to_string(), expect);
    }
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let error = Dictionary::default()
        .with_file("nowhere/user.txt")
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot read dictionary `nowhere/user.txt`"
    );
    let error = Dictionary::open(env!("CARGO_MANIFEST_PATH")).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("it is not a compiled dictionary, or damaged"),
        "{error}"
    );
}

#[test]
fn fingerprints_tell_dictionaries_apart() {
    let plain = Dictionary::default().fingerprint();
    assert_eq!(plain, Dictionary::default().fingerprint());
    let one = Dictionary::default()
        .with_words(["云岭示范镇"])
        .fingerprint();
    let other = Dictionary::default()
        .with_reader("user.txt", "云岭示范镇 1".as_bytes())
        .unwrap();
    assert_ne!(plain, one);
    assert_ne!(one, other.fingerprint());
}

#[test]
fn a_compiled_dictionary_takes_the_place_of_the_built_in_one() {
    let mut compiler = Compiler::new(HmmSource::built_in());
    for (word, frequency) in [
        ("海城", 5),
        ("海城市", 900),
        ("𠮷野家", 30),
        ("城市", 8),
        ("T恤", 3),
    ] {
        compiler.add(word, frequency);
    }
    let path = std::env::temp_dir().join(format!("fangzhi-words-{}.bin", std::process::id()));
    std::fs::write(&path, compiler.compile().unwrap()).unwrap();
    let dictionary = Dictionary::open(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert!(dictionary.contains("海城市") && !dictionary.contains("文明城市"));
    assert_ne!(
        dictionary.fingerprint(),
        Dictionary::default().fingerprint()
    );
    let segmenter = Segmenter::new(dictionary.with_words(["野家城"]));
    let known = segmenter.cut(Mode::ExactKnown, "海城市𠮷野家T恤");
    let texts: Vec<&str> = known.iter().map(|word| word.text).collect();
    assert_eq!(texts, ["海城市", "𠮷野家", "T恤"]);
}
