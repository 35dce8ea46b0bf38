//! Declarative rules for named sites, loaded by the user.

mod apply;

use std::fmt;
use std::path::Path;

use scraper::Selector;
use serde::Deserialize;
use serde::de::{self, Deserializer, SeqAccess, Visitor};

use crate::error::{Error, ErrorKind, Result};
use crate::id;

/// Rules for named sites: CSS selectors by field, which go before the general rules.
///
/// ```toml
/// [[site]]
/// host = "*.example.cn"
/// title = "h1.headline"
/// published = ".info .time"
/// body = "#content"
/// remove = [".share", ".related"]
/// ```
///
/// All keys are described in docs/site-rules.md. A page is read by the first rule that names its host or its place in the
/// corpus; a field whose selectors find nothing on the page is read by the general rules.
#[derive(Debug, Default)]
pub struct SiteRules {
    sites: Vec<Site>,
    /// A hash of the text.
    fingerprint: u64,
}

/// The rule for one site.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Site {
    /// Host names; `*.` before one means any host below it too.
    #[serde(default)]
    host: Texts,
    /// Beginnings of paths below the corpus's root.
    #[serde(default)]
    under: Texts,
    #[serde(default)]
    title: Selectors,
    #[serde(default)]
    published: Selectors,
    #[serde(default)]
    source: Selectors,
    #[serde(default)]
    author: Selectors,
    #[serde(default)]
    editor: Selectors,
    #[serde(default)]
    channel: Selectors,
    #[serde(default)]
    body: Selectors,
    /// What is taken out of the page before anything is read.
    #[serde(default)]
    remove: Selectors,
}

/// One string or several.
#[derive(Debug, Default)]
struct Texts(Vec<String>);

/// Selectors in order of preference.
#[derive(Debug, Default)]
struct Selectors(Vec<Selector>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    site: Vec<Site>,
}

impl SiteRules {
    /// Reads rules from a TOML file.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is not TOML, or holds a key or a selector that is none; the message names the line.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let read = || {
            // A pipe would be waited for, and a device may have no end.
            if !std::fs::metadata(path).map_err(ErrorKind::Io)?.is_file() {
                return Err(ErrorKind::Special);
            }
            std::fs::read_to_string(path).map_err(ErrorKind::Io)
        };
        let text = read().map_err(|kind| Error::from(kind).at(Some(path)))?;
        Self::parse(&text).map_err(|error| error.at(Some(path)))
    }

    /// Reads rules from TOML text.
    ///
    /// # Errors
    ///
    /// As [`SiteRules::load`].
    pub fn parse(toml: &str) -> Result<Self> {
        let file: File = toml::from_str(toml).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start.min(toml.len()));
            let line = 1 + toml.as_bytes()[..at]
                .iter()
                .filter(|byte| **byte == b'\n')
                .count();
            let message = error.message().lines().next().unwrap_or_default();
            ErrorKind::SiteRules(format!("line {line}: {message}"))
        })?;
        for (i, site) in file.site.iter().enumerate() {
            if site.host.0.is_empty() && site.under.0.is_empty() {
                let reason = format!("rule {}: neither `host` nor `under`", i + 1);
                return Err(ErrorKind::SiteRules(reason).into());
            }
        }
        Ok(Self {
            sites: file.site,
            fingerprint: id::key(b'r', &[toml]),
        })
    }

    pub(crate) fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// Whether there are no rules.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sites.is_empty()
    }

    /// The rule for pages of `host` (in lower case, without `www.`) or at `name` in the corpus.
    fn site(&self, host: Option<&str>, name: Option<&str>) -> Option<&Site> {
        self.sites.iter().find(|site| {
            let of_host =
                host.is_some_and(|host| site.host.0.iter().any(|rule| host_matches(rule, host)));
            let of_place = name.is_some_and(|name| {
                site.under
                    .0
                    .iter()
                    .any(|under| name.starts_with(under.as_str()))
            });
            of_host || of_place
        })
    }
}

fn host_matches(rule: &str, host: &str) -> bool {
    let rule = rule.to_ascii_lowercase();
    match rule.strip_prefix("*.") {
        Some(parent) => host
            .strip_suffix(parent)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.')),
        None => rule.strip_prefix("www.").unwrap_or(&rule) == host,
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        OneOrMany(|text: &str| Ok(text.to_owned()))
            .deserialize(deserializer)
            .map(Self)
    }
}

impl<'de> Deserialize<'de> for Selectors {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        OneOrMany(|text: &str| {
            Selector::parse(text).map_err(|_| format!("`{text}` is not a CSS selector"))
        })
        .deserialize(deserializer)
        .map(Self)
    }
}

/// Reads a string or a list of strings, each turned into something else.
struct OneOrMany<F>(F);

impl<T, F: Fn(&str) -> Result<T, String>> OneOrMany<F> {
    fn deserialize<'de, D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<T>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T, F: Fn(&str) -> Result<T, String>> Visitor<'de> for OneOrMany<F> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or a list of strings")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Vec<T>, E> {
        self.0(text).map(|value| vec![value]).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut texts: A) -> Result<Vec<T>, A::Error> {
        let mut values = Vec::new();
        while let Some(text) = texts.next_element::<String>()? {
            values.push(self.0(&text).map_err(de::Error::custom)?);
        }
        Ok(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_the_line() {
        for (toml, message) in [
            (
                "[[site]]\nhost = \"a.cn\"\nbody = \"div[\"\n",
                "line 3: `div[` is not a CSS selector",
            ),
            (
                "[[site]]\nhost = \"a.cn\"\n\nbodi = \"div\"\n",
                "line 4: unknown field `bodi`",
            ),
            (
                "[[site]]\nhost = 5\n",
                "line 2: invalid type: integer `5`, expected a string or a list of strings",
            ),
            (
                "[[site]]\nhost = \"a.cn\"\n[[site]]\nbody = \"p\"\n",
                "rule 2: neither `host` nor `under`",
            ),
            ("[[site]\n", "line 1: "),
        ] {
            let error = SiteRules::parse(toml).unwrap_err();
            assert!(error.to_string().contains(message), "{error}");
            assert_eq!(error.kind().name(), "site_rules");
        }
        let error = SiteRules::load("no/such/rules.toml").unwrap_err();
        assert_eq!(error.path(), Some(Path::new("no/such/rules.toml")));
    }

    #[test]
    fn pages_are_matched_by_host_or_place() {
        let rules = SiteRules::parse(
            "[[site]]\nhost = [\"www.a.cn\", \"*.b.cn\"]\n[[site]]\nunder = \"c/\"\ntitle = [\"h1\", \"h2\"]\n",
        )
        .unwrap();
        for (host, name, found) in [
            (Some("a.cn"), None, true),
            (Some("m.a.cn"), None, false),
            (Some("b.cn"), None, true),
            (Some("news.b.cn"), None, true),
            (Some("xb.cn"), None, false),
            (None, Some("c/1.html"), true),
            (Some("d.cn"), Some("d/c/1.html"), false),
            (None, None, false),
        ] {
            assert_eq!(rules.site(host, name).is_some(), found, "{host:?} {name:?}");
        }
        assert!(!rules.is_empty());
        assert!(SiteRules::parse("").unwrap().is_empty());
    }
}
