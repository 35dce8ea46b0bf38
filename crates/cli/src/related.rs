//! `fangzhi related`: articles like one that was found, and the pages that carry it too.

use std::borrow::Cow;

use anyhow::Result;
use fangzhi_index::{Story, StoryArticle};
use fangzhi_ingest::PublishTime;
use serde::Serialize;

use crate::Status;
use crate::args::{ListFormat, RelatedArgs};
use crate::console::{Console, DIM, TITLE, json_path, padded, printable, widest};
use crate::index_dir;
use crate::messages::{Message, label};
use crate::search::{self, Asked, Listing};

/// The pages that carry a story.
#[derive(Serialize)]
pub(crate) struct StoryRecord<'a> {
    /// The id of the first to publish it.
    first: &'a str,
    /// How many others name it as their source.
    named_by: usize,
    articles: Vec<ArticleRecord<'a>>,
}

#[derive(Serialize)]
struct ArticleRecord<'a> {
    id: &'a str,
    title: &'a str,
    published: Option<PublishTime>,
    source: Option<&'a str>,
    site: Option<&'a str>,
    url: Option<&'a str>,
    path: Option<Cow<'a, str>>,
    similarity: f32,
    first: bool,
    asked: bool,
    other_versions: usize,
}

impl<'a> StoryRecord<'a> {
    pub(crate) fn of(story: &'a Story) -> Self {
        let first = story.articles.get(story.first);
        Self {
            first: first.map(|article| article.id.as_str()).unwrap_or_default(),
            named_by: story.named_by,
            articles: records(story).collect(),
        }
    }
}

pub(crate) fn run(args: &RelatedArgs, console: &mut Console<'_>) -> Result<Status> {
    let id = &args.id;
    let searcher = index_dir::open(&args.index.dir, console)?.searcher()?;
    let story = searcher.story(id)?;
    let has_reprints = story.articles.len() > 1;
    if args.reprints {
        if !has_reprints {
            console.note(Message::NoReprints { id });
            return Ok(Status::NothingFound);
        }
        match args.format {
            ListFormat::Text => print(&story, console)?,
            ListFormat::Json => console.json(&Reprints {
                id,
                story: StoryRecord::of(&story),
            })?,
            ListFormat::Jsonl => {
                for record in records(&story) {
                    console.json(&record)?;
                }
            }
        }
        console.out.flush()?;
        return Ok(Status::Done);
    }
    let results = searcher.related(id, args.limit)?;
    let listing = Listing {
        asked: Asked::Id(id),
        results: &results,
        offset: 0,
        whole_histogram: false,
        bom: false,
        is_collapsed: false,
        story: has_reprints.then_some(&story),
    };
    if has_reprints && args.format == ListFormat::Text {
        print(&story, console)?;
        if !results.hits.is_empty() {
            writeln!(console.out)?;
        }
    }
    search::print(listing, args.format.into(), console)?;
    if results.hits.is_empty() && !has_reprints {
        console.note(Message::NothingRelated { id });
        return Ok(Status::NothingFound);
    }
    Ok(Status::Done)
}

#[derive(Serialize)]
struct Reprints<'a> {
    id: &'a str,
    #[serde(flatten)]
    story: StoryRecord<'a>,
}

fn records(story: &Story) -> impl Iterator<Item = ArticleRecord<'_>> {
    let articles = story.articles.iter().enumerate();
    articles.map(|(i, article)| ArticleRecord {
        id: &article.id,
        title: &article.title,
        published: article.published,
        source: article.source.as_deref(),
        site: article.site.as_deref(),
        url: article.url.as_deref(),
        path: article.path.as_deref().map(json_path),
        similarity: article.similarity,
        first: i == story.first,
        asked: article.is_asked,
        other_versions: article.other_versions,
    })
}

/// The pages for people: when and where, the headline, how much of the text is the same, which was first.
fn print(story: &Story, console: &mut Console<'_>) -> Result<()> {
    let heading = console.text(Message::Carriers {
        pages: story.articles.len(),
    });
    writeln!(console.out, "{}", console.styled(DIM, &heading))?;
    let place = |article: &StoryArticle| {
        let site = article.site.clone().or_else(|| article.source.clone());
        printable(&site.unwrap_or_else(|| "–".to_owned()))
    };
    let when = |article: &StoryArticle| article.published.map_or("–".to_owned(), search::when);
    let places: Vec<String> = story.articles.iter().map(place).collect();
    let times: Vec<String> = story.articles.iter().map(when).collect();
    let width = widest(places.iter().map(String::as_str));
    let time_width = widest(times.iter().map(String::as_str));
    for (i, article) in story.articles.iter().enumerate() {
        let similarity = (article.similarity * 100.0).round();
        let asked = label(console.language, "this one", "本篇");
        let similarity = match article.is_asked {
            true => asked.to_owned(),
            false => format!("{similarity:.0} %"),
        };
        let title = console.headline(&article.title);
        let mut line = format!(
            "{}  {}  {}  {}",
            padded(&times[i], time_width),
            padded(&places[i], width),
            padded(&similarity, widest([asked])),
            console.styled(TITLE, &title),
        );
        let mut marks = Vec::new();
        if i == story.first {
            marks.push(console.text(Message::FirstPublished {
                named_by: story.named_by,
            }));
        }
        if article.other_versions > 0 {
            marks.push(console.text(Message::OtherVersions {
                others: article.other_versions,
            }));
        }
        if !marks.is_empty() {
            line.push_str(&format!("  [{}]", marks.join(", ")));
        }
        writeln!(console.out, "{line}")?;
        let id = console.styled(DIM, &printable(&article.id));
        writeln!(console.out, "    {id}")?;
    }
    Ok(())
}
