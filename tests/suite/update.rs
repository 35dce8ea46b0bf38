//! `fangzhi index update`, and `index build` on an index that is there.

use std::fs;

use serde_json::{Value, json};

use crate::fixture::{Fixture, html};

fn story(title: &str) -> String {
    let body = format!(
        "本报讯 {title}的消息传来，沿线群众十分高兴。施工单位介绍，工程历时十四个月，克服了汛期水位上涨等困难。\n\
         镇里表示，下一步将继续完善配套设施，方便群众出行，带动沿线农产品外销。"
    );
    html(title, "2024-05-06 07:08:09", "南湖日报", &body)
}

/// The counts of a summary: new, changed, unchanged, removed and missing files, and articles in all.
fn counts(summary: &Value) -> [u64; 6] {
    ["new", "changed", "unchanged", "removed", "missing", "total"]
        .map(|name| summary[name].as_u64().unwrap())
}

#[test]
fn only_what_changed_is_read_and_gone_files_go_when_asked() {
    let fixture = Fixture::with_pages().built();
    let update = |args: &[&str]| {
        let mut all = vec!["index", "update", "--format", "json"];
        all.extend(args);
        counts(&fixture.run(&all).expect_code(0).json())
    };
    assert_eq!(update(&[]), [0, 0, 4, 0, 0, 3]);
    fixture.write("pages/new/bridge.html", story("南湖大桥通车"));
    assert_eq!(update(&["pages"]), [1, 0, 4, 0, 0, 4]);
    assert_eq!(fixture.hits(&["南湖大桥"]), ["pages/new/bridge.html"]);
    fixture.write("pages/new/bridge.html", story("南湖隧道贯通"));
    assert_eq!(update(&["pages/new"]), [0, 1, 4, 0, 0, 4]);
    assert_eq!(fixture.hits(&["\"南湖大桥\""]), [""; 0]);
    fs::remove_file(fixture.path("pages/city.html")).unwrap();
    // It was not looked at.
    assert_eq!(update(&["pages/new", "--prune"]), [0, 0, 5, 0, 0, 4]);
    assert_eq!(update(&[]), [0, 0, 4, 0, 1, 4]);
    assert_eq!(fixture.hits(&["文明城市"]), ["pages/city.html"]);
    assert_eq!(update(&["--prune"]), [0, 0, 4, 1, 0, 3]);
    assert_eq!(fixture.hits(&["\"文明城市\""]), [""; 0]);
    fs::remove_dir_all(fixture.path("pages/new")).unwrap();
    assert_eq!(update(&["pages/new", "--prune"]), [0, 0, 3, 1, 0, 2]);
    // A root that is not there is more likely a disk that is not mounted.
    fs::rename(fixture.path("pages"), fixture.path("elsewhere")).unwrap();
    assert_eq!(update(&["--prune"]), [0, 0, 3, 0, 0, 2]);
}

#[test]
fn a_further_root_renames_what_is_there() {
    let fixture = Fixture::with_pages()
        .page("more/city.html", story("南湖大桥通车"))
        .built();
    let id = |query: &str| {
        let run = fixture.run(&["search", query, "--format", "json"]);
        run.expect_code(0).json()["hits"][0]["id"].clone()
    };
    assert_eq!(id("文明城市"), "city.html");
    fixture.run(&["index", "update", "more"]).expect_code(0);
    assert_eq!(id("文明城市"), "pages/city.html");
    assert_eq!(id("南湖大桥"), "more/city.html");
    let fresh = ["index", "build", "pages", "more", "--fresh"];
    fixture.run(&fresh).expect_code(0);
    assert_eq!(id("文明城市"), "pages/city.html");
    let run = fixture.run(&["index", "build", "more", "--format", "json"]);
    assert_eq!(counts(&run.expect_code(0).json()), [0, 1, 0, 4, 0, 1]);
    assert_eq!(id("南湖大桥"), "city.html");
}

