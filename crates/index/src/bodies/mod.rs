//! How the stored bodies are compressed: each on its own, by what is learned from the first of them.
//!
//! Alone, a news story of a kilobyte or two shrinks little; which phrases the stories of one archive are made of is learned
//! once and kept in a file of the generation. A writer holds its first articles back until it is learned;
//! records of an archive too small to learn from do without.
//!
//! What is compressed are units of UTF-16: a Chinese character is one of them. A body of which phrases tell little, in
//! another language than those before or long and repetitive, is compressed by zstd, and so are all before there are phrases.

mod huffman;
mod learn;
mod phrases;
mod trie;

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe::CParameter;

use self::phrases::Phrases;
use crate::error::{Error, Result};
use crate::files;
use crate::pool::Pool;
use crate::utf16;

/// zstd's level.
const LEVEL: i32 = 6;
/// The least bytes of a match for zstd: two characters.
const MIN_MATCH: u32 = 4;
/// A text that phrases leave more than this part of is compressed by zstd as well, and the shorter one is kept: of news
/// they leave .37 to .5.
const POOR: f64 = 0.62;
/// The same goes for texts of so many units and more, which may repeat what is in no phrase.
const LONG: usize = 16 << 10;
/// The units of text that phrases are learned from; by half as many, texts come out 5 % longer, by half as many again 1 %
/// shorter.
const SAMPLE_UNITS: usize = 512 << 10;
/// From fewer units nothing is learned.
const LEAST_SAMPLE_UNITS: usize = 96 << 10;
/// The most phrases; with half as many again, texts come out 1 % shorter.
const MOST_PHRASES: usize = 16 << 10;
/// How many units of an archive that has no more than samples there are for each phrase.
const UNITS_PER_PHRASE: usize = 24;
/// The most units of one text that are learned from.
const LONGEST_SAMPLE: usize = 4 << 10;

const FILE: &str = "bodies.dict";

/// The most units that are believed to be of one record.
const MAX_UNPACKED: usize = 1 << 29;

/// What the bodies of an index are compressed by.
pub(crate) struct Bodies {
    /// The generation's directory; `None` in memory.
    dir: Option<PathBuf>,
    phrases: OnceLock<Phrases>,
    samples: Mutex<Samples>,
    /// Whether there is nothing more to learn, and nothing is held back any more.
    settled: AtomicBool,
    /// What decompressing by zstd takes, and nobody needs now; making one costs more than unpacking a body.
    idle: Pool<Decompressor<'static>>,
}

/// Texts to learn phrases from.
#[derive(Default)]
struct Samples {
    units: Vec<u16>,
    sizes: Vec<usize>,
    /// Whether phrases of before were looked for.
    looked: bool,
    /// Whether enough were seen.
    full: bool,
}

/// Compresses, with the buffers of one thread.
pub(crate) struct Packer {
    zstd: Compressor<'static>,
    /// A text as bytes, little-endian.
    bytes: Vec<u8>,
}

/// Which way a text is compressed.
const BY_ZSTD: u8 = 0;
const BY_PHRASES: u8 = 1;

impl Bodies {
    /// For a generation, or in memory.
    pub(crate) fn new(dir: Option<PathBuf>) -> Self {
        Self {
            dir,
            phrases: OnceLock::new(),
            samples: Mutex::default(),
            settled: AtomicBool::new(false),
            idle: Pool::default(),
        }
    }

    /// Reads the phrases; gives whether there are any.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if their file cannot be read, [`Error::Damaged`] if it is not what was written.
    pub(crate) fn check(&self) -> Result<bool> {
        Ok(self.phrases()?.is_some())
    }

    /// The phrases, if any were learned, by this process or another.
    fn phrases(&self) -> Result<Option<&Phrases>> {
        if let Some(phrases) = self.phrases.get() {
            return Ok(Some(phrases));
        }
        let Some(dir) = &self.dir else {
            return Ok(None);
        };
        let path = dir.join(FILE);
        match fs::read(&path) {
            Ok(bytes) => {
                let phrases = Phrases::from_bytes(&bytes);
                let phrases = phrases.map_err(|reason| Error::damaged(&path, reason))?;
                Ok(Some(self.phrases.get_or_init(|| phrases)))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io("read", path)(error)),
        }
    }

