//! What an article hands over to be inverted: its texts, analysed.

use crate::varint::{put_varint, take_varint};

/// A text, analysed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct TextLayers<'a> {
    /// The words in UTF-8, separated by spaces.
    pub(crate) words: &'a [u8],
    /// The letters, digits and Chinese characters in [UTF-16](crate::utf16).
    pub(crate) chars: &'a [u8],
}

/// The texts of an article, analysed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct DocumentLayers<'a> {
    pub(crate) title: TextLayers<'a>,
    pub(crate) body: TextLayers<'a>,
    /// How many of the body's words are its lead.
    pub(crate) n_lead: usize,
    /// How many bytes of memory the article takes on its way, with its record and fields.
    pub(crate) weight: usize,
}

impl<'a> DocumentLayers<'a> {
    /// Puts the texts into one run of bytes.
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(32 + self.n_bytes());
        put_varint(&mut bytes, self.n_lead as u64);
        put_varint(&mut bytes, self.weight as u64);
        for text in self.texts() {
            put_varint(&mut bytes, text.len() as u64);
            bytes.extend_from_slice(text);
        }
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) gave.
    pub(super) fn from_bytes(mut bytes: &'a [u8]) -> Option<Self> {
        let mut number = || usize::try_from(take_varint(&mut bytes)?).ok();
        let (n_lead, weight) = (number()?, number()?);
        let mut text = || {
            let len = usize::try_from(take_varint(&mut bytes)?).ok()?;
            let (text, rest) = bytes.split_at_checked(len)?;
            bytes = rest;
            Some(text)
        };
        Some(Self {
            title: TextLayers {
                words: text()?,
                chars: text()?,
            },
            body: TextLayers {
                words: text()?,
                chars: text()?,
            },
            n_lead,
            weight,
        })
    }

    /// How many bytes the texts have.
    pub(crate) fn n_bytes(self) -> usize {
        self.texts().iter().map(|text| text.len()).sum()
    }

    fn texts(self) -> [&'a [u8]; 4] {
        [
            self.title.words,
            self.title.chars,
            self.body.words,
            self.body.chars,
        ]
    }
}
