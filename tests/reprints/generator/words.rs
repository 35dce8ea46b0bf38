//! The words of jieba's dictionary by part of speech, from where cargo keeps the sources of jieba-rs.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::random::Random;

/// Words to write with.
#[derive(Debug)]
pub(crate) struct Words {
    by_tag: HashMap<String, Bag>,
    /// Of each word, its tag.
    tags: HashMap<String, String>,
}

/// Words with the sum of frequencies up to and with each.
#[derive(Debug, Default)]
struct Bag {
    words: Vec<String>,
    sums: Vec<u64>,
}

impl Bag {
    fn add(&mut self, word: &str, frequency: u64) {
        self.sums.push(self.sums.last().unwrap_or(&0) + frequency);
        self.words.push(word.to_owned());
    }

    fn draw(&self, random: &mut Random) -> &str {
        let at = random.next() % self.sums[self.sums.len() - 1];
        &self.words[self.sums.partition_point(|&sum| sum <= at)]
    }
}

impl Words {
    /// Reads the dictionary.
    pub(crate) fn load() -> Self {
        let text = fs::read_to_string(dictionary()).expect("the package has its dictionary");
        let mut by_tag: HashMap<String, Bag> = HashMap::new();
        let mut tags = HashMap::new();
        for line in text.lines() {
            let mut parts = line.split(' ');
            let (Some(word), Some(frequency), Some(tag)) =
                (parts.next(), parts.next(), parts.next())
            else {
                continue;
            };
            let frequency: u64 = frequency.parse().expect("frequencies are numbers");
            let len = word.chars().count();
            let han = word.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            if !han || len > 4 || frequency < 3 {
                continue;
            }
            tags.insert(word.to_owned(), tag.to_owned());
            // By the tag, and by the tag and length.
            by_tag
                .entry(format!("{tag}{len}"))
                .or_default()
                .add(word, frequency);
            if len > 1 {
                by_tag
                    .entry(tag.to_owned())
                    .or_default()
                    .add(word, frequency);
            }
        }
        Self { by_tag, tags }
    }

    /// A word of a part of speech, by its frequency: `n`, `v`, `a`, `d`, `ns`, …
    pub(crate) fn draw(&self, tag: &str, random: &mut Random) -> &str {
        self.by_tag[tag].draw(random)
    }

    /// Another word of the same kind and length.
    pub(crate) fn instead_of(&self, word: &str, random: &mut Random) -> &str {
        let len = word.chars().count().min(4);
        let tag = self.tags.get(word).map_or("n", String::as_str);
        let bag = [format!("{tag}{len}"), format!("n{len}")]
            .iter()
            .find_map(|key| self.by_tag.get(key).filter(|bag| bag.words.len() > 20))
            .unwrap_or(&self.by_tag["n"]);
        for _ in 0..20 {
            let other = bag.draw(random);
            if other != word {
                return other;
            }
        }
        &bag.words[0]
    }
}

/// Where jieba's dictionary is.
fn dictionary() -> PathBuf {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args([
            "metadata",
            "--format-version=1",
            "--locked",
            "--manifest-path",
        ])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .expect("cargo runs");
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("cargo describes the packages");
    let packages = metadata["packages"].as_array().expect("there are packages");
    let manifest = packages
        .iter()
        .find(|package| package["name"] == "jieba-rs")
        .and_then(|package| package["manifest_path"].as_str())
        .expect("jieba-rs is among the packages");
    PathBuf::from(manifest).with_file_name("src/data/dict.txt")
}
