//! `fangzhi versions`: the versions of a page that the index holds, and what each changed.

use std::borrow::Cow;

use anyhow::Result;
use clap::builder::styling::{AnsiColor, Style};
use fangzhi_index::Searcher;
use fangzhi_ingest::{Article, PublishTime};
use serde::Serialize;
use similar::{ChangeTag, DiffOp, TextDiff, capture_diff_slices};

use crate::Status;
use crate::args::{ListFormat, VersionsArgs};
use crate::console::{Console, DIM, TITLE, json_path, printable};
use crate::index_dir;
use crate::messages::Message;
use crate::search;

const REMOVED: Style = AnsiColor::Red.on_default();
const ADDED: Style = AnsiColor::Green.on_default();

/// So many paragraphs that have not changed are shown around those that have.
const CONTEXT: usize = 1;

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a str,
    versions: Vec<VersionRecord<'a>>,
}

#[derive(Serialize)]
struct VersionRecord<'a> {
    id: &'a str,
    title: Option<&'a str>,
    published: Option<PublishTime>,
    updated: Option<PublishTime>,
    fetched: Option<PublishTime>,
    url: Option<&'a str>,
    path: Option<Cow<'a, str>>,
    /// In characters.
    length: usize,
    /// What it changed, if that was asked for; not of the first version.
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<Vec<LineRecord<'a>>>,
}

#[derive(Serialize)]
struct LineRecord<'a> {
    /// `equal`, `removed` or `added`.
    change: &'static str,
    text: &'a str,
}

pub(crate) fn run(args: &VersionsArgs, console: &mut Console<'_>) -> Result<Status> {
    let searcher = index_dir::open(&args.index.dir, console)?.searcher()?;
    let id = resolve(&searcher, &args.id)?;
    let versions = searcher.versions(&id)?;
    let lines: Vec<Vec<String>> = versions.iter().map(lines).collect();
    let texts: Vec<Vec<&str>> = lines
        .iter()
        .map(|lines| lines.iter().map(String::as_str).collect())
        .collect();
    let before = std::iter::once(None).chain(texts.iter().map(Some));
    let steps = versions.iter().zip(before.zip(&texts));
    match args.format {
        ListFormat::Text => {
            let heading = console.text(Message::Versions {
                versions: versions.len(),
            });
            writeln!(console.out, "{}", console.styled(DIM, &heading))?;
            for ((version, (before, text)), number) in steps.zip(1..) {
                print(version, number, console)?;
                if let (true, Some(before)) = (args.diff, before) {
                    print_diff(before, text, console)?;
                }
            }
        }
        ListFormat::Json | ListFormat::Jsonl => {
            let records = steps.map(|(version, (before, text))| {
                let before = before.filter(|_| args.diff);
                record(version, before.map(|before| diff_records(before, text)))
            });
            if args.format == ListFormat::Json {
                console.json(&Answer {
                    id: &id,
                    versions: records.collect(),
                })?;
            } else {
                for record in records {
                    console.json(&record)?;
                }
            }
        }
    }
    console.out.flush()?;
    if versions.len() < 2 {
        console.note(Message::NoVersions { id: &id });
        return Ok(Status::NothingFound);
    }
    Ok(Status::Done)
}

/// The id that is meant: one of an article, or that of a URL.
fn resolve(searcher: &Searcher, asked: &str) -> Result<String> {
    if searcher.article(asked)?.is_some() {
        return Ok(asked.to_owned());
    }
    let id = Article::id_of_url(asked);
    Ok(id.unwrap_or_else(|| asked.to_owned()))
}

/// The headline and the paragraphs.
fn lines(article: &Article) -> Vec<String> {
    let title = article.title.iter().cloned();
    let body = article.body_text();
    title.chain(body.lines().map(ToOwned::to_owned)).collect()
}

fn record<'a>(article: &'a Article, diff: Option<Vec<LineRecord<'a>>>) -> VersionRecord<'a> {
    VersionRecord {
        id: &article.id,
        title: article.title.as_deref(),
        published: article.published,
        updated: article.updated,
        fetched: article.fetched,
        url: article.url.as_deref(),
        path: article.path.as_deref().map(json_path),
        length: article.body_text().chars().count(),
        diff,
    }
}

