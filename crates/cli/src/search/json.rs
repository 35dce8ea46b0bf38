//! Hits as JSON: the fields that docs/cli.md promises.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use anyhow::Result;
use fangzhi_index::{Explanation, Facet, FacetField, Place, ProblemKind, Relaxation};
use fangzhi_ingest::{PageKind, PublishTime};
use serde::Serialize;

use super::{Asked, Listing};
use crate::args::FACETS;
use crate::console::{Console, json_path};
use crate::related::StoryRecord;

#[derive(Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    asked: Asked<'a>,
    total: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    stories: Option<usize>,
    took_ms: f64,
    relaxed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    relaxation: Option<RelaxationRecord<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reprints: Option<StoryRecord<'a>>,
    hits: Vec<HitRecord<'a>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    facets: BTreeMap<&'static str, Counts<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<Problem>,
}

#[derive(Serialize)]
pub(crate) struct RelaxationRecord<'a> {
    /// The words that were not required; empty if any word was enough.
    without: &'a [String],
    note: String,
}

#[derive(Serialize)]
struct HitRecord<'a> {
    rank: usize,
    id: &'a str,
    score: f32,
    title: &'a str,
    title_marks: Vec<[usize; 2]>,
    published: Option<PublishTime>,
    source: Option<&'a str>,
    site: Option<&'a str>,
    about: Vec<PlaceRecord<'a>>,
    published_from: Option<PlaceRecord<'a>>,
    url: Option<&'a str>,
    path: Option<Cow<'a, str>>,
    kind: PageKind,
    also_carried_by: usize,
    other_versions: usize,
    snippet: SnippetRecord<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<ExplanationRecord<'a>>,
}

#[derive(Serialize)]
struct SnippetRecord<'a> {
    text: &'a str,
    /// Characters of `text`.
    marks: Vec<[usize; 2]>,
}

#[derive(Serialize)]
struct ExplanationRecord<'a> {
    score: f32,
    parts: Vec<PartRecord<'a>>,
    factors: Vec<FactorRecord<'a>>,
}

#[derive(Serialize)]
struct PartRecord<'a> {
    text: &'a str,
    field: &'a str,
    layer: &'a str,
    count: u32,
    score: f32,
}

#[derive(Serialize)]
struct FactorRecord<'a> {
    reason: &'a str,
    factor: f32,
}

#[derive(Serialize)]
struct Count<'a> {
    value: &'a str,
    articles: usize,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Counts<'a> {
    Values(Vec<Count<'a>>),
    Regions(Vec<RegionCount<'a>>),
}

#[derive(Serialize)]
struct RegionCount<'a> {
    path: &'a str,
    code: String,
    count: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    children: Vec<RegionCount<'a>>,
}

#[derive(Serialize)]
struct PlaceRecord<'a> {
    path: &'a str,
    code: String,
}

#[derive(Serialize)]
pub(crate) struct Problem {
    /// Characters of the query, from 0; absent for a filter.
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<usize>,
    message: String,
}

/// Prints one object with everything.
pub(super) fn answer(listing: Listing<'_>, console: &mut Console<'_>) -> Result<()> {
    let Listing { asked, results, .. } = listing;
    let facets = results
        .facets
        .iter()
        .map(|facet| (facet_name(facet.field), counts(facet)));
    console.json(&Answer {
        asked,
        total: results.total,
        stories: results.stories,
        took_ms: results.took.as_secs_f64() * 1e3,
        relaxed: results.relaxed.is_some(),
        relaxation: results.relaxed.as_ref().map(RelaxationRecord::new),
        reprints: listing.story.map(StoryRecord::of),
        hits: ranked(listing).collect(),
        facets: facets.collect(),
        suggestions: results
            .suggestions
            .iter()
            .map(|other| other.text.as_str())
            .collect(),
        problems: problems(&results.problems, &results.ambiguous),
    })?;
    Ok(())
}

/// Prints one object a hit.
pub(super) fn lines(listing: Listing<'_>, console: &mut Console<'_>) -> Result<()> {
    for hit in ranked(listing) {
        console.json(&hit)?;
    }
    Ok(())
}

/// A facet's name in JSON.
pub(super) fn facet_name(field: FacetField) -> &'static str {
    let known = FACETS.iter().find(|(_, of)| *of == field);
    known.map_or("other", |(name, _)| name)
}

fn counts(facet: &Facet) -> Counts<'_> {
    if matches!(facet.field, FacetField::Region | FacetField::PublishedFrom) {
        return Counts::Regions(regions(&facet.regions));
    }
    let counts = facet.counts.iter().map(|(value, articles)| Count {
        value,
        articles: *articles,
    });
    Counts::Values(counts.collect())
}

fn regions(counts: &[fangzhi_index::RegionCount]) -> Vec<RegionCount<'_>> {
    let counts = counts.iter().map(|count| RegionCount {
        path: &count.place.path,
        code: count.place.code.to_string(),
        count: count.articles,
        children: regions(&count.children),
    });
    counts.collect()
}

fn place(place: &Place) -> PlaceRecord<'_> {
    PlaceRecord {
        path: &place.path,
        code: place.code.to_string(),
    }
}

fn ranked(listing: Listing<'_>) -> impl Iterator<Item = HitRecord<'_>> {
    let Listing {
        results, offset, ..
    } = listing;
    results
        .hits
        .iter()
        .zip(offset + 1..)
        .map(|(hit, rank)| HitRecord {
            rank,
            id: &hit.id,
            score: hit.score,
            title: &hit.title,
            title_marks: pairs(&hit.title_marks),
            published: hit.published,
            source: hit.source.as_deref(),
            site: hit.site.as_deref(),
            about: hit.about.iter().map(place).collect(),
            published_from: hit.published_from.as_ref().map(place),
            url: hit.url.as_deref(),
            path: hit.path.as_deref().map(json_path),
            kind: hit.kind,
            also_carried_by: hit.also_carried_by,
            other_versions: hit.other_versions,
            snippet: SnippetRecord {
                text: &hit.snippet.text,
                marks: pairs(&hit.snippet.marks),
            },
            explanation: hit.explanation.as_ref().map(explanation),
        })
}

impl<'a> RelaxationRecord<'a> {
    pub(crate) fn new(relaxed: &'a Relaxation) -> Self {
        Self {
            without: match relaxed {
                Relaxation::Without { words } => words,
                _ => &[],
            },
            note: relaxed.to_string(),
        }
    }
}

/// What was not understood of a query, and which names of its filters several regions have.
pub(crate) fn problems(
    problems: &[fangzhi_index::Problem],
    ambiguous: &[ProblemKind],
) -> Vec<Problem> {
    let problems = problems.iter();
    let problems = problems.map(|problem| (Some(problem.position), &problem.message));
    let ambiguous = ambiguous.iter().map(|message| (None, message));
    problems
        .chain(ambiguous)
        .map(|(position, message)| Problem {
            position,
            message: message.to_string(),
        })
        .collect()
}

fn explanation(explanation: &Explanation) -> ExplanationRecord<'_> {
    let parts = explanation.parts.iter().map(|part| PartRecord {
        text: &part.text,
        field: part.field,
        layer: part.layer,
        count: part.count,
        score: part.score,
    });
    let factors = explanation
        .factors
        .iter()
        .map(|(reason, factor)| FactorRecord {
            reason,
            factor: *factor,
        });
    ExplanationRecord {
        score: explanation.score,
        parts: parts.collect(),
        factors: factors.collect(),
    }
}

fn pairs(marks: &[Range<usize>]) -> Vec<[usize; 2]> {
    marks.iter().map(|mark| [mark.start, mark.end]).collect()
}
