//! What goes into a lexicon: the words and names of an index, and the headlines that writers add.

use std::collections::HashMap;
use std::collections::hash_map;

use fangzhi_ingest::{Article, PublishTime};
use tantivy::schema::Field;
use tantivy::termdict::TermMerger;

use super::{Entry, Lexicon, is_han};
use crate::error::Result;
use crate::layers::{LayerKind, TermUnion};
use crate::record::Display;
use crate::segment::Snapshot;

/// The most words kept, those of most articles.
const MAX_WORDS: usize = 30_000;
/// The most headlines kept, the newest.
const MAX_HEADLINES: usize = 50_000;
/// How many bytes the headlines kept have at most, with the ids of their articles; few archives have half of it.
const MAX_HEADLINE_BYTES: usize = 12 << 20;
/// So many more headlines are waited for before the oldest are left out: as many as fit into a table of 65,536 that is full
/// to seven eighths; the next larger one would be twice that.
const SPARE_HEADLINES: usize = 7_344;
/// Or so many more bytes.
const SPARE_HEADLINE_BYTES: usize = 2 << 20;
/// The longest word or name, in characters.
const MAX_WORD_CHARS: usize = 20;
/// From how many articles on a Chinese word of a single one is left out: it tends to be a cut gone wrong.
const MANY_ARTICLES: u64 = 5_000;

/// Headlines that are not in the lexicon yet.
#[derive(Debug, Default)]
pub(crate) struct Headlines {
    /// By the article's id, the text and the day, in days since the beginning of 1970.
    added: HashMap<Box<str>, (Box<str>, u32)>,
    /// The bytes of texts and ids, and of texts that others have replaced.
    n_bytes: usize,
}

impl Headlines {
    /// Takes the headline of an article, in the place of an earlier one of the same article.
    pub(crate) fn add(&mut self, article: &Article) {
        let Some(title) = article.title.as_deref().filter(|title| !title.is_empty()) else {
            return;
        };
        let day = day(article.published.as_ref());
        self.n_bytes += article.id.len() + title.len();
        self.added
            .insert(article.id.as_str().into(), (title.into(), day));
        self.keep_newest_of_many();
    }

    /// Takes the headline of an article that is in the index, unless there is one of it already.
    pub(crate) fn add_if_new(&mut self, article: Display) {
        let Some(title) = article.title.filter(|title| !title.is_empty()) else {
            return;
        };
        let day = day(article.published.as_ref());
        self.n_bytes += article.id.len() + title.len();
        let id = article.id.into_boxed_str();
        self.added.entry(id).or_insert((title.into(), day));
        self.keep_newest_of_many();
    }

    /// Empties this into entries, with those of the lexicon so far that no newer ones replace.
    pub(crate) fn take(&mut self, before: Option<&Lexicon>) -> Vec<Entry> {
        for entry in before.into_iter().flat_map(Lexicon::entries) {
            if let Some(article) = entry.article
                && let hash_map::Entry::Vacant(vacant) = self.added.entry(article.into())
            {
                vacant.insert((entry.text.into(), entry.weight));
            }
        }
        self.keep_newest();
        let entry = |(article, (text, weight)): (Box<str>, (Box<str>, u32))| Entry {
            text: text.into(),
            weight,
            article: Some(article.into()),
        };
        self.n_bytes = 0;
        std::mem::take(&mut self.added)
            .into_iter()
            .map(entry)
            .collect()
    }

    fn keep_newest_of_many(&mut self) {
        if self.added.len() >= MAX_HEADLINES + SPARE_HEADLINES
            || self.n_bytes >= MAX_HEADLINE_BYTES + SPARE_HEADLINE_BYTES
        {
            self.keep_newest();
        }
    }

