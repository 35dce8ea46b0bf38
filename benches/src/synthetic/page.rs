//! The forms an article is saved in: eight HTML templates of 40 to 120 KB, and the text dump.

use std::fmt::Write as _;

use super::{Prose, SyntheticArticle};

/// How an article is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// An HTML page of one of the templates, from 0 to 7.
    Html(usize),
    /// A text dump.
    Dump,
}

/// What makes one template differ from the next.
struct Template {
    /// The element of the story, with its attributes.
    story: &'static str,
    /// What surrounds a paragraph.
    paragraph: (&'static str, &'static str),
    /// The label before the source.
    source: &'static str,
    /// The line that names the editor.
    editor: &'static str,
    /// The separator of the breadcrumb.
    crumb: &'static str,
    /// How many links surround the story.
    links: usize,
    /// How many lines of script and style the page carries.
    script: usize,
    /// Whether the page is laid out with tables.
    table: bool,
}

#[rustfmt::skip]
const TEMPLATES: [Template; 8] = [
    Template { story: "div class=\"content\" id=\"zoom\"", paragraph: ("<p>　　", "</p>\n"), source: "来源：", editor: "责任编辑：", crumb: " &gt; ", links: 260, script: 260, table: false },
    Template { story: "div class=\"TRS_Editor\"", paragraph: ("<p align=\"justify\">&nbsp;&nbsp;&nbsp;&nbsp;", "</p>"), source: "信息来源：", editor: "[责任编辑：", crumb: ">>", links: 400, script: 180, table: true },
    Template { story: "article class=\"post-content\"", paragraph: ("<p>", "</p>\n"), source: "来源: ", editor: "编辑：", crumb: " / ", links: 180, script: 700, table: false },
    Template { story: "td class=\"black14\"", paragraph: ("　　", "<br><br>\n"), source: "稿源：", editor: "责编：", crumb: " → ", links: 320, script: 200, table: true },
    Template { story: "div id=\"articleContent\"", paragraph: ("<p style=\"text-indent:2em\"><span style=\"font-size:16px\">", "</span></p>\n"), source: "来源：", editor: "责任编辑：", crumb: " &gt; ", links: 520, script: 520, table: false },
    Template { story: "div class=\"rm_txt_con cf\"", paragraph: ("<p style=\"text-indent: 2em;\">\n\t", "</p>\n"), source: "来源：", editor: "(责编：", crumb: "&gt;&gt;", links: 300, script: 420, table: false },
    Template { story: "section class=\"detail-body\"", paragraph: ("<p data-v-1f3a>", "</p>"), source: "文章来源：", editor: "编辑 | ", crumb: " · ", links: 150, script: 900, table: false },
    Template { story: "div class=\"view-text\"", paragraph: ("<div class=\"p\">", "</div>\n"), source: "来源：", editor: "【责任编辑：", crumb: " > ", links: 650, script: 300, table: false },
];

/// The article as a page of `form`; what surrounds the story comes from `rng`.
pub fn render(
    article: &SyntheticArticle,
    form: Form,
    charset: &str,
    prose: &Prose,
    rng: &mut fastrand::Rng,
) -> String {
    match form {
        Form::Html(template) => {
            let template = &TEMPLATES[template % TEMPLATES.len()];
            html(article, template, charset, prose, rng)
        }
        Form::Dump => dump(article),
    }
}

