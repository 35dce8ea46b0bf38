//! The data files are what `examples/compile-data` makes of the crates in the lock file.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../examples/compile-data/jieba.rs"]
mod jieba;
#[path = "../examples/compile-data/normalize_table.rs"]
mod normalize_table;

use std::path::Path;

/// Compares without printing megabytes.
fn check(file: &str, expect: &[u8]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("data")
        .join(file);
    let found = std::fs::read(path).unwrap();
    assert!(
        found == expect,
        "`data/{file}` is out of date: run the example `compile-data`"
    );
}

#[test]
fn the_table_of_characters_is_up_to_date() {
    check("normalize.bin", &normalize_table::compile());
}

#[test]
fn the_dictionary_is_up_to_date() {
    check("words.bin", &jieba::compile());
}
