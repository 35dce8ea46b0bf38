//! Reprints and versions: `search`, `related`, `versions`.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::fixture::{Fixture, html, paths};

const STORY: &str = "本报讯 昨日，清河市第二水厂扩建工程通过验收，日供水能力由六万吨提高到9.5万吨，城东12个小区的低水压问题得到解决。\n\
    市水务局局长赵立民介绍，工程总投资1.37亿元，新建清水池两座，铺设管线18.6公里，自去年3月开工以来没有停过一天水。\n\
    家住锦绣街的居民王秀兰说，过去夏天做饭要接水备用，现在六楼的水也很足。下一步，水厂将于11月启动深度处理改造。";

/// The same story on another site: a line of its own before and after, a sentence less.
fn reprint() -> String {
    let story = STORY.replace("，自去年3月开工以来没有停过一天水", "");
    format!("（本网综合报道）\n{story}\n更多本地消息，请继续关注本网。")
}

/// Four sites that carry a story, one other article on the subject, a notice and the next day's notice of its template.
fn fixture() -> Fixture {
    let notice = |day, high, low, wind| {
        format!(
            "清河市气象台10月{day}日17时发布：今天夜间到明天白天，多云，最高气温{high}℃，最低气温{low}℃，西北风{wind}级。\
             请市民根据天气变化增减衣物，有晨练习惯的老人尽量避开低温时段，驾车出行注意保持车距。"
        )
    };
    Fixture::new()
        .page("pages/paper.html", html("第二水厂扩建工程通过验收", "2024-10-12 07:30:00", "清河日报", STORY))
        .page("pages/portal.html", html("清河12个小区用水难题解决了", "2024-10-12 09:05:00", "清河日报", &reprint()))
        .page("pages/agency.html", html("日供水9.5万吨 清河水厂扩建完成", "2024-10-13 11:00:00", "清河日报", STORY))
        .page(
            "pages/other.html",
            html(
                "水厂职工坚守一线保供水",
                "2024-10-20 10:00:00",
                "北岭晚报",
                "凌晨四点，水厂扩建工地的灯还亮着。北岭县水厂的二十多名职工轮班值守，检查滤池和加药间，记录水压和浊度，\
                 确保全县居民用上放心水。值班长老孙干这一行已经三十一年，他说水厂的活儿没有节假日，一天也离不开人。",
            ),
        )
        .page("pages/weather-1.html", html("今日天气", "2024-10-14 17:00:00", "清河气象", &notice(14, 17, 6, "3到4")))
        .page("pages/weather-2.html", html("今日天气", "2024-10-15 17:00:00", "清河气象", &notice(15, 12, -1, "5到6")))
        .built()
}

#[test]
fn of_many_articles_stories_are_counted_if_that_is_asked_for() {
    let mut lines: Vec<String> = (0..1200)
        .map(|i| {
            json!({"id": format!("a{i}"), "title": format!("水厂简讯{i}"), "body": "水厂"})
                .to_string()
        })
        .collect();
    for (id, body) in [("s1", STORY), ("s2", &reprint())] {
        lines.push(json!({"id": id, "title": "水厂扩建工程通过验收", "body": body}).to_string());
    }
    let fixture = Fixture::new()
        .page("pages/articles.jsonl", lines.join("\n"))
        .built();
    for (asked, stories) in [("articles", Value::Null), ("stories", json!(1201))] {
        let found = answer(&fixture, &["水厂", "-n", "2000", "--count", asked]);
        assert_eq!(
            (&found["total"], &found["stories"]),
            (&json!(1202), &stories)
        );
        assert_eq!(paths(&found).len(), 1201);
    }
    let text = fixture.run(&["search", "水厂", "-n", "2000"]).stdout;
    assert_eq!(text.matches("also carried by 1").count(), 1);
}

fn answer(fixture: &Fixture, args: &[&str]) -> Value {
    let mut all = vec!["search"];
    all.extend(args);
    all.extend(["--format", "json"]);
    fixture.run(&all).json()
}

