//! The engine that cuts: jieba's algorithm on a compiled dictionary.
//!
//! The text is taken in chunks that end where no word can go on, and each goes through
//! several passes. The characters are decoded to codes; slots of the double array that
//! words may go on in are brought near in one pass and read in the next, so that none is
//! waited for; the best way to cut is found from right to left, and the words are handed
//! out from left to right.

mod chunk;
mod cutter;
mod decode;
mod place;
mod route;
mod user;
mod viterbi;
mod walk;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::compiled::{BARRIER, Compiled, NORMAL, PLAIN, Source, UNKNOWN};
use crate::normalize::normalize;
use cutter::Cutter;
pub(crate) use place::Scratch;
use user::UserWords;

/// Which words a text is cut by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Model {
    /// The dictionary as it is written.
    Plain,
    /// The dictionary with the normalised forms of its words, for normalised texts.
    Normal,
}

impl Model {
    /// Its column of the frequencies of words.
    fn column(self) -> usize {
        match self {
            Self::Plain => PLAIN,
            Self::Normal => NORMAL,
        }
    }
}

/// An immutable dictionary, ready to cut texts; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Engine(Arc<Shared>);

#[derive(Clone, Debug)]
struct Shared {
    compiled: Arc<Compiled>,
    plain: OnceLock<Weights>,
    normal: OnceLock<Weights>,
}

/// What makes one way to cut better than another.
#[derive(Clone, Debug)]
struct Weights {
    /// The sum of the frequencies of all words.
    total: u64,
    /// Its natural logarithm.
    log_total: f64,
    /// By number of the frequency its natural logarithm.
    logs: Vec<f64>,
    /// By number of the frequency its log probability; negative infinity for no word.
    weights: Vec<f64>,
    /// By code the weight of a character on its own; empty if there are words of the user's.
    singles: Vec<f64>,
    user: UserWords,
}

impl Default for Engine {
    fn default() -> Self {
        static BUILT_IN: OnceLock<Engine> = OnceLock::new();
        BUILT_IN
            .get_or_init(|| Self::new(Compiled::built_in()))
            .clone()
    }
}

impl Engine {
    pub(crate) fn new(compiled: Compiled) -> Self {
        Self(Arc::new(Shared {
            compiled: Arc::new(compiled),
            plain: OnceLock::new(),
            normal: OnceLock::new(),
        }))
    }

    /// Cuts `text` into words; with `HMM` the model joins characters the dictionary leaves alone.
    pub(crate) fn cut<const HMM: bool>(
        &self,
        model: Model,
        text: &str,
        scratch: &mut Scratch,
        mut sink: impl FnMut(Range<usize>),
    ) {
        let cutter = self.cutter(model);
        cutter.for_each_chunk(text, scratch, |chunk, path| {
            chunk.words::<HMM>(path, |word| sink(chunk.bytes(word)));
        });
    }

    /// Cuts as [`cut`](Self::cut) does and gives, before each word, the words inside it.
    pub(crate) fn cut_for_search<const HMM: bool>(
        &self,
        model: Model,
        text: &str,
        scratch: &mut Scratch,
        mut sink: impl FnMut(Range<usize>),
    ) {
        let cutter = self.cutter(model);
        cutter.for_each_chunk(text, scratch, |chunk, path| {
            chunk.words::<HMM>(path, |word| chunk.with_inner_words(word, &mut sink));
        });
    }

    /// Gives every word of the dictionary in `text`, and what lies between Chinese characters.
    pub(crate) fn cut_all(
        &self,
        model: Model,
        text: &str,
        scratch: &mut Scratch,
        sink: impl FnMut(Range<usize>),
    ) {
        self.cutter(model).all_words(text, scratch, sink);
    }

    /// Whether the dictionary has `word`, written exactly so.
    pub(crate) fn contains(&self, word: &str) -> bool {
        self.cutter(Model::Plain).frequency(word).is_some()
    }

    /// Gives the length in characters of each word that `chars` start with.
    pub(crate) fn words_along(&self, chars: impl Iterator<Item = char>, sink: impl FnMut(usize)) {
        self.cutter(Model::Plain).words_along(chars, sink);
    }

    /// A number that stands for the words it was compiled from.
    pub(crate) fn checksum(&self) -> u64 {
        self.0.compiled.checksum()
    }

    /// Everything a file of it is written of; words of frequency 0 are left out.
    pub(crate) fn source(&self) -> Source {
        let compiled = &self.0.compiled;
        let mut words: BTreeMap<String, [u64; 2]> = compiled.words().collect();
        let chars = compiled.chars_by_code();
        for model in [Model::Plain, Model::Normal] {
            for (word, frequency) in self.weights(model).user.words(&chars) {
                words.entry(word).or_default()[model.column()] = frequency;
            }
        }
        words.retain(|_, frequencies| *frequencies != [0; 2]);
        Source {
            words,
            totals: [Model::Plain, Model::Normal].map(|model| self.weights(model).total),
            hmm: compiled.hmm_source(),
        }
    }

    /// Gives each word that can be cut and its frequency, which is 0 only for words of the user's.
    #[cfg(feature = "jieba")]
    pub(crate) fn words(&self, model: Model) -> impl Iterator<Item = (String, u64)> {
        let compiled = &self.0.compiled;
        let column = model.column();
        let user = self.weights(model).user.words(&compiled.chars_by_code());
        let changed: std::collections::HashSet<String> =
            user.iter().map(|(word, _)| word.clone()).collect();
        let others = compiled.words().map(move |(word, row)| (word, row[column]));
        others
            .filter(move |(word, n)| *n > 0 && !changed.contains(word))
            .chain(user)
    }

