//! Words a query may contain without being searched for.

use std::collections::HashSet;
use std::path::Path;

use crate::analysis;

const BUILT_IN: &str = include_str!("stopwords.txt");

/// A set of normalised words.
#[derive(Debug)]
pub(crate) struct StopWords {
    words: HashSet<String>,
}

impl StopWords {
    /// The built-in words and those of files, each given with its path.
    pub(crate) fn new(files: &[(&Path, String)]) -> Self {
        let mut words = HashSet::new();
        add(&mut words, BUILT_IN);
        for (_, text) in files {
            add(&mut words, text);
        }
        Self { words }
    }

    pub(crate) fn contains(&self, word: &str) -> bool {
        self.words.contains(word)
    }
}

fn add(words: &mut HashSet<String>, text: &str) {
    let lines = text.trim_start_matches('\u{feff}').lines();
    for line in lines.filter(|line| !line.starts_with('#')) {
        words.extend(line.split_whitespace().map(analysis::exact));
    }
}
