//! Web archives: each HTML response a page.

use std::io::{self, BufRead, Read};

use jiff::Timestamp;
use warc::{RecordType, WarcHeader, WarcReader};

use super::expand::read_error;
use super::http::Response;
use super::pace::Pace;
use super::pushback::PushBack;
use crate::error::ErrorKind;
use crate::page::{Format, Page};
use crate::time::{CHINA, Precision, PublishTime};

/// A record's header block has at most this many bytes.
const MAX_HEADER_BYTES: usize = 64 << 10;

/// HTTP headers may come on top of the limit for a page.
const HTTP_HEADER_BYTES: u64 = 64 << 10;

/// After this many failures in a row to read anything, there is no more to hope for.
const MAX_FAILURES: usize = 64;

/// The HTML responses of a web archive.
///
/// The records are parsed by the `warc` crate; finding where each begins is done here, because an `Err` must be of one record:
/// reading goes on with the next line that begins a record.
pub(crate) struct WarcPages {
    reader: PushBack,
    compressed: bool,
    /// At what pace compressed pages are expanded.
    pace: Pace,
    /// The longest page, in bytes.
    limit: u64,
    /// How many records were begun.
    record: u64,
    failures: usize,
    done: bool,
}

/// What a record's header says.
struct Header {
    length: u64,
    kind: RecordType,
    media_type: String,
    url: Option<String>,
    date: Option<PublishTime>,
}

impl WarcPages {
    pub(crate) fn new(reader: Box<dyn BufRead + Send>, compressed: bool, limit: u64) -> Self {
        Self {
            reader: PushBack::new(reader),
            compressed,
            pace: Pace::default(),
            limit,
            record: 0,
            failures: 0,
            done: false,
        }
    }

    /// Expands compressed pages at this pace.
    pub(crate) fn paced(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// Reads one record: its page, if it has one.
    fn read_record(&mut self) -> Result<Option<Page>, Failure> {
        let Some(block) = self.read_header()? else {
            self.done = true;
            return Ok(None);
        };
        self.record += 1;
        self.failures = 0;
        let header = match Header::parse(&block) {
            Ok(header) => header,
            Err(reason) => {
                self.skip_to_record()?;
                return Err(Failure::Record(reason));
            }
        };
        let wanted = header.kind == RecordType::Response
            || (header.kind == RecordType::Resource && header.media_type.contains("html"));
        let longest = self.limit.saturating_add(HTTP_HEADER_BYTES);
        if !wanted || header.length > longest {
            let mut body = self.reader.by_ref().take(header.length);
            let length = io::copy(&mut body, &mut io::sink())?;
            if length < header.length {
                return Err(cut_short());
            }
            return if wanted {
                Err(Failure::Record(format!(
                    "longer than the limit of {} bytes",
                    self.limit
                )))
            } else {
                Ok(None)
            };
        }
        let mut body = Vec::new();
        self.reader
            .by_ref()
            .take(header.length)
            .read_to_end(&mut body)?;
        if (body.len() as u64) < header.length {
            self.rescue(&body);
            return Err(cut_short());
        }
        if !self.at_end_of_record()? {
            if !self.rescue(&body) {
                self.skip_to_record()?;
            }
            return Err(Failure::Record("its length is wrong".to_owned()));
        }
        self.page(header, body)
    }

    fn page(&self, header: Header, body: Vec<u8>) -> Result<Option<Page>, Failure> {
        let (bytes, charset) = if header.kind == RecordType::Resource {
            (body, None)
        } else {
            let Some(response) = Response::parse(&body) else {
                return Err(Failure::Record("not an HTTP response".to_owned()));
            };
            let is_html = match response.media_type() {
                Some(media_type) => media_type.contains("html"),
                None => true,
            };
            if !(200..300).contains(&response.status) || !is_html {
                return Ok(None);
            }
            let content = response
                .content(self.limit, &self.pace)
                .map_err(Failure::Record)?;
            // Without a content type, the bytes must say it.
            if response.media_type().is_none() && Format::of(&content) != Format::Html {
                return Ok(None);
            }
            (content.into_owned(), response.charset().map(str::to_owned))
        };
        if bytes.len() as u64 > self.limit {
            return Err(Failure::Record(format!(
                "longer than the limit of {} bytes",
                self.limit
            )));
        }
        Ok(Some(Page {
            url: header.url,
            charset,
            fetched: header.date,
            number: self.record,
            ..Page::with_format(bytes, Format::Html)
        }))
    }

    /// Reads the next header block with its closing empty line; `None` at the end.
    fn read_header(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        let mut block = Vec::new();
        loop {
            let start = block.len();
            let left = (MAX_HEADER_BYTES - start) as u64;
            let n = self
                .reader
                .by_ref()
                .take(left)
                .read_until(b'\n', &mut block)?;
            let line = &block[start..];
            if n == 0 && start == 0 {
                return Ok(None);
            }
            if line.trim_ascii().is_empty() && start == 0 {
                block.clear();
                continue;
            }
            if start == 0 && !line.starts_with(b"WARC/") {
                self.record += 1;
                self.skip_to_record()?;
                return Err(Failure::Record("not a WARC record".to_owned()));
            }
            if line.last() != Some(&b'\n') {
                self.record += 1;
                self.skip_to_record()?;
                return Err(Failure::Record("its header does not end".to_owned()));
            }
            // The parser expects the line ends of the standard.
            if !line.ends_with(b"\r\n") {
                block.pop();
                block.extend_from_slice(b"\r\n");
            }
            if block[start..] == *b"\r\n" {
                return Ok(Some(block));
            }
        }
    }

    /// Skips the line ends that follow a body; says whether they are there, or another record or the end.
    fn at_end_of_record(&mut self) -> io::Result<bool> {
        let mut n_lines = 0;
        loop {
            match self.reader.fill_buf()?.first() {
                None | Some(b'W') => return Ok(true),
                Some(byte @ (b'\r' | b'\n')) => {
                    n_lines += usize::from(*byte == b'\n');
                    self.reader.consume(1);
                }
                Some(_) => return Ok(n_lines >= 2),
            }
        }
    }

    /// Looks for the next record in a body that was too long, and has it read again.
    fn rescue(&mut self, body: &[u8]) -> bool {
        let next = memchr::memmem::find(body, b"\nWARC/1.");
        if let Some(next) = next {
            self.reader.put_back(&body[next + 1..]);
        }
        next.is_some()
    }

    /// Skips to the next line that begins a record.
    fn skip_to_record(&mut self) -> io::Result<()> {
        let mut at_line_start = true;
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                return Ok(());
            }
            if at_line_start && b"WARC/".starts_with(&buffer[..buffer.len().min(5)]) {
                return Ok(());
            }
            let end = memchr::memchr(b'\n', buffer);
            at_line_start = end.is_some();
            let skip = end.map_or(buffer.len(), |end| end + 1);
            self.reader.consume(skip);
        }
    }
}

