//! What holds of any bytes that are read as one of the index's own files; the fuzz targets and `cargo test` run the same
//! functions.
//!
//! Damage alone is found by the checksums. So that the rest is looked at too, what follows may also be wrapped up with a
//! checksum that is right: that is a file which somebody made on purpose.

use std::path::Path;

use fangzhi_ingest::Corpus;
use tantivy::Directory as _;
use tantivy::directory::{OwnedBytes, RamDirectory};

use crate::backup::{Backup, Commit};
use crate::catalog::{self, Catalog, Reading};
use crate::commit::{self, Payload};
use crate::generation::Manifest;
use crate::resources;
use crate::seal::{LIST, read, read_damaged, seal, unseal};
use crate::update::{Update, UpdateMode};

/// Reads a table of source files; if the first byte is odd, what follows are the numbers of rows of files and of pages, two
/// bytes that say how many the rows of files take, and the rows, which are wrapped up.
///
/// # Panics
///
/// A law is broken.
pub fn catalog(bytes: &[u8]) {
    let [how, n_files, n_pages, low, high, rest @ ..] = bytes else {
        return;
    };
    let file = if how % 2 == 0 {
        rest.to_vec()
    } else {
        let middle = usize::from(u16::from_le_bytes([*low, *high])).min(rest.len());
        let (files, pages) = rest.split_at(middle);
        catalog::wrap((files, *n_files), (pages, *n_pages)).expect("memory is there")
    };
    let Ok(catalog) = catalog::decode(OwnedBytes::new(file)) else {
        return;
    };
    let again = |catalog: &Catalog| {
        let written = catalog.without(|_| false, false, None);
        written.expect("memory is there")
    };
    let once = again(&catalog);
    assert_eq!(again(&once), once);
    let bytes = OwnedBytes::new(once.bytes().to_vec());
    assert_eq!(catalog::decode(bytes).as_ref(), Ok(&once));
    use_catalog(&catalog);
}

/// Everything that is done with a catalog before a file is read.
fn use_catalog(catalog: &Catalog) {
    let _ = (catalog.n_articles(), catalog.n_failed());
    let _ = catalog.articles().next().map(|id| catalog.file_of(&id));
    let _ = catalog.roots().count();
    let detached = catalog.without(|id| id.len() % 2 == 0, true, None);
    let _ = detached.expect("memory is there");
    for roots in [Vec::new(), Corpus::new("/no/such/place").roots()] {
        for mode in [UpdateMode::Keep, UpdateMode::Prune, UpdateMode::Equal] {
            let mut update = Update::new(catalog.clone(), &roots, Reading::default(), mode);
            let _ = update.second_round(&roots);
            let _ = update.checkpoint();
            let _ = update.finish();
        }
    }
}

/// Reads one of the small files of a generation: the first byte says which, and if it is odd the rest is wrapped up.
///
/// # Panics
///
/// A law is broken.
pub fn commit(bytes: &[u8]) {
    let Some((how, rest)) = bytes.split_first() else {
        return;
    };
    let wrapped = how % 2 == 1;
    match how / 2 % 4 {
        0 => list(rest, wrapped),
        1 => manifest(rest, wrapped),
        2 => analysis(rest, wrapped),
        _ => {
            if let Ok(json) = std::str::from_utf8(rest) {
                let _ = Payload::read(json);
            }
            let _ = Backup::parse(Path::new("backup"), rest);
        }
    }
}

/// The engine's list of segments, which says what was committed.
fn list(bytes: &[u8], wrapped: bool) {
    let file = match wrapped {
        false => bytes.to_vec(),
        true => match seal(bytes) {
            Ok(file) => file,
            Err(_) => return,
        },
    };
    let Ok(plain) = unseal(&file) else {
        assert!(!wrapped, "what was sealed is whole");
        return;
    };
    assert_eq!(
        seal(&plain).as_ref().ok(),
        Some(&file),
        "there is one way to seal"
    );
    let _ = serde_json::from_slice::<Commit>(&plain).map(|commit| commit.names_of(&[]));
    for list in [read(&file), read_damaged(bytes)].into_iter().flatten() {
        let directory = RamDirectory::create();
        directory
            .atomic_write(Path::new(LIST), &list)
            .expect("memory is there");
        let engine = tantivy::Index::open(directory);
        let Ok(metas) = engine.and_then(|engine| engine.load_metas()) else {
            continue;
        };
        let _ = Payload::of(&metas);
        let name = "0123456789abcdef0123456789abcdef.7.del";
        let _ = commit::is_orphan_of_engine(name, &metas.segments);
    }
}

