//! The phrases of the genre that are no part of a story: share bars, comments, related links, reprint statements.
//!
//! All are tables of phrases that any Chinese news site may use, in both scripts. A line is looked up as a whole, so a
//! story that speaks of comments or of sharing keeps its sentences.

use std::sync::LazyLock;

use crate::words::Words;

/// What a line is that is not the story's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Boilerplate {
    /// The story is over: related links, comments, the copyright statement begin here.
    End,
    /// The line alone does not belong.
    Noise,
}

/// Phrases that begin a line after the story's end; the line must be short.
#[rustfmt::skip]
const ENDS: &[&str] = &[
    "相关阅读", "相关新闻", "相关链接", "相关报道", "相关文章", "相关推荐", "相关专题", "相关资讯", "相关内容",
    "相关标签", "相关热词", "相关搜索", "相关主题", "延伸阅读", "延伸閱讀", "推荐阅读", "推薦閱讀", "热门推荐",
    "精彩推荐", "编辑推荐", "为您推荐", "为你推荐", "猜你喜欢", "猜您喜欢", "更多新闻", "更多精彩", "更多报道",
    "更多文章", "更多相关", "更多推荐", "看更多", "看了本文", "大家都在看", "大家还在看", "热门新闻", "热点新闻",
    "热门文章", "热门评论", "热点推荐", "热点排行", "今日热点", "今日推荐", "新闻排行", "新闻推荐", "点击排行",
    "阅读排行", "排行榜", "作者最新文章", "作者其他文章", "最新文章", "最新新闻", "最新推荐", "图片推荐", "视频推荐",
    "栏目推荐", "其他新闻", "其他同一栏目", "网友评论", "最新评论", "精彩评论", "全部评论", "我要评论", "发表评论",
    "文章评论", "发表您的评论", "用户评论", "我来说两句", "我要说两句", "我要说说", "我有话说", "网友跟帖",
    "网友跟贴", "跟贴", "跟帖", "您此时的心情", "您的心情", "新闻表情", "看完这篇", "读完这篇", "免责声明",
    "版权声明", "版权与免责", "版权说明", "特别声明", "郑重声明", "重要声明", "版权所有", "本网声明", "凡本网",
    "凡注明", "本网站有关内容", "未经授权", "未经许可", "未经书面", "本网所有内容", "上一篇", "下一篇", "上一条",
    "下一条", "上一則", "下一則", "前一篇", "后一篇", "返回首页", "返回列表", "返回页首", "返回顶部", "关闭窗口",
    "关闭本页", "打印本页", "友情链接", "相關新聞", "相關文章", "相關報導", "相關連結", "相關閱讀", "你可能也想看",
    "你可能感興趣", "您可能感兴趣", "您可能还", "人气排行",
];

/// Phrases that begin a statement of rights, however long.
#[rustfmt::skip]
const RIGHTS: &[&str] = &[
    "免责声明：", "免责声明:", "版权声明：", "版权声明:", "特别声明：", "特别声明:", "郑重声明：", "郑重声明:",
    "重要声明：", "声明：", "声明:", "版权说明：", "风险提示：", "免責聲明：", "凡本网注明", "凡本网站注明",
    "凡注明", "*本网站", "本网站有关内容", "本网凡注明", "版权与免责", "版权所有", "特别提示：本文", "【声明】",
    "【版权", "【免责",
];

