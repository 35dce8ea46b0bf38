//! Bytes → table of source files → update: whatever the file, nothing panics or hangs.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| fangzhi_index::damage::catalog(bytes));