    /// Whether articles need not be held back: there are phrases, or there will be none.
    pub(crate) fn is_settled(&self) -> Result<bool> {
        if self.settled.load(Ordering::Acquire) {
            return Ok(true);
        }
        let mut samples = self.samples();
        if !samples.looked {
            samples.looked = true;
            if self.phrases()?.is_some() {
                samples.full = true;
                self.settle();
            }
        }
        Ok(self.settled.load(Ordering::Acquire))
    }

    /// From now on no article is held back.
    pub(crate) fn settle(&self) {
        self.settled.store(true, Ordering::Release);
    }

    /// Keeps what is going to be compressed to learn from; tells whether it was the last one needed, so that the caller is
    /// to [`learn`](Self::learn).
    pub(crate) fn sample(&self, units: &[u16]) -> bool {
        let mut samples = self.samples();
        if samples.full {
            return false;
        }
        let sample = &units[..units.len().min(LONGEST_SAMPLE)];
        samples.units.extend_from_slice(sample);
        samples.sizes.push(sample.len());
        samples.full = samples.units.len() >= SAMPLE_UNITS;
        samples.full
    }

    /// Learns phrases from the bodies kept, if they are worth it; tells whether nothing will be learned any more.
    ///
    /// Others may go on meanwhile.
    pub(crate) fn learn(&self) -> Result<bool> {
        let (units, sizes, most) = {
            let mut samples = self.samples();
            let n_units = samples.units.len();
            if n_units < LEAST_SAMPLE_UNITS {
                return Ok(samples.full);
            }
            let most = match samples.full {
                true => MOST_PHRASES,
                false => MOST_PHRASES.min(n_units / UNITS_PER_PHRASE),
            };
            samples.full = true;
            let units = std::mem::take(&mut samples.units);
            (units, std::mem::take(&mut samples.sizes), most)
        };
        let mut rest = units.as_slice();
        let texts: Vec<&[u16]> = sizes
            .into_iter()
            .map(|len| {
                rest.split_off(..len)
                    .expect("the sizes are those of the samples")
            })
            .collect();
        if let Some(phrases) = learn::learn(&texts, most) {
            self.keep(phrases)?;
        }
        Ok(true)
    }

    fn samples(&self) -> MutexGuard<'_, Samples> {
        self.samples.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps phrases where they outlive the records that need them.
    fn keep(&self, phrases: Phrases) -> Result<()> {
        if let Some(dir) = &self.dir {
            let path = dir.join(FILE);
            let written = phrases
                .to_bytes()
                .and_then(|bytes| files::replace(&path, &bytes));
            written.map_err(Error::io("write", &path))?;
        }
        self.phrases.get_or_init(|| phrases);
        Ok(())
    }

    /// Decompresses what [`Packer::pack`] wrote of `n_units`, the first `wanted` of them; `None` if it is damaged.
    pub(crate) fn unpack(&self, packed: &[u8], n_units: usize, wanted: usize) -> Option<Vec<u16>> {
        // A damaged length must not become an allocation of that size.
        if n_units > MAX_UNPACKED {
            return None;
        }
        let (&way, packed) = packed.split_first()?;
        if way == BY_PHRASES {
            return self.phrases().ok()??.decode(packed, n_units, wanted);
        }
        let mut zstd = match self.idle.take() {
            Some(zstd) => zstd,
            None => Decompressor::new().ok()?,
        };
        let plain = zstd.decompress(packed, 2 * n_units);
        self.idle.put(zstd);
        let plain = plain.ok().filter(|plain| plain.len() == 2 * n_units)?;
        Some(utf16::units(plain.get(..2 * wanted)?).collect())
    }
}

impl Packer {
    pub(crate) fn new() -> io::Result<Self> {
        let mut zstd = Compressor::new(LEVEL)?;
        // The engine checks its files.
        zstd.include_checksum(false)?;
        zstd.include_dictid(false)?;
        zstd.set_parameter(CParameter::MinMatch(MIN_MATCH))?;
        Ok(Self {
            zstd,
            bytes: Vec::new(),
        })
    }

