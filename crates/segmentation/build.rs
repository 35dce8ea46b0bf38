//! Unpacks the dictionary, which the program then reads in place.

#[path = "src/compiled/packed.rs"]
#[allow(dead_code, reason = "packing is the compiler's work")]
mod packed;

use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo:rerun-if-changed=data/words.bin");
    println!("cargo:rerun-if-changed=src/compiled/packed.rs");
    let bytes = fs::read("data/words.bin").expect("the dictionary is part of the package");
    // Before the dictionary has been made, an empty one lets its maker be built.
    let words = packed::unpack(&bytes).unwrap_or_default();
    let directory = env::var_os("OUT_DIR").expect("cargo says where to write");
    fs::write(Path::new(&directory).join("words.bin"), words)
        .expect("the directory can be written to");
}
