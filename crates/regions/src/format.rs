//! The compiled table's file: what is in it, how it is written, how it is read.
//!
//! All numbers are little-endian. The header is the magic, the version, the
//! checksum of everything after it, and the lengths of the sections:
//!
//! | section | entry |
//! |---|---|
//! | units | code u32, parent u16, main u16, from u16, until u16, level u8, 3 × 0 |
//! | members | how many u16, then so many units u16: for each unit its successors, or a macro-region's members |
//! | postings | unit u16, form u8, 0 |
//! | keys | how many postings u8, ordinariness u8; the postings follow each other |
//! | unit names | UTF-8, a line each |
//! | key names | UTF-8, a line each, sorted |
//! | trie | crawdad's own form |

const MAGIC: &[u8; 8] = b"fangzhiR";
const VERSION: u32 = 1;
const N_SECTIONS: usize = 7;
const HEADER_LEN: usize = 8 + 4 + 8 + N_SECTIONS * 4;

/// Stands for no unit.
pub(crate) const NONE: u16 = u16::MAX;

/// What kind of thing a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(crate) enum UnitLevel {
    Macro = 0,
    Province = 1,
    Prefecture = 2,
    County = 3,
    Area = 4,
    Town = 5,
}

/// How a name names its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(crate) enum Form {
    /// 海城市.
    Full = 0,
    /// 喀左县, 海南州: not official, and complete all the same.
    Alias = 1,
    /// 海城.
    Short = 2,
    /// 京沪: the letters of the pattern follow each other in the postings.
    Letters = 3,
}

/// Whether a name is an ordinary word too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(crate) enum Ordinary {
    /// Never, or hardly.
    No = 0,
    /// Sometimes: 日照, 朝阳.
    Sometimes = 1,
    /// Mostly: 和平, 合作.
    Mostly = 2,
}

/// A division, area or macro-region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unit {
    /// The official code, or a number of our own where there is none.
    pub(crate) code: u64,
    pub(crate) name: Box<str>,
    /// The unit above it today, or [`NONE`].
    pub(crate) parent: u16,
    /// The unit in use that it is today, or [`NONE`]; its own number where it is in use.
    pub(crate) main: u16,
    /// The first year of use.
    pub(crate) from: u16,
    /// The year it was abolished or renamed, 0 where it is in use.
    pub(crate) until: u16,
    pub(crate) level: UnitLevel,
    /// The units in use that took it over, or the members of a macro-region.
    pub(crate) members: Box<[u16]>,
}

/// A name and what it may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) name: Box<str>,
    pub(crate) ordinary: Ordinary,
    pub(crate) postings: Box<[(u16, Form)]>,
}

/// Everything in the file.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    pub(crate) units: Vec<Unit>,
    /// Sorted by name.
    pub(crate) keys: Vec<Key>,
    /// The trie over the keys, serialised: its values are places in `keys`.
    pub(crate) trie: Vec<u8>,
}

impl UnitLevel {
    fn of(byte: u8) -> Option<Self> {
        use UnitLevel::{Area, County, Macro, Prefecture, Province, Town};
        [Macro, Province, Prefecture, County, Area, Town]
            .get(usize::from(byte))
            .copied()
    }
}

impl Form {
    fn of(byte: u8) -> Option<Self> {
        [Self::Full, Self::Alias, Self::Short, Self::Letters]
            .get(usize::from(byte))
            .copied()
    }
}

impl Ordinary {
    fn of(byte: u8) -> Option<Self> {
        [Self::No, Self::Sometimes, Self::Mostly]
            .get(usize::from(byte))
            .copied()
    }
}

impl Contents {
    /// Writes the file.
    #[allow(dead_code, reason = "writing is the compiler's work")]
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut sections: [Vec<u8>; N_SECTIONS] = Default::default();
        let [units, members, postings, keys, unit_names, key_names, trie] = &mut sections;
        for unit in &self.units {
            let code = u32::try_from(unit.code).expect("built-in codes are short");
            units.extend(code.to_le_bytes());
            for number in [unit.parent, unit.main, unit.from, unit.until] {
                units.extend(number.to_le_bytes());
            }
            units.extend([unit.level as u8, 0, 0, 0]);
            let n = u16::try_from(unit.members.len()).expect("members are few");
            members.extend(n.to_le_bytes());
            members.extend(unit.members.iter().flat_map(|member| member.to_le_bytes()));
            unit_names.extend(unit.name.as_bytes());
            unit_names.push(b'\n');
        }
        for key in &self.keys {
            let n = u8::try_from(key.postings.len()).expect("like-named units are few");
            keys.extend([n, key.ordinary as u8]);
            for (unit, form) in &key.postings {
                postings.extend(unit.to_le_bytes());
                postings.extend([*form as u8, 0]);
            }
            key_names.extend(key.name.as_bytes());
            key_names.push(b'\n');
        }
        trie.extend(&self.trie);

