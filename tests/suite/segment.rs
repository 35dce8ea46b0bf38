//! `fangzhi segment`.

use crate::fixture::Fixture;

#[test]
fn words_terms_and_layers() {
    let fixture = Fixture::new();
    for (args, stdout) in [
        (&["segment", "创建全国文明城市"][..], "创建/全国/文明城市\n"),
        (
            &["segment", "--words", "创建全国文明城市"],
            "创建/全国/文明城市\n",
        ),
        (&["segment", "ＧＤＰ增长", "--layer", "words"], "gdp 增长\n"),
        (&["segment", "遼寧。", "--layer", "chars"], "辽 宁\n"),
        (&["segment", "海城市", "--layer", "bigrams"], "海城 城市\n"),
        (&["segment", ""], "\n"),
    ] {
        let run = fixture.run(args).expect_code(0);
        assert_eq!(run.stdout, stdout, "{args:?}");
    }
}

#[test]
fn json_has_offsets_into_the_text() {
    let fixture = Fixture::new();
    let text = "辽宁ＧＤＰ增长";
    for args in [
        &["segment", "--format", "json", text][..],
        &["segment", "--format", "json", "--terms", text],
        &["segment", "--format", "json", "--layer", "bigrams", text],
    ] {
        let pieces = fixture.run(args).expect_code(0).json();
        let pieces = pieces.as_array().unwrap();
        assert!(!pieces.is_empty());
        for piece in pieces {
            let at = |field: &str| usize::try_from(piece[field].as_u64().unwrap()).unwrap();
            assert!(text.get(at("start")..at("end")).is_some(), "{piece}");
        }
    }
}

#[test]
fn standard_input_goes_line_by_line() {
    let fixture = Fixture::new();
    let run = fixture.run_with_input(&["segment", "-"], "全国文明城市\r\n\n农业银行");
    assert_eq!(run.expect_code(0).stdout, "全国/文明城市\n\n农业银行\n");
}

#[test]
fn dictionaries_add_words_and_their_errors_name_the_line() {
    let fixture = Fixture::new()
        .page("good.txt", "柳树屯村\n海城市 100000 ns\n")
        .page("bad.txt", "柳树屯村\n海城市 many\n");
    let run = fixture.run(&["segment", "柳树屯村的农机", "--dict", "good.txt"]);
    assert_eq!(run.expect_code(0).stdout, "柳树屯村/的/农机\n");
    fixture
        .run(&["segment", "海城市", "--dict", "bad.txt"])
        .expect_error("line 2");
    fixture
        .run(&["segment", "海城市", "--dict", "missing.txt"])
        .expect_error("missing.txt");
}
