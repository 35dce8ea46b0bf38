//! An index that was updated is the one built fresh of the same files.

use std::fs;

use fangzhi_index::Index;
use proptest::prelude::*;

use crate::archive::{Archive, Random, articles, fresh, hits, update};

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 0, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fifty_updates_and_merges_are_a_fresh_build(seed in any::<u64>()) {
        let mut random = Random::new(seed);
        let mut archive = Archive::new();
        for _ in 0..10 {
            archive.change(&mut random);
        }
        let dir = tempfile::tempdir().unwrap();
        let index = Index::create(dir.path()).unwrap();
        for round in 0..50 {
            for _ in 0..=random.below(3) {
                archive.change(&mut random);
            }
            update(&index, &archive);
            if random.below(8) == 0 {
                index.writer().unwrap().merge().unwrap();
            }
            if round % 10 == 9 {
                // Whether what was deleted has been merged away or not.
                let built = fresh(&archive);
                let (updated, built) = (index.searcher().unwrap(), built.searcher().unwrap());
                prop_assert_eq!(articles(&updated), articles(&built), "seed {}, round {}", seed, round);
                for (updated, built) in hits(&updated).into_iter().zip(hits(&built)) {
                    prop_assert_eq!(updated, built, "seed {}, round {}", seed, round);
                }
            }
        }
        let unchanged = update(&index, &archive);
        prop_assert_eq!((unchanged.added, unchanged.deleted), (0, 0));
        let catalog = index.catalog().unwrap().unwrap();
        prop_assert_eq!(catalog.n_files(), archive.files().len());
        prop_assert_eq!(catalog.n_articles(), index.status().unwrap().articles);
    }
}

#[test]
fn only_what_changed_is_read() {
    let mut archive = Archive::new();
    let mut random = Random::new(7);
    while archive.files().len() < 30 {
        archive.change(&mut random);
    }
    let dir = tempfile::tempdir().unwrap();
    let index = Index::create(dir.path()).unwrap();
    let files = archive.files();
    let counts = update(&index, &archive).counts;
    assert_eq!(counts.new, files.len() as u64);

    let counts = update(&index, &archive).counts;
    assert_eq!((counts.unchanged, counts.again), (files.len() as u64, 0));

    // Another time, the same bytes; the other way round, another text of the same length and time.
    let content = fs::read_to_string(archive.root().join(&files[3])).unwrap();
    archive.write(&files[3], &content);
    let counts = update(&index, &archive).counts;
    assert_eq!((counts.unchanged, counts.changed), (files.len() as u64, 0));

    archive.write(
        "alone.html",
        &crate::archive::page(
            "松原乡通车",
            "松原乡日前通车，群众出行更方便。松原乡日前通车，群众出行更方便。",
            None,
            "",
        ),
    );
    let counts = update(&index, &archive).counts;
    assert_eq!((counts.new, counts.changed, counts.again), (1, 0, 0));
}
