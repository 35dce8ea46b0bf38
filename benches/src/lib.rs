//! What the measurements share.

pub mod latency;
pub mod peer;
pub mod synthetic;
