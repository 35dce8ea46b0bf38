//! Compiling dictionaries to a file that is read in place.
//!
//! All numbers are little-endian. A header of 64 bytes is followed by sections
//! without gaps; `docs/segmentation.md` describes what they hold.
//!
//! ```
//! use fangzhi_segmentation::Dictionary;
//! use fangzhi_segmentation::compiled::{Compiler, HmmSource};
//!
//! let mut compiler = Compiler::new(HmmSource::built_in());
//! compiler.add("海城市", 120);
//! let path = std::env::temp_dir().join(format!("words-{}.bin", std::process::id()));
//! std::fs::write(&path, compiler.compile()?)?;
//! assert!(Dictionary::open(&path)?.contains("海城市"));
//! # std::fs::remove_file(&path)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod build;
mod double_array;
mod hmm;
#[cfg(test)]
mod packed;
mod summary;
mod view;
mod words;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

pub(crate) use build::Source;
pub use build::{Compiler, HmmSource};
pub(crate) use double_array::{EMPTY, Slot};
pub(crate) use hmm::{Hmm, N_STATES, States};
pub use summary::Summary;
pub(crate) use view::View;

use crate::error::Flaw;

const MAGIC: &[u8; 8] = b"fangzhiW";
/// The version of the form that this release writes and reads.
pub(crate) const VERSION: u32 = 3;
const HEADER_LEN: usize = 64;
const CHECKSUM: Range<usize> = 56..64;

/// The column of frequencies of words as they are written.
pub(crate) const PLAIN: usize = 0;
/// The column of frequencies of words in normalised text.
pub(crate) const NORMAL: usize = 1;

/// The code of a character that no word can contain and that ends a block.
pub(crate) const BARRIER: u32 = 0;
/// The code of a character inside blocks that no word contains.
pub(crate) const UNKNOWN: u32 = 1;
/// The first code of a character that occurs in words.
pub(crate) const FIRST_CODE: u32 = 2;

/// The characters with a code of their own place in the table.
const N_DIRECT: usize = 0x1_0000;

static BUILT_IN: Aligned<[u8; include_bytes!(concat!(env!("OUT_DIR"), "/words.bin")).len()]> =
    Aligned(*include_bytes!(concat!(env!("OUT_DIR"), "/words.bin")));

/// Keeps slots from straddling cache lines.
#[repr(C, align(64))]
struct Aligned<T>(T);

/// A dictionary in compiled form, either the built-in one or one read from a file.
#[derive(Clone)]
pub(crate) struct Compiled {
    bytes: Cow<'static, [u8]>,
    header: Header,
    /// Where each section starts, and where the last one ends.
    starts: [usize; Section::ALL.len() + 1],
    states: States,
}

/// What the header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Header {
    n_slots: u32,
    n_codes: u32,
    /// Characters beyond the table that have a code.
    n_extra: u32,
    /// Different rows of frequencies, and before them that of no word.
    n_rows: u32,
    /// The rows before this one are those of words as they are written;
    /// the others belong to words that are only normalised forms.
    n_plain: u32,
    n_emissions: u32,
    /// Words of 64 bits in all filters.
    n_filters: u32,
    totals: [u64; 2],
}

/// The sections in order: what one entry is, and its bytes.
#[derive(Clone, Copy)]
enum Section {
    /// The code of each character below U+10000: u16.
    Codes,
    /// Other characters with a code, sorted: u32 character, u32 code.
    Extra,
    /// Where words go on from their first character, by code: u64.
    Roots,
    /// Filters of what may go on: u64.
    Filters,
    /// The double array: u64.
    Slots,
    /// Frequencies as written and in normalised text: 2 × u64.
    Frequencies,
    /// Emission log probabilities of the four states: 4 × f64.
    Emissions,
    /// Log probabilities of the first state and of each transition: 4 × f64, 4 × 4 × f64.
    Transitions,
    /// For each character from U+4E00 to U+9FD5 its row of emissions: u16.
    EmissionIndex,
    /// The number of the frequency of the word that a character is on its own, by code: u16.
    Singles,
}

impl Compiled {
    /// The built-in dictionary, read in place from the program.
    pub(crate) fn built_in() -> Self {
        let bytes: &'static [u8] = &BUILT_IN.0;
        let header = Header::parse(bytes).expect("a test checks the built-in dictionary");
        Self::new(Cow::Borrowed(bytes), header)
    }

    fn new(bytes: Cow<'static, [u8]>, header: Header) -> Self {
        let starts = header.starts();
        let states = States::read(&bytes[header.range(Section::Transitions)]);
        Self {
            bytes,
            header,
            starts,
            states,
        }
    }