fn manifest(bytes: &[u8], wrapped: bool) {
    let Ok(json) = std::str::from_utf8(bytes) else {
        return;
    };
    let dir = Path::new("gen-1");
    let json = match wrapped {
        false => json.to_owned(),
        true => match Manifest::wrap(json) {
            Some(json) => json,
            None => return,
        },
    };
    if let Ok(manifest) = Manifest::parse(dir, dir, &json) {
        assert_eq!(Manifest::wrap(&json), Some(json), "{manifest:?}");
    }
}

/// The copies of dictionaries, synonyms and stop words.
fn analysis(bytes: &[u8], wrapped: bool) {
    let file = match wrapped {
        false => bytes.to_vec(),
        true => resources::wrap(bytes),
    };
    if let Some(resources) = resources::decode(&file) {
        let again = resources::encode(&resources);
        assert_eq!(resources::decode(&again).as_ref(), Some(&resources));
        let _ = resources.dictionary();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Index, Writer};
    use fangzhi_ingest::Article;
    use std::fs;

    /// An index with a commit, a list of deletions and a catalog.
    fn index() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let words = dir.path().join("words.txt");
        fs::write(&words, "海城云端 3\n").unwrap();
        let settings = crate::Settings {
            dictionaries: vec![words.clone()],
            stop_words: vec![words],
            ..crate::Settings::default()
        };
        let index = Index::create_with(dir.path().join("index"), settings).unwrap();
        let mut writer: Writer = index.writer().unwrap();
        for id in ["a", "b"] {
            let mut article = Article::default();
            article.id = id.to_owned();
            article.title = Some("海城云端".to_owned());
            writer.add(&article).unwrap();
        }
        writer.commit_with(&Catalog::default()).unwrap();
        writer.delete("a").unwrap();
        writer.commit().unwrap();
        writer.finish().unwrap();
        dir
    }

    /// The files of the generation whose names begin so.
    fn file(dir: &tempfile::TempDir, prefix: &str) -> Vec<u8> {
        let generation = dir.path().join("index/gen-1");
        let (_, path) = commit::files_of(&generation)
            .find(|(name, _)| name.starts_with(prefix))
            .unwrap();
        fs::read(path).unwrap()
    }

    /// Hands over the file whole, cut short anywhere, with each byte changed, and with numbers and marks put in.
    fn damage(file: &[u8], how: &[u8], check: impl Fn(&[u8])) {
        let case = |file: &[u8]| check(&[how, file].concat());
        case(file);
        let step = file.len() / 400 + 1;
        for at in (0..file.len()).step_by(step) {
            case(&file[..at]);
            let mut changed = file.to_vec();
            for byte in [0, b'0', b'9', b'-', b'"', 0x7f, 0x80, 0xff] {
                changed[at] = byte;
                case(&changed);
            }
            for more in ["99999999999999999999", "-1", "null", "[[[[", "\0"] {
                let (before, after) = file.split_at(at);
                case(&[before, more.as_bytes(), after].concat());
            }
        }
    }

    #[test]
    fn small_files_by_whatever_hand_do_no_harm() {
        let dir = index();
        let list = unseal(&file(&dir, LIST)).unwrap();
        damage(&file(&dir, LIST), &[0], commit);
        damage(&list, &[1], commit);
        let json = file(&dir, "manifest.json");
        damage(&json, &[2], commit);
        damage(&json, &[3], commit);
        let analysis = file(&dir, "analysis-");
        damage(&analysis, &[4], commit);
        damage(&analysis[12..], &[5], commit);
        damage(
            br#"{"committed_at":"x","catalog":"catalog-1.fz","unlisted":3}"#,
            &[6],
            commit,
        );
        damage(
            br#"{"format_version":3,"created":"x","files":[{"path":"gen-1/a","size":3,"blake3":"00"}]}"#,
            &[6],
            commit,
        );
    }

    #[test]
    fn a_field_that_is_there_twice_is_found_before_the_engine_panics() {
        let dir = index();
        let list = String::from_utf8(unseal(&file(&dir, LIST)).unwrap()).unwrap();
        let twice = list.replace("\"name\": \"editor\"", "\"name\": \"author\"");
        assert_ne!(twice, list);
        commit(&[&[1][..], twice.as_bytes()].concat());
    }

    #[test]
    fn tables_of_files_by_whatever_hand_do_no_harm() {
        let dir = index();
        damage(&file(&dir, "catalog-"), &[0; 5], catalog);
        let (files, pages) = catalog::sample_rows();
        let middle = (files.len() as u16).to_le_bytes();
        let rows = [files, pages].concat();
        damage(&rows, &[1, 3, 3, middle[0], middle[1]], catalog);
    }
}
