//! jieba-rs in the place of the engine, for whoever would rather have it.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use jieba_rs::Jieba;

use crate::dictionary::Dictionary;
use crate::engine::Model;
use crate::segmenter::Mode;

/// jieba-rs with the words of a dictionary; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Fallback(Arc<Words>);

#[derive(Debug)]
struct Words {
    dictionary: Dictionary,
    plain: OnceLock<Jieba>,
    normal: OnceLock<Jieba>,
}

/// A word that no text is cut by, as it stands between blocks.
///
/// It has the frequency of all words that cannot be cut, which jieba counts when it weighs the others.
const UNCUTTABLE: &str = "\u{E000}";

impl Fallback {
    pub(crate) fn new(dictionary: Dictionary) -> Self {
        Self(Arc::new(Words {
            dictionary,
            plain: OnceLock::new(),
            normal: OnceLock::new(),
        }))
    }

    pub(crate) fn cut(
        &self,
        model: Model,
        mode: Mode,
        text: &str,
        mut sink: impl FnMut(Range<usize>),
    ) {
        let jieba = self.jieba(model);
        let words = match mode {
            Mode::Exact => jieba.cut(text, true),
            Mode::ExactKnown => jieba.cut(text, false),
            Mode::Search => jieba.cut_for_search(text, true),
            Mode::SearchKnown => jieba.cut_for_search(text, false),
            Mode::All => jieba.cut_all(text),
        };
        for word in words {
            sink(word.byte_start..word.byte_end);
        }
    }

    fn jieba(&self, model: Model) -> &Jieba {
        let cell = match model {
            Model::Plain => &self.0.plain,
            Model::Normal => &self.0.normal,
        };
        cell.get_or_init(|| {
            let mut jieba = Jieba::empty();
            let engine = self.0.dictionary.engine();
            let mut uncuttable = engine.total(model);
            for (word, frequency) in engine.words(model) {
                uncuttable = uncuttable.saturating_sub(frequency);
                jieba.add_word(&word, Some(frequency as usize), None);
            }
            jieba.add_word(UNCUTTABLE, Some(uncuttable as usize), None);
            jieba
        })
    }
}
