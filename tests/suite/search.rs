//! `fangzhi search`.

use serde_json::{Value, json};

use crate::fixture::{Fixture, Run, html, paths};

#[test]
fn json_has_the_promised_fields() {
    let fixture = Fixture::with_pages().built();
    let answer = fixture
        .run(&["search", "文明城市", "--format", "json"])
        .expect_code(0)
        .json();
    assert_eq!(answer["query"], json!("文明城市"));
    assert_eq!(answer["total"], json!(1));
    assert_eq!(answer["relaxed"], json!(false));
    assert!(answer["took_ms"].as_f64().unwrap() > 0.0);
    let hit = &answer["hits"][0];
    for (field, value) in [
        ("rank", json!(1)),
        ("title", json!("清河市推进全国文明城市创建")),
        ("published", json!("2024-01-03T15:14:18+08:00")),
        ("source", json!("清河日报")),
        ("path", json!("pages/city.html")),
        ("url", json!(null)),
        ("kind", json!("article")),
    ] {
        assert_eq!(hit[field], value, "{field}");
    }
    assert!(hit["score"].as_f64().unwrap() > 0.0);
    assert!(hit["id"].is_string());
    for (text, marks) in [
        (&hit["title"], &hit["title_marks"]),
        (&hit["snippet"]["text"], &hit["snippet"]["marks"]),
    ] {
        let chars: Vec<char> = text.as_str().unwrap().chars().collect();
        let marks = marks.as_array().unwrap();
        assert!(!marks.is_empty(), "{hit}");
        for mark in marks {
            let at = |i: usize| usize::try_from(mark[i].as_u64().unwrap()).unwrap();
            let marked: String = chars[at(0)..at(1)].iter().collect();
            assert_eq!(marked, "文明城市", "{hit}");
        }
    }
}

#[test]
fn every_way_to_write_it_finds_it() {
    let fixture = Fixture::with_pages().built();
    for (query, path) in [
        (&["城市"][..], "pages/city.html"),
        (&["海城"], "pages/dump.txt"),
        (&["农业"], "pages/farm.html"),
        (&["农业银行"], "pages/farm.html"),
        (&["明"], "pages/city.html"),
        (&["GDP"], "pages/dump.txt"),
        (&["ｇｄｐ"], "pages/dump.txt"),
        (&["4+4+3+N"], "pages/dump.txt"),
        (&["文明", "城市"], "pages/city.html"),
        (&["\"创建全国文明城市\""], ""),
        (&["\"全国文明城市创建\""], "pages/city.html"),
        (&["農業發展銀行"], "pages/farm.html"),
    ] {
        let hits = fixture.hits(query);
        let found = path.is_empty() || hits.iter().any(|hit| hit == path);
        assert!(found, "{query:?}: {hits:?}");
        assert_eq!(hits.is_empty(), path.is_empty(), "{query:?}: {hits:?}");
    }
}

#[test]
fn filters_offsets_and_orders() {
    let fixture = Fixture::with_pages().built();
    for (args, expect) in [
        (
            &["百分之 OR 全市 OR 全县", "--source", "海城新报"][..],
            &["pages/dump.txt"][..],
        ),
        (
            &["全", "--since", "2024-02"],
            &["pages/dump.txt", "pages/farm.html"],
        ),
        (
            &["全", "--until", "2024-02"],
            &["pages/farm.html", "pages/city.html"],
        ),
        (
            &["全", "--since", "2024-02", "--until", "2024年2月"],
            &["pages/farm.html"],
        ),
        (&["全", "--channel", "经济"], &["pages/dump.txt"]),
        (
            &["全"],
            &["pages/dump.txt", "pages/farm.html", "pages/city.html"],
        ),
        (
            &["全", "--offset", "1"],
            &["pages/farm.html", "pages/city.html"],
        ),
        (&["全", "--offset", "1", "-n", "1"], &["pages/farm.html"]),
        (
            &["全", "--source", "清河日报", "--source", "北岭晚报"],
            &["pages/farm.html", "pages/city.html"],
        ),
    ] {
        let mut line = vec!["search", "--format", "json", "--sort", "date"];
        line.extend(args);
        assert_eq!(
            paths(&fixture.run(&line).expect_code(0).json()),
            expect,
            "{args:?}"
        );
    }
    let second = fixture
        .run(&[
            "search", "全", "--offset", "1", "-n", "1", "--format", "json",
        ])
        .json();
    assert_eq!(second["total"], json!(3));
    assert_eq!(second["hits"][0]["rank"], json!(2));
}

