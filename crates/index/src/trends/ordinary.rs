//! Words that are never shown as telling.

use std::collections::HashSet;

use crate::analysis::{Analyzer, exact};
use crate::highlight::Needles;

/// Words of news writing, whatever the news, and of what stands around it.
const BUILT_IN: &str = include_str!("ordinary.txt");

/// The characters numbers and fractions are written with.
const NUMERALS: &str = "〇零一二三四五六七八九十百千万亿两几数第点分之多余半";
/// Measure words that are cut together with a number: 三十四个.
const UNITS: &str = "个名位元年月日号岁次件条户亩吨";

/// What is left out: stop words, words of news writing, numbers, single characters, and the query's own words.
pub(super) struct Ordinary<'a> {
    analyzer: &'a Analyzer,
    words: HashSet<String>,
    /// The characters of the query's words and phrases.
    asked: Vec<String>,
}

impl<'a> Ordinary<'a> {
    pub(super) fn new(analyzer: &'a Analyzer, needles: &Needles) -> Self {
        let lines = BUILT_IN.lines().filter(|line| !line.starts_with('#'));
        Self {
            analyzer,
            words: lines.flat_map(str::split_whitespace).map(exact).collect(),
            asked: needles.whole().collect(),
        }
    }

    /// Whether a word, as the words layer has it, is left out.
    pub(super) fn has(&self, word: &str) -> bool {
        // Letters count, and no punctuation: 4+4 is a number.
        let mut letters = word.chars().filter(|c| c.is_alphabetic());
        let is_single = letters.next().is_none() || letters.next().is_none();
        is_single
            || is_number(word)
            || self.analyzer.stop_words().contains(word)
            || self.words.contains(word)
            || self.is_asked(word)
    }

    /// Whether it is a word of the query, or a part of one.
    fn is_asked(&self, word: &str) -> bool {
        if self.asked.is_empty() {
            return false;
        }
        let chars: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
        self.asked.iter().any(|asked| asked.contains(&chars))
    }
}

/// Whether a word is a number in Chinese, with or without a measure word.
fn is_number(word: &str) -> bool {
    let number = word.strip_suffix(|c| UNITS.contains(c)).unwrap_or(word);
    !number.is_empty() && number.chars().all(|c| NUMERALS.contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Node;
    use crate::resources::Resources;
    use crate::settings::Settings;

    #[test]
    fn what_tells_nothing_is_left_out() {
        let resources = Resources::read(Settings::default()).unwrap();
        let analyzer = Analyzer::new(&resources).unwrap();
        let text = Node::Text {
            text: "文明城市 GDP".to_owned(),
        };
        let needles = Needles::new(Some(&text), &analyzer);
        let ordinary = Ordinary::new(&analyzer, &needles);
        for (word, left_out) in [
            ("志愿者", false),
            ("春耕", false),
            ("ai", false),
            ("5g网络", false),
            ("的", true),
            ("我们", true),
            ("市", true),
            ("x", true),
            ("2024", true),
            ("40.1%", true),
            ("十二万", true),
            ("百分之", true),
            ("三十四个", true),
            ("三农", false),
            ("记者", true),
            ("责任编辑", true),
            ("文明", true),
            ("城市", true),
            ("文明城市", true),
            ("gdp", true),
            ("城市化", false),
        ] {
            assert_eq!(ordinary.has(word), left_out, "{word}");
        }
    }
}
