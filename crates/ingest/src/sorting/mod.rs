//! Records brought into the order of their bytes, in bounded memory.

mod scratch;
mod sorter;

pub(crate) use self::scratch::Scratch;
pub(crate) use self::sorter::Sorter;
