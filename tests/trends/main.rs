//! Trends of a made-up archive, against what is counted article by article.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod archive;
mod counts;
mod regions;
mod stories;
mod words;