fn print(version: &Article, number: usize, console: &mut Console<'_>) -> Result<()> {
    let title = console.headline(version.title.as_deref().unwrap_or_default());
    writeln!(
        console.out,
        "\n{number}.  {}",
        console.styled(TITLE, &title)
    )?;
    let n_chars = version.body_text().chars().count();
    let length = match console.language {
        crate::messages::Language::English => format!("{n_chars} characters"),
        crate::messages::Language::Chinese => format!("{n_chars} 字"),
    };
    let path = version.path.as_ref().map(|path| path.display().to_string());
    let parts = [
        version
            .fetched
            .or(version.updated)
            .or(version.published)
            .map(search::when),
        Some(length),
        Some(version.id.clone()),
        path.filter(|path| *path != version.id),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .flatten()
        .map(|it| printable(&it))
        .collect();
    let line = console.styled(DIM, &parts.join("  "));
    Ok(writeln!(console.out, "    {line}")?)
}

/// The paragraphs that were changed and those around them, `-` before what is gone and `+` before what is new; with colour,
/// the characters that differ stand out.
fn print_diff(before: &[&str], after: &[&str], console: &mut Console<'_>) -> Result<()> {
    let ops = capture_diff_slices(similar::Algorithm::Patience, before, after);
    for (i, group) in similar::group_diff_ops(ops, CONTEXT)
        .into_iter()
        .enumerate()
    {
        if i > 0 {
            writeln!(console.out, "    {}", console.styled(DIM, "⋯"))?;
        }
        for op in group {
            let (old, new) = (&before[op.old_range()], &after[op.new_range()]);
            if let DiffOp::Equal { .. } = op {
                for line in old {
                    writeln!(
                        console.out,
                        "      {}",
                        console.styled(DIM, &printable(line))
                    )?;
                }
                continue;
            }
            for (i, line) in old.iter().enumerate() {
                let line = marked(line, new.get(i), ChangeTag::Delete, console);
                writeln!(console.out, "    {} {line}", console.styled(REMOVED, "-"))?;
            }
            for (i, line) in new.iter().enumerate() {
                let line = marked(line, old.get(i), ChangeTag::Insert, console);
                writeln!(console.out, "    {} {line}", console.styled(ADDED, "+"))?;
            }
        }
    }
    Ok(())
}

/// A paragraph with the characters set off that the other one does not have.
fn marked(line: &str, other: Option<&&str>, tag: ChangeTag, console: &Console<'_>) -> String {
    let style = if tag == ChangeTag::Delete {
        REMOVED
    } else {
        ADDED
    };
    let line = printable(line);
    let (Some(other), true) = (other, console.colored) else {
        return console.styled(style, &line);
    };
    let other = printable(other);
    let (old, new) = match tag {
        ChangeTag::Delete => (&line, &other),
        _ => (&other, &line),
    };
    let diff = TextDiff::from_chars(old.as_str(), new.as_str());
    let mut marked = String::new();
    let mut piece = (String::new(), false);
    for change in diff.iter_all_changes() {
        let is_new = change.tag() == tag;
        if !is_new && change.tag() != ChangeTag::Equal {
            continue;
        }
        if piece.1 != is_new {
            marked.push_str(&set_off(&piece, style, console));
            piece = (String::new(), is_new);
        }
        piece.0.push_str(change.value());
    }
    marked + &set_off(&piece, style, console)
}

fn set_off((text, is_new): &(String, bool), style: Style, console: &Console<'_>) -> String {
    let style = if *is_new {
        style.bold().invert()
    } else {
        style
    };
    console.styled(style, text)
}

fn diff_records<'a>(before: &[&'a str], after: &[&'a str]) -> Vec<LineRecord<'a>> {
    let mut records = Vec::new();
    for op in capture_diff_slices(similar::Algorithm::Patience, before, after) {
        let (old, new) = (&before[op.old_range()], &after[op.new_range()]);
        let is_equal = matches!(op, DiffOp::Equal { .. });
        let change = if is_equal { "equal" } else { "removed" };
        records.extend(old.iter().map(|text| LineRecord { change, text }));
        if !is_equal {
            let change = "added";
            records.extend(new.iter().map(|text| LineRecord { change, text }));
        }
    }
    records
}
