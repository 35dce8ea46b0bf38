//! The words of jieba-rs with their frequencies, from where cargo keeps its sources.

use std::path::Path;
use std::process::Command;

use anyhow::Context as _;

/// The words of jieba-rs and how often each occurs.
///
/// # Errors
///
/// Cargo does not run, or the sources are not where it says.
pub fn words() -> anyhow::Result<Vec<(String, u64)>> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args([
            "metadata",
            "--format-version=1",
            "--locked",
            "--manifest-path",
        ])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .context("cannot run cargo")?;
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).context("cargo does not describe the packages")?;
    let manifest = metadata["packages"]
        .as_array()
        .and_then(|packages| {
            packages
                .iter()
                .find(|package| package["name"] == "jieba-rs")
        })
        .and_then(|package| package["manifest_path"].as_str())
        .context("jieba-rs is not among the packages")?;
    let path = Path::new(manifest).with_file_name("src/data/dict.txt");
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read `{}`", path.display()))?;
    Ok(text
        .lines()
        .filter_map(|line| {
            let mut parts = line.split(' ');
            Some((parts.next()?.to_owned(), parts.next()?.parse().ok()?))
        })
        .collect())
}
