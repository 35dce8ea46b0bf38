//! Reading the gold set.

use std::fs;
use std::path::Path;

use fangzhi_regions::{Gazetteer, Region};

/// A text and the places in it.
pub(crate) struct Case {
    pub(crate) class: String,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) channel: Vec<String>,
    pub(crate) published: Option<u16>,
    pub(crate) source: String,
    pub(crate) site: String,
    pub(crate) marks: Vec<Mark>,
    /// Full paths; `None` for a sentence, of which it is not asked.
    pub(crate) about: Option<Vec<String>>,
    pub(crate) from: Option<String>,
}

/// A place marked in a text.
#[derive(Debug)]
pub(crate) struct Mark {
    pub(crate) in_title: bool,
    /// Characters.
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) place: Place,
}

/// What a mark says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A full path.
    Clear(String),
    /// Nobody can say, and these full paths are among what it may be.
    Ambiguous(Vec<String>),
}

/// Reads `sentences.{split}.txt`.
pub(crate) fn sentences(directory: &Path, split: &str) -> Vec<Case> {
    let paths = Paths::new();
    let text = read(directory, &format!("sentences.{split}.txt"));
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let case = |line: &str| {
        let (class, mut marked) = line.split_once('\t').expect("a class and a text");
        let mut published = None;
        if let Some(rest) = marked.strip_prefix('@') {
            let (year, rest) = rest.split_once(' ').expect("a year and a text");
            published = Some(year.parse().expect("a year"));
            marked = rest;
        }
        let mut marks = Vec::new();
        let body = paths.unmark(marked, false, &mut marks);
        Case {
            class: class.to_owned(),
            title: String::new(),
            body,
            channel: Vec::new(),
            published,
            source: String::new(),
            site: String::new(),
            marks,
            about: None,
            from: None,
        }
    };
    lines.map(case).collect()
}

/// Reads `articles.{split}.txt`.
pub(crate) fn articles(directory: &Path, split: &str) -> Vec<Case> {
    let paths = Paths::new();
    let text = read(directory, &format!("articles.{split}.txt"));
    let articles = text
        .split("\n# ")
        .map(|article| article.trim_start_matches("# "));
    articles.map(|article| paths.article(article)).collect()
}

fn read(directory: &Path, name: &str) -> String {
    fs::read_to_string(directory.join(name)).expect("the gold set is there")
}

/// Makes full paths of the short ones that the gold set writes.
struct Paths {
    regions: Vec<Region>,
}

impl Paths {
    fn new() -> Self {
        let gazetteer = Gazetteer::default();
        Self {
            regions: gazetteer.iter().collect(),
        }
    }

    fn article(&self, text: &str) -> Case {
        let mut marks = Vec::new();
        let mut lines = text.lines();
        let title = lines.next().expect("a headline");
        let mut case = Case {
            class: String::new(),
            title: self.unmark(title, true, &mut marks),
            body: String::new(),
            channel: Vec::new(),
            published: None,
            source: String::new(),
            site: String::new(),
            marks: Vec::new(),
            about: Some(Vec::new()),
            from: None,
        };
        let mut body: Vec<&str> = Vec::new();
        for line in lines.filter(|line| !line.is_empty()) {
            let Some((field, value)) = line.split_once(": ").filter(|_| body.is_empty()) else {
                body.push(line);
                continue;
            };
            let value = value.to_owned();
            match field {
                "class" => case.class = value,
                "channel" => case.channel = value.split(" > ").map(str::to_owned).collect(),
                "source" => case.source = value,
                "site" => case.site = value,
                "published" => case.published = Some(value.parse().expect("a year")),
                "from" => case.from = Some(self.full(&value)),
                "about" if value != "-" => {
                    case.about = Some(value.split(" ; ").map(|path| self.full(path)).collect());
                }
                "about" => {}
                _ => panic!("unknown field {field}"),
            }
        }
        case.body = self.unmark(&body.join("\n"), false, &mut marks);
        case.marks = marks;
        case
    }

    /// Takes the marks `[name](path)` out of a text.
    fn unmark(&self, marked: &str, in_title: bool, marks: &mut Vec<Mark>) -> String {
        let mut text = String::new();
        let mut rest = marked;
        while let Some((before, after)) = rest.split_once('[') {
            text.push_str(before);
            let (name, after) = after.split_once("](").expect("a name in brackets");
            let (path, after) = after.split_once(')').expect("a path in brackets");
            let start = text.chars().count();
            text.push_str(name);
            let place = match path.strip_prefix('?') {
                Some("") => Place::Ambiguous(Vec::new()),
                Some(paths) => {
                    Place::Ambiguous(paths.split('|').map(|path| self.full(path)).collect())
                }
                None => Place::Clear(self.full(path)),
            };
            marks.push(Mark {
                in_title,
                start,
                end: text.chars().count(),
                place,
            });
            rest = after;
        }
        text.push_str(rest);
        text
    }

    /// The full path of `辽宁/鞍山/海城市`: each part is the beginning of one name, or all of it.
    fn full(&self, path: &str) -> String {
        let mut outer: Option<&Region> = None;
        let parts: Vec<&str> = path.split('/').collect();
        for (place, part) in parts.iter().enumerate() {
            let inner = self.regions.iter().filter(|region| {
                region.ancestors().last() == outer && region.name().starts_with(part)
            });
            let inner: Vec<&Region> = inner.collect();
            let whole = inner.iter().find(|region| region.name() == **part);
            match (whole, &inner[..]) {
                (Some(region), _) | (None, [region]) => outer = Some(region),
                // 鞍山高新区 and the like are in no list.
                (None, []) if place + 1 == parts.len() && part.ends_with('区') => {
                    let outer = outer.map(Region::path).unwrap_or_default();
                    return format!("{outer}/{part}");
                }
                // Of 海南 the province, of 吉林 below the province the city.
                (None, _) => {
                    let short = inner.iter().find(|region| {
                        let name = region.name();
                        name.chars().count() == part.chars().count() + 1
                    });
                    outer = Some(short.unwrap_or_else(|| panic!("{path}: {inner:?}")));
                }
            }
        }
        outer.expect("a path has parts").path()
    }
}
