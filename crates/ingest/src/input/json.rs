//! Cuts a stream of JSON into pages of a few values, without reading it whole.

use std::collections::VecDeque;
use std::io::{BufRead, Read};

use super::expand::read_error;
use crate::error::ErrorKind;
use crate::page::{Format, Page};

/// Lines are handed on in pages of about this size: large enough to share out, small enough to hold many.
const CHUNK_BYTES: usize = 256 << 10;

/// The pages of a JSON file: some lines of a JSON Lines file each, or one value of an array each.
///
/// An `Err` is of one line or value; reading goes on behind it.
pub(crate) struct JsonChunks {
    reader: Box<dyn BufRead + Send>,
    compressed: bool,
    /// The longest line or value, in bytes.
    limit: u64,
    /// Whether each line is a value; else values are told by their brackets.
    lines: bool,
    /// The line that comes next, from 1.
    line: u64,
    /// How many pages there were.
    n_pages: u64,
    ready: VecDeque<Result<Page, ErrorKind>>,
    done: bool,
}

impl JsonChunks {
    /// `head` is the beginning of what `reader` gives.
    pub(crate) fn new(
        head: &[u8],
        reader: Box<dyn BufRead + Send>,
        compressed: bool,
        limit: u64,
    ) -> Self {
        Self {
            reader,
            compressed,
            limit,
            lines: is_lines(head),
            line: 1,
            n_pages: 0,
            ready: VecDeque::new(),
            done: false,
        }
    }

    /// Reads lines until there are enough for a page.
    fn read_lines(&mut self) {
        let first = self.line;
        let mut chunk = Vec::new();
        let mut failed = None;
        while chunk.len() < CHUNK_BYTES {
            let start = chunk.len();
            let line = self.line;
            let read = self
                .reader
                .by_ref()
                .take(self.limit.saturating_add(1))
                .read_until(b'\n', &mut chunk);
            match read {
                Ok(0) => {
                    self.done = true;
                    break;
                }
                Ok(n) if n as u64 > self.limit && chunk.last() != Some(&b'\n') => {
                    chunk.truncate(start);
                    failed = Some(ErrorKind::Json {
                        line,
                        reason: format!("longer than the limit of {} bytes", self.limit),
                    });
                    self.skip_line();
                    self.line += 1;
                    break;
                }
                Ok(_) => self.line += 1,
                Err(error) => {
                    chunk.truncate(start);
                    failed = Some(read_error(error, self.compressed));
                    self.done = true;
                    break;
                }
            }
        }
        if !chunk.trim_ascii().is_empty() {
            self.ready
                .push_back(Ok(page(chunk, Format::JsonLines, first)));
        }
        self.ready.extend(failed.map(Err));
    }

    fn skip_line(&mut self) {
        loop {
            // An error here comes again at the next reading.
            let Ok(buffer) = self.reader.fill_buf() else {
                return;
            };
            let end = memchr::memchr(b'\n', buffer);
            let skip = end.map_or(buffer.len(), |end| end + 1);
            self.reader.consume(skip);
            if end.is_some() || skip == 0 {
                return;
            }
        }
    }

    /// Reads one value, told by its brackets, of an array or of objects that follow each other.
    fn read_value(&mut self) {
        let mut value = Vec::new();
        let mut first = self.line;
        let mut nesting = Nesting::default();
        let mut too_long = false;
        loop {
            let buffer = match self.reader.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) => {
                    self.ready
                        .push_back(Err(read_error(error, self.compressed)));
                    self.done = true;
                    return;
                }
            };
            if buffer.is_empty() {
                self.done = true;
                if nesting.depth > 0 {
                    self.ready.push_back(Err(ErrorKind::Json {
                        line: first,
                        reason: "the value does not end".to_owned(),
                    }));
                }
                return;
            }
            let mut used = 0;
            let mut complete = false;
            for byte in buffer {
                used += 1;
                let outside = nesting.depth == 0;
                if outside && *byte == b'{' {
                    first = self.line;
                }
                self.line += u64::from(*byte == b'\n');
                // Brackets and commas of the array around the values are passed over, as is anything else between them.
                if outside && *byte != b'{' {
                    continue;
                }
                nesting.push(*byte);
                if value.len() as u64 >= self.limit {
                    too_long = true;
                } else {
                    value.push(*byte);
                }
                if nesting.depth == 0 {
                    complete = true;
                    break;
                }
            }
            self.reader.consume(used);
            if complete {
                self.ready.push_back(if too_long {
                    Err(ErrorKind::Json {
                        line: first,
                        reason: format!("longer than the limit of {} bytes", self.limit),
                    })
                } else {
                    Ok(page(value, Format::Json, first))
                });
                return;
            }
        }
    }
}

