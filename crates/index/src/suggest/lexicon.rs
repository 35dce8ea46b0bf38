//! The file of words, names and headlines.
//!
//! ```text
//! magic and version   8 bytes
//! lengths             4 × u64, of the parts
//! texts               fst: key of an entry → its number
//! pinyin              fst: kind of key, pinyin, 0, number (big-endian)
//! offsets             u64 an entry, and one for the end
//! records             weight u32, is headline u8, length of id u32, id, text
//! ```
//!
//! Numbers are little-endian but for the keys. Entries are numbered by weight, words
//! first, so that a smaller number is a better one.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::sync::LazyLock;

use fst::{Automaton, IntoStreamer, Streamer};
use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder, SINK_STATE};

use super::build::Entry;
use crate::error::{Error, Result};

/// The file's name, beside the index's own files.
pub(super) const FILE: &str = "lexicon.fz";
pub(super) const MAGIC: &[u8; 8] = b"FZLEX\0\0\x01";
pub(super) const HEADER: usize = MAGIC.len() + 4 * 8;
/// The most keys that are looked at for one beginning; a shorter beginning than that tells nothing.
const MAX_KEYS: usize = 50_000;

/// The words, names and headlines of an index.
pub(crate) struct Lexicon {
    texts: fst::Map<Vec<u8>>,
    pinyin: fst::Set<Vec<u8>>,
    offsets: Vec<u8>,
    records: Vec<u8>,
    n_entries: u32,
    /// How many of them are words; the rest are headlines.
    n_words: u32,
}

/// By what of its pinyin an entry is found.
#[derive(Clone, Copy)]
pub(super) enum PinyinKey {
    /// The first letters of its syllables.
    Initials = b'i' as isize,
    /// Its syllables; of a long one the first.
    Full = b'p' as isize,
}

impl PinyinKey {
    pub(super) fn of_entry(self, pinyin: &str, number: u32) -> Vec<u8> {
        let mut key = self.beginning(pinyin);
        key.push(0);
        key.extend(number.to_be_bytes());
        key
    }

    fn beginning(self, pinyin: &str) -> Vec<u8> {
        let mut key = Vec::with_capacity(pinyin.len() + 6);
        key.push(self as u8);
        key.extend(pinyin.as_bytes());
        key
    }
}

impl Lexicon {
    /// Reads the lexicon of the index in `dir`; `None` if it has none.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if it cannot be read, [`Error::Damaged`] if it is not what was written.
    pub(crate) fn read(dir: &Path) -> Result<Option<Self>> {
        let path = dir.join(FILE);
        match fs::read(&path) {
            Ok(bytes) => Self::new(&bytes)
                .map(Some)
                .map_err(|reason| Error::damaged(&path, reason)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io("read", &path)(error)),
        }
    }

