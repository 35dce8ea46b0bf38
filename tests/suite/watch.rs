//! `fangzhi index watch`.

#![cfg(unix)]

use std::fs;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::fixture::{Fixture, Run};

#[test]
fn pages_are_read_as_they_come_and_change() {
    let fixture = Fixture::with_pages();
    let mut command = fixture.command(&["index", "watch", "pages", "--debounce", "0s"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let city = fs::read_to_string(fixture.path("pages/city.html")).unwrap();
    // Another command may hold nothing up: the watcher tries again.
    let expect = |query: &str, hits: &[&str]| {
        let started = Instant::now();
        loop {
            let run = fixture.run(&["search", query, "--format", "json"]);
            let found = match run.code {
                Some(0 | 1) if run.stdout.starts_with('{') => crate::fixture::paths(&run.json()),
                _ => vec!["no index yet".to_owned()],
            };
            if found == hits {
                break;
            }
            assert!(
                started.elapsed() < Duration::from_secs(60),
                "{query}: {found:?}"
            );
            sleep(Duration::from_millis(50));
        }
    };
    expect("\"清河市推进\"", &["pages/city.html"]);
    // As editors save: beside, and renamed.
    fs::write(fixture.path("pages/.city.html.swp"), &city).unwrap();
    fs::write(
        fixture.path("pages/city.tmp"),
        city.replace("清河市推进", "清河市深化"),
    )
    .unwrap();
    fs::rename(
        fixture.path("pages/city.tmp"),
        fixture.path("pages/city.html"),
    )
    .unwrap();
    expect("\"清河市深化\"", &["pages/city.html"]);
    expect("\"清河市推进\"", &[]);
    fixture.write(
        "pages/2024/05/new.html",
        city.replace("清河市推进", "南湖镇启动"),
    );
    expect("\"南湖镇启动\"", &["pages/2024/05/new.html"]);
    fs::remove_dir_all(fixture.path("pages/2024")).unwrap();
    expect("\"南湖镇启动\"", &[]);
    // The whole tree goes, as when a disk is taken off, and comes back.
    fs::rename(fixture.path("pages"), fixture.path("away")).unwrap();
    sleep(Duration::from_millis(500));
    fixture.write("away/back.html", city.replace("清河市推进", "北岭县谋划"));
    fs::rename(fixture.path("away"), fixture.path("pages")).unwrap();
    expect("\"北岭县谋划\"", &["pages/back.html"]);
    expect("\"清河市深化\"", &["pages/city.html"]);

    let sent = Command::new("kill")
        .args(["-s", "INT", &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
    Run::of(child.wait_with_output().unwrap()).expect_code(130);
    fixture.run(&["index", "verify"]).expect_code(0);
}
