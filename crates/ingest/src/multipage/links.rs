//! What a page says of the other pages of its article: its own address and the links to them.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memmem;

use crate::id;

/// A page's place among the pages of an article, and those it links to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Links {
    pub(super) place: Place,
    /// The pages that seem to be of the same article, in the order of the links.
    pub(super) neighbours: Vec<Place>,
    /// The page behind 下一页.
    pub(super) next: Option<Place>,
}

/// An address without its page number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Place {
    /// The directory.
    pub(super) scope: String,
    /// The file name and query, of which a number at the end may be a page number or not.
    pub(super) file: String,
    /// The same without the number.
    pub(super) base: String,
    /// The page number, or 0 where there is none.
    pub(super) number: u32,
}

/// Stands for a [`Place`], in fewer bytes.
pub(super) type PlaceKey = [u8; 16];

/// Names of the query parameter that numbers pages.
const PARAMETERS: [&str; 8] = [
    "page",
    "p",
    "pn",
    "pageno",
    "pageindex",
    "curpage",
    "currentpage",
    "pagenum",
];

/// A number behind a name that is larger than this is an article's, not a page's.
const MAX_NUMBER: u32 = 99;

/// At most this many links of a page are looked at.
const MAX_LINKS: usize = 5000;

/// A tag or a link's text is looked at up to this many bytes.
const MAX_TAG: usize = 2048;

/// Words without which a page has no further pages.
static MARKS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostFirst)
        .build([
            "一页",
            "一頁",
            "下页",
            "rel=\"next\"",
            "rel=\"prev\"",
            PAGER_CALL,
        ])
        .expect("a short list of short words is a valid automaton")
});

/// The function with which a page writes its pager.
const PAGER_CALL: &str = "createPageHTML";

impl Links {
    /// Looks for links to further pages in a page that goes by some addresses, URLs or paths: those by which the first
    /// address has any. `None` where there are none.
    pub(crate) fn find<'a>(
        html: &str,
        addresses: impl IntoIterator<Item = &'a str>,
    ) -> Option<Self> {
        let marked = MARKS.is_match(html);
        addresses
            .into_iter()
            .find_map(|address| Self::find_at(html, address, marked))
    }

    /// Numbers for the page's own place and those of the pages it links to.
    pub(super) fn keys(&self) -> Vec<u64> {
        let linked = self.neighbours.iter().chain(&self.next);
        let places = std::iter::once(&self.place).chain(linked);
        let mut keys: Vec<u64> = places.map(Place::key).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    fn find_at(html: &str, address: &str, marked: bool) -> Option<Self> {
        let place = Place::of(address);
        if !marked && place.number == 0 {
            return None;
        }
        let mut links = Self {
            neighbours: Vec::new(),
            next: None,
            place,
        };
        for (tag, text) in anchors(html).take(MAX_LINKS) {
            links.take(tag, text, address);
        }
        links.take_script(html);
        (!links.neighbours.is_empty()).then_some(links)
    }

    fn take(&mut self, tag: &str, text: &str, address: &str) {
        // All words for the next and the previous page end so.
        let is_pager = text.contains(['页', '頁']);
        let has_any = |words: &[&str]| is_pager && words.iter().any(|word| text.contains(word));
        let is_next = has_any(&["下一页", "下一頁", "下页"]) || tag.contains("rel=\"next\"");
        let is_previous = has_any(&["上一页", "上一頁", "上页"]) || tag.contains("rel=\"prev\"");
        let href = attribute(tag, "href");
        if !(is_next || is_previous || href.is_some_and(|href| self.place.may_be_further(href))) {
            return;
        }
        let Some(place) = href.and_then(|href| self.place.resolve(href, address)) else {
            return;
        };
        let is_further = place.is_further(&self.place);
        if place == self.place || !(is_further || is_next || is_previous) {
            return;
        }
        if is_next && self.next.is_none() {
            self.next = Some(place.clone());
        }
        if !self.neighbours.contains(&place) {
            self.neighbours.push(place);
        }
    }

    /// `createPageHTML(3, 0, "t20240103_1", "html")`: the pager of a content system that many governments use.
    fn take_script(&mut self, html: &str) {
        let Some(at) = memmem::find(html.as_bytes(), PAGER_CALL.as_bytes()) else {
            return;
        };
        let call = &html[at..html.floor_char_boundary(at + 200)];
        let mut numbers = call
            .split(|c: char| !c.is_ascii_digit())
            .filter(|digits| !digits.is_empty());
        let Some(count) = numbers.next().and_then(|digits| digits.parse::<u32>().ok()) else {
            return;
        };
        // The first page has no number and the second has the number 1.
        let (stem, ending) = self
            .place
            .base
            .rsplit_once('.')
            .unwrap_or((&self.place.base, ""));
        let names = (0..count.min(MAX_NUMBER)).map(|number| match number {
            0 => self.place.base.clone(),
            number => format!("{stem}_{number}.{ending}"),
        });
        let places: Vec<Place> = names
            .map(|file| Place::in_scope(self.place.scope.clone(), &file))
            .filter(|place| *place != self.place)
            .collect();
        self.neighbours.extend(places);
    }
}

