//! Decoding a chunk of a text to the codes of its characters.

use super::cutter::Cutter;
use super::place::{PAD, Place, Scratch};
use super::user;
use crate::compiled::{BARRIER, UNKNOWN};

/// How many characters are looked at at once, unless a word might cross all ends of chunks.
///
/// Small enough for the buffers to stay in the first-level cache.
const CHUNK: usize = 256;

impl Cutter<'_> {
    /// Decodes a chunk of `text` from byte `from` on; returns how many characters it has.
    ///
    /// The chunk ends with the last character that no word crosses, or with the text.
    /// A line end of two characters counts as one.
    pub(super) fn decode(&self, text: &str, from: usize, scratch: &mut Scratch) -> usize {
        let mut len = CHUNK;
        loop {
            scratch.resize(len);
            let (mut n, mut end) = self.decode_some(text, from, &mut scratch.places[..len]);
            let places = &mut scratch.places[..];
            if end < text.len() {
                let last = places[..n].iter().rposition(|place| place.code == BARRIER);
                let Some(last) = last else {
                    // No place to end at: a longer chunk has one.
                    len *= 4;
                    continue;
                };
                n = last + 1;
                end = places
                    .get(n)
                    .filter(|_| n < len)
                    .map_or(end, |place| place.start);
            }
            places[n..n + PAD].fill(Place {
                start: end,
                ..Place::BEHIND
            });
            if self.user.is_some() {
                self.find_own_codes(text, &mut places[..n]);
            }
            return n;
        }
    }

    /// Decodes as many characters as there are places; returns how many there were, and the byte behind them.
    #[inline(never)]
    fn decode_some(&self, text: &str, from: usize, places: &mut [Place]) -> (usize, usize) {
        let mut rest = &text.as_bytes()[from..];
        for (n, place) in places.iter_mut().enumerate() {
            place.start = text.len() - rest.len();
            match *rest {
                // Most Chinese characters have three bytes.
                [first @ 0xE0..=0xEF, second, third, ref behind @ ..] => {
                    rest = behind;
                    let bits = |byte: u8| u16::from(byte & 0x3F);
                    let c = u16::from(first) << 12 | bits(second) << 6 | bits(third);
                    place.code = self.view.direct_code(c);
                }
                [first @ ..0x80, ref behind @ ..] => {
                    rest = match (first, behind) {
                        (b'\r', [b'\n', behind @ ..]) => behind,
                        _ => behind,
                    };
                    place.code = self.view.direct_code(u16::from(first));
                }
                [] => return (n, text.len()),
                _ => {
                    let c = char_at(text, place.start);
                    rest = rest.get(c.len_utf8()..).unwrap_or_default();
                    place.code = self.view.code(c);
                }
            }
        }
        (places.len(), text.len() - rest.len())
    }

    /// Gives characters that no compiled word contains codes of their own, as the user's words may.
    fn find_own_codes(&self, text: &str, places: &mut [Place]) {
        for place in places.iter_mut().filter(|place| place.code == UNKNOWN) {
            place.code = user::code(&self.view, char_at(text, place.start));
        }
    }
}

#[inline(never)]
fn char_at(text: &str, at: usize) -> char {
    text[at..].chars().next().unwrap_or_default()
}
