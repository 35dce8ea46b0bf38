//! Texts as the phrases they are made of, each in as few bits as it is frequent.
//!
//! A text is taken apart from its beginning, always at the longest phrase; where none begins, one unit is written as it is.
//!
//! # The file
//!
//! ```text
//! magic and version   8 bytes
//! checksum            u32, CRC-32 of all that follows
//! table, packed       zstd: for each length of codes in bits, from 1 on, how many there are, as varints; then, in
//!                     the order of the codes, each phrase: its length in units (0: the mark before a single unit),
//!                     its units of UTF-16 as u16
//! ```
//!
//! Numbers are little-endian. What a text becomes are the bits of its codes, the first of each byte the lowest; codes are
//! [canonical](super::huffman).

use std::sync::OnceLock;

use super::huffman::{self, Counts, Decoder, Encoder, MAX_BITS};
use super::trie::Trie;
use crate::bits::{BitReader, BitWriter};
use crate::files;
use crate::varint::{put_varint, take_varint};

/// The longest phrase, in units of UTF-16.
pub(super) const MAX_UNITS: usize = 8;

const MAGIC: &[u8; 8] = b"FZPHR\0\0\x01";
/// How hard the table is compressed, in zstd's levels.
const LEVEL: i32 = 9;
/// The largest table that is believed to be one, unpacked, in bytes.
const MAX_TABLE: usize = 4 << 20;

/// Phrases and their codes.
pub(super) struct Phrases {
    counts: Counts,
    /// By their codes' numbers.
    phrases: Vec<Phrase>,
    /// The number of the mark before a unit that begins no phrase.
    mark: u32,
    decoder: Decoder,
    encoder: OnceLock<(Trie, Encoder)>,
}

/// A phrase, or, where it has no units, the mark.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Phrase {
    units: [u16; MAX_UNITS],
    len: u16,
}

impl Phrase {
    fn of(units: &[u16]) -> Self {
        let mut phrase = Self {
            len: units.len() as u16,
            ..Self::default()
        };
        phrase.units[..units.len()].copy_from_slice(units);
        phrase
    }

    fn units(&self) -> &[u16] {
        &self.units[..usize::from(self.len)]
    }
}

impl Phrases {
    /// Of phrases of up to [`MAX_UNITS`], each with how often it is there; `n_single` is how often a unit begins none.
    ///
    /// There is at least one, and none is there twice.
    pub(super) fn new<'p>(
        phrases: impl IntoIterator<Item = (&'p [u16], u32)>,
        n_single: u32,
    ) -> Self {
        let (mut phrases, mut weights): (Vec<Phrase>, Vec<u32>) = phrases
            .into_iter()
            .map(|(units, weight)| (Phrase::of(units), weight))
            .unzip();
        phrases.push(Phrase::default());
        weights.push(n_single);
        let lengths = huffman::lengths(&weights);
        let mut counts = Counts::default();
        for len in &lengths {
            counts[usize::from(*len)] += 1;
        }
        let mut order: Vec<(u8, Phrase)> = lengths.into_iter().zip(phrases).collect();
        order
            .sort_unstable_by(|(a_len, a), (b_len, b)| (a_len, a.units()).cmp(&(b_len, b.units())));
        Self::of(
            counts,
            order.into_iter().map(|(_, phrase)| phrase).collect(),
        )
        .expect("these are of a code, and the mark is there once")
    }

    /// `None` if these are of no code.
    fn of(counts: Counts, phrases: Vec<Phrase>) -> Option<Self> {
        let n_codes: u64 = counts.iter().map(|count| u64::from(*count)).sum();
        if !huffman::is_complete(&counts) || n_codes != phrases.len() as u64 {
            return None;
        }
        let mut marks = (0..).zip(&phrases).filter(|(_, phrase)| phrase.len == 0);
        let (Some((mark, _)), None) = (marks.next(), marks.next()) else {
            return None;
        };
        Some(Self {
            decoder: Decoder::new(&counts),
            encoder: OnceLock::new(),
            counts,
            phrases,
            mark,
        })
    }

