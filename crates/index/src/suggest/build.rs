//! Entries → the bytes of a lexicon.

use std::io::{self, Write};

use crc32fast::Hasher as Checksum;

use super::lexicon::{KeyKind, MAGIC, N_PARTS, without_one};
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

/// A lexicon that is to be written.
pub(crate) struct Built {
    /// What is in front of the parts.
    head: Vec<u8>,
    parts: [Vec<u8>; N_PARTS],
}

/// Builds a lexicon. Of entries that differ in nothing but punctuation the first is taken,
/// words before headlines and heavier ones before lighter.
pub(crate) fn build(mut entries: Vec<Entry>) -> Built {
    entries.retain(|entry| entry.text.chars().count() <= MAX_CHARS);
    entries.sort_by(|a, b| {
        let of_a = (a.article.is_some(), b.weight, &a.text, &a.article);
        of_a.cmp(&(b.article.is_some(), a.weight, &b.text, &b.article))
    });
    // More entries than fit into the numbers are of no use to anyone.
    entries.truncate(u32::MAX as usize);
    let mut texts = Keys::default();
    for (number, entry) in (0..).zip(&entries) {
        texts.push(&[key(&entry.text).as_bytes()], number);
    }
    texts.sort();
    let firsts = texts
        .groups()
        .filter(|same| !texts.key(&same[0]).is_empty());
    let mut is_kept = vec![false; entries.len()];
    for same in firsts {
        is_kept[same[0].number as usize] = true;
    }
    let mut numbers = Vec::with_capacity(entries.len());
    let mut n_kept = 0;
    for is_kept in &is_kept {
        numbers.push(is_kept.then_some(n_kept));
        n_kept += u32::from(*is_kept);
    }
    texts
        .keys
        .retain_mut(|key| match numbers[key.number as usize] {
            Some(number) => {
                key.number = number;
                true
            }
            None => false,
        });
    let mut kept = is_kept.iter();
    entries.retain(|_| kept.next().is_some_and(|is_kept| *is_kept));
    Built::new(&entries, &texts)
}

impl Built {
    fn new(entries: &[Entry], texts: &Keys) -> Self {
        let texts_fst = || {
            let mut fst = fst::MapBuilder::memory();
            for key in &texts.keys {
                let inserted = fst.insert(texts.key(key), u64::from(key.number));
                inserted.expect("the keys are sorted");
            }
            fst.into_inner().expect("writing to memory does not fail")
        };
        let (texts_fst, (others_fst, numbers)) = both(texts_fst, || others(entries, texts));
        let mut offsets = Vec::with_capacity((entries.len() + 1) * 4);
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
        let parts = [texts_fst, others_fst, numbers, offsets, records];
        let lengths = parts
            .each_ref()
            .map(|part| (part.len() as u64).to_le_bytes());
        let mut checksum = Checksum::new();
        checksum.update(lengths.as_flattened());
        parts.iter().for_each(|part| checksum.update(part));
        let checksum = checksum.finalize().to_le_bytes();
        Self {
            head: [MAGIC.as_slice(), &checksum, lengths.as_flattened()].concat(),
            parts,
        }
    }

    /// Writes the bytes.
    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(&self.head)?;
        self.parts.iter().try_for_each(|part| out.write_all(part))
    }

    /// The bytes.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        [self.head, self.parts.concat()].concat()
    }
}

/// The automaton of the keys that are not texts, and the numbers of the entries each of them stands for.
fn others(entries: &[Entry], texts: &Keys) -> (Vec<u8>, Vec<u8>) {
    let mut others = Keys::default();
    for key in &texts.keys {
        let text = std::str::from_utf8(texts.key(key)).expect("it was made of text");
        let headline = entries[key.number as usize].article.is_some();
        add_pinyin(&mut others, text, key.number, headline);
        if !headline && text.chars().count() >= MIN_SLIP_CHARS && text.chars().all(is_han) {
            for text in without_one(text) {
                others.push_kind(KeyKind::Slip, &text, key.number);
            }
        }
    }
    others.sort();
    let mut numbers = Vec::new();
    let mut others_fst = fst::MapBuilder::memory();
    for same in others.groups() {
        others_fst
            .insert(others.key(&same[0]), numbers.len() as u64)
            .expect("the keys are sorted");
        put_varint(&mut numbers, same.len() as u64);
        let mut before = 0;
        for key in same {
            put_varint(&mut numbers, u64::from(key.number - before));
            before = key.number;
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
    keys: Vec<Key>,
}

/// Where a key is in the bytes, and the number of its entry.
#[derive(Clone, Copy)]
struct Key {
    start: u32,
    len: u32,
    number: u32,
}

impl Keys {
    fn push(&mut self, pieces: &[&[u8]], number: u32) {
        let at = |bytes: &[u8]| u32::try_from(bytes.len()).expect("few keys of few characters");
        let start = at(&self.bytes);
        pieces.iter().for_each(|piece| self.bytes.extend(*piece));
        let len = at(&self.bytes) - start;
        self.keys.push(Key { start, len, number });
    }

    fn push_kind(&mut self, kind: KeyKind, text: &str, number: u32) {
        self.push(&[&[kind as u8], text.as_bytes()], number);
    }

    fn key(&self, key: &Key) -> &[u8] {
        slice(&self.bytes, key)
    }

    /// Puts all of them in order, those of one key by their entries, each once.
    fn sort(&mut self) {
        let Self { bytes, keys } = self;
        keys.sort_unstable_by(|a, b| (slice(bytes, a), a.number).cmp(&(slice(bytes, b), b.number)));
        keys.dedup_by(|a, b| (slice(bytes, a), a.number) == (slice(bytes, b), b.number));
    }

    /// Those of one key together, once they are in order.
    fn groups(&self) -> impl Iterator<Item = &[Key]> {
        self.keys.chunk_by(|a, b| self.key(a) == self.key(b))
    }
}

fn slice<'b>(bytes: &'b [u8], key: &Key) -> &'b [u8] {
    &bytes[key.start as usize..][..key.len as usize]
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
        keys.push_kind(KeyKind::Initials, &reading.initials, number);
        keys.push_kind(KeyKind::Full, &reading.full, number);
    }
}
