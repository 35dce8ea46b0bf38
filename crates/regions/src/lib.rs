//! Finds the places of China that a Chinese text is about, down to counties, and says which are ambiguous.
//!
//! A [`Tagger`] reads an article and gives every mention of a place, the places it is about,
//! and the home of the paper it was published in.
//! A [`Gazetteer`] looks regions up by name, path or code.
//!
//! ```
//! use fangzhi_regions::{Tagger, Text};
//!
//! let tagger = Tagger::default(); // cheap to clone, shares one table
//! let tags = tagger.tag(&Text {
//!     title: "遼寧海城农机下田",
//!     ..Text::default()
//! });
//! assert_eq!(tags.about[0].path(), "辽宁省/鞍山市/海城市");
//! assert_eq!(tags.about[0].code().to_string(), "210381");
//! assert_eq!(tags.mentions[1].text, "海城");
//!
//! // What cannot be told is left open.
//! let tags = tagger.tag(&Text { body: "鼓楼区开展演练。", ..Text::default() });
//! assert!(tags.mentions[0].is_ambiguous());
//! assert_eq!(tags.mentions[0].candidates.len(), 4);
//! ```
//!
//! # Places of one's own
//!
//! [`Tagger::with_places`] adds places from a file: a line each, the name, a tab, what
//! it lies in (a path, or a name that is not ambiguous), and, after a further
//! tab, other names separated by spaces. Empty lines and lines that begin with
//! `#` are passed over.
//!
//! ```text
//! # name<TAB>in<TAB>other names
//! 西柳镇<TAB>辽宁/鞍山/海城<TAB>西柳
//! 达道湾工业园<TAB>鞍山市
//! ```
//!
//! Names that end with 镇, 乡, 街道, 村, 社区 or 苏木 are towns: they are found only in
//! articles that name their county too.
//!
//! All offsets are characters (Unicode scalar values) of the original text.

mod about;
mod area;
mod candidates;
mod dateline;
mod error;
mod format;
mod gazetteer;
mod names;
mod phrases;
mod places_file;
mod prepared;
mod publisher;
mod region;
mod resolve;
mod scan;
mod table;
mod tagger;
mod text;
mod wording;

pub use error::{Error, Result};
pub use gazetteer::Gazetteer;
pub use region::{Code, Level, Region};
pub use tagger::Tagger;
pub use text::{Clue, Evidence, Mention, Part, Tags, Text};
