//! `fangzhi places`: the places of a page or a text.

use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use fangzhi_ingest::{Article, Corpus, Extractor, Outcome};
use fangzhi_regions::{Mention, Part, Region, Tagger, Tags, Text};
use serde::Serialize;

use crate::Status;
use crate::args::{Format, PlacesArgs};
use crate::console::{Console, TITLE, json_path, note, padded, printable, widest};
use crate::messages::{Message, errors, label};

/// The places of one article in JSON.
#[derive(Serialize)]
struct Record<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    about: Vec<Place>,
    published_from: Option<Place>,
    mentions: Vec<MentionRecord<'a>>,
}

#[derive(Serialize)]
struct Place {
    path: String,
    code: String,
}

#[derive(Serialize)]
struct MentionRecord<'a> {
    #[serde(rename = "in")]
    part: &'static str,
    text: &'a str,
    /// Characters of the title or the body.
    start: usize,
    end: usize,
    path: Option<String>,
    code: Option<String>,
    /// The place of the past that the name is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    named: Option<Place>,
    ambiguous: bool,
    candidates: Vec<Place>,
    evidence: Vec<&'static str>,
}

pub(crate) fn run(args: &PlacesArgs, console: &mut Console<'_>) -> Result<Status> {
    let tagger = match &args.places {
        Some(file) => Tagger::with_places(file)?,
        None => Tagger::default(),
    };
    let mut printer = Printer {
        args,
        console,
        n_printed: 0,
        n_places: 0,
    };
    let path = Path::new(&args.input);
    if args.input != "-" && path.exists() {
        printer.files(path, &tagger)?;
    } else {
        let text = match args.input.as_str() {
            "-" => standard_input(printer.console)?,
            text => text.to_owned(),
        };
        let tags = tagger.tag(&Text {
            body: &text,
            published: args.year,
            ..Text::default()
        });
        printer.print(None, &tags)?;
    }
    if printer.n_places == 0 {
        console.note(Message::NoPlaces);
        return Ok(Status::NothingFound);
    }
    Ok(Status::Done)
}

fn standard_input(console: &Console<'_>) -> Result<String> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .with_context(|| console.text(Message::CannotReadInput))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Prints articles in the format asked for.
struct Printer<'a, 'c> {
    args: &'a PlacesArgs,
    console: &'a mut Console<'c>,
    n_printed: usize,
    n_places: usize,
}

impl Printer<'_, '_> {
    /// Tags every article of a file or directory.
    fn files(&mut self, path: &Path, tagger: &Tagger) -> Result<()> {
        let extractor = Extractor::new().keep_all(true);
        let mut failed = 0;
        for outcome in Corpus::new(path).extractor(extractor).outcomes() {
            match outcome.map(Outcome::into_article) {
                Ok(Some(article)) => self.article(&article, tagger)?,
                Ok(None) => {}
                Err(error) => {
                    failed += 1;
                    note(&errors::page(&error, self.console.language));
                }
            }
        }
        if self.n_printed == 0 {
            anyhow::bail!(self.console.text(Message::NothingParsed { failed }));
        }
        Ok(())
    }

    fn article(&mut self, article: &Article, tagger: &Tagger) -> Result<()> {
        let body = article.body_text();
        let year = article.published.as_ref().map(|time| time.date().year());
        let tags = tagger.tag(&Text {
            title: article.title.as_deref().unwrap_or_default(),
            body: &body,
            channel: article.channel.iter().map(String::as_str).collect(),
            published: self
                .args
                .year
                .or_else(|| year.and_then(|year| u16::try_from(year).ok())),
            source: article.source.as_deref().unwrap_or_default(),
            site: article.site.as_deref().unwrap_or_default(),
        });
        self.print(Some(article), &tags)
    }

    fn print(&mut self, article: Option<&Article>, tags: &Tags) -> Result<()> {
        self.n_places += tags.mentions.len() + usize::from(tags.published_from.is_some());
        match self.args.format {
            Format::Json => self.console.json(&record(article, tags))?,
            Format::Text => self.text(article, tags)?,
        }
        self.n_printed += 1;
        Ok(())
    }

    fn text(&mut self, article: Option<&Article>, tags: &Tags) -> Result<()> {
        let language = self.console.language;
        if self.n_printed > 0 {
            writeln!(self.console.out)?;
        }
        if let Some(article) = article {
            let title = printable(article.title.as_deref().unwrap_or("–"));
            writeln!(self.console.out, "{}", self.console.styled(TITLE, &title))?;
        }
        for region in &tags.about {
            let label = label(language, "about", "主要地点");
            writeln!(self.console.out, "{label}: {}", with_code(region))?;
        }
        if let Some(region) = &tags.published_from {
            let label = label(language, "published from", "发布地");
            writeln!(self.console.out, "{label}: {}", with_code(region))?;
        }
        let names: Vec<String> = tags
            .mentions
            .iter()
            .map(|mention| printable(&mention.text))
            .collect();
        let columns = widest(names.iter().map(String::as_str));
        for (mention, name) in tags.mentions.iter().zip(&names) {
            let place = match &mention.region {
                Some(region) => with_code(region),
                None => {
                    let paths: Vec<String> = mention.candidates.iter().map(Region::path).collect();
                    format!("? {}", paths.join(" | "))
                }
            };
            writeln!(
                self.console.out,
                "  {}  {}–{}  {place}",
                padded(name, columns),
                mention.start,
                mention.end
            )?;
        }
        Ok(())
    }
}

fn with_code(region: &Region) -> String {
    format!("{} ({})", region.path(), region.code())
}

fn record<'a>(article: Option<&'a Article>, tags: &'a Tags) -> Record<'a> {
    Record {
        id: article.map(|article| article.id.as_str()),
        path: article
            .and_then(|article| article.path.as_deref())
            .map(|path| json_path(path).into_owned()),
        title: article.and_then(|article| article.title.as_deref()),
        about: tags.about.iter().map(place).collect(),
        published_from: tags.published_from.as_ref().map(place),
        mentions: tags.mentions.iter().map(mention).collect(),
    }
}

fn mention(mention: &Mention) -> MentionRecord<'_> {
    MentionRecord {
        part: match mention.part {
            Part::Title => "title",
            _ => "body",
        },
        text: &mention.text,
        start: mention.start,
        end: mention.end,
        path: mention.region.as_ref().map(Region::path),
        code: mention
            .region
            .as_ref()
            .map(|region| region.code().to_string()),
        named: mention.named.as_ref().map(place),
        ambiguous: mention.is_ambiguous(),
        candidates: mention.candidates.iter().map(place).collect(),
        evidence: mention.evidence.iter().map(|clue| clue.as_str()).collect(),
    }
}

fn place(region: &Region) -> Place {
    Place {
        path: region.path(),
        code: region.code().to_string(),
    }
}