#[test]
fn a_story_is_one_hit() {
    let fixture = fixture();
    let collapsed = answer(&fixture, &["水厂扩建"]);
    assert_eq!(
        (&collapsed["total"], &collapsed["stories"]),
        (&json!(4), &json!(2))
    );
    assert_eq!(paths(&collapsed).len(), 2);
    let hits = collapsed["hits"].as_array().unwrap();
    let others: Vec<&Value> = hits.iter().map(|hit| &hit["also_carried_by"]).collect();
    assert!(
        others == [&json!(2), &json!(0)] || others == [&json!(0), &json!(2)],
        "{hits:?}"
    );

    let apart = answer(&fixture, &["水厂扩建", "--no-collapse"]);
    assert_eq!(
        (&apart["total"], &apart["stories"]),
        (&json!(4), &Value::Null)
    );
    assert_eq!(paths(&apart).len(), 4);
    // What is shown of a story is the best of it.
    assert!(paths(&collapsed).contains(&paths(&apart)[0]));
    assert_eq!(
        apart["hits"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|hit| hit["also_carried_by"] == json!(2))
            .count(),
        3
    );

    // Two days' notices are two stories.
    let notices = answer(&fixture, &["今日天气"]);
    assert_eq!(
        (&notices["total"], &notices["stories"]),
        (&json!(2), &json!(2))
    );
    assert_eq!(paths(&notices).len(), 2);

    for (language, expect, heading) in [
        (
            "en_US.UTF-8",
            "    also carried by 2\n",
            "4 articles, 2 stories, 1–2 shown (",
        ),
        (
            "zh_CN.UTF-8",
            "    另有2家刊载\n",
            "共 4 篇、2 则报道，显示第 1–2 则（",
        ),
    ] {
        let run = fixture.run_in(language, &["search", "水厂扩建"]);
        assert!(run.stdout.contains(expect), "{run:#?}");
        assert!(run.stdout.starts_with(heading), "{run:#?}");
    }
    let run = fixture
        .run(&["search", "水厂扩建", "--no-collapse"])
        .expect_code(0);
    assert!(!run.stdout.contains("also carried"), "{run:#?}");
}

#[test]
fn a_date_filter_or_order_keeps_stories_together() {
    let fixture = fixture();
    let newest = answer(&fixture, &["水厂扩建", "--sort", "date"]);
    assert_eq!(paths(&newest), ["pages/other.html", "pages/agency.html"]);
    // Others carry it, though they are not asked for.
    let one = answer(
        &fixture,
        &["水厂扩建", "--until", "2024-10-12", "--sort", "date"],
    );
    assert_eq!(paths(&one), ["pages/portal.html"]);
    assert_eq!(one["hits"][0]["also_carried_by"], json!(2));
}

#[test]
fn a_batch_is_of_articles_unless_stories_are_asked_for() {
    let fixture = fixture();
    fixture.write("queries.tsv", "q1\t水厂扩建\n");
    for (args, n) in [(&[][..], 4), (&["--collapse"], 2)] {
        let mut all = vec!["search", "--batch", "queries.tsv"];
        all.extend(args);
        let lines = fixture.run(&all).expect_code(0).json_lines();
        assert_eq!(lines[0]["ids"].as_array().unwrap().len(), n, "{args:?}");
    }
}

#[test]
fn facets_count_articles_or_stories() {
    let fixture = fixture();
    for (args, daily, october) in [(&[][..], 3, 4), (&["--count", "stories"], 1, 2)] {
        let mut all = vec!["水厂扩建", "--facets"];
        all.extend(args);
        let facets = &answer(&fixture, &all)["facets"];
        let count = |facet: &str, value: &str| {
            let counts = facets[facet].as_array().unwrap();
            counts.iter().find(|it| it["value"] == value).unwrap()["articles"].clone()
        };
        assert_eq!(count("source", "清河日报"), json!(daily), "{args:?}");
        assert_eq!(count("month", "2024-10"), json!(october), "{args:?}");
    }
}

