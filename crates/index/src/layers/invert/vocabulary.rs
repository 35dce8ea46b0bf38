//! Words by number, and their order.

use std::hash::BuildHasher;
use std::ops::Range;

use hashbrown::{DefaultHashBuilder, HashMap};

/// How many bytes of a word are in its [`Packed`]: four Chinese characters.
const PACKED_BYTES: usize = 12;
/// So many short words are looked up one right after the other.
const AT_A_TIME: usize = 1 << 12;
/// The bits of the number in a [`Packed`].
const NUMBER_BITS: u32 = 32;

/// The first [`PACKED_BYTES`] bytes of a word, as a big-endian number that zeros fill up, and below them its number.
///
/// They are in the order of the words but where longer ones begin alike.
type Packed = u128;

/// Words, numbered as they first occur.
///
/// Nearly all words are short enough to be kept where they are looked up, so that looking one up goes to one place in
/// memory: a place out of the processor's caches for most words of a text, which is what it costs.
#[derive(Default)]
pub(super) struct Vocabulary {
    /// As many places as a power of two, three quarters of them taken at most; 0 in those that are not.
    /// A word is at the place its hash says, or at the first free one behind.
    short: Vec<Packed>,
    n_short: usize,
    long: HashMap<Box<[u8]>, u32>,
    /// The bytes of the long words.
    n_long_bytes: usize,
    n_words: u32,
    hasher: DefaultHashBuilder,
    /// Short words that have no number yet, and where it goes.
    keys: Vec<(Packed, usize)>,
}

/// The words of a [`Vocabulary`] in order.
pub(super) struct Ranks {
    /// The rank of the word of each number.
    pub(super) of_number: Vec<u32>,
    words: Vec<Packed>,
    /// The words that are not whole in `words`, by rank.
    long: HashMap<u32, Box<[u8]>>,
}

impl Vocabulary {
    /// Appends to `numbers` those of the words of a text, which single spaces separate.
    pub(super) fn number_all(&mut self, text: &[u8], numbers: &mut Vec<u32>) {
        if text.is_empty() {
            return;
        }
        let mut keys = std::mem::take(&mut self.keys);
        let mut start = 0;
        for end in memchr::memchr_iter(b' ', text).chain([text.len()]) {
            match pack(text, start..end) {
                Some(key) => {
                    keys.push((key, numbers.len()));
                    numbers.push(0);
                }
                None => numbers.push(self.number_of_long(&text[start..end])),
            }
            start = end + 1;
            if keys.len() == AT_A_TIME {
                self.number_short(&mut keys, numbers);
            }
        }
        self.number_short(&mut keys, numbers);
        self.keys = keys;
    }

    /// Puts the numbers of short words where they go.
    fn number_short(&mut self, keys: &mut Vec<(Packed, usize)>, numbers: &mut [u32]) {
        // A loop of nothing else has several of them on the way from memory at a time.
        for (key, at) in keys.drain(..) {
            numbers[at] = self.number_of_short(key);
        }
    }

    #[inline]
    fn number_of_short(&mut self, key: Packed) -> u32 {
        if 4 * self.n_short >= 3 * self.short.len() {
            self.grow();
        }
        let place = self.place(key);
        let found = self.short[place];
        if found != 0 {
            return number(found);
        }
        let number = next(&mut self.n_words);
        self.short[place] = key | Packed::from(number);
        self.n_short += 1;
        number
    }

    /// Where a word without its number is, or is to be.
    #[inline]
    fn place(&self, key: Packed) -> usize {
        let mask = self.short.len() - 1;
        let mut place = self.hasher.hash_one(key) as usize & mask;
        while self.short[place] != 0 && self.short[place] >> NUMBER_BITS != key >> NUMBER_BITS {
            place = (place + 1) & mask;
        }
        place
    }

    #[cold]
    fn grow(&mut self) {
        let n_places = (2 * self.short.len()).max(1024);
        let before = std::mem::replace(&mut self.short, vec![0; n_places]);
        for packed in before.into_iter().filter(|&packed| packed != 0) {
            let place = self.place(packed >> NUMBER_BITS << NUMBER_BITS);
            self.short[place] = packed;
        }
    }

    fn number_of_long(&mut self, word: &[u8]) -> u32 {
        if let Some(&number) = self.long.get(word) {
            return number;
        }
        let number = next(&mut self.n_words);
        self.long.insert(word.into(), number);
        self.n_long_bytes += word.len();
        number
    }

