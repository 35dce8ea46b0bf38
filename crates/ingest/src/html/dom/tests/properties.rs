//! Laws that hold for every text, page or not.

use proptest::prelude::*;

use super::super::{Dom, MAX_DEPTH, MAX_NODES, MAX_TAG, NONE, NodeId, Tag};

/// A piece of tag soup.
#[derive(Debug, Clone)]
enum Piece {
    Text(&'static str),
    Start(&'static str),
    End(&'static str),
    Comment,
}

/// Elements whose content is markup.
const ELEMENTS: &[&str] = &[
    "a",
    "article",
    "b",
    "blockquote",
    "body",
    "br",
    "button",
    "caption",
    "center",
    "col",
    "colgroup",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "foreignObject",
    "form",
    "h1",
    "h2",
    "head",
    "hr",
    "html",
    "i",
    "img",
    "input",
    "li",
    "math",
    "meta",
    "nobr",
    "noscript",
    "o:p",
    "object",
    "ol",
    "optgroup",
    "option",
    "p",
    "pre",
    "rt",
    "ruby",
    "section",
    "select",
    "span",
    "strong",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
    "wbr",
];

const TEXTS: &[&str] = &[
    "海城",
    " ",
    "\n",
    "文明城市",
    "a < b",
    "3<5",
    "&amp;",
    "&nbsp;",
    "\u{3000}",
    "&#x4e2d;&",
    "]]>",
];

fn soup() -> impl Strategy<Value = Vec<Piece>> {
    let piece = prop_oneof![
        3 => prop::sample::select(TEXTS).prop_map(Piece::Text),
        5 => prop::sample::select(ELEMENTS).prop_map(Piece::Start),
        4 => prop::sample::select(ELEMENTS).prop_map(Piece::End),
        1 => Just(Piece::Comment),
    ];
    prop::collection::vec(piece, 0..80)
}

fn write(soup: &[Piece], attributes: &str) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => (*text).to_owned(),
        Piece::Start(name) => format!("<{name}{attributes}>"),
        Piece::End(name) => format!("</{name}{attributes}>"),
        Piece::Comment => "<!-- <p> > -- -->".to_owned(),
    };
    soup.iter().map(piece).collect()
}

fn attributes() -> impl Strategy<Value = String> {
    let attribute = prop_oneof![
        Just(r#" class="a>b""#),
        Just(" title='</div>'"),
        Just(" hidden"),
        Just(" href=/x/y?z"),
        Just("\n id = x"),
        Just(r#" alt="<p>&quot;""#),
        Just(" data-x=\"\""),
        Just(" onclick='a(\"b\")'"),
    ];
    prop::collection::vec(attribute, 0..4).prop_map(|attributes| attributes.concat())
}

proptest! {
    #[test]
    fn any_text_gives_a_well_formed_tree(text in any::<String>()) {
        check_well_formed(&Dom::parse(&text));
    }

    #[test]
    fn any_markup_gives_a_well_formed_tree(
        text in r#"(<(/?[a-zA-Z]{1,3}|!--|!\[CDATA\[|script|/script|style|svg|title|plaintext)?|[ =/"'>&;#x\-!?\]a-f0-9一]){0,60}"#,
    ) {
        check_well_formed(&Dom::parse(&text));
    }

    #[test]
    fn any_soup_gives_a_well_formed_tree(soup in soup(), attributes in attributes()) {
        check_well_formed(&Dom::parse(&write(&soup, &attributes)));
    }

    #[test]
    fn soup_keeps_all_of_its_text_in_order(soup in soup()) {
        let source = write(&soup, "");
        let dom = Dom::parse(&source);
        let written: String = soup.iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(*text),
            _ => None,
        }).collect();
        // An ampersand and what follows it may stand on two sides of a tag.
        let plain = |text: &str| {
            let text = text.replace("&nbsp;", "").replace("&amp;", "&").replace("&#x4e2d;", "中");
            text.chars().filter(|c| !c.is_whitespace()).collect::<String>()
        };
        prop_assert_eq!(plain(&all_text(&dom)), plain(&written), "{}", source);
    }

    #[test]
    fn attributes_change_neither_text_nor_tree(soup in soup(), attributes in attributes()) {
        let (bare, noisy) = (write(&soup, ""), write(&soup, &attributes));
        let (bare, noisy) = (Dom::parse(&bare), Dom::parse(&noisy));
        let shape = |dom: &Dom| dom.ids().map(|id| (dom.parent(id), dom.tag(id), dom.text(id).map(str::to_owned))).collect::<Vec<_>>();
        prop_assert_eq!(shape(&bare), shape(&noisy));
    }

    #[test]
    fn attributes_are_found_whatever_stands_around_them(before in attributes(), after in attributes(), value in "[^\"&\r]{0,20}") {
        let html = format!("<p{before} data-wanted=\"{value}\"{after}>");
        let dom = Dom::parse(&html);
        let p = dom.ids().find(|&id| dom.tag(id) == Some(Tag::P)).unwrap();
        prop_assert_eq!(dom.attr(p, "data-wanted").unwrap(), value);
    }
}

#[test]
fn a_million_unclosed_tags_stay_within_the_limits() {
    for name in [
        "div", "p", "a", "b", "span", "table", "td", "li", "x-y", "svg", "select", "form",
        "noscript",
    ] {
        let html = format!("<{name}>").repeat(1_000_000);
        let dom = Dom::parse(&html);
        check_well_formed(&dom);
        assert!(dom.len() <= MAX_NODES, "{name}: {} nodes", dom.len());
    }
}

#[test]
fn what_lies_too_deep_becomes_a_sibling() {
    let deep = MAX_DEPTH * 3;
    let html = format!("{}内{}外", "<div>".repeat(deep), "</div>".repeat(deep));
    let dom = Dom::parse(&html);
    check_well_formed(&dom);
    assert!(!dom.truncated());
    assert_eq!(all_text(&dom), "内外");
    let parents_of = |text| {
        let id = dom.ids().find(|&id| dom.text(id) == Some(text)).unwrap();
        dom.ancestors(id).count()
    };
    assert_eq!(parents_of("内"), MAX_DEPTH);
    // Each end tag was matched with its own start tag, so the text after the last stands in the body.
    assert_eq!(parents_of("外"), 3);
}

#[test]
fn too_many_nodes_leave_the_end_out() {
    let html = "<br>".repeat(MAX_NODES + 10) + "尾";
    let dom = Dom::parse(&html);
    check_well_formed(&dom);
    assert!(dom.truncated());
    assert!(dom.len() <= MAX_NODES);
    assert_eq!(all_text(&dom), "");
}

#[test]
fn long_lines_and_floods_are_one_node_each() {
    const LONG: usize = 16 << 20;
    let text = "字".repeat(LONG / 3);
    let attributes = "<p".to_owned() + &" a=b".repeat(LONG / 4) + " class=c>文";
    let value = format!("<p id='{}' class=c>文", "值".repeat(LONG / 3));
    let comment = format!("<!--{}文", "<!-- - -- >".repeat(LONG / 11));
    let entities = "&nGt;".repeat(LONG / 5);
    let bare_entities = "&".repeat(LONG);
    let less = "<".repeat(LONG);
    let script = format!("<script>{}", "<!--<script></script".repeat(LONG / 20));
    // With the document, its three elements, the element and its text.
    for html in [
        &text,
        &attributes,
        &value,
        &comment,
        &entities,
        &bare_entities,
        &less,
        &script,
    ] {
        let dom = Dom::parse(html);
        check_well_formed(&dom);
        assert!(
            dom.len() <= 6,
            "{} nodes for {}",
            dom.len(),
            html.chars().take(20).collect::<String>()
        );
        let longest = dom
            .ids()
            .filter_map(|id| dom.text(id))
            .map(str::len)
            .max()
            .unwrap_or(0);
        assert!(longest <= html.len() * 6 / 5, "text grew to {longest}");
    }
    // Attributes are looked for at the beginning of a tag only.
    let dom = Dom::parse(&attributes);
    let p = dom.ids().find(|&id| dom.tag(id) == Some(Tag::P)).unwrap();
    assert_eq!(dom.attr(p, "a").as_deref(), Some("b"));
    assert_eq!(dom.attr(p, "class"), None);
    assert!(dom.attributes(p).count() <= MAX_TAG / 4);
}

#[test]
fn a_tag_cut_off_within_a_character_has_the_attributes_before() {
    for shift in 0..3 {
        let html = format!(
            "<p class=c{} id='{}'>",
            " ".repeat(shift),
            "值".repeat(MAX_TAG)
        );
        let dom = Dom::parse(&html);
        let p = dom.ids().find(|&id| dom.tag(id) == Some(Tag::P)).unwrap();
        assert_eq!(dom.attr(p, "class").as_deref(), Some("c"));
        assert!(dom.attr(p, "id").is_none_or(|id| id.len() <= MAX_TAG));
    }
}

fn all_text(dom: &Dom) -> String {
    dom.ids().filter_map(|id| dom.text(id)).collect()
}

fn check_well_formed(dom: &Dom) {
    assert_eq!(dom.end(NodeId::DOCUMENT), dom.len());
    let top: Vec<_> = dom
        .children(NodeId::DOCUMENT)
        .map(|id| dom.tag(id))
        .collect();
    assert_eq!(top, [Some(Tag::Html)]);
    let parts: Vec<_> = dom.children(NodeId(1)).map(|id| dom.tag(id)).collect();
    assert_eq!(parts, [Some(Tag::Head), Some(Tag::Body)]);
    let mut depth = vec![0; dom.len()];
    let mut last_child = vec![None; dom.len()];
    for id in dom.ids().skip(1) {
        let parent = dom.parent(id).expect("only the document has no parent");
        assert!(parent < id && dom.contains(parent, id));
        assert!(id.index() < dom.end(id) && dom.end(id) <= dom.end(parent));
        assert!(dom.text(parent).is_none(), "a text has no children");
        // The parent's children follow one another without a gap.
        let expected = last_child[parent.index()].map_or(parent.index() + 1, |last| dom.end(last));
        assert_eq!(id.index(), expected);
        assert_eq!(dom.prev_sibling(id), last_child[parent.index()]);
        last_child[parent.index()] = Some(id);
        depth[id.index()] = depth[parent.index()] + 1;
        assert!(depth[id.index()] <= MAX_DEPTH);
        let node = dom.node(id);
        assert!(
            dom.text(id)
                .is_none_or(|text| !text.is_empty() || node.extra != NONE)
        );
        assert!(dom.name(id).len() <= node.len.max(16) as usize);
    }
    for id in dom.ids() {
        assert_eq!(
            last_child[id.index()].map_or(id.index() + 1, |last| dom.end(last)),
            dom.end(id)
        );
    }
}
