//! The element names the parser and the extraction rules know, and how each behaves in the tree.

/// Never has content: `<br>`, `<img>`.
pub(super) const VOID: u16 = 1;
/// The standard's "special" category: a stray end tag of an unknown or phrasing element does not reach past it.
pub(super) const SPECIAL: u16 = 1 << 1;
/// The standard's "has an element in scope" does not look past it.
pub(super) const SCOPE: u16 = 1 << 2;
/// Its start tag ends an open paragraph.
pub(super) const ENDS_P: u16 = 1 << 3;
/// Its end tag closes the nearest one in scope and everything in it.
pub(super) const BLOCK_END: u16 = 1 << 4;
/// Formatting: its end tag leaves the blocks opened inside it open.
pub(super) const FORMATTING: u16 = 1 << 5;
/// May stand in the head.
pub(super) const HEAD: u16 = 1 << 6;
/// Its start tag ends an `<svg>` or `<math>` subtree.
pub(super) const BREAKOUT: u16 = 1 << 7;
/// Its content is text up to its own end tag, without entities.
pub(super) const RAWTEXT: u16 = 1 << 8;
/// Its content is text up to its own end tag, with entities.
pub(super) const RCDATA: u16 = 1 << 9;
/// `<h1>` to `<h6>`.
pub(super) const HEADING: u16 = 1 << 10;
/// Decides where a row, a cell or another part of a table goes.
pub(super) const TABLE_CONTEXT: u16 = 1 << 11;

macro_rules! tags {
    ($($variant:ident $name:literal [$($flag:ident)*],)*) => {
        /// An element's name, where it is one that anything here depends on; else [`Tag::Other`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub(crate) enum Tag {
            $(
                #[doc = concat!("`<", $name, ">`")]
                $variant,
            )*
            /// Any other element.
            Other,
        }

        const ALL: &[Tag] = &[$(Tag::$variant,)*];
        const NAMES: &[&str] = &[$($name,)*];
        const FLAGS: &[u16] = &[$(0 $(| $flag)*,)* 0];
    };
}

