//! Text dumps and the articles they must give: `tests/dumps/<slug>/{page.txt, article.json}`.
//!
//! The form of `article.json` is described in `tests/support/articles.rs`.
//! A dump may be in any encoding.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test may panic and report"
)]

#[path = "../support/articles.rs"]
mod articles;

#[test]
fn dumps_give_their_articles() {
    articles::check_all("dumps", &["page.txt"], fangzhi_ingest::Article::from_text);
}
