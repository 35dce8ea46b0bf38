//! Articles by the region they are about.

use std::collections::HashMap;

use fangzhi_regions::Code;
use tantivy::columnar::StrColumn;

use super::counts::Trend;
use super::selection::{Docs, Selection};
use crate::error::Result;
use crate::places::{Place, steps};
use crate::region_facet::RegionTree;
use crate::segment::Snapshot;

/// The articles about a region, by the time they were published.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegionTrend {
    /// The region.
    pub place: Place,
    /// The counts of the articles about it or something in it.
    pub trend: Trend,
}

/// The regions to count by, those of most articles first: as [`FacetField::Region`](crate::FacetField::Region) counts them.
pub(super) fn places(snapshot: &Snapshot, selection: &Selection) -> Result<Vec<Place>> {
    let mut tree = RegionTree::default();
    for (number, (segment, docs)) in snapshot.segments.iter().zip(&selection.docs).enumerate() {
        tree.count(number, &segment.region.column, docs)?;
    }
    let counts = tree.into_counts(selection.within.as_deref());
    Ok(counts.into_iter().map(|count| count.place).collect())
}

/// The articles about each of the places or something in it.
pub(super) fn split(snapshot: &Snapshot, places: &[Place], docs: &Docs) -> Result<Vec<Docs>> {
    let numbers: HashMap<Code, usize> = places.iter().map(|place| place.code).zip(0..).collect();
    let mut split: Vec<Docs> = vec![vec![Vec::new(); docs.len()]; places.len()];
    for (number, (segment, docs)) in snapshot.segments.iter().zip(docs).enumerate() {
        let Some(column) = &segment.region.column else {
            continue;
        };
        let places_of = by_ordinal(column, &numbers)?;
        let mut found: Vec<usize> = Vec::new();
        for &doc in docs {
            found.clear();
            for ordinal in column.term_ords(doc) {
                found.extend(places_of.get(ordinal as usize).into_iter().flatten());
            }
            found.sort_unstable();
            found.dedup();
            for &place in &found {
                split[place][number].push(doc);
            }
        }
    }
    Ok(split)
}

/// Which of the places each value of a column lies in.
fn by_ordinal(column: &StrColumn, numbers: &HashMap<Code, usize>) -> Result<Vec<Vec<usize>>> {
    let mut text = String::new();
    (0..column.num_terms() as u64)
        .map(|ordinal| {
            text.clear();
            column.ord_to_str(ordinal, &mut text)?;
            let codes = steps(&text).map(|(code, _)| code);
            Ok(codes
                .filter_map(|code| numbers.get(&code).copied())
                .collect())
        })
        .collect()
}
