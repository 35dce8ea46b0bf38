//! Whether an index is what was written, and making it so again.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use fangzhi_reprints::Fingerprint;
use tantivy::fastfield::AliveBitSet;
use tantivy::index::SegmentComponent;
use tantivy::{Index as Engine, Segment};

use crate::bodies::Bodies;
use crate::catalog::Catalog;
use crate::commit::{self, Payload, files_of};
use crate::error::{Error, Result};
use crate::generation;
use crate::index::{Core, Index, Rebuild};
use crate::record;
use crate::records::{self, Records};
use crate::resources::Resources;
use crate::seal;
use crate::segment::Snapshot;
use crate::settings::{Settings, WriterOptions};
use crate::storage::Storage;
use crate::stories;

/// What was found wrong with an index, and how much was looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// Articles that were read back.
    pub articles: usize,
    /// Files whose checksums were computed.
    pub files: usize,
    /// What is wrong, a sentence each; none if the index is sound.
    pub problems: Vec<String>,
}

/// What became of an index that was repaired.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Repaired {
    /// Articles that were saved.
    pub saved: usize,
    /// Ids of articles that could not be read, or are missing; empty for one whose id could not be read.
    pub lost: Vec<String>,
    /// Whether the table of source files was saved; if not, every file is new to the next update.
    pub catalog: bool,
}

impl Index {
    /// Checks an index: the checksums of its files, that every article can be read back and is there once, and that the
    /// table of source files names no others.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if there is no index, [`Error::FormatVersion`] if it is of another version, [`Error::Damaged`] if
    /// nothing says which index is the current one; what else is wrong with it is no error, but in the answer.
    pub fn verify(dir: impl AsRef<Path>) -> Result<Verified> {
        let dir = dir.as_ref();
        let mut verified = Verified::default();
        let name = generation::current(dir)?;
        // The engine trusts its files once they are open, so that they are checked before.
        if let Err(error) = check_files(&dir.join(&name), &mut verified) {
            verified.problems.push(error.to_string());
        }
        if !verified.problems.is_empty() {
            return Ok(verified);
        }
        let index = match Self::open(dir) {
            Ok(index) => index,
            Err(error @ (Error::NotFound { .. } | Error::FormatVersion { .. })) => {
                return Err(error);
            }
            Err(error) => {
                verified.problems.push(error.to_string());
                return Ok(verified);
            }
        };
        let searcher = index.searcher()?;
        let core = &searcher.core;
        // Without the phrases hardly any article can be read.
        match core.bodies.check() {
            Ok(there_are) => verified.files += usize::from(there_are),
            Err(error) => {
                verified.problems.push(error.to_string());
                return Ok(verified);
            }
        }
        if let Err(error) = core.lexicon.get() {
            verified.problems.push(error.to_string());
        }
        verified.files += 1;
        if let Err(error) = check_stories(core, &searcher.snapshot) {
            verified.problems.push(error.to_string());
        }
        let stories = &searcher.snapshot.stories;
        let mut ids: HashSet<String> = HashSet::new();
        for article in searcher.articles() {
            match article {
                Ok(article) => {
                    verified.articles += 1;
                    let fingerprint = Fingerprint::of(&article.body_text());
                    if stories.fingerprint(stories::key(&article.id)) != Some(fingerprint) {
                        let problem = format!("the fingerprint of `{}` is another one", article.id);
                        verified.problems.push(problem);
                    }
                    if !ids.insert(article.id.clone()) {
                        let problem = format!("the article `{}` is there twice", article.id);
                        verified.problems.push(problem);
                    }
                }
                Err(error) => verified.problems.push(error.to_string()),
            }
        }
        match commit::read_catalog(core) {
            Err(error) => verified.problems.push(error.to_string()),
            Ok(None) => {}
            Ok(Some(catalog)) => {
                for id in catalog.articles().filter(|id| !ids.contains(id)) {
                    let problem = format!("the article `{id}` of the table of files is missing");
                    verified.problems.push(problem);
                }
            }
        }
        Ok(verified)
    }

