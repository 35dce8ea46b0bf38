//! `fangzhi index build`.

use std::io::Write as _;

use serde_json::{Value, json};

use crate::fixture::{Fixture, html};

#[test]
fn a_build_says_what_it_did() {
    let fixture = Fixture::with_pages().page("pages/empty.html", "");
    let run = fixture.run(&["index", "build", "pages"]).expect_code(0);
    for text in [
        "indexed 3 articles from 5 files in ",
        " MB/s)",
        "skipped: 1 list pages",
        "failed: 1 files",
        "index: `.fangzhi`, ",
    ] {
        assert!(run.stdout.contains(text), "no `{text}` in {run:#?}");
    }
    assert_eq!(
        run.stderr,
        "fangzhi: cannot read `pages/empty.html`: the file is empty\n"
    );

    let summary = fixture
        .run(&["index", "build", "pages", "--fresh", "--format", "json"])
        .expect_code(0)
        .json();
    for (field, value) in [
        ("index", json!(".fangzhi")),
        ("files", json!(5)),
        ("articles", json!(3)),
        ("skipped", json!({"list": 1})),
        ("failed", json!(1)),
        (
            "failures",
            json!([{"path": "pages/empty.html", "kind": "empty", "reason": "the file is empty"}]),
        ),
    ] {
        assert_eq!(summary[field], value, "{field}");
    }
    for field in ["bytes", "seconds", "mb_per_s", "index_bytes"] {
        assert!(summary[field].as_f64().unwrap() > 0.0, "{field}");
    }
    assert_eq!(summary["timings"], Value::Null);
}