/// Pages of any length are the whole list, cut; no story comes twice.
#[test]
fn pages_never_repeat_a_story() {
    let mut fixture = Fixture::new();
    for story in 0..23 {
        let words = ["桥梁", "水库", "学校", "医院", "市场", "公园", "车站"];
        let (a, b) = (words[story % 7], words[(story / 2) % 7]);
        let body = format!(
            "清河市{a}改造工程第{story}标段昨日开工，投资{}万元，涉及{b}周边{}户居民，计划{}月{}日完工。\
             项目负责人刘建{a}介绍，施工期间将分{}段围挡，{b}一侧保留{}米通道，方便群众通行，扰民问题可拨打热线反映。",
            137 * story + 211,
            31 * story + 17,
            story % 12 + 1,
            story % 27 + 2,
            story % 5 + 2,
            story + 3,
        );
        for site in 0..story % 4 + 1 {
            let name = format!("pages/{site}/{story}.html");
            let time = format!("2024-05-{:02} 0{site}:00:00", story + 1);
            fixture = fixture.page(
                &name,
                html(&format!("{a}改造工程开工"), &time, "清河日报", &body),
            );
        }
    }
    let fixture = fixture.built();
    for order in ["relevance", "date"] {
        let whole = answer(&fixture, &["改造工程", "-n", "100", "--sort", order]);
        let n = paths(&whole).len();
        assert_eq!(json!(n), whole["stories"]);
        assert_eq!(n, 23, "{order}");
        for size in ["1", "4", "10"] {
            let mut seen = HashSet::new();
            let mut paged = Vec::new();
            for page in 1.. {
                let page = page.to_string();
                let answer = answer(
                    &fixture,
                    &["改造工程", "-n", size, "--page", &page, "--sort", order],
                );
                let hits = paths(&answer);
                if hits.is_empty() {
                    break;
                }
                for hit in hits {
                    let story = hit.rsplit('/').next().unwrap().to_owned();
                    assert!(seen.insert(story), "{hit} is on page {page} again");
                    paged.push(hit);
                }
            }
            assert_eq!(paged.len(), n, "{order} {size}");
        }
    }
}

#[test]
fn who_carries_a_story_and_who_was_first() {
    let fixture = fixture();
    let first = answer(
        &fixture,
        &["第二水厂扩建工程通过验收", "-n", "1", "--no-collapse"],
    );
    let id = first["hits"][0]["id"].as_str().unwrap();
    let story = fixture
        .run(&["related", id, "--reprints", "--format", "json"])
        .expect_code(0)
        .json();
    let articles = story["articles"].as_array().unwrap();
    let listed: Vec<&str> = articles
        .iter()
        .map(|it| it["path"].as_str().unwrap())
        .collect();
    assert_eq!(
        listed,
        ["pages/paper.html", "pages/portal.html", "pages/agency.html"]
    );
    let firsts: Vec<bool> = articles
        .iter()
        .map(|it| it["first"].as_bool().unwrap())
        .collect();
    assert_eq!(firsts, [true, false, false]);
    assert_eq!(story["first"], articles[0]["id"]);
    assert_eq!(articles[2]["similarity"], json!(1.0));
    let similarity = articles[1]["similarity"].as_f64().unwrap();
    assert!((0.6..0.95).contains(&similarity), "{similarity}");

    // Articles that are merely alike come after, and reprints are not among them.
    let related = fixture
        .run(&["related", id, "--format", "json"])
        .expect_code(0)
        .json();
    assert_eq!(paths(&related)[0], "pages/other.html");
    assert!(
        paths(&related)
            .iter()
            .all(|path| !listed.contains(&path.as_str()))
    );
    assert_eq!(related["reprints"]["articles"].as_array().unwrap().len(), 3);

    let run = fixture.run(&["related", id, "--reprints"]).expect_code(0);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines[0], "carried by 3 pages");
    assert!(
        lines[1].starts_with("2024-10-12 07:30:00") && lines[1].ends_with("[first]"),
        "{run:#?}"
    );
    let run = fixture.run_in("zh_CN.UTF-8", &["related", id]);
    assert!(
        run.stdout.starts_with("共3家刊载\n") && run.stdout.contains("[首发]"),
        "{run:#?}"
    );

    let other = answer(&fixture, &["水厂职工坚守一线", "-n", "1"]);
    let id = other["hits"][0]["id"].as_str().unwrap();
    let run = fixture.run(&["related", id, "--reprints"]).expect_code(1);
    assert!(run.stderr.contains("no other page carries"), "{run:#?}");
}

