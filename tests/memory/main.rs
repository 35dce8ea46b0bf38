//! How much memory the program takes at most, whatever it is given: the ceilings of docs/operations.md.
//!
//! Each case runs the program and asks the system for the most memory it had (`ru_maxrss`, as `/usr/bin/time` prints it).
//! Nothing here depends on time. Inputs are written piece by piece: what this process has counts at the beginning of those
//! that it starts.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::print_stdout, reason = "figures are what a run is read for")]

mod hostile;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use wait4::Wait4 as _;

const MIB: u64 = 1 << 20;

/// Opening an index and answering a query, whatever the query.
const QUERY: u64 = 64 * MIB;
/// What reading takes apart from the page.
const READING: u64 = 64 * MIB;
/// What reading a page takes for each byte that it may have.
const PER_BYTE: u64 = 3;
/// What updating takes.
const UPDATING: u64 = 64 * MIB;
/// What building takes of the 192 MiB that it is told to stay in, where articles are few or short.
const BUILDING: u64 = 160 * MIB;
/// What of an article is in files that are mapped, which counts here as memory.
const MAPPED: u64 = 256;

/// The most bytes a page may have, unless told otherwise.
const PAGE: u64 = 16 * MIB;

#[test]
fn queries_stay_below_their_ceiling() {
    let place = Place::new();
    for i in 0..50 {
        place.page(&format!("pages/{i}.html"), i);
    }
    place.run(&["index", "build", "pages"]);
    let bracket = |text: &str| text.repeat((1 << 20) / text.len());
    let different: Vec<String> = (0..10_000)
        .filter_map(|i| char::from_u32(0x4e00 + i))
        .map(|c| format!("{c}城"))
        .collect();
    let queries = [
        ("one word", "文明城市".to_owned()),
        ("10,000 clauses", "城市 OR ".repeat(10_000) + "农业"),
        ("10,000 different clauses", different.join(" OR ")),
        ("1 MB of parentheses", bracket("(")),
        ("1 MB of groups", bracket("(城")),
        ("1 MB of phrases", bracket("\"文明城市\" ")),
        ("1 MB of beginnings", bracket("文* ")),
        ("1 MB of exclusions", bracket("-城 ")),
        ("1 MB of one word", bracket("城")),
        ("1 MB of wildcards", bracket("*?~^")),
    ];
    for (name, query) in queries {
        place.write("queries.tsv", |out| writeln!(out, "q\t{query}"));
        let peak = place.run(&["search", "--batch", "queries.tsv"]);
        check(name, peak, QUERY);
    }
    // It has no end, and no end of lines.
    let peak = place.run_to(&["search", "--batch", "/dev/zero"], 2);
    check("a device for queries", peak, QUERY);
}

/// A kind of page: its name and ending, what it begins with, repeats and ends with, and the exit code.
type Kind<'a> = (&'a str, &'a str, Vec<u8>, Vec<u8>, &'a str, i32);

