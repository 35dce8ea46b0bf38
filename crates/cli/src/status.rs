//! `fangzhi index status`: what an index holds.

use std::borrow::Cow;
use std::path::PathBuf;

use anyhow::Result;
use serde::Serialize;

use crate::args::{Format, StatusArgs};
use crate::console::{Console, DIM, json_path, padded, printable, widest};
use crate::index_dir;
use crate::messages::{Language, label};
use crate::units::ByteSize;

/// How many sources are printed for people.
const SOURCES: usize = 10;
/// How many ids of stale articles are printed for people.
const STALE: usize = 5;

#[derive(Serialize)]
struct Record<'a> {
    index: Cow<'a, str>,
    articles: usize,
    bytes: u64,
    first_day: Option<String>,
    last_day: Option<String>,
    sources: Vec<Source<'a>>,
    format_version: u32,
    built_at: &'a str,
    committed_at: Option<&'a str>,
    /// Articles added but not committed: a build publishes only what is committed.
    pending: usize,
    /// Whether a dictionary or a file of places has changed since the build; synonyms and stop words are of effect on queries alone.
    outdated: bool,
    /// The articles that hold terms cut by the old dictionary, or places found by the old file.
    stale: Vec<String>,
    dictionaries: Vec<Cow<'a, str>>,
    synonyms: Vec<Cow<'a, str>>,
    stop_words: Vec<Cow<'a, str>>,
    places: Vec<Cow<'a, str>>,
}

#[derive(Serialize)]
struct Source<'a> {
    source: &'a str,
    articles: usize,
}

pub(crate) fn run(args: &StatusArgs, console: &mut Console<'_>) -> Result<()> {
    let dir = &args.index.dir;
    let index = index_dir::open(dir, console)?;
    let status = index.status()?;
    let stale = match status.outdated {
        true => index_dir::by_its_files(index.stale_articles(), console)?,
        false => Vec::new(),
    };
    let days = status
        .dates
        .map(|(first, last)| (first.to_string(), last.to_string()));
    let (first_day, last_day) = days.unzip();
    let record = Record {
        index: json_path(dir),
        articles: status.articles,
        bytes: status.bytes,
        first_day,
        last_day,
        sources: status
            .sources
            .iter()
            .map(|(source, articles)| Source {
                source,
                articles: *articles,
            })
            .collect(),
        format_version: status.format_version,
        built_at: &status.created,
        committed_at: status.committed.as_deref(),
        pending: 0,
        outdated: status.outdated,
        stale,
        dictionaries: names(&status.settings.dictionaries),
        synonyms: names(&status.settings.synonyms),
        stop_words: names(&status.settings.stop_words),
        places: names(&status.settings.places),
    };
    match args.format {
        Format::Json => Ok(console.json(&record)?),
        Format::Text => print(&record, console),
    }
}

fn print(record: &Record<'_>, console: &mut Console<'_>) -> Result<()> {
    let language = console.language;
    let name = |english, chinese| label(language, english, chinese);
    let mut rows = vec![
        (name("index", "索引"), record.index.to_string()),
        (name("articles", "文章"), record.articles.to_string()),
        (name("size", "大小"), ByteSize(record.bytes).to_string()),
    ];
    if let (Some(first), Some(last)) = (&record.first_day, &record.last_day) {
        rows.push((name("dates", "日期"), format!("{first} – {last}")));
    }
    rows.push((name("sources", "来源"), sources(&record.sources, language)));
    rows.push((name("built", "建立"), record.built_at.to_owned()));
    if let Some(committed) = record.committed_at {
        rows.push((name("committed", "提交"), committed.to_owned()));
    }
    rows.push((name("format", "格式"), record.format_version.to_string()));
    for (name, files) in [
        (name("dictionary", "词典"), &record.dictionaries),
        (name("synonyms", "同义词"), &record.synonyms),
        (name("stop words", "停用词"), &record.stop_words),
        (name("places", "地名"), &record.places),
    ] {
        rows.extend(files.iter().map(|file| (name, file.to_string())));
    }
    if record.outdated {
        let advice = name(
            "a dictionary or file of places has changed since; `index build` analyses the stale articles anew",
            "词典或地名文件在此后有改动，`index build` 将重新分析过期文章",
        );
        rows.push((name("outdated", "过期"), advice.to_owned()));
        let mut stale = record.stale.len().to_string();
        for (i, id) in record.stale.iter().take(STALE).enumerate() {
            stale.push_str(if i == 0 { ": " } else { ", " });
            stale.push_str(id);
        }
        if record.stale.len() > STALE {
            stale.push_str(", …");
        }
        rows.push((name("stale", "过期文章"), stale));
    }
    let width = widest(rows.iter().map(|(name, _)| *name));
    for (name, value) in rows {
        let name = console.styled(DIM, &padded(name, width));
        writeln!(console.out, "{name}  {}", printable(&value))?;
    }
    Ok(())
}

fn names(files: &[PathBuf]) -> Vec<Cow<'_, str>> {
    files.iter().map(|file| json_path(file)).collect()
}

fn sources(sources: &[Source<'_>], language: Language) -> String {
    if sources.is_empty() {
        return "–".to_owned();
    }
    let shown = sources.iter().take(SOURCES);
    let mut list: Vec<String> = shown
        .map(|source| format!("{} {}", source.source, source.articles))
        .collect();
    if sources.len() > SOURCES {
        list.push(format!("… {}", sources.len() - SOURCES));
    }
    list.join(label(language, ", ", "，"))
}