impl Iterator for WarcPages {
    type Item = Result<Page, ErrorKind>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done {
            match self.read_record() {
                Ok(None) => {}
                Ok(Some(page)) => return Some(Ok(page)),
                Err(Failure::Record(reason)) => {
                    return Some(Err(ErrorKind::Warc {
                        record: self.record,
                        reason,
                    }));
                }
                Err(Failure::Io(error)) => {
                    self.failures += 1;
                    // A damaged member of a compressed archive is one record; a disk that fails is the end.
                    self.done = !self.compressed || self.failures > MAX_FAILURES;
                    if self.failures > 1 {
                        continue;
                    }
                    return Some(Err(match read_error(error, self.compressed) {
                        ErrorKind::Decompress(reason) => ErrorKind::Warc {
                            record: self.record,
                            reason: format!("cannot decompress: {reason}"),
                        },
                        kind => kind,
                    }));
                }
            }
        }
        None
    }
}

impl Header {
    fn parse(block: &[u8]) -> Result<Self, String> {
        let mut reader = WarcReader::new(block);
        let mut records = reader.stream_records();
        let record = match records.next_item() {
            Some(Ok(record)) => record,
            Some(Err(error)) => return Err(lower_first(&error.to_string())),
            None => return Err("not a WARC record".to_owned()),
        };
        let header = |name| record.header(name).map(|value| value.trim().to_owned());
        Ok(Self {
            length: record.content_length(),
            kind: record.warc_type().clone(),
            media_type: header(WarcHeader::ContentType)
                .unwrap_or_default()
                .to_ascii_lowercase(),
            // Version 1.0 of the standard shows the URI in angle brackets, and some writers follow it.
            url: header(WarcHeader::TargetURI).map(|url| url.trim_matches(['<', '>']).to_owned()),
            date: china_time(record.date().timestamp()),
        })
    }
}