        let body = sections.concat();
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(checksum(&body).to_le_bytes());
        for section in &sections {
            let n = u32::try_from(section.len()).expect("sections are small");
            bytes.extend(n.to_le_bytes());
        }
        bytes.extend(body);
        bytes
    }

    /// Reads the file, checking all of it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, &'static str> {
        const DAMAGED: &str = "it is damaged";
        if bytes.len() < HEADER_LEN || &bytes[..8] != MAGIC {
            return Err("it is not a table of regions");
        }
        let (header, mut body) = bytes.split_at(HEADER_LEN);
        if u32_at(header, 8) != VERSION {
            return Err("it was compiled by another version of the program");
        }
        if stated_checksum(header) != Some(checksum(body)) {
            return Err("its checksum does not match its contents");
        }
        let mut sections: [&[u8]; N_SECTIONS] = [&[]; N_SECTIONS];
        for (number, section) in sections.iter_mut().enumerate() {
            let len = u32_at(header, 20 + 4 * number) as usize;
            (*section, body) = body.split_at_checked(len).ok_or(DAMAGED)?;
        }
        let [units, members, postings, keys, unit_names, key_names, trie] = sections;
        let mut unit_names = std::str::from_utf8(unit_names)
            .map_err(|_| DAMAGED)?
            .lines();
        let mut key_names = std::str::from_utf8(key_names).map_err(|_| DAMAGED)?.lines();

        let (unit_records, _) = units.as_chunks::<16>();
        let mut contents = Self {
            units: Vec::with_capacity(unit_records.len()),
            keys: Vec::with_capacity(keys.len() / 2),
            trie: trie.to_vec(),
        };
        let (mut members, _) = members.as_chunks::<2>();
        for record in unit_records {
            let (n, rest) = members.split_first().ok_or(DAMAGED)?;
            let (own, rest) = rest
                .split_at_checked(usize::from(u16::from_le_bytes(*n)))
                .ok_or(DAMAGED)?;
            members = rest;
            contents.units.push(Unit {
                code: u64::from(u32_at(record, 0)),
                name: unit_names.next().ok_or(DAMAGED)?.into(),
                parent: u16_at(record, 4),
                main: u16_at(record, 6),
                from: u16_at(record, 8),
                until: u16_at(record, 10),
                level: UnitLevel::of(record[12]).ok_or(DAMAGED)?,
                members: own.iter().map(|unit| u16::from_le_bytes(*unit)).collect(),
            });
        }
        let (mut postings, _) = postings.as_chunks::<4>();
        let (key_records, _) = keys.as_chunks::<2>();
        for [n, ordinary] in key_records {
            let (own, rest) = postings.split_at_checked(usize::from(*n)).ok_or(DAMAGED)?;
            postings = rest;
            let own = own.iter().map(|posting| {
                let form = Form::of(posting[2])?;
                Some((u16_at(posting, 0), form))
            });
            contents.keys.push(Key {
                name: key_names.next().ok_or(DAMAGED)?.into(),
                ordinary: Ordinary::of(*ordinary).ok_or(DAMAGED)?,
                postings: own.collect::<Option<_>>().ok_or(DAMAGED)?,
            });
        }
        Ok(contents)
    }
}

/// The checksum that a file's header states.
pub(crate) fn stated_checksum(header: &[u8]) -> Option<u64> {
    let (bytes, _) = header.get(12..)?.split_first_chunk()?;
    Some(u64::from_le_bytes(*bytes))
}

/// FNV-1a, eight bytes at a time.
fn checksum(bytes: &[u8]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let (words, rest) = bytes.as_chunks();
    let rest = rest.iter().map(|byte| u64::from(*byte));
    for word in words.iter().copied().map(u64::from_le_bytes).chain(rest) {
        hash = (hash ^ word).wrapping_mul(0x0100_0000_01b3);
        // Multiplying alone would let the upper bits of a word be seen only by the upper bits.
        hash ^= hash >> 32;
    }
    hash
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
