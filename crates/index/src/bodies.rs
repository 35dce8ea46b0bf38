//! How the stored bodies are compressed: each on its own, by a dictionary learned from the first of them.
//!
//! Alone, a news story of a kilobyte or two shrinks little; what stories of one archive have in common is learned
//! once and kept in a file of the generation. A writer holds its first articles back until it is learned;
//! records of an archive too small to learn from do without.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

use zstd::bulk::Compressor;
use zstd::dict::DecoderDictionary;
use zstd::zstd_safe::DCtx;

use crate::error::{Error, Result};

/// How hard bodies are compressed, in zstd's levels.
const LEVEL: i32 = 6;
/// The most bytes of a dictionary.
const DICTIONARY_BYTES: usize = 256 << 10;
/// The bytes of text a dictionary is learned from.
const SAMPLE_BYTES: usize = 4 << 20;
/// From fewer bytes nothing is learned.
const LEAST_SAMPLE_BYTES: usize = 256 << 10;
/// How many times as long as a dictionary its samples are.
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
    /// What decompressing takes, and no search needs now; making one costs more than unpacking a body.
    idle: Mutex<Vec<DCtx<'static>>>,
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
    /// Whether enough were seen, and something was made of them or not.
    done: bool,
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
            idle: Mutex::default(),
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

    /// What decompressing takes; `None` if there is not enough memory for it.
    fn context(&self) -> Option<DCtx<'static>> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        idle.or_else(DCtx::try_create)
    }

    /// Whether there is nothing more to learn, so that articles need not be held back.
    pub(crate) fn is_settled(&self) -> Result<bool> {
        if self.dictionary.get().is_some() {
            return Ok(true);
        }
        let mut samples = self.samples.lock().unwrap_or_else(PoisonError::into_inner);
        if !samples.done && samples.sizes.is_empty() {
            samples.done = self.dictionary()?.is_some();
        }
        Ok(samples.done)
    }

    /// Keeps a body to learn from; tells whether there are enough of them.
    pub(crate) fn sample(&self, body: &str) -> bool {
        let mut samples = self.samples.lock().unwrap_or_else(PoisonError::into_inner);
        let sample = &body.as_bytes()[..body.len().min(LONGEST_SAMPLE)];
        samples.bytes.extend_from_slice(sample);
        samples.sizes.push(sample.len());
        samples.bytes.len() >= SAMPLE_BYTES
    }

    /// Learns a dictionary from the bodies kept, if they are worth it.
    pub(crate) fn learn(&self) -> Result<()> {
        let mut samples = self.samples.lock().unwrap_or_else(PoisonError::into_inner);
        if samples.done || samples.bytes.len() < LEAST_SAMPLE_BYTES {
            return Ok(());
        }
        samples.done = true;
        let bytes = std::mem::take(&mut samples.bytes);
        let sizes = std::mem::take(&mut samples.sizes);
        let most = DICTIONARY_BYTES.min(bytes.len() / SAMPLES_PER_DICTIONARY);
        match zstd::dict::from_continuous(&bytes, &sizes, most) {
            Ok(dictionary) => self.keep(dictionary),
            Err(error) => {
                tracing::debug!(%error, "no dictionary can be learned from these articles");
                Ok(())
            }
        }
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
            let learned = Compressor::with_dictionary(LEVEL, &dictionary.bytes)?;
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
            none => none.insert(self.bodies.context()?),
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
            let idle = self.bodies.idle.lock();
            idle.unwrap_or_else(PoisonError::into_inner).push(context);
        }
    }
}
