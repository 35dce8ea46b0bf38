//! What is on disk: rebuilding beside, replacing, refusing.

use std::fs;

use fangzhi_index::{Error, Index, Query, Settings, WriterOptions};
use fangzhi_ingest::{Article, Block};

fn article(id: &str, body: &str) -> Article {
    let mut article = Article::default();
    article.id = id.to_owned();
    article.body = vec![Block::Paragraph {
        text: body.to_owned(),
    }];
    article
}

fn ids(index: &Index, query: &str) -> Vec<String> {
    let results = index
        .searcher()
        .unwrap()
        .search(&Query::new(query))
        .unwrap();
    results.into_iter().map(|hit| hit.id).collect()
}

#[test]
fn nothing_is_visible_before_a_commit_and_an_id_replaces_itself() {
    let dir = tempfile::tempdir().unwrap();
    let index = Index::create(dir.path()).unwrap();
    let mut writer = index.writer().unwrap();
    writer.add(&article("a", "创建文明城市")).unwrap();
    assert_eq!(ids(&index, "文明城市"), [""; 0]);
    writer.commit().unwrap();
    assert_eq!(ids(&index, "文明城市"), ["a"]);

    writer.add(&article("a", "春耕备耕")).unwrap();
    writer.add(&article("b", "创建文明城市")).unwrap();
    writer.add(&article("b", "文明城市创建工作")).unwrap();
    writer.commit().unwrap();
    assert_eq!(ids(&index, "文明城市"), ["b"]);
    assert_eq!(index.status().unwrap().articles, 2);

    writer.delete("b");
    writer.commit().unwrap();
    assert_eq!(ids(&index, "文明城市"), [""; 0]);
    drop(writer);
    assert_eq!(ids(&Index::open(dir.path()).unwrap(), "春耕"), ["a"]);
}

#[test]
fn a_rebuild_replaces_the_index_when_it_is_finished() {
    let dir = tempfile::tempdir().unwrap();
    let build = |id: &str| {
        Index::rebuild(dir.path(), Settings::default(), WriterOptions::default())
            .map(|mut build| {
                build.writer().add(&article(id, "文明城市")).unwrap();
                build
            })
            .unwrap()
    };
    let index = build("old").finish().unwrap();
    let searcher = index.searcher().unwrap();
    // One that is given up leaves the old index, and nothing of its own.
    drop(build("lost"));
    assert_eq!(ids(&index, "文明城市"), ["old"]);
    let generations = || {
        fs::read_dir(dir.path())
            .unwrap()
            .filter(|entry| entry.as_ref().unwrap().file_type().unwrap().is_dir())
            .count()
    };
    assert_eq!(generations(), 1);

    build("new").finish().unwrap();
    assert_eq!(
        ids(&index, "文明城市"),
        ["new"],
        "the open index takes notice"
    );
    let old = searcher.search(&Query::new("文明城市")).unwrap();
    assert_eq!(
        old.hits[0].id, "old",
        "an open searcher stays with what it saw"
    );
    assert_eq!(generations(), 1);
}

#[test]
fn what_cannot_be_done_says_why() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(
        Index::open(dir.path()),
        Err(Error::NotFound { .. })
    ));
    let index = Index::create(dir.path()).unwrap();
    assert!(matches!(
        Index::create(dir.path()),
        Err(Error::AlreadyExists { .. })
    ));
    let writer = index.writer().unwrap();
    let error = index.writer().map(|_| ()).unwrap_err();
    assert!(
        error
            .to_string()
            .contains(&format!("process {}", std::process::id())),
        "{error}"
    );
    assert!(matches!(
        Index::rebuild(dir.path(), Settings::default(), WriterOptions::default()).map(|_| ()),
        Err(Error::Locked { .. })
    ));
    drop(writer);
    index.writer().unwrap();

    let manifest = dir.path().join("gen-1/manifest.json");
    let other = fs::read_to_string(&manifest)
        .unwrap()
        .replace("\"format_version\": ", "\"format_version\": 9");
    fs::write(&manifest, other).unwrap();
    let error = Index::open(dir.path()).map(|_| ()).unwrap_err();
    assert!(matches!(error, Error::FormatVersion { .. }), "{error}");
    assert!(error.to_string().contains("build it again"));
}

#[test]
fn an_article_comes_back_as_it_was_added() {
    let index = Index::in_memory().unwrap();
    let mut writer = index.writer().unwrap();
    let mut added = article("a", "第一段。");
    added.title = Some("标题".to_owned());
    added.channel = vec!["新闻".to_owned(), "本地".to_owned()];
    writer.add(&added).unwrap();
    writer.commit().unwrap();
    let searcher = index.searcher().unwrap();
    assert_eq!(searcher.article("a").unwrap(), Some(added));
    assert_eq!(searcher.article("b").unwrap(), None);
}

#[test]
fn related_articles_share_what_tells_an_article_from_others() {
    let index = Index::in_memory().unwrap();
    let mut writer = index.writer().unwrap();
    for (id, body) in [
        (
            "dam",
            "水库大坝加固工程开工，施工单位进场，水库下游群众转移安置。",
        ),
        (
            "dam2",
            "水库除险加固工程通过验收，大坝安全监测系统投入使用。",
        ),
        (
            "school",
            "新学期开学，各学校开展安全教育，老师带领学生参观展馆。",
        ),
        ("market", "农贸市场改造完成，摊位整齐，顾客称赞。"),
    ] {
        writer.add(&article(id, body)).unwrap();
    }
    writer.commit().unwrap();
    let searcher = index.searcher().unwrap();
    let related: Vec<String> = searcher
        .related("dam", 2)
        .unwrap()
        .into_iter()
        .map(|hit| hit.id)
        .collect();
    assert_eq!(related.first().map(String::as_str), Some("dam2"));
    assert!(!related.contains(&"dam".to_owned()));
    assert!(matches!(
        searcher.related("nothing", 2),
        Err(Error::UnknownArticle { .. })
    ));
}
