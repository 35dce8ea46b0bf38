#![cfg(unix)]

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;

use proptest::prelude::*;
use tempfile::TempDir;
use walkdir::WalkDir;

use super::*;
use crate::corpus::CorpusRoot;

const NAMES: [&str; 8] = ["a", "b", "a.b", "A", "a-", "城", "城市", ".h"];
const TARGETS: [&str; 9] = [
    ".", "..", "../..", "a", "a/b", "../a", "../城/b", ".h", "nowhere",
];

#[derive(Debug, Clone)]
enum What {
    File,
    Directory,
    Socket,
    Link(&'static str),
}

/// A directory with a few more above it that have nothing else, so that links out of it lead to nothing large.
fn tree(entries: &[(Vec<&'static str>, What)]) -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("x/y/root");
    fs::create_dir_all(&root).unwrap();
    for (parts, what) in entries {
        let path = root.join(parts.iter().collect::<PathBuf>());
        // What cannot be made, since something else has its name, is left out.
        let _ = fs::create_dir_all(path.parent().unwrap()).and_then(|()| match what {
            What::File => File::create_new(&path).map(drop),
            What::Directory => fs::create_dir(&path),
            What::Socket => UnixListener::bind(&path).map(drop),
            What::Link(target) => symlink(target, &path),
        });
    }
    (dir, root)
}

fn any_entry() -> impl Strategy<Value = (Vec<&'static str>, What)> {
    let parts = prop::collection::vec(prop::sample::select(NAMES.to_vec()), 1..5);
    let what = prop_oneof![
        6 => Just(What::File),
        2 => Just(What::Directory),
        1 => Just(What::Socket),
        3 => prop::sample::select(TARGETS.to_vec()).prop_map(What::Link),
    ];
    (parts, what)
}

/// A path, and the name of the error where it is one.
type Met = (PathBuf, Option<&'static str>);

fn met(walked: Result<PathBuf>) -> Met {
    match walked {
        Ok(path) => (path, None),
        Err(error) => (error.path().unwrap().to_owned(), Some(error.kind().name())),
    }
}

fn walk(root: &Path, limit: usize, scratch: &Path) -> Vec<Met> {
    let mut walk = Walk::with_limit(root.to_owned(), limit, scratch.to_owned());
    let mut found = Vec::new();
    while let Some(walked) = walk.next() {
        found.push(met(walked));
        let held = walk.levels.iter().map(|level| level.held_above).max();
        assert!(held <= Some(limit) || walk.scratch.has_failed(), "{held:?}");
    }
    assert_eq!(walk.scratch.end(), 0);
    found
}

/// The same by a walk that keeps all names of a directory in memory.
fn reference(root: &Path) -> Vec<Met> {
    let is_hidden = |path: &Path| {
        let name = path.file_name().unwrap().as_encoded_bytes();
        path != root && name.starts_with(b".")
    };
    let mut walk = WalkDir::new(root)
        .follow_links(true)
        .sort_by_key(|entry| (entry.path().is_dir(), entry.file_name().to_owned()))
        .into_iter();
    let mut found = Vec::new();
    while let Some(entry) = walk.next() {
        match entry {
            Ok(entry) if is_hidden(entry.path()) => {
                if entry.file_type().is_dir() {
                    walk.skip_current_dir();
                }
            }
            Ok(entry) if entry.file_type().is_dir() => {}
            Ok(entry) => {
                let error = (!entry.file_type().is_file()).then_some("special");
                found.push((entry.into_path(), error));
            }
            Err(error) if error.loop_ancestor().is_some() => {}
            Err(error) if is_hidden(error.path().unwrap()) => {}
            Err(error) => found.push((error.path().unwrap().to_owned(), Some("io"))),
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_tree_is_walked_as_if_all_names_were_in_memory(
        entries in prop::collection::vec(any_entry(), 0..16),
        start in prop::sample::select(vec!["", "a", ".h", "a/城", "nowhere"]),
    ) {
        let (dir, root) = tree(&entries);
        let root = match start {
            "" => root,
            start => root.join(start),
        };
        let expected = reference(&root);
        for (limit, scratch) in [(1, dir.path()), (50, dir.path()), (1, Path::new("nowhere")), (LIMIT, dir.path())] {
            prop_assert_eq!(&walk(&root, limit, scratch), &expected);
        }
        let below: Vec<&Path> = expected.iter().map(|(path, _)| path.strip_prefix(&root).unwrap()).collect();
        prop_assert!(below.is_sorted_by(|a, b| CorpusRoot::order(a, b).is_le()), "{:?}", below);
    }
}

#[test]
fn what_happens_to_a_directory_while_it_is_walked_is_its_own_error() {
    type Event<'e> = &'e dyn Fn(&Path, &Walk);
    let entries = ["a", "b/b", "城/a"].map(|path| (path.split('/').collect(), What::File));
    let gone = |root: &Path, _: &Walk| fs::remove_dir_all(root.join("b")).unwrap();
    let replaced = |root: &Path, walk: &Walk| {
        gone(root, walk);
        File::create(root.join("b")).unwrap();
    };
    let names_gone = |_: &Path, walk: &Walk| walk.scratch.cut();
    let cases: [(Event<'_>, Vec<_>); 3] = [
        (&gone, vec![("b", Some("io")), ("城/a", None)]),
        (&replaced, vec![("b", Some("io")), ("城/a", None)]),
        (&names_gone, vec![(".", Some("io"))]),
    ];
    for (i, (event, expected)) in cases.into_iter().enumerate() {
        let (dir, root) = tree(&entries);
        let mut walk = Walk::with_limit(root.clone(), 1, dir.path().to_owned());
        assert_eq!(met(walk.next().unwrap()), (root.join("a"), None), "{i}");
        event(&root, &walk);
        let found: Vec<Met> = walk.map(met).collect();
        let at_root = |(path, error)| (root.join(path), error);
        let expected: Vec<Met> = expected.into_iter().map(at_root).collect();
        assert_eq!(found, expected, "{i}");
    }
}
