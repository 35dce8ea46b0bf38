//! Character references: `&nbsp;`, `&#8220;`, `&#x4e2d;`.

use std::borrow::Cow;

use memchr::{memchr, memchr2};
use web_atoms::{C1_REPLACEMENTS, NAMED_ENTITIES};

/// Where a text stands, which decides what an ampersand without a semicolon means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Between tags: `&copy2024` is ©2024.
    Text,
    /// In an attribute's value: the `&copy` of `?a=1&copy=2` is no reference.
    Attribute,
}

/// Whether [`decode_into`] would change the text: it holds an ampersand or a NUL.
pub(super) fn needs_decoding(raw: &str) -> bool {
    memchr2(b'&', 0, raw.as_bytes()).is_some()
}

/// Resolves the references of an attribute's value.
pub(super) fn decode_attribute(raw: &str) -> Cow<'_, str> {
    if memchr(b'&', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut decoded = String::with_capacity(raw.len());
    decode_into(raw, Place::Attribute, &mut decoded);
    Cow::Owned(decoded)
}

/// Appends the text with its references resolved once and its NULs dropped.
///
/// What is appended is never longer than 1.2 times the text: no reference stands for more than two characters.
pub(super) fn decode_into(raw: &str, place: Place, out: &mut String) {
    let bytes = raw.as_bytes();
    let mut copied = 0;
    let mut pos = 0;
    while let Some(found) = memchr2(b'&', 0, &bytes[pos..]) {
        let start = pos + found;
        let end = if bytes[start] == 0 {
            out.push_str(&raw[copied..start]);
            start + 1
        } else if let Some((characters, len)) = reference(&raw[start + 1..], place) {
            out.push_str(&raw[copied..start]);
            out.extend(characters.into_iter().flatten());
            start + 1 + len
        } else {
            pos = start + 1;
            continue;
        };
        copied = end;
        pos = end;
    }
    out.push_str(&raw[copied..]);
}

/// What a reference stands for: one character or two.
type Characters = [Option<char>; 2];

/// Reads the reference whose ampersand has just been passed, and its length in bytes.
fn reference(rest: &str, place: Place) -> Option<(Characters, usize)> {
    match rest.as_bytes().first()? {
        b'#' => numeric(rest.as_bytes()).map(|(character, len)| ([Some(character), None], len)),
        first if first.is_ascii_alphanumeric() => named(rest, place),
        _ => None,
    }
}

fn numeric(rest: &[u8]) -> Option<(char, usize)> {
    let hexadecimal = matches!(rest.get(1), Some(b'x' | b'X'));
    let radix = if hexadecimal { 16 } else { 10 };
    let start = if hexadecimal { 2 } else { 1 };
    let mut value = 0_u32;
    let mut end = start;
    while let Some(digit) = rest
        .get(end)
        .and_then(|&byte| char::from(byte).to_digit(radix))
    {
        value = value.saturating_mul(radix).saturating_add(digit);
        end += 1;
    }
    if end == start {
        return None;
    }
    if rest.get(end) == Some(&b';') {
        end += 1;
    }
    let character = match value {
        0 => None,
        // Pages written for old browsers mean Windows' characters here, and every browser reads them so.
        0x80..=0x9F => C1_REPLACEMENTS[value as usize - 0x80].or(char::from_u32(value)),
        _ => char::from_u32(value),
    };
    Some((character.unwrap_or(char::REPLACEMENT_CHARACTER), end))
}

fn named(rest: &str, place: Place) -> Option<(Characters, usize)> {
    let bytes = rest.as_bytes();
    let run = bytes
        .iter()
        .take(LONGEST_NAME)
        .take_while(|byte| byte.is_ascii_alphanumeric())
        .count();
    if bytes.get(run) == Some(&b';')
        && let Some(characters) = lookup(&rest[..=run])
    {
        return Some((characters, run + 1));
    }
    for len in (2..=run.min(LONGEST_WITHOUT_SEMICOLON)).rev() {
        if let Some(characters) = lookup(&rest[..len]) {
            let goes_on = bytes
                .get(len)
                .is_some_and(|&byte| byte == b'=' || byte.is_ascii_alphanumeric());
            return (place == Place::Text || !goes_on).then_some((characters, len));
        }
    }
    None
}

/// The longest name of the standard's table is `CounterClockwiseContourIntegral`.
const LONGEST_NAME: usize = 32;

/// The longest name that may do without its semicolon, such as `Aacute`.
const LONGEST_WITHOUT_SEMICOLON: usize = 6;

fn lookup(name: &str) -> Option<Characters> {
    // The table also holds every beginning of a name, with no character.
    match NAMED_ENTITIES.get(name)? {
        (0, _) => None,
        &(first, second) => Some([
            char::from_u32(first),
            char::from_u32(second).filter(|&c| c != '\0'),
        ]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_as_browsers_do() {
        let cases = [
            ("没有引用", "没有引用", "没有引用"),
            ("&nbsp;&ldquo;文明&rdquo;", "\u{a0}“文明”", "\u{a0}“文明”"),
            ("&#20013;&#x56FD;&#X56fd", "中国国", "中国国"),
            ("&#147;引号&#148;&#133;", "“引号”…", "“引号”…"),
            (
                "&#0;&#xD800;&#x110000;&#99999999999999;",
                "\u{fffd}\u{fffd}\u{fffd}\u{fffd}",
                "\u{fffd}\u{fffd}\u{fffd}\u{fffd}",
            ),
            ("&#129;", "\u{81}", "\u{81}"),
            ("&amp;nbsp;", "&nbsp;", "&nbsp;"),
            ("?a=1&copy=2&lt=3", "?a=1©=2<=3", "?a=1&copy=2&lt=3"),
            ("&copy2024", "©2024", "&copy2024"),
            ("&notit; &notin;", "¬it; ∉", "&notit; ∉"),
            ("&nGt;", "≫\u{20d2}", "≫\u{20d2}"),
            (
                "& &; &# &#; &#x; &未; &unknown; &a",
                "& &; &# &#; &#x; &未; &unknown; &a",
                "& &; &# &#; &#x; &未; &unknown; &a",
            ),
            ("&CounterClockwiseContourIntegral;", "∳", "∳"),
            ("空\0字", "空字", "空字"),
        ];
        for (raw, text, attribute) in cases {
            let mut decoded = String::new();
            decode_into(raw, Place::Text, &mut decoded);
            assert_eq!(decoded, text, "{raw} in text");
            decoded.clear();
            decode_into(raw, Place::Attribute, &mut decoded);
            assert_eq!(decoded, attribute, "{raw} in an attribute");
        }
    }

    #[test]
    fn every_name_of_the_table_is_read_whole() {
        for (name, &(first, _)) in &NAMED_ENTITIES {
            if first == 0 {
                continue;
            }
            assert!(name.trim_end_matches(';').len() < LONGEST_NAME, "{name}");
            if !name.ends_with(';') {
                assert!(name.len() <= LONGEST_WITHOUT_SEMICOLON, "{name}");
            }
            let mut decoded = String::new();
            decode_into(&format!("&{name}"), Place::Text, &mut decoded);
            assert_eq!(decoded.chars().next(), char::from_u32(first), "{name}");
            assert!(decoded.chars().count() <= 2, "{name} gave {decoded}");
            assert!(decoded.len() * 5 <= (name.len() + 1) * 6, "{name} grows");
        }
    }
}
