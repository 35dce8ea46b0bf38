//! Files that change, shrink, grow or vanish while they are read: what was read counts, and the next update reads again.

use std::fs;
use std::path::Path;

use fangzhi_index::{FileRead, Index, Update, UpdateMode};
use fangzhi_ingest::{Corpus, CorpusFile, Extractor, Outcome};

use crate::archive::{Archive, articles, fresh, page, update};

/// What happens to a file between two of its pages.
#[derive(Debug, Clone, Copy)]
enum Change {
    Rewritten,
    CutShort,
    Longer,
    Gone,
    ReplacedByDirectory,
}

const CHANGES: [Change; 5] = [
    Change::Rewritten,
    Change::CutShort,
    Change::Longer,
    Change::Gone,
    Change::ReplacedByDirectory,
];

const NAME: &str = "restless.jsonl";

/// Enough lines that they are read in several parts.
fn feed(n: usize, word: &str) -> String {
    let line = |i| {
        let text = "清河市召开春耕备耕推进会，部署今年的农业生产。".repeat(40);
        format!("{{\"id\":\"r{i}\",\"title\":\"{word}第{i}号\",\"body\":\"{text}\"}}\n")
    };
    (0..n).map(line).collect()
}

impl Change {
    fn happen(self, path: &Path) {
        match self {
            Self::Rewritten => fs::write(path, feed(300, "换成")).unwrap(),
            Self::CutShort => {
                let file = fs::File::options().write(true).open(path).unwrap();
                file.set_len(1000).unwrap();
            }
            Self::Longer => fs::write(path, feed(330, "清河")).unwrap(),
            Self::Gone => fs::remove_file(path).unwrap(),
            Self::ReplacedByDirectory => {
                fs::remove_file(path).unwrap();
                fs::create_dir(path).unwrap();
            }
        }
    }
}

/// Reads one file into the index as a builder does, with something happening to it after its first page.
fn read_while(index: &Index, corpus: &Corpus, file: &CorpusFile, change: impl FnOnce()) {
    let extractor = Extractor::new();
    let mut writer = index.writer().unwrap();
    let old = writer.catalog().unwrap().unwrap_or_default();
    let reading = old.reading().clone();
    let mut update = Update::new(old, &corpus.roots(), reading, UpdateMode::Keep);
    let read = FileRead::begin(file.path());
    let mut pages = file.pages(&extractor).hashed();
    let mut change = Some(change);
    for page in pages.by_ref() {
        match page {
            Ok(page) => {
                for outcome in extractor.outcomes(&page).into_iter().flatten() {
                    let outcome = update.push(file, outcome).unwrap();
                    if let Some(article) = outcome.and_then(Outcome::into_article) {
                        writer.add(&article).unwrap();
                    }
                }
            }
            Err(_) => update.fail(file, true),
        }
        if let Some(change) = change.take() {
            change();
        }
    }
    let read = read.end(file.path(), pages.hash());
    update.end(file, &read).unwrap();
    while let Some(outcome) = update.next_held().unwrap() {
        if let Some(article) = outcome.into_article() {
            writer.add(&article).unwrap();
        }
    }
    let finished = update.finish().unwrap();
    writer.commit_with(&finished.catalog.unwrap()).unwrap();
}

#[test]
fn what_changed_while_it_was_read_is_read_again() {
    for change in CHANGES {
        let mut archive = Archive::new();
        archive.write(
            "a.html",
            &page("松原乡通车", "松原乡日前通车，群众出行更方便。", None, ""),
        );
        fs::write(archive.root().join(NAME), feed(300, "清河")).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let index = Index::create(dir.path()).unwrap();
        let corpus = Corpus::new(archive.root());
        let files: Vec<CorpusFile> = corpus.files().map(Result::unwrap).collect();
        let path = archive.root().join(NAME);
        let restless = files.iter().find(|file| file.name() == NAME).unwrap();
        read_while(&index, &corpus, restless, || change.happen(&path));
        assert!(
            Index::verify(dir.path()).unwrap().problems.is_empty(),
            "{change:?}"
        );

        let counts = update(&index, &archive).counts;
        assert_eq!(counts.unchanged, 0, "{change:?}: {counts:?}");
        let found = articles(&index.searcher().unwrap());
        let expected = articles(&fresh(&archive).searcher().unwrap());
        assert_eq!(found, expected, "{change:?}");
        assert!(
            Index::verify(dir.path()).unwrap().problems.is_empty(),
            "{change:?}"
        );
    }
}

#[test]
fn files_that_vanish_between_walking_and_reading_cost_only_themselves() {
    let mut archive = Archive::new();
    for i in 0..4 {
        let text = format!("松原乡第{i}条路日前通车，群众出行更方便。");
        archive.write(
            &format!("{i}.html"),
            &page(&format!("松原乡第{i}条路通车"), &text, None, ""),
        );
    }
    let index = Index::in_memory().unwrap();
    let corpus = Corpus::new(archive.root());
    let files: Vec<CorpusFile> = corpus.files().map(Result::unwrap).collect();
    fs::remove_file(archive.root().join("1.html")).unwrap();
    fs::remove_file(archive.root().join("2.html")).unwrap();
    fs::create_dir(archive.root().join("2.html")).unwrap();
    let extractor = Extractor::new();
    let mut writer = index.writer().unwrap();
    let mut names = Vec::new();
    for page in files.iter().flat_map(|file| file.pages(&extractor)) {
        match page {
            Ok(page) => {
                for outcome in extractor.outcomes(&page).into_iter().flatten() {
                    writer.add(&outcome.into_article().unwrap()).unwrap();
                }
            }
            Err(error) => {
                let path = error.path().unwrap();
                names.push(path.file_name().unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    writer.commit().unwrap();
    assert_eq!(names, ["1.html", "2.html"]);
    assert_eq!(index.searcher().unwrap().n_articles(), 2);
}
