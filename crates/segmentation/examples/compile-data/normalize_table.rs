//! Makes the table behind `normalize`: what becomes of each character.

use std::collections::BTreeMap;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Characters a page.
const PAGE: usize = 128;

const ALPHANUMERIC: u32 = 1;
const LETTER: u32 = 2;
const REPLACED: u32 = 1 << 2;
const DROPPED: u32 = 2 << 2;
const EXPANDED: u32 = 3 << 2;
const VALUE_SHIFT: u32 = 10;

/// The table's bytes, as described in `docs/segmentation.md`.
pub(crate) fn compile() -> Vec<u8> {
    let opencc = OpenCC::from_config(BuiltinConfig::T2s).expect("the configuration is built in");
    let mut pool = Vec::new();
    let mut pages: Vec<Vec<u32>> = Vec::new();
    let mut page_ids: BTreeMap<Vec<u32>, u16> = BTreeMap::new();
    let mut index = Vec::new();
    for first in (0..=char::MAX as u32).step_by(PAGE) {
        let page: Vec<u32> = (first..first + PAGE as u32)
            .map(|code| char::from_u32(code).map_or(0, |c| entry(c, &opencc, &mut pool)))
            .collect();
        let id = *page_ids.entry(page.clone()).or_insert_with(|| {
            pages.push(page);
            u16::try_from(pages.len() - 1).expect("there are fewer than 65,536 pages")
        });
        index.push(id);
    }
    let mut bytes = Vec::new();
    bytes.extend(index.iter().flat_map(|id| id.to_le_bytes()));
    bytes.extend(pages.iter().flatten().flat_map(|entry| entry.to_le_bytes()));
    bytes.extend(pool);
    bytes
}

fn entry(c: char, opencc: &OpenCC, pool: &mut Vec<u8>) -> u32 {
    let folded = fold(c, opencc);
    let mut chars = folded.chars();
    match (chars.next(), chars.next()) {
        (None, _) => DROPPED,
        (Some(only), None) => {
            let class = class(only);
            if only == c {
                class
            } else {
                let delta = only as i32 - c as i32;
                class | REPLACED | ((delta as u32) << VALUE_SHIFT)
            }
        }
        _ => {
            let at = pool.len() as u32;
            pool.push(u8::try_from(folded.len()).expect("expansions are short"));
            pool.extend(folded.bytes());
            EXPANDED | (at << VALUE_SHIFT)
        }
    }
}

fn class(c: char) -> u32 {
    let mut class = 0;
    if c.is_alphanumeric() {
        class |= ALPHANUMERIC;
        // Letters and digits that make up words with their neighbours.
        let ideographic = matches!(c, '々' | '〇' | '〻' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}');
        if !ideographic {
            class |= LETTER;
        }
    }
    class
}

/// What `c` becomes: the fixed point of folding it and what comes of it.
fn fold(c: char, opencc: &OpenCC) -> String {
    let mut text = String::from(c);
    loop {
        let next: String = text
            .nfkd()
            .filter(|c| !is_combining_mark(*c) && !is_ignorable(*c))
            .nfc()
            .flat_map(char::to_lowercase)
            .map(|c| simplify(c, opencc))
            .collect();
        if next == text {
            return text;
        }
        text = next;
    }
}

/// Characters without a shape of their own that copying from pages leaves in texts.
fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}'
    )
}

fn simplify(c: char, opencc: &OpenCC) -> char {
    let converted = opencc.convert(c.encode_utf8(&mut [0; 4]));
    let mut chars = converted.chars();
    match (chars.next(), chars.next()) {
        (Some(simplified), None) => simplified,
        _ => c,
    }
}
