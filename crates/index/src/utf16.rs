//! Texts in UTF-16, little-endian, in which a Chinese character is two bytes.

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

/// A text as a whole; with U+FFFD for what is damaged.
pub(crate) fn decode(bytes: &[u8]) -> String {
    let units: Vec<u16> = units(bytes).collect();
    // No unit becomes more than three bytes.
    let mut text = "\0".repeat(3 * units.len());
    let len = encoding_rs::mem::convert_utf16_to_str(&units, &mut text);
    text.truncate(len);
    text
}

fn units(bytes: &[u8]) -> impl Iterator<Item = u16> {
    let (units, _) = bytes.as_chunks();
    units.iter().map(|unit| u16::from_le_bytes(*unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back() {
        for text in ["", "文明城市", "GDP 4+4", "𠮷野家é"] {
            let mut bytes = Vec::new();
            push(&mut bytes, text);
            assert_eq!(decode(&bytes), text);
            assert_eq!(chars(&bytes).collect::<String>(), text);
        }
    }

    #[test]
    fn damage_is_shown() {
        // Half of a pair, and half of a unit.
        let mut bytes = Vec::new();
        push(&mut bytes, "𠮷文");
        bytes.drain(..2);
        bytes.push(7);
        assert_eq!(decode(&bytes), "\u{FFFD}文");
        assert_eq!(chars(&bytes).collect::<String>(), "\u{FFFD}文");
    }
}
