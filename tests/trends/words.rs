//! Words that stand out.

use std::collections::{BTreeMap, BTreeSet};

use fangzhi_index::{Interval, Measure, Query, SignificantWord, WordOptions};
use fangzhi_ingest::Article;
use fangzhi_segmentation::{Layer, Segmenter};
use fastrand::Rng;

use crate::archive::{Archive, article, words};

fn options(measure: Measure, limit: usize) -> WordOptions {
    WordOptions {
        limit,
        measure,
        least_articles: 3,
    }
}

fn texts(words: &[SignificantWord]) -> Vec<&str> {
    words.iter().map(|word| word.text.as_str()).collect()
}

/// In how many articles each word is, read word by word.
fn frequencies<'a>(articles: impl IntoIterator<Item = &'a Article>) -> BTreeMap<String, usize> {
    let segmenter = Segmenter::default();
    let mut counts = BTreeMap::new();
    for article in articles {
        let words = segmenter.layer(Layer::Words, &article.body_text());
        let words: BTreeSet<String> = words.into_iter().map(|term| term.text).collect();
        for word in words {
            *counts.entry(word).or_default() += 1;
        }
    }
    counts
}

#[test]
fn counts_are_those_of_all_articles() {
    for seed in 1..4 {
        let archive = Archive::by_chance(seed);
        let background = frequencies(&archive.articles);
        for text in ["水库", "医院 学校", "公路 OR 机场"] {
            let found = archive.found(Query::new(text));
            let foreground = frequencies(found.iter().copied());
            let n = (found.len() as f64, archive.articles.len() as f64);
            let mut expect: Vec<(String, f64)> = Vec::new();
            for (word, &with) in &foreground {
                let (f, b) = (with as f64 / n.0, background[word] as f64 / n.1);
                if with >= 3 && !text.contains(word.as_str()) && f > b {
                    expect.push((word.clone(), (f - b) * f / b));
                }
            }
            expect.sort_by(|a, b| b.1.total_cmp(&a.1));
            let options = options(Measure::Jlh, 1000);
            let related = archive
                .searcher()
                .related_words(&Query::new(text), &options);
            let related = related.unwrap();
            assert_eq!(related.foreground, found.len());
            assert_eq!(related.background, archive.articles.len());
            assert_eq!(
                related.words.len(),
                expect.len(),
                "{text}: {expect:?} {related:?}"
            );
            for (word, (_, score)) in related.words.iter().zip(&expect) {
                assert_eq!(word.foreground, foreground[&word.text], "{word:?}");
                assert_eq!(word.background, background[&word.text], "{word:?}");
                assert!((word.score - score).abs() < 1e-9, "{word:?} {score}");
            }
        }
    }
}

/// Articles on a port in which a word is planted, among others that have it now and then.
fn planted() -> Archive {
    let mut random = Rng::with_seed(7);
    let articles = (0..300).map(|n| {
        let month = 1 + n % 12;
        let body = match n % 10 {
            0 => format!(
                "渔港改造工程开工，{}，记者了解到，渔民盼着开海。",
                words(&mut random, 8)
            ),
            1 if n % 20 == 1 => format!("渔民出海归来，{}", words(&mut random, 8)),
            _ => format!("记者了解到，{}，2024年完成35%。", words(&mut random, 10)),
        };
        let body = match month {
            // Of February's 25 articles, twelve have it; of the others, every twentieth.
            2 if n % 24 == 1 => format!("{body}元宵灯会。"),
            _ if n % 20 == 5 => format!("{body}元宵。"),
            _ => body,
        };
        article(
            &format!("{n:03}"),
            Some(&format!("2024-{month:02}-15")),
            "海报",
            &body,
        )
    });
    Archive::of(articles.collect())
}

