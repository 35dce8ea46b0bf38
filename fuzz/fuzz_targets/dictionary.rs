//! Bytes → dictionary → words: whatever the file, nothing panics or hangs, and words concatenate to the text.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| fangzhi_segmentation::damage::dictionary(bytes));
