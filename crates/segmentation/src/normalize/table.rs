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

/// Whether normalising changes `c`; quicker than [`fate`], as most characters of a text stay as they are.
#[inline]
pub(super) fn is_changed(c: char) -> bool {
    let code = c as usize;
    match CHANGED.get(code / 64) {
        Some(bits) => bits >> (code % 64) & 1 != 0,
        None => entry(c) & KIND != 0,
    }
}

/// Which characters of the first plane change: a bit each.
static CHANGED: [u64; 0x10000 / 64] = {
    let mut changed = [0; 0x10000 / 64];
    let mut code = 0;
    while code < 0x10000 {
        let id = code / PAGE * 2;
        let page = DATA[id] as usize + (DATA[id + 1] as usize) * 256;
        let lowest = DATA[N_PAGE_IDS * 2 + (page * PAGE + code % PAGE) * 4];
        if lowest as u32 & KIND != 0 {
            changed[code / 64] |= 1 << (code % 64);
        }
        code += 1;
    }
    changed
};

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
