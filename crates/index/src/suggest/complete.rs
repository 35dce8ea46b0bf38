//! Completions of what is being typed.

use std::collections::BTreeSet;

use super::lexicon::KeyKind;
use super::{Entry, Lexicon, is_han, key, pinyin};

/// A text that what is being typed may become.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Completion {
    /// The text.
    pub text: String,
    /// What it is.
    pub kind: CompletionKind,
    /// How many articles have the word; 1 for a headline.
    pub articles: usize,
}

/// What a completion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CompletionKind {
    /// A word or a name that articles have.
    Word,
    /// The headline of an article.
    Headline,
}

/// Of so many completions one may be a headline, where there are words enough.
const HEADLINE_SHARE: usize = 3;
/// How many headlines may be passed over because their articles are gone.
const SPARE_HEADLINES: usize = 20;

impl Lexicon {
    /// Completes a text, or its pinyin, or the initials of its pinyin: words by how many
    /// articles have them, then the newest headlines of articles that `is_there` knows.
    pub(crate) fn complete(
        &self,
        typed: &str,
        limit: usize,
        is_there: impl Fn(&str) -> bool,
    ) -> Vec<Completion> {
        let typed = key(typed);
        if typed.is_empty() || limit == 0 {
            return Vec::new();
        }
        let found = self.candidates(&typed, limit.saturating_add(SPARE_HEADLINES));
        let headlines: Vec<Completion> = found
            .headlines
            .into_iter()
            .filter_map(|(_, number)| self.entry(number))
            .filter(|entry| entry.article.as_deref().is_some_and(&is_there))
            .take(limit)
            .map(completion)
            .collect();
        let n_headlines = headlines.len().min(limit / HEADLINE_SHARE);
        let words = found
            .words
            .into_iter()
            .filter_map(|(_, number)| self.entry(number));
        let mut completions: Vec<Completion> =
            words.take(limit - n_headlines).map(completion).collect();
        completions.extend(headlines.into_iter().take(limit - completions.len()));
        completions
    }

    fn candidates(&self, typed: &str, most: usize) -> Candidates {
        let mut found = Candidates {
            words: BTreeSet::new(),
            headlines: BTreeSet::new(),
            most,
            n_words: self.n_words(),
        };
        self.beginning_with(typed, |number, all| found.add(number, all));
        // 文明cs: the part that is typed already has to be there.
        let latin = typed.find(|c: char| !is_han(c));
        let Some(latin) =
            latin.filter(|at| typed[*at..].starts_with(|c: char| c.is_ascii_lowercase()))
        else {
            return found;
        };
        let (fixed, letters) = typed.split_at(latin);
        if !letters.chars().all(|c| c.is_ascii_alphanumeric()) {
            return found;
        }
        let mut beginnings = pinyin::readings(fixed, 4);
        if beginnings.is_empty() {
            beginnings.push(pinyin::Reading::default());
        }
        for beginning in beginnings {
            for (kind, before) in [
                (KeyKind::Initials, &beginning.initials),
                (KeyKind::Full, &beginning.full),
            ] {
                self.pinyin_beginning_with(kind, &format!("{before}{letters}"), |number, all| {
                    let fits = fixed.is_empty()
                        || self
                            .entry(number)
                            .is_some_and(|entry| key(&entry.text).starts_with(fixed));
                    if fits {
                        found.add(number, all);
                    }
                });
            }
        }
        found
    }
}

/// The best entries, a smaller number being a better one and a complete match the best.
struct Candidates {
    words: BTreeSet<(bool, u32)>,
    headlines: BTreeSet<(bool, u32)>,
    most: usize,
    n_words: u32,
}

