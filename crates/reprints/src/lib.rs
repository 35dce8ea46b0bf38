//! Which news articles are reprints of each other.
//!
//! Most regional news is carried by many sites, with another headline, a paragraph cut or a byline added.
//! A [`Fingerprint`] of 52 bytes is kept of each article's body; [`Reprints`] keeps those of an archive, tells what
//! is near a body and which articles are one story; [`first`] tells who of them was first.
//! [`Stories`] keeps the stories while articles come and go, in a file that [`StoryTable`] reads in place;
//! [`write_stories`] makes that file of a whole archive at once, in less time and memory.
//!
//! ```
//! use fangzhi_reprints::{Evidence, Fingerprint, Publication, Reprints, first};
//!
//! let story = "昨日，海城市召开创建全国文明城市动员大会，部署今年的工作。会议要求，各单位要压实责任，\
//!     改善市容环境，全年新建口袋公园12处，改造老旧小区35个，让市民在创建中得到实惠。";
//! let bodies = [story.to_owned(), format!("（本网讯）{story}\n责任编辑：小方")];
//! let mut reprints = Reprints::default();
//! for (key, body) in bodies.iter().enumerate() {
//!     reprints.insert(key as u64, Fingerprint::of(body));
//! }
//! assert_eq!(reprints.groups(), [[0, 1]]);
//!
//! let publications = [
//!     Publication { published: Some(1_704_300_000), publishers: &["鞍山日报"], source: None },
//!     Publication { published: Some(1_704_200_000), publishers: &["海城云端"], source: Some("鞍山日报") },
//! ];
//! // The site's clock says otherwise, but it names whom it has the story from.
//! let first = first(&publications).expect("there are publications");
//! assert_eq!((first.place, first.evidence), (0, Evidence::Named { n_by: 1 }));
//! ```
//!
//! Notices of one template (weather, prices, appointments, power cuts) share most of their words and are no
//! reprints; what tells is their numbers, names and streets.
//! The method and how well it works: `docs/reprints.md`.

mod error;
mod file;
mod fingerprint;
mod first;
mod grouping;
mod likeness;
mod reprints;
mod stories;

mod hash;
mod meetings;
mod particulars;
mod postings;
mod sketch;
mod stars;

pub use error::{Error, Result};
pub use file::StoryTable;
pub use fingerprint::Fingerprint;
pub use first::{Evidence, First, Publication, first};
pub use grouping::{RECORD_LEN, record, write_stories};
pub use likeness::Likeness;
pub use reprints::{Near, Reprints};
pub use stories::Stories;
