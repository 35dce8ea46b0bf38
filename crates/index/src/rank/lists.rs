//! The posting lists a text is ranked by.

use tantivy::postings::TermInfo;

use crate::bm25;
use crate::error::Result;
use crate::rank::ask::{Ask, Scope, Word};
use crate::rank::weight;
use crate::segment::{Norms, Scored, Segment, Snapshot};

/// A scored field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    BodyWords,
    BodyBigrams,
    BodyChars,
    Lead,
    TitleWords,
    TitleBigrams,
    TitleChars,
}

/// A term in a scored field.
pub(crate) struct List {
    pub(crate) slot: Slot,
    pub(crate) term: String,
    /// What an article that has the term shows it has, see [`Unit`].
    pub(crate) bits: u64,
    /// How much the term weighs, telling power included.
    pub(crate) weight: f32,
    /// Where its postings are, segment by segment.
    pub(crate) infos: Vec<Option<TermInfo>>,
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

/// All the lists of a text.
pub(crate) struct Lists {
    /// Those that find articles.
    pub(crate) main: Vec<List>,
    /// Those that only decide between the best.
    pub(crate) fine: Vec<List>,
    /// The words an article has to have.
    pub(crate) units: Vec<Unit>,
}

impl Slot {
    pub(crate) fn scored(self, segment: &Segment) -> &Scored {
        match self {
            Self::BodyWords => &segment.body.words,
            Self::BodyBigrams => &segment.body.bigrams,
            Self::BodyChars => &segment.body.chars,
            Self::Lead => &segment.lead,
            Self::TitleWords => &segment.title.words,
            Self::TitleBigrams => &segment.title.bigrams,
            Self::TitleChars => &segment.title.chars,
        }
    }

    pub(crate) fn norms(self, norms: &Norms) -> &bm25::Norms {
        match self {
            Self::BodyWords => &norms.body.words,
            Self::BodyBigrams => &norms.body.bigrams,
            Self::BodyChars => &norms.body.chars,
            Self::Lead => &norms.lead,
            Self::TitleWords => &norms.title.words,
            Self::TitleBigrams => &norms.title.bigrams,
            Self::TitleChars => &norms.title.chars,
        }
    }

    fn weight(self) -> f32 {
        match self {
            Self::BodyWords => weight::BODY_WORDS,
            Self::BodyBigrams => weight::BODY_BIGRAMS,
            Self::BodyChars => weight::BODY_CHARS,
            Self::Lead => weight::LEAD,
            Self::TitleWords => weight::TITLE_WORDS,
            Self::TitleBigrams => weight::TITLE_BIGRAMS,
            Self::TitleChars => weight::TITLE_CHARS,
        }
    }

    /// The text it is in, and what its terms are, for people.
    pub(crate) fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::BodyWords => ("body", "word"),
            Self::BodyBigrams => ("body", "pair"),
            Self::BodyChars => ("body", "character"),
            Self::Lead => ("lead", "word"),
            Self::TitleWords => ("title", "word"),
            Self::TitleBigrams => ("title", "pair"),
            Self::TitleChars => ("title", "character"),
        }
    }
}

/// Where a kind of term is looked up, by scope.
fn word_slots(scope: Scope) -> &'static [Slot] {
    match scope {
        Scope::Article => &[Slot::BodyWords, Slot::Lead, Slot::TitleWords],
        Scope::Title => &[Slot::TitleWords],
        Scope::Body => &[Slot::BodyWords, Slot::Lead],
    }
}

fn pair_slots(scope: Scope) -> &'static [Slot] {
    match scope {
        Scope::Article => &[Slot::BodyBigrams, Slot::TitleBigrams],
        Scope::Title => &[Slot::TitleBigrams],
        Scope::Body => &[Slot::BodyBigrams],
    }
}

fn char_slots(scope: Scope) -> &'static [Slot] {
    match scope {
        Scope::Article => &[Slot::BodyChars, Slot::TitleChars],
        Scope::Title => &[Slot::TitleChars],
        Scope::Body => &[Slot::BodyChars],
    }
}

impl Lists {
    /// Looks up the lists of what `ask` has to say in words.
    pub(crate) fn new(ask: &Ask, snapshot: &Snapshot) -> Result<Self> {
        let text = &ask.text;
        let mut bits = Bits::default();
        let mut units = Vec::new();
        for text_word in &text.words[..text.n_required()] {
            let chars: Vec<char> = text_word.chars.chars().collect();
            let unit = match chars.as_slice() {
                [one] => bits
                    .of(&[one.to_string()])
                    .map(|pattern| (pattern, pattern)),
                [one, two] => {
                    let pair = String::from_iter([one, two]);
                    bits.of(&[pair]).map(|pattern| (pattern, pattern))
                }
                longer => {
                    let pairs: Vec<String> = longer.windows(2).map(String::from_iter).collect();
                    let word = format!(" {}", text_word.text);
                    bits.of(&pairs)
                        .and_then(|pattern| Some((bits.of(&[word])?, pattern)))
                }
            };
            // A text longer than the bits reach is held to its first words.
            let Some((word, pattern)) = unit else { break };
            let parts: Vec<String> = word_pairs(text_word).collect();
            units.push(Unit {
                word,
                pattern,
                // They are pairs of the word's own, so they have their bits.
                parts: parts.iter().fold(0, |all, pair| all | bits.find(pair)),
                idf: 0.0,
            });
        }
        let mut this = Self {
            main: Vec::new(),
            fine: Vec::new(),
            units,
        };
        this.look_up_all(ask, &bits, snapshot)?;
        this.weigh_units(ask, snapshot);
        Ok(this)
    }

