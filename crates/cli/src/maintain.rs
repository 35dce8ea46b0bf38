//! `fangzhi index add`, `delete`, `merge`, `export`, `backup`, `restore`, `verify` and `repair`.

use anyhow::{Result, bail};
use fangzhi_index::{Backup, BackupMode, Index, Query, Relaxation, Searcher};
use fangzhi_ingest::{PageKind, PublishTime};
use serde::Serialize;

use crate::Status;
use crate::args::{
    AddArgs, BackupArgs, DeleteArgs, ExportArgs, ExportFormat, Format, MergeArgs, RepairArgs,
    RestoreArgs, StatusArgs, UpdateArgs,
};
use crate::budget::Budget;
use crate::console::{Console, json_path, note, printable};
use crate::filling::say;
use crate::messages::{Message, errors};
use crate::table::Table;
use crate::units::ByteSize;
use crate::{index_dir, inputs, update};

pub(crate) fn add(args: &AddArgs, console: &mut Console<'_>) -> Result<()> {
    #[derive(Serialize)]
    struct Record {
        articles: u64,
        failed: u64,
    }
    let extractor = inputs::extractor(&args.read)?;
    let corpus = inputs::corpus(&args.read.paths, console)?.extractor(extractor);
    let index = index_dir::open(&args.index.dir, console)?;
    let mut writer = index.writer()?;
    let (mut articles, mut failed) = (0, 0);
    for article in corpus.articles() {
        match article {
            Ok(article) => {
                writer.add(&article)?;
                articles += 1;
            }
            Err(error) => {
                note(&errors::page(&error, console.language));
                failed += 1;
            }
        }
    }
    if articles == 0 && failed > 0 {
        let paths = &inputs::list(&args.read.paths, console.language);
        bail!(console.text(Message::NothingRead { paths }));
    }
    writer.commit()?;
    writer.finish()?;
    if args.format == Format::Json {
        return Ok(console.json(&Record { articles, failed })?);
    }
    let text = console.text(Message::Committed { articles });
    say(&text, false, console)
}

pub(crate) fn delete(args: &DeleteArgs, console: &mut Console<'_>) -> Result<Status> {
    let index = index_dir::open(&args.index.dir, console)?;
    // The lock first, so that what is found is what is deleted.
    let mut writer = index.writer()?;
    let searcher = index.searcher()?;
    let ids = doomed(args, &searcher, console)?;
    let articles = ids.len();
    if args.dry_run {
        say(
            &console.text(Message::WouldDelete { articles }),
            false,
            console,
        )?;
    } else {
        for id in &ids {
            writer.delete(id)?;
        }
        if !ids.is_empty() {
            writer.commit()?;
        }
        writer.finish()?;
        say(&console.text(Message::Deleted { articles }), false, console)?;
    }
    Ok(if ids.is_empty() {
        Status::NothingFound
    } else {
        Status::Done
    })
}

/// The ids of the articles to delete: only those that have all that was asked for.
fn doomed(args: &DeleteArgs, searcher: &Searcher, console: &Console<'_>) -> Result<Vec<String>> {
    if !args.id.is_empty() {
        let mut ids = args.id.clone();
        ids.sort();
        ids.dedup();
        let mut found = Vec::new();
        for id in ids {
            if searcher.article(&id)?.is_some() {
                found.push(id);
            }
        }
        return Ok(found);
    }
    let text = args.query.as_deref().unwrap_or("");
    let mut query = Query::new(text)
        .limit(searcher.n_articles())
        .without_snippets();
    if let Some(site) = &args.site {
        query = query.site(site);
    }
    if let Some(before) = &args.before {
        query = query.until(before.first.yesterday()?);
    }
    let results = searcher.search(&query)?;
    if let Some(problem) = results.problems.first() {
        let what = errors::problem(problem, console.language);
        bail!(console.text(Message::QueryProblems { what: &what }));
    }
    let complete = match results.relaxed {
        None => results.hits.len(),
        Some(Relaxation::Completed { complete }) => complete,
        Some(_) => 0,
    };
    let hits = results.hits.into_iter().take(complete);
    Ok(hits
        .filter(|hit| hit.missing.is_empty())
        .map(|hit| hit.id)
        .collect())
}

pub(crate) fn merge(args: &MergeArgs, console: &mut Console<'_>) -> Result<()> {
    let index = index_dir::open(&args.index.dir, console)?;
    let mut writer = index.writer()?;
    writer.merge()?;
    writer.finish()?;
    let bytes = ByteSize(index.bytes());
    say(&console.text(Message::Merged { bytes }), false, console)
}

pub(crate) fn export(args: &ExportArgs, console: &mut Console<'_>) -> Result<()> {
    if args.csv.bom && args.format != ExportFormat::Csv {
        bail!(console.text(Message::BomWithoutCsv));
    }
    let searcher = index_dir::open(&args.index.dir, console)?.searcher()?;
    if args.format == ExportFormat::Csv {
        return export_table(&searcher, args.csv.bom, console);
    }
    for article in searcher.articles() {
        console.json(&article?)?;
    }
    Ok(())
}

