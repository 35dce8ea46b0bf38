//! The input side: directories, formats, encodings and everything that can be wrong with a file.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod archives;
mod chains;
mod encodings;
mod fixture;
mod json_lines;
mod rules;
mod trees;
