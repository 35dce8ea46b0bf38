//! Whether a page is an article, a list of them, or something else.

use std::ops::Range;
use std::sync::LazyLock;

use super::dom::Dom;
use super::lines::Lines;
use super::story::{is_excerpt, is_prose};
use crate::article::PageKind;
use crate::date;
use crate::time::Precision;
use crate::words::Words;

/// What the decision is made from.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Signs {
    /// The headline stands on the page as the `<title>` has it.
    pub(super) headline: bool,
    /// A date stands between the headline and the story, and not a list of them.
    pub(super) dated: bool,
    /// An author, an editor or a source is named.
    pub(super) byline: bool,
    /// The page calls itself an article.
    pub(super) declared: bool,
    /// Characters of prose in the body.
    pub(super) prose: u32,
    /// The share of the page's characters that stand in links, in percent.
    pub(super) link_share: u32,
    /// Lines that are links of up to a headline's length.
    pub(super) headlines: usize,
    /// Prose lines in the story's element, and those of them that follow a linked headline: excerpts.
    pub(super) prose_lines: usize,
    pub(super) excerpts: usize,
    /// Lines in the story's element that are the head of a post: a time to the minute, prose after it.
    pub(super) posts: usize,
    /// Phrases of forums' own tools.
    pub(super) forum: usize,
    /// Phrases of shops.
    pub(super) shop: usize,
    /// The `<title>` speaks of a forum, a blog or an error.
    pub(super) named_other: bool,
    /// The `<title>` speaks of a service, as those of shops and forms do.
    pub(super) named_service: bool,
    /// The `<title>` is that of a list.
    pub(super) named_list: bool,
}

/// Short lines are looked through when they have so many bytes together.
const MAX_SHORT: usize = 64 << 10;

/// What a forum's own tools say; a line has to be short to count.
#[rustfmt::skip]
const FORUM: &[&str] = &[
    "楼主", "只看楼主", "只看该作者", "快速回复", "发表回复", "回帖", "发帖", "发新帖", "沙发", "板凳", "回复帖",
    "回复本楼", "最后发表", "主题帖", "精华帖", "版主", "樓主", "回覆", "发表帖子", "返回列表", "今日帖", "层主",
];

/// What a shop's own tools say.
#[rustfmt::skip]
const SHOP: &[&str] = &[
    "加入购物车", "立即购买", "购物车", "市场价", "促销价", "商品编号", "库存", "已售", "月销量", "¥", "￥",
    "规格参数", "商品评价", "购买数量", "收藏商品", "price", "加入購物車", "Add to",
];

/// What the `<title>` of a forum, a blog or an error page says beside the headline.
#[rustfmt::skip]
const OTHER_TITLES: &[&str] = &[
    "论坛", "論壇", "贴吧", "BBS", "bbs", "404", "Not Found", "页面不存在", "找不到", "页面没有找到", "无法访问",
    "blog", "Blog", "博客",
];

/// What the `<title>` of a shop or a form says; news columns say it too.
const SERVICE_TITLES: &[&str] = &[
    "登录",
    "注册",
    "购物",
    "商城",
    "报价",
    "团购",
    "出错",
    "错误提示",
    "提示信息",
];

/// What the `<title>` of a list says.
const LIST_TITLES: &[&str] = &[
    "搜索结果",
    "的搜索",
    "搜索：",
    "列表",
    "首页",
    "排行榜",
    "滚动新闻",
    "网站地图",
    "全部新闻",
];

