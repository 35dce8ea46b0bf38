//! Pages for people to read.

use anyhow::Result;
use fangzhi_ingest::Trace;

use super::Parsed;
use crate::console::{Console, DIM, TITLE, padded, printable, widest};
use crate::messages::{Message, join, label};

/// How many characters of the text a value was read from are shown.
const EVIDENCE_CHARS: usize = 60;

/// Prints one page; without a body, it is only said what kind it is.
pub(super) fn print(
    parsed: &Parsed,
    with_body: bool,
    is_first: bool,
    console: &mut Console<'_>,
) -> Result<()> {
    let article = &parsed.article;
    if !with_body {
        if let Some(path) = &article.path {
            let kind = article.kind.to_string();
            console.note(Message::NotAnArticle { path, kind: &kind });
        }
        if parsed.trace.is_none() {
            return Ok(());
        }
    }
    if !is_first {
        writeln!(console.out)?;
    }
    let language = console.language;
    let title = printable(article.title.as_deref().unwrap_or("–"));
    writeln!(console.out, "{}", console.styled(TITLE, &title))?;
    let list = |names: &[String]| (!names.is_empty()).then(|| join(language, names));
    for (english, chinese, value) in [
        (
            "published",
            "时间",
            article.published.map(|time| time.to_string()),
        ),
        ("source", "来源", article.source.clone()),
        ("authors", "作者", list(&article.authors)),
        ("editors", "责编", list(&article.editors)),
        ("site", "网站", article.site.clone()),
        (
            "channel",
            "频道",
            (!article.channel.is_empty()).then(|| article.channel.join(" > ")),
        ),
        ("url", "网址", article.url.clone()),
        (
            "file",
            "文件",
            article.path.as_ref().map(|path| path.display().to_string()),
        ),
    ] {
        if let Some(value) = value {
            let name = console.styled(DIM, label(language, english, chinese));
            let colon = label(language, ": ", "：");
            writeln!(console.out, "{name}{colon}{}", printable(&value))?;
        }
    }
    if with_body {
        writeln!(console.out, "\n{}", printable(&article.body_text()))?;
    }
    match &parsed.trace {
        Some(trace) => explain(trace, console),
        None => Ok(()),
    }
}

/// Says which rule gave each field, and from which text.
fn explain(trace: &Trace, console: &mut Console<'_>) -> Result<()> {
    let language = console.language;
    let heading = label(language, "how it was read", "解析依据");
    writeln!(console.out, "\n{}", console.styled(TITLE, heading))?;
    let body = label(language, "body", "正文");
    let rival = label(language, "next best", "次选");
    let dropped = label(language, "left out", "略去");
    let names = trace.fields.iter().map(|field| field.field);
    let width = widest(names.chain([body, rival, dropped]));
    for field in &trace.fields {
        let name = padded(field.field, width);
        let evidence = shortened(&field.evidence);
        writeln!(console.out, "{name}  {}: {evidence}", field.rule)?;
    }
    if let Some(choice) = &trace.body {
        let name = padded(body, width);
        writeln!(
            console.out,
            "{name}  {:.1}  {}",
            choice.score,
            printable(&choice.element)
        )?;
        if let (Some(element), Some(score)) = (&choice.rival, choice.rival_score) {
            let name = padded(rival, width);
            writeln!(console.out, "{name}  {score:.1}  {}", printable(element))?;
        }
    }
    for line in &trace.dropped {
        let name = padded(dropped, width);
        writeln!(
            console.out,
            "{name}  {}: {}",
            line.rule,
            shortened(&line.text)
        )?;
    }
    Ok(())
}

fn shortened(text: &str) -> String {
    let line = printable(text).replace(['\n', '\t'], " ");
    match line.char_indices().nth(EVIDENCE_CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
