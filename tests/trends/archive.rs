//! An archive whose articles are known: words drawn by chance, some planted.

use fangzhi_index::{Index, Searcher};
use fangzhi_ingest::{Article, Block};
use fastrand::Rng;

/// Words of which articles are made.
const WORDS: [&str; 24] = [
    "水库",
    "医院",
    "学校",
    "公路",
    "地铁",
    "消防",
    "企业",
    "市场",
    "农民",
    "社区",
    "旅游",
    "博物馆",
    "图书馆",
    "篮球",
    "足球",
    "天气",
    "降雨",
    "大风",
    "银行",
    "法院",
    "警方",
    "列车",
    "机场",
    "港口",
];

/// An archive in memory, and its articles.
pub(crate) struct Archive {
    pub(crate) index: Index,
    pub(crate) articles: Vec<Article>,
}

/// Words drawn by chance.
pub(crate) fn words(random: &mut Rng, n: usize) -> String {
    let words = (0..n).map(|_| WORDS[random.usize(..WORDS.len())]);
    words.collect::<Vec<_>>().join("，")
}

pub(crate) fn article(id: &str, day: Option<&str>, source: &str, body: &str) -> Article {
    let mut article = Article::default();
    article.id = id.to_owned();
    article.title = Some(format!("第{id}条消息"));
    article.published = day.map(|day| day.parse().unwrap());
    article.source = Some(source.to_owned());
    article.body = vec![Block::Paragraph {
        text: body.to_owned(),
    }];
    article
}

impl Archive {
    /// 600 articles of the turns of four years, a tenth without a date, in segments of their own, some deleted again
    /// and some put in the place of others.
    pub(crate) fn by_chance(seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        let index = Index::in_memory().unwrap();
        let mut writer = index.writer().unwrap();
        let mut articles: Vec<Article> = Vec::new();
        for n in 0..600 {
            if n % 150 == 149 {
                writer.commit().unwrap();
            }
            let year = 2020 + random.u32(..4);
            let (month, day) = match random.u32(..3) {
                0 => (12, 25 + random.u32(..7)),
                1 => (1, 1 + random.u32(..7)),
                _ => (1 + random.u32(..12), 1 + random.u32(..28)),
            };
            let day = format!("{year}-{month:02}-{day:02}");
            let day = match random.u32(..4) {
                0 => format!("{day}T23:59:59+08:00"),
                1 => format!("{day}T00:00+08:00"),
                _ => day,
            };
            let day = (random.u32(..10) > 0).then_some(day.as_str());
            let source = ["北岭日报", "南港晚报"][random.usize(..2)];
            let length = random.usize(3..15);
            let article = article(&format!("{n:03}"), day, source, &words(&mut random, length));
            writer.add(&article).unwrap();
            articles.push(article);
        }
        writer.commit().unwrap();
        articles.retain(|article| {
            let goes = random.u32(..8) == 0;
            if goes {
                writer.delete(&article.id).unwrap();
            }
            !goes
        });
        for article in articles.iter_mut().step_by(9) {
            let length = random.usize(3..15);
            article.body = vec![Block::Paragraph {
                text: words(&mut random, length),
            }];
            writer.add(article).unwrap();
        }
        writer.commit().unwrap();
        writer.finish().unwrap();
        Self { index, articles }
    }

    pub(crate) fn of(articles: Vec<Article>) -> Self {
        let index = Index::in_memory().unwrap();
        let mut writer = index.writer().unwrap();
        for article in &articles {
            writer.add(article).unwrap();
        }
        writer.commit().unwrap();
        writer.finish().unwrap();
        Self { index, articles }
    }

    pub(crate) fn searcher(&self) -> Searcher {
        self.index.searcher().unwrap()
    }

    /// The articles of a query, as a search finds them.
    pub(crate) fn found(&self, query: fangzhi_index::Query) -> Vec<&Article> {
        let results = self
            .searcher()
            .search(&query.limit(10_000).without_snippets());
        let results = results.unwrap();
        let complete = results.hits.iter().take(results.total);
        let ids: Vec<&str> = complete.map(|hit| hit.id.as_str()).collect();
        assert_eq!(ids.len(), results.total);
        let articles = self.articles.iter();
        articles
            .filter(|article| ids.contains(&article.id.as_str()))
            .collect()
    }
}