#[test]
fn pages_stay_below_their_ceiling() {
    let place = Place::new();
    const PROSE: &str = "海城市召开创建全国文明城市工作推进会，要求各区县把背街小巷整治抓落实。";
    let gbk = |text: &str| encoding_rs::GBK.encode(text).0.into_owned();
    let of_gbk = |html: &str| gbk(&format!("<meta charset=gbk>{html}"));
    let story =
        "<title>海城市</title><h1>海城市召开会议</h1><p>2024-01-03 15:14:18 来源：海城日报</p><p>";
    let values = "<script type='application/ld+json'>[{\"a\":";
    let body = "{\"title\":\"a\",\"body\":";
    let text = format!("{body}\"");
    let pages: Vec<Kind<'_>> = [
        ("unclosed divisions", "html", "", "<div>", "", 0),
        ("paragraphs", "html", "", "<p>文", "", 0),
        ("short lines", "html", "", "城\n", "", 0),
        ("tables in tables", "html", "", "<table><tr><td>文", "", 0),
        ("links", "html", "", "<a href=x>文</a>", "", 0),
        ("pictures", "html", "", "<img src=a>", "", 0),
        (
            "headings",
            "html",
            "<title>文明城市</title>",
            "<h1>文明城市</h1>",
            "",
            0,
        ),
        ("credits", "html", story, "<p>责任编辑：张三", "", 0),
        ("a title", "html", "<title>", "a ", "", 0),
        ("references", "html", "", "&amp;", "", 0),
        (
            "references in a story",
            "html",
            story,
            "&#22478;&#24066;&#65292;",
            "",
            0,
        ),
        ("nested values", "html", "", values, "", 0),
        (
            "prose in paragraphs",
            "html",
            story,
            format!("<p>{PROSE}</p>").as_str(),
            "",
            0,
        ),
        (
            "prose in lines",
            "html",
            story,
            format!("{PROSE}<br>").as_str(),
            "",
            0,
        ),
        ("prose in one paragraph", "html", story, PROSE, "", 0),
        (
            "a dump",
            "txt",
            "海城\n",
            format!("　　{PROSE}\n").as_str(),
            "",
            0,
        ),
        ("a dump of short lines", "txt", "海城\n", "城\n", "", 0),
        ("a dump of one line", "txt", "海城\n", PROSE, "", 0),
        ("a body", "jsonl", text.as_str(), PROSE, "\"}\n", 0),
        (
            "a body with escapes",
            "jsonl",
            text.as_str(),
            "文\\n\\u6587",
            "\"}\n",
            0,
        ),
        ("a body of words", "jsonl", text.as_str(), "a ", "\"}\n", 0),
        (
            "unknown values",
            "jsonl",
            "{\"title\":\"a\",\"x\":[",
            "0,",
            "0]}\n",
            0,
        ),
        (
            "authors",
            "jsonl",
            "{\"title\":\"a\",\"authors\":[",
            "\"a\",",
            "\"a\"]}\n",
            2,
        ),
        (
            "paragraphs of JSON",
            "jsonl",
            format!("{body}[").as_str(),
            "\"a\",",
            "\"a\"]}\n",
            2,
        ),
        (
            "objects of JSON",
            "jsonl",
            format!("{body}[").as_str(),
            "{\"a\":0},",
            "0]}\n",
            2,
        ),
        (
            "a title of JSON",
            "jsonl",
            "{\"title\":\"",
            "城",
            "\"}\n",
            2,
        ),
        (
            "a date of JSON",
            "jsonl",
            "{\"title\":\"a\",\"date\":\"",
            "城",
            "\"}\n",
            2,
        ),
    ]
    .into_iter()
    .map(|(name, ending, head, unit, tail, code)| {
        (name, ending, head.into(), unit.into(), tail, code)
    })
    .chain([
        ("GBK", "html", of_gbk(story), gbk(PROSE), "", 0),
        (
            "GBK, a reference",
            "html",
            of_gbk(&format!("{story}&amp;")),
            gbk(PROSE),
            "",
            0,
        ),
        (
            "GBK, references in lines",
            "html",
            of_gbk(story),
            gbk(&format!("{PROSE}&amp;<br>")),
            "",
            0,
        ),
        ("GBK, a dump", "txt", gbk("海城\n"), gbk(PROSE), "", 0),
    ])
    .collect();
    for (name, ending, head, unit, tail, code) in pages {
        let page = format!("page.{ending}");
        place.write(&page, |out| {
            out.write_all(&head)?;
            repeat(out, &unit, PAGE - (64 << 10))?;
            out.write_all(tail.as_bytes())
        });
        let peak = place.run_to(
            &["parse", &page, "--format", "jsonl", "--threads", "1"],
            code,
        );
        check(name, peak, READING + PER_BYTE * PAGE);
    }
    place.write("page.html", |out| repeat(out, b"<div>", PAGE / 2));
    // A limit that is lower is a ceiling that is lower, for what is refused too.
    let args = [
        "parse",
        "page.html",
        "--max-file-size",
        "1MiB",
        "--threads",
        "1",
    ];
    let peak = place.run_to(&args, 2);
    check("a page over the limit", peak, READING);
}

