//! Texts in UTF-16, in which a Chinese character is one unit: as bytes, little-endian, and as units.

/// Appends a text to `bytes`.
#[inline]
pub(crate) fn push(bytes: &mut Vec<u8>, text: &str) {
    for unit in text.encode_utf16() {
        bytes.extend_from_slice(&unit.to_le_bytes());
    }
}

/// The characters of a text; U+FFFD for what is damaged.
pub(crate) fn chars(bytes: &[u8]) -> impl Iterator<Item = char> {
    char::decode_utf16(units(bytes)).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
}

/// A text in units as a whole; with U+FFFD for what is damaged.
pub(crate) fn decode(units: &[u16]) -> String {
    // No unit becomes more than three bytes.
    let mut text = "\0".repeat(3 * units.len());
    let len = encoding_rs::mem::convert_utf16_to_str(units, &mut text);
    text.truncate(len);
    text
}

/// The units of a text; half of one at the end is left out.
pub(crate) fn units(bytes: &[u8]) -> impl Iterator<Item = u16> {
    let (units, _) = bytes.as_chunks();
    units.iter().map(|unit| u16::from_le_bytes(*unit))
}

/// The character a text in units begins with, U+FFFD for half of one, and how many units it takes.
pub(crate) fn first_char(units: &[u16]) -> Option<(char, usize)> {
    let first = char::decode_utf16(units.iter().copied()).next()?;
    Some(match first {
        Ok(c) => (c, c.len_utf16()),
        Err(_) => (char::REPLACEMENT_CHARACTER, 1),
    })
}

/// How many characters a text in units has.
pub(crate) fn n_chars(units: &[u16]) -> usize {
    char::decode_utf16(units.iter().copied()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back() {
        for text in ["", "文明城市", "GDP 4+4", "𠮷野家é"] {
            let mut bytes = Vec::new();
            push(&mut bytes, text);
            assert_eq!(decode(&units(&bytes).collect::<Vec<_>>()), text);
            assert_eq!(chars(&bytes).collect::<String>(), text);
        }
    }

    #[test]
    fn damage_is_shown() {
        assert_eq!(n_chars(&[0xD842, 0x6587, 0xD842, 0xDFB7]), 3);
        assert_eq!(first_char(&[0xD842, 0x6587]), Some(('\u{FFFD}', 1)));
        assert_eq!(first_char(&[0xD842, 0xDFB7]), Some(('𠮷', 2)));
        // Half of a pair, and half of a unit.
        let mut bytes = Vec::new();
        push(&mut bytes, "𠮷文");
        bytes.drain(..2);
        bytes.push(7);
        assert_eq!(decode(&units(&bytes).collect::<Vec<_>>()), "\u{FFFD}文");
        assert_eq!(chars(&bytes).collect::<String>(), "\u{FFFD}文");
    }
}
