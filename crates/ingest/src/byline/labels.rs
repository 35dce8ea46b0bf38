//! The words that label a byline's parts.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

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

/// Labels and their roles. A label counts where a colon, a slash or a bar follows it, or where white space does and
/// the label stands at the beginning of a part.
const LABELS: &[(&str, Role)] = &[
    ("来源", Role::Source),
    ("來源", Role::Source),
    ("来源于", Role::Source),
    ("来源自", Role::Source),
    ("稿件来源", Role::Source),
    ("信息来源", Role::Source),
    ("文章来源", Role::Source),
    ("新闻来源", Role::Source),
    ("新聞來源", Role::Source),
    ("本文来源", Role::Source),
    ("消息来源", Role::Source),
    ("内容来源", Role::Source),
    ("资料来源", Role::Other),
    ("素材来源", Role::Other),
    ("图片来源", Role::Other),
    ("圖片來源", Role::Other),
    ("视频来源", Role::Other),
    ("数据来源", Role::Other),
    ("稿源", Role::Source),
    ("供稿单位", Role::Source),
    ("发布机构", Role::Source),
    ("发布单位", Role::Source),
    ("信息提供", Role::Source),
    ("出处", Role::Source),
    ("转自", Role::Source),
    ("本文转自", Role::Source),
    ("转载自", Role::Source),
    ("本文来自", Role::Source),
    ("原载", Role::Source),
    ("来自", Role::Source),
    ("來自", Role::Source),
    ("摘自", Role::Source),
    ("媒体", Role::Source),
    ("作者", Role::Author),
    ("文章作者", Role::Author),
    ("本文作者", Role::Author),
    ("记者", Role::Author),
    ("記者", Role::Author),
    ("本报记者", Role::Author),
    ("本网记者", Role::Author),
    ("通讯员", Role::Author),
    ("通訊員", Role::Author),
    ("撰文", Role::Author),
    ("撰稿", Role::Author),
    ("撰稿人", Role::Author),
    ("执笔", Role::Author),
    ("采写", Role::Author),
    ("供稿", Role::Author),
    ("文", Role::Author),
    ("由", Role::Author),
    ("责任编辑", Role::ResponsibleEditor),
    ("責任編輯", Role::ResponsibleEditor),
    ("责任编缉", Role::ResponsibleEditor),
    ("责编", Role::ResponsibleEditor),
    ("責編", Role::ResponsibleEditor),
    ("网络编辑", Role::ResponsibleEditor),
    ("网站编辑", Role::ResponsibleEditor),
    ("本文编辑", Role::ResponsibleEditor),
    ("本文责编", Role::ResponsibleEditor),
    ("本文责任编辑", Role::ResponsibleEditor),
    ("稿件编辑", Role::ResponsibleEditor),
    ("编辑", Role::Editor),
    ("編輯", Role::Editor),
    ("编辑者", Role::Editor),
    ("执行编辑", Role::Editor),
    ("值班编辑", Role::Editor),
    ("新媒体编辑", Role::Editor),
    ("选稿", Role::Editor),
    ("实习编辑", Role::Editor),
    ("初审编辑", Role::Other),
    ("审核编辑", Role::Other),
    ("发布时间", Role::Time),
    ("发布日期", Role::Time),
    ("發布時間", Role::Time),
    ("發佈時間", Role::Time),
    ("发表时间", Role::Time),
    ("发稿时间", Role::Time),
    ("发表于", Role::Time),
    ("发布于", Role::Time),
    ("时间", Role::Time),
    ("時間", Role::Time),
    ("日期", Role::Time),
    ("更新时间", Role::Updated),
    ("更新時間", Role::Updated),
    ("更新日期", Role::Updated),
    ("修改时间", Role::Updated),
    ("最后更新时间", Role::Updated),
    ("最後更新", Role::Updated),
    ("最後更新時間", Role::Updated),
    ("更新于", Role::Updated),
    ("最后更新", Role::Updated),
    ("最新更新", Role::Updated),
    ("更新於", Role::Updated),
    ("更新", Role::Updated),
    ("校对", Role::Other),
    ("审核", Role::Other),
    ("初审", Role::Other),
    ("复审", Role::Other),
    ("终审", Role::Other),
    ("审签", Role::Other),
    ("编审", Role::Other),
    ("监制", Role::Other),
    ("总监制", Role::Other),
    ("主编", Role::Other),
    ("值班主任", Role::Other),
    ("策划", Role::Other),
    ("摄影", Role::Other),
    ("摄", Role::Other),
    ("图", Role::Other),
    ("点击数", Role::Other),
    ("浏览次数", Role::Other),
    ("浏览量", Role::Other),
    ("浏览", Role::Other),
    ("美编", Role::Other),
    ("美术编辑", Role::Other),
    ("视觉", Role::Other),
    ("编委", Role::Other),
    ("值班编委", Role::Other),
    ("值班总编", Role::Other),
    ("总编", Role::Other),
    ("副总编", Role::Other),
    ("总编辑", Role::Other),
    ("副总编辑", Role::Other),
    ("签发", Role::Other),
    ("一审", Role::Other),
    ("二审", Role::Other),
    ("三审", Role::Other),
    ("责校", Role::Other),
    ("出品", Role::Other),
    ("出品人", Role::Other),
    ("总策划", Role::Other),
    ("统筹", Role::Other),
    ("剪辑", Role::Other),
    ("拍摄", Role::Other),
    ("摄像", Role::Other),
    ("设计", Role::Other),
    ("海报", Role::Other),
    ("制作", Role::Other),
    ("制图", Role::Other),
    ("排版", Role::Other),
    ("视频", Role::Other),
    ("配音", Role::Other),
    ("后期", Role::Other),
    ("美工", Role::Other),
    ("文字", Role::Other),
    ("阅读", Role::Other),
    ("点击", Role::Other),
    ("点击次数", Role::Other),
    ("浏览数", Role::Other),
    ("阅读量", Role::Other),
    ("阅读次数", Role::Other),
    ("评论", Role::Other),
    ("访问量", Role::Other),
    ("字体", Role::Other),
    ("分享", Role::Other),
    ("关键词", Role::Other),
    ("关键字", Role::Other),
    ("标签", Role::Other),
    ("电话", Role::Other),
    ("发布者", Role::Other),
    ("发布人", Role::Other),
    ("查看", Role::Other),
    ("围观", Role::Other),
    ("人气", Role::Other),
    ("邮箱", Role::Other),
    ("字号", Role::Other),
    ("分享到", Role::Other),
];

/// The labels in `line`, in order.
pub(super) fn find(line: &str) -> Vec<Label> {
    static MATCHER: LazyLock<AhoCorasick> = LazyLock::new(|| {
        AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(LABELS.iter().map(|(word, _)| word))
            .expect("a short list of short words is a valid automaton")
    });
    MATCHER
        .find_iter(line)
        .filter_map(|found| {
            let (word, role) = LABELS[found.pattern().as_usize()];
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
