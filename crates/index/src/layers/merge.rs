//! Joins the layers of several segments into one.

use std::io::{self, Write};

use tantivy::index::SegmentReader;
use tantivy::{DocId, TERMINATED};

use super::file::{LayerKind, Layers, LayersWriter};
use super::layer::{Layer, LayerWriter};
use super::terms::TermStream;

/// A segment to be joined with others.
pub(super) struct Source {
    layers: Layers,
    /// The new number of each of its articles; `None` of a deleted one.
    numbers: Vec<Option<DocId>>,
}

/// One source's layer on its way through the terms.
struct Cursor<'a> {
    layer: &'a Layer,
    numbers: &'a [Option<DocId>],
    terms: TermStream<'a>,
    /// Whether there is a term that is not written yet.
    live: bool,
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
                layers: Layers::open(segment)?,
                numbers,
            })
        })
        .collect()
}

/// Writes the layers of all sources as those of one segment.
pub(super) fn merge<W: Write>(sources: &[Source], out: W) -> io::Result<W> {
    let mut file = LayersWriter::new(out)?;
    for kind in LayerKind::ALL {
        let lengths: Vec<u32> = sources
            .iter()
            .flat_map(|source| {
                let layer = source.layers.of(kind);
                (0..)
                    .zip(&source.numbers)
                    .filter(|(_, number)| number.is_some())
                    .map(|(doc, _)| layer.length(doc))
            })
            .collect();
        file.section(|out| {
            let mut writer = LayerWriter::new(&lengths, out);
            merge_layer(sources, kind, &mut writer)?;
            writer.finish().map(drop)
        })?;
    }
    file.finish()
}

fn merge_layer(
    sources: &[Source],
    kind: LayerKind,
    writer: &mut LayerWriter<'_, impl Write>,
) -> io::Result<()> {
    let mut cursors: Vec<Cursor<'_>> = sources
        .iter()
        .map(|source| {
            let layer = source.layers.of(kind);
            let mut terms = layer.terms_from("");
            Cursor {
                layer,
                numbers: &source.numbers,
                live: terms.next().is_some(),
                terms,
            }
        })
        .collect();
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
            let mut postings = cursor.layer.postings(cursor.terms.info());
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
