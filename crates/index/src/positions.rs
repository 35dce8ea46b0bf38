//! Exact runs of characters, read off the positions of pairs.

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, TERMINATED};

use crate::error::Result;
use crate::segment::{Layers, Scored};

/// A run of characters in one text of a segment's articles.
///
/// Articles are to be asked for in ascending order.
pub(crate) struct Phrase {
    /// The rarest first.
    cursors: Vec<Cursor>,
    starts: Vec<u32>,
    scratch: Vec<u32>,
    begun: bool,
}

struct Cursor {
    postings: SegmentPostings,
    /// How far into the phrase its term begins.
    offset: u32,
}

impl Phrase {
    /// Opens the postings of `chars`: letters, digits and Chinese characters, normalised.
    /// `None` if one of its pairs stands nowhere.
    pub(crate) fn open(layers: &Layers, chars: &str) -> Result<Option<Self>> {
        let chars: Vec<char> = chars.chars().collect();
        let mut terms: Vec<(u32, String)> = Vec::new();
        let field: &Scored = match chars.len() {
            0 => return Ok(None),
            1 => {
                terms.push((0, chars[0].to_string()));
                &layers.chars
            }
            n => {
                // Every other pair covers every character; the last one closes an odd phrase.
                let last = n - 2;
                for at in (0..last).step_by(2).chain([last]) {
                    let offset = u32::try_from(at).unwrap_or(u32::MAX);
                    terms.push((offset, chars[at..at + 2].iter().collect()));
                }
                &layers.bigrams
            }
        };
        Self::open_terms(field, terms.iter().map(|(at, term)| (*at, term.as_str())))
    }

    /// Opens the postings of terms that stand at these distances from the phrase's beginning.
    pub(crate) fn open_terms<'t>(
        field: &Scored,
        terms: impl IntoIterator<Item = (u32, &'t str)>,
    ) -> Result<Option<Self>> {
        let mut cursors = Vec::new();
        for (offset, term) in terms {
            let Some(info) = field.index.terms().get(term.as_bytes())? else {
                return Ok(None);
            };
            let postings = field
                .index
                .read_postings_from_terminfo(&info, IndexRecordOption::WithFreqsAndPositions)?;
            cursors.push(Cursor { postings, offset });
        }
        if cursors.is_empty() {
            return Ok(None);
        }
        cursors.sort_by_key(|cursor| cursor.postings.doc_freq());
        Ok(Some(Self {
            cursors,
            starts: Vec::new(),
            scratch: Vec::new(),
            begun: false,
        }))
    }

    /// How often the phrase stands in an article.
    pub(crate) fn count(&mut self, doc: DocId) -> u32 {
        if !self.cursors.iter_mut().all(|cursor| cursor.is_at(doc)) {
            return 0;
        }
        if let [only] = self.cursors.as_slice() {
            return only.postings.term_freq();
        }
        self.read_starts();
        u32::try_from(self.starts.len()).unwrap_or(u32::MAX)
    }

    /// Where the phrase begins in an article, in ascending order.
    pub(crate) fn starts(&mut self, doc: DocId) -> &[u32] {
        self.starts.clear();
        if self.cursors.iter_mut().all(|cursor| cursor.is_at(doc)) {
            self.read_starts();
        }
        &self.starts
    }

    /// Goes to the next article that has the phrase, and tells where it begins there.
    pub(crate) fn next_starts(&mut self) -> Option<(DocId, &[u32])> {
        loop {
            let rarest = &mut self.cursors[0].postings;
            let doc = if self.begun {
                rarest.advance()
            } else {
                self.begun = true;
                rarest.doc()
            };
            if doc == TERMINATED {
                return None;
            }
            self.starts(doc);
            if !self.starts.is_empty() {
                return Some((doc, &self.starts));
            }
        }
    }

    /// Hands out the articles that have the phrase, and how often.
    pub(crate) fn for_each(mut self, mut sink: impl FnMut(DocId, u32)) {
        let mut doc = self.cursors[0].postings.doc();
        while doc != TERMINATED {
            let count = self.count(doc);
            if count > 0 {
                sink(doc, count);
            }
            doc = self.cursors[0].postings.advance();
        }
    }

    /// Intersects the positions of all cursors, which stand at the same article.
    fn read_starts(&mut self) {
        self.starts.clear();
        let (first, others) = self
            .cursors
            .split_first_mut()
            .expect("a phrase has at least one term");
        first.read(&mut self.starts);
        for cursor in others {
            if self.starts.is_empty() {
                return;
            }
            cursor.read(&mut self.scratch);
            let mut rest = self.scratch.as_slice();
            self.starts.retain(|start| {
                let skip = rest.partition_point(|other| other < start);
                rest = &rest[skip..];
                rest.first() == Some(start)
            });
        }
    }
}

impl Cursor {
    fn is_at(&mut self, doc: DocId) -> bool {
        let at = self.postings.doc();
        at == doc || (at < doc && self.postings.seek(doc) == doc)
    }

    /// Reads where the phrase would begin by this term.
    fn read(&mut self, starts: &mut Vec<u32>) {
        starts.clear();
        self.postings.append_positions_with_offset(0, starts);
        let offset = self.offset;
        starts.retain_mut(|start| match start.checked_sub(offset) {
            Some(at) => {
                *start = at;
                true
            }
            None => false,
        });
    }
}