#[test]
fn timings_name_every_stage() {
    let fixture = Fixture::with_pages();
    let text = fixture
        .run(&["index", "build", "pages", "--timings"])
        .expect_code(0)
        .stdout;
    let json = ["index", "build", "pages", "--timings", "--format", "json"];
    let timings = fixture.run(&json).expect_code(0).json()["timings"].clone();
    let stages = timings["stages"].as_array().unwrap();
    let names: Vec<&str> = stages
        .iter()
        .map(|stage| stage["stage"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["walk", "read", "parse", "tag", "analyse", "commit"]);
    for name in names {
        assert!(text.contains(&format!("\n{name} ")), "{text}");
    }
    assert!(timings["cpu_seconds"].as_f64().unwrap() > 0.0);
}

#[test]
fn the_directory_is_given_or_named_by_the_environment() {
    let fixture = Fixture::with_pages();
    fixture
        .run(&["index", "build", "pages", "--index", "a.index"])
        .expect_code(0);
    fixture
        .run(&["search", "文明城市", "--index", "a.index"])
        .expect_code(0);
    fixture
        .run(&["search", "文明城市"])
        .expect_error("no index in `.fangzhi`");
    let mut search = fixture.command(&["search", "文明城市"]);
    assert_eq!(
        search
            .env("FANGZHI_INDEX", "a.index")
            .status()
            .unwrap()
            .code(),
        Some(0)
    );
}

#[test]
fn a_build_takes_the_place_of_the_one_before() {
    let fixture = Fixture::with_pages().built();
    assert_eq!(fixture.hits(&["文明城市"]), ["pages/city.html"]);
    std::fs::remove_file(fixture.path("pages/city.html")).unwrap();
    fixture.run(&["index", "build", "pages"]).expect_code(0);
    assert_eq!(fixture.hits(&["\"文明城市\""]), [""; 0]);
    let left: Vec<_> = std::fs::read_dir(fixture.path(".fangzhi"))
        .unwrap()
        .collect();
    assert_eq!(
        left.len(),
        3,
        "one generation, its name, and the lock: {left:?}"
    );
}

#[test]
fn a_build_of_nothing_is_an_error_and_leaves_the_old_index() {
    let fixture = Fixture::with_pages()
        .page("bad/empty.html", "")
        .page("lists/list.html", crate::fixture::list())
        .built();
    std::fs::create_dir(fixture.path("nothing")).unwrap();
    for (path, message) in [
        ("nowhere", "no such file or directory: `nowhere`"),
        ("nothing", "no pages in `nothing`"),
        ("bad", "no article in `bad`: none of 1 files holds one"),
        ("lists", "no article in `lists`"),
    ] {
        fixture.run(&["index", "build", path]).expect_error(message);
        assert_eq!(fixture.hits(&["文明城市"]), ["pages/city.html"], "{path}");
    }
    fixture
        .run(&["index", "build", "pages", "nowhere"])
        .expect_error("no such file or directory: `nowhere`");
}

#[test]
fn an_index_within_the_corpus_is_no_part_of_it() {
    let fixture = Fixture::with_pages();
    for _ in 0..2 {
        let args = [
            "index",
            "build",
            ".",
            "--index",
            "news.index",
            "--format",
            "json",
        ];
        let run = fixture.run(&args).expect_code(0);
        assert_eq!(
            (&run.json()["files"], &run.json()["failed"]),
            (&json!(4), &json!(0)),
            "{run:#?}"
        );
    }
}

#[test]
fn strict_makes_failures_fatal_and_leaves_the_old_index() {
    let fixture = Fixture::with_pages()
        .built()
        .page("more/city.html", "")
        .page(
            "more/more.html",
            html(
                "老旧小区改造提速",
                "2024-05-06",
                "清河日报",
                "今年全市计划改造老旧小区八十二个，惠及居民三万余户，目前已全部开工，年底前完工。",
            ),
        );
    let run = fixture.run(&["index", "build", "more", "--strict"]);
    run.expect_error("1 files failed, and `--strict` was given");
    assert_eq!(fixture.hits(&["文明城市"]), ["pages/city.html"]);
    fixture
        .run(&["index", "build", "pages", "--strict"])
        .expect_code(0);
}

#[test]
fn pages_that_are_no_articles_are_kept_on_request() {
    let fixture = Fixture::with_pages();
    let articles = |args: &[&str]| fixture.run(args).expect_code(0).json()["articles"].clone();
    assert_eq!(
        articles(&["index", "build", "pages", "--format", "json"]),
        json!(3)
    );
    assert_eq!(
        articles(&["index", "build", "pages", "--format", "json", "--keep-all"]),
        json!(4)
    );
}

#[test]
fn standard_input_and_compressed_files_are_read() {
    let fixture = Fixture::with_pages();
    let line = "{\"id\":\"a-1\",\"title\":\"渔港开海\",\"body\":\"休渔期结束，渔港千帆竞发。\"}\n";
    fixture
        .run_with_input(&["index", "build", "-"], line)
        .expect_code(0);
    let answer = fixture
        .run(&["search", "开海", "--format", "json"])
        .expect_code(0)
        .json();
    assert_eq!(answer["hits"][0]["id"], json!("a-1"));

    let page = std::fs::read(fixture.path("pages/city.html")).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(&page).unwrap();
    fixture.write("packed/city.html.gz", gzip.finish().unwrap());
    fixture.run(&["index", "build", "packed"]).expect_code(0);
    assert_eq!(fixture.hits(&["文明城市"]), ["packed/city.html.gz"]);
}

#[test]
fn dictionaries_come_along() {
    let fixture = Fixture::with_pages()
        .page("words.txt", "柳树屯\n")
        .page("bad.txt", "柳树屯 often\n");
    fixture
        .run(&["index", "build", "pages", "--dict", "words.txt"])
        .expect_code(0);
    assert_eq!(fixture.hits(&["柳树屯"]), ["pages/farm.html"]);
    let status = fixture
        .run(&["index", "status", "--format", "json"])
        .expect_code(0)
        .json();
    assert!(
        status["dictionaries"][0]
            .as_str()
            .unwrap()
            .ends_with("words.txt"),
        "{status}"
    );
    fixture
        .run(&["index", "build", "pages", "--dict", "bad.txt"])
        .expect_error("bad.txt");
    fixture
        .run(&["index", "build", "pages", "--dict", "none.txt"])
        .expect_error("none.txt");
    assert_eq!(fixture.hits(&["柳树屯"]), ["pages/farm.html"]);
}

#[test]
fn a_changed_dictionary_concerns_only_the_articles_it_cuts_otherwise() {
    let fixture = Fixture::with_pages().page("words.txt", "");
    let build = ["index", "build", "pages", "--dict", "words.txt"];
    let json = |args: &[&str]| {
        let args: Vec<&str> = args.iter().chain(&["--format", "json"]).copied().collect();
        fixture.run(&args).expect_code(0).json()
    };
    assert_eq!(json(&build)["articles"], 3);
    // Queries go on with the dictionary the articles were cut by.
    fixture.write("words.txt", "柳树屯\n");
    let status = json(&["index", "status"]);
    assert_eq!(status["outdated"], true);
    assert_eq!(status["stale"], json!(["farm.html"]));
    assert_eq!(fixture.hits(&["柳树屯"]), ["pages/farm.html"]);

    let summary = json(&build);
    assert_eq!(summary["reanalysed"], 1);
    assert_eq!(
        (&summary["articles"], &summary["unchanged"]),
        (&json!(0), &json!(4))
    );
    let status = json(&["index", "status"]);
    assert_eq!(status["outdated"], false);
    assert_eq!(
        (&status["stale"], &status["articles"]),
        (&json!([]), &json!(3))
    );
    assert_eq!(fixture.hits(&["柳树屯"]), ["pages/farm.html"]);

    // The index has what it needs, whatever becomes of the file.
    std::fs::remove_file(fixture.path("words.txt")).unwrap();
    assert_eq!(fixture.hits(&["柳树屯"]), ["pages/farm.html"]);
    fixture.run(&build).expect_error("words.txt");

    // Without the dictionary the articles are cut as at first.
    assert_eq!(json(&["index", "build", "pages"])["reanalysed"], 1);
    assert_eq!(json(&["index", "build", "pages"])["reanalysed"], 0);
    assert_eq!(fixture.hits(&["柳树屯"]), ["pages/farm.html"]);
}

#[test]
fn synonyms_and_stop_words_come_along() {
    let fixture = Fixture::new()
        .page(
            "pages/city.html",
            html(
                "全县动员创建文明城市",
                "2024-03-04",
                "清河日报",
                "昨日，县里召开会议，就创建文明城市作出部署，要求各乡镇把责任落到人头，把实事办到群众心坎上。",
            ),
        )
        .page("synonyms.txt", "# 简称\n创城 => 创建文明城市\n")
        .page("bad.txt", "# 简称\n创城 =>\n")
        .page("stop.txt", "劳驾\n");
    let build = |options: &[&str]| {
        let mut args = vec!["index", "build", "pages"];
        args.extend(options);
        fixture.run(&args)
    };
    build(&[]).expect_code(0);
    assert_eq!(fixture.hits(&["\"创城\""]), [""; 0]);
    assert_eq!(total(&fixture, "劳驾 文明城市"), (1, true));

    let options = ["--synonyms", "synonyms.txt", "--stop-words", "stop.txt"];
    build(&options).expect_code(0);
    assert_eq!(total(&fixture, "创城"), (1, false));
    assert_eq!(total(&fixture, "劳驾 文明城市"), (1, false));
    let status = ["index", "status", "--format", "json"];
    let status = fixture.run(&status).expect_code(0).json();
    let text = fixture.run(&["index", "status"]).expect_code(0).stdout;
    for (field, row, file) in [
        ("synonyms", "synonyms", "synonyms.txt"),
        ("stop_words", "stop words", "stop.txt"),
    ] {
        let path = status[field][0].as_str().unwrap();
        assert!(path.ends_with(file), "{status}");
        let row = |line: &str| line.starts_with(row) && line.ends_with(path);
        assert!(text.lines().any(row), "{text}");
    }

    for (option, file, place) in [
        ("--synonyms", "bad.txt", "bad.txt`: line 2: nothing after"),
        ("--synonyms", "none.txt", "none.txt"),
        ("--stop-words", "none.txt", "none.txt"),
    ] {
        build(&[option, file]).expect_error(place);
        assert_eq!(total(&fixture, "创城"), (1, false), "{option} {file}");
    }
}

/// How many articles a query finds, and whether it had to be relaxed for that.
fn total(fixture: &Fixture, query: &str) -> (u64, bool) {
    let answer = fixture.run(&["search", query, "--format", "json"]).json();
    let relaxed = answer["relaxed"].as_bool().unwrap();
    (answer["total"].as_u64().unwrap(), relaxed)
}

#[test]
fn any_number_of_threads_gives_the_same_hits() {
    let mut fixture = Fixture::new();
    for n in 0..80 {
        let title = format!("清河市第{}次城市管理工作会议召开", n % 9);
        let body = "会议要求把群众关心的事一件一件办好，办出成效，文明城市创建要常抓不懈。"
            .repeat(1 + n % 4);
        let page = html(&title, "2024-01-03 15:14:18", "清河日报", &body);
        fixture = fixture.page(&format!("p/{n:02}.html"), page);
    }
    let answers = |threads: &str| -> Vec<Value> {
        fixture
            .run(&["index", "build", "p", "--threads", threads])
            .expect_code(0);
        let search = |query: &str| {
            let args = [
                "search",
                query,
                "-n",
                "100",
                "--no-collapse",
                "--format",
                "jsonl",
            ];
            fixture.run(&args).expect_code(0).json_lines()
        };
        ["文明城市", "会议", "第三次 城市", "\"办出成效\""]
            .into_iter()
            .flat_map(search)
            .collect()
    };
    let one = answers("1");
    assert!(one.len() > 200, "{}", one.len());
    assert_eq!(one, answers("2"));
    assert_eq!(one, answers("4"));
    assert_eq!(one, answers("1"), "a second time");
}