fn html(
    article: &SyntheticArticle,
    template: &Template,
    charset: &str,
    prose: &Prose,
    rng: &mut fastrand::Rng,
) -> String {
    let city = article.city;
    let site = format!("{city}新闻网");
    let mut page = String::with_capacity(120 << 10);
    let _ = write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"{charset}\">\n<title>{}_{site}</title>\n",
        article.title
    );
    let _ = writeln!(page, "<meta name=\"keywords\" content=\"{city},新闻\">");
    code(&mut page, "style", template.script / 2, rng);
    code(&mut page, "script", template.script / 2, rng);
    page.push_str("</head>\n<body>\n");
    links(&mut page, "nav", template.links / 4, prose, rng);
    let [channel, column] = article.channel;
    let crumb = template.crumb;
    let _ = writeln!(
        page,
        "<div class=\"position\">您当前的位置：<a href=\"/\">{site}</a>{crumb}<a href=\"/{channel}/\">{channel}</a>{crumb}<a href=\"/{channel}/{column}/\">{column}</a></div>"
    );
    if template.table {
        page.push_str("<table width=\"960\" border=\"0\" cellpadding=\"0\"><tbody><tr><td width=\"700\" valign=\"top\">\n");
    }
    let _ = writeln!(
        page,
        "<h1>{}</h1>\n<div class=\"info\"><span>{}</span>　<span>{}{}</span>　<span class=\"share\">分享到：</span></div>",
        article.title, article.published, template.source, article.source
    );
    let in_cell = template.story.starts_with("td");
    if in_cell {
        page.push_str("<table><tr>");
    }
    let _ = writeln!(page, "<{}>", template.story);
    for (i, paragraph) in article.paragraphs.iter().enumerate() {
        let (before, after) = template.paragraph;
        let _ = write!(page, "{before}{paragraph}{after}");
        if i == 1 && rng.bool() {
            page.push_str("<p align=\"center\"><img src=\"/upload/1.jpg\" alt=\"\"></p>\n");
        }
    }
    let close = if template.editor.starts_with('[') {
        "]"
    } else {
        ""
    };
    let _ = writeln!(
        page,
        "<p class=\"editor\">{}{}{close}</p>",
        template.editor, article.editor
    );
    let element = template.story.split(' ').next().unwrap_or("div");
    let _ = writeln!(page, "</{element}>");
    if in_cell {
        page.push_str("</tr></table>");
    }
    links(&mut page, "related", 10, prose, rng);
    if template.table {
        page.push_str("</td><td width=\"260\" valign=\"top\">\n");
    }
    links(&mut page, "hot", template.links / 4, prose, rng);
    links(&mut page, "channel", template.links / 2, prose, rng);
    if template.table {
        page.push_str("</td></tr></tbody></table>\n");
    }
    let _ = writeln!(
        page,
        "<div class=\"footer\">版权所有 {site} 未经授权不得转载 新闻热线：0000-0000000</div>"
    );
    code(&mut page, "script", template.script / 4, rng);
    page.push_str("</body>\n</html>\n");
    page
}

/// A list of `n` links to other headlines.
fn links(page: &mut String, class: &str, n: usize, prose: &Prose, rng: &mut fastrand::Rng) {
    let _ = writeln!(page, "<div class=\"{class}\"><ul>");
    for _ in 0..n {
        let number = rng.u32(1_000_000..9_999_999);
        let _ = writeln!(
            page,
            "  <li class=\"item\"><a href=\"/content/{}/{number}.shtml\" target=\"_blank\" title=\"\">{}{}{}</a></li>",
            rng.u32(201_501..202_412),
            prose.word(rng),
            prose.word(rng),
            prose.word(rng)
        );
    }
    page.push_str("</ul></div>\n");
}

/// `n` lines of script or style.
fn code(page: &mut String, element: &str, n: usize, rng: &mut fastrand::Rng) {
    let _ = writeln!(page, "<{element}>");
    for _ in 0..n {
        let (a, b) = (rng.u32(..100_000), rng.u32(..1000));
        let _ = match element {
            "style" => writeln!(
                page,
                ".m{a} .n{b} > li {{ margin: {b}px 0; padding-left: {}px; }}",
                b / 3
            ),
            _ => writeln!(
                page,
                "  if (w.v{a} < {b} && d.q(\"<div id='x{b}'>\")) {{ p.push([{a}, \"t{b}\"]); }}"
            ),
        };
    }
    let _ = writeln!(page, "</{element}>");
}

fn dump(article: &SyntheticArticle) -> String {
    let city = article.city;
    let [channel, column] = article.channel;
    let mut text = String::from("${channel_name!\"\"}\n");
    let _ = writeln!(
        text,
        "新闻热线：0000-0000000　广告热线：0000-0000001\n{city}新闻网"
    );
    let _ = writeln!(
        text,
        "您当前的位置 :{city}新闻网>>{channel}>>{column}\n{}",
        article.title
    );
    let _ = writeln!(
        text,
        "{} 来源:{} 分享到:",
        article.published, article.source
    );
    for paragraph in &article.paragraphs {
        let _ = writeln!(text, "　　{paragraph}");
    }
    let _ = writeln!(text, "责任编辑:{}\n关注微信 关注微博", article.editor);
    let _ = writeln!(
        text,
        "凡本网注明来源的作品，未经授权不得转载。\n联系电话：0000-0000000\n${{channel_name!\"\"}}"
    );
    text
}
