//! Files, directories and standard input → pages and articles, lazily.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::article::Article;
use crate::error::{Error, ErrorKind, Result};
use crate::extractor::Extractor;
use crate::id;
use crate::input::{self, JsonChunks, Pace, Tap, WarcPages};
use crate::multipage::{Binder, Bound};
use crate::outcome::Outcome;
use crate::page::{Format, Page};
use crate::walk::Walk;

/// A collection of pages: directories, files, standard input.
///
/// Directories are walked lazily, in an order that depends on nothing but the names: in each directory the files come
/// before the directories, both by the bytes of their names. Symbolic links are followed, but not in circles, and have their
/// places by what they lead to; hidden files (`.name`) are skipped; devices, sockets and pipes are never opened.
/// Names take at most five megabytes of memory: what is more is kept in a file without a name in
/// [`temp_dir`](std::env::temp_dir), unless that cannot be written.
/// What goes wrong with one file is that file's `Err`; the rest goes on.
///
/// ```no_run
/// use fangzhi_ingest::Corpus;
///
/// for article in Corpus::new("corpus/").articles() {
///     let article = article?;
///     println!("{} {}", article.id, article.title.as_deref().unwrap_or("(no title)"));
/// }
/// # Ok::<(), fangzhi_ingest::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Corpus {
    roots: Vec<PathBuf>,
    only: Vec<PathBuf>,
    extractor: Extractor,
}

/// A file of a [`Corpus`], not yet opened; threads may share out the reading by it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CorpusFile {
    path: PathBuf,
    name: String,
    root: usize,
}

/// A path a [`Corpus`] was given, and what the names of its files begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorpusRoot {
    path: PathBuf,
    /// Empty for a single root, else what tells the roots apart.
    label: PathBuf,
    /// Its number among the corpus's roots.
    number: usize,
}

/// The files of a corpus; see [`Corpus::files`].
#[derive(Debug)]
pub struct Files {
    /// Roots, and where in each to walk.
    walks: std::vec::IntoIter<(CorpusRoot, PathBuf)>,
    walk: Option<(CorpusRoot, Box<Walk>)>,
}

/// The pages of one file; see [`CorpusFile::pages`].
pub struct FilePages {
    file: CorpusFile,
    limit: u64,
    state: State,
    tap: Option<Tap>,
    pace: Pace,
}

/// The pages of a corpus; see [`Corpus::pages`].
pub struct Pages {
    files: Files,
    limit: u64,
    current: Option<FilePages>,
}

/// The outcomes of a corpus; see [`Corpus::outcomes`].
pub struct Outcomes {
    pages: Pages,
    extractor: Extractor,
    /// `None` once the pages are at their end.
    binder: Option<Binder>,
    /// What is left then.
    bound: Option<Bound>,
    ready: VecDeque<Result<Outcome>>,
}

/// The articles of a corpus; see [`Corpus::articles`].
pub struct Articles {
    outcomes: Outcomes,
}

impl Corpus {
    /// A corpus of the file or directory at `path`; `-` is standard input.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            roots: vec![path.into()],
            only: Vec::new(),
            extractor: Extractor::new(),
        }
    }

    /// Adds a further file or directory.
    #[must_use]
    pub fn with(mut self, path: impl Into<PathBuf>) -> Self {
        self.roots.push(path.into());
        self
    }

    /// Leaves out all files but those at or below this path, which must itself be at or below one of the corpus's, written
    /// the same way; may be given again. The files keep their names and their order.
    /// By default, no file is left out.
    #[must_use]
    pub fn only(mut self, path: impl Into<PathBuf>) -> Self {
        self.only.push(path.into());
        self
    }

    /// The paths the corpus was given, without those given twice, in their order.
    #[must_use]
    pub fn roots(&self) -> Vec<CorpusRoot> {
        label(&self.roots)
    }

    /// Sets how pages become articles.
    /// By default, [`Extractor::new`].
    #[must_use]
    pub fn extractor(mut self, extractor: Extractor) -> Self {
        self.extractor = extractor;
        self
    }

    /// The files, not yet opened.
    #[must_use]
    pub fn files(&self) -> Files {
        let mut walks = Vec::new();
        for root in label(&self.roots) {
            if self.only.is_empty() {
                let start = root.path.clone();
                walks.push((root, start));
                continue;
            }
            for start in starts(&root, &self.only) {
                walks.push((root.clone(), start));
            }
        }
        Files {
            walks: walks.into_iter(),
            walk: None,
        }
    }

    /// The pages, read one after the other.
    #[must_use]
    pub fn pages(&self) -> Pages {
        Pages {
            files: self.files(),
            limit: self.extractor.limit(),
            current: None,
        }
    }

    /// What became of each page, with the pages of one article put together.
    #[must_use]
    pub fn outcomes(&self) -> Outcomes {
        Outcomes {
            pages: self.pages(),
            extractor: self.extractor.clone(),
            binder: Some(Binder::new()),
            bound: None,
            ready: VecDeque::new(),
        }
    }

    /// The articles; what is no article is passed over.
    #[must_use]
    pub fn articles(&self) -> Articles {
        Articles {
            outcomes: self.outcomes(),
        }
    }
}

