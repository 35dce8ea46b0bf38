//! All articles of an index, read back one by one.

use fangzhi_ingest::Article;
use tantivy::DocId;

use crate::error::{Error, Result};
use crate::record;
use crate::searcher::Searcher;

impl Searcher {
    /// All articles as they were added, in order of their ids (by bytes).
    ///
    /// An article that cannot be read is an [`Error::Article`], and the rest goes on.
    pub fn articles(&self) -> impl Iterator<Item = Result<Article>> + '_ {
        self.places()
            .into_iter()
            .map(move |(id, segment, doc)| self.read(&id, segment, doc))
    }

    /// The ids of all articles in order (by bytes); an article whose record is damaged has an empty one.
    #[must_use]
    pub fn ids(&self) -> Vec<String> {
        self.places().into_iter().map(|(id, _, _)| id).collect()
    }

    /// The id of each article and where it is, in order.
    fn places(&self) -> Vec<(String, usize, DocId)> {
        let mut places = Vec::with_capacity(self.n_articles());
        for (number, segment) in self.snapshot.segments.iter().enumerate() {
            for doc in (0..segment.reader.max_doc()).filter(|doc| segment.is_alive(*doc)) {
                let record = segment.record(doc).ok();
                let display = record.and_then(record::display);
                let id = display.map(|display| display.id).unwrap_or_default();
                places.push((id, number, doc));
            }
        }
        places.sort_unstable();
        places
    }

    fn read(&self, id: &str, segment: usize, doc: DocId) -> Result<Article> {
        let damaged = |reason: String| Error::Article {
            id: id.to_owned(),
            reason,
        };
        let record = self.snapshot.segments[segment]
            .record(doc)
            .map_err(|error| damaged(error.to_string()))?;
        let article = record::article(record, &self.core.bodies);
        article.ok_or_else(|| damaged("its record is damaged".to_owned()))
    }
}
