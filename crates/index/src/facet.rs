//! Counting the articles found by source, site, channel and time.

use std::collections::{BTreeMap, HashMap};

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, datetime};
use tantivy::DocId;
use tantivy::columnar::StrColumn;

use crate::error::Result;
use crate::filter::Filters;
use crate::matches::Matches;
use crate::region_facet::{RegionCount, RegionTree};
use crate::request::Count;
use crate::segment::{Segment, Snapshot};

/// What articles can be counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FacetField {
    /// The paper or agency (来源).
    Source,
    /// The site's name, or its host name.
    Site,
    /// Each part of the channel path.
    Channel,
    /// The regions that articles are about: provinces, the prefectures in them, the counties in those.
    Region,
    /// The regions their papers or sites are at home in, likewise.
    PublishedFrom,
    /// The year of publication, as `2024`.
    Year,
    /// The month of publication, as `2024-01`.
    Month,
    /// The day of publication, as `2024-01-03`: the date histogram.
    Day,
}

/// How many of the articles found have each value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Facet {
    /// The field.
    pub field: FacetField,
    /// The values and their counts, of articles or of stories: the most frequent first; of times, the latest first.
    pub counts: Vec<(String, usize)>,
    /// Of regions, what `counts` has of the topmost ones, with what lies in each.
    pub regions: Vec<RegionCount>,
    /// How many of the articles found have no value.
    pub missing: usize,
}

impl FacetField {
    fn is_time(self) -> bool {
        matches!(self, Self::Year | Self::Month | Self::Day)
    }
}

/// Counts the articles that match.
pub(crate) fn count(
    fields: &[FacetField],
    count: Count,
    matches: &Matches,
    filters: &Filters<'_>,
    snapshot: &Snapshot,
) -> Result<Vec<Facet>> {
    // Articles by segment, and those that count together.
    let mut alone: BySegment = BTreeMap::new();
    let mut shared: HashMap<u64, BySegment> = HashMap::new();
    if !fields.is_empty() {
        for (segment, doc) in matches.docs() {
            let story = match count {
                Count::Articles => None,
                Count::Stories => snapshot.shared_story(segment, doc),
            };
            let docs = match story {
                None => &mut alone,
                Some(story) => shared.entry(story).or_default(),
            };
            docs.entry(segment).or_default().push(doc);
        }
    }
    fields
        .iter()
        .map(|&field| {
            if matches!(field, FacetField::Region | FacetField::PublishedFrom) {
                return count_regions(field, &alone, &shared, filters, snapshot);
            }
            let mut counts = HashMap::new();
            let mut missing = tally(field, &alone, snapshot, &mut counts)?;
            for story in shared.values() {
                let mut values = HashMap::new();
                missing += tally(field, story, snapshot, &mut values)?.min(1);
                for (value, _) in values {
                    *counts.entry(value).or_default() += 1;
                }
            }
            Ok(Facet {
                field,
                counts: in_order(counts, field.is_time()),
                regions: Vec::new(),
                missing,
            })
        })
        .collect()
}

fn count_regions(
    field: FacetField,
    alone: &BySegment,
    shared: &HashMap<u64, BySegment>,
    filters: &Filters<'_>,
    snapshot: &Snapshot,
) -> Result<Facet> {
    let column = |segment: usize| match field {
        FacetField::PublishedFrom => &snapshot.segments[segment].published_from.column,
        _ => &snapshot.segments[segment].region.column,
    };
    let mut tree = RegionTree::default();
    for (&segment, docs) in alone {
        tree.count(segment, column(segment), docs)?;
    }
    for story in shared.values() {
        let docs = story.iter();
        let docs = docs.map(|(&segment, docs)| (segment, column(segment), docs.as_slice()));
        tree.count_together(docs)?;
    }
    let missing = tree.missing;
    let regions = tree.into_counts(filters.within(field));
    let top = |count: &RegionCount| (count.place.path.clone(), count.articles);
    Ok(Facet {
        field,
        counts: regions.iter().map(top).collect(),
        regions,
        missing,
    })
}

/// Numbers of articles by the number of their segment.
type BySegment = BTreeMap<usize, Vec<DocId>>;

