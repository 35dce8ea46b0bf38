//! An index as it was at one moment: its segments, open, with the statistics ranking needs.

use smallvec::SmallVec;
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, SegmentReader};

use crate::bm25;
use crate::error::{Error, Result};
use crate::index::Core;
use crate::layers::{Layer, LayerKind, Layers, TermInfo};
use crate::records::{self, Records};
use crate::regions::{Region, Regions};
use crate::schema::Fields;
use crate::stories::{Companions, Stories};

/// The segments of an index, open.
pub(crate) struct Snapshot {
    engine: tantivy::Searcher,
    pub(crate) segments: Vec<Segment>,
    pub(crate) stories: Stories,
    /// What is known of the articles' stories, segment by segment.
    pub(crate) companions: Vec<Companions>,
    pub(crate) fields: Fields,
    /// How many articles there are.
    pub(crate) n_docs: u64,
    pub(crate) norms: Norms,
}

/// What the length of a text does to the weight of a term, by layer.
pub(crate) struct Norms([bm25::Norms; LayerKind::ALL.len()]);

/// An immutable part of an index.
pub(crate) struct Segment {
    pub(crate) reader: SegmentReader,
    layers: Layers,
    /// Local seconds of publication.
    pub(crate) published: Column<i64>,
    tie: Column<u64>,
    pub(crate) source: Option<StrColumn>,
    pub(crate) channel: Option<StrColumn>,
    pub(crate) site: Option<StrColumn>,
    pub(crate) region: Regions,
    pub(crate) published_from: Regions,
    records: Records,
}

/// A text of an article that has layers of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextKind {
    Title,
    Body,
}

impl TextKind {
    pub(crate) fn words(self) -> LayerKind {
        match self {
            Self::Title => LayerKind::TitleWords,
            Self::Body => LayerKind::BodyWords,
        }
    }

    pub(crate) fn bigrams(self) -> LayerKind {
        match self {
            Self::Title => LayerKind::TitleBigrams,
            Self::Body => LayerKind::BodyBigrams,
        }
    }

    pub(crate) fn chars(self) -> LayerKind {
        match self {
            Self::Title => LayerKind::TitleChars,
            Self::Body => LayerKind::BodyChars,
        }
    }
}

impl Norms {
    fn new(segments: &[Segment], n_docs: u64) -> Self {
        Self(LayerKind::ALL.map(|kind| {
            let n_tokens = segments.iter().map(|segment| segment.n_tokens(kind)).sum();
            bm25::Norms::new(n_tokens, n_docs)
        }))
    }

    pub(crate) fn of(&self, kind: LayerKind) -> &bm25::Norms {
        &self.0[kind as usize]
    }
}

impl Snapshot {
    pub(crate) fn new(core: &Core) -> Result<Self> {
        let (engine, stories) = open(core)?;
        let fields = core.fields;
        let segments: Vec<Segment> = engine
            .segment_readers()
            .iter()
            .map(Segment::open)
            .collect::<Result<_>>()?;
        let n_docs = engine.num_docs();
        let norms = Norms::new(&segments, n_docs);
        Ok(Self {
            engine,
            companions: segments.iter().map(Companions::new).collect(),
            stories,
            fields,
            segments,
            n_docs,
            norms,
        })
    }

    /// Whether the index has not changed since.
    pub(crate) fn is_current(&self, core: &Core) -> Result<bool> {
        core.reader.reload()?;
        Ok(core.reader.searcher().generation().segments() == self.engine.generation().segments())
    }

    /// How many articles there are.
    pub(crate) fn n_articles(&self) -> usize {
        self.engine.num_docs() as usize
    }

    /// How many articles have a term of a layer.
    pub(crate) fn n_articles_of(&self, layer: LayerKind, term: &str) -> u64 {
        let counts = self.segments.iter().filter_map(|segment| {
            let info = segment.layer(layer).get(term)?;
            Some(segment.n_articles(layer, &info))
        });
        counts.sum()
    }

