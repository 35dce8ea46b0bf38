//! Joins the layers of several segments into one.
//!
//! Each layer is gone through once from beginning to end, and no more of its lists is in memory than a window.

use std::io::{self, Write};
use std::ops::Range;

use tantivy::directory::{FileSlice, OwnedBytes};
use tantivy::index::SegmentReader;
use tantivy::{DocId, HasLen, TERMINATED};

use super::file::{LayerKind, LayersWriter, Sections};
use super::layer::{Layer, LayerWriter};
use super::terms::TermStream;
use crate::storage::LARGE_PART;

/// A segment to be joined with others.
pub(super) struct Source {
    sections: Sections,
    /// The new number of each of its articles; `None` of a deleted one.
    numbers: Vec<Option<DocId>>,
}

/// One source's layer on its way through the terms.
struct Cursor<'a> {
    layer: &'a Layer,
    lists: Window,
    numbers: &'a [Option<DocId>],
    terms: TermStream<'a>,
    /// Whether there is a term that is not written yet.
    live: bool,
}

/// The part of a file that is read at the moment.
struct Window {
    file: FileSlice,
    start: usize,
    bytes: OwnedBytes,
}

impl Window {
    fn new(file: FileSlice) -> Self {
        Self {
            file,
            start: 0,
            bytes: OwnedBytes::empty(),
        }
    }

    /// The bytes of a range, which begins where the one before did or behind; of one that is not in the file, none.
    fn get(&mut self, range: Range<usize>) -> io::Result<&[u8]> {
        if range.start < self.start || self.start + self.bytes.len() < range.end {
            if range.end > self.file.len() || range.start > range.end {
                return Ok(&[]);
            }
            let end = range.end.max(range.start + LARGE_PART).min(self.file.len());
            self.bytes = self.file.read_bytes_slice(range.start..end)?;
            self.start = range.start;
        }
        Ok(&self.bytes[range.start - self.start..range.end - self.start])
    }
}

/// Opens the segments, whose articles are numbered one segment after the other, deleted ones left out.
pub(super) fn sources(segments: &[SegmentReader]) -> tantivy::Result<Vec<Source>> {
    let mut next = 0;
    segments
        .iter()
        .map(|segment| {
            let numbers = (0..segment.max_doc())
                .map(|doc| {
                    let number = (!segment.is_deleted(doc)).then_some(next);
                    next += DocId::from(number.is_some());
                    number
                })
                .collect();
            Ok(Source {
                sections: Sections::open(segment)?,
                numbers,
            })
        })
        .collect()
}

/// Writes the layers of all sources as those of one segment.
pub(super) fn merge<W: Write>(sources: &[Source], out: W) -> io::Result<W> {
    let mut file = LayersWriter::new(out)?;
    for kind in LayerKind::ALL {
        let layers: Vec<(Layer, FileSlice)> = sources
            .iter()
            .map(|source| source.sections.read(kind))
            .collect::<io::Result<_>>()?;
        let lengths: Vec<u32> = sources
            .iter()
            .zip(&layers)
            .flat_map(|(source, (layer, _))| {
                (0..)
                    .zip(&source.numbers)
                    .filter(|(_, number)| number.is_some())
                    .map(|(doc, _)| layer.length(doc))
            })
            .collect();
        let cursors = sources.iter().zip(&layers);
        let cursors = cursors
            .map(|(source, (layer, lists))| {
                let mut terms = layer.terms_from("");
                Cursor {
                    layer,
                    lists: Window::new(lists.clone()),
                    numbers: &source.numbers,
                    live: terms.next().is_some(),
                    terms,
                }
            })
            .collect();
        file.section(|out| {
            let mut writer = LayerWriter::new(&lengths, out);
            merge_layer(cursors, kind, &mut writer)?;
            writer.finish().map(drop)
        })?;
    }
    file.finish()
}

fn merge_layer(
    mut cursors: Vec<Cursor<'_>>,
    kind: LayerKind,
    writer: &mut LayerWriter<'_, impl Write>,
) -> io::Result<()> {
    let mut term = Vec::new();
    let mut positions = Vec::new();
    loop {
        let least = cursors
            .iter()
            .filter(|cursor| cursor.live)
            .map(|cursor| cursor.terms.term())
            .min();
        let Some(least) = least else {
            return Ok(());
        };
        term.clear();
        term.extend_from_slice(least);
        let mut any = false;
        for cursor in &mut cursors {
            if !cursor.live || cursor.terms.term() != term {
                continue;
            }
            let info = cursor.terms.info();
            let list = cursor.lists.get(info.list.clone())?;
            let mut postings = cursor.layer.postings_of(list, info);
            while postings.doc() != TERMINATED {
                if let Some(doc) = cursor.numbers[postings.doc() as usize] {
                    any = true;
                    writer.list().push(doc, postings.freq());
                    if kind.has_positions() {
                        postings.positions(&mut positions);
                        writer.list().push_positions(&positions);
                    }
                }
                postings.advance();
            }
            cursor.live = cursor.terms.next().is_some();
        }
        // A term that only deleted articles had is gone with them.
        if any {
            writer.finish_term(&term)?;
        }
    }
}
