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
    expect![[r#"
        水库: 17 of 40 articles (42.5 %)
        month    matches  articles    share
        2023-01        1         5   20.0 %  ██████████▊
        2023-02        2         5   40.0 %  █████████████████████▌
        2023-03        2         5   40.0 %  █████████████████████▌
        2023-04        1         5   20.0 %  ██████████▊
        2023-05        2         5   40.0 %  █████████████████████▌
        2023-06        2         5   40.0 %  █████████████████████▌
        2023-07        4         4  100.0 %  ███████████████████████████████████████████
        2023-08        1         4   25.0 %  ██████████▊
        no date        2         2  100.0 %
    "#]]
    .assert_eq(&run.stdout);
    assert_eq!(run.stderr, "");
    let run = fixture
        .run(&["trends", "--by", "year", "--source", "北岭晚报"])
        .expect_code(0);
    expect![[r#"
        all 20 articles
        year     matches  articles    share
        2023          19        19  100.0 %  ███████████████████████████████████████████
        no date        1         1  100.0 %
    "#]]
    .assert_eq(&run.stdout);
    // Colour only if it is asked for, where there is no terminal.
    let args = ["trends", "水库", "--color", "always"];
    let colored = fixture.run(&args).expect_code(0).stdout;
    assert!(colored.contains("\u{1b}[36m█"), "{colored}");
    let mut chinese = fixture.command(&["trends", "水库", "--by", "year"]);
    let output = chinese.env("LANG", "zh_CN.UTF-8").output().unwrap();
    expect![[r#"
        水库：40 篇文章中的 17 篇（42.5 %）
        时段    命中  文章     占比
        2023      15    38   39.5 %  ███████████████████████████████████████████████████
        无日期     2     2  100.0 %
    "#]]
    .assert_eq(&String::from_utf8(output.stdout).unwrap());
}

#[test]
fn words_are_for_people() {
    let fixture = fixture();
    let args = ["trends", "水库", "--by", "year", "--related", "3"];
    expect![[r#"
        水库: 17 of 40 articles (42.5 %)
        year     matches  articles    share
        2023          15        38   39.5 %  ███████████████████████████████████████████
        no date        2         2  100.0 %

        words of these 17 articles against all 40 (jlh)
          乡镇       0.96  12 of 12
          农闲       0.96  12 of 12
          清淤       0.96  12 of 12
    "#]]
    .assert_eq(&fixture.run(&args).expect_code(0).stdout);
    let args = [
        "trends",
        "--by",
        "year",
        "--burst-of",
        "2023-07",
        "--burst",
        "3",
    ];
    expect![[r#"
        all 40 articles
        year     matches  articles    share
        2023          38        38  100.0 %  ███████████████████████████████████████████
        no date        2         2  100.0 %

        words of 2023-07: 4 articles against all 38 with a date (log-likelihood)
          开闸      25.57  4 of 4
          抢险      25.57  4 of 4
          暴雨      25.57  4 of 4
    "#]]
    .assert_eq(&fixture.run(&args).expect_code(0).stdout);
    let args = ["trends", "水库", "--by", "month", "--burst", "2"];
    expect![[r#"
        水库: 17 of 40 articles (42.5 %)
        month    matches  articles    share
        2023-01        1         5   20.0 %  ██████████▊
        2023-02        2         5   40.0 %  █████████████████████▌
        2023-03        2         5   40.0 %  █████████████████████▌
        2023-04        1         5   20.0 %  ██████████▊
        2023-05        2         5   40.0 %  █████████████████████▌
        2023-06        2         5   40.0 %  █████████████████████▌
        2023-07        4         4  100.0 %  ███████████████████████████████████████████
        2023-08        1         4   25.0 %  ██████████▊
        no date        2         2  100.0 %

        words of each period against the others, of 15 articles with a date (log-likelihood)
        2023-01  –
        2023-02  –
        2023-03  –
        2023-04  –
        2023-05  –
        2023-06  –
        2023-07  开闸 4  抢险 4
        2023-08  –
    "#]]
    .assert_eq(&fixture.run(&args).expect_code(0).stdout);
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
    expect![[r#"
        period,first_day,last_day,matches,articles,share␍␊
        2023-01,2023-01-01,2023-01-31,1,5,0.200000␍␊
        2023-02,2023-02-01,2023-02-28,2,5,0.400000␍␊
        2023-03,2023-03-01,2023-03-31,2,5,0.400000␍␊
        2023-04,2023-04-01,2023-04-30,1,5,0.200000␍␊
        2023-05,2023-05-01,2023-05-31,2,5,0.400000␍␊
        2023-06,2023-06-01,2023-06-30,2,5,0.400000␍␊
        2023-07,2023-07-01,2023-07-31,4,4,1.000000␍␊
        2023-08,2023-08-01,2023-08-31,1,4,0.250000␍␊
        ,,,2,2,1.000000␍␊
    "#]]
    .assert_eq(&csv(&["水库", "--by", "month"]));
    expect![[r#"
        ﻿period,first_day,last_day,matches,articles,share␍␊
        2023-W01,2023-01-02,2023-01-08,1,1,1.000000␍␊
        2023-W02,2023-01-09,2023-01-15,1,1,1.000000␍␊
        2023-W03,2023-01-16,2023-01-22,0,1,0.000000␍␊
        2023-W04,2023-01-23,2023-01-29,0,1,0.000000␍␊
    "#]]
    .assert_eq(&csv(&[
        "花海", "--by", "week", "--until", "2023-01", "--bom",
    ]));
    expect![[r#"
        word,score,foreground,background␍␊
        乡镇,28.272029,12,12␍␊
        农闲,28.272029,12,12␍␊
    "#]]
    .assert_eq(&csv(&[
        "水库",
        "--related",
        "2",
        "--measure",
        "log-likelihood",
    ]));
    expect![[r#"
        period,word,score,foreground,background␍␊
        2023-07,开闸,25.573678,4,4␍␊
    "#]]
    .assert_eq(&csv(&["--burst", "1"]));
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
    expect![[r#"
        水库: 12 of 24 articles (50.0 %)
        month    matches  articles   share
        2024-01        3         6  50.0 %  ████████████████████████████████████████████
        2024-02        3         6  50.0 %  ████████████████████████████████████████████
        2024-03        3         6  50.0 %  ████████████████████████████████████████████
        2024-04        3         6  50.0 %  ████████████████████████████████████████████

        by region
        辽宁省  8  16  50.0 %  ████
        吉林省  4   8  50.0 %  ████
    "#]]
    .assert_eq(&run(&[]));
    expect![[r#"
        水库           2024-01 ████ 2024-04  8
        辽宁省/沈阳市  2024-01 ████ 2024-04  4
        辽宁省/鞍山市  2024-01 ████ 2024-04  4
    "#]]
    .assert_eq(&run(&["--region", "辽宁", "--format", "spark"]));
    let table = run(&["--region", "辽宁", "--by", "year", "--format", "csv"]);
    expect![[r#"
        region,code,period,first_day,last_day,matches,articles,share
        ,,2024,2024-01-01,2024-12-31,8,16,0.500000
        辽宁省/沈阳市,210100,2024,2024-01-01,2024-12-31,4,8,0.500000
        辽宁省/鞍山市,210300,2024,2024-01-01,2024-12-31,4,8,0.500000
    "#]]
    .assert_eq(&table.replace("\r\n", "\n"));
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
fn stories_count_once() {
    let carried = "三月十二日清晨，清河水库开闸放水，沿岸三十六个村庄的春灌用水有了着落。管理处主任说，今年蓄水比往年多两成，\
                   可以满足下游八万亩麦田的头遍水。农户老周扛着铁锹守在渠边，说这水来得正是时候，再晚几天麦苗就要打蔫了。";
    let lines: String = ["2024-03-12", "2024-03-13", "2024-04-02"]
        .iter()
        .enumerate()
        .map(|(n, day)| {
            let article = json!({"id": n.to_string(), "title": "水库开闸", "published": day, "body": carried});
            format!("{article}\n")
        })
        .collect();
    let fixture = Fixture::new();
    fixture
        .run_with_input(&["index", "build", "-"], lines)
        .expect_code(0);
    let args = ["trends", "水库", "--count", "stories"];
    expect![[r#"
        水库: 1 of 1 story (100.0 %)
        month    matches  stories    share
        2024-03        1        1  100.0 %  ████████████████████████████████████████████
        2024-04        1        1  100.0 %  ████████████████████████████████████████████
    "#]]
    .assert_eq(&fixture.run(&args).expect_code(0).stdout);
    for (count, total, march) in [("articles", 3, 2), ("stories", 1, 1)] {
        let args = ["trends", "水库", "--count", count, "--format", "json"];
        let answer = fixture.run(&args).expect_code(0).json();
        assert_eq!(answer["count"], json!(count));
        assert_eq!(answer["total"], json!(total));
        assert_eq!(answer["buckets"][0]["matches"], json!(march));
    }
}

#[test]
fn a_spark_line_is_one_line() {
    let fixture = fixture();
    let run = fixture
        .run(&["trends", "水库", "--format", "spark"])
        .expect_code(0);
    expect![[r#"
        水库  2023-01 ▃▅▅▃▅▅█▃ 2023-08  17
    "#]]
    .assert_eq(&run.stdout);
    let args = ["trends", "*", "--format", "spark", "--by", "week"];
    expect![[r#"
        all articles  2022-W52 ▅▅▅▅▅▅█▅▁██▁▅█▅█▅▁██▁▅▅▅█▅▁▅█▁▅▁▅█▅ 2023-W34  40
    "#]]
    .assert_eq(&fixture.run(&args).expect_code(0).stdout);
}

#[test]
fn charts_are_the_same_bytes_every_time() {
    let fixture = fixture();
    let args = ["trends", "水库", "--svg", "chart.svg"];
    fixture.run(&args).expect_code(0);
    let svg = fs::read_to_string(fixture.path("chart.svg")).unwrap();
    expect_file!["trends/chart.svg"].assert_eq(&svg);
    fixture.run(&args).expect_code(0);
    assert_eq!(fs::read_to_string(fixture.path("chart.svg")).unwrap(), svg);
    let args = ["trends", "水库 <泄洪>", "--svg", "escaped.svg"];
    fixture.run(&args).expect_code(0);
    let escaped = fs::read_to_string(fixture.path("escaped.svg")).unwrap();
    assert!(escaped.contains("水库 &lt;泄洪&gt;"), "{escaped}");
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
