//! `fangzhi places`.

use serde_json::json;

use crate::fixture::{Fixture, html};

#[test]
fn a_text_and_its_offsets_in_characters() {
    let fixture = Fixture::new();
    let text = "遼寧海城的李某到鼓楼区办事。";
    let answer = fixture
        .run(&["places", text, "--format", "json"])
        .expect_code(0)
        .json();
    let expect = json!([
        {
            "in": "body", "text": "遼寧", "start": 0, "end": 2,
            "path": "辽宁省", "code": "210000", "ambiguous": false,
            "candidates": [{"path": "辽宁省", "code": "210000"}],
            "evidence": ["short_name"],
        },
        {
            "in": "body", "text": "海城", "start": 2, "end": 4,
            "path": "辽宁省/鞍山市/海城市", "code": "210381", "ambiguous": false,
            "candidates": [{"path": "辽宁省/鞍山市/海城市", "code": "210381"}],
            "evidence": ["short_name", "parent"],
        },
        {
            "in": "body", "text": "鼓楼区", "start": 8, "end": 11,
            "path": null, "code": null, "ambiguous": true,
            "candidates": [
                {"path": "江苏省/南京市/鼓楼区", "code": "320106"},
                {"path": "江苏省/徐州市/鼓楼区", "code": "320302"},
                {"path": "福建省/福州市/鼓楼区", "code": "350102"},
                {"path": "河南省/开封市/鼓楼区", "code": "410204"},
            ],
            "evidence": ["full_name"],
        },
    ]);
    assert_eq!(answer["mentions"], expect);
    assert_eq!(answer["about"][0]["path"], "辽宁省/鞍山市/海城市");
    assert_eq!(answer["published_from"], json!(null));
}

#[test]
fn a_page_is_parsed_first() {
    let body = "本报鞍山讯 5月6日，海城市举办服装节，全市客商到场。".repeat(3);
    let page = html("海城服装节开幕", "2023-05-06 10:00", "辽宁日报", &body);
    let fixture = Fixture::new().page("a.html", page);
    let run = fixture.run(&["places", "a.html", "--format", "json"]);
    let answer = run.expect_code(0).json();
    assert_eq!(
        answer["about"],
        json!([{"path": "辽宁省/鞍山市/海城市", "code": "210381"}])
    );
    assert_eq!(answer["published_from"]["path"], "辽宁省");
    assert_eq!(answer["mentions"][0]["in"], "title");
    assert_eq!(answer["title"], "海城服装节开幕");
    let run = fixture.run(&["places", "a.html"]).expect_code(0);
    assert!(
        run.stdout.contains("辽宁省/鞍山市/海城市 (210381)"),
        "{}",
        run.stdout
    );
}

#[test]
fn names_of_the_past_go_by_the_year() {
    let fixture = Fixture::new();
    let run = fixture.run(&[
        "places",
        "襄樊市的工厂",
        "--year",
        "2005",
        "--format",
        "json",
    ]);
    let answer = run.expect_code(0).json();
    assert_eq!(answer["mentions"][0]["path"], "湖北省/襄阳市");
    assert_eq!(answer["mentions"][0]["named"]["path"], "湖北省/襄樊市");
}

#[test]
fn places_of_the_users_and_what_is_wrong_with_them() {
    let fixture = Fixture::new()
        .page("places.tsv", "西柳镇\t辽宁/鞍山/海城\t西柳\n")
        .page("bad.tsv", "西柳镇\t海城\n");
    let text = "海城市西柳镇的市场";
    let run = fixture.run(&["places", text, "--places", "places.tsv"]);
    let stdout = run.expect_code(0).stdout;
    assert!(stdout.contains("辽宁省/鞍山市/海城市/西柳镇"), "{stdout}");
    fixture
        .run(&["places", "西柳镇的市场", "--places", "places.tsv"])
        .expect_code(1);
    fixture
        .run(&["places", text, "--places", "bad.tsv"])
        .expect_error("line 1");
    fixture
        .run(&["places", text, "--places", "missing.tsv"])
        .expect_error("missing.tsv");
}

#[test]
fn nothing_is_found_in_a_text_without_places() {
    let fixture = Fixture::new();
    let run = fixture.run(&["places", "世界需要和平", "--format", "json"]);
    let run = run.expect_code(1);
    assert_eq!(run.json()["mentions"], json!([]));
    let run = fixture.run_with_input(&["places", "-"], "沈阳的冬天");
    assert!(run.expect_code(0).stdout.contains("辽宁省/沈阳市"));
}
