//! A compiled query, and how its parts find articles.

use tantivy::DocId;
use tantivy::schema::{Field, IndexRecordOption};

use crate::bm25;
use crate::error::Result;
use crate::filter::SegmentFilter;
use crate::layers::LayerKind;
use crate::patterns::Pattern;
use crate::positions::Phrase;
use crate::rank::{self, Ask, FoundParts, Lists, Reach, Scope};
use crate::segment::{Segment, Snapshot, TextKind};
use crate::slop;

/// A part of a query that an article either matches or not.
#[derive(Debug, Clone)]
pub(crate) enum Plan {
    /// All of it has to be there.
    Ask(Box<Ask>),
    /// A run of characters, or words at some distance.
    Phrase(PhrasePlan),
    /// Words of a shape.
    Words { scope: Scope, pattern: Pattern },
    /// An exact field whose value is of a shape.
    Value { field: Field, pattern: Pattern },
    /// A span of days.
    Days(Days),
    /// Any is enough, and the best counts.
    Best(Vec<Plan>),
    /// Any is enough, and all count.
    Any(Vec<Plan>),
    /// Counts more or less.
    Boost(Box<Plan>, f32),
}

/// A quoted phrase.
#[derive(Debug, Clone)]
pub(crate) struct PhrasePlan {
    pub(crate) scope: Scope,
    /// Its letters, digits and Chinese characters, normalised.
    pub(crate) chars: String,
    /// Its words, where they may stand apart.
    pub(crate) words: Vec<rank::Word>,
    /// How far they may stand apart in all; 0 means that the characters stand together.
    pub(crate) slop: u32,
}

/// A span of local time, in seconds as the index has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Days {
    /// The first second.
    pub(crate) from: i64,
    /// The second after the last.
    pub(crate) to: i64,
}

/// Articles of a segment in ascending order, each with a score.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found {
    docs: Vec<DocId>,
    scores: Vec<f32>,
}

impl Days {
    pub(crate) fn contains(&self, time: i64) -> bool {
        (self.from..self.to).contains(&time)
    }
}

