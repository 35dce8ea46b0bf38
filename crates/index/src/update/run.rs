//! An update from beginning to end, in one thread.

use std::path::PathBuf;

use fangzhi_ingest::{Corpus, CorpusFile, ErrorKind, Extractor};

use super::{Update, UpdateCounts, UpdateMode};
use crate::catalog::{FileRead, Reading};
use crate::error::Result;
use crate::writer::Writer;

/// What an update is to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UpdateOptions {
    /// What becomes of what is in the index and not in the corpus. By default, [`UpdateMode::Keep`].
    pub mode: UpdateMode,
    /// Where alone to look for changes, at or below the corpus's paths; everywhere if there are none. By default, none.
    pub only: Vec<PathBuf>,
}

/// What an update did.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct UpdateSummary {
    /// Articles added or put in the place of others.
    pub added: usize,
    /// Articles deleted.
    pub deleted: usize,
    /// How many files were found in which state.
    pub counts: UpdateCounts,
    /// What could not be read.
    pub errors: Vec<fangzhi_ingest::Error>,
}

impl Writer {
    /// Makes the index equal to a corpus, reading only files that are new or have changed since the last time, and commits.
    ///
    /// The corpus must have the paths of the last time; further ones may follow.
    ///
    /// # Errors
    ///
    /// If files of the index cannot be read or written. What cannot be read of the corpus is in the summary.
    pub fn update(
        &mut self,
        corpus: &Corpus,
        extractor: &Extractor,
        options: &UpdateOptions,
    ) -> Result<UpdateSummary> {
        let old = self.catalog()?.unwrap_or_default();
        let reading = Reading {
            fingerprint: extractor.fingerprint(),
            ..old.reading().clone()
        };
        let roots = corpus.roots();
        let update = Update::new(old, &roots, reading, options.mode);
        let mut update = update.keep_in(self.temporary_dir());
        update.only(options.only.clone());
        let scan = update.scan();
        let mut summary = UpdateSummary::default();
        let walked = options
            .only
            .iter()
            .fold(corpus.clone(), |corpus, path| corpus.only(path));
        for file in walked.files() {
            match file {
                Ok(file) if !scan.wants(&file) => {}
                Ok(file) => self.read(&file, extractor, &mut update, &mut summary)?,
                Err(error) => {
                    update.walk_failed(&error);
                    summary.errors.push(error);
                }
            }
        }
        for file in update.second_round(&roots)? {
            self.read(&file, extractor, &mut update, &mut summary)?;
        }
        while let Some(outcome) = update.next_held()? {
            if let Some(article) = outcome.into_article() {
                self.add(&article)?;
                summary.added += 1;
            }
        }
        let finished = update.finish()?;
        for id in &finished.deleted {
            self.delete(id)?;
        }
        summary.deleted = finished.deleted.len();
        summary.counts = finished.counts;
        if let Some(catalog) = &finished.catalog {
            self.commit_with(catalog)?;
        }
        Ok(summary)
    }

    fn read(
        &mut self,
        file: &CorpusFile,
        extractor: &Extractor,
        update: &mut Update,
        summary: &mut UpdateSummary,
    ) -> Result<()> {
        let read = FileRead::begin(file.path());
        let mut pages = file.pages(extractor).hashed();
        let mut fail = |update: &mut Update, error: fangzhi_ingest::Error| {
            update.fail(file, matches!(error.kind(), ErrorKind::Io(_)));
            summary.errors.push(error);
        };
        for page in pages.by_ref() {
            let page = match page {
                Ok(page) => page,
                Err(error) => {
                    fail(update, error);
                    continue;
                }
            };
            for outcome in extractor.outcomes(&page) {
                match outcome {
                    Ok(outcome) => {
                        let outcome = update.push(file, outcome)?;
                        if let Some(article) =
                            outcome.and_then(fangzhi_ingest::Outcome::into_article)
                        {
                            self.add(&article)?;
                            summary.added += 1;
                        }
                    }
                    Err(error) => fail(update, error),
                }
            }
        }
        update.end(file, &read.end(file.path(), pages.hash()))
    }
}