#[test]
fn text_is_for_people() {
    let fixture = Fixture::with_pages().built();
    let run = fixture.run(&["search", "文明城市"]).expect_code(0);
    for text in [
        "1 article, 1–1 shown (",
        "\n1.  清河市推进全国【文明城市】创建\n    2024-01-03 15:14:18  邢台市清河县  清河日报  ",
        "pages/city.html\n    ",
    ] {
        assert!(run.stdout.contains(text), "no `{text}` in {run:#?}");
    }
    assert_eq!(run.stderr, "");
}

#[test]
fn nothing_found_is_exit_code_1() {
    let fixture = Fixture::with_pages().built();
    for (query, note) in [
        ("\"火星移民\"", "nothing found for `\"火星移民\"`"),
        ("，。！？", "it holds no letter, digit or character"),
        ("", "nothing to search for"),
    ] {
        let run = fixture.run(&["search", query]).expect_code(1);
        assert_eq!(run.stdout, "", "{query}");
        assert!(run.stderr.contains(note), "{run:#?}");
        let answer = fixture
            .run(&["search", query, "--format", "json"])
            .expect_code(1)
            .json();
        assert_eq!(
            (&answer["total"], &answer["hits"]),
            (&json!(0), &json!([])),
            "{query}"
        );
    }
}

#[test]
fn words_that_are_in_no_article_together_are_relaxed_and_it_says_so() {
    let fixture = Fixture::with_pages().built();
    let args = ["search", "文明城市 插秧机", "--format", "json"];
    let run = fixture.run(&args).expect_code(0);
    let answer = run.json();
    assert_eq!(answer["relaxed"], json!(true), "{answer}");
    assert!(!answer["hits"].as_array().unwrap().is_empty());
    assert!(
        run.stderr.contains("no article has all the words"),
        "{run:#?}"
    );
}

#[test]
fn hits_beyond_those_that_match_in_full_are_not_counted_as_such() {
    let fixture = Fixture::with_pages().built();
    for (query, total, english, chinese) in [
        (
            "农机合作社 增长",
            1,
            "1 article has the required words; 1–2 shown (",
            "含有所要求的词语的有 1 篇；显示第 1–2 篇（",
        ),
        (
            "全市 志愿服务",
            1,
            "1 article has all the words; 1–2 shown (",
            "含有全部词语的有 1 篇；显示第 1–2 篇（",
        ),
        (
            "文明城市",
            1,
            "1 article, 1–1 shown (",
            "共 1 篇，显示第 1–1 篇（",
        ),
        (
            "全",
            3,
            "3 articles, 1–3 shown (",
            "共 3 篇，显示第 1–3 篇（",
        ),
    ] {
        let args = ["search", query, "--format", "json"];
        let answer = fixture.run(&args).expect_code(0).json();
        assert_eq!(answer["total"], json!(total), "{query}");
        for (language, heading) in [("en_US.UTF-8", english), ("zh_CN.UTF-8", chinese)] {
            let mut command = fixture.command(&["search", query]);
            let run = Run::of(command.env("LANG", language).output().unwrap()).expect_code(0);
            assert!(
                run.stdout.starts_with(heading),
                "no `{heading}` in {run:#?}"
            );
        }
    }
}

#[test]
fn explanations_facets_and_strictness() {
    let fixture = Fixture::with_pages().built();
    let answer = fixture
        .run(&["search", "全", "--facets", "--explain", "--format", "json"])
        .expect_code(0)
        .json();
    assert!(
        !answer["hits"][0]["explanation"]["parts"]
            .as_array()
            .unwrap()
            .is_empty(),
        "{answer}"
    );
    let counts = |name: &str| answer["facets"][name].as_array().unwrap().clone();
    assert_eq!(counts("source").len(), 3);
    let months: Vec<Value> = counts("month")
        .iter()
        .map(|count| count["value"].clone())
        .collect();
    assert_eq!(
        months,
        [json!("2024-04"), json!("2024-02"), json!("2024-01")]
    );
    let text = fixture
        .run(&["search", "全", "--facets", "--explain"])
        .expect_code(0)
        .stdout;
    assert!(text.contains("\nsources\n"), "{text}");

    fixture.run(&["search", "(文明城市"]).expect_code(0);
    fixture
        .run(&["search", "(文明城市", "--strict-query"])
        .expect_error("not understood: ");
}

