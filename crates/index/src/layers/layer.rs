//! One layer: for each article the length of its text, and for each term the articles that have it.

use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;

use tantivy::directory::{FileSlice, OwnedBytes};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::{DocId, HasLen};

use super::list::{self, ListWriter};
use super::prefetch::prefetch;
use super::terms::{TermIndex, TermInfo, TermPlace, TermReader, TermStream, Terms, TermsWriter};
use crate::bits::{BitReader, BitWriter, width};
use crate::spool::Overflow;
use crate::window::Window;

/// How many parts a layer has behind its lists.
const N_PARTS: usize = 4;

/// The lengths of texts, in tokens.
pub(crate) trait Lengths {
    /// How many articles there are.
    fn n_docs(&self) -> u32;

    /// The length of an article's text.
    fn length(&self, doc: DocId) -> u32;
}

impl Lengths for &[u32] {
    fn n_docs(&self) -> u32 {
        u32::try_from(self.len()).unwrap_or(u32::MAX)
    }

    fn length(&self, doc: DocId) -> u32 {
        self[doc as usize]
    }
}

/// Writes a layer, its terms in ascending order.
///
/// ```text
/// lists
/// lengths, length codes, index of the dictionary, blocks of the dictionary
/// numbers  u64 each: articles, width of lengths, tokens, terms, bytes of the four parts above
/// ```
pub(super) struct LayerWriter<'l> {
    lengths: &'l [u32],
    terms: TermsWriter<'l>,
}

/// The lists of successive terms of a layer, to be [written](LayerWriter::append) behind those in front of them.
pub(super) struct Lists<'l> {
    lengths: &'l [u32],
    list: ListWriter<'l>,
    lists: Overflow<'l>,
    terms: Vec<u8>,
    /// Of each term the bytes of it and its list, and how many articles have it.
    infos: Vec<(u32, u32, u32)>,
}

/// A layer, read in place.
pub(crate) struct Layer {
    lengths: PackedLengths,
    /// The lengths as the weights of terms take them: a byte each, coarser the longer.
    codes: OwnedBytes,
    n_tokens: u64,
    terms: Terms,
    lists: OwnedBytes,
}

/// A layer of which parts are read once from beginning to end.
pub(super) struct LayerFile {
    file: FileSlice,
    shape: Shape,
    lengths: PackedLengths,
    index: TermIndex,
}

/// The terms of a layer from one on, one after the other.
pub(super) struct LayerReader<'f> {
    lengths: &'f PackedLengths,
    terms: TermReader,
    lists: Window,
}

/// The articles that have a term of a layer.
pub(crate) type Postings<'a> = list::Postings<'a, PackedLengths>;

/// Lengths of one width.
pub(crate) struct PackedLengths {
    bytes: OwnedBytes,
    width: u32,
    n_docs: u32,
}

impl<'l> LayerWriter<'l> {
    /// Begins a layer of texts of these lengths, in tokens; with a directory, its terms wait there.
    pub(super) fn new(lengths: &'l [u32], dir: Option<&'l Path>) -> Self {
        Self {
            lengths,
            terms: TermsWriter::new(dir),
        }
    }

    /// Appends terms that are all greater than those before; takes them out of `lists`.
    pub(super) fn append(&mut self, lists: &mut Lists<'_>, out: &mut impl Write) -> io::Result<()> {
        let mut terms = lists.terms.as_slice();
        for (term_len, list_len, n_docs) in lists.infos.drain(..) {
            let (term, others) = terms.split_at(term_len as usize);
            terms = others;
            self.terms.add(term, n_docs, list_len as usize)?;
        }
        lists.terms.clear();
        lists.lists.drain(|bytes| out.write_all(bytes))
    }