    /// Makes a sound index of what can be read of a damaged one, and puts it in its place; the files that gave what is lost
    /// are read again by the next update.
    ///
    /// # Errors
    ///
    /// [`Error::Locked`] if a writer is at work; if nothing that was an index is there, or files cannot be written.
    pub fn repair(dir: impl AsRef<Path>, options: WriterOptions) -> Result<Repaired> {
        let dir = dir.as_ref();
        let name = newest(dir)?;
        let manifest = generation::read_manifest(dir, &name);
        if let Err(error @ Error::FormatVersion { .. }) = manifest {
            return Err(error);
        }
        let path = dir.join(&name);
        let engine = Storage::open_damaged(&path)
            .ok()
            .and_then(|storage| Engine::open(storage).ok());
        let metas = engine.as_ref().and_then(|engine| engine.load_metas().ok());
        let payload = metas.as_ref().and_then(Payload::of);
        let named = payload
            .as_ref()
            .and_then(|payload| payload.resources.clone());
        let resources = named
            .or_else(|| manifest.ok()?.resources)
            .and_then(|kept| Resources::open(&path, &kept).ok());
        let resources = match resources {
            Some(resources) => resources,
            None => {
                tracing::warn!("repaired without the settings, which are damaged");
                Resources::read(Settings::default())?
            }
        };
        let mut rebuild = Index::rebuild_by(dir, resources, options)?;
        let mut repaired = Repaired::default();
        let mut saved = HashSet::new();
        let catalog = read_any_catalog(&path, payload);
        if let (Some(engine), Some(metas)) = (&engine, &metas) {
            let bodies = Bodies::new(Some(path));
            let mut lost = BTreeSet::new();
            let mut segments: Vec<(Segment, Option<AliveBitSet>)> = metas
                .segments
                .iter()
                .map(|meta| engine.segment(meta.clone()))
                .map(|segment| {
                    let alive = alive(&segment);
                    (segment, alive)
                })
                .collect();
            // Where it is not known what was deleted, articles are those of other segments if these have them too.
            segments
                .sort_by_key(|(segment, alive)| segment.meta().has_deletes() && alive.is_none());
            for (segment, alive) in segments {
                save(&segment, alive, &bodies, &rebuild, &mut saved, &mut lost)?;
            }
            repaired.lost.extend(lost);
        }
        repaired.saved = saved.len();
        repaired.catalog = catalog.is_some();
        let catalog = catalog.unwrap_or_default();
        let missing: HashSet<String> = catalog
            .articles()
            .filter(|id| !saved.contains(id))
            .collect();
        let temporary = rebuild.writer().temporary_dir();
        let catalog = catalog.without(|id| missing.contains(id), true, temporary);
        let catalog = catalog.map_err(Error::io("write", dir))?;
        repaired.lost.extend(missing);
        repaired.lost.sort();
        repaired.lost.dedup();
        if repaired.catalog {
            rebuild.writer().commit_with(&catalog)?;
        }
        rebuild.finish()?;
        Ok(repaired)
    }
}

/// Checks the file of fingerprints and stories.
fn check_stories(core: &Core, snapshot: &Snapshot) -> Result<()> {
    let name = Payload::of(&core.engine.load_metas()?).and_then(|payload| payload.reprints);
    let (Some(dir), Some(name)) = (&core.path, name) else {
        return Ok(());
    };
    let path = dir.join(&name);
    let table = stories::read(dir, &name)?;
    table
        .check(&path)
        .map_err(|error| stories::damaged(&path, error))?;
    if table.n_articles() != snapshot.n_articles() {
        return Err(Error::damaged(path, "it is of other articles"));
    }
    Ok(())
}

/// Checks the checksums of the engine's files.
fn check_files(dir: &Path, verified: &mut Verified) -> Result<()> {
    seal::check(dir)?;
    verified.files += 1;
    let engine = Storage::open(dir)
        .map_err(|error| Error::damaged(dir, format!("cannot be opened: {error}")))
        .and_then(|storage| Ok(Engine::open(storage)?))?;
    let metas = engine.load_metas()?;
    let ids: Vec<String> = metas
        .segments
        .iter()
        .map(|meta| meta.id().uuid_string())
        .collect();
    for (name, path) in files_of(dir) {
        let is_of_segment = name
            .split_once('.')
            .is_some_and(|(id, _)| ids.iter().any(|other| other == id));
        // What a writer has begun and not committed is no part of the index.
        if !is_of_segment || commit::is_orphan_of_engine(&name, &metas.segments) {
            continue;
        }
        verified.files += 1;
        let problem = match engine.directory().validate_checksum(Path::new(&name)) {
            Ok(true) => continue,
            Ok(false) => "its checksum is wrong".to_owned(),
            // A merge has replaced it meanwhile.
            Err(_) if !path.exists() => continue,
            Err(error) => error.to_string(),
        };
        verified
            .problems
            .push(Error::damaged(path, problem).to_string());
    }
    Ok(())
}

