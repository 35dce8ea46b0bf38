//! What all commands share: help, languages, colour, closed pipes, exit codes.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;

use crate::fixture::{Fixture, Run};

#[test]
fn help_is_no_error_and_nonsense_is() {
    let fixture = Fixture::new();
    for (args, code) in [
        (&["--help"][..], 0),
        (&["--version"], 0),
        (&["index", "build", "--help"], 0),
        (&["search", "--help"], 0),
        (&[], 2),
        (&["index"], 2),
        (&["search"], 2),
        (&["frobnicate"], 2),
        (&["search", "城市", "--since", "yesteryear"], 2),
        (
            &["search", "城市", "--half-life", "30d", "--sort", "date"],
            2,
        ),
        (&["search", "城市", "--format", "trec"], 2),
        (&["index", "build", ".", "--memory", "much"], 2),
        (&["index", "build", ".", "--threads", "0"], 2),
    ] {
        let run = fixture.run(args).expect_code(code);
        assert_eq!(run.stderr.is_empty(), code == 0, "{args:?}: {run:#?}");
    }
}

#[test]
fn short_programs_are_the_long_names() {
    let fixture = Fixture::with_pages();
    let run = |program, args: &[&str]| Run::of(fixture.program(program, args).output().unwrap());
    run(env!("CARGO_BIN_EXE_index"), &["build", "pages"]).expect_code(0);
    let short = run(
        env!("CARGO_BIN_EXE_search"),
        &["文明城市", "--format", "jsonl"],
    )
    .expect_code(0);
    let long = fixture
        .run(&["search", "文明城市", "--format", "jsonl"])
        .expect_code(0);
    assert_eq!(short.stdout, long.stdout);
    assert_ne!(short.stdout, "");
}

#[test]
fn completions_and_the_manual_name_every_command() {
    let fixture = Fixture::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = fixture.run(&["completions", shell]).expect_code(0).stdout;
        assert!(script.contains("segment"), "{shell}");
    }
    let manual = fixture.run(&["man"]).expect_code(0).stdout;
    for text in [
        ".TH fangzhi",
        "FANGZHI INDEX BUILD",
        "FANGZHI SEARCH",
        "\\-\\-half\\-life",
    ] {
        assert!(manual.contains(text), "{text}");
    }
}

#[test]
fn a_closed_pipe_is_success() {
    let fixture = Fixture::new();
    let line = "全市创建全国文明城市工作推进会召开。".repeat(40);
    fixture.write("long.txt", format!("{line}\n").repeat(4000));
    let mut command = fixture.command(&["segment", "-"]);
    command
        .stdin(std::fs::File::open(fixture.path("long.txt")).unwrap())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    stdout.read_line(&mut first).unwrap();
    drop(stdout);
    let mut stderr = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut stderr)
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{stderr}");
    assert_eq!(stderr, "");
    assert!(first.starts_with("全市/"), "{first}");
}

#[test]
fn messages_are_chinese_under_a_chinese_locale() {
    let fixture = Fixture::with_pages().page("empty.html", "");
    for (variables, english) in [
        (&[("LANG", "zh_CN.UTF-8")][..], false),
        (
            &[("LANG", "en_US.UTF-8"), ("LC_MESSAGES", "zh_TW.UTF-8")],
            false,
        ),
        (&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "C.UTF-8")], true),
        (&[("LANG", "")], true),
    ] {
        let run = |args: &[&str]| {
            Run::of(
                fixture
                    .command(args)
                    .envs(variables.iter().copied())
                    .output()
                    .unwrap(),
            )
        };
        let missing = run(&["search", "城市", "--index", "nowhere"])
            .expect_code(2)
            .stderr;
        assert_eq!(
            missing.contains("no index in `nowhere`"),
            english,
            "{missing}"
        );
        assert_eq!(
            missing.contains("`nowhere` 中没有索引"),
            !english,
            "{missing}"
        );
        let help = run(&["index", "build", "--help"]).expect_code(0).stdout;
        assert_eq!(help.contains("Memory to build in"), english, "{help}");
        assert_eq!(help.contains("建立索引可用的内存"), !english, "{help}");
        let failed = run(&["parse", "empty.html"]).expect_code(2).stderr;
        assert_eq!(
            failed.contains("cannot read `empty.html`: the file is empty"),
            english,
            "{failed}"
        );
        assert_eq!(
            failed.contains("无法读取 `empty.html`：文件为空"),
            !english,
            "{failed}"
        );
        let built = run(&["index", "build", "pages", "--fresh"])
            .expect_code(0)
            .stdout;
        assert_eq!(
            built.contains("indexed 3 articles from 4 files"),
            english,
            "{built}"
        );
        assert_eq!(
            built.contains("已索引 3 篇文章，来自 4 个文件"),
            !english,
            "{built}"
        );
    }
}

#[test]
fn colour_is_for_terminals_and_for_whoever_asks() {
    let fixture = Fixture::with_pages().built();
    for (args, no_color, colored) in [
        (&["search", "文明城市"][..], false, false),
        (&["search", "文明城市", "--color", "always"], false, true),
        (&["search", "文明城市", "--color", "never"], false, false),
        (&["--color", "always", "search", "文明城市"], true, true),
        (&["search", "文明城市"], true, false),
    ] {
        let mut command = fixture.command(args);
        if no_color {
            command.env("NO_COLOR", "1");
        }
        let stdout = Run::of(command.output().unwrap()).expect_code(0).stdout;
        assert_eq!(stdout.contains('\u{1b}'), colored, "{args:?}: {stdout}");
        assert_eq!(stdout.contains('【'), !colored, "{args:?}: {stdout}");
    }
}

#[test]
fn logs_are_for_whoever_asks() {
    let fixture = Fixture::with_pages();
    let quiet = fixture.run(&["index", "build", "pages"]).expect_code(0);
    assert_eq!(quiet.stderr, "");
    let mut command = fixture.command(&["index", "build", "pages"]);
    let chatty = Run::of(command.env("FANGZHI_LOG", "trace").output().unwrap()).expect_code(0);
    assert_ne!(chatty.stderr, "");
}
