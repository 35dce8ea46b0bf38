//! The fields of an index.
//!
//! Title and body have three scored layers each, and the body's lead one more; they are handed over in one field, and what
//! the engine keeps of them is up to [`LayersPlugin`](crate::layers::LayersPlugin).
//! What an index is filtered and counted by has an exact field (normalised, indexed) and a column (as displayed).

use tantivy::schema::{
    BytesOptions, FAST, Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing,
    TextOptions,
};

/// The version of the layout of an index; any change of fields, analysis or files raises it.
pub(crate) const FORMAT_VERSION: u32 = 8;

/// The fields, by what they are for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    pub(crate) id: Field,
    /// Title and body, analysed: see [`layers`](crate::layers).
    pub(crate) layers: Field,
    pub(crate) source: Field,
    pub(crate) author: Field,
    pub(crate) editor: Field,
    pub(crate) channel: Field,
    pub(crate) site: Field,
    pub(crate) url: Field,
    /// The codes of the regions an article is about and of all they lie in.
    pub(crate) region: Field,
    /// The same of the home of its paper or site.
    pub(crate) published_from: Field,
    pub(crate) source_column: Field,
    pub(crate) channel_column: Field,
    pub(crate) site_column: Field,
    /// The regions alone, as [`lineage`](crate::places::lineage) writes them.
    pub(crate) region_column: Field,
    pub(crate) published_from_column: Field,
    /// Local time in seconds, as if it were UTC, so that days are the page's own.
    pub(crate) published: Field,
    /// A hash of the id, by which its story is looked up and which decides between equal scores whatever the segments.
    pub(crate) tie: Field,
    /// What a result list shows, and the body, packed: see [`records`](crate::records).
    pub(crate) record: Field,
}

impl Fields {
    /// Builds the schema.
    pub(crate) fn build() -> (Schema, Self) {
        let mut schema = Schema::builder();
        let layers = schema.add_custom_field("layers", "fangzhi_layers", serde_json::Value::Null);
        let mut exact = |name: &str| {
            let indexing = TextFieldIndexing::default()
                .set_tokenizer("raw")
                .set_index_option(IndexRecordOption::Basic)
                .set_fieldnorms(false);
            schema.add_text_field(name, TextOptions::default().set_indexing_options(indexing))
        };
        let id = exact("id");
        let source = exact("source");
        let author = exact("author");
        let editor = exact("editor");
        let channel = exact("channel");
        let site = exact("site");
        let url = exact("url");
        let region = exact("region");
        let published_from = exact("published_from");
        let mut column =
            |name: &str| schema.add_text_field(name, TextOptions::default().set_fast("raw"));
        let fields = Self {
            id,
            layers,
            source,
            author,
            editor,
            channel,
            site,
            url,
            region,
            published_from,
            source_column: column("source_column"),
            channel_column: column("channel_column"),
            site_column: column("site_column"),
            region_column: column("region_column"),
            published_from_column: column("published_from_column"),
            published: schema.add_i64_field("published", NumericOptions::from(FAST)),
            tie: schema.add_u64_field("tie", NumericOptions::from(FAST)),
            record: schema.add_bytes_field("record", BytesOptions::default()),
        };
        (schema.build(), fields)
    }
}
