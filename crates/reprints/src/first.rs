//! Who of those that carry a story was first.

use fangzhi_segmentation::normalize::normalize;

/// When and where an article of a group was published, as far as it is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Publication<'a> {
    /// When, in seconds since 1970 or any other unit; the same one for all.
    pub published: Option<i64>,
    /// The names of who published it: the site's, the paper's, also a host name.
    pub publishers: &'a [&'a str],
    /// Whom the article names as its 来源.
    pub source: Option<&'a str>,
}

/// Who was first, and how that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct First {
    /// The place among the publications.
    pub place: usize,
    /// What speaks for it.
    pub evidence: Evidence,
}

/// What speaks for being first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Evidence {
    /// Others name it as their source.
    Named {
        /// How many of them.
        n_by: usize,
    },
    /// No other has an earlier date.
    Earliest,
    /// Nothing; it stands first in the list.
    Order,
}

/// What names of a paper's several forms end with: 辽宁日报社, 辽宁日报客户端.
const FORMS: [&str; 11] = [
    "微信公众号",
    "公众号",
    "客户端",
    "官方微博",
    "微博",
    "官网",
    "网站",
    "电子版",
    "数字报",
    "app",
    "社",
];

/// Tells who of a group was first: whom most others name as their source; if nobody is named, the earliest.
///
/// Of those that are named equally often, and of several articles of the one that is named, the earliest counts;
/// of equal dates, the first in the list.
/// Who names itself is not named by that.
/// None, if there is no publication.
pub fn first(publications: &[Publication<'_>]) -> Option<First> {
    let publishers: Vec<Vec<String>> = publications
        .iter()
        .map(|publication| {
            publication
                .publishers
                .iter()
                .map(|name| canonical(name))
                .collect()
        })
        .collect();
    let sources: Vec<Option<String>> = publications
        .iter()
        .map(|publication| publication.source.map(canonical))
        .collect();
    let is_of =
        |place: usize, source: &String| !source.is_empty() && publishers[place].contains(source);
    let n_by = |place: usize| {
        let others = sources.iter().enumerate().filter(|&(other, source)| {
            source
                .as_ref()
                .is_some_and(|source| is_of(place, source) && !is_of(other, source))
        });
        others.count()
    };
    let named: Vec<usize> = (0..publications.len()).map(n_by).collect();
    let most = named.iter().copied().max()?;
    let place = (0..publications.len())
        .filter(|&place| named[place] == most)
        .min_by_key(|&place| {
            (
                publications[place].published.is_none(),
                publications[place].published,
            )
        })?;
    let evidence = match (most, publications[place].published) {
        (0, None) => Evidence::Order,
        (0, Some(_)) => Evidence::Earliest,
        (n_by, _) => Evidence::Named { n_by },
    };
    Some(First { place, evidence })
}

/// A name without what does not tell: 《辽宁日报》, 辽宁日报社 and 辽宁日报客户端 are 辽宁日报.
fn canonical(name: &str) -> String {
    let normalized = normalize(name);
    let mut name: String = normalized
        .text()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
        .collect();
    if let Some(rest) = name.strip_prefix("www.") {
        name = rest.to_owned();
    }
    while let Some(rest) = FORMS.iter().find_map(|form| name.strip_suffix(form)) {
        // 新华社 is no form of 新华.
        if rest.chars().count() < 3 {
            break;
        }
        name = rest.to_owned();
    }
    name
}

#[cfg(test)]
mod tests {
    use super::{Evidence, Publication, canonical, first};

    #[test]
    fn tells_who_was_first() {
        // Of each: the date, the publisher, the source; then who is first and why.
        type Rows = &'static [(Option<i64>, &'static str, Option<&'static str>)];
        type Case = (&'static str, Rows, Option<(usize, Evidence)>);
        let cases: [Case; 12] = [
            ("nobody", &[], None),
            (
                "alone, without a date",
                &[(None, "海城云端", None)],
                Some((0, Evidence::Order)),
            ),
            (
                "alone",
                &[(Some(5), "海城云端", None)],
                Some((0, Evidence::Earliest)),
            ),
            (
                "the earliest",
                &[
                    (Some(5), "甲网", None),
                    (Some(3), "乙网", None),
                    (Some(4), "丙网", None),
                ],
                Some((1, Evidence::Earliest)),
            ),
            (
                "a date before none",
                &[(None, "甲网", None), (Some(9), "乙网", None)],
                Some((1, Evidence::Earliest)),
            ),
            (
                "equal dates: the order",
                &[(Some(3), "甲网", None), (Some(3), "乙网", None)],
                Some((0, Evidence::Earliest)),
            ),
            (
                "the named one, though later",
                &[
                    (Some(3), "东北新闻网", Some("辽宁日报")),
                    (Some(5), "辽宁日报", None),
                ],
                Some((1, Evidence::Named { n_by: 1 })),
            ),
            (
                "the named one in another form",
                &[
                    (Some(3), "东北新闻网", Some("《辽宁日报》")),
                    (None, "辽宁日报社", Some("辽宁日报")),
                ],
                Some((1, Evidence::Named { n_by: 1 })),
            ),
            (
                "who names itself is not named",
                &[
                    (Some(5), "甲日报", Some("甲日报")),
                    (Some(3), "乙日报", Some("乙日报")),
                ],
                Some((1, Evidence::Earliest)),
            ),
            (
                "the named one does not carry it",
                &[
                    (Some(5), "甲网", Some("新华社")),
                    (Some(3), "乙网", Some("新华社")),
                ],
                Some((1, Evidence::Earliest)),
            ),
            (
                "the one most name",
                &[
                    (Some(1), "甲网", Some("丁报")),
                    (Some(2), "乙网", Some("丁报")),
                    (Some(3), "丙网", Some("甲网")),
                    (Some(9), "丁报", None),
                ],
                Some((3, Evidence::Named { n_by: 2 })),
            ),
            (
                "the earliest of the named one's",
                &[
                    (Some(1), "甲网", Some("丁报")),
                    (Some(9), "丁报", None),
                    (Some(7), "丁报", Some("丁报")),
                ],
                Some((2, Evidence::Named { n_by: 1 })),
            ),
        ];
        for (name, rows, expect) in cases {
            let publishers: Vec<[&str; 1]> = rows.iter().map(|row| [row.1]).collect();
            let publications: Vec<Publication> = rows
                .iter()
                .zip(&publishers)
                .map(|(&(published, _, source), publishers)| Publication {
                    published,
                    publishers,
                    source,
                })
                .collect();
            let found = first(&publications).map(|first| (first.place, first.evidence));
            assert_eq!(found, expect, "{name}");
        }
    }

    #[test]
    fn knows_the_forms_of_a_name() {
        let cases = [
            ("辽宁日报", "辽宁日报"),
            ("《遼寧日報》", "辽宁日报"),
            ("辽宁日报社", "辽宁日报"),
            ("辽宁日报 微信公众号", "辽宁日报"),
            ("央视新闻客户端", "央视新闻"),
            ("新华社", "新华社"),
            ("新华社客户端", "新华社"),
            ("WWW.Example.CN", "example.cn"),
            ("——", ""),
        ];
        for (name, expect) in cases {
            let found = canonical(name);
            assert_eq!(found, expect, "{name}");
        }
    }
}
