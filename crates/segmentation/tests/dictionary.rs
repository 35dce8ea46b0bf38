//! User dictionaries: what they may hold, and what is said of those that are wrong.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::PathBuf;

use fangzhi_segmentation::compiled::{Compiler, HmmSource, Summary};
use fangzhi_segmentation::{Dictionary, Layer, Mode, Segmenter};

/// A file that is removed at the end.
struct TempFile(PathBuf);

impl TempFile {
    fn new(name: &str, contents: impl AsRef<[u8]>) -> Self {
        let name = format!("fangzhi-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::write(&path, contents).unwrap();
        Self(path)
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

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
            .ends_with("it is not a compiled dictionary"),
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
    let file = TempFile::new("five.bin", compiler.compile().unwrap());
    let dictionary = Dictionary::open(&file.0).unwrap();
    let summary = Summary::read(&file.0).unwrap();
    assert_eq!((summary.n_words, summary.n_normal_forms), (5, 1));
    assert_eq!((summary.n_characters, summary.total), (9, 946));
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

#[test]
fn a_compiled_dictionary_cuts_as_the_one_it_was_made_of() {
    let lines = "云岭示范镇\n乾隆通寶館\n文明创城办 3 nt\nＡ公司\nA公司 7\n中国 0\n的 2\n\
                 4+4+3+N\nC919大飞机 20\n𠮷野家 5\n马尔代夫·群岛 4\n龘龘龘\n城市创 90000\n新T恤衫\n";
    let made = Dictionary::default()
        .with_reader("user.txt", lines.as_bytes())
        .unwrap();
    let bytes = made.compile().unwrap();
    let file = TempFile::new("all.bin", &bytes);
    let compiled = Dictionary::open(&file.0).unwrap();
    assert!(compiled.contains("云岭示范镇") && compiled.contains("文明城市"));
    assert!(compiled.user_words().is_empty());
    assert_ne!(compiled.fingerprint(), Dictionary::default().fingerprint());
    // Compiling what was compiled changes nothing.
    assert!(compiled.compile().unwrap() == bytes);

    let texts = [
        "云岭示范镇的文明创城办在城市创建4+4+3+N的C919大飞机",
        "乾隆通寶館展出，干隆通宝馆也展出",
        "Ａ公司和A公司、a公司都是公司",
        "𠮷野家龘龘龘马尔代夫·群岛",
        "新T恤衫、新t恤衫与T恤",
        "中国的创城经验",
    ];
    let (made, compiled) = (Segmenter::new(made), Segmenter::new(compiled));
    for text in texts {
        for mode in [Mode::Exact, Mode::ExactKnown] {
            assert_eq!(compiled.cut(mode, text), made.cut(mode, text), "{text}");
        }
        for layer in Layer::ALL {
            assert_eq!(
                compiled.layer(layer, text),
                made.layer(layer, text),
                "{text}"
            );
        }
    }
}

#[test]
fn a_compiled_dictionary_is_taken_for_a_text_one_where_it_comes_first() {
    let mut compiler = Compiler::new(HmmSource::built_in());
    compiler.add("海城市", 900);
    let bytes = compiler.compile().unwrap();
    let file = TempFile::new("one.bin", &bytes);
    let dictionary = Dictionary::default().with_file(&file.0).unwrap();
    let dictionary = dictionary.with_words(["柳树屯村"]);
    assert!(dictionary.contains("海城市") && dictionary.contains("柳树屯村"));
    assert!(!dictionary.contains("城市"));

    let path = file.0.display();
    let error = dictionary.with_file(&file.0).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "cannot use dictionary `{path}`: a compiled dictionary has the built-in words too, \
             so it has to come before all others"
        )
    );
    let shorter = TempFile::new("short.bin", &bytes[..bytes.len() - 1]);
    let error = Dictionary::default().with_file(&shorter.0).unwrap_err();
    assert!(error.to_string().contains("it is damaged"), "{error}");
}
