//! A deterministic synthetic news archive: article `i` depends on nothing but the seed and `i`.
//!
//! Words are drawn by their frequency in the dictionary, which is about Zipf's distribution; one article in ten is a
//! reprint of an earlier one with another headline and a paragraph cut.

mod dictionary;
mod page;
mod prose;

pub use dictionary::words;
pub use page::{Form, render};
pub use prose::Prose;

use std::fmt::Write as _;

/// One article in this many is a reprint.
const REPRINTS: u64 = 10;

/// A made-up article.
#[derive(Debug, Clone)]
pub struct SyntheticArticle {
    /// Its number in the archive, from 0.
    pub number: u64,
    /// The headline.
    pub title: String,
    /// `2024-01-03 15:14:18`.
    pub published: String,
    /// The paper.
    pub source: String,
    /// The editor.
    pub editor: String,
    /// The city it is about.
    pub city: &'static str,
    /// The breadcrumb.
    pub channel: [&'static str; 2],
    /// The paragraphs.
    pub paragraphs: Vec<String>,
}

/// The cities that articles are about.
const CITIES: [&str; 24] = [
    "海城", "鞍山", "营口", "盘锦", "锦州", "沈阳", "临沂", "潍坊", "聊城", "徐州", "盐城", "南通",
    "嘉兴", "绍兴", "上饶", "赣州", "邵阳", "岳阳", "绵阳", "遵义", "曲靖", "天水", "榆林", "喀什",
];
const PAPERS: [&str; 4] = ["日报", "晚报", "广播电视台", "融媒体中心"];
const CHANNELS: [[&str; 2]; 8] = [
    ["新闻", "本地"],
    ["新闻", "要闻"],
    ["县区", "乡镇"],
    ["民生", "教育"],
    ["民生", "医疗"],
    ["经济", "农业"],
    ["经济", "工业"],
    ["文旅", "节庆"],
];
const SURNAMES: [&str; 12] = [
    "赵", "钱", "孙", "李", "周", "吴", "郑", "王", "冯", "陈", "褚", "卫",
];

impl SyntheticArticle {
    /// Makes article `number` of the archive of `seed`.
    pub fn new(prose: &Prose, seed: u64, number: u64) -> Self {
        let mut rng = fastrand::Rng::with_seed(mix(seed, number));
        if number >= REPRINTS && rng.u64(..REPRINTS) == 0 {
            let mut reprint = Self::new(prose, seed, rng.u64(..number));
            let cut = rng.usize(..reprint.paragraphs.len());
            if reprint.paragraphs.len() > 2 {
                reprint.paragraphs.remove(cut);
            }
            reprint.title = prose.headline(&mut rng, reprint.city);
            reprint.number = number;
            return reprint;
        }
        let city = CITIES[rng.usize(..CITIES.len())];
        let title = prose.headline(&mut rng, city);
        let mut source = String::from(city);
        source.push_str(PAPERS[rng.usize(..PAPERS.len())]);
        let mut editor = String::from(SURNAMES[rng.usize(..SURNAMES.len())]);
        editor.push_str(prose.word(&mut rng));
        let n_paragraphs = rng.usize(8..22);
        let paragraphs = (0..n_paragraphs)
            .map(|i| {
                let mut paragraph = String::new();
                if i == 0 {
                    let _ = write!(paragraph, "本报{city}讯 ");
                }
                prose.paragraph(&mut rng, city, &mut paragraph);
                paragraph
            })
            .collect();
        let (year, month, day) = (rng.u32(2015..2025), rng.u32(1..13), rng.u32(1..29));
        let (hour, minute, second) = (rng.u32(6..23), rng.u32(..60), rng.u32(..60));
        Self {
            number,
            title,
            published: format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
            source,
            editor,
            city,
            channel: CHANNELS[rng.usize(..CHANNELS.len())],
            paragraphs,
        }
    }

    /// The article as a line of JSON.
    pub fn to_json(&self) -> String {
        serde_json::json!({
            "id": format!("a{}", self.number),
            "title": self.title,
            "body": self.paragraphs.join("\n"),
            "published": self.published,
            "source": self.source,
            "editor": [self.editor],
            "channel": self.channel,
        })
        .to_string()
    }
}

/// A seed for article `number`: SplitMix64's finaliser (Steele, Lea and Flood 2014).
fn mix(seed: u64, number: u64) -> u64 {
    let mut z = seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