/// The generation to repair: the current one, or the newest if none is said to be.
fn newest(dir: &Path) -> Result<String> {
    match generation::current(dir) {
        Ok(name) if dir.join(&name).is_dir() => Ok(name),
        Err(error @ Error::Io { .. }) => Err(error),
        _ => generation::newest(dir).ok_or_else(|| Error::NotFound {
            dir: dir.to_owned(),
        }),
    }
}

/// The table of source files of the commit, or if it cannot be read the newest that can.
fn read_any_catalog(dir: &Path, payload: Option<Payload>) -> Option<Catalog> {
    let named = payload.and_then(|payload| payload.catalog);
    if let Some(catalog) = named.and_then(|name| commit::read_named(dir, &name).ok()) {
        return Some(catalog);
    }
    let mut others: Vec<String> = files_of(dir)
        .map(|(name, _)| name)
        .filter(|name| commit::CATALOGS.is(name))
        .collect();
    others.sort();
    let readable = |name: &String| commit::read_named(dir, name).ok();
    others.iter().rev().find_map(readable)
}

/// What reading a damaged file gives; the engine may panic at what it finds.
fn guarded<T>(read: impl FnOnce() -> Option<T>) -> Option<T> {
    let read = std::panic::AssertUnwindSafe(read);
    std::panic::catch_unwind(read).ok().flatten()
}

/// Which articles of a segment were not deleted; `None` if all, or if it cannot be read.
fn alive(segment: &Segment) -> Option<AliveBitSet> {
    if !segment.meta().has_deletes() {
        return None;
    }
    let file = segment.open_read(SegmentComponent::Delete).ok()?;
    guarded(|| Some(AliveBitSet::open(file.read_bytes().ok()?)))
}

/// Adds the articles of a segment that can be read to the new index.
fn save(
    segment: &Segment,
    alive: Option<AliveBitSet>,
    bodies: &Bodies,
    rebuild: &Rebuild,
    saved: &mut HashSet<String>,
    lost: &mut BTreeSet<String>,
) -> Result<()> {
    let meta = segment.meta();
    let open = || {
        let file = segment.open_read(records::component()).ok()?;
        guarded(|| Records::open(&file).ok())
    };
    let Some(records) = open() else {
        tracing::warn!(segment = meta.id().uuid_string(), "no article can be read");
        return Ok(());
    };
    for doc in 0..meta.max_doc() {
        if alive.as_ref().is_some_and(|alive| !alive.is_alive(doc)) {
            continue;
        }
        let Some(record) = records.get(doc).filter(|record| !record.is_empty()) else {
            lost.insert(String::new());
            continue;
        };
        match record::article(record, bodies) {
            Some(article) if saved.insert(article.id.clone()) => rebuild.add(&article)?,
            Some(_) => {}
            None => {
                let display = record::display(record);
                lost.insert(display.map(|display| display.id).unwrap_or_default());
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use fangzhi_ingest::{Article, Block};

    use super::*;

    /// An index of so many articles that phrases are learned from them.
    fn index(dir: &Path) -> usize {
        const N_ARTICLES: usize = 300;
        let writer = Index::create(dir).unwrap().writer();
        let mut writer = writer.unwrap();
        for id in 0..N_ARTICLES {
            let mut article = Article::default();
            article.id = id.to_string();
            let text = format!("{id}日，我市召开文明城市创建工作会议。");
            article.body = vec![Block::Paragraph {
                text: text.repeat(24),
            }];
            writer.add(&article).unwrap();
        }
        writer.commit().unwrap();
        writer.finish().unwrap();
        N_ARTICLES
    }

    #[test]
    fn damaged_phrases_are_found_and_what_they_cost_is_named() {
        for damage in [
            |path: &Path| fs::remove_file(path).unwrap(),
            |path: &Path| {
                let mut bytes = fs::read(path).unwrap();
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
                fs::write(path, bytes).unwrap();
            },
        ] {
            let dir = tempfile::tempdir().unwrap();
            let n_articles = index(dir.path());
            let verified = Index::verify(dir.path()).unwrap();
            assert_eq!(verified.problems, [] as [&str; 0]);
            assert_eq!(verified.articles, n_articles);
            damage(&dir.path().join("gen-1/bodies.dict"));
            assert!(!Index::verify(dir.path()).unwrap().problems.is_empty());
            let repaired = Index::repair(dir.path(), WriterOptions::default()).unwrap();
            assert_eq!((repaired.saved, repaired.lost.len()), (0, n_articles));
            assert!(repaired.lost.contains(&"7".to_owned()));
            assert_eq!(Index::verify(dir.path()).unwrap().problems, [] as [&str; 0]);
        }
    }
}