    /// How many bytes of memory the words take, and their ranks and frequencies are going to take.
    pub(super) fn memory(&self) -> usize {
        let words = size_of::<Packed>() * self.short.len() + 40 * self.long.len();
        words + self.n_long_bytes + 16 * self.n_words as usize
    }

    /// Puts the words in order.
    pub(super) fn into_ranks(self) -> Ranks {
        let mut long: HashMap<u32, Box<[u8]>> = HashMap::with_capacity(self.long.len());
        let mut words = self.short;
        words.retain(|&packed| packed != 0);
        for (word, number) in self.long {
            words.push(pack_head(&word, 0..word.len()) | Packed::from(number));
            long.insert(number, word);
        }
        words.sort_unstable();
        for alike in words.chunk_by_mut(|a, b| a >> NUMBER_BITS == b >> NUMBER_BITS) {
            // A short word is before those that go on.
            alike.sort_unstable_by_key(|&packed| long.get(&number(packed)));
        }
        let mut of_number = vec![0; words.len()];
        let mut long_of_rank = HashMap::with_capacity(long.len());
        for (rank, &packed) in (0..).zip(&words) {
            let number = number(packed);
            of_number[number as usize] = rank;
            if let Some(word) = long.remove(&number) {
                long_of_rank.insert(rank, word);
            }
        }
        Ranks {
            of_number,
            words,
            long: long_of_rank,
        }
    }
}

impl Ranks {
    /// Appends the word of a rank to `out`.
    pub(super) fn push_word(&self, rank: usize, out: &mut Vec<u8>) {
        if let Some(word) = self.long.get(&(rank as u32)) {
            out.extend_from_slice(word);
            return;
        }
        let bytes = self.words[rank].to_be_bytes();
        let word = &bytes[..PACKED_BYTES];
        let len = word
            .iter()
            .rposition(|&byte| byte != 0)
            .map_or(0, |at| at + 1);
        out.extend_from_slice(&word[..len]);
    }
}

fn next(n_words: &mut u32) -> u32 {
    let number = *n_words;
    *n_words = number
        .checked_add(1)
        .expect("a segment has less than 4 billion words");
    number
}

/// The number in a packed word.
fn number(packed: Packed) -> u32 {
    packed as u32
}

/// Packs a word of a text, without its number; `None` if that would not tell it from every other.
#[inline]
fn pack(text: &[u8], word: Range<usize>) -> Option<Packed> {
    let is_whole = word.len() <= PACKED_BYTES && !word.is_empty() && text[word.end - 1] != 0;
    is_whole.then(|| pack_head(text, word))
}

/// Packs what fits of a word of a text, without its number.
#[inline]
fn pack_head(text: &[u8], word: Range<usize>) -> Packed {
    const SIZE: usize = size_of::<Packed>();
    let len = word.len().min(PACKED_BYTES);
    // Taking a fixed number of bytes is quicker, and what is behind the word is cut off.
    match text.get(word.start..word.start + SIZE) {
        Some(bytes) => {
            let bytes = bytes.try_into().expect("they are so many");
            Packed::from_be_bytes(bytes) & !(Packed::MAX >> (8 * len))
        }
        None => {
            let mut bytes = [0; SIZE];
            bytes[..len].copy_from_slice(&text[word.start..word.start + len]);
            Packed::from_be_bytes(bytes)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn words_come_out_in_order_and_whole(
            words in proptest::collection::vec("[a文\u{0}]{0,6}|文明城市(创建)?[ab\u{0}]{0,2}", 1..60),
        ) {
            let mut vocabulary = Vocabulary::default();
            let (mut numbers, mut again) = (Vec::new(), Vec::new());
            let text = words.join(" ");
            vocabulary.number_all(text.as_bytes(), &mut numbers);
            vocabulary.number_all(text.as_bytes(), &mut again);
            if text.is_empty() {
                return Ok(());
            }
            prop_assert_eq!(&numbers, &again);
            let ranks = vocabulary.into_ranks();
            let ordered: BTreeSet<&str> = words.iter().map(String::as_str).collect();
            prop_assert_eq!(ranks.of_number.len(), ordered.len());
            for (rank, word) in ordered.iter().enumerate() {
                let mut found = Vec::new();
                ranks.push_word(rank, &mut found);
                prop_assert_eq!(std::str::from_utf8(&found).unwrap(), *word);
            }
            for (word, &number) in words.iter().zip(&numbers) {
                let rank = ranks.of_number[number as usize] as usize;
                prop_assert_eq!(ordered.iter().position(|other| other == word), Some(rank));
            }
        }
    }
}
