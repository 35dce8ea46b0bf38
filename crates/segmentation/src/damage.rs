//! What holds of any bytes that are read as a dictionary; the fuzz target and `cargo test` run the same function.
//!
//! Damage alone is found by the checksum. So that the rest is looked at too, some bytes are changed in a file that is
//! whole, and its checksum is put right: that is a file which somebody made on purpose.

use std::sync::LazyLock;

use crate::compiled::{Compiled, Compiler, HmmSource, Summary, is_compiled, put_checksum_right};
use crate::{Dictionary, Layer, Mode, Segmenter};

/// Words of the dictionary and others, letters and characters beyond U+FFFF.
const TEXTS: [&str; 3] = [
    "海城市海城创建文明城市，𠮷野家的T恤从不打折，海城海城市",
    "城城城城城城城城城城城城",
    "PM2.5：海 城\u{3000}市𠮷𠮷㐀",
];

/// A small dictionary with a character beyond U+FFFF, and with a model that has seen some characters.
static WHOLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut hmm = HmmSource::default();
    for emissions in &mut hmm.emissions {
        emissions.extend([('海', -1.0), ('城', -2.0), ('市', -3.0)]);
    }
    let mut compiler = Compiler::new(hmm);
    for (n, word) in (1..).zip([
        "海城",
        "海城市",
        "城",
        "城市",
        "𠮷野家",
        "T恤",
        "文明",
        "創建",
    ]) {
        compiler.add(word, n);
    }
    compiler.compile().expect("eight words are not too many")
});

/// Reads a dictionary as bytes say, in one of two ways, and cuts texts by it.
///
/// If the first byte is even, the rest is a file. If it is odd, the rest are changes to a whole one, of eight bytes each:
/// what part of the file (header, double array, the rest), where in it, and four bytes to put there.
///
/// # Panics
///
/// A law is broken.
pub fn dictionary(bytes: &[u8]) {
    let Some((how, bytes)) = bytes.split_first() else {
        return;
    };
    if how % 2 == 0 {
        // Words are added to a small dictionary, since compiling the built-in one takes its time.
        let first = match is_compiled(bytes) {
            true => Dictionary::default(),
            false => Dictionary::default()
                .with_bytes("whole", WHOLE.clone())
                .expect("it is whole"),
        };
        if let Ok(dictionary) = first.with_bytes("fuzz", bytes.to_vec()) {
            check(dictionary);
        }
        return;
    }
    let mut file = WHOLE.clone();
    let slots = Compiled::from_bytes(file.clone())
        .expect("it is whole")
        .place_of_slots();
    for change in bytes.chunks_exact(8) {
        let range = match change[0] % 4 {
            0 => 8..56,
            1 | 2 => slots.clone(),
            _ => 64..file.len(),
        };
        let place = u32::from_le_bytes([change[1], change[2], change[3], 0]) as usize;
        let at = range.start + place % (range.len() - 3);
        file[at..at + 4].copy_from_slice(&change[4..]);
    }
    put_checksum_right(&mut file);
    if let Ok(compiled) = Compiled::from_bytes(file.clone()) {
        let _ = Summary::of(&compiled);
        let dictionary = Dictionary::default().with_bytes("fuzz", file);
        check(dictionary.expect("it was read before"));
    }
}

/// Whatever the dictionary, words concatenate to the text and nothing panics or runs in circles.
fn check(dictionary: Dictionary) {
    let compiled = dictionary.compile();
    let _ = compiled.map(|file| Dictionary::default().with_bytes("fuzz", file));
    let more = dictionary.clone().with_words(["海城云端", "城"]);
    for dictionary in [dictionary, more] {
        let segmenter = Segmenter::new(dictionary);
        for text in TEXTS {
            check_text(&segmenter, text);
        }
    }
}

fn check_text(segmenter: &Segmenter, text: &str) {
    for mode in Mode::ALL {
        for word in segmenter.cut(mode, text) {
            assert_eq!(word.text, &text[word.start..word.end]);
        }
    }
    let words: String = segmenter.words(text).iter().map(|word| word.text).collect();
    assert_eq!(words, text);
    for layer in Layer::ALL {
        let _ = segmenter.layer(layer, text);
    }
    let _ = segmenter.terms(text);
    let _ = segmenter.dictionary().contains(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A change as [`dictionary`] reads it.
    fn change(part: u8, at: u32, value: u32) -> Vec<u8> {
        let at = at.to_le_bytes();
        let value = value.to_le_bytes();
        [&[part][..], &at[..3], &value].concat()
    }

    #[test]
    fn a_whole_dictionary_is_sound() {
        dictionary(&[1]);
        dictionary(&[&[0][..], &WHOLE].concat());
        dictionary("\0海城云端 3 n\n城\n".as_bytes());
        dictionary("\0海城云端 -3\n".as_bytes());
        let nothing = Compiler::default().compile().unwrap();
        dictionary(&[&[0][..], &nothing].concat());
    }

    #[test]
    fn numbers_of_the_header_that_lie_do_no_harm() {
        for at in (4..48).step_by(4) {
            for value in [0, 1, 2, 3, 7, 0xffff, 0x7fff_ffff, u32::MAX] {
                dictionary(&[&[1][..], &change(0, at - 4, value)].concat());
            }
        }
    }

    #[test]
    fn slots_that_lead_in_circles_do_no_harm() {
        let n_slots = Compiled::from_bytes(WHOLE.clone())
            .unwrap()
            .place_of_slots()
            .len() as u32;
        for at in (0..n_slots).step_by(4) {
            for value in [0, 1, 0xff, 0x0001_0000, 0xffff_0000, 0x7fff_ffff, u32::MAX] {
                dictionary(&[&[1][..], &change(1, at, value)].concat());
            }
        }
    }
}
