//! Reads bylines: who wrote a story, who edited it and which paper it comes from, as Chinese pages say it in text.
//!
//! Three kinds of text are read here. [`scan`] takes a line of labelled parts, such as the line under the headline
//! (`2024-01-03 15:14 来源：云河日报 作者：…`) or the editor's line under the story (`责任编辑：…`).
//! [`signature`] takes a paragraph of the story and finds a signature at its edge (`（记者 …）`, `□ 本报记者 …`).
//! [`is_credit_line`] tells whether a line is nothing but such credits.

mod labels;
mod names;
mod scan;
mod signature;
mod source;

pub(crate) use labels::begins_with_label;
pub(crate) use names::people;
pub(crate) use scan::{Byline, scan, scan_near};
pub(crate) use signature::{Place, is_credit_line, signature};
pub(crate) use source::source_name;
