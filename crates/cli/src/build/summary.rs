//! What a build says at its end.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use fangzhi_index::UpdateCounts;
use fangzhi_ingest::SkipReason;
use serde::Serialize;

use crate::args::Format;
use crate::console::{Console, json_path, padded, widest};
use crate::messages::{Message, join, label};
use crate::timings::{Stage, StageTiming, Timings};
use crate::units::ByteSize;

/// The most failures that are listed in JSON; standard error has them all.
const MAX_FAILURES: usize = 1000;

/// What became of the files of a build.
#[derive(Debug, Serialize)]
pub(crate) struct Summary {
    index: String,
    /// `fresh` or `update`.
    pub(crate) mode: &'static str,
    /// Files seen, failed ones included.
    pub(crate) files: u64,
    pub(crate) articles: u64,
    skipped: BTreeMap<&'static str, u64>,
    pub(crate) failed: u64,
    failures: Vec<Failure>,
    /// Bytes of pages, decompressed.
    pub(crate) bytes: u64,
    pub(crate) seconds: f64,
    mb_per_s: f64,
    pub(crate) index_bytes: u64,
    /// Articles in the index.
    pub(crate) total: u64,
    /// Articles deleted.
    pub(crate) deleted: u64,
    /// Articles analysed anew for a dictionary that has changed.
    pub(crate) reanalysed: u64,
    /// Files by what became of them since the last time.
    #[serde(flatten)]
    pub(crate) counts: Counts,
    #[serde(skip)]
    pub(crate) committed: u64,
    #[serde(skip)]
    pub(crate) is_json: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    timings: Option<TimingsRecord>,
}

/// Files by what became of them since the last time.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Counts {
    new: u64,
    changed: u64,
    unchanged: u64,
    removed: u64,
    missing: u64,
    again: u64,
}

impl From<UpdateCounts> for Counts {
    fn from(counts: UpdateCounts) -> Self {
        Self {
            new: counts.new,
            changed: counts.changed,
            unchanged: counts.unchanged,
            removed: counts.removed,
            missing: counts.missing,
            again: counts.again,
        }
    }
}

#[derive(Debug, Serialize)]
struct Failure {
    path: Option<String>,
    kind: &'static str,
    reason: String,
}

#[derive(Debug, Serialize)]
struct TimingsRecord {
    stages: Vec<StageTiming>,
    /// Processor time of the whole process, the index's own threads included.
    cpu_seconds: f64,
}

impl Summary {
    pub(crate) fn new(index: &Path, mode: &'static str, format: Format) -> Self {
        Self {
            mode,
            total: 0,
            deleted: 0,
            reanalysed: 0,
            counts: Counts::default(),
            committed: 0,
            is_json: format == Format::Json,
            index: json_path(index).into_owned(),
            files: 0,
            articles: 0,
            skipped: BTreeMap::new(),
            failed: 0,
            failures: Vec::new(),
            bytes: 0,
            seconds: 0.0,
            mb_per_s: 0.0,
            index_bytes: 0,
            timings: None,
        }
    }

    pub(crate) fn skip(&mut self, reason: SkipReason) {
        *self.skipped.entry(reason.name()).or_default() += 1;
    }

    pub(crate) fn fail(&mut self, error: &fangzhi_ingest::Error) {
        self.failed += 1;
        if self.failures.len() < MAX_FAILURES {
            self.failures.push(Failure {
                path: error.path().map(|path| json_path(path).into_owned()),
                kind: error.kind().name(),
                reason: error.kind().to_string(),
            });
        }
    }

    /// Prints everything; `timings` comes with the processor time of the whole process.
    pub(crate) fn print(
        mut self,
        format: Format,
        timings: Option<(&Timings, Duration)>,
        console: &mut Console<'_>,
    ) -> Result<()> {
        self.mb_per_s = self.bytes as f64 / 1e6 / self.seconds.max(1e-9);
        if format == Format::Json {
            self.timings = timings.map(|(stages, cpu)| TimingsRecord {
                stages: stages.to_json(),
                cpu_seconds: cpu.as_secs_f64(),
            });
            return Ok(console.json(&self)?);
        }
        self.print_text(console)?;
        if let Some((timings, cpu)) = timings {
            print_timings(timings, cpu, console)?;
        }
        Ok(())
    }

