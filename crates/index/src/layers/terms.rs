//! The dictionary of a layer: terms in the order of their bytes, each with how many articles have it and where its
//! list is.
//!
//! Terms stand in blocks of [`BLOCK`]. The first of a block is whole; of the others only what differs from the one
//! before is written, behind a byte that says most of what is to be said of most terms:
//!
//! ```text
//! bits 5–7  bytes shared with the term before; 7 and more: 7, and the rest in a varint
//! bits 3–4  other bytes, 1 to 3; 0: their number in a varint
//! bits 0–2  bytes of the list of a single article; 0: number of articles and bytes of the list in varints
//! ```
//!
//! An index of the blocks is searched by halves; it has the first bytes of their first terms, so that the blocks
//! themselves need not be looked at.

use std::cmp::Ordering;
use std::io;
use std::ops::Range;
use std::path::Path;

use tantivy::directory::OwnedBytes;

use super::prefetch::prefetch;
use crate::spool::Overflow;
use crate::varint::{put_varint, take_varint};
use crate::window::Window;

/// How many terms a block has, but the last.
const BLOCK: usize = 32;
/// How many bytes of the first term of a block the index has.
const PREFIX: usize = 8;
/// A block in the index: the first bytes of its first term, where it begins (u32), and where the list of its first term does
/// (u64).
type Entry = [u8; PREFIX + 12];
/// So many shared bytes, or more, are counted in a varint.
const MANY_SHARED: usize = 7;
/// The most other bytes that are counted in the first byte.
const FEW_OTHERS: usize = 3;
/// The most bytes of a list that are counted in the first byte.
const SHORT_LIST: usize = 7;
/// More bytes than any term takes with all that is said of it: no token has over 255 characters.
const LONGEST: usize = 2048;

/// A term's entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TermInfo {
    /// How many articles have the term, deleted ones included.
    pub(crate) n_docs: u32,
    /// Where its list is among the layer's lists, in bytes.
    pub(super) list: Range<usize>,
}

/// Writes a dictionary, term by term in ascending order.
pub(super) struct TermsWriter<'d> {
    blocks: Overflow<'d>,
    index: Vec<u8>,
    last: Vec<u8>,
    n_terms: usize,
    list_at: u64,
}

/// A dictionary, read in place.
pub(super) struct Terms {
    blocks: OwnedBytes,
    index: TermIndex,
    n_terms: usize,
}

/// Where in a dictionary a term is, if it is there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TermPlace {
    /// The number of the block.
    number: usize,
}

/// Terms in ascending order.
pub(crate) struct TermStream<'a> {
    terms: &'a Terms,
    /// The terms read so far.
    n_read: usize,
    rest: &'a [u8],
    list_at: usize,
    key: Vec<u8>,
    info: TermInfo,
    /// Whether `key` and `info` are of a term that is still to be handed out.
    pending: bool,
}

/// The index of a dictionary, to find blocks to read from.
pub(super) struct TermIndex(OwnedBytes);

/// Where a block of a dictionary is, and the list of its first term; by default, the first one.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct BlockPlace {
    number: usize,
    pub(super) at: usize,
    pub(super) list_at: usize,
}

impl BlockPlace {
    /// How many terms are before it.
    pub(super) fn n_terms_before(self) -> usize {
        self.number * BLOCK
    }
}

/// The terms of a dictionary that is read once from beginning to end, and never in memory as a whole.
pub(super) struct TermReader {
    blocks: Window,
    /// Where in the blocks the next term is.
    at: usize,
    n_terms: usize,
    n_read: usize,
    list_at: usize,
    key: Vec<u8>,
    info: TermInfo,
}

/// A dictionary that is complete.
pub(super) struct WrittenTerms<'d> {
    pub(super) n_terms: usize,
    pub(super) blocks: Overflow<'d>,
    pub(super) index: Vec<u8>,
}

impl<'d> TermsWriter<'d> {
    /// Begins a dictionary; with a directory, many of its blocks wait there.
    pub(super) fn new(dir: Option<&'d Path>) -> Self {
        Self {
            blocks: Overflow::new(dir),
            index: Vec::new(),
            last: Vec::new(),
            n_terms: 0,
            list_at: 0,
        }
    }

