//! A directory with pages, in which the program is run.

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A directory with pages, in which the program is run.
pub(crate) struct Fixture {
    dir: TempDir,
}

/// What a run of the program printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        Self {
            dir: TempDir::new().unwrap(),
        }
    }

    /// A fixture with the small archive below `pages/`: three articles in two formats, and a list page.
    pub(crate) fn with_pages() -> Self {
        Self::new()
            .page(
                "pages/city.html",
                html(
                    "清河市推进全国文明城市创建",
                    "2024-01-03 15:14:18",
                    "清河日报",
                    "本报讯 1月3日，清河市召开全国文明城市创建工作推进会，部署新一年的创建任务。会议要求，各区县要把背街小巷整治、\
                     农贸市场改造和老旧小区停车难作为重点，一件一件抓落实。\n\
                     会议指出，创建文明城市为了群众，也要依靠群众。去年全市新增志愿服务站点四十六个，注册志愿者超过十二万人。\
                     下一步，将建立问题清单，每月公布一次整改进度，接受市民监督。",
                ),
            )
            .page(
                "pages/farm.html",
                html(
                    "农机合作社备好春耕良种",
                    "2024-02-18 09:30:00",
                    "北岭晚报",
                    "立春刚过，北岭县柳树屯的农机合作社里已经一片忙碌。合作社负责人一边检修插秧机，一边清点刚刚运到的良种，\
                     今年计划种植水稻三千二百亩，比去年增加四百亩。\n\
                     县农业农村局介绍，全县已落实备耕贷款一亿六千万元，由中国农业发展银行支行等机构发放，保障农户购买农资。\
                     气象部门预计，今春气温略高于常年，墒情总体适宜。",
                ),
            )
            .page(
                "pages/dump.txt",
                dump(
                    "海城市一季度ＧＤＰ增长百分之六",
                    "2024-04-20 08:05:09",
                    "海城新报",
                    "王小满",
                    &[
                        "海城市统计局日前公布，一季度全市ＧＤＰ同比增长百分之六，增速比上年同期加快一个百分点。",
                        "分产业看，第一产业增加值增长百分之三，第二产业增长百分之七，第三产业增长百分之五点六。\
                         装备制造和菱镁新材料两个行业贡献最大，合计拉动增长两个百分点。",
                        "统计局负责人表示，“４＋４＋３＋Ｎ”产业布局初见成效，下一阶段将继续扩大有效投资，促进消费回暖。",
                    ],
                ),
            )
            .page("pages/list.html", list())
    }

    /// Writes a file.
    pub(crate) fn page(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        self.write(name, content);
        self
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The program `fangzhi`, to be run in the fixture with nothing of the tester's own settings.
    pub(crate) fn command<A: AsRef<OsStr>>(&self, args: &[A]) -> Command {
        self.program(env!("CARGO_BIN_EXE_fangzhi"), args)
    }

    pub(crate) fn program<A: AsRef<OsStr>>(&self, program: &str, args: &[A]) -> Command {
        let mut command = Command::new(program);
        command.args(args).current_dir(self.dir.path());
        for name in [
            "FANGZHI_INDEX",
            "FANGZHI_LOG",
            "NO_COLOR",
            "LC_ALL",
            "LC_MESSAGES",
        ] {
            command.env_remove(name);
        }
        command.env("LANG", "en_US.UTF-8").stdin(Stdio::null());
        command
    }

    /// Runs `fangzhi`.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, args: &[A]) -> Run {
        Run::of(self.command(args).output().unwrap())
    }

    /// Runs `fangzhi` for a user of a language.
    pub(crate) fn run_in<A: AsRef<OsStr>>(&self, locale: &str, args: &[A]) -> Run {
        let mut command = self.command(args);
        Run::of(command.env("LANG", locale).output().unwrap())
    }

    /// Runs `fangzhi` with something on its standard input.
    pub(crate) fn run_with_input<A: AsRef<OsStr>>(
        &self,
        args: &[A],
        input: impl AsRef<[u8]>,
    ) -> Run {
        let mut command = self.command(args);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // What is refused at its beginning is not read to its end.
        let _ = child.stdin.take().unwrap().write_all(input.as_ref());
        Run::of(child.wait_with_output().unwrap())
    }

    /// Builds the index of `pages/`.
    pub(crate) fn built(self) -> Self {
        self.run(&["index", "build", "pages"]).expect_code(0);
        self
    }

    /// The paths of all articles that a query finds, in order, below the fixture.
    pub(crate) fn hits(&self, query: &[&str]) -> Vec<String> {
        let mut args = vec!["search", "--no-collapse", "--format", "json", "-n", "1000"];
        args.extend(query);
        paths(&self.run(&args).json())
    }
}