impl CorpusRoot {
    /// The path as it was given; `-` is standard input.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the names of the files below begin with, `/` between its parts: empty for a corpus of one path.
    #[must_use]
    pub fn label(&self) -> String {
        id::of_path(&self.label)
    }

    /// The file at `relative` below this path, or the path itself where that is empty; it need not be there.
    #[must_use]
    pub fn file(&self, relative: &Path) -> CorpusFile {
        if relative.as_os_str().is_empty() {
            self.at(self.path.clone())
        } else {
            self.at(self.path.join(relative))
        }
    }

    /// Which of two files below this path, both named from there, comes first when it is walked.
    #[must_use]
    pub fn order(a: &Path, b: &Path) -> Ordering {
        order(a, false, b, false)
    }

    /// The file of a path that walking from this one came to: the same as [`at`](Self::at), and many of them sooner.
    fn walked(&self, path: PathBuf) -> CorpusFile {
        let whole = path.as_os_str().to_str();
        let root = self.path.to_str().filter(|_| cfg!(unix));
        // Walking joins names by one separator each, so what follows the root's path is the name already.
        let relative = whole.zip(root).and_then(|(whole, root)| {
            let rest = whole.strip_prefix(root)?;
            match root.ends_with('/') {
                true => Some(rest),
                false => rest.strip_prefix('/'),
            }
        });
        match relative {
            Some(relative) if self.label.as_os_str().is_empty() && !relative.is_empty() => {
                CorpusFile {
                    name: relative.to_owned(),
                    path,
                    root: self.number,
                }
            }
            _ => self.at(path),
        }
    }

    fn at(&self, path: PathBuf) -> CorpusFile {
        let relative = match path.strip_prefix(&self.path) {
            Ok(relative) if !relative.as_os_str().is_empty() => self.label.join(relative),
            // The root is the file.
            _ if self.label.as_os_str().is_empty() => path.file_name().unwrap_or_default().into(),
            _ => self.label.clone(),
        };
        CorpusFile {
            name: id::of_path(&relative),
            path,
            root: self.number,
        }
    }
}

impl CorpusFile {
    /// Which of the corpus's [`roots`](Corpus::roots) the file is below.
    #[must_use]
    pub fn root(&self) -> usize {
        self.root
    }

    /// Where the file is; `-` is standard input.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path below the corpus's root with `/` between its parts, by which articles without a URL are identified.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Opens the file and reads its pages, one after the other: one, unless it holds JSON or is a web archive.
    ///
    /// Of the extractor, only the limit on bytes matters here.
    #[must_use]
    pub fn pages(&self, extractor: &Extractor) -> FilePages {
        FilePages::new(self.clone(), extractor.limit())
    }
}

/// How far the reading of a file is.
enum State {
    Closed,
    Json(JsonChunks),
    Warc(Box<WarcPages>),
    Done,
}

impl FilePages {
    fn new(file: CorpusFile, limit: u64) -> Self {
        Self {
            file,
            limit,
            state: State::Closed,
            tap: None,
            pace: Pace::default(),
        }
    }

    /// Computes the BLAKE3 hash of the file's bytes while they are read.
    #[must_use]
    pub fn hashed(mut self) -> Self {
        self.tap = Some(Tap::default());
        self
    }

    /// Calls `wait` before a page is read on beyond so many bytes, decompressed; once for each that is as long, and also for
    /// what is passed over as it is no page.
    ///
    /// A program that reads on many threads can so bound how many long pages it has in memory.
    #[must_use]
    pub fn paced(mut self, most: u64, wait: impl Fn() + Send + Sync + 'static) -> Self {
        self.pace = Pace::new(most, wait);
        self
    }

    /// The hash of the file's bytes, as they are on disk; `None` before its end was read, and if it never is: the file is
    /// too large or is not opened at all.
    #[must_use]
    pub fn hash(&self) -> Option<[u8; 32]> {
        self.tap.as_ref()?.hash()
    }

