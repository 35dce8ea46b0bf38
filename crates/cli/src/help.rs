//! The help texts in the user's language: args.rs has the English ones, this the Chinese ones.

use clap::{Command, CommandFactory as _};

use crate::args::Cli;
use crate::messages::Language;

/// What a command does, by its name.
const COMMANDS: &[(&str, &str)] = &[
    ("fangzhi", "地方新闻全文检索：收入网页，查得文章"),
    ("index", "建立、维护、查看索引"),
    ("build", "建立网页的索引；已有索引时使之与网页一致"),
    ("update", "把新增和改动的网页读入索引"),
    ("watch", "随网页的新增和改动随时读入索引，直至中断"),
    ("add", "收入文件或标准输入中的文章，文件不必保留"),
    ("delete", "删除文章"),
    ("merge", "合并历次更新留下的各段，使检索更快"),
    (
        "export",
        "输出全部文章：每行一个 JSON 对象，可由 `index add` 收入，或表格",
    ),
    ("backup", "复制索引并记下校验值，写入时亦可进行"),
    ("restore", "校验备份，并以之替换索引"),
    ("verify", "检查索引是否完好"),
    ("repair", "救出损坏索引中可读的文章，其余从来源文件重新读取"),
    ("status", "显示索引的内容"),
    ("search", "检索索引"),
    (
        "related",
        "查找与某篇文章相近的文章，以及刊载同一报道的页面",
    ),
    ("versions", "按先后列出同一页面的各个版本及其改动"),
    ("trends", "按时间统计有关某事的文章，并找出特征词"),
    ("complete", "以索引中的词语、名称和标题补全正在输入的文字"),
    ("parse", "不建索引，直接输出网页中的文章"),
    ("places", "输出网页或文字的主要地点和提到的地名"),
    ("segment", "输出一段文字的词语或检索项"),
    ("dict", "编译附加词典，或查看编译好的词典"),
    (
        "compile",
        "把内置词语和附加词语编译成供 `--dict` 使用的文件",
    ),
    ("info", "显示编译好的词典的内容"),
    ("completions", "输出命令行补全脚本"),
    ("man", "输出手册页（roff）"),
];