    /// Finds the article of an id: its segment and its number there.
    pub(crate) fn find(&self, id: &str) -> Result<Option<(usize, DocId)>> {
        for (i, segment) in self.segments.iter().enumerate() {
            let index = segment.reader.inverted_index(self.fields.id)?;
            let Some(info) = index.terms().get(id.as_bytes())? else {
                continue;
            };
            let mut postings = index.read_block_postings_from_terminfo(
                &info,
                tantivy::schema::IndexRecordOption::Basic,
            )?;
            while !postings.docs().is_empty() {
                for &doc in postings.docs() {
                    if segment.is_alive(doc) {
                        return Ok(Some((i, doc)));
                    }
                }
                postings.advance();
            }
        }
        Ok(None)
    }
}

/// The engine's searcher and the stories, of the same commit.
fn open(core: &Core) -> Result<(tantivy::Searcher, Stories)> {
    loop {
        let metas = core.engine.load_metas()?;
        let engine = core.reader.searcher();
        let segments = engine.generation().segments();
        let is_of_commit = segments.len() == metas.segments.len()
            && metas
                .segments
                .iter()
                .all(|meta| segments.get(&meta.id()) == Some(&meta.delete_opstamp()));
        if is_of_commit {
            match Stories::open(core, &metas) {
                Ok(stories) => return Ok((engine, stories)),
                // A writer may have replaced it since.
                Err(_) if core.engine.load_metas()?.payload != metas.payload => {}
                Err(error) => {
                    tracing::warn!(%error, "every article is taken for a story of its own");
                    return Ok((engine, Stories::default()));
                }
            }
        }
        core.reader.reload()?;
    }
}

impl Segment {
    fn open(reader: &SegmentReader) -> Result<Self> {
        let columns = reader.fast_fields();
        let file = reader.open_read(records::component());
        let file = file.map_err(tantivy::TantivyError::from)?;
        Ok(Self {
            layers: Layers::open(reader)?,
            published: columns.i64("published")?,
            tie: columns.u64("tie")?,
            source: columns.str("source_column")?,
            channel: columns.str("channel_column")?,
            site: columns.str("site_column")?,
            region: Regions::new(columns.str("region_column")?),
            published_from: Regions::new(columns.str("published_from_column")?),
            records: Records::open(&file)?,
            reader: reader.clone(),
        })
    }

    pub(crate) fn layer(&self, kind: LayerKind) -> &Layer {
        self.layers.of(kind)
    }

    /// How many articles have a term, deleted ones not included.
    ///
    /// So what an article weighs does not depend on what was deleted before.
    pub(crate) fn n_articles(&self, kind: LayerKind, info: &TermInfo) -> u64 {
        let Some(alive) = self.reader.alive_bitset() else {
            return u64::from(info.n_docs);
        };
        let mut n = 0;
        let mut postings = self.layer(kind).postings(info);
        while !postings.docs().is_empty() {
            let docs = postings.docs().iter();
            n += docs.filter(|&&doc| alive.is_alive(doc)).count();
            postings.advance_block();
        }
        n as u64
    }

    /// How many tokens a layer has, those of deleted articles not included.
    fn n_tokens(&self, kind: LayerKind) -> u64 {
        let layer = self.layer(kind);
        let deleted = (0..self.reader.max_doc()).filter(|&doc| !self.is_alive(doc));
        let n_deleted: u64 = match self.reader.has_deletes() {
            true => deleted.map(|doc| u64::from(layer.length(doc))).sum(),
            false => 0,
        };
        layer.n_tokens() - n_deleted
    }

    pub(crate) fn is_alive(&self, doc: DocId) -> bool {
        self.reader
            .alive_bitset()
            .is_none_or(|alive| alive.is_alive(doc))
    }

    /// Decides between equal scores, the same however the articles are spread over segments.
    pub(crate) fn tie(&self, doc: DocId) -> u64 {
        self.tie.first(doc).unwrap_or(0)
    }

    /// The regions an article is about, the first first.
    pub(crate) fn regions(&self, doc: DocId) -> Result<SmallVec<[&Region; 4]>> {
        self.region.of(doc)
    }

    /// The home of an article's paper or site.
    pub(crate) fn home(&self, doc: DocId) -> Result<Option<&Region>> {
        Ok(self.published_from.of(doc)?.pop())
    }

    /// The stored record of an article.
    pub(crate) fn record(&self, doc: DocId) -> Result<&[u8]> {
        let record = self.records.get(doc).filter(|record| !record.is_empty());
        record.ok_or_else(|| Error::Engine(format!("article {doc} has no stored record")))
    }
}
