//! `fangzhi related`.

use serde_json::{Value, json};

use crate::fixture::{Fixture, html, paths};

/// A fixture with a second article on one of the subjects.
fn fixture() -> Fixture {
    Fixture::with_pages()
        .page(
            "pages/volunteers.html",
            html(
                "志愿者助力文明城市创建",
                "2024-01-20 10:00:00",
                "清河日报",
                "周末，三百多名志愿者走上街头，清理背街小巷，劝导文明停车，为创建全国文明城市出力。\
                 今年全市的志愿服务站点还将增加，让市民在家门口就能参与创建。",
            ),
        )
        .built()
}

/// The id of a query's best hit.
fn id(fixture: &Fixture, query: &str) -> String {
    let args = ["search", query, "-n", "1", "--format", "json"];
    let answer = fixture.run(&args).expect_code(0).json();
    answer["hits"][0]["id"].as_str().unwrap().to_owned()
}

#[test]
fn articles_on_the_same_subject_come_first() {
    let fixture = fixture();
    for (query, expect) in [
        ("清河市推进全国文明城市创建", "pages/volunteers.html"),
        ("志愿者助力文明城市创建", "pages/city.html"),
    ] {
        let id = id(&fixture, query);
        let args = ["related", &id, "--format", "json"];
        let answer = fixture.run(&args).expect_code(0).json();
        assert_eq!(answer["id"], json!(id));
        assert_eq!(answer["relaxed"], json!(false));
        assert_eq!(paths(&answer)[0], expect, "{query}");
        let hits = answer["hits"].as_array().unwrap();
        assert!(hits.iter().all(|hit| hit["id"] != json!(id)), "{answer}");
        assert!(!hits[0]["snippet"]["text"].as_str().unwrap().is_empty());

        let args = ["related", &id, "-n", "1", "--format", "jsonl"];
        let lines: Vec<Value> = fixture.run(&args).expect_code(0).json_lines();
        assert_eq!(lines, hits[..1]);

        let run = fixture.run(&["related", &id, "-n", "1"]).expect_code(0);
        let lines: Vec<&str> = run.stdout.lines().collect();
        assert!(lines[0].contains(", 1–1 shown ("), "{run:#?}");
        assert!(lines[2].starts_with("1.  "), "{run:#?}");
        assert!(lines[3].ends_with(expect), "{run:#?}");
        assert_eq!(run.stderr, "");
    }
}

#[test]
fn an_unknown_article_is_an_error_that_names_it() {
    let fixture = fixture();
    for id in ["no-such-article", ""] {
        for format in ["text", "json", "jsonl"] {
            let run = fixture.run(&["related", id, "--format", format]);
            assert_eq!(run.stdout, "");
            run.expect_error(&format!("no article `{id}` in the index"));
        }
    }
}

#[test]
fn an_article_like_no_other_is_exit_code_1() {
    let line = "{\"id\":\"a-1\",\"title\":\"渔港开海\",\"body\":\"休渔期结束，渔港千帆竞发。\"}\n";
    let fixture = Fixture::new();
    fixture
        .run_with_input(&["index", "build", "-"], line)
        .expect_code(0);
    let run = fixture.run(&["related", "a-1"]).expect_code(1);
    assert_eq!(run.stdout, "");
    assert!(run.stderr.contains("no article like `a-1`"), "{run:#?}");
    let args = ["related", "a-1", "--format", "json"];
    let answer = fixture.run(&args).expect_code(1).json();
    assert_eq!((&answer["total"], &answer["hits"]), (&json!(0), &json!([])));
}
