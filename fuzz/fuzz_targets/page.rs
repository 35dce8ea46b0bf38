//! Bytes → article: whatever the bytes, nothing panics or hangs, and the laws hold.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/limits/laws.rs"]
mod laws;

fuzz_target!(|bytes: &[u8]| laws::check(bytes));
