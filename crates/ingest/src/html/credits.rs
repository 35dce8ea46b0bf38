//! The source, the authors and the editors, from wherever the page credits them: the byline first, then the story's
//! own signature and credits, then what stands after it, and the page's metadata last.

use super::blocks::Body;
use super::fields::Fields;
use super::meta_line::{self, MetaLines};
use super::title::Headline;
use crate::article::Block;
use crate::bounds::MAX_NAMES;
use crate::byline::{self, Place};

impl Fields<'_> {
    /// Takes the source.
    pub(super) fn source(
        &mut self,
        headline: &Headline,
        before: &MetaLines,
        after: &MetaLines,
        body: &Body,
    ) {
        let credits = body
            .credits
            .iter()
            .find_map(|line| Some((byline::scan(line).source?, line.clone())));
        let meta = self.metadata.source.as_deref().and_then(|value| {
            let scanned = byline::scan(value).source;
            Some((
                scanned.or_else(|| byline::source_name(value))?,
                value.to_owned(),
            ))
        });
        let candidates = [
            (
                "byline before the story",
                before
                    .byline
                    .source
                    .clone()
                    .map(|source| (source, before.source_text.clone())),
            ),
            ("credits in the story", credits),
            (
                "byline after the story",
                after
                    .byline
                    .source
                    .clone()
                    .map(|source| (source, after.source_text.clone())),
            ),
            (
                "name beside the date",
                meta_line::name_by_date(
                    self.dom,
                    self.lines,
                    before,
                    headline.lines.as_ref().map_or(0, |range| range.end),
                )
                .filter(|name| !self.article.authors.contains(name))
                .map(|name| (name, before.time_text.clone())),
            ),
            ("meta tag", meta),
        ];
        for (rule, candidate) in candidates {
            if let Some((source, evidence)) = candidate {
                self.trace.field("source", rule, evidence);
                self.article.source = Some(source);
                return;
            }
        }
    }

    /// Takes the authors and editors.
    pub(super) fn people(&mut self, before: &MetaLines, after: &MetaLines, body: &Body) {
        let mut authors = before.byline.authors.clone();
        let mut rule = "byline before the story";
        // Systems fill the author with the editor; the story's own signature knows better.
        let signed = || {
            let signed = signatures(&body.blocks);
            if signed.is_empty() {
                let credits = body
                    .credits
                    .iter()
                    .flat_map(|line| byline::scan(line).authors);
                (distinct(credits), "credits in the story")
            } else {
                (signed, "signature in the story")
            }
        };
        let doubtful = !authors.is_empty()
            && before.byline.responsible
            && authors
                .iter()
                .all(|name| before.byline.editors.contains(name));
        if authors.is_empty() || doubtful {
            let (names, found) = signed();
            if !names.is_empty() {
                (authors, rule) = (names, found);
            }
        }
        if authors.is_empty() {
            authors.clone_from(&after.byline.authors);
            rule = "byline after the story";
        }
        if authors.is_empty() {
            authors = self.person().into_iter().collect();
            rule = "schema.org author";
        }
        if authors.is_empty() {
            authors = self.beside_account(before).into_iter().collect();
            rule = "name beside the account's";
        }
        if !authors.is_empty() {
            self.trace.field("authors", rule, authors.join("、"));
        }
        self.article.authors = authors;
        let mut editors: Vec<String> = Vec::new();
        let mut responsible = false;
        let scanned = body.credits.iter().map(|line| byline::scan(line));
        for found in scanned.chain([after.byline.clone(), before.byline.clone()]) {
            if !found.editors.is_empty()
                && (editors.is_empty() || found.responsible && !responsible)
            {
                editors = found.editors;
                responsible = found.responsible;
            }
        }
        if !editors.is_empty() {
            self.trace.field("editors", "label", editors.join("、"));
        }
        self.article.editors = editors;
    }

    /// The author schema.org names, if it reads as a person's name and is neither the site nor an editor.
    fn person(&self) -> Option<String> {
        let name = self.metadata.person.as_deref()?;
        let is_name = (2..=4).contains(&name.chars().count())
            && name.chars().all(|c| c.is_alphabetic() && !c.is_ascii());
        let known = self.metadata.site.as_deref() == Some(name)
            || self.article.editors.iter().any(|editor| editor == name);
        (is_name && !known).then(|| name.to_owned())
    }

    /// The name before the account's own in a byline without labels: `原创 张三 云河发布 2024-01-03`.
    fn beside_account(&self, before: &MetaLines) -> Option<String> {
        let account = self.metadata.site.as_deref()?;
        let mut words = before
            .byline
            .rest
            .split_whitespace()
            .filter(|word| *word != "原创");
        let (name, next) = (words.next()?, words.next()?);
        let is_name = (2..=4).contains(&name.chars().count())
            && name.chars().all(|c| c.is_alphabetic() && !c.is_ascii());
        (next == account && is_name).then(|| name.to_owned())
    }
}

fn distinct(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    for name in names {
        if known.len() == MAX_NAMES {
            break;
        }
        if !known.contains(&name) {
            known.push(name);
        }
    }
    known
}

/// The authors a story is signed with, at its beginning or its end.
fn signatures(blocks: &[Block]) -> Vec<String> {
    let texts: Vec<&str> = blocks
        .iter()
        .filter_map(|block| match block {
            Block::Paragraph { text } | Block::Heading { text } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    let count = texts.len();
    for (i, text) in texts.iter().enumerate() {
        let place = if i < 3 {
            Place::First
        } else if i + 2 >= count {
            Place::Last
        } else {
            continue;
        };
        let mut names = byline::signature(text, place);
        if names.is_empty() && i + 1 == count {
            names = byline::signature(text, Place::Last);
        }
        if !names.is_empty() {
            return names;
        }
    }
    Vec::new()
}
