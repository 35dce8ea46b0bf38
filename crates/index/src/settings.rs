//! How an index analyses text: which dictionaries, stop words and synonyms.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// What an index is created with, and keeps.
///
/// The files are named, not copied: they are read whenever the index is opened.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Files of words in jieba's format, added to the built-in dictionary. By default, none.
    pub dictionaries: Vec<PathBuf>,
    /// Files of words, one a line, that a query may contain without being searched for,
    /// added to the built-in question and function words. By default, none.
    pub stop_words: Vec<PathBuf>,
    /// Files of lines `创城 => 创建文明城市` or `冰城, 哈尔滨`. By default, none.
    pub synonyms: Vec<PathBuf>,
    /// Files of further places, a line each: the name, a tab, what it lies in, and, after a further tab, other names.
    /// By default, none.
    pub places: Vec<PathBuf>,
}

/// How much a [`Writer`](crate::Writer) may use of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriterOptions {
    /// Bytes of memory for a segment while it is made, with joins of others at the same time. What is kept of all articles,
    /// and a few tables, take some 40 MiB more.
    /// By default, 128 MiB; at least 16 MiB.
    pub memory: usize,
    /// Threads that turn articles into a segment, apart from the ones that call [`Writer::add`](crate::Writer::add),
    /// which analyse. By default, as many as there are processors.
    pub threads: usize,
}

impl Default for WriterOptions {
    fn default() -> Self {
        Self {
            memory: 128 << 20,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
        }
    }
}
