//! The name of the paper a story is taken from.

use super::names;

/// Values that name no paper.
#[rustfmt::skip]
const NONE: &[&str] = &[
    "转载", "转载文章", "转载稿件", "网络", "互联网", "网络转载", "网络整理", "网上", "未知", "不详", "原创",
    "本站原创", "本站", "整理", "综合", "综合整理", "其他", "其它", "无", "暂无", "null", "undefined", "媒体",
    "自媒体", "转帖", "文章",
];

/// What a page's tools say after the source.
#[rustfmt::skip]
const TOOLS: &[&str] = &[
    "分享", "字号", "字体", "打印", "浏览", "点击", "阅读", "评论", "收藏", "参与", "关闭", "举报", "纠错", "复制",
    "扫码", "扫一扫", "手机看", "订阅", "跟帖", "跟贴", "投稿", "我要", "转发", "点赞", "人气", "播放", "大 中 小",
    "网友", "查看", "责任编辑", "我有话", "热度", "关注", "次数", "已有", "评 论", "繁体", "简体", "语音", "听新闻",
    "微信", "微博", "进入", "更多", "返回", "网页", "点此", "加入",
];

/// The longest name of a paper, in characters.
const MAX_SOURCE: usize = 30;

/// Tidies the value of a source label: brackets, a place in brackets behind it, page tools and `《》` around it are
/// left out. A value that names no paper (`转载`, `网络`) gives `None`.
#[must_use]
pub(crate) fn source_name(value: &str) -> Option<String> {
    let mut name = String::new();
    for token in value.split_whitespace() {
        let token = token.trim_matches(|c: char| {
            matches!(
                c,
                '|' | '｜' | '丨' | '·' | '•' | '&' | '>' | '》' | '—' | '-'
            ) && !name.is_empty()
                || matches!(c, '|' | '｜' | '丨' | '>')
        });
        let opens = token.starts_with(['(', '（', '[', '【', '〔', '<']) && !name.is_empty();
        if opens || TOOLS.iter().any(|tool| token.starts_with(tool)) || is_counter(token) {
            break;
        }
        if !token.chars().any(char::is_alphanumeric) {
            continue;
        }
        if !token.is_ascii() && looks_like_paper(&name) {
            break;
        }
        // Chinese names have no spaces: what follows one is another thing, unless the parts are Latin words or short.
        if !name.is_empty()
            && name.chars().count() + token.chars().count() > 16
            && !token.is_ascii()
        {
            break;
        }
        if !name.is_empty() {
            name.push(' ');
        }
        name.push_str(token);
    }
    let name = trim(&name);
    let name = without_bracket(name);
    let name = cut_tools(name);
    let count = name.chars().count();
    let meaningful = name.chars().any(char::is_alphanumeric) && count > 1;
    (meaningful
        && count <= MAX_SOURCE
        && !NONE.contains(&name)
        && !name.contains("${")
        && !name.contains("://"))
    .then(|| name.to_owned())
}

/// Parts the paper from an author who follows it without a label: `云河新闻 张三`.
pub(super) fn with_author(value: &str) -> (&str, Option<&str>) {
    let value = value.trim();
    match value.split_once(char::is_whitespace) {
        Some((paper, author))
            if looks_like_paper(paper) && names::looks_like_name(author.trim()) =>
        {
            (paper, Some(author.trim()))
        }
        _ => (value, None),
    }
}

/// Whether a text without a label looks like a paper's name: `云河日报`, `云河新闻网`, `某某社`.
#[must_use]
pub(super) fn looks_like_paper(text: &str) -> bool {
    #[rustfmt::skip]
    const ENDS: &[&str] = &[
        "日报", "晚报", "时报", "早报", "晨报", "商报", "周报", "周刊", "导报", "青年报", "都市报", "新报", "快报",
        "报", "报社", "网", "新闻网", "在线", "社", "通讯社", "电视台", "广播", "频道", "杂志", "新闻", "报道",
        "融媒", "融媒体", "融媒体中心", "客户端", "红周刊", "發布", "发布", "热线", "之家", "财经", "公报", "星空",
    ];
    let count = text.chars().count();
    (2..=16).contains(&count)
        && !text.contains(['，', '。', '、', '！', '？', '；', '"', '“', ' '])
        && ENDS.iter().any(|end| text.ends_with(end))
}

fn is_counter(token: &str) -> bool {
    token.bytes().all(|b| b.is_ascii_digit())
        || matches!(token, "大" | "中" | "小" | "T" | "A-" | "A+" | "A")
}

fn trim(name: &str) -> &str {
    let name = name.trim_matches(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '[' | ']'
                    | '【'
                    | '】'
                    | '('
                    | '（'
                    | '〔'
                    | '〕'
                    | '|'
                    | '｜'
                    | '：'
                    | ':'
                    | ','
                    | '，'
                    | '。'
                    | '；'
                    | ';'
                    | '"'
                    | '“'
                    | '”'
                    | '/'
                    | '、'
                    | '＞'
                    | '>'
                    | '<'
            )
    });
    match name
        .strip_prefix('《')
        .and_then(|rest| rest.split_once('》'))
    {
        Some((inner, "")) => inner,
        _ => name.trim_matches(|c: char| matches!(c, ')' | '）')),
    }
}

/// Cuts a bracketed remark at the end: `云河日报（云河）`, `某某网[整理]`.
fn without_bracket(name: &str) -> &str {
    match name.find(['(', '（', '[', '【']) {
        Some(at) if at > 0 => name[..at].trim_end(),
        _ => name,
    }
}

fn cut_tools(name: &str) -> &str {
    #[rustfmt::skip]
    const WORDS: &[&str] = &[
        "分享到", "字号", "字体", "打印", "浏览次数", "浏览量", "点击数", "点击量", "我要评论", "网友评论",
        "阅读次数", "阅读量", "收藏本文", "条评论",
    ];
    match WORDS.iter().filter_map(|word| name.find(word)).min() {
        Some(at) => name[..at].trim_end_matches(|c: char| !c.is_alphanumeric()),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_the_label() {
        for (value, expected) in [
            ("云河日报", "云河日报"),
            (" [ 云河网 ] ", "云河网"),
            ("《云河日报》", "云河日报"),
            ("云河新闻 (云河)", "云河新闻"),
            ("云河在线[整理]", "云河在线"),
            ("云河网-文化频道", "云河网-文化频道"),
            ("云河日报 分享到:", "云河日报"),
            ("云河日报 字号：大 中 小", "云河日报"),
            ("云河日报浏览次数：12", "云河日报"),
            ("转载文章", ""),
            ("网络", ""),
            ("${source}", ""),
            ("", ""),
        ] {
            assert_eq!(source_name(value).unwrap_or_default(), expected, "{value}");
        }
    }
}
