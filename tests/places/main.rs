//! Places in an index: articles are tagged, found, counted and tagged anew as the tables beside say.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use fangzhi_index::{
    Error, FacetField, Index, ProblemKind, Query, RegionCount, Results, Settings, WriterOptions,
};
use fangzhi_ingest::{Article, Block};
use fangzhi_regions::Gazetteer;

/// An article and what must be found of it.
struct Case {
    article: Article,
    about: Vec<String>,
    published_from: Option<String>,
}

fn cases() -> Vec<Case> {
    let lines = include_str!("articles.tsv").lines();
    lines
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let [id, day, source, site, channel, title, body, about, from] = fields[..] else {
                panic!("{line}");
            };
            let mut article = Article::default();
            article.id = id.to_owned();
            article.published = Some(day.parse().unwrap());
            article.source = Some(source.to_owned());
            article.site = (!site.is_empty()).then(|| site.to_owned());
            article.channel = list(channel, '>');
            article.title = Some(title.to_owned());
            article.body = vec![Block::Paragraph {
                text: body.to_owned(),
            }];
            Case {
                article,
                about: list(about, ','),
                published_from: list(from, ',').pop(),
            }
        })
        .collect()
}

/// The parts of a column; none for `-`.
fn list(text: &str, separator: char) -> Vec<String> {
    let parts = text.split(separator);
    parts
        .filter(|part| !part.is_empty() && *part != "-")
        .map(str::to_owned)
        .collect()
}

/// An index of the articles in several segments.
fn index() -> Index {
    let index = Index::in_memory().unwrap();
    let mut writer = index.writer().unwrap();
    for part in cases().chunks(7) {
        for case in part {
            writer.add(&case.article).unwrap();
        }
        writer.commit().unwrap();
    }
    writer.finish().unwrap();
    index
}

fn search(index: &Index, query: &Query) -> Results {
    let query = query.clone().limit(1000).without_snippets();
    index.searcher().unwrap().search(&query).unwrap()
}

fn found(results: &Results) -> BTreeSet<String> {
    results.hits.iter().map(|hit| hit.id.clone()).collect()
}

/// A query with filters, as a command line has them.
fn query(arguments: &str) -> Query {
    let mut words = arguments.split(' ');
    let (mut text, mut regions, mut homes) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(word) = words.next() {
        match word {
            "--region" => regions.extend(words.next()),
            "--published-from" => homes.extend(words.next()),
            word => text.push(word),
        }
    }
    let query = regions
        .into_iter()
        .fold(Query::new(text.join(" ")), Query::region);
    homes.into_iter().fold(query, Query::published_from)
}

#[test]
fn articles_are_tagged() {
    let index = index();
    let searcher = index.searcher().unwrap();
    for case in cases() {
        let id = &case.article.id;
        let title = case.article.title.as_deref().unwrap();
        let results = search(&index, &Query::new(format!("标题:\"{title}\"")));
        let hit = results.hits.iter().find(|hit| hit.id == *id).unwrap();
        let about: Vec<&str> = hit.about.iter().map(|place| place.path.as_str()).collect();
        assert_eq!(about, case.about, "{id}");
        let home = hit.published_from.as_ref();
        assert_eq!(
            home.map(|place| &place.path),
            case.published_from.as_ref(),
            "{id}"
        );
        // Tags are no part of the article.
        assert_eq!(searcher.article(id).unwrap().unwrap(), case.article);
    }
}

#[test]
fn queries_find_what_they_name() {
    let index = index();
    let mut n_cases = 0;
    for line in include_str!("queries.tsv").lines() {
        if line.starts_with('#') {
            continue;
        }
        let fields: Vec<&str> = line.split('\t').collect();
        let results = search(&index, &query(fields[0]));
        let expect: BTreeSet<String> = list(fields[1], ' ').into_iter().collect();
        let notices = results.problems.iter().map(|problem| &problem.message);
        let named: Vec<String> = notices
            .chain(&results.ambiguous)
            .flat_map(|notice| match notice {
                ProblemKind::AmbiguousRegion { regions, .. } => regions.clone(),
                ProblemKind::UnknownRegion(name) => vec![name.clone()],
                other => panic!("{line}: {other}"),
            })
            .collect();
        assert_eq!(found(&results), expect, "{line}");
        let notice = fields.get(2).map(|names| list(names, ' '));
        assert_eq!(named, notice.unwrap_or_default(), "{line}");
        n_cases += 1;
    }
    assert!(n_cases > 40);
}

#[test]
fn a_filter_on_no_region_is_an_error_that_names_it() {
    let searcher = index().searcher().unwrap();
    for query in [
        Query::new("春耕").region("没有这里"),
        Query::new("春耕").published_from("没有这里"),
        Query::new("春耕").facet_within(FacetField::Region, "没有这里"),
    ] {
        let error = searcher.search(&query).unwrap_err();
        assert!(matches!(error, Error::UnknownRegion { .. }));
        assert_eq!(error.to_string(), "no region is called `没有这里`");
    }
}

