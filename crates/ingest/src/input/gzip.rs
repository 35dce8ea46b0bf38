//! Gzip files of many members, of which a damaged one does not take the others with it.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

const MAGIC: [u8; 3] = [0x1f, 0x8b, 0x08];

/// The members of a gzip file, expanded, one after the other.
///
/// After an error, reading goes on with the next member that can be found: web archives have one member a record.
pub(super) struct GzipMembers<R> {
    state: State<R>,
}

enum State<R> {
    Member(Box<GzDecoder<R>>),
    Done,
}

impl<R: BufRead> GzipMembers<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            state: State::Member(Box::new(GzDecoder::new(reader))),
        }
    }
}

impl<R: BufRead> Read for GzipMembers<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let State::Member(decoder) = &mut self.state else {
                return Ok(0);
            };
            let result = decoder.read(out);
            if matches!(&result, Ok(n) if *n > 0 || out.is_empty()) {
                return result;
            }
            if matches!(&result, Err(error) if error.kind() == io::ErrorKind::Interrupted) {
                return result;
            }
            let State::Member(decoder) = std::mem::replace(&mut self.state, State::Done) else {
                return Ok(0);
            };
            let mut reader = decoder.into_inner();
            if skip_to_member(&mut reader)? {
                self.state = State::Member(Box::new(GzDecoder::new(reader)));
            }
            result?;
        }
    }
}

/// Skips what is no gzip member: padding, or the rest of a damaged one. Says whether there may be a further member.
fn skip_to_member<R: BufRead>(reader: &mut R) -> io::Result<bool> {
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(false);
        }
        // At the end of the buffer its first byte must do; the decoder will see whether the others follow.
        let start = memchr::memchr_iter(MAGIC[0], buffer).find(|start| {
            MAGIC.starts_with(&buffer[*start..buffer.len().min(start + MAGIC.len())])
        });
        let skip = start.unwrap_or(buffer.len());
        reader.consume(skip);
        if start.is_some() {
            return Ok(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Write};

    use super::*;

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    /// Reads to the end, with a mark where an error was.
    fn read(bytes: &[u8], buffer: usize) -> String {
        let mut members = GzipMembers::new(BufReader::with_capacity(buffer, bytes));
        let mut text = Vec::new();
        loop {
            let mut out = [0; 64];
            match members.read(&mut out) {
                Ok(0) => return String::from_utf8_lossy(&text).into_owned(),
                Ok(n) => text.extend_from_slice(&out[..n]),
                Err(_) => text.push(b'!'),
            }
        }
    }

    #[test]
    fn members_follow_each_other_wherever_the_buffer_ends() {
        let file = [gzip("一"), gzip(""), gzip("二"), vec![0; 5], gzip("三")].concat();
        for buffer in 1..40 {
            assert_eq!(read(&file, buffer), "一二三", "a buffer of {buffer} bytes");
        }
    }

    #[test]
    fn a_damaged_member_is_one_error_and_the_next_is_read() {
        let mut damaged = gzip("坏的一条记录");
        damaged[12] ^= 0xff;
        let file = [gzip("一"), damaged, gzip("二")].concat();
        let text = read(&file, 4096);
        assert!(text.starts_with('一') && text.ends_with("!二"), "{text}");
        let mut cut = gzip("一二三四五六七");
        cut.truncate(20);
        assert!(read(&cut, 4096).ends_with('!'));
    }
}