    /// Writes what is left.
    pub(super) fn finish(self, out: &mut impl Write) -> io::Result<()> {
        let mut terms = self.terms.finish();
        let widest = self.lengths.iter().copied().max().unwrap_or(0);
        let width = width(widest);
        let mut lengths = Vec::new();
        let mut bits = BitWriter::new(&mut lengths);
        for &length in self.lengths {
            bits.write(length, width);
        }
        bits.finish();
        let codes: Vec<u8> = self
            .lengths
            .iter()
            .map(|&length| FieldNormReader::fieldnorm_to_id(length))
            .collect();
        let n_tokens: u64 = self.lengths.iter().map(|&length| u64::from(length)).sum();
        let parts = [lengths.as_slice(), &codes, &terms.index];
        for part in parts {
            out.write_all(part)?;
        }
        let n_block_bytes = terms.blocks.len();
        terms.blocks.drain(|bytes| out.write_all(bytes))?;
        for number in [
            self.lengths.len() as u64,
            u64::from(width),
            n_tokens,
            terms.n_terms as u64,
        ]
        .into_iter()
        .chain(parts.map(|part| part.len() as u64))
        .chain([n_block_bytes as u64])
        {
            out.write_all(&number.to_le_bytes())?;
        }
        Ok(())
    }
}

impl<'l> Lists<'l> {
    /// Begins with those of texts of these lengths, in tokens; with a directory, long ones wait there.
    pub(super) fn new(lengths: &'l [u32], dir: Option<&'l Path>) -> Self {
        Self {
            lengths,
            list: ListWriter::new(dir),
            lists: Overflow::new(dir),
            terms: Vec::new(),
            infos: Vec::new(),
        }
    }

    /// Takes the articles that postings of another layer are at, as [`ListWriter::push_block`] does, and where the term stands
    /// in them.
    pub(super) fn push_block<L: Lengths>(
        &mut self,
        postings: &mut list::Postings<'_, L>,
        has_positions: bool,
        number: impl Fn(DocId) -> Option<DocId>,
    ) -> io::Result<bool> {
        let any = self.list.push_block(postings, has_positions, number);
        self.list.relieve(&self.lengths)?;
        Ok(any)
    }

    /// Takes all articles of a term, and where it stands in them, in ascending order; the positions count if the layer has
    /// any.
    pub(super) fn push_occurrences(
        &mut self,
        occurrences: impl Iterator<Item = (DocId, u32)>,
        has_positions: bool,
    ) {
        let mut last: Option<(DocId, u32)> = None;
        for (doc, position) in occurrences {
            if has_positions {
                self.list.push_position(position, self.lengths.length(doc));
            }
            last = match last {
                Some((before, freq)) if before == doc => Some((doc, freq + 1)),
                Some((before, freq)) => {
                    self.list.push(before, freq);
                    Some((doc, 1))
                }
                None => Some((doc, 1)),
            };
        }
        if let Some((doc, freq)) = last {
            self.list.push(doc, freq);
        }
    }

    /// Ends a term, greater than the one before, whose articles have been pushed.
    pub(super) fn finish_term(&mut self, term: &[u8]) -> io::Result<()> {
        let len = |n: usize| u32::try_from(n).expect("a segment has less than 4 GB of texts");
        let before = self.lists.len();
        let n_docs = self.list.finish(&self.lengths, &mut self.lists)?;
        self.terms.extend_from_slice(term);
        let list_len = len(self.lists.len() - before);
        self.infos.push((len(term.len()), list_len, n_docs));
        Ok(())
    }
}

/// Where what is in a layer, in bytes from its beginning.
struct Shape {
    n_docs: u32,
    width: u32,
    n_tokens: u64,
    n_terms: usize,
    /// Behind the lists, which come first.
    parts: [Range<usize>; N_PARTS],
}

impl Shape {
    /// The bytes of the numbers that a layer ends with.
    const LEN: usize = (4 + N_PARTS) * 8;

