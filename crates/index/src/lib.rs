//! Under construction.

mod query;
