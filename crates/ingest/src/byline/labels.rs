//! The words that label a byline's parts.

use std::sync::LazyLock;

use crate::words::Words;

/// What the text after a label is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The paper or agency.
    Source,
    /// Reporters, correspondents, authors.
    Author,
    /// The editor who answers for the page (责任编辑).
    ResponsibleEditor,
    /// Any editor (编辑), who may be the source's rather than the page's.
    Editor,
    /// When it was published; the value is a date.
    Time,
    /// When it was changed; the value is a date.
    Updated,
    /// Something a page says about a story that no field takes: proof-readers, counters, tools.
    Other,
}

/// A label found in a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Label {
    pub(super) role: Role,
    /// The first byte of the label.
    pub(super) start: usize,
    /// The first byte of the value.
    pub(super) value: usize,
    /// Whether a colon or slash divides the label from its value.
    pub(super) marked: bool,
    /// Whether the label is a reporter's (记者, 通讯员), after which names and places run into each other.
    pub(super) reporter: bool,
}

/// Labels by their roles. A label counts where a colon, a slash or a bar follows it, or where white space does and
/// the label stands at the beginning of a part.
#[rustfmt::skip]
const LABELS: &[(Role, &[&str])] = &[
    (Role::Source, &[
        "来源", "來源", "来源于", "来源自", "稿件来源", "信息来源", "文章来源", "新闻来源", "新聞來源", "本文来源",
        "消息来源", "内容来源", "稿源", "供稿单位", "发布机构", "发布单位", "信息提供", "出处", "转自", "本文转自",
        "转载自", "本文来自", "原载", "来自", "來自", "摘自", "媒体",
    ]),
    (Role::Other, &[
        "资料来源", "素材来源", "图片来源", "圖片來源", "视频来源", "数据来源", "初审编辑", "审核编辑", "校对",
        "审核", "初审", "复审", "终审", "审签", "编审", "监制", "总监制", "主编", "值班主任", "策划", "摄影", "摄",
        "图", "点击数", "浏览次数", "浏览量", "浏览", "美编", "美术编辑", "视觉", "编委", "值班编委", "值班总编",
        "总编", "副总编", "总编辑", "副总编辑", "签发", "一审", "二审", "三审", "责校", "出品", "出品人", "总策划",
        "统筹", "剪辑", "拍摄", "摄像", "设计", "海报", "制作", "制图", "排版", "视频", "配音", "后期", "美工",
        "文字", "阅读", "点击", "点击次数", "浏览数", "阅读量", "阅读次数", "评论", "访问量", "字体", "分享",
        "关键词", "关键字", "标签", "电话", "发布者", "发布人", "查看", "围观", "人气", "邮箱", "字号", "分享到",
    ]),
    (Role::Author, &[
        "作者", "文章作者", "本文作者", "记者", "記者", "本报记者", "本网记者", "通讯员", "通訊員", "撰文", "撰稿",
        "撰稿人", "执笔", "采写", "供稿", "文", "由",
    ]),
    (Role::ResponsibleEditor, &[
        "责任编辑", "責任編輯", "责任编缉", "责编", "責編", "网络编辑", "网站编辑", "本文编辑", "本文责编",
        "本文责任编辑", "稿件编辑",
    ]),
    (Role::Editor, &[
        "编辑", "編輯", "编辑者", "执行编辑", "值班编辑", "新媒体编辑", "选稿", "实习编辑",
    ]),
    (Role::Time, &[
        "发布时间", "发布日期", "發布時間", "發佈時間", "发表时间", "发稿时间", "发表于", "发布于", "时间", "時間",
        "日期",
    ]),
    (Role::Updated, &[
        "更新时间", "更新時間", "更新日期", "修改时间", "最后更新时间", "最後更新", "最後更新時間", "更新于",
        "最后更新", "最新更新", "更新於", "更新",
    ]),
];

/// The labels in `line`, in order.
pub(super) fn find(line: &str) -> Vec<Label> {
    static MATCHER: LazyLock<(Words, Vec<(Role, &str)>)> = LazyLock::new(|| {
        let of_role = |(role, words): &(Role, &'static [&'static str])| {
            let role = *role;
            words.iter().map(move |word| (role, *word))
        };
        let labels: Vec<(Role, &str)> = LABELS.iter().flat_map(of_role).collect();
        let words = Words::new(labels.iter().map(|(_, word)| *word));
        (words, labels)
    });
    let (words, labels) = &*MATCHER;
    words
        .find_iter(line)
        .filter_map(|found| {
            let (role, word) = labels[found.pattern().as_usize()];
            let before = line[..found.start()].chars().next_back();
            let opens = before.is_none_or(|c| !c.is_alphanumeric());
            let rest = &line[found.end()..];
            let trimmed = rest.trim_start();
            let mark = trimmed.chars().next().filter(|c| is_mark(*c));
            let spaced = trimmed.len() < rest.len();
            // `发表于 2024-01-03 由 张三`: the only one of one character that needs no mark.
            let one_character = word.chars().count() == 1 && word != "由";
            let counts = match mark {
                // `图/文：` and `文/某某` begin a part; `作文：` does not end in a label.
                Some(_) => opens || !one_character,
                None => {
                    // `记者 某某`, `来源 云河日报`, and dates that follow their label at once.
                    (spaced && opens && !one_character)
                        || (role == Role::Time && opens)
                        || (role == Role::Author && opens && !one_character && is_reporter(word))
                }
            };
            let value = mark.map_or(found.end(), |mark| {
                line.len() - trimmed.len() + mark.len_utf8()
            });
            counts.then_some(Label {
                role,
                start: found.start(),
                value,
                marked: mark.is_some(),
                reporter: role == Role::Author && is_reporter(word),
            })
        })
        .collect()
}

/// Whether the line begins with a label and its mark: `来源：`, `发表时间：`, `阅读：`.
#[must_use]
pub(crate) fn begins_with_label(line: &str) -> bool {
    let begin = line.len()
        - line
            .trim_start_matches(|c: char| !c.is_alphanumeric())
            .len();
    find(line)
        .first()
        .is_some_and(|label| label.marked && label.start == begin)
}

/// Words that stand before a name without a mark: `记者张三`.
fn is_reporter(word: &str) -> bool {
    matches!(
        word,
        "记者" | "記者" | "本报记者" | "本网记者" | "通讯员" | "通訊員"
    )
}

fn is_mark(c: char) -> bool {
    matches!(
        c,
        ':' | '：' | '/' | '／' | '|' | '｜' | '︱' | '丨' | '∶' | '﹕'
    )
}