/// What an option is, by its name; `command option` where it is not the same for all commands.
const OPTIONS: &[(&str, &str)] = &[
    (
        "color",
        "何时使用颜色；环境变量 NO_COLOR 表示不用，除非此处另有指定",
    ),
    (
        "verbose",
        "把过程记到标准错误输出，重复则更详细（FANGZHI_LOG 可指定 `debug` 等过滤条件）",
    ),
    ("paths", "文件、目录，或 `-` 表示标准输入"),
    ("max_file_size", "接受的最大文件，更大的按失败计"),
    (
        "site_rules",
        "指定网站的规则，每个字段一个 CSS 选择器（TOML）",
    ),
    ("threads", "读取和解析的线程数；默认每核一个"),
    ("dir", "索引所在目录"),
    (
        "memory",
        "建立索引可用的内存，至少 192MiB [默认：256MiB，超过两个线程时每个线程再加 24MiB]",
    ),
    (
        "dict",
        "附加词典，每行 `词语 [词频 [词性]]`，或编译好的词典（须在最前）；可多次给出",
    ),
    (
        "synonyms",
        "同义词，每行 `创城 => 创建文明城市` 或 `冰城, 哈尔滨`；可多次给出",
    ),
    ("stop_words", "附加停用词，查询中有也不检索；可多次给出"),
    (
        "build keep_all",
        "把不是文章的页面（列表、表单等）也收入索引",
    ),
    ("parse keep_all", "不是文章的页面也输出正文"),
    ("strict", "有任何文件失败即告失败，原索引保持不变"),
    ("timings", "显示各阶段用时"),
    ("fresh", "重新读取全部网页，建成新索引后替换原有索引"),
    (
        "commit_every",
        "每收入若干篇文章（1000）或每隔一段时间（30s、5m）提交一次；默认在结束时提交",
    ),
    ("no_commit", "中断时放弃上次提交以来所做的"),
    ("watch paths", "文件和目录；默认为索引的全部来源"),
    ("debounce", "静止这样久之后才读取（2s、1m）"),
    ("rescan", "每隔这样久全部查看一遍，以防系统漏报"),
    ("keep_gone", "保留已不存在的文件的文章"),
    ("update paths", "文件和目录；默认为索引的全部来源"),
    ("delete id", "此编号的文章；可多次给出"),
    ("delete query", "含有查询全部内容的文章"),
    ("delete site", "此网站的文章，网站名或域名"),
    ("before", "此日（月、年）之前的文章"),
    ("quiet", "没有变化时不输出摘要"),
    ("dry_run", "只报告篇数，不删除"),
    ("destination", "备份所在目录，须不存在或为空"),
    ("link", "能用硬链接时不复制文件"),
    ("restore source", "备份所在目录"),
    ("prune", "移除已不存在的文件的文章"),
    ("format", "输出格式"),
    (
        "search format",
        "输出格式；默认 text，与 --batch 同用时默认 jsonl",
    ),
    ("query", "检索内容；多个词以空格相连"),
    (
        "limit",
        "最多输出的条数；默认 10，与 --batch 同用时默认 100",
    ),
    (
        "trends query",
        "文章的内容；多个词以空格相连；不给出或为 `*` 时指全部文章",
    ),
    ("by", "按多长的时段统计"),
    (
        "trends count",
        "统计什么：按报道统计时，同一报道在每个时段只计一次，不论多少页面刊载",
    ),
    (
        "per_region",
        "另外按地区统计：各省；以 `--region` 给出一个地区时，其下各地",
    ),
    ("related", "输出 N 个特征词：这些文章比其他文章多用的词"),
    ("burst", "输出每个时段的 N 个特征词：与其他时段相比突出的词"),
    (
        "burst_of",
        "只输出这一天（周、月、年）的特征词（2024-01-03、2024-W01、2024-01、2024）；默认 10 个",
    ),
    (
        "measure",
        "词语如何衡量；默认 jlh，各时段的特征词默认 log-likelihood",
    ),
    ("svg", "另外绘制图表，写入此文件"),
    ("bom", "CSV 以字节顺序标记开头，否则 Excel 会误认编码"),
    ("related limit", "最多输出的条数"),
    ("complete limit", "最多输出的条数"),
    (
        "prefix",
        "文字的开头、其拼音或拼音首字母（文明、wenmingch、wmcs）",
    ),
    ("offset", "略去最前的若干条"),
    ("page", "输出第几页，每页条数见 `--limit`"),
    ("no_collapse", "逐篇列出，同一报道的转载也不合并"),
    ("collapse", "批量检索时也把同一报道合并为一条"),
    (
        "count",
        "`--facets` 和 `--histogram` 统计什么：按报道统计时，一则报道无论多少家刊载只计一次",
    ),
    ("reprints", "只列出刊载同一报道的页面"),
    ("versions id", "文章的编号，或页面的网址"),
    ("diff", "显示每个版本的改动"),
    (
        "since",
        "只要这一天（月、年）及以后的文章（2024、2024-01、2024-01-03）",
    ),
    ("until", "只要这一天（月、年）及以前的文章"),
    ("source", "只要这一来源的文章；可多次给出"),
    ("site", "只要这一网站的文章，网站名或域名；可多次给出"),
    ("channel", "只要这一频道的文章；可多次给出"),
    ("sort", "输出的次序"),
    (
        "half_life",
        "文章每老去这样一段时间（30d、8w、1y），得分减半；须按相关度排序",
    ),
    ("facets", "按来源、网站、频道、地区和月份统计"),
    (
        "facet",
        "按 source、site、channel、region、published_from、year、month 或 day 统计；地区可限于其一（region:辽宁）；可多次给出",
    ),
    (
        "region",
        "只要有关此地区及其下级的文章（辽宁/鞍山/海城、海城市、210381、东北三省）；可多次给出",
    ),
    ("published_from", "只要此地区的报纸或网站的文章；可多次给出"),
    ("histogram", "按时间统计；与 --facets 同用时代替月份"),
    ("search explain", "说明每条结果的得分由来"),
    ("parse explain", "说明每个字段由哪条规则、从哪段文字得来"),
    ("strict_query", "查询不能完全理解时报错，而不是尽力而为"),
    (
        "batch",
        "执行文件中的查询，每行 `编号 制表符 查询`；`-` 表示标准输入",
    ),
    ("related id", "文章的编号，见 `search` 的 JSON 输出"),
    ("id", "`id` 取什么"),
    ("text", "一段文字，或 `-` 表示逐行读取标准输入"),
    (
        "input",
        "网页文件或目录、一段文字，或 `-` 表示从标准输入读取文字",
    ),
    (
        "places",
        "附加地名，每行 `名称 制表符 上级 [制表符 其他名称]`",
    ),
    ("year", "发表年份，决定更改过的地名；默认以网页为准"),
    ("words", "词语，连起来即为原文（默认）"),
    ("terms", "检索项，可以相互重叠"),
    ("layer", "索引某一层的检索项"),
    ("compile words", "附加词典，每行 `词语 [词频 [词性]]`"),
    ("output", "要写的文件"),
    ("file", "编译好的词典"),
    ("shell", "命令行解释器"),
    ("help", "显示帮助"),
    ("version", "显示版本"),
];

/// The command line with help in a language.
pub(crate) fn command(language: Language) -> Command {
    let command = Cli::command();
    match language {
        Language::English => command,
        Language::Chinese => {
            let mut command = command;
            // Only a built command has its `help` and `version` options.
            command.build();
            translated(command)
        }
    }
}

fn translated(mut command: Command) -> Command {
    let name = command.get_name().to_owned();
    if let Some(about) = find(COMMANDS, &name) {
        command = command.about(about);
    }
    let option = |id: &str| find(OPTIONS, &format!("{name} {id}")).or_else(|| find(OPTIONS, id));
    command = command.mut_args(|arg| match option(arg.get_id().as_str()) {
        Some(help) => arg.help(help),
        None => arg,
    });
    command.mut_subcommands(translated)
}

fn find(table: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    let (_, text) = table.iter().find(|(key, _)| *key == name)?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_option_has_chinese_help() {
        fn check(command: &Command) {
            let is_chinese = |text: Option<String>| {
                text.is_some_and(|text| text.chars().any(|c| ('一'..='龥').contains(&c)))
            };
            let name = command.get_name();
            let about = command.get_about().map(ToString::to_string);
            assert!(is_chinese(about), "{name}");
            for arg in command.get_arguments() {
                let help = arg.get_help().map(ToString::to_string);
                assert!(is_chinese(help), "{name} {}", arg.get_id());
            }
            let subcommands = command.get_subcommands();
            subcommands
                .filter(|command| command.get_name() != "help")
                .for_each(check);
        }
        check(&command(Language::Chinese));
    }
}