#[test]
fn archives_and_bombs_stay_below_their_ceiling() {
    let place = Place::new();
    let expanded = 48 * MIB;
    for (name, unit) in [
        ("blank", &b" "[..]),
        ("page", b"<p>a"),
        ("line", b"{\"title\":\""),
        (
            "lines",
            b"{\"title\":\"a\",\"body\":\"b\"}                             \n",
        ),
        ("nesting", b"["),
        ("records", b"WARC/1.0\r\n\r\n"),
        (
            "archive",
            b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 99999999999\r\n\r\n",
        ),
    ] {
        place.write(&format!("bombs/{name}.gz"), |out| {
            let mut out = flate2::write::GzEncoder::new(out, flate2::Compression::fast());
            repeat(&mut out, unit, expanded)?;
            out.finish().map(drop)
        });
        place.write(&format!("bombs/{name}.zst"), |out| {
            let mut out = zstd::stream::write::Encoder::new(out, 1)?;
            repeat(&mut out, unit, expanded)?;
            out.finish().map(drop)
        });
    }
    place.write("bombs/twice.gz", |out| {
        let out = flate2::write::GzEncoder::new(out, flate2::Compression::fast());
        let mut out = flate2::write::GzEncoder::new(out, flate2::Compression::fast());
        repeat(&mut out, b" ", expanded)?;
        out.finish()?.finish().map(drop)
    });
    for file in fs::read_dir(place.path("bombs")).unwrap() {
        let path = file.unwrap().path();
        let size = path.metadata().unwrap().len();
        assert!(size < expanded / 20, "{} is no bomb", path.display());
        let args = [
            "parse",
            path.to_str().unwrap(),
            "--format",
            "jsonl",
            "--threads",
            "1",
        ];
        let peak = place.peak(&args, None);
        let name = path.file_name().unwrap().to_str().unwrap();
        check(name, peak, READING + PER_BYTE * PAGE);
    }
}

#[test]
fn a_file_of_5_gb_is_refused_by_its_size() {
    let place = Place::new();
    place.page("pages/ok.html", 1);
    for name in ["pages/large.html", "pages/large.txt"] {
        let file = File::create(place.path(name)).unwrap();
        if let Err(error) = file.set_len(5 << 30) {
            println!("skipped: no sparse file of 5 GB can be made: {error}");
            return;
        }
    }
    let peak = place.run(&["index", "build", "pages", "--memory", "192MiB"]);
    check("files of 5 GB", peak, BUILDING);
}

#[test]
fn building_and_updating_stay_below_their_ceilings() {
    let place = Place::new();
    let n_files = 2000;
    for i in 0..n_files {
        place.page(&format!("pages/{}/{i}.html", i % 7), i);
    }
    let peak = place.run(&["index", "build", "pages", "--memory", "192MiB"]);
    check("building", peak, BUILDING + MAPPED * n_files);
    let peak = place.run(&["index", "update"]);
    check("updating", peak, UPDATING + MAPPED * n_files);
    let peak = place.run(&["index", "status"]);
    check("opening", peak, QUERY);
    let peak = place.run(&["index", "verify"]);
    check("verifying", peak, QUERY);
    let peak = place.run(&["search", "文明城市"]);
    check("searching", peak, QUERY);
}