impl Place {
    fn key(&self) -> u64 {
        let number = self.number.to_string();
        id::key(b'p', &[&self.scope, &self.file, &self.base, &number])
    }

    /// Stands for the place: other places have other keys.
    pub(super) fn digest(&self) -> PlaceKey {
        let number = self.number.to_string();
        id::digest(b'p', &[&self.scope, &self.file, &self.base, &number])
    }

    /// The place of a URL or path.
    fn of(address: &str) -> Self {
        let (directory, file) = split_file(address);
        Self::in_scope(directory.to_owned(), file)
    }

    /// Whether the names say that two pages are of one article: `c_81` and `c_81_2`, `c_1` and `c_2`.
    fn is_further(&self, other: &Self) -> bool {
        self.base == other.base || self.base == other.file || self.file == other.base
    }

    /// Whether a link may lead to a [further](Self::is_further) page, as far as is quickly told: names of such pages begin
    /// alike.
    fn may_be_further(&self, href: &str) -> bool {
        // What stands before the page number, the ending and the query.
        let name = self.base.split('?').next().unwrap_or_default();
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let (_, file) = split_file(href.trim());
        // What is written in entities, or belongs to the page's own name, has to be looked at.
        href.contains('&') || file.is_empty() || file.starts_with('?') || file.starts_with(stem)
    }

    /// The place of a file name, perhaps with a query.
    fn in_scope(scope: String, file: &str) -> Self {
        let (name, query) = file.split_once('?').unwrap_or((file, ""));
        if !query.is_empty() {
            // A page saved under its address has an ending behind the query.
            let query = query
                .strip_suffix(".html")
                .or(query.strip_suffix(".htm"))
                .unwrap_or(query);
            let (base, number) = query_number(name, query);
            let file = match number {
                0 => base.clone(),
                number => format!("{base}#{number}"),
            };
            return Self {
                scope,
                file,
                base,
                number,
            };
        }
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
        let (stem, number) = stem_number(stem);
        Self {
            scope,
            file: name.to_owned(),
            base: format!("{stem}.{ending}"),
            number,
        }
    }

    /// The place a link leads to, if it may be of the same article: in the same directory or of the same name.
    fn resolve(&self, href: &str, address: &str) -> Option<Self> {
        let href = href.trim().replace("&amp;", "&");
        let href = href.split('#').next().unwrap_or_default();
        if href.is_empty() || href.starts_with("javascript:") || href.starts_with("mailto:") {
            return None;
        }
        if href.starts_with('?') {
            let file = address.split(['?', '#']).next()?.rsplit('/').next()?;
            return Some(Self::in_scope(self.scope.clone(), &format!("{file}{href}")));
        }
        let (directory, file) = split_file(href);
        let place = Self::in_scope(self.scope.clone(), file);
        let directory = directory.trim_start_matches("./");
        // Links are often absolute where the pages were saved in directories of other names.
        (directory.is_empty() || directory == self.scope || place.is_further(self)).then_some(place)
    }
}

/// The directory of an address with its slash, and the file name with the query; without the fragment.
fn split_file(address: &str) -> (&str, &str) {
    let address = address.split('#').next().unwrap_or_default();
    let path_end = address.find('?').unwrap_or(address.len());
    let file = address[..path_end].rfind('/').map_or(0, |slash| slash + 1);
    address.split_at(file)
}

/// `c_2` → `c`, 2; `c` → `c`, 0.
fn stem_number(stem: &str) -> (&str, u32) {
    let digits = stem.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (rest, number) = stem.split_at(stem.len() - digits);
    let rest = rest
        .strip_suffix("_p")
        .or(rest.strip_suffix("-p"))
        .unwrap_or_else(|| rest.strip_suffix(['_', '-']).unwrap_or_default());
    match number.parse() {
        Ok(number) if !rest.is_empty() && digits <= 2 && (1..=MAX_NUMBER).contains(&number) => {
            (rest, number)
        }
        _ => (stem, 0),
    }
}

