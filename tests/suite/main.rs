//! The command, end to end: each test writes pages into a directory of its own and runs the real program there.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::print_stdout, reason = "a test that is skipped says why")]

mod build;
mod complete;
mod dict;
mod fixture;
mod general;
mod hostile;
mod interrupt;
mod maintain;
mod parse;
mod places;
mod queries;
mod related;
mod reprints;
mod search;
mod segment;
mod status;
mod trends;
mod update;
mod watch;
