//! Articles like another.

use std::collections::HashMap;
use std::time::Instant;

use fangzhi_ingest::Article;
use fangzhi_segmentation::Layer;

use crate::bm25;
use crate::error::{Error, Result};
use crate::filter::SegmentFilter;
use crate::highlight::Needles;
use crate::hit::{Hit, Results};
use crate::layers::LayerKind;
use crate::matches::Matches;
use crate::query::Node;
use crate::rank::{Ask, Reach, Scope, Text};
use crate::request::Query;
use crate::searcher::{Searcher, today};

/// How many of an article's words stand for it.
const N_WORDS: usize = 20;
/// How much more a word of the headline counts.
const TITLE_FACTOR: f32 = 3.0;

impl Searcher {
    /// Finds articles like the one of this id, the most alike first, at most `limit` of them.
    ///
    /// They are searched for by the words that tell the article from others; its headline's count most.
    /// Neither the article itself nor its reprints are among them, and of what several carry one.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownArticle`] if there is no such article; else if files of the index cannot be read.
    pub fn related(&self, id: &str, limit: usize) -> Result<Results> {
        let begun = Instant::now();
        let unknown = || Error::UnknownArticle { id: id.to_owned() };
        let (segment, doc) = self.snapshot.find(id)?.ok_or_else(unknown)?;
        let article = self.article(id)?.ok_or_else(unknown)?;
        let words = self.telling_words(&article).join(" ");
        let mut ask = Ask::new(Scope::Article);
        ask.text = Text::new(&words, &self.core.analyzer);
        let filters = SegmentFilter::none(&self.snapshot);
        let mut matches = Matches::find(
            vec![ask],
            (Reach::Any, usize::MAX),
            &filters,
            &self.snapshot,
        )?;
        // Reprints of the article itself are no other articles.
        let story = self.snapshot.story(segment, doc);
        matches.candidates.retain(|it| {
            it.entry.has != 0 && self.snapshot.story(it.segment, it.entry.doc) != story
        });
        let total = matches.candidates.len();
        let query = Query::new(words.as_str()).limit(limit);
        let candidates = std::mem::take(&mut matches.candidates);
        let (best, _) = self.most_relevant(candidates, &matches, &query, today())?;
        let text = Node::Text { text: words };
        let needles = Needles::new(Some(&text), &self.core.analyzer);
        let mut hits: Vec<Hit> = self.hits(best, &matches, &needles, &query, today())?;
        for hit in &mut hits {
            // Nobody asked for these words.
            hit.missing.clear();
        }
        Ok(Results {
            hits,
            total,
            stories: None,
            took: begun.elapsed(),
            relaxed: None,
            facets: Vec::new(),
            suggestions: Vec::new(),
            problems: Vec::new(),
            ambiguous: Vec::new(),
        })
    }

    /// The words an article has often and others seldom.
    fn telling_words(&self, article: &Article) -> Vec<String> {
        let mut weights: HashMap<String, f32> = HashMap::new();
        self.core.analyzer.with_worker(|worker| {
            let mut count = |text: &str, weight: f32| {
                worker.for_each(Layer::Words, text, |token| {
                    if token.text.chars().nth(1).is_some() {
                        *weights.entry(token.text.to_owned()).or_default() += weight;
                    }
                });
            };
            count(article.title.as_deref().unwrap_or_default(), TITLE_FACTOR);
            count(&article.body_text(), 1.0);
        });
        let mut words: Vec<(String, f32)> = Vec::with_capacity(weights.len());
        for (word, weight) in weights {
            if self.core.analyzer.stop_words().contains(&word) {
                continue;
            }
            let n = self.snapshot.n_articles_of(LayerKind::BodyWords, &word);
            let weight = weight.sqrt() * bm25::idf(n, self.snapshot.n_docs);
            words.push((word, weight));
        }
        words.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        words.truncate(N_WORDS);
        words.into_iter().map(|(word, _)| word).collect()
    }
}
