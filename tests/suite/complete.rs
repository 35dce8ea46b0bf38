//! `fangzhi complete`.

use serde_json::{Value, json};

use crate::fixture::Fixture;

#[test]
fn words_and_headlines_are_completed_from_what_is_typed_or_its_pinyin() {
    let fixture = Fixture::with_pages().built();
    for (prefix, kind, text) in [
        ("文明", "word", "文明城市"),
        ("wmcs", "word", "文明城市"),
        ("wenmingch", "word", "文明城市"),
        ("文明cs", "word", "文明城市"),
        ("清河市推", "headline", "清河市推进全国文明城市创建"),
        ("qhstj", "headline", "清河市推进全国文明城市创建"),
    ] {
        let args = ["complete", prefix, "--format", "json"];
        let answer = fixture.run(&args).expect_code(0).json();
        assert_eq!(answer["prefix"], json!(prefix));
        let expect = json!({"text": text, "kind": kind, "articles": 1});
        let completions = answer["completions"].as_array().unwrap();
        assert!(completions.contains(&expect), "{prefix}: {answer}");

        let args = ["complete", prefix, "--format", "jsonl"];
        let lines: Vec<Value> = fixture.run(&args).expect_code(0).json_lines();
        assert_eq!(&lines, completions);

        let printed = fixture.run(&["complete", prefix]).expect_code(0).stdout;
        let starts: Vec<bool> = printed
            .lines()
            .zip(completions)
            .map(|(line, completion)| line.starts_with(completion["text"].as_str().unwrap()))
            .collect();
        assert_eq!(starts, vec![true; completions.len()], "{printed}");
    }
}

#[test]
fn completions_are_limited() {
    let fixture = Fixture::with_pages().built();
    for (limit, expect) in [("1", 1), ("3", 3)] {
        let args = ["complete", "z", "-n", limit, "--format", "jsonl"];
        let lines = fixture.run(&args).expect_code(0).json_lines();
        assert_eq!(lines.len(), expect, "{lines:?}");
    }
}

#[test]
fn nothing_to_complete_is_exit_code_1() {
    let fixture = Fixture::with_pages().built();
    for prefix in ["火星移", "qqqq", "，", ""] {
        let run = fixture.run(&["complete", prefix]).expect_code(1);
        assert_eq!(run.stdout, "", "{prefix}");
        let note = format!("nothing in the index begins with `{prefix}`");
        assert!(run.stderr.contains(&note), "{run:#?}");
        let args = ["complete", prefix, "--format", "json"];
        let answer = fixture.run(&args).expect_code(1).json();
        assert_eq!(answer, json!({"prefix": prefix, "completions": []}));
    }
}