    /// Adds a term, greater than the one before.
    pub(super) fn add(&mut self, term: &[u8], n_docs: u32, list_len: usize) -> io::Result<()> {
        debug_assert!(self.n_terms == 0 || self.last.as_slice() < term);
        if self.n_terms.is_multiple_of(BLOCK) {
            self.blocks.relieve()?;
            let at =
                u32::try_from(self.blocks.len()).expect("a segment has less than 4 GB of terms");
            self.index.extend_from_slice(&prefix(term).to_be_bytes());
            self.index.extend_from_slice(&at.to_le_bytes());
            self.index.extend_from_slice(&self.list_at.to_le_bytes());
            let blocks = self.blocks.tail();
            put_varint(blocks, term.len() as u64);
            blocks.extend_from_slice(term);
            self.put_info(n_docs, list_len);
        } else {
            let shared = self
                .last
                .iter()
                .zip(term)
                .take_while(|(a, b)| a == b)
                .count();
            let others = &term[shared..];
            let few_others = Some(others.len()).filter(|n| (1..=FEW_OTHERS).contains(n));
            let short_list = Some(list_len).filter(|n| n_docs == 1 && (1..=SHORT_LIST).contains(n));
            let byte = shared.min(MANY_SHARED) << 5
                | few_others.unwrap_or(0) << 3
                | short_list.unwrap_or(0);
            let blocks = self.blocks.tail();
            blocks.push(byte as u8);
            if let Some(more) = shared.checked_sub(MANY_SHARED) {
                put_varint(blocks, more as u64);
            }
            if few_others.is_none() {
                put_varint(blocks, others.len() as u64);
            }
            blocks.extend_from_slice(others);
            if short_list.is_none() {
                self.put_info(n_docs, list_len);
            }
        }
        self.list_at += list_len as u64;
        self.n_terms += 1;
        self.last.clear();
        self.last.extend_from_slice(term);
        Ok(())
    }

    fn put_info(&mut self, n_docs: u32, list_len: usize) {
        let blocks = self.blocks.tail();
        put_varint(blocks, u64::from(n_docs));
        put_varint(blocks, list_len as u64);
    }

    /// Ends the dictionary.
    pub(super) fn finish(self) -> WrittenTerms<'d> {
        WrittenTerms {
            n_terms: self.n_terms,
            blocks: self.blocks,
            index: self.index,
        }
    }
}

impl Terms {
    /// `None` if the parts do not fit together.
    pub(super) fn new(n_terms: usize, blocks: OwnedBytes, index: OwnedBytes) -> Option<Self> {
        Some(Self {
            blocks,
            index: TermIndex::new(n_terms, index)?,
            n_terms,
        })
    }

    /// Finds the block a term is in, if it is anywhere, and asks the processor to have it at hand.
    pub(super) fn locate(&self, term: &[u8]) -> Option<TermPlace> {
        let number = self.block_of(term)?;
        let (block, _) = self.block(number)?;
        prefetch(block, 0, 2);
        Some(TermPlace { number })
    }

    /// Looks up a term in its place.
    pub(super) fn get(&self, term: &[u8], place: TermPlace) -> Option<TermInfo> {
        let TermPlace { number } = place;
        let (mut rest, mut list_at) = self.block(number)?;
        let first = take_first(&mut rest)?;
        // How much of the term the last one read has in common with it; the last one is smaller.
        let mut matched = common(first, term);
        let mut found = matched == first.len() && matched == term.len();
        let n = (self.n_terms - number * BLOCK).min(BLOCK);
        for i in 0..n {
            let mut short_list = 0;
            if i > 0 {
                let (shared, suffix, short) = take_next(&mut rest)?;
                short_list = short;
                found = false;
                if shared < matched {
                    return None;
                }
                // With more in common, it differs from the term where the last one did, and is smaller too.
                if shared == matched {
                    let more = common(suffix, &term[matched..]);
                    matched += more;
                    found = more == suffix.len() && matched == term.len();
                    if !found && suffix.get(more) > term.get(matched) {
                        return None;
                    }
                }
            }
            let info = take_info(&mut rest, short_list, &mut list_at)?;
            if found {
                return Some(info);
            }
        }
        None
    }

