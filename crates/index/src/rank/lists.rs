//! The posting lists a text is ranked by.

use smallvec::SmallVec;

use crate::bm25;
use crate::layers::{LayerKind, TermInfo, TermPlace};
use crate::rank::ask::{Ask, Scope};
use crate::rank::weight;
use crate::segment::Snapshot;

/// A term in a layer.
pub(crate) struct List {
    pub(crate) layer: LayerKind,
    pub(crate) term: String,
    /// What an article that has the term shows it has, see [`Unit`].
    pub(crate) bits: u64,
    /// How much the term weighs, telling power included.
    pub(crate) weight: f32,
    /// How many articles have it.
    n_articles: u64,
    /// Where its postings are, segment by segment.
    pub(crate) infos: SmallVec<[Option<TermInfo>; 1]>,
}

/// How to tell whether an article has a word.
pub(crate) struct Unit {
    /// Set if the word itself was met.
    pub(crate) word: u64,
    /// All set if its characters were; of more than two, they may still stand apart.
    pub(crate) pattern: u64,
    /// All set if the shorter words it is made of may be there, apart; 0 if it is made of none.
    pub(crate) parts: u64,
    /// How telling the word is.
    pub(crate) idf: f32,
}

impl Unit {
    /// Whether an article with these bits may have the word.
    pub(crate) fn is_shown(&self, bits: u64) -> bool {
        bits & self.word != 0 || bits & self.pattern == self.pattern
    }
}

/// All the lists of a text.
pub(crate) struct Lists {
    /// Those that find articles.
    pub(crate) main: Vec<List>,
    /// Those that only decide between the best.
    pub(crate) fine: Vec<List>,
    /// The words an article has to have.
    pub(crate) units: Vec<Unit>,
}

/// How much a term of a layer weighs.
fn weight_of(layer: LayerKind) -> f32 {
    match layer {
        LayerKind::BodyWords => weight::BODY_WORDS,
        LayerKind::BodyBigrams => weight::BODY_BIGRAMS,
        LayerKind::BodyChars => weight::BODY_CHARS,
        LayerKind::Lead => weight::LEAD,
        LayerKind::TitleWords => weight::TITLE_WORDS,
        LayerKind::TitleBigrams => weight::TITLE_BIGRAMS,
        LayerKind::TitleChars => weight::TITLE_CHARS,
    }
}

/// The text a layer is of, and what its terms are, for people.
pub(crate) fn names(layer: LayerKind) -> (&'static str, &'static str) {
    match layer {
        LayerKind::BodyWords => ("body", "word"),
        LayerKind::BodyBigrams => ("body", "pair"),
        LayerKind::BodyChars => ("body", "character"),
        LayerKind::Lead => ("lead", "word"),
        LayerKind::TitleWords => ("title", "word"),
        LayerKind::TitleBigrams => ("title", "pair"),
        LayerKind::TitleChars => ("title", "character"),
    }
}

/// Where a kind of term is looked up, by scope.
fn word_layers(scope: Scope) -> &'static [LayerKind] {
    match scope {
        Scope::Article => &[LayerKind::BodyWords, LayerKind::Lead, LayerKind::TitleWords],
        Scope::Title => &[LayerKind::TitleWords],
        Scope::Body => &[LayerKind::BodyWords, LayerKind::Lead],
    }
}

fn pair_layers(scope: Scope) -> &'static [LayerKind] {
    match scope {
        Scope::Article => &[LayerKind::BodyBigrams, LayerKind::TitleBigrams],
        Scope::Title => &[LayerKind::TitleBigrams],
        Scope::Body => &[LayerKind::BodyBigrams],
    }
}

fn char_layers(scope: Scope) -> &'static [LayerKind] {
    match scope {
        Scope::Article => &[LayerKind::BodyChars, LayerKind::TitleChars],
        Scope::Title => &[LayerKind::TitleChars],
        Scope::Body => &[LayerKind::BodyChars],
    }
}

impl Lists {
    /// Looks up the lists of what `ask` has to say in words.
    pub(crate) fn new(ask: &Ask, snapshot: &Snapshot) -> Self {
        let text = &ask.text;
        let mut bits = Bits::default();
        let mut units = Vec::new();
        for text_word in &text.words[..text.n_required()] {
            let unit = match pairs(&text_word.chars).nth(1) {
                // A character or a pair is the word.
                None => {
                    let pattern = bits.of([Sign::Chars(&text_word.chars)]);
                    pattern.map(|pattern| (pattern, pattern))
                }
                Some(_) => bits
                    .of(pairs(&text_word.chars).map(Sign::Chars))
                    .and_then(|pattern| Some((bits.of([Sign::Word(&text_word.text)])?, pattern))),
            };
            // A text longer than the bits reach is held to its first words.
            let Some((word, pattern)) = unit else { break };
            // They are pairs of the word's own, so they have their bits.
            let of_parts = text_word.parts.iter().flat_map(|part| pairs(part));
            units.push(Unit {
                word,
                pattern,
                parts: of_parts.fold(0, |all, pair| all | bits.find(Sign::Chars(pair))),
                idf: 0.0,
            });
        }
        let mut this = Self {
            main: Vec::new(),
            fine: Vec::new(),
            units,
        };
        this.look_up_all(ask, &bits, snapshot);
        this.weigh_units(ask, snapshot);
        this
    }

