//! Which articles a caller wants at all, apart from the query's text.

use tantivy::DocId;
use tantivy::columnar::Column;
use tantivy::schema::Field;

use crate::analysis::{exact, exact_site};
use crate::error::Result;
use crate::patterns::Pattern;
use crate::plan::{Days, Plan};
use crate::request::Query;
use crate::segment::Snapshot;
use crate::writer::seconds;

/// The filters of a query, for one segment. By default, none.
#[derive(Default)]
pub(crate) struct SegmentFilter {
    /// For each filter, which articles pass it.
    passes: Vec<Vec<bool>>,
    days: Option<(Days, Column<i64>)>,
}

impl SegmentFilter {
    /// Prepares the filters of `query`.
    pub(crate) fn new(query: &Query, snapshot: &Snapshot, number: usize) -> Result<Self> {
        let fields = &snapshot.fields;
        let mut this = Self::default();
        for (field, names) in [
            (fields.source, &query.sources),
            (fields.site, &query.sites),
            (fields.channel, &query.channels),
        ] {
            if !names.is_empty() {
                this.passes.push(any_of(field, names, snapshot, number)?);
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

    /// Whether an article passes all filters.
    pub(crate) fn allows(&self, doc: DocId) -> bool {
        self.passes.iter().all(|passes| passes[doc as usize])
            && self.days.as_ref().is_none_or(|(days, published)| {
                published.first(doc).is_some_and(|time| days.contains(time))
            })
    }
}

fn any_of(field: Field, names: &[String], snapshot: &Snapshot, number: usize) -> Result<Vec<bool>> {
    let mut passes = vec![false; snapshot.segments[number].reader.max_doc() as usize];
    for name in names {
        let exact = if field == snapshot.fields.site {
            exact_site
        } else {
            exact
        };
        let pattern = Pattern::Equal(exact(name));
        for (doc, _) in (Plan::Value { field, pattern })
            .find(snapshot, number)?
            .iter()
        {
            passes[doc as usize] = true;
        }
    }
    Ok(passes)
}