tags! {
    A "a" [FORMATTING],
    Address "address" [SPECIAL ENDS_P BLOCK_END],
    Applet "applet" [SPECIAL SCOPE BLOCK_END],
    Area "area" [VOID SPECIAL],
    Article "article" [SPECIAL ENDS_P BLOCK_END],
    Aside "aside" [SPECIAL ENDS_P BLOCK_END],
    Audio "audio" [],
    B "b" [FORMATTING BREAKOUT],
    Base "base" [VOID SPECIAL HEAD],
    Basefont "basefont" [VOID SPECIAL HEAD],
    Bgsound "bgsound" [VOID SPECIAL HEAD],
    Big "big" [FORMATTING BREAKOUT],
    Blockquote "blockquote" [SPECIAL ENDS_P BLOCK_END BREAKOUT],
    Body "body" [SPECIAL BREAKOUT],
    Br "br" [VOID SPECIAL BREAKOUT],
    Button "button" [SPECIAL BLOCK_END],
    Canvas "canvas" [],
    Caption "caption" [SPECIAL SCOPE TABLE_CONTEXT],
    Center "center" [SPECIAL ENDS_P BLOCK_END BREAKOUT],
    Cite "cite" [],
    Code "code" [FORMATTING BREAKOUT],
    Col "col" [VOID SPECIAL],
    Colgroup "colgroup" [SPECIAL TABLE_CONTEXT],
    Dd "dd" [SPECIAL ENDS_P BREAKOUT],
    Del "del" [],
    Details "details" [SPECIAL ENDS_P BLOCK_END],
    Dialog "dialog" [ENDS_P BLOCK_END],
    Dir "dir" [SPECIAL ENDS_P BLOCK_END],
    Div "div" [SPECIAL ENDS_P BLOCK_END BREAKOUT],
    Dl "dl" [SPECIAL ENDS_P BLOCK_END BREAKOUT],
    Dt "dt" [SPECIAL ENDS_P BREAKOUT],
    Em "em" [FORMATTING BREAKOUT],
    Embed "embed" [VOID SPECIAL BREAKOUT],
    Fieldset "fieldset" [SPECIAL ENDS_P BLOCK_END],
    Figcaption "figcaption" [SPECIAL ENDS_P BLOCK_END],
    Figure "figure" [SPECIAL ENDS_P BLOCK_END],
    Font "font" [FORMATTING],
    Footer "footer" [SPECIAL ENDS_P BLOCK_END],
    ForeignObject "foreignobject" [SCOPE],
    Form "form" [SPECIAL ENDS_P],
    Frame "frame" [VOID SPECIAL],
    Frameset "frameset" [SPECIAL],
    H1 "h1" [SPECIAL ENDS_P BREAKOUT HEADING],
    H2 "h2" [SPECIAL ENDS_P BREAKOUT HEADING],
    H3 "h3" [SPECIAL ENDS_P BREAKOUT HEADING],
    H4 "h4" [SPECIAL ENDS_P BREAKOUT HEADING],
    H5 "h5" [SPECIAL ENDS_P BREAKOUT HEADING],
    H6 "h6" [SPECIAL ENDS_P BREAKOUT HEADING],
    Head "head" [SPECIAL BREAKOUT],
    Header "header" [SPECIAL ENDS_P BLOCK_END],
    Hgroup "hgroup" [SPECIAL ENDS_P BLOCK_END],
    Hr "hr" [VOID SPECIAL ENDS_P BREAKOUT],
    Html "html" [SPECIAL SCOPE TABLE_CONTEXT],
    I "i" [FORMATTING BREAKOUT],
    Iframe "iframe" [SPECIAL RAWTEXT],
    Img "img" [VOID SPECIAL BREAKOUT],
    Input "input" [VOID SPECIAL],
    Ins "ins" [],
    Keygen "keygen" [VOID],
    Label "label" [],
    Li "li" [SPECIAL ENDS_P BREAKOUT],
    Link "link" [VOID SPECIAL HEAD],
    Listing "listing" [SPECIAL ENDS_P BLOCK_END BREAKOUT],
    Main "main" [SPECIAL ENDS_P BLOCK_END],
    Map "map" [],
    Mark "mark" [],
    Marquee "marquee" [SPECIAL SCOPE BLOCK_END],
    Math "math" [],
    Menu "menu" [SPECIAL ENDS_P BLOCK_END BREAKOUT],
    Meta "meta" [VOID SPECIAL HEAD BREAKOUT],
    Nav "nav" [SPECIAL ENDS_P BLOCK_END],
    Nobr "nobr" [FORMATTING BREAKOUT],
    Noembed "noembed" [SPECIAL RAWTEXT],
    Noframes "noframes" [SPECIAL HEAD RAWTEXT],
    Noscript "noscript" [SPECIAL SCOPE HEAD TABLE_CONTEXT],
    Object "object" [SPECIAL SCOPE BLOCK_END],
    Ol "ol" [SPECIAL ENDS_P BLOCK_END BREAKOUT],
    Optgroup "optgroup" [],
    Option "option" [],
    P "p" [SPECIAL ENDS_P BREAKOUT],
    Param "param" [VOID SPECIAL],
    Picture "picture" [],
    Plaintext "plaintext" [SPECIAL ENDS_P],
    Pre "pre" [SPECIAL ENDS_P BLOCK_END BREAKOUT],
    Q "q" [],
    Rb "rb" [],
    Rp "rp" [],
    Rt "rt" [],
    Rtc "rtc" [],
    Ruby "ruby" [BREAKOUT],
    S "s" [FORMATTING BREAKOUT],
    Script "script" [SPECIAL HEAD RAWTEXT],
    Section "section" [SPECIAL ENDS_P BLOCK_END],
    Select "select" [SPECIAL SCOPE BLOCK_END],
    Small "small" [FORMATTING BREAKOUT],
    Source "source" [VOID SPECIAL],
    Span "span" [BREAKOUT],
    Strike "strike" [FORMATTING BREAKOUT],
    Strong "strong" [FORMATTING BREAKOUT],
    Style "style" [SPECIAL HEAD RAWTEXT],
    Sub "sub" [BREAKOUT],
    Summary "summary" [SPECIAL ENDS_P BLOCK_END],
    Sup "sup" [BREAKOUT],
    Svg "svg" [],
    Table "table" [SPECIAL SCOPE ENDS_P BREAKOUT TABLE_CONTEXT],
    Tbody "tbody" [SPECIAL TABLE_CONTEXT],
    Td "td" [SPECIAL SCOPE TABLE_CONTEXT],
    Template "template" [SPECIAL SCOPE HEAD TABLE_CONTEXT],
    Textarea "textarea" [SPECIAL RCDATA],
    Tfoot "tfoot" [SPECIAL TABLE_CONTEXT],
    Th "th" [SPECIAL SCOPE TABLE_CONTEXT],
    Thead "thead" [SPECIAL TABLE_CONTEXT],
    Time "time" [],
    Title "title" [SPECIAL HEAD RCDATA],
    Tr "tr" [SPECIAL TABLE_CONTEXT],
    Track "track" [VOID SPECIAL],
    Tt "tt" [FORMATTING BREAKOUT],
    U "u" [FORMATTING BREAKOUT],
    Ul "ul" [SPECIAL ENDS_P BLOCK_END BREAKOUT],
    Var "var" [BREAKOUT],
    Video "video" [],
    Wbr "wbr" [VOID SPECIAL],
    Xmp "xmp" [SPECIAL ENDS_P RAWTEXT],
}

