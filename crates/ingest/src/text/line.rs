//! Lines of a dump and what each looks like by itself.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::boilerplate::{self, Boilerplate};

/// A line of a dump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// The text without the indentation, white space tidied.
    pub(super) text: String,
    /// Whether it begins with an ideographic space, a tab or several spaces, as paragraphs do.
    pub(super) indented: bool,
    /// The length of `text` in characters.
    pub(super) n_chars: usize,
    /// What it is, if it is not the story's.
    pub(super) boilerplate: Option<Boilerplate>,
    is_prose: bool,
}

/// Cuts a line that holds several paragraphs, each with its indentation: `…完工。　　据了解，…`.
pub(super) fn paragraphs(line: &str) -> impl Iterator<Item = &str> {
    const INDENTATION: &str = "\u{3000}\u{3000}";
    let mut rest = line;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        // Between words of a heading or a table the same spaces are only spaces.
        let end = rest
            .match_indices(INDENTATION)
            .map(|(at, _)| at)
            .find(|at| rest[..*at].ends_with(['。', '！', '？', '”', '）', '…']))
            .unwrap_or(rest.len());
        let (paragraph, more) = rest.split_at(end);
        rest = more;
        Some(paragraph)
    })
}

/// A line longer than this is a paragraph whatever else it looks like.
const LONG: usize = 60;

/// A line shorter than this is no paragraph unless it is a sentence.
const SHORT: usize = 15;

impl Line {
    /// Tidies a line; `None` if nothing is left of it.
    pub(super) fn new(raw: &str) -> Option<Self> {
        let raw = raw.trim_matches(['\u{feff}', '\u{200b}', '\r']);
        let without = without_template(raw);
        let line = without.as_deref().unwrap_or(raw);
        let body = line.trim_start();
        let indentation = &line[..line.len() - body.len()];
        let indented = indentation.contains(['\u{3000}', '\t']) || indentation.chars().count() >= 2;
        let mut text = String::with_capacity(body.len());
        for word in body.split_whitespace() {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word);
        }
        if text.is_empty() {
            return None;
        }
        let mut line = Self {
            indented,
            n_chars: text.chars().count(),
            boilerplate: boilerplate::classify(&text),
            is_prose: false,
            text,
        };
        line.is_prose = line.find_prose();
        Some(line)
    }

    /// Whether it ends as a sentence does, closing quotes and brackets apart.
    pub(super) fn ends_sentence(&self) -> bool {
        let text = self
            .text
            .trim_end_matches(['”', '’', '」', '』', '）', ')', '"']);
        text.ends_with(['。', '！', '？', '!', '?', '…', '；'])
    }

    /// Whether it is a paragraph of a story: indented, or a sentence, or long.
    pub(super) fn is_prose(&self) -> bool {
        self.is_prose
    }

    fn find_prose(&self) -> bool {
        let sentence = self.ends_sentence();
        let has_form = self.n_chars >= LONG
            || (self.indented && (self.n_chars >= SHORT || sentence))
            || (sentence && self.n_chars >= SHORT);
        has_form && self.boilerplate.is_none() && !self.is_contact() && !self.is_menu()
    }

    /// Whether it belongs to the frame of a page: telephone numbers, menus, buttons, statements of rights.
    pub(super) fn is_furniture(&self) -> bool {
        self.is_contact()
            || self.is_menu()
            || self.is_letter_size()
            || self.boilerplate.is_some()
            || FURNITURE_WORDS.is_match(&self.text)
    }

    /// Whether it could be a site's or paper's name alone.
    pub(super) fn is_site_name(&self) -> bool {
        const ENDS: [&str; 12] = [
            "网",
            "在线",
            "日报",
            "晚报",
            "晨报",
            "早报",
            "传媒",
            "融媒",
            "网站",
            "客户端",
            "門戶",
            "日報",
        ];
        self.n_chars <= 14
            && !self.text.contains(['，', '。', '：', '！', '？', ' '])
            && ENDS.iter().any(|end| self.text.ends_with(end))
    }

    /// Whether it could be a headline by its form.
    pub(super) fn is_headline(&self) -> bool {
        (3..=80).contains(&self.n_chars) && !self.text.ends_with(['。', '，', '：', ':', '；'])
    }

    /// A telephone number, a mail address or a registration number in a short line.
    fn is_contact(&self) -> bool {
        if self.n_chars > 120 || self.text.ends_with('。') && self.n_chars > 40 {
            return false;
        }
        let digits = self.text.bytes().filter(u8::is_ascii_digit).count();
        let registered = ["备案", "ICP", "公网安备", "许可证"];
        let is_registration =
            digits >= 4 && registered.iter().any(|label| self.text.contains(label));
        let is_number =
            digits >= 7 && digits * 10 > self.text.len() * 6 && !looks_dated(&self.text);
        is_registration || is_number || self.has_number()
    }

    /// Whether a number or a mail address follows a label, as in `新闻热线：0419-5550123` but not `12345热线：七天`.
    fn has_number(&self) -> bool {
        NUMBER_LABELS.find_iter(&self.text).any(|label| {
            let value =
                self.text[label.end()..].trim_start_matches([':', '：', ' ', '(', '（', '+']);
            let number = value
                .chars()
                .take_while(|c| c.is_ascii_digit() || matches!(c, '-' | ' ' | ')' | '）' | '—'));
            let is_address = || {
                value
                    .chars()
                    .take_while(|c| !c.is_whitespace())
                    .any(|c| c == '@')
            };
            number.filter(char::is_ascii_digit).count() >= 5 || is_address()
        })
    }

    /// A button for larger or smaller letters.
    fn is_letter_size(&self) -> bool {
        let text = self.text.trim_start_matches(['T', 't', 'A', '[', '【']);
        self.n_chars <= 4
            && matches!(
                text.trim_end_matches([']', '】']),
                "大" | "中" | "小" | "+" | "-" | "|" | ""
            )
    }

    /// A menu: several short words and nothing else.
    fn is_menu(&self) -> bool {
        let is_end =
            |c: char| c.is_whitespace() || matches!(c, '|' | '｜' | '│' | '·' | '/' | '丨');
        let words = || self.text.split(is_end).filter(|word| !word.is_empty());
        let (mut n, mut n_chars) = (0, 0);
        for word in words().take(100) {
            // Figures and units stand in tables and headlines.
            if word.bytes().any(|b| b.is_ascii_digit()) {
                return false;
            }
            n += 1;
            n_chars += word.chars().count();
        }
        // Three words of four characters are a headline; menus and share bars have shorter words or more.
        (n >= 5 && n_chars <= 5 * n) || (n >= 3 && n_chars <= 2 * n + 2)
    }
}