    /// Takes the contents of a compiled file, checking all of it.
    ///
    /// # Errors
    /// What is wrong with the contents.
    pub(crate) fn from_bytes(bytes: Vec<u8>) -> Result<Self, Flaw> {
        let header = Header::parse(&bytes)?;
        if u64_at(&bytes, CHECKSUM.start) != checksum(&bytes) {
            return Err(Flaw::Checksum);
        }
        let compiled = Self::new(Cow::Owned(bytes), header);
        if !compiled.is_consistent() {
            return Err(Flaw::Contents);
        }
        Ok(compiled)
    }

    /// Whether cutting may rely on what the sections say of each other, which a file made by another hand need not hold to.
    fn is_consistent(&self) -> bool {
        let n_codes = self.header.n_codes;
        let (codes, _) = self.section(Section::Codes).as_chunks();
        let direct = codes.iter().copied().map(u16::from_le_bytes).map(u32::from);
        let (extra, _) = self.section(Section::Extra).as_chunks::<8>();
        let mut codes = direct.chain(extra.iter().map(|entry| u32_at(entry, 4)));
        let (slots, _) = self.section(Section::Slots).as_chunks();
        let mut slots = slots.iter().copied().map(Slot::from_le_bytes);
        let totals = self.header.totals;
        let fits = |row: [u64; 2]| row.iter().zip(totals).all(|(n, total)| *n <= total);
        codes.all(|code| code < n_codes)
            // No word crosses a barrier.
            && slots.all(|slot| slot == EMPTY || slot.label() >= FIRST_CODE)
            && self.frequency(0) == [0; 2]
            && self.frequencies().all(fits)
    }

    /// The frequencies by number, preceded by zeros for no word; words as they are written come first.
    pub(crate) fn frequencies(&self) -> impl Iterator<Item = [u64; 2]> {
        self.rows().iter().map(row)
    }

    /// The frequencies with a number.
    pub(crate) fn frequency(&self, number: usize) -> [u64; 2] {
        self.rows().get(number).map_or([0; 2], row)
    }

    /// The sums of the frequencies of all words, those included that can never be cut.
    pub(crate) fn totals(&self) -> [u64; 2] {
        self.header.totals
    }

    /// How many numbers of frequencies belong to words as they are written, that of no word included.
    pub(crate) fn n_plain(&self) -> usize {
        self.header.n_plain as usize
    }

    /// One more than the highest code.
    pub(crate) fn n_codes(&self) -> u32 {
        self.header.n_codes
    }

    fn rows(&self) -> &[[u8; 16]] {
        let (rows, _) = self.section(Section::Frequencies).as_chunks();
        rows
    }

    /// The checksum, which stands for the contents.
    pub(crate) fn checksum(&self) -> u64 {
        u64_at(&self.bytes, CHECKSUM.start)
    }

    /// The model, as a source to compile other words with.
    pub(crate) fn hmm_source(&self) -> HmmSource {
        let hmm = self.view().hmm;
        HmmSource {
            starts: hmm.states.starts,
            transitions: hmm.states.transitions,
            emissions: std::array::from_fn(|state| hmm.seen(state).collect()),
        }
    }

    /// Where in the file the double array is.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn place_of_slots(&self) -> Range<usize> {
        self.header.range(Section::Slots)
    }

    fn section(&self, section: Section) -> &[u8] {
        &self.bytes[self.starts[section as usize]..self.starts[section as usize + 1]]
    }
}

impl fmt::Debug for Compiled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compiled")
            .field("header", &self.header)
            .finish_non_exhaustive()
    }
}

impl Header {
    fn parse(bytes: &[u8]) -> Result<Self, Flaw> {
        if !is_compiled(bytes) {
            return Err(Flaw::Foreign);
        }
        if bytes.len() < HEADER_LEN {
            return Err(Flaw::Length);
        }
        let found = u32_at(bytes, 8);
        if found != VERSION {
            return Err(Flaw::Version {
                found,
                supported: VERSION,
            });
        }
        let header = Self {
            n_slots: u32_at(bytes, 12),
            n_codes: u32_at(bytes, 16),
            n_extra: u32_at(bytes, 20),
            n_rows: u32_at(bytes, 24),
            n_plain: u32_at(bytes, 28),
            n_emissions: u32_at(bytes, 32),
            n_filters: u32_at(bytes, 36),
            totals: [u64_at(bytes, 40), u64_at(bytes, 48)],
        };
        if bytes.len() != header.len_of_file() {
            return Err(Flaw::Length);
        }
        if header.n_codes < FIRST_CODE || header.n_plain > header.n_rows {
            return Err(Flaw::Header);
        }
        Ok(header)
    }