#[test]
fn a_planted_word_is_found_by_either_measure() {
    let archive = planted();
    for measure in [Measure::Jlh, Measure::LogLikelihood] {
        let query = Query::new("渔港");
        let words = archive
            .searcher()
            .related_words(&query, &options(measure, 4));
        let words = words.unwrap().words;
        let found = texts(&words);
        for word in ["渔民", "改造", "开工"] {
            assert!(found.contains(&word), "{measure:?}: no {word} in {found:?}");
        }
        for ordinary in ["渔港", "记者", "了解", "2024", "35%"] {
            assert!(!found.contains(&ordinary), "{measure:?}: {found:?}");
        }
        let fishers = words.iter().find(|word| word.text == "渔民").unwrap();
        assert_eq!((fishers.foreground, fishers.background), (30, 45));
        assert!(words.windows(2).all(|pair| pair[0].score >= pair[1].score));
    }
}

#[test]
fn what_is_everywhere_does_not_stand_out() {
    let archive = planted();
    for measure in [Measure::Jlh, Measure::LogLikelihood] {
        let query = Query::new("*");
        let all = archive
            .searcher()
            .related_words(&query, &options(measure, 10));
        assert_eq!(all.unwrap().words, []);
        let nothing = archive
            .searcher()
            .related_words(&Query::new("\"火星移民\""), &options(measure, 10));
        let nothing = nothing.unwrap();
        assert_eq!((nothing.words.len(), nothing.foreground), (0, 0));
    }
}

#[test]
fn a_burst_is_found_in_its_month_and_in_no_other() {
    let archive = planted();
    let options = options(Measure::LogLikelihood, 5);
    let bursts = archive
        .searcher()
        .burst_words(&Query::new(""), Interval::Month, &options);
    let bursts = bursts.unwrap();
    assert_eq!(bursts.len(), 12);
    for burst in &bursts {
        let has = texts(&burst.words.words).contains(&"元宵");
        assert_eq!(has, burst.period.to_string() == "2024-02", "{burst:?}");
        assert_eq!((burst.words.foreground, burst.words.background), (25, 300));
        let one = archive
            .searcher()
            .burst_words_of(&Query::new(""), burst.period, &options)
            .unwrap();
        assert_eq!(&one, burst);
    }
    let none = archive
        .searcher()
        .burst_words_of(&Query::new(""), "1999-01".parse().unwrap(), &options)
        .unwrap();
    assert_eq!((none.words.words.len(), none.words.foreground), (0, 0));
}

#[test]
fn words_are_the_same_however_the_index_is_cut_into_segments() {
    let archive = Archive::by_chance(5);
    let query = Query::new("水库");
    let (related, bursts) = (
        options(Measure::Jlh, 10),
        options(Measure::LogLikelihood, 10),
    );
    let before = archive.searcher();
    let mut writer = archive.index.writer().unwrap();
    writer.merge().unwrap();
    writer.finish().unwrap();
    let after = archive.searcher();
    assert_eq!(
        before.related_words(&query, &related).unwrap(),
        after.related_words(&query, &related).unwrap()
    );
    assert_eq!(
        before.burst_words(&query, Interval::Year, &bursts).unwrap(),
        after.burst_words(&query, Interval::Year, &bursts).unwrap()
    );
}

#[test]
fn words_are_written_as_most_articles_write_them() {
    let mut articles = Vec::new();
    for n in 0..40 {
        let body = match n % 4 {
            0 => "瀋陽召開會議，ＧＤＰ增長，遼寧工業。",
            1 => "天气晴朗，公园里游人如织。",
            2 => "学校开学，孩子们走进教室。",
            _ => "地铁开通，市民出行方便。",
        };
        articles.push(article(
            &format!("{n:02}"),
            Some("2024-01-03"),
            "甲报",
            body,
        ));
    }
    let archive = Archive::of(articles);
    let query = Query::new("沈阳");
    let words = archive
        .searcher()
        .related_words(&query, &WordOptions::default());
    let words = words.unwrap().words;
    let found = texts(&words);
    for word in ["遼寧", "ＧＤＰ", "會議"] {
        assert!(found.contains(&word), "no {word} in {found:?}");
    }
}
