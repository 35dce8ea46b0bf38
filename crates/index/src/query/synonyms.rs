//! Words that stand for others, from files of the user's.
//!
//! ```text
//! # What is typed on the left also finds what is on the right.
//! 创城 => 创建文明城市, 文明城市创建
//! # Each finds the others.
//! 冰城, 哈尔滨
//! ```

use std::collections::HashMap;
use std::path::Path;

use fangzhi_segmentation::normalize::normalize;

use crate::error::{Error, Result};

/// The most other texts that one text stands for.
const MAX_TARGETS: usize = 8;

/// What texts stand for others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Synonyms {
    /// By the first character of the text typed, the longest first.
    rules: HashMap<char, Vec<Rule>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    /// Normalised.
    from: Vec<char>,
    to: Vec<String>,
}

impl Synonyms {
    /// Reads the texts of files, each given with its path.
    ///
    /// # Errors
    ///
    /// [`Error::Settings`] with the file, the line and what is wrong with it.
    pub(crate) fn new(files: &[(&Path, String)]) -> Result<Self> {
        let mut synonyms = Self::default();
        for (path, text) in files {
            synonyms.add(text).map_err(|reason| Error::Settings {
                path: path.to_path_buf(),
                reason,
            })?;
        }
        Ok(synonyms)
    }

    /// The texts that `text` stands for, at most [`MAX_TARGETS`]. Each has all its words
    /// replaced that stand for others, by their first meaning in the first, and so on.
    pub(crate) fn alternatives(&self, text: &str) -> Vec<String> {
        if self.rules.is_empty() {
            return Vec::new();
        }
        let text: Vec<char> = normalize(text).text().chars().collect();
        let found = self.find(&text);
        let n_targets = found.iter().map(|(_, rule)| rule.to.len()).max();
        let mut alternatives = Vec::new();
        for n in 0..n_targets.unwrap_or(0) {
            let mut out = String::new();
            let mut at = 0;
            for (start, rule) in &found {
                out.extend(&text[at..*start]);
                out.push_str(&rule.to[n.min(rule.to.len() - 1)]);
                at = start + rule.from.len();
            }
            out.extend(&text[at..]);
            alternatives.push(out);
        }
        alternatives
    }

    /// Where texts that stand for others are, from left to right, the longest where several are.
    fn find(&self, text: &[char]) -> Vec<(usize, &Rule)> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let rule = self
                .rules
                .get(&text[at])
                .and_then(|rules| rules.iter().find(|rule| stands_at(&rule.from, text, at)));
            match rule {
                Some(rule) => {
                    found.push((at, rule));
                    at += rule.from.len();
                }
                None => at += 1,
            }
        }
        found
    }

    /// Adds the lines of a file, or says which is wrong.
    fn add(&mut self, text: &str) -> Result<(), String> {
        for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let line = line.split('#').next().unwrap_or("").trim();
            if !line.is_empty() {
                self.add_line(line)
                    .map_err(|reason| format!("line {}: {reason}", at + 1))?;
            }
        }
        for rules in self.rules.values_mut() {
            rules.sort_by_key(|rule| std::cmp::Reverse(rule.from.len()));
        }
        Ok(())
    }

    fn add_line(&mut self, line: &str) -> Result<(), String> {
        let Some((from, to)) = line.split_once("=>").or_else(|| line.split_once('⇒')) else {
            let all = words(line)?;
            if all.len() < 2 {
                return Err(format!("`{line}` has neither `=>` nor a comma"));
            }
            for word in &all {
                let others: Vec<_> = all.iter().filter(|other| *other != word).cloned().collect();
                self.add_rule(word, &others)?;
            }
            return Ok(());
        };
        let side = |text: &str, name: &str| match text.trim() {
            "" => Err(format!("nothing {name} `=>`")),
            text => words(text),
        };
        let (from, to) = (side(from, "before")?, side(to, "after")?);
        from.iter().try_for_each(|word| self.add_rule(word, &to))
    }

    fn add_rule(&mut self, from: &str, to: &[String]) -> Result<(), String> {
        let chars: Vec<char> = from.chars().collect();
        let [first, ..] = chars[..] else {
            return Err("an empty word".to_owned());
        };
        let rules = self.rules.entry(first).or_default();
        let at = match rules.iter().position(|rule| rule.from == chars) {
            Some(at) => at,
            None => {
                rules.push(Rule {
                    from: chars,
                    to: Vec::new(),
                });
                rules.len() - 1
            }
        };
        for word in to {
            if word != from && !rules[at].to.contains(word) {
                rules[at].to.push(word.clone());
            }
        }
        if rules[at].to.len() > MAX_TARGETS {
            return Err(format!(
                "`{from}` stands for more than {MAX_TARGETS} others"
            ));
        }
        if rules[at].to.is_empty() {
            return Err(format!("`{from}` stands for itself"));
        }
        Ok(())
    }
}