impl Iterator for JsonChunks {
    type Item = Result<Page, ErrorKind>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.ready.is_empty() && !self.done {
            if self.lines {
                self.read_lines();
            } else {
                self.read_value();
            }
        }
        let mut page = self.ready.pop_front()?;
        self.n_pages += 1;
        if let Ok(page) = &mut page {
            page.number = self.n_pages;
        }
        Some(page)
    }
}

/// How deep in brackets a scan is.
#[derive(Default)]
struct Nesting {
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl Nesting {
    fn push(&mut self, byte: u8) {
        if self.escaped {
            self.escaped = false;
        } else if self.in_string {
            match byte {
                b'"' => self.in_string = false,
                b'\\' => self.escaped = true,
                _ => {}
            }
        } else {
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
    }
}

fn page(bytes: Vec<u8>, format: Format, line: u64) -> Page {
    Page {
        line,
        ..Page::with_format(bytes, format)
    }
}

/// Whether each line is a value of its own: the first is complete, or is broken and followed by another object.
fn is_lines(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let mut lines = head
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty());
    let Some(first) = lines.next() else {
        return true;
    };
    if !first.starts_with(b"{") {
        return false;
    }
    if first.ends_with(b"}") && serde_json::from_slice::<serde::de::IgnoredAny>(first).is_ok() {
        return true;
    }
    lines.next().is_none_or(|second| second.starts_with(b"{"))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// Each page as its line and text, each error as its message.
    fn chunks(text: &str, limit: u64) -> Vec<String> {
        let head = &text.as_bytes()[..text.len().min(64)];
        JsonChunks::new(head, Box::new(Cursor::new(text.to_owned())), false, limit)
            .map(|chunk| match chunk {
                Ok(page) => format!("{}:{}", page.line, String::from_utf8(page.bytes).unwrap()),
                Err(error) => error.to_string(),
            })
            .collect()
    }

    #[test]
    fn values_are_found_in_each_layout() {
        for (text, expected) in [
            (
                "{\"a\":1}\n\n{\"a\":2}\n",
                vec!["1:{\"a\":1}\n\n{\"a\":2}\n"],
            ),
            ("{\"a\":1", vec!["1:{\"a\":1"]),
            ("{\"a\":\n{\"a\":2}\n", vec!["1:{\"a\":\n{\"a\":2}\n"]),
            (
                "{\n \"a\": 1\n}\n{\n \"a\": \"}\\\"{\"}\n",
                vec!["1:{\n \"a\": 1\n}", "4:{\n \"a\": \"}\\\"{\"}"],
            ),
            (
                "[{\"a\":[{}]},\n{\"a\":2}]",
                vec!["1:{\"a\":[{}]}", "2:{\"a\":2}"],
            ),
            ("[\n]", vec![]),
            (
                "[{\"a\":1},\n\n{\"a\"",
                vec!["1:{\"a\":1}", "line 3: the value does not end"],
            ),
        ] {
            assert_eq!(chunks(text, 100), expected, "{text}");
        }
    }

    #[test]
    fn what_is_too_long_is_left_out_and_the_rest_read() {
        let long = format!(
            "{{\"a\":1}}\n{{\"a\":\"{}\"}}\n{{\"a\":3}}\n",
            "x".repeat(100)
        );
        assert_eq!(
            chunks(&long, 50),
            [
                "1:{\"a\":1}\n",
                "line 2: longer than the limit of 50 bytes",
                "3:{\"a\":3}\n"
            ]
        );
        let long = format!(
            "[{{\"a\":1}},\n{{\"a\":\"{}\"}},\n{{\"a\":3}}\n]",
            "x".repeat(100)
        );
        assert_eq!(
            chunks(&long, 50),
            [
                "1:{\"a\":1}",
                "line 2: longer than the limit of 50 bytes",
                "3:{\"a\":3}"
            ]
        );
    }

    #[test]
    fn many_lines_come_in_pages_that_know_their_line() {
        let line = format!("{{\"a\":\"{}\"}}\n", "x".repeat(1000));
        let text = line.repeat(1000);
        let pages: Vec<Page> = JsonChunks::new(
            text.as_bytes(),
            Box::new(Cursor::new(text.clone())),
            false,
            1 << 20,
        )
        .map(Result::unwrap)
        .collect();
        assert!(pages.len() > 2);
        let mut line = 1;
        for page in pages {
            assert_eq!(page.line, line);
            line += page.bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        }
        assert_eq!(line, 1001);
    }
}