/// The counts of a tree, by path.
fn flat(counts: &[RegionCount], out: &mut BTreeMap<String, usize>) {
    for count in counts {
        let before = out.insert(count.place.path.clone(), count.articles);
        assert_eq!(before, None, "{}", count.place.path);
        let parts: usize = count
            .children
            .iter()
            .map(|child| child.articles)
            .max()
            .unwrap_or(0);
        assert!(parts <= count.articles);
        for child in &count.children {
            let (above, _) = child.place.path.rsplit_once('/').unwrap();
            assert_eq!(above, count.place.path);
        }
        flat(&count.children, out);
    }
}

/// Counts of each path and all it lies in, by what the table says of the articles found.
fn expected(
    cases: &[Case],
    found: &BTreeSet<String>,
    field: FacetField,
) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for case in cases.iter().filter(|case| found.contains(&case.article.id)) {
        let paths = match field {
            FacetField::Region => case.about.clone(),
            _ => case.published_from.iter().cloned().collect(),
        };
        let mut all = BTreeSet::new();
        for path in paths {
            let mut path = path.as_str();
            all.insert(path.to_owned());
            while let Some((above, _)) = path.rsplit_once('/') {
                all.insert(above.to_owned());
                path = above;
            }
        }
        for path in all {
            *counts.entry(path).or_default() += 1;
        }
    }
    counts
}

#[test]
fn counts_are_those_of_a_count_by_hand() {
    let (index, cases) = (index(), cases());
    for text in [
        "",
        "region:辽宁",
        "region:东北三省",
        "市",
        "-region:辽宁",
        "--region 辽宁",
        "--region 东北三省",
        "--published-from 辽宁",
    ] {
        for field in [FacetField::Region, FacetField::PublishedFrom] {
            // Without a word, everything that is from the past.
            let query = query(text).until("2100-01-01".parse().unwrap());
            let results = search(&index, &query.clone().facets([field]));
            let facet = &results.facets[0];
            let found = found(&results);
            assert_eq!(found.len(), results.total);
            let mut counted = BTreeMap::new();
            flat(&facet.regions, &mut counted);
            let mut expect = expected(&cases, &found, field);
            match (text, field) {
                ("--region 辽宁", FacetField::Region)
                | ("--published-from 辽宁", FacetField::PublishedFrom) => {
                    expect.retain(|path, _| path.starts_with("辽宁省/"));
                }
                ("--region 东北三省", FacetField::Region) => {
                    // What is about the three of them lies in none, and is itself in what was asked for.
                }
                _ => {}
            }
            assert_eq!(counted, expect, "{text} {field:?}");
            let without = cases.iter().filter(|case| {
                found.contains(&case.article.id)
                    && match field {
                        FacetField::Region => case.about.is_empty(),
                        _ => case.published_from.is_none(),
                    }
            });
            assert_eq!(facet.missing, without.count(), "{text} {field:?}");
        }
    }
}

#[test]
fn counts_can_be_narrowed_down() {
    let index = index();
    let everything = || Query::new("").until("2100-01-01".parse().unwrap());
    for (within, expect) in [
        (
            "辽宁",
            &["辽宁省/沈阳市 3", "辽宁省/鞍山市 2", "辽宁省/大连市 1"][..],
        ),
        ("鞍山", &["辽宁省/鞍山市/海城市 1"]),
        ("海城市", &["辽宁省/鞍山市/海城市 1"]),
        (
            "海城",
            &["辽宁省/鞍山市/海城市 1", "广西壮族自治区/北海市/海城区 1"],
        ),
        (
            "东北三省",
            &["辽宁省 6", "吉林省 1", "黑龙江省 1", "东北三省 1"],
        ),
        ("莱芜市", &["山东省/济南市/莱芜区 1"]),
        ("云南", &[]),
    ] {
        let query = everything()
            .facets([FacetField::Region, FacetField::PublishedFrom])
            .facet_within(FacetField::Region, within);
        let results = search(&index, &query);
        let shown: Vec<String> = results.facets[0]
            .counts
            .iter()
            .map(|(path, articles)| format!("{path} {articles}"))
            .collect();
        assert_eq!(shown, expect, "{within}");
        // The other field has not been narrowed down.
        assert_eq!(results.facets[1].counts[0], ("辽宁省".to_owned(), 3));
    }
}