/// `v.php` and `page=2&id=5` → `v.php?id=5`, 2.
fn query_number(name: &str, query: &str) -> (String, u32) {
    let mut number = 0;
    let mut others: Vec<&str> = Vec::new();
    for parameter in query.split('&') {
        let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        if PARAMETERS.contains(&key.to_ascii_lowercase().as_str())
            && let Ok(value) = value.parse::<u32>()
            && value <= MAX_NUMBER
        {
            number = value;
        } else {
            others.push(parameter);
        }
    }
    others.sort_unstable();
    (format!("{name}?{}", others.join("&")), number)
}

/// The links of a page: each tag's inside and the text after it.
fn anchors(html: &str) -> impl Iterator<Item = (&str, &str)> {
    memchr::memchr_iter(b'<', html.as_bytes()).filter_map(|at| {
        let tag = html.get(at + 1..)?;
        let is_link = tag.starts_with(['a', 'A'])
            && tag[1..].starts_with(|c: char| c.is_ascii_whitespace())
            || tag.starts_with("link ");
        if !is_link {
            return None;
        }
        let tag = &tag[..tag.floor_char_boundary(MAX_TAG)];
        let (tag, text) = tag.split_once('>')?;
        Some((tag, text.split('<').next().unwrap_or_default()))
    })
}

/// The value of an attribute in a tag's inside.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let at = tag
        .as_bytes()
        .windows(name.len())
        .position(|window| window.eq_ignore_ascii_case(name.as_bytes()))?;
    let value = tag[at + name.len()..]
        .trim_start()
        .strip_prefix('=')?
        .trim_start();
    match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next(),
        _ => value.split(|c: char| c.is_ascii_whitespace()).next(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_further_page_is_passed_over(
            own in "(http://a/)?(d/)?[a-b.]{1,2}([_-]p?[12])?([.]html)?([?](page|id)=[12](&id=[12])?)?",
            href in "(http://a/)?([.]?/)?(d/)?[a-b.]{1,2}([_-]p?[12])?([.]html)?([?](page|id)=[12](&(amp;)?p=[12])?)?(#a)?",
        ) {
            let place = Place::of(&own);
            let linked = place.resolve(&href, &own);
            if linked.is_some_and(|linked| linked.is_further(&place)) {
                prop_assert!(place.may_be_further(&href), "{own} {href}");
            }
        }
    }

    #[test]
    fn page_numbers_are_told_from_article_numbers() {
        for (address, base, number) in [
            ("a/content_8001.htm", "content_8001.htm", 0),
            ("a/content_8001_2.htm", "content_8001.htm", 2),
            ("a/t20240103_12.html", "t20240103.html", 12),
            ("a/c-3.html", "c.html", 3),
            ("a/c_p3.html", "c.html", 3),
            ("a/2.html", "2.html", 0),
            ("a/c_0.html", "c_0.html", 0),
            ("http://a.cn/v.php?page=2&id=5#top", "v.php?id=5", 2),
            ("http://a.cn/v.php?id=5", "v.php?id=5", 0),
            ("a/v.php?id=5&p=2.html", "v.php?id=5", 2),
        ] {
            let place = Place::of(address);
            assert_eq!(
                (place.base.as_str(), place.number),
                (base, number),
                "{address}"
            );
        }
    }

    #[test]
    fn pages_without_further_pages_have_no_links() {
        for (html, address) in [
            ("<a href=b.html>上一篇</a>", "a.html"),
            ("<a href=\"javascript:void(0)\">下一页</a>", "a.html"),
            ("<a href=\"list/index_2.html\">下一页</a>", "a.html"),
            ("<a href=\"a.html#top\">下一页</a>", "a.html"),
            ("<a href=\"b_2.html\">2</a>", "a_1.html"),
        ] {
            assert_eq!(Links::find(html, [address]), None, "{html}");
        }
    }

    #[test]
    fn a_pager_in_script_is_read() {
        let html = "<script>createPageHTML(3, 1, \"t20240103_551\", \"html\");</script>";
        let links = Links::find(html, ["x/t20240103_551_1.html"]).unwrap();
        let numbers: Vec<u32> = links.neighbours.iter().map(|place| place.number).collect();
        assert_eq!(numbers, [0, 2]);
        let first = Links::find(html, ["x/t20240103_551.html"]).unwrap();
        assert_eq!(first.neighbours[0], links.place);
        assert_eq!(
            Links::find("<script>createPageHTML(1, 0, \"t\")</script>", ["x/t.html"]),
            None
        );
    }
}
