//! Decompresses what is compressed, by content, and reads no more than the limit.

use std::io::{self, BufRead, BufReader, Read};

use super::gzip::GzipMembers;
use super::pace::{Pace, Paced};
use super::replay::Ahead;
use crate::error::ErrorKind;
use crate::page::Format;

/// How much of a stream its format is read off.
const HEAD_BYTES: usize = 8 << 10;

/// A file compressed twice is a mistake that happens; more is an attack.
const MAX_LAYERS: usize = 2;

/// zstd may ask for a window of at most 2 to this power: 8 MiB, which RFC 8878 (3.1.1.1.2) recommends as the least for a
/// decoder, and which its levels up to 19 keep to.
const ZSTD_WINDOW_LOG: u32 = 23;

/// A stream of bytes.
pub(crate) struct Input {
    pub(crate) reader: Box<dyn BufRead + Send>,
    /// How many bytes there are, where it is known.
    pub(crate) size: Option<u64>,
}

/// A decompressed stream and what it holds.
pub(crate) struct Sniffed {
    pub(crate) format: Format,
    /// What was read ahead to find that out, up to 8 KiB, which `reader` gives no more.
    ahead: Ahead,
    reader: Box<dyn BufRead + Send>,
    size: Option<u64>,
    compressed: bool,
}

impl Input {
    /// Takes off compression (gzip, zstd) and reads the format off the first bytes.
    pub(crate) fn sniff(mut self) -> Result<Sniffed, ErrorKind> {
        let mut layers = 0;
        loop {
            let compressed = layers > 0;
            let mut ahead = Ahead::read(&mut self.reader, HEAD_BYTES);
            if ahead.bytes.is_empty()
                && let Some((_, error)) = ahead.errors.pop_front()
            {
                return Err(read_error(error, compressed));
            }
            let head = &ahead.bytes;
            let is_gzip = head.starts_with(b"\x1f\x8b\x08");
            let is_zstd = head.starts_with(b"\x28\xb5\x2f\xfd");
            if !(is_gzip || is_zstd) || layers == MAX_LAYERS {
                return Ok(Sniffed {
                    format: Format::of(head),
                    ahead,
                    reader: self.reader,
                    size: self.size,
                    compressed,
                });
            }
            let whole = ahead.chain(self.reader);
            let expanded: Box<dyn Read + Send> = if is_gzip {
                Box::new(GzipMembers::new(whole))
            } else {
                Box::new(zstd_decoder(whole).map_err(|error| read_error(error, true))?)
            };
            self = Self {
                reader: Box::new(BufReader::with_capacity(4 * HEAD_BYTES, expanded)),
                size: None,
            };
            layers += 1;
        }
    }
}

impl Sniffed {
    /// Reads the rest at a pace.
    pub(crate) fn paced(mut self, pace: Pace) -> Self {
        let reader = self.reader;
        self.reader = Box::new(Paced { reader, pace });
        self
    }

    /// Reads the rest, at most `limit` bytes in all.
    pub(crate) fn read_all(mut self, limit: u64) -> Result<Vec<u8>, ErrorKind> {
        if let Some(size) = self.size.filter(|size| *size > limit) {
            return Err(ErrorKind::TooLarge {
                limit,
                size: Some(size),
            });
        }
        if let Some((_, error)) = self.ahead.errors.pop_front() {
            return Err(read_error(error, self.compressed));
        }
        let mut bytes = self.ahead.bytes;
        if let Some(size) = self.size {
            // One more than there is, so that the end of the file is seen without growing.
            let more = (size + 1).saturating_sub(bytes.len() as u64);
            bytes.reserve_exact(usize::try_from(more).unwrap_or(0));
        }
        let more = (limit.saturating_add(1)).saturating_sub(bytes.len() as u64);
        self.reader
            .take(more)
            .read_to_end(&mut bytes)
            .map_err(|error| read_error(error, self.compressed))?;
        if bytes.len() as u64 > limit {
            return Err(ErrorKind::TooLarge { limit, size: None });
        }
        Ok(bytes)
    }

    /// The first bytes.
    pub(crate) fn head(&self) -> &[u8] {
        &self.ahead.bytes
    }

    /// The whole stream, from its first byte.
    pub(crate) fn into_reader(self) -> (Box<dyn BufRead + Send>, bool) {
        (Box::new(self.ahead.chain(self.reader)), self.compressed)
    }
}

/// Takes off zstd's compression, in bounded memory.
pub(super) fn zstd_decoder<R: BufRead>(
    reader: R,
) -> io::Result<zstd::stream::read::Decoder<'static, R>> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(reader)?;
    decoder.window_log_max(ZSTD_WINDOW_LOG)?;
    Ok(decoder)
}

/// What a decoder says of damage.
pub(super) fn reason(error: &io::Error) -> String {
    let reason = error.to_string();
    // What zstd says of a window that is larger than it may be.
    match reason.contains("too much memory") {
        true => format!(
            "its window is larger than {} MiB",
            (1 << ZSTD_WINDOW_LOG) >> 20
        ),
        false => reason,
    }
}

/// What an error of a stream means: damage, if the bytes came out of a decoder.
pub(crate) fn read_error(error: io::Error, compressed: bool) -> ErrorKind {
    if compressed {
        ErrorKind::Decompress(reason(&error))
    } else {
        ErrorKind::Io(error)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    fn input(bytes: Vec<u8>) -> Input {
        Input {
            size: Some(bytes.len() as u64),
            reader: Box::new(Cursor::new(bytes)),
        }
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn read(bytes: Vec<u8>, limit: u64) -> Result<Vec<u8>, ErrorKind> {
        input(bytes).sniff()?.read_all(limit)
    }

    #[test]
    fn compression_is_found_by_content_and_taken_off() {
        let page = "<html>城市".repeat(9000).into_bytes();
        let zstd = zstd::encode_all(page.as_slice(), 3).unwrap();
        for bytes in [page.clone(), gzip(&page), zstd.clone(), gzip(&zstd)] {
            assert_eq!(read(bytes, 1 << 20).unwrap(), page);
        }
        // Several members, one after the other, are one file.
        let (first, second) = page.split_at(500);
        assert_eq!(
            read([gzip(first), gzip(second)].concat(), 1 << 20).unwrap(),
            page
        );
    }

    #[test]
    fn expansion_stops_at_the_limit() {
        let zeros = vec![b' '; 64 << 20];
        for bomb in [gzip(&zeros), zstd::encode_all(zeros.as_slice(), 3).unwrap()] {
            assert!(bomb.len() < 100_000);
            assert!(matches!(
                read(bomb, 1 << 20),
                Err(ErrorKind::TooLarge {
                    limit: 0x10_0000,
                    size: None
                })
            ));
        }
        assert!(matches!(
            read(vec![b'a'; 101], 100),
            Err(ErrorKind::TooLarge {
                limit: 100,
                size: Some(101)
            })
        ));
        assert!(read(vec![b'a'; 100], 100).is_ok());
    }

    #[test]
    fn damage_is_told_from_failure_to_read() {
        let page = "<html>城市与乡村".repeat(9000).into_bytes();
        let mut cut = gzip(&page);
        cut.truncate(cut.len() / 2);
        assert!(matches!(read(cut, 1 << 20), Err(ErrorKind::Decompress(_))));
        let mut wrong = zstd::encode_all(page.as_slice(), 3).unwrap();
        let middle = wrong.len() / 2;
        wrong.truncate(middle);
        assert!(matches!(
            read(wrong, 1 << 20),
            Err(ErrorKind::Decompress(_))
        ));
    }
}
