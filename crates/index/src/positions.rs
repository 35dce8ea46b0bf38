//! Exact runs of characters, read off the positions of pairs.

use tantivy::{DocId, TERMINATED};

use crate::layers::{LayerKind, Postings};
use crate::segment::{Segment, TextKind};

/// A run of characters in one text of a segment's articles.
///
/// Articles are to be asked for in ascending order.
pub(crate) struct Phrase<'s> {
    /// The rarest first.
    cursors: Vec<Cursor<'s>>,
    starts: Vec<u32>,
    scratch: Vec<u32>,
    begun: bool,
}

struct Cursor<'s> {
    postings: Postings<'s>,
    n_docs: u32,
    /// How far into the phrase its term begins.
    offset: u32,
}

impl<'s> Phrase<'s> {
    /// Opens the postings of `chars`: letters, digits and Chinese characters, normalised.
    /// `None` if one of its pairs stands nowhere.
    pub(crate) fn open(segment: &'s Segment, text: TextKind, chars: &str) -> Option<Self> {
        let chars: Vec<char> = chars.chars().collect();
        let mut terms: Vec<(u32, String)> = Vec::new();
        let layer = match chars.len() {
            0 => return None,
            1 => {
                terms.push((0, chars[0].to_string()));
                text.chars()
            }
            n => {
                // Every other pair covers every character; the last one closes an odd phrase.
                let last = n - 2;
                for at in (0..last).step_by(2).chain([last]) {
                    let offset = u32::try_from(at).unwrap_or(u32::MAX);
                    terms.push((offset, chars[at..at + 2].iter().collect()));
                }
                text.bigrams()
            }
        };
        let terms = terms.iter().map(|(at, term)| (*at, term.as_str()));
        Self::open_terms(segment, layer, terms)
    }

    /// Opens the postings of terms that stand at these distances from the phrase's beginning.
    pub(crate) fn open_terms<'t>(
        segment: &'s Segment,
        layer: LayerKind,
        terms: impl IntoIterator<Item = (u32, &'t str)>,
    ) -> Option<Self> {
        let layer = segment.layer(layer);
        let infos: Vec<_> = terms
            .into_iter()
            .map(|(offset, term)| Some((offset, layer.get(term)?)))
            .collect::<Option<_>>()?;
        let mut cursors: Vec<Cursor<'s>> = infos
            .iter()
            .map(|(offset, info)| Cursor {
                postings: layer.postings(info),
                n_docs: info.n_docs,
                offset: *offset,
            })
            .collect();
        if cursors.is_empty() {
            return None;
        }
        cursors.sort_by_key(|cursor| cursor.n_docs);
        Some(Self {
            cursors,
            starts: Vec::new(),
            scratch: Vec::new(),
            begun: false,
        })
    }

    /// How often the phrase stands in an article.
    pub(crate) fn count(&mut self, doc: DocId) -> u32 {
        if !self.is_at(doc) {
            return 0;
        }
        if let [only] = self.cursors.as_slice() {
            return only.postings.freq();
        }
        self.read_starts();
        u32::try_from(self.starts.len()).unwrap_or(u32::MAX)
    }

    /// Where the phrase begins in an article, in ascending order.
    pub(crate) fn starts(&mut self, doc: DocId) -> &[u32] {
        self.starts.clear();
        if self.is_at(doc) {
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

    fn is_at(&mut self, doc: DocId) -> bool {
        self.cursors
            .iter_mut()
            .all(|cursor| cursor.postings.seek(doc) == doc)
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

impl Cursor<'_> {
    /// Reads where the phrase would begin by this term.
    fn read(&mut self, starts: &mut Vec<u32>) {
        self.postings.positions(starts);
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