    /// Writes the bytes of a lexicon for the index in `dir`, in one step: a reader sees
    /// the one before or this one.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if it cannot be written.
    pub(crate) fn write(dir: &Path, bytes: &[u8]) -> Result<()> {
        let path = dir.join(FILE);
        let beside = dir.join(format!("{FILE}.new"));
        let write = || -> io::Result<()> {
            let mut file = File::create(&beside)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&beside, &path)
        };
        write().map_err(Error::io("write", &path))
    }

    /// Reads the bytes that [`build`](super::build) made, or says what is wrong with them.
    pub(crate) fn new(bytes: &[u8]) -> Result<Self, String> {
        let rest = bytes
            .strip_prefix(MAGIC)
            .ok_or("it is no lexicon of this version")?;
        let (lengths, mut rest) = rest
            .split_at_checked(HEADER - MAGIC.len())
            .ok_or("it is cut short")?;
        let mut parts = [&[][..]; 4];
        for (part, length) in parts.iter_mut().zip(lengths.chunks_exact(8)) {
            let length = number(length).ok_or("it is cut short")?;
            (*part, rest) = rest.split_at_checked(length).ok_or("it is cut short")?;
        }
        let [texts, pinyin, offsets, records] = parts.map(<[u8]>::to_vec);
        let n_entries = (offsets.len() / 8)
            .checked_sub(1)
            .and_then(|n| u32::try_from(n).ok())
            .ok_or("its entries cannot be counted")?;
        let open = |bytes| -> Result<_, fst::Error> {
            let fst = fst::raw::Fst::new(bytes)?;
            fst.verify()?;
            Ok(fst)
        };
        let texts = open(texts).map_err(|error| error.to_string())?;
        let pinyin = open(pinyin).map_err(|error| error.to_string())?;
        let mut lexicon = Self {
            texts: fst::Map::from(texts),
            pinyin: fst::Set::from(pinyin),
            offsets,
            records,
            n_entries,
            n_words: 0,
        };
        lexicon.n_words = lexicon.count_words();
        Ok(lexicon)
    }

    /// How many entries are words, which are those with the smallest numbers.
    pub(super) fn n_words(&self) -> u32 {
        self.n_words
    }

    /// All entries, to build the next lexicon from.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Entry> {
        (0..self.n_entries).filter_map(|number| self.entry(number))
    }

    /// An entry by its number.
    pub(super) fn entry(&self, number: u32) -> Option<Entry> {
        let at = number as usize * 8;
        let start = self.offset(at)?;
        let end = self.offset(at + 8)?;
        let record = self.records.get(start..end)?;
        let (weight, rest) = record.split_first_chunk::<4>()?;
        let (headline, rest) = rest.split_first()?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (article, text) = rest.split_at_checked(length)?;
        let article = String::from_utf8(article.to_vec()).ok()?;
        Some(Entry {
            text: String::from_utf8(text.to_vec()).ok()?,
            weight: u32::from_le_bytes(*weight),
            article: (*headline == 1).then_some(article),
        })
    }

    /// The number of the entry with this key.
    pub(super) fn find(&self, key: &str) -> Option<u32> {
        self.texts
            .get(key)
            .and_then(|number| u32::try_from(number).ok())
    }

    /// Calls `found` with the number of each entry whose key begins so, and whether that is all of it.
    pub(super) fn beginning_with(&self, key: &str, mut found: impl FnMut(u32, bool)) {
        let automaton = fst::automaton::Str::new(key).starts_with();
        let mut stream = self.texts.search(automaton).into_stream();
        let mut n_keys = 0;
        while let Some((text, number)) = stream.next() {
            if let Ok(number) = u32::try_from(number) {
                found(number, text.len() == key.len());
            }
            n_keys += 1;
            if n_keys == MAX_KEYS {
                break;
            }
        }
    }

    /// The same by pinyin.
    pub(super) fn pinyin_beginning_with(
        &self,
        kind: PinyinKey,
        pinyin: &str,
        mut found: impl FnMut(u32, bool),
    ) {
        let from = kind.beginning(pinyin);
        let mut to = from.clone();
        // No key has such a byte: they are UTF-8 up to the 0.
        to.push(0xFF);
        let mut stream = self.pinyin.range().ge(&from).lt(&to).into_stream();
        let mut n_keys = 0;
        while let Some(key) = stream.next() {
            if let Some((rest, number)) = key[from.len()..].split_last_chunk::<4>() {
                found(u32::from_be_bytes(*number), rest == [0]);
            }
            n_keys += 1;
            if n_keys == MAX_KEYS {
                break;
            }
        }
    }

    /// Calls `found` with the number of each word that is read so.
    pub(super) fn read_as(&self, pinyin: &str, mut found: impl FnMut(u32)) {
        let from = PinyinKey::Full.of_entry(pinyin, 0);
        let to = PinyinKey::Full.of_entry(pinyin, self.n_words);
        let mut stream = self.pinyin.range().ge(from).lt(to).into_stream();
        while let Some(key) = stream.next() {
            if let Some((_, number)) = key.split_last_chunk::<4>() {
                found(u32::from_be_bytes(*number));
            }
        }
    }

    /// Calls `found` with the key and number of each entry that is one or two changes of one
    /// character away; two neighbours in the wrong order are one change.
    pub(super) fn near(&self, key: &str, distance: u8, mut found: impl FnMut(&str, u32)) {
        let builder = match distance {
            0 | 1 => &*ONE_CHANGE,
            _ => &*TWO_CHANGES,
        };
        let automaton = Near(builder.build_dfa(key));
        let mut stream = self.texts.search(&automaton).into_stream();
        while let Some((text, number)) = stream.next() {
            if let (Ok(text), Ok(number)) = (std::str::from_utf8(text), u32::try_from(number)) {
                found(text, number);
            }
        }
    }

    fn count_words(&self) -> u32 {
        let is_word = |number| {
            self.entry(number)
                .is_some_and(|entry| entry.article.is_none())
        };
        let (mut low, mut high) = (0, self.n_entries);
        while low < high {
            let middle = low + (high - low) / 2;
            if is_word(middle) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    fn offset(&self, at: usize) -> Option<usize> {
        number(self.offsets.get(at..at + 8)?)
    }
}

/// Tables that depend on the distance only, and take a while to make.
static ONE_CHANGE: LazyLock<LevenshteinAutomatonBuilder> =
    LazyLock::new(|| LevenshteinAutomatonBuilder::new(1, true));
static TWO_CHANGES: LazyLock<LevenshteinAutomatonBuilder> =
    LazyLock::new(|| LevenshteinAutomatonBuilder::new(2, true));

/// Accepts the texts near one.
struct Near(DFA);

impl Automaton for Near {
    type State = u32;

    fn start(&self) -> u32 {
        self.0.initial_state()
    }

    fn is_match(&self, state: &u32) -> bool {
        matches!(self.0.distance(*state), Distance::Exact(_))
    }

    fn can_match(&self, state: &u32) -> bool {
        *state != SINK_STATE
    }

    fn accept(&self, state: &u32, byte: u8) -> u32 {
        self.0.transition(*state, byte)
    }
}

fn number(bytes: &[u8]) -> Option<usize> {
    let bytes = bytes.try_into().ok()?;
    usize::try_from(u64::from_le_bytes(bytes)).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::build;
    use super::*;

    fn word(text: &str, weight: u32) -> Entry {
        Entry {
            text: text.to_owned(),
            weight,
            article: None,
        }
    }

    #[test]
    fn entries_come_back_by_weight() {
        let headline = Entry {
            text: "我市创建“文明城市”".to_owned(),
            weight: 900,
            article: Some("a1".to_owned()),
        };
        let bytes = build(vec![
            headline.clone(),
            word("城市", 5),
            word("文明", 9),
            word("文明", 3),
        ]);
        let lexicon = Lexicon::new(&bytes).unwrap();
        let entries: Vec<_> = lexicon.entries().collect();
        assert_eq!(entries, [word("文明", 9), word("城市", 5), headline]);
        assert_eq!(lexicon.find("我市创建文明城市"), Some(2));
    }

    #[test]
    fn near_texts() {
        let words =
            ["文明城市", "文明城", "文明乡村", "shenyang", "城市"].map(|text| word(text, 1));
        let lexicon = Lexicon::new(&build(words.to_vec())).unwrap();
        for (text, distance, expect) in [
            ("文明城市", 1, &["文明城", "文明城市"][..]),
            ("文明域市", 1, &["文明城市"]),
            ("文城明市", 1, &["文明城市"]),
            ("文市", 1, &["城市"]),
            ("shenynag", 1, &["shenyang"]),
            ("shenyn", 1, &[]),
            ("shenyn", 2, &["shenyang"]),
        ] {
            let mut found = Vec::new();
            lexicon.near(text, distance, |near, _| found.push(near.to_owned()));
            assert_eq!(found, expect, "{text} {distance}");
        }
    }

    #[test]
    fn files_are_replaced_and_checked() {
        let dir = tempfile::tempdir().unwrap();
        assert!(Lexicon::read(dir.path()).unwrap().is_none());
        for text in ["文明", "城市"] {
            Lexicon::write(dir.path(), &build(vec![word(text, 1)])).unwrap();
            let lexicon = Lexicon::read(dir.path()).unwrap().unwrap();
            assert_eq!(lexicon.entries().collect::<Vec<_>>(), [word(text, 1)]);
        }
        fs::write(dir.path().join(FILE), b"nonsense").unwrap();
        let error = Lexicon::read(dir.path()).err().unwrap().to_string();
        assert!(
            error.ends_with("is damaged: it is no lexicon of this version"),
            "{error}"
        );
    }

    proptest! {
        #[test]
        fn damaged_bytes_do_no_harm(at in 0_usize..400, byte: u8, cut in 0_usize..400) {
            let mut bytes = build(vec![word("文明城市", 9), word("城市", 5), word("gdp", 1)]);
            let at = at % bytes.len();
            bytes[at] = byte;
            bytes.truncate(bytes.len().saturating_sub(cut % 40));
            if let Ok(lexicon) = Lexicon::new(&bytes) {
                let _ = lexicon.entries().count();
                lexicon.beginning_with("文", |number, _| drop(lexicon.entry(number)));
            }
        }
    }
}
