//! Words a query may contain without being searched for.

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;

use crate::analysis;
use crate::error::{Error, Result};

const BUILT_IN: &str = include_str!("stopwords.txt");

/// A set of normalised words.
#[derive(Debug)]
pub(crate) struct StopWords {
    words: HashSet<String>,
}

impl StopWords {
    /// The built-in words and those of `files`.
    pub(crate) fn new(files: &[PathBuf]) -> Result<Self> {
        let mut words = HashSet::new();
        add(&mut words, BUILT_IN);
        for path in files {
            let text = fs::read_to_string(path).map_err(|error| Error::Settings {
                path: path.clone(),
                reason: error.to_string(),
            })?;
            add(&mut words, &text);
        }
        Ok(Self { words })
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
