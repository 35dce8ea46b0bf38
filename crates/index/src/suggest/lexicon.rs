//! The file of words, names and headlines.
//!
//! ```text
//! magic and version   8 bytes
//! checksum            u32, CRC-32 of all that follows
//! lengths             5 × u64, of the parts
//! texts               fst: key of an entry → its number
//! others              fst: kind of key, pinyin or misspelling → where in `numbers`
//! numbers             varints: how many entries have the key, the first one's number, gaps
//! offsets             u32 an entry, and one for the end
//! records             varints: weight, 0 or length of the article's id and one; id, text
//! ```
//!
//! Numbers are little-endian. Entries are numbered by weight, words first, so that a smaller number is a
//! better one. The file is read in place.

use std::io;
use std::path::Path;
use std::sync::LazyLock;

use fst::{Automaton, IntoStreamer, Streamer};
use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder, SINK_STATE};
use tantivy::directory::OwnedBytes;

use super::build::{Built, Entry};
use crate::error::{Error, Result};
use crate::files;
use crate::varint::take_varint;

/// The file's name, beside the index's own files.
pub(super) const FILE: &str = "lexicon.fz";
pub(super) const MAGIC: &[u8; 8] = b"FZLEX\0\0\x03";
/// The bytes of the checksum.
const CHECKSUM: usize = 4;
pub(super) const N_PARTS: usize = 5;
const HEADER: usize = MAGIC.len() + CHECKSUM + N_PARTS * 8;
/// The most keys that are looked at for one beginning; a shorter beginning than that tells nothing.
const MAX_KEYS: usize = 50_000;

/// The words, names and headlines of an index.
pub(crate) struct Lexicon {
    texts: fst::Map<OwnedBytes>,
    /// The keys other than texts.
    others: fst::Map<OwnedBytes>,
    numbers: OwnedBytes,
    offsets: OwnedBytes,
    records: OwnedBytes,
    n_entries: u32,
    /// How many of them are words; the rest are headlines.
    n_words: u32,
}

/// By what an entry is found, other than its text.
#[derive(Clone, Copy)]
pub(super) enum KeyKind {
    /// The first letters of its syllables.
    Initials = b'i' as isize,
    /// Its syllables; of a long one the first.
    Full = b'p' as isize,
    /// A word of Chinese characters without one of them.
    Slip = b's' as isize,
}

impl KeyKind {
    /// The key of entries of this pinyin or misspelling, and the beginning of keys that begin so.
    pub(super) fn of(self, text: &str) -> Vec<u8> {
        let mut key = Vec::with_capacity(text.len() + 1);
        key.push(self as u8);
        key.extend(text.as_bytes());
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
        match files::map(dir, FILE) {
            Ok(bytes) => Self::new(bytes)
                .map(Some)
                .map_err(|reason| Error::damaged(&path, reason)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io("read", path)(error)),
        }
    }

    /// Writes a lexicon for the index in `dir`, in one step: a reader sees the one before or this one.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if it cannot be written.
    pub(crate) fn write(dir: &Path, built: &Built) -> Result<()> {
        let path = dir.join(FILE);
        files::replace_by(&path, |file| built.write(file)).map_err(Error::io("write", &path))
    }