/// Phrases that begin a line which alone does not belong; the line must be short.
#[rustfmt::skip]
const NOISE: &[&str] = &[
    "阅读原文", "我也说两句", "鲜花", "收藏 分享", "继续阅读", "看完這篇", "分享給", "掃描", "掃一掃", "按讚",
    "點擊", "點我", "訂閱", "加入好友", "廣告", "播放影片", "閱讀全文", "收藏文章", "列印", "我要留言", "請先登入",
    "分享到", "分享至", "分享给", "分享：", "分享:", "分享文章", "扫一扫", "扫描二维码", "扫码", "扫描", "用微信扫",
    "微信扫", "打开微信", "长按识别", "长按二维码", "长按图片", "识别二维码", "二维码", "打开APP", "打开app",
    "下载APP", "下载客户端", "下载新闻客户端", "打开客户端", "点击下载", "点击查看", "点击进入", "点击展开",
    "展开全文", "查看全文", "阅读全文", "余下全文", "查看更多", "点击图片", "点击看", "（点击看", "点击上方",
    "点击蓝字", "点击关注", "点击播放", "关注微信", "关注我们", "关注公众号", "官方微信", "官方微博", "微信公众号",
    "微信号", "欢迎关注", "新浪微博", "腾讯微博", "微信好友", "微信朋友圈", "朋友圈", "QQ空间", "QQ好友", "字号",
    "字体", "【字号", "[字号", "【大", "[大", "大 中 小", "打印", "【打印", "[打印", "收藏", "【收藏", "我要纠错",
    "纠错", "举报", "投诉", "我要投稿", "投稿", "点赞", "评论", "转发", "订阅", "繁体", "语音播报", "听新闻",
    "原标题：", "原标题:", "原標題：", "(原标题", "（原标题", "[原标题", "新闻热线", "爆料热线", "新闻爆料",
    "热线电话", "联系电话：", "联系邮箱", "举报电话", "广告热线", "广告", "ADVERTISEMENT", "advertisement", "AD",
    "上一页", "下一页", "上一頁", "下一頁", "首页", "返回", "共 ", "页次", "请点击", "請繼續往下閱讀",
    "请继续往下阅读", "视频加载中", "视频播放", "播放", "关闭", "跳转",
];

/// Phrases anywhere in a line that mark it as a statement of rights or a call to other media.
#[rustfmt::skip]
const STATEMENTS: &[&str] = &[
    "請先同意", "請同意", "请先同意", "报料热线", "新闻线索", "报料", "转载请联系", "版权归属", "追究责任",
    "应用市场下载", "扫描下方", "扫码关注", "扫码下载", "点击关注", "投稿邮箱", "来源标注错误", "传递更多信息",
    "未經授權", "請勿轉載", "不得轉載", "轉載請註明", "阅读原文", "閱讀原文", "上一页", "下一页", "下一頁",
    "手机看新闻", "我要反馈", "点个在看", "下方名片", "不构成投资", "不构成实质性", "风险自担", "投资建议",
    "如果您认为转载", "来信来电", "小时内删除", "相关内容转载自", "合法授权", "給自己機會", "自殺防治", "防治諮詢",
    "諮詢專線", "協談專線", "求助專線", "心理援助热线", "付費會員", "付费会员", "加入會員", "付费阅读", "查詢時效",
    "隱私權", "隐私政策", "联系电话", "聯絡電話", "粉絲團", "粉絲專頁", "下載APP", "下載App", "版权所有", "版權所有",
    "未经授权", "未经许可", "未经书面", "不得转载", "禁止转载", "请勿转载", "转载请注明", "转载须注明",
    "转载必须注明", "不得進行", "翻版必究", "侵权必究", "All Rights Reserved", "All rights reserved", "Copyright",
    "凡本网注明", "凡本网站注明", "转载自其它媒体", "转载自其他媒体", "不代表本网", "不代表本站", "并不代表",
    "仅代表作者", "僅代表作者", "文责自负", "与本网无关", "与本站无关", "如涉及版权", "如有侵权", "如涉侵权",
    "请联系删除", "请与我们联系", "请及时与", "扫描二维码", "扫一扫", "长按识别", "微信公众号", "官方微信",
    "客户端下载", "下载客户端", "关注我们", "关注公众号", "微信搜索", "网友评论仅供", "网友评论仅代表", "评论仅代表",
    "文明上网", "自律公约", "举报电话", "违法和不良信息", "新闻热线", "爆料热线", "ICP备", "ICP证", "许可证编号",
    "许可证号", "公网安备", "本文为", "信息发布平台", "仅提供信息存储",
];

