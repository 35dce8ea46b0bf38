//! Corrections of what was typed: words of the index that sound the same or differ by one character.

use std::cmp::Reverse;
use std::ops::Range;

use fangzhi_segmentation::normalize::normalize;

use super::slips::{differences, is_slip, runs};
use super::{Lexicon, is_han, key, pinyin};

/// A query, corrected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Correction {
    /// The whole query, with the words replaced.
    pub(crate) text: String,
    /// How many articles have the word that was put in; of several words the rarest's.
    pub(crate) articles: usize,
}

/// What the index knows about a text.
pub(crate) trait Occurrences {
    /// How many articles have this text as it stands.
    fn articles_with(&self, text: &str) -> usize;
}

/// The longest run of characters that is corrected; longer ones are sentences, not words.
const MAX_RUN: usize = 16;
/// The longest run whose words are compared with all others of the index, letter by letter.
const MAX_COMPARED_RUN: usize = 12;
/// The longest run of known words that is looked at: 神州十八号 for 神舟十八号.
const MAX_KNOWN_RUN: usize = 8;
/// The longest word that is corrected.
const MAX_WORD: usize = 8;
/// How many readings of a piece are tried.
const READINGS: usize = 4;
/// How many words are tried for one piece.
const WORDS_PER_PIECE: usize = 4;
/// How often the index is asked at most.
const MAX_QUESTIONS: usize = 80;
/// How many times as many articles have the word as have the misspelling, where any have it.
const RARER: usize = 50;

/// Corrects a query in at most `most` ways, the likeliest first; none where all of it is in the index.
///
/// Operators, field names and what is between them stay as they are.
pub(crate) fn corrections(
    lexicon: &Lexicon,
    query: &str,
    index: &impl Occurrences,
    most: usize,
) -> Vec<Correction> {
    let mut corrector = Corrector {
        lexicon,
        index,
        n_questions: 0,
    };
    // For each run that has any, what it may have been meant to be.
    let mut found: Vec<(Range<usize>, Vec<Candidate>)> = Vec::new();
    for range in runs(query) {
        let candidates = corrector.run(&query[range.clone()]);
        if !candidates.is_empty() {
            found.push((range, candidates));
        }
    }
    let mut corrections: Vec<Correction> = Vec::new();
    for n in 0..most {
        // Of several misspelt words the first is the one that is given in other ways.
        let mut text = String::with_capacity(query.len());
        let mut articles = usize::MAX;
        let mut at = 0;
        for (nth, (range, candidates)) in found.iter().enumerate() {
            let chosen = if nth == 0 {
                candidates.get(n)
            } else {
                candidates.first()
            };
            let Some(candidate) = chosen else {
                return corrections;
            };
            text.push_str(&query[at..range.start]);
            text.push_str(&candidate.text);
            articles = articles.min(candidate.articles);
            at = range.end;
        }
        if found.is_empty() {
            break;
        }
        text.push_str(&query[at..]);
        corrections.push(Correction { text, articles });
    }
    corrections
}

/// What a run may have been meant to be.
struct Candidate {
    /// The whole run, corrected.
    text: String,
    /// How many articles have the word put in.
    articles: usize,
    /// The larger, the likelier.
    rank: (u8, bool, usize, usize),
}

struct Corrector<'a, I> {
    lexicon: &'a Lexicon,
    index: &'a I,
    n_questions: usize,
}