/// Why no record could be read.
enum Failure {
    /// The stream is damaged or gone.
    Io(io::Error),
    /// The record is wrong; the stream stands before the next.
    Record(String),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

fn cut_short() -> Failure {
    Failure::Record("it is cut short".to_owned())
}

fn china_time(seconds: i64) -> Option<PublishTime> {
    let timestamp = Timestamp::from_second(seconds).ok()?;
    Some(PublishTime::china(
        CHINA.to_datetime(timestamp),
        Precision::Second,
    ))
}

/// The `warc` crate's messages as fragments in this crate's style.
fn lower_first(message: &str) -> String {
    let message = message.trim_end_matches('.');
    let mut chars = message.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn record(kind: &str, url: &str, body: &str) -> String {
        format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{url}>\r\nWARC-Date: 2024-01-03T07:14:18Z\r\n\
             WARC-Target-URI: {url}\r\nContent-Type: application/http; msgtype={kind}\r\nContent-Length: {}\r\n\r\n{body}\r\n\r\n",
            body.len()
        )
    }

    fn response(url: &str, content_type: &str, html: &str) -> String {
        record(
            "response",
            url,
            &format!("HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n\r\n{html}"),
        )
    }

    /// The URLs of the pages, and the messages of the errors.
    fn read(archive: impl Into<Vec<u8>>) -> Vec<String> {
        WarcPages::new(Box::new(Cursor::new(archive.into())), false, 500)
            .map(|page| match page {
                Ok(page) => page.url.unwrap(),
                Err(error) => error.to_string(),
            })
            .collect()
    }

    #[test]
    fn html_responses_are_pages_and_nothing_else_is() {
        let archive = [
            record("warcinfo", "", "software: x"),
            record("request", "http://a.cn/1", "GET / HTTP/1.1\r\n\r\n"),
            response("http://a.cn/1", "text/html; charset=gbk", "<p>一"),
            response("http://a.cn/1.png", "image/png", "png"),
            record(
                "response",
                "http://a.cn/2",
                "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<p>",
            ),
            response("<http://a.cn/3>", "application/xhtml+xml", "<p>三"),
        ]
        .concat();
        assert_eq!(read(archive.clone()), ["http://a.cn/1", "http://a.cn/3"]);
        let page = WarcPages::new(Box::new(Cursor::new(archive)), false, 500)
            .next()
            .unwrap()
            .unwrap();
        assert_eq!(page.charset.as_deref(), Some("gbk"));
        assert_eq!(page.bytes, "<p>一".as_bytes());
        assert_eq!(
            page.fetched.unwrap().to_string(),
            "2024-01-03T15:14:18+08:00"
        );
    }

    #[test]
    fn a_malformed_record_is_an_error_of_that_record_only() {
        let first = response("http://a.cn/1", "text/html", "<p>一");
        let last = response("http://a.cn/9", "text/html", "<p>九");
        let bad = response("http://a.cn/2", "text/html", "<p>二");
        for (broken, reason) in [
            (
                bad.replace("Content-Length: ", "Content-Length: x"),
                "error parsing headers",
            ),
            (
                bad.replace("WARC-Date", "X-Date"),
                "missing required header: warc-date",
            ),
            (
                bad.replace("2024-01-03T", "yesterday"),
                "malformed header: warc-date: not an ISO 8601 datestamp",
            ),
            (
                bad.replace("Content-Length: 50", "Content-Length: 65"),
                "its length is wrong",
            ),
            (
                bad.replace("Content-Length: 50", "Content-Length: 47"),
                "its length is wrong",
            ),
            (
                bad.replace("Content-Length: 50", "Content-Length: 9999"),
                "it is cut short",
            ),
            (
                bad.replace("HTTP/1.1 200", "HTTX/1.1 200"),
                "not an HTTP response",
            ),
            ("garbage\r\n".to_owned(), "not a WARC record"),
            (
                response("http://a.cn/2", "text/html", &"x".repeat(70_000)),
                "longer than the limit of 500 bytes",
            ),
        ] {
            let archive = [first.clone(), broken.clone(), last.clone()].concat();
            let expected = [
                "http://a.cn/1",
                &format!("record 2: {reason}"),
                "http://a.cn/9",
            ];
            assert_eq!(read(archive), expected, "{broken}");
        }
    }

    #[test]
    fn an_archive_cut_short_gives_what_it_has() {
        let archive = [
            response("http://a.cn/1", "text/html", "<p>一"),
            response("http://a.cn/2", "text/html", "<p>二"),
        ]
        .concat();
        let cut = &archive[..archive.len() - 8];
        assert_eq!(read(cut), ["http://a.cn/1", "record 2: it is cut short"]);
        assert!(read("").is_empty());
    }

    #[test]
    fn line_ends_may_be_short() {
        let html = "HTTP/1.1 200 OK\nContent-Type: text/html\n\n<p>";
        let archive = record("response", "http://a.cn/1", html).replace("\r\n", "\n");
        assert_eq!(read(archive.repeat(2)), ["http://a.cn/1", "http://a.cn/1"]);
    }
}
