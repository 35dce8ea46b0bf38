//! Laws: nothing depends on order or history, files hold what was stored, no bytes do harm.

use std::fs;

use fangzhi_reprints::{Error, Fingerprint, Reprints, Stories, StoryTable};
use proptest::prelude::*;

use super::generator;
use super::generator::crowds::Crowd;
use super::generator::notices::{SHORT, TEMPLATES};
use super::generator::random::Random;
use super::generator::stories::paragraph;
use super::generator::words::Words;

pub(crate) fn fingerprints(n: usize, seed: u64) -> Vec<Fingerprint> {
    let archive = generator::archive(&Words::load(), n, seed);
    archive
        .iter()
        .map(|article| Fingerprint::of(&article.body))
        .collect()
}

/// Notices of two templates, so many of each that not all are compared with each other, and some reprints of them.
pub(crate) fn crowd(n: usize, seed: u64) -> Vec<Fingerprint> {
    let words = Words::load();
    let candidates = TEMPLATES.into_iter().find(|it| it.name == "candidates");
    let templates = [SHORT, candidates.unwrap()];
    let texts = templates
        .into_iter()
        .flat_map(|template| Crowd::Notices(template).texts(&words, n / 3, seed));
    let texts = texts.enumerate().flat_map(|(i, text)| {
        let reprint = format!("{text}（责任编辑：小方）");
        [Some(text), (i % 2 == 0).then_some(reprint)]
    });
    let texts = texts.flatten();
    texts.map(|text| Fingerprint::of(&text)).collect()
}

/// One story as that many sites print it, each with words of its own around it.
pub(crate) fn carried_widely(n: usize, seed: u64) -> Vec<Fingerprint> {
    let words = Words::load();
    let mut random = Random::new(seed);
    let story: Vec<String> = (0..4).map(|_| paragraph(&words, &mut random)).collect();
    let story = story.join("\n");
    let site = |_| {
        let own: String = (0..8).map(|_| words.draw("n", &mut random)).collect();
        Fingerprint::of(&format!("{story}\n{own}"))
    };
    (0..n).map(site).collect()
}

#[test]
fn a_story_that_is_carried_widely_is_one() {
    let mut stories = Stories::default();
    for (key, fingerprint) in carried_widely(700, 26).into_iter().enumerate() {
        stories.insert(key as u64, fingerprint);
    }
    stories.regroup();
    assert_eq!(stories.group_of(0).len(), 700);
}

fn saved(reprints: &Reprints) -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    reprints.save(dir.path().join("reprints")).unwrap();
    fs::read(dir.path().join("reprints")).unwrap()
}

#[test]
fn order_and_history_do_not_matter() {
    let fingerprints = fingerprints(300, 11);
    let mut straight = Reprints::default();
    for (key, fingerprint) in fingerprints.iter().enumerate() {
        straight.insert(key as u64, *fingerprint);
    }
    let groups = straight.groups();
    assert!(groups.len() > 20, "{} groups", groups.len());
    let n = fingerprints.len();
    let config = ProptestConfig::with_cases(24);
    // An order, what is removed and stored again on the way, and when all goes through a file.
    let plan = (
        Just((0..n).collect::<Vec<_>>()).prop_shuffle(),
        prop::collection::vec(0..n, 0..80),
        0..n,
    );
    proptest!(config, |((order, detours, break_at) in plan)| {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("reprints");
        let mut reprints = Reprints::default();
        for (i, &key) in order.iter().enumerate() {
            reprints.insert(key as u64, fingerprints[key]);
            if i == break_at {
                reprints.save(&path).unwrap();
                reprints = Reprints::open(&path).unwrap();
            }
            if let Some(&key) = detours.get(i) {
                // Another article's text for a while.
                reprints.insert(key as u64, fingerprints[(key + 1) % n]);
                prop_assert!(reprints.remove(key as u64));
                prop_assert!(!reprints.remove(key as u64));
            }
        }
        for (key, fingerprint) in fingerprints.iter().enumerate() {
            reprints.insert(key as u64, *fingerprint);
        }
        prop_assert_eq!(&reprints.groups(), &groups);
        prop_assert_eq!(saved(&reprints), saved(&straight));
        for group in &groups {
            prop_assert_eq!(&reprints.group_of(group[0]), group);
        }
    });
}

