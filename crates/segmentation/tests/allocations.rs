//! A worker allocates nothing once its buffers have grown to its texts.

use allocation_counter::measure;
use fangzhi_segmentation::{Dictionary, Layer, LayerTokenizer, Mode, Segmenter};
use tantivy_tokenizer_api::{TokenStream as _, Tokenizer as _};

/// Texts that need every part of the analysis: names for the model, Latin words, long words, other scripts.
fn texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "1月3日，海城市召开全国文明城市创建工作推进会，部署新一年的任务。",
        "王小满、欧阳秋实等人在柳树屯村走访，龘龘龘一家说起了往事",
        "遼寧ＧＤＰ增長12.5％，PM2.5浓度下降，C919、AT&T与4+4+3+N",
        "www.news.example state-of-the-art 3.6.3 é ㎡ ①",
        "中华人民共和国国家统计局辽宁调查总队、中国农业发展银行",
        "",
        "\r\n　　。",
    ]
    .map(str::to_owned)
    .into();
    texts.push("无标点的长句子没有停顿".repeat(100));
    texts.push("a".repeat(700));
    texts
}

/// Checks that doing something with each text allocates nothing the second time.
fn check(name: &str, mut work: impl FnMut(&str)) {
    let texts = texts();
    texts.iter().for_each(|text| work(text));
    for text in &texts {
        let allocated = measure(|| work(text)).count_total;
        assert_eq!(allocated, 0, "{name} of {text:?}");
    }
}

#[test]
fn the_count_counts() {
    assert_ne!(
        measure(|| drop(std::hint::black_box(String::from("文")))).count_total,
        0
    );
}

#[test]
fn nothing_is_allocated_in_the_steady_state() {
    let plain = Segmenter::default();
    let with_words = Segmenter::new(Dictionary::default().with_words(["柳树屯村", "4+4+3+N"]));
    for (whose, segmenter) in [("built-in", plain), ("user's", with_words)] {
        let mut worker = segmenter.worker();
        for mode in Mode::ALL {
            let mut n = 0;
            check(&format!("{mode:?}, {whose}"), |text| {
                worker.cut(mode, text, |word| n += word.text.len());
            });
            assert_ne!(n, 0);
        }
        for layer in Layer::ALL {
            let mut n = 0;
            check(&format!("{layer:?}, {whose}"), |text| {
                worker.for_each(layer, text, |token| n += token.text.len());
            });
            assert_ne!(n, 0);
            let mut tokenizer = LayerTokenizer::new(segmenter.clone(), layer);
            check(&format!("tokenizer of {layer:?}, {whose}"), |text| {
                tokenizer.token_stream(text).process(&mut |_| n += 1);
            });
        }
    }
}