/// The paper published after the portal's clock says, and others name it.
#[test]
fn who_is_named_was_first() {
    let line = |id: &str, time: &str, site: &str, source: &str, body: &str| {
        let article = json!({"id": id, "title": "水厂扩建", "published": time, "site": site, "source": source, "body": body});
        format!("{article}\n")
    };
    let input = [
        line(
            "portal",
            "2024-10-12 06:00",
            "东河网",
            "清河日报",
            &reprint(),
        ),
        line("paper", "2024-10-12 07:30", "清河日报", "", STORY),
        line(
            "agency",
            "2024-10-13 11:00",
            "南湖在线",
            "清河日报社",
            STORY,
        ),
    ]
    .concat();
    let fixture = Fixture::new();
    fixture
        .run_with_input(&["index", "build", "-"], &input)
        .expect_code(0);
    let story = fixture
        .run(&["related", "agency", "--reprints", "--format", "json"])
        .expect_code(0)
        .json();
    assert_eq!(
        (&story["first"], &story["named_by"]),
        (&json!("paper"), &json!(2))
    );
    let run = fixture
        .run(&["related", "agency", "--reprints"])
        .expect_code(0);
    assert!(
        run.stdout.contains("[first, named as source by 2]"),
        "{run:#?}"
    );
}

/// The page as three crawls have saved it.
fn captures() -> Fixture {
    let page = |title: &str, body: &str| {
        let html = html(title, "2024-10-12 07:30:00", "清河日报", body);
        html.replace(
            "<head>",
            "<head><link rel=\"canonical\" href=\"https://www.qinghe.example/1012/a7.html\">",
        )
    };
    let second = STORY.replace("1.37亿元", "1.42亿元");
    Fixture::new()
        .page(
            "pages/2024-10-12/a7.html",
            page("第二水厂扩建工程通过验收", STORY),
        )
        .page(
            "pages/2024-10-13/a7.html",
            page("第二水厂扩建工程通过验收", &second),
        )
        .page(
            "pages/2024-10-14/a7.html",
            page(
                "第二水厂扩建工程完成验收",
                &format!("{second}\n（更正：总投资应为1.42亿元。）"),
            ),
        )
        // A print view of the first: the same text.
        .page(
            "pages/print/a7.html",
            page("第二水厂扩建工程通过验收", STORY),
        )
        .page(
            "pages/portal.html",
            html(
                "清河12个小区用水难题解决了",
                "2024-10-12 09:05:00",
                "清河日报",
                &reprint(),
            ),
        )
}

#[test]
fn versions_of_a_page_are_no_reprints() {
    let fixture = captures().built();
    let found = answer(&fixture, &["第二水厂"]);
    assert_eq!(
        (&found["total"], &found["stories"]),
        (&json!(4), &json!(1)),
        "{found}"
    );
    let hit = &found["hits"][0];
    let is_page = hit["path"] != json!("pages/portal.html");
    let expect = if is_page {
        (json!(1), json!(2))
    } else {
        (json!(1), json!(0))
    };
    assert_eq!(
        (
            hit["also_carried_by"].clone(),
            hit["other_versions"].clone()
        ),
        expect
    );

    // Of the versions that have what is asked for, the newest.
    for (query, path) in [
        ("第二水厂 城东 -本网", "pages/2024-10-14/a7.html"),
        ("第二水厂 1.37亿元 -本网", "pages/2024-10-12/a7.html"),
    ] {
        assert_eq!(paths(&answer(&fixture, &[query])), [path], "{query}");
    }
    let url = "http://qinghe.example/1012/a7.html?spm=1";
    let versions = fixture
        .run(&["versions", url, "--diff", "--format", "json"])
        .expect_code(0)
        .json();
    let listed = versions["versions"].as_array().unwrap();
    let names: Vec<&str> = listed
        .iter()
        .map(|it| it["path"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "pages/2024-10-12/a7.html",
            "pages/2024-10-13/a7.html",
            "pages/2024-10-14/a7.html"
        ]
    );
    assert_eq!(listed[0]["diff"], Value::Null);
    let changes = |i: usize, change: &str| -> Vec<String> {
        let diff = listed[i]["diff"].as_array().unwrap();
        let lines = diff.iter().filter(|line| line["change"] == change);
        lines
            .map(|line| line["text"].as_str().unwrap().to_owned())
            .collect()
    };
    assert!(
        changes(1, "removed")[0].contains("1.37亿元")
            && changes(1, "added")[0].contains("1.42亿元")
    );
    assert_eq!(changes(1, "removed").len(), 1);
    assert_eq!(changes(2, "added").len(), 2);
    assert_eq!(changes(2, "removed"), ["第二水厂扩建工程通过验收"]);

    // Any of them will do, and the list is the same.
    for version in listed {
        let id = version["id"].as_str().unwrap();
        let run = fixture
            .run(&["versions", id, "--format", "jsonl"])
            .expect_code(0);
        assert_eq!(run.json_lines().len(), 3);
    }
    let run = fixture.run(&["versions", url, "--diff"]).expect_code(0);
    assert!(run.stdout.starts_with("3 versions\n"), "{run:#?}");
    assert!(
        run.stdout
            .contains("    - 市水务局局长赵立民介绍，工程总投资1.37亿元"),
        "{run:#?}"
    );
    assert!(
        run.stdout
            .contains("    + 市水务局局长赵立民介绍，工程总投资1.42亿元"),
        "{run:#?}"
    );
    let run = fixture
        .run(&["versions", url, "--diff", "--color", "always"])
        .expect_code(0);
    // The changed digits alone stand out: 3 and 7 gave way to 4 and 2.
    assert!(run.stdout.contains("\u{1b}[7m"), "{run:#?}");

    let story = fixture.run(&[
        "related",
        listed[0]["id"].as_str().unwrap(),
        "--reprints",
        "--format",
        "json",
    ]);
    let story = story.expect_code(0).json();
    let articles = story["articles"].as_array().unwrap();
    assert_eq!(articles.len(), 2);
    assert!(articles.iter().any(|it| it["other_versions"] == json!(2)));
}

