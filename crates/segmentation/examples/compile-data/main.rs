//! Writes the crate's data files from the data of other crates; see `data/README.md`.

mod normalize_table;

use std::fs;
use std::path::Path;

fn main() -> std::io::Result<()> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    fs::write(data.join("normalize.bin"), normalize_table::compile())
}
