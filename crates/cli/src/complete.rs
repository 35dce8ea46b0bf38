//! `fangzhi complete`: what a text that is being typed may become.

use anyhow::Result;
use fangzhi_index::{Completion, CompletionKind};
use serde::Serialize;

use crate::Status;
use crate::args::{CompleteArgs, ListFormat};
use crate::console::{Console, DIM, padded, printable, widest};
use crate::index_dir;
use crate::messages::{Language, Message, label};

#[derive(Serialize)]
struct Answer<'a> {
    prefix: &'a str,
    completions: Vec<Record<'a>>,
}

#[derive(Serialize)]
struct Record<'a> {
    text: &'a str,
    kind: &'static str,
    articles: usize,
}

pub(crate) fn run(args: &CompleteArgs, console: &mut Console<'_>) -> Result<Status> {
    let prefix = &args.prefix;
    let searcher = index_dir::open(&args.index.dir, console)?.searcher()?;
    let completions = searcher.complete(prefix, args.limit)?;
    let mut records = completions.iter().map(record);
    match args.format {
        ListFormat::Json => console.json(&Answer {
            prefix,
            completions: records.collect(),
        })?,
        ListFormat::Jsonl => records.try_for_each(|record| console.json(&record))?,
        ListFormat::Text => print(&completions, console)?,
    }
    if completions.is_empty() {
        console.note(Message::NothingCompletes { prefix });
        return Ok(Status::NothingFound);
    }
    Ok(Status::Done)
}

fn record(completion: &Completion) -> Record<'_> {
    Record {
        text: &completion.text,
        kind: match completion.kind {
            CompletionKind::Word => "word",
            CompletionKind::Headline => "headline",
            _ => "other",
        },
        articles: completion.articles,
    }
}

fn print(completions: &[Completion], console: &mut Console<'_>) -> Result<()> {
    let texts: Vec<String> = completions
        .iter()
        .map(|completion| printable(&completion.text).replace('\n', " "))
        .collect();
    let width = widest(
        (texts.iter().zip(completions))
            .filter(|(_, completion)| completion.kind == CompletionKind::Word)
            .map(|(text, _)| text.as_str()),
    );
    for (text, completion) in texts.iter().zip(completions) {
        let remark = console.styled(DIM, &remark(completion, console.language));
        writeln!(console.out, "{}  {remark}", padded(text, width))?;
    }
    Ok(())
}

fn remark(completion: &Completion, language: Language) -> String {
    match completion.kind {
        CompletionKind::Headline => label(language, "(headline)", "（标题）").to_owned(),
        _ => completion.articles.to_string(),
    }
}
