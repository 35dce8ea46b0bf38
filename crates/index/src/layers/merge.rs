//! Joins the layers of several segments into one.
//!
//! Each layer is cut into ranges of terms, which threads take one after the other. A range is gone through once from beginning
//! to end, and no more of its terms and lists is in memory than a window, and what comes of it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use tantivy::DocId;
use tantivy::index::SegmentReader;

use super::assembly::{Assembly, Section};
use super::file::{LayerKind, LayersWriter, Sections};
use super::layer::{LayerFile, LayerReader, Lists};
use super::terms::prefix;
use crate::both::on_all;

/// The lists of a range have about so many bytes; in tests, few.
const RANGE: usize = if cfg!(test) { 64 } else { 512 << 10 };

/// A segment to be joined with others.
pub(super) struct Source {
    sections: Sections,
    numbers: Numbers,
}

/// The new numbers of a segment's articles.
enum Numbers {
    /// All of them, so many articles behind the first.
    All { first: DocId, n_docs: DocId },
    /// Not all: `None` of a deleted one.
    Some(Vec<Option<DocId>>),
}

/// A layer of several segments.
struct Joined<'s> {
    kind: LayerKind,
    layers: Vec<(LayerFile, &'s Numbers)>,
    /// The lengths of the texts, in tokens.
    lengths: Vec<u32>,
}

/// One source's layer on its way through the terms of a range.
struct Cursor<'l> {
    layer: LayerReader<'l>,
    numbers: &'l Numbers,
    /// What the first term behind the range begins with; `None` if there is none.
    end: Option<u64>,
}

/// Opens the segments, whose articles are numbered one segment after the other, deleted ones left out.
pub(super) fn sources(segments: &[SegmentReader]) -> tantivy::Result<Vec<Source>> {
    let mut next = 0;
    segments
        .iter()
        .map(|segment| {
            let numbers = Numbers::of(segment, next);
            next += segment.num_docs();
            Ok(Source {
                sections: Sections::open(segment)?,
                numbers,
            })
        })
        .collect()
}

impl Numbers {
    fn of(segment: &SegmentReader, first: DocId) -> Self {
        let n_docs = segment.max_doc();
        if segment.alive_bitset().is_none() {
            return Self::All { first, n_docs };
        }
        let mut next = first;
        let number = |doc| {
            let number = (!segment.is_deleted(doc)).then_some(next);
            next += DocId::from(number.is_some());
            number
        };
        Self::Some((0..n_docs).map(number).collect())
    }

    /// The number of the article that had another; `None` of a deleted one, and of one that was none.
    fn get(&self, doc: DocId) -> Option<DocId> {
        match self {
            Self::All { first, n_docs } => (doc < *n_docs).then(|| first + doc),
            Self::Some(numbers) => *numbers.get(doc as usize)?,
        }
    }

    fn n_docs(&self) -> DocId {
        match self {
            Self::All { n_docs, .. } => *n_docs,
            Self::Some(numbers) => numbers.len() as DocId,
        }
    }
}

/// Writes the layers of all sources as those of one segment, on so many threads; with a directory, terms wait there.
pub(super) fn merge<W: Write + Send>(
    sources: &[Source],
    threads: usize,
    out: W,
    dir: Option<&Path>,
) -> io::Result<W> {
    let mut file = LayersWriter::new(out)?;
    for kind in LayerKind::ALL {
        file = Joined::open(sources, kind)?.write(threads, file, dir)?;
    }
    file.finish()
}

impl<'s> Joined<'s> {
    fn open(sources: &'s [Source], kind: LayerKind) -> io::Result<Self> {
        let mut layers = Vec::with_capacity(sources.len());
        let mut lengths = Vec::new();
        for Source { sections, numbers } in sources {
            let layer = sections.layer(kind)?;
            let docs = 0..numbers.n_docs();
            let alive = docs.filter(|doc| numbers.get(*doc).is_some());
            lengths.extend(alive.map(|doc| layer.length(doc)));
            layers.push((layer, numbers));
        }
        Ok(Self {
            kind,
            layers,
            lengths,
        })
    }

    /// What the terms of each range begin with: from a number on and, but for the last range, before another.
    fn ranges(&self) -> Vec<(u64, Option<u64>)> {
        let layers = self.layers.iter().map(|(layer, _)| layer);
        let n_bytes: usize = layers.clone().map(LayerFile::n_bytes).sum();
        let largest = layers.max_by_key(|layer| layer.n_bytes());
        let cuts = largest.map_or(Vec::new(), |layer| layer.cuts(n_bytes / RANGE + 1));
        let starts = std::iter::once(0).chain(cuts.iter().copied());
        let ends = cuts.iter().copied().map(Some);
        starts.zip(ends.chain([None])).collect()
    }

