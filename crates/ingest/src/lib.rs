//! Turns saved Chinese news pages into clean articles.
//!
//! Pages come as they are found in the wild: HTML of any age, text dumps of pages, JSON Lines of ready articles, web
//! archives; in UTF-8, GB18030, Big5 or with a wrong declaration; plain, gzipped or as zstd. An [`Article`] says what
//! the page says: headline, publish time at the page's own precision, source (来源), reporters, editors (责任编辑),
//! breadcrumb, and the story as blocks without the page's frame. What the page does not say is `None`.
//!
//! ```no_run
//! use fangzhi_ingest::Corpus;
//!
//! for article in Corpus::new("corpus/").articles() {
//!     println!("{}", article?.title.unwrap_or_default());
//! }
//! # Ok::<(), fangzhi_ingest::Error>(())
//! ```
//!
//! One page at a time:
//!
//! ```
//! use fangzhi_ingest::Article;
//!
//! let dump = "您当前的位置 :云河新闻网>>新闻频道>>本地
//! 三座旧桥换新颜
//! 2024-01-03 15:14:18 来源:云河日报 分享到:
//! 　　1月2日，云河市三座旧桥加固完工，恢复双向通行。
//! 责任编辑:秦楼月";
//! let article = Article::from_text(dump)?;
//! assert_eq!(article.title.as_deref(), Some("三座旧桥换新颜"));
//! assert_eq!(article.published.unwrap().to_string(), "2024-01-03T15:14:18+08:00");
//! assert_eq!(article.source.as_deref(), Some("云河日报"));
//! assert_eq!(article.editors, ["秦楼月"]);
//! assert_eq!(article.channel, ["云河新闻网", "新闻频道", "本地"]);
//! assert_eq!(article.body_text(), "1月2日，云河市三座旧桥加固完工，恢复双向通行。");
//! # Ok::<(), fangzhi_ingest::Error>(())
//! ```
//!
//! From paths to articles there are four steps, which a parallel pipeline may take apart:
//!
//! 1. [`Corpus::files`] walks directories and opens nothing.
//! 2. [`CorpusFile::pages`] opens a file, decompresses it and cuts it into [`Page`]s.
//! 3. [`Extractor::outcomes`] decodes and reads a page; cheap to clone, one for each thread.
//! 4. [`Binder::push`] puts together what is one article: further pages, and twins under one URL. For an archive of
//!    millions of articles, [`Binder::spill_to`] keeps on disk what it has to remember.
//!
//! # Limits
//!
//! No input panics or takes more than linear time. A page, a JSON value or a record of an archive may have 16 MiB after
//! decompression ([`Extractor::max_bytes`]); compression is taken off twice at most and never further than that limit.
//! Of an article, the body has at most 4 MiB, of which each block, item and cell takes 64 bytes beside its text; title,
//! subtitle and description have at most 64 KiB, and the id, the address and each name 4 KiB. What is left out of a page for
//! a limit is noted in [`Article::warnings`]; JSON with a field that is larger is an error.

mod article;
mod boilerplate;
mod bounds;
mod breadcrumb;
mod byline;
mod corpus;
mod date;
mod decode;
mod error;
mod extractor;
mod html;
mod id;
mod input;
mod json;
mod multipage;
mod outcome;
mod page;
mod script;
mod site_rules;
mod sorting;
mod text;
mod time;
mod walk;
mod words;

pub use article::{Article, Block, Encoding, PageKind, Script, Warning};
pub use corpus::{Articles, Corpus, CorpusFile, CorpusRoot, FilePages, Files, Outcomes, Pages};
pub use error::{Error, ErrorKind, Result};
pub use extractor::{DEFAULT_MAX_BYTES, EXTRACTION_VERSION, Extractor};
pub use html::{BodyTrace, DroppedLine, FieldTrace, Trace};
pub use multipage::{Binder, Bound, Part};
pub use outcome::{Outcome, SkipReason, Skipped};
pub use page::{Format, Page};
pub use site_rules::SiteRules;
pub use time::{CHINA, ParseTimeError, Precision, PublishTime};
