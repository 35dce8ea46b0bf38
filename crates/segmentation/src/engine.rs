//! The engine that cuts: jieba-rs.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use jieba_rs::Jieba;

use crate::normalize::normalize;

/// Which words the text is cut by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Model {
    /// The dictionary as it is written.
    Plain,
    /// The dictionary in normalised form, for normalised texts.
    Normal,
}

/// Buffers for cutting one text after the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch;

/// An immutable dictionary, ready to cut texts; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Engine {
    plain: Arc<Jieba>,
    normal: Arc<Jieba>,
}

impl Default for Engine {
    fn default() -> Self {
        static BUILT_IN: OnceLock<Arc<Jieba>> = OnceLock::new();
        let jieba = BUILT_IN.get_or_init(|| Arc::new(Jieba::new()));
        Self {
            plain: jieba.clone(),
            normal: jieba.clone(),
        }
    }
}

impl Engine {
    pub(crate) fn cut(
        &self,
        model: Model,
        hmm: bool,
        text: &str,
        _: &mut Scratch,
        mut sink: impl FnMut(Range<usize>),
    ) {
        for token in self.jieba(model).cut(text, hmm) {
            sink(token.byte_start..token.byte_end);
        }
    }

    pub(crate) fn cut_for_search(
        &self,
        model: Model,
        text: &str,
        _: &mut Scratch,
        mut sink: impl FnMut(Range<usize>),
    ) {
        for token in self.jieba(model).cut_for_search(text, true) {
            sink(token.byte_start..token.byte_end);
        }
    }

    pub(crate) fn contains(&self, word: &str) -> bool {
        self.plain.has_word(word)
    }

    pub(crate) fn add<'w>(&mut self, words: impl Iterator<Item = (&'w str, Option<u64>)>) {
        let plain = Arc::make_mut(&mut self.plain);
        let normal = Arc::make_mut(&mut self.normal);
        for (word, frequency) in words {
            let frequency = frequency.map(|frequency| frequency as usize);
            plain.add_word(word, frequency, None);
            normal.add_word(normalize(word).text(), frequency, None);
        }
    }

    fn jieba(&self, model: Model) -> &Jieba {
        match model {
            Model::Plain => &self.plain,
            Model::Normal => &self.normal,
        }
    }
}