    fn open(&mut self) -> Result<Option<Page>, ErrorKind> {
        self.state = State::Done;
        if Format::is_asset(&self.file.name) {
            return Ok(Some(Page::with_format(Vec::new(), Format::Asset)));
        }
        let sniffed = input::open(&self.file.path, self.tap.as_ref())?.sniff()?;
        let sniffed = sniffed.paced(self.pace.clone());
        match sniffed.format {
            Format::JsonLines | Format::Json => {
                let head = sniffed.head().to_vec();
                let (reader, compressed) = sniffed.into_reader();
                self.state = State::Json(JsonChunks::new(&head, reader, compressed, self.limit));
                Ok(None)
            }
            Format::Warc => {
                let (reader, compressed) = sniffed.into_reader();
                let pages = WarcPages::new(reader, compressed, self.limit).paced(self.pace.clone());
                self.state = State::Warc(Box::new(pages));
                Ok(None)
            }
            format => {
                let bytes = sniffed.read_all(self.limit)?;
                if bytes.is_empty() {
                    return Err(ErrorKind::Empty);
                }
                Ok(Some(Page::with_format(bytes, format)))
            }
        }
    }
}

impl Iterator for FilePages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.pace.begin();
        let page = match &mut self.state {
            State::Closed => match self.open().transpose() {
                Some(page) => Some(page),
                None => return self.next(),
            },
            State::Json(chunks) => chunks.next(),
            State::Warc(pages) => pages.next(),
            State::Done => None,
        };
        let Some(page) = page else {
            self.state = State::Done;
            return None;
        };
        let is_stdin = self.file.path.as_os_str() == "-";
        Some(match page {
            Ok(page) if is_stdin => Ok(page),
            Ok(page) => Ok(Page {
                path: Some(self.file.path.clone()),
                name: Some(self.file.name.clone()),
                ..page
            }),
            Err(kind) => Err(Error::from(kind).at(Some(&self.file.path))),
        })
    }
}

impl Iterator for Files {
    type Item = Result<CorpusFile>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Some((root, walk)) = &mut self.walk else {
                let (root, start) = self.walks.next()?;
                if root.path.as_os_str() == "-" {
                    return Some(Ok(CorpusFile {
                        path: root.path,
                        name: "-".to_owned(),
                        root: root.number,
                    }));
                }
                self.walk = Some((root, Box::new(Walk::new(start))));
                continue;
            };
            match walk.next() {
                None => self.walk = None,
                Some(path) => return Some(path.map(|path| root.walked(path))),
            }
        }
    }
}

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(page) = self.current.as_mut().and_then(Iterator::next) {
                return Some(page);
            }
            match self.files.next()? {
                Ok(file) => {
                    self.current = Some(FilePages::new(file, self.limit));
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl Iterator for Outcomes {
    type Item = Result<Outcome>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(outcome) = self.ready.pop_front() {
                return Some(outcome);
            }
            let Some(binder) = &mut self.binder else {
                return self.bound.as_mut()?.next();
            };
            match self.pages.next() {
                Some(Ok(page)) => {
                    for outcome in self.extractor.outcomes(&page) {
                        match outcome {
                            Ok(outcome) => self.ready.extend(binder.push(outcome).transpose()),
                            Err(error) => self.ready.push_back(Err(error)),
                        }
                    }
                }
                Some(Err(error)) => return Some(Err(error)),
                None => self.bound = self.binder.take().map(Binder::finish),
            }
        }
    }
}