    /// Keeps the newest that are not too many, nor too long together. Of those of one day it is always the same that go.
    fn keep_newest(&mut self) {
        let newest_first =
            |a: &(u32, &str, usize), b: &(u32, &str, usize)| (b.0, b.1).cmp(&(a.0, a.1));
        let all = self.added.iter();
        let mut kept: Vec<(u32, &str, usize)> = all
            .map(|(id, (text, day))| (*day, &**id, id.len() + text.len()))
            .collect();
        let n_all = kept.len();
        if n_all > MAX_HEADLINES {
            kept.select_nth_unstable_by(MAX_HEADLINES, newest_first);
            kept.truncate(MAX_HEADLINES);
        }
        let n_bytes = |kept: &[(u32, &str, usize)]| kept.iter().map(|it| it.2).sum::<usize>();
        if n_bytes(&kept) > MAX_HEADLINE_BYTES {
            kept.sort_unstable_by(newest_first);
            let mut left = Some(MAX_HEADLINE_BYTES);
            let fitting = kept.iter().take_while(|it| {
                left = left.and_then(|left| left.checked_sub(it.2));
                left.is_some()
            });
            let n_kept = fitting.count();
            kept.truncate(n_kept);
        }
        self.n_bytes = n_bytes(&kept);
        if kept.len() < n_all {
            let oldest = kept.iter().map(|&(day, id, _)| (day, id)).min();
            let oldest = oldest.map(|(day, id)| (day, id.to_owned()));
            self.added.retain(|id, (_, day)| {
                let oldest = oldest.as_ref();
                oldest.is_some_and(|(first, first_id)| (*day, &**id) >= (*first, first_id))
            });
        }
    }
}

/// The day of publication, in days since the beginning of 1970.
fn day(published: Option<&PublishTime>) -> u32 {
    published.map_or(0, |published| {
        let since = published
            .datetime
            .date()
            .since(jiff::civil::date(1970, 1, 1));
        since.map_or(0, |span| u32::try_from(span.get_days()).unwrap_or(0))
    })
}

/// The words of the articles, and the names of papers, columns and people, each with how
/// many articles have it.
///
/// # Errors
///
/// If the index cannot be read.
pub(crate) fn words(snapshot: &Snapshot) -> Result<Vec<Entry>> {
    let fields = &snapshot.fields;
    let mut names: HashMap<String, u32> = HashMap::new();
    for field in [fields.source, fields.channel, fields.author] {
        let mut most = MostFrequent::default();
        each_name(snapshot, field, |name, n_articles| {
            if is_offered(name) {
                most.push(name, n_articles);
            }
        })?;
        // A name beyond those would be none of the words of most articles either.
        for name in most.finish() {
            let known = names.entry(name.text).or_default();
            *known = name.weight.max(*known);
        }
    }
    let mut most = MostFrequent {
        without_rare: snapshot.n_docs >= MANY_ARTICLES,
        words: Vec::new(),
    };
    each_word(snapshot, |word, n_articles| {
        let n_named = names.remove(word).unwrap_or(0);
        if is_offered(word) {
            most.push(word, n_articles.max(n_named));
        }
    });
    for (name, n_articles) in names {
        most.push(&name, n_articles);
    }
    Ok(most.finish())
}

/// The words of most articles.
#[derive(Default)]
struct MostFrequent {
    /// Whether those of a single article are left out.
    without_rare: bool,
    words: Vec<Entry>,
}

impl MostFrequent {
    fn push(&mut self, text: &str, n_articles: u32) {
        if self.without_rare && n_articles == 1 && text.chars().any(is_han) {
            return;
        }
        self.words.push(Entry {
            text: text.to_owned(),
            weight: n_articles,
            article: None,
        });
        if self.words.len() >= 2 * MAX_WORDS {
            self.prune();
        }
    }

    /// Keeps no more than are wanted.
    fn prune(&mut self) {
        if self.words.len() > MAX_WORDS {
            self.words.select_nth_unstable_by(MAX_WORDS, |a, b| {
                (b.weight, &a.text).cmp(&(a.weight, &b.text))
            });
            self.words.truncate(MAX_WORDS);
        }
    }

    fn finish(mut self) -> Vec<Entry> {
        self.prune();
        self.words
    }
}

