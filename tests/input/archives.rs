//! Web archives.

use fangzhi_ingest::{Corpus, Extractor, Format, Page};

use crate::fixture::{Fixture, gzip, page, page_with_head};

fn record(url: &str, http_headers: &str, body: &[u8]) -> Vec<u8> {
    let http = [
        format!("HTTP/1.1 200 OK\r\n{http_headers}\r\n").as_bytes(),
        body,
    ]
    .concat();
    let head = format!(
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:0>\r\nWARC-Date: 2024-01-04T01:00:00Z\r\n\
         WARC-Target-URI: {url}\r\nContent-Type: application/http;msgtype=response\r\nContent-Length: {}\r\n\r\n",
        http.len()
    );
    [head.as_bytes(), &http, b"\r\n\r\n"].concat()
}

const HTML: &str = "Content-Type: text/html\r\n";

/// `url headline` or the error's message.
fn read(corpus: &Corpus) -> Vec<String> {
    corpus
        .articles()
        .map(|article| match article {
            Ok(article) => format!("{} {}", article.id, article.title.unwrap()),
            Err(error) => error.kind().to_string(),
        })
        .collect()
}

#[test]
fn each_html_response_is_a_page() {
    let gbk = encoding_rs::GBK
        .encode(&page("乙桥通车", ""))
        .0
        .into_owned();
    let chunked = format!(
        "{:x}\r\n{}\r\n0\r\n\r\n",
        page("丙桥通车", "").len(),
        page("丙桥通车", "")
    );
    let records = [
        record(
            "http://www.a.cn/1.html",
            HTML,
            page("甲桥通车", "").as_bytes(),
        ),
        record(
            "http://a.cn/2.html",
            "Content-Type: text/html; charset=gbk\r\n",
            &gbk,
        ),
        record(
            "http://a.cn/x.css",
            "Content-Type: text/css\r\n",
            b"body {}",
        ),
        record(
            "http://a.cn/3.html",
            &format!("{HTML}Transfer-Encoding: chunked\r\n"),
            chunked.as_bytes(),
        ),
        record(
            "http://a.cn/4.html",
            &format!("{HTML}Content-Encoding: gzip\r\n"),
            &gzip(page("丁桥通车", "")),
        ),
    ];
    let expected = [
        "a.cn/1.html 甲桥通车",
        "a.cn/2.html 乙桥通车",
        "a.cn/3.html 丙桥通车",
        "a.cn/4.html 丁桥通车",
    ];
    let by_record: Vec<u8> = records.iter().flat_map(gzip).collect();
    let fixture = Fixture::new()
        .file("a.warc", records.concat())
        .file("b/a.warc.gz", by_record)
        .file("c/whole.gz", gzip(records.concat()));
    for name in ["a.warc", "b", "c"] {
        assert_eq!(read(&Corpus::new(fixture.path(name))), expected, "{name}");
    }
    let page = Page::with_format(records.concat(), Format::Warc);
    assert_eq!(Extractor::new().articles(&page).len(), 4);
}

#[test]
fn words_for_days_are_reckoned_from_the_fetch() {
    let html = page("甲桥通车", "").replace("2024-01-03 15:14:18", "01-03 15:14");
    let fixture = Fixture::new().file(
        "a.warc",
        record("http://a.cn/1.html", HTML, html.as_bytes()),
    );
    let article = fixture.corpus().articles().next().unwrap().unwrap();
    assert_eq!(
        article.published.unwrap().to_string(),
        "2024-01-03T15:14+08:00"
    );
}

#[test]
fn a_damaged_member_is_one_error() {
    let page = |i: usize| {
        let title = format!("第{i}桥通车");
        let url = format!("http://a.cn/{i}.html");
        gzip(record(
            &url,
            HTML,
            page_with_head(&title, "", "").as_bytes(),
        ))
    };
    let mut damaged = page(2);
    let middle = damaged.len() / 2;
    damaged[middle..middle + 8].fill(0xff);
    let fixture = Fixture::new().file("a.warc.gz", [page(1), damaged, page(3)].concat());
    let read = read(&fixture.corpus());
    assert_eq!(read.len(), 3, "{read:?}");
    assert_eq!(read[0], "a.cn/1.html 第1桥通车");
    assert!(read[1].starts_with("record 2: "), "{read:?}");
    assert_eq!(read[2], "a.cn/3.html 第3桥通车");
}
