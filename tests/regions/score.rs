//! Comparing what the tagger finds with the gold set.

use std::fmt;

use fangzhi_regions::{Part, Tagger, Tags, Text};

use crate::gold::{Case, Place};

/// What was counted.
#[derive(Debug, Default)]
pub(crate) struct Score {
    pub(crate) texts: usize,
    pub(crate) gold: usize,
    pub(crate) found: usize,
    pub(crate) right: usize,
    /// Mentions whose place is clear.
    pub(crate) clear: usize,
    /// Those of them that were given another place.
    pub(crate) wrong: usize,
    /// Those of them that were left ambiguous.
    pub(crate) left_open: usize,
    /// Mentions that nobody can resolve.
    pub(crate) ambiguous: usize,
    /// Those of them that were given one place.
    pub(crate) guessed: usize,
    pub(crate) articles: usize,
    /// Articles with exactly the main places of the gold set.
    pub(crate) about_right: usize,
    /// Articles whose first main place is one of the gold set.
    pub(crate) first_right: usize,
    pub(crate) from: usize,
    pub(crate) from_right: usize,
    /// What was not right, in words.
    pub(crate) errors: Vec<String>,
}

/// The tags of a case.
pub(crate) fn tag(tagger: &Tagger, case: &Case) -> Tags {
    tagger.tag(&Text {
        title: &case.title,
        body: &case.body,
        channel: case.channel.iter().map(String::as_str).collect(),
        published: case.published,
        source: &case.source,
        site: &case.site,
    })
}

/// Scores all cases.
pub(crate) fn score(tagger: &Tagger, cases: &[Case]) -> Score {
    let mut score = Score::default();
    for case in cases {
        score.add(case, &tag(tagger, case));
    }
    score
}

impl Score {
    pub(crate) fn precision(&self) -> f64 {
        share(self.right, self.found)
    }

    pub(crate) fn recall(&self) -> f64 {
        share(self.right, self.gold)
    }

    pub(crate) fn f1(&self) -> f64 {
        share(2 * self.right, self.found + self.gold)
    }

    pub(crate) fn wrong_when_clear(&self) -> f64 {
        share(self.wrong, self.clear)
    }

    pub(crate) fn main_place(&self) -> f64 {
        share(self.about_right, self.articles)
    }

    /// This and another, together.
    pub(crate) fn and(mut self, other: Self) -> Self {
        for (own, other) in [
            (&mut self.texts, other.texts),
            (&mut self.gold, other.gold),
            (&mut self.found, other.found),
            (&mut self.right, other.right),
            (&mut self.clear, other.clear),
            (&mut self.wrong, other.wrong),
            (&mut self.left_open, other.left_open),
            (&mut self.ambiguous, other.ambiguous),
            (&mut self.guessed, other.guessed),
            (&mut self.articles, other.articles),
            (&mut self.about_right, other.about_right),
            (&mut self.first_right, other.first_right),
            (&mut self.from, other.from),
            (&mut self.from_right, other.from_right),
        ] {
            *own += other;
        }
        self.errors.extend(other.errors);
        self
    }

    fn add(&mut self, case: &Case, tags: &Tags) {
        self.texts += 1;
        self.gold += case.marks.len();
        self.found += tags.mentions.len();
        let mut errors: Vec<String> = Vec::new();
        let mut matched = vec![false; tags.mentions.len()];
        for mark in &case.marks {
            let at = tags.mentions.iter().position(|mention| {
                (mention.part == Part::Title) == mark.in_title
                    && (mention.start, mention.end) == (mark.start, mark.end)
            });
            match mark.place {
                Place::Clear(_) => self.clear += 1,
                Place::Ambiguous(_) => self.ambiguous += 1,
            }
            let Some(at) = at else {
                errors.push(format!("missed {mark:?}"));
                continue;
            };
            matched[at] = true;
            let mention = &tags.mentions[at];
            let found = mention.region.as_ref().map(ToString::to_string);
            match (&mark.place, found) {
                (Place::Clear(path), Some(found)) if *path == found => self.right += 1,
                (Place::Clear(path), Some(found)) => {
                    self.wrong += 1;
                    errors.push(format!("wrong {}: {found}, not {path}", mention.text));
                }
                (Place::Clear(path), None) => {
                    self.left_open += 1;
                    errors.push(format!("left open {}: {path}", mention.text));
                }
                (Place::Ambiguous(_), Some(found)) => {
                    self.guessed += 1;
                    errors.push(format!("guessed {}: {found}", mention.text));
                }
                (Place::Ambiguous(paths), None) => {
                    let found: Vec<String> =
                        mention.candidates.iter().map(ToString::to_string).collect();
                    if paths.iter().all(|path| found.contains(path)) {
                        self.right += 1;
                    } else {
                        errors.push(format!("candidates of {}: {found:?}", mention.text));
                    }
                }
            }
        }
        for (mention, _) in tags
            .mentions
            .iter()
            .zip(matched)
            .filter(|(_, matched)| !matched)
        {
            let place = mention.region.as_ref().map(ToString::to_string);
            errors.push(format!(
                "false {} {place:?} {:?}",
                mention.text, mention.evidence
            ));
        }
        if let Some(about) = &case.about {
            self.articles += 1;
            let found: Vec<String> = tags.about.iter().map(ToString::to_string).collect();
            let is_same =
                about.len() == found.len() && about.iter().all(|path| found.contains(path));
            self.about_right += usize::from(is_same);
            let is_first = match found.first() {
                Some(first) => about.contains(first),
                None => about.is_empty(),
            };
            self.first_right += usize::from(is_first);
            if !is_same {
                errors.push(format!("about {found:?}, not {about:?}"));
            }
            let from = tags.published_from.as_ref().map(ToString::to_string);
            self.from += 1;
            self.from_right += usize::from(from == case.from);
            if from != case.from {
                errors.push(format!("from {from:?}, not {:?}", case.from));
            }
        }
        if !errors.is_empty() {
            let text = if case.title.is_empty() {
                &case.body
            } else {
                &case.title
            };
            self.errors.push(format!(
                "{}: {text}\n    {}",
                case.class,
                errors.join("\n    ")
            ));
        }
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} texts, {} mentions: precision {:.3}, recall {:.3}, F1 {:.3}; wrong when clear {}/{} ({:.1} %), left open {}; guessed when ambiguous {}/{}",
            self.texts,
            self.gold,
            self.precision(),
            self.recall(),
            self.f1(),
            self.wrong,
            self.clear,
            100.0 * self.wrong_when_clear(),
            self.left_open,
            self.guessed,
            self.ambiguous,
        )?;
        if self.articles > 0 {
            write!(
                f,
                "; main places all right {}/{} ({:.3}), first right {}; published from right {}/{}",
                self.about_right,
                self.articles,
                self.main_place(),
                self.first_right,
                self.from_right,
                self.from,
            )?;
        }
        Ok(())
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}
