//! Ctrl-C and `kill` in the middle of a build.

#![cfg(unix)]

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::fixture::{Fixture, Run};

#[test]
fn an_interrupted_fresh_build_leaves_the_old_index() {
    let fixture = Fixture::with_pages().built();
    let page = fs::read(fixture.path("pages/farm.html")).unwrap();
    for n in 0..3000 {
        fixture.write(&format!("many/{}/{n}.html", n % 10), &page);
    }
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let before = generations(&fixture);
        let mut command = fixture.command(&["index", "build", "many", "--fresh"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        let started = Instant::now();
        while generations(&fixture) == before {
            assert!(
                started.elapsed() < Duration::from_secs(60),
                "the build does not begin"
            );
            sleep(Duration::from_millis(1));
        }
        sleep(Duration::from_millis(20));
        let sent = Command::new("kill")
            .args(["-s", signal, &child.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
        let run = end(child).expect_code(code);
        assert_eq!(run.stdout, "", "{run:#?}");
        assert!(
            run.stderr
                .contains("interrupted; `.fangzhi` is left as it was"),
            "{run:#?}"
        );
        assert_eq!(generations(&fixture), before, "what was written is removed");
        assert_eq!(fixture.hits(&["文明城市"]), ["pages/city.html"]);
    }
}

#[test]
fn a_killed_build_leaves_the_old_index_and_the_next_one_cleans_up() {
    let fixture = Fixture::with_pages().built();
    let page = fs::read(fixture.path("pages/farm.html")).unwrap();
    for n in 0..3000 {
        fixture.write(&format!("many/{n}.html"), &page);
    }
    let before = generations(&fixture);
    let mut child = fixture
        .command(&["index", "build", "many", "--fresh"])
        .spawn()
        .unwrap();
    let started = Instant::now();
    while generations(&fixture) == before {
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "the build does not begin"
        );
        sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(fixture.hits(&["文明城市"]), ["pages/city.html"]);
    fixture.run(&["index", "build", "pages"]).expect_code(0);
    assert_eq!(generations(&fixture).len(), 1);
    assert_eq!(fixture.hits(&["文明城市"]), ["pages/city.html"]);
}

#[test]
fn an_interrupted_build_keeps_what_was_done_and_the_next_one_goes_on() {
    let fixture = Fixture::with_pages();
    let page = String::from_utf8(fs::read(fixture.path("pages/farm.html")).unwrap()).unwrap();
    for n in 0..6000 {
        let page = page.replace("三千二百亩", &format!("{n}亩"));
        fixture.write(&format!("many/{n:04}.html"), page);
    }
    for (signal, code, no_commit) in [
        ("INT", 130, false),
        ("TERM", 143, false),
        ("INT", 130, true),
    ] {
        let _ = fs::remove_dir_all(fixture.path(".fangzhi"));
        let mut args = vec!["index", "build", "many"];
        if no_commit {
            args.push("--no-commit");
        }
        let mut command = fixture.command(&args);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        let manifest = fixture.path(".fangzhi/gen-1/manifest.json");
        let started = Instant::now();
        while !manifest.exists() {
            assert!(
                started.elapsed() < Duration::from_secs(60),
                "the build does not begin"
            );
            sleep(Duration::from_millis(1));
        }
        sleep(Duration::from_millis(100));
        let sent = Command::new("kill")
            .args(["-s", signal, &child.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
        let run = end(child).expect_code(code);
        if no_commit {
            assert!(run.stderr.contains("is left as it was"), "{run:#?}");
            fixture
                .run(&["index", "status"])
                .expect_error("no index in");
            continue;
        }
        assert!(
            run.stderr.contains("the next run goes on from there"),
            "{run:#?}"
        );
        let committed = run.stdout.strip_prefix("committed ").unwrap();
        let committed: u64 = committed
            .strip_suffix(" articles\n")
            .unwrap()
            .parse()
            .unwrap();
        let status = fixture.run(&["index", "status", "--format", "json"]).json();
        assert_eq!(status["articles"].as_u64(), Some(committed));
        let summary = fixture
            .run(&["index", "build", "many", "--format", "json"])
            .expect_code(0)
            .json();
        assert_eq!(summary["total"], 6000, "{summary:#}");
        assert_eq!(
            summary["articles"].as_u64(),
            Some(6000 - committed),
            "{summary:#}"
        );
    }
}

/// Waits for a program that has been told to end.
fn end(mut child: Child) -> Run {
    let told = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if told.elapsed() > Duration::from_secs(60) {
            child.kill().unwrap();
            panic!("the build goes on");
        }
        sleep(Duration::from_millis(10));
    }
    Run::of(child.wait_with_output().unwrap())
}

/// The names of the generations in the index's directory.
fn generations(fixture: &Fixture) -> Vec<String> {
    let entries = fs::read_dir(fixture.path(".fangzhi")).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("gen-"))
        .collect();
    names.sort();
    names
}
