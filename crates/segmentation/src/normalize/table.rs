//! What becomes of each character: a table made by `examples/compile-data`.
//!
//! A character's upper bits choose a page, its lower bits an entry in it; pages
//! that are the same are stored once. The table is read in place.

const DATA: &[u8] = include_bytes!("../../data/normalize.bin");

/// Characters a page.
const PAGE: usize = 128;
const N_PAGE_IDS: usize = (char::MAX as usize + 1) / PAGE;

const ALPHANUMERIC: u32 = 1;
const LETTER: u32 = 2;
const KIND: u32 = 3 << 2;
const REPLACED: u32 = 1 << 2;
const DROPPED: u32 = 2 << 2;
const EXPANDED: u32 = 3 << 2;
const VALUE_SHIFT: u32 = 10;

/// What becomes of a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Unchanged,
    Replaced(char),
    Expanded(&'static str),
    Dropped,
}

/// What normalising makes of `c`.
#[inline]
pub(super) fn fate(c: char) -> Fate {
    let entry = entry(c);
    match entry & KIND {
        0 => Fate::Unchanged,
        REPLACED => {
            let delta = (entry as i32) >> VALUE_SHIFT;
            let by = char::from_u32((c as u32).wrapping_add_signed(delta));
            by.map_or(Fate::Unchanged, Fate::Replaced)
        }
        EXPANDED => expansion(entry >> VALUE_SHIFT).map_or(Fate::Unchanged, Fate::Expanded),
        _ => {
            debug_assert_eq!(entry & KIND, DROPPED);
            Fate::Dropped
        }
    }
}

/// Whether `c` may become others that are letters, digits or Chinese characters; quicker than [`fate`], as few do.
#[inline]
pub(super) fn is_folded(c: char) -> bool {
    match u16::try_from(c as u32) {
        Ok(c) => FOLDED.has(c),
        Err(_) => entry(c) & KIND != 0,
    }
}

/// What kind of character a normalised character is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Class(u32);

impl Class {
    /// The class of `c`, which normalising does not change.
    #[inline]
    pub(crate) fn of(c: char) -> Self {
        Self(entry(c))
    }

    /// Whether it is a letter, a digit or a Chinese character.
    #[inline]
    pub(crate) fn is_alphanumeric(self) -> bool {
        self.0 & ALPHANUMERIC != 0
    }

    /// Whether it is a letter or digit of a script that writes words together,
    /// not a Chinese character.
    #[inline]
    pub(crate) fn is_letter(self) -> bool {
        self.0 & LETTER != 0
    }
}

/// How many bytes at the start of a text are of characters that normalising does not change,
/// as far as that is quickly seen.
#[inline]
pub(super) fn unchanged_len(bytes: &[u8]) -> usize {
    len_while(bytes, |c| !CHANGED.has(c))
}

/// How many bytes at the start of a normalised text are of letters, digits and Chinese characters,
/// as far as that is quickly seen.
#[inline]
pub(crate) fn alphanumeric_len(bytes: &[u8]) -> usize {
    len_while(bytes, |c| ALPHANUMERICS.has(c))
}

/// How many bytes the first character of a normalised text has; `None` if it is no letter,
/// digit or Chinese character, or if that is not quickly seen.
#[inline]
pub(crate) fn first_alphanumeric(bytes: &[u8]) -> Option<usize> {
    match *bytes {
        [first @ 0xE0..=0xEF, second, third, ..] => {
            ALPHANUMERICS.has(wide(first, second, third)).then_some(3)
        }
        [first @ ..0x80, ..] => ALPHANUMERICS.has(u16::from(first)).then_some(1),
        _ => None,
    }
}