#[test]
fn a_build_of_other_settings_does_again_what_they_concern() {
    let fixture = Fixture::with_pages()
        .page("words.txt", "柳树屯\n")
        .page("places.tsv", "柳树屯\t辽宁/鞍山/海城\n")
        .page(
            "rules.toml",
            "[[site]]\nunder = \"city\"\ntitle = \".none\"\n",
        )
        .built();
    for (args, changed, reanalysed) in [
        (&["--dict", "words.txt"][..], 0, 1),
        (&["--dict", "words.txt"], 0, 0),
        (&[], 0, 1),
        (&["--places", "places.tsv"], 0, 1),
        (&["--places", "places.tsv"], 0, 0),
        (&[], 0, 1),
        (&["--site-rules", "rules.toml"], 4, 0),
        (&["--site-rules", "rules.toml", "--keep-all"], 4, 0),
    ] {
        let mut all = vec!["index", "build", "pages", "--format", "json"];
        all.extend(args);
        let summary = fixture.run(&all).expect_code(0).json();
        assert_eq!(
            (&summary["changed"], &summary["reanalysed"]),
            (&json!(changed), &json!(reanalysed)),
            "{args:?}"
        );
    }
    // An update reads as the build did.
    let summary = fixture.run(&["index", "update", "--format", "json"]);
    assert_eq!(counts(&summary.expect_code(0).json()), [0, 0, 4, 0, 0, 4]);
}

#[test]
fn commits_on_the_way_are_said() {
    let fixture = Fixture::new();
    for n in 0..30 {
        fixture.write(
            &format!("pages/{n:02}.html"),
            story(&format!("第{n}号公路通车")),
        );
    }
    let args = ["index", "build", "pages", "--commit-every", "10"];
    let stdout = fixture.run(&args).expect_code(0).stdout;
    let said: Vec<&str> = stdout
        .lines()
        .filter(|line| line.starts_with("committed"))
        .collect();
    let expect = [10, 20, 30].map(|n| format!("committed {n} articles"));
    assert_eq!(said, expect, "{stdout}");
    assert_eq!(fixture.hits(&["公路通车"]).len(), 30);
    for every in ["0", "x", "10d", "-1"] {
        let args = [
            "index",
            "build",
            "pages",
            &format!("--commit-every={every}"),
        ];
        fixture.run(&args).expect_code(2);
    }
}

#[cfg(unix)]
#[test]
fn files_behind_links_to_directories_are_known_again() {
    let mut fixture = Fixture::new();
    for path in ["a/1.html", "a/2.html", "pages/m.html", "pages/n.html"] {
        fixture = fixture.page(path, story(&format!("{path}号公路通车")));
    }
    std::os::unix::fs::symlink("../a", fixture.path("pages/a")).unwrap();
    let fixture = fixture.built();
    let update = || {
        let run = fixture.run(&["index", "update", "--format", "json"]);
        counts(&run.expect_code(0).json())
    };
    assert_eq!(update(), [0, 0, 4, 0, 0, 4]);
    fixture.write("pages/m.html", story("南湖大桥通车"));
    assert_eq!(update(), [0, 1, 3, 0, 0, 4]);
    fixture.write("a/1.html", story("南湖隧道贯通"));
    assert_eq!(update(), [0, 1, 3, 0, 0, 4]);
    assert_eq!(update(), [0, 0, 4, 0, 0, 4]);
}

#[cfg(unix)]
#[test]
fn an_index_that_may_only_be_read_is_searched() {
    use std::os::unix::fs::PermissionsExt as _;
    let fixture = Fixture::with_pages().built();
    let set = |mode: u32| {
        for path in [".fangzhi", ".fangzhi/gen-1"] {
            fs::set_permissions(fixture.path(path), fs::Permissions::from_mode(mode)).unwrap();
        }
        for entry in fs::read_dir(fixture.path(".fangzhi/gen-1")).unwrap() {
            let mode = mode & 0o666;
            fs::set_permissions(entry.unwrap().path(), fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    set(0o555);
    if fs::write(fixture.path(".fangzhi/x"), "").is_ok() {
        println!("skipped: root may write everywhere");
    } else {
        let hits = fixture.hits(&["文明城市"]);
        fixture
            .run(&["index", "update"])
            .expect_error("cannot open `.fangzhi/LOCK`");
        set(0o755);
        assert_eq!(hits, ["pages/city.html"]);
    }
    set(0o755);
}
