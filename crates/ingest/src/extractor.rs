//! Pages → articles.

use std::sync::Arc;

use crate::article::Article;
use crate::error::Result;
use crate::outcome::Outcome;
use crate::page::{Format, Page};
use crate::site_rules::SiteRules;
use crate::time::PublishTime;

/// The default of [`Extractor::max_bytes`]: 16 MiB.
pub const DEFAULT_MAX_BYTES: u64 = 16 << 20;

/// Turns pages into articles.
///
/// Cheap to clone and free of shared state: give each thread its own.
#[derive(Debug, Clone)]
pub struct Extractor {
    max_bytes: u64,
    keep_all: bool,
    site_rules: Arc<SiteRules>,
    fetched: Option<PublishTime>,
}

impl Extractor {
    /// An extractor with the defaults.
    #[must_use]
    pub fn new() -> Self {
        Self {
            max_bytes: DEFAULT_MAX_BYTES,
            keep_all: false,
            site_rules: Arc::default(),
            fetched: None,
        }
    }

    /// Sets how many bytes a page, a JSON value or a WARC record may have after decompression; more is an error.
    /// By default, [`DEFAULT_MAX_BYTES`].
    #[must_use]
    pub fn max_bytes(mut self, max_bytes: u64) -> Self {
        self.max_bytes = max_bytes;
        self
    }

    /// Sets whether pages that are no article (lists, products, error pages) are kept as articles of their kind instead of skipped.
    /// By default, false.
    #[must_use]
    pub fn keep_all(mut self, keep_all: bool) -> Self {
        self.keep_all = keep_all;
        self
    }

    /// Sets rules for named sites, which come before the general ones.
    /// By default, there are none.
    #[must_use]
    pub fn site_rules(mut self, site_rules: SiteRules) -> Self {
        self.site_rules = Arc::new(site_rules);
        self
    }

    /// Sets when pages were fetched that do not say so themselves; words like 昨天 are dated from it.
    /// By default, unknown, and such words give no time.
    #[must_use]
    pub fn fetched(mut self, fetched: PublishTime) -> Self {
        self.fetched = Some(fetched);
        self
    }

    /// What became of a page: one outcome, but for JSON and WARC as many as it has values or records.
    #[must_use]
    pub fn outcomes(&self, page: &Page) -> Vec<Result<Outcome>> {
        let _ = (
            page,
            &self.site_rules,
            self.fetched,
            self.keep_all,
            Format::Html,
        );
        Vec::new()
    }

    /// The articles of a page: [`Extractor::outcomes`] without what was skipped.
    /// A page that is part of a longer article gives its own part.
    #[must_use]
    pub fn articles(&self, page: &Page) -> Vec<Result<Article>> {
        self.outcomes(page)
            .into_iter()
            .filter_map(|outcome| outcome.map(Outcome::into_article).transpose())
            .collect()
    }

    pub(crate) fn limit(&self) -> u64 {
        self.max_bytes
    }
}

impl Default for Extractor {
    fn default() -> Self {
        Self::new()
    }
}

impl Article {
    /// The article on an HTML page; the encoding is found out.
    ///
    /// A page that is no article gives one too, with what it has; its [`kind`](Article::kind) says so.
    ///
    /// # Errors
    ///
    /// The page is empty or is no text.
    pub fn from_html(html: impl AsRef<[u8]>) -> Result<Self> {
        from_bytes(html.as_ref(), Format::Html)
    }

    /// The article in a text dump of a page; the encoding is found out.
    ///
    /// # Errors
    ///
    /// The dump is empty or is no text.
    pub fn from_text(dump: impl AsRef<[u8]>) -> Result<Self> {
        from_bytes(dump.as_ref(), Format::Text)
    }
}

fn from_bytes(bytes: &[u8], format: Format) -> Result<Article> {
    let extractor = Extractor::new().max_bytes(u64::MAX).keep_all(true);
    extractor
        .articles(&Page::with_format(bytes, format))
        .pop()
        .unwrap_or_else(|| Err(crate::error::ErrorKind::Empty.into()))
}
