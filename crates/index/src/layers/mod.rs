//! The postings of the scored layers: a file of each segment, beside the engine's own.
//!
//! The engine keeps segments, deletions, merging, columns and exact fields.
//! What is scored is here, since pairs of characters make lists that the engine's general form holds in twice the
//! bytes and writes in many times the time.
//! The engine calls [`LayersPlugin`] when it writes and when it merges a segment.
//!
//! ```text
//! magic, version        8 bytes
//! sections              one a layer, in any order
//! places of the sections  u64 each: where it begins and ends, in the order of `LayerKind::ALL`
//! ```
//!
//! - `document` is what an article hands over;
//! - `invert` turns the texts of many articles into lists of articles by term; `assembly` puts what threads make of it in order;
//! - `layer` is one layer, `terms` its dictionary, `list` one list, `bits` how numbers are packed, `prefetch` what is asked for before it is read;
//! - `file` is the layers together; `merge` joins those of several segments, reading each through a [window](crate::window); `union` reads their terms together; `plugin` is what the engine calls.
//!
//! All numbers are little-endian.
//! The engine ends the file with a checksum of its own; reading a damaged file gives wrong answers or an error,
//! and never panics.

mod assembly;
mod backlog;
mod document;
mod file;
mod invert;
mod layer;
mod list;
mod merge;
mod plugin;
mod prefetch;
mod terms;
mod union;

pub(crate) use backlog::Backlog;
pub use backlog::Loan;
pub(crate) use document::{DocumentLayers, TextLayers};
pub(crate) use file::{EXTENSION, LayerKind, Layers};
pub(crate) use layer::{Layer, Postings};
pub(crate) use list::BLOCK;
pub(crate) use plugin::LayersPlugin;
pub(crate) use terms::{TermInfo, TermPlace};
pub(crate) use union::TermUnion;
