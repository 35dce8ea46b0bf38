//! What the command says, in English and in Chinese, side by side.

pub(crate) mod errors;

use std::env;
use std::fmt::Display;
use std::path::Path;

use fangzhi_index::Relaxation;

use crate::units::ByteSize;

/// The language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Chinese,
}

impl Language {
    /// The user's language: Chinese under a zh locale, English otherwise.
    ///
    /// As for all programs, `LC_ALL` goes before `LC_MESSAGES`, and that before `LANG`.
    pub(crate) fn from_environment() -> Self {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(|name| env::var(name).ok())
            .find(|value| !value.is_empty());
        Self::of_locale(&locale.unwrap_or_default())
    }

    fn of_locale(locale: &str) -> Self {
        let language = locale.split(['_', '-', '.', '@']).next().unwrap_or("");
        if language.eq_ignore_ascii_case("zh") {
            Self::Chinese
        } else {
            Self::English
        }
    }
}

/// Why an index is built anew rather than updated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anew {
    Format,
    Damaged,
    Others,
}

/// One thing to say.
#[derive(Debug, Clone, Copy)]
#[rustfmt::skip]
pub(crate) enum Message<'a> {
    NoSuchPath(&'a Path),
    CannotRead(&'a Path),
    CannotReadInput,
    CannotWrite(&'a Path),
    CannotCompile,
    OutputIsInput(&'a Path),
    NoPages { paths: &'a str },
    TooLargePages { max_page: ByteSize, mib: u64 },
    NoArticles { paths: &'a str, files: u64 },
    NothingRead { paths: &'a str },
    NoIndex(&'a Path),
    NoRoots,
    AddStdin,
    Watching { paths: &'a str },
    TryAgain { seconds: u64 },
    NotWatched { path: &'a Path },
    Deleted { articles: usize },
    WouldDelete { articles: usize },
    QueryProblems { what: &'a str },
    Merged { bytes: ByteSize },
    BackedUp { files: usize, bytes: ByteSize },
    Restored { files: usize, bytes: ByteSize },
    Sound { articles: usize, files: usize },
    Unsound { problems: usize },
    Repaired { saved: usize, lost: usize },
    LostArticle { id: &'a str },
    NothingToRepair,
    NoCatalogSaved,
    NothingFound { query: &'a str },
    EmptyQuery { query: &'a str },
    NothingRelated { id: &'a str },
    NoReprints { id: &'a str },
    NoVersions { id: &'a str },
    AlsoCarriedBy { others: usize },
    OtherVersions { others: usize },
    FirstPublished { named_by: usize },
    Carriers { pages: usize },
    Versions { versions: usize },
    NothingCompletes { prefix: &'a str },
    NoPlaces,
    Relaxed(&'a Relaxation),
    DidYouMean { query: &'a str },
    NotUnderstood { what: &'a str },
    TrecWithoutBatch,
    BatchFormat,
    HalfLifeWithDate,
    BomWithoutCsv,
    OneTable,
    NoWordsInLine,
    NothingToDraw,
    CannotDraw,
    Coverage { what: &'a str, matches: usize, of: usize, stories: bool, share: f64 },
    CoverageOfAll { of: usize, stories: bool },
    Related { articles: usize, of: usize },
    Bursts { articles: usize },
    BurstOf { period: &'a str, articles: usize, of: usize },
    BadBatchLine { line: usize },
    LongBatchLine { line: usize, limit: u64 },
    StrictFailure { failed: u64 },
    Interrupted { dir: &'a Path },
    InterruptedGoesOn,
    Committed { articles: u64 },
    Updated { new: u64, changed: u64, unchanged: u64, removed: u64, seconds: f64 },
    Articles { added: u64, deleted: u64, total: u64 },
    Reanalysed {
        articles: u64,
    },
    MissingFiles { missing: u64 },
    Anew { why: Anew },
    NotAnArticle { path: &'a Path, kind: &'a str },
    NothingParsed { failed: u64 },

    Built { articles: u64, files: u64, seconds: f64, speed: f64 },
    Skipped { list: &'a str },
    FailedFiles { failed: u64 },
    Written { dir: &'a Path, bytes: ByteSize },
    Compiled { words: usize, path: &'a Path, bytes: ByteSize },
    Progress { files: u64, articles: u64, bytes: ByteSize },

    Hits { total: usize, first: usize, last: usize, took_ms: f64 },
    HitsOfStories { total: usize, stories: usize, first: usize, last: usize, took_ms: f64 },
    HitsBeyondComplete { complete: usize, first: usize, last: usize, took_ms: f64 },
    HitsBeyondMatching { matching: usize, first: usize, last: usize, took_ms: f64 },
}

impl Message<'_> {
    /// The message in words.
    #[rustfmt::skip]
    pub(crate) fn text(self, language: Language) -> String {
        macro_rules! say {
            ($english:literal, $chinese:literal) => {
                match language {
                    Language::English => format!($english),
                    Language::Chinese => format!($chinese),
                }
            };
        }
        match self {
            Self::NoSuchPath(path) => {
                let path = path.display();
                say!("no such file or directory: `{path}`", "没有这个文件或目录：`{path}`")
            }
            Self::CannotRead(path) => {
                let path = path.display();
                say!("cannot read `{path}`", "无法读取 `{path}`")
            }
            Self::CannotReadInput => say!("cannot read standard input", "无法读取标准输入"),
            Self::CannotWrite(path) => {
                let path = path.display();
                say!("cannot write `{path}`", "无法写入 `{path}`")
            }
            Self::CannotCompile => say!("cannot compile the dictionary", "无法编译词典"),
            Self::OutputIsInput(path) => {
                let path = path.display();
                say!("`{path}` would be overwritten by what is made of it", "`{path}` 会被由它编译的词典覆盖")
            }
            Self::NoPages { paths } => say!("no pages in {paths}", "{paths} 中没有网页"),
            Self::TooLargePages { max_page, mib } => say!(
                "pages of up to {max_page} (`--max-file-size`) take `--memory {mib}MiB`",
                "网页最大 {max_page}（`--max-file-size`）时，须有 `--memory {mib}MiB`"
            ),
            Self::NoArticles { paths, files } => say!(
                "no article in {paths}: none of {files} files holds one; the index is left as it was",
                "{paths} 中没有文章：{files} 个文件均未得到文章；原索引保持不变"
            ),
            Self::NothingRead { paths } => say!(
                "nothing in {paths} could be read; the index is left as it was",
                "{paths} 中没有能读取的内容；原索引保持不变"
            ),
            Self::NoIndex(dir) => {
                let dir = dir.display();
                say!(
                    "no index in `{dir}`; build one with `fangzhi index build PATH`",
                    "`{dir}` 中没有索引；请先用 `fangzhi index build 路径` 建立"
                )
            }
            Self::Watching { paths } => say!("watching {paths}", "正在监视 {paths}"),
            Self::TryAgain { seconds } => say!("trying again in {seconds} s", "{seconds} 秒后重试"),
            Self::NotWatched { path } => {
                let path = path.display();
                say!("`{path}` cannot be watched, and is only looked at now and then", "无法监视 `{path}`，仅定时查看")
            }
            Self::Deleted { articles } => say!("deleted {articles} articles", "已删除 {articles} 篇文章"),
            Self::WouldDelete { articles } => say!("would delete {articles} articles", "将删除 {articles} 篇文章"),
            Self::QueryProblems { what } => say!(
                "nothing is deleted by a query that is not understood: {what}",
                "查询无法完全理解，未删除：{what}"
            ),
            Self::Merged { bytes } => say!("merged; {bytes}", "已合并，大小 {bytes}"),
            Self::BackedUp { files, bytes } => say!("backed up {files} files, {bytes}", "已备份 {files} 个文件，{bytes}"),
            Self::Restored { files, bytes } => say!("restored {files} files, {bytes}", "已恢复 {files} 个文件，{bytes}"),
            Self::Sound { articles, files } => say!(
                "sound: {articles} articles read back, {files} files checked",
                "完好：读回 {articles} 篇文章，校验 {files} 个文件"
            ),
            Self::Unsound { problems } => say!(
                "{problems} problems; `fangzhi index repair` saves what can be read",
                "有 {problems} 个问题；`fangzhi index repair` 可救出能读的部分"
            ),
            Self::Repaired { saved, lost } => say!(
                "repaired: {saved} articles saved, {lost} could not be read",
                "已修复：救出 {saved} 篇文章，{lost} 篇无法读取"
            ),
            Self::LostArticle { id } => say!("could not be read: `{id}`", "无法读取：`{id}`"),
            Self::NothingToRepair => say!("there is nothing to repair", "无须修复"),
            Self::NoCatalogSaved => say!(
                "the table of source files is lost; `fangzhi index build PATH` reads the pages again",
                "来源文件表已丢失；请用 `fangzhi index build 路径` 重新读取网页"
            ),
            Self::NoRoots => say!(
                "the index was not made of files; name the paths to read",
                "索引并非由文件建立；请指明要读取的路径"
            ),
            Self::AddStdin => say!(
                "standard input is no file that can change; `fangzhi index add -` adds what it holds",
                "标准输入不是会变动的文件；请用 `fangzhi index add -` 收入其内容"
            ),
            Self::NothingFound { query } => say!("nothing found for `{query}`", "没有找到“{query}”"),
            Self::EmptyQuery { query } => say!(
                "nothing to search for in `{query}`: it holds no letter, digit or character",
                "“{query}”中没有可检索的字词"
            ),
            Self::NothingRelated { id } => say!("no article like `{id}`", "没有与 `{id}` 相近的文章"),
            Self::NoReprints { id } => say!("no other page carries `{id}`", "没有其他页面刊载 `{id}`"),
            Self::NoVersions { id } => say!("there is one version of `{id}`", "`{id}` 只有一个版本"),
            Self::AlsoCarriedBy { others } => say!("also carried by {others}", "另有{others}家刊载"),
            Self::OtherVersions { others: 1 } => say!("1 other version", "另有1个版本"),
            Self::OtherVersions { others } => say!("{others} other versions", "另有{others}个版本"),
            Self::FirstPublished { named_by: 0 } => say!("first", "首发"),
            Self::FirstPublished { named_by } => say!("first, named as source by {named_by}", "首发，{named_by}家注明来源"),
            Self::Carriers { pages } => say!("carried by {pages} pages", "共{pages}家刊载"),
            Self::Versions { versions: 1 } => say!("1 version", "共 1 个版本"),
            Self::Versions { versions } => say!("{versions} versions", "共 {versions} 个版本"),
            Self::NoPlaces => say!("no place is named", "没有提到任何地点"),
            Self::NothingCompletes { prefix } => say!(
                "nothing in the index begins with `{prefix}`",
                "索引中没有以“{prefix}”开头的词语或标题"
            ),
            Self::Relaxed(Relaxation::Without { words }) => {
                let words = join(language, words);
                say!("no article has all the words; not required: {words}", "没有同时含有全部词语的文章；未要求：{words}")
            }
            Self::Relaxed(Relaxation::Completed { complete }) => {
                let (articles, have) = articles(*complete);
                say!(
                    "{complete} {articles} {have} all the words; the other hits have part of them",
                    "{complete} 篇文章含有全部词语；其余结果只含其中一部分"
                )
            }
            Self::Relaxed(Relaxation::Parts) => say!(
                "no article has all the words whole; the parts they are made of were enough",
                "没有完整含有全部词语的文章；已改为含有其组成部分"
            ),
            Self::Relaxed(Relaxation::AnyCharacter) => say!(
                "no article has any of the words; some of their characters were enough",
                "没有含有任一词语的文章；已改为含有其中部分汉字"
            ),
            Self::Relaxed(_) => say!(
                "no article has all the words; any of them was enough",
                "没有同时含有全部词语的文章；已改为含有任一词语"
            ),
            Self::DidYouMean { query } => say!("did you mean `{query}`?", "您要找的是不是“{query}”？"),
            Self::NotUnderstood { what } => say!("not understood: {what}", "无法理解：{what}"),
            Self::TrecWithoutBatch => say!("`--format trec` needs `--batch`", "`--format trec` 须与 `--batch` 同用"),
            Self::BatchFormat => say!("`--batch` prints `jsonl` or `trec`", "`--batch` 只能输出 `jsonl` 或 `trec`"),
            Self::HalfLifeWithDate => say!(
                "`--half-life` has no effect with `--sort date`",
                "`--half-life` 不能与 `--sort date` 同用"
            ),
            Self::LongBatchLine { line, limit } => say!("line {line}: longer than {limit} bytes", "第 {line} 行：超过 {limit} 字节"),
            Self::BomWithoutCsv => say!("`--bom` needs `--format csv`", "`--bom` 须与 `--format csv` 同用"),
            Self::OneTable => say!(
                "`--format csv` prints one table: `--related`, or the words of periods, not both",
                "`--format csv` 只输出一张表：`--related` 与各时段的词语只能选一"
            ),
            Self::NoWordsInLine => say!(
                "`--format spark` prints no words; use `table`, `json` or `csv`",
                "`--format spark` 不输出词语；请用 `table`、`json` 或 `csv`"
            ),
            Self::NothingToDraw => say!(
                "no article found has a date, so there is nothing to draw",
                "找到的文章均无日期，无图可画"
            ),
            Self::CannotDraw => say!("cannot draw the chart", "无法绘制图表"),
            Self::Coverage { what, matches, of, stories, share } => {
                let noun = counted(language, of, stories);
                say!(
                    "{what}: {matches} of {of} {noun} ({share:.1} %)",
                    "{what}：{of} 篇{noun}中的 {matches} 篇（{share:.1} %）"
                )
            }
            Self::CoverageOfAll { of, stories } => {
                let noun = counted(language, of, stories);
                say!("all {of} {noun}", "全部 {of} 篇{noun}")
            }
            Self::Related { articles, of } => say!(
                "words of these {articles} articles against all {of}",
                "这 {articles} 篇文章与全部 {of} 篇相比的特征词"
            ),
            Self::Bursts { articles } => say!(
                "words of each period against the others, of {articles} articles with a date",
                "各时段与其他时段相比的特征词，有日期的文章共 {articles} 篇"
            ),
            Self::BurstOf { period, articles, of } => say!(
                "words of {period}: {articles} articles against all {of} with a date",
                "{period} 的特征词：{articles} 篇文章与有日期的全部 {of} 篇相比"
            ),
            Self::BadBatchLine { line } => say!("line {line}: no tab between qid and query", "第 {line} 行：编号与查询之间没有制表符"),
            Self::StrictFailure { failed } => say!(
                "{failed} files failed, and `--strict` was given; the index is left as it was",
                "{failed} 个文件失败，因指定了 `--strict`，原索引保持不变"
            ),
            Self::Interrupted { dir } => {
                let dir = dir.display();
                say!("interrupted; `{dir}` is left as it was", "已中断；`{dir}` 保持不变")
            }
            Self::InterruptedGoesOn => say!(
                "interrupted; what was done is committed, and the next run goes on from there",
                "已中断；已完成的部分已提交，下次运行将从此处继续"
            ),
            Self::Committed { articles } => say!("committed {articles} articles", "已提交 {articles} 篇文章"),
            Self::Updated { new, changed, unchanged, removed, seconds } => say!(
                "updated in {seconds:.2} s: {new} new, {changed} changed, {removed} removed, {unchanged} unchanged files",
                "已更新，用时 {seconds:.2} 秒：新增 {new}、改动 {changed}、移除 {removed}、未变 {unchanged} 个文件"
            ),
            Self::Articles { added, deleted, total } => say!(
                "articles: {added} added or replaced, {deleted} deleted, {total} in all",
                "文章：收入或替换 {added} 篇，删除 {deleted} 篇，共 {total} 篇"
            ),
            Self::Reanalysed { articles } => say!(
                "analysed anew: {articles} articles that the dictionary now cuts otherwise",
                "重新分析：{articles} 篇文章，其分词因词典改动而不同"
            ),
            Self::MissingFiles { missing } => say!(
                "missing: {missing} files, whose articles stay (`--prune` removes them)",
                "缺失：{missing} 个文件，其文章保留（`--prune` 可移除）"
            ),
            Self::Anew { why } => match why {
                Anew::Format => say!("the index is of another format: all pages are read again", "索引为其他格式：重新读取全部网页"),
                Anew::Damaged => say!("the index is damaged: all pages are read again", "索引已损坏：重新读取全部网页"),
                Anew::Others => say!(
                    "the index holds other articles than those of its files: all pages are read again",
                    "索引中的文章与其来源文件不符：重新读取全部网页"
                ),
            },
            Self::NotAnArticle { path, kind } => {
                let path = path.display();
                say!("`{path}` is no article ({kind})", "`{path}` 不是文章（{kind}）")
            }
            Self::NothingParsed { failed } => say!("none of {failed} files could be parsed", "{failed} 个文件均无法解析"),

            Self::Built { articles, files, seconds, speed } => say!(
                "indexed {articles} articles from {files} files in {seconds:.2} s ({speed:.1} MB/s)",
                "已索引 {articles} 篇文章，来自 {files} 个文件，用时 {seconds:.2} 秒（{speed:.1} MB/s）"
            ),
            Self::Skipped { list } => say!("skipped: {list}", "略过：{list}"),
            Self::FailedFiles { failed } => say!("failed: {failed} files", "失败：{failed} 个文件"),
            Self::Written { dir, bytes } => {
                let dir = dir.display();
                say!("index: `{dir}`, {bytes}", "索引：`{dir}`，{bytes}")
            }
            Self::Compiled { words, path, bytes } => {
                let path = path.display();
                say!(
                    "compiled {words} further words into `{path}`, {bytes}",
                    "已将 {words} 个附加词语编译到 `{path}`，{bytes}"
                )
            }
            Self::Progress { files, articles, bytes } => say!(
                "{files} files, {articles} articles, {bytes}",
                "{files} 个文件，{articles} 篇文章，{bytes}"
            ),

            Self::Hits { total, first, last, took_ms } => {
                let (articles, _) = articles(total);
                say!(
                    "{total} {articles}, {first}–{last} shown ({took_ms:.1} ms)",
                    "共 {total} 篇，显示第 {first}–{last} 篇（{took_ms:.1} 毫秒）"
                )
            }
            Self::HitsOfStories { total, stories, first, last, took_ms } => {
                let noun = if stories == 1 { "story" } else { "stories" };
                say!(
                    "{total} articles, {stories} {noun}, {first}–{last} shown ({took_ms:.1} ms)",
                    "共 {total} 篇、{stories} 则报道，显示第 {first}–{last} 则（{took_ms:.1} 毫秒）"
                )
            }
            Self::HitsBeyondComplete { complete, first, last, took_ms } => {
                let (articles, have) = articles(complete);
                say!(
                    "{complete} {articles} {have} all the words; {first}–{last} shown ({took_ms:.1} ms)",
                    "含有全部词语的有 {complete} 篇；显示第 {first}–{last} 篇（{took_ms:.1} 毫秒）"
                )
            }
            Self::HitsBeyondMatching { matching, first, last, took_ms } => {
                let (articles, have) = articles(matching);
                say!(
                    "{matching} {articles} {have} the required words; {first}–{last} shown ({took_ms:.1} ms)",
                    "含有所要求的词语的有 {matching} 篇；显示第 {first}–{last} 篇（{took_ms:.1} 毫秒）"
                )
            }
        }
    }
}

/// The English noun for so many articles, and the verb that goes with it.
fn articles(n: usize) -> (&'static str, &'static str) {
    if n == 1 {
        ("article", "has")
    } else {
        ("articles", "have")
    }
}

/// The noun for so many articles or stories.
fn counted(language: Language, n: usize, stories: bool) -> &'static str {
    match (language, stories) {
        (Language::English, false) => articles(n).0,
        (Language::English, true) if n == 1 => "story",
        (Language::English, true) => "stories",
        (Language::Chinese, false) => "文章",
        (Language::Chinese, true) => "报道",
    }
}

/// Text in both languages, for labels that stand in one place only.
pub(crate) fn label(
    language: Language,
    english: &'static str,
    chinese: &'static str,
) -> &'static str {
    match language {
        Language::English => english,
        Language::Chinese => chinese,
    }
}

/// Joins things by the language's comma.
pub(crate) fn join<T: Display>(language: Language, things: impl IntoIterator<Item = T>) -> String {
    let comma = label(language, ", ", "、");
    let things: Vec<String> = things.into_iter().map(|thing| thing.to_string()).collect();
    things.join(comma)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_is_for_chinese_locales() {
        for (locale, language) in [
            ("zh_CN.UTF-8", Language::Chinese),
            ("zh-Hant-TW", Language::Chinese),
            ("zh", Language::Chinese),
            ("en_US.UTF-8", Language::English),
            ("zha_CN", Language::English),
            ("C", Language::English),
            ("", Language::English),
        ] {
            assert_eq!(Language::of_locale(locale), language, "{locale}");
        }
    }
}
