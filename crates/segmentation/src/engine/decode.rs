//! Decoding a chunk of a text to the codes of its characters.

use super::cutter::Cutter;
use super::place::{Look, PAD, Place, Scratch};
use super::user;
use crate::compiled::{BARRIER, UNKNOWN};

/// How many characters are looked at at once, unless a word might cross all ends of chunks.
///
/// Small enough for the buffers to stay in the first-level cache.
const CHUNK: usize = 256;

/// Where a chunk ends.
pub(super) struct End {
    /// How many characters it has.
    pub(super) n: usize,
    /// The first byte of the text behind it.
    pub(super) byte: usize,
    /// How many slots are to be looked at for words of two characters.
    pub(super) n_looks: usize,
}

impl Cutter<'_> {
    /// Decodes a chunk of `text` from byte `from` on.
    ///
    /// The chunk ends with the last character that no word crosses, or with the text.
    /// A line end of two characters counts as one.
    pub(super) fn decode(&self, text: &str, from: usize, scratch: &mut Scratch) -> End {
        let mut len = CHUNK;
        loop {
            scratch.resize(len);
            let end = self.decode_some(text, from, &mut scratch.places[..len], &mut scratch.looks);
            if let Some(end) = end {
                let behind = &mut scratch.places[end.n..end.n + PAD];
                behind.fill(Place {
                    start: end.byte,
                    ..Place::BEHIND
                });
                return end;
            }
            // No place to end at: a longer chunk has one.
            len *= 4;
        }
    }

    /// Decodes as many characters as there are places; `None` if words may cross every place between them.
    fn decode_some(
        &self,
        text: &str,
        from: usize,
        places: &mut [Place],
        looks: &mut [Look],
    ) -> Option<End> {
        let mut rest = &text.as_bytes()[from..];
        let mut n = 0;
        let mut before = BARRIER;
        let mut n_looks = 0;
        // The last place where the chunk may end.
        let mut whole = None;
        for place in places {
            let start = text.len() - rest.len();
            let mut code = match *rest {
                // Most Chinese characters have three bytes.
                [first @ 0xE0..=0xEF, second, third, ref behind @ ..] => {
                    rest = behind;
                    let bits = |byte: u8| u32::from(byte & 0x3F);
                    let c = u32::from(first & 0xF) << 12 | bits(second) << 6 | bits(third);
                    self.view.direct_code(c as u16)
                }
                [] => {
                    return Some(End {
                        n,
                        byte: text.len(),
                        n_looks,
                    });
                }
                [b'\r', b'\n', ref behind @ ..] => {
                    rest = behind;
                    BARRIER
                }
                [first @ ..0x80, ref behind @ ..] => {
                    rest = behind;
                    self.view.direct_code(u16::from(first))
                }
                _ => {
                    let c = text[start..].chars().next()?;
                    rest = &rest[c.len_utf8()..];
                    self.view.code(c)
                }
            };
            n += 1;
            if code <= UNKNOWN {
                if code == BARRIER {
                    whole = Some(End {
                        n,
                        byte: text.len() - rest.len(),
                        n_looks,
                    });
                } else if self.user.is_some() {
                    let c = text[start..].chars().next()?;
                    code = user::code(&self.view, c);
                }
            }
            *place = Place {
                start,
                code,
                ..Place::BEHIND
            };
            let slot = self.view.place_of_pair(before, code);
            self.view.prefetch(slot);
            looks[n_looks] = Look { at: (n as u32).wrapping_sub(2), slot };
            n_looks += usize::from(n > 1);
            before = code;
        }
        match rest {
            [] => Some(End {
                n,
                byte: text.len(),
                n_looks,
            }),
            _ => whole,
        }
    }
}
