//! `fangzhi parse`: the articles that pages hold, without an index.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use anyhow::{Result, bail};
use fangzhi_ingest::{Article, Block, Encoding, Outcome, PageKind, PublishTime, Script, Warning};
use serde::Serialize;

use crate::args::{IdChoice, ParseArgs, ParseFormat};
use crate::console::{Console, DIM, TITLE, note, printable};
use crate::inputs;
use crate::messages::{Message, join, label};
use crate::pipeline::Pipeline;

/// How many bytes of parsed pages may wait to be printed.
const MAX_IN_FLIGHT: u64 = 32 << 20;

/// One page as it is printed.
#[derive(Serialize)]
struct Record<'a> {
    id: &'a str,
    article_id: &'a str,
    path: Option<&'a Path>,
    kind: PageKind,
    article: bool,
    confidence: f32,
    title: Option<&'a str>,
    subtitle: Option<&'a str>,
    publish_time: Option<PublishTime>,
    updated: Option<PublishTime>,
    source: Option<&'a str>,
    author: &'a [String],
    editor: &'a [String],
    channel: &'a [String],
    site: Option<&'a str>,
    url: Option<&'a str>,
    keywords: &'a [String],
    description: Option<&'a str>,
    body: Option<String>,
    blocks: &'a [Block],
    script: Script,
    encoding: &'a Encoding,
    warnings: &'a [Warning],
}

pub(crate) fn run(args: &ParseArgs, console: &mut Console<'_>) -> Result<()> {
    // Every page is printed, with what it is; `--keep-all` is about bodies only.
    let extractor = inputs::extractor(&args.read)?.keep_all(true);
    let corpus = inputs::corpus(&args.read.paths, console)?.extractor(extractor.clone());
    let pipeline = Pipeline {
        corpus: &corpus,
        extractor: &extractor,
        threads: inputs::threads(args.read.threads),
        max_in_flight: MAX_IN_FLIGHT,
        stop: &AtomicBool::new(false),
    };
    let mut printer = Printer {
        args,
        n_printed: 0,
        n_failed: 0,
    };
    let (_, flow) = pipeline.run(|batch| {
        for outcome in batch.outcomes {
            if let Err(error) = printer.outcome(outcome, batch.is_whole_file, console) {
                return ControlFlow::Break(error);
            }
        }
        ControlFlow::Continue(())
    });
    if let ControlFlow::Break(error) = flow {
        return Err(error);
    }
    printer.finish(console)
}

struct Printer<'a> {
    args: &'a ParseArgs,
    n_printed: u64,
    n_failed: u64,
}

impl Printer<'_> {
    fn outcome(
        &mut self,
        outcome: Result<Outcome, fangzhi_ingest::Error>,
        is_whole_file: bool,
        console: &mut Console<'_>,
    ) -> Result<()> {
        match outcome.map(Outcome::into_article) {
            Ok(Some(article)) => self.article(&article, is_whole_file, console),
            Ok(None) => Ok(()),
            Err(error) => {
                self.n_failed += 1;
                note(&error.to_string());
                Ok(())
            }
        }
    }

    fn article(
        &mut self,
        article: &Article,
        is_whole_file: bool,
        console: &mut Console<'_>,
    ) -> Result<()> {
        let is_first = self.n_printed == 0;
        self.n_printed += 1;
        match self.args.format {
            ParseFormat::Text => return self.text(article, is_first, console),
            ParseFormat::Json => console
                .out
                .write_all(if is_first { b"[\n" } else { b",\n" })?,
            ParseFormat::Jsonl => {}
        }
        let stem = article.path.as_deref().filter(|_| is_whole_file).map(stem);
        let id = match (self.args.id, stem.as_deref()) {
            (IdChoice::Stem, Some(stem)) => stem,
            _ => &article.id,
        };
        let is_article = article.kind == PageKind::Article;
        let with_body = is_article || self.args.keep_all;
        let record = Record {
            id,
            article_id: &article.id,
            path: article.path.as_deref(),
            kind: article.kind,
            article: is_article,
            confidence: article.confidence,
            title: article.title.as_deref(),
            subtitle: article.subtitle.as_deref(),
            publish_time: article.published,
            updated: article.updated,
            source: article.source.as_deref(),
            author: &article.authors,
            editor: &article.editors,
            channel: &article.channel,
            site: article.site.as_deref(),
            url: article.url.as_deref(),
            keywords: &article.keywords,
            description: article.description.as_deref(),
            body: with_body.then(|| article.body_text()),
            blocks: if with_body { &article.body } else { &[] },
            script: article.script,
            encoding: &article.encoding,
            warnings: &article.warnings,
        };
        match self.args.format {
            ParseFormat::Json => serde_json::to_writer_pretty(&mut *console.out, &record)?,
            _ => console.json(&record)?,
        }
        Ok(())
    }

    fn text(&self, article: &Article, is_first: bool, console: &mut Console<'_>) -> Result<()> {
        if article.kind != PageKind::Article && !self.args.keep_all {
            if let Some(path) = &article.path {
                let kind = article.kind.to_string();
                console.note(Message::NotAnArticle { path, kind: &kind });
            }
            return Ok(());
        }
        if !is_first {
            writeln!(console.out)?;
        }
        let language = console.language;
        let title = printable(article.title.as_deref().unwrap_or("—"));
        writeln!(console.out, "{}", console.styled(TITLE, &title))?;
        let published = article.published.map(|time| time.to_string());
        let path = article.path.as_ref().map(|path| path.display().to_string());
        let list = |names: &[String]| (!names.is_empty()).then(|| join(language, names));
        let channel = (!article.channel.is_empty()).then(|| article.channel.join(" > "));
        for (english, chinese, value) in [
            ("published", "时间", published),
            ("source", "来源", article.source.clone()),
            ("authors", "作者", list(&article.authors)),
            ("editors", "责编", list(&article.editors)),
            ("site", "网站", article.site.clone()),
            ("channel", "频道", channel),
            ("url", "网址", article.url.clone()),
            ("file", "文件", path),
        ] {
            if let Some(value) = value {
                let name = console.styled(DIM, label(language, english, chinese));
                let colon = label(language, ": ", "：");
                writeln!(console.out, "{name}{colon}{}", printable(&value))?;
            }
        }
        writeln!(console.out, "\n{}", printable(&article.body_text()))?;
        Ok(())
    }

    fn finish(self, console: &mut Console<'_>) -> Result<()> {
        if self.args.format == ParseFormat::Json {
            console.out.write_all(if self.n_printed == 0 {
                b"[]\n"
            } else {
                b"\n]\n"
            })?;
        }
        if self.n_printed == 0 {
            if self.n_failed == 0 {
                bail!(console.text(Message::NoPages {
                    paths: &inputs::list(&self.args.read.paths, console.language)
                }));
            }
            bail!(console.text(Message::NothingParsed {
                failed: self.n_failed
            }));
        }
        Ok(())
    }
}

/// The file's name without its ending, and without that of compression (`a.html.gz` → `a`).
fn stem(path: &Path) -> String {
    let mut name = Path::new(path.file_name().unwrap_or_default());
    if name
        .extension()
        .is_some_and(|ending| ending == "gz" || ending == "zst")
    {
        name = Path::new(name.file_stem().unwrap_or_default());
    }
    name.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems() {
        for (path, expect) in [
            ("pages/a.html", "a"),
            ("pages/a.html.gz", "a"),
            ("a.b.txt.zst", "a.b"),
            ("2024-01-03", "2024-01-03"),
            ("a.gz", "a"),
        ] {
            assert_eq!(stem(Path::new(path)), expect, "{path}");
        }
    }
}