    /// The sum of the frequencies of all words, those included that cannot be cut.
    #[cfg(feature = "jieba")]
    pub(crate) fn total(&self, model: Model) -> u64 {
        self.weights(model).total
    }

    /// Adds words, or changes their frequency; without one they get what keeps them whole.
    pub(crate) fn add<'w>(&mut self, words: impl Iterator<Item = (&'w str, Option<u32>)>) {
        let mut scratch = Scratch::default();
        // Initialised first, as what is shared so far serves others too.
        self.weights(Model::Plain);
        self.weights(Model::Normal);
        for (word, frequency) in words {
            self.add_to(Model::Plain, word, frequency, &mut scratch);
            self.add_to(
                Model::Normal,
                normalize(word).text(),
                frequency,
                &mut scratch,
            );
        }
        let shared = Arc::make_mut(&mut self.0);
        for weights in [shared.plain.get_mut(), shared.normal.get_mut()] {
            weights
                .into_iter()
                .for_each(|weights| weights.refresh(&shared.compiled));
        }
    }

    fn add_to(&mut self, model: Model, word: &str, frequency: Option<u32>, scratch: &mut Scratch) {
        if word.is_empty() {
            return;
        }
        let old = self.cutter(model).frequency(word);
        let frequency = match frequency {
            Some(frequency) => u64::from(frequency),
            None => {
                let (weights, compiled) = self.weights_mut(model);
                weights.refresh(compiled);
                self.suggest(model, word, old, scratch)
            }
        };
        let (weights, compiled) = self.weights_mut(model);
        weights.user.insert(&compiled.view(), word, frequency);
        weights.total = weights
            .total
            .saturating_add(frequency)
            .saturating_sub(old.unwrap_or(0));
    }

    /// The frequency that keeps `word` whole.
    fn suggest(&self, model: Model, word: &str, old: Option<u64>, scratch: &mut Scratch) -> u64 {
        let log_total = self.weights(model).log_total;
        let cutter = self.cutter(model);
        let mut log_product = 0.0;
        self.cut::<false>(model, word, scratch, |range| {
            let frequency = cutter.frequency(&word[range]).unwrap_or(1);
            log_product = log_product + (frequency as f64).ln() - log_total;
        });
        let enough = ((log_product + log_total).exp() as u64).saturating_add(1);
        enough.max(old.unwrap_or(1))
    }

    fn weights(&self, model: Model) -> &Weights {
        let Shared {
            compiled,
            plain,
            normal,
        } = &*self.0;
        match model {
            Model::Plain => plain.get_or_init(|| Weights::new(compiled, model)),
            Model::Normal => normal.get_or_init(|| Weights::new(compiled, model)),
        }
    }

    fn weights_mut(&mut self, model: Model) -> (&mut Weights, &Compiled) {
        self.weights(model);
        let Shared {
            compiled,
            plain,
            normal,
        } = Arc::make_mut(&mut self.0);
        let weights = match model {
            Model::Plain => plain.get_mut(),
            Model::Normal => normal.get_mut(),
        };
        (weights.expect("they were just asked for"), compiled)
    }

    fn cutter(&self, model: Model) -> Cutter<'_> {
        let weights = self.weights(model);
        let compiled = &self.0.compiled;
        Cutter {
            compiled,
            column: model.column(),
            view: compiled.view(),
            weights: &weights.weights,
            singles: &weights.singles,
            log_total: weights.log_total,
            user: (!weights.user.is_empty()).then_some(&weights.user),
        }
    }
}

impl Weights {
    fn new(compiled: &Compiled, model: Model) -> Self {
        let column = model.column();
        let n_frequencies = match model {
            Model::Plain => compiled.n_plain(),
            Model::Normal => usize::MAX,
        };
        let frequencies = compiled.frequencies().take(n_frequencies);
        let mut weights = Self {
            total: compiled.totals()[column],
            log_total: 0.0,
            // The logarithm of 0, which stands for no word, is negative infinity.
            logs: frequencies.map(|row| (row[column] as f64).ln()).collect(),
            weights: Vec::new(),
            singles: Vec::new(),
            user: UserWords::default(),
        };
        weights.refresh(compiled);
        weights
    }

    /// Takes a new total, and whether there are words of the user's, into account.
    fn refresh(&mut self, compiled: &Compiled) {
        // A dictionary may have no word at all.
        let log_total = (self.total.max(1) as f64).ln();
        self.log_total = log_total;
        self.weights.clear();
        self.weights
            .extend(self.logs.iter().map(|log| log - log_total));
        self.singles.clear();
        if self.user.is_empty() {
            let view = compiled.view();
            let weight = |code| match code {
                BARRIER => 0.0,
                UNKNOWN => -log_total,
                _ => {
                    let weight = self.weights.get(view.root(code).value());
                    weight.copied().unwrap_or(f64::NEG_INFINITY)
                }
            };
            self.singles.extend((0..compiled.n_codes()).map(weight));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Engine, Model};
    use jieba_rs::Jieba;

    #[test]
    fn a_first_word_gets_the_frequency_that_jieba_gives_it() {
        let jieba = Jieba::new();
        for word in [
            "海城",
            "云岭示范镇",
            // Likelier as two characters than as the word they are.
            "上有",
            "这人不来",
            "C919大飞机",
            "马尔代夫·群岛",
            "龘龘龘",
            "中华人民共和国国家统计局辽宁调查总队",
        ] {
            let mut engine = Engine::default();
            engine.add([(word, None)].into_iter());
            let frequency = engine.cutter(Model::Plain).frequency(word);
            let expect = jieba.suggest_freq(word) as u64;
            assert_eq!(frequency, Some(expect), "{word}");
        }
    }
}
