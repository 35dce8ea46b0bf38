//! Articles that hold terms cut by a dictionary that has changed, or places that are found no more.

use fangzhi_ingest::Article;
use fangzhi_segmentation::Layer;
use tantivy::DocId;

use crate::analysis::Analyzer;
use crate::error::{Error, Result};
use crate::places::lineage;
use crate::record;
use crate::searcher::Searcher;
use crate::segment::Segment;

impl Searcher {
    /// Hands out the articles whose words another analysis cuts otherwise, or in which it finds other places.
    ///
    /// Where the dictionary that the articles were cut by cannot be had any more, since another version of the program
    /// cut them by other built-in words, those are all.
    pub(crate) fn for_each_stale(
        &self,
        analyzer: &Analyzer,
        mut sink: impl FnMut(Article) -> Result<()>,
    ) -> Result<()> {
        let before = &self.core.analyzer;
        let is_known = before.fingerprint() == self.core.resources.fingerprint;
        let cuts_otherwise = !is_known || analyzer.fingerprint() != before.fingerprint();
        let tags_otherwise = analyzer.places().fingerprint() != before.places().fingerprint();
        if !cuts_otherwise && !tags_otherwise {
            return Ok(());
        }
        for segment in &self.snapshot.segments {
            for doc in segment.reader.doc_ids_alive() {
                let record = segment.record(doc)?;
                let damaged =
                    || Error::Engine(format!("the stored record of article {doc} is damaged"));
                let (display, body) =
                    record::with_body(record, &self.core.bodies).ok_or_else(damaged)?;
                let title = display.title.unwrap_or_default();
                let is_cut_otherwise = || {
                    let mut texts = [title.as_str(), &body].into_iter();
                    !is_known || texts.any(|text| words(before, text) != words(analyzer, text))
                };
                let has_words = cuts_otherwise && is_cut_otherwise();
                if !has_words && !tags_otherwise {
                    continue;
                }
                let article = record::article(record, &self.core.bodies).ok_or_else(damaged)?;
                if has_words || is_tagged_otherwise(segment, doc, analyzer, &article)? {
                    sink(article)?;
                }
            }
        }
        Ok(())
    }
}

/// Whether an analysis finds other places in an article than are kept with it.
fn is_tagged_otherwise(
    segment: &Segment,
    doc: DocId,
    analyzer: &Analyzer,
    article: &Article,
) -> Result<bool> {
    let tags = analyzer.places().tag(article, &article.body_text())?;
    let about = tags.about.iter().map(lineage);
    let home = tags.published_from.iter().map(lineage);
    let (kept_about, kept_home) = (segment.regions(doc)?, segment.home(doc)?);
    let same_about = about.eq(kept_about.iter().map(|it| it.lineage.as_str()));
    let same_home = home.eq(kept_home.iter().map(|it| it.lineage.as_str()));
    Ok(!same_about || !same_home)
}

/// Where the words of a text begin and end, in bytes.
fn words(analyzer: &Analyzer, text: &str) -> Vec<(usize, usize)> {
    let mut words = Vec::new();
    analyzer.with_worker(|worker| {
        worker.for_each(Layer::Words, text, |token| {
            words.push((token.start, token.end));
        });
    });
    words
}
