//! The words a segmenter knows: the built-in ones and the user's.

use std::io::{BufRead, ErrorKind, Read as _};
use std::path::Path;
use std::sync::Arc;

use crate::compiled::{Compiled, is_compiled};
use crate::engine::Engine;
use crate::error::{Error, Flaw, Result};

/// The words a segmenter knows.
///
/// `Dictionary::default()` is the built-in one; it is shared by all threads.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    engine: Engine,
    words: Arc<Vec<UserWord>>,
}

/// A word of a user dictionary.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct UserWord {
    /// The word itself.
    pub text: String,
    /// How often it occurs in the built-in dictionary's corpus of some 60 million
    /// words; `None` means often enough to be kept whole.
    pub frequency: Option<u32>,
}

impl Dictionary {
    /// Reads a compiled dictionary, to take the place of the built-in one.
    ///
    /// The file is read once and used as it is; clones share it.
    /// [`compile`](Self::compile) makes one of a dictionary and
    /// [`Compiler`](crate::compiled::Compiler) one of nothing but given words.
    ///
    /// # Errors
    /// The file cannot be read, is damaged or is not a compiled dictionary.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let bytes = std::fs::read(path).map_err(|source| Error::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::from_bytes(path, bytes)
    }

    fn from_bytes(path: &Path, bytes: Vec<u8>) -> Result<Self> {
        let compiled = Compiled::from_bytes(bytes).map_err(|flaw| Error::Compiled {
            path: path.to_owned(),
            flaw,
        })?;
        Ok(Self {
            engine: Engine::new(compiled),
            words: Arc::default(),
        })
    }

    /// Makes the contents of a file for [`open`](Self::open) of all words, the built-in and the user's.
    ///
    /// Texts are cut by it as by this dictionary, faster if that has words of
    /// the user's; only words of frequency 0 are left out, which jieba still
    /// finds inside other words.
    ///
    /// # Errors
    /// The dictionary is too large for the form: it has more than 65,000
    /// different characters or frequencies, or some ten million words.
    pub fn compile(&self) -> Result<Vec<u8>, &'static str> {
        self.engine.source().write()
    }

    /// Adds words, each frequent enough to be kept whole.
    pub fn with_words<I>(mut self, words: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.add(
            words
                .into_iter()
                .map(|text| UserWord {
                    text: text.into(),
                    frequency: None,
                })
                .collect(),
        );
        self
    }

    /// Adds the words of a user dictionary in jieba's format, or starts with a compiled dictionary.
    ///
    /// In jieba's format a line is `word [frequency] [tag]`, separated by white
    /// space; empty lines are skipped and the tag is ignored.
    /// A [compiled](Self::compile) file, told by how it begins, is used as by
    /// [`open`](Self::open); it has to come before other words.
    ///
    /// # Errors
    /// The file cannot be read, a line is not of that form, or a compiled file
    /// is damaged or comes after other words.
    pub fn with_file(self, path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let read_error = |source| Error::Read {
            path: path.to_owned(),
            source,
        };
        let file = std::fs::File::open(path).map_err(read_error)?;
        let mut reader = std::io::BufReader::new(file);
        if !is_compiled(reader.fill_buf().map_err(read_error)?) {
            return self.with_reader(path, reader);
        }
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).map_err(read_error)?;
        self.with_bytes(path, bytes)
    }

    /// [`with_file`](Self::with_file) of a file that was read already; `name` stands for its path in errors.
    ///
    /// # Errors
    /// A line is not of that form, or a compiled file is damaged or comes
    /// after other words.
    pub fn with_bytes(self, name: impl AsRef<Path>, bytes: Vec<u8>) -> Result<Self> {
        let path = name.as_ref();
        if !is_compiled(&bytes) {
            return self.with_reader(path, bytes.as_slice());
        }
        if self.fingerprint() != Self::default().fingerprint() {
            return Err(Error::Compiled {
                path: path.to_owned(),
                flaw: Flaw::NotFirst,
            });
        }
        Self::from_bytes(path, bytes)
    }

    /// Adds the words of a user dictionary in jieba's format; `name` stands for its path in errors.
    ///
    /// # Errors
    /// The reader fails, or a line is not `word [frequency] [tag]`.
    pub fn with_reader(mut self, name: impl AsRef<Path>, reader: impl BufRead) -> Result<Self> {
        let path = name.as_ref();
        let mut words = Vec::new();
        for (idx, line) in reader.lines().enumerate() {
            let line = line.map_err(|source| match source.kind() {
                ErrorKind::InvalidData => Error::Line {
                    path: path.to_owned(),
                    line: idx + 1,
                    reason: "the line is not UTF-8".to_owned(),
                },
                _ => Error::Read {
                    path: path.to_owned(),
                    source,
                },
            })?;
            let mut parts = line.split_whitespace();
            let Some(text) = parts.next() else { continue };
            let frequency = match parts.next() {
                None => None,
                Some(part) => Some(part.parse().map_err(|_| Error::Line {
                    path: path.to_owned(),
                    line: idx + 1,
                    reason: format!("the frequency `{part}` is not a whole number below 2³²"),
                })?),
            };
            words.push(UserWord {
                text: text.to_owned(),
                frequency,
            });
        }
        self.add(words);
        Ok(self)
    }

    /// The user's words in the order they were added.
    pub fn user_words(&self) -> &[UserWord] {
        &self.words
    }

    /// Whether the dictionary has `word`, written exactly so.
    pub fn contains(&self, word: &str) -> bool {
        self.engine.contains(word)
    }

    /// Gives the length in characters of each word that `chars` start with, the shortest first.
    ///
    /// It takes no more characters than the words may have, so they can go on to the end of a text.
    pub fn words_along(&self, chars: impl IntoIterator<Item = char>, sink: impl FnMut(usize)) {
        self.engine.words_along(chars.into_iter(), sink);
    }

    /// A number that differs, in all likelihood, when the terms cut by two dictionaries may differ.
    ///
    /// It covers the built-in dictionary, the user's words and the rules of
    /// analysis, so that an index can tell whether its terms are up to date.
    pub fn fingerprint(&self) -> u64 {
        // FNV-1a: stable across platforms and releases of the standard library.
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        let mut feed = |bytes: &[u8]| {
            for byte in bytes {
                hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
            }
        };
        feed(b"1");
        feed(&self.engine.checksum().to_le_bytes());
        for word in self.words.iter() {
            feed(word.text.as_bytes());
            feed(b"\t");
            if let Some(frequency) = word.frequency {
                feed(&frequency.to_le_bytes());
            }
            feed(b"\n");
        }
        hash
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    fn add(&mut self, words: Vec<UserWord>) {
        if words.is_empty() {
            return;
        }
        self.engine.add(
            words
                .iter()
                .map(|word| (word.text.as_str(), word.frequency)),
        );
        Arc::make_mut(&mut self.words).extend(words);
    }
}