/// Labels that a telephone number, a mail address or the like follows.
const NUMBERS: [&str; 13] = [
    "热线", "电话", "熱線", "電話", "传真", "邮箱", "郵箱", "Email", "E-mail", "Tel", "邮编", "QQ",
    "投稿",
];

/// Phrases of a page's frame that the general tables of boilerplate do not have.
const FURNITURE: [&str; 24] = [
    "设为首页",
    "加入收藏",
    "设为主页",
    "今天是",
    "欢迎您",
    "欢迎访问",
    "欢迎来到",
    "收藏本站",
    "无障碍浏览",
    "主管主办",
    "主办：",
    "主办单位",
    "手机版",
    "手机客户端",
    "复制链接",
    "复制网址",
    "版权与转载",
    "Copyright",
    "©",
    "本站刊发",
    "本网刊发",
    "技术支持",
    "版权归",
    "繁體版",
];

static NUMBER_LABELS: LazyLock<AhoCorasick> = LazyLock::new(|| matcher(&NUMBERS));
static FURNITURE_WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| matcher(&FURNITURE));

fn matcher(words: &[&str]) -> AhoCorasick {
    AhoCorasick::new(words).expect("a short list of short words is a valid automaton")
}

/// Whether the text has a date's separators, so that its digits are no telephone number.
fn looks_dated(text: &str) -> bool {
    crate::date::find(text).is_some()
}

/// Takes out what a template engine left: `${channel_name!""}`, `<#if …>`, `{{ … }}`, `[!--title--]`.
fn without_template(line: &str) -> Option<String> {
    const MARKS: [(&str, &str); 7] = [
        ("${", "}"),
        ("<#", ">"),
        ("</#", ">"),
        ("{{", "}}"),
        ("{%", "%}"),
        ("<%", "%>"),
        ("[!--", "--]"),
    ];
    if !line.contains(['$', '<', '{', '[']) {
        return None;
    }
    let mut out = String::new();
    let mut rest = line;
    let mut changed = false;
    while let Some(at) = rest.find(['$', '<', '{', '[']) {
        let (before, here) = rest.split_at(at);
        out.push_str(before);
        let mark = MARKS.iter().find(|(open, _)| here.starts_with(open));
        // A template's expression is short; what is not closed soon is text.
        let end = mark.and_then(|(open, close)| {
            let inside = &here[open.len()..];
            let head = &inside[..inside.floor_char_boundary(200)];
            // A default value may hold braces of its own: `${a!"{}"}`.
            let end = head.find(close)?;
            Some(open.len() + end + close.len())
        });
        let skip = match end {
            Some(end) => {
                changed = true;
                end
            }
            None => {
                let first = here.chars().next().map_or(1, char::len_utf8);
                out.push_str(&here[..first]);
                first
            }
        };
        rest = &here[skip..];
    }
    out.push_str(rest);
    changed.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_template_left_is_taken_out() {
        for (raw, text) in [
            ("${channel_name!\"\"}", None),
            ("${a} ${(node.pubTitle)!\"\"}\r", None),
            ("<#if page?has_content>", None),
            ("</#if>", None),
            ("{{title}}云河{{x", Some("云河{{x")),
            ("价格 $5 < 6", Some("价格 $5 < 6")),
            ("　　城市  建设\u{3000}", Some("城市 建设")),
            (" \u{3000}\t", None),
        ] {
            assert_eq!(
                Line::new(raw).map(|line| line.text).as_deref(),
                text,
                "{raw}"
            );
        }
    }

    #[test]
    fn paragraphs_on_one_line_are_cut() {
        for (line, expected) in [
            (
                "　　桥通了。　　人来了。",
                vec!["　　桥通了。", "　　人来了。"],
            ),
            ("桥　　路", vec!["桥　　路"]),
            ("", vec![]),
        ] {
            assert_eq!(paragraphs(line).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn frames_are_told_from_stories() {
        for (text, is_furniture) in [
            ("新闻热线：0419-5550123　广告热线：0419-5550124", true),
            ("首页 | 要闻 | 本地 | 三农 | 文化", true),
            ("微信　微博　QQ空间　复制链接", true),
            ("设为首页 | 加入收藏", true),
            ("辽ICP备00000000号", true),
            ("三条水渠连起来的日子", false),
            ("2025年5月1日起北岭试行周末限行", false),
            ("一季度 GDP 增长 5.4%", false),
            ("拨打12345热线，半小时就有人上门", false),
            ("报料电话 5550120", true),
            ("12345热线：一个电话之后的七天", false),
        ] {
            assert_eq!(
                Line::new(text).unwrap().is_furniture(),
                is_furniture,
                "{text}"
            );
        }
    }
}
