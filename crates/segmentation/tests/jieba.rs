//! With jieba-rs in the place of the engine everything is cut alike.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../examples/compile-data/jieba.rs"]
#[allow(dead_code, reason = "compiling is not tested here")]
mod data;
#[path = "oracle/text.rs"]
mod text;

use fangzhi_segmentation::{Dictionary, Layer, Mode, Segmenter};
use text::Generator;

const USER_WORDS: &str = "云岭示范镇\n文明创城办 3 nt\n中国 0\n4+4+3+N\nC919大飞机 20\n𠮷野家 5\n\
                          马尔代夫·群岛 4\n城市创 90000\n乾隆通寶館\n";

/// Bytes of made-up text to compare.
const N_BYTES: usize = 200_000;

#[test]
fn jieba_cuts_as_the_engine_does() {
    let with_words = Dictionary::default()
        .with_reader("user.txt", USER_WORDS.as_bytes())
        .unwrap();
    for dictionary in [Dictionary::default(), with_words] {
        let engine = Segmenter::new(dictionary.clone());
        let jieba = Segmenter::on_jieba(dictionary);
        let mut generator = Generator::new(4, &data::words());
        for line in USER_WORDS.lines() {
            generator.add(line.split(' ').next().unwrap());
        }
        let mut n_bytes = 0;
        while n_bytes < N_BYTES {
            let text = generator.text();
            n_bytes += text.len();
            for mode in Mode::ALL {
                assert_eq!(jieba.cut(mode, &text), engine.cut(mode, &text), "{mode:?}");
            }
            for layer in Layer::ALL {
                assert_eq!(jieba.layer(layer, &text), engine.layer(layer, &text));
            }
            assert_eq!(jieba.terms(&text), engine.terms(&text));
        }
    }
}