impl Run {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    pub(crate) fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// Expects an error with this in its message.
    #[track_caller]
    pub(crate) fn expect_error(self, message: &str) -> Self {
        let run = self.expect_code(2);
        assert!(run.stderr.contains(message), "no `{message}` in {run:#?}");
        run
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }

    #[track_caller]
    pub(crate) fn json_lines(&self) -> Vec<Value> {
        let lines = self.stdout.lines().map(serde_json::from_str);
        lines
            .collect::<Result<_, _>>()
            .unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }
}

/// The paths of an answer's hits.
pub(crate) fn paths(answer: &Value) -> Vec<String> {
    let hits = answer["hits"].as_array().unwrap();
    hits.iter()
        .map(|hit| hit["path"].as_str().unwrap().replace('\\', "/"))
        .collect()
}

/// A page in the manner of a city paper's site, with the clutter around the story.
pub(crate) fn html(title: &str, time: &str, source: &str, body: &str) -> String {
    let paragraphs: String = body
        .lines()
        .map(|line| format!("<p>　　{}</p>\n", line.trim()))
        .collect();
    format!(
        "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>{title}-{source}网</title></head>\n<body>\n\
         <div class=\"nav\"><a href=\"/\">首页</a><a href=\"/news/\">新闻</a><a href=\"/photo/\">图片</a></div>\n\
         <div class=\"crumb\">当前位置：<a href=\"/\">首页</a> &gt; <a href=\"/news/\">新闻</a> &gt; <a href=\"/news/local/\">本地</a></div>\n\
         <div class=\"main\"><h1>{title}</h1>\n\
         <div class=\"info\"><span>{time}</span> <span>来源：{source}</span> <span>分享到：</span></div>\n\
         <div class=\"content\">{paragraphs}</div>\n<div class=\"editor\">责任编辑：周立秋</div></div>\n\
         <div class=\"footer\"><p>版权所有 未经授权不得转载 新闻热线：0000-1234567</p></div>\n</body></html>\n"
    )
}

/// A text dump of such a page.
pub(crate) fn dump(
    title: &str,
    time: &str,
    source: &str,
    editor: &str,
    paragraphs: &[&str],
) -> String {
    let body: Vec<String> = paragraphs
        .iter()
        .map(|text| format!("　　{text}"))
        .collect();
    format!(
        "${{channel_name!\"\"}}\n新闻热线：0000-1234567 广告热线：0000-7654321\n{source}网\n\
         您当前的位置 :{source}网>>新闻中心>>经济\n{title}\n{time} 来源:{source} 分享到:\n{}\n责任编辑:{editor}\n\
         关注官方微信 微博\n版权所有 未经授权不得转载\n联系电话：0000-1234567\n${{channel_name!\"\"}}\n",
        body.join("\n")
    )
}

/// A column's list of stories.
pub(crate) fn list() -> String {
    let rows: String = (1..=30)
        .map(|n| {
            format!(
                "<li><a href=\"/news/local/{n}.html\">本地要闻第{n}条：街道社区开展便民服务活动</a><span>2024-03-{:02}</span></li>\n",
                n % 28 + 1
            )
        })
        .collect();
    format!(
        "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>本地新闻-清河网</title></head><body>\n\
         <div class=\"nav\"><a href=\"/\">首页</a><a href=\"/news/\">新闻</a></div>\n<ul class=\"list\">{rows}</ul>\n\
         <div class=\"pages\"><a href=\"list_2.html\">2</a> <a href=\"list_3.html\">3</a> <a href=\"list_2.html\">下一页</a></div>\n</body></html>\n"
    )
}

/// The top of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
