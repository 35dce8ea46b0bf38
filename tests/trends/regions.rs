//! Counts by region.

use fangzhi_index::{Interval, Query, Trend, Trends};

use crate::archive::{Archive, article};

/// Articles about places in Liaoning and one in Jilin, by day.
fn archive() -> Archive {
    let places = [
        "辽宁省鞍山市",
        "辽宁省沈阳市",
        "鞍山市海城市",
        "吉林省长春市",
    ];
    let articles = (0..40).map(|n| {
        let place = places[n % 4];
        let what = if n % 8 < 4 {
            "水库清淤"
        } else {
            "学校开学"
        };
        let body = format!("{place}{what}。记者在{place}看到，{what}工作进展顺利。");
        let day = format!("2024-{:02}-10", n / 8 + 1);
        article(&format!("{n:02}"), Some(&day), "甲报", &body)
    });
    let mut articles: Vec<_> = articles.collect();
    // About nowhere.
    articles.push(article(
        "nowhere",
        Some("2024-06-01"),
        "甲报",
        "水库里的鱼为什么会跳？",
    ));
    articles.push(article(
        "undated",
        None,
        "甲报",
        "辽宁省沈阳市水库清淤。沈阳市水库多。",
    ));
    Archive::of(articles)
}

fn counts(trend: &Trend) -> Vec<(usize, usize)> {
    let buckets = trend.buckets.iter();
    let counts = buckets.map(|bucket| (bucket.coverage.matches, bucket.coverage.articles));
    counts.collect()
}

fn by_region(archive: &Archive, query: &Query) -> Trends {
    let trends = archive.searcher().trends_by_region(query, Interval::Month);
    trends.unwrap()
}

fn totals(trends: &Trends) -> Vec<(&str, usize, usize)> {
    let regions = trends.regions.iter();
    regions
        .map(|region| {
            let total = region.trend.total;
            (region.place.path.as_str(), total.matches, total.articles)
        })
        .collect()
}

#[test]
fn provinces_and_what_lies_in_them_are_counted_apart() {
    let archive = archive();
    let query = Query::new("水库");
    let trends = by_region(&archive, &query);
    assert_eq!(totals(&trends), [("辽宁省", 16, 31), ("吉林省", 5, 10)]);
    let liaoning = &trends.regions[0].trend;
    assert_eq!(
        (liaoning.undated.matches, liaoning.undated.articles),
        (1, 1)
    );
    // All have the periods of the whole.
    let expect = [(3, 6), (3, 6), (3, 6), (3, 6), (3, 6), (0, 0)];
    assert_eq!(counts(liaoning), expect);
    assert_eq!(trends.all.total.matches, 22);
    assert_eq!(trends.all.buckets.len(), 6);

    let trends = by_region(&archive, &Query::new("水库").region("辽宁"));
    assert_eq!(
        totals(&trends),
        [("辽宁省/鞍山市", 10, 20), ("辽宁省/沈阳市", 6, 11)]
    );
    let trends = by_region(&archive, &Query::new("水库").region("鞍山市"));
    assert_eq!(totals(&trends), [("辽宁省/鞍山市/海城市", 5, 10)]);
    let plain = archive.searcher().trends(&query, Interval::Month).unwrap();
    assert_eq!(plain.all, by_region(&archive, &query).all);
    assert!(plain.regions.is_empty());
}

#[test]
fn each_region_is_what_a_filter_by_it_finds() {
    let archive = archive();
    for region in by_region(&archive, &Query::new("水库")).regions {
        let query = Query::new("水库").region(region.place.path.as_str());
        let trends = archive.searcher().trends(&query, Interval::Month).unwrap();
        assert_eq!(trends.all.total, region.trend.total);
        assert_eq!(trends.all.undated, region.trend.undated);
        let dated = |trend: &Trend| -> Vec<(usize, usize)> {
            counts(trend).into_iter().filter(|n| n.0 > 0).collect()
        };
        assert_eq!(dated(&trends.all), dated(&region.trend));
    }
}

#[test]
fn what_matches_nowhere_else_is_not_relaxed_for_a_region() {
    let archive = archive();
    // The only match is about nowhere; no region shows what a relaxed query would find there.
    let trends = by_region(&archive, &Query::new("水库 鱼"));
    assert_eq!(trends.all.total.matches, 1);
    assert_eq!(totals(&trends), []);
}