impl Candidates {
    fn add(&mut self, number: u32, all: bool) {
        let best = if number < self.n_words {
            &mut self.words
        } else {
            &mut self.headlines
        };
        let last = best.last().copied();
        if best.len() == self.most && last.is_some_and(|last| (!all, number) > last) {
            return;
        }
        if all {
            best.remove(&(true, number));
        } else if best.contains(&(false, number)) {
            return;
        }
        best.insert((!all, number));
        if best.len() > self.most {
            best.pop_last();
        }
    }
}

fn completion(entry: Entry) -> Completion {
    match entry.article {
        Some(_) => Completion {
            text: entry.text,
            kind: CompletionKind::Headline,
            articles: 1,
        },
        None => Completion {
            text: entry.text,
            kind: CompletionKind::Word,
            articles: entry.weight as usize,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::build;
    use tantivy::directory::OwnedBytes;

    use super::*;

    fn lexicon() -> Lexicon {
        let words = [
            ("文明", 90),
            ("文明城市", 40),
            ("文物", 20),
            ("城市", 70),
            ("卫生城市", 10),
            ("重庆", 8),
            ("完美成熟", 2),
            ("gdp", 30),
            ("c919", 3),
            ("海城日报", 12),
        ];
        let headlines = [
            ("文明实践站里学剪纸", 19_800, "a1"),
            ("“文明城市”创建进社区", 19_900, "a2"),
            ("文明交通从脚下起步", 19_700, "gone"),
            ("C919从这里起飞", 19_600, "a3"),
        ];
        let words = words.map(|(text, weight)| Entry {
            text: text.to_owned(),
            weight,
            article: None,
        });
        let headlines = headlines.map(|(text, weight, article)| Entry {
            text: text.to_owned(),
            weight,
            article: Some(article.to_owned()),
        });
        let built = build(words.into_iter().chain(headlines).collect());
        Lexicon::new(OwnedBytes::new(built.into_bytes())).unwrap()
    }

    fn complete(typed: &str, limit: usize) -> Vec<String> {
        lexicon()
            .complete(typed, limit, |article| article != "gone")
            .into_iter()
            .map(|completion| completion.text)
            .collect()
    }

    #[test]
    fn beginnings() {
        for (typed, expect) in [
            (
                "文明",
                &[
                    "文明",
                    "文明城市",
                    "“文明城市”创建进社区",
                    "文明实践站里学剪纸",
                ][..],
            ),
            (
                "文",
                &[
                    "文明",
                    "文明城市",
                    "文物",
                    "“文明城市”创建进社区",
                    "文明实践站里学剪纸",
                ],
            ),
            ("“文明城市", &["文明城市", "“文明城市”创建进社区"]),
            ("gd", &["gdp"]),
            ("GD", &["gdp"]),
            ("Ｃ９", &["c919", "C919从这里起飞"]),
            ("wmcs", &["文明城市", "完美成熟", "“文明城市”创建进社区"]),
            ("wmcsc", &["“文明城市”创建进社区"]),
            ("wenmingc", &["文明城市", "“文明城市”创建进社区"]),
            (
                "wen ming",
                &[
                    "文明",
                    "文明城市",
                    "“文明城市”创建进社区",
                    "文明实践站里学剪纸",
                ],
            ),
            ("cq", &["重庆"]),
            ("chongqing", &["重庆"]),
            ("文明cs", &["文明城市", "“文明城市”创建进社区"]),
            ("文明chengs", &["文明城市", "“文明城市”创建进社区"]),
            ("hcrb", &["海城日报"]),
            ("没有", &[]),
            ("", &[]),
            ("，", &[]),
        ] {
            assert_eq!(complete(typed, 9), expect, "{typed}");
        }
    }

    #[test]
    fn headlines_have_their_share() {
        assert_eq!(
            complete("文", 3),
            ["文明", "文明城市", "“文明城市”创建进社区"]
        );
        assert_eq!(complete("文", 1), ["文明"]);
        assert_eq!(complete("文明城", 2), ["文明城市", "“文明城市”创建进社区"]);
        assert_eq!(complete("文", 0), [""; 0]);
    }
}
