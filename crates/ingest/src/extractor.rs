//! Pages → articles.

use std::io::Cursor;
use std::sync::Arc;

use crate::article::{Article, PageKind, Warning};
use crate::bounds;
use crate::decode::{self, Decoded};
use crate::error::{Error, ErrorKind, Result};
use crate::html::{self, Context, Extraction, Trace};
use crate::id;
use crate::input::WarcPages;
use crate::json;
use crate::multipage::{Links, Part};
use crate::outcome::{Outcome, SkipReason, Skipped};
use crate::page::{Format, Page};
use crate::script;
use crate::site_rules::SiteRules;
use crate::text;
use crate::time::PublishTime;

/// The default of [`Extractor::max_bytes`]: 16 MiB.
pub const DEFAULT_MAX_BYTES: u64 = 16 << 20;

/// The version of the rules of extraction: raised by whatever makes other articles of the same pages, so that indexes of
/// articles extracted before can tell that they are to be extracted again.
pub const EXTRACTION_VERSION: u32 = 2;

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
        match page.format {
            Format::Html => vec![self.checked(page, |extractor| extractor.html(page))],
            Format::Text => vec![self.checked(page, |extractor| extractor.text(page))],
            Format::JsonLines | Format::Json => json::articles(page)
                .into_iter()
                .map(|article| {
                    let article =
                        article.map_err(|kind| Error::from(kind).at(page.path.as_deref()))?;
                    Ok(self.sift(article))
                })
                .collect(),
            Format::Warc => self.archive(page),
            Format::Asset => vec![Ok(Outcome::Skipped(Skipped {
                path: page.path.clone(),
                url: page.url.clone(),
                reason: SkipReason::Asset,
            }))],
        }
    }

    /// The article of an HTML page or text dump and how it was read: which rule gave each field, from what text.
    ///
    /// The article is given whatever its kind. Of other formats, it is the first, and the trace is empty.
    ///
    /// # Errors
    ///
    /// As the page's [`outcomes`](Extractor::outcomes).
    pub fn explain(&self, page: &Page) -> Result<(Article, Trace)> {
        if !matches!(page.format, Format::Html | Format::Text) {
            let extractor = self.clone().keep_all(true);
            let article = extractor.articles(page).into_iter().next();
            let article = article.unwrap_or_else(|| Err(ErrorKind::Empty.into()))?;
            return Ok((article, Trace::default()));
        }
        self.checked(page, |extractor| {
            let decoded = decode::decode(&page.bytes, page.charset.as_deref())?;
            let extraction = match page.format {
                Format::Text => text::extract(&decoded.text, page.fetched.or(self.fetched)),
                _ => extractor.read_html(&decoded.text, &extractor.context(page), page),
            };
            Ok((
                complete(extraction.article, decoded, page),
                extraction.trace,
            ))
        })
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

    /// A number that is another one if pages may give other articles: by another version of the rules of extraction
    /// ([`EXTRACTION_VERSION`]), other site rules or other options.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&EXTRACTION_VERSION.to_le_bytes());
        hasher.update(&self.max_bytes.to_le_bytes());
        hasher.update(&[u8::from(self.keep_all)]);
        hasher.update(&self.site_rules.fingerprint().to_le_bytes());
        let fetched = self.fetched.map(|time| time.to_string());
        hasher.update(fetched.unwrap_or_default().as_bytes());
        id::short(&hasher.finalize())
    }

    pub(crate) fn limit(&self) -> u64 {
        self.max_bytes
    }

    fn checked<T>(
        &self,
        page: &Page,
        extract: impl FnOnce(&Self) -> Result<T, ErrorKind>,
    ) -> Result<T> {
        let size = page.bytes.len() as u64;
        let outcome = if size > self.max_bytes {
            Err(ErrorKind::TooLarge {
                limit: self.max_bytes,
                size: Some(size),
            })
        } else {
            extract(self)
        };
        outcome.map_err(|kind| Error::from(kind).at(page.path.as_deref()))
    }

    fn html(&self, page: &Page) -> Result<Outcome, ErrorKind> {
        let decoded = decode::decode(&page.bytes, page.charset.as_deref())?;
        let context = self.context(page);
        let article = self.read_html(&decoded.text, &context, page).article;
        // Pages are saved under the names of their addresses or others; links tell the addresses.
        let addresses = [
            page.url.as_deref(),
            page.name.as_deref(),
            article.url.as_deref(),
        ];
        let links = Links::find(&decoded.text, addresses.into_iter().flatten());
        let article = complete(article, decoded, page);
        Ok(match links {
            // A list has further pages too, but they are no article's.
            Some(links) if article.kind != PageKind::List => {
                let alone = self.skip_reason(&article);
                Outcome::Part(Box::new(Part::new(article, alone, links)))
            }
            _ => self.sift(article),
        })
    }

    fn read_html(&self, html: &str, context: &Context<'_>, page: &Page) -> Extraction {
        let mut general = html::extract(html, context);
        self.site_rules
            .extract(html, context, page.name.as_deref(), &mut general.article)
            .unwrap_or(general)
    }

    fn context<'a>(&self, page: &'a Page) -> Context<'a> {
        Context {
            url: page.url.as_deref(),
            fetched: page.fetched.or(self.fetched),
        }
    }

    fn text(&self, page: &Page) -> Result<Outcome, ErrorKind> {
        let decoded = decode::decode(&page.bytes, page.charset.as_deref())?;
        let article = text::extract(&decoded.text, page.fetched.or(self.fetched)).article;
        Ok(self.sift(complete(article, decoded, page)))
    }

    /// The pages of an archive that came as one page.
    fn archive(&self, page: &Page) -> Vec<Result<Outcome>> {
        let reader = Box::new(Cursor::new(page.bytes.clone()));
        let pages = WarcPages::new(reader, false, self.max_bytes);
        pages
            .flat_map(|inner| match inner {
                Ok(inner) => self.outcomes(&Page {
                    path: page.path.clone(),
                    name: page.name.clone(),
                    ..inner
                }),
                Err(kind) => vec![Err(Error::from(kind).at(page.path.as_deref()))],
            })
            .collect()
    }

    /// Passes over what is no article, unless all is kept.
    fn sift(&self, article: Article) -> Outcome {
        match self.skip_reason(&article) {
            None => Outcome::Article(Box::new(article)),
            Some(reason) => Outcome::Skipped(Skipped {
                path: article.path,
                url: article.url,
                reason,
            }),
        }
    }

    fn skip_reason(&self, article: &Article) -> Option<SkipReason> {
        match article.kind {
            _ if self.keep_all => None,
            PageKind::Article => None,
            PageKind::List => Some(SkipReason::List),
            PageKind::Other => Some(SkipReason::Other),
        }
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
        .unwrap_or_else(|| Err(ErrorKind::Empty.into()))
}

/// Adds what the page, not its text, tells.
fn complete(mut article: Article, decoded: Decoded<'_>, page: &Page) -> Article {
    if article.url.as_deref().and_then(id::of_url).is_none() {
        article.url = page.url.clone().or(article.url);
    }
    bounds::trim(&mut article);
    let id = match (article.url.as_deref().and_then(id::of_url), &page.name) {
        (Some(id), _) => id,
        // A record of an archive is a page by itself.
        (None, Some(name)) if page.number > 1 => format!("{name}#{}", page.number),
        (None, Some(name)) => name.clone(),
        (None, None) => id::of_content(&page.bytes),
    };
    article.id = bounds::short_id(id);
    article.path.clone_from(&page.path);
    article.fetched = page.fetched;
    article.encoding = decoded.encoding;
    article.warnings.splice(0..0, decoded.warnings);
    let mut warn = |missing: bool, warning: Warning| {
        if missing && !article.warnings.contains(&warning) {
            article.warnings.push(warning);
        }
    };
    warn(article.title.is_none(), Warning::NoTitle);
    warn(article.published.is_none(), Warning::NoPublishTime);
    article.script = script::of_article(&article);
    article
}
