//! The tree of small pages, written as an outline, beside the standard's tree as `scraper` builds it.

mod differential;
mod properties;

use super::*;

/// Pages whose tree is the standard's.
const STANDARD: &[(&str, &str)] = &[
    // What every page has, written or not.
    ("", "html(head body)"),
    ("海城", r#"html(head body("海城"))"#),
    (
        "\u{feff}<title>海城</title>",
        r#"html(head(title("海城")) body)"#,
    ),
    (
        "<!DOCTYPE html><!-- x --><html lang=zh>\n<head>\n</head>\n<body>\n</body>\n</html>\n",
        "html(head body)",
    ),
    (
        "<title>海城</title><p>正文",
        r#"html(head(title("海城")) body(p("正文")))"#,
    ),
    (
        "<div>一</div></body></html><p>二",
        r#"html(head body(div("一") p("二")))"#,
    ),
    ("</p></div></br>", "html(head body(br))"),
    (
        "<head><meta><script></script></head><link><body><script></script>",
        "html(head(meta script link) body(script))",
    ),
    (
        "<body><html><head><body><title>二</title>",
        r#"html(head body(title("二")))"#,
    ),
    (
        "<meta><div><meta></div>",
        "html(head(meta) body(div(meta)))",
    ),
    // End tags left out.
    (
        "<p>一<p>二<div>三</div>四",
        r#"html(head body(p("一") p("二") div("三") "四"))"#,
    ),
    (
        "<p>一<span>二<p>三",
        r#"html(head body(p("一" span("二")) p("三")))"#,
    ),
    ("<p><button><p></button>", "html(head body(p(button(p))))"),
    (
        "<ul><li>一<li>二<ul><li>三</ul><li>四</ul>",
        r#"html(head body(ul(li("一") li("二" ul(li("三"))) li("四"))))"#,
    ),
    (
        "<ul><li><div>一<li>二</ul>",
        r#"html(head body(ul(li(div("一")) li("二"))))"#,
    ),
    (
        "<dl><dt>一<dd>二<dt>三</dl>",
        r#"html(head body(dl(dt("一") dd("二") dt("三"))))"#,
    ),
    (
        "<h1>一<h2>二</h1>三",
        r#"html(head body(h1("一") h2("二") "三"))"#,
    ),
    (
        "<select><option>一<option>二<optgroup><option>三</select>四",
        r#"html(head body(select(option("一") option("二") optgroup(option("三"))) "四"))"#,
    ),
    (
        "<ruby>海<rt>hai<rp>)</ruby>",
        r#"html(head body(ruby("海" rt("hai") rp(")"))))"#,
    ),
    (
        "<a>一<a>二</a>三",
        r#"html(head body(a("一") a("二") "三"))"#,
    ),
    (
        "<button>一<button>二",
        r#"html(head body(button("一") button("二")))"#,
    ),
    // End tags with nothing to end, or for another.
    (
        "<div>一</span></font></p>二</div>",
        r#"html(head body(div("一" p "二")))"#,
    ),
    (
        "<div><span>一</div>二</span>",
        r#"html(head body(div(span("一")) "二"))"#,
    ),
    (
        "<span><div>一</span>二</div>三",
        r#"html(head body(span(div("一二") "三")))"#,
    ),
    ("<b>一<i>二</b>", r#"html(head body(b("一" i("二"))))"#),
    (
        "<form><form></form>一</form>二",
        r#"html(head body(form "一二"))"#,
    ),
    (
        "<ul><li>一</ul></li>二",
        r#"html(head body(ul(li("一")) "二"))"#,
    ),
    ("<h2>一</h3>二", r#"html(head body(h2("一") "二"))"#),
    ("<div/><br/></img><p/>", "html(head body(div(br p)))"),
    // Tables.
    (
        "<table><tr><td>一<td>二<tr><th>三</table>四",
        r#"html(head body(table(tbody(tr(td("一") td("二")) tr(th("三")))) "四"))"#,
    ),
    (
        "<table><td>一</table>",
        r#"html(head body(table(tbody(tr(td("一"))))))"#,
    ),
    (
        "<table><caption>一<thead><tr><th>二<tbody><tr><td>三<tfoot></table>",
        r#"html(head body(table(caption("一") thead(tr(th("二"))) tbody(tr(td("三"))) tfoot)))"#,
    ),
    (
        "<table><col><col><tr><td>一",
        r#"html(head body(table(colgroup(col col) tbody(tr(td("一"))))))"#,
    ),
    (
        "<table><tr><td><table><tr><td>一</td></table></div>二</table>三",
        r#"html(head body(table(tbody(tr(td(table(tbody(tr(td("一")))) "二")))) "三"))"#,
    ),
    (
        "<table><tr><td><p>一</tr><tr><td>二</td></tr></tbody></table>",
        r#"html(head body(table(tbody(tr(td(p("一"))) tr(td("二"))))))"#,
    ),
    (
        "<table><tr><table><tr><td>一",
        r#"html(head body(table(tbody(tr)) table(tbody(tr(td("一"))))))"#,
    ),
    (
        "<table><form><tr><td>一</form>二</table>",
        r#"html(head body(table(form tbody(tr(td("一二"))))))"#,
    ),
    ("<tr><td>一</td></tr></table>", r#"html(head body("一"))"#),
    (
        "<div><table><tr><td></div>一</td></table>二</div>三",
        r#"html(head body(div(table(tbody(tr(td("一")))) "二") "三"))"#,
    ),
    (
        "<!DOCTYPE html><p>一<table><tr><td>二</table>",
        r#"html(head body(p("一") table(tbody(tr(td("二"))))))"#,
    ),
    // Text that is not markup.
    (
        "<script>if (a<b) document.write('<p><\\/p>')</script>一",
        r#"html(head(script("if (a<b) document.write('<p><\/p>')")) body("一"))"#,
    ),
    (
        "<script>'</script>'</script>一",
        r#"html(head(script("'")) body("'一"))"#,
    ),
    (
        "<script><!-- <script></script> --></script>一",
        r#"html(head(script("<!-- <script></script> -->")) body("一"))"#,
    ),
    (
        "<script><!-- x </script>一",
        r#"html(head(script("<!-- x")) body("一"))"#,
    ),
    (
        "<script><!--></script>一",
        r#"html(head(script("<!-->")) body("一"))"#,
    ),
    (
        "<script><!-- <scripts></script>一",
        r#"html(head(script("<!-- <scripts>")) body("一"))"#,
    ),
    (
        "<STYLE>a>b{}</p></Style >一",
        r#"html(head(style("a>b{}</p>")) body("一"))"#,
    ),
    (
        "<title>一<b>&amp;</b></title>",
        r#"html(head(title("一<b>&</b>")) body)"#,
    ),
    (
        "<body><textarea><p>一&lt;</textarea>二",
        r#"html(head body(textarea("<p>一<") "二"))"#,
    ),
    (
        "<body><iframe><p>一</iframe><xmp><b></xmp>二",
        r#"html(head body(iframe("<p>一") xmp("<b>") "二"))"#,
    ),
    (
        "<p>一<plaintext></plaintext><p>二",
        r#"html(head body(p("一") plaintext("</plaintext><p>二")))"#,
    ),
    ("一 < 二 <3 a<>b", r#"html(head body("一 < 二 <3 a<>b"))"#),
    ("<body><title>一", r#"html(head body(title("一")))"#),
    // Comments and what is read as one.
    (
        "一<!-- <p> -- > -->二<!-->三<!--->四<!-- x --!>五<!-- ",
        r#"html(head body("一二三四五"))"#,
    ),
    (
        "一<!--[if lt IE 9]><p>旧</p><![endif]-->二<![if !IE]>三<![endif]>四",
        r#"html(head body("一二三四"))"#,
    ),
    (
        "一<?xml version='1.0'?>二</>三</ x>四<!x>五<![CDATA[六]]>七",
        r#"html(head body("一二三四五七"))"#,
    ),
    // Attributes.
    (
        "<p title='a>b' class=c/>一</p>",
        r#"html(head body(p("一")))"#,
    ),
    (
        "<p a=\"<b>\" \"x\">一<a href=/x/>二</a>三",
        r#"html(head body(p("一" a("二") "三")))"#,
    ),
    (
        "<p a = 'x' = b>一</p title='>'>二<p ",
        r#"html(head body(p("一") "二"))"#,
    ),
    // Entities and NULs.
    (
        "<p>&ldquo;一&#8221;&nbsp&amp;lt;\0",
        "html(head body(p(\"“一”\u{a0}&lt;\")))",
    ),
    // Drawings and formulas.
    (
        "<body><svg><title>图</title><path/><style>a<b></style></svg>一",
        "html(head body(svg(title(\"图\") path style(\"a\")) b(\"一\")))",
    ),
    (
        "<svg><path/><g><path></g></svg><div>一</div>",
        r#"html(head body(svg(path g(path)) div("一")))"#,
    ),
    (
        "<svg><![CDATA[<p>]]><circle><p>一",
        r#"html(head body(svg("<p>" circle) p("一")))"#,
    ),
    (
        "<svg><foreignObject><p>一</p><hr/></foreignObject><g/></svg>二",
        r#"html(head body(svg(foreignobject(p("一") hr) g) "二"))"#,
    ),
    (
        "<math><mi>x</mi></math>一",
        r#"html(head body(math(mi("x")) "一"))"#,
    ),
    // Names in any case, of any kind.
    (
        "<DIV><O:P>一</o:p><sohuAdCode><p>二</SohuAdCode>三</Div>",
        r#"html(head body(div(o:p("一") sohuadcode(p("二三")))))"#,
    ),
    ("<image><IMG>", "html(head body(img img))"),
];

/// Pages whose tree differs from the standard's by intent: ours, then the standard's.
const OWN: &[(&str, &str, &str)] = &[
    // `<noscript>` is read as a browser without scripts does, and may hold anything in the head.
    (
        "<head><noscript><img></noscript><meta></head>一",
        r#"html(head(noscript(img) meta) body("一"))"#,
        r#"html(head(noscript("<img>") meta) body("一"))"#,
    ),
    (
        "<div><noscript></div><p>一</noscript>二</div>",
        r#"html(head body(div(noscript(p("一")) "二")))"#,
        r#"html(head body(div(noscript("</div><p>一") "二")))"#,
    ),
    // Formatting is not reopened in the next block.
    (
        "<p><b>一</p><p>二</b>三",
        r#"html(head body(p(b("一")) p("二三")))"#,
        r#"html(head body(p(b("一")) p(b("二") "三")))"#,
    ),
    // A link that ends within a block belongs in the block.
    (
        "<a><h3>一</a>二</h3>三",
        r#"html(head body(h3(a("一") "二") "三"))"#,
        r#"html(head body(a h3(a("一") "二") "三"))"#,
    ),
    (
        "<a><div><h3>一</a></h3></div>二",
        r#"html(head body(div(h3(a("一"))) "二"))"#,
        r#"html(head body(a div(a h3(a("一"))) "二"))"#,
    ),
    (
        "<a>零<div>一</a>二</div>三",
        r#"html(head body(a("零") div("一二") "三"))"#,
        r#"html(head body(a("零") div(a("一") "二") "三"))"#,
    ),
    // A link never closed ends before the block that holds the next.
    (
        "<a name=top><div>一<a href=x>二</a></div>三",
        r#"html(head body(a div("一" a("二")) "三"))"#,
        r#"html(head body(a div(a("一") a("二")) "三"))"#,
    ),
    // A table ends a paragraph whether or not the page has a doctype.
    (
        "<p>一<table><tr><td>二</table>",
        r#"html(head body(p("一") table(tbody(tr(td("二"))))))"#,
        r#"html(head body(p("一" table(tbody(tr(td("二")))))))"#,
    ),
    // A form that ends within a block ends before it.
    (
        "<form><div>一</form>二</div>三",
        r#"html(head body(form div("一二") "三"))"#,
        r#"html(head body(form(div("一二")) "三"))"#,
    ),
    // What stands between the rows of a table stays there.
    (
        "<table><div>一</div><tr>二<td>三</table>四",
        r#"html(head body(table(div("一") tbody(tr("二" td("三")))) "四"))"#,
        r#"html(head body(div("一") "二" table(tbody(tr(td("三")))) "四"))"#,
    ),
];

#[test]
fn trees_are_the_standards() {
    for &(html, expected) in STANDARD {
        assert_eq!(outline(&Dom::parse(html)), expected, "{html}");
        assert_eq!(
            differential::outline(html),
            expected,
            "the standard's tree of {html}"
        );
    }
}

#[test]
fn trees_differ_from_the_standards_where_meant() {
    for &(html, expected, standard) in OWN {
        assert_eq!(outline(&Dom::parse(html)), expected, "{html}");
        assert_eq!(
            differential::outline(html),
            standard,
            "the standard's tree of {html}"
        );
    }
}

#[test]
fn attributes_are_read_from_the_source() {
    let cases = [
        ("<p class=a>", Some("a")),
        ("<p CLASS='a b'>", Some("a b")),
        ("<p id=x class = \"a>b\" title>", Some("a>b")),
        ("<p class=a class=b>", Some("a")),
        ("<p class>", Some("")),
        ("<p class=>", Some("")),
        ("<p classic=x data-class=y>", None),
        ("<p title='class=x'>", None),
        ("<p/class='a'/>", Some("a")),
        ("<p class=a/>", Some("a/")),
        ("<p title=\"x\"class=\"a\">", Some("a")),
        (
            "<p class='&ldquo;文&rdquo;&amp;copy=1'>",
            Some("“文”&copy=1"),
        ),
        ("<p class='?a=1&copy=2'>", Some("?a=1&copy=2")),
        ("<p =class=x>", None),
        ("<p class=\"a\nb\">", Some("a\nb")),
        ("<p 类=一 class=二>", Some("二")),
    ];
    for (html, expected) in cases {
        let dom = Dom::parse(html);
        let p = dom
            .ids()
            .find(|&id| dom.tag(id) == Some(Tag::P))
            .expect("the case has a paragraph");
        assert_eq!(dom.attr(p, "class").as_deref(), expected, "{html}");
        assert_eq!(dom.attr(NodeId::DOCUMENT, "class"), None);
    }
}

#[test]
fn late_tags_give_their_attributes_to_implied_elements() {
    let dom = Dom::parse("<meta><html lang=zh><p><body id=b><body id=c>");
    let attr = |tag, name| {
        dom.attr(
            dom.ids().find(|&id| dom.tag(id) == Some(tag)).unwrap(),
            name,
        )
    };
    assert_eq!(attr(Tag::Html, "lang").as_deref(), Some("zh"));
    assert_eq!(attr(Tag::Body, "id").as_deref(), Some("b"));
}

#[test]
fn raw_text_is_as_written() {
    let dom = Dom::parse(
        "<script>a && '&amp;'</script><title>一&amp;二</title><p><b>x</b></p><div>三&nbsp;</div>",
    );
    let of = |tag| dom.ids().find(|&id| dom.tag(id) == Some(tag)).unwrap();
    assert_eq!(dom.raw_text(of(Tag::Script)), "a && '&amp;'");
    assert_eq!(
        dom.text(dom.first_child(of(Tag::Script)).unwrap()),
        Some("a && '&amp;'")
    );
    assert_eq!(dom.raw_text(of(Tag::Title)), "一&amp;二");
    assert_eq!(
        dom.text(dom.first_child(of(Tag::Title)).unwrap()),
        Some("一&二")
    );
    assert_eq!(dom.raw_text(of(Tag::Div)), "三&nbsp;");
    assert_eq!(dom.raw_text(of(Tag::P)), "");
    assert_eq!(dom.text(of(Tag::P)), None);
}

#[test]
fn nodes_know_their_relatives() {
    let dom = Dom::parse("<div><p>一</p>二<br>三</div><span></span>");
    let of = |tag| dom.ids().find(|&id| dom.tag(id) == Some(tag)).unwrap();
    let div = of(Tag::Div);
    let children: Vec<_> = dom.children(div).map(|child| dom.tag(child)).collect();
    assert_eq!(children, [Some(Tag::P), None, Some(Tag::Br), None]);
    assert_eq!(
        dom.next_sibling(of(Tag::P)).and_then(|text| dom.text(text)),
        Some("二")
    );
    assert_eq!(dom.prev_sibling(of(Tag::Span)), Some(div));
    assert_eq!(dom.next_sibling(of(Tag::Span)), None);
    assert_eq!(dom.descendants(div).count(), 5);
    let ancestors: Vec<_> = dom
        .ancestors(of(Tag::P))
        .filter_map(|id| dom.tag(id))
        .collect();
    assert_eq!(ancestors, [Tag::Div, Tag::Body, Tag::Html]);
    assert!(
        dom.contains(div, of(Tag::Br))
            && dom.contains(div, div)
            && !dom.contains(div, of(Tag::Span))
    );
}

/// The tree without white space that stands alone: `html(head body("text"))`.
fn outline(dom: &Dom) -> String {
    let mut out = String::new();
    let html = dom
        .first_child(NodeId::DOCUMENT)
        .expect("every page has an html element");
    write_outline(dom, html, &mut out);
    out
}

fn write_outline(dom: &Dom, id: NodeId, out: &mut String) {
    out.push_str(&dom.name(id).to_ascii_lowercase().replace("image", "img"));
    let mut children = Vec::new();
    for child in dom.children(id) {
        match dom.text(child) {
            Some(text) => push_text(&mut children, text),
            None => {
                let mut inner = String::new();
                write_outline(dom, child, &mut inner);
                children.push(inner);
            }
        }
    }
    push_children(children, out);
}

/// Adds a text to a list of outlines, joined with the text before it.
fn push_text(children: &mut Vec<String>, text: &str) {
    let text = text.trim_matches(char::is_whitespace);
    if text.is_empty() {
        return;
    }
    match children.last_mut() {
        Some(last) if last.ends_with('"') => {
            last.pop();
            last.push_str(text);
            last.push('"');
        }
        _ => children.push(format!("\"{text}\"")),
    }
}

fn push_children(children: Vec<String>, out: &mut String) {
    if !children.is_empty() {
        out.push('(');
        out.push_str(&children.join(" "));
        out.push(')');
    }
}
