//! What is on disk: rebuilding beside, replacing, refusing.

use std::fs;

use fangzhi_index::{Count, Error, FacetField, Index, Query, Settings, WriterOptions};
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

/// The library as well as the command keeps stories, in memory and on disk, from commit to commit and writer to writer.
#[test]
fn articles_of_one_story_are_one_hit() {
    const STORY: &str = "昨日，清河市第二水厂扩建工程通过验收，日供水能力由六万吨提高到9.5万吨，工程总投资1.37亿元，\
        铺设管线18.6公里，城东12个小区的低水压问题得到解决，下一步将于11月启动深度处理改造。";
    let carried = |id: &str, source: &str, text: &str| {
        let mut article = article(id, text);
        article.source = Some(source.to_owned());
        article
    };
    let dir = tempfile::tempdir().unwrap();
    for index in [
        Index::in_memory().unwrap(),
        Index::create(dir.path()).unwrap(),
    ] {
        let check = |n_all: usize, n_hits: usize, n_others: usize| {
            let searcher = index.searcher().unwrap();
            let query = Query::new("水厂扩建").facets([FacetField::Source]);
            let results = searcher
                .search(&query.clone().count(Count::Stories))
                .unwrap();
            assert_eq!((results.total, results.stories), (n_all, Some(n_hits)));
            assert_eq!(results.hits.len(), n_hits);
            let most = results.hits.iter().map(|hit| hit.also_carried_by).max();
            assert_eq!(most, Some(n_others));
            let total = |facets: &[fangzhi_index::Facet]| -> usize {
                facets[0].counts.iter().map(|(_, count)| count).sum()
            };
            assert_eq!(total(&results.facets), n_hits, "{:?}", results.facets);
            let apart = searcher.search(&query.collapse(false)).unwrap();
            assert_eq!((apart.hits.len(), apart.stories), (n_all, None));
            assert_eq!(total(&apart.facets), n_all);
        };
        let mut writer = index.writer().unwrap();
        writer.add(&carried("a", "清河日报", STORY)).unwrap();
        let other = "水厂扩建的工地上，二十多名职工轮班值守，检查滤池和加药间，记录水压和浊度，确保居民用上放心水。";
        writer.add(&carried("b", "北岭晚报", other)).unwrap();
        writer.commit().unwrap();
        check(2, 2, 0);
        let reprint = format!("（本网讯）{STORY}");
        writer.add(&carried("c", "清河日报", &reprint)).unwrap();
        writer.commit().unwrap();
        check(3, 2, 1);
        drop(writer);
        let mut writer = index.writer().unwrap();
        writer.add(&carried("d", "清河日报", STORY)).unwrap();
        writer.commit().unwrap();
        check(4, 2, 2);
        let story = index.searcher().unwrap().story("c").unwrap();
        assert_eq!(story.articles.len(), 3);
        // Another text under the id of a reprint, and one that is gone.
        writer.add(&carried("c", "清河日报", "水厂扩建")).unwrap();
        writer.delete("d").unwrap();
        writer.commit().unwrap();
        check(3, 3, 0);
        writer.merge().unwrap();
        check(3, 3, 0);
    }
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

    writer.delete("b").unwrap();
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
