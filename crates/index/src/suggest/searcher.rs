//! The questions a searcher answers from the lexicon.

use crate::compile::Compiler;
use crate::error::Result;
use crate::filter::SegmentFilter;
use crate::hit::Suggestion;
use crate::matches::Matches;
use crate::query::{Clause, Node, Occur};
use crate::rank::Reach;
use crate::searcher::Searcher;

use super::{Completion, Occurrences, corrections};

/// The most corrections of one query.
const MAX_SUGGESTIONS: usize = 3;

impl Searcher {
    /// Completes what is being typed from the words, names and headlines of the index, at
    /// most `limit` of them: the most frequent words, then the newest headlines.
    ///
    /// `typed` may be a text (`文明`), its pinyin (`wenmingch`), the initials of its pinyin
    /// (`wmcs`), or the one and then the other (`文明cs`).
    ///
    /// # Errors
    ///
    /// If files of the index cannot be read.
    pub fn complete(&self, typed: &str, limit: usize) -> Result<Vec<Completion>> {
        let Some(lexicon) = self.core.lexicon.get()? else {
            return Ok(Vec::new());
        };
        let is_there = |article: &str| {
            self.snapshot
                .find(article)
                .is_ok_and(|found| found.is_some())
        };
        Ok(lexicon.complete(typed, limit, is_there))
    }

    /// Offers other spellings of a query whose words the index does not have: words that
    /// sound the same, that differ by a character, and Chinese for pinyin.
    ///
    /// None of them is searched for unless the caller does so.
    ///
    /// # Errors
    ///
    /// If files of the index cannot be read.
    pub fn suggest(&self, query: &str) -> Result<Vec<Suggestion>> {
        let Some(lexicon) = self.core.lexicon.get()? else {
            return Ok(Vec::new());
        };
        let suggestion = |correction: super::Correction| Suggestion {
            text: correction.text,
            articles: correction.articles,
        };
        Ok(corrections(&lexicon, query, self, MAX_SUGGESTIONS)
            .into_iter()
            .map(suggestion)
            .collect())
    }

    fn count(&self, text: &str) -> Result<usize> {
        let phrase = Node::Phrase {
            text: text.to_owned(),
            slop: 0,
        };
        let must = Node::Group {
            clauses: vec![Clause {
                occur: Occur::Must,
                node: phrase,
            }],
        };
        let compiler = Compiler {
            analyzer: &self.core.analyzer,
            fields: &self.core.fields,
        };
        let filters = SegmentFilter::none(&self.snapshot);
        let asks = compiler.compile(&must);
        Ok(Matches::find(asks, (Reach::All, 0), &filters, &self.snapshot)?.total)
    }
}

impl Occurrences for Searcher {
    /// A text that cannot be looked up counts as not there: a suggestion less.
    fn articles_with(&self, text: &str) -> usize {
        self.count(text).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use fangzhi_ingest::{Article, Block};

    use crate::index::Index;
    use crate::settings::{Settings, WriterOptions};

    fn article(id: &str, title: &str, body: &str) -> Article {
        let mut article = Article::default();
        article.id = id.to_owned();
        article.title = Some(title.to_owned());
        article.source = Some("海城日报".to_owned());
        article.body = vec![Block::Paragraph {
            text: body.to_owned(),
        }];
        article
    }

    fn articles() -> [Article; 3] {
        [
            article(
                "a1",
                "文明城市创建走进社区",
                "志愿者走上街头，宣传文明城市创建。",
            ),
            article("a2", "春耕备耕忙", "农业农村局指导春耕，农机手检修农机。"),
            article("a3", "防汛演练", "水利部门开展防汛演练。"),
        ]
    }

    fn completed(index: &Index, typed: &str) -> Vec<String> {
        let completions = index.searcher().unwrap().complete(typed, 10).unwrap();
        completions
            .into_iter()
            .map(|completion| completion.text)
            .collect()
    }

    fn suggested(index: &Index, query: &str) -> Vec<(String, usize)> {
        let suggestions = index.searcher().unwrap().suggest(query).unwrap();
        suggestions
            .into_iter()
            .map(|suggestion| (suggestion.text, suggestion.articles))
            .collect()
    }

    #[test]
    fn an_index_in_memory_completes_and_corrects() {
        let index = Index::in_memory().unwrap();
        assert_eq!(completed(&index, "文明"), [""; 0]);
        let mut writer = index.writer().unwrap();
        for article in articles() {
            writer.add(&article).unwrap();
        }
        writer.commit().unwrap();
        let wmcs = completed(&index, "wmcs");
        assert_eq!(wmcs, ["文明城市", "文明城市创建走进社区"]);
        assert_eq!(completed(&index, "hcrb"), ["海城日报"]);
        assert_eq!(suggested(&index, "文明成市"), [("文明城市".to_owned(), 1)]);
        assert_eq!(
            suggested(&index, "春更 备耕"),
            [("春耕 备耕".to_owned(), 1)]
        );
        assert_eq!(suggested(&index, "文明城市"), []);
        let results = index
            .searcher()
            .unwrap()
            .search(&"文明成市".into())
            .unwrap();
        assert_eq!(results.suggestions[0].text, "文明城市");

        // An article that is gone has no headline to offer.
        writer.delete("a1").unwrap();
        writer.commit().unwrap();
        assert!(!completed(&index, "文明").contains(&"文明城市创建走进社区".to_owned()));
    }

    #[test]
    fn an_index_on_disk_keeps_headlines_over_writers() {
        let dir = tempfile::tempdir().unwrap();
        let [first, second, third] = articles();
        let mut rebuild =
            Index::rebuild(dir.path(), Settings::default(), WriterOptions::default()).unwrap();
        rebuild.writer().add(&first).unwrap();
        rebuild.finish().unwrap();
        let index = Index::open(dir.path()).unwrap();
        assert_eq!(completed(&index, "文明城市创"), ["文明城市创建走进社区"]);
        for article in [second, third] {
            let mut writer = index.writer().unwrap();
            writer.add(&article).unwrap();
            writer.commit().unwrap();
        }
        assert_eq!(completed(&index, "文明城市创"), ["文明城市创建走进社区"]);
        assert_eq!(completed(&index, "春耕备"), ["春耕备耕忙"]);
        assert_eq!(completed(&index, "fxyl"), ["防汛演练"]);
    }
}
