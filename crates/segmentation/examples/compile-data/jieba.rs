//! Reads jieba's dictionary and model where cargo keeps the sources of jieba-rs.

#[path = "../../src/compiled/packed.rs"]
#[allow(dead_code, reason = "unpacking is the build script's work")]
mod packed;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use fangzhi_segmentation::compiled::{Compiler, HmmSource};
use serde_json::Value;

/// jieba's words and their frequencies.
pub(crate) fn words() -> Vec<(String, u32)> {
    let dictionary = read("jieba-rs", "src/data/dict.txt");
    let words = dictionary.lines().filter_map(|line| {
        let mut parts = line.split_whitespace();
        let (word, frequency) = (parts.next()?, parts.next()?);
        Some((
            word.to_owned(),
            frequency.parse().expect("frequencies are numbers"),
        ))
    });
    words.collect()
}

/// The compiled dictionary's bytes, packed.
pub(crate) fn compile() -> Vec<u8> {
    let mut compiler = Compiler::new(model(&read("jieba-macros", "src/hmm.model")));
    for (word, frequency) in words() {
        compiler.add(&word, frequency);
    }
    let bytes = compiler
        .compile()
        .expect("jieba's dictionary is not too large");
    packed::pack(&bytes)
}

/// Reads a file of a package in the lock file.
fn read(package: &str, file: &str) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "metadata",
            "--format-version=1",
            "--locked",
            "--manifest-path",
        ])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .expect("cargo runs");
    let metadata: Value =
        serde_json::from_slice(&output.stdout).expect("cargo describes the packages");
    let manifest = metadata["packages"]
        .as_array()
        .and_then(|packages| packages.iter().find(|found| found["name"] == package))
        .and_then(|found| found["manifest_path"].as_str())
        .expect("jieba-rs is a dependency of the tests");
    let path = PathBuf::from(manifest).with_file_name(file);
    fs::read_to_string(&path).expect("the package has the file")
}

fn model(text: &str) -> HmmSource {
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let mut numbers = || -> [f64; 4] {
        let line = lines.next().expect("the model has a line for each state");
        let numbers: Vec<f64> = line.split(' ').map(number).collect();
        numbers.try_into().expect("there are four states")
    };
    let starts = numbers();
    let transitions = std::array::from_fn(|_| numbers());
    let emissions = std::array::from_fn(|_| {
        let line = lines
            .next()
            .expect("the model has the characters of each state");
        let pairs = line.split(',').filter_map(|pair| pair.split_once(':'));
        pairs
            .filter_map(|(c, log)| Some((c.chars().next()?, number(log))))
            .collect()
    });
    HmmSource {
        starts,
        transitions,
        emissions,
    }
}

fn number(text: &str) -> f64 {
    text.parse().expect("the model holds logarithms")
}
