//! The analysis that articles and queries share.
//!
//! An article's text is cut once, in the thread that adds it; what reaches the engine is a text whose words are
//! separated by spaces, and a text of nothing but the characters that count. The engine's tokenizers
//! below only split those, so its threads do no language work.

use std::sync::{Mutex, PoisonError};

use fangzhi_segmentation::{Dictionary, Layer, Segmenter, Worker};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer, TokenizerManager};

use crate::error::{Error, Result};
use crate::query::Synonyms;
use crate::rank::StopWords;
use crate::schema::{BIGRAMS_TOKENIZER, CHARS_TOKENIZER, WORDS_TOKENIZER};
use crate::settings::Settings;

/// How many characters of the body are its lead.
pub(crate) const LEAD_CHARS: usize = 80;

/// Analyses articles and queries.
#[derive(Debug)]
pub(crate) struct Analyzer {
    segmenter: Segmenter,
    stop_words: StopWords,
    synonyms: Synonyms,
    workers: Mutex<Vec<Worker>>,
}

/// A text, analysed.
#[derive(Debug, Default)]
pub(crate) struct Analysed {
    /// The words, separated by spaces.
    pub(crate) words: String,
    /// The letters, digits and Chinese characters.
    pub(crate) chars: String,
    /// The same, sorted: their field has no positions, and the engine counts neighbours of a kind faster.
    pub(crate) sorted_chars: String,
    /// The words within the first [`LEAD_CHARS`] characters.
    pub(crate) lead: String,
}

impl Analyzer {
    pub(crate) fn new(settings: &Settings) -> Result<Self> {
        let mut dictionary = Dictionary::default();
        for path in &settings.dictionaries {
            dictionary = dictionary
                .with_file(path)
                .map_err(|error| Error::Settings {
                    path: path.clone(),
                    reason: error.to_string(),
                })?;
        }
        Ok(Self {
            segmenter: Segmenter::new(dictionary),
            stop_words: StopWords::new(&settings.stop_words)?,
            synonyms: Synonyms::new(&settings.synonyms)?,
            workers: Mutex::default(),
        })
    }

    /// A fingerprint of what decides how articles are cut.
    pub(crate) fn fingerprint(&self) -> u64 {
        self.segmenter.dictionary().fingerprint()
    }

    /// What texts of a query stand for others.
    pub(crate) fn synonyms(&self) -> &Synonyms {
        &self.synonyms
    }

    /// Words a query may contain without being searched for.
    pub(crate) fn stop_words(&self) -> &StopWords {
        &self.stop_words
    }

    /// Analyses `text` into `out`, reusing its buffers.
    pub(crate) fn analyse(&self, text: &str, out: &mut Analysed) {
        out.words.clear();
        out.chars.clear();
        out.lead.clear();
        let lead_end = text
            .char_indices()
            .nth(LEAD_CHARS)
            .map_or(text.len(), |(at, _)| at);
        self.with_worker(|worker| {
            let mut analysis = worker.analyse(text);
            analysis.for_each(Layer::Words, |token| {
                push_word(&mut out.words, token.text);
                if token.end <= lead_end {
                    push_word(&mut out.lead, token.text);
                }
            });
            analysis.for_each(Layer::Chars, |token| out.chars.push_str(token.text));
        });
        let mut chars: Vec<char> = out.chars.chars().collect();
        chars.sort_unstable();
        out.sorted_chars.clear();
        out.sorted_chars.extend(chars);
    }

    /// The characters of `text` that count, normalised.
    pub(crate) fn chars(&self, text: &str) -> String {
        let mut chars = String::new();
        self.with_worker(|worker| {
            worker.for_each(Layer::Chars, text, |token| chars.push_str(token.text));
        });
        chars
    }

    /// Lends a worker, which holds the buffers of one thread.
    pub(crate) fn with_worker<T>(&self, job: impl FnOnce(&mut Worker) -> T) -> T {
        let idle = self
            .workers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let mut worker = idle.unwrap_or_else(|| self.segmenter.worker());
        let result = job(&mut worker);
        self.workers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(worker);
        result
    }
}

fn push_word(text: &mut String, word: &str) {
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(word);
}

/// A name, value or address as exact fields hold it: normalised, without white space at the ends.
pub(crate) fn exact(text: &str) -> String {
    let normalized = fangzhi_segmentation::normalize::normalize(text.trim());
    // The engine takes no term of 64 KiB; no name or address is of that length.
    let end = normalized
        .text()
        .char_indices()
        .nth(2000)
        .map_or(normalized.text().len(), |(at, _)| at);
    normalized.text()[..end].trim().to_owned()
}

/// [`exact`] of a site's name or its host name, which is kept without `www.`, as [`Article::host`] gives it.
///
/// [`Article::host`]: fangzhi_ingest::Article::host
pub(crate) fn exact_site(text: &str) -> String {
    let site = exact(text);
    match site.strip_prefix("www.") {
        Some(host) => host.to_owned(),
        None => site,
    }
}

/// Tells the engine how to split analysed texts.
pub(crate) fn register(tokenizers: &TokenizerManager) {
    tokenizers.register(WORDS_TOKENIZER, Splitter(Split::Spaces));
    tokenizers.register(BIGRAMS_TOKENIZER, Splitter(Split::Pairs));
    tokenizers.register(CHARS_TOKENIZER, Splitter(Split::Characters));
}

#[derive(Debug, Clone, Copy)]
enum Split {
    Spaces,
    Pairs,
    Characters,
}

/// Splits an analysed text.
#[derive(Debug, Clone)]
struct Splitter(Split);

struct Pieces<'a> {
    split: Split,
    rest: &'a str,
    token: Token,
}

impl Tokenizer for Splitter {
    type TokenStream<'a> = Pieces<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Pieces<'a> {
        Pieces {
            split: self.0,
            rest: text,
            token: Token::default(),
        }
    }
}

impl TokenStream for Pieces<'_> {
    fn advance(&mut self) -> bool {
        let mut characters = self.rest.chars();
        let Some(first) = characters.next() else {
            return false;
        };
        let first = first.len_utf8();
        let (len, step) = match self.split {
            Split::Spaces => {
                let len = self.rest.find(' ').unwrap_or(self.rest.len());
                (len, (len + 1).min(self.rest.len()))
            }
            Split::Pairs => match characters.next() {
                Some(second) => (first + second.len_utf8(), first),
                None => return false,
            },
            Split::Characters => (first, first),
        };
        self.token.text.clear();
        self.token.text.push_str(&self.rest[..len]);
        self.token.position = self.token.position.wrapping_add(1);
        self.rest = &self.rest[step..];
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
