//! An archive of reprints whose origin is known, among look-alikes: the same for the same seed.
//!
//! Half of the articles are stories, half are notices made from a few templates, as papers print them daily.
//! Of both, some were carried by other sites, changed as sites do.

pub(crate) mod crowds;
pub(crate) mod edits;
pub(crate) mod notices;
pub(crate) mod random;
pub(crate) mod stories;
pub(crate) mod words;

use edits::{EDITS, Edit};
use notices::TEMPLATES;
use random::Random;
use stories::NAME;
use words::Words;

/// An article of the archive.
#[derive(Clone, Debug)]
pub(crate) struct Article {
    /// The number of the story; all reprints of a story share it.
    pub(crate) story: usize,
    /// `story`, `follow-up` or the kind of notice.
    pub(crate) kind: &'static str,
    /// What was done to the first article of the story; none of the first itself.
    pub(crate) edit: Option<Edit>,
    /// The body, its paragraphs in lines.
    pub(crate) body: String,
}

impl Article {
    /// Whether it is one of many of the same template.
    pub(crate) fn is_notice(&self) -> bool {
        !matches!(self.kind, "story" | "follow-up")
    }
}

/// The cities whose papers print notices.
const CITIES: [&str; 6] = ["海城市", "鞍山市", "营口市", "盘锦市", "锦州市", "辽阳市"];

/// Makes an archive of at least `n` articles.
pub(crate) fn archive(words: &Words, n: usize, seed: u64) -> Vec<Article> {
    let mut random = Random::new(seed);
    let mut articles: Vec<Article> = Vec::with_capacity(n + 8);
    let mut story = 0;
    while articles.len() < n {
        let (kind, body) = match story % 2 {
            0 if story % 20 == 0 && story > 0 => {
                ("follow-up", follow_up(&articles, words, &mut random))
            }
            0 => ("story", a_story(words, &mut random)),
            // Each city prints each notice on many days.
            _ => {
                let number = story / 2;
                let template = TEMPLATES[number % TEMPLATES.len()];
                let city = CITIES[number / TEMPLATES.len() % CITIES.len()];
                let day = number / TEMPLATES.len() / CITIES.len();
                (template.name, template.fill(city, day, words, &mut random))
            }
        };
        // Half of all is never carried by others, and some of it widely.
        let n_reprints = match random.below(20) {
            0..=9 => 0,
            10..=15 => 1,
            16..=18 => 3,
            _ => 8,
        };
        let mut add = |edit: Option<Edit>, body: &[String]| {
            articles.push(Article {
                story,
                kind,
                edit,
                body: body.join("\n").replace(NAME, ""),
            });
        };
        add(None, &body);
        for _ in 0..n_reprints {
            let edit = EDITS[random.below(EDITS.len())];
            add(Some(edit), &edit.apply(&body, words, &mut random));
        }
        story += 1;
    }
    random.shuffle(&mut articles);
    articles
}

fn a_story(words: &Words, random: &mut Random) -> Vec<String> {
    let n_paragraphs = random.between(2, 9);
    (0..n_paragraphs)
        .map(|_| stories::paragraph(words, random))
        .collect()
}

/// Another story that repeats a paragraph of an earlier one.
fn follow_up(articles: &[Article], words: &Words, random: &mut Random) -> Vec<String> {
    let mut body = a_story(words, random);
    let earlier = &articles[random.below(articles.len())].body;
    if let Some(paragraph) = earlier.lines().next_back() {
        body.push(paragraph.to_owned());
    }
    while body.len() < 4 {
        body.push(stories::paragraph(words, random));
    }
    body
}