    fn write<W: Write + Send>(
        &self,
        threads: usize,
        file: LayersWriter<W>,
        dir: Option<&Path>,
    ) -> io::Result<LayersWriter<W>> {
        let ranges = self.ranges();
        let threads = threads.clamp(1, ranges.len());
        let section = Section {
            kind: self.kind,
            lengths: &self.lengths,
            n_runs: ranges.len(),
        };
        let assembly = Assembly::new(file, vec![section], dir);
        let next = AtomicUsize::new(0);
        on_all(threads, || {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(&range) = ranges.get(number) else {
                    return io::Result::Ok(());
                };
                assembly.put(0, number, self.join(range, threads, dir)?)?;
            }
        })?;
        Ok(assembly.finish())
    }

    /// The lists of a range of terms, one of so many at a time; with a directory, long ones wait there.
    fn join<'l>(
        &'l self,
        (start, end): (u64, Option<u64>),
        n_ranges: usize,
        dir: Option<&'l Path>,
    ) -> io::Result<Lists<'l>> {
        let mut cursors = Vec::with_capacity(self.layers.len());
        // The term that each is at, the least one on top; of the same terms, that of the first source.
        let mut heads = BinaryHeap::with_capacity(self.layers.len());
        for (number, (layer, numbers)) in self.layers.iter().enumerate() {
            let mut cursor = Cursor {
                layer: layer.read(start, end, self.layers.len() * n_ranges),
                numbers,
                end,
            };
            let mut is_live = cursor.advance()?;
            while is_live && prefix(cursor.layer.term()) < start {
                is_live = cursor.advance()?;
            }
            if is_live {
                heads.push(Reverse((cursor.layer.term().to_vec(), number)));
            }
            cursors.push(cursor);
        }
        let mut lists = Lists::new(&self.lengths, dir);
        let mut term = Vec::new();
        while let Some(Reverse((least, _))) = heads.peek() {
            term.clone_from(least);
            let mut any = false;
            while let Some(mut head) = heads.peek_mut() {
                let Reverse((here, number)) = &mut *head;
                if *here != term {
                    break;
                }
                let cursor = &mut cursors[*number];
                let numbers = cursor.numbers;
                let mut postings = cursor.layer.postings()?;
                while !postings.docs().is_empty() {
                    let number = |doc| numbers.get(doc);
                    let has_positions = self.kind.has_positions();
                    any |= lists.push_block(&mut postings, has_positions, number)?;
                    postings.advance_block();
                }
                if cursor.advance()? {
                    here.clear();
                    here.extend_from_slice(cursor.layer.term());
                } else {
                    PeekMut::pop(head);
                }
            }
            // A term that only deleted articles had is gone with them.
            if any {
                lists.finish_term(&term)?;
            }
        }
        Ok(lists)
    }
}

impl Cursor<'_> {
    /// Goes to the next term; tells whether there is one before the end of the range.
    fn advance(&mut self) -> io::Result<bool> {
        let is_before = |term: &[u8]| self.end.is_none_or(|end| prefix(term) < end);
        Ok(self.layer.next()? && is_before(self.layer.term()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tantivy::directory::FileSlice;

    use super::super::document::{DocumentLayers, TextLayers};
    use super::super::invert::{Share, Texts};
    use super::*;

    fn open(file: Vec<u8>) -> Sections {
        Sections::of(FileSlice::from(file)).unwrap()
    }

    /// The layers of texts, which are cut into words at spaces.
    fn layers<'t>(texts: impl Iterator<Item = &'t str>) -> Sections {
        let mut all = Texts::default();
        for text in texts {
            let mut units = Vec::new();
            crate::utf16::push(&mut units, text);
            let text = TextLayers {
                words: text.as_bytes(),
                chars: &units,
            };
            all.push(&DocumentLayers {
                title: text,
                body: text,
                n_lead: 2,
                weight: 0,
            });
        }
        let file = LayersWriter::new(Vec::new()).unwrap();
        let file = all.invert(Share::new(1 << 20, 1), file, None).unwrap();
        open(file.finish().unwrap())
    }

    proptest! {
        #[test]
        fn joined_segments_are_what_one_would_have_been(
            texts in proptest::collection::vec("[文明城市a-c]{1,3}( [文明城市a-z]{1,3}){1,30}", 1..24),
            lens in proptest::collection::vec(1usize..12, 24),
            deleted in proptest::collection::hash_set(0usize..24, 0..4),
            threads in 1usize..4,
        ) {
            let is_alive = |number: &usize| !deleted.contains(number);
            let mut sources = Vec::new();
            let (mut start, mut first) = (0, 0);
            for len in lens {
                let segment = start..(start + len).min(texts.len());
                let sections = layers(texts[segment.clone()].iter().map(String::as_str));
                let mut next = first;
                let mut number = |is_alive: bool| {
                    let number = is_alive.then_some(next);
                    next += DocId::from(is_alive);
                    number
                };
                let numbers = match segment.clone().all(|number| is_alive(&number)) {
                    true => Numbers::All { first, n_docs: segment.len() as DocId },
                    false => Numbers::Some(segment.clone().map(|i| number(is_alive(&i))).collect()),
                };
                first += segment.clone().filter(is_alive).count() as DocId;
                sources.push(Source { sections, numbers });
                start = segment.end;
            }
            let dir = tempfile::tempdir().unwrap();
            let joined = merge(&sources, threads, Vec::new(), Some(dir.path())).unwrap();
            let joined = open(joined);
            let alive = (0..start).filter(is_alive).map(|number| texts[number].as_str());
            let whole = layers(alive);
            for kind in LayerKind::ALL {
                prop_assert_eq!(joined.bytes(kind), whole.bytes(kind), "{:?}", kind);
            }
        }
    }
}
