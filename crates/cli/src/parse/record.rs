//! Pages as JSON: the fields that docs/cli.md promises.

use std::borrow::Cow;
use std::path::Path;

use anyhow::Result;
use fangzhi_ingest::{Block, Encoding, PageKind, PublishTime, Script, Trace, Warning};
use serde::Serialize;

use super::Parsed;
use crate::args::IdChoice;
use crate::console::{Console, json_path};

/// One page as it is printed.
#[derive(Serialize)]
struct Record<'a> {
    id: &'a str,
    article_id: &'a str,
    path: Option<Cow<'a, str>>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<&'a Trace>,
}

/// Prints one page as an object, without a line end.
pub(super) fn print(
    parsed: &Parsed,
    id: IdChoice,
    with_body: bool,
    console: &mut Console<'_>,
) -> Result<()> {
    let article = &parsed.article;
    let path = article.path.as_deref();
    let stem = path.filter(|_| parsed.is_whole_file).map(stem);
    let record = Record {
        id: match (id, &stem) {
            (IdChoice::Stem, Some(stem)) => stem,
            _ => &article.id,
        },
        article_id: &article.id,
        path: path.map(json_path),
        kind: article.kind,
        article: article.kind == PageKind::Article,
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
        body: with_body.then(|| article.story_text()),
        blocks: if with_body { &article.body } else { &[] },
        script: article.script,
        encoding: &article.encoding,
        warnings: &article.warnings,
        trace: parsed.trace.as_ref(),
    };
    Ok(serde_json::to_writer(&mut *console.out, &record)?)
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
