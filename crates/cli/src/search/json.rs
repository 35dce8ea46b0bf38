//! Hits as JSON: the fields that docs/cli.md promises.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use anyhow::Result;
use fangzhi_index::{Explanation, FacetField, Relaxation};
use fangzhi_ingest::{PageKind, PublishTime};
use serde::Serialize;

use super::{Asked, Listing};
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
    facets: BTreeMap<&'static str, Vec<Count<'a>>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<Problem>,
}

#[derive(Serialize)]
struct RelaxationRecord<'a> {
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
struct Problem {
    /// Characters of the query, from 0.
    position: usize,
    message: String,
}

/// Prints one object with everything.
pub(super) fn answer(listing: Listing<'_>, console: &mut Console<'_>) -> Result<()> {
    let Listing { asked, results, .. } = listing;
    let facets = results.facets.iter().map(|facet| {
        let counts = facet.counts.iter();
        let counts = counts.map(|(value, articles)| Count {
            value,
            articles: *articles,
        });
        (facet_name(facet.field), counts.collect())
    });
    let problems = results.problems.iter().map(|problem| Problem {
        position: problem.position,
        message: problem.message.to_string(),
    });
    console.json(&Answer {
        asked,
        total: results.total,
        stories: results.stories,
        took_ms: results.took.as_secs_f64() * 1e3,
        relaxed: results.relaxed.is_some(),
        relaxation: results.relaxed.as_ref().map(relaxation),
        reprints: listing.story.map(StoryRecord::of),
        hits: ranked(listing).collect(),
        facets: facets.collect(),
        suggestions: results
            .suggestions
            .iter()
            .map(|other| other.text.as_str())
            .collect(),
        problems: problems.collect(),
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
    match field {
        FacetField::Source => "source",
        FacetField::Site => "site",
        FacetField::Channel => "channel",
        FacetField::Year => "year",
        FacetField::Month => "month",
        FacetField::Day => "day",
        _ => "other",
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

fn relaxation(relaxed: &Relaxation) -> RelaxationRecord<'_> {
    RelaxationRecord {
        without: match relaxed {
            Relaxation::Without { words } => words,
            _ => &[],
        },
        note: relaxed.to_string(),
    }
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