/// An article that replaces another has its own places, and only those.
#[test]
fn an_article_that_is_replaced_has_its_own_places() {
    let index = index();
    let mut writer = index.writer().unwrap();
    let mut cases = cases();
    let anshan = cases
        .iter()
        .position(|case| case.article.id == "anshan")
        .unwrap();
    let article = &mut cases[anshan].article;
    article.title = Some("长春启动春耕备耕".to_owned());
    article.source = Some("吉林日报".to_owned());
    article.body = vec![Block::Paragraph {
        text: "长春市检修农机。".to_owned(),
    }];
    writer.add(article).unwrap();
    writer.delete("haicheng").unwrap();
    writer.commit().unwrap();
    writer.merge().unwrap();
    for (text, expect) in [
        ("region:鞍山", &[][..]),
        ("region:吉林", &["anshan", "changchun"]),
        ("published_from:吉林", &["anshan", "changchun"]),
        ("published_from:辽宁", &["shenyang"]),
    ] {
        let results = search(&index, &Query::new(text));
        assert_eq!(
            found(&results),
            expect.iter().map(|id| (*id).to_owned()).collect(),
            "{text}"
        );
    }
}

#[test]
fn a_file_of_places_is_kept_and_what_it_changes_is_tagged_anew() {
    let dir = tempfile::tempdir().unwrap();
    let places = dir.path().join("places.tsv");
    fs::write(&places, "达道湾工业园\t鞍山市\n").unwrap();
    let settings = Settings {
        places: vec![places.clone()],
        ..Settings::default()
    };
    let at = dir.path().join("index");
    let index = Index::create_with(&at, settings.clone()).unwrap();
    let mut article = Article::default();
    article.id = "xiliu".to_owned();
    article.title = Some("海城市西柳镇办起夜市".to_owned());
    article.body = vec![Block::Paragraph {
        text: "西柳镇的夜市昨晚开张，西柳镇商户三百家。".to_owned(),
    }];
    let mut writer = index.writer().unwrap();
    writer.add(&article).unwrap();
    for case in cases() {
        writer.add(&case.article).unwrap();
    }
    writer.commit().unwrap();
    writer.finish().unwrap();
    let about = |index: &Index| {
        let results = search(index, &Query::new("西柳镇夜市"));
        let places = results.hits[0].about.iter();
        places.map(|place| place.path.clone()).collect::<Vec<_>>()
    };
    let county = ["辽宁省/鞍山市/海城市"];
    let town = ["辽宁省/鞍山市/海城市/西柳镇"];
    assert_eq!(about(&index), county);
    assert!(!index.status().unwrap().outdated);

    // The index goes on with its copy, and says so.
    fs::write(&places, "西柳镇\t海城市\n").unwrap();
    let index = Index::open(&at).unwrap();
    assert!(index.status().unwrap().outdated);
    assert_eq!(index.stale_articles().unwrap(), ["xiliu"]);
    let unknown = index
        .searcher()
        .unwrap()
        .search(&Query::new("夜市").region("西柳镇"));
    assert!(matches!(unknown, Err(Error::UnknownRegion { .. })));

    let mut writer = index.writer_with(WriterOptions::default()).unwrap();
    assert_eq!(writer.reanalyse(&settings).unwrap(), Some(1));
    writer.commit().unwrap();
    writer.finish().unwrap();
    assert_eq!(about(&index), town);
    let index = Index::open(&at).unwrap();
    assert!(!index.status().unwrap().outdated);
    assert_eq!(index.stale_articles().unwrap(), [""; 0]);
    for name in ["西柳镇", "海城/西柳镇", "海城市", "辽宁"] {
        let results = search(&index, &Query::new("夜市").region(name));
        assert_eq!(found(&results).len(), 1, "{name}");
    }

    // It also outlives the file.
    fs::remove_file(&places).unwrap();
    let index = Index::open(&at).unwrap();
    assert_eq!(
        found(&search(&index, &Query::new("region:西柳镇"))).len(),
        1
    );

    // A file that cannot be used leaves everything as it is.
    fs::write(&places, "西柳镇\t没有这里\n").unwrap();
    let mut writer = index.writer().unwrap();
    let error = writer.reanalyse(&settings).unwrap_err().to_string();
    assert!(
        error.contains("places.tsv") && error.contains("line 1"),
        "{error}"
    );
    drop(writer);
    assert_eq!(about(&index), town);
    let created = Index::create_with(dir.path().join("other"), settings)
        .err()
        .unwrap();
    assert!(matches!(created, Error::Settings { .. }));
}

/// Whatever a region is called by, it is found by its path and its code.
#[test]
fn regions_are_found_by_path_and_code() {
    let index = index();
    let gazetteer = Gazetteer::default();
    for case in cases() {
        for path in &case.about {
            let code = gazetteer.resolve(path)[0].code().to_string();
            for name in [path, &code] {
                let found = found(&search(&index, &Query::new("").region(name)));
                assert!(found.contains(&case.article.id), "{name}");
            }
        }
    }
}
