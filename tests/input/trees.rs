//! Walking directories and refusing what is no page.

use fangzhi_ingest::{Corpus, Extractor};

use crate::fixture::{Fixture, gzip, page, zstd};

#[test]
fn files_come_before_directories_and_both_by_their_bytes() {
    let fixture = Fixture::new()
        .page("b/2.html", "五")
        .page("a/1.html", "四")
        .page("Z.html", "一")
        .page("a.html", "二")
        .page("é.html", "三");
    let names: Vec<String> = fixture
        .corpus()
        .files()
        .map(|file| file.unwrap().name().to_owned())
        .collect();
    assert_eq!(
        names,
        ["Z.html", "a.html", "é.html", "a/1.html", "b/2.html"]
    );
}

#[test]
fn hidden_files_and_page_assets_are_not_read() {
    let fixture = Fixture::new()
        .page(".git/config.html", "x")
        .page(".hidden.html", "x")
        .page("桥.html", "桥头的灯亮了")
        .file("桥_files/style.css", "body {}")
        .file("桥_files/photo.JPG", b"\xff\xd8\xff\xe0");
    assert_eq!(
        fixture.read(),
        [
            "桥.html: 桥头的灯亮了",
            "桥_files/photo.JPG: (asset)",
            "桥_files/style.css: (asset)"
        ]
    );
    // What was asked for by name is read, hidden or not.
    let hidden = Corpus::new(fixture.path(".hidden.html")).articles();
    assert_eq!(hidden.count(), 1);
}

#[cfg(unix)]
#[test]
fn circles_of_links_end_and_other_links_are_followed() {
    use std::os::unix::fs::symlink;
    let fixture = Fixture::new().page("a/1.html", "桥头的灯亮了");
    symlink("..", fixture.path("a/up")).unwrap();
    symlink("self", fixture.path("self")).unwrap();
    symlink("nowhere.html", fixture.path("dangling.html")).unwrap();
    symlink("a/1.html", fixture.path("link.html")).unwrap();
    assert_eq!(
        fixture.read(),
        [
            "dangling.html: io",
            "link.html: 桥头的灯亮了",
            "self: io",
            "a/1.html: 桥头的灯亮了"
        ]
    );
}

#[cfg(unix)]
#[test]
fn links_to_directories_are_directories_and_hidden_ones_are_hidden() {
    use std::os::unix::fs::symlink;
    let fixture = Fixture::new()
        .page("a/1.html", "桥头的灯亮了")
        .page("z.html", "桥头的灯亮了")
        .page(".elsewhere/2.html", "桥头的灯亮了");
    symlink(".elsewhere", fixture.path("_link")).unwrap();
    symlink("user@host.123", fixture.path(".#z.html")).unwrap();
    symlink("a", fixture.path(".a")).unwrap();
    assert_eq!(
        fixture.read(),
        [
            "z.html: 桥头的灯亮了",
            "_link/2.html: 桥头的灯亮了",
            "a/1.html: 桥头的灯亮了"
        ]
    );
}

