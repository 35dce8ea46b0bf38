//! Entries → the bytes of a lexicon.

use std::collections::BTreeMap;

use super::lexicon::{CHECKSUM, HEADER, KeyKind, MAGIC, checksum, without_one};
use super::{is_han, key, pinyin};
use crate::both::both;
use crate::varint::put_varint;

/// The longest text that is an entry, in characters; a longer one is no word, or no headline worth completing.
const MAX_CHARS: usize = 60;
/// How many characters of an entry are looked up by pinyin.
const MAX_PINYIN_CHARS: usize = 8;
/// The shortest word that is found by a slip, in characters: of two a slip leaves one, which tells nothing.
const MIN_SLIP_CHARS: usize = 3;
/// How many ways to read a word are kept.
const WORD_READINGS: usize = 6;
/// How many ways to read a headline are kept.
const HEADLINE_READINGS: usize = 2;

/// A text to be offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// As it is shown.
    pub(crate) text: String,
    /// How many articles have a word, or how new a headline is: the larger, the sooner it is offered.
    pub(crate) weight: u32,
    /// The article a headline is of; `None` for a word.
    pub(crate) article: Option<String>,
}

/// Builds a lexicon. Of entries that differ in nothing but punctuation the first is taken,
/// words before headlines and heavier ones before lighter.
pub(crate) fn build(mut entries: Vec<Entry>) -> Vec<u8> {
    entries.retain(|entry| entry.text.chars().count() <= MAX_CHARS);
    entries.sort_by(|a, b| {
        (a.article.is_some(), b.weight, &a.text).cmp(&(b.article.is_some(), a.weight, &b.text))
    });
    let mut texts = BTreeMap::new();
    let mut kept = Vec::new();
    for entry in entries {
        let key = key(&entry.text);
        if key.is_empty() || texts.contains_key(&key) {
            continue;
        }
        // More entries than fit into the numbers are of no use to anyone.
        let Ok(number) = u32::try_from(kept.len()) else {
            break;
        };
        texts.insert(key, number);
        kept.push(entry);
    }
    write(&kept, &texts)
}

fn write(entries: &[Entry], texts: &BTreeMap<String, u32>) -> Vec<u8> {
    let texts_fst = || {
        fst::Map::from_iter(texts.iter().map(|(key, number)| (key, u64::from(*number))))
            .expect("a tree map gives its keys in order")
    };
    let (texts_fst, (others_fst, numbers)) = both(texts_fst, || others(entries, texts));
    let mut offsets = Vec::new();
    let mut records = Vec::new();
    for entry in entries {
        offsets.extend(offset(&records));
        put_varint(&mut records, u64::from(entry.weight));
        // Of a word 0, of a headline the length of its article's id and one.
        let article = entry.article.as_deref();
        put_varint(&mut records, article.map_or(0, |id| id.len() as u64 + 1));
        records.extend(article.unwrap_or_default().as_bytes());
        records.extend(entry.text.as_bytes());
    }
    offsets.extend(offset(&records));
    let parts = [
        texts_fst.as_fst().as_bytes(),
        &others_fst,
        &numbers,
        &offsets,
        &records,
    ];
    let mut bytes = Vec::with_capacity(HEADER + parts.iter().map(|part| part.len()).sum::<usize>());
    bytes.extend(MAGIC);
    bytes.extend([0; CHECKSUM]);
    for part in parts {
        bytes.extend((part.len() as u64).to_le_bytes());
    }
    for part in parts {
        bytes.extend(part);
    }
    let checksum = checksum(&bytes);
    bytes[MAGIC.len()..][..CHECKSUM].copy_from_slice(&checksum);
    bytes
}

/// The automaton of the keys that are not texts, and the numbers of the entries each of them stands for.
fn others(entries: &[Entry], texts: &BTreeMap<String, u32>) -> (Vec<u8>, Vec<u8>) {
    let mut others = Keys::default();
    for (key, &number) in texts {
        let headline = entries[number as usize].article.is_some();
        add_pinyin(&mut others, key, number, headline);
        if !headline && key.chars().count() >= MIN_SLIP_CHARS && key.chars().all(is_han) {
            for text in without_one(key) {
                others.push(KeyKind::Slip, &text, number);
            }
        }
    }
    let others = others.sorted();
    let mut numbers = Vec::new();
    let mut others_fst = fst::MapBuilder::memory();
    for same in others.chunk_by(|a, b| a.0 == b.0) {
        others_fst
            .insert(same[0].0, numbers.len() as u64)
            .expect("the keys are sorted");
        put_varint(&mut numbers, same.len() as u64);
        let mut before = 0;
        for (_, number) in same {
            put_varint(&mut numbers, u64::from(number - before));
            before = *number;
        }
    }
    let others_fst = others_fst
        .into_inner()
        .expect("writing to memory does not fail");
    (others_fst, numbers)
}

fn offset(records: &[u8]) -> [u8; 4] {
    u32::try_from(records.len())
        .expect("fewer than a million entries of a hundred characters each")
        .to_le_bytes()
}

/// Keys with the numbers of their entries; one run of bytes, since there are many and short ones.
#[derive(Default)]
struct Keys {
    bytes: Vec<u8>,
    /// Where each ends, and the number.
    ends: Vec<(usize, u32)>,
}

impl Keys {
    fn push(&mut self, kind: KeyKind, text: &str, number: u32) {
        self.bytes.extend(kind.of(text));
        self.ends.push((self.bytes.len(), number));
    }

    /// All of them in order, each once.
    fn sorted(&self) -> Vec<(&[u8], u32)> {
        let mut start = 0;
        let mut sorted: Vec<(&[u8], u32)> = self
            .ends
            .iter()
            .map(|&(end, number)| (&self.bytes[std::mem::replace(&mut start, end)..end], number))
            .collect();
        sorted.sort_unstable();
        sorted.dedup();
        sorted
    }
}

fn add_pinyin(keys: &mut Keys, text: &str, number: u32, headline: bool) {
    let text: String = text.chars().take(MAX_PINYIN_CHARS).collect();
    if !text.chars().any(is_han) {
        return;
    }
    let most = if headline {
        HEADLINE_READINGS
    } else {
        WORD_READINGS
    };
    for reading in pinyin::readings(&text, most) {
        keys.push(KeyKind::Initials, &reading.initials, number);
        keys.push(KeyKind::Full, &reading.full, number);
    }
}
