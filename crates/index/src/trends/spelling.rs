//! How words are written in the articles that have them: the words layer has them in one script and case.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use fangzhi_segmentation::Layer;
use tantivy::DocId;

use super::terms::{Classes, LAYER};
use crate::error::Result;
use crate::record;
use crate::searcher::{Searcher, damaged};

/// In how many articles a word is looked at.
const N_LOOKED_AT: usize = 5;

/// Finds how each word is written most often in the articles that are in a class: in a handful of them, the same ones
/// however the articles are spread over segments.
pub(super) fn find<'w>(
    searcher: &Searcher,
    classes: &Classes,
    words: impl Iterator<Item = &'w str>,
) -> Result<HashMap<String, String>> {
    let words: BTreeSet<&str> = words.collect();
    let mut docs: BTreeSet<(usize, DocId)> = BTreeSet::new();
    for word in &words {
        docs.extend(articles(searcher, classes, word));
    }
    let mut counts: HashMap<&str, BTreeMap<String, usize>> = HashMap::new();
    for (number, doc) in docs {
        let record = searcher.snapshot.segments[number].record(doc)?;
        let (_, body) = record::with_body(record, &searcher.core.bodies)
            .ok_or_else(|| damaged(&doc.to_string()))?;
        searcher.core.analyzer.with_worker(|worker| {
            worker.for_each(Layer::Words, &body, |token| {
                if let Some(word) = words.get(token.text)
                    && let Some(written) = body.get(token.start..token.end)
                {
                    let counts = counts.entry(word).or_default();
                    *counts.entry(written.to_owned()).or_default() += 1;
                }
            });
        });
    }
    let most_used = counts.into_iter().filter_map(|(word, counts)| {
        let most = counts.values().max().copied()?;
        let (written, _) = counts.into_iter().find(|(_, n)| *n == most)?;
        Some((word.to_owned(), written))
    });
    Ok(most_used.collect())
}

/// Some articles of a class that have a word.
fn articles(searcher: &Searcher, classes: &Classes, word: &str) -> Vec<(usize, DocId)> {
    let mut found: Vec<(u64, usize, DocId)> = Vec::new();
    for (number, segment) in searcher.snapshot.segments.iter().enumerate() {
        let layer = segment.layer(LAYER);
        let Some(info) = layer.get(word) else {
            continue;
        };
        let mut postings = layer.postings(&info);
        while !postings.docs().is_empty() {
            let docs = postings.docs().iter().copied();
            let docs = docs.filter(|&doc| classes.has(number, doc));
            found.extend(docs.map(|doc| (segment.tie(doc), number, doc)));
            postings.advance_block();
        }
    }
    if found.len() > N_LOOKED_AT {
        found.select_nth_unstable(N_LOOKED_AT);
        found.truncate(N_LOOKED_AT);
    }
    found
        .into_iter()
        .map(|(_, number, doc)| (number, doc))
        .collect()
}
