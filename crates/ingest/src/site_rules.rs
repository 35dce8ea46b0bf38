//! Declarative rules for named sites, loaded by the user.

use std::path::Path;

use crate::error::{Error, Result};

/// Rules for named sites: CSS selectors by field, tried before the general rules.
///
/// The file format is described in docs/site-rules.md.
#[derive(Debug, Default)]
pub struct SiteRules {}

impl SiteRules {
    /// Reads rules from a TOML file.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is not TOML, or a selector is wrong; the message names the line or the rule.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Error::from(crate::error::ErrorKind::Io(error)).at(Some(path)))?;
        Self::parse(&text).map_err(|error| error.at(Some(path)))
    }

    /// Reads rules from TOML text.
    ///
    /// # Errors
    ///
    /// As [`SiteRules::load`].
    pub fn parse(toml: &str) -> Result<Self> {
        let _ = toml;
        Ok(Self {})
    }
}
