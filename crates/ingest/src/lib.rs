//! Turns saved Chinese news pages into clean articles.

mod article;
mod time;

pub use article::{Article, Block, Encoding, PageKind, Script, Warning};
pub use time::{CHINA, ParseTimeError, Precision, PublishTime};
