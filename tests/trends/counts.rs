//! Counts by time.

use std::collections::BTreeMap;

use fangzhi_index::{Interval, Query, Relaxation, Sort, Trends};
use fangzhi_ingest::Article;
use jiff::civil::date;

use crate::archive::{Archive, article};

const INTERVALS: [Interval; 4] = [
    Interval::Day,
    Interval::Week,
    Interval::Month,
    Interval::Year,
];

/// The period of an article, by jiff's own formats.
fn period(article: &Article, interval: Interval) -> Option<String> {
    let day = article.published?.date();
    let format = match interval {
        Interval::Day => "%Y-%m-%d",
        Interval::Week => "%G-W%V",
        Interval::Month => "%Y-%m",
        _ => "%Y",
    };
    Some(day.strftime(format).to_string())
}

fn counted<'a>(
    articles: impl IntoIterator<Item = &'a Article>,
    interval: Interval,
) -> (BTreeMap<String, usize>, usize) {
    let mut counts = BTreeMap::new();
    let mut undated = 0;
    for article in articles {
        match period(article, interval) {
            Some(period) => *counts.entry(period).or_default() += 1,
            None => undated += 1,
        }
    }
    (counts, undated)
}

/// The query, how its articles are filtered, and that filter again.
type Case = (&'static str, fn(Query) -> Query, fn(&Article) -> bool);

const CASES: &[Case] = &[
    ("水库", |query| query, |_| true),
    ("医院 学校", |query| query, |_| true),
    ("\"医院，学校\"", |query| query, |_| true),
    ("水库 -医院", |query| query, |_| true),
    ("公路 OR 机场", |query| query, |_| true),
    ("date:2021..2022 水库", |query| query, |_| true),
    (
        "地铁",
        |query| query.source("北岭日报"),
        |article| article.source.as_deref() == Some("北岭日报"),
    ),
    (
        "消防",
        |query| query.since(date(2020, 12, 20)).until(date(2022, 1, 3)),
        |article| {
            let day = article.published.map(|time| time.date());
            day.is_some_and(|day| (date(2020, 12, 20)..=date(2022, 1, 3)).contains(&day))
        },
    ),
];

#[test]
fn counts_are_those_of_a_search_article_by_article() {
    for seed in 1..4 {
        let archive = Archive::by_chance(seed);
        for (text, filter, passes) in CASES {
            let query = || filter(Query::new(*text)).sort(Sort::Date);
            let found = archive.found(query());
            assert!(!found.is_empty(), "{text}");
            let all = || archive.articles.iter().filter(|article| passes(article));
            for interval in INTERVALS {
                let trends = archive.searcher().trends(&query(), interval).unwrap();
                let total = archive.searcher().search(&query()).unwrap().total;
                assert_eq!(trends.all.total.matches, total, "{text}");
                assert_eq!(trends.all.total.articles, all().count(), "{text}");
                let (matches, undated) = counted(found.iter().copied(), interval);
                let (articles, undated_articles) = counted(all(), interval);
                assert_eq!(trends.all.undated.matches, undated, "{text}");
                assert_eq!(trends.all.undated.articles, undated_articles, "{text}");
                for bucket in &trends.all.buckets {
                    let name = bucket.period.to_string();
                    let expect = |counts: &BTreeMap<String, usize>| counts.get(&name).copied();
                    let got = bucket.coverage;
                    assert_eq!(got.matches, expect(&matches).unwrap_or(0), "{text} {name}");
                    assert_eq!(
                        got.articles,
                        expect(&articles).unwrap_or(0),
                        "{text} {name}"
                    );
                }
                check_gapless(&trends);
                let sum: usize = trends
                    .all
                    .buckets
                    .iter()
                    .map(|it| it.coverage.matches)
                    .sum();
                assert_eq!(sum + undated, total, "{text}");
            }
        }
    }
}

fn check_gapless(trends: &Trends) {
    for pair in trends.all.buckets.windows(2) {
        assert_eq!(pair[0].period.next(), Some(pair[1].period));
    }
}

fn names(trends: &Trends) -> Vec<(String, usize, usize)> {
    let buckets = trends.all.buckets.iter();
    buckets
        .map(|bucket| {
            let n = bucket.coverage;
            (bucket.period.to_string(), n.matches, n.articles)
        })
        .collect()
}

/// The turn of 2020 to 2021: 2020 has 53 weeks.
fn turn_of_the_year() -> Archive {
    Archive::of(vec![
        article("a", Some("2020-12-27"), "甲报", "水库"),
        article("b", Some("2020-12-31T23:59:59+08:00"), "甲报", "水库"),
        article("c", Some("2021-01-01T00:00:00+08:00"), "甲报", "水库 医院"),
        article("d", Some("2021-01-03"), "甲报", "医院"),
        article("e", Some("2021-01-04"), "甲报", "水库"),
        article("f", Some("2021-03-31"), "甲报", "水库"),
        article("g", Some("2021-05-01"), "甲报", "医院"),
        article("h", None, "甲报", "水库"),
    ])
}

#[test]
fn years_end_and_gaps_are_zero() {
    let archive = turn_of_the_year();
    let trends = |interval| {
        let query = Query::new("水库");
        archive.searcher().trends(&query, interval).unwrap()
    };
    let expect = |list: &[(&str, usize, usize)]| -> Vec<(String, usize, usize)> {
        list.iter()
            .map(|(name, m, a)| ((*name).to_owned(), *m, *a))
            .collect()
    };
    assert_eq!(
        names(&trends(Interval::Year)),
        expect(&[("2020", 2, 2), ("2021", 3, 5)])
    );
    assert_eq!(
        names(&trends(Interval::Month)),
        expect(&[
            ("2020-12", 2, 2),
            ("2021-01", 2, 3),
            ("2021-02", 0, 0),
            ("2021-03", 1, 1)
        ])
    );
    let weeks = trends(Interval::Week);
    assert_eq!(
        names(&weeks)[..3],
        expect(&[("2020-W52", 1, 1), ("2020-W53", 2, 3), ("2021-W01", 1, 1)])
    );
    assert_eq!(weeks.all.buckets.len(), 15);
    assert_eq!(trends(Interval::Day).all.buckets.len(), 95);
    assert_eq!(
        (weeks.all.undated.matches, weeks.all.undated.articles),
        (1, 1)
    );
    assert_eq!(weeks.all.buckets[3].coverage.share(), None);
}

#[test]
fn the_days_asked_for_are_shown_as_far_as_there_are_articles() {
    let archive = turn_of_the_year();
    let months = |query: &Query| {
        let trends = archive.searcher().trends(query, Interval::Month).unwrap();
        let names = names(&trends);
        (names[0].0.clone(), names[names.len() - 1].0.clone())
    };
    let query = Query::new("医院");
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(months(&query), pair("2021-01", "2021-05"));
    let query = query.since(date(1900, 1, 1));
    assert_eq!(months(&query), pair("2020-12", "2021-05"));
    let query = Query::new("水库").until(date(2099, 1, 1));
    assert_eq!(months(&query), pair("2020-12", "2021-05"));
}

#[test]
fn no_text_is_all_articles_and_no_match_no_bucket() {
    let archive = turn_of_the_year();
    for text in ["", "  ", "*"] {
        let trends = archive.searcher().trends(&Query::new(text), Interval::Year);
        let trends = trends.unwrap();
        assert_eq!(
            (trends.all.total.matches, trends.all.total.articles),
            (8, 8),
            "{text}"
        );
        assert_eq!(trends.all.total.share(), Some(1.0));
    }
    for text in ["\"火星移民\"", "，。！？"] {
        let trends = archive.searcher().trends(&Query::new(text), Interval::Year);
        let trends = trends.unwrap();
        assert_eq!(
            (trends.all.total.matches, trends.all.total.articles),
            (0, 8),
            "{text}"
        );
        assert!(trends.all.buckets.is_empty(), "{text}");
    }
}

#[test]
fn what_is_given_up_of_a_query_is_said() {
    let archive = turn_of_the_year();
    let query = Query::new("水库 博物馆");
    let trends = archive.searcher().trends(&query, Interval::Year).unwrap();
    let total = archive.searcher().search(&query).unwrap().total;
    assert_eq!(trends.all.total.matches, total);
    assert_eq!(total, 6);
    assert!(matches!(
        trends.relaxed,
        Some(Relaxation::Without { .. } | Relaxation::AnyWord)
    ));
}