    fn write(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        let numbers = [
            VERSION,
            self.n_slots,
            self.n_codes,
            self.n_extra,
            self.n_rows,
            self.n_plain,
            self.n_emissions,
            self.n_filters,
        ];
        bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        bytes.extend(self.totals.iter().flat_map(|total| total.to_le_bytes()));
        bytes.resize(HEADER_LEN, 0);
        bytes
    }

    /// Where each section starts, and where the last one ends.
    fn starts(&self) -> [usize; Section::ALL.len() + 1] {
        let mut starts = [HEADER_LEN; Section::ALL.len() + 1];
        for section in Section::ALL {
            starts[section as usize + 1] = starts[section as usize] + self.len(section);
        }
        starts
    }

    fn range(&self, section: Section) -> Range<usize> {
        let starts = self.starts();
        starts[section as usize]..starts[section as usize + 1]
    }

    fn len_of_file(&self) -> usize {
        self.range(Section::Singles).end
    }

    fn len(&self, section: Section) -> usize {
        match section {
            Section::Codes => N_DIRECT * 2,
            Section::Extra => self.n_extra as usize * 8,
            Section::Roots => self.n_codes as usize * 8,
            Section::Filters => self.n_filters as usize * 8,
            Section::Singles => self.n_codes as usize * 2,
            Section::Slots => self.n_slots as usize * 8,
            Section::Frequencies => self.n_rows as usize * 16,
            Section::EmissionIndex => hmm::N_CHARS * 2,
            Section::Emissions => self.n_emissions as usize * N_STATES * 8,
            Section::Transitions => (N_STATES + N_STATES * N_STATES) * 8,
        }
    }
}

impl Section {
    const ALL: [Self; 10] = [
        Self::Codes,
        Self::Extra,
        Self::Roots,
        Self::Filters,
        Self::Slots,
        Self::Frequencies,
        Self::Emissions,
        Self::Transitions,
        Self::EmissionIndex,
        Self::Singles,
    ];
}

/// Whether `c` is one of the Chinese characters jieba cuts into words.
pub(crate) fn is_chinese(c: char) -> bool {
    matches!(c,
        '\u{4E00}'..='\u{9FFF}'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{2A6DF}'
        | '\u{2A700}'..='\u{2B73F}'
        | '\u{2B740}'..='\u{2B81F}'
        | '\u{2B820}'..='\u{2CEAF}'
        | '\u{2CEB0}'..='\u{2EBEF}'
        | '\u{2F800}'..='\u{2FA1F}')
}

/// Whether jieba looks for words with `c` in them; all others stand alone.
pub(crate) fn is_in_block(c: char) -> bool {
    is_chinese(c)
        || c.is_ascii_alphanumeric()
        || matches!(c, '+' | '#' | '&' | '.' | '_' | '%' | '-')
}

/// Whether a file's contents say that they are a compiled dictionary.
pub(crate) fn is_compiled(start: &[u8]) -> bool {
    start.starts_with(MAGIC)
}

fn row(bytes: &[u8; 16]) -> [u64; 2] {
    [u64_at(bytes, 0), u64_at(bytes, 8)]
}

/// FNV-1a over eight bytes at a time, of everything but the checksum itself.
fn checksum(bytes: &[u8]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in [&bytes[..CHECKSUM.start], &bytes[CHECKSUM.end..]] {
        let (words, rest) = part.as_chunks();
        let rest = rest.iter().map(|byte| u64::from(*byte));
        for word in words.iter().copied().map(u64::from_le_bytes).chain(rest) {
            hash = (hash ^ word).wrapping_mul(0x0100_0000_01b3);
            // Multiplying alone would let the upper bits of a word be seen only by the upper bits.
            hash ^= hash >> 32;
        }
    }
    hash
}

