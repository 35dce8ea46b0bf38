//! The articles as the caller has them: a slice of bytes, perhaps of a file that is mapped into memory.

use std::io;

use crate::file::Members;
use crate::fingerprint::Fingerprint;

/// The bytes of an article as [`write_stories`](crate::write_stories) takes it: key and fingerprint.
pub const RECORD_LEN: usize = KEY + Fingerprint::LEN;
const KEY: usize = size_of::<u64>();

/// An article as [`write_stories`](crate::write_stories) takes it: the key, its least byte first, and the
/// fingerprint.
pub fn record(key: u64, fingerprint: &Fingerprint) -> [u8; RECORD_LEN] {
    let mut record = [0; RECORD_LEN];
    record[..KEY].copy_from_slice(&key.to_le_bytes());
    record[KEY..].copy_from_slice(&fingerprint.to_bytes());
    record
}

/// Articles in the order of their keys, known by their places.
#[derive(Clone, Copy, Debug)]
pub(super) struct Records<'r>(&'r [[u8; RECORD_LEN]]);

impl<'r> Records<'r> {
    /// Looks whether the bytes are articles in order.
    pub(super) fn new(bytes: &'r [u8]) -> io::Result<Self> {
        let wrong = |what| Err(io::Error::new(io::ErrorKind::InvalidInput, what));
        let (records, rest) = bytes.as_chunks();
        let records = Self(records);
        if !rest.is_empty() {
            return wrong("the articles end within one");
        }
        if records.len() > Members::MAX_ARTICLES {
            return wrong("there are more articles than stories can be made of");
        }
        if !(1..records.len()).all(|place| records.key(place - 1) < records.key(place)) {
            return wrong("the articles are not in the order of their keys, each once");
        }
        Ok(records)
    }

    pub(super) fn len(self) -> usize {
        self.0.len()
    }

    pub(super) fn key(self, place: usize) -> u64 {
        let (key, _) = self.parts(place);
        u64::from_le_bytes(*key)
    }

    pub(super) fn fingerprint(self, place: usize) -> Fingerprint {
        let (_, fingerprint) = self.parts(place);
        Fingerprint::from_bytes(fingerprint)
    }

    /// One of the article's anchors.
    pub(super) fn anchor(self, place: usize, anchor: usize) -> u16 {
        let (_, fingerprint) = self.parts(place);
        Fingerprint::anchor(fingerprint, anchor)
    }

    fn parts(self, place: usize) -> (&'r [u8; KEY], &'r [u8; Fingerprint::LEN]) {
        let (key, fingerprint) = self.0[place]
            .split_first_chunk()
            .expect("a record has both");
        let fingerprint = fingerprint.first_chunk().expect("a record has both");
        (key, fingerprint)
    }
}

#[cfg(test)]
mod tests {
    use super::{RECORD_LEN, Records, record};
    use crate::fingerprint::Fingerprint;

    #[test]
    fn tells_what_are_no_records() {
        let bytes = |keys: &[u64]| -> Vec<u8> {
            let records = keys.iter().map(|&key| record(key, &Fingerprint::blank()));
            records.flatten().collect()
        };
        let cases: [(&str, Vec<u8>, bool); 7] = [
            ("nothing", bytes(&[]), true),
            ("one", bytes(&[7]), true),
            ("in order", bytes(&[0, 1, 256, u64::MAX]), true),
            ("out of order", bytes(&[0, 256, 1]), false),
            ("twice", bytes(&[0, 1, 1, 2]), false),
            ("cut", bytes(&[0, 1])[..2 * RECORD_LEN - 1].to_vec(), false),
            ("a byte", vec![0], false),
        ];
        for (name, bytes, is_right) in cases {
            match Records::new(&bytes) {
                Ok(records) => assert!(is_right && records.len() == bytes.len() / RECORD_LEN),
                Err(error) => {
                    assert!(!is_right, "{name}");
                    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput, "{name}");
                }
            }
        }
    }
}