/// Counts the values of a field; returns how many articles have none.
fn tally(
    field: FacetField,
    docs: &BySegment,
    snapshot: &Snapshot,
    counts: &mut HashMap<String, usize>,
) -> Result<usize> {
    let mut missing = 0;
    for (&segment, docs) in docs {
        let segment = &snapshot.segments[segment];
        let docs = docs.iter().copied();
        missing += match field {
            FacetField::Source => count_texts(&segment.source, docs, counts)?,
            FacetField::Site => count_texts(&segment.site, docs, counts)?,
            FacetField::Channel => count_texts(&segment.channel, docs, counts)?,
            time => count_times(time, segment, docs, counts),
        };
    }
    Ok(missing)
}

/// Counts all articles by source.
pub(crate) fn all_sources(snapshot: &Snapshot) -> Result<Vec<(String, usize)>> {
    let mut counts = HashMap::new();
    for segment in &snapshot.segments {
        let docs = (0..segment.reader.max_doc()).filter(|&doc| segment.is_alive(doc));
        count_texts(&segment.source, docs, &mut counts)?;
    }
    Ok(in_order(counts, false))
}

/// The days of the oldest and the newest article that has a date.
pub(crate) fn date_range(snapshot: &Snapshot) -> Option<(Date, Date)> {
    let mut range: Option<(i64, i64)> = None;
    for segment in &snapshot.segments {
        for doc in (0..segment.reader.max_doc()).filter(|&doc| segment.is_alive(doc)) {
            if let Some(time) = segment.published.first(doc) {
                range = Some(range.map_or((time, time), |(first, last)| {
                    (first.min(time), last.max(time))
                }));
            }
        }
    }
    range.map(|(first, last)| (local(first).date(), local(last).date()))
}

/// Counts values, each once an article; returns how many articles have none.
fn count_texts(
    column: &Option<StrColumn>,
    docs: impl Iterator<Item = DocId>,
    counts: &mut HashMap<String, usize>,
) -> Result<usize> {
    let Some(column) = column else {
        return Ok(docs.count());
    };
    let mut by_ordinal: HashMap<u64, usize> = HashMap::new();
    let mut missing = 0;
    for doc in docs {
        let mut ordinals: Vec<u64> = column.term_ords(doc).collect();
        missing += usize::from(ordinals.is_empty());
        ordinals.sort_unstable();
        ordinals.dedup();
        for ordinal in ordinals {
            *by_ordinal.entry(ordinal).or_default() += 1;
        }
    }
    for (ordinal, count) in by_ordinal {
        let mut text = String::new();
        if column.ord_to_str(ordinal, &mut text)? {
            *counts.entry(text).or_default() += count;
        }
    }
    Ok(missing)
}

fn count_times(
    field: FacetField,
    segment: &Segment,
    docs: impl Iterator<Item = DocId>,
    counts: &mut HashMap<String, usize>,
) -> usize {
    let mut days: HashMap<i64, usize> = HashMap::new();
    let mut missing = 0;
    for doc in docs {
        match segment.published.first(doc) {
            Some(time) => *days.entry(time.div_euclid(86_400)).or_default() += 1,
            None => missing += 1,
        }
    }
    for (day, count) in days {
        let date = local(day * 86_400).date();
        let text = match field {
            FacetField::Year => format!("{:04}", date.year()),
            FacetField::Month => format!("{:04}-{:02}", date.year(), date.month()),
            _ => date.to_string(),
        };
        *counts.entry(text).or_default() += count;
    }
    missing
}

fn in_order(counts: HashMap<String, usize>, by_time: bool) -> Vec<(String, usize)> {
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    if by_time {
        counts.sort_unstable_by(|a, b| b.0.cmp(&a.0));
    } else {
        counts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    }
    counts
}

/// The local time that the index has as `seconds`.
pub(crate) fn local(seconds: i64) -> DateTime {
    let epoch = datetime(1970, 1, 1, 0, 0, 0, 0);
    epoch
        .checked_add(SignedDuration::from_secs(seconds))
        .unwrap_or(epoch)
}
