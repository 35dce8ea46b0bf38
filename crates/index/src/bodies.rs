//! How the stored bodies are compressed: each on its own, by a dictionary learned from the first of them.
//!
//! Alone, a news story of a kilobyte or two shrinks little; what stories of one archive have in common is learned
//! once and kept in a file of the generation. A writer holds its first articles back until it is learned;
//! records of an archive too small to learn from do without.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use zstd::bulk::Compressor;
use zstd::dict::DecoderDictionary;
use zstd::zstd_safe::{CParameter, DCtx, Strategy};

use crate::error::{Error, Result};
use crate::pool::Pool;

/// zstd's level, which is for what is not set below.
const LEVEL: i32 = 6;
/// The least bytes of a match: two characters.
const MIN_MATCH: u32 = 4;
/// The most places that are looked at for a match, as a power of two.
const SEARCH_LOG: u32 = 3;
/// The entries of the table of places, as a power of two.
const HASH_LOG: u32 = 18;
/// The most bytes of a dictionary.
///
/// With more, zstd collects the dictionary's statistics with longer least matches than are looked for here.
const DICTIONARY_BYTES: usize = 224 << 10;
/// With at least so many bytes of dictionary the first good match is taken, else the next place is looked at as well.
///
/// The quicker way takes the dictionary's statistics as they are, and zstd collects those of a smaller one with longer
/// least matches.
const GREEDY_BYTES: usize = 128 << 10;
/// The bytes of text a dictionary is learned from; of twice as many it learns little more, in twice the time.
const SAMPLE_BYTES: usize = 1536 << 10;
/// From fewer bytes nothing is learned.
const LEAST_SAMPLE_BYTES: usize = 192 << 10;
/// How many times as long as its dictionary an archive is that has no more than samples.
const SAMPLES_PER_DICTIONARY: usize = 16;
/// The most bytes of one text that are learned from.
const LONGEST_SAMPLE: usize = 8 << 10;

const FILE: &str = "bodies.dict";

/// The largest record that is believed to be one, unpacked.
const MAX_UNPACKED: usize = 1 << 30;

/// What the bodies of an index are compressed by.
pub(crate) struct Bodies {
    /// The generation's directory; `None` in memory.
    dir: Option<PathBuf>,
    dictionary: OnceLock<Dictionary>,
    samples: Mutex<Samples>,
    /// Whether there is nothing more to learn, and nothing is held back any more.
    settled: AtomicBool,
    /// What decompressing takes, and no search needs now; making one costs more than unpacking a body.
    idle: Pool<DCtx<'static>>,
}

/// What bodies have in common.
struct Dictionary {
    bytes: Vec<u8>,
    decoder: DecoderDictionary<'static>,
}

/// Texts to learn a dictionary from.
#[derive(Default)]
struct Samples {
    bytes: Vec<u8>,
    sizes: Vec<usize>,
    /// Whether a dictionary of before was looked for.
    looked: bool,
    /// Whether enough were seen.
    full: bool,
}

/// Compresses, with the buffers of one thread.
pub(crate) struct Packer {
    plain: Compressor<'static>,
    learned: Option<Compressor<'static>>,
}

/// Decompresses the records of one search.
pub(crate) struct Unpacker<'b> {
    bodies: &'b Bodies,
    context: Option<DCtx<'static>>,
}

impl Bodies {
    /// For a generation, or in memory.
    pub(crate) fn new(dir: Option<PathBuf>) -> Self {
        Self {
            dir,
            dictionary: OnceLock::new(),
            samples: Mutex::default(),
            settled: AtomicBool::new(false),
            idle: Pool::default(),
        }
    }

