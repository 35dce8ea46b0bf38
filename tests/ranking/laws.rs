//! Laws that hold for any text and any query.

use fangzhi_index::{Index, Query, SnippetOptions, Sort};
use fangzhi_ingest::{Article, Block};
use fangzhi_segmentation::normalize::normalize;
use proptest::prelude::*;

/// Texts of frequent characters, so that pairs recur, with all that gets between them.
fn text() -> impl Strategy<Value = String> {
    let character = prop_oneof![
        8 => prop::sample::select("文明城市农业银行发展中国海全建设大会议的是在一不人工".chars().collect::<Vec<_>>()),
        2 => prop::sample::select("，。、；！？“”《》（） \n\u{3000}<>&\"'".chars().collect::<Vec<_>>()),
        2 => prop::sample::select("abGDP129ＧＤＰ４＋+.%㎡遼寧國".chars().collect::<Vec<_>>()),
        1 => any::<char>(),
    ];
    prop::collection::vec(character, 1..120).prop_map(String::from_iter)
}

/// Whether a character is searched for: some symbols stand for letters, as ㎡ does.
fn counts(c: char) -> bool {
    let normalized = normalize(c.encode_utf8(&mut [0; 4]));
    normalized.text().chars().any(char::is_alphanumeric)
}

fn index_of(texts: &[String]) -> Index {
    let index = Index::in_memory().unwrap();
    let mut writer = index.writer().unwrap();
    for (i, text) in texts.iter().enumerate() {
        let mut article = Article::default();
        article.id = i.to_string();
        article.body = vec![Block::Paragraph { text: text.clone() }];
        writer.add(&article).unwrap();
    }
    writer.commit().unwrap();
    index
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_stands_in_a_text_finds_it(
        texts in prop::collection::vec(text(), 1..6),
        pieces in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 1usize..9), 20),
    ) {
        let index = index_of(&texts);
        let searcher = index.searcher().unwrap();
        for (which, from, len) in pieces {
            let which = which.index(texts.len());
            let counting: Vec<char> = texts[which].chars().filter(|&c| counts(c)).collect();
            if counting.is_empty() {
                continue;
            }
            let from = from.index(counting.len());
            let piece: String = counting[from..].iter().take(len).collect();
            for query in [piece.clone(), format!("\"{piece}\"")] {
                let query = Query::new(query).sort(Sort::Date).limit(100);
                let results = searcher.search(&query).unwrap();
                prop_assert!(
                    results.hits.iter().any(|hit| hit.id == which.to_string()),
                    "{:?} does not find {:?}", query.text(), texts[which]
                );
            }
        }
    }

    #[test]
    fn marks_are_in_order_and_inside(texts in prop::collection::vec(text(), 1..4), query in text(), max_chars in 0usize..80) {
        let searcher = index_of(&texts).searcher().unwrap();
        let options = SnippetOptions { max_chars, ..SnippetOptions::default() };
        for hit in searcher.search(&Query::new(query).snippet(options)).unwrap() {
            let snippet = &hit.snippet;
            let n_chars = snippet.text.chars().count();
            // The budget is for the article's characters; what was left out may be shown three times.
            prop_assert!(n_chars <= max_chars + 3, "{n_chars} characters: {snippet:?}");
            let mut end = 0;
            for mark in &snippet.marks {
                prop_assert!(mark.start < mark.end && end <= mark.start && mark.end <= n_chars, "{snippet:?}");
                end = mark.end;
            }
            let html = snippet.to_html();
            let plain = html.replace("<mark>", "").replace("</mark>", "");
            prop_assert!(!plain.contains(['<', '>', '"', '\'']));
            // Nothing is altered: every passage stands in the text.
            let body = &texts[hit.id.parse::<usize>().unwrap()];
            if !body.contains('…') {
                for passage in snippet.text.split('…') {
                    prop_assert!(body.contains(passage), "{passage:?} is not in {body:?}");
                }
            }
        }
    }

    #[test]
    fn no_query_panics(query in "\\PC{0,60}", other in "[文明城市+\\-()（）\"“”~^*?:：标题正文ANDOR NOT date:2023]{0,40}") {
        let searcher = index_of(&["文明城市建设，2023年12月。".to_owned()]).searcher().unwrap();
        for text in [query, other] {
            for query in [Query::new(text.as_str()).explain(), Query::new(text.as_str()).sort(Sort::Date)] {
                searcher.search(&query).unwrap();
            }
        }
    }
}