#[cfg(unix)]
#[test]
fn pipes_and_sockets_are_never_opened() {
    let fixture = Fixture::new().page("a.html", "桥头的灯亮了");
    let status = std::process::Command::new("mkfifo")
        .arg(fixture.path("pipe.html"))
        .status();
    if !status.is_ok_and(|status| status.success()) {
        return;
    }
    let _socket = std::os::unix::net::UnixListener::bind(fixture.path("socket")).unwrap();
    assert_eq!(
        fixture.read(),
        [
            "a.html: 桥头的灯亮了",
            "pipe.html: special",
            "socket: special"
        ]
    );
    let mut articles = Corpus::new(fixture.path("pipe.html")).articles();
    assert_eq!(
        articles.next().unwrap().unwrap_err().kind().name(),
        "special"
    );
    assert_eq!(
        Corpus::new("/dev/zero")
            .articles()
            .next()
            .unwrap()
            .unwrap_err()
            .kind()
            .name(),
        "special"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_no_utf8_are_read_and_have_ids() {
    use std::os::unix::ffi::OsStrExt;
    let fixture = Fixture::new();
    let name = std::ffi::OsStr::from_bytes(b"\xb3\xc7.html");
    std::fs::write(fixture.root().join(name), page("桥头的灯亮了", "")).unwrap();
    let article = fixture.corpus().articles().next().unwrap().unwrap();
    assert_eq!(article.id, "%B3%C7.html");
    assert_eq!(article.path.unwrap().file_name(), Some(name));
}

#[test]
fn each_bad_file_is_one_error_and_the_rest_is_read() {
    let bomb = zstd(vec![b' '; 8 << 20]);
    let mut cut = gzip(page("断", "").repeat(50));
    cut.truncate(cut.len() / 2);
    let fixture = Fixture::new()
        .file("bomb.zst", bomb)
        .file("cut.html.gz", cut)
        .file("empty.html", "")
        .file("large.html", page("大", &" ".repeat(2 << 20)))
        .file(
            "nonsense.html",
            (0..=255).cycle().take(5000).collect::<Vec<u8>>(),
        )
        .page("ok.html", "桥头的灯亮了")
        .file("picture.html", b"\x89PNG\r\n\x1a\n")
        .file("spaces.txt", " \r\n\t\r\n");
    assert_eq!(
        fixture.read_with(Extractor::new().max_bytes(1 << 20)),
        [
            "bomb.zst: too_large",
            "cut.html.gz: decompress",
            "empty.html: empty",
            "large.html: too_large",
            "nonsense.html: not_text",
            "ok.html: 桥头的灯亮了",
            "picture.html: not_text",
            "spaces.txt: empty",
        ]
    );
}

#[test]
fn messages_name_the_file_and_the_reason() {
    let fixture = Fixture::new().file("large.html", "x".repeat(100));
    let message = |corpus: Corpus| corpus.articles().next().unwrap().unwrap_err().to_string();
    let large = fixture.path("large.html").display().to_string();
    assert_eq!(
        message(fixture.corpus().extractor(Extractor::new().max_bytes(99))),
        format!("cannot read `{large}`: its size of 100 bytes is over the limit of 99 bytes")
    );
    assert!(message(Corpus::new("no/such/dir")).starts_with("cannot read `no/such/dir`: "));
}

#[test]
fn formats_are_told_by_content_compressed_or_not() {
    let dump = "河口的灯塔\n2024-01-03 15:14:18 来源:云河日报\n　　河口的灯塔熄了四十年，今年重阳夜又亮了一次。\n";
    let fixture = Fixture::new()
        .file("a", page("甲桥通车", ""))
        .file("b.bin", gzip(page("乙桥通车", "")))
        .file("c.html", dump)
        .file("d.gz", zstd(dump))
        .file("e.txt", r#"{"title": "戊", "body": "一"}"#);
    assert_eq!(
        fixture.read(),
        [
            "a: 甲桥通车",
            "b.bin: 乙桥通车",
            "c.html: 河口的灯塔",
            "d.gz: 河口的灯塔",
            "e.txt: 戊"
        ]
    );
}

#[test]
fn files_that_vanish_are_errors_of_their_own() {
    let fixture = Fixture::new()
        .page("a.html", "甲")
        .page("b.html", "桥头的灯亮了");
    let files: Vec<_> = fixture.corpus().files().map(Result::unwrap).collect();
    std::fs::remove_file(fixture.path("a.html")).unwrap();
    let extractor = Extractor::new();
    let found: Vec<bool> = files
        .iter()
        .flat_map(|file| file.pages(&extractor))
        .map(|page| page.is_ok())
        .collect();
    assert_eq!(found, [false, true]);
}

#[test]
fn ids_do_not_depend_on_where_the_corpus_lies() {
    let fixture = Fixture::new().page("2024/01/a.html", "甲").file(
        "2024/01/a.txt",
        "甲\n桥头的路灯亮了，两岸的人都来看，站到晌午。\n",
    );
    let ids = |corpus: Corpus| -> Vec<String> {
        corpus
            .articles()
            .map(|article| article.unwrap().id)
            .collect()
    };
    assert_eq!(ids(fixture.corpus()), ["2024/01/a.html", "2024/01/a.txt"]);
    assert_eq!(
        ids(Corpus::new(fixture.path("2024/../2024/01/"))),
        ["a.html", "a.txt"]
    );
    assert_eq!(ids(Corpus::new(fixture.path("2024/01/a.html"))), ["a.html"]);
    // Roots that are called the same are told apart; one that is given twice is read once.
    let other = Fixture::new().page("2024/01/a.html", "乙");
    let both = Corpus::new(fixture.path("2024"))
        .with(other.path("2024"))
        .with(fixture.path("2024"));
    let ids = ids(both);
    assert_eq!(ids.len(), 3);
    assert!(
        ids[0].ends_with("2024/01/a.html") && ids[0] != ids[2],
        "{ids:?}"
    );
}

#[test]
fn everything_can_be_handed_to_threads() {
    fn sendable<T: Send>() {}
    fn shareable<T: Send + Sync>() {}
    shareable::<Extractor>();
    shareable::<Corpus>();
    sendable::<fangzhi_ingest::Files>();
    sendable::<fangzhi_ingest::FilePages>();
    sendable::<fangzhi_ingest::Articles>();
    sendable::<fangzhi_ingest::Error>();
    sendable::<fangzhi_ingest::Binder>();
}