#[test]
fn histograms_count_by_time() {
    let fixture = Fixture::with_pages()
        .page(
            "pages/later.html",
            html(
                "全市老旧小区改造提速",
                "2025-01-03",
                "清河日报",
                "今年全市计划改造老旧小区八十二个，惠及居民三万余户，目前已全部开工，年底前完工。",
            ),
        )
        .built();
    let all = ["source", "site", "channel", "region", "month"];
    let months = json!({"2025-01": 1, "2024-04": 1, "2024-02": 1, "2024-01": 1});
    let days = json!({"2025-01-03": 1, "2024-04-20": 1, "2024-02-18": 1, "2024-01-03": 1});
    for (options, fields, counts) in [
        (&["--facets"][..], &all[..], months.clone()),
        (
            &["--histogram", "year"],
            &["year"],
            json!({"2025": 1, "2024": 3}),
        ),
        (&["--histogram", "month"], &["month"], months),
        (
            &["--facets", "--histogram", "day"],
            &["source", "site", "channel", "region", "day"],
            days,
        ),
    ] {
        let mut args = vec!["search", "全"];
        args.extend(options);
        let text = fixture.run(&args).expect_code(0).stdout;
        args.extend(["--format", "json"]);
        let answer = fixture.run(&args).expect_code(0).json();
        let facets = answer["facets"].as_object().unwrap();
        let mut fields = fields.to_vec();
        let time = fields[fields.len() - 1];
        fields.sort_unstable();
        let mut found: Vec<&String> = facets.keys().collect();
        found.sort_unstable();
        assert_eq!(found, fields, "{options:?}");

        let found = facets[time].as_array().unwrap();
        let values: Vec<&str> = found
            .iter()
            .map(|count| count["value"].as_str().unwrap())
            .collect();
        assert!(values.is_sorted_by(|a, b| a > b), "{values:?}");
        let found: serde_json::Map<String, Value> = found
            .iter()
            .map(|count| {
                let value = count["value"].as_str().unwrap();
                (value.to_owned(), count["articles"].clone())
            })
            .collect();
        assert_eq!(Value::Object(found), counts, "{options:?}");
        for value in values {
            assert!(text.contains(&format!("\n    {value}  ")), "{text}");
        }
        let sources = text.contains("\nsources\n");
        assert_eq!(sources, fields.contains(&"source"), "{text}");
        assert!(text.contains("\npublished\n"), "{text}");
    }
    let args = ["search", "--batch", "-", "--histogram", "day"];
    fixture.run(&args).expect_error("--histogram");
}

#[test]
fn a_histogram_that_was_asked_for_is_printed_whole() {
    let mut fixture = Fixture::new();
    for month in 1..=12 {
        let page = html(
            &format!("全市防汛工作调度会第{month}次召开"),
            &format!("2024-{month:02}-05"),
            "清河日报",
            "会议要求各区县落实防汛责任，备足物资，加强值守，确保人民群众生命财产安全，平稳度过汛期。",
        );
        fixture = fixture.page(&format!("pages/{month}.html"), page);
    }
    let fixture = fixture.built();
    for (options, lines, rest) in [
        (&["--histogram", "day"][..], 12, false),
        (&["--histogram", "month"], 12, false),
        (&["--histogram", "year"], 1, false),
        (&["--facets", "--histogram", "day"], 12, false),
        (&["--facets"], 11, true),
    ] {
        let mut args = vec!["search", "防汛", "-n", "1"];
        args.extend(options);
        let text = fixture.run(&args).expect_code(0).stdout;
        let (_, histogram) = text.split_once("\npublished\n").unwrap();
        assert_eq!(histogram.lines().count(), lines, "{text}");
        assert_eq!(histogram.contains('…'), rest, "{text}");
    }
}