/// Grouping only what is near a change gives what grouping everything anew does, whatever came, went and was replaced,
/// and whether it was kept in memory or read back from a file.
#[test]
fn regrouping_is_grouping_anew() {
    regroup(&fingerprints(300, 16), 48);
}

#[test]
fn regrouping_a_crowd_is_grouping_it_anew() {
    regroup(&crowd(900, 18), 24);
}

fn regroup(fingerprints: &[Fingerprint], n_cases: u32) {
    let n = fingerprints.len();
    let fresh = |articles: &[Option<usize>]| {
        let mut stories = Stories::default();
        for (key, text) in articles.iter().enumerate() {
            if let Some(text) = text {
                stories.insert(key as u64, fingerprints[*text]);
            }
        }
        stories.regroup();
        stories
    };
    // Batches of changes: an article, and the text that it has from now on, if it is not removed.
    let change = (
        0..n,
        prop::option::weighted(0.7, prop_oneof![Just(None), (0..n).prop_map(Some)]),
    );
    let plan = prop::collection::vec((prop::collection::vec(change, 0..40), any::<bool>()), 1..6);
    proptest!(ProptestConfig::with_cases(n_cases), |(batches in plan, n_first in 0..n)| {
        let mut articles: Vec<Option<usize>> = (0..n).map(|key| (key < n_first).then_some(key)).collect();
        let mut stories = fresh(&articles);
        for (changes, through_file) in batches {
            for (key, change) in changes {
                articles[key] = change.map(|text| text.unwrap_or(key));
                match articles[key] {
                    Some(text) => stories.insert(key as u64, fingerprints[text]),
                    None => _ = stories.remove(key as u64),
                }
            }
            stories.regroup();
            prop_assert!(!stories.regroup());
            let bytes = stories.to_bytes();
            prop_assert!(bytes == fresh(&articles).to_bytes());
            let table = StoryTable::new(bytes.as_slice(), "memory").unwrap();
            let mut n_stories = 0;
            for (key, text) in articles.iter().enumerate() {
                let key = key as u64;
                let group = stories.reprints().group_of(key);
                prop_assert_eq!(table.fingerprint(key), text.map(|text| fingerprints[text]));
                let alone = vec![key];
                let group = if group.is_empty() { &alone } else { &group };
                prop_assert_eq!(&stories.group_of(key), group);
                prop_assert_eq!(&table.group_of(key), group);
                prop_assert_eq!(table.story(key), group[0]);
                n_stories += usize::from(text.is_some() && table.story(key) == key);
            }
            prop_assert_eq!(table.n_stories(), n_stories);
            if through_file {
                stories = Stories::of_table(&table, "memory").unwrap();
            }
        }
    });
}

/// Whatever is damaged behind the header, what is read in place may be wrong and does no harm; the checksum tells.
#[test]
fn damaged_stories_do_no_harm() {
    let fingerprints = fingerprints(60, 17);
    let mut stories = Stories::default();
    for (key, fingerprint) in fingerprints.iter().enumerate() {
        stories.insert(key as u64, *fingerprint);
    }
    stories.regroup();
    let good = stories.to_bytes();
    for at in (16..good.len()).filter(|at| *at < 64 || *at > 64 + 63 * 60) {
        for bit in [0x01, 0x80] {
            let mut bytes = good.clone();
            bytes[at] ^= bit;
            let Ok(table) = StoryTable::new(bytes.as_slice(), "memory") else {
                continue;
            };
            for key in 0..70 {
                table.story(key);
                table.group_of(key);
            }
            assert!(table.check("memory").is_err(), "{at}");
        }
    }
}

#[test]
fn groups_are_a_partition_and_near_is_mutual() {
    let fingerprints = fingerprints(600, 12);
    let mut reprints = Reprints::default();
    for (key, fingerprint) in fingerprints.iter().enumerate() {
        reprints.insert(key as u64, *fingerprint);
    }
    for (key, fingerprint) in fingerprints.iter().enumerate() {
        let key = key as u64;
        let group = reprints.group_of(key);
        assert!(group.contains(&key) && group.is_sorted());
        for &other in &group {
            assert_eq!(reprints.group_of(other), group);
        }
        let near = reprints.near(fingerprint);
        assert!(near.iter().any(|near| near.key == key) || fingerprint.is_blank());
        for other in near {
            let back = reprints.near(&fingerprints[other.key as usize]);
            assert!(
                back.iter().any(|near| near.key == key),
                "{key} {}",
                other.key
            );
        }
    }
}

