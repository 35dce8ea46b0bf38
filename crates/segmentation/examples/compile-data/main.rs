//! Writes the crate's data files from the data of other crates; see `data/README.md`.
//!
//! The dictionary holds words in normalised form too, so after a change of
//! normalising run it twice.

mod jieba;
mod normalize_table;

use std::fs;
use std::path::Path;

fn main() -> std::io::Result<()> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    fs::write(data.join("normalize.bin"), normalize_table::compile())?;
    fs::write(data.join("words.bin"), jieba::compile())
}
