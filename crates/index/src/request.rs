//! What a caller asks for.

use jiff::civil::Date;

use crate::facet::FacetField;
use crate::snippet::SnippetOptions;

/// A search: the text of the query, and what is wanted of the articles it finds.
///
/// ```
/// use fangzhi_index::{Query, Sort};
/// let query = Query::new("文明城市 创建").source("辽宁日报").sort(Sort::Date).limit(20);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    pub(crate) text: String,
    pub(crate) sources: Vec<String>,
    pub(crate) sites: Vec<String>,
    pub(crate) channels: Vec<String>,
    pub(crate) regions: Vec<String>,
    pub(crate) homes: Vec<String>,
    pub(crate) since: Option<Date>,
    pub(crate) until: Option<Date>,
    pub(crate) sort: Sort,
    pub(crate) limit: usize,
    pub(crate) offset: usize,
    pub(crate) half_life: Option<f32>,
    pub(crate) facets: Vec<FacetField>,
    pub(crate) facets_within: Vec<(FacetField, String)>,
    pub(crate) count: Count,
    pub(crate) collapse: bool,
    pub(crate) snippet: Option<SnippetOptions>,
    pub(crate) explain: bool,
    pub(crate) today: Option<Date>,
}

/// The order of the hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Sort {
    /// The best match first.
    #[default]
    Relevance,
    /// The newest first; articles without a date last.
    Date,
}

/// What facets count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Count {
    /// Every article that matches.
    #[default]
    Articles,
    /// Every story that an article matches of; a story counts once for each value that one of these articles has.
    Stories,
}

impl Query {
    /// Asks for `text`, in the query language; no text is an error.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            sources: Vec::new(),
            sites: Vec::new(),
            channels: Vec::new(),
            regions: Vec::new(),
            homes: Vec::new(),
            since: None,
            until: None,
            sort: Sort::Relevance,
            limit: 10,
            offset: 0,
            half_life: None,
            facets: Vec::new(),
            facets_within: Vec::new(),
            count: Count::Articles,
            collapse: true,
            snippet: Some(SnippetOptions::default()),
            explain: false,
            today: None,
        }
    }

    /// Keeps articles of this source (来源); called again, of any of the sources named. By default, of all.
    #[must_use]
    pub fn source(mut self, name: impl Into<String>) -> Self {
        self.sources.push(name.into());
        self
    }

    /// Keeps articles of this site, by its name or its host name; called again, of any named. By default, of all.
    #[must_use]
    pub fn site(mut self, name: impl Into<String>) -> Self {
        self.sites.push(name.into());
        self
    }

    /// Keeps articles whose channel path has this part; called again, any of the parts. By default, all.
    #[must_use]
    pub fn channel(mut self, name: impl Into<String>) -> Self {
        self.channels.push(name.into());
        self
    }

    /// Keeps articles about this region or what lies in it; called again, about any named. By default, about any or none.
    ///
    /// It is a name (海城市), a path (辽宁/鞍山/海城) or a code (210381), of today or of the past, or a macro-region
    /// (东北三省). One that there is not is an [error](crate::Error::UnknownRegion); of a name that several have, any
    /// counts, and [`Results::ambiguous`](crate::Results::ambiguous) says so.
    #[must_use]
    pub fn region(mut self, name: impl Into<String>) -> Self {
        self.regions.push(name.into());
        self
    }

    /// Keeps articles whose paper, or else site, is at home in this region, which is named as for
    /// [`region`](Self::region); called again, in any named. By default, anywhere.
    #[must_use]
    pub fn published_from(mut self, name: impl Into<String>) -> Self {
        self.homes.push(name.into());
        self
    }

    /// Keeps articles published on this day or later. By default, however old.
    #[must_use]
    pub fn since(mut self, day: Date) -> Self {
        self.since = Some(day);
        self
    }

    /// Keeps articles published on this day or before. By default, however new.
    #[must_use]
    pub fn until(mut self, day: Date) -> Self {
        self.until = Some(day);
        self
    }

    /// Sets the order. By default, [`Sort::Relevance`].
    #[must_use]
    pub fn sort(mut self, sort: Sort) -> Self {
        self.sort = sort;
        self
    }

    /// Sets how many hits to return at most. By default, 10.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Sets how many of the first hits to leave out. By default, 0.
    #[must_use]
    pub fn offset(mut self, offset: usize) -> Self {
        self.offset = offset;
        self
    }

    /// Lets the score fall with the age of an article: an article of this many days counts half as much
    /// as one of today, one of twice as many a quarter. By default, age does not count.
    #[must_use]
    pub fn recency_half_life(mut self, days: f32) -> Self {
        self.half_life = (days > 0.0 && days.is_finite()).then_some(days);
        self
    }

    /// Counts the articles found by these fields. By default, none.
    #[must_use]
    pub fn facets(mut self, fields: impl IntoIterator<Item = FacetField>) -> Self {
        self.facets.extend(fields);
        self
    }

    /// Counts by [`FacetField::Region`] or [`FacetField::PublishedFrom`] only what lies in this region, which is named
    /// as for [`region`](Self::region): of a province, its prefectures. Other fields take no notice.
    /// By default, what lies in the regions that the query is filtered by, else everything.
    #[must_use]
    pub fn facet_within(mut self, field: FacetField, name: impl Into<String>) -> Self {
        self.facets_within.push((field, name.into()));
        self
    }

    /// Sets whether facets count articles or stories. By default, [`Count::Articles`].
    #[must_use]
    pub fn count(mut self, count: Count) -> Self {
        self.count = count;
        self
    }

    /// Sets whether of the articles that carry one story only the best hit is shown, see
    /// [`Hit::also_carried_by`](crate::Hit::also_carried_by); of versions of one page, the newest. By default, it is so.
    ///
    /// [`limit`](Self::limit) and [`offset`](Self::offset) then count stories.
    /// Pages of the same length never repeat a story.
    #[must_use]
    pub fn collapse(mut self, collapse: bool) -> Self {
        self.collapse = collapse;
        self
    }

    /// Sets how snippets are cut. By default, [`SnippetOptions::default`].
    #[must_use]
    pub fn snippet(mut self, options: SnippetOptions) -> Self {
        self.snippet = Some(options);
        self
    }

    /// Leaves the snippets empty, which is quicker.
    #[must_use]
    pub fn without_snippets(mut self) -> Self {
        self.snippet = None;
        self
    }

    /// Explains every hit. By default, none.
    #[must_use]
    pub fn explain(mut self) -> Self {
        self.explain = true;
        self
    }

    /// Sets the day that 去年 and 近三天 in the query and [`recency_half_life`](Self::recency_half_life) count from.
    /// By default, today at UTC+8.
    #[must_use]
    pub fn today(mut self, day: Date) -> Self {
        self.today = Some(day);
        self
    }

    /// Whether the articles are narrowed down by anything but the text.
    pub(crate) fn filters(&self) -> bool {
        [
            &self.sources,
            &self.sites,
            &self.channels,
            &self.regions,
            &self.homes,
        ]
        .iter()
        .any(|names| !names.is_empty())
            || self.since.is_some()
            || self.until.is_some()
    }

    /// The text of the query, as given.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl<T: Into<String>> From<T> for Query {
    fn from(text: T) -> Self {
        Self::new(text)
    }
}
