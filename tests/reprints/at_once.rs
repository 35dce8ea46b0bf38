//! Stories that are found of all articles at once are those that are found one by one, to the byte.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Seek, SeekFrom, Write};

use fangzhi_reprints::{Fingerprint, RECORD_LEN, Stories, StoryTable, record, write_stories};
use proptest::prelude::*;

use super::laws::{carried_widely, crowd, fingerprints};

type Articles = BTreeMap<u64, Fingerprint>;

fn one_by_one(articles: &Articles) -> Vec<u8> {
    let mut stories = Stories::default();
    for (&key, fingerprint) in articles {
        stories.insert(key, *fingerprint);
    }
    stories.regroup();
    stories.to_bytes()
}

fn records(articles: &Articles) -> Vec<u8> {
    let records = articles
        .iter()
        .map(|(&key, fingerprint)| record(key, fingerprint));
    records.flatten().collect()
}

fn at_once(records: &[u8], threads: usize) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    write_stories(records, threads, &mut out).unwrap();
    assert_eq!(out.position(), out.get_ref().len() as u64);
    out.into_inner()
}

/// Keys that are spread as those of an index are.
fn spread(fingerprints: impl IntoIterator<Item = Fingerprint>) -> Articles {
    let key = |place: usize| (place as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let fingerprints = fingerprints.into_iter().enumerate();
    fingerprints
        .map(|(place, fingerprint)| (key(place), fingerprint))
        .collect()
}

/// Fingerprints of few elements, each in the same places as in many others.
fn similar() -> impl Strategy<Value = Fingerprint> {
    const TEXTS: [u64; 3] = [0xff00_ff0f, 0x0f_0f0f_0f0f, 0xffff_0000_0000];
    const PARTICULARS: [u64; 4] = [0x1f, 0xf8, 0x3_ff00, 0];
    let anchor = prop_oneof![6 => 0..3_u16, 1 => Just(1022_u16), 2 => Just(1023_u16)];
    (
        prop::sample::select(TEXTS.as_slice()),
        prop::collection::vec(0..40_u32, 0..4),
        prop::sample::select(PARTICULARS.as_slice()),
        prop::collection::vec(0..20_u32, 0..3),
        prop::collection::vec(anchor, 11),
        0..3_u8,
    )
        .prop_map(
            |(text, text_flips, particulars, particular_flips, anchors, rate)| {
                let flip = |bits: u64, flips: &[u32]| flips.iter().fold(bits, |it, i| it ^ 1 << i);
                let mut bytes = [0; Fingerprint::LEN];
                bytes[0] = rate / 2;
                bytes[1..9].copy_from_slice(&flip(text, &text_flips).to_le_bytes());
                let particulars = flip(particulars, &particular_flips).to_le_bytes();
                bytes[16..24].copy_from_slice(&particulars);
                bytes[27..35].copy_from_slice(&particulars);
                for (i, anchor) in anchors.iter().enumerate() {
                    let (at, shift) = (38 + i * 10 / 8, i * 10 % 8);
                    let [low, high] = (anchor << shift).to_le_bytes();
                    bytes[at] |= low;
                    bytes[at + 1] |= high;
                }
                Fingerprint::from_bytes(&bytes)
            },
        )
}

#[test]
fn known_archives() {
    let blank = Fingerprint::of("图片新闻");
    let archive = fingerprints(3000, 21);
    let twins = archive[..40].iter().flat_map(|it| [*it; 5]);
    let cases = [
        ("nothing", Articles::new()),
        ("one", spread([archive[0]])),
        ("a blank one", spread([blank])),
        ("blank ones", spread([blank; 9])),
        ("one body", spread([archive[0]; 300])),
        ("one body and blank ones", spread(twins.chain([blank; 30]))),
        ("a tenth", spread(archive[..300].iter().copied())),
        (
            "stories and look-alikes",
            spread(archive.iter().copied().chain([blank; 5])),
        ),
        ("a story carried widely", spread(carried_widely(700, 26))),
        ("a crowd", spread(crowd(1500, 25))),
        (
            "the least and the greatest key",
            [(0, archive[0]), (1, archive[1]), (u64::MAX, archive[0])].into(),
        ),
    ];
    for (name, articles) in &cases {
        let expect = one_by_one(articles);
        let records = records(articles);
        for threads in 0..=4 {
            assert!(at_once(&records, threads) == expect, "{name}, {threads}");
        }
        let table = StoryTable::new(expect.as_slice(), "memory").unwrap();
        assert!(table.articles().eq(articles.iter().map(|(k, v)| (*k, *v))));
    }
    let (_, largest) = &cases[7];
    let table = StoryTable::new(one_by_one(largest), "memory").unwrap();
    assert!(table.n_stories() < 2500, "{}", table.n_stories());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_archive(
        nodes in prop::collection::vec((similar(), 1..4_usize), 0..120),
        order in any::<u64>(),
        threads in 1..5_usize,
    ) {
        let all = nodes.iter().flat_map(|&(fingerprint, n)| std::iter::repeat_n(fingerprint, n));
        let articles: Articles = all
            .enumerate()
            .map(|(i, fingerprint)| ((i as u64).wrapping_mul(order | 1), fingerprint))
            .collect();
        prop_assert!(at_once(&records(&articles), threads) == one_by_one(&articles));
    }

    #[test]
    fn any_crowd(nodes in prop::collection::vec(similar(), 200..500), threads in 1..4_usize) {
        let articles = spread(nodes);
        prop_assert!(at_once(&records(&articles), threads) == one_by_one(&articles));
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..6 * RECORD_LEN), n in 0..6_u8) {
        // Keys that are in order, as others are refused.
        let mut bytes = bytes;
        for (i, record) in bytes.chunks_mut(RECORD_LEN).enumerate() {
            if let Some(last) = record.get_mut(7) {
                *last = (i as u8) * n;
            }
        }
        let mut out = Cursor::new(Vec::new());
        match write_stories(&bytes, 2, &mut out) {
            Ok(()) => StoryTable::new(out.into_inner(), "memory").unwrap().check("memory").unwrap(),
            Err(error) => {
                prop_assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
                prop_assert!(out.get_ref().is_empty());
            }
        }
    }
}

