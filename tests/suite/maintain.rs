//! `fangzhi index add`, `delete`, `merge`, `export`, `backup`, `restore`, `verify` and `repair`.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::fixture::{Fixture, Run};

impl Fixture {
    fn index(&self, args: &[&str]) -> Run {
        let mut all = vec!["index"];
        all.extend(args);
        self.run(&all)
    }

    /// The largest file of the current generation with this ending.
    fn file(&self, ending: &str) -> PathBuf {
        let name = fs::read_to_string(self.path(".fangzhi/CURRENT")).unwrap();
        let dir = self.path(".fangzhi").join(name.trim());
        let files = fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let named = files.filter(|path| path.to_str().unwrap().ends_with(ending));
        named
            .max_by_key(|path| path.metadata().unwrap().len())
            .unwrap()
    }
}

fn damage(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 0x55;
    fs::remove_file(path).unwrap();
    fs::write(path, bytes).unwrap();
}

const LINE: &str = "{\"id\":\"x1\",\"title\":\"南湖大桥通车\",\"body\":\"南湖大桥今日通车，沿线群众十分高兴。\",\"site\":\"南湖网\",\"published\":\"2019-05-06\"}\n";

#[test]
fn what_is_exported_comes_back_the_same() {
    let fixture = Fixture::with_pages().built();
    fixture
        .run_with_input(&["index", "add", "-"], LINE)
        .expect_code(0);
    let exported = fixture.index(&["export"]).expect_code(0).stdout;
    assert_eq!(
        exported,
        fixture.index(&["export", "--format", "jsonl"]).stdout
    );
    let ids: Vec<&str> = exported.lines().map(|line| &line[..12]).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    fixture.write("all.jsonl", &exported);
    for args in [
        &["build", "all.jsonl", "--index", "again"][..],
        &["add", "all.jsonl", "--index", "again"],
    ] {
        fixture.index(args).expect_code(0);
        let again = fixture.index(&["export", "--index", "again"]).stdout;
        let without_path = |lines: &str| -> Vec<serde_json::Value> {
            let lines = lines.lines().map(|line| {
                let mut article: serde_json::Value = serde_json::from_str(line).unwrap();
                article.as_object_mut().unwrap().remove("path");
                article
            });
            lines.collect()
        };
        assert_eq!(without_path(&again), without_path(&exported));
    }
}

#[test]
fn articles_are_added_and_deleted() {
    let fixture = Fixture::with_pages().built();
    let run = fixture.run_with_input(&["index", "add", "-"], LINE);
    assert_eq!(run.expect_code(0).stdout, "committed 1 articles\n");
    for (args, code, said) in [
        (&["--query", "春耕 大桥"][..], 1, "deleted 0"),
        (&["--query", "(大桥"], 2, ""),
        (&["--query", "大桥", "--site", "北岭网"], 1, "deleted 0"),
        (&["--before", "2019"], 1, "deleted 0"),
        (&["--before", "2024-01-03"], 0, "would delete 1"),
        (&["--site", "南湖网"], 0, "would delete 1"),
        (&["--query", "南湖大桥"], 0, "would delete 1"),
        (&["--id", "nothing", "--id", "x1"], 0, "would delete 1"),
        (&["--id", "x1", "--query", "大桥"], 2, ""),
        (&[], 2, ""),
    ] {
        let mut all = vec!["delete"];
        all.extend(args);
        if said.starts_with("would") {
            all.push("--dry-run");
        }
        let run = fixture.index(&all).expect_code(code);
        assert!(run.stdout.starts_with(said), "{args:?}: {run:#?}");
    }
    let run = fixture
        .index(&["delete", "--query", "南湖大桥"])
        .expect_code(0);
    assert_eq!(run.stdout, "deleted 1 articles\n");
    // What is deleted stays so, until its file changes or the index is built again.
    fixture
        .index(&["delete", "--id", "city.html"])
        .expect_code(0);
    fixture.index(&["update"]).expect_code(0);
    assert_eq!(fixture.hits(&["\"文明城市\""]), [""; 0]);
    fixture.index(&["merge"]).expect_code(0);
    fixture.index(&["verify"]).expect_code(0);
    let summary = fixture
        .index(&["build", "pages", "--format", "json"])
        .json();
    assert_eq!(
        (&summary["mode"], &summary["changed"]),
        (&json!("update"), &json!(1))
    );
    assert_eq!(fixture.hits(&["文明城市"]), ["pages/city.html"]);
}

#[test]
fn a_backup_is_put_back_and_a_damaged_one_is_refused() {
    let fixture = Fixture::with_pages().built();
    for link in [false, true] {
        let _ = fs::remove_dir_all(fixture.path("backup"));
        let mut args = vec!["backup", "backup"];
        args.extend(link.then_some("--link"));
        fixture.index(&args).expect_code(0);
        fixture.index(&args).expect_error("already");
        // It is an index itself.
        fixture
            .index(&["verify", "--index", "backup"])
            .expect_code(0);
        fixture
            .index(&["delete", "--id", "city.html"])
            .expect_code(0);
        fixture.index(&["restore", "backup"]).expect_code(0);
        assert_eq!(fixture.hits(&["文明城市"]), ["pages/city.html"]);
        let summary = fixture
            .index(&["update", "--format", "json"])
            .expect_code(0)
            .json();
        assert_eq!(summary["unchanged"], json!(4));
    }
    fixture
        .index(&["restore", "backup", "--index", "new"])
        .expect_code(0);
    fixture.index(&["verify", "--index", "new"]).expect_code(0);
    let generation = fs::read_dir(fixture.path("backup")).unwrap();
    let generation = generation
        .map(|entry| entry.unwrap().path())
        .find(|path| path.is_dir())
        .unwrap();
    for entry in fs::read_dir(generation).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "lock") {
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        damage(&path, bytes.len() / 2);
        fixture
            .index(&["restore", "backup"])
            .expect_error(path.file_name().unwrap().to_str().unwrap());
        assert_eq!(fixture.hits(&["文明城市"]), ["pages/city.html"]);
        fs::remove_file(&path).unwrap();
        fixture.index(&["restore", "backup"]).expect_code(2);
        fs::write(&path, bytes).unwrap();
    }
    fixture.index(&["restore", "backup"]).expect_code(0);
}

