//! Input that is meant to hurt: the build goes on, and says what was wrong with which file.

use serde_json::json;

use crate::fixture::Fixture;

#[test]
fn bad_files_fail_alone() {
    let fixture = Fixture::with_pages()
        .page("pages/empty.html", "")
        .page("pages/blank.txt", " \n\t\n")
        .page(
            "pages/broken.html.gz",
            b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03rubbish",
        )
        .page("pages/broken.jsonl", "{\"id\":\"a\",\"title\":\"甲\"")
        .page(
            "pages/picture.html",
            [0x89, b'P', b'N', b'G', 0, 0, 0, 0x0d, 0xff, 0xfe].repeat(100),
        )
        .page("pages/large.html", "海".repeat(400_000));
    let args = [
        "index",
        "build",
        "pages",
        "--format",
        "json",
        "--max-file-size",
        "1M",
    ];
    let run = fixture.run(&args).expect_code(0);
    let summary = run.json();
    assert_eq!(summary["articles"], json!(3), "{summary:#}");
    assert_eq!(summary["files"], json!(10), "{summary:#}");
    for name in [
        "empty.html",
        "blank.txt",
        "broken.html.gz",
        "broken.jsonl",
        "picture.html",
        "large.html",
    ] {
        assert!(
            run.stderr
                .contains(&format!("cannot read `pages/{name}`: ")),
            "{name}: {run:#?}"
        );
    }
    assert_eq!(summary["failed"], json!(6), "{summary:#}");
    assert_eq!(fixture.hits(&["文明城市"]), ["pages/city.html"]);
}

#[test]
fn queries_that_hurt_are_answered() {
    let fixture = Fixture::with_pages().built();
    let long = "城".repeat(350_000);
    let nested = "(".repeat(1 << 20);
    let groups = "(城".repeat(1 << 18);
    let closed = "(城 OR ".repeat(100_000) + &")".repeat(100_000);
    let many = "城市 OR ".repeat(10_000);
    let phrases = "\"文明城市\" ".repeat(50_000);
    let beginnings = "文* ".repeat(100_000);
    for query in [
        "*",
        "~",
        "\"",
        "(",
        "()",
        "AND",
        "title:",
        "date:..",
        "a\u{0}b",
        "\u{FEFF}",
        &long,
        &nested,
        &groups,
        &closed,
        &many,
        &phrases,
        &beginnings,
        "^^^",
        "-",
        "城市^99999999",
    ] {
        let run = fixture.run_with_input(&["search", "--batch", "-"], format!("q\t{query}\n"));
        assert_eq!(run.expect_code(0).json_lines().len(), 1);
    }
    for query in ["*", "\"", "(", "()", "AND", "title:", "NOT 城市"] {
        let run = fixture.run(&["search", query]);
        assert!(matches!(run.code, Some(0 | 1)), "{query}: {run:#?}");
    }
}

