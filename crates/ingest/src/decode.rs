//! Bytes → text: byte order mark, declaration, detection, and the bytes' veto over a wrong declaration.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, CoderResult, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::article::{Encoding, Warning};
use crate::error::ErrorKind;

/// A page's text and how it was found.
#[derive(Debug)]
pub(crate) struct Decoded<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) encoding: Encoding,
    pub(crate) warnings: Vec<Warning>,
}

/// A declaration in the markup, and signs of binary data, are looked for in this many bytes.
const HEAD_BYTES: usize = 8 << 10;

/// More bytes are decoded in pieces of so many.
const PIECE_BYTES: usize = 256 << 10;

/// Detection looks at this many bytes.
const SAMPLE_BYTES: usize = 32 << 10;

/// Decodes `bytes`; `declared` is what the server said, which goes before what the page says.
///
/// In order: a byte order mark; UTF-8, if the bytes are UTF-8 and hold more than ASCII; the declaration, if the bytes fit it;
/// detection. Never fails on text: what fits nothing becomes U+FFFD and is recorded.
///
/// # Errors
///
/// There is nothing but white space ([`ErrorKind::Empty`]), or the bytes are not text ([`ErrorKind::NotText`]).
pub(crate) fn decode<'a>(
    bytes: &'a [u8],
    declared: Option<&str>,
) -> Result<Decoded<'a>, ErrorKind> {
    if bytes.trim_ascii().is_empty() {
        return Err(ErrorKind::Empty);
    }
    if let Some((encoding, bom)) = encoding_rs::Encoding::for_bom(bytes) {
        let rest = &bytes[bom..];
        // A mark before bytes of another encoding is a template's mistake.
        if encoding != UTF_8 || utf8_fits(rest) {
            return finish(rest, encoding, None);
        }
        return decode_unmarked(rest, declared);
    }
    decode_unmarked(bytes, declared)
}

fn decode_unmarked<'a>(bytes: &'a [u8], declared: Option<&str>) -> Result<Decoded<'a>, ErrorKind> {
    if let Some(encoding) = unmarked_utf16(bytes) {
        return finish(bytes, encoding, None);
    }
    if is_binary(bytes) {
        return Err(ErrorKind::NotText);
    }
    let label = declared
        .map(Cow::Borrowed)
        .filter(|label| encoding_rs::Encoding::for_label(label.as_bytes()).is_some())
        .or_else(|| declaration(bytes));
    let declared = label
        .as_deref()
        .and_then(|label| encoding_rs::Encoding::for_label(label.as_bytes()));
    // Most pages are clean UTF-8, and this both finds that out and decodes them.
    let utf8 = UTF_8.decode_without_bom_handling_and_without_replacement(bytes);
    let used = choose(bytes, utf8.is_some(), declared);
    let differs = declared.is_some_and(|declared| family(declared) != family(used));
    let wrong = label.filter(|_| differs && !bytes.is_ascii());
    match utf8 {
        Some(text) if used == UTF_8 => finish_text(text, false, used, wrong),
        _ => finish(bytes, used, wrong),
    }
}

fn finish<'a>(
    bytes: &'a [u8],
    encoding: &'static encoding_rs::Encoding,
    wrong: Option<Cow<'_, str>>,
) -> Result<Decoded<'a>, ErrorKind> {
    let (text, replaced) = decode_with(bytes, encoding);
    finish_text(text, replaced, encoding, wrong)
}

fn finish_text<'a>(
    text: Cow<'a, str>,
    replaced: bool,
    encoding: &'static encoding_rs::Encoding,
    wrong: Option<Cow<'_, str>>,
) -> Result<Decoded<'a>, ErrorKind> {
    if text.trim().is_empty() {
        return Err(ErrorKind::Empty);
    }
    let name = family(encoding).name().to_ascii_lowercase();
    let mut warnings = Vec::new();
    if let Some(declared) = wrong {
        warnings.push(Warning::WrongEncoding {
            declared: declared.into_owned(),
            used: name.clone(),
        });
    }
    if replaced {
        let count = text.matches('\u{fffd}').count();
        // Text has a broken character here and there; what is broken in every eighth place is something else.
        if count > 16 && count > text.chars().count() / 8 {
            return Err(ErrorKind::NotText);
        }
        warnings.push(Warning::ReplacementCharacters { count });
    }
    Ok(Decoded {
        text,
        encoding: Encoding { name, replaced },
        warnings,
    })
}

