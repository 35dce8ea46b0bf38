//! Pages and the articles they must give: `tests/pages/<slug>/{page.html, article.json}`.
//!
//! The form of `article.json` is described in `tests/support/articles.rs`.
//! A page may also be `page.htm`, in any encoding.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test may panic and report"
)]

#[path = "../support/articles.rs"]
mod articles;

#[test]
fn pages_give_their_articles() {
    articles::check_all(
        "pages",
        &["page.html", "page.htm"],
        fangzhi_ingest::Article::from_html,
    );
}