    /// Reads the bytes of what [`build`](super::build) made, or says what is wrong with them.
    pub(crate) fn new(bytes: OwnedBytes) -> Result<Self, String> {
        if !bytes.starts_with(MAGIC) {
            return Err("it is no lexicon of this version".to_owned());
        }
        if bytes.len() < HEADER {
            return Err("it is cut short".to_owned());
        }
        if bytes[MAGIC.len()..][..CHECKSUM] != checksum(&bytes) {
            return Err("its checksum is wrong".to_owned());
        }
        let mut at = HEADER;
        let parts: Vec<OwnedBytes> = bytes[MAGIC.len() + CHECKSUM..HEADER]
            .chunks_exact(8)
            .map(|length| {
                let length = u64::from_le_bytes(length.try_into().ok()?);
                let end = at.checked_add(usize::try_from(length).ok()?)?;
                let part = (end <= bytes.len()).then(|| bytes.slice(at..end))?;
                at = end;
                Some(part)
            })
            .collect::<Option<_>>()
            .ok_or("it is cut short")?;
        let [texts, others, numbers, offsets, records]: [OwnedBytes; N_PARTS] =
            parts.try_into().map_err(|_| "it is cut short")?;
        let n_entries = (offsets.len() / 4)
            .checked_sub(1)
            .and_then(|n| u32::try_from(n).ok())
            .ok_or("its entries cannot be counted")?;
        let open = |bytes| fst::Map::new(bytes).map_err(|error| error.to_string());
        let mut lexicon = Self {
            texts: open(texts)?,
            others: open(others)?,
            numbers,
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
        let at = number as usize * 4;
        let mut record = self.records.get(self.offset(at)?..self.offset(at + 4)?)?;
        let weight = u32::try_from(take_varint(&mut record)?).ok()?;
        let article = match take_varint(&mut record)?.checked_sub(1) {
            None => None,
            Some(length) => {
                let (id, rest) = record.split_at_checked(usize::try_from(length).ok()?)?;
                record = rest;
                Some(String::from_utf8(id.to_vec()).ok()?)
            }
        };
        Some(Entry {
            text: String::from_utf8(record.to_vec()).ok()?,
            weight,
            article,
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
        kind: KeyKind,
        pinyin: &str,
        mut found: impl FnMut(u32, bool),
    ) {
        let from = kind.of(pinyin);
        let mut to = from.clone();
        // No key has such a byte: they are UTF-8.
        to.push(0xFF);
        let mut stream = self.others.range().ge(&from).lt(&to).into_stream();
        let mut n_keys = 0;
        while let Some((key, at)) = stream.next() {
            self.numbers_at(at, |number| found(number, key.len() == from.len()));
            n_keys += 1;
            if n_keys == MAX_KEYS {
                break;
            }
        }
    }

    /// Calls `found` with the number of each word that is read so.
    pub(super) fn read_as(&self, pinyin: &str, mut found: impl FnMut(u32)) {
        if let Some(at) = self.others.get(KeyKind::Full.of(pinyin)) {
            self.numbers_at(at, |number| {
                if number < self.n_words {
                    found(number);
                }
            });
        }
    }

    /// Calls `found` with the number of each word of three Chinese characters and more that may differ from `text`, of as
    /// many, in one character, in the order of two, or by having one more or less; some differ in more, some are handed out
    /// twice.
    ///
    /// What two texts have in common that differ so is left if the character is taken out of both (SymSpell: Garbe 2012).
    pub(super) fn slips(&self, text: &str, mut found: impl FnMut(u32)) {
        let mut with_key = |key: &str| {
            if let Some(at) = self.others.get(KeyKind::Slip.of(key)) {
                self.numbers_at(at, &mut found);
            }
        };
        with_key(text);
        let shorter: Vec<String> = without_one(text).collect();
        shorter.iter().for_each(|text| with_key(text));
        let words = shorter.iter().filter_map(|text| self.find(text));
        words
            .filter(|number| *number < self.n_words)
            .for_each(found);
    }

    /// Hands out a list of numbers.
    fn numbers_at(&self, at: u64, mut found: impl FnMut(u32)) {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        let mut list = self.numbers.get(at..).unwrap_or_default();
        let mut number = 0;
        for _ in 0..take_varint(&mut list).unwrap_or(0) {
            let gap = take_varint(&mut list).and_then(|gap| u32::try_from(gap).ok());
            let Some(next) = gap.and_then(|gap| u32::checked_add(number, gap)) else {
                return;
            };
            number = next;
            found(number);
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
        let bytes = self.offsets.get(at..at + 4)?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(bytes)).ok()
    }
}

/// A text without one of its characters, in all ways.
pub(super) fn without_one(text: &str) -> impl Iterator<Item = String> {
    text.char_indices()
        .map(|(at, c)| [&text[..at], &text[at + c.len_utf8()..]].concat())
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

/// The checksum of the bytes of a lexicon.
fn checksum(bytes: &[u8]) -> [u8; CHECKSUM] {
    crc32fast::hash(&bytes[MAGIC.len() + CHECKSUM..]).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::super::slips::is_slip;
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
        ])
        .into_bytes();
        let lexicon = Lexicon::new(OwnedBytes::new(bytes)).unwrap();
        let entries: Vec<_> = lexicon.entries().collect();
        assert_eq!(entries, [word("文明", 9), word("城市", 5), headline]);
        assert_eq!(lexicon.find("我市创建文明城市"), Some(2));
    }

    #[test]
    fn near_texts() {
        let words =
            ["文明城市", "文明城", "文明乡村", "shenyang", "城市"].map(|text| word(text, 1));
        let lexicon = Lexicon::new(OwnedBytes::new(build(words.to_vec()).into_bytes())).unwrap();
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

    proptest! {
        #[test]
        fn slips_are_what_is_near(
            words in proptest::collection::btree_set("[文明城市乡]{2,5}", 1..40), text in "[文明城市乡]{3,5}",
        ) {
            let entries = words.iter().map(|text| word(text, 1)).collect();
            let lexicon = Lexicon::new(OwnedBytes::new(build(entries).into_bytes())).unwrap();
            let mut near = Vec::new();
            lexicon.near(&text, 1, |word, _| near.push(word.to_owned()));
            let mut slips = Vec::new();
            lexicon.slips(&text, |number| slips.push(lexicon.entry(number).unwrap().text));
            for list in [&mut near, &mut slips] {
                list.retain(|word| is_slip(&text, word));
                list.sort_unstable();
                list.dedup();
            }
            prop_assert_eq!(slips, near);
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
        std::fs::write(dir.path().join(FILE), b"nonsense").unwrap();
        let error = Lexicon::read(dir.path()).err().unwrap().to_string();
        assert!(
            error.ends_with("is damaged: it is no lexicon of this version"),
            "{error}"
        );
    }

    proptest! {
        #[test]
        fn damaged_bytes_do_no_harm(at in 0_usize..400, byte: u8, cut in 0_usize..400) {
            let mut bytes = build(vec![word("文明城市", 9), word("城市", 5), word("gdp", 1)]).into_bytes();
            let at = at % bytes.len();
            bytes[at] = byte;
            bytes.truncate(bytes.len().saturating_sub(cut % 40));
            if let Ok(lexicon) = Lexicon::new(OwnedBytes::new(bytes)) {
                let _ = lexicon.entries().count();
                lexicon.beginning_with("文", |number, _| drop(lexicon.entry(number)));
            }
        }
    }
}
