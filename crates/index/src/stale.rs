//! Articles that hold terms cut by a dictionary that has changed.

use fangzhi_ingest::Article;
use fangzhi_segmentation::Layer;

use crate::analysis::Analyzer;
use crate::bodies::Unpacker;
use crate::error::{Error, Result};
use crate::record;
use crate::searcher::Searcher;

impl Searcher {
    /// Hands out the articles whose words another analysis cuts otherwise.
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
        if is_known && analyzer.fingerprint() == before.fingerprint() {
            return Ok(());
        }
        let mut unpacker = Unpacker::new(&self.core.bodies);
        for segment in &self.snapshot.segments {
            for doc in segment.reader.doc_ids_alive() {
                let record = segment.record(doc)?;
                let damaged =
                    || Error::Engine(format!("the stored record of article {doc} is damaged"));
                let (display, body) =
                    record::with_body(&record, &mut unpacker).ok_or_else(damaged)?;
                let title = display.title.unwrap_or_default();
                let is_stale = !is_known
                    || [title.as_str(), &body]
                        .iter()
                        .any(|text| words(before, text) != words(analyzer, text));
                if is_stale {
                    sink(record::article(&record, &mut unpacker).ok_or_else(damaged)?)?;
                }
            }
        }
        Ok(())
    }
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