/// However many articles there are, and if all of them are replaced.
#[test]
fn building_of_many_articles_stays_below_its_ceiling() {
    let place = Place::new();
    let n_articles = 60_000;
    for name in ["海城市", "鞍山市"] {
        let line = |i| {
            let body = format!("{name}{i}户居民受益");
            format!("{{\"id\":\"a{i}\",\"title\":\"第{i}号\",\"body\":\"{body}\"}}\n")
        };
        place.write("many/a.jsonl", |out| {
            (0..n_articles).try_for_each(|i| out.write_all(line(i).as_bytes()))
        });
        let peak = place.run(&["index", "build", "many", "--memory", "192MiB"]);
        let ceiling = BUILDING + MAPPED * n_articles;
        check("many articles", peak, ceiling);
    }
}

/// However many threads there are, one large page is read and parsed at a time.
#[test]
fn building_of_large_pages_stays_below_its_ceiling() {
    let place = Place::new();
    let (n_threads, page) = (4, PAGE);
    for i in 0..2 * n_threads {
        place.write(&format!("large/{i}.html"), |out| {
            out.write_all(b"<html><body>")?;
            repeat(out, "城\n".as_bytes(), page - 1024)
        });
    }
    let threads = n_threads.to_string();
    let args = ["index", "build", "large", "--threads", &threads];
    // There are no articles in them, so that nothing else takes memory.
    let peak = place.run_to(&args, 2);
    check("large pages", peak, READING + PER_BYTE * page);
}

fn check(name: &str, peak: u64, ceiling: u64) {
    println!("{name:28} {:4} of {:4} MiB", peak / MIB, ceiling / MIB);
    assert!(
        peak <= ceiling,
        "{name}: {} MiB, not {}",
        peak / MIB,
        ceiling / MIB
    );
}

/// Writes a piece again and again, as often as it fits into so many bytes.
fn repeat(out: &mut impl Write, piece: &[u8], bytes: u64) -> std::io::Result<()> {
    let block = piece.repeat((64 << 10) / piece.len());
    let mut left = bytes as usize / piece.len() * piece.len();
    while left > 0 {
        let n = left.min(block.len());
        out.write_all(&block[..n])?;
        left -= n;
    }
    Ok(())
}

/// A directory in which the program is run.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, fill: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut out = BufWriter::new(File::create(path).unwrap());
        fill(&mut out).unwrap();
        out.flush().unwrap();
    }

    /// A page with a story that no other has.
    fn page(&self, name: &str, number: u64) {
        let story = format!(
            "<p>第{number}号通报：海城市召开全国文明城市创建工作推进会，部署第{number}项任务，要求各区县把背街小巷整治抓落实。</p>"
        );
        self.write(name, |out| {
            write!(
                out,
                "<title>第{number}号</title><h1>海城市推进文明城市创建第{number}号</h1>\
                 <p>2024-01-03 15:14:18 来源：海城日报</p>{}",
                story.repeat(20)
            )
        });
    }

    /// The most bytes of memory that the program had; it has to succeed.
    fn run(&self, args: &[&str]) -> u64 {
        self.run_to(args, 0)
    }

    fn run_to(&self, args: &[&str], code: i32) -> u64 {
        self.peak(args, Some(code))
    }

    /// The same, with an exit code of 0 to 2 where none is expected.
    fn peak(&self, args: &[&str], code: Option<i32>) -> u64 {
        let used = self.start(args).wait4().unwrap();
        let found = used.status.code();
        let is_expected = found.is_some_and(|found| code.map_or(found <= 2, |code| found == code));
        assert!(
            is_expected,
            "{args:?}: {:?}: {}",
            used.status,
            self.errors()
        );
        used.rusage.maxrss
    }

    /// Starts the program.
    fn start(&self, args: &[&str]) -> Child {
        Command::new(env!("CARGO_BIN_EXE_fangzhi"))
            .args(args)
            .current_dir(self.0.path())
            .env_remove("FANGZHI_INDEX")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(self.path("stderr")).unwrap())
            .spawn()
            .unwrap()
    }

    /// What it printed on standard error.
    fn errors(&self) -> String {
        fs::read_to_string(self.path("stderr")).unwrap_or_default()
    }
}
