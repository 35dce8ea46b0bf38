//! Writes `data/regions.bin` from the lists beside it and the table of divisions; see `data/README.md`.
//!
//! The table of divisions is `regions/divisions-1981-2024.csv` in the directory
//! that FANGZHI_SHARED names, by default `../shared/data` beside the repository.

mod compile;
mod divisions;
#[path = "../../src/format.rs"]
#[allow(dead_code, reason = "reading is the library's work")]
mod format;
#[path = "../../src/names.rs"]
#[allow(dead_code, reason = "the library uses the rest")]
mod names;

use std::fs;
use std::path::Path;

fn main() -> std::io::Result<()> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let divisions = fs::read_to_string(divisions::path())?;
    fs::write(
        data.join("regions.bin"),
        compile::compile(&divisions, &data),
    )
}
