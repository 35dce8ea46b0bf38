//! Cuts a page into text and tags, in one pass and without copying.

use memchr::{memchr, memchr2};

use super::tag::Tag;

/// A piece of the source, by byte offsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// A start or end tag.
#[derive(Debug, Clone, Copy)]
pub(super) struct TagToken {
    pub(super) tag: Tag,
    /// The name as written.
    pub(super) name: Span,
    /// From the name to before the closing `>`.
    pub(super) inside: Span,
    pub(super) self_closing: bool,
}

/// What a page is made of; comments, doctypes and processing instructions are passed over.
#[derive(Debug, Clone, Copy)]
pub(super) enum Token {
    /// Text between tags, with entities unresolved.
    Text(Span),
    /// A CDATA section's content: text without entities.
    Cdata(Span),
    Start(TagToken),
    End(TagToken),
}

/// Reads tokens from a source.
#[derive(Debug)]
pub(super) struct Tokenizer<'a> {
    bytes: &'a [u8],
    pos: usize,
}

impl<'a> Tokenizer<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        let pos = if source.starts_with(BYTE_ORDER_MARK) {
            BYTE_ORDER_MARK.len_utf8()
        } else {
            0
        };
        Self {
            bytes: source.as_bytes(),
            pos,
        }
    }

    /// The next token; `foreign` says whether it stands in an `<svg>` or `<math>` subtree, where CDATA is text.
    pub(super) fn next(&mut self, foreign: bool) -> Option<Token> {
        loop {
            let text = self.text();
            if text.start < text.end {
                return Some(Token::Text(text));
            }
            if self.pos == self.bytes.len() {
                return None;
            }
            // The text ended at a `<` that begins markup, so a byte follows it.
            match self.bytes[self.pos + 1] {
                b'!' if foreign && self.starts_with(b"<![CDATA[") => {
                    return Some(Token::Cdata(self.cdata()));
                }
                b'!' if self.starts_with(b"<!--") => self.skip_comment(),
                b'/' if self.bytes[self.pos + 2].is_ascii_alphabetic() => {
                    return self.tag(self.pos + 2).map(Token::End);
                }
                b'!' | b'?' | b'/' => self.skip_past_greater(),
                _ => return self.tag(self.pos + 1).map(Token::Start),
            }
        }
    }

    /// The content of the raw-text element whose start tag has just been read, past its end tag or to the end.
    pub(super) fn raw_text(&mut self, tag: Tag) -> Span {
        let start = self.pos;
        let end = match tag {
            Tag::Plaintext => self.bytes.len(),
            Tag::Script => self.script_end(),
            _ => self.end_tag_from(start, tag.name().as_bytes()),
        };
        self.pos = end;
        if end < self.bytes.len() && tag != Tag::Plaintext {
            self.tag(end + 2);
        }
        Span { start, end }
    }

    /// Moves past text, to the next markup or to the end.
    fn text(&mut self) -> Span {
        let start = self.pos;
        let mut from = start;
        self.pos = loop {
            let Some(found) = memchr(b'<', &self.bytes[from..]) else {
                break self.bytes.len();
            };
            let less = from + found;
            let is_markup = match self.bytes.get(less + 1) {
                Some(b'/') => less + 2 < self.bytes.len(),
                Some(b'!' | b'?') => true,
                Some(byte) => byte.is_ascii_alphabetic(),
                None => false,
            };
            if is_markup {
                break less;
            }
            from = less + 1;
        };
        Span {
            start,
            end: self.pos,
        }
    }

    /// Reads the tag whose name begins at `start`; a tag cut off by the end of the page is no tag.
    fn tag(&mut self, start: usize) -> Option<TagToken> {
        let rest = &self.bytes[start..];
        let is_end = |byte: &u8| is_space(*byte) || matches!(byte, b'/' | b'>');
        let end = start + rest.iter().position(is_end).unwrap_or(rest.len());
        let name = Span { start, end };
        let mut attributes = AttributeScanner {
            bytes: self.bytes,
            pos: end,
            slash: false,
        };
        while attributes.next().is_some() {}
        let end = attributes.pos;
        if end == self.bytes.len() {
            self.pos = end;
            return None;
        }
        self.pos = end + 1;
        Some(TagToken {
            tag: Tag::of(&self.bytes[name.start..name.end]),
            name,
            inside: Span { start, end },
            self_closing: attributes.slash,
        })
    }

    fn skip_comment(&mut self) {
        let start = self.pos + 4;
        let rest = &self.bytes[start..];
        self.pos = if rest.starts_with(b">") {
            start + 1
        } else if rest.starts_with(b"->") {
            start + 2
        } else {
            let mut from = start;
            loop {
                let Some(found) = memchr(b'>', &self.bytes[from..]) else {
                    break self.bytes.len();
                };
                from += found + 1;
                let content = &self.bytes[start..from - 1];
                if content.ends_with(b"--") || content.ends_with(b"--!") {
                    break from;
                }
            }
        };
    }

    fn cdata(&mut self) -> Span {
        let start = self.pos + b"<![CDATA[".len();
        let end = memchr::memmem::find(&self.bytes[start..], b"]]>");
        let span = Span {
            start,
            end: end.map_or(self.bytes.len(), |found| start + found),
        };
        self.pos = end.map_or(span.end, |_| span.end + 3);
        span
    }

    fn skip_past_greater(&mut self) {
        let found = memchr(b'>', &self.bytes[self.pos..]);
        self.pos = found.map_or(self.bytes.len(), |found| self.pos + found + 1);
    }

    fn starts_with(&self, prefix: &[u8]) -> bool {
        self.bytes[self.pos..].starts_with(prefix)
    }

    /// Where the next end tag of this name begins, or the end of the page.
    fn end_tag_from(&self, mut from: usize, name: &[u8]) -> usize {
        while let Some(found) = memchr(b'<', &self.bytes[from..]) {
            from += found + 1;
            if self.bytes.get(from) == Some(&b'/') && is_name_at(self.bytes, from + 1, name) {
                return from - 1;
            }
        }
        self.bytes.len()
    }

    /// Where the script's end tag begins: within `<!-- … -->`, `<script>` and `</script>` pair up and end nothing.
    fn script_end(&self) -> usize {
        const NAME: &[u8] = b"script";
        let bytes = self.bytes;
        let mut pos = self.pos;
        loop {
            let Some(found) = memchr(b'<', &bytes[pos..]) else {
                return bytes.len();
            };
            let less = pos + found;
            pos = less + 1;
            if bytes[pos..].starts_with(b"/") && is_name_at(bytes, pos + 1, NAME) {
                return less;
            }
            if !bytes[pos..].starts_with(b"!--") {
                continue;
            }
            // The dashes that open the comment may also close it: `<!-->`.
            pos += 1;
            let mut nested = false;
            loop {
                let Some(found) = memchr2(b'<', b'-', &bytes[pos..]) else {
                    return bytes.len();
                };
                let at = pos + found;
                pos = at + 1;
                if bytes[at] == b'-' {
                    if bytes[pos..].starts_with(b"->") {
                        break;
                    }
                } else if bytes[pos..].starts_with(b"/") && is_name_at(bytes, pos + 1, NAME) {
                    if !nested {
                        return at;
                    }
                    nested = false;
                } else if is_name_at(bytes, pos, NAME) {
                    nested = true;
                }
            }
        }
    }
}