/// How many values [`Tag`] has.
pub(super) const TAGS: usize = ALL.len() + 1;

impl Tag {
    /// The tag of a name in any case.
    pub(super) fn of(name: &[u8]) -> Self {
        let packed = pack(name);
        let mut slot = slot(packed);
        loop {
            let i = usize::from(TABLE[slot]);
            let Some(known) = NAMES.get(i) else { break };
            // Eight bytes are packed without loss; longer names must be looked at.
            if PACKED[i] == packed
                && known.len() == name.len()
                && (name.len() <= 8 || name.eq_ignore_ascii_case(known.as_bytes()))
            {
                return ALL[i];
            }
            slot = (slot + 1) % SLOTS;
        }
        if name.eq_ignore_ascii_case(b"image") {
            return Self::Img;
        }
        Self::Other
    }

    /// The name in lower case; empty for [`Tag::Other`], whose name [`super::dom::Dom::name`] tells.
    pub(crate) fn name(self) -> &'static str {
        NAMES.get(self as usize).copied().unwrap_or_default()
    }

    /// Whether the tag has any of these properties.
    pub(super) fn is(self, flags: u16) -> bool {
        FLAGS[self as usize] & flags != 0
    }
}

// Names are looked up in a table made at compile time, by their bytes packed into one integer.
const SLOTS: usize = 512;
const EMPTY: u8 = u8::MAX;
const PACKED: [u64; ALL.len()] = packed_names();
const TABLE: [u8; SLOTS] = table();

const fn pack(name: &[u8]) -> u64 {
    let mut packed = 0_u64;
    let mut i = 0;
    while i < name.len() {
        packed = packed.rotate_left(8) ^ name[i].to_ascii_lowercase() as u64;
        i += 1;
    }
    packed
}

const fn slot(packed: u64) -> usize {
    (packed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 55) as usize
}

const fn packed_names() -> [u64; ALL.len()] {
    let mut packed = [0; ALL.len()];
    let mut i = 0;
    while i < ALL.len() {
        packed[i] = pack(NAMES[i].as_bytes());
        i += 1;
    }
    packed
}

const fn table() -> [u8; SLOTS] {
    let mut table = [EMPTY; SLOTS];
    let mut i = 0;
    while i < ALL.len() {
        let mut slot = slot(PACKED[i]);
        while table[slot] != EMPTY {
            slot = (slot + 1) % SLOTS;
        }
        table[slot] = i as u8;
        i += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_case() {
        for (tag, name) in ALL.iter().zip(NAMES) {
            assert_eq!(Tag::of(name.as_bytes()), *tag);
            assert_eq!(Tag::of(name.to_ascii_uppercase().as_bytes()), *tag);
            assert_eq!(tag.name(), *name);
        }
        assert_eq!(Tag::of(b"IMAGE"), Tag::Img);
        for name in [
            "",
            "sohuadcode",
            "o:p",
            "divv",
            "h7",
            "h\u{11}",
            "a-very-long-custom-element-name",
        ] {
            assert_eq!(Tag::of(name.as_bytes()), Tag::Other, "{name}");
        }
    }
}
