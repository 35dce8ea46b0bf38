//! The fields of an index.
//!
//! Title and body have three scored layers each, a field a layer, each one linear token stream:
//! words to rank by, pairs of characters to find anything that stands in the text, single characters.
//! What an index is filtered and counted by has an exact field (normalised, indexed) and a column (as displayed).

use tantivy::schema::{
    BytesOptions, FAST, Field, IndexRecordOption, NumericOptions, STORED, Schema,
    TextFieldIndexing, TextOptions,
};

/// The version of the layout of an index; any change of fields, analysis or files raises it.
pub(crate) const FORMAT_VERSION: u32 = 1;

/// Splits at spaces: the words layer arrives analysed.
pub(crate) const WORDS_TOKENIZER: &str = "fangzhi_words";
/// Pairs of neighbouring characters of a text that has only those that count.
pub(crate) const BIGRAMS_TOKENIZER: &str = "fangzhi_bigrams";
/// Single characters of such a text.
pub(crate) const CHARS_TOKENIZER: &str = "fangzhi_chars";

/// The three layers of a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LayerFields {
    pub(crate) words: Field,
    pub(crate) bigrams: Field,
    pub(crate) chars: Field,
}

/// The fields, by what they are for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    pub(crate) id: Field,
    pub(crate) title: LayerFields,
    pub(crate) body: LayerFields,
    /// The words of the first characters of the body.
    pub(crate) lead: Field,
    pub(crate) source: Field,
    pub(crate) author: Field,
    pub(crate) editor: Field,
    pub(crate) channel: Field,
    pub(crate) site: Field,
    pub(crate) url: Field,
    pub(crate) source_column: Field,
    pub(crate) channel_column: Field,
    pub(crate) site_column: Field,
    /// Local time in seconds, as if it were UTC, so that days are the page's own.
    pub(crate) published: Field,
    /// A hash of the id, which decides between equal scores whatever the segments.
    pub(crate) tie: Field,
    /// What a result list shows, and the body, packed: see `record`.
    pub(crate) record: Field,
}

impl Fields {
    /// Builds the schema.
    pub(crate) fn build() -> (Schema, Self) {
        let mut schema = Schema::builder();
        let layer = |tokenizer: &str, option, norms| {
            TextOptions::default().set_indexing_options(
                TextFieldIndexing::default()
                    .set_tokenizer(tokenizer)
                    .set_index_option(option)
                    .set_fieldnorms(norms),
            )
        };
        let positions = IndexRecordOption::WithFreqsAndPositions;
        let freqs = IndexRecordOption::WithFreqs;
        let mut layers = |name: &str| LayerFields {
            words: schema.add_text_field(
                &format!("{name}_words"),
                layer(WORDS_TOKENIZER, positions, true),
            ),
            bigrams: schema.add_text_field(
                &format!("{name}_bigrams"),
                layer(BIGRAMS_TOKENIZER, positions, true),
            ),
            chars: schema.add_text_field(
                &format!("{name}_chars"),
                layer(CHARS_TOKENIZER, freqs, true),
            ),
        };
        let title = layers("title");
        let body = layers("body");
        let lead = schema.add_text_field("lead", layer(WORDS_TOKENIZER, freqs, true));
        let mut exact =
            |name: &str| schema.add_text_field(name, layer("raw", IndexRecordOption::Basic, false));
        let id = exact("id");
        let source = exact("source");
        let author = exact("author");
        let editor = exact("editor");
        let channel = exact("channel");
        let site = exact("site");
        let url = exact("url");
        let mut column =
            |name: &str| schema.add_text_field(name, TextOptions::default().set_fast("raw"));
        let fields = Self {
            id,
            title,
            body,
            lead,
            source,
            author,
            editor,
            channel,
            site,
            url,
            source_column: column("source_column"),
            channel_column: column("channel_column"),
            site_column: column("site_column"),
            published: schema.add_i64_field("published", NumericOptions::from(FAST)),
            tie: schema.add_u64_field("tie", NumericOptions::from(FAST)),
            record: schema.add_bytes_field("record", BytesOptions::from(STORED)),
        };
        (schema.build(), fields)
    }
}
