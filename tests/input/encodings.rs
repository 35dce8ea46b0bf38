//! Pages in the encodings of the Chinese web.

use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_8};
use fangzhi_ingest::{Article, Warning};

use crate::fixture::{Fixture, page_with_head};

/// A page that declares `declared` and is written in `encoding`.
fn encode(title: &str, declared: &str, encoding: &'static Encoding) -> Vec<u8> {
    let head = format!("<meta charset=\"{declared}\">");
    let html = page_with_head(title, &head, "");
    let (bytes, _, unmappable) = encoding.encode(&html);
    assert!(!unmappable || encoding == BIG5, "{title}");
    bytes.into_owned()
}

#[test]
fn declared_or_not_the_headline_is_read() {
    for (declared, encoding, name, wrong) in [
        ("utf-8", UTF_8, "utf-8", false),
        ("gb2312", GBK, "gb18030", false),
        ("gb18030", GB18030, "gb18030", false),
        ("gb2312", UTF_8, "utf-8", true),
        ("utf-8", GBK, "gb18030", true),
        ("iso-8859-1", GBK, "gb18030", true),
        ("", GBK, "gb18030", false),
    ] {
        let article = Article::from_html(encode("镕城旧桥通车", declared, encoding)).unwrap();
        assert_eq!(
            article.title.as_deref(),
            Some("镕城旧桥通车"),
            "{declared} {name}"
        );
        assert_eq!(article.encoding.name, name, "{declared}");
        assert!(!article.encoding.replaced);
        let warned = article
            .warnings
            .iter()
            .any(|warning| matches!(warning, Warning::WrongEncoding { .. }));
        assert_eq!(warned, wrong, "{declared} {name}");
    }
}

#[test]
fn a_directory_may_mix_encodings() {
    let traditional = "<html><meta charset=big5><title>舊橋通車</title><h1>舊橋通車</h1><p>2024-01-03 15:14</p>\
        <p>本報訊，舊橋昨日通車，兩岸居民都到橋頭觀看，從清早一直站到晌午，誰也不肯先走。</p>\
        <p>市府說，工程分三期進行，頭一期用了四個月，後兩期要到明年雨季之前才能完工。</p>";
    let (big5, _, unmappable) = BIG5.encode(traditional);
    assert!(!unmappable);
    let utf16: Vec<u8> =
        "\u{feff}河口的灯塔\r\n　　河口的灯塔熄了四十年，今年重阳夜又亮了一次。\r\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
    let fixture = Fixture::new()
        .file("a.html", encode("旧桥通车", "gb2312", GBK))
        .file("b.html", encode("旧桥通车", "utf-8", UTF_8))
        .file("c.html", big5)
        .file("d.txt", utf16);
    let read: Vec<(String, String)> = fixture
        .corpus()
        .articles()
        .map(Result::unwrap)
        .map(|article| (article.encoding.name, article.title.unwrap()))
        .collect();
    let expected = [
        ("gb18030", "旧桥通车"),
        ("utf-8", "旧桥通车"),
        ("big5", "舊橋通車"),
        ("utf-16le", "河口的灯塔"),
    ];
    let expected = expected.map(|(name, title)| (name.to_owned(), title.to_owned()));
    assert_eq!(read, expected);
}

#[test]
fn broken_characters_are_recorded() {
    let mut bytes = encode("旧桥通车", "utf-8", UTF_8);
    let at = bytes.len() - 60;
    bytes.splice(at..at, *b"\xe6\xa1");
    let article = Article::from_html(bytes).unwrap();
    assert!(article.encoding.replaced);
    assert!(
        article
            .warnings
            .contains(&Warning::ReplacementCharacters { count: 1 }),
        "{:?}",
        article.warnings
    );
}
