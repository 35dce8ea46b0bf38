//! Full-text index of Chinese news: articles → index → hits.
//!
//! ```
//! use fangzhi_index::{Index, Query};
//! use fangzhi_ingest::Corpus;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let dir = tempfile::tempdir()?;
//! # let page = "<title>我市启动文明城市创建</title><h1>我市启动文明城市创建</h1>\
//! #   <p>2024-01-03 15:14:18 来源：辽宁日报</p><p>昨日，市里召开创建全国文明城市动员大会，\
//! #   部署今年的工作，要求各单位压实责任、改善市容环境，让市民在创建中得到实惠。</p>";
//! # std::fs::create_dir(dir.path().join("corpus"))?;
//! # std::fs::write(dir.path().join("corpus/a.html"), page)?;
//! # std::env::set_current_dir(dir.path())?;
//! let index = Index::create("news.index")?;             // or open(dir), in_memory()
//! let mut writer = index.writer()?;
//! for article in Corpus::new("corpus/").articles() {
//!     writer.add(&article?)?;
//! }
//! writer.commit()?;                                     // nothing is visible before this
//! for hit in index.searcher()?.search(&Query::new("文明城市").source("辽宁日报").limit(10))? {
//!     println!("{:.2} {} {}", hit.score, hit.title, hit.snippet);
//! }
//! # assert_eq!(index.searcher()?.search(&Query::new("文明城市").source("辽宁日报"))?.total, 1);
//! # Ok(())
//! # }
//! ```
//!
//! An [`Index`] is a directory; one [`Writer`] adds to it while any number of [`Searcher`]s read.
//! [`Index::rebuild`] makes a new one beside it and puts it in its place in one step.
//!
//! Every text is indexed in three layers: words, to rank by; pairs of neighbouring characters, so that whatever
//! stands in an article finds it, however it was cut into words; single characters.
//! A [`Query`] is plain text in a small language that has no syntax errors; [`Results`] say what was given up
//! of it ([`Relaxation`]), and each [`Hit`] shows why it was found ([`Snippet`], [`Explanation`]).

mod articles;
mod backup;
mod catalog;
mod explain;
mod facet;
mod hit;
mod index;
mod places;
mod query;
mod related;
mod request;
mod searcher;
mod settings;
mod snippet;
mod story;
mod suggest;
mod trends;
mod update;
mod verify;
mod writer;

mod analysis;
mod bits;
mod bm25;
mod bodies;
mod both;
mod commit;
mod compile;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod damage;
mod deletions;
mod engine_writer;
mod error;
mod fault;
mod files;
mod filter;
mod generation;
mod highlight;
mod known;
mod layers;
mod matches;
mod merge_policy;
mod patterns;
mod plan;
mod pool;
mod positions;
mod rank;
mod record;
mod records;
mod region_facet;
mod regions;
mod resources;
mod schema;
mod seal;
mod segment;
mod slop;
mod spool;
mod stale;
mod storage;
mod stories;
mod utf16;
mod varint;
mod window;
mod writeback;

pub use backup::{Backup, BackupFile, BackupMode};
pub use catalog::{Catalog, FileRead, FileStat, Reading};
pub use error::{Error, Result};
pub use explain::{Explanation, ScorePart};
pub use facet::{Facet, FacetField};
pub use hit::{Hit, Relaxation, Results, Suggestion};
pub use index::{Index, Rebuild, Status};
pub use layers::Loan;
pub use places::Place;
pub use query::{Problem, ProblemKind};
pub use region_facet::RegionCount;
pub use request::{Count, Query, Sort};
pub use searcher::Searcher;
pub use settings::{Settings, WriterOptions};
pub use snippet::{Snippet, SnippetOptions};
pub use story::{Story, StoryArticle};
pub use suggest::{Completion, CompletionKind};
pub use trends::{
    Bucket, BurstWords, Coverage, Interval, Measure, Period, PeriodError, RegionTrend,
    SignificantWord, SignificantWords, Trend, Trends, WordOptions,
};
pub use update::{Finished, Scan, Update, UpdateCounts, UpdateMode, UpdateOptions, UpdateSummary};
pub use verify::{Repaired, Verified};
pub use writer::Writer;

#[doc(hidden)]
pub use fault::{Fault, fail_at};

/// README's example compiles and runs.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
