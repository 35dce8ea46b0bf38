//! The analysis that articles and queries share.
//!
//! An article's text is cut once, in the thread that adds it; what is inverted is a text whose words are separated by
//! spaces, and a text of nothing but the characters that count.

use fangzhi_segmentation::{Layer, Segmenter, Worker};

use crate::error::Result;
use crate::layers::TextLayers;
use crate::places::Places;
use crate::pool::Pool;
use crate::query::Synonyms;
use crate::rank::StopWords;
use crate::resources::Resources;
use crate::utf16;

/// How many characters of the body are its lead.
pub(crate) const LEAD_CHARS: usize = 80;

/// Analyses articles and queries.
pub(crate) struct Analyzer {
    segmenter: Segmenter,
    stop_words: StopWords,
    synonyms: Synonyms,
    places: Places,
    workers: Pool<Worker>,
}

/// A text, analysed.
#[derive(Debug, Default)]
pub(crate) struct Analysed {
    /// The words, separated by spaces.
    words: String,
    /// The letters, digits and Chinese characters, as [`TextLayers`] has them.
    chars: Vec<u8>,
    /// How many of the words are within the first [`LEAD_CHARS`] characters.
    pub(crate) n_lead: usize,
}

impl Analysed {
    /// As what is inverted.
    pub(crate) fn layers(&self) -> TextLayers<'_> {
        TextLayers {
            words: self.words.as_bytes(),
            chars: &self.chars,
        }
    }
}

impl Analyzer {
    pub(crate) fn new(resources: &Resources) -> Result<Self> {
        Ok(Self {
            segmenter: Segmenter::new(resources.dictionary()?),
            stop_words: StopWords::new(&resources.stop_words()?),
            synonyms: Synonyms::new(&resources.synonyms()?)?,
            places: Places::new(resources)?,
            workers: Pool::default(),
        })
    }

    /// A fingerprint of what decides how articles are cut.
    pub(crate) fn fingerprint(&self) -> u64 {
        self.segmenter.dictionary().fingerprint()
    }

    /// What texts of a query stand for others.
    pub(crate) fn synonyms(&self) -> &Synonyms {
        &self.synonyms
    }

    /// The regions that articles are tagged with and queries name.
    pub(crate) fn places(&self) -> &Places {
        &self.places
    }

    /// Words a query may contain without being searched for.
    pub(crate) fn stop_words(&self) -> &StopWords {
        &self.stop_words
    }

    /// Analyses `text` into `out`, reusing its buffers.
    pub(crate) fn analyse(&self, text: &str, out: &mut Analysed) {
        out.words.clear();
        out.chars.clear();
        out.n_lead = 0;
        let lead_end = text
            .char_indices()
            .nth(LEAD_CHARS)
            .map_or(text.len(), |(at, _)| at);
        self.with_worker(|worker| {
            for (number, piece) in pieces(text).enumerate() {
                let mut analysis = worker.analyse(piece);
                analysis.for_each(Layer::Words, |token| {
                    push_word(&mut out.words, token.text);
                    out.n_lead += usize::from(number == 0 && token.end <= lead_end);
                });
                for run in analysis.runs() {
                    utf16::push(&mut out.chars, run);
                }
            }
        });
    }

    /// The characters of `text` that count, normalised.
    pub(crate) fn chars(&self, text: &str) -> String {
        self.with_worker(|worker| worker.analyse(text).runs().collect())
    }

    /// Lends a worker, which holds the buffers of one thread.
    pub(crate) fn with_worker<T>(&self, job: impl FnOnce(&mut Worker) -> T) -> T {
        let idle = self.workers.take();
        let mut worker = idle.unwrap_or_else(|| self.segmenter.worker());
        let result = job(&mut worker);
        self.workers.put(worker);
        result
    }
}

/// How many bytes of a text are analysed at a time, or up to twice as many; in tests, few.
const PIECE: usize = if cfg!(test) { 16 } else { 64 << 10 };

/// A text in pieces, so that analysing a long one takes no more memory than a short one.
///
/// It is cut behind a line or else a stop, where no word goes on; only where there is none for tens of thousands of
/// characters, anywhere.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let max = rest.floor_char_boundary(2 * PIECE);
        let piece = if max == rest.len() {
            rest
        } else {
            let window = &rest[rest.floor_char_boundary(PIECE)..max];
            let behind = |(at, stop): (usize, &str)| max - window.len() + at + stop.len();
            let end = window.rmatch_indices('\n').next();
            let end = end.or_else(|| window.rmatch_indices(is_stop).next());
            &rest[..end.map_or(max, behind)]
        };
        rest = &rest[piece.len()..];
        (!piece.is_empty()).then_some(piece)
    })
}

/// Whether no word of a dictionary goes on behind the character.
fn is_stop(c: char) -> bool {
    c.is_whitespace() || matches!(c, '，' | '。' | '；' | '！' | '？' | '、')
}

fn push_word(text: &mut String, word: &str) {
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(word);
}

/// A name, value or address as exact fields hold it: normalised, without white space at the ends.
pub(crate) fn exact(text: &str) -> String {
    let normalized = fangzhi_segmentation::normalize::normalize(text.trim());
    // The engine takes no term of 64 KiB; no name or address is of that length.
    let end = normalized
        .text()
        .char_indices()
        .nth(2000)
        .map_or(normalized.text().len(), |(at, _)| at);
    normalized.text()[..end].trim().to_owned()
}

/// [`exact`] of a site's name or its host name, which is kept without `www.`, as [`Article::host`] gives it.
///
/// [`Article::host`]: fangzhi_ingest::Article::host
pub(crate) fn exact_site(text: &str) -> String {
    let site = exact(text);
    match site.strip_prefix("www.") {
        Some(host) => host.to_owned(),
        None => site,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_where_no_word_goes_on() {
        for (text, expected) in [
            ("", vec![]),
            ("文明城市文明城市", vec!["文明城市文明城市"]),
            (
                "文明城市文明城市\n文明，城市文明城市",
                vec!["文明城市文明城市\n", "文明，城市文明城市"],
            ),
            (
                "文明城市文明，城市，文明城市文明城市",
                vec!["文明城市文明，城市，", "文明城市文明城市"],
            ),
            (
                "文明城市文明城市文明城市",
                vec!["文明城市文明城市文明", "城市"],
            ),
        ] {
            assert_eq!(pieces(text).collect::<Vec<_>>(), expected, "{text}");
        }
    }
}
