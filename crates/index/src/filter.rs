//! Which articles a caller wants at all, apart from the query's text.

use fangzhi_regions::Code;
use tantivy::DocId;
use tantivy::columnar::Column;
use tantivy::schema::Field;

use crate::analysis::{exact, exact_site};
use crate::error::{Error, Result};
use crate::facet::FacetField;
use crate::patterns::Pattern;
use crate::places::{Places, cover};
use crate::plan::{Days, Plan};
use crate::query::ProblemKind;
use crate::request::Query;
use crate::schema::Fields;
use crate::segment::Snapshot;
use crate::writer::seconds;

/// The filters of a query, its regions looked up.
pub(crate) struct Filters<'q> {
    query: &'q Query,
    /// The codes of the regions to be about, and to be published from; `None` where that is not asked for.
    about: Option<Vec<Code>>,
    published_from: Option<Vec<Code>>,
    /// The codes of the regions that counts are to lie in.
    about_within: Option<Vec<Code>>,
    published_from_within: Option<Vec<Code>>,
    ambiguous: Vec<ProblemKind>,
}

impl<'q> Filters<'q> {
    /// Looks up what the filters of `query` name.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownRegion`].
    pub(crate) fn new(query: &'q Query, places: &Places) -> Result<Self> {
        let mut ambiguous = Vec::new();
        let mut codes = |names: &mut dyn Iterator<Item = &String>| {
            let mut codes: Option<Vec<Code>> = None;
            for name in names {
                let regions = places.gazetteer()?.resolve(name);
                match &regions[..] {
                    [] => return Err(Error::UnknownRegion { name: name.clone() }),
                    [_] => {}
                    _ => ambiguous.push(ProblemKind::ambiguous_region(name, &regions)),
                }
                codes.get_or_insert_default().extend(cover(&regions));
            }
            Ok(codes)
        };
        let mut within = |field: FacetField| {
            let all = query.facets_within.iter();
            let names = all.filter(|(of, _)| *of == field).map(|(_, name)| name);
            codes(&mut { names })
        };
        Ok(Self {
            query,
            about_within: within(FacetField::Region)?,
            published_from_within: within(FacetField::PublishedFrom)?,
            about: codes(&mut query.regions.iter())?,
            published_from: codes(&mut query.homes.iter())?,
            ambiguous,
        })
    }

    /// What counts by a field of regions are to lie in; `None` for everything.
    pub(crate) fn within(&self, field: FacetField) -> Option<&[Code]> {
        match field {
            FacetField::PublishedFrom => {
                (self.published_from_within.as_deref()).or(self.published_from.as_deref())
            }
            _ => self.about_within.as_deref().or(self.about.as_deref()),
        }
    }

    /// The filters, prepared for each segment.
    pub(crate) fn of_segments(&self, snapshot: &Snapshot) -> Result<Vec<SegmentFilter>> {
        (0..snapshot.segments.len())
            .map(|number| SegmentFilter::new(self, snapshot, number))
            .collect()
    }

    /// What was named and is the name of several regions.
    pub(crate) fn into_ambiguous(self) -> Vec<ProblemKind> {
        self.ambiguous
    }
}

/// The filters of a query, for one segment. By default, none.
#[derive(Default)]
pub(crate) struct SegmentFilter {
    /// For each filter, which articles pass it.
    passes: Vec<Vec<bool>>,
    days: Option<(Days, Column<i64>)>,
}

impl SegmentFilter {
    /// For each segment, nothing that has to be passed.
    pub(crate) fn none(snapshot: &Snapshot) -> Vec<Self> {
        snapshot.segments.iter().map(|_| Self::default()).collect()
    }

    fn new(filters: &Filters<'_>, snapshot: &Snapshot, number: usize) -> Result<Self> {
        let fields = &snapshot.fields;
        let query = filters.query;
        let mut this = Self::default();
        for (field, names) in [
            (fields.source, &query.sources),
            (fields.site, &query.sites),
            (fields.channel, &query.channels),
        ] {
            if !names.is_empty() {
                let patterns = names.iter().map(|name| equal(field, name, fields));
                this.passes.push(any_of(field, patterns, snapshot, number)?);
            }
        }
        for (field, codes) in [
            (fields.region, &filters.about),
            (fields.published_from, &filters.published_from),
        ] {
            if let Some(codes) = codes {
                let pattern = Pattern::one_of(codes);
                this.passes
                    .push(any_of(field, [pattern], snapshot, number)?);
            }
        }
        let from = query.since.map(|day| seconds(day.into()));
        // The day after the last day jiff knows does not exist, and nothing is published on it.
        let to = query
            .until
            .map(|day| day.tomorrow().map_or(i64::MAX, |day| seconds(day.into())));
        if from.is_some() || to.is_some() {
            let days = Days {
                from: from.unwrap_or(i64::MIN),
                to: to.unwrap_or(i64::MAX),
            };
            this.days = Some((days, snapshot.segments[number].published.clone()));
        }
        Ok(this)
    }

    /// Whether every article does.
    pub(crate) fn allows_all(&self) -> bool {
        self.passes.is_empty() && self.days.is_none()
    }

    /// Whether an article passes all filters.
    pub(crate) fn allows(&self, doc: DocId) -> bool {
        self.passes.iter().all(|passes| passes[doc as usize])
            && self.days.as_ref().is_none_or(|(days, published)| {
                published.first(doc).is_some_and(|time| days.contains(time))
            })
    }
}

/// A name as an exact field has it.
fn equal(field: Field, name: &str, fields: &Fields) -> Pattern {
    Pattern::Equal(if field == fields.site {
        exact_site(name)
    } else {
        exact(name)
    })
}

fn any_of(
    field: Field,
    patterns: impl IntoIterator<Item = Pattern>,
    snapshot: &Snapshot,
    number: usize,
) -> Result<Vec<bool>> {
    let mut passes = vec![false; snapshot.segments[number].reader.max_doc() as usize];
    for pattern in patterns {
        for (doc, _) in (Plan::Value { field, pattern })
            .find(snapshot, number)?
            .iter()
        {
            passes[doc as usize] = true;
        }
    }
    Ok(passes)
}
