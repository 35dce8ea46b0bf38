//! What an engineer builds in an afternoon: scraper's selectors, a jieba tokenizer, one tantivy field a text.

use std::path::Path;

use anyhow::Context as _;
use cang_jie::{CangJieTokenizer, TokenizerOption};
use scraper::{Html, Selector};
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, PhraseQuery, Query, TermQuery};
use tantivy::schema::{
    Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
    Value as _,
};
use tantivy::tokenizer::{TextAnalyzer, TokenStream as _};
use tantivy::{Index, ReloadPolicy, Searcher, TantivyDocument, Term, doc};

/// The tokenizer of a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tokenizer {
    /// tantivy-jieba, as it comes.
    TantivyJieba,
    /// cang-jie in its default mode, without HMM.
    CangJie,
}

impl Tokenizer {
    /// The tokenizer of that name.
    pub fn named(name: &str) -> anyhow::Result<Self> {
        match name {
            "tantivy-jieba" => Ok(Self::TantivyJieba),
            "cang-jie" => Ok(Self::CangJie),
            _ => anyhow::bail!("no tokenizer `{name}`: tantivy-jieba or cang-jie"),
        }
    }

    fn analyzer(self) -> TextAnalyzer {
        match self {
            Self::TantivyJieba => tantivy_jieba::JiebaTokenizer::new().into(),
            Self::CangJie => CangJieTokenizer {
                worker: std::sync::Arc::new(jieba_rs::Jieba::new()),
                option: TokenizerOption::Default { hmm: false },
            }
            .into(),
        }
    }
}

/// The fields of the peer's index.
#[derive(Debug, Clone, Copy)]
pub struct Fields {
    id: Field,
    title: Field,
    body: Field,
    source: Field,
    published: Field,
}

/// A one-layer index.
pub struct Peer {
    index: Index,
    fields: Fields,
}

/// An article as the peer sees it.
#[derive(Debug, Default)]
pub struct PeerArticle {
    /// Its id.
    pub id: String,
    /// The headline.
    pub title: String,
    /// The body.
    pub body: String,
    /// The source.
    pub source: String,
}

impl Peer {
    /// Makes an index in `dir`, which must be empty.
    pub fn create(dir: &Path, tokenizer: Tokenizer) -> anyhow::Result<Self> {
        std::fs::create_dir_all(dir)
            .with_context(|| format!("cannot create `{}`", dir.display()))?;
        let mut schema = Schema::builder();
        let text = TextOptions::default().set_stored().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer("jieba")
                .set_index_option(IndexRecordOption::WithFreqsAndPositions),
        );
        schema.add_text_field("id", STRING | STORED);
        schema.add_text_field("title", text.clone());
        schema.add_text_field("body", text);
        schema.add_text_field("source", STRING | STORED);
        schema.add_date_field("published", INDEXED | STORED);
        Self::over(Index::create_in_dir(dir, schema.build())?, tokenizer)
    }

    /// Opens the index in `dir`.
    pub fn open(dir: &Path, tokenizer: Tokenizer) -> anyhow::Result<Self> {
        Self::over(Index::open_in_dir(dir)?, tokenizer)
    }

    fn over(index: Index, tokenizer: Tokenizer) -> anyhow::Result<Self> {
        index.tokenizers().register("jieba", tokenizer.analyzer());
        let schema = index.schema();
        let fields = Fields {
            id: schema.get_field("id")?,
            title: schema.get_field("title")?,
            body: schema.get_field("body")?,
            source: schema.get_field("source")?,
            published: schema.get_field("published")?,
        };
        Ok(Self { index, fields })
    }

    /// Indexes the articles with `threads` of tantivy's.
    pub fn write(
        &self,
        articles: impl IntoIterator<Item = PeerArticle>,
        threads: usize,
    ) -> anyhow::Result<u64> {
        let mut writer = self
            .index
            .writer_with_num_threads::<TantivyDocument>(threads, 128 << 20)?;
        let mut n = 0;
        for article in articles {
            let Fields {
                id,
                title,
                body,
                source,
                ..
            } = self.fields;
            writer.add_document(doc!(
                id => article.id, title => article.title, body => article.body, source => article.source
            ))?;
            n += 1;
        }
        writer.commit()?;
        writer.wait_merging_threads()?;
        Ok(n)
    }

    /// A searcher over the committed articles.
    pub fn searcher(&self) -> anyhow::Result<Searcher> {
        let reader = self
            .index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        Ok(reader.searcher())
    }

    /// The ten best articles' titles: all words of the query, or the phrase if it is quoted.
    pub fn search(&self, searcher: &Searcher, text: &str) -> anyhow::Result<(usize, Vec<String>)> {
        let phrase = text.starts_with('"');
        let mut analyzer = self.index.tokenizer_for_field(self.fields.body)?;
        let mut stream = analyzer.token_stream(text.trim_matches('"'));
        let mut terms = Vec::new();
        while let Some(token) = stream.next() {
            if token.text.chars().any(char::is_alphanumeric) {
                terms.push(Term::from_field_text(self.fields.body, &token.text));
            }
        }
        let query: Box<dyn Query> = match terms.len() {
            0 => return Ok((0, Vec::new())),
            2.. if phrase => Box::new(PhraseQuery::new(terms)),
            _ => Box::new(BooleanQuery::intersection(
                terms
                    .into_iter()
                    .map(|term| {
                        Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
                            as Box<dyn Query>
                    })
                    .collect(),
            )),
        };
        let (top, count) =
            searcher.search(&query, &(TopDocs::with_limit(10).order_by_score(), Count))?;
        let titles = top
            .into_iter()
            .map(|(_, address)| {
                let document: TantivyDocument = searcher.doc(address)?;
                let title = document
                    .get_first(self.fields.title)
                    .and_then(|value| value.as_str().map(str::to_owned));
                Ok(title.unwrap_or_default())
            })
            .collect::<anyhow::Result<_>>()?;
        Ok((count, titles))
    }

    /// The field the articles are dated in.
    pub fn published(&self) -> Field {
        self.fields.published
    }
}

/// Takes headline and paragraphs off a page with selectors that fit the synthetic templates.
pub struct Scrape {
    title: Selector,
    paragraphs: Selector,
}

impl Default for Scrape {
    fn default() -> Self {
        let selector = |css| Selector::parse(css).expect("the selector is fixed");
        Self {
            title: selector("h1"),
            paragraphs: selector(
                ".content p, .TRS_Editor p, .post-content p, td.black14, #articleContent p, .rm_txt_con p, .detail-body p, .view-text .p",
            ),
        }
    }
}

impl Scrape {
    /// The article on a page.
    pub fn article(&self, id: String, bytes: &[u8]) -> PeerArticle {
        let head = &bytes[..bytes.len().min(1024)];
        let gb = head.windows(6).any(|window| window == b"gb2312");
        let encoding = if gb {
            encoding_rs::GB18030
        } else {
            encoding_rs::UTF_8
        };
        let (text, ..) = encoding.decode(bytes);
        let html = Html::parse_document(&text);
        let title = html
            .select(&self.title)
            .next()
            .map(|h1| h1.text().collect())
            .unwrap_or_default();
        let body = html
            .select(&self.paragraphs)
            .map(|p| p.text().collect::<String>())
            .collect::<Vec<_>>()
            .join("\n");
        PeerArticle {
            id,
            title,
            body,
            source: String::new(),
        }
    }
}