#[test]
fn replacing_and_removing_leaves_nothing_behind() {
    let fingerprints = fingerprints(100, 13);
    let mut reprints = Reprints::default();
    for (key, fingerprint) in fingerprints.iter().enumerate() {
        reprints.insert(key as u64, *fingerprint);
        reprints.insert(key as u64, fingerprints[0]);
    }
    assert_eq!(reprints.len(), fingerprints.len());
    assert_eq!(reprints.groups().len(), 1);
    for key in 0..fingerprints.len() as u64 {
        assert!(reprints.remove(key));
    }
    assert!(reprints.is_empty() && reprints.groups().is_empty());
    assert_eq!(saved(&reprints), saved(&Reprints::default()));
    assert!(reprints.group_of(0).is_empty());
}

#[test]
fn short_texts_are_like_none() {
    let mut reprints = Reprints::default();
    let texts = [
        "",
        "图片新闻",
        "视频加载中，请稍候",
        &"哈".repeat(500),
        "。，".repeat(100).as_str(),
    ]
    .map(Fingerprint::of);
    for (key, fingerprint) in texts.iter().enumerate() {
        assert!(fingerprint.is_blank());
        reprints.insert(2 * key as u64, *fingerprint);
        reprints.insert(2 * key as u64 + 1, *fingerprint);
    }
    assert_eq!(reprints.len(), 10);
    assert!(reprints.groups().is_empty());
    assert_eq!(reprints.group_of(3), [3]);
    assert!(reprints.near(&texts[1]).is_empty());
}

#[test]
fn damaged_and_foreign_files_are_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("reprints");
    let mut reprints = Reprints::default();
    for (key, fingerprint) in fingerprints(20, 14).into_iter().enumerate() {
        reprints.insert(key as u64, fingerprint);
    }
    let good = saved(&reprints);
    let error = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        Reprints::open(&path).map(|_| ()).unwrap_err()
    };
    assert!(matches!(error(b"<html>"), Error::Foreign { .. }));
    assert!(matches!(error(b""), Error::Foreign { .. }));
    let mut newer = good.clone();
    newer[8] = 4;
    assert!(matches!(
        error(&newer),
        Error::FormatVersion {
            found: 4,
            supported: 3,
            ..
        }
    ));
    for len in [8, 9, 40, 64, good.len() - 1] {
        assert!(
            matches!(error(&good[..len]), Error::Damaged { .. }),
            "{len}"
        );
    }
    for at in (12..good.len()).step_by(7) {
        let mut bytes = good.clone();
        bytes[at] ^= 0x10;
        assert!(matches!(error(&bytes), Error::Damaged { .. }), "{at}");
    }
    let error = Reprints::open(dir.path().join("none"))
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("cannot read `") && error.ends_with("none`"),
        "{error}"
    );
}

proptest! {
    #[test]
    fn any_text_has_a_fingerprint(text in "[\\PC\n]{0,200}|[0-9一二月日元王强路街《》“”.:\\-年]{0,120}") {
        let fingerprint = Fingerprint::of(&text);
        prop_assert_eq!(fingerprint, Fingerprint::of(&text));
        prop_assert_eq!(Fingerprint::from_bytes(&fingerprint.to_bytes()), fingerprint);
        if !fingerprint.is_blank() {
            prop_assert!(fingerprint.compare(&fingerprint).is_reprint());
        }
    }

    #[test]
    fn any_bytes_are_a_fingerprint(a in any::<[u8; 32]>(), b in any::<[u8; 20]>(), c in any::<[u8; 32]>(), key in any::<u64>()) {
        let mut bytes = [0; Fingerprint::LEN];
        bytes[..32].copy_from_slice(&a);
        bytes[32..].copy_from_slice(&b);
        let first = Fingerprint::from_bytes(&bytes);
        bytes[..32].copy_from_slice(&c);
        let second = Fingerprint::from_bytes(&bytes);
        let (there, back) = (first.compare(&second), second.compare(&first));
        prop_assert_eq!(there, back);
        prop_assert!((0.0..=1.0).contains(&there.similarity) && (0.0..=1.0).contains(&there.containment));
        let mut reprints = Reprints::default();
        reprints.insert(key, first);
        reprints.insert(key ^ 1, second);
        reprints.groups();
        prop_assert!(reprints.remove(key));
        prop_assert_eq!(reprints.group_of(key ^ 1), [key ^ 1]);
    }
}