#[test]
fn damage_is_found_and_what_is_lost_comes_from_its_file() {
    for ending in [
        ".store",
        ".records",
        ".layers",
        ".fast",
        ".term",
        ".idx",
        "meta.json",
        "CURRENT",
        "manifest.json",
        "fz",
    ] {
        for how in ["flip", "remove", "cut"] {
            let fixture = Fixture::with_pages().built();
            fixture
                .run_with_input(&["index", "add", "-"], LINE)
                .expect_code(0);
            fixture.index(&["merge"]).expect_code(0);
            let path = match ending {
                "CURRENT" => fixture.path(".fangzhi/CURRENT"),
                "fz" => {
                    let lexicon = fixture.file("lexicon.fz");
                    let dir = lexicon.parent().unwrap();
                    let mut files = fs::read_dir(dir)
                        .unwrap()
                        .map(|entry| entry.unwrap().path());
                    files
                        .find(|path| path.to_str().unwrap().contains("catalog-"))
                        .unwrap()
                }
                ending => fixture.file(ending),
            };
            let bytes = fs::read(&path).unwrap();
            match how {
                "flip" => damage(&path, bytes.len() / 2),
                "cut" => fs::write(&path, &bytes[..bytes.len() / 3]).unwrap(),
                _ => fs::remove_file(&path).unwrap(),
            }
            let case = format!("{ending} {how}");
            let run = fixture.index(&["verify"]);
            assert_eq!(run.code, Some(2), "{case}: {run:#?}");
            let run = fixture.index(&["repair"]);
            assert_eq!(run.code, Some(0), "{case}: {run:#?}");
            fixture.index(&["verify"]).expect_code(0);
            if run.stderr.contains("table of source files is lost") {
                // With the list of segments even their files are not known.
                fixture.index(&["build", "pages"]).expect_code(0);
            }
            assert_eq!(
                fixture.hits(&["文明城市"]),
                ["pages/city.html"],
                "{case}: {run:#?}"
            );
            assert_eq!(
                fixture.index(&["repair"]).stdout,
                "there is nothing to repair\n"
            );
        }
    }
}

#[test]
fn a_changed_digit_in_the_list_of_segments_is_found_and_costs_nothing() {
    let digits = ["opstamp", "max_doc", "committed_at"];
    for (n, key) in digits.into_iter().enumerate() {
        let fixture = Fixture::with_pages().built();
        fixture
            .run_with_input(&["index", "add", "-"], LINE)
            .expect_code(0);
        let path = fixture.file("meta.json");
        let mut bytes = fs::read(&path).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        let at = text.rfind(key).unwrap();
        let digit = at + text[at..].find(|c: char| c.is_ascii_digit()).unwrap();
        bytes[digit] = if bytes[digit] == b'9' {
            b'8'
        } else {
            bytes[digit] + 1
        };
        fs::write(&path, bytes).unwrap();
        let run = fixture.index(&["verify"]);
        assert_eq!(run.code, Some(2), "{key}: {run:#?}");
        assert!(run.stdout.contains("meta.json"), "{key}: {run:#?}");
        let run = fixture.run(&["search", "文明城市"]);
        assert_eq!(run.code, Some(2), "{key}: {run:#?}");
        assert!(run.stderr.contains("its checksum is wrong"), "{run:#?}");
        fixture.index(&["backup", "copy"]).expect_error("meta.json");
        fixture.index(&["repair"]).expect_code(0);
        fixture.index(&["verify"]).expect_code(0);
        assert_eq!(fixture.hits(&["文明城市"]), ["pages/city.html"], "{n}");
        // What was added by hand is no file's, and is kept all the same.
        let run = fixture.index(&["export"]).expect_code(0);
        assert_eq!(run.stdout.lines().count(), 4, "{key}: {run:#?}");
    }
}

#[test]
fn what_is_repaired_keeps_a_dictionary_whose_file_is_gone() {
    let fixture = Fixture::with_pages().page("words.txt", "柳树屯\n");
    fixture
        .index(&["build", "pages", "--dict", "words.txt"])
        .expect_code(0);
    fs::remove_file(fixture.path("words.txt")).unwrap();
    let path = fixture.file(".term");
    damage(&path, fs::read(&path).unwrap().len() / 2);
    fixture.index(&["verify"]).expect_code(2);
    fixture.index(&["repair"]).expect_code(0);
    let run = fixture
        .index(&["status", "--format", "json"])
        .expect_code(0);
    assert!(run.stderr.contains("words.txt"), "{run:#?}");
    let status = run.json();
    assert_eq!(status["articles"], 3);
    assert!(
        status["dictionaries"][0]
            .as_str()
            .unwrap()
            .ends_with("words.txt"),
        "{status}"
    );
    assert_eq!(fixture.hits(&["柳树屯"]), ["pages/farm.html"]);
    fixture.index(&["update"]).expect_code(0);
}
