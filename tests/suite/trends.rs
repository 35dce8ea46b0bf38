//! `fangzhi trends`, and tables of search and export.

use std::fs;

use expect_test::{expect, expect_file};
use serde_json::{Value, json};

use crate::fixture::Fixture;

/// Articles on a flood in July and on schools all the year, two without a date.
fn fixture() -> Fixture {
    let mut lines = String::new();
    for n in 0..40 {
        let month = n % 8 + 1;
        let (title, body) = match (month, n % 3) {
            (7, _) => (
                "水库开闸泄洪",
                "暴雨过后，水库开闸泄洪，抢险队员连夜转移群众。",
            ),
            (_, 0) => (
                "小学新校舍启用",
                "开学第一天，小学新校舍启用，孩子们走进教室。",
            ),
            (_, 1) => ("乡镇水库清淤", "趁着农闲，乡镇组织水库清淤，为灌溉蓄水。"),
            _ => (
                "公园花展开幕",
                "公园花展开幕，市民前来赏花，\"花海\"拍照的人排起长队。",
            ),
        };
        let published = match n {
            30 | 31 => Value::Null,
            // The last day of the ISO year 2022, and days of each month.
            0 => json!("2023-01-01"),
            n => json!(format!("2023-{month:02}-{:02}", n % 27 + 2)),
        };
        let source = ["清河日报", "北岭晚报"][n % 2];
        let article = json!({
            "id": format!("a-{n:02}"), "title": title, "body": body, "published": published, "source": source,
        });
        lines.push_str(&format!("{article}\n"));
    }
    let fixture = Fixture::new();
    fixture
        .run_with_input(&["index", "build", "-"], lines)
        .expect_code(0);
    fixture
}

