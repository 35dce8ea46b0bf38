//! What a query asks of an article, analysed as articles are.

use fangzhi_segmentation::Layer;

use crate::analysis::Analyzer;
use crate::plan::{Days, Plan};

/// The most words of a text that an article has to have; the rest only counts in the score.
pub(crate) const MAX_WORDS: usize = 48;

/// Which texts of an article are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    Article,
    Title,
    Body,
}

/// What a query asks, as far as an article can have more or less of it.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) scope: Scope,
    pub(crate) text: Text,
    /// Parts that count like a word: to be there at first, given up if need be.
    pub(crate) parts: Vec<Plan>,
    /// Parts that an article has to have.
    pub(crate) musts: Vec<Plan>,
    /// Parts that an article must not have.
    pub(crate) nots: Vec<Plan>,
    /// Spans of days, all of which an article has to be of.
    pub(crate) days: Vec<Days>,
}

/// Unquoted text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Text {
    /// The content words, each once.
    pub(crate) words: Vec<Word>,
    /// The pairs of neighbouring characters of content words, each once.
    pub(crate) pairs: Vec<String>,
    /// The characters of content words, each once.
    pub(crate) chars: Vec<String>,
    /// The stop words, and the pairs that only they make.
    pub(crate) stop_words: Vec<String>,
    pub(crate) stop_pairs: Vec<String>,
}

/// A word of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// Normalised, as the words layer has it.
    pub(crate) text: String,
    /// As typed.
    pub(crate) typed: String,
    /// Its letters, digits and Chinese characters.
    pub(crate) chars: String,
    /// The shorter words it is made of, end to end: 农业 and 银行 of 农业银行; empty if it is not made of any.
    pub(crate) parts: Vec<String>,
}

impl Ask {
    pub(crate) fn new(scope: Scope) -> Self {
        Self {
            scope,
            text: Text::default(),
            parts: Vec::new(),
            musts: Vec::new(),
            nots: Vec::new(),
            days: Vec::new(),
        }
    }

    /// How many things an article should have: words, then parts.
    pub(crate) fn n_units(&self) -> usize {
        self.text.n_required() + self.parts.len()
    }

    /// Whether nothing but words finds articles, so that few lists may be enough to find those wanted.
    pub(crate) fn is_of_words(&self) -> bool {
        self.finds() && self.parts.is_empty() && self.musts.is_empty()
    }

    /// Whether there is anything that finds articles; else every article is found.
    pub(crate) fn finds(&self) -> bool {
        self.n_units() + self.musts.len() > 0
    }
}

impl Text {
    /// Analyses `text`. Stop words are left out, unless there is nothing else.
    pub(crate) fn new(text: &str, analyzer: &Analyzer) -> Self {
        let mut tokens: Vec<(Word, bool)> = Self::all_words(text, analyzer)
            .into_iter()
            .map(|word| {
                let stop = analyzer.stop_words().contains(&word.text);
                (word, stop)
            })
            .collect();
        if tokens.iter().all(|(_, stop)| *stop) {
            tokens.iter_mut().for_each(|(_, stop)| *stop = false);
        }
        let mut this = Self::default();
        let mut previous: Option<(char, bool)> = None;
        for (word, stop) in tokens {
            for c in word.chars.chars() {
                if let Some((before, before_stop)) = previous {
                    let pair = String::from_iter([before, c]);
                    if stop || before_stop {
                        push_new(&mut this.stop_pairs, pair);
                    } else {
                        push_new(&mut this.pairs, pair);
                    }
                }
                previous = Some((c, stop));
                if !stop {
                    push_new(&mut this.chars, c.to_string());
                }
            }
            if stop {
                push_new(&mut this.stop_words, word.text);
            } else if !this.words.iter().any(|known| known.text == word.text) {
                this.words.push(word);
            }
        }
        let pairs = &this.pairs;
        this.stop_pairs.retain(|pair| !pairs.contains(pair));
        this
    }

    /// The words of `text`, in order, stop words included.
    pub(crate) fn all_words(text: &str, analyzer: &Analyzer) -> Vec<Word> {
        let mut words = Vec::new();
        analyzer.with_worker(|worker| {
            worker.for_each(Layer::Words, text, |token| {
                let typed = text.get(token.start..token.end).unwrap_or(token.text);
                words.push(Word {
                    chars: token.text.chars().filter(|c| c.is_alphanumeric()).collect(),
                    text: token.text.to_owned(),
                    typed: typed.to_owned(),
                    parts: Vec::new(),
                });
            });
        });
        words.retain(|word: &Word| !word.chars.is_empty());
        for word in &mut words {
            word.parts = parts(&word.chars, analyzer);
        }
        words
    }

    /// How many of the words an article has to have: the first ones.
    pub(crate) fn n_required(&self) -> usize {
        self.words.len().min(MAX_WORDS)
    }
}

/// Cuts a word of four characters or more into the shorter words that jieba's search mode finds in it, end to end,
/// the longest first; none if they leave a character over.
fn parts(word: &str, analyzer: &Analyzer) -> Vec<String> {
    let n_chars = word.chars().count();
    if n_chars < 4 {
        return Vec::new();
    }
    let terms = analyzer.with_worker(|worker| worker.segmenter().terms(word));
    let mut parts = Vec::new();
    let mut at = 0;
    while at < n_chars {
        let longest = terms
            .iter()
            .filter(|term| term.position == at && (2..n_chars).contains(&term.length))
            .max_by_key(|term| term.length);
        let Some(part) = longest else {
            return Vec::new();
        };
        at += part.length;
        parts.push(part.text.clone());
    }
    parts
}

fn push_new(list: &mut Vec<String>, text: String) {
    if !list.contains(&text) {
        list.push(text);
    }
}
