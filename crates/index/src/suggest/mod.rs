//! What a reader may have meant: completions of what is being typed, and corrections of what was.
//!
//! Both come from a [`Lexicon`], the index's own words, names and headlines, which is a
//! file beside the index and no part of it: searching never looks at it.
//!
//! - `collect` gathers its entries when a writer commits;
//! - `lexicon` is the file; `build` writes it;
//! - `complete` finds entries by a beginning, a pinyin or initials;
//! - `correct` finds entries that sound like or look like what was typed.

mod build;
mod collect;
mod complete;
mod correct;
mod lexicon;
mod pinyin;
mod refresh;
mod searcher;
mod shelf;
mod slips;

pub use complete::{Completion, CompletionKind};
pub(crate) use refresh::Refresher;
pub(crate) use shelf::Shelf;

use build::{Entry, build};
use collect::{Headlines, words};
use correct::{Correction, Occurrences, corrections};
use lexicon::Lexicon;

use fangzhi_segmentation::normalize::normalize;

/// The letters, digits and Chinese characters of a text, normalised: what entries are looked up by.
fn key(text: &str) -> String {
    let normalized = normalize(text);
    normalized
        .text()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// Whether a character is written in Chinese script.
fn is_han(c: char) -> bool {
    matches!(
        u32::from(c),
        0x3007 | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF
    )
}