    /// Reads these numbers, of a layer of `len` bytes.
    fn read(numbers: &[u8], len: usize) -> Option<Self> {
        let mut numbers = numbers
            .chunks_exact(8)
            .map(|number| u64::from_le_bytes(number.try_into().expect("it is of 8 bytes")));
        let mut number = || usize::try_from(numbers.next()?).ok();
        let n_docs = u32::try_from(number()?).ok()?;
        let width = u32::try_from(number()?).ok().filter(|width| *width <= 32)?;
        let n_tokens = number()? as u64;
        let n_terms = number()?;
        let mut lens = [0; N_PARTS];
        for len in &mut lens {
            *len = number()?;
        }
        let lists_end = lens
            .iter()
            .try_fold(len.checked_sub(Self::LEN)?, |at, len| at.checked_sub(*len))?;
        let mut at = lists_end;
        let parts = lens.map(|len| {
            let start = at;
            at += len;
            start..at
        });
        Some(Self {
            n_docs,
            width,
            n_tokens,
            n_terms,
            parts,
        })
    }

    fn lists_end(&self) -> usize {
        self.parts[0].start
    }
}

impl Layer {
    /// Opens what a [`LayerWriter`] made; `None` if it is damaged.
    pub(super) fn open(bytes: &OwnedBytes) -> Option<Self> {
        let numbers = bytes.len().checked_sub(Shape::LEN)?;
        let shape = Shape::read(&bytes[numbers..], bytes.len())?;
        let lists = bytes.slice(0..shape.lists_end());
        Self::new(&shape, |part| bytes.slice(part), lists)
    }

    fn new(
        shape: &Shape,
        part: impl Fn(Range<usize>) -> OwnedBytes,
        lists: OwnedBytes,
    ) -> Option<Self> {
        let [lengths, codes, index, blocks] = shape.parts.clone().map(part);
        if codes.len() != shape.n_docs as usize {
            return None;
        }
        Some(Self {
            lengths: PackedLengths::new(lengths, shape)?,
            codes,
            n_tokens: shape.n_tokens,
            terms: Terms::new(shape.n_terms, blocks, index)?,
            lists,
        })
    }

    /// How many tokens the texts have in all, deleted articles included.
    pub(crate) fn n_tokens(&self) -> u64 {
        self.n_tokens
    }

    /// How many tokens an article's text has.
    pub(crate) fn length(&self, doc: DocId) -> u32 {
        self.lengths.length(doc)
    }

    /// The code of that length, as the engine's field norms have it.
    #[inline]
    pub(crate) fn length_code(&self, doc: DocId) -> u8 {
        self.codes.get(doc as usize).copied().unwrap_or(0)
    }

    /// Looks up a term.
    pub(crate) fn get(&self, term: &str) -> Option<TermInfo> {
        self.get_in(term, self.locate(term)?)
    }

    /// The first half of looking up a term; many are quickest looked up if the first halves come first.
    pub(crate) fn locate(&self, term: &str) -> Option<TermPlace> {
        self.terms.locate(term.as_bytes())
    }

    /// The second half: what is known of a term, whose list is soon to be read.
    pub(crate) fn get_in(&self, term: &str, place: TermPlace) -> Option<TermInfo> {
        let info = self.terms.get(term.as_bytes(), place)?;
        prefetch(&self.lists, info.list.start, 2);
        Some(info)
    }

    /// The terms from `low` on, in the order of their bytes.
    pub(crate) fn terms_from(&self, low: &str) -> TermStream<'_> {
        self.terms.from(low.as_bytes())
    }

    /// The articles that have a term.
    pub(crate) fn postings(&self, info: &TermInfo) -> Postings<'_> {
        self.postings_from(info, 0)
    }

    /// The articles that have a term, from the first one on that is not before `doc`.
    pub(crate) fn postings_from(&self, info: &TermInfo, doc: DocId) -> Postings<'_> {
        let list = self.lists.get(info.list.clone()).unwrap_or_default();
        list::Postings::new(list, info.n_docs, &self.lengths, doc)
    }
}

