//! Reprints
mod error;
mod file;
mod fingerprint;
mod hash;
mod likeness;
mod particulars;
mod postings;
mod reprints;
mod sketch;
mod stars;

pub use error::{Error, Result};
pub use fingerprint::Fingerprint;
pub use likeness::Likeness;
pub use reprints::{Near, Reprints};