    fn look_up_all(&mut self, ask: &Ask, bits: &Bits, snapshot: &Snapshot) -> Result<()> {
        let text = &ask.text;
        for word in &text.words {
            let bits = bits.find(&format!(" {}", word.text));
            look_up(
                &mut self.main,
                word_slots(ask.scope),
                &word.text,
                bits,
                1.0,
                snapshot,
            )?;
        }
        for pair in &text.pairs {
            let bits = bits.find(pair);
            look_up(
                &mut self.main,
                pair_slots(ask.scope),
                pair,
                bits,
                1.0,
                snapshot,
            )?;
        }
        for c in &text.chars {
            // A word of one character is found by it.
            let bits = bits.find(c);
            let to = if bits == 0 {
                &mut self.fine
            } else {
                &mut self.main
            };
            look_up(to, char_slots(ask.scope), c, bits, 1.0, snapshot)?;
        }
        for word in &text.stop_words {
            look_up(
                &mut self.fine,
                word_slots(ask.scope),
                word,
                0,
                weight::STOP_WORDS,
                snapshot,
            )?;
        }
        for pair in &text.stop_pairs {
            look_up(
                &mut self.fine,
                pair_slots(ask.scope),
                pair,
                0,
                weight::STOP_WORDS,
                snapshot,
            )?;
        }
        Ok(())
    }

    /// Weighs each word by the rarest of what shows it.
    fn weigh_units(&mut self, ask: &Ask, snapshot: &Snapshot) {
        for (unit, word) in self.units.iter_mut().zip(&ask.text.words) {
            let n_articles = |matches: &dyn Fn(&List) -> bool| {
                self.main
                    .iter()
                    .filter(|list| matches(list))
                    .map(List::n_articles)
                    .max()
                    .unwrap_or(0)
            };
            let n = if unit.word == unit.pattern {
                n_articles(&|list| list.bits == unit.word)
            } else {
                let chars: Vec<char> = word.chars.chars().collect();
                chars
                    .windows(2)
                    .map(String::from_iter)
                    .map(|pair| n_articles(&|list| list.bits != 0 && list.term == pair))
                    .min()
                    .unwrap_or(0)
            };
            unit.idf = bm25::idf(n, snapshot.n_docs);
        }
    }
}

impl List {
    /// How many articles have the term.
    pub(crate) fn n_articles(&self) -> u64 {
        self.infos
            .iter()
            .flatten()
            .map(|info| u64::from(info.doc_freq))
            .sum()
    }
}

/// Looks up `term` in each of `slots`; where no article has it, there is no list.
fn look_up(
    lists: &mut Vec<List>,
    slots: &[Slot],
    term: &str,
    bits: u64,
    factor: f32,
    snapshot: &Snapshot,
) -> Result<()> {
    for &slot in slots {
        let infos: Vec<Option<TermInfo>> = snapshot
            .segments
            .iter()
            .map(|segment| slot.scored(segment).index.terms().get(term.as_bytes()))
            .collect::<std::io::Result<_>>()?;
        let mut list = List {
            slot,
            term: term.to_owned(),
            bits,
            weight: 0.0,
            infos,
        };
        let n = list.n_articles();
        if n > 0 {
            list.weight = factor * slot.weight() * bm25::idf(n, snapshot.n_docs);
            lists.push(list);
        }
    }
    Ok(())
}

/// The pairs of characters in the shorter words that a word is made of.
fn word_pairs(word: &Word) -> impl Iterator<Item = String> {
    word.parts.iter().flat_map(|part| {
        let chars: Vec<char> = part.chars().collect();
        let pairs: Vec<String> = chars.windows(2).map(String::from_iter).collect();
        pairs
    })
}

/// Gives each term that shows something a bit.
#[derive(Default)]
struct Bits {
    terms: Vec<String>,
}

impl Bits {
    /// The bits of `terms`, new where they have none yet; `None`, and nothing changed, if there are not enough left.
    fn of(&mut self, terms: &[String]) -> Option<u64> {
        let known = self.terms.len();
        let mut bits = 0;
        for term in terms {
            let at = match self.terms.iter().position(|known| known == term) {
                Some(at) => at,
                None => {
                    self.terms.push(term.clone());
                    self.terms.len() - 1
                }
            };
            if at >= u64::BITS as usize {
                self.terms.truncate(known);
                return None;
            }
            bits |= 1 << at;
        }
        Some(bits)
    }

    fn find(&self, term: &str) -> u64 {
        self.terms
            .iter()
            .position(|known| known == term)
            .map_or(0, |at| 1 << at)
    }
}