/// Prints all articles as a table; what is a list in an article is joined by `; `, the channel path by ` > `.
fn export_table(searcher: &Searcher, bom: bool, console: &mut Console<'_>) -> Result<()> {
    const COLUMNS: [&str; 16] = [
        "id",
        "title",
        "subtitle",
        "published",
        "updated",
        "source",
        "site",
        "channel",
        "authors",
        "editors",
        "keywords",
        "description",
        "url",
        "path",
        "kind",
        "body",
    ];
    let mut table = Table::new(console.out, bom, COLUMNS)?;
    for article in searcher.articles() {
        let article = article?;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let time = |time: Option<PublishTime>| time.map(|time| time.to_string());
        let row: [String; COLUMNS.len()] = [
            article.id.clone(),
            text(&article.title),
            text(&article.subtitle),
            time(article.published).unwrap_or_default(),
            time(article.updated).unwrap_or_default(),
            text(&article.source),
            text(&article.site),
            article.channel.join(" > "),
            article.authors.join("; "),
            article.editors.join("; "),
            article.keywords.join("; "),
            text(&article.description),
            text(&article.url),
            article
                .path
                .as_deref()
                .map(json_path)
                .unwrap_or_default()
                .into_owned(),
            kind_name(article.kind).to_owned(),
            article.body_text(),
        ];
        table.row(row.iter().map(String::as_str))?;
    }
    table.finish()
}

fn kind_name(kind: PageKind) -> &'static str {
    match kind {
        PageKind::Article => "article",
        PageKind::List => "list",
        _ => "other",
    }
}

pub(crate) fn backup(args: &BackupArgs, console: &mut Console<'_>) -> Result<()> {
    let mode = if args.link {
        BackupMode::Link
    } else {
        BackupMode::Copy
    };
    index_dir::open(&args.index.dir, console)?;
    let backup = Index::backup(&args.index.dir, &args.destination, mode)?;
    let (files, bytes) = size(&backup);
    say(
        &console.text(Message::BackedUp { files, bytes }),
        false,
        console,
    )
}

pub(crate) fn restore(args: &RestoreArgs, console: &mut Console<'_>) -> Result<()> {
    let backup = Index::restore(&args.source, &args.index.dir)?;
    let (files, bytes) = size(&backup);
    say(
        &console.text(Message::Restored { files, bytes }),
        false,
        console,
    )
}

fn size(backup: &Backup) -> (usize, ByteSize) {
    (backup.files.len(), ByteSize(backup.bytes()))
}

pub(crate) fn verify(args: &StatusArgs, console: &mut Console<'_>) -> Result<Status> {
    #[derive(Serialize)]
    struct Record<'a> {
        sound: bool,
        articles: usize,
        files: usize,
        problems: &'a [String],
    }
    let verified = Index::verify(&args.index.dir)?;
    let problems = &verified.problems;
    let (articles, files) = (verified.articles, verified.files);
    if args.format == Format::Json {
        console.json(&Record {
            sound: problems.is_empty(),
            articles,
            files,
            problems,
        })?;
    } else {
        for problem in problems {
            writeln!(console.out, "{}", printable(problem))?;
        }
        let message = if problems.is_empty() {
            Message::Sound { articles, files }
        } else {
            let problems = problems.len();
            Message::Unsound { problems }
        };
        say(&console.text(message), false, console)?;
    }
    // A damaged index is what was looked for and found not to be as it should: an error.
    if problems.is_empty() {
        Ok(Status::Done)
    } else {
        Ok(Status::Unsound)
    }
}

pub(crate) fn repair(args: &RepairArgs, console: &mut Console<'_>) -> Result<Status> {
    let dir = &args.index.dir;
    if Index::verify(dir).is_ok_and(|verified| verified.problems.is_empty()) {
        say(&console.text(Message::NothingToRepair), false, console)?;
        return Ok(Status::Done);
    }
    let options = Budget::new(args.memory, None).writer_options();
    let repaired = Index::repair(dir, options)?;
    for id in repaired.lost.iter().filter(|id| !id.is_empty()) {
        let text = console.text(Message::LostArticle { id });
        writeln!(console.out, "{}", printable(&text))?;
    }
    let (saved, lost) = (repaired.saved, repaired.lost.len());
    say(
        &console.text(Message::Repaired { saved, lost }),
        false,
        console,
    )?;
    if !repaired.catalog {
        console.note(Message::NoCatalogSaved);
        return Ok(Status::Done);
    }
    // What was lost comes again from its file, if that is still there.
    let args = UpdateArgs::plain(dir, args.memory);
    update::run(&args, console)
}