/// A line that ends the story has at most this many characters.
const MAX_END: usize = 30;

/// A line that is noise has at most this many characters.
const MAX_NOISE: usize = 26;

/// A statement has at most this many characters; a longer line is a story about rights.
const MAX_STATEMENT: usize = 220;

/// What a line is, if it is not the story's.
#[must_use]
pub(crate) fn classify(line: &str) -> Option<Boilerplate> {
    let text = line.trim_start_matches(|c: char| {
        !c.is_alphanumeric() && !matches!(c, '（' | '(' | '[' | '【')
    });
    if text.is_empty() {
        return None;
    }
    let count = line.chars().count();
    let bare = text.trim_start_matches(['（', '(', '[', '【', '«', '<']);
    let ends_sentence = line.trim_end().ends_with(['。', '！', '？', '”', '…']);
    if count <= MAX_END && !ends_sentence && starts(&END_STARTS, bare) {
        return Some(Boilerplate::End);
    }
    let is_mark = matches!(
        text.trim_matches(|c: char| !c.is_alphanumeric()),
        "END" | "End" | "THE END" | "The End"
    );
    if is_mark || (count <= MAX_STATEMENT && starts(&RIGHTS_STARTS, bare)) {
        return Some(Boilerplate::End);
    }
    if count <= MAX_NOISE
        && !ends_sentence
        && (starts(&NOISE_STARTS, text) || starts(&NOISE_STARTS, bare))
    {
        return Some(Boilerplate::Noise);
    }
    if count <= MAX_STATEMENT {
        let hits = STATEMENT_WORDS.find_iter(line).take(2).count();
        // A sentence that has one such phrase may be the story's: `村民拿出手机扫一扫，就能看到价格。`
        let opens = || starts(&END_STARTS, bare) || starts(&NOISE_STARTS, bare);
        if hits >= 2 || (hits == 1 && count <= 40 && (!ends_sentence || opens())) {
            return Some(Boilerplate::Noise);
        }
    }
    None
}

static END_STARTS: LazyLock<Words> = LazyLock::new(|| words(ENDS));
static RIGHTS_STARTS: LazyLock<Words> = LazyLock::new(|| words(RIGHTS));
static NOISE_STARTS: LazyLock<Words> = LazyLock::new(|| words(NOISE));
static STATEMENT_WORDS: LazyLock<Words> = LazyLock::new(|| words(STATEMENTS));

fn words(list: &[&'static str]) -> Words {
    Words::new(list.iter().copied())
}

fn starts(words: &Words, text: &str) -> bool {
    let Some(found) = words.first(text) else {
        return false;
    };
    // A short word may begin a section's heading: `投诉量逐年下降`.
    let is_short = text[..found.end()].chars().count() <= 2;
    let rest = &text[found.end()..];
    let goes_on = rest.starts_with(char::is_alphabetic) && rest.chars().count() > 3;
    !(is_short && goes_on)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        use Boilerplate::{End, Noise};
        for (line, expected) in [
            ("相关阅读", Some(End)),
            ("【相关新闻】", Some(End)),
            ("网友评论 12 条", Some(End)),
            ("上一篇：云河县召开农业会议", Some(End)),
            ("版权声明：未经许可不得转载。", Some(End)),
            ("分享到：", Some(Noise)),
            ("扫一扫在手机打开当前页", Some(Noise)),
            ("（原标题：云河县召开农业会议）", Some(Noise)),
            ("网友评论说，云河的新桥修得好，老百姓出行方便了。", None),
            ("分享到更多人手里，才是合作社的本意。", None),
            ("云河县今年秋粮丰收。", None),
            ("村民拿出手机扫一扫，就能看到价格。", None),
            ("更多精彩，请下载客户端。", Some(Noise)),
            ("投诉量逐年下降", None),
            ("投诉", Some(Noise)),
            ("", None),
        ] {
            assert_eq!(classify(line), expected, "{line}");
        }
    }
}