/// Decodes bytes, and says whether something of them became U+FFFD.
fn decode_with<'a>(
    bytes: &'a [u8],
    encoding: &'static encoding_rs::Encoding,
) -> (Cow<'a, str>, bool) {
    let stays = || match encoding {
        encoding if encoding == UTF_8 => str::from_utf8(bytes).is_ok(),
        encoding => encoding.is_ascii_compatible() && bytes.is_ascii(),
    };
    if bytes.len() <= PIECE_BYTES || stays() {
        return encoding.decode_without_bom_handling(bytes);
    }
    let (text, replaced) = decode_in_pieces(bytes, encoding, PIECE_BYTES);
    (Cow::Owned(text), replaced)
}

/// The same in pieces of so many bytes. At once, memory is taken for the longest text that the bytes could be: three times
/// their number, be it used or not.
fn decode_in_pieces(
    bytes: &[u8],
    encoding: &'static encoding_rs::Encoding,
    size: usize,
) -> (String, bool) {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut buffer = "\0".repeat(3 * size + 16);
    let mut text = String::new();
    let mut any_replaced = false;
    let mut rest = bytes;
    loop {
        let piece = &rest[..rest.len().min(size)];
        let is_last = piece.len() == rest.len();
        let (result, read, written, replaced) = decoder.decode_to_str(piece, &mut buffer, is_last);
        text.push_str(&buffer[..written]);
        any_replaced |= replaced;
        rest = &rest[read..];
        if is_last && result == CoderResult::InputEmpty {
            return (text, any_replaced);
        }
    }
}

/// Picks the encoding the bytes are in.
fn choose(
    bytes: &[u8],
    is_utf8: bool,
    declared: Option<&'static encoding_rs::Encoding>,
) -> &'static encoding_rs::Encoding {
    let legacy = declared.filter(|encoding| *encoding != UTF_8 && *encoding != WINDOWS_1252);
    if is_utf8 || utf8_fits(bytes) {
        // A few GBK characters can be valid UTF-8 by accident, but then hardly Chinese in both.
        return match legacy {
            Some(encoding) if !bytes.is_ascii() && is_accident(bytes, encoding) => encoding,
            _ => UTF_8,
        };
    }
    let pairs = Pairs::count(bytes);
    match legacy {
        Some(encoding) if family(encoding) == GB18030 || encoding == BIG5 => {
            if pairs.are_big5() {
                BIG5
            } else if encoding == BIG5 && pairs.are_gbk() {
                GB18030
            } else {
                encoding
            }
        }
        // UTF-16 in a declaration that could be read as ASCII is a lie.
        Some(encoding) if encoding != UTF_16LE && encoding != UTF_16BE && fits(bytes, encoding) => {
            encoding
        }
        _ => detect(bytes, &pairs),
    }
}

fn detect(bytes: &[u8], pairs: &Pairs) -> &'static encoding_rs::Encoding {
    if pairs.are_big5() {
        return BIG5;
    }
    if pairs.are_gbk() {
        return GB18030;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    detector.feed(sample, sample.len() == bytes.len());
    // The hint settles what is too short to tell.
    detector.guess(Some(b"cn"), Utf8Detection::Allow)
}

