//! The compiled table is what `examples/compile-data` makes.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::print_stdout, reason = "a test that is skipped says why")]

#[path = "../examples/compile-data/compile.rs"]
mod compile;
#[path = "../examples/compile-data/divisions.rs"]
mod divisions;
#[path = "../src/format.rs"]
#[allow(dead_code, reason = "reading is the library's work")]
mod format;
#[path = "../src/names.rs"]
#[allow(dead_code, reason = "the library uses the rest")]
mod names;

use std::path::Path;

#[test]
fn the_table_is_up_to_date() {
    let path = divisions::path();
    let Ok(csv) = std::fs::read_to_string(&path) else {
        println!("skipped: there is no {}", path.display());
        return;
    };
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let expect = std::fs::read(data.join("regions.bin")).unwrap();
    assert!(
        compile::compile(&csv, &data) == expect,
        "`data/regions.bin` is out of date: run the example `compile-data`"
    );
}
