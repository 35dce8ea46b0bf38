//! The layers of a segment: one file.

use std::io::{self, Write};
use std::ops::Range;

use tantivy::directory::{FileSlice, OwnedBytes};
use tantivy::index::{SegmentComponent, SegmentReader};
use tantivy::{HasLen, TantivyError};

use super::layer::{Layer, LayerFile};

/// The ending of the file's name.
pub(crate) const EXTENSION: &str = "layers";
const MAGIC: [u8; 8] = *b"FZLAYER\x02";

/// A scored layer of an article's texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LayerKind {
    TitleWords,
    TitleBigrams,
    TitleChars,
    BodyWords,
    BodyBigrams,
    BodyChars,
    /// The words of the first characters of the body.
    Lead,
}

impl LayerKind {
    /// All layers.
    pub(crate) const ALL: [Self; 7] = [
        Self::TitleWords,
        Self::TitleBigrams,
        Self::TitleChars,
        Self::BodyWords,
        Self::BodyBigrams,
        Self::BodyChars,
        Self::Lead,
    ];

    /// Whether it is kept where in a text a term stands.
    pub(super) fn has_positions(self) -> bool {
        !matches!(self, Self::TitleChars | Self::BodyChars | Self::Lead)
    }
}

/// The layers of a segment, read in place.
pub(crate) struct Layers([Layer; LayerKind::ALL.len()]);

impl Layers {
    /// Opens those of a segment.
    pub(crate) fn open(segment: &SegmentReader) -> tantivy::Result<Self> {
        let bytes = file(segment)?.read_bytes()?;
        Self::from_bytes(&bytes).ok_or_else(damaged)
    }

    /// One of them.
    pub(crate) fn of(&self, kind: LayerKind) -> &Layer {
        &self.0[kind as usize]
    }

    pub(super) fn from_bytes(bytes: &OwnedBytes) -> Option<Self> {
        let places_at = bytes.len().checked_sub(PLACES)?;
        let sections = sections(&bytes[..MAGIC.len()], &bytes[places_at..], places_at)?;
        let layers: Vec<Layer> = sections
            .into_iter()
            .map(|section| Layer::open(&bytes.slice(section)))
            .collect::<Option<_>>()?;
        Some(Self(layers.try_into().ok()?))
    }
}

/// The layers of a segment, not read yet.
pub(super) struct Sections {
    file: FileSlice,
    sections: Vec<Range<usize>>,
}

impl Sections {
    /// Opens those of a segment.
    pub(super) fn open(segment: &SegmentReader) -> tantivy::Result<Self> {
        Self::of(file(segment)?)
    }

    /// Opens those of a segment's file.
    pub(super) fn of(file: FileSlice) -> tantivy::Result<Self> {
        let places_at = file.len().checked_sub(PLACES).ok_or_else(damaged)?;
        let magic = file.read_bytes_slice(0..MAGIC.len().min(places_at))?;
        let places = file.read_bytes_slice(places_at..file.len())?;
        let sections = sections(&magic, &places, places_at).ok_or_else(damaged)?;
        Ok(Self { file, sections })
    }

    /// The bytes of a layer.
    #[cfg(test)]
    pub(super) fn bytes(&self, kind: LayerKind) -> OwnedBytes {
        let section = self.sections[kind as usize].clone();
        self.file.slice(section).read_bytes().unwrap()
    }

    /// Opens a layer to be read once.
    pub(super) fn layer(&self, kind: LayerKind) -> io::Result<LayerFile> {
        let section = self.sections[kind as usize].clone();
        LayerFile::open(self.file.slice(section))?
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, damaged()))
    }
}

/// The bytes that say where the layers of a file are.
const PLACES: usize = LayerKind::ALL.len() * 16;

/// Where the layers are in a file that begins and ends with these bytes; `None` if it is damaged.
fn sections(magic: &[u8], places: &[u8], places_at: usize) -> Option<Vec<Range<usize>>> {
    if magic != MAGIC {
        return None;
    }
    places
        .chunks_exact(16)
        .map(|place| {
            let (start, end) = place.split_first_chunk::<8>()?;
            let start = usize::try_from(u64::from_le_bytes(*start)).ok()?;
            let end = usize::try_from(u64::from_le_bytes(end.try_into().ok()?)).ok()?;
            (MAGIC.len() <= start && start <= end && end <= places_at).then_some(start..end)
        })
        .collect()
}

fn file(segment: &SegmentReader) -> tantivy::Result<FileSlice> {
    Ok(segment.open_read(SegmentComponent::Custom(EXTENSION.to_owned()))?)
}

fn damaged() -> TantivyError {
    TantivyError::InternalError("its layers are damaged".to_owned())
}

/// Writes the sections of a file one after the other.
pub(super) struct LayersWriter<W> {
    out: CountingWriter<W>,
    /// Where the section that is being written begins.
    start: u64,
    /// Where each layer begins and ends.
    places: [(u64, u64); LayerKind::ALL.len()],
}

impl<W: Write> LayersWriter<W> {
    pub(super) fn new(out: W) -> io::Result<Self> {
        let mut out = CountingWriter { out, n_bytes: 0 };
        out.write_all(&MAGIC)?;
        Ok(Self {
            start: out.n_bytes,
            out,
            places: Default::default(),
        })
    }

    /// Takes the section of a layer, until that [ends](Self::end_section).
    pub(super) fn out(&mut self) -> &mut CountingWriter<W> {
        &mut self.out
    }

    /// Ends the section of a layer, each once.
    pub(super) fn end_section(&mut self, kind: LayerKind) {
        let end = self.out.n_bytes;
        self.places[kind as usize] = (self.start, end);
        self.start = end;
    }

    /// Gives back what was written to.
    pub(super) fn finish(mut self) -> io::Result<W> {
        for (start, end) in self.places {
            self.out.write_all(&start.to_le_bytes())?;
            self.out.write_all(&end.to_le_bytes())?;
        }
        Ok(self.out.out)
    }
}

/// Counts what is written.
pub(super) struct CountingWriter<W> {
    out: W,
    n_bytes: u64,
}

impl<W: Write> Write for CountingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.out.write(bytes)?;
        self.n_bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
