//! Articles → index → hits.

mod analysis;
mod error;
mod explain;
mod facet;
mod generation;
mod hit;
mod index;
mod query;
mod record;
mod request;
mod schema;
mod searcher;
mod settings;
mod snippet;
mod writer;

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
pub use writer::Writer;