#[inline]
fn len_while(bytes: &[u8], holds: impl Fn(u16) -> bool) -> usize {
    let mut rest = bytes;
    loop {
        // Each kind of character has its own way round the loop, which is quicker.
        rest = match *rest {
            [first @ 0xE0..=0xEF, second, third, ref behind @ ..]
                if holds(wide(first, second, third)) =>
            {
                behind
            }
            [first @ ..0x80, ref behind @ ..] if holds(u16::from(first)) => behind,
            _ => return bytes.len() - rest.len(),
        };
    }
}

/// The character that three bytes are.
#[inline]
fn wide(first: u8, second: u8, third: u8) -> u16 {
    let bits = |byte: u8| u16::from(byte & 0x3F);
    u16::from(first) << 12 | bits(second) << 6 | bits(third)
}

/// The characters up to U+FFFF that normalising changes.
static CHANGED: Set = Set::of(KIND);
/// Those of them that become a letter, a digit or a Chinese character, and those that become several characters.
static FOLDED: Set = Set::folded();
/// The letters, digits and Chinese characters up to U+FFFF.
static ALPHANUMERICS: Set = Set::of(ALPHANUMERIC);

/// A set of characters up to U+FFFF, a bit for each.
struct Set([u64; 0x1_0000 / 64]);

impl Set {
    /// The characters whose entries have one of some bits.
    const fn of(bits: u32) -> Self {
        let mut words = [0; 0x1_0000 / 64];
        let mut c = 0;
        while c < 0x1_0000 {
            if const_entry(c) & bits != 0 {
                words[c / 64] |= 1 << (c % 64);
            }
            c += 1;
        }
        Self(words)
    }

    const fn folded() -> Self {
        let mut words = [0; 0x1_0000 / 64];
        let mut c = 0;
        while c < 0x1_0000 {
            let entry = const_entry(c);
            let is_folded = match entry & KIND {
                REPLACED => {
                    let delta = (entry as i32) >> VALUE_SHIFT;
                    let by = (c as u32).wrapping_add_signed(delta);
                    const_entry(by as usize) & ALPHANUMERIC != 0
                }
                kind => kind == EXPANDED,
            };
            words[c / 64] |= (is_folded as u64) << (c % 64);
            c += 1;
        }
        Self(words)
    }

    #[inline]
    fn has(&self, c: u16) -> bool {
        self.0[usize::from(c >> 6)] >> (c & 63) & 1 != 0
    }
}

/// [`entry`] of a character by its number, while the program is compiled.
const fn const_entry(code: usize) -> u32 {
    let page = u16::from_le_bytes([DATA[code / PAGE * 2], DATA[code / PAGE * 2 + 1]]);
    let at = N_PAGE_IDS * 2 + (page as usize * PAGE + code % PAGE) * 4;
    u32::from_le_bytes([DATA[at], DATA[at + 1], DATA[at + 2], DATA[at + 3]])
}

#[inline]
fn entry(c: char) -> u32 {
    let code = c as usize;
    let (index, rest) = DATA.split_at(N_PAGE_IDS * 2);
    let (ids, _) = index.as_chunks();
    let (entries, _) = rest.as_chunks();
    let page = usize::from(u16::from_le_bytes(ids[code / PAGE]));
    u32::from_le_bytes(entries[page * PAGE + code % PAGE])
}

fn expansion(at: u32) -> Option<&'static str> {
    let pool = &DATA[pool_start()..];
    let at = at as usize;
    let len = usize::from(*pool.get(at)?);
    str::from_utf8(pool.get(at + 1..at + 1 + len)?).ok()
}

/// Where the expansions begin: behind the page with the highest number.
const fn pool_start() -> usize {
    const START: usize = {
        let mut n_pages = 0;
        let mut i = 0;
        while i < N_PAGE_IDS {
            let id = u16::from_le_bytes([DATA[i * 2], DATA[i * 2 + 1]]) as usize;
            if id + 1 > n_pages {
                n_pages = id + 1;
            }
            i += 1;
        }
        N_PAGE_IDS * 2 + n_pages * PAGE * 4
    };
    START
}
