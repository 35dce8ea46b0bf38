//! JSON Lines: errors by line, every layout, long files.

use std::fmt::Write;

use fangzhi_ingest::{Article, Corpus, ErrorKind, Extractor};

use crate::fixture::{Fixture, gzip};

#[test]
fn errors_name_their_line_and_the_others_are_read() {
    let mut lines = String::new();
    for i in 1..=3000 {
        match i {
            7 => lines.push_str("{\"title\": \"断\n"),
            1500 => lines.push('\n'),
            2900 => lines.push_str("[1]\n"),
            _ => writeln!(
                lines,
                "{{\"id\": \"n{i}\", \"title\": \"第{i}条\", \"body\": \"{}\"}}",
                "桥头".repeat(100)
            )
            .unwrap(),
        }
    }
    let fixture = Fixture::new().file("feed.jsonl.gz", gzip(lines));
    let mut ids = Vec::new();
    let mut wrong = Vec::new();
    for article in fixture.corpus().articles() {
        match article {
            Ok(article) => ids.push(article.id),
            Err(error) => match error.kind() {
                ErrorKind::Json { line, .. } => {
                    assert!(error.path().is_some());
                    wrong.push(*line);
                }
                kind => panic!("{kind}"),
            },
        }
    }
    assert_eq!(wrong, [7, 2900]);
    assert_eq!(ids.len(), 2997);
    assert_eq!(ids[6], "n8");
    assert_eq!(ids.last().unwrap(), "n3000");
}

#[test]
fn a_line_over_the_limit_is_an_error_of_that_line() {
    let long = format!("{{\"title\": \"{}\"}}\n", "长".repeat(1000));
    let fixture = Fixture::new().file(
        "a.jsonl",
        format!("{{\"title\": \"一\"}}\n{long}{{\"title\": \"三\"}}\n"),
    );
    let read: Vec<String> = fixture
        .corpus()
        .extractor(Extractor::new().max_bytes(1000))
        .articles()
        .map(|article| {
            article.map_or_else(
                |error| error.kind().to_string(),
                |article| article.title.unwrap(),
            )
        })
        .collect();
    assert_eq!(
        read,
        ["一", "line 2: longer than the limit of 1000 bytes", "三"]
    );
}

#[test]
fn each_layout_of_values_is_read() {
    for json in [
        "{\"title\": \"一\"}\n{\"title\": \"二\"}\n",
        "\u{feff}{\"title\": \"一\"}\r\n\r\n{\"title\": \"二\"}",
        "[{\"title\": \"一\"}, {\"title\": \"二\"}]",
        "[\n  {\n    \"title\": \"一\"\n  },\n  {\n    \"title\": \"二\"\n  }\n]\n",
        "{\n  \"title\": \"一\"\n}\n{\n  \"title\": \"二\"\n}\n",
    ] {
        let fixture = Fixture::new().file("a.json", json);
        let titles: Vec<String> = fixture
            .corpus()
            .articles()
            .map(|article| article.unwrap().title.unwrap())
            .collect();
        assert_eq!(titles, ["一", "二"], "{json}");
    }
}

#[test]
fn an_article_is_the_same_after_a_round_trip() {
    let dump = "当前位置：首页 > 新闻\n河口的灯塔\n2024-01-03 15:14:18 来源:云河日报\n　　河口的灯塔熄了四十年，今年重阳夜又亮了一次。\n　　灯亮了一刻钟，岸上的老人们站成一排。\n责任编辑:秦楼月\n";
    let article = Article::from_text(dump).unwrap();
    let fixture = Fixture::new().file("a.jsonl", serde_json::to_string(&article).unwrap());
    let mut back = Corpus::new(fixture.root())
        .articles()
        .next()
        .unwrap()
        .unwrap();
    back.path = None;
    back.warnings.clone_from(&article.warnings);
    assert_eq!(back, article);
}