/// An attribute, by byte offsets of its name and of its value without quotes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attribute {
    pub(super) name: Span,
    pub(super) value: Span,
}

/// Reads attributes up to the closing `>`, or to the end of the bytes.
#[derive(Debug)]
pub(super) struct AttributeScanner<'a> {
    bytes: &'a [u8],
    pos: usize,
    /// Whether a slash came last: `<path/>`, but not `<a href=x/>`.
    slash: bool,
}

impl<'a> AttributeScanner<'a> {
    /// Reads the attributes that begin at `pos`, after a tag's name.
    pub(super) fn new(bytes: &'a [u8], pos: usize) -> Self {
        Self {
            bytes,
            pos,
            slash: false,
        }
    }
}

impl Iterator for AttributeScanner<'_> {
    type Item = Attribute;

    fn next(&mut self) -> Option<Attribute> {
        let bytes = self.bytes;
        let mut pos = self.pos;
        self.slash = false;
        while let Some(&byte) = bytes.get(pos)
            && (is_space(byte) || byte == b'/')
        {
            self.slash = byte == b'/';
            pos += 1;
        }
        if bytes.get(pos).is_none_or(|&byte| byte == b'>') {
            self.pos = pos;
            return None;
        }
        let start = pos;
        // A name may begin with an equals sign, as in `<a ="x">`.
        pos += 1;
        while bytes
            .get(pos)
            .is_some_and(|&byte| !is_space(byte) && !matches!(byte, b'/' | b'>' | b'='))
        {
            pos += 1;
        }
        let name = Span { start, end: pos };
        let mut value = Span {
            start: pos,
            end: pos,
        };
        let after = skip_space(bytes, pos);
        if bytes.get(after) == Some(&b'=') {
            pos = skip_space(bytes, after + 1);
            match bytes.get(pos) {
                Some(&quote @ (b'"' | b'\'')) => {
                    let start = pos + 1;
                    let end =
                        memchr(quote, &bytes[start..]).map_or(bytes.len(), |found| start + found);
                    value = Span { start, end };
                    pos = bytes.len().min(end + 1);
                }
                _ => {
                    let start = pos;
                    while bytes
                        .get(pos)
                        .is_some_and(|&byte| !is_space(byte) && byte != b'>')
                    {
                        pos += 1;
                    }
                    value = Span { start, end: pos };
                }
            }
        }
        self.pos = pos;
        Some(Attribute { name, value })
    }
}

/// May stand before the page and is no part of it.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Whether a byte is white space to HTML.
#[inline]
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0C)
}

fn skip_space(bytes: &[u8], mut pos: usize) -> usize {
    while bytes.get(pos).is_some_and(|&byte| is_space(byte)) {
        pos += 1;
    }
    pos
}

/// Whether a tag's name stands here, in any case, and ends here.
fn is_name_at(bytes: &[u8], pos: usize, name: &[u8]) -> bool {
    bytes
        .get(pos..pos + name.len())
        .is_some_and(|found| found.eq_ignore_ascii_case(name))
        && bytes
            .get(pos + name.len())
            .is_some_and(|&byte| is_space(byte) || matches!(byte, b'/' | b'>'))
}