    /// The terms from `low` on.
    pub(super) fn from(&self, low: &[u8]) -> TermStream<'_> {
        let number = self.block_of(low).unwrap_or(0);
        let (rest, list_at) = self.block(number).unwrap_or_default();
        let mut stream = TermStream {
            terms: self,
            n_read: number * BLOCK,
            rest,
            list_at,
            key: Vec::new(),
            info: TermInfo::default(),
            pending: false,
        };
        while stream.read().is_some() {
            if stream.key.as_slice() >= low {
                stream.pending = true;
                break;
            }
        }
        stream
    }

    /// The last block that does not begin behind a term.
    fn block_of(&self, term: &[u8]) -> Option<usize> {
        let wanted = prefix(term);
        let entries = self.index.entries();
        let (mut low, mut high) = (0, entries.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let is_before = match first_bytes(&entries[middle]).cmp(&wanted) {
                Ordering::Less => true,
                Ordering::Greater => false,
                Ordering::Equal => {
                    let (mut rest, _) = self.block(middle)?;
                    take_first(&mut rest)? <= term
                }
            };
            if is_before {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low.checked_sub(1)
    }

    /// The bytes from a block on, and where the list of its first term begins.
    fn block(&self, number: usize) -> Option<(&[u8], usize)> {
        let BlockPlace { at, list_at, .. } = self.index.place(number)?;
        Some((self.blocks.get(at..)?, list_at))
    }
}

impl TermStream<'_> {
    /// Goes to the next term; `None` behind the last one.
    pub(crate) fn next(&mut self) -> Option<(&[u8], &TermInfo)> {
        if !std::mem::take(&mut self.pending) {
            self.read()?;
        }
        Some((&self.key, &self.info))
    }

    /// The entry of that term.
    pub(super) fn info(&self) -> &TermInfo {
        &self.info
    }

    fn read(&mut self) -> Option<()> {
        if self.n_read == self.terms.n_terms {
            return None;
        }
        let is_first = self.n_read.is_multiple_of(BLOCK);
        self.info = take_term(&mut self.rest, is_first, &mut self.key, &mut self.list_at)?;
        self.n_read += 1;
        Some(())
    }
}

impl TermIndex {
    /// The index of a dictionary of so many terms; `None` if it is that of another.
    pub(super) fn new(n_terms: usize, bytes: OwnedBytes) -> Option<Self> {
        let is_whole = bytes.len() == n_terms.div_ceil(BLOCK) * size_of::<Entry>();
        is_whole.then_some(Self(bytes))
    }

    #[inline]
    fn entries(&self) -> &[Entry] {
        let (entries, _) = self.0.as_chunks();
        entries
    }

    /// Where a block is; `None` behind the last one.
    fn place(&self, number: usize) -> Option<BlockPlace> {
        place(self.entries().get(number)?, number)
    }

    /// Where to read from to come to the terms that begin with a prefix and more: the last block whose first term is before
    /// all of them, or else the first one.
    pub(super) fn before(&self, wanted: u64) -> BlockPlace {
        let number = self.first_from(wanted).saturating_sub(1);
        self.place(number).unwrap_or_default()
    }

    /// The first block of which no term is before those that begin with a prefix; `None` if all have one.
    pub(super) fn behind(&self, wanted: u64) -> Option<BlockPlace> {
        self.place(self.first_from(wanted))
    }

    /// What the first block begins with whose list is not before so many bytes of lists, as [`prefix`].
    pub(super) fn prefix_at(&self, list_at: usize) -> Option<u64> {
        let is_before = |entry: &Entry| place(entry, 0).is_some_and(|it| it.list_at < list_at);
        let entries = self.entries();
        let number = entries.partition_point(is_before);
        entries.get(number).map(first_bytes)
    }

    fn first_from(&self, wanted: u64) -> usize {
        self.entries()
            .partition_point(|entry| first_bytes(entry) < wanted)
    }
}

