//! Reads a stored HTTP response.

use std::borrow::Cow;
use std::io::Read;

use super::expand::{reason, zstd_decoder};
use super::pace::{Pace, Paced};

/// A stored HTTP response: its head and its body, still encoded.
pub(super) struct Response<'a> {
    pub(super) status: u16,
    headers: Vec<(&'a str, &'a str)>,
    body: &'a [u8],
}

impl<'a> Response<'a> {
    /// Parses a response; `None` where it does not begin like one.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (head, body) = split_head(bytes);
        // Header values are ASCII in all that matters here.
        let head = match std::str::from_utf8(head) {
            Ok(head) => head,
            Err(error) => std::str::from_utf8(&head[..error.valid_up_to()]).ok()?,
        };
        let mut lines = head.lines();
        let status = lines
            .next()?
            .strip_prefix("HTTP/")?
            .split_ascii_whitespace()
            .nth(1)?;
        Some(Self {
            status: status.parse().ok()?,
            headers: lines
                .filter_map(|line| line.split_once(':'))
                .map(|(name, value)| (name.trim(), value.trim()))
                .collect(),
            body,
        })
    }

    pub(super) fn header(&self, name: &str) -> Option<&'a str> {
        self.headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }

    /// The media type in lower case, without its parameters.
    pub(super) fn media_type(&self) -> Option<String> {
        let value = self.header("content-type")?;
        Some(value.split(';').next()?.trim().to_ascii_lowercase())
    }

    /// The `charset` parameter of the content type.
    pub(super) fn charset(&self) -> Option<&'a str> {
        self.header("content-type")?
            .split(';')
            .skip(1)
            .find_map(|parameter| {
                let (name, value) = parameter.split_once('=')?;
                name.trim()
                    .eq_ignore_ascii_case("charset")
                    .then(|| value.trim().trim_matches(['"', '\'']))
            })
    }

    /// The body with chunks joined and compression taken off, at `pace`, at most `limit` bytes of it and one.
    ///
    /// Crawlers often store the body decoded and the headers as they were; so what does not look encoded is taken as it is.
    ///
    /// # Errors
    ///
    /// The compression is not supported or the data is damaged; the message says which.
    pub(super) fn content(&self, limit: u64, pace: &Pace) -> Result<Cow<'a, [u8]>, String> {
        let body = match self.header("transfer-encoding") {
            Some(value) if value.to_ascii_lowercase().contains("chunked") => {
                dechunk(self.body).map_or(Cow::Borrowed(self.body), Cow::Owned)
            }
            _ => Cow::Borrowed(self.body),
        };
        let encoding = self
            .header("content-encoding")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let expanded = match encoding.as_str() {
            "gzip" | "x-gzip" if body.starts_with(b"\x1f\x8b") => {
                expand(flate2::read::MultiGzDecoder::new(&*body), limit, pace)
            }
            // Servers call both forms deflate; the first byte of a zlib stream tells them apart.
            "deflate" if body.first().is_some_and(|byte| byte & 0x0f == 8) => {
                expand(flate2::read::ZlibDecoder::new(&*body), limit, pace)
            }
            "deflate" if !body.trim_ascii_start().starts_with(b"<") => {
                expand(flate2::read::DeflateDecoder::new(&*body), limit, pace)
            }
            "zstd" if body.starts_with(b"\x28\xb5\x2f\xfd") => {
                let decoder = zstd_decoder(&*body).map_err(|error| reason(&error))?;
                expand(decoder, limit, pace)
            }
            "br" if !body.trim_ascii_start().starts_with(b"<") => {
                return Err("the content encoding `br` is not supported".to_owned());
            }
            _ => return Ok(body),
        };
        expanded
            .map(Cow::Owned)
            .map_err(|error| format!("cannot decompress: {}", reason(&error)))
    }
}

fn expand(reader: impl Read, limit: u64, pace: &Pace) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let reader = reader.take(limit.saturating_add(1));
    let pace = pace.clone();
    Paced { reader, pace }.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn split_head(bytes: &[u8]) -> (&[u8], &[u8]) {
    let crlf = memchr::memmem::find(bytes, b"\r\n\r\n").map(|at| (at, at + 4));
    let lf = memchr::memmem::find(bytes, b"\n\n").map(|at| (at, at + 2));
    let first = match (crlf, lf) {
        (Some(crlf), Some(lf)) => crlf.min(lf),
        (one, other) => one.or(other).unwrap_or((bytes.len(), bytes.len())),
    };
    (&bytes[..first.0], &bytes[first.1..])
}

/// Joins chunks; `None` where the first is none.
fn dechunk(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut joined = Vec::with_capacity(body.len());
    loop {
        let Some((size, rest)) = chunk_size(body) else {
            // A body cut short gives what there is.
            return (!joined.is_empty()).then_some(joined);
        };
        if size == 0 {
            return Some(joined);
        }
        let chunk = &rest[..size.min(rest.len())];
        joined.extend_from_slice(chunk);
        body = &rest[chunk.len()..];
        body = body
            .strip_prefix(b"\r\n")
            .or(body.strip_prefix(b"\n"))
            .unwrap_or(body);
    }
}

fn chunk_size(body: &[u8]) -> Option<(usize, &[u8])> {
    let end = memchr::memchr(b'\n', &body[..body.len().min(64)])?;
    let line = std::str::from_utf8(&body[..end]).ok()?;
    let digits = line.split(';').next()?.trim();
    Some((usize::from_str_radix(digits, 16).ok()?, &body[end + 1..]))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn content(head: &str, body: &[u8]) -> Result<Vec<u8>, String> {
        let bytes = [head.as_bytes(), b"\r\n\r\n", body].concat();
        Response::parse(&bytes)
            .unwrap()
            .content(1000, &Pace::default())
            .map(Cow::into_owned)
    }

    #[test]
    fn the_head_is_read() {
        let response = Response::parse(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/HTML; charset=\"GBK\"\r\n\r\n<p>",
        )
        .unwrap();
        assert_eq!(
            (
                response.status,
                response.media_type().as_deref(),
                response.charset()
            ),
            (200, Some("text/html"), Some("GBK"))
        );
        assert!(Response::parse(b"<html>").is_none());
        assert!(Response::parse(b"").is_none());
    }

    #[test]
    fn bodies_are_decoded_where_they_are_encoded() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(b"<p>city").unwrap();
        let gzip = gzip.finish().unwrap();
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked";
        let gzipped = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip";
        assert_eq!(
            content(chunked, b"3\r\n<p>\r\n4;x=y\r\ncity\r\n0\r\n\r\n").unwrap(),
            b"<p>city"
        );
        assert_eq!(content(chunked, b"<p>city").unwrap(), b"<p>city");
        assert_eq!(content(chunked, b"ff\r\n<p>city").unwrap(), b"<p>city");
        assert_eq!(content(gzipped, &gzip).unwrap(), b"<p>city");
        assert_eq!(content(gzipped, b"<p>city").unwrap(), b"<p>city");
        assert!(content(gzipped, &gzip[..15]).is_err());
        assert!(content("HTTP/1.1 200 OK\r\nContent-Encoding: br", b"\x0b\x02\x80").is_err());
    }
}