/// The words of a list, normalised.
fn words(list: &str) -> Result<Vec<String>, String> {
    list.split([',', '，', '、'])
        .map(|word| {
            let word = normalize(word.trim()).text().trim().to_owned();
            if word.chars().any(char::is_alphanumeric) {
                Ok(word)
            } else {
                Err(format!("an empty word in `{list}`"))
            }
        })
        .collect()
}

/// Whether a text stands at `at`, and not within a longer Latin word or number.
fn stands_at(from: &[char], text: &[char], at: usize) -> bool {
    let joined = |inside: Option<&char>, outside: Option<&char>| {
        let ascii = |c: Option<&char>| c.is_some_and(char::is_ascii_alphanumeric);
        ascii(inside) && ascii(outside)
    };
    text[at..].starts_with(from)
        && !joined(from.last(), text.get(at + from.len()))
        && !(at > 0 && joined(from.first(), text.get(at - 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn synonyms(text: &str) -> Synonyms {
        let mut synonyms = Synonyms::default();
        synonyms.add(text).unwrap();
        synonyms
    }

    #[test]
    fn texts_stand_for_others() {
        let synonyms = synonyms(
            "\u{feff}# 方言\n创城 => 创建文明城市, 文明城市创建\n冰城，哈尔滨\n創衛 ⇒ 创建卫生城市\nＧＤＰ => 生产总值 # 注\n创城办 => 文明办\n",
        );
        for (text, expect) in [
            ("创城", &["创建文明城市", "文明城市创建"][..]),
            (
                "海城 创城工作",
                &["海城 创建文明城市工作", "海城 文明城市创建工作"],
            ),
            ("创城办", &["文明办"]),
            ("冰城", &["哈尔滨"]),
            ("哈尔滨", &["冰城"]),
            ("冰城创城", &["哈尔滨创建文明城市", "哈尔滨文明城市创建"]),
            ("创卫", &["创建卫生城市"]),
            ("gdp增长", &["生产总值增长"]),
            ("gdps", &[]),
            ("文明城市", &[]),
        ] {
            assert_eq!(synonyms.alternatives(text), expect, "{text}");
        }
    }

    #[test]
    fn wrong_lines_are_told() {
        for (text, expect) in [
            ("创城", "line 1: `创城` has neither `=>` nor a comma"),
            ("\n创城 =>", "line 2: nothing after `=>`"),
            ("=> 创城", "line 1: nothing before `=>`"),
            ("创城 => 创城", "line 1: `创城` stands for itself"),
            ("创城, , 文明", "line 1: an empty word in `创城, , 文明`"),
            (
                "一 => 二, 三, 四, 五, 六, 七, 八, 九, 十",
                "line 1: `一` stands for more than 8 others",
            ),
        ] {
            assert_eq!(
                Synonyms::default().add(text),
                Err(expect.to_owned()),
                "{text}"
            );
        }
    }
}