    /// Appends a text to `out`.
    pub(super) fn encode(&self, text: &[u16], out: &mut Vec<u8>) {
        let (trie, encoder) = self.encoder.get_or_init(|| {
            let phrases = (0..).zip(self.phrases.iter().map(Phrase::units));
            let phrases = phrases.filter(|(number, _)| *number != self.mark);
            (Trie::new(phrases), Encoder::new(&self.counts))
        });
        let mut bits = BitWriter::new(out);
        let mut rest = text;
        while let Some(first) = rest.first() {
            let len = match trie.longest(rest) {
                Some((phrase, len)) => {
                    encoder.write(phrase, &mut bits);
                    len
                }
                None => {
                    encoder.write(self.mark, &mut bits);
                    bits.write(u32::from(*first), u16::BITS);
                    1
                }
            };
            rest = &rest[len..];
        }
        bits.finish();
    }

    /// The first `wanted` of a text's `n_units`; `None` if it has fewer, or, where all are wanted, more.
    pub(super) fn decode(&self, bytes: &[u8], n_units: usize, wanted: usize) -> Option<Vec<u16>> {
        // A damaged length must not become an allocation of that size.
        if wanted > n_units || n_units > bytes.len().saturating_mul(8 * MAX_UNITS) {
            return None;
        }
        let mut units = vec![0; wanted + MAX_UNITS];
        let mut bits = BitReader::new(bytes, 0);
        let mut at = 0;
        while at < wanted {
            let mut is_mark = false;
            self.decoder.each(&mut bits, |symbol| {
                let phrase = &self.phrases[symbol as usize];
                // All of them, since their number is known then; what is too much is written over.
                units[at..at + MAX_UNITS].copy_from_slice(&phrase.units);
                at += usize::from(phrase.len);
                is_mark = symbol == self.mark;
                at < wanted && !is_mark
            });
            if is_mark {
                units[at] = bits.read(u16::BITS) as u16;
                at += 1;
            }
        }
        units.truncate(wanted);
        let n_bytes = bits.bit().div_ceil(8);
        let is_sound = match wanted == n_units {
            true => at == n_units && n_bytes == bytes.len(),
            false => n_bytes <= bytes.len(),
        };
        is_sound.then_some(units)
    }

    /// The file.
    pub(super) fn to_bytes(&self) -> std::io::Result<Vec<u8>> {
        let mut table = Vec::new();
        for count in &self.counts[1..] {
            put_varint(&mut table, u64::from(*count));
        }
        for phrase in &self.phrases {
            table.push(phrase.len as u8);
            table.extend(phrase.units().iter().flat_map(|unit| unit.to_le_bytes()));
        }
        let packed = zstd::bulk::compress(&table, LEVEL)?;
        Ok(files::wrap(MAGIC, &packed))
    }

