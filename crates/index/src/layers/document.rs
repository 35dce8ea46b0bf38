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
}

impl<'a> DocumentLayers<'a> {
    /// Puts the texts into one run of bytes.
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        let texts = self.texts();
        let mut bytes = Vec::with_capacity(24 + texts.iter().map(|text| text.len()).sum::<usize>());
        put_varint(&mut bytes, self.n_lead as u64);
        for text in texts {
            put_varint(&mut bytes, text.len() as u64);
            bytes.extend_from_slice(text);
        }
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) gave.
    pub(super) fn from_bytes(mut bytes: &'a [u8]) -> Option<Self> {
        let n_lead = usize::try_from(take_varint(&mut bytes)?).ok()?;
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
        })
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
