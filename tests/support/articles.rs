//! Compares articles with what is expected of them: folders with a page and an `article.json`.
//!
//! `article.json` holds the fields of the article that are checked, in the article's own JSON form; `null` or `[]`
//! means that the page must give nothing. `why` says what the page is for, `must_not` lists strings that may not
//! appear in the body, and `optional` lists blocks' texts that may be there or not. A caption's `image` is compared if
//! it is given; pictures without a caption are left out of the comparison. `UPDATE_EXPECT=1` rewrites the fields that
//! are given.

use std::path::{Path, PathBuf};

use fangzhi_ingest::{Article, Error};
use serde_json::{Map, Value};

/// Keys of `article.json` that are not fields of the article.
const NOTES: [&str; 3] = ["why", "must_not", "optional"];

/// Checks every folder under `tests/<area>`: the first of `names` that is there must give the expected article.
pub(crate) fn check_all(
    area: &str,
    names: &[&str],
    read: impl Fn(Vec<u8>) -> Result<Article, Error>,
) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests")
        .join(area);
    let mut folders: Vec<PathBuf> = std::fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("article.json").is_file())
        .collect();
    folders.sort();
    assert!(!folders.is_empty(), "no pages under {}", root.display());
    let update = std::env::var_os("UPDATE_EXPECT").is_some_and(|value| value == "1");
    let mut failures = 0;
    for folder in &folders {
        let page = names
            .iter()
            .map(|name| folder.join(name))
            .find(|path| path.is_file());
        let page = page.unwrap_or_else(|| panic!("no page in {}", folder.display()));
        let article = read(std::fs::read(page).unwrap());
        let problems = match article {
            Ok(article) => check(folder, &article, update),
            Err(error) => vec![error.to_string()],
        };
        if !problems.is_empty() {
            failures += 1;
            let name = folder.file_name().unwrap().to_string_lossy();
            eprintln!("{name}:\n  {}", problems.join("\n  "));
        }
    }
    assert_eq!(failures, 0, "pages that differ, of {}", folders.len());
}

/// What differs on one page.
fn check(folder: &Path, article: &Article, update: bool) -> Vec<String> {
    let expected_path = folder.join("article.json");
    let text = std::fs::read_to_string(&expected_path).unwrap();
    let expected: Map<String, Value> = serde_json::from_str(&text).unwrap();
    let actual = serde_json::to_value(article).unwrap();
    let optional = strings(expected.get("optional"));
    let mut problems = Vec::new();
    let mut rewritten = expected.clone();
    for (field, wanted) in &expected {
        if NOTES.contains(&field.as_str()) {
            continue;
        }
        let Some(given) = actual.get(field) else {
            problems.push(format!("an article has no field `{field}`"));
            continue;
        };
        let (given, wanted) = if field == "body" {
            bodies(given, wanted, &optional)
        } else {
            (given.clone(), wanted.clone())
        };
        if given != wanted {
            problems.push(difference(field, &wanted, &given));
            rewritten.insert(field.clone(), given);
        }
    }
    let body = article.body_text();
    for phrase in strings(expected.get("must_not")) {
        if body.contains(&phrase) {
            problems.push(format!("body holds `{phrase}`"));
        }
    }
    if update && rewritten != expected {
        let json = serde_json::to_string_pretty(&Value::Object(rewritten)).unwrap();
        std::fs::write(expected_path, json + "\n").unwrap();
    }
    problems
}

/// The blocks to compare: without optional ones on either side, pictures without captions, and images not asked for.
fn bodies(given: &Value, wanted: &Value, optional: &[String]) -> (Value, Value) {
    let blocks = |value: &Value| -> Vec<Value> {
        let is_optional = |block: &Value| {
            let text = block.get("text").and_then(Value::as_str);
            text.is_some_and(|text| optional.iter().any(|known| known == text))
        };
        value
            .as_array()
            .unwrap()
            .iter()
            .filter(|block| !is_optional(block))
            .cloned()
            .collect()
    };
    let wanted = blocks(wanted);
    let pictures_wanted = wanted
        .iter()
        .any(|block| block["type"] == "caption" && block["text"] == "");
    let images_wanted = wanted.iter().any(|block| block.get("image").is_some());
    let given = blocks(given)
        .into_iter()
        .filter(|block| pictures_wanted || block["type"] != "caption" || block["text"] != "")
        .map(|mut block| {
            if !images_wanted && let Some(block) = block.as_object_mut() {
                block.remove("image");
            }
            block
        })
        .collect();
    (Value::Array(given), Value::Array(wanted))
}

/// A field's difference; of bodies, the first block that differs.
fn difference(field: &str, wanted: &Value, given: &Value) -> String {
    if let (Some(wanted), Some(given)) = (wanted.as_array(), given.as_array())
        && field == "body"
    {
        let at = wanted.iter().zip(given).take_while(|(a, b)| a == b).count();
        let show = |blocks: &[Value]| {
            blocks
                .get(at)
                .map_or_else(|| "the end".to_owned(), Value::to_string)
        };
        return format!(
            "body block {at}: expected {}, got {}",
            show(wanted),
            show(given)
        );
    }
    format!("{field}: expected {wanted}, got {given}")
}

fn strings(value: Option<&Value>) -> Vec<String> {
    let values = value.and_then(Value::as_array);
    values
        .into_iter()
        .flatten()
        .filter_map(|value| value.as_str().map(str::to_owned))
        .collect()
}
