//! An index that lives: updated, merged, killed, repaired, it is the index built fresh of the same files.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod archive;
mod equality;
mod restless;