impl<I: Occurrences> Corrector<'_, I> {
    /// Corrects a run of Chinese characters or Latin letters; the likeliest first.
    fn run(&mut self, run: &str) -> Vec<Candidate> {
        let normal = normalize(run).text().to_owned();
        let chars: Vec<char> = normal.chars().collect();
        if !(2..=MAX_RUN).contains(&chars.len()) {
            return Vec::new();
        }
        let mut candidates = if is_han(chars[0]) {
            let n_articles = self.articles_with(&normal);
            self.chinese(&chars, n_articles)
        } else if self.lexicon.find(&normal).is_none() {
            // Whether articles have it would not tell: a part of a word they have.
            self.latin(&normal)
        } else {
            Vec::new()
        };
        candidates.sort_by_key(|candidate| Reverse(candidate.rank));
        let mut seen = Vec::new();
        candidates.retain(|candidate| {
            let new = candidate.text != normal && !seen.contains(&candidate.text);
            seen.push(candidate.text.clone());
            new
        });
        candidates
    }

    fn chinese(&mut self, run: &[char], n_articles: usize) -> Vec<Candidate> {
        let known = self.known(run);
        let mut candidates = Vec::new();
        for length in (2..=run.len().min(MAX_WORD)).rev() {
            for start in 0..=run.len() - length {
                let place = start..start + length;
                // A run that stands in an article may still be the slip of one, but no part of it is looked at.
                if n_articles > 0 && length < run.len() {
                    continue;
                }
                let strange = known[place.clone()].contains(&false);
                if !strange && run.len() > MAX_KNOWN_RUN {
                    continue;
                }
                let piece: String = run[place.clone()].iter().collect();
                for (word, homophone) in
                    self.words_like(&piece, strange && run.len() <= MAX_COMPARED_RUN)
                {
                    let differs = differences(&run[place.clone()], &word);
                    let fits = if homophone {
                        // What shares no character was not meant, however it sounds.
                        2 * differs.len() <= length
                    } else {
                        differs.iter().any(|at| !known[start + at])
                    };
                    if fits {
                        let candidate =
                            self.candidate(run, place.clone(), &word, homophone, strange);
                        candidates.extend(candidate);
                    }
                }
            }
        }
        candidates
    }

    /// Which characters of a run belong to words of the index, of two characters or more,
    /// when it is cut into as many of them as possible.
    fn known(&self, run: &[char]) -> Vec<bool> {
        // How many characters before each place are in words, and where the last word before it begins.
        let mut best = vec![(0, None); run.len() + 1];
        for end in 1..=run.len() {
            best[end] = (best[end - 1].0, None);
            for start in end.saturating_sub(MAX_WORD)..end - 1 {
                let n_known = best[start].0 + end - start;
                if n_known > best[end].0 {
                    let word: String = run[start..end].iter().collect();
                    let number = self.lexicon.find(&word);
                    if number.is_some_and(|number| number < self.lexicon.n_words()) {
                        best[end] = (n_known, Some(start));
                    }
                }
            }
        }
        let mut known = vec![false; run.len()];
        let mut end = run.len();
        while end > 0 {
            match best[end].1 {
                Some(start) => {
                    known[start..end].fill(true);
                    end = start;
                }
                None => end -= 1,
            }
        }
        known
    }

    /// Words that sound like a piece or, to `compare` with all of them, differ from it in one
    /// character; and whether they sound like it.
    fn words_like(&self, piece: &str, compare: bool) -> Vec<(String, bool)> {
        let length = piece.chars().count();
        let mut numbers = Vec::new();
        for reading in pinyin::readings(piece, READINGS) {
            self.lexicon.read_as(&reading.full, |number| {
                if !numbers.contains(&number) {
                    numbers.push(number);
                }
            });
        }
        numbers.sort_unstable();
        let same_length = |word: &str| word.chars().count() == length;
        let mut words: Vec<(String, bool)> = numbers
            .into_iter()
            .filter_map(|number| self.lexicon.entry(number))
            .filter(|entry| same_length(&entry.text) && entry.text != piece)
            .take(WORDS_PER_PIECE)
            .map(|entry| (entry.text, true))
            .collect();
        // Of two characters a slip leaves one, which tells nothing.
        if length >= 3 && compare {
            let mut near = Vec::new();
            self.lexicon.slips(piece, |number| near.push(number));
            near.sort_unstable();
            near.dedup();
            words.extend(
                near.into_iter()
                    .filter_map(|number| Some(key(&self.lexicon.entry(number)?.text)))
                    .filter(|word| is_slip(piece, word))
                    .take(WORDS_PER_PIECE)
                    .map(|word| (word, false)),
            );
        }
        words
    }

    /// Weighs one word in the place of a piece; `None` if too little speaks for it.
    ///
    /// `strange` says that a part of the piece is no word of the index; if not, the piece
    /// is misspelt only if the run with the word is what articles have.
    fn candidate(
        &mut self,
        run: &[char],
        place: Range<usize>,
        word: &str,
        homophone: bool,
        strange: bool,
    ) -> Option<Candidate> {
        let put_in = |before: &[char], after: &[char]| {
            let mut text: String = before.iter().collect();
            text.push_str(word);
            text.extend(after);
            text
        };
        let piece: String = run[place.clone()].iter().collect();
        let before = &run[place.start.saturating_sub(1)..place.start];
        let after = &run[place.end..run.len().min(place.end + 1)];
        let text = put_in(&run[..place.start], &run[place.end..]);
        let n_whole = self.articles_with(&text);
        let whole = if strange {
            n_whole > 0
        } else {
            homophone && n_whole > 1
        };
        // Where two words meet there are characters that no article has, and words like
        // them: a word put in there has to fit its neighbours.
        let fits = whole
            || (strange
                && self.articles_with(&put_in(before, &[])) > 0
                && self.articles_with(&put_in(&[], after)) > 0);
        if !fits {
            return None;
        }
        let articles = self.articles_with(word);
        let misspelt = match place.len() == run.len() || strange {
            true => self.articles_with(&piece),
            false => 0,
        };
        (articles > 0 && articles >= misspelt.saturating_mul(RARER)).then(|| Candidate {
            text,
            articles,
            rank: (u8::from(whole), homophone, place.len(), articles),
        })
    }

    /// Corrects a Latin word, which may also be the pinyin of a Chinese one.
    fn latin(&mut self, word: &str) -> Vec<Candidate> {
        let length = word.chars().count();
        let mut numbers: Vec<(u32, bool)> = Vec::new();
        self.lexicon
            .read_as(word, |number| numbers.push((number, true)));
        // Short words have too many neighbours.
        let distance = match length {
            0..=3 => 0,
            4..=7 => 1,
            _ => 2,
        };
        if distance > 0 {
            self.lexicon.near(word, distance, |near, number| {
                let latin = near.chars().all(|c| c.is_ascii_alphanumeric());
                if latin && near != word && number < self.lexicon.n_words() {
                    numbers.push((number, false));
                }
            });
        }
        numbers.sort_unstable();
        let entries = numbers.into_iter().take(2 * WORDS_PER_PIECE);
        entries
            .filter_map(|(number, pinyin)| Some((self.lexicon.entry(number)?, pinyin)))
            .map(|(entry, pinyin)| Candidate {
                articles: entry.weight as usize,
                rank: (1, pinyin, length, entry.weight as usize),
                text: entry.text,
            })
            .collect()
    }

    fn articles_with(&mut self, text: &str) -> usize {
        if self.n_questions == MAX_QUESTIONS {
            return 0;
        }
        self.n_questions += 1;
        self.index.articles_with(text)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Entry, build};
    use tantivy::directory::OwnedBytes;

    use super::*;

    /// The headlines of some articles, which are all of their text.
    struct Articles(&'static [&'static str]);

    impl Occurrences for Articles {
        fn articles_with(&self, text: &str) -> usize {
            self.0
                .iter()
                .filter(|article| article.contains(text))
                .count()
        }
    }

    const ARTICLES: Articles = Articles(&[
        "海城市创建全国文明城市",
        "文明城市创建走进社区",
        "文明城市测评",
        "春耕备耕忙",
        "农业农村局指导春耕",
        "防汛抗旱指挥部部署防汛",
        "shenyang国际展览会",
        "重庆火锅节",
        "志愿者服务队",
    ]);

    fn correct(query: &str) -> Vec<String> {
        let words = [
            "海城",
            "海城市",
            "创建",
            "全国",
            "文明",
            "城市",
            "文明城市",
            "社区",
            "春耕",
            "备耕",
            "农业",
            "农村局",
            "防汛",
            "抗旱",
            "指挥部",
            "shenyang",
            "重庆",
            "火锅",
            "志愿者",
            "服务队",
        ];
        let entries = words.map(|text| Entry {
            text: text.to_owned(),
            weight: u32::try_from(ARTICLES.articles_with(text)).unwrap(),
            article: None,
        });
        let lexicon = Lexicon::new(OwnedBytes::new(build(entries.to_vec()).into_bytes())).unwrap();
        corrections(&lexicon, query, &ARTICLES, 3)
            .into_iter()
            .map(|correction| correction.text)
            .collect()
    }

    #[test]
    fn misspellings() {
        for (query, expect) in [
            // Homophones.
            ("文明成市", "文明城市"),
            ("文名城市", "文明城市"),
            ("稳明城市", "文明城市"),
            ("全国文明成市", "全国文明城市"),
            ("文明成市 春更", "文明城市 春耕"),
            ("春更", "春耕"),
            ("防讯抗旱", "防汛抗旱"),
            ("崇庆", "重庆"),
            ("標題:文明成市", "標題:文明城市"),
            ("\"文明成市\" AND 春耕", "\"文明城市\" AND 春耕"),
            // Slips.
            ("文明域市", "文明城市"),
            ("志原者", "志愿者"),
            ("文城明市", "文明城市"),
            ("文明明城市", "文明城市"),
            ("shenynag", "shenyang"),
            ("shenyan", "shenyang"),
            // Pinyin left unconverted.
            ("wenmingchengshi", "文明城市"),
            ("chongqing 火锅", "重庆 火锅"),
        ] {
            assert_eq!(
                correct(query).first().map(String::as_str),
                Some(expect),
                "{query}"
            );
        }
    }

    #[test]
    fn what_is_there_stays() {
        for query in [
            "文明城市",
            "创建全国文明城市",
            "文明 城市",
            "春耕备耕",
            "社区春耕",
            "site:news.shenyan.example",
            "C919",
            "shen",
            "AND",
            "",
            "，",
            "明",
            "量子计算机",
        ] {
            assert_eq!(correct(query), [""; 0], "{query}");
        }
    }
}