/// What the first term of a block begins with, as [`prefix`].
#[inline]
fn first_bytes(entry: &Entry) -> u64 {
    let (bytes, _) = entry.split_first_chunk().expect("it is longer");
    u64::from_be_bytes(*bytes)
}

/// Where the block of an entry is, which has this number; `None` if it is where no memory is.
fn place(entry: &Entry, number: usize) -> Option<BlockPlace> {
    let (at, list_at) = entry[PREFIX..].split_first_chunk::<4>()?;
    Some(BlockPlace {
        number,
        at: usize::try_from(u32::from_le_bytes(*at)).ok()?,
        list_at: usize::try_from(u64::from_le_bytes(list_at.try_into().ok()?)).ok()?,
    })
}

impl TermReader {
    /// Begins before the first of so many terms, whose blocks are seen through a window, or of a later block.
    pub(super) fn new(n_terms: usize, blocks: Window, from: BlockPlace) -> Self {
        Self {
            blocks,
            at: from.at,
            n_terms,
            n_read: from.n_terms_before(),
            list_at: from.list_at,
            key: Vec::new(),
            info: TermInfo::default(),
        }
    }

    /// Goes to the next term; tells whether there is one.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or is damaged.
    pub(super) fn next(&mut self) -> io::Result<bool> {
        if self.n_read >= self.n_terms {
            return Ok(false);
        }
        let end = (self.at + LONGEST).min(self.blocks.len());
        let mut rest = self.blocks.get(self.at.min(end)..end)?;
        let n_before = rest.len();
        let is_first = self.n_read.is_multiple_of(BLOCK);
        let info = take_term(&mut rest, is_first, &mut self.key, &mut self.list_at);
        self.at += n_before - rest.len();
        self.info = info.ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::InvalidData,
                "a dictionary of terms is damaged",
            )
        })?;
        self.n_read += 1;
        Ok(true)
    }

    /// The term that [`next`](Self::next) went to.
    pub(super) fn term(&self) -> &[u8] {
        &self.key
    }

    /// The entry of that term.
    pub(super) fn info(&self) -> &TermInfo {
        &self.info
    }
}

/// Reads a term, the first of a block or another, into `key`, which has the one before.
fn take_term(
    rest: &mut &[u8],
    is_first: bool,
    key: &mut Vec<u8>,
    list_at: &mut usize,
) -> Option<TermInfo> {
    let mut short_list = 0;
    if is_first {
        key.clear();
        key.extend_from_slice(take_first(rest)?);
    } else {
        let (shared, suffix, short) = take_next(rest)?;
        short_list = short;
        key.truncate(shared);
        key.extend_from_slice(suffix);
    }
    take_info(rest, short_list, list_at)
}

/// The first bytes of a term, as a number that sorts as they do; a shorter term is filled up with zeros.
pub(super) fn prefix(term: &[u8]) -> u64 {
    let mut bytes = [0; PREFIX];
    let n = term.len().min(PREFIX);
    bytes[..n].copy_from_slice(&term[..n]);
    u64::from_be_bytes(bytes)
}

fn common(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

fn take_len(rest: &mut &[u8]) -> Option<usize> {
    usize::try_from(take_varint(rest)?).ok()
}

fn take_bytes<'a>(rest: &mut &'a [u8], len: usize) -> Option<&'a [u8]> {
    let (bytes, tail) = rest.split_at_checked(len)?;
    *rest = tail;
    Some(bytes)
}

fn take_first<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let len = take_len(rest)?;
    take_bytes(rest, len)
}

/// How much a term has in common with the one before, the rest of it, and the bytes of its list if that is short.
fn take_next<'a>(rest: &mut &'a [u8]) -> Option<(usize, &'a [u8], usize)> {
    let (&byte, tail) = rest.split_first()?;
    *rest = tail;
    let byte = usize::from(byte);
    let mut shared = byte >> 5;
    if shared == MANY_SHARED {
        shared = shared.checked_add(take_len(rest)?)?;
    }
    let n_others = match byte >> 3 & FEW_OTHERS {
        0 => take_len(rest)?,
        n => n,
    };
    Some((shared, take_bytes(rest, n_others)?, byte & SHORT_LIST))
}

