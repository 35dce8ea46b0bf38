//! `fangzhi dict`, and compiled dictionaries where text ones are taken.

use std::fs;
use std::sync::OnceLock;

use crate::fixture::Fixture;

/// A fixture with a compiled dictionary of two words, compiled once for all tests.
fn compiled() -> Fixture {
    static COMPILED: OnceLock<Vec<u8>> = OnceLock::new();
    let fixture = Fixture::new()
        .page("towns.txt", "柳树屯村\n")
        .page("offices.txt", "文明创城办 3 nt\n柳树屯村\n");
    let bytes = COMPILED.get_or_init(|| {
        let run = fixture.run(&[
            "dict",
            "compile",
            "towns.txt",
            "offices.txt",
            "-o",
            "words.bin",
        ]);
        let stdout = run.expect_code(0).stdout;
        assert!(
            stdout.starts_with("compiled 2 further words into `words.bin`, "),
            "{stdout}"
        );
        fs::read(fixture.path("words.bin")).unwrap()
    });
    fixture.page("words.bin", bytes)
}

#[test]
fn compiled_words_are_the_words_of_the_files() {
    let fixture = compiled();
    let text = "柳树屯村的文明创城办来到海城市";
    for args in [
        &["segment", text][..],
        &["segment", text, "--terms", "--format", "json"],
        &["segment", text, "--layer", "words"],
    ] {
        let with = |dictionaries: &[&str]| {
            let args: Vec<&str> = args.iter().chain(dictionaries).copied().collect();
            fixture.run(&args).expect_code(0).stdout
        };
        let text = with(&["--dict", "towns.txt", "--dict", "offices.txt"]);
        assert_eq!(with(&["--dict", "words.bin"]), text);
        assert_ne!(with(&[]), text);
        // Further words may follow.
        fixture.write("more.txt", "海城市 90000\n");
        let more = with(&["--dict", "words.bin", "--dict", "more.txt"]);
        let all = [
            "--dict",
            "towns.txt",
            "--dict",
            "offices.txt",
            "--dict",
            "more.txt",
        ];
        assert_eq!(more, with(&all));
    }
    fixture
        .run(&[
            "segment",
            text,
            "--dict",
            "towns.txt",
            "--dict",
            "words.bin",
        ])
        .expect_error("has to come before all others");
}

#[test]
fn an_index_is_built_with_a_compiled_dictionary() {
    let fixture = compiled();
    let page = crate::fixture::html(
        "柳树屯村备好春耕良种",
        "2024-02-18 09:30:00",
        "北岭晚报",
        "立春刚过，柳树屯村的农机合作社里已经一片忙碌，负责人一边检修插秧机，一边清点刚刚运到的良种，今年计划种植水稻三千二百亩。",
    );
    fixture.write("pages/village.html", page);
    fixture
        .run(&["index", "build", "pages", "--dict", "words.bin"])
        .expect_code(0);
    assert_eq!(fixture.hits(&["柳树屯村"]), ["pages/village.html"]);
    let status = fixture
        .run(&["index", "status", "--format", "json"])
        .expect_code(0)
        .json();
    assert_eq!(status["outdated"], false);

    fixture.write("words.bin", "fangzhiW");
    fixture
        .run(&["index", "build", "pages", "--dict", "words.bin"])
        .expect_error("words.bin");
}

#[test]
fn information_is_of_compiled_dictionaries_only() {
    let fixture = compiled();
    let info = fixture
        .run(&["dict", "info", "words.bin", "--format", "json"])
        .expect_code(0)
        .json();
    let bytes = fs::read(fixture.path("words.bin")).unwrap();
    assert_eq!(info["path"], "words.bin");
    assert_eq!(info["bytes"], bytes.len());
    assert!(info["words"].as_u64().unwrap() > 300_000, "{info}");
    let text = fixture.run(&["dict", "info", "words.bin"]).expect_code(0);
    let checksum = info["checksum"].as_str().unwrap();
    assert!(text.stdout.contains(checksum), "{}", text.stdout);

    let mut damaged = bytes.clone();
    damaged[bytes.len() / 2] ^= 4;
    let mut newer = bytes.clone();
    newer[8] = 99;
    for (name, contents, message) in [
        (
            "text",
            "柳树屯村\n".as_bytes(),
            "it is not a compiled dictionary",
        ),
        ("empty", b"", "it is not a compiled dictionary"),
        (
            "short",
            &bytes[..bytes.len() - 8],
            "its length is not what its header says",
        ),
        (
            "damaged",
            &damaged,
            "its checksum does not match its contents",
        ),
        ("newer", &newer, "its form is version 99"),
    ] {
        fixture.write(name, contents);
        fixture
            .run(&["dict", "info", name])
            .expect_error(&format!("cannot use dictionary `{name}`"))
            .expect_error(message);
    }
    fixture
        .run(&["dict", "info", "nowhere"])
        .expect_error("cannot read dictionary `nowhere`");
}

#[test]
fn what_is_wrong_leaves_no_file() {
    let fixture = Fixture::new()
        .page("good.txt", "柳树屯村\n")
        .page("bad.txt", "柳树屯村\n海城市 many\n");
    for (args, message) in [
        (&["bad.txt", "-o", "words.bin"][..], "line 2"),
        (&["missing.txt", "-o", "words.bin"], "missing.txt"),
        (
            &["good.txt", "-o", "good.txt"],
            "`good.txt` would be overwritten",
        ),
        (
            &["good.txt", "-o", "no/such/words.bin"],
            "cannot write `no/such/words.bin`",
        ),
        (&["good.txt"], "--output"),
        (&["-o", "words.bin"], "<WORDS>"),
    ] {
        let args: Vec<&str> = ["dict", "compile"].iter().chain(args).copied().collect();
        fixture.run(&args).expect_error(message);
    }
    let mut left: Vec<_> = fs::read_dir(fixture.path(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    left.sort();
    assert_eq!(left, ["bad.txt", "good.txt"]);
    assert_eq!(
        fs::read_to_string(fixture.path("good.txt")).unwrap(),
        "柳树屯村\n"
    );
}