#[test]
fn versions_come_and_go_with_updates() {
    let fixture = captures().built();
    std::fs::remove_file(fixture.path("pages/2024-10-13/a7.html")).unwrap();
    fixture.run(&["index", "build", "pages"]).expect_code(0);
    let url = "http://qinghe.example/1012/a7.html";
    let list = |fixture: &Fixture| {
        let run = fixture.run(&["versions", url, "--format", "jsonl"]);
        let mut lines = run.json_lines();
        lines
            .iter_mut()
            .map(|line| line["path"].take().as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        list(&fixture),
        ["pages/2024-10-12/a7.html", "pages/2024-10-14/a7.html"]
    );
    // The first goes: its print view has its text, and takes its place.
    std::fs::remove_file(fixture.path("pages/2024-10-12/a7.html")).unwrap();
    fixture.run(&["index", "build", "pages"]).expect_code(0);
    assert_eq!(list(&fixture).len(), 2);
    let updated = fixture.run(&["index", "export"]).stdout;
    fixture
        .run(&["index", "build", "pages", "--fresh"])
        .expect_code(0);
    let fresh = fixture.run(&["index", "export"]).stdout;
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&updated), sorted(&fresh));
    let run = fixture.run(&["versions", "portal.html"]).expect_code(1);
    assert!(run.stderr.contains("there is one version"), "{run:#?}");
    fixture
        .run(&["versions", "nowhere"])
        .expect_error("no article `nowhere` in the index");
}

/// Without its file the index can be searched, verification tells, and the next commit or a repair makes it again.
#[test]
fn a_damaged_or_missing_file_is_made_again() {
    let find = |fixture: &Fixture| {
        let entries = std::fs::read_dir(fixture.path(".fangzhi")).unwrap();
        let generation = entries
            .map(|it| it.unwrap().path())
            .find(|path| path.is_dir())
            .unwrap();
        let files = std::fs::read_dir(generation).unwrap();
        let is_wanted = |path: &std::path::PathBuf| {
            path.file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with("reprints-")
        };
        files.map(|it| it.unwrap().path()).find(is_wanted).unwrap()
    };
    type Damage = fn(&std::path::Path);
    let damages: [(&str, Damage, bool); 4] = [
        ("gone", |path| std::fs::remove_file(path).unwrap(), false),
        (
            "cut",
            |path| std::fs::write(path, &std::fs::read(path).unwrap()[..90]).unwrap(),
            false,
        ),
        ("empty", |path| std::fs::write(path, "").unwrap(), false),
        (
            "a bit",
            |path| {
                let mut bytes = std::fs::read(path).unwrap();
                bytes[100] ^= 1;
                std::fs::write(path, bytes).unwrap();
            },
            true,
        ),
    ];
    for (name, damage, is_searched) in damages {
        for repair in [true, false] {
            let fixture = fixture();
            let good = std::fs::read(find(&fixture)).unwrap();
            damage(&find(&fixture));
            let found = answer(&fixture, &["水厂扩建"]);
            assert_eq!(
                paths(&found).len(),
                if is_searched { 2 } else { 4 },
                "{name}"
            );
            let run = fixture.run(&["index", "verify"]).expect_code(2);
            assert!(
                run.stdout.contains("reprints-") || run.stderr.contains("reprints-"),
                "{name} {run:#?}"
            );
            if repair {
                fixture.run(&["index", "repair"]).expect_code(0);
            } else {
                fixture.write(
                    "pages/new.html",
                    html(
                        "短讯",
                        "2024-10-21 10:00:00",
                        "清河日报",
                        "图片新闻，摄影作者不详。",
                    ),
                );
                fixture.run(&["index", "build", "pages"]).expect_code(0);
                fixture.run(&["index", "delete", "new.html"]);
            }
            fixture.run(&["index", "verify"]).expect_code(0);
            assert_eq!(paths(&answer(&fixture, &["水厂扩建"])).len(), 2, "{name}");
            if repair {
                assert_eq!(std::fs::read(find(&fixture)).unwrap(), good, "{name}");
            }
        }
    }
}

