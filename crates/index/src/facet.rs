//! Counting the articles found by source, site, channel and time.

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
    /// The values and their counts: the most frequent first; of times, the latest first.
    pub counts: Vec<(String, usize)>,
    /// How many of the articles found have no value.
    pub missing: usize,
}
