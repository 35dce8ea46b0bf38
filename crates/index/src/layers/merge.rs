//! Joins the layers of several segments into one.
//!
//! Each layer is gone through once from beginning to end, and no more of its terms and lists is in memory than a window.

use std::io::{self, Write};
use std::path::Path;

use tantivy::DocId;
use tantivy::index::SegmentReader;

use super::file::{LayerKind, LayersWriter, Sections};
use super::layer::{LayerReader, LayerWriter, Lists};

/// Lists are written when they have so many bytes.
const RUN: usize = 64 << 10;

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

/// One source's layer on its way through the terms.
struct Cursor<'a> {
    layer: LayerReader,
    numbers: &'a Numbers,
    /// Whether there is a term that is not written yet.
    live: bool,
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

/// Writes the layers of all sources as those of one segment; with a directory, its terms wait there.
pub(super) fn merge<W: Write>(sources: &[Source], out: W, dir: Option<&Path>) -> io::Result<W> {
    let mut file = LayersWriter::new(out)?;
    for kind in LayerKind::ALL {
        let mut cursors = Vec::with_capacity(sources.len());
        let mut lengths = Vec::new();
        for source in sources {
            let mut layer = source.sections.read(kind, sources.len())?;
            let docs = 0..source.numbers.n_docs();
            let alive = docs.filter(|doc| source.numbers.get(*doc).is_some());
            lengths.extend(alive.map(|doc| layer.length(doc)));
            cursors.push(Cursor {
                live: layer.next()?,
                layer,
                numbers: &source.numbers,
            });
        }
        merge_layer(cursors, kind, &lengths, file.out(), dir)?;
        file.end_section(kind);
    }
    file.finish()
}

fn merge_layer(
    mut cursors: Vec<Cursor<'_>>,
    kind: LayerKind,
    lengths: &[u32],
    out: &mut impl Write,
    dir: Option<&Path>,
) -> io::Result<()> {
    let (mut writer, mut lists) = (LayerWriter::new(lengths, dir), Lists::new(lengths));
    let mut term = Vec::new();
    loop {
        let least = cursors
            .iter()
            .filter(|cursor| cursor.live)
            .map(|cursor| cursor.layer.term())
            .min();
        let Some(least) = least else {
            writer.append(&mut lists, out)?;
            return writer.finish(out);
        };
        term.clear();
        term.extend_from_slice(least);
        let mut any = false;
        for cursor in &mut cursors {
            if !cursor.live || cursor.layer.term() != term {
                continue;
            }
            let numbers = cursor.numbers;
            let mut postings = cursor.layer.postings()?;
            while !postings.docs().is_empty() {
                let number = |doc| numbers.get(doc);
                any |= lists
                    .list()
                    .push_block(&mut postings, kind.has_positions(), number);
                postings.advance_block();
            }
            cursor.live = cursor.layer.next()?;
        }
        // A term that only deleted articles had is gone with them.
        if any {
            lists.finish_term(&term);
        }
        if lists.n_bytes() > RUN {
            writer.append(&mut lists, out)?;
        }
    }
}