impl Signs {
    /// Counts what the lines tell; `story` are the lines of the story's element, `title` is the part of the `<title>`
    /// that is not the headline.
    pub(super) fn count(&mut self, dom: &Dom<'_>, lines: &Lines, story: Range<usize>, title: &str) {
        let (mut chars, mut links) = (0_u32, 0_u32);
        let mut short = String::new();
        let mut tools = 0;
        for (i, line) in lines.all.iter().enumerate() {
            chars += line.chars;
            links += line.link_chars;
            let is_link = line.link_chars * 10 >= line.chars * 4;
            self.headlines += usize::from(is_link && (2..=40).contains(&line.chars));
            if line.chars <= 24 {
                lines.push_text(dom, i, &mut short);
                // No word of the tables and no line holds one.
                short.push('\n');
                if short.len() > MAX_SHORT {
                    tools |= find_tools(&short);
                    short.clear();
                }
            }
        }
        self.link_share = (links * 100).checked_div(chars).unwrap_or(100);
        (self.forum, self.shop) = count_tools(tools | find_tools(&short));
        let mut post = false;
        for i in story {
            let line = &lines.all[i];
            if !is_prose(line) {
                post |= line.chars <= 40 && is_post_head(&lines.text(dom, i));
                continue;
            }
            self.posts += usize::from(post);
            post = false;
            self.prose_lines += 1;
            self.excerpts += usize::from(is_excerpt(lines, i));
        }
        self.named_other = OTHER_TITLES.iter().any(|word| title.contains(word));
        self.named_service = SERVICE_TITLES.iter().any(|word| title.contains(word));
        self.named_list = LIST_TITLES.iter().any(|word| title.contains(word));
    }

    /// Decides; with how sure the decision is, from 0 to 1.
    pub(super) fn kind(&self) -> (PageKind, f32) {
        let list = self.excerpts >= 3 && self.excerpts * 2 >= self.prose_lines;
        let mut score: f32 = match self.prose {
            0..=39 => -3.0,
            40..=99 => 0.0,
            100..=249 => 0.5,
            250..=599 => 1.5,
            _ => 2.5,
        };
        score += if self.headline { 1.5 } else { -1.5 };
        score += if self.dated { 2.0 } else { -1.0 };
        score += if self.byline { 1.0 } else { 0.0 };
        score += if self.declared { 1.0 } else { 0.0 };
        score -= if self.link_share > 80 && self.prose < 250 {
            1.0
        } else {
            0.0
        };
        score -= if list { 5.0 } else { 0.0 };
        score -= if self.forum >= 2 {
            2.0 * self.forum.min(3) as f32
        } else {
            0.0
        };
        score -= if self.shop >= 2 {
            1.5 * self.shop.min(4) as f32
        } else {
            0.0
        };
        score -= if self.named_other { 7.5 } else { 0.0 };
        score -= if self.named_service { 3.0 } else { 0.0 };
        score -= if self.named_list && (!self.headline || self.prose < 600) {
            5.0
        } else {
            0.0
        };
        score -= if self.posts >= 3 { 5.0 } else { 0.0 };
        let confidence = 1.0 / (1.0 + f32::exp(-score.abs()));
        if score > 0.0 {
            return (PageKind::Article, confidence);
        }
        let many =
            self.headlines >= 12 && self.link_share > 20 && !self.named_other && self.shop < 2;
        let kind = if list || self.named_list || many && self.forum < 2 {
            PageKind::List
        } else {
            PageKind::Other
        };
        (kind, confidence)
    }
}

fn is_post_head(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits >= 8 && date::find(text).is_some_and(|(time, _)| time.precision > Precision::Day)
}

/// The words of both tables, those of forums first; none begins or ends within one of the other table.
static TOOL_WORDS: LazyLock<Words> =
    LazyLock::new(|| Words::new(FORUM.iter().chain(SHOP).copied()));

const _: () = assert!(FORUM.len() + SHOP.len() <= u64::BITS as usize);

/// A bit for each of the words that the text has.
fn find_tools(text: &str) -> u64 {
    TOOL_WORDS
        .find_iter(text)
        .fold(0, |seen, found| seen | 1 << found.pattern().as_u32())
}

/// How many of the words are of forums and of shops.
fn count_tools(seen: u64) -> (usize, usize) {
    let forum = seen & ((1 << FORUM.len()) - 1);
    let shop = seen >> FORUM.len();
    (forum.count_ones() as usize, shop.count_ones() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_hides_one_of_the_other_table() {
        for forum in FORUM {
            for shop in SHOP {
                for (first, second) in [(forum, shop), (shop, forum)] {
                    assert!(!first.contains(second), "{first} {second}");
                    let overlaps = second
                        .char_indices()
                        .skip(1)
                        .any(|(at, _)| first.ends_with(&second[..at]));
                    assert!(!overlaps, "{first} {second}");
                }
            }
        }
    }
}
