//! A small archive that changes at random: pages with and without addresses, twins, articles over several pages, feeds.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use fangzhi_index::{Index, Query, Searcher, UpdateMode, UpdateOptions, UpdateSummary};
use fangzhi_ingest::{Corpus, Extractor};
use tempfile::TempDir;

/// Numbers that look random and are the same for the same seed.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % n
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}

const PLACES: [&str; 8] = [
    "清河市",
    "北岭县",
    "海城市",
    "柳树屯",
    "东昌区",
    "南湖镇",
    "松原乡",
    "红旗街道",
];
const THINGS: [&str; 8] = [
    "文明城市创建",
    "春耕备耕",
    "老旧小区改造",
    "菱镁新材料",
    "防汛演练",
    "职业技能大赛",
    "便民服务",
    "农机合作社",
];
const DIRECTORIES: [&str; 4] = ["", "2024/", "2024/一月/", "b/"];

/// A directory of pages that changes.
pub(crate) struct Archive {
    dir: TempDir,
    /// The days since all times began: every change has a later one.
    clock: u64,
}

impl Archive {
    pub(crate) fn new() -> Self {
        Self {
            dir: TempDir::new().unwrap(),
            clock: 0,
        }
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.dir.path().join("pages")
    }

    /// Writes a file, long ago but later than all before.
    pub(crate) fn write(&mut self, name: &str, content: &str) {
        let path = self.root().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        self.clock += 1;
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_500_000_000 + self.clock);
        fs::File::options()
            .write(true)
            .open(path)
            .unwrap()
            .set_modified(time)
            .unwrap();
    }

    /// The files, by name.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut names = Vec::new();
        collect(&self.root(), "", &mut names);
        names.sort();
        names
    }

    /// Makes one change: a new file, another text, a file gone or renamed.
    pub(crate) fn change(&mut self, random: &mut Random) {
        let files = self.files();
        match random.below(10) {
            0 | 1 if files.len() > 3 => {
                let name = &files[random.below(files.len())];
                fs::remove_file(self.root().join(name)).unwrap();
            }
            2 if !files.is_empty() => {
                let from = &files[random.below(files.len())];
                let ending = from.rsplit_once('.').unwrap().1;
                let name = random.below(40);
                let to = format!("{}r{name}.{ending}", random.pick(&DIRECTORIES));
                let to = self.root().join(to);
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                fs::rename(self.root().join(from), to).unwrap();
            }
            3 => self.feed(random),
            4 | 5 => self.chain(random),
            _ => self.single(random),
        }
    }

    fn single(&mut self, random: &mut Random) {
        let number = random.below(25);
        // Few addresses, so that pages share them.
        let url =
            (random.below(3) > 0).then(|| format!("http://q.example/a/{}.html", random.below(12)));
        let name = format!("{}s{number}.html", random.pick(&DIRECTORIES));
        let page = page(&title(random), &text(random), url.as_deref(), "");
        self.write(&name, &page);
    }

    /// Some of the pages of an article over three, so that chains grow, break and close.
    fn chain(&mut self, random: &mut Random) {
        let directory = random.pick(&DIRECTORIES).to_owned();
        let stem = format!("c_80{}", random.below(4));
        let title = format!("{}：{}", PLACES[random.below(3)], THINGS[0]);
        for number in 1..=3 {
            if random.below(3) == 0 {
                continue;
            }
            let name = |number: usize| match number {
                1 => format!("{stem}.htm"),
                _ => format!("{stem}_{number}.htm"),
            };
            let mut links = String::new();
            if number > 1 {
                links += &format!("<a href=\"{}\">上一页</a> ", name(number - 1));
            }
            if number < 3 {
                links += &format!("<a href=\"{}\">下一页</a>", name(number + 1));
            }
            let url = (random.below(4) == 0)
                .then(|| format!("http://q.example/a/{}.html", random.below(12)));
            let page = page(&title, &text(random), url.as_deref(), &links);
            self.write(&format!("{directory}{}", name(number)), &page);
        }
    }

    fn feed(&mut self, random: &mut Random) {
        let mut lines = String::new();
        for number in 0..random.below(6) {
            let title = title(random);
            let text = text(random);
            let line = match random.below(3) {
                0 => format!("{{\"title\":\"{title}\",\"body\":\"{text}\"}}"),
                1 => format!("{{\"id\":\"f{number}\",\"title\":\"{title}\",\"body\":\"{text}\"}}"),
                _ => format!(
                    "{{\"url\":\"http://q.example/a/{}.html\",\"title\":\"{title}\",\"body\":\"{text}\"}}",
                    random.below(12)
                ),
            };
            lines += &line;
            lines.push('\n');
        }
        let name = format!("{}feed{}.jsonl", random.pick(&DIRECTORIES), random.below(3));
        self.write(&name, &lines);
    }
}