/// The encodings that are read alike: GB2312 and GBK are GB18030.
fn family(encoding: &'static encoding_rs::Encoding) -> &'static encoding_rs::Encoding {
    if encoding == GBK { GB18030 } else { encoding }
}

/// Whether the bytes are UTF-8 but for a broken character here and there (a summary cut by bytes, a file cut short).
fn utf8_fits(bytes: &[u8]) -> bool {
    let (mut wide, mut broken) = (0usize, 0usize);
    let mut left = count_non_ascii(bytes);
    for chunk in bytes.utf8_chunks() {
        if !chunk.valid().is_ascii() {
            let valid = chunk.valid().as_bytes();
            // Three bytes a character is what Chinese has in UTF-8; the count of the lead bytes is enough.
            wide += count(valid, |byte| (0xe3..=0xef).contains(&byte));
            left -= count_non_ascii(valid);
        }
        left -= count_non_ascii(chunk.invalid());
        broken += usize::from(!chunk.invalid().is_empty());
        // Text of another encoding is found out long before its end.
        if wide + left / 3 < 8 * broken {
            return false;
        }
    }
    wide >= 8 * broken
}

fn fits(bytes: &[u8], encoding: &'static encoding_rs::Encoding) -> bool {
    let (text, replaced) = decode_with(bytes, encoding);
    !replaced || text.matches('\u{fffd}').count() * 50 < count_non_ascii(bytes)
}

fn count_non_ascii(bytes: &[u8]) -> usize {
    count(bytes, |byte| !byte.is_ascii())
}

/// Counts bytes; in pieces so short that a byte holds the count, which lets it be done many bytes at a time.
fn count(bytes: &[u8], counts: impl Fn(u8) -> bool) -> usize {
    bytes
        .chunks(usize::from(u8::MAX))
        .map(|piece| usize::from(piece.iter().map(|&byte| u8::from(counts(byte))).sum::<u8>()))
        .sum()
}

/// Whether bytes that are valid UTF-8 are rather text of `encoding`: few, without Chinese as UTF-8, and valid in it.
fn is_accident(bytes: &[u8], encoding: &'static encoding_rs::Encoding) -> bool {
    let has_wide = bytes.iter().any(|byte| (0xe3..=0xef).contains(byte));
    !has_wide
        && encoding
            .decode_without_bom_handling_and_without_replacement(bytes)
            .is_some_and(|text| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)))
}

/// How the bytes look when they are taken two at a time, as GBK and Big5 take them.
#[derive(Debug, Default)]
struct Pairs {
    /// All pairs beginning with a byte over 0x80.
    n: usize,
    /// Pairs of the symbols and the frequently used characters of Big5.
    big5: usize,
    /// Pairs whose second byte is below 0x80, which GB2312 has not.
    low: usize,
    /// Pairs of GB2312: the common simplified characters and punctuation.
    gb2312: usize,
    /// Pairs that are no character of GBK.
    broken: usize,
}

impl Pairs {
    fn count(bytes: &[u8]) -> Self {
        let mut pairs = Self::default();
        let mut rest = bytes;
        loop {
            // Within Chinese one pair follows another; past markup it is many bytes to the next.
            if rest.first().is_some_and(u8::is_ascii) {
                rest = &rest[encoding_rs::Encoding::ascii_valid_up_to(rest)..];
            }
            let [lead, trail, ..] = *rest else { break };
            pairs.n += 1;
            let (high, low) = (
                trail >= 0xa1 && trail != 0xff,
                (0x40..0x7f).contains(&trail),
            );
            pairs.low += usize::from(low);
            pairs.big5 += usize::from((0xa1..=0xc6).contains(&lead) && (high || low));
            pairs.gb2312 += usize::from(
                high && ((0xb0..=0xf7).contains(&lead) || (0xa1..=0xa3).contains(&lead)),
            );
            let valid =
                (0x81..0xff).contains(&lead) && trail >= 0x40 && !matches!(trail, 0x7f | 0xff);
            pairs.broken += usize::from(!valid);
            rest = &rest[if valid { 2 } else { 1 }..];
            if pairs.n >= SAMPLE_BYTES / 2 {
                break;
            }
        }
        pairs
    }

    /// Half of Big5's characters have a low second byte, and nearly all text is in its first planes;
    /// traditional text in GBK has low second bytes too, but most of its first bytes are elsewhere.
    fn are_big5(&self) -> bool {
        self.n >= 4 && self.big5 * 20 >= self.n * 19 && self.low * 8 >= self.n
    }

    fn are_gbk(&self) -> bool {
        self.n >= 2 && self.gb2312 * 10 >= self.n * 9 && self.broken * 50 <= self.n
    }
}