impl Found {
    pub(crate) fn push(&mut self, doc: DocId, score: f32) {
        self.docs.push(doc);
        self.scores.push(score);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (DocId, f32)> {
        self.docs.iter().copied().zip(self.scores.iter().copied())
    }

    pub(crate) fn sorted(mut pairs: Vec<(DocId, f32)>) -> Self {
        pairs.sort_unstable_by_key(|&(doc, _)| doc);
        let mut found = Self::default();
        for (doc, score) in pairs {
            if found.docs.last() == Some(&doc) {
                if let Some(last) = found.scores.last_mut() {
                    *last += score;
                }
            } else {
                found.push(doc, score);
            }
        }
        found
    }

    /// Multiplies the scores.
    fn scale(mut self, factor: f32) -> Self {
        self.scores.iter_mut().for_each(|score| *score *= factor);
        self
    }

    /// The articles of either, scores joined by `join`.
    fn union(self, other: &Self, join: impl Fn(f32, f32) -> f32) -> Self {
        let mut found = Self::default();
        let (mut left, mut right) = (self.iter().peekable(), other.iter().peekable());
        loop {
            match (left.peek().copied(), right.peek().copied()) {
                (None, None) => return found,
                (Some((doc, score)), None) => {
                    found.push(doc, score);
                    left.next();
                }
                (None, Some((doc, score))) => {
                    found.push(doc, score);
                    right.next();
                }
                (Some((a, a_score)), Some((b, b_score))) => {
                    let score = match a.cmp(&b) {
                        std::cmp::Ordering::Less => a_score,
                        std::cmp::Ordering::Greater => b_score,
                        std::cmp::Ordering::Equal => join(a_score, b_score),
                    };
                    found.push(a.min(b), score);
                    if a <= b {
                        left.next();
                    }
                    if b <= a {
                        right.next();
                    }
                }
            }
        }
    }
}

impl Plan {
    /// Finds the articles of a segment that match.
    pub(crate) fn find(&self, snapshot: &Snapshot, segment_number: usize) -> Result<Found> {
        let segment = &snapshot.segments[segment_number];
        match self {
            Self::Ask(ask) => find_all(ask, snapshot, segment_number),
            Self::Phrase(phrase) => Ok(phrase.find(snapshot, segment)),
            Self::Words { scope, pattern } => find_words(*scope, pattern, snapshot, segment),
            Self::Value { field, pattern } => find_values(*field, pattern, segment),
            Self::Days(days) => Ok(find_days(*days, segment)),
            Self::Best(plans) => union(plans, snapshot, segment_number, f32::max),
            Self::Any(plans) => union(plans, snapshot, segment_number, |a, b| a + b),
            Self::Boost(plan, factor) => Ok(plan.find(snapshot, segment_number)?.scale(*factor)),
        }
    }
}

/// Finds what the parts of an ask match in each segment.
pub(crate) fn find_parts(ask: &Ask, snapshot: &Snapshot) -> Result<Vec<FoundParts>> {
    let find = |plans: &[Plan], number: usize| -> Result<Vec<Found>> {
        plans
            .iter()
            .map(|plan| plan.find(snapshot, number))
            .collect()
    };
    let mut all: Vec<FoundParts> = (0..snapshot.segments.len())
        .map(|number| {
            Ok(FoundParts {
                parts: find(&ask.parts, number)?,
                musts: find(&ask.musts, number)?,
                nots: find(&ask.nots, number)?,
                part_idfs: Vec::new(),
            })
        })
        .collect::<Result<_>>()?;
    let idfs: Vec<f32> = (0..ask.parts.len())
        .map(|part| {
            // What is deleted may be found until its segment is joined with others, and must not tell in any score.
            let segments = all.iter().zip(&snapshot.segments);
            let counts = segments.map(|(found, segment)| {
                let docs = found.parts[part].iter();
                docs.filter(|(doc, _)| segment.is_alive(*doc)).count()
            });
            bm25::idf(counts.sum::<usize>() as u64, snapshot.n_docs)
        })
        .collect();
    for found in &mut all {
        found.part_idfs.clone_from(&idfs);
    }
    Ok(all)
}

/// Finds the articles that have all of what is asked.
fn find_all(ask: &Ask, snapshot: &Snapshot, number: usize) -> Result<Found> {
    let lists = Lists::new(ask, snapshot);
    let found = find_parts(ask, snapshot)?;
    let filter = SegmentFilter::default();
    let (found, reach) = (&found[number], (Reach::All, 0.0));
    let mut pairs = Vec::new();
    rank::accumulate(
        ask,
        &lists,
        found,
        reach,
        &filter,
        (snapshot, number),
        |entry| {
            pairs.push((entry.doc, entry.score));
        },
    );
    Ok(Found::sorted(pairs))
}

fn union(
    plans: &[Plan],
    snapshot: &Snapshot,
    number: usize,
    join: impl Fn(f32, f32) -> f32,
) -> Result<Found> {
    let mut found = Found::default();
    for plan in plans {
        found = found.union(&plan.find(snapshot, number)?, &join);
    }
    Ok(found)
}

impl Scope {
    /// The texts that are looked at, the headline first.
    fn texts(self) -> &'static [TextKind] {
        match self {
            Self::Article => &[TextKind::Title, TextKind::Body],
            Self::Title => &[TextKind::Title],
            Self::Body => &[TextKind::Body],
        }
    }
}

