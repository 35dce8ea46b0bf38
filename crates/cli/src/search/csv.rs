//! Hits as a table.

use anyhow::Result;

use super::Listing;
use crate::console::{Console, json_path};
use crate::table::Table;

/// The columns that docs/cli.md promises.
const COLUMNS: [&str; 9] = [
    "id",
    "title",
    "source",
    "site",
    "published",
    "url",
    "path",
    "score",
    "snippet",
];

pub(super) fn print(listing: Listing<'_>, console: &mut Console<'_>) -> Result<()> {
    let mut table = Table::new(console.out, listing.bom, COLUMNS)?;
    for hit in &listing.results.hits {
        let published = hit.published.map(|time| time.to_string());
        let path = hit.path.as_deref().map(json_path);
        table.row([
            hit.id.as_str(),
            &hit.title,
            hit.source.as_deref().unwrap_or_default(),
            hit.site.as_deref().unwrap_or_default(),
            published.as_deref().unwrap_or_default(),
            hit.url.as_deref().unwrap_or_default(),
            path.as_deref().unwrap_or_default(),
            &hit.score.to_string(),
            &hit.snippet.text,
        ])?;
    }
    table.finish()
}