/// The random archives are such that there is something to be told apart in them.
#[test]
fn random_archives_have_reprints_and_look_alikes() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let archive = prop::collection::vec(similar(), 200);
    let archive = archive.new_tree(&mut runner).unwrap().current();
    let (mut n_reprints, mut n_look_alikes) = (0, 0);
    for (i, a) in archive.iter().enumerate() {
        for b in &archive[..i] {
            let likeness = a.compare(b);
            n_reprints += usize::from(likeness.is_reprint());
            n_look_alikes += usize::from(likeness.is_look_alike());
        }
    }
    assert!(
        n_reprints > 100 && n_look_alikes > 100,
        "{n_reprints} {n_look_alikes}"
    );
    let articles = spread(archive);
    let table = StoryTable::new(one_by_one(&articles), "memory").unwrap();
    assert!(
        (20..180).contains(&table.n_stories()),
        "{}",
        table.n_stories()
    );
}

#[test]
fn begins_where_the_file_stands() {
    let articles = spread(fingerprints(50, 22));
    let mut out = Cursor::new(b"before and something behind".to_vec());
    out.seek(SeekFrom::Start(6)).unwrap();
    write_stories(&records(&articles), 1, &mut out).unwrap();
    let end = out.position() as usize;
    let bytes = out.into_inner();
    assert!(&bytes[..6] == b"before" && bytes[6..end] == one_by_one(&articles));
}

#[test]
fn wrong_articles_are_refused() {
    let articles = spread(fingerprints(3, 23));
    let good = records(&articles);
    let [a, b, c] = [0, 1, 2].map(|i| &good[i * RECORD_LEN..][..RECORD_LEN]);
    let cases = [
        ("cut", good[1..].to_vec()),
        ("out of order", [a, c, b].concat()),
        ("twice", [a, b, b, c].concat()),
    ];
    for (name, bytes) in cases {
        let mut out = Cursor::new(Vec::new());
        let error = write_stories(&bytes, 1, &mut out).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{name}");
        assert!(out.get_ref().is_empty(), "{name}");
    }
}

#[test]
fn a_full_disk_is_an_error() {
    struct Full(Cursor<Vec<u8>>);

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.0.position() > 1000 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.0.write(&bytes[..bytes.len().min(700)])
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Seek for Full {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.0.seek(to)
        }
    }

    let articles = spread(fingerprints(50, 24));
    let mut out = Full(Cursor::new(Vec::new()));
    let error = write_stories(&records(&articles), 1, &mut out).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
}