/// Puts the checksum of a file right whose contents were changed on purpose.
#[cfg(any(test, fuzzing))]
pub(crate) fn put_checksum_right(bytes: &mut [u8]) {
    let sum = checksum(bytes);
    bytes[CHECKSUM].copy_from_slice(&sum.to_le_bytes());
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | (u64::from(u32_at(bytes, at + 4)) << 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small dictionary with a character beyond U+FFFF.
    fn small() -> Vec<u8> {
        let mut compiler = Compiler::new(HmmSource::built_in());
        for (word, frequency) in [
            ("海城", 5),
            ("海城市", 9),
            ("城", 2),
            ("𠮷野家", 3),
            ("T恤", 4),
            ("从不", 0),
        ] {
            compiler.add(word, frequency);
        }
        compiler.compile().unwrap()
    }

    fn read(bytes: &[u8]) -> Result<Compiled, Flaw> {
        Compiled::from_bytes(bytes.to_vec())
    }

    #[test]
    fn the_built_in_dictionary_is_whole() {
        let unpacked = packed::unpack(include_bytes!("../data/words.bin")).unwrap();
        let compiled = read(&unpacked).unwrap();
        assert_eq!(compiled.bytes, Compiled::built_in().bytes);
        assert!(compiled.bytes.len() < 10 << 20);
    }

    #[test]
    fn the_order_of_words_does_not_matter() {
        let mut compiler = Compiler::new(HmmSource::built_in());
        for (word, frequency) in [
            ("T恤", 4),
            ("𠮷野家", 3),
            ("城", 7),
            ("城", 2),
            ("海城市", 9),
            ("海城", 5),
        ] {
            compiler.add(word, frequency);
        }
        assert_eq!(compiler.compile().unwrap(), small());
    }

    #[test]
    fn the_built_in_model_survives_compiling() {
        assert_eq!(read(&small()).unwrap().hmm_source(), HmmSource::built_in());
    }

    #[test]
    fn foreign_and_damaged_files_are_refused_and_the_flaw_is_named() {
        let whole = small();
        let with = |at: usize, bytes: &[u8]| {
            let mut damaged = whole.clone();
            damaged[at..at + bytes.len()].copy_from_slice(bytes);
            damaged
        };
        let header = read(&whole).unwrap().header;
        let mut cases: Vec<(String, Vec<u8>, Flaw)> = vec![
            ("empty".into(), Vec::new(), Flaw::Foreign),
            ("text".into(), "海城市 5 ns\n".into(), Flaw::Foreign),
            (
                "packed".into(),
                include_bytes!("../data/words.bin").to_vec(),
                Flaw::Foreign,
            ),
            ("other magic".into(), with(7, b"X"), Flaw::Foreign),
            ("longer".into(), [&whole[..], &[0]].concat(), Flaw::Length),
            (
                "more slots".into(),
                with(12, &(header.n_slots + 1).to_le_bytes()),
                Flaw::Length,
            ),
            (
                "as many slots as can be said".into(),
                with(12, &u32::MAX.to_le_bytes()),
                Flaw::Length,
            ),
            (
                "as many codes as can be said".into(),
                with(16, &u32::MAX.to_le_bytes()),
                Flaw::Length,
            ),
            (
                "more filters".into(),
                with(36, &(header.n_filters + 1).to_le_bytes()),
                Flaw::Length,
            ),
            (
                "more plain rows than rows".into(),
                with(28, &u32::MAX.to_le_bytes()),
                Flaw::Header,
            ),
        ];
        for found in [0, VERSION - 1, VERSION + 1, u32::MAX] {
            cases.push((
                format!("version {found}"),
                with(8, &found.to_le_bytes()),
                Flaw::Version {
                    found,
                    supported: VERSION,
                },
            ));
        }
        // Cut short within the magic, within the header, and at and around each section's ends.
        for len in 0..MAGIC.len() {
            cases.push((format!("{len} bytes"), whole[..len].to_vec(), Flaw::Foreign));
        }
        let ends = Section::ALL.iter().map(|section| header.range(*section));
        let ends = ends.flat_map(|range| [range.start, range.end - 1]);
        for len in ends.chain([MAGIC.len(), HEADER_LEN - 1, HEADER_LEN + 1]) {
            cases.push((format!("{len} bytes"), whole[..len].to_vec(), Flaw::Length));
        }
        // A bit flipped in each section.
        for section in Section::ALL {
            for at in [header.range(section).start, header.range(section).end - 1] {
                // The dictionary may have nothing of some kind.
                if header.len(section) > 0 {
                    cases.push((
                        format!("flipped at {at}"),
                        with(at, &[whole[at] ^ 1]),
                        Flaw::Checksum,
                    ));
                }
            }
        }
        for (name, bytes, flaw) in cases {
            assert_eq!(read(&bytes).unwrap_err(), flaw, "{name}");
        }
    }

    #[test]
    fn damage_anywhere_is_noticed() {
        let mut bytes = small();
        for at in (0..bytes.len()).step_by(997).chain(0..128) {
            bytes[at] ^= 0x10;
            assert!(read(&bytes).is_err(), "byte {at}");
            bytes[at] ^= 0x10;
        }
    }

    #[test]
    fn packing_is_undone() {
        for bytes in [vec![], vec![1, 2, 3], vec![0; 64], small()] {
            assert_eq!(packed::unpack(&packed::pack(&bytes)), Some(bytes));
        }
    }
}