#[test]
fn batches_answer_in_order() {
    let mut queries = String::from("\u{FEFF}first\t文明城市\r\n\n");
    for n in 0..300 {
        queries.push_str(&format!("q{n}\t{}\n", ["农业银行", "GDP", "，。"][n % 3]));
    }
    let fixture = Fixture::with_pages().built().page("q.tsv", &queries);
    let lines = fixture
        .run(&["search", "--batch", "q.tsv"])
        .expect_code(0)
        .json_lines();
    assert_eq!(lines.len(), 301);
    assert_eq!(lines[0]["qid"], json!("first"));
    for (n, line) in lines[1..].iter().enumerate() {
        assert_eq!(line["qid"], json!(format!("q{n}")));
        assert_eq!(line["ids"], lines[1 + n % 3]["ids"], "{line}");
        assert_eq!(
            line["ids"].as_array().unwrap().len(),
            usize::from(n % 3 != 2),
            "{line}"
        );
    }
    let piped = fixture
        .run_with_input(&["search", "--batch", "-"], &queries)
        .expect_code(0)
        .json_lines();
    assert_eq!(lines, piped);

    let trec = fixture
        .run(&["search", "--batch", "q.tsv", "--format", "trec"])
        .expect_code(0)
        .stdout;
    let id = lines[0]["ids"][0].as_str().unwrap();
    let first = trec.lines().next().unwrap();
    assert!(
        first.starts_with(&format!("first Q0 {id} 1 ")) && first.ends_with(" fangzhi"),
        "{first}"
    );
}

#[test]
fn batch_errors_name_the_place() {
    let fixture = Fixture::with_pages()
        .built()
        .page("bad.tsv", "q1\t城市\nno tab here\n");
    fixture
        .run(&["search", "--batch", "bad.tsv"])
        .expect_error("cannot read `bad.tsv`: line 2: ");
    fixture
        .run(&["search", "--batch", "none.tsv"])
        .expect_error("cannot read `none.tsv`");
    fixture
        .run(&["search", "--batch", "bad.tsv", "--format", "json"])
        .expect_error("jsonl");
}

/// Four articles about places that lie in each other, or are called alike.
fn of_places() -> Fixture {
    let pages = [
        (
            "haicheng",
            "海城市举办服装节",
            "辽宁日报",
            "海城市昨日举办服装节，三百家商户到场。",
        ),
        (
            "anshan",
            "鞍山市启动春耕服装捐赠",
            "鞍山日报",
            "鞍山市农业部门检修农机，服装捐赠点同日开放。",
        ),
        (
            "nanjing",
            "南京市鼓楼区服装市场整治",
            "南京日报",
            "南京市鼓楼区整治服装市场的消防通道。",
        ),
        (
            "fuzhou",
            "福州市鼓楼区服装店开张",
            "福州日报",
            "福州市鼓楼区新开了一家服装店。",
        ),
    ];
    let mut fixture = Fixture::new();
    for (name, title, source, line) in pages {
        let page = html(title, "2023-05-06 10:00:00", source, &line.repeat(5));
        fixture = fixture.page(&format!("pages/{name}.html"), page);
    }
    fixture.built()
}