/// The encoding a page names in `<meta charset>`, `<meta http-equiv>` or its XML declaration.
fn declaration(bytes: &[u8]) -> Option<Cow<'static, str>> {
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    let mut at = 0;
    while let Some(open) = memchr::memchr(b'<', &head[at..]) {
        let tag = &head[at + open + 1..];
        at += open + 1;
        let name: &[u8] = match tag.first() {
            Some(b'm' | b'M') if starts_with_ignore_case(tag, b"meta") => b"charset",
            Some(b'?') if starts_with_ignore_case(tag, b"?xml") => b"encoding",
            _ => continue,
        };
        let tag = &tag[..memchr::memchr(b'>', tag).unwrap_or(tag.len())];
        if let Some(label) = value_of(tag, name) {
            return Some(Cow::Owned(label));
        }
    }
    None
}

/// The value after `name` and an equals sign, quoted or not.
fn value_of(tag: &[u8], name: &[u8]) -> Option<String> {
    let mut rest = tag;
    loop {
        let at = rest
            .windows(name.len())
            .position(|window| window.eq_ignore_ascii_case(name))?;
        rest = &rest[at + name.len()..];
        if let Some(value) = rest.trim_ascii_start().strip_prefix(b"=") {
            let value = value.trim_ascii_start();
            let value = value
                .strip_prefix(b"\"")
                .or(value.strip_prefix(b"'"))
                .unwrap_or(value);
            let end = value
                .iter()
                .position(|b| {
                    !(b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':'))
                })
                .unwrap_or(value.len());
            let label = String::from_utf8_lossy(&value[..end]).into_owned();
            if encoding_rs::Encoding::for_label(label.as_bytes()).is_some() {
                return Some(label);
            }
        }
    }
}