/// Hands out the terms of a field in the order of their bytes, each with how many articles have it.
fn each_name(snapshot: &Snapshot, field: Field, mut found: impl FnMut(&str, u32)) -> Result<()> {
    let segments = snapshot.segments.iter();
    let indexes = segments.map(|segment| segment.reader.inverted_index(field));
    let indexes: Vec<_> = indexes.collect::<tantivy::Result<_>>()?;
    let streams = indexes.iter().map(|index| index.terms().stream());
    let mut terms = TermMerger::new(streams.collect::<std::io::Result<_>>()?);
    while terms.advance() {
        let infos = terms.current_segment_ords_and_term_infos();
        let n_articles = infos.map(|(_, info)| info.doc_freq).sum();
        if let Ok(name) = std::str::from_utf8(terms.key()) {
            found(name, n_articles);
        }
    }
    Ok(())
}

/// Hands out the words of titles and bodies in the order of their bytes, each with how many articles have it in the text
/// where more have it: in a title and in a body of the same articles, most likely, so they are not added up.
fn each_word(snapshot: &Snapshot, mut found: impl FnMut(&str, u32)) {
    const KINDS: [LayerKind; 2] = [LayerKind::BodyWords, LayerKind::TitleWords];
    let segments = snapshot.segments.iter();
    let layers = segments.flat_map(|segment| KINDS.map(|kind| segment.layer(kind)));
    let mut terms = TermUnion::new(layers);
    let mut entries = Vec::new();
    while let Some(term) = terms.next(&mut entries) {
        let mut counts = [0; KINDS.len()];
        for (number, info) in &entries {
            counts[number % KINDS.len()] += info.n_docs;
        }
        if let Ok(word) = std::str::from_utf8(term) {
            found(word, counts.into_iter().max().unwrap_or(0));
        }
    }
}

/// Whether a term is a word to offer: more than a character, and no number.
fn is_offered(term: &str) -> bool {
    let n_chars = term.chars().count();
    (2..=MAX_WORD_CHARS).contains(&n_chars) && term.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::super::build;
    use tantivy::directory::OwnedBytes;

    use super::*;

    fn article(id: &str, title: &str, date: &str) -> Article {
        let mut article = Article::default();
        article.id = id.to_owned();
        article.title = Some(title.to_owned());
        article.published = Some(date.parse().unwrap());
        article
    }

    #[test]
    fn headlines_replace_earlier_ones() {
        let mut headlines = Headlines::default();
        headlines.add(&article("a", "春耕开始", "2023-03-01"));
        headlines.add(&article("b", "防汛部署", "2023-06-01"));
        let lexicon =
            Lexicon::new(OwnedBytes::new(build(headlines.take(None)).into_bytes())).unwrap();
        assert!(headlines.added.is_empty());
        headlines.add(&article("a", "春耕结束", "2023-05-01"));
        let mut texts: Vec<_> = headlines
            .take(Some(&lexicon))
            .into_iter()
            .map(|entry| entry.text)
            .collect();
        texts.sort();
        assert_eq!(texts, ["春耕结束", "防汛部署"]);
    }

    #[test]
    fn the_newest_headlines_are_kept() {
        let mut headlines = Headlines::default();
        for n in 0..MAX_HEADLINES + 10 {
            let day = if n % 2 == 0 { 5 } else { 9 };
            headlines
                .added
                .insert(n.to_string().into(), (format!("第{n}条").into(), day));
        }
        let kept = headlines.take(None);
        assert_eq!(kept.len(), MAX_HEADLINES);
        assert_eq!(
            kept.iter().filter(|entry| entry.weight == 9).count(),
            MAX_HEADLINES / 2 + 5
        );
    }

    #[test]
    fn long_headlines_leave_room_for_fewer() {
        let mut headlines = Headlines::default();
        for (id, third) in [("a", 1), ("b", 1), ("c", 1), ("d", 1), ("b", 2)] {
            let title = "题".repeat(third * MAX_HEADLINE_BYTES / 9 - 1);
            headlines.add(&article(
                id,
                &title,
                &format!("2024-01-0{}", id.len() + third),
            ));
            assert!(headlines.n_bytes < MAX_HEADLINE_BYTES + SPARE_HEADLINE_BYTES);
        }
        let kept = headlines.take(None);
        let mut ids: Vec<_> = kept.into_iter().filter_map(|entry| entry.article).collect();
        ids.sort();
        // That of `b` is the newest, and as long as two others.
        assert_eq!(ids, ["b", "d"]);
    }
}
