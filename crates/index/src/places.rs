//! Which places articles are about: tagged when they are added, kept with the names and codes of all that a place lies in.
//!
//! A column holds each place as `210000 辽宁省/210300 鞍山市/210381 海城市`. So hits and counts are read without the table
//! of regions, which only tagging and the names in queries need.

use std::path::PathBuf;
use std::sync::OnceLock;

use fangzhi_ingest::Article;
use fangzhi_regions::{Code, Gazetteer, Region, Tagger, Tags, Text};

use crate::error::{Error, Result};
use crate::resources::Resources;

/// A region as a hit names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Place {
    /// The full names from the province down: 辽宁省/鞍山市/海城市.
    pub path: String,
    /// The official code, or fangzhi-regions' own for what has none.
    pub code: Code,
}

/// The regions an index knows, loaded when they are first asked for.
#[derive(Default)]
pub(crate) struct Places {
    /// Files of further places, and what is in them.
    files: Vec<(PathBuf, String)>,
    fingerprint: u64,
    gazetteer: OnceLock<Gazetteer>,
    tagger: OnceLock<Tagger>,
}

impl Places {
    pub(crate) fn new(resources: &Resources) -> Result<Self> {
        let files = resources.places()?;
        Ok(Self {
            files: files
                .into_iter()
                .map(|(path, text)| (path.to_owned(), text))
                .collect(),
            fingerprint: resources.places_fingerprint,
            ..Self::default()
        })
    }

    /// A fingerprint of what decides on the places that are found.
    pub(crate) fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// The regions by their names.
    ///
    /// # Errors
    ///
    /// [`Error::Settings`] if a file of places is wrong.
    pub(crate) fn gazetteer(&self) -> Result<&Gazetteer> {
        if let Some(gazetteer) = self.gazetteer.get() {
            return Ok(gazetteer);
        }
        let mut gazetteer = Gazetteer::default();
        for (path, text) in &self.files {
            gazetteer = gazetteer
                .add_places(path, text)
                .map_err(|error| Error::Settings {
                    path: path.clone(),
                    reason: match error {
                        fangzhi_regions::Error::Line { line, reason, .. } => {
                            format!("line {line}: {reason}")
                        }
                        other => other.to_string(),
                    },
                })?;
        }
        Ok(self.gazetteer.get_or_init(|| gazetteer))
    }

    /// The places of an article whose plain body is `body`.
    pub(crate) fn tag(&self, article: &Article, body: &str) -> Result<Tags> {
        let tagger = match self.tagger.get() {
            Some(tagger) => tagger,
            None => {
                let gazetteer = self.gazetteer()?.clone();
                self.tagger.get_or_init(|| Tagger::new(gazetteer))
            }
        };
        let year = article.published.as_ref().map(|time| time.date().year());
        Ok(tagger.main_places(&Text {
            title: article.title.as_deref().unwrap_or_default(),
            body,
            channel: article.channel.iter().map(String::as_str).collect(),
            published: year.and_then(|year| u16::try_from(year).ok()),
            source: article.source.as_deref().unwrap_or_default(),
            site: article.site.as_deref().unwrap_or_default(),
        }))
    }
}

impl From<&Region> for Place {
    fn from(region: &Region) -> Self {
        Self {
            path: region.path(),
            code: region.code(),
        }
    }
}

/// A region and those it lies in, as a column holds them.
pub(crate) fn lineage(region: &Region) -> String {
    let mut text = String::new();
    let above = region.ancestors();
    for region in above.iter().chain([region]) {
        if !text.is_empty() {
            text.push('/');
        }
        text.push_str(&format!("{} {}", region.code(), region.name()));
    }
    text
}

/// The codes of regions and of all they lie in, each once.
pub(crate) fn codes(regions: &[Region]) -> Vec<Code> {
    let mut codes: Vec<Code> = regions.iter().map(Region::code).collect();
    for region in regions {
        codes.extend(region.ancestors().iter().map(Region::code));
    }
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// The codes that articles about one of these regions, or of what lies in them, have one of.
pub(crate) fn cover(regions: &[Region]) -> Vec<Code> {
    let mut codes: Vec<Code> = regions.iter().flat_map(Region::cover).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// The codes and names of a [`lineage`], the province's first.
pub(crate) fn steps(lineage: &str) -> impl Iterator<Item = (Code, &str)> {
    lineage.split('/').filter_map(|step| {
        let (code, name) = step.split_once(' ')?;
        Some((Code(code.parse().ok()?), name))
    })
}

/// The place of a [`lineage`]; `None` if it is of none.
pub(crate) fn place(lineage: &str) -> Option<Place> {
    let (mut path, mut last) = (String::new(), None);
    for (code, name) in steps(lineage) {
        if !path.is_empty() {
            path.push('/');
        }
        path.push_str(name);
        last = Some(code);
    }
    last.map(|code| Place { path, code })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lineage_says_what_a_place_is() {
        let gazetteer = Gazetteer::default();
        for (name, text, path) in [
            (
                "海城市",
                "210000 辽宁省/210300 鞍山市/210381 海城市",
                "辽宁省/鞍山市/海城市",
            ),
            (
                "鞍山高新区",
                "210000 辽宁省/210300 鞍山市/210300801 鞍山高新区",
                "辽宁省/鞍山市/鞍山高新区",
            ),
            ("东北三省", "900002 东北三省", "东北三省"),
        ] {
            let region = &gazetteer.resolve(name)[0];
            assert_eq!(lineage(region), text);
            let place = place(text).unwrap();
            assert_eq!(place.path, path);
            assert_eq!(place, Place::from(region));
        }
        for damaged in ["", "辽宁省", "x 辽宁省"] {
            assert_eq!(place(damaged), None, "{damaged}");
        }
    }
}