    fn look_up_all(&mut self, ask: &Ask, bits: &Bits<'_>, snapshot: &Snapshot) {
        let text = &ask.text;
        let (words, pairs, chars) = (
            word_layers(ask.scope),
            pair_layers(ask.scope),
            char_layers(ask.scope),
        );
        let mut wanted = Vec::new();
        for word in &text.words {
            let bits = bits.find(Sign::Word(&word.text));
            want(&mut wanted, words, &word.text, (bits, true), 1.0, snapshot);
        }
        for pair in &text.pairs {
            let bits = bits.find(Sign::Chars(pair));
            want(&mut wanted, pairs, pair, (bits, true), 1.0, snapshot);
        }
        for c in &text.chars {
            // A word of one character is found by it.
            let bits = bits.find(Sign::Chars(c));
            want(&mut wanted, chars, c, (bits, bits != 0), 1.0, snapshot);
        }
        for (terms, layers) in [(&text.stop_words, words), (&text.stop_pairs, pairs)] {
            for term in terms {
                let factor = weight::STOP_WORDS;
                want(&mut wanted, layers, term, (0, false), factor, snapshot);
            }
        }
        for wanted in wanted {
            let to = match wanted.finds {
                true => &mut self.main,
                false => &mut self.fine,
            };
            to.extend(wanted.look_up(snapshot));
        }
    }

    /// Those that find articles, what weighs most first.
    pub(crate) fn by_weight(&self) -> Vec<&List> {
        let mut lists: Vec<&List> = self.main.iter().collect();
        lists.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        lists
    }

    /// Weighs each word by the rarest of what shows it.
    fn weigh_units(&mut self, ask: &Ask, snapshot: &Snapshot) {
        for (unit, word) in self.units.iter_mut().zip(&ask.text.words) {
            let n_articles = |matches: &dyn Fn(&List) -> bool| {
                self.main
                    .iter()
                    .filter(|list| matches(list))
                    .map(|list| list.n_articles)
                    .max()
                    .unwrap_or(0)
            };
            let n = if unit.word == unit.pattern {
                n_articles(&|list| list.bits == unit.word)
            } else {
                pairs(&word.chars)
                    .map(|pair| n_articles(&|list| list.bits != 0 && list.term == pair))
                    .min()
                    .unwrap_or(0)
            };
            unit.idf = bm25::idf(n, snapshot.n_docs);
        }
    }
}

/// A list that is to be looked up.
struct Wanted<'t> {
    layer: LayerKind,
    term: &'t str,
    bits: u64,
    /// Whether it finds articles.
    finds: bool,
    factor: f32,
    /// Where its term may be in each segment.
    places: SmallVec<[Option<TermPlace>; 2]>,
}

/// Finds where `term` may be in each of `layers`.
fn want<'t>(
    wanted: &mut Vec<Wanted<'t>>,
    layers: &[LayerKind],
    term: &'t str,
    (bits, finds): (u64, bool),
    factor: f32,
    snapshot: &Snapshot,
) {
    for &layer in layers {
        let segments = snapshot.segments.iter();
        wanted.push(Wanted {
            layer,
            term,
            bits,
            finds,
            factor,
            places: segments.map(|it| it.layer(layer).locate(term)).collect(),
        });
    }
}

impl Wanted<'_> {
    /// Looks it up; `None` if no article has the term.
    fn look_up(self, snapshot: &Snapshot) -> Option<List> {
        let Self { layer, term, .. } = self;
        let places = snapshot.segments.iter().zip(self.places);
        let infos: SmallVec<[Option<TermInfo>; 1]> = places
            .map(|(segment, place)| segment.layer(layer).get_in(term, place?))
            .collect();
        let segments = snapshot.segments.iter().zip(&infos);
        let n_articles = segments
            .filter_map(|(segment, info)| Some(segment.n_articles(layer, info.as_ref()?)))
            .sum();
        (n_articles > 0).then(|| List {
            layer,
            term: term.to_owned(),
            bits: self.bits,
            weight: self.factor * weight_of(layer) * bm25::idf(n_articles, snapshot.n_docs),
            n_articles,
            infos,
        })
    }
}

/// The pairs of neighbouring characters of a text.
fn pairs(text: &str) -> impl Iterator<Item = &str> {
    let ends = text.char_indices().skip(1);
    let ends = ends.map(|(at, c)| at + c.len_utf8());
    let starts = text.char_indices().map(|(at, _)| at);
    starts.zip(ends).map(|(start, end)| &text[start..end])
}

/// What shows that an article has a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign<'t> {
    Word(&'t str),
    /// One or two of its characters.
    Chars(&'t str),
}

/// Gives each sign a bit.
#[derive(Default)]
struct Bits<'t> {
    signs: Vec<Sign<'t>>,
}

impl<'t> Bits<'t> {
    /// The bits of `signs`, new where they have none yet; `None`, and nothing changed, if there are not enough left.
    fn of(&mut self, signs: impl IntoIterator<Item = Sign<'t>>) -> Option<u64> {
        let known = self.signs.len();
        let mut bits = 0;
        for sign in signs {
            let at = match self.signs.iter().position(|known| *known == sign) {
                Some(at) => at,
                None => {
                    self.signs.push(sign);
                    self.signs.len() - 1
                }
            };
            if at >= u64::BITS as usize {
                self.signs.truncate(known);
                return None;
            }
            bits |= 1 << at;
        }
        Some(bits)
    }

    fn find(&self, sign: Sign<'_>) -> u64 {
        let at = self.signs.iter().position(|known| *known == sign);
        at.map_or(0, |at| 1 << at)
    }
}
