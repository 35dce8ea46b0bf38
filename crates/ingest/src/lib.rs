//! Turns saved Chinese news pages into clean articles.

mod article;
mod boilerplate;
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
mod text;
mod time;

pub use article::{Article, Block, Encoding, PageKind, Script, Warning};
pub use corpus::{Articles, Corpus, CorpusFile, FilePages, Files, Outcomes, Pages};
pub use error::{Error, ErrorKind, Result};
pub use extractor::{DEFAULT_MAX_BYTES, Extractor};
pub use html::{BodyTrace, DroppedLine, FieldTrace, Trace};
pub use multipage::{Binder, Part};
pub use outcome::{Outcome, SkipReason, Skipped};
pub use page::{Format, Page};
pub use site_rules::SiteRules;
pub use time::{CHINA, ParseTimeError, Precision, PublishTime};
