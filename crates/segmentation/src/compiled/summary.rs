//! What a compiled dictionary holds, in figures.

use std::path::Path;

use super::{Compiled, VERSION};
use crate::dictionary::read;
use crate::error::{Error, Result};

/// What a compiled dictionary holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// The version of the form.
    pub version: u32,
    /// Words as they are written, those that cannot be cut left out.
    pub n_words: usize,
    /// Further words that are only normalised forms of those.
    pub n_normal_forms: usize,
    /// Different characters in words.
    pub n_characters: usize,
    /// The sum of the frequencies of words as they are written.
    pub total: u64,
    /// The file's length in bytes, all of which are kept in memory.
    pub n_bytes: usize,
    /// What the file says its contents add up to, which has been checked.
    pub checksum: u64,
}

impl Summary {
    /// Reads and checks a compiled dictionary.
    ///
    /// # Errors
    /// The file cannot be read, is damaged or is not a compiled dictionary.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let compiled = Compiled::from_bytes(read(path)?).map_err(|flaw| Error::Compiled {
            path: path.to_owned(),
            flaw,
        })?;
        Ok(Self::of(&compiled))
    }

    pub(crate) fn of(compiled: &Compiled) -> Self {
        let n_plain = compiled.n_plain();
        let (n_words, n_normal_forms) =
            compiled.numbers().fold((0, 0), |(words, forms), number| {
                let is_form = usize::from(number >= n_plain);
                (words + 1 - is_form, forms + is_form)
            });
        Self {
            version: VERSION,
            n_words,
            n_normal_forms,
            n_characters: compiled.header.n_codes as usize - super::FIRST_CODE as usize,
            total: compiled.totals()[super::PLAIN],
            n_bytes: compiled.header.len_of_file(),
            checksum: compiled.checksum(),
        }
    }
}
