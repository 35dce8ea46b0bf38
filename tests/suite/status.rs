//! `fangzhi index status`.

use serde_json::json;

use crate::fixture::Fixture;

#[test]
fn status_says_what_the_index_holds() {
    let fixture = Fixture::with_pages().built();
    let status = fixture
        .run(&["index", "status", "--format", "json"])
        .expect_code(0)
        .json();
    for (field, value) in [
        ("index", json!(".fangzhi")),
        ("articles", json!(3)),
        ("first_day", json!("2024-01-03")),
        ("last_day", json!("2024-04-20")),
        ("pending", json!(0)),
        ("outdated", json!(false)),
        ("dictionaries", json!([])),
        ("synonyms", json!([])),
        ("stop_words", json!([])),
    ] {
        assert_eq!(status[field], value, "{field}");
    }
    assert!(status["bytes"].as_u64().unwrap() > 0);
    assert!(status["format_version"].as_u64().unwrap() > 0);
    for field in ["built_at", "committed_at"] {
        assert!(
            status[field].as_str().unwrap().starts_with("20"),
            "{status}"
        );
    }
    let mut sources: Vec<_> = status["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|source| source["source"].clone())
        .collect();
    sources.sort_by_key(ToString::to_string);
    assert_eq!(
        sources,
        [json!("北岭晚报"), json!("海城新报"), json!("清河日报")]
    );

    let text = fixture.run(&["index", "status"]).expect_code(0).stdout;
    for line in ["articles   3\n", "dates      2024-01-03 – 2024-04-20\n"] {
        assert!(text.contains(line), "{text}");
    }
}

#[test]
fn without_an_index_the_message_says_how_to_get_one() {
    let fixture = Fixture::new();
    for args in [
        &["index", "status"][..],
        &["search", "城市"],
        &["search", "--batch", "q.tsv"],
        &["related", "a-1"],
        &["complete", "城市"],
    ] {
        fixture.write("q.tsv", "q1\t城市\n");
        fixture
            .run(args)
            .expect_error("no index in `.fangzhi`; build one with `fangzhi index build PATH`");
    }
}

#[test]
fn an_index_of_another_version_says_so() {
    let fixture = Fixture::with_pages().built();
    let generation = std::fs::read_to_string(fixture.path(".fangzhi/CURRENT")).unwrap();
    let manifest = format!(".fangzhi/{}/manifest.json", generation.trim());
    let json = std::fs::read_to_string(fixture.path(&manifest)).unwrap();
    let mut json: serde_json::Value = serde_json::from_str(&json).unwrap();
    json["format_version"] = json!(4711);
    fixture.write(&manifest, json.to_string());
    for args in [&["index", "status"][..], &["search", "文明城市"]] {
        let run = fixture.run(args);
        assert!(run.stderr.contains("4711"), "{run:#?}");
        run.expect_error("build it again");
    }
    // Building again mends it.
    fixture.run(&["index", "build", "pages"]).expect_code(0);
    assert_eq!(fixture.hits(&["文明城市"]), ["pages/city.html"]);
}