#[test]
fn deleting_and_adding_changes_who_carries_a_story() {
    let fixture = fixture();
    let carried = |fixture: &Fixture| {
        let found = answer(fixture, &["\"第二水厂\""]);
        assert_eq!(paths(&found).len(), 1, "{found}");
        found["hits"][0]["also_carried_by"].as_u64().unwrap()
    };
    assert_eq!(carried(&fixture), 2);
    std::fs::remove_file(fixture.path("pages/agency.html")).unwrap();
    fixture.run(&["index", "build", "pages"]).expect_code(0);
    assert_eq!(carried(&fixture), 1);
    for name in ["a", "b"] {
        let page = html(
            "水厂扩建完成",
            "2024-10-15 10:00:00",
            "南湖在线",
            &reprint(),
        );
        fixture.write(&format!("pages/{name}.html"), page);
    }
    fixture.run(&["index", "build", "pages"]).expect_code(0);
    assert_eq!(carried(&fixture), 3);
    fixture.run(&["index", "merge"]).expect_code(0);
    assert_eq!(carried(&fixture), 3);
    fixture.run(&["index", "backup", "copy"]).expect_code(0);
    fixture
        .run(&["index", "restore", "copy", "--index", "other"])
        .expect_code(0);
    let run = fixture
        .run(&["search", "\"第二水厂\"", "--index", "other"])
        .expect_code(0);
    assert!(run.stdout.contains("also carried by 3"), "{run:#?}");
}

/// A web archive's captures of one page, the later one first: the time of fetching tells.
#[test]
fn captures_in_a_web_archive_are_versions_by_the_time_of_fetching() {
    let record = |date: &str, body: &str| {
        let page = html(
            "第二水厂扩建工程通过验收",
            "2024-10-12 07:30:00",
            "清河日报",
            body,
        );
        let http =
            format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{page}");
        format!(
            "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{date}>\r\nWARC-Date: {date}\r\n\
             WARC-Target-URI: http://www.qinghe.example/1012/a7.html\r\n\
             Content-Type: application/http;msgtype=response\r\nContent-Length: {}\r\n\r\n{http}\r\n\r\n",
            http.len()
        )
    };
    let changed = STORY.replace("1.37亿元", "1.42亿元");
    let archive = [
        record("2024-10-14T01:00:00Z", &changed),
        record("2024-10-13T01:00:00Z", STORY),
        record("2024-10-15T01:00:00Z", &changed),
    ];
    let fixture = Fixture::new()
        .page("pages/crawl.warc", archive.concat())
        .built();
    let url = "http://www.qinghe.example/1012/a7.html";
    let args = ["versions", url, "--format", "jsonl"];
    let lines = fixture.run(&args).expect_code(0).json_lines();
    let fetched: Vec<&str> = lines
        .iter()
        .map(|line| line["fetched"].as_str().unwrap())
        .collect();
    assert_eq!(
        fetched,
        ["2024-10-13T09:00:00+08:00", "2024-10-14T09:00:00+08:00"]
    );
    let found = answer(&fixture, &["水厂 总投资"]);
    assert_eq!(found["hits"][0]["other_versions"], json!(1));
    let id = found["hits"][0]["id"].as_str().unwrap();
    assert_eq!(json!(id), lines[1]["id"], "the newest is shown");
}
