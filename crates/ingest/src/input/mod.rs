//! Streams of bytes from files: opening, decompressing, cutting into pages. Nothing here knows what a page says.

mod expand;
mod gzip;
mod http;
mod json;
mod open;
mod pace;
mod pushback;
mod replay;
mod warc;

pub(crate) use self::json::JsonChunks;
pub(crate) use self::open::{Tap, open};
pub(crate) use self::pace::Pace;
pub(crate) use self::warc::WarcPages;