impl Iterator for Articles {
    type Item = Result<Article>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.outcomes.next()?.map(Outcome::into_article) {
                Ok(Some(article)) => return Some(Ok(article)),
                Ok(None) => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

/// Labels the roots with as many of their last parts as tell them apart; a root given twice is read once.
fn label(paths: &[PathBuf]) -> Vec<CorpusRoot> {
    let mut roots: Vec<(PathBuf, PathBuf)> = Vec::new();
    for path in paths {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        if !roots.iter().any(|(_, other)| *other == absolute) {
            roots.push((path.clone(), absolute));
        }
    }
    if roots.len() == 1 {
        let root = |(path, _)| CorpusRoot {
            path,
            label: PathBuf::new(),
            number: 0,
        };
        return roots.into_iter().map(root).collect();
    }
    let longest = roots
        .iter()
        .map(|(_, path)| path.components().count())
        .max();
    let mut labels: Vec<PathBuf> = Vec::new();
    for n in 1..=longest.unwrap_or(1) {
        labels = roots.iter().map(|(_, path)| last_parts(path, n)).collect();
        let mut sorted: Vec<&PathBuf> = labels.iter().collect();
        sorted.sort();
        if sorted.windows(2).all(|pair| pair[0] != pair[1]) {
            break;
        }
    }
    let named = roots.into_iter().zip(labels).enumerate();
    named
        .map(|(number, ((path, _), label))| CorpusRoot {
            path,
            label,
            number,
        })
        .collect()
}

/// Where below a root to walk so that only what is at or below some paths is met, once and in the corpus's order.
fn starts(root: &CorpusRoot, only: &[PathBuf]) -> Vec<PathBuf> {
    if only.iter().any(|path| root.path.starts_with(path)) {
        return vec![root.path.clone()];
    }
    let mut starts: Vec<PathBuf> = only
        .iter()
        .filter(|path| path.starts_with(&root.path))
        .cloned()
        .collect();
    starts.sort_by(|a, b| order(a, a.is_dir(), b, b.is_dir()));
    let mut outer: Vec<PathBuf> = Vec::new();
    for start in starts {
        if !outer.iter().any(|above| start.starts_with(above)) {
            outer.push(start);
        }
    }
    outer
}

fn last_parts(path: &Path, n: usize) -> PathBuf {
    let parts: Vec<_> = path.components().collect();
    parts[parts.len().saturating_sub(n)..].iter().collect()
}

fn by_bytes(a: &OsStr, b: &OsStr) -> Ordering {
    a.as_encoded_bytes().cmp(b.as_encoded_bytes())
}

/// Which of two paths below a root is walked first.
fn order(a: &Path, a_is_dir: bool, b: &Path, b_is_dir: bool) -> Ordering {
    let (mut a, mut b) = (a.components().peekable(), b.components().peekable());
    loop {
        let (Some(x), Some(y)) = (a.next(), b.next()) else {
            return Ordering::Equal;
        };
        let x_is_dir = a.peek().is_some() || a_is_dir;
        let y_is_dir = b.peek().is_some() || b_is_dir;
        let order = x_is_dir
            .cmp(&y_is_dir)
            .then_with(|| by_bytes(x.as_os_str(), y.as_os_str()));
        if order.is_ne() {
            return order;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_be_of_a_file_and_then_of_a_directory() {
        let sorted = ["a", "b", "c", "a/b", "a/b/a", "a/b/c", "b/a", "城/a"];
        for (i, a) in sorted.iter().enumerate() {
            for (j, b) in sorted.iter().enumerate() {
                let order = CorpusRoot::order(Path::new(a), Path::new(b));
                assert_eq!(order, i.cmp(&j), "{a} {b}");
            }
        }
    }

    #[test]
    fn a_long_page_is_waited_for_before_it_is_read_on() {
        use std::io::Write;
        use std::sync::Arc;
        use std::sync::atomic::{AtomicUsize, Ordering};

        let gzip = |bytes: &[u8]| {
            let mut out = flate2::write::GzEncoder::new(Vec::new(), Default::default());
            out.write_all(bytes).unwrap();
            out.finish().unwrap()
        };
        let page = |n: usize| format!("<html>{}", "城".repeat(n / 3)).into_bytes();
        let line = |n: usize| format!("{{\"title\":\"城\",\"body\":\"{}\"}}\n", "城".repeat(n / 3));
        let record = |header: &str, body: &[u8]| {
            let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{header}\r\n");
            let length = head.len() + body.len();
            let start = format!(
                "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\n\
                 WARC-Date: 2024-01-03T07:14:18Z\r\nContent-Length: {length}\r\n\r\n"
            );
            [start.as_bytes(), head.as_bytes(), body, b"\r\n\r\n"].concat()
        };
        let packed = record("Content-Encoding: gzip\r\n", &gzip(&page(2 << 20)));
        let dir = tempfile::tempdir().unwrap();
        for (name, bytes, expected) in [
            ("short.html", page(900 << 10), 0),
            ("long.html", page(4 << 20), 1),
            ("short.html.gz", gzip(&page(900 << 10)), 0),
            ("long.html.gz", gzip(&page(4 << 20)), 1),
            ("short.jsonl", line(100).repeat(20_000).into_bytes(), 0),
            (
                "long.jsonl",
                (line(100) + &line(2 << 20) + &line(3 << 20)).into_bytes(),
                2,
            ),
            ("plain.warc", record("", &page(2 << 20)), 1),
            ("packed.warc", packed.repeat(2), 2),
        ] {
            let path = dir.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            let corpus = Corpus::new(&path);
            let file = corpus.files().next().unwrap().unwrap();
            let waits = Arc::new(AtomicUsize::new(0));
            let counted = Arc::clone(&waits);
            let pages = file.pages(&Extractor::new()).paced(1 << 20, move || {
                counted.fetch_add(1, Ordering::Relaxed);
            });
            assert!(pages.map(Result::unwrap).count() > 0, "{name}");
            assert_eq!(waits.load(Ordering::Relaxed), expected, "{name}");
        }
    }
}
