//! `fangzhi dict`: user dictionaries compiled to a file that is read as it is, and what such a file holds.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;

use anyhow::{Context as _, Result, anyhow, bail};
use fangzhi_segmentation::Dictionary;
use fangzhi_segmentation::compiled::Summary;
use serde::Serialize;

use crate::args::{DictCompileArgs, DictInfoArgs, Format};
use crate::console::{Console, json_path};
use crate::messages::{Message, label};
use crate::segment::dictionary;
use crate::units::ByteSize;

/// A compiled dictionary in JSON.
#[derive(Serialize)]
struct Info<'a> {
    path: &'a str,
    format_version: u32,
    words: usize,
    normal_forms: usize,
    characters: usize,
    total: u64,
    bytes: usize,
    checksum: String,
}

/// `fangzhi dict compile`
pub(crate) fn compile(args: &DictCompileArgs, console: &mut Console<'_>) -> Result<()> {
    if let Ok(output) = args.output.canonicalize()
        && let Some(input) = args
            .words
            .iter()
            .find(|path| path.canonicalize().is_ok_and(|path| path == output))
    {
        bail!(console.text(Message::OutputIsInput(input)));
    }
    let dictionary = dictionary(&args.words)?;
    let bytes = dictionary
        .compile()
        .map_err(|reason| anyhow!(reason))
        .with_context(|| console.text(Message::CannotCompile))?;
    write(&args.output, &bytes)
        .with_context(|| console.text(Message::CannotWrite(&args.output)))?;
    let text = console.text(Message::Compiled {
        words: added(&dictionary),
        path: &args.output,
        bytes: ByteSize(bytes.len() as u64),
    });
    writeln!(console.out, "{text}")?;
    Ok(())
}

/// How many different words are the user's.
fn added(dictionary: &Dictionary) -> usize {
    let words = dictionary.user_words().iter();
    let words: std::collections::HashSet<&str> = words.map(|word| word.text.as_str()).collect();
    words.len()
}

/// Writes a file whole or not at all, so that whoever opens it meanwhile reads the old one.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.tmp", process::id()));
    let unfinished = PathBuf::from(name);
    fs::write(&unfinished, bytes)
        .and_then(|()| fs::rename(&unfinished, path))
        .inspect_err(|_| {
            let _ = fs::remove_file(&unfinished);
        })
}

/// `fangzhi dict info`
pub(crate) fn info(args: &DictInfoArgs, console: &mut Console<'_>) -> Result<()> {
    let summary = Summary::read(&args.file)?;
    let info = Info {
        path: &json_path(&args.file),
        format_version: summary.version,
        words: summary.n_words,
        normal_forms: summary.n_normal_forms,
        characters: summary.n_characters,
        total: summary.total,
        bytes: summary.n_bytes,
        checksum: format!("{:016x}", summary.checksum),
    };
    match args.format {
        Format::Json => console.json(&info)?,
        Format::Text => {
            let language = console.language;
            let rows = [
                (
                    "format version",
                    "格式版本",
                    info.format_version.to_string(),
                ),
                ("words", "词语", info.words.to_string()),
                (
                    "normalised forms",
                    "规范化形式",
                    info.normal_forms.to_string(),
                ),
                ("characters", "不同的字", info.characters.to_string()),
                ("sum of frequencies", "词频总和", info.total.to_string()),
                ("size", "大小", ByteSize(info.bytes as u64).to_string()),
                ("checksum", "校验和", info.checksum),
            ];
            for (english, chinese, value) in rows {
                let name = label(language, english, chinese);
                let separator = label(language, ": ", "：");
                writeln!(console.out, "{name}{separator}{value}")?;
            }
        }
    }
    Ok(())
}
