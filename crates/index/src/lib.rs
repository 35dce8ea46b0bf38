//! Full-text index of Chinese news: articles → index → hits.

mod explain;
mod facet;
mod hit;
mod index;
mod query;
mod request;
mod searcher;
mod settings;
mod snippet;
mod suggest;
mod writer;

mod analysis;
mod bm25;
mod bodies;
mod compile;
mod error;
mod filter;
mod generation;
mod highlight;
mod matches;
mod patterns;
mod plan;
mod positions;
mod rank;
mod record;
mod schema;
mod segment;
mod slop;

pub use error::{Error, Result};
pub use explain::{Explanation, ScorePart};
pub use facet::{Facet, FacetField};
pub use hit::{Hit, Relaxation, Results, Suggestion};
pub use index::{Index, Rebuild, Status};
pub use query::{Problem, ProblemKind};
pub use request::{Query, Sort};
pub use searcher::Searcher;
pub use settings::{Settings, WriterOptions};
pub use snippet::{Snippet, SnippetOptions};
pub use suggest::{Completion, CompletionKind};
pub use writer::Writer;