fn title(random: &mut Random) -> String {
    // Few headlines, so that pages share them.
    format!("{}推进{}", PLACES[random.below(4)], THINGS[random.below(2)])
}

pub(crate) fn text(random: &mut Random) -> String {
    let mut text = String::from("本报讯 ");
    for _ in 0..4 + random.below(4) {
        let place = random.pick(&PLACES);
        let thing = random.pick(&THINGS);
        let other = random.pick(&PLACES);
        text += &format!(
            "{place}日前召开{thing}工作推进会，部署第{}阶段的任务，{other}介绍了经验。",
            random.below(90) + 10
        );
    }
    text
}

/// A page in the manner of a city paper's site.
pub(crate) fn page(title: &str, text: &str, url: Option<&str>, links: &str) -> String {
    let canonical = url.map_or(String::new(), |url| {
        format!("<link rel=\"canonical\" href=\"{url}\">")
    });
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>{title}</title>{canonical}</head><body>\
         <h1>{title}</h1><div class=\"info\">2024-01-03 15:14:18 来源：清河日报</div>\
         <div class=\"content\"><p>{text}</p></div><div class=\"pages\">{links}</div></body></html>"
    )
}

fn collect(dir: &Path, before: &str, names: &mut Vec<String>) {
    for entry in fs::read_dir(dir).into_iter().flatten() {
        let entry = entry.unwrap();
        let name = format!("{before}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            collect(&entry.path(), &format!("{name}/"), names);
        } else {
            names.push(name);
        }
    }
}

/// Updates the index from the archive, removing what is gone.
pub(crate) fn update(index: &Index, archive: &Archive) -> UpdateSummary {
    let mut writer = index.writer().unwrap();
    let options = UpdateOptions {
        mode: UpdateMode::Prune,
        ..UpdateOptions::default()
    };
    writer
        .update(&Corpus::new(archive.root()), &Extractor::new(), &options)
        .unwrap()
}

/// An index built fresh of the archive.
pub(crate) fn fresh(archive: &Archive) -> Index {
    let index = Index::in_memory().unwrap();
    let mut writer = index.writer().unwrap();
    for article in Corpus::new(archive.root()).articles().flatten() {
        writer.add(&article).unwrap();
    }
    writer.commit().unwrap();
    writer.merge().unwrap();
    drop(writer);
    index
}

/// Every article, by id.
pub(crate) fn articles(searcher: &Searcher) -> BTreeMap<String, String> {
    let articles = searcher.articles().map(Result::unwrap);
    articles
        .map(|article| {
            let text = format!("{:?}\n{}", article.title, article.body_text());
            (article.id, text)
        })
        .collect()
}

/// The ids that queries find, in order, and how many others carry each story or are of its page.
pub(crate) fn hits(searcher: &Searcher) -> Vec<(String, Vec<String>)> {
    let mut queries: Vec<String> = THINGS.map(ToOwned::to_owned).to_vec();
    queries.extend(PLACES.map(|place| format!("{place} 推进会")));
    queries.extend(
        [
            "\"召开春耕备耕\"",
            "经验 -清河市",
            "标题:文明",
            "第7",
            "城市 OR 合作社",
        ]
        .map(Into::into),
    );
    let mut all = Vec::new();
    for query in queries {
        let results = searcher.search(&Query::new(&query).limit(1000)).unwrap();
        let apart = Query::new(&query).limit(1000).collapse(false);
        let apart = searcher.search(&apart).unwrap();
        let hits = results.hits.iter().chain(&apart.hits);
        let described = hits.map(|hit| {
            let (others, versions) = (hit.also_carried_by, hit.other_versions);
            format!("{} +{others} +{versions}", hit.id)
        });
        all.push((query, described.collect()));
    }
    all
}