fn starts_with_ignore_case(bytes: &[u8], prefix: &[u8]) -> bool {
    bytes
        .get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// UTF-16 without a mark, told by the zero halves of its ASCII characters.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let sample = &bytes[..bytes.len().min(HEAD_BYTES)];
    memchr::memchr(0, sample)?;
    let zeros = |first: usize| {
        sample
            .iter()
            .skip(first)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    let enough = sample.len() / 20;
    match () {
        () if odd > enough && even * 8 <= odd => Some(UTF_16LE),
        () if even > enough && odd * 8 <= even => Some(UTF_16BE),
        () => None,
    }
}

/// Whether the bytes are an image, an archive or the like.
fn is_binary(bytes: &[u8]) -> bool {
    const MAGIC: [&[u8]; 14] = [
        b"\x89PNG",
        b"\xff\xd8\xff",
        b"GIF8",
        b"RIFF",
        b"%PDF-",
        b"PK\x03\x04",
        b"Rar!",
        b"7z\xbc\xaf",
        b"\x7fELF",
        b"\xd0\xcf\x11\xe0",
        b"MZ\x90",
        b"OggS",
        b"ID3",
        b"SQLite format 3",
    ];
    if MAGIC.iter().any(|magic| bytes.starts_with(magic)) {
        return true;
    }
    let sample = &bytes[..bytes.len().min(HEAD_BYTES)];
    let control = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t'..=b'\r' | 0x1a | 0x1b);
    let n = sample.iter().filter(|byte| control(byte)).count();
    n * 50 > sample.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn pieces_are_decoded_as_one(
            text in "[a城市𠀀\u{FFFD}\n]{0,40}",
            noise in prop::collection::vec(any::<u8>(), 0..8),
            size in 4_usize..20,
        ) {
            let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            for (encoding, bytes) in [
                (UTF_8, text.as_bytes().to_vec()),
                (GB18030, GB18030.encode(&text).0.into_owned()),
                (BIG5, BIG5.encode(&text).0.into_owned()),
                (UTF_16LE, utf16),
            ] {
                let bytes = [bytes.clone(), noise.clone(), bytes].concat();
                let (whole, replaced) = encoding.decode_without_bom_handling(&bytes);
                let pieces = decode_in_pieces(&bytes, encoding, size);
                prop_assert_eq!(pieces, (whole.into_owned(), replaced));
            }
        }
    }

    const SIMPLIFIED: &str = "本报讯（记者 甲乙）昨日，市政府召开会议，研究部署全国文明城市创建工作，要求各部门各负其责。";
    const TRADITIONAL: &str = "本報訊（記者 甲乙）昨日，市政府召開會議，研究部署全國文明城市創建工作，要求各部門各負其責。";

    #[track_caller]
    fn check(bytes: &[u8], declared: Option<&str>, name: &str, text: &str) {
        let decoded = decode(bytes, declared).unwrap();
        assert_eq!(
            (decoded.encoding.name.as_str(), decoded.text.as_ref()),
            (name, text)
        );
        assert!(!decoded.encoding.replaced);
    }

    fn encode(text: &str, encoding: &'static encoding_rs::Encoding) -> Vec<u8> {
        let (bytes, _, unmappable) = encoding.encode(text);
        assert!(!unmappable);
        bytes.into_owned()
    }

    /// A page that declares `label`, and what its bytes become.
    fn page(label: &str, text: &str) -> String {
        format!(
            "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset={label}\"><body>{text}"
        )
    }

    #[test]
    fn the_declaration_is_followed_where_the_bytes_fit_it() {
        for (label, encoding, name, text) in [
            ("utf-8", UTF_8, "utf-8", SIMPLIFIED),
            ("gb2312", GBK, "gb18030", SIMPLIFIED),
            ("GBK", GBK, "gb18030", TRADITIONAL),
            ("gb18030", GB18030, "gb18030", "镕𠮷"),
            ("big5", BIG5, "big5", TRADITIONAL),
            (
                "Shift_JIS",
                encoding_rs::SHIFT_JIS,
                "shift_jis",
                "これは日本語の文章です。",
            ),
            (
                "euc-kr",
                encoding_rs::EUC_KR,
                "euc-kr",
                "한국어로 쓴 글입니다.",
            ),
        ] {
            let text = page(label, text);
            let bytes = encode(&text, encoding);
            check(&bytes, None, name, &text);
            assert!(decode(&bytes, None).unwrap().warnings.is_empty(), "{label}");
        }
    }

    #[test]
    fn the_bytes_overrule_a_wrong_declaration() {
        for (label, encoding, name, text) in [
            ("gb2312", UTF_8, "utf-8", SIMPLIFIED),
            ("big5", UTF_8, "utf-8", TRADITIONAL),
            ("utf-8", GBK, "gb18030", SIMPLIFIED),
            ("iso-8859-1", GBK, "gb18030", SIMPLIFIED),
            ("iso-8859-1", UTF_8, "utf-8", SIMPLIFIED),
            ("utf-8", BIG5, "big5", TRADITIONAL),
            ("gb2312", BIG5, "big5", TRADITIONAL),
            ("big5", GBK, "gb18030", SIMPLIFIED),
        ] {
            let text = page(label, text);
            let bytes = encode(&text, encoding);
            check(&bytes, None, name, &text);
            assert_eq!(
                decode(&bytes, None).unwrap().warnings,
                [Warning::WrongEncoding {
                    declared: label.to_owned(),
                    used: name.to_owned()
                }]
            );
        }
    }

    #[test]
    fn without_a_declaration_the_bytes_decide() {
        for (encoding, name, text) in [
            (UTF_8, "utf-8", SIMPLIFIED),
            (GBK, "gb18030", SIMPLIFIED),
            (GBK, "gb18030", TRADITIONAL),
            (BIG5, "big5", TRADITIONAL),
            (GBK, "gb18030", "海城市"),
            (UTF_8, "utf-8", "海城市"),
            (UTF_8, "utf-8", "GDP 4.5%"),
        ] {
            check(&encode(text, encoding), None, name, text);
        }
    }

    #[test]
    fn the_servers_word_goes_before_the_pages() {
        let text = page("big5", "城市");
        check(&encode(&text, GBK), Some("gbk"), "gb18030", &text);
        check(text.as_bytes(), Some("no-such-encoding"), "utf-8", &text);
    }

    #[test]
    fn byte_order_marks_are_read_and_dropped() {
        let mut bytes = b"\xef\xbb\xbf".to_vec();
        bytes.extend(SIMPLIFIED.as_bytes());
        check(&bytes, Some("gbk"), "utf-8", SIMPLIFIED);
        let le: Vec<u8> = SIMPLIFIED
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        check(
            &[b"\xff\xfe".as_slice(), &le].concat(),
            None,
            "utf-16le",
            SIMPLIFIED,
        );
        let be: Vec<u8> = SIMPLIFIED
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        check(
            &[b"\xfe\xff".as_slice(), &be].concat(),
            None,
            "utf-16be",
            SIMPLIFIED,
        );
        let html = page("gb2312", SIMPLIFIED);
        let bare: Vec<u8> = html.encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(&bare, None, "utf-16le", &html);
        // A mark of UTF-8 pasted before a GBK page.
        let gbk = [b"\xef\xbb\xbf".to_vec(), encode(SIMPLIFIED, GBK)].concat();
        check(&gbk, None, "gb18030", SIMPLIFIED);
    }

    #[test]
    fn a_broken_character_is_counted_and_does_not_change_the_encoding() {
        let mut bytes = SIMPLIFIED.as_bytes().to_vec();
        bytes.truncate(bytes.len() - 1);
        let decoded = decode(&bytes, None).unwrap();
        assert_eq!(
            (decoded.encoding.name.as_str(), decoded.encoding.replaced),
            ("utf-8", true)
        );
        assert_eq!(
            decoded.warnings,
            [Warning::ReplacementCharacters { count: 1 }]
        );
    }

    #[test]
    fn what_is_no_text_is_an_error() {
        for bytes in [
            b"\x89PNG\r\n\x1a\n".as_slice(),
            b"PK\x03\x04mimetype",
            &[0u8; 500],
            &(0..=255).cycle().take(4096).collect::<Vec<u8>>(),
        ] {
            assert!(
                matches!(decode(bytes, None), Err(ErrorKind::NotText)),
                "{bytes:?}"
            );
        }
        for bytes in [
            b"".as_slice(),
            b" \r\n\t",
            "\u{feff}".as_bytes(),
            "\u{3000}\n".as_bytes(),
        ] {
            assert!(
                matches!(decode(bytes, None), Err(ErrorKind::Empty)),
                "{bytes:?}"
            );
        }
    }

    #[test]
    fn a_scripts_charset_is_not_the_pages() {
        let text = format!("<script charset=\"big5\" src=a.js></script>{SIMPLIFIED}");
        check(&encode(&text, GBK), None, "gb18030", &text);
    }

    proptest! {
        #[test]
        fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..600), declared in "[a-z0-9-]{0,10}") {
            let _ = decode(&bytes, Some(&declared));
        }

        #[test]
        fn what_is_no_utf8_is_told_before_the_end_as_at_the_end(
            pieces in prop::collection::vec(("[ -~]{0,9}[，城市é]{0,9}", any::<bool>()), 0..60),
            rare in any::<bool>(),
        ) {
            let mut bytes = Vec::new();
            for (i, (text, is_gbk)) in pieces.into_iter().enumerate() {
                let text = if is_gbk && (!rare || i % 10 == 0) { encode(&text.replace('é', "市"), GBK) } else { text.into_bytes() };
                bytes.extend(text);
            }
            let is_wide = |byte: &u8| (0xe3..=0xef).contains(byte);
            let wide: usize = bytes.utf8_chunks().map(|chunk| chunk.valid().bytes().filter(is_wide).count()).sum();
            let broken = bytes.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count();
            prop_assert_eq!(utf8_fits(&bytes), wide >= 8 * broken);
        }

        #[test]
        fn valid_chinese_utf8_is_kept(text in "[\u{4e00}-\u{9fa5}，。]{1,80}") {
            let decoded = decode(text.as_bytes(), Some("gbk")).unwrap();
            prop_assert_eq!(decoded.text.as_ref(), text.as_str());
        }
    }
}