/// Lines that are no JSON, or JSON that no text can be made of: each an error with the file and the line.
#[test]
fn values_that_are_no_text_are_named_by_file_and_line() {
    let bad = [
        ("half a character", r#"{"title":"\ud800","body":"甲"}"#),
        ("its other half", r#"{"title":"\udc00\ud800","body":"甲"}"#),
        ("half a character in a key", r#"{"\ud83d":"甲"}"#),
        ("a bare control character", "{\"title\":\"a\u{1}b\"}"),
        ("a number out of range", r#"{"title":1e999}"#),
        ("a value that goes on", r#"{"title":"甲"} {"title""#),
    ];
    let good = r#"{"id":"n","title":"海城市创建文明城市","body":"海城市今日召开会议。"}"#;
    for (name, line) in bad {
        let fixture = Fixture::new().page("pages/feed.jsonl", format!("{good}\n{line}\n{good}\n"));
        let build = ["index", "build", "pages", "--format", "json"];
        let run = fixture.run(&build).expect_code(0);
        let place = "cannot read `pages/feed.jsonl`: line 2: ";
        assert!(run.stderr.contains(place), "{name}: {run:#?}");
        assert_eq!(run.json()["articles"], json!(1), "{name}: {run:#?}");
        let run = fixture.run_with_input(&["index", "add", "-"], format!("{line}\n"));
        assert_eq!(run.code, Some(2), "{name}: {run:#?}");
        assert!(
            run.stderr.contains("cannot read the page: "),
            "{name}: {run:#?}"
        );
    }
    // NUL is a character like others; a pair of halves is one.
    let fixture = Fixture::new().page(
        "pages/feed.jsonl",
        r#"{"id":"n","title":"海城\u0000市 \ud83d\ude00","body":"海城市今日召开会议。"}"#,
    );
    fixture.run(&["index", "build", "pages"]).expect_code(0);
    assert_eq!(fixture.hits(&["召开会议"]), ["pages/feed.jsonl"]);
}

#[test]
fn bad_queries_of_a_batch_are_named_by_line() {
    let fixture = Fixture::with_pages().built();
    let long = format!("q\t{}\n", "城".repeat(2 << 20));
    let cases: [(&str, Vec<u8>, i32, &str); 5] = [
        (
            "no tab",
            b"q\t\xe5\x9f\x8e\nnothing\n".to_vec(),
            2,
            "line 2: ",
        ),
        (
            "a line without end",
            long.into_bytes(),
            2,
            "line 1: longer than",
        ),
        ("no UTF-8", b"q\t\xff\xfe\xe5\x9f\n".to_vec(), 0, ""),
        (
            "half a character, as some write it",
            b"q\t\xed\xa0\x80\n".to_vec(),
            0,
            "",
        ),
        ("NUL", b"q\t\0\n".to_vec(), 0, ""),
    ];
    for (name, input, code, message) in cases {
        let run = fixture.run_with_input(&["search", "--batch", "-"], input);
        assert_eq!(run.code, Some(code), "{name}: {run:#?}");
        assert!(run.stderr.contains(message), "{name}: {run:#?}");
    }
}

#[test]
fn thousands_of_tiny_files_are_one_archive() {
    let fixture = Fixture::new();
    for i in 0..3000 {
        let line =
            format!("{{\"id\":\"n{i}\",\"title\":\"第{i}号\",\"body\":\"海城市今日召开会议。\"}}");
        fixture.write(&format!("pages/{}/{i}.json", i % 10), line);
    }
    let build = ["index", "build", "pages", "--format", "json"];
    let summary = fixture.run(&build).expect_code(0).json();
    assert_eq!(summary["articles"], json!(3000), "{summary:#}");
    fixture.write(
        "pages/3/3.json",
        "{\"id\":\"n3\",\"title\":\"换了\",\"body\":\"甲\"}",
    );
    let update = ["index", "update", "--format", "json"];
    let summary = fixture.run(&update).expect_code(0).json();
    assert_eq!(summary["articles"], json!(1), "{summary:#}");
    assert_eq!(fixture.hits(&["换了"]), ["pages/3/3.json"]);
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsString;
    use std::fs;
    use std::os::unix::ffi::OsStringExt as _;
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::process::Command;

    use serde_json::json;

    use crate::fixture::{Fixture, Run};

    #[test]
    fn links_pipes_and_odd_names_do_no_harm() {
        let fixture = Fixture::with_pages().page("pages/.hidden.html", "文明城市");
        symlink(fixture.path("pages"), fixture.path("pages/loop")).unwrap();
        symlink("nowhere", fixture.path("pages/dangling.html")).unwrap();
        let fifo = Command::new("mkfifo")
            .arg(fixture.path("pages/fifo"))
            .status()
            .unwrap();
        assert!(fifo.success());
        let page = fs::read(fixture.path("pages/city.html")).unwrap();
        let mut name = b"gbk-\xc7\xe5\xba\xd3.html".to_vec();
        fs::write(
            fixture.path("pages").join(OsString::from_vec(name.clone())),
            &page,
        )
        .unwrap();
        name = vec![b'n'; 250];
        name.extend(b".html");
        fs::write(fixture.path("pages").join(OsString::from_vec(name)), &page).unwrap();

        let run = fixture
            .run(&["index", "build", "pages", "--format", "json"])
            .expect_code(0);
        assert_eq!(run.json()["articles"], json!(5), "{run:#?}");
        assert!(run.stderr.contains("pages/dangling.html"), "{run:#?}");
        assert!(
            run.stderr.contains("pages/fifo`: not a regular file"),
            "{run:#?}"
        );
        let run = fixture
            .run(&["search", "文明城市", "--no-collapse", "--format", "json"])
            .expect_code(0);
        assert_eq!(run.json()["hits"].as_array().unwrap().len(), 3, "{run:#?}");
        let lines = fixture
            .run(&["parse", "pages", "--format", "jsonl"])
            .expect_code(0)
            .json_lines();
        assert_eq!(lines.len(), 6);
    }

    /// A pipe that nobody writes to would be waited for, and `/dev/zero` has no end.
    #[test]
    fn devices_and_pipes_are_never_opened_whatever_they_are_given_for() {
        let fixture = Fixture::with_pages().built();
        let made = Command::new("mkfifo").arg(fixture.path("pipe")).status();
        if !made.is_ok_and(|status| status.success()) {
            println!("skipped: no pipe can be made");
            return;
        }
        for special in ["/dev/zero", "pipe"] {
            let commands: [&[&str]; 10] = [
                &["parse", special],
                &["index", "build", special, "--index", "other"],
                &[
                    "index", "build", "pages", special, "--strict", "--index", "other",
                ],
                &["index", "add", special],
                &["index", "build", "pages", "--dict", special],
                &["index", "build", "pages", "--synonyms", special],
                &["index", "build", "pages", "--stop-words", special],
                &["index", "build", "pages", "--site-rules", special],
                &["segment", "--dict", special, "海城市"],
                &["dict", "info", special],
            ];
            for args in commands {
                let run = fixture.run(args);
                assert_eq!(run.code, Some(2), "{args:?}: {run:#?}");
                assert!(run.stderr.contains(special), "{args:?}: {run:#?}");
                assert!(
                    run.stderr.contains("not a regular file"),
                    "{args:?}: {run:#?}"
                );
            }
        }
        assert_eq!(fixture.hits(&["文明城市"]), ["pages/city.html"]);
    }

    #[test]
    fn what_may_not_be_read_or_written_is_named() {
        if is_root() {
            println!("skipped: root may read and write everything");
            return;
        }
        let fixture = Fixture::with_pages();
        let lock = |name: &str, mode| {
            fs::set_permissions(fixture.path(name), fs::Permissions::from_mode(mode)).unwrap();
        };
        lock("pages/city.html", 0o000);
        let run = fixture.run(&["index", "build", "pages"]).expect_code(0);
        assert!(
            run.stderr.contains("cannot read `pages/city.html`: "),
            "{run:#?}"
        );
        fs::create_dir(fixture.path("pages/closed")).unwrap();
        lock("pages/closed", 0o000);
        let run = fixture.run(&["index", "update"]).expect_code(0);
        assert!(
            run.stderr.contains("cannot read `pages/closed`: "),
            "{run:#?}"
        );
        lock("pages/closed", 0o755);
        fs::create_dir(fixture.path("sealed")).unwrap();
        lock("sealed", 0o555);
        fixture
            .run(&["index", "build", "pages", "--index", "sealed/index"])
            .expect_error("sealed/index");
        lock("sealed", 0o755);
    }

    #[test]
    fn a_second_build_is_refused_while_one_is_at_work() {
        let fixture = Fixture::with_pages().built();
        let lock = fs::File::options()
            .read(true)
            .write(true)
            .open(fixture.path(".fangzhi/LOCK"))
            .unwrap();
        lock.lock().unwrap();
        fixture
            .run(&["index", "build", "pages"])
            .expect_error("is being written by");
        assert_eq!(fixture.hits(&["文明城市"]), ["pages/city.html"]);
        drop(lock);
        fixture.run(&["index", "build", "pages"]).expect_code(0);
    }

    #[test]
    fn an_index_elsewhere_than_a_directory_is_an_error() {
        let fixture = Fixture::with_pages().page("file", "");
        fixture
            .run(&["index", "build", "pages", "--index", "file"])
            .expect_error("`file");
        let mut search = fixture.command(&["search", "城市", "--index", "file"]);
        Run::of(search.output().unwrap()).expect_error("`file");
    }

    fn is_root() -> bool {
        let id = Command::new("id").arg("-u").output();
        id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
    }
}