fn take_info(rest: &mut &[u8], short_list: usize, list_at: &mut usize) -> Option<TermInfo> {
    let (n_docs, list_len) = match short_list {
        0 => (u32::try_from(take_varint(rest)?).ok()?, take_len(rest)?),
        len => (1, len),
    };
    let start = *list_at;
    *list_at = start.checked_add(list_len)?;
    Some(TermInfo {
        n_docs,
        list: start..*list_at,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use tantivy::directory::FileSlice;

    use super::*;

    fn window(bytes: Vec<u8>) -> Window {
        Window::one_of(1, FileSlice::from(bytes))
    }

    fn get(terms: &Terms, term: &str) -> Option<TermInfo> {
        terms.get(term.as_bytes(), terms.locate(term.as_bytes())?)
    }

    type Entries = BTreeMap<String, (u32, usize)>;

    /// The blocks and the index; the same whether blocks wait on the disk or not.
    fn written(entries: &Entries) -> (Vec<u8>, Vec<u8>) {
        let dir = tempfile::tempdir().unwrap();
        let [memory, disk] = [None, Some(dir.path())].map(|dir| {
            let mut writer = TermsWriter::new(dir);
            for (term, &(n_docs, list_len)) in entries {
                writer.add(term.as_bytes(), n_docs, list_len).unwrap();
            }
            let mut written = writer.finish();
            assert_eq!(written.n_terms, entries.len());
            let mut blocks = Vec::new();
            let take = |bytes: &[u8]| {
                blocks.extend_from_slice(bytes);
                Ok(())
            };
            written.blocks.drain(take).unwrap();
            (blocks, written.index)
        });
        assert_eq!(memory, disk);
        memory
    }

    fn terms(n_terms: usize, (blocks, index): (Vec<u8>, Vec<u8>)) -> Terms {
        Terms::new(n_terms, OwnedBytes::new(blocks), OwnedBytes::new(index)).unwrap()
    }

    proptest! {
        #[test]
        fn terms_come_back(
            entries in proptest::collection::btree_map("[ab文明城]{0,20}", (1u32..1000, 0usize..100_000), 0..200),
            others in proptest::collection::vec("[ab文明城]{0,20}", 0..40),
        ) {
            let terms = terms(entries.len(), written(&entries));
            let mut at = 0;
            let mut stream = terms.from(b"");
            let mut reader = TermReader::new(entries.len(), window(terms.blocks.to_vec()), BlockPlace::default());
            for (term, &(n_docs, len)) in &entries {
                let info = TermInfo { n_docs, list: at..at + len };
                at += len;
                let found = get(&terms, term);
                prop_assert_eq!(found.as_ref(), Some(&info));
                prop_assert_eq!(stream.next(), Some((term.as_bytes(), &info)));
                prop_assert!(reader.next().unwrap());
                prop_assert_eq!((reader.term(), reader.info()), (term.as_bytes(), &info));
            }
            prop_assert_eq!(stream.next(), None);
            prop_assert!(!reader.next().unwrap());
            for other in &others {
                prop_assert_eq!(get(&terms, other).is_some(), entries.contains_key(other));
                let next = entries.range(other.clone()..).next().map(|(term, _)| term.as_bytes());
                let mut stream = terms.from(other.as_bytes());
                prop_assert_eq!(stream.next().map(|(term, _)| term), next);
            }
        }

        #[test]
        fn damaged_bytes_do_no_harm(
            entries in proptest::collection::btree_map("[ab文明城]{0,20}", (1u32..1000, 0usize..1000), 1..100),
            at: prop::sample::Index, byte: u8,
        ) {
            let (mut blocks, index) = written(&entries);
            let at = at.index(blocks.len());
            blocks[at] = byte;
            let mut reader = TermReader::new(entries.len(), window(blocks.clone()), BlockPlace::default());
            while let Ok(true) = reader.next() {}
            let terms = terms(entries.len(), (blocks, index));
            for term in entries.keys() {
                let _ = get(&terms, term);
                let _ = terms.from(term.as_bytes()).next();
            }
        }
    }
}