    /// The dictionary, if one was learned, by this process or another.
    fn dictionary(&self) -> Result<Option<&Dictionary>> {
        if let Some(dictionary) = self.dictionary.get() {
            return Ok(Some(dictionary));
        }
        let Some(dir) = &self.dir else {
            return Ok(None);
        };
        let path = dir.join(FILE);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(self.dictionary.get_or_init(|| Dictionary::new(bytes)))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io("read", path)(error)),
        }
    }

    /// Whether articles need not be held back: there is a dictionary, or there will be none.
    pub(crate) fn is_settled(&self) -> Result<bool> {
        if self.settled.load(Ordering::Acquire) {
            return Ok(true);
        }
        let mut samples = self.samples();
        if !samples.looked {
            samples.looked = true;
            if self.dictionary()?.is_some() {
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
    pub(crate) fn sample(&self, plain: &[u8]) -> bool {
        let mut samples = self.samples();
        if samples.full {
            return false;
        }
        let sample = &plain[..plain.len().min(LONGEST_SAMPLE)];
        samples.bytes.extend_from_slice(sample);
        samples.sizes.push(sample.len());
        samples.full = samples.bytes.len() >= SAMPLE_BYTES;
        samples.full
    }

    /// Learns a dictionary from the bodies kept, if they are worth it; tells whether nothing will be learned any more.
    ///
    /// Others may go on meanwhile.
    pub(crate) fn learn(&self) -> Result<bool> {
        let (bytes, sizes, most) = {
            let mut samples = self.samples();
            let n_bytes = samples.bytes.len();
            if n_bytes < LEAST_SAMPLE_BYTES {
                return Ok(samples.full);
            }
            let most = match samples.full {
                true => DICTIONARY_BYTES,
                false => DICTIONARY_BYTES.min(n_bytes / SAMPLES_PER_DICTIONARY),
            };
            samples.full = true;
            let bytes = std::mem::take(&mut samples.bytes);
            (bytes, std::mem::take(&mut samples.sizes), most)
        };
        match zstd::dict::from_continuous(&bytes, &sizes, most) {
            Ok(dictionary) => self.keep(dictionary)?,
            Err(error) => {
                tracing::debug!(%error, "no dictionary can be learned from these articles");
            }
        }
        Ok(true)
    }

    fn samples(&self) -> MutexGuard<'_, Samples> {
        self.samples.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a dictionary where it outlives the records that need it.
    fn keep(&self, bytes: Vec<u8>) -> Result<()> {
        if let Some(dir) = &self.dir {
            let path = dir.join(FILE);
            let beside = dir.join("bodies.dict.new");
            let write = || -> io::Result<()> {
                let mut file = File::create(&beside)?;
                file.write_all(&bytes)?;
                file.sync_all()?;
                fs::rename(&beside, &path)
            };
            write().map_err(Error::io("write", &path))?;
        }
        self.dictionary.get_or_init(|| Dictionary::new(bytes));
        Ok(())
    }
}

impl Dictionary {
    fn new(bytes: Vec<u8>) -> Self {
        Self {
            decoder: DecoderDictionary::copy(&bytes),
            bytes,
        }
    }
}

impl Packer {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            plain: compressor(Compressor::new(LEVEL)?)?,
            learned: None,
        })
    }

    /// Compresses `plain` and appends it to `out`.
    pub(crate) fn pack(&mut self, plain: &[u8], bodies: &Bodies, out: &mut Vec<u8>) -> Result<()> {
        if self.learned.is_none()
            && let Some(dictionary) = bodies.dictionary.get()
        {
            let mut learned = Compressor::with_dictionary(LEVEL, &dictionary.bytes)?;
            if dictionary.bytes.len() >= GREEDY_BYTES {
                learned.set_parameter(CParameter::Strategy(Strategy::ZSTD_greedy))?;
            }
            self.learned = Some(compressor(learned)?);
        }
        let (tag, compressor) = match &mut self.learned {
            Some(learned) => (1, learned),
            None => (0, &mut self.plain),
        };
        out.push(tag);
        out.extend_from_slice(&compressor.compress(plain)?);
        Ok(())
    }
}

/// The engine checks its files and a record says its length, so a frame need not.
fn compressor(mut compressor: Compressor<'static>) -> io::Result<Compressor<'static>> {
    compressor.include_checksum(false)?;
    compressor.include_contentsize(false)?;
    compressor.include_dictid(false)?;
    compressor.set_parameter(CParameter::MinMatch(MIN_MATCH))?;
    compressor.set_parameter(CParameter::SearchLog(SEARCH_LOG))?;
    compressor.set_parameter(CParameter::HashLog(HASH_LOG))?;
    Ok(compressor)
}

impl<'b> Unpacker<'b> {
    pub(crate) fn new(bodies: &'b Bodies) -> Self {
        Self {
            bodies,
            context: None,
        }
    }

    /// Decompresses what [`Packer::pack`] wrote, `len` bytes when unpacked; `None` if it is damaged.
    pub(crate) fn unpack(&mut self, packed: &[u8], len: usize) -> Option<Vec<u8>> {
        // A damaged length must not become an allocation of that size.
        if len > MAX_UNPACKED {
            return None;
        }
        let (&tag, frame) = packed.split_first()?;
        let context = match &mut self.context {
            Some(context) => context,
            none => none.insert(self.bodies.idle.take().or_else(DCtx::try_create)?),
        };
        let mut plain = Vec::with_capacity(len);
        if tag == 0 {
            context.decompress(&mut plain, frame).ok()?;
        } else {
            let dictionary = self.bodies.dictionary().ok()??.decoder.as_ddict();
            let unpacked = context.decompress_using_ddict(&mut plain, frame, dictionary);
            unpacked.ok()?;
        }
        Some(plain)
    }
}

impl Drop for Unpacker<'_> {
    fn drop(&mut self) {
        if let Some(context) = self.context.take() {
            self.bodies.idle.put(context);
        }
    }
}
