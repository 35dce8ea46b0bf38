//! The records of a segment's articles: a file of each segment, beside the engine's own and that of the layers.
//!
//! The engine's store copies what is read, block by block, behind an index in several levels; here a record is where a
//! table says, and what a result list shows of it is read without the rest.
//! The engine calls [`RecordsPlugin`] when it writes and when it merges a segment.
//!
//! ```text
//! magic, version   8 bytes
//! records          see `record`
//! ends             for each article, where its record ends: bytes from the beginning of the records, in 5 bytes
//! articles         u64
//! ```
//!
//! All numbers are little-endian.
//! The engine ends the file with a checksum of its own; of a damaged file, records are missing or wrong.

mod file;
mod plugin;

pub(crate) use file::{EXTENSION, Records, component};
pub(crate) use plugin::RecordsPlugin;