#[test]
fn the_table_is_for_people() {
    let fixture = fixture();
    let run = fixture.run(&["trends", "水库"]).expect_code(0);
    expect![[r#""#]].assert_eq(&run.stdout);
    assert_eq!(run.stderr, "");
    let run = fixture
        .run(&["trends", "--by", "year", "--source", "北岭晚报"])
        .expect_code(0);
    expect![[r#""#]].assert_eq(&run.stdout);
    // Colour only if it is asked for, where there is no terminal.
    let args = ["trends", "水库", "--color", "always"];
    let colored = fixture.run(&args).expect_code(0).stdout;
    assert!(colored.contains("\u{1b}[36m█"), "{colored}");
    let mut chinese = fixture.command(&["trends", "水库", "--by", "year"]);
    let output = chinese.env("LANG", "zh_CN.UTF-8").output().unwrap();
    expect![[r#""#]].assert_eq(&String::from_utf8(output.stdout).unwrap());
}

#[test]
fn words_are_for_people() {
    let fixture = fixture();
    let args = ["trends", "水库", "--by", "year", "--related", "3"];
    expect![[r#""#]].assert_eq(&fixture.run(&args).expect_code(0).stdout);
    let args = [
        "trends",
        "--by",
        "year",
        "--burst-of",
        "2023-07",
        "--burst",
        "3",
    ];
    expect![[r#""#]].assert_eq(&fixture.run(&args).expect_code(0).stdout);
    let args = ["trends", "水库", "--by", "month", "--burst", "2"];
    expect![[r#""#]].assert_eq(&fixture.run(&args).expect_code(0).stdout);
}

#[test]
fn json_has_the_promised_fields() {
    let fixture = fixture();
    let args = [
        "trends",
        "水库",
        "--format",
        "json",
        "--related",
        "2",
        "--burst-of",
        "2023-07",
    ];
    let answer = fixture.run(&args).expect_code(0).json();
    for (field, value) in [
        ("query", json!("水库")),
        ("by", json!("month")),
        ("relaxed", json!(false)),
        ("articles", json!(40)),
    ] {
        assert_eq!(answer[field], value, "{field}");
    }
    let search = fixture.run(&["search", "水库", "--format", "json"]).json();
    assert_eq!(answer["total"], search["total"]);
    let buckets = answer["buckets"].as_array().unwrap();
    let july = buckets.iter().find(|it| it["period"] == json!("2023-07"));
    let expect = json!({"period": "2023-07", "first_day": "2023-07-01", "last_day": "2023-07-31",
                        "matches": 4, "articles": 4, "share": 1.0});
    assert_eq!(july, Some(&expect));
    let sum: u64 = buckets
        .iter()
        .map(|it| it["matches"].as_u64().unwrap())
        .sum();
    let undated = answer["undated"]["matches"].as_u64().unwrap();
    assert!(undated > 0);
    assert_eq!(sum + undated, answer["total"].as_u64().unwrap());
    let related = &answer["related"];
    assert_eq!(related["measure"], json!("jlh"));
    assert_eq!(related["foreground"], answer["total"]);
    assert_eq!(related["background"], json!(40));
    assert_eq!(related["words"].as_array().unwrap().len(), 2);
    let burst = &answer["bursts"][0];
    assert_eq!(burst["period"], json!("2023-07"));
    assert_eq!(burst["measure"], json!("log-likelihood"));
    assert_eq!(burst["foreground"], json!(4));
    assert!(!burst["words"].as_array().unwrap().is_empty(), "{burst}");
    let word = &burst["words"][0];
    assert_eq!(
        (&word["foreground"], &word["background"]),
        (&json!(4), &json!(4))
    );
    assert!(word["score"].as_f64().unwrap() > 10.83);
}

#[test]
fn tables_are_those_of_rfc_4180() {
    let fixture = fixture();
    let csv = |args: &[&str]| {
        let mut line = vec!["trends", "--format", "csv"];
        line.extend(args);
        fixture
            .run(&line)
            .expect_code(0)
            .stdout
            .replace("\r\n", "␍␊\n")
    };
    expect![[r#""#]].assert_eq(&csv(&["水库", "--by", "month"]));
    expect![[r#""#]].assert_eq(&csv(&[
        "花海", "--by", "week", "--until", "2023-01", "--bom",
    ]));
    expect![[r#""#]].assert_eq(&csv(&[
        "水库",
        "--related",
        "2",
        "--measure",
        "log-likelihood",
    ]));
    expect![[r#""#]].assert_eq(&csv(&["--burst", "1"]));
}

#[test]
fn regions_are_in_all_formats() {
    let mut lines = String::new();
    for n in 0..24 {
        let place = ["辽宁省鞍山市", "辽宁省沈阳市", "吉林省长春市"][n % 3];
        let what = ["水库清淤", "学校开学"][n / 3 % 2];
        let article = json!({
            "id": format!("r-{n:02}"), "title": format!("{place}{what}"), "published": format!("2024-{:02}-05", n / 6 + 1),
            "body": format!("{place}{what}，记者在{place}看到，各项工作进展顺利。"),
        });
        lines.push_str(&format!("{article}\n"));
    }
    let fixture = Fixture::new();
    fixture
        .run_with_input(&["index", "build", "-"], lines)
        .expect_code(0);
    let run = |args: &[&str]| {
        let mut line = vec!["trends", "水库", "--per-region"];
        line.extend(args);
        fixture.run(&line).expect_code(0).stdout
    };
    expect![[r#""#]].assert_eq(&run(&[]));
    expect![[r#""#]].assert_eq(&run(&["--region", "辽宁", "--format", "spark"]));
    let table = run(&["--region", "辽宁", "--by", "year", "--format", "csv"]);
    expect![[r#""#]].assert_eq(&table.replace("\r\n", "\n"));
    let answer: Value = serde_json::from_str(&run(&["--format", "json"])).unwrap();
    let regions = answer["regions"].as_array().unwrap();
    assert_eq!(regions.len(), 2);
    assert_eq!(regions[0]["path"], json!("辽宁省"));
    assert_eq!(regions[0]["code"], json!("210000"));
    assert_eq!(regions[0]["total"], json!(8));
    assert_eq!(regions[0]["articles"], json!(16));
    assert_eq!(regions[0]["buckets"].as_array().unwrap().len(), 4);
    run(&["--svg", "regions.svg"]);
    let svg = fs::read_to_string(fixture.path("regions.svg")).unwrap();
    expect_file!["trends/regions.svg"].assert_eq(&svg);
    fixture
        .run(&["trends", "水库", "--region", "无此地"])
        .expect_error("无此地");
}

#[test]
fn a_spark_line_is_one_line() {
    let fixture = fixture();
    let run = fixture
        .run(&["trends", "水库", "--format", "spark"])
        .expect_code(0);
    expect![[r#""#]].assert_eq(&run.stdout);
    let args = ["trends", "*", "--format", "spark", "--by", "week"];
    expect![[r#""#]].assert_eq(&fixture.run(&args).expect_code(0).stdout);
}

#[test]
fn charts_are_the_same_bytes_every_time() {
    let fixture = fixture();
    let args = ["trends", "水库 <泄洪>", "--svg", "chart.svg"];
    fixture.run(&args).expect_code(0);
    let svg = fs::read_to_string(fixture.path("chart.svg")).unwrap();
    expect_file!["trends/chart.svg"].assert_eq(&svg);
    fixture.run(&args).expect_code(0);
    assert_eq!(fs::read_to_string(fixture.path("chart.svg")).unwrap(), svg);
    // A line where there are too many periods for bars, and nothing where there is nothing.
    let args = ["trends", "*", "--by", "day", "--svg", "days.svg"];
    fixture.run(&args).expect_code(0);
    let days = fs::read_to_string(fixture.path("days.svg")).unwrap();
    assert!(
        days.contains("<polyline") && days.contains("all articles"),
        "{days}"
    );
    let args = ["trends", "\"火星\"", "--svg", "none.svg"];
    fixture.run(&args).expect_code(1);
    assert!(!fixture.path("none.svg").exists());
    fixture
        .run(&["trends", "水库", "--svg", "no/such/dir.svg"])
        .expect_error("cannot write `no/such/dir.svg`");
}

#[test]
fn nothing_found_is_exit_code_1() {
    let fixture = fixture();
    for (args, note) in [
        (&["\"火星移民\""][..], "nothing found for `\"火星移民\"`"),
        (&["，。"], "it holds no letter, digit or character"),
        (&["--since", "2030"], "nothing found for `all articles`"),
    ] {
        let mut line = vec!["trends"];
        line.extend(args);
        let run = fixture.run(&line).expect_code(1);
        assert_eq!(run.stdout, "", "{args:?}");
        assert!(run.stderr.contains(note), "{run:#?}");
        line.extend(["--format", "json"]);
        let answer = fixture.run(&line).expect_code(1).json();
        assert_eq!(
            (&answer["total"], &answer["buckets"]),
            (&json!(0), &json!([]))
        );
    }
    let run = fixture.run(&["trends", "水库 火星移民"]).expect_code(0);
    assert!(
        run.stderr.contains("no article has all the words"),
        "{run:#?}"
    );
}

#[test]
fn what_does_not_go_together_is_refused() {
    let fixture = fixture();
    for (args, message) in [
        (
            &["trends", "水库", "--bom"][..],
            "`--bom` needs `--format csv`",
        ),
        (&["search", "水库", "--bom"], "`--bom` needs `--format csv`"),
        (
            &["index", "export", "--bom"],
            "`--bom` needs `--format csv`",
        ),
        (
            &[
                "trends",
                "水库",
                "--format",
                "csv",
                "--related",
                "3",
                "--burst",
                "3",
            ],
            "`--format csv` prints one table",
        ),
        (
            &["trends", "水库", "--format", "spark", "--related", "3"],
            "`--format spark` prints no words",
        ),
        (
            &["trends", "水库", "--burst-of", "2024-W60"],
            "not a day, week, month or year",
        ),
        (&["trends", "水库", "--related", "0"], "0 is not in"),
        (
            &["trends", "水库", "--index", "nowhere"],
            "no index in `nowhere`",
        ),
    ] {
        fixture.run(args).expect_error(message);
    }
}

#[test]
fn hits_and_articles_are_exported_as_tables() {
    let fixture = fixture();
    let args = [
        "search", "花海", "--format", "csv", "-n", "2", "--bom", "--sort", "date",
    ];
    let table = fixture.run(&args).expect_code(0).stdout;
    let mut lines = table.split("\r\n");
    assert_eq!(
        lines.next(),
        Some("\u{feff}id,title,source,site,published,url,path,score,snippet")
    );
    let first = lines.next().unwrap();
    assert!(first.starts_with("a-"), "{first}");
    // The quotation marks of the text are doubled.
    assert!(
        first.contains(",公园花展开幕,") && first.contains("\"\"花海\"\""),
        "{first}"
    );
    assert_eq!(lines.count(), 2);

    let table = fixture
        .run(&["index", "export", "--format", "csv"])
        .expect_code(0)
        .stdout;
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let header = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 40);
    let lines = fixture
        .run(&["index", "export"])
        .expect_code(0)
        .json_lines();
    for (row, article) in rows.iter().zip(&lines) {
        let field = |name: &str| {
            let at = header.iter().position(|it| it == name).unwrap();
            row.get(at).unwrap()
        };
        for name in ["id", "title", "published", "source"] {
            assert_eq!(
                field(name),
                article[name].as_str().unwrap_or_default(),
                "{name}"
            );
        }
        assert_eq!(field("kind"), "article");
        assert!(field("body").ends_with('。'));
    }
}