impl PhrasePlan {
    fn find(&self, snapshot: &Snapshot, segment: &Segment) -> Found {
        let mut pairs = Vec::new();
        for &text in self.scope.texts() {
            let weight = self.weight(text, snapshot);
            let layer = segment.layer(text.bigrams());
            let norms = snapshot.norms.of(text.bigrams());
            let mut sink = |doc, count| {
                pairs.push((doc, weight * norms.saturate(count, layer.length_code(doc))));
            };
            if self.slop == 0 || self.words.len() < 2 {
                if let Some(phrase) = Phrase::open(segment, text, &self.chars) {
                    phrase.for_each(sink);
                }
            } else {
                slop::for_each(segment, text, &self.words, self.slop, &mut sink);
            }
        }
        Found::sorted(pairs)
    }

    /// How telling the phrase is: as much as its rarest pair, and more the longer it is.
    fn weight(&self, text: TextKind, snapshot: &Snapshot) -> f32 {
        let chars: Vec<char> = self.chars.chars().collect();
        let (layer, terms): (LayerKind, Vec<String>) = if chars.len() < 2 {
            (text.chars(), vec![self.chars.clone()])
        } else {
            let pairs = chars.windows(2).map(String::from_iter);
            (text.bigrams(), pairs.collect())
        };
        let rarest = terms
            .iter()
            .map(|term| snapshot.n_articles_of(layer, term))
            .min();
        bm25::idf(rarest.unwrap_or(0), snapshot.n_docs) * (1.0 + (terms.len() as f32).ln())
    }
}

/// Finds the articles that have a word of a shape.
fn find_words(
    scope: Scope,
    pattern: &Pattern,
    snapshot: &Snapshot,
    segment: &Segment,
) -> Result<Found> {
    let mut counts = vec![0u32; segment.reader.max_doc() as usize];
    // How many articles have one is counted term by term, and in all segments, so that it does not depend on these.
    let mut n_articles = 0;
    for &text in scope.texts() {
        let kind = text.words();
        let layer = segment.layer(kind);
        pattern.for_each(layer, |info| {
            let mut postings = layer.postings(info);
            while !postings.docs().is_empty() {
                let (docs, freqs) = postings.block();
                for (&doc, &count) in docs.iter().zip(freqs) {
                    counts[doc as usize] += count;
                }
                postings.advance_block();
            }
            Ok(())
        })?;
        for segment in &snapshot.segments {
            pattern.for_each(segment.layer(kind), |info| {
                n_articles += segment.n_articles(kind, info);
                Ok(())
            })?;
        }
    }
    let weight = bm25::idf(n_articles.min(snapshot.n_docs), snapshot.n_docs);
    let layer = segment.layer(LayerKind::BodyWords);
    let norms = snapshot.norms.of(LayerKind::BodyWords);
    let mut found = Found::default();
    for (doc, &count) in (0..).zip(&counts) {
        if count > 0 {
            found.push(doc, weight * norms.saturate(count, layer.length_code(doc)));
        }
    }
    Ok(found)
}

/// Finds the articles whose exact field has a value of a shape; they have no score for it.
fn find_values(field: Field, pattern: &Pattern, segment: &Segment) -> Result<Found> {
    let index = segment.reader.inverted_index(field)?;
    let mut has = vec![false; segment.reader.max_doc() as usize];
    pattern.for_each(index.terms(), |info| {
        let mut postings =
            index.read_block_postings_from_terminfo(info, IndexRecordOption::Basic)?;
        while !postings.docs().is_empty() {
            for &doc in postings.docs() {
                has[doc as usize] = true;
            }
            postings.advance();
        }
        Ok(())
    })?;
    let mut found = Found::default();
    for (doc, &has) in (0..).zip(&has) {
        if has {
            found.push(doc, 0.0);
        }
    }
    Ok(found)
}

fn find_days(days: Days, segment: &Segment) -> Found {
    let mut found = Found::default();
    for doc in 0..segment.reader.max_doc() {
        if segment
            .published
            .first(doc)
            .is_some_and(|time| days.contains(time))
        {
            found.push(doc, 0.0);
        }
    }
    found
}