impl LayerFile {
    /// Opens the layer that is all of a file; `None` if it is damaged.
    pub(super) fn open(file: FileSlice) -> io::Result<Option<Self>> {
        let Some(numbers) = file.len().checked_sub(Shape::LEN) else {
            return Ok(None);
        };
        let Some(shape) = Shape::read(&file.read_bytes_slice(numbers..file.len())?, file.len())
        else {
            return Ok(None);
        };
        let [lengths, _, index, _] = shape.parts.clone();
        let lengths = PackedLengths::new(file.read_bytes_slice(lengths)?, &shape);
        let index = TermIndex::new(shape.n_terms, file.read_bytes_slice(index)?);
        Ok(lengths.zip(index).map(|(lengths, index)| Self {
            file,
            shape,
            lengths,
            index,
        }))
    }

    /// How many tokens an article's text has.
    pub(super) fn length(&self, doc: DocId) -> u32 {
        self.lengths.length(doc)
    }

    /// How many bytes all lists have.
    pub(super) fn n_bytes(&self) -> usize {
        self.shape.lists_end()
    }

    /// Cuts the terms into so many ranges whose lists have about as many bytes each, or into fewer: gives what the terms of
    /// each but the first begin with.
    pub(super) fn cuts(&self, n_ranges: usize) -> Vec<u64> {
        let n_bytes = self.n_bytes();
        let cuts = (1..n_ranges).filter_map(|i| self.index.prefix_at(n_bytes / n_ranges * i));
        let mut cuts: Vec<u64> = cuts.collect();
        cuts.sort_unstable();
        cuts.dedup();
        cuts
    }

    /// Reads the terms that [begin](super::terms::prefix) with `from` and more, and less than `to`, but may begin with some
    /// terms before and end with some behind; one of so many layers read side by side.
    pub(super) fn read(&self, from: u64, to: Option<u64>, n_layers: usize) -> LayerReader<'_> {
        let [.., blocks] = self.shape.parts.clone();
        let blocks = self.file.slice(blocks);
        let (n_terms, blocks_end, lists_end) = match to.and_then(|to| self.index.behind(to)) {
            Some(behind) => (
                behind.n_terms_before(),
                behind.at.min(blocks.len()),
                behind.list_at.min(self.n_bytes()),
            ),
            None => (self.shape.n_terms, blocks.len(), self.n_bytes()),
        };
        let window = |part| Window::one_of(2 * n_layers, part);
        let blocks = window(blocks.slice_to(blocks_end));
        LayerReader {
            lengths: &self.lengths,
            terms: TermReader::new(n_terms, blocks, self.index.before(from)),
            lists: window(self.file.slice_to(lists_end)),
        }
    }
}

impl LayerReader<'_> {
    /// Goes to the next term; tells whether there is one.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or is damaged.
    pub(super) fn next(&mut self) -> io::Result<bool> {
        self.terms.next()
    }

    /// The term that [`next`](Self::next) went to.
    pub(super) fn term(&self) -> &[u8] {
        self.terms.term()
    }

    /// The articles that have that term.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub(super) fn postings(&mut self) -> io::Result<Postings<'_>> {
        let info = self.terms.info();
        let list = self.lists.get(info.list.clone())?;
        Ok(list::Postings::new(list, info.n_docs, self.lengths, 0))
    }
}

impl PackedLengths {
    /// `None` if the bytes are not those of the shape.
    fn new(bytes: OwnedBytes, shape: &Shape) -> Option<Self> {
        let n_bits = shape.n_docs as usize * shape.width as usize;
        (bytes.len() == n_bits.div_ceil(8)).then_some(Self {
            bytes,
            width: shape.width,
            n_docs: shape.n_docs,
        })
    }
}

impl Lengths for PackedLengths {
    fn n_docs(&self) -> u32 {
        self.n_docs
    }

    fn length(&self, doc: DocId) -> u32 {
        BitReader::new(&self.bytes, doc as usize * self.width as usize).read(self.width)
    }
}