    /// Compresses a text and appends it to `out`.
    pub(crate) fn pack(&mut self, text: &[u16], bodies: &Bodies, out: &mut Vec<u8>) -> Result<()> {
        let begin = out.len();
        if let Some(phrases) = bodies.phrases.get() {
            out.push(BY_PHRASES);
            phrases.encode(text, out);
            let part = (out.len() - begin) as f64 / (2 * text.len()) as f64;
            if part <= POOR && text.len() < LONG {
                return Ok(());
            }
        }
        self.bytes.clear();
        self.bytes
            .extend(text.iter().flat_map(|unit| unit.to_le_bytes()));
        let packed = self.zstd.compress(&self.bytes)?;
        if out.len() == begin || packed.len() + 1 < out.len() - begin {
            out.truncate(begin);
            out.push(BY_ZSTD);
            out.extend_from_slice(&packed);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    /// Sentences of words that are often side by side, different ones for each number.
    fn text(n: usize) -> Vec<u16> {
        const WORDS: [&str; 8] = [
            "文明城市",
            "创建",
            "工作",
            "，",
            "会议",
            "召开",
            "我市",
            "。",
        ];
        let words = (0..400).map(|i| WORDS[(n + i * i * 7 + i / 3 * n) % WORDS.len()]);
        units(&words.collect::<String>())
    }

    fn pack(text: &[u16], bodies: &Bodies) -> Vec<u8> {
        let mut packed = Vec::new();
        let mut packer = Packer::new().unwrap();
        packer.pack(text, bodies, &mut packed).unwrap();
        let n_units = text.len();
        assert_eq!(
            bodies.unpack(&packed, n_units, n_units).as_deref(),
            Some(text)
        );
        assert_eq!(bodies.unpack(&packed, n_units, 1).as_deref(), text.get(..1));
        let cut = &packed[..packed.len() - 1];
        assert_eq!(bodies.unpack(cut, n_units, n_units), None);
        packed
    }

    #[test]
    fn each_text_is_compressed_the_way_that_suits_it() {
        let dir = tempfile::tempdir().unwrap();
        let bodies = Bodies::new(Some(dir.path().to_owned()));
        let before = pack(&text(1), &bodies);
        assert_eq!(before[0], BY_ZSTD);
        let mut n = 0;
        while !bodies.sample(&text(n)) {
            n += 1;
        }
        assert!(!bodies.is_settled().unwrap());
        assert!(bodies.learn().unwrap());
        bodies.settle();
        let usual = pack(&text(1), &bodies);
        assert_eq!(usual[0], BY_PHRASES);
        // What no phrase was learned of, and what repeats itself for long.
        let foreign = "Ὁμήρου Ὀδύσσεια ".repeat(20);
        assert_eq!(pack(&units(&foreign), &bodies)[0], BY_ZSTD);
        assert_eq!(pack(&text(1).repeat(LONG / 400), &bodies)[0], BY_ZSTD);
        assert_eq!(pack(&[], &bodies), [BY_PHRASES]);
        // Another process reads the file.
        let others = Bodies::new(Some(dir.path().to_owned()));
        for packed in [before, usual] {
            assert_eq!(
                others.unpack(&packed, text(1).len(), text(1).len()),
                Some(text(1))
            );
        }
        assert!(others.is_settled().unwrap());
    }

    #[test]
    fn a_small_archive_has_no_phrases() {
        let bodies = Bodies::new(None);
        bodies.sample(&text(1));
        assert!(!bodies.learn().unwrap());
        assert_eq!(pack(&text(1), &bodies)[0], BY_ZSTD);
    }

    #[test]
    fn damaged_phrases_are_named() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(FILE), "nonsense").unwrap();
        let bodies = Bodies::new(Some(dir.path().to_owned()));
        let error = bodies.is_settled().unwrap_err().to_string();
        assert!(error.contains(FILE), "{error}");
    }
}
