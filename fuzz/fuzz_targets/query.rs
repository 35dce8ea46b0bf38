//! Text → query → hits: whatever the text, nothing panics or hangs, and the laws hold.

#![no_main]

use std::ops::Range;
use std::sync::LazyLock;

use fangzhi_index::{Index, Query, Searcher};
use fangzhi_ingest::{Article, Block};
use libfuzzer_sys::fuzz_target;

static SEARCHER: LazyLock<Searcher> = LazyLock::new(|| {
    let index = Index::in_memory().expect("memory is there");
    let mut writer = index.writer().expect("an index in memory has one writer");
    let mut article = Article::default();
    article.id = "a".to_owned();
    article.title = Some("海城市创建“全国文明城市”".to_owned());
    article.body = vec![Block::Paragraph {
        text: "2023年，海城市出台九条措施（试行），GDP增长5.2%，C919、4+4+3+N。".to_owned(),
    }];
    writer.add(&article).expect("memory is there");
    writer.commit().expect("memory is there");
    index.searcher().expect("memory is there")
});

fuzz_target!(|text: &str| {
    let results = SEARCHER
        .search(&Query::new(text))
        .expect("no query is an error");
    let length = text.chars().count();
    for problem in &results.problems {
        assert!(problem.position <= length, "{problem}");
    }
    for hit in &results.hits {
        check_marks(&hit.title_marks, &hit.title);
        check_marks(&hit.snippet.marks, &hit.snippet.text);
    }
    let completions = SEARCHER.complete(text, 5).expect("memory is there");
    assert!(completions.len() <= 5);
});

/// The marks lie inside, are in order, not empty and apart.
fn check_marks(marks: &[Range<usize>], text: &str) {
    let length = text.chars().count();
    let mut end = 0;
    for mark in marks {
        assert!(
            end <= mark.start && mark.start < mark.end && mark.end <= length,
            "{marks:?} in {text:?}"
        );
        end = mark.end;
    }
}
