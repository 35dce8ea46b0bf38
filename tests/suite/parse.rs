//! `fangzhi parse`.

use serde_json::json;

use crate::fixture::{Fixture, html};

#[test]
fn every_page_is_one_line_with_the_promised_fields() {
    let fixture = Fixture::with_pages();
    let lines = fixture
        .run(&["parse", "pages", "--format", "jsonl"])
        .expect_code(0)
        .json_lines();
    let ids: Vec<&str> = lines
        .iter()
        .map(|line| line["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["city", "dump", "farm", "list"]);

    let dump = &lines[1];
    for (field, value) in [
        ("path", json!("pages/dump.txt")),
        ("kind", json!("article")),
        ("article", json!(true)),
        ("title", json!("海城市一季度ＧＤＰ增长百分之六")),
        ("publish_time", json!("2024-04-20T08:05:09+08:00")),
        ("source", json!("海城新报")),
        ("author", json!([])),
        ("editor", json!(["王小满"])),
        ("channel", json!(["海城新报网", "新闻中心", "经济"])),
        ("url", json!(null)),
    ] {
        assert_eq!(dump[field], value, "{field}");
    }
    let body = dump["body"].as_str().unwrap();
    assert!(body.starts_with("海城市统计局日前公布"), "{body}");
    assert!(body.ends_with("促进消费回暖。"), "{body}");
    assert_eq!(dump["blocks"].as_array().unwrap().len(), 3);

    let list = &lines[3];
    assert_eq!(
        (&list["kind"], &list["article"]),
        (&json!("list"), &json!(false))
    );
    assert_eq!(list["body"], json!(null));
}

#[test]
fn gb18030_pages_read_as_utf8_ones() {
    let page = html(
        "清河市推进全国文明城市创建",
        "2024-01-03 15:14:18",
        "清河日报",
        "本报讯 1月3日，清河市召开全国文明城市创建工作推进会，部署新一年的创建任务，要求各区县一件一件抓落实。\n\
         会议指出，创建文明城市为了群众，也要依靠群众，下一步将建立问题清单，每月公布一次整改进度。",
    );
    let (bytes, _, _) = encoding_rs::GB18030.encode(&page);
    let fixture = Fixture::new()
        .page("utf8/a.html", &page)
        .page(
            "gb/a.html",
            page.replace("utf-8", "gb2312").replace(&page, ""),
        )
        .page("gb/a.html", bytes);
    let read = |dir| {
        fixture
            .run(&["parse", dir, "--format", "jsonl"])
            .expect_code(0)
            .json_lines()
    };
    let (utf8, gb) = (&read("utf8")[0], &read("gb")[0]);
    for field in [
        "id",
        "title",
        "publish_time",
        "source",
        "editor",
        "channel",
        "body",
    ] {
        assert_eq!(utf8[field], gb[field], "{field}");
    }
    assert_eq!(gb["encoding"]["replaced"], json!(false));
    assert_eq!(gb["encoding"]["name"], json!("gb18030"));
}

#[test]
fn ids_are_stems_or_the_articles_own() {
    let fixture = Fixture::with_pages().page(
        "ready.jsonl",
        "{\"id\":\"a-1\",\"title\":\"甲\",\"body\":\"文明城市。\"}\n{\"id\":\"a-2\",\"title\":\"乙\",\"body\":\"农业银行。\"}\n",
    );
    let ids = |args: &[&str]| -> Vec<String> {
        let lines = fixture.run(args).expect_code(0).json_lines();
        lines
            .iter()
            .map(|line| line["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        ids(&["parse", "pages/city.html", "--format", "jsonl"]),
        ["city"]
    );
    assert_eq!(
        ids(&["parse", "ready.jsonl", "--format", "jsonl"]),
        ["a-1", "a-2"]
    );
    let own = ids(&[
        "parse",
        "pages/city.html",
        "--format",
        "jsonl",
        "--id",
        "article",
    ]);
    assert_ne!(own, ["city"]);
}

#[test]
fn json_is_one_array_and_text_is_for_people() {
    let fixture = Fixture::with_pages();
    let array = fixture
        .run(&["parse", "pages", "--format", "json"])
        .expect_code(0)
        .json();
    assert_eq!(array.as_array().unwrap().len(), 4);
    let text = fixture.run(&["parse", "pages"]).expect_code(0);
    assert!(
        text.stdout.starts_with("清河市推进全国文明城市创建\n"),
        "{text:#?}"
    );
    assert!(text.stdout.contains("editors: 王小满"), "{text:#?}");
    assert!(
        text.stderr
            .contains("`pages/list.html` is no article (list)"),
        "{text:#?}"
    );
}

#[test]
fn the_order_is_the_corpus_order_for_any_number_of_threads() {
    let mut fixture = Fixture::new();
    for n in 0..60 {
        let title = format!("清河市第{n}次城市管理工作会议召开");
        let body =
            "会议要求把群众关心的事一件一件办好，办出成效，办到群众心坎上去，年底逐项公布结果。"
                .repeat(1 + n % 7);
        fixture = fixture.page(
            &format!("p/{n:02}.html"),
            html(&title, "2024-01-03 15:14:18", "清河日报", &body),
        );
    }
    let read = |threads| {
        let args = ["parse", "p", "--format", "jsonl", "--threads", threads];
        fixture.run(&args).expect_code(0).stdout
    };
    let one = read("1");
    assert_eq!(one.lines().count(), 60);
    assert_eq!(one, read("2"));
    assert_eq!(one, read("7"));
}

#[test]
fn bad_files_are_named_and_the_rest_is_printed() {
    let fixture = Fixture::with_pages()
        .page("pages/empty.html", "")
        .page("pages/bad.gz", b"\x1f\x8b\x08\x00rubbish");
    let run = fixture
        .run(&["parse", "pages", "--format", "jsonl"])
        .expect_code(0);
    assert_eq!(run.stdout.lines().count(), 4);
    for name in ["pages/empty.html", "pages/bad.gz"] {
        assert!(
            run.stderr.contains(&format!("cannot read `{name}`: ")),
            "{run:#?}"
        );
    }
    let nothing = fixture
        .run(&["parse", "pages/empty.html", "--format", "json"])
        .expect_code(2);
    assert_eq!(nothing.json(), json!([]));
    fixture.run(&["parse", "nowhere"]).expect_error("`nowhere`");
}

#[test]
fn standard_input_is_a_page() {
    let fixture = Fixture::with_pages();
    let page = std::fs::read(fixture.path("pages/city.html")).unwrap();
    let run = fixture
        .run_with_input(&["parse", "-", "--format", "jsonl"], page)
        .expect_code(0);
    let line = &run.json_lines()[0];
    assert_eq!(line["title"], json!("清河市推进全国文明城市创建"));
    assert_eq!(line["path"], json!(null));
}

#[test]
fn explanations_name_rules_and_the_text_they_read() {
    let fixture = Fixture::with_pages();
    let args = ["parse", "pages/city.html", "--explain"];
    let text = fixture.run(&args).expect_code(0).stdout;
    assert!(text.contains("\nhow it was read\n"), "{text}");
    let line = fixture.run(&["parse", "pages/city.html", "--explain", "--format", "jsonl"]);
    let trace = line.expect_code(0).json()["trace"].clone();
    let fields = trace["fields"].as_array().unwrap();
    let published = fields
        .iter()
        .find(|field| field["field"] == "published")
        .unwrap();
    assert!(
        published["evidence"]
            .as_str()
            .unwrap()
            .contains("2024-01-03"),
        "{trace}"
    );
}
