//! What `search --facet` counts by.

use std::str::FromStr;

use fangzhi_index::FacetField;

/// A field to count by, and the region to count in: `source`, `region`, `region:辽宁`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FacetArg {
    pub(crate) field: FacetField,
    pub(crate) within: Option<String>,
}

/// The fields by their names, which are those of JSON too.
pub(crate) const FACETS: [(&str, FacetField); 8] = [
    ("source", FacetField::Source),
    ("site", FacetField::Site),
    ("channel", FacetField::Channel),
    ("region", FacetField::Region),
    ("published_from", FacetField::PublishedFrom),
    ("year", FacetField::Year),
    ("month", FacetField::Month),
    ("day", FacetField::Day),
];

impl FromStr for FacetArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, within) = match text.split_once([':', '：']) {
            Some((name, within)) => (name, Some(within.trim())),
            None => (text, None),
        };
        let known = FACETS.iter().find(|(known, _)| *known == name);
        let Some((_, field)) = known else {
            let names: Vec<&str> = FACETS.iter().map(|(name, _)| *name).collect();
            return Err(format!("expected one of {}", names.join(", ")));
        };
        let has_regions = matches!(field, FacetField::Region | FacetField::PublishedFrom);
        match within {
            Some("") => Err("nothing after `:`".to_owned()),
            Some(_) if !has_regions => Err(format!("`{name}` has no regions")),
            within => Ok(Self {
                field: *field,
                within: within.map(str::to_owned),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_regions() {
        for (text, expect) in [
            ("source", Ok((FacetField::Source, None))),
            ("region", Ok((FacetField::Region, None))),
            (
                "region:辽宁/鞍山",
                Ok((FacetField::Region, Some("辽宁/鞍山"))),
            ),
            (
                "published_from：吉林",
                Ok((FacetField::PublishedFrom, Some("吉林"))),
            ),
            ("region:", Err("nothing after `:`")),
            ("source:辽宁", Err("`source` has no regions")),
            (
                "place",
                Err(
                    "expected one of source, site, channel, region, published_from, year, month, day",
                ),
            ),
        ] {
            let got = text.parse::<FacetArg>();
            let got = got
                .as_ref()
                .map(|facet| (facet.field, facet.within.as_deref()));
            assert_eq!(got.map_err(String::as_str), expect, "{text}");
        }
    }
}