    fn print_text(&self, console: &mut Console<'_>) -> Result<()> {
        let language = console.language;
        let mut lines = if self.mode == "fresh" {
            let built = Message::Built {
                articles: self.articles,
                files: self.files,
                seconds: self.seconds,
                speed: self.mb_per_s,
            };
            vec![built.text(language)]
        } else {
            let updated = Message::Updated {
                new: self.counts.new,
                changed: self.counts.changed,
                unchanged: self.counts.unchanged,
                removed: self.counts.removed,
                seconds: self.seconds,
            };
            let articles = Message::Articles {
                added: self.articles,
                deleted: self.deleted,
                total: self.total,
            };
            vec![updated.text(language), articles.text(language)]
        };
        if self.reanalysed > 0 {
            let articles = self.reanalysed;
            lines.push(Message::Reanalysed { articles }.text(language));
        }
        if self.counts.missing > 0 {
            let missing = self.counts.missing;
            lines.push(Message::MissingFiles { missing }.text(language));
        }
        if !self.skipped.is_empty() {
            let list = self.skipped.iter().map(|(reason, n)| {
                let reason = match *reason {
                    "list" => label(language, "list pages", "列表页"),
                    "other" => label(language, "other pages", "其他页面"),
                    "asset" => label(language, "scripts, styles and pictures", "脚本、样式与图片"),
                    "twin" => label(language, "twins of other pages", "重复页面"),
                    "continuation" => label(language, "continuation pages", "后续分页"),
                    reason => reason,
                };
                format!("{n} {reason}")
            });
            let list = join(language, list);
            lines.push(Message::Skipped { list: &list }.text(language));
        }
        if self.failed > 0 {
            lines.push(
                Message::FailedFiles {
                    failed: self.failed,
                }
                .text(language),
            );
        }
        lines.push(
            Message::Written {
                dir: Path::new(&self.index),
                bytes: ByteSize(self.index_bytes),
            }
            .text(language),
        );
        for line in lines {
            writeln!(console.out, "{line}")?;
        }
        Ok(())
    }
}

/// A table of stages; what the index's own threads took is what is left of the process's time.
fn print_timings(timings: &Timings, cpu: Duration, console: &mut Console<'_>) -> Result<()> {
    let language = console.language;
    let name = |stage: Stage| match stage {
        Stage::Walk => label(language, "walk", "遍历"),
        Stage::Read => label(language, "read", "读取"),
        Stage::Parse => label(language, "parse", "解析"),
        Stage::Tag => label(language, "tag", "标注"),
        Stage::Analyse => label(language, "analyse", "分析"),
        Stage::Commit => label(language, "commit", "提交"),
    };
    let others = label(language, "write (background)", "写入（后台）");
    let total = label(language, "total", "合计");
    let heading = label(language, "stage", "阶段");
    let names = Stage::ALL
        .into_iter()
        .map(name)
        .chain([others, total, heading]);
    let width = widest(names);
    writeln!(
        console.out,
        "\n{}  {:>9}  {:>9}  {:>9}",
        padded(heading, width),
        "CPU s",
        "wall s",
        "MB/s"
    )?;
    for (stage, spent) in timings.stages() {
        let speed = spent
            .mb_per_s()
            .map_or("–".to_owned(), |speed| format!("{speed:.1}"));
        writeln!(
            console.out,
            "{}  {:>9.3}  {:>9.3}  {speed:>9}",
            padded(name(stage), width),
            spent.cpu.as_secs_f64(),
            spent.wall.as_secs_f64(),
        )?;
    }
    for (name, cpu) in [(others, cpu.saturating_sub(timings.cpu())), (total, cpu)] {
        writeln!(
            console.out,
            "{}  {:>9.3}  {:>9}  {:>9}",
            padded(name, width),
            cpu.as_secs_f64(),
            "–",
            "–"
        )?;
    }
    Ok(())
}