    /// Reads the file, or says what is wrong with it.
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, &'static str> {
        let packed = files::unwrap(MAGIC, bytes)?;
        let table = zstd::bulk::decompress(packed, MAX_TABLE);
        table
            .ok()
            .and_then(|table| Self::from_table(&table))
            .ok_or("its phrases have no codes")
    }

    fn from_table(mut table: &[u8]) -> Option<Self> {
        let mut counts = Counts::default();
        for count in &mut counts[1..=MAX_BITS] {
            *count = u32::try_from(take_varint(&mut table)?).ok()?;
        }
        let mut phrases = Vec::new();
        while let Some((len, rest)) = table.split_first() {
            let len = usize::from(*len);
            let (units, rest) = rest.split_at_checked(2 * len)?;
            let mut phrase = Phrase::default();
            let (units, _) = units.as_chunks();
            let into = phrase.units.get_mut(..len)?;
            for (into, unit) in into.iter_mut().zip(units) {
                *into = u16::from_le_bytes(*unit);
            }
            phrase.len = len as u16;
            phrases.push(phrase);
            table = rest;
        }
        Self::of(counts, phrases)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::learn::learn;
    use super::*;

    fn units(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    fn phrases() -> Phrases {
        let texts = [
            "文明城市创建工作",
            "全国文明城市",
            "文明村镇，文明城市。",
            "𠮷野家𠮷野家",
        ]
        .map(units);
        let texts: Vec<&[u16]> = texts.iter().map(Vec::as_slice).collect();
        learn(&texts, 100).unwrap()
    }

    #[test]
    fn what_is_often_side_by_side_is_a_phrase() {
        let phrases = phrases();
        let known: Vec<String> = phrases
            .phrases
            .iter()
            .map(|phrase| String::from_utf16_lossy(phrase.units()))
            .collect();
        assert!(known.contains(&"文明城市".to_owned()), "{known:?}");
        // It is there once, and so is each of its characters.
        assert!(
            !known.iter().any(|phrase| phrase.contains('创')),
            "{known:?}"
        );
        let mut bytes = Vec::new();
        phrases.encode(&units("文明城市"), &mut bytes);
        assert_eq!(bytes.len(), 1);
    }

    #[test]
    fn texts_have_nothing_in_common() {
        assert!(learn(&[&units("文明城市")], 100).is_none());
        assert!(learn(&[], 100).is_none());
    }

    proptest! {
        #[test]
        fn texts_come_back(text in "([文明城市创建村镇，。𠮷野家A]|\\PC){0,60}", n_units: prop::sample::Index) {
            let phrases = phrases();
            let text = units(&text);
            let mut bytes = b"before".to_vec();
            phrases.encode(&text, &mut bytes);
            let bytes = bytes.strip_prefix(b"before").unwrap();
            prop_assert_eq!(phrases.decode(bytes, text.len(), text.len()), Some(text.clone()));
            let n_units = n_units.index(text.len() + 1);
            prop_assert_eq!(phrases.decode(bytes, text.len(), n_units), Some(text[..n_units].to_vec()));
            let again = Phrases::from_bytes(&phrases.to_bytes().unwrap()).unwrap();
            prop_assert_eq!(again.decode(bytes, text.len(), text.len()), Some(text.clone()));
            let mut bytes_again = Vec::new();
            again.encode(&text, &mut bytes_again);
            prop_assert_eq!(bytes_again, bytes);
            // Neither a text that goes on nor one that was cut off.
            prop_assert_eq!(phrases.decode(&[bytes, &[0]].concat(), text.len(), text.len()), None);
            for end in 0..bytes.len() {
                prop_assert_eq!(phrases.decode(&bytes[..end], text.len(), text.len()), None);
            }
        }

        #[test]
        fn reading_nonsense_ends(bytes: Vec<u8>, n_units in 0..400_usize) {
            let read = phrases().decode(&bytes, n_units, n_units);
            prop_assert!(read.is_none_or(|units| units.len() == n_units));
        }

        #[test]
        fn tables_by_whatever_hand_do_no_harm(
            at: prop::sample::Index, change: Vec<u8>, cut in 0..4_usize, text in "[文明城市创A]{0,9}", bytes: Vec<u8>,
        ) {
            let file = phrases().to_bytes().unwrap();
            let packed = files::unwrap(MAGIC, &file).unwrap();
            let mut table = zstd::bulk::decompress(packed, MAX_TABLE).unwrap();
            let at = at.index(table.len());
            let end = (at + cut).min(table.len());
            table.splice(at..end, change);
            if let Some(phrases) = Phrases::from_table(&table) {
                let _ = phrases.decode(&bytes, 100, 100);
                let text = units(&text);
                let mut bytes = Vec::new();
                phrases.encode(&text, &mut bytes);
                prop_assert_eq!(phrases.decode(&bytes, text.len(), text.len()), Some(text));
            }
        }
    }

    #[test]
    fn any_changed_byte_of_the_file_is_noticed() {
        let file = phrases().to_bytes().unwrap();
        for at in 0..file.len() {
            let mut changed = file.clone();
            changed[at] ^= 1;
            assert!(Phrases::from_bytes(&changed).is_err(), "byte {at}");
            assert!(Phrases::from_bytes(&file[..at]).is_err(), "cut at {at}");
        }
    }
}