#[test]
fn regions_filter_and_are_shown() {
    let fixture = of_places();
    for (args, expect, note) in [
        (
            &["服装", "--region", "辽宁"][..],
            &["anshan", "haicheng"][..],
            "",
        ),
        (&["服装 region:辽宁/鞍山/海城"], &["haicheng"], ""),
        (&["服装", "--published-from", "鞍山"], &["anshan"], ""),
        (&["服装 发布地：辽宁 -地区：海城市"], &["anshan"], ""),
        (
            &["服装", "--region", "江苏", "--region", "210381"],
            &["haicheng", "nanjing"],
            "",
        ),
        (
            &["服装", "--region", "鼓楼区"],
            &["fuzhou", "nanjing"],
            "fangzhi: any of the 4 regions called `鼓楼区` counts (江苏省/南京市/鼓楼区, 江苏省/徐州市/鼓楼区, \
             福建省/福州市/鼓楼区, 河南省/开封市/鼓楼区)\n",
        ),
        (
            &["服装 region:海城"],
            &["haicheng"],
            "fangzhi: any of the 2 regions called `海城` counts (辽宁省/鞍山市/海城市, \
             广西壮族自治区/北海市/海城区) at character 11\n",
        ),
    ] {
        let mut line = vec!["search", "--format", "json"];
        line.extend(args);
        let run = fixture.run(&line).expect_code(0);
        let mut found = paths(&run.json());
        found.sort();
        let expect: Vec<String> = expect
            .iter()
            .map(|name| format!("pages/{name}.html"))
            .collect();
        assert_eq!(found, expect, "{args:?}");
        assert_eq!(run.stderr, note, "{args:?}");
        let problems = run.json()["problems"].as_array().map_or(0, Vec::len);
        assert_eq!(problems, usize::from(!note.is_empty()), "{args:?}");
        line.push("--strict-query");
        fixture
            .run(&line)
            .expect_code(if note.is_empty() { 0 } else { 2 });
    }
    let hit = &fixture
        .run(&["search", "服装节", "--format", "json"])
        .json()["hits"][0];
    assert_eq!(
        hit["about"],
        json!([{"path": "辽宁省/鞍山市/海城市", "code": "210381"}])
    );
    assert_eq!(
        hit["published_from"],
        json!({"path": "辽宁省", "code": "210000"})
    );
    let text = fixture.run(&["search", "服装节"]).stdout;
    assert!(
        text.contains("\n    2023-05-06 10:00:00  鞍山市海城市  辽宁日报  "),
        "{text}"
    );
}

#[test]
fn what_is_no_region_is_said() {
    let fixture = of_places();
    for option in ["--region", "--published-from"] {
        let run = fixture
            .run(&["search", "服装", option, "没有这里"])
            .expect_code(2);
        assert_eq!(run.stderr, "fangzhi: no region is called `没有这里`\n");
    }
    let run = fixture.run(&["search", "服装 region:没有这里"]);
    let note = "not understood: no region is called `没有这里` at character 11";
    assert!(run.stderr.contains(note), "{run:#?}");
    fixture
        .run(&["search", "服装 region:没有这里", "--strict-query"])
        .expect_code(2);
    fixture
        .run(&["index", "delete", "--query", "region:鼓楼区"])
        .expect_code(2);
    for facet in ["region:没有这里", "source:辽宁", "province"] {
        fixture
            .run(&["search", "服装", "--facet", facet])
            .expect_code(2);
    }
}

#[test]
fn regions_are_counted_as_a_tree() {
    let fixture = of_places();
    let facets = |args: &[&str]| {
        let mut line = vec!["search", "服装", "--format", "json"];
        line.extend(args);
        fixture.run(&line).expect_code(0).json()["facets"].clone()
    };
    let haicheng = json!({"path": "辽宁省/鞍山市/海城市", "code": "210381", "count": 1});
    let anshan =
        json!({"path": "辽宁省/鞍山市", "code": "210300", "count": 2, "children": [haicheng]});
    let counted = facets(&["--facet", "region", "--facet", "published_from:辽宁"]);
    let regions = counted["region"].as_array().unwrap();
    let provinces: Vec<&str> = regions
        .iter()
        .map(|it| it["path"].as_str().unwrap())
        .collect();
    assert_eq!(provinces, ["辽宁省", "江苏省", "福建省"]);
    assert_eq!(regions[0]["children"], json!([anshan]));
    let home = json!([{"path": "辽宁省/鞍山市", "code": "210300", "count": 1}]);
    assert_eq!(counted["published_from"], home);
    for args in [
        &["--facet", "region:辽宁"][..],
        &["--facet", "region", "--region", "辽宁"],
    ] {
        assert_eq!(facets(args)["region"], json!([anshan]), "{args:?}");
    }
    let text = fixture.run(&["search", "服装", "--facet", "region"]).stdout;
    let tree = "\nregions\n    辽宁省           2\n      鞍山市         2\n        海城市       1\n    江苏省           1\n";
    assert!(text.contains(tree), "{text}");
}
